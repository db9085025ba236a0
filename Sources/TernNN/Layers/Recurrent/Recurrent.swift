import Foundation
import TernCore
import TernText

/// A layer that walks along a series, [batch, steps, ...]: what ``Bidirectional`` can send both ways.
///
/// ```swift
/// let layers: [any RecurrentLayer] = [LSTM(4), GRU(4), RNN(SimpleRNNCell(4))]
/// let shapes = layers.map { $0(Tensor.zeros([2, 5, 3])).shape }   // for each [2, 4]
/// ```
public protocol RecurrentLayer: Layer {
    /// Whether the output is that of all steps, [batch, steps, ...], not of the last.
    var returnsSequences: Bool { get }
    /// Whether the last states follow the output.
    var returnsState: Bool { get }
    /// Whether a call begins with the states that the one before ended with.
    var isStateful: Bool { get }
    /// Whether it begins with the last step; outputs are in the order of its way.
    var goesBackwards: Bool { get set }
    /// Whether the output of steps that a mask leaves out is 0.
    var zerosOutputForMask: Bool { get }
    /// States that are kept between calls; setting them wants the shapes that they have.
    var keptStates: [Tensor] { get set }
}

extension RecurrentLayer {
    /// True where states are kept from call to call.
    public var mixesExamples: Bool { isStateful }

    /// The series' mask, where all steps are returned.
    public func mask(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor? { returnsSequences ? masks.first ?? nil : nil }

    /// A layer of the same settings with weights of its own that goes the other way.
    func reversedCopy() -> Self {
        func refuse(_ why: String) -> Never {
            fail("layer \(info.name ?? Self.kind): no copy of it can be made by its configuration: \(why)")
        }
        do {
            let copy = try JSONDecoder.ofAllNumbers.decode(Self.self, from: JSONEncoder.ofAllNumbers.encode(self))
            copy.goesBackwards.toggle()
            copy.info.name = nil
            return copy
        } catch EncodingError.invalidValue(_, let context) {
            refuse(context.debugDescription)
        } catch {
            refuse("\(error)")
        }
    }
}

/// A layer that walks along a series, [batch, steps, ...], with a cell: all recurrent layers are this one.
///
/// ```swift
/// let lstm = LSTM(8, returnsSequences: true, returnsState: true)
/// let results = lstm([Tensor.zeros([4, 10, 3])])   // the outputs [4, 10, 8], then h and c, [4, 8] each
/// let kernel = lstm.kernel                         // [3, 32]
/// ```
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

    /// What it does at each step.
    public let cell: Cell
    private var series: SeriesSettings
    private var states: [Weight] = []

    init(cell: Cell, _ series: SeriesSettings) {
        self.cell = cell
        self.series = series
    }

    /// That of its cell.
    public var info: LayerInfo { cell.info }
    /// The layers in its cell.
    public var children: [(name: String, layer: any Layer)] { cell.children }

    /// Whether the output is that of all steps, [batch, steps, ...], not of the last.
    public var returnsSequences: Bool { series.returnsSequences }
    /// Whether the last states follow the output.
    public var returnsState: Bool { series.returnsState }
    /// Whether a call begins with the states that the one before ended with.
    public var isStateful: Bool { series.isStateful }
    /// Whether the output of steps that a mask leaves out is 0.
    public var zerosOutputForMask: Bool { series.zerosOutputForMask }
    /// Whether it begins with the last step; outputs are in the order of its way.
    public var goesBackwards: Bool {
        get { series.goesBackwards }
        set { series.goesBackwards = newValue }
    }

    /// A setting of the cell, such as `units`.
    public subscript<Value>(dynamicMember path: KeyPath<Cell, Value>) -> Value { cell[keyPath: path] }
    /// A weight of the cell, such as `kernel`.
    public subscript<Value>(dynamicMember path: ReferenceWritableKeyPath<Cell, Value>) -> Value {
        get { cell[keyPath: path] }
        set { cell[keyPath: path] = newValue }
    }

    /// The states that the last call ended with; empty unless the layer is stateful and has been built.
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

    /// It takes a series of 1 to 20,000 steps that its cell takes, and its states or none.
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

    /// Builds the cell for one step, and makes the states that are kept.
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

    /// Walks along the series: the output, and the states where they are asked for.
    ///
    /// - Complexity: one call of the cell for each step, or one of all, and one projection of all steps.
    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        let x = inputs[0], steps = x.shape[1]
        let spec = TensorSpec(shape: stepShape(x.shape), dtype: x.dtype)
        let walk = cell.walk(spec, context), projected = walk.project(x)
        if let series = walk.series, inputs.count == 1, !isStateful, !returnsState, context.masks.first ?? nil == nil {
            return [series(goesBackwards ? projected[.all, .every(-1)] : projected, returnsSequences)]
        }
        var states = inputs.count > 1 ? Array(inputs.dropFirst()) : isStateful ? keptStates : cell.initialStates(spec)
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

    /// Writes the settings of the cell and its own side by side.
    public func encode(to encoder: any Encoder) throws {
        try cell.encode(to: encoder)
        try series.encode(to: encoder)
    }

    /// Reads what ``encode(to:)`` wrote.
    public init(from decoder: any Decoder) throws {
        cell = try Cell(from: decoder)
        series = try SeriesSettings(from: decoder)
    }

    /// The settings and weights of the cell, its own settings, and the states that are kept.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: Array(Mirror(reflecting: cell).children) + Array(Mirror(reflecting: series).children)
                + states.map { ("states", $0) })
    }
}

/// Each step is written down when a series is traced: longer ones would take all day to be planned.
let mostSteps = 20_000

extension Layer {
    /// Sets the states that recurrent layers in it keep between calls to zero, and its own.
    ///
    /// ```swift
    /// let model = Sequential(input: [3, 2], batchSize: 4) { LSTM(5, isStateful: true) }
    /// let first = try model.predict(Tensor.ones([4, 3, 2]))
    /// model.resetStates()   // what follows has nothing to do with it
    /// let again = try model.predict(Tensor.ones([4, 3, 2])) == first   // true
    /// ```
    public func resetStates() {
        if let layer = self as? any RecurrentLayer {
            layer.keptStates = layer.keptStates.map { .zeros($0.shape, dtype: $0.dtype) }
        }
        for child in children { child.layer.resetStates() }
    }

    /// The variables of the states that recurrent layers in it keep between calls.
    package var keptVariables: [Variable] {
        let own = (self as? any RecurrentLayer)?.isStateful == true ? ownVariables.filter { !$0.isTrainable } : []
        return own + children.flatMap { $0.layer.keptVariables }
    }
}
