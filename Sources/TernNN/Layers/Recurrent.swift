import Foundation
import TernCore

/// A layer that walks along a series, [batch, steps, ...]: what ``Bidirectional`` can send both ways.
public protocol RecurrentLayer: Layer {
    var returnsSequences: Bool { get }
    var returnsState: Bool { get }
    var isStateful: Bool { get }
    var goesBackwards: Bool { get set }
    /// Whether the output of steps that a mask leaves out is 0.
    var zerosOutputForMask: Bool { get }
    /// States that are kept between calls.
    var keptStates: [Tensor] { get set }
}

extension RecurrentLayer {
    public var mixesExamples: Bool { isStateful }
    public func mask(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor? { returnsSequences ? masks.first ?? nil : nil }

    /// A layer of the same settings with weights of its own that goes the other way.
    func reversedCopy() -> Self {
        let data = try! JSONEncoder().encode(self)
        let copy = try! JSONDecoder().decode(Self.self, from: data)
        copy.goesBackwards.toggle()
        copy.info.name = nil
        return copy
    }
}

/// A layer that walks along a series, [batch, steps, ...], with a cell: all recurrent layers are this one.
///
/// Outputs are the last step's, [batch, ...], or all steps', [batch, steps, ...], then the states if they are asked
/// for. States to begin with may follow the series among the inputs. Steps that a mask leaves out change nothing: their
/// output is the state before, or 0 with `zerosOutputForMask`. A layer that `isStateful` goes on with the states of the
/// call before, until ``Layer/resetStates()``.
///
/// Settings and weights of the cell are the layer's own: `lstm.units`, `lstm.kernel`.
@dynamicMemberLookup
public final class Recurrent<Cell: RecurrentCell>: RecurrentLayer, CustomReflectable {
    /// The cell's without the last word: an `LSTM` has an `LSTMCell`.
    public static var kind: String { String(Cell.kind.dropLast("Cell".count)) }

    public let cell: Cell
    public let returnsSequences: Bool, returnsState: Bool, isStateful: Bool, zerosOutputForMask: Bool
    public var goesBackwards: Bool
    private var states: [Weight] = []

    init(
        cell: Cell, returnsSequences: Bool, returnsState: Bool, goesBackwards: Bool, isStateful: Bool,
        zerosOutputForMask: Bool
    ) {
        self.cell = cell
        self.returnsSequences = returnsSequences
        self.returnsState = returnsState
        self.goesBackwards = goesBackwards
        self.isStateful = isStateful
        self.zerosOutputForMask = zerosOutputForMask
    }

    public var info: LayerInfo { cell.info }
    public var children: [(name: String, layer: any Layer)] { cell.children }

    public subscript<Value>(dynamicMember path: KeyPath<Cell, Value>) -> Value { cell[keyPath: path] }
    public subscript<Value>(dynamicMember path: ReferenceWritableKeyPath<Cell, Value>) -> Value {
        get { cell[keyPath: path] }
        set { cell[keyPath: path] = newValue }
    }

    public var keptStates: [Tensor] {
        get { states.map(\.wrappedValue) }
        set {
            guard newValue.map(\.shape) == keptStates.map(\.shape) else {
                fail(
                    "layer \(info.name ?? Self.kind): it keeps states of the shapes \(keptStates.map(\.shape)), not \(newValue.map(\.shape))"
                )
            }
            for (state, value) in zip(states, newValue) { state.wrappedValue = value }
        }
    }

    /// The shape of one step.
    private func stepShape(_ shape: [Int]) -> [Int] { [shape[0]] + shape.dropFirst(2) }

    public func complaint(about inputShapes: [[Int]]) -> String? {
        let shape = inputShapes[0]
        if shape.count < 3 { return "it wants [batch, steps, features]" }
        if let complaint = cell.complaint(about: [stepShape(shape)]) { return complaint }
        if shape[1] == 0 { return "it wants at least one step" }
        if shape[1] > mostSteps {
            return "it takes series of \(mostSteps) steps at most, not of \(shape[1]); cut them into pieces"
        }
        if isStateful, let kept = states.first?.variable?.shape[0], kept != shape[0] {
            return
                "it keeps the states of \(kept) examples from call to call and got \(shape[0]); batches must have one size"
        }
        let count = cell.stateShapes(stepShape(shape)).count
        if inputShapes.count != 1 && inputShapes.count != 1 + count {
            return "it takes a series and no states or \(count), and got \(inputShapes.count - 1)"
        }
        return inputShapes.count == 1
            ? nil : cell.complaint(aboutStates: Array(inputShapes.dropFirst()), stepShape(shape))
    }

    public func build(_ inputShapes: [[Int]]) {
        let step = stepShape(inputShapes[0])
        cell.build([step])
        guard isStateful else { return }
        let first = cell.initialStates(TensorSpec(shape: step, dtype: info.dtype))
        states = first.indices.map { i in
            var state = Weight()
            state.make(first.count == 1 ? "state" : "state_\(i)", first[i].shape, .zeros, in: self, isTrainable: false)
            state.wrappedValue = first[i]
            return state
        }
    }

    /// Which steps count, [batch, steps]: a mask of examples holds for all steps of one, and a step counts if any part
    /// of it does.
    private func steps(_ mask: Tensor, of x: Tensor) -> Tensor {
        let whole = mask.rank > 2 ? mask.cast(to: .bool).any(axes: Array(2..<mask.rank)) : mask.maskAxes(2)
        return whole.broadcast(to: Array(x.shape.prefix(2)))
    }

    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        let x = inputs[0], steps = x.shape[1]
        let spec = TensorSpec(shape: stepShape(x.shape), dtype: x.dtype)
        let walk = cell.walk(spec, context), projected = walk.project(x)
        var states = inputs.count > 1 ? Array(inputs[1...]) : isStateful ? keptStates : cell.initialStates(spec)
        let mask = (context.masks.first ?? nil).map { self.steps($0, of: x) }
        let zeros = context.zerosOutputForMask ?? zerosOutputForMask
        var output: Tensor?
        var outputs: [Tensor] = []
        for i in 0..<steps {
            let t = goesBackwards ? steps - 1 - i : i
            var new = walk.step(projected[.all, t], states)
            if let mask {
                let counts = mask[.all, t]
                func chosen(_ new: Tensor, _ old: Tensor) -> Tensor { select(counts.maskElements(of: new), new, old) }
                new.output = zeros ? new.output.masked(by: counts) : chosen(new.output, states[walk.outputState])
                new.states = zip(new.states, states).map(chosen)
            }
            output = new.output
            states = new.states
            if returnsSequences { outputs.append(new.output) }
        }
        if isStateful && context.keepsStates { keptStates = states.map { $0.stoppingGradient() } }
        return [returnsSequences ? Tensor.stacked(outputs, axis: 1) : output!] + (returnsState ? states : [])
    }

    // MARK: - The cell's settings and weights as its own

    private enum CodingKeys: String, CodingKey {
        case returnsSequences, returnsState, goesBackwards, isStateful, zerosOutputForMask
    }

    public func encode(to encoder: any Encoder) throws {
        try cell.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(returnsSequences, forKey: .returnsSequences)
        try container.encode(returnsState, forKey: .returnsState)
        try container.encode(goesBackwards, forKey: .goesBackwards)
        try container.encode(isStateful, forKey: .isStateful)
        try container.encode(zerosOutputForMask, forKey: .zerosOutputForMask)
    }

    public init(from decoder: any Decoder) throws {
        cell = try Cell(from: decoder)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        returnsSequences = try container.decode(Bool.self, forKey: .returnsSequences)
        returnsState = try container.decode(Bool.self, forKey: .returnsState)
        goesBackwards = try container.decode(Bool.self, forKey: .goesBackwards)
        isStateful = try container.decode(Bool.self, forKey: .isStateful)
        // Models that were saved before there was a choice do not have it.
        zerosOutputForMask = try container.decodeIfPresent(Bool.self, forKey: .zerosOutputForMask) ?? false
    }

    public var customMirror: Mirror {
        let own: [Mirror.Child] = [
            ("returnsSequences", returnsSequences), ("returnsState", returnsState), ("goesBackwards", goesBackwards),
            ("isStateful", isStateful),
            ("zerosOutputForMask", zerosOutputForMask),
        ]
        return Mirror(self, children: Array(Mirror(reflecting: cell).children) + own + states.map { ("states", $0) })
    }
}

/// Each step is written down when a series is traced: longer ones would take all day to be planned.
let mostSteps = 20_000

extension Layer {
    /// Sets the states that recurrent layers in it keep between calls to zero, and its own.
    ///
    /// ```swift
    /// try model.predict(first)
    /// model.resetStates()      // what follows has nothing to do with it
    /// ```
    public func resetStates() {
        if let layer = self as? any RecurrentLayer {
            layer.keptStates = layer.keptStates.map { .zeros($0.shape, dtype: $0.dtype) }
        }
        for child in children { child.layer.resetStates() }
    }

    /// The variables of the states that recurrent layers in it keep between calls.
    var keptVariables: [Variable] {
        let own = (self as? any RecurrentLayer)?.isStateful == true ? ownVariables.filter { !$0.isTrainable } : []
        return own + children.flatMap { $0.layer.keptVariables }
    }
}
