import TernCore

/// Values with mean 0 and variance 1 over some axes of each example, then scaled and shifted by
/// trained numbers of the shape of those axes.
///
/// ```swift
/// let y = LayerNormalization()(Tensor([[1.0, 3.0]]).cast(to: .float32))   // but for ε [[-1, 1]]
/// ```
///
/// Source: Ba, Kiros and Hinton, "Layer normalization", 2016.
public final class LayerNormalization: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// The axes over which mean and variance are taken.
    public let axis: Axes
    /// What is added to the variance.
    public let epsilon: Double
    /// Whether β is added, and whether γ multiplies.
    public let centers: Bool, scales: Bool
    /// How β and γ begin and what holds them; `.zeros` and `.ones` where nothing else was said.
    public let betaSettings: WeightSettings, gammaSettings: WeightSettings
    /// γ, of the lengths of the axes.
    @Weight public var gamma: Tensor
    /// β, of the lengths of the axes.
    @Weight public var beta: Tensor

    /// Normalises each example over `axis`, by default the last; defaults are Keras's.
    public init(
        axis: Axes = -1, epsilon: Double = 1e-3, centers: Bool = true, scales: Bool = true,
        beta: WeightSettings = .init(), gamma: WeightSettings = .init(), name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.axis = axis
        self.epsilon = epsilon
        self.centers = centers
        self.scales = scales
        betaSettings = beta.defaulting(to: .zeros)
        gammaSettings = gamma.defaulting(to: .ones)
    }

    /// The input must have the axes, of the lengths it was built for.
    public func complaint(about inputShape: [Int]) -> String? {
        if let complaint = axis.complaint(inputShape.count) { return complaint }
        let lengths = axis.places(inputShape.count).map { inputShape[$0] }
        guard info.isBuilt, let built = ($gamma.variable ?? $beta.variable)?.shape, built != lengths else { return nil }
        return "it was built for the lengths \(built) of its axes and got \(lengths)"
    }

    /// Makes γ and β for the lengths of the axes.
    public func build(_ inputShape: [Int]) {
        let shape = axis.places(inputShape.count).map { inputShape[$0] }
        if scales {
            $gamma.make("gamma", shape, gammaSettings, in: self)
        }
        if centers {
            $beta.make("beta", shape, betaSettings, in: self)
        }
    }

    /// A step of the output comes of the same step of the input, whose mask holds for it.
    public var supportsMasking: Bool { true }

    /// γ (x − mean) / √(variance + ε) + β, of the shape of x.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let places = axis.places(x.rank)
        var y = standardized(x, axes: places, epsilon: epsilon)
        let shape = x.shape.indices.map { places.contains($0) ? x.shape[$0] : 1 }
        if scales { y = y * gamma.reshaped(shape) }
        if centers { y = y + beta.reshaped(shape) }
        return y
    }
}

/// `x` less its mean over some axes, divided by √(its variance + `epsilon`).
private func standardized(_ x: Tensor, axes: [Int], epsilon: Double) -> Tensor {
    let factor = x.factorForSquares(axes: axes), scaled = x * factor
    let centered = scaled - scaled.mean(axes: axes, keepingDimensions: true)
    let variance = square(centered).mean(axes: axes, keepingDimensions: true)
    return centered * reciprocal(sqrt(variance + epsilon * factor * factor))
}

/// Values with mean 0 and variance 1 over groups of channels (of `axis`) and the whole grid of each
/// example, then scaled and shifted by trained numbers for each channel.
///
/// ```swift
/// let y = GroupNormalization(groups: 4)(Tensor.ones([2, 9, 9, 8]))   // [2, 9, 9, 8]
/// ```
///
/// `groups: -1` makes each channel a group (instance normalisation).
///
/// Source: Wu and He, "Group normalization", ECCV 2018.
public final class GroupNormalization: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// How many groups of channels there are; -1 makes each channel one.
    public let groups: Int
    /// The axis of the channels.
    public let axis: Int
    /// What is added to the variance.
    public let epsilon: Double
    /// Whether β is added, and whether γ multiplies.
    public let centers: Bool, scales: Bool
    /// How β and γ begin and what holds them; `.zeros` and `.ones` where nothing else was said.
    public let betaSettings: WeightSettings, gammaSettings: WeightSettings
    /// γ, [channels].
    @Weight public var gamma: Tensor
    /// β, [channels].
    @Weight public var beta: Tensor

    /// Normalises groups of the channels of `axis`; defaults are Keras's.
    public init(
        groups: Int = 32, axis: Int = -1, epsilon: Double = 1e-3, centers: Bool = true, scales: Bool = true,
        beta: WeightSettings = .init(), gamma: WeightSettings = .init(), name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.groups = groups
        self.axis = axis
        self.epsilon = epsilon
        self.centers = centers
        self.scales = scales
        betaSettings = beta.defaulting(to: .zeros)
        gammaSettings = gamma.defaulting(to: .ones)
        if let wrong = complaintAboutSettings { fail("GroupNormalization: \(wrong)") }
    }

    private var complaintAboutSettings: String? {
        groups > 0 || groups == -1
            ? nil : "groups must be above 0, or -1 for one for each channel, not \(groups)"
    }

    private func channelAxis(_ rank: Int) -> Int { place(of: axis, in: rank) }

    /// The input must have the axis, and groups must divide its channels.
    public func complaint(about inputShape: [Int]) -> String? {
        let at = channelAxis(inputShape.count)
        if at < 1 || at >= inputShape.count { return "axis \(axis) is \(at == 0 ? "the batch" : "out of range")" }
        let channels = inputShape[at]
        if let wrong = complaintAboutSettings { return wrong }
        guard groups == -1 || channels > 0 && channels % groups == 0 else {
            return "\(groups) groups do not divide \(channels) channels"
        }
        guard info.isBuilt, let built = ($gamma.variable ?? $beta.variable)?.shape[0], built != channels else {
            return nil
        }
        return "it was built for \(built) channels in axis \(axis) and got \(channels)"
    }

    /// Makes γ and β for the channels of this shape.
    public func build(_ inputShape: [Int]) {
        let shape = [inputShape[channelAxis(inputShape.count)]]
        if scales {
            $gamma.make("gamma", shape, gammaSettings, in: self)
        }
        if centers {
            $beta.make("beta", shape, betaSettings, in: self)
        }
    }

    /// A step of the output comes of the same step of the input, whose mask holds for it.
    public var supportsMasking: Bool { true }

    /// γ (x − mean) / √(variance + ε) + β with the group's mean and variance, of the shape of x.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let at = channelAxis(x.rank), channels = x.shape[at], groups = groups == -1 ? channels : groups
        let before = x.shape[1..<at].reduce(1, *), after = x.shape[(at + 1)...].reduce(1, *)
        // The cells before and after the channels, the groups and the channels of each.
        let grouped = x.reshaped([x.shape[0], before, groups, channels / groups * after])
        var y = standardized(grouped, axes: [1, 3], epsilon: epsilon).reshaped(x.shape)
        let shape = [channels] + Array(repeating: 1, count: x.rank - at - 1)
        if scales { y = y * gamma.reshaped(shape) }
        if centers { y = y + beta.reshaped(shape) }
        return y
    }
}

/// Values scaled so that their squares add up to 1 along `axis`, which may be several.
///
/// ```swift
/// let y = UnitNormalization()(Tensor([[3.0, 4.0]]))   // [[0.6, 0.8]]
/// ```
public final class UnitNormalization: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// Along which squares add up to 1.
    public let axis: Axes

    /// Scales along `axis`, by default the last.
    public init(axis: Axes = -1, name: String? = nil) {
        info = LayerInfo(name: name)
        self.axis = axis
    }

    /// The input must have the axes, each once.
    public func complaint(about inputShape: [Int]) -> String? { axis.complaint(inputShape.count) }

    /// A step of the output comes of the same step of the input, whose mask holds for it.
    public var supportsMasking: Bool { true }

    /// x / √Σ x², of the shape of x.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        normalized(x, axes: axis.places(x.rank), shortest: 1e-12)
    }
}

/// x · scale + offset.
///
/// ```swift
/// let celsius = Rescaling(scale: 1, offset: -273.15)
/// let y = celsius(Tensor([[273.15]]))   // [[0]]
/// ```
public final class Rescaling: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// The factor, and what is added after it.
    public let scale: Double, offset: Double

    /// A layer of this factor and this offset.
    public init(scale: Double, offset: Double = 0, name: String? = nil) {
        info = LayerInfo(name: name)
        self.scale = scale
        self.offset = offset
    }

    /// A step of the output comes of the same step of the input, whose mask holds for it.
    public var supportsMasking: Bool { true }

    /// x · scale + offset, of the shape of x.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor { x * scale + offset }
}

/// (x − mean) / √variance with numbers given or learned beforehand from data, for each index of
/// `axis` (one axis or several); with `axis` nil one pair for all. As in Keras √variance is taken as 10⁻⁷ at least:
/// what spreads less, as mixing ratios of trace gases may, is to be scaled up before.
///
/// ```swift
/// let scaled = Normalization()
/// scaled.adapt(to: Tensor([[1.0], [3.0]]))
/// let y = scaled(Tensor([[1.0], [3.0]]))       // [[-1], [1]]
/// let cells = Normalization(axis: [1, 2])      // a mean and a variance for each cell of the grid
/// ```
public final class Normalization: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// The axes whose indices have numbers of their own; nil for one pair of numbers.
    public let axis: Axes?
    /// Whether it goes the other way: x · √variance + mean.
    public let inverts: Bool
    /// Of the lengths of the axes, or [1] where they have none; state.
    @Weight public var mean: Tensor
    /// The same; state.
    @Weight public var variance: Tensor

    /// A layer that leaves all as it is until ``adapt(to:)`` has seen data, or weights are read.
    public init(axis: Axes? = -1, inverts: Bool = false, name: String? = nil) {
        info = LayerInfo(name: name)
        self.axis = axis
        self.inverts = inverts
    }

    /// With numbers that are known already, of the shape of the axes: one pair for all, one for each index of an axis,
    /// or of several axes in row-major order.
    public convenience init(
        mean: [Double], variance: [Double], shape: [Int]? = nil, axis: Axes? = -1, inverts: Bool = false,
        name: String? = nil
    ) {
        let shape = shape ?? [mean.count]
        guard mean.count == variance.count, shape.reduce(1, *) == mean.count else {
            fail(
                "Normalization: \(mean.count) means and \(variance.count) variances do not fit\(shape.count > 1 ? " the shape \(shape)" : "")"
            )
        }
        self.init(axis: axis, inverts: inverts, name: name)
        makeVariables(shape)
        set(Tensor(mean, shape: shape), Tensor(variance, shape: shape))
    }

    private func makeVariables(_ shape: [Int]) {
        $mean.make("mean", shape, .zeros, in: self, isTrainable: false)
        $variance.make("variance", shape, .ones, in: self, isTrainable: false)
    }

    private func set(_ mean: Tensor, _ variance: Tensor) {
        self.mean = mean.cast(to: info.dtype)
        self.variance = variance.cast(to: info.dtype)
    }

    private func places(_ rank: Int) -> [Int] { axis?.places(rank) ?? [] }

    /// The lengths of the axes that keep numbers of their own; one number where there are none.
    private func lengths(_ shape: [Int]) -> [Int] {
        let places = places(shape.count)
        return places.isEmpty ? [1] : places.map { shape[$0] }
    }

    /// Learns mean and variance of `data`, [examples, ...], whose axes are as long as those of the input that the layer
    /// was built for; others end the program.
    public func adapt(to data: Tensor) {
        if let complaint = axis?.complaint(data.rank) {
            fail("layer \(info.name ?? Self.kind): \(complaint) (data \(data.shape))")
        }
        let places = places(data.rank), shape = lengths(data.shape), numbers = data.cast(to: .float64)
        let axes = (0..<data.rank).filter { !places.contains($0) }
        // One pair for all, which was given, may become a pair for each.
        if info.isBuilt, let built = $mean.variable?.shape, built != [1], built != shape {
            fail(
                "layer \(info.name ?? Self.kind): it was built for numbers of shape \(built) and cannot learn some of shape \(shape); give data with the axes of its input (data \(data.shape))"
            )
        }
        // A model that has the layer keeps its variables, so that they are not made again.
        if $mean.variable == nil { makeVariables(shape) }
        set(numbers.mean(axes: axes).reshaped(shape), numbers.variance(axes: axes).reshaped(shape))
    }

    /// The input must have the axes, of the lengths that the numbers have.
    public func complaint(about inputShape: [Int]) -> String? {
        if let complaint = axis?.complaint(inputShape.count) { return complaint }
        guard let known = $mean.variable?.shape, known != [1] else { return nil }
        // Fewer numbers than axes stand along the last ones.
        let lengths = lengths(inputShape)
        return known.count <= lengths.count
            && zip(known.reversed(), lengths.reversed()).allSatisfy({ $0 == 1 || $0 == $1 })
            ? nil : "it has numbers of shape \(known); its axes have the lengths \(lengths)"
    }

    /// Makes numbers that leave all as it is, where there are none yet; those that were given become as many as the axes
    /// are long, so that a file of the model fits it.
    public func build(_ inputShape: [Int]) {
        let lengths = lengths(inputShape)
        guard let given = $mean.variable?.shape else { return makeVariables(lengths) }
        if given == lengths { return }
        let (mean, variance) = (mean.broadcast(to: lengths), variance.broadcast(to: lengths))
        makeVariables(lengths)
        set(mean, variance)
    }

    /// A step of the output comes of the same step of the input, whose mask holds for it.
    public var supportsMasking: Bool { true }
    // What it keeps no call changes.

    /// False: no call changes what it keeps.
    public var mixesExamples: Bool { false }

    /// (x − mean) / √variance, of the shape of x; the inverse with `inverts`.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        var shape = [Int](repeating: 1, count: x.rank)
        for (place, length) in zip(places(x.rank).reversed(), mean.shape.reversed()) { shape[place] = length }
        let mean = mean.reshaped(shape), deviation = maximum(sqrt(variance), 1e-7).reshaped(shape)
        return inverts ? x * deviation + mean : (x - mean) / deviation
    }
}
