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
public final class LSTM: RecurrentLayer {
    public let info: LayerInfo
    public let units: Int
    public let settings: RecurrentSettings
    public let dropout: Double, recurrentDropout: Double
    public let returnsSequences: Bool, returnsState: Bool, isStateful: Bool
    public var goesBackwards: Bool
    public let unitForgetBias: Bool
    @Weight public var kernel: Tensor
    @Weight public var recurrentKernel: Tensor
    @Weight public var bias: Tensor
    @Weight public var hiddenState: Tensor
    @Weight public var cellState: Tensor

    public init(
        _ units: Int, activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid, usesBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, recurrentInitializer: Initializer = .orthogonal(),
        biasInitializer: Initializer = .zeros, unitForgetBias: Bool = true, kernelRegularizer: Regularizer? = nil,
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
        self.unitForgetBias = unitForgetBias
        self.dropout = dropout
        self.recurrentDropout = recurrentDropout
        self.returnsSequences = returnsSequences
        self.returnsState = returnsState
        self.goesBackwards = goesBackwards
        self.isStateful = isStateful
    }

    public var zerosOutputForMask: Bool { settings.zerosOutputForMask }
    public var stateCount: Int { 2 }

    public var keptStates: [Tensor] {
        get { [hiddenState, cellState] }
        set { (hiddenState, cellState) = (newValue[0], newValue[1]) }
    }

    public func build(_ inputShapes: [[Int]]) {
        $kernel.make(
            "kernel", [inputShapes[0][2], 4 * units], settings.kernelInitializer, in: self, regularizer: settings.kernelRegularizer,
            constraint: settings.kernelConstraint)
        $recurrentKernel.make(
            "recurrent_kernel", [units, 4 * units], settings.recurrentInitializer, in: self,
            regularizer: settings.recurrentRegularizer, constraint: settings.recurrentConstraint)
        if settings.usesBias {
            $bias.make(
                "bias", [4 * units], settings.biasInitializer, in: self, regularizer: settings.biasRegularizer,
                constraint: settings.biasConstraint)
            if unitForgetBias { bias[units..<(2 * units)] = Tensor.ones([units], dtype: info.dtype) }
        }
        guard isStateful else { return }
        $hiddenState.make("hidden_state", [inputShapes[0][0], units], .zeros, in: self, isTrainable: false)
        $cellState.make("cell_state", [inputShapes[0][0], units], .zeros, in: self, isTrainable: false)
    }

    public func project(_ x: Tensor) -> Tensor {
        let z = matmul(x, kernel)
        return settings.usesBias ? z + bias : z
    }

    public func step(_ x: Tensor, _ states: [Tensor], _ dropped: (Tensor) -> Tensor) -> [Tensor] {
        let gates = (x + matmul(dropped(states[0]), recurrentKernel)).split(into: 4, axis: 1)
        let gate = settings.recurrentActivation
        let cell = gate(gates[1]) * states[1] + gate(gates[0]) * settings.activation(gates[2])
        return [gate(gates[3]) * settings.activation(cell), cell]
    }
}
