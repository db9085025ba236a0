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
public struct CellWalk {
    /// What the steps make of their input alone, of all steps at once: [batch, steps, ...].
    public var project: (Tensor) -> Tensor
    /// One step, of what was projected, [batch, ...], and the states.
    public var step: (Tensor, [Tensor]) -> (output: Tensor, states: [Tensor])
    /// Which of the states stands for the output at steps that a mask leaves out.
    public var outputState: Int

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
    public func outputShape(_ stepShape: [Int]) -> [Int] { stateShapes(stepShape)[0] }

    public func initialStates(_ step: TensorSpec) -> [Tensor] {
        stateShapes(step.shape).map { Tensor.zeros([step.shape[0]] + $0, dtype: step.dtype) }
    }

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
        let wanted = stateShapes(stepShape).map { [stepShape[0]] + $0 }
        return shapes == wanted ? nil : "its states are \(wanted.map(\.description).joined(separator: ", "))"
    }
}

/// The settings that cells with kernels for the input and for the state share.
public struct RecurrentSettings: Codable, Sendable {
    public var activation: Activation = .tanh
    public var recurrentActivation: Activation = .sigmoid
    public var usesBias = true
    public var kernelInitializer: Initializer = .glorotUniform
    public var recurrentInitializer: Initializer = .orthogonal()
    public var biasInitializer: Initializer = .zeros
    public var kernelRegularizer: Regularizer?, recurrentRegularizer: Regularizer?, biasRegularizer: Regularizer?
    public var kernelConstraint: Constraint?, recurrentConstraint: Constraint?, biasConstraint: Constraint?

    public init(
        activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid, usesBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, recurrentInitializer: Initializer = .orthogonal(),
        biasInitializer: Initializer = .zeros, kernelRegularizer: Regularizer? = nil,
        recurrentRegularizer: Regularizer? = nil,
        biasRegularizer: Regularizer? = nil, kernelConstraint: Constraint? = nil,
        recurrentConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil
    ) {
        self.activation = activation
        self.recurrentActivation = recurrentActivation
        self.usesBias = usesBias
        self.kernelInitializer = kernelInitializer
        self.recurrentInitializer = recurrentInitializer
        self.biasInitializer = biasInitializer
        self.kernelRegularizer = kernelRegularizer
        self.recurrentRegularizer = recurrentRegularizer
        self.biasRegularizer = biasRegularizer
        self.kernelConstraint = kernelConstraint
        self.recurrentConstraint = recurrentConstraint
        self.biasConstraint = biasConstraint
    }
}

/// A cell with a kernel for the input and one for the state, in the columns of which the gates lie side by side.
protocol GatedCell: RecurrentCell {
    var settings: RecurrentSettings { get }
    var dropout: Double { get }
    var recurrentDropout: Double { get }
}

extension GatedCell {
    /// Makes the weights. A cell without bias has two weights.
    func make(
        _ kernel: inout Weight, _ kernelShape: [Int], _ recurrentKernel: inout Weight, _ recurrentShape: [Int],
        _ bias: inout Weight,
        _ biasShape: [Int]
    ) {
        kernel.make(
            "kernel", kernelShape, settings.kernelInitializer, in: self, regularizer: settings.kernelRegularizer,
            constraint: settings.kernelConstraint)
        recurrentKernel.make(
            "recurrent_kernel", recurrentShape, settings.recurrentInitializer, in: self,
            regularizer: settings.recurrentRegularizer, constraint: settings.recurrentConstraint)
        guard settings.usesBias else { return }
        bias.make(
            "bias", biasShape, settings.biasInitializer, in: self, regularizer: settings.biasRegularizer,
            constraint: settings.biasConstraint)
    }

    /// What drops values of a step's input: a factor for each gate, or one for all. The same at all steps, as in Gal
    /// and Ghahramani, NeurIPS 2016; none where nothing is dropped.
    func inputNoise(_ shape: [Int], _ dtype: DType, gates: Int, _ context: CallContext) -> [Tensor] {
        noise(shape, dtype, gates, dropout, context)
    }

    /// The same for the state.
    func stateNoise(_ shape: [Int], _ dtype: DType, gates: Int, _ context: CallContext) -> [Tensor] {
        var later = context
        later.step = context.step + 0x1_0000_0000
        return noise(shape, dtype, gates, recurrentDropout, later)
    }

    private func noise(_ shape: [Int], _ dtype: DType, _ gates: Int, _ rate: Double, _ context: CallContext) -> [Tensor]
    {
        guard context.isTraining, rate > 0 else { return [] }
        let whole = [gates] + shape
        let factors = dropped(Tensor.ones(whole, dtype: dtype), rate, whole, context, self)
        return (0..<gates).map { factors[$0] }
    }
}

/// The product of `x` and a kernel in which gates lie side by side; each gate sees `x` times a factor of its own where
/// there is one.
func gatedProduct(_ x: Tensor, _ kernel: Tensor, _ noise: [Tensor], _ product: (Tensor, Tensor) -> Tensor) -> Tensor {
    if noise.count < 2 { return product(noise.isEmpty ? x : x * noise[0], kernel) }
    return .concatenated(
        zip(noise, kernel.split(into: noise.count, axis: kernel.rank - 1)).map { product(x * $0, $1) }, axis: -1)
}

/// What is wrong with the shape of a step of `features`, nil where it is what a cell wants or was built for.
func stepComplaint(_ shape: [Int], kernel: Weight) -> String? {
    if shape.count != 2 { return "each step is [batch, features], a series [batch, steps, features]" }
    guard let built = kernel.variable?.shape[0], built != shape[1] else { return nil }
    return "it was built for \(built) features and got \(shape[1])"
}
