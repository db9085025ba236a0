import TernCore

/// Long short-term memory: gates i, f, o and a candidate g of x W + h U + b;
/// c ← f c + i g, h ← o activation(c).
///
/// ```swift
/// let y = LSTM(25)(Tensor.zeros([16, 10, 20]))   // [16, 25]
/// ```
///
/// Columns of the kernels are in the order i, f, g, o. The bias of the forget gate starts at 1
/// where `unitForgetBias` (Jozefowicz et al., ICML 2015). With `returnsState` h and c follow the output.
///
/// Source: Hochreiter and Schmidhuber, "Long short-term memory", Neural Computation 9, 1997.
public typealias LSTM = Recurrent<LSTMCell>

/// One step of an ``LSTM``: of [batch, features] and the states h and c, [batch, units].
///
/// ```swift
/// let y = RNN([LSTMCell(16), LSTMCell(8)])(Tensor.zeros([4, 10, 3]))   // [4, 8]
/// ```
public final class LSTMCell: UnitCell {
    static let gateCount = LSTMGates.count, stateCount = LSTMStates.count

    /// Its name, the type of its weights, and whether they are trained.
    public let info: LayerInfo
    /// How many numbers the output and each state have.
    public let units: Int
    /// Activation, weights and dropout.
    public let settings: CellSettings
    /// That of the gates.
    public let recurrentActivation: Activation
    /// Whether the bias of the forget gate begins with 1.
    public let unitForgetBias: Bool
    /// W, [features, 4 units].
    @Weight public var kernel: Tensor
    /// U, [units, 4 units].
    @Weight public var recurrentKernel: Tensor
    /// b, [4 units].
    @Weight public var bias: Tensor

    /// A cell of `units` numbers.
    ///
    /// - Parameters:
    ///   - recurrentActivation: that of the gates.
    ///   - recurrent: the settings of the state's kernel U; `kernel` those of the input's W.
    ///   - dropout: the share of inputs that is dropped in training; `recurrentDropout` that of h.
    public init(
        _ units: Int, activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid, usesBias: Bool = true,
        unitForgetBias: Bool = true, kernel: WeightSettings = .init(), recurrent: WeightSettings = .init(),
        bias: WeightSettings = .init(), dropout: Double = 0, recurrentDropout: Double = 0, name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.units = units
        settings = CellSettings(
            activation: activation, usesBias: usesBias, kernel: kernel, recurrent: recurrent, bias: bias,
            dropout: dropout, recurrentDropout: recurrentDropout)
        self.recurrentActivation = recurrentActivation
        self.unitForgetBias = unitForgetBias
    }

    /// Makes W, U and b for steps of the shape [batch, features].
    public func build(_ inputShapes: [[Int]]) {
        makeWeights(
            &$kernel, &$recurrentKernel, &$bias, inputs: inputShapes[0][1], units: units, gates: Self.gateCount)
        guard settings.usesBias && unitForgetBias else { return }
        $bias.variable!.begin(withOnesAt: LSTMGates.forgetColumns(of: units))
    }

    func step(_ input: Tensor, _ states: [Tensor], _ noise: [Tensor]) -> (output: Tensor, states: [Tensor]) {
        let states = LSTMStates(states)
        return states.next(
            input + gatedProduct(states.output, recurrentKernel, noise, matmul), gate: recurrentActivation,
            settings.activation)
    }

    var series: ((_ input: Tensor, _ returnsSequences: Bool) -> Tensor)? {
        guard settings.activation.isTanh, recurrentActivation.isSigmoid else { return nil }
        return { [self] in longShortTermMemory($0, recurrentKernel.cast(to: $0.dtype), returnsSequences: $1) }
    }
}

/// What lies side by side in the columns of an LSTM's kernels.
struct LSTMGates {
    static let count = 4

    let input: Tensor, forget: Tensor, candidate: Tensor, output: Tensor

    init(_ columns: Tensor) {
        let parts = columns.split(into: Self.count, axis: columns.rank - 1)
        (input, forget, candidate, output) = (parts[0], parts[1], parts[2], parts[3])
    }

    /// Where the forget gate lies.
    static func forgetColumns(of units: Int) -> Range<Int> { units..<(2 * units) }
}

/// What an LSTM hands from step to step: its output h and its memory c.
struct LSTMStates {
    static let count = 2

    let output: Tensor, memory: Tensor

    init(_ states: [Tensor]) { (output, memory) = (states[0], states[1]) }

    /// Output and states of the sum of both products.
    func next(_ sum: Tensor, gate: Activation, _ activation: Activation) -> (output: Tensor, states: [Tensor]) {
        let gates = LSTMGates(sum)
        let new = gate(gates.forget) * memory + gate(gates.input) * activation(gates.candidate)
        let h = gate(gates.output) * activation(new)
        return (h, [h, new])
    }
}

extension Recurrent where Cell == LSTMCell {
    /// An ``LSTM`` of `units` numbers.
    ///
    /// - Parameters:
    ///   - recurrentActivation: that of the gates.
    ///   - recurrent: the settings of the state's kernel; `kernel` those of the input's.
    ///   - dropout: the share of inputs that is dropped in training; `recurrentDropout` that of h.
    ///   - returnsSequences: whether the output is that of all steps, not of the last; with `returnsState` h and c
    ///     follow it.
    public convenience init(
        _ units: Int, activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid, usesBias: Bool = true,
        unitForgetBias: Bool = true, kernel: WeightSettings = .init(), recurrent: WeightSettings = .init(),
        bias: WeightSettings = .init(), dropout: Double = 0, recurrentDropout: Double = 0,
        returnsSequences: Bool = false, returnsState: Bool = false, goesBackwards: Bool = false,
        isStateful: Bool = false, zerosOutputForMask: Bool = false, name: String? = nil
    ) {
        self.init(
            cell: LSTMCell(
                units, activation: activation, recurrentActivation: recurrentActivation, usesBias: usesBias,
                unitForgetBias: unitForgetBias, kernel: kernel, recurrent: recurrent, bias: bias, dropout: dropout,
                recurrentDropout: recurrentDropout, name: name),
            SeriesSettings(
                returnsSequences: returnsSequences, returnsState: returnsState, goesBackwards: goesBackwards,
                isStateful: isStateful, zerosOutputForMask: zerosOutputForMask))
    }
}
