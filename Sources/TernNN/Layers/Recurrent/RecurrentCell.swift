import TernCore

/// What a recurrent layer does at each step of a series: an output and new states of an input and the states before.
///
/// ```swift
/// final class Leaky: RecurrentCell {
///     var info = LayerInfo()
///     @Weight var kernel: Tensor
///     func stateShapes(_ stepShape: [Int]) -> [[Int]] { [[8]] }
///     func build(_ inputShapes: [[Int]]) { $kernel.make("kernel", [inputShapes[0][1], 8], .glorotUniform, in: self) }
///     func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
///         let h = inputs[1] * 0.9 + tanh(matmul(inputs[0], kernel))
///         return [h, h]
///     }
/// }
/// let y = RNN(Leaky())(Tensor.zeros([4, 10, 3]))   // [4, 8]
/// ```
///
/// A cell is a layer whose inputs are one step, [batch, ...], and the states, and whose outputs are the output and the
/// new states. It is built for the shape of the step alone. To share work between the steps of a series it may say
/// itself how it walks along one (``walk(_:_:)-(TensorSpec,_)``). A cell of your own is read from a configuration once
/// its type is known to ``LayerRegistry``.
public protocol RecurrentCell: Layer {
    /// The shape of each state of one example, for steps of `stepShape`, which begins with the batch.
    func stateShapes(_ stepShape: [Int]) -> [[Int]]

    /// The shape of the output of one example; by default that of the first state.
    func outputShape(_ stepShape: [Int]) -> [Int]

    /// The states at the beginning; by default zeros.
    func initialStates(_ step: TensorSpec) -> [Tensor]

    /// How it walks along a series of such steps; by default it is called at each.
    func walk(_ step: TensorSpec, _ context: CallContext) -> CellWalk
}

/// How a cell walks along one series: with the same weights and the same noise at all steps.
///
/// ```swift
/// let walk = CellWalk(project: { x in x * 2 }) { x, states in (states[0] + x, [states[0] + x]) }
/// let sum = walk.step(walk.project(Tensor([3.0])), [Tensor([1.0])]).output   // [7]
/// ```
public struct CellWalk {
    /// What the steps make of their input alone, of all steps at once: [batch, steps, ...].
    public var project: (Tensor) -> Tensor
    /// One step, of what was projected, [batch, ...], and the states.
    public var step: (Tensor, [Tensor]) -> (output: Tensor, states: [Tensor])
    /// Which of the states stands for the output at steps that a mask leaves out.
    public var outputState: Int
    /// The outputs of all steps or of the last at once, of what was projected, where states begin with zeros and nobody
    /// asks for them; nil where steps are to be taken.
    var series: ((_ projected: Tensor, _ returnsSequences: Bool) -> Tensor)?

    /// A walk by its parts; without `project` each step gets its input as it is.
    public init(
        outputState: Int = 0, project: @escaping (Tensor) -> Tensor = { $0 },
        step: @escaping (Tensor, [Tensor]) -> (output: Tensor, states: [Tensor])
    ) {
        self.outputState = outputState
        self.project = project
        self.step = step
    }

    /// One step of an input that was not projected with others.
    func callAsFunction(_ x: Tensor, _ states: [Tensor]) -> (output: Tensor, states: [Tensor]) {
        step(project(x.expandingDimension(at: 1))[.all, 0], states)
    }
}

extension RecurrentCell {
    /// The shape of the first state.
    public func outputShape(_ stepShape: [Int]) -> [Int] { stateShapes(stepShape)[0] }

    /// Zeros of the type of the steps.
    public func initialStates(_ step: TensorSpec) -> [Tensor] {
        stateShapes(step.shape).map { Tensor.zeros([step.shape[0]] + $0, dtype: step.dtype) }
    }

    /// A walk that calls the cell at each step.
    public func walk(_ step: TensorSpec, _ context: CallContext) -> CellWalk {
        CellWalk { x, states in
            let results = self.call([x] + states, context)
            return (results[0], Array(results.dropFirst()))
        }
    }

    /// A step by itself, for cells that say how they walk.
    func stepping(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        let result = walk(inputs[0].spec, context)(inputs[0], Array(inputs.dropFirst()))
        return [result.output] + result.states
    }

    /// What is wrong with states of these shapes beside such steps, nil where they fit.
    func complaint(aboutStates shapes: [[Int]], _ stepShape: [Int]) -> String? {
        if stepShape.isEmpty { return wantsBatch }
        let wanted = stateShapes(stepShape).map { [stepShape[0]] + $0 }
        return shapes == wanted ? nil : "its states are \(wanted.map(\.description).joined(separator: ", "))"
    }
}
