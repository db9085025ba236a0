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
public final class GRU: RecurrentLayer {
    public let info: LayerInfo
    public let units: Int
    public let settings: RecurrentSettings
    public let dropout: Double, recurrentDropout: Double
    public let returnsSequences: Bool, returnsState: Bool, isStateful: Bool
    public var goesBackwards: Bool
    public let resetAfter: Bool
    @Weight public var kernel: Tensor
    @Weight public var recurrentKernel: Tensor
    @Weight public var bias: Tensor
    @Weight public var state: Tensor

    public init(
        _ units: Int, activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid, usesBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, recurrentInitializer: Initializer = .orthogonal(),
        biasInitializer: Initializer = .zeros, resetAfter: Bool = true, kernelRegularizer: Regularizer? = nil,
        recurrentRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil, kernelConstraint: Constraint? = nil,
        recurrentConstraint: Constraint? = nil, biasConstraint: Constraint? = nil, dropout: Double = 0,
        recurrentDropout: Double = 0, returnsSequences: Bool = false, returnsState: Bool = false, goesBackwards: Bool = false,
        isStateful: Bool = false, zerosOutputForMask: Bool = false, name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.units = units
        var settings = RecurrentSettings()
        settings.activation = activation
        settings.recurrentActivation = recurrentActivation
        settings.usesBias = usesBias
        settings.kernelInitializer = kernelInitializer
        settings.recurrentInitializer = recurrentInitializer
        settings.biasInitializer = biasInitializer
        settings.kernelRegularizer = kernelRegularizer
        settings.recurrentRegularizer = recurrentRegularizer
        settings.biasRegularizer = biasRegularizer
        settings.kernelConstraint = kernelConstraint
        settings.recurrentConstraint = recurrentConstraint
        settings.biasConstraint = biasConstraint
        settings.zerosOutputForMask = zerosOutputForMask
        self.settings = settings
        self.resetAfter = resetAfter
        self.dropout = dropout
        self.recurrentDropout = recurrentDropout
        self.returnsSequences = returnsSequences
        self.returnsState = returnsState
        self.goesBackwards = goesBackwards
        self.isStateful = isStateful
    }

    public var zerosOutputForMask: Bool { settings.zerosOutputForMask }
    public var stateCount: Int { 1 }

    public var keptStates: [Tensor] {
        get { [state] }
        set { state = newValue[0] }
    }

    public func build(_ inputShapes: [[Int]]) {
        $kernel.make(
            "kernel", [inputShapes[0][2], 3 * units], settings.kernelInitializer, in: self, regularizer: settings.kernelRegularizer,
            constraint: settings.kernelConstraint)
        $recurrentKernel.make(
            "recurrent_kernel", [units, 3 * units], settings.recurrentInitializer, in: self,
            regularizer: settings.recurrentRegularizer, constraint: settings.recurrentConstraint)
        if settings.usesBias {
            $bias.make(
                "bias", resetAfter ? [2, 3 * units] : [3 * units], settings.biasInitializer, in: self, regularizer: settings.biasRegularizer,
                constraint: settings.biasConstraint)
        }
        guard isStateful else { return }
        $state.make("state", [inputShapes[0][0], units], .zeros, in: self, isTrainable: false)
    }

    public func project(_ x: Tensor) -> Tensor {
        let z = matmul(x, kernel)
        return settings.usesBias ? z + (resetAfter ? bias[0] : bias) : z
    }

    public func step(_ x: Tensor, _ states: [Tensor], _ dropped: (Tensor) -> Tensor) -> [Tensor] {
        let h = dropped(states[0]), gate = settings.recurrentActivation
        let update: Tensor, candidate: Tensor
        if resetAfter {
            var inner = matmul(h, recurrentKernel)
            if settings.usesBias { inner = inner + bias[1] }
            let (own, back) = (x.split(into: 3, axis: 1), inner.split(into: 3, axis: 1))
            update = gate(own[0] + back[0])
            candidate = settings.activation(own[2] + gate(own[1] + back[1]) * back[2])
        } else {
            let own = x.split(into: 3, axis: 1), kernels = recurrentKernel.split(into: 3, axis: 1)
            update = gate(own[0] + matmul(h, kernels[0]))
            let reset = gate(own[1] + matmul(h, kernels[1]))
            candidate = settings.activation(own[2] + matmul(reset * h, kernels[2]))
        }
        return [update * states[0] + (1 - update) * candidate]
    }
}
