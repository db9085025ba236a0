import TernCore

/// A cell with a kernel for the input and one for the state, in the columns of which the gates lie side by side.
protocol GatedCell: RecurrentCell {
    var settings: CellSettings { get }
    var kernel: Tensor { get }
    var recurrentKernel: Tensor { get }
    var bias: Tensor { get }
}

extension GatedCell {
    /// Makes the weights: kernels of `units` columns for each gate, over a window where they are convolutions. A cell
    /// without bias has two.
    func makeWeights(
        _ kernel: inout Weight, _ recurrentKernel: inout Weight, _ bias: inout Weight, window: [Int] = [], inputs: Int,
        units: Int, gates: Int, biasRows: [Int] = []
    ) {
        let columns = checkedProduct([gates, units]) ?? .max
        kernel.make("kernel", window + [inputs, columns], settings.kernelSettings, in: self)
        recurrentKernel.make("recurrent_kernel", window + [units, columns], settings.recurrentSettings, in: self)
        guard settings.usesBias else { return }
        bias.make("bias", biasRows + [columns], settings.biasSettings, in: self)
    }

    /// What drops values of a step's input: a factor for each gate, or one for all. The same at all steps, as in Gal
    /// and Ghahramani, NeurIPS 2016; none where nothing is dropped.
    func inputNoise(_ shape: [Int], _ dtype: DType, gates: Int, _ context: CallContext) -> [Tensor] {
        noise(shape, dtype, gates, settings.dropout, context)
    }

    /// The same for the state.
    func stateNoise(_ shape: [Int], _ dtype: DType, gates: Int, _ context: CallContext) -> [Tensor] {
        var other = context
        other.step = context.step + NoiseOffset.states
        return noise(shape, dtype, gates, settings.recurrentDropout, other)
    }

    private func noise(_ shape: [Int], _ dtype: DType, _ gates: Int, _ rate: Double, _ context: CallContext) -> [Tensor]
    {
        guard context.isTraining, rate != 0 else { return [] }
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

/// A cell over rows of features: steps are [batch, features], the output and each state [batch, units].
protocol UnitCell: GatedCell {
    var units: Int { get }
    static var gateCount: Int { get }
    static var stateCount: Int { get }

    /// What is added to the product with the input.
    var inputBias: Tensor { get }

    /// One step of what the input gives to all gates, [batch, gates · units].
    ///
    /// - Parameter noise: what drops values of the first state, a factor for each gate or one for all.
    func step(_ input: Tensor, _ states: [Tensor], _ noise: [Tensor]) -> (output: Tensor, states: [Tensor])

    /// All steps at once, without noise: a kernel of its own, nil where there is none (``CellWalk/series``).
    var series: ((_ input: Tensor, _ returnsSequences: Bool) -> Tensor)? { get }
}

extension UnitCell {
    var inputBias: Tensor { bias }
    var series: ((_ input: Tensor, _ returnsSequences: Bool) -> Tensor)? { nil }

    /// [units] of each state.
    public func stateShapes(_ stepShape: [Int]) -> [[Int]] { Array(repeating: [units], count: Self.stateCount) }

    /// A step must be [batch, features], of as many features as before.
    public func complaint(about inputShapes: [[Int]]) -> String? {
        if let complaint = sizeComplaint(units, "units") { return complaint }
        let step = inputShapes[0]
        guard step.count == 2, let features = step.last else {
            return "each step is [batch, features], a series [batch, steps, features]"
        }
        guard info.isBuilt, let built = kernel.shape.first, built != features else { return nil }
        return "it was built for \(built) features and got \(features)"
    }

    /// Multiplies all steps of the input with the kernel at once, and the state at each.
    public func walk(_ step: TensorSpec, _ context: CallContext) -> CellWalk {
        let (batch, features) = (step.shape[0], step.shape[1])
        // Where the state is dropped out, each gate has noise of its own, as in Keras.
        let gates = settings.recurrentDropout > 0 ? Self.gateCount : 1
        let noise = inputNoise([batch, 1, features], step.dtype, gates: gates, context)
        let held = stateNoise([batch, units], step.dtype, gates: gates, context)
        var walk = CellWalk { [self] x in
            let z = gatedProduct(x, kernel, noise, matmul)
            return settings.usesBias ? z + inputBias : z
        } step: { [self] x, states in
            self.step(x, states, held)
        }
        if held.isEmpty { walk.series = series }
        return walk
    }

    /// A step by itself: the output and the states.
    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] { stepping(inputs, context) }
}
