import TernCore

/// A fully connected recurrent layer: h ← activation(x W + h U + b).
///
/// ```swift
/// let y = SimpleRNN(8)(Tensor.zeros([4, 10, 3]))   // [4, 8]
/// ```
///
/// Input [batch, steps, features], output [batch, units], or [batch, steps, units] with `returnsSequences`.
public typealias SimpleRNN = Recurrent<SimpleRNNCell>

/// One step of a ``SimpleRNN``: of [batch, features] and a state [batch, units].
///
/// ```swift
/// let y = RNN(SimpleRNNCell(8))(Tensor.zeros([4, 10, 3]))   // [4, 8]
/// ```
public final class SimpleRNNCell: UnitCell {
    static let gateCount = 1, stateCount = 1

    /// Its name, the type of its weights, and whether they are trained.
    public let info: LayerInfo
    /// How many numbers the output and the state have.
    public let units: Int
    /// Activation, weights and dropout.
    public let settings: CellSettings
    /// W, [features, units].
    @Weight public var kernel: Tensor
    /// U, [units, units].
    @Weight public var recurrentKernel: Tensor
    /// b, [units].
    @Weight public var bias: Tensor

    /// A cell of `units` numbers.
    ///
    /// - Parameters:
    ///   - recurrent: the settings of the state's kernel U; `kernel` those of the input's W.
    ///   - dropout: the share of inputs that is dropped in training; `recurrentDropout` that of the state.
    public init(
        _ units: Int, activation: Activation = .tanh, usesBias: Bool = true, kernel: WeightSettings = .init(),
        recurrent: WeightSettings = .init(), bias: WeightSettings = .init(), dropout: Double = 0,
        recurrentDropout: Double = 0, name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.units = units
        settings = CellSettings(
            activation: activation, usesBias: usesBias, kernel: kernel, recurrent: recurrent, bias: bias,
            dropout: dropout, recurrentDropout: recurrentDropout)
    }

    /// Makes W, U and b for steps of the shape [batch, features].
    public func build(_ inputShapes: [[Int]]) {
        makeWeights(
            &$kernel, &$recurrentKernel, &$bias, inputs: inputShapes[0][1], units: units, gates: Self.gateCount)
    }

    func step(_ input: Tensor, _ states: [Tensor], _ noise: [Tensor]) -> (output: Tensor, states: [Tensor]) {
        let h = settings.activation(input + gatedProduct(states[0], recurrentKernel, noise, matmul))
        return (h, [h])
    }
}

extension Recurrent where Cell == SimpleRNNCell {
    /// A ``SimpleRNN`` of `units` numbers.
    ///
    /// - Parameters:
    ///   - recurrent: the settings of the state's kernel; `kernel` those of the input's.
    ///   - dropout: the share of inputs that is dropped in training; `recurrentDropout` that of the state.
    ///   - returnsSequences: whether the output is that of all steps, not of the last; with `returnsState` the state
    ///     follows it.
    public convenience init(
        _ units: Int, activation: Activation = .tanh, usesBias: Bool = true, kernel: WeightSettings = .init(),
        recurrent: WeightSettings = .init(), bias: WeightSettings = .init(), dropout: Double = 0,
        recurrentDropout: Double = 0, returnsSequences: Bool = false, returnsState: Bool = false,
        goesBackwards: Bool = false, isStateful: Bool = false, zerosOutputForMask: Bool = false, name: String? = nil
    ) {
        self.init(
            cell: SimpleRNNCell(
                units, activation: activation, usesBias: usesBias, kernel: kernel, recurrent: recurrent, bias: bias,
                dropout: dropout, recurrentDropout: recurrentDropout, name: name),
            SeriesSettings(
                returnsSequences: returnsSequences, returnsState: returnsState, goesBackwards: goesBackwards,
                isStateful: isStateful, zerosOutputForMask: zerosOutputForMask))
    }
}
