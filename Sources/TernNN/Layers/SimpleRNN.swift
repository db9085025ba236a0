import TernCore

/// A fully connected recurrent layer: h ← activation(x W + h U + b).
///
/// ```swift
/// let y = SimpleRNN(8)(Tensor.zeros([4, 10, 3]))   // [4, 8]
/// ```
public final class SimpleRNN: RecurrentLayer {
    public let info: LayerInfo
    public let units: Int
    public let settings: RecurrentSettings
    public let dropout: Double, recurrentDropout: Double
    public let returnsSequences: Bool, returnsState: Bool, isStateful: Bool
    public var goesBackwards: Bool
    @Weight public var kernel: Tensor
    @Weight public var recurrentKernel: Tensor
    @Weight public var bias: Tensor
    @Weight public var state: Tensor

    public init(
        _ units: Int, activation: Activation = .tanh, usesBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, recurrentInitializer: Initializer = .orthogonal(),
        biasInitializer: Initializer = .zeros, kernelRegularizer: Regularizer? = nil,
        recurrentRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil, kernelConstraint: Constraint? = nil,
        recurrentConstraint: Constraint? = nil, biasConstraint: Constraint? = nil, dropout: Double = 0,
        recurrentDropout: Double = 0, returnsSequences: Bool = false, returnsState: Bool = false, goesBackwards: Bool = false,
        isStateful: Bool = false, zerosOutputForMask: Bool = false, name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.units = units
        var settings = RecurrentSettings()
        settings.activation = activation
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
            "kernel", [inputShapes[0][2], units], settings.kernelInitializer, in: self, regularizer: settings.kernelRegularizer,
            constraint: settings.kernelConstraint)
        $recurrentKernel.make(
            "recurrent_kernel", [units, units], settings.recurrentInitializer, in: self,
            regularizer: settings.recurrentRegularizer, constraint: settings.recurrentConstraint)
        if settings.usesBias {
            $bias.make(
                "bias", [units], settings.biasInitializer, in: self, regularizer: settings.biasRegularizer,
                constraint: settings.biasConstraint)
        }
        guard isStateful else { return }
        $state.make("state", [inputShapes[0][0], units], .zeros, in: self, isTrainable: false)
    }

    public func project(_ x: Tensor) -> Tensor {
        let z = matmul(x, kernel)
        return settings.usesBias ? z + bias : z
    }

    public func step(_ x: Tensor, _ states: [Tensor], _ dropped: (Tensor) -> Tensor) -> [Tensor] {
        [settings.activation(x + matmul(dropped(states[0]), recurrentKernel))]
    }
}
