import TernCore

/// Long short-term memory: gates i, f, o and a candidate g of x W + h U + b;
/// c ← f c + i g, h ← o activation(c).
///
/// ```swift
/// let y = LSTM(25)(Tensor.zeros([16, 10, 20]))   // [16, 25]
/// ```
///
/// Columns of the kernels are in the order i, f, g, o. The bias of the forget gate starts at 1
/// where `unitForgetBias` (Jozefowicz et al., ICML 2015).
///
/// Source: Hochreiter and Schmidhuber, "Long short-term memory", Neural Computation 9, 1997.
public typealias LSTM = Recurrent<LSTMCell>

/// One step of an ``LSTM``: of [batch, features] and the states h and c, [batch, units].
public final class LSTMCell: GatedCell {
    public let info: LayerInfo
    public let units: Int
    public let settings: RecurrentSettings
    public let dropout: Double, recurrentDropout: Double
    public let unitForgetBias: Bool
    @Weight public var kernel: Tensor
    @Weight public var recurrentKernel: Tensor
    @Weight public var bias: Tensor

    public init(
        _ units: Int, activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid, usesBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, recurrentInitializer: Initializer = .orthogonal(),
        biasInitializer: Initializer = .zeros, unitForgetBias: Bool = true, kernelRegularizer: Regularizer? = nil,
        recurrentRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        kernelConstraint: Constraint? = nil,
        recurrentConstraint: Constraint? = nil, biasConstraint: Constraint? = nil, dropout: Double = 0,
        recurrentDropout: Double = 0, name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.units = units
        settings = RecurrentSettings(
            activation: activation, recurrentActivation: recurrentActivation, usesBias: usesBias,
            kernelInitializer: kernelInitializer,
            recurrentInitializer: recurrentInitializer, biasInitializer: biasInitializer,
            kernelRegularizer: kernelRegularizer,
            recurrentRegularizer: recurrentRegularizer, biasRegularizer: biasRegularizer,
            kernelConstraint: kernelConstraint,
            recurrentConstraint: recurrentConstraint, biasConstraint: biasConstraint)
        self.unitForgetBias = unitForgetBias
        self.dropout = dropout
        self.recurrentDropout = recurrentDropout
    }

    public func stateShapes(_ stepShape: [Int]) -> [[Int]] { [[units], [units]] }
    public func complaint(about inputShapes: [[Int]]) -> String? { stepComplaint(inputShapes[0], kernel: $kernel) }

    public func build(_ inputShapes: [[Int]]) {
        make(&$kernel, [inputShapes[0][1], 4 * units], &$recurrentKernel, [units, 4 * units], &$bias, [4 * units])
        if settings.usesBias && unitForgetBias { bias[units..<(2 * units)] = Tensor.ones([units], dtype: info.dtype) }
    }

    public func walk(_ step: TensorSpec, _ context: CallContext) -> CellWalk {
        // Where the state is dropped out, each gate has noise of its own, as in Keras.
        let gates = recurrentDropout > 0 ? 4 : 1
        let noise = inputNoise([step.shape[0], 1, step.shape[1]], step.dtype, gates: gates, context)
        let held = stateNoise([step.shape[0], units], step.dtype, gates: gates, context)
        return CellWalk { [self] x in
            let z = gatedProduct(x, kernel, noise, matmul)
            return settings.usesBias ? z + bias : z
        } step: { [self] x, states in
            lstmStep(x + gatedProduct(states[0], recurrentKernel, held, matmul), states[1], settings)
        }
    }

    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] { stepping(inputs, context) }
}

/// Output and states of the sum of both products, gates side by side, and the old c.
func lstmStep(_ sum: Tensor, _ cell: Tensor, _ settings: RecurrentSettings) -> (output: Tensor, states: [Tensor]) {
    let gates = sum.split(into: 4, axis: sum.rank - 1), gate = settings.recurrentActivation
    let new = gate(gates[1]) * cell + gate(gates[0]) * settings.activation(gates[2])
    let h = gate(gates[3]) * settings.activation(new)
    return (h, [h, new])
}

extension Recurrent where Cell == LSTMCell {
    public convenience init(
        _ units: Int, activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid, usesBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, recurrentInitializer: Initializer = .orthogonal(),
        biasInitializer: Initializer = .zeros, unitForgetBias: Bool = true, kernelRegularizer: Regularizer? = nil,
        recurrentRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        kernelConstraint: Constraint? = nil,
        recurrentConstraint: Constraint? = nil, biasConstraint: Constraint? = nil, dropout: Double = 0,
        recurrentDropout: Double = 0, returnsSequences: Bool = false, returnsState: Bool = false,
        goesBackwards: Bool = false,
        isStateful: Bool = false, zerosOutputForMask: Bool = false, name: String? = nil
    ) {
        self.init(
            cell: LSTMCell(
                units, activation: activation, recurrentActivation: recurrentActivation, usesBias: usesBias,
                kernelInitializer: kernelInitializer, recurrentInitializer: recurrentInitializer,
                biasInitializer: biasInitializer,
                unitForgetBias: unitForgetBias, kernelRegularizer: kernelRegularizer,
                recurrentRegularizer: recurrentRegularizer,
                biasRegularizer: biasRegularizer, kernelConstraint: kernelConstraint,
                recurrentConstraint: recurrentConstraint,
                biasConstraint: biasConstraint, dropout: dropout, recurrentDropout: recurrentDropout, name: name),
            returnsSequences: returnsSequences, returnsState: returnsState, goesBackwards: goesBackwards,
            isStateful: isStateful,
            zerosOutputForMask: zerosOutputForMask)
    }
}
