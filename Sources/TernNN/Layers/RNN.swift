import TernCore

/// A recurrent layer with a cell of any kind, or several stacked.
///
/// ```swift
/// let y = RNN([LSTMCell(16), GRUCell(8)], returnsSequences: true)(Tensor.zeros([4, 10, 3]))   // [4, 10, 8]
/// ```
///
/// States follow each other as the cells do: here h and c of the first, then h of the second. An `RNN` of an `LSTMCell`
/// does what an ``LSTM`` does.
public typealias RNN = Recurrent<AnyRecurrentCell>

/// A cell whose type is known only when it runs; what an ``RNN`` holds.
public final class AnyRecurrentCell: RecurrentCell {
    public static var kind: String { "RNNCell" }
    public let info: LayerInfo
    private let cellBox: LayerBox

    init(_ cell: any RecurrentCell, name: String?) {
        info = LayerInfo(name: name)
        cellBox = LayerBox(cell)
    }

    /// The cell itself.
    public var wrapped: any RecurrentCell { cellBox.layer as! any RecurrentCell }
    public var children: [(name: String, layer: any Layer)] { namedByKind([wrapped]) }

    public func complaint(about inputShapes: [[Int]]) -> String? { wrapped.complaint(about: inputShapes) }
    public func build(_ inputShapes: [[Int]]) { wrapped.prepare(for: inputShapes) }
    public func stateShapes(_ stepShape: [Int]) -> [[Int]] { wrapped.stateShapes(stepShape) }
    public func outputShape(_ stepShape: [Int]) -> [Int] { wrapped.outputShape(stepShape) }
    public func initialStates(_ step: TensorSpec) -> [Tensor] { wrapped.initialStates(step) }
    public func walk(_ step: TensorSpec, _ context: CallContext) -> CellWalk { wrapped.walk(step, context) }
    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] { wrapped(inputs, context) }

    private enum CodingKeys: String, CodingKey { case info, cellBox }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        info = try container.decode(LayerInfo.self, forKey: .info)
        cellBox = try container.decode(LayerBox.self, forKey: .cellBox)
        if !(cellBox.layer is any RecurrentCell) {
            throw DecodingError.dataCorruptedError(
                forKey: .cellBox, in: container,
                debugDescription: "a layer of the kind \"\(type(of: cellBox.layer).kind)\" is no recurrent cell")
        }
    }
}

extension Recurrent where Cell == AnyRecurrentCell {
    public convenience init(
        _ cell: any RecurrentCell, returnsSequences: Bool = false, returnsState: Bool = false,
        goesBackwards: Bool = false,
        isStateful: Bool = false, zerosOutputForMask: Bool = false, name: String? = nil
    ) {
        self.init(
            cell: AnyRecurrentCell(cell, name: name), returnsSequences: returnsSequences, returnsState: returnsState,
            goesBackwards: goesBackwards, isStateful: isStateful, zerosOutputForMask: zerosOutputForMask)
    }

    /// With ``StackedRNNCells``.
    public convenience init(
        _ cells: [any RecurrentCell], returnsSequences: Bool = false, returnsState: Bool = false,
        goesBackwards: Bool = false,
        isStateful: Bool = false, zerosOutputForMask: Bool = false, name: String? = nil
    ) {
        self.init(
            StackedRNNCells(cells), returnsSequences: returnsSequences, returnsState: returnsState,
            goesBackwards: goesBackwards,
            isStateful: isStateful, zerosOutputForMask: zerosOutputForMask, name: name)
    }
}

/// Several cells as one: each gets the output of the one before.
///
/// ```swift
/// let y = RNN(StackedRNNCells([LSTMCell(128), LSTMCell(128)]))(Tensor.zeros([3, 5, 2]))   // [3, 128]
/// ```
public final class StackedRNNCells: RecurrentCell {
    public let info: LayerInfo
    private let boxes: [LayerBox]

    public init(_ cells: [any RecurrentCell], name: String? = nil) {
        if cells.isEmpty { fail("StackedRNNCells: it wants at least one cell") }
        info = LayerInfo(name: name)
        boxes = cells.map(LayerBox.init)
    }

    public var cells: [any RecurrentCell] { boxes.map { $0.layer as! any RecurrentCell } }
    public var children: [(name: String, layer: any Layer)] { namedByKind(cells) }

    /// The cells, each with the shape of its steps.
    private func withSteps(_ stepShape: [Int]) -> [(cell: any RecurrentCell, shape: [Int])] {
        var shape = stepShape
        return cells.map { cell in
            defer { shape = [shape[0]] + cell.outputShape(shape) }
            return (cell, shape)
        }
    }

    public func complaint(about inputShapes: [[Int]]) -> String? {
        var shape = inputShapes[0]
        for (i, cell) in cells.enumerated() {
            if let complaint = cell.complaint(about: [shape]) {
                return i == 0 ? complaint : "cell \(i) of the stack got \(shape): \(complaint)"
            }
            shape = [shape[0]] + cell.outputShape(shape)
        }
        return nil
    }

    public func build(_ inputShapes: [[Int]]) {
        for (cell, shape) in withSteps(inputShapes[0]) { cell.prepare(for: [shape]) }
    }
    public func stateShapes(_ stepShape: [Int]) -> [[Int]] {
        withSteps(stepShape).flatMap { $0.cell.stateShapes($0.shape) }
    }
    public func outputShape(_ stepShape: [Int]) -> [Int] {
        let last = withSteps(stepShape).last!
        return last.cell.outputShape(last.shape)
    }
    public func initialStates(_ step: TensorSpec) -> [Tensor] {
        withSteps(step.shape).flatMap { $0.cell.initialStates(TensorSpec(shape: $0.shape, dtype: step.dtype)) }
    }

    public func walk(_ step: TensorSpec, _ context: CallContext) -> CellWalk {
        let parts = withSteps(step.shape).map { cell, shape in
            (
                walk: cell.walk(TensorSpec(shape: shape, dtype: step.dtype), context),
                count: cell.stateShapes(shape).count
            )
        }
        let outputState = parts.dropLast().map(\.count).reduce(0, +) + parts.last!.walk.outputState
        return CellWalk(outputState: outputState, project: parts[0].walk.project) { x, states in
            var output = x, new: [Tensor] = []
            for (i, part) in parts.enumerated() {
                let own = Array(states[new.count..<(new.count + part.count)])
                let result = i == 0 ? part.walk.step(output, own) : part.walk(output, own)
                output = result.output
                new += result.states
            }
            return (output, new)
        }
    }

    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] { stepping(inputs, context) }

    private enum CodingKeys: String, CodingKey { case info, boxes }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        info = try container.decode(LayerInfo.self, forKey: .info)
        boxes = try container.decode([LayerBox].self, forKey: .boxes)
        if boxes.isEmpty || !boxes.allSatisfy({ $0.layer is any RecurrentCell }) {
            throw DecodingError.dataCorruptedError(
                forKey: .boxes, in: container, debugDescription: "a stack wants recurrent cells")
        }
    }
}

/// Cells with the names of their kinds, as Keras has them: `lstm_cell`, `lstm_cell_1`.
private func namedByKind(_ cells: [any RecurrentCell]) -> [(name: String, layer: any Layer)] {
    var counts: [String: Int] = [:]
    return cells.map { cell in
        let name = snakeCase(type(of: cell).kind), count = counts[name, default: 0]
        counts[name] = count + 1
        return (count == 0 ? name : "\(name)_\(count)", cell)
    }
}
