import TernCore

/// Gated recurrent unit: an update gate z, a reset gate r and a candidate g;
/// h ← z h + (1 − z) g.
///
/// ```swift
/// let y = GRU(25, returnsSequences: true)(Tensor.zeros([16, 10, 20]))   // [16, 10, 25]
/// ```
///
/// Columns of the kernels are in the order z, r, g. With `resetAfter` (the default) r applies
/// after the product with the recurrent kernel, and the bias has two rows.
///
/// Source: Cho et al., "Learning phrase representations using RNN encoder-decoder", EMNLP 2014.
public typealias GRU = Recurrent<GRUCell>

/// One step of a ``GRU``: of [batch, features] and a state [batch, units].
public final class GRUCell: GatedCell {
    public let info: LayerInfo
    public let units: Int
    public let settings: RecurrentSettings
    public let dropout: Double, recurrentDropout: Double
    public let resetAfter: Bool
    @Weight public var kernel: Tensor
    @Weight public var recurrentKernel: Tensor
    @Weight public var bias: Tensor

    public init(
        _ units: Int, activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid, usesBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, recurrentInitializer: Initializer = .orthogonal(),
        biasInitializer: Initializer = .zeros, resetAfter: Bool = true, kernelRegularizer: Regularizer? = nil,
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
        self.resetAfter = resetAfter
        self.dropout = dropout
        self.recurrentDropout = recurrentDropout
    }

    public func stateShapes(_ stepShape: [Int]) -> [[Int]] { [[units]] }
    public func complaint(about inputShapes: [[Int]]) -> String? { stepComplaint(inputShapes[0], kernel: $kernel) }

    public func build(_ inputShapes: [[Int]]) {
        make(
            &$kernel, [inputShapes[0][1], 3 * units], &$recurrentKernel, [units, 3 * units], &$bias,
            resetAfter ? [2, 3 * units] : [3 * units])
    }

    public func walk(_ step: TensorSpec, _ context: CallContext) -> CellWalk {
        // Where the state is dropped out, each gate has noise of its own, as in Keras.
        let gates = recurrentDropout > 0 ? 3 : 1
        let noise = inputNoise([step.shape[0], 1, step.shape[1]], step.dtype, gates: gates, context)
        let held = stateNoise([step.shape[0], units], step.dtype, gates: gates, context)
        return CellWalk { [self] x in
            let z = gatedProduct(x, kernel, noise, matmul)
            return settings.usesBias ? z + (resetAfter ? bias[0] : bias) : z
        } step: { [self] x, states in
            let h = states[0], own = x.split(into: 3, axis: 1), gate = settings.recurrentActivation
            let update: Tensor, candidate: Tensor
            if resetAfter {
                var inner = gatedProduct(h, recurrentKernel, held, matmul)
                if settings.usesBias { inner = inner + bias[1] }
                let back = inner.split(into: 3, axis: 1)
                update = gate(own[0] + back[0])
                candidate = settings.activation(own[2] + gate(own[1] + back[1]) * back[2])
            } else {
                let kernels = recurrentKernel.split(into: 3, axis: 1),
                    seen = held.isEmpty ? [h, h, h] : held.map { h * $0 }
                update = gate(own[0] + matmul(seen[0], kernels[0]))
                let reset = gate(own[1] + matmul(seen[1], kernels[1]))
                candidate = settings.activation(own[2] + matmul(reset * seen[2], kernels[2]))
            }
            let new = update * h + (1 - update) * candidate
            return (new, [new])
        }
    }

    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] { stepping(inputs, context) }
}

extension Recurrent where Cell == GRUCell {
    public convenience init(
        _ units: Int, activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid, usesBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, recurrentInitializer: Initializer = .orthogonal(),
        biasInitializer: Initializer = .zeros, resetAfter: Bool = true, kernelRegularizer: Regularizer? = nil,
        recurrentRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        kernelConstraint: Constraint? = nil,
        recurrentConstraint: Constraint? = nil, biasConstraint: Constraint? = nil, dropout: Double = 0,
        recurrentDropout: Double = 0, returnsSequences: Bool = false, returnsState: Bool = false,
        goesBackwards: Bool = false,
        isStateful: Bool = false, zerosOutputForMask: Bool = false, name: String? = nil
    ) {
        self.init(
            cell: GRUCell(
                units, activation: activation, recurrentActivation: recurrentActivation, usesBias: usesBias,
                kernelInitializer: kernelInitializer, recurrentInitializer: recurrentInitializer,
                biasInitializer: biasInitializer,
                resetAfter: resetAfter, kernelRegularizer: kernelRegularizer,
                recurrentRegularizer: recurrentRegularizer,
                biasRegularizer: biasRegularizer, kernelConstraint: kernelConstraint,
                recurrentConstraint: recurrentConstraint,
                biasConstraint: biasConstraint, dropout: dropout, recurrentDropout: recurrentDropout, name: name),
            returnsSequences: returnsSequences, returnsState: returnsState, goesBackwards: goesBackwards,
            isStateful: isStateful,
            zerosOutputForMask: zerosOutputForMask)
    }
}
