import TernCore

/// Values with mean 0 and variance 1 over some axes of each example, then scaled and shifted by
/// trained numbers of the shape of those axes.
///
/// Source: Ba, Kiros and Hinton, "Layer normalization", 2016.
public final class LayerNormalization: UnaryLayer {
    public let info: LayerInfo
    public let axes: [Int]
    public let epsilon: Double
    public let centers: Bool, scales: Bool
    public let betaInitializer: Initializer, gammaInitializer: Initializer
    public let betaRegularizer: Regularizer?, gammaRegularizer: Regularizer?
    @Weight public var gamma: Tensor
    @Weight public var beta: Tensor

    public init(
        axes: [Int] = [-1], epsilon: Double = 1e-3, centers: Bool = true, scales: Bool = true,
        betaInitializer: Initializer = .zeros, gammaInitializer: Initializer = .ones,
        betaRegularizer: Regularizer? = nil, gammaRegularizer: Regularizer? = nil, name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.axes = axes
        self.epsilon = epsilon
        self.centers = centers
        self.scales = scales
        self.betaInitializer = betaInitializer
        self.gammaInitializer = gammaInitializer
        self.betaRegularizer = betaRegularizer
        self.gammaRegularizer = gammaRegularizer
    }

    private func places(_ rank: Int) -> [Int] { axes.map { $0 < 0 ? $0 + rank : $0 }.sorted() }

    public func build(_ inputShape: [Int]) {
        let shape = places(inputShape.count).map { inputShape[$0] }
        if scales { $gamma.make("gamma", shape, gammaInitializer, in: self, regularizer: gammaRegularizer) }
        if centers { $beta.make("beta", shape, betaInitializer, in: self, regularizer: betaRegularizer) }
    }

    public var supportsMasking: Bool { true }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let places = places(x.rank)
        let centered = x - x.mean(axes: places, keepingDimensions: true)
        var y = centered * reciprocal(sqrt(square(centered).mean(axes: places, keepingDimensions: true) + epsilon))
        let shape = x.shape.indices.map { places.contains($0) ? x.shape[$0] : 1 }
        if scales { y = y * gamma.reshaped(shape) }
        if centers { y = y + beta.reshaped(shape) }
        return y
    }
}

/// Values with mean 0 and variance 1 over groups of channels and the whole grid of each example,
/// then scaled and shifted by trained numbers for each channel.
///
/// `groups: -1` makes each channel a group (instance normalisation).
///
/// Source: Wu and He, "Group normalization", ECCV 2018.
public final class GroupNormalization: UnaryLayer {
    public let info: LayerInfo
    public let groups: Int
    public let epsilon: Double
    public let centers: Bool, scales: Bool
    public let betaInitializer: Initializer, gammaInitializer: Initializer
    @Weight public var gamma: Tensor
    @Weight public var beta: Tensor

    public init(
        groups: Int = 32, epsilon: Double = 1e-3, centers: Bool = true, scales: Bool = true,
        betaInitializer: Initializer = .zeros, gammaInitializer: Initializer = .ones, name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.groups = groups
        self.epsilon = epsilon
        self.centers = centers
        self.scales = scales
        self.betaInitializer = betaInitializer
        self.gammaInitializer = gammaInitializer
    }

    public func complaint(about inputShape: [Int]) -> String? {
        groups == -1 || inputShape.last! % groups == 0 ? nil : "\(groups) groups do not divide \(inputShape.last!) channels"
    }

    public func build(_ inputShape: [Int]) {
        if scales { $gamma.make("gamma", [inputShape.last!], gammaInitializer, in: self) }
        if centers { $beta.make("beta", [inputShape.last!], betaInitializer, in: self) }
    }

    public var supportsMasking: Bool { true }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let channels = x.shape.last!, groups = groups == -1 ? channels : groups
        let cells = x.shape.dropFirst().dropLast().reduce(1, *)
        let grouped = x.reshaped([x.shape[0], cells, groups, channels / groups])
        let centered = grouped - grouped.mean(axes: [1, 3], keepingDimensions: true)
        let normal = centered * reciprocal(sqrt(square(centered).mean(axes: [1, 3], keepingDimensions: true) + epsilon))
        var y = normal.reshaped(x.shape)
        if scales { y = y * gamma }
        if centers { y = y + beta }
        return y
    }
}

/// Values scaled so that their squares add up to 1 along `axis`.
public final class UnitNormalization: UnaryLayer {
    public let info: LayerInfo
    public let axis: Int

    public init(axis: Int = -1, name: String? = nil) {
        info = LayerInfo(name: name)
        self.axis = axis
    }

    public var supportsMasking: Bool { true }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x * reciprocal(sqrt(maximum(square(x).sum(axis: axis, keepingDimensions: true), 1e-12)))
    }
}

/// x · scale + offset.
///
/// ```swift
/// let celsius = Rescaling(scale: 1, offset: -273.15)
/// ```
public final class Rescaling: UnaryLayer {
    public let info: LayerInfo
    public let scale: Double, offset: Double

    public init(scale: Double, offset: Double = 0, name: String? = nil) {
        info = LayerInfo(name: name)
        self.scale = scale
        self.offset = offset
    }

    public var supportsMasking: Bool { true }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor { x * scale + offset }
}

/// (x − mean) / √variance with numbers given or learned beforehand from data, for each index of
/// `axis`; with `axis` nil one pair for all.
///
/// ```swift
/// let scaled = Normalization()
/// scaled.adapt(to: sst)
/// ```
public final class Normalization: UnaryLayer {
    public let info: LayerInfo
    public let axis: Int?
    public let inverts: Bool
    @Weight public var mean: Tensor
    @Weight public var variance: Tensor

    public init(axis: Int? = -1, inverts: Bool = false, name: String? = nil) {
        info = LayerInfo(name: name)
        self.axis = axis
        self.inverts = inverts
    }

    /// With numbers that are known already.
    public convenience init(mean: [Double], variance: [Double], axis: Int? = -1, inverts: Bool = false, name: String? = nil) {
        self.init(axis: axis, inverts: inverts, name: name)
        makeVariables([mean.count])
        set(Tensor(mean), Tensor(variance))
    }

    private func makeVariables(_ shape: [Int]) {
        $mean.make("mean", shape, .zeros, in: self, isTrainable: false)
        $variance.make("variance", shape, .ones, in: self, isTrainable: false)
    }

    private func set(_ mean: Tensor, _ variance: Tensor) {
        self.mean = mean.cast(to: info.dtype)
        self.variance = variance.cast(to: info.dtype)
    }

    /// Learns mean and variance of `data`, [examples, ...].
    public func adapt(to data: Tensor) {
        let at = axis.map { $0 < 0 ? $0 + data.rank : $0 }
        let axes = (0..<data.rank).filter { $0 != at }, numbers = data.cast(to: .float64)
        makeVariables([at.map { data.shape[$0] } ?? 1])
        set(numbers.mean(axes: axes).flattened(), numbers.variance(axes: axes).flattened())
    }

    public func build(_ inputShape: [Int]) {
        if $mean.variable == nil { makeVariables([axis.map { inputShape[$0 < 0 ? $0 + inputShape.count : $0] } ?? 1]) }
    }

    public var supportsMasking: Bool { true }
    // What it keeps no call changes.
    public var mixesExamples: Bool { false }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        var shape = [Int](repeating: 1, count: x.rank)
        if let axis { shape[axis < 0 ? axis + x.rank : axis] = mean.count }
        let mean = mean.reshaped(shape), deviation = maximum(sqrt(variance), 1e-7).reshaped(shape)
        return inverts ? x * deviation + mean : (x - mean) / deviation
    }
}
