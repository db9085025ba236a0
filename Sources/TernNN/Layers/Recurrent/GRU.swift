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
///
/// ```swift
/// let y = RNN(GRUCell(8, resetAfter: false))(Tensor.zeros([4, 10, 3]))   // [4, 8]
/// ```
public final class GRUCell: UnitCell {
    static let gateCount = GRUGates.count, stateCount = 1

    /// Its name, the type of its weights, and whether they are trained.
    public let info: LayerInfo
    /// How many numbers the output and the state have.
    public let units: Int
    /// Activation, weights and dropout.
    public let settings: CellSettings
    /// That of the gates.
    public let recurrentActivation: Activation
    /// Whether the reset gate applies after the product with the state's kernel, not before.
    public let resetAfter: Bool
    /// W, [features, 3 units].
    @Weight public var kernel: Tensor
    /// U, [units, 3 units].
    @Weight public var recurrentKernel: Tensor
    /// b, [3 units]; with `resetAfter` [2, 3 units], one row for each product.
    @Weight public var bias: Tensor

    /// A cell of `units` numbers.
    ///
    /// - Parameters:
    ///   - recurrentActivation: that of the gates.
    ///   - recurrent: the settings of the state's kernel U; `kernel` those of the input's W.
    ///   - dropout: the share of inputs that is dropped in training; `recurrentDropout` that of the state.
    public init(
        _ units: Int, activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid, usesBias: Bool = true,
        resetAfter: Bool = true, kernel: WeightSettings = .init(), recurrent: WeightSettings = .init(),
        bias: WeightSettings = .init(), dropout: Double = 0, recurrentDropout: Double = 0, name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.units = units
        settings = CellSettings(
            activation: activation, usesBias: usesBias, kernel: kernel, recurrent: recurrent, bias: bias,
            dropout: dropout, recurrentDropout: recurrentDropout)
        self.recurrentActivation = recurrentActivation
        self.resetAfter = resetAfter
    }

    /// Makes W, U and b for steps of the shape [batch, features].
    public func build(_ inputShapes: [[Int]]) {
        makeWeights(
            &$kernel, &$recurrentKernel, &$bias, inputs: inputShapes[0][1], units: units, gates: Self.gateCount,
            biasRows: resetAfter ? [2] : [])
    }

    var inputBias: Tensor { resetAfter ? bias[0] : bias }
    /// What is added to the product with the state, where the reset gate comes after it.
    private var stateBias: Tensor { bias[1] }

    func step(_ input: Tensor, _ states: [Tensor], _ noise: [Tensor]) -> (output: Tensor, states: [Tensor]) {
        let h = states[0], own = GRUGates(input), gate = recurrentActivation
        let update: Tensor, candidate: Tensor
        if resetAfter {
            var inner = gatedProduct(h, recurrentKernel, noise, matmul)
            if settings.usesBias { inner = inner + stateBias }
            let back = GRUGates(inner)
            update = gate(own.update + back.update)
            candidate = settings.activation(own.candidate + gate(own.reset + back.reset) * back.candidate)
        } else {
            let kernels = GRUGates(recurrentKernel)
            let seen = noise.isEmpty ? GRUGates(h, h, h) : GRUGates(parts: noise.map { h * $0 })
            update = gate(own.update + matmul(seen.update, kernels.update))
            let reset = gate(own.reset + matmul(seen.reset, kernels.reset))
            candidate = settings.activation(own.candidate + matmul(reset * seen.candidate, kernels.candidate))
        }
        let new = update * h + (1 - update) * candidate
        return (new, [new])
    }
}

/// What lies side by side in the columns of a GRU's kernels.
private struct GRUGates {
    static let count = 3

    let update: Tensor, reset: Tensor, candidate: Tensor

    init(_ update: Tensor, _ reset: Tensor, _ candidate: Tensor) {
        (self.update, self.reset, self.candidate) = (update, reset, candidate)
    }

    init(_ columns: Tensor) { self.init(parts: columns.split(into: Self.count, axis: columns.rank - 1)) }

    init(parts: [Tensor]) { self.init(parts[0], parts[1], parts[2]) }
}

extension Recurrent where Cell == GRUCell {
    /// A ``GRU`` of `units` numbers.
    ///
    /// - Parameters:
    ///   - recurrentActivation: that of the gates.
    ///   - resetAfter: whether the reset gate applies after the product with the state's kernel, not before.
    ///   - recurrent: the settings of the state's kernel; `kernel` those of the input's.
    ///   - dropout: the share of inputs that is dropped in training; `recurrentDropout` that of the state.
    ///   - returnsSequences: whether the output is that of all steps, not of the last; with `returnsState` the state
    ///     follows it.
    public convenience init(
        _ units: Int, activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid, usesBias: Bool = true,
        resetAfter: Bool = true, kernel: WeightSettings = .init(), recurrent: WeightSettings = .init(),
        bias: WeightSettings = .init(), dropout: Double = 0, recurrentDropout: Double = 0,
        returnsSequences: Bool = false, returnsState: Bool = false, goesBackwards: Bool = false,
        isStateful: Bool = false, zerosOutputForMask: Bool = false, name: String? = nil
    ) {
        self.init(
            cell: GRUCell(
                units, activation: activation, recurrentActivation: recurrentActivation, usesBias: usesBias,
                resetAfter: resetAfter, kernel: kernel, recurrent: recurrent, bias: bias, dropout: dropout,
                recurrentDropout: recurrentDropout, name: name),
            SeriesSettings(
                returnsSequences: returnsSequences, returnsState: returnsState, goesBackwards: goesBackwards,
                isStateful: isStateful, zerosOutputForMask: zerosOutputForMask))
    }
}
