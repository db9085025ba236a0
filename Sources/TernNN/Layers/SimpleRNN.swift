import TernCore

/// A fully connected recurrent layer: h ← activation(x W + h U + b).
///
/// ```swift
/// let y = SimpleRNN(8)(Tensor.zeros([4, 10, 3]))   // [4, 8]
/// ```
public typealias SimpleRNN = Recurrent<SimpleRNNCell>

/// One step of a ``SimpleRNN``: of [batch, features] and a state [batch, units].
public final class SimpleRNNCell: GatedCell {
    public let info: LayerInfo
    public let units: Int
    public let settings: RecurrentSettings
    public let dropout: Double, recurrentDropout: Double
    @Weight public var kernel: Tensor
    @Weight public var recurrentKernel: Tensor
    @Weight public var bias: Tensor

    public init(
        _ units: Int, activation: Activation = .tanh, usesBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, recurrentInitializer: Initializer = .orthogonal(),
        biasInitializer: Initializer = .zeros, kernelRegularizer: Regularizer? = nil,
        recurrentRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        kernelConstraint: Constraint? = nil,
        recurrentConstraint: Constraint? = nil, biasConstraint: Constraint? = nil, dropout: Double = 0,
        recurrentDropout: Double = 0, name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.units = units
        settings = RecurrentSettings(
            activation: activation, usesBias: usesBias, kernelInitializer: kernelInitializer,
            recurrentInitializer: recurrentInitializer, biasInitializer: biasInitializer,
            kernelRegularizer: kernelRegularizer,
            recurrentRegularizer: recurrentRegularizer, biasRegularizer: biasRegularizer,
            kernelConstraint: kernelConstraint,
            recurrentConstraint: recurrentConstraint, biasConstraint: biasConstraint)
        self.dropout = dropout
        self.recurrentDropout = recurrentDropout
    }

    public func stateShapes(_ stepShape: [Int]) -> [[Int]] { [[units]] }
    public func complaint(about inputShapes: [[Int]]) -> String? { stepComplaint(inputShapes[0], kernel: $kernel) }

    public func build(_ inputShapes: [[Int]]) {
        make(&$kernel, [inputShapes[0][1], units], &$recurrentKernel, [units, units], &$bias, [units])
    }

    public func walk(_ step: TensorSpec, _ context: CallContext) -> CellWalk {
        let noise = inputNoise([step.shape[0], 1, step.shape[1]], step.dtype, gates: 1, context)
        let held = stateNoise([step.shape[0], units], step.dtype, gates: 1, context)
        return CellWalk { [self] x in
            let z = gatedProduct(x, kernel, noise, matmul)
            return settings.usesBias ? z + bias : z
        } step: { [self] x, states in
            let h = settings.activation(x + gatedProduct(states[0], recurrentKernel, held, matmul))
            return (h, [h])
        }
    }

    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] { stepping(inputs, context) }
}

extension Recurrent where Cell == SimpleRNNCell {
    public convenience init(
        _ units: Int, activation: Activation = .tanh, usesBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, recurrentInitializer: Initializer = .orthogonal(),
        biasInitializer: Initializer = .zeros, kernelRegularizer: Regularizer? = nil,
        recurrentRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        kernelConstraint: Constraint? = nil,
        recurrentConstraint: Constraint? = nil, biasConstraint: Constraint? = nil, dropout: Double = 0,
        recurrentDropout: Double = 0, returnsSequences: Bool = false, returnsState: Bool = false,
        goesBackwards: Bool = false,
        isStateful: Bool = false, zerosOutputForMask: Bool = false, name: String? = nil
    ) {
        self.init(
            cell: SimpleRNNCell(
                units, activation: activation, usesBias: usesBias, kernelInitializer: kernelInitializer,
                recurrentInitializer: recurrentInitializer, biasInitializer: biasInitializer,
                kernelRegularizer: kernelRegularizer,
                recurrentRegularizer: recurrentRegularizer, biasRegularizer: biasRegularizer,
                kernelConstraint: kernelConstraint,
                recurrentConstraint: recurrentConstraint, biasConstraint: biasConstraint, dropout: dropout,
                recurrentDropout: recurrentDropout, name: name),
            returnsSequences: returnsSequences, returnsState: returnsState, goesBackwards: goesBackwards,
            isStateful: isStateful,
            zerosOutputForMask: zerosOutputForMask)
    }
}
