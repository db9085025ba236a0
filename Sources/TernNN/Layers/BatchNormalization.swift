import TernCore

/// Values with mean 0 and variance 1 for each channel, then scaled and shifted by trained
/// numbers: γ (x − mean) / √(variance + ε) + β.
///
/// ```swift
/// let layer = BatchNormalization()
/// let y = layer(Tensor([[1.0], [3.0]]).cast(to: .float32), training: true)   // but for ε [[-1], [1]]
/// let mean = layer.movingMean                                                // [0.02]
/// ```
///
/// In training the batch's own mean and variance are used, and their running means kept for
/// prediction: moving ← momentum · moving + (1 − momentum) · batch. The variance is the biased
/// one, as in Keras. Output as the input. Steps that a mask leaves out count in neither.
///
/// Source: Ioffe and Szegedy, "Batch normalization", ICML 2015.
public final class BatchNormalization: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// The axis of the channels.
    public let axis: Int
    /// How much of the running means stays from batch to batch, and what is added to the variance.
    public let momentum: Double, epsilon: Double
    /// Whether β is added, and whether γ multiplies.
    public let centers: Bool, scales: Bool
    /// How β and γ begin and what holds them; `.zeros` and `.ones` where nothing else was said.
    public let betaSettings: WeightSettings, gammaSettings: WeightSettings
    /// What the running means begin with.
    public let movingMeanInitializer: Initializer, movingVarianceInitializer: Initializer
    /// γ, [channels].
    @Weight public var gamma: Tensor
    /// β, [channels].
    @Weight public var beta: Tensor
    /// The running mean of each channel, [channels]; state.
    @Weight public var movingMean: Tensor
    /// The running variance of each channel, [channels]; state.
    @Weight public var movingVariance: Tensor

    /// Normalises each channel of `axis`; defaults are Keras's.
    public init(
        axis: Int = -1, momentum: Double = 0.99, epsilon: Double = 1e-3, centers: Bool = true, scales: Bool = true,
        beta: WeightSettings = .init(), gamma: WeightSettings = .init(),
        movingMeanInitializer: Initializer = .zeros, movingVarianceInitializer: Initializer = .ones, name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.axis = axis
        self.momentum = momentum
        self.epsilon = epsilon
        self.centers = centers
        self.scales = scales
        betaSettings = beta.defaulting(to: .zeros)
        gammaSettings = gamma.defaulting(to: .ones)
        self.movingMeanInitializer = movingMeanInitializer
        self.movingVarianceInitializer = movingVarianceInitializer
        if let wrong = complaintAboutSettings { fail("BatchNormalization: \(wrong)") }
    }

    private var complaintAboutSettings: String? {
        (0...1).contains(momentum) ? nil : "the momentum \(momentum) is not between 0 and 1"
    }

    private func channelAxis(_ rank: Int) -> Int { place(of: axis, in: rank) }

    /// The input must have the axis, with as many channels as before.
    public func complaint(about inputShape: [Int]) -> String? {
        let at = channelAxis(inputShape.count)
        if at < 0 || at >= inputShape.count { return "axis \(axis) is out of range" }
        if let wrong = complaintAboutSettings { return wrong }
        guard info.isBuilt, inputShape[at] != movingMean.count else { return nil }
        return "it was built for \(movingMean.count) channels in axis \(axis) and got \(inputShape[at])"
    }

    /// Makes γ, β and the running means for the channels of this shape.
    public func build(_ inputShape: [Int]) {
        let shape = [inputShape[channelAxis(inputShape.count)]]
        if scales {
            $gamma.make("gamma", shape, gammaSettings, in: self)
        }
        if centers {
            $beta.make("beta", shape, betaSettings, in: self)
        }
        $movingMean.make("moving_mean", shape, movingMeanInitializer, in: self, isTrainable: false)
        $movingVariance.make("moving_variance", shape, movingVarianceInitializer, in: self, isTrainable: false)
    }

    /// A step of the output comes of the same step of the input, whose mask holds for it.
    public var supportsMasking: Bool { true }

    /// γ (x − mean) / √(variance + ε) + β, of the shape of x; in training the running means move.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let at = channelAxis(x.rank)
        var mean = movingMean, variance = movingVariance
        // Frozen, it predicts: Keras's rule for transfer learning.
        if context.isTraining && !context.isFrozen {
            (mean, variance) = moments(x, at, context.masks.first ?? nil)
            movingMean = movingMean * momentum + mean.stoppingGradient() * (1 - momentum)
            movingVariance = movingVariance * momentum + variance.stoppingGradient() * (1 - momentum)
        }
        var scale = reciprocal(sqrt(variance + epsilon))
        if scales { scale = scale * gamma }
        var shift = -mean * scale
        if centers { shift = shift + beta }
        var shape = [Int](repeating: 1, count: x.rank)
        shape[at] = x.shape[at]
        return at == x.rank - 1 ? x * scale + shift : x * scale.reshaped(shape) + shift.reshaped(shape)
    }

    private func moments(_ x: Tensor, _ at: Int, _ mask: Tensor?) -> (Tensor, Tensor) {
        let axes = (0..<x.rank).filter { $0 != at }
        if let mask {
            // Keras's small number: where nothing counts, mean and variance are 0.
            let total = mask.maskElements(of: x).cast(to: x.dtype).sum(axes: axes) + smallNumber
            let mean = x.masked(by: mask).sum(axes: axes) / total
            var shape = [Int](repeating: 1, count: x.rank)
            shape[at] = x.shape[at]
            return (mean, square((x - mean.reshaped(shape)).masked(by: mask)).sum(axes: axes) / total)
        }
        if at == x.rank - 1 { return x.momentsOfLastAxis() }
        return (x.mean(axes: axes), x.variance(axes: axes))
    }
}
