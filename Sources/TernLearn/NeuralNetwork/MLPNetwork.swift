import TernCore
import TernNN

/// The function of a network's last layer, and with it the loss: raw values are scikit-learn's `out_activation_`.
enum MLPOutput: String, Sendable {
    /// z, with half the squared error.
    case identity
    /// eᶻ, with half the Poisson deviance.
    case exponential = "exp"
    /// 1 / (1 + e^−z) of each output by itself, with the log loss of each.
    case logistic
    /// eᶻ divided by its sum over outputs, with the log loss of the class.
    case softmax

    func callAsFunction(_ z: Tensor) -> Tensor {
        switch self {
        case .identity: return z
        case .exponential: return exp(z)
        case .logistic: return sigmoid(z)
        case .softmax: return TernNN.softmax(z, axes: [-1])
        }
    }
}

extension MLPRegressor.Activation {
    func callAsFunction(_ z: Tensor) -> Tensor {
        switch self {
        case .identity: z
        case .logistic: sigmoid(z)
        case .tanh: TernCore.tanh(z)
        case .relu: TernCore.relu(z)
        }
    }
}

/// Hidden units that are left out in a step, others in each.
struct MLPDropout {
    var rate: Double, key: UInt64
    /// The number of the step.
    var step: Tensor

    func callAsFunction(_ h: Tensor, layer: Int) -> Tensor {
        let kept = Tensor.uniform(h.shape, dtype: h.dtype, key: key &+ UInt64(layer), counter: step) .>= rate
        return select(kept, h / (1 - rate), Tensor(repeating: 0, shape: [], dtype: h.dtype))
    }
}

/// The layers as a function: parameters in scikit-learn's order, all weights before all biases.
struct MLPNetwork: TensorStructure, Sendable {
    var coefs: [Tensor]
    var intercepts: [Tensor]
    /// Of batch normalisation, γ and β of each hidden layer; empty without it.
    var scales: [Tensor] = [], shifts: [Tensor] = []
    /// Of each hidden layer.
    var activations: [MLPRegressor.Activation]
    var output: MLPOutput

    mutating func visitTensors(_ visitor: inout TensorVisitor) {
        visitor.visit("coefs", &coefs)
        visitor.visit("intercepts", &intercepts)
        visitor.visit("scales", &scales)
        visitor.visit("shifts", &shifts)
    }

    /// The prediction, of a network without batch normalisation or of a ``folded(_:)`` one.
    func callAsFunction(_ x: Tensor) -> Tensor {
        var none: [Tensor] = []
        return output(linearOutput(x, dropout: nil, statistics: &none))
    }

    /// The output before its activation.
    ///
    /// - Parameter statistics: of batch normalisation, the running mean and variance of each hidden layer in turn; they
    ///   are moved towards the batch's.
    func linearOutput(_ x: Tensor, dropout: MLPDropout?, statistics: inout [Tensor]) -> Tensor {
        var h = x
        for layer in coefs.indices {
            h = matmul(h, coefs[layer]) + intercepts[layer]
            if layer + 1 == coefs.count { break }
            if !scales.isEmpty { h = normalized(h, layer, &statistics) }
            h = activations[layer](h)
            if let dropout { h = dropout(h, layer: layer) }
        }
        return h
    }

    // MARK: Training

    /// What is minimised and what is reported, on a batch of examples, targets and perhaps weights.
    func objective(_ batch: [Tensor], alpha: Double, dropout: MLPDropout? = nil, statistics: inout [Tensor]) -> (
        objective: Tensor, reported: Tensor
    ) {
        let x = batch[0]
        let y = batch[1]
        let weight = batch.count > 2 ? batch[2] : nil
        let count = weight.map { $0.sum() } ?? Tensor(repeating: Double(x.shape[0]), shape: [], dtype: x.dtype)
        let z = linearOutput(x, dropout: dropout, statistics: &statistics)
        let squaredWeights = coefs.map { dot($0, $0) }
        let penalty = squaredWeights.dropFirst().reduce(squaredWeights[0], +) * (0.5 * alpha) / count
        switch output {
        case .identity:
            let error = z - y
            let squares = weight.map { dot($0 * error, error) } ?? dot(error, error)
            let data = squares * 0.5 / count
            return (data + penalty, data / Double(y.shape[1]) + penalty)
        case .exponential:
            let prediction = exp(z)
            let each = prediction - y * z
            let data = (weight.map { $0 * each } ?? each).sum() / count
            // y log(y / prediction) - y + prediction, with 0 log 0 = 0.
            let full = select(y .> 0, y * (log(select(y .> 0, y, 1 + 0 * y)) - log(prediction)), 0 * y) - y + prediction
            let reported = (weight.map { $0 * full } ?? full).sum() / count
            return (data + penalty, reported + penalty)
        case .logistic, .softmax:
            let probability = output(z.stoppingGradient())
            // The slope of the log loss along z is the error, also where the reported loss is cut off.
            let error = probability - y
            let data = dot(weight.map { $0 * error } ?? error, z) / count
            let margin = x.dtype == .float32 ? Double(Float.ulpOfOne) : Double.ulpOfOne
            let right =
                output == .softmax
                ? select(y .> 0, probability, 1 + 0 * y) : select(y .> 0, probability, 1 - probability)
            let each = log(right.clipped(to: margin...(1 - margin)))
            let reported = -(weight.map { $0 * each } ?? each).sum() / count
            return (data + penalty, reported + penalty)
        }
    }

    // MARK: Batch normalisation

    /// How much of the running mean and variance is kept in a step, and what is added to the variance: PyTorch's.
    private static let kept = 0.9, smallVariance = 1e-5

    /// A network whose hidden layers are normalised, as they are before the first step.
    func normalizing() -> MLPNetwork {
        var network = self
        network.scales = coefs.dropLast().map { .ones([$0.shape[1]], dtype: $0.dtype) }
        network.shifts = coefs.dropLast().map { .zeros([$0.shape[1]], dtype: $0.dtype) }
        return network
    }

    /// The running means and variances before the first step.
    var initialStatistics: [Tensor] {
        scales.flatMap { [Tensor.zeros($0.shape, dtype: $0.dtype), Tensor.ones($0.shape, dtype: $0.dtype)] }
    }

    private func normalized(_ h: Tensor, _ layer: Int, _ statistics: inout [Tensor]) -> Tensor {
        let (mean, variance) = h.momentsOfLastAxis()
        for (i, now) in [mean, variance].enumerated() {
            statistics[2 * layer + i] = statistics[2 * layer + i] * Self.kept + now.stoppingGradient() * (1 - Self.kept)
        }
        let scale = scales[layer] * reciprocal(sqrt(variance + Self.smallVariance))
        return (h - mean) * scale + shifts[layer]
    }

    /// The network that predicts: running means and variances become part of weights and biases.
    func folded(_ statistics: [Tensor]) -> MLPNetwork {
        if scales.isEmpty { return self }
        var network = self
        for layer in scales.indices {
            let mean = statistics[2 * layer]
            let variance = statistics[2 * layer + 1]
            let scale = scales[layer] * reciprocal(sqrt(variance + Self.smallVariance))
            network.coefs[layer] = coefs[layer] * scale
            network.intercepts[layer] = (intercepts[layer] - mean) * scale + shifts[layer]
        }
        (network.scales, network.shifts) = ([], [])
        return network
    }
}
