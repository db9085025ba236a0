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
///
/// ```swift
/// let rnn = RNN(GRUCell(8))
/// let isGRU = rnn.cell.wrapped is GRUCell   // true
/// ```
public final class AnyRecurrentCell: RecurrentCell {
    /// `RNNCell`, so that the layer is an `RNN`.
    public static var kind: String { "RNNCell" }
    /// The name of the layer; the cell itself has one of its own.
    public let info: LayerInfo
    private let cellBox: CellBox

    init(_ cell: any RecurrentCell, name: String?) {
        info = LayerInfo(name: name)
        cellBox = CellBox(cell: cell)
    }

    /// The cell itself.
    public var wrapped: any RecurrentCell { cellBox.cell }
    /// The cell, named after its kind.
    public var children: [(name: String, layer: any Layer)] { namedByKind([wrapped]) }

    /// What the cell says.
    public func complaint(about inputShapes: [[Int]]) -> String? { wrapped.complaint(about: inputShapes) }
    /// Builds the cell.
    public func build(_ inputShapes: [[Int]]) { wrapped.prepare(for: inputShapes) }
    /// The shapes of the cell's states.
    public func stateShapes(_ stepShape: [Int]) -> [[Int]] { wrapped.stateShapes(stepShape) }
    /// The shape of the cell's output.
    public func outputShape(_ stepShape: [Int]) -> [Int] { wrapped.outputShape(stepShape) }
    /// The states with which the cell begins.
    public func initialStates(_ step: TensorSpec) -> [Tensor] { wrapped.initialStates(step) }
    /// The cell's own way along a series.
    public func walk(_ step: TensorSpec, _ context: CallContext) -> CellWalk { wrapped.walk(step, context) }
    /// One step of the cell.
    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] { wrapped(inputs, context) }
}

/// A cell as part of a configuration, where nothing else will do.
package struct CellBox: BoxedLayer {
    let cell: any RecurrentCell

    init(cell: any RecurrentCell) { self.cell = cell }

    package init(from decoder: any Decoder) throws {
        cell = try LayerBox.layer(from: decoder, else: "is no recurrent cell")
    }

    package func encode(to encoder: any Encoder) throws { try LayerBox(cell).encode(to: encoder) }
}

extension Recurrent where Cell == AnyRecurrentCell {
    /// An ``RNN`` with this cell.
    ///
    /// - Parameter returnsSequences: whether the output is that of all steps, not of the last; with `returnsState` the
    ///   states follow it.
    public convenience init(
        _ cell: any RecurrentCell, returnsSequences: Bool = false, returnsState: Bool = false,
        goesBackwards: Bool = false, isStateful: Bool = false, zerosOutputForMask: Bool = false, name: String? = nil
    ) {
        self.init(
            cell: AnyRecurrentCell(cell, name: name),
            SeriesSettings(
                returnsSequences: returnsSequences, returnsState: returnsState, goesBackwards: goesBackwards,
                isStateful: isStateful, zerosOutputForMask: zerosOutputForMask))
    }

    /// An ``RNN`` with ``StackedRNNCells``.
    public convenience init(
        _ cells: [any RecurrentCell], returnsSequences: Bool = false, returnsState: Bool = false,
        goesBackwards: Bool = false, isStateful: Bool = false, zerosOutputForMask: Bool = false, name: String? = nil
    ) {
        self.init(
            StackedRNNCells(cells), returnsSequences: returnsSequences, returnsState: returnsState,
            goesBackwards: goesBackwards, isStateful: isStateful, zerosOutputForMask: zerosOutputForMask, name: name)
    }
}

/// Several cells as one: each gets the output of the one before.
///
/// ```swift
/// let y = RNN(StackedRNNCells([LSTMCell(12), LSTMCell(8)]))(Tensor.zeros([3, 5, 2]))   // [3, 8]
/// ```
public final class StackedRNNCells: RecurrentCell {
    /// Its name.
    public let info: LayerInfo
    private let boxes: [CellBox]

    /// A stack of at least one cell, the first of which gets the input.
    public init(_ cells: [any RecurrentCell], name: String? = nil) {
        if cells.isEmpty { fail("StackedRNNCells: it wants at least one cell") }
        info = LayerInfo(name: name)
        boxes = cells.map(CellBox.init(cell:))
    }

    /// Its cells, the first of which gets the input.
    public var cells: [any RecurrentCell] { boxes.map(\.cell) }
    /// The cells, named after their kinds.
    public var children: [(name: String, layer: any Layer)] { namedByKind(cells) }

    /// The cells, each with the shape of its steps.
    private func withSteps(_ stepShape: [Int]) -> [(cell: any RecurrentCell, shape: [Int])] {
        var shape = stepShape
        return cells.map { cell in
            defer { shape = [shape[0]] + cell.outputShape(shape) }
            return (cell, shape)
        }
    }

    /// What a cell says about the output of the one before.
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

    /// Builds each cell for the output of the one before.
    public func build(_ inputShapes: [[Int]]) {
        for (cell, shape) in withSteps(inputShapes[0]) { cell.prepare(for: [shape]) }
    }
    /// The states of the first cell, then those of the second, and so on.
    public func stateShapes(_ stepShape: [Int]) -> [[Int]] {
        withSteps(stepShape).flatMap { $0.cell.stateShapes($0.shape) }
    }
    /// The shape of the last cell's output.
    public func outputShape(_ stepShape: [Int]) -> [Int] {
        let last = withSteps(stepShape).last!
        return last.cell.outputShape(last.shape)
    }
    /// The states with which the cells begin.
    public func initialStates(_ step: TensorSpec) -> [Tensor] {
        withSteps(step.shape).flatMap { $0.cell.initialStates(TensorSpec(shape: $0.shape, dtype: step.dtype)) }
    }

    /// The first cell's projection of all steps; the others go with it step by step.
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

    /// One step of all cells.
    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] { stepping(inputs, context) }

    private enum CodingKeys: String, CodingKey { case info, boxes }

    /// Reads a stack from a configuration.
    ///
    /// - Throws: `DecodingError` where there is no cell, or something that is none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        info = try container.decode(LayerInfo.self, forKey: .info)
        boxes = try container.decode([CellBox].self, forKey: .boxes)
        if boxes.isEmpty {
            throw DecodingError.dataCorruptedError(
                forKey: .boxes, in: container, debugDescription: "a stack wants recurrent cells")
        }
    }
}

/// Cells with the names of their kinds, as Keras has them: `lstm_cell`, `lstm_cell_1`.
private func namedByKind(_ cells: [any RecurrentCell]) -> [(name: String, layer: any Layer)] {
    var names = NumberedNames()
    return cells.map { (names.next(snakeCase(type(of: $0).kind)), $0) }
}
