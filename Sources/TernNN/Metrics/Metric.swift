import TernCore
import TernText

/// A figure of merit over all batches of an epoch: one of Keras's, which the static members list, or one of your own.
///
/// ```swift
/// let bias = Metric("bias") { target, prediction in prediction - target }
///
/// let model = Sequential(input: [3]) { Dense(1) }
/// model.compile(loss: .meanSquaredError, metrics: [bias, .rootMeanSquaredError])
///
/// let x = Tensor.random([40, 3], seed: 1), y = x.sum(axis: 1, keepingDimensions: true)
/// let history = try model.fit(x, y, epochs: 5, validationSplit: 0.25)
/// print(history["val_bias"].last!)
/// ```
///
/// A metric keeps a few tensors, its state, to which each batch adds; the result is computed of them. All steps are pure
/// functions of tensors that look at shapes alone, so that a plan can update the state in place. There are three ways to
/// make one, from the simplest on: the mean of a value of each example, as above; what follows from sums over all
/// elements, ``init(_:sums:matchesShapes:isBetterWhenLarger:of:result:)``; and a state of any kind,
/// `init(_:state:matchesShapes:isBetterWhenLarger:update:result:)`. All are told by name in `fit`, `evaluate`,
/// ``History`` and to callbacks, and count as sample weights, masks and missing targets have it.
///
/// States and results are of the prediction's floating type, or `float32` for integers; counts too.
public struct Metric: Sendable, CustomStringConvertible {
    /// The types that a state is made for.
    struct Specs: Sendable {
        var target: TensorSpec, prediction: TensorSpec
        var dtype: DType { Metric.stateDType(prediction) }
    }

    /// What the weights of a metric belong to, and so what a missing target leaves out.
    enum Grain {
        /// An example, or a position of more leading axes: a position with any missing element is left out.
        case positions
        /// The same, and values are means over the last axis, so that each element can count for itself.
        case meansOfElements
        /// Each element: weights have the prediction's shape.
        case elements
    }

    /// The name under which the value is reported.
    public let name: String
    /// Whether what a mask of the prediction leaves out has weight 0: true of all that are means of a function, as in
    /// Keras, and of your own.
    public let heedsMasks: Bool
    /// Whether a larger value is a better one, by which callbacks that watch it go; nil where that is not known.
    public let isBetterWhenLarger: Bool?
    private let matchesShapes: Bool
    private let grain: Grain
    private let initial: @Sendable (Specs) -> [Tensor]
    private let update: @Sendable ([Tensor], Tensor, Tensor, Tensor?) -> [Tensor]
    private let finish: @Sendable ([Tensor]) -> Tensor
    /// What Keras calls it; nil of one's own, and of what Keras has not.
    package private(set) var kerasForm: KerasForm?
    /// The loss of which it is the mean, where it was made of one.
    package private(set) var loss: Loss?

    private init(
        _ name: String, heedsMasks: Bool, isBetterWhenLarger: Bool?, matchesShapes: Bool, grain: Grain,
        initial: @escaping @Sendable (Specs) -> [Tensor],
        update: @escaping @Sendable ([Tensor], Tensor, Tensor, Tensor?) -> [Tensor],
        finish: @escaping @Sendable ([Tensor]) -> Tensor
    ) {
        self.name = name
        self.heedsMasks = heedsMasks
        self.isBetterWhenLarger = isBetterWhenLarger
        self.matchesShapes = matchesShapes
        self.grain = grain
        self.initial = initial
        self.update = update
        self.finish = finish
    }

    /// The same, which Keras's class of this name computes with these arguments.
    func written(as className: String, _ arguments: [String: JSON] = [:]) -> Metric {
        var metric = self
        metric.kerasForm = KerasForm(className, arguments)
        return metric
    }

    static func stateDType(_ prediction: TensorSpec) -> DType {
        prediction.dtype.isFloatingPoint ? prediction.dtype : .float32
    }

    /// The state before the first batch, for batches of these shapes (whatever their first length).
    public func initialState(target: TensorSpec, prediction: TensorSpec) -> [Tensor] {
        var specs = Specs(target: target, prediction: prediction)
        if matchesShapes {
            // As they are once both have one shape (`matched`).
            let (shorter, longer) =
                target.shape.count < prediction.shape.count
                ? (target.shape, prediction.shape) : (prediction.shape, target.shape)
            let shape = shorter.count > 1 && longer == shorter + [1] ? shorter : longer
            specs.target = TensorSpec(shape: shape, dtype: target.dtype)
            specs.prediction = TensorSpec(shape: shape, dtype: prediction.dtype)
        }
        return initial(specs)
    }

    /// The state after one more batch, of the same shapes and types.
    ///
    /// - Parameter sampleWeight: how much each example counts, or each position of more leading axes.
    public func updated(_ state: [Tensor], target: Tensor, prediction: Tensor, sampleWeight: Tensor? = nil) -> [Tensor]
    {
        let dtype = Self.stateDType(prediction.spec)
        var (t, p) = (target.cast(to: dtype), prediction.cast(to: dtype))
        if matchesShapes { (t, p) = matched("metric \(name)", t, p) }
        let after = update(state, t, p, sampleWeight?.cast(to: dtype))
        guard after.count == state.count else {
            fail("metric \(name): a batch makes \(after.count) of \(state.count) parts")
        }
        for (old, new) in zip(state, after) where old.shape != new.shape {
            fail("metric \(name): a batch makes a part of shape \(new.shape) of one of shape \(old.shape)")
        }
        return zip(state, after).map { $1.cast(to: $0.dtype) }
    }

    /// The value of the metric, of shape [] or one for each class or threshold; reports hold their mean.
    public func result(_ state: [Tensor]) -> Tensor { finish(state) }

    /// The metric of a single batch.
    public func callAsFunction(_ target: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil) -> Tensor {
        result(
            updated(
                initialState(target: target.spec, prediction: prediction.spec), target: target, prediction: prediction,
                sampleWeight: sampleWeight))
    }

    /// Its name.
    public var description: String { name }
}

// MARK: - Metrics of your own

extension Metric {
    /// The mean of what a loss is for each batch, as Keras reports a loss object that stands among metrics.
    ///
    /// The last batch of an epoch counts as much as the others, though it may be smaller; ``loss(_:name:)`` is the mean over
    /// examples.
    package static func meanOverBatches(_ loss: Loss) -> Metric {
        var metric = Metric(meanOf: loss.name, heedsMasks: false, isBetterWhenLarger: false) {
            Loss.Positions(values: loss($0, $1))
        }
        metric.loss = loss
        return metric
    }

    /// The weighted mean over examples of a function.
    ///
    /// ```swift
    /// let hits = Metric("within_a_degree", isBetterWhenLarger: true) { target, prediction in
    ///     (abs(prediction - target) .< 1).cast(to: prediction.dtype)
    /// }
    /// print(hits(Tensor([20.0, 21, 22]), Tensor([20.5, 25, 22])).item)  // 0.6666666666666666
    /// ```
    ///
    /// - Parameters:
    ///   - matchesShapes: whether target and prediction are to have one shape, as in ``Loss/init(_:matchesShapes:_:)``.
    ///   - isBetterWhenLarger: the direction in which callbacks take it to improve where their mode is ``MonitorMode/auto``.
    ///   - values: takes (target, prediction), both of the prediction's floating type, and gives a value for each
    ///     example: of shape [batch], or with more axes behind it, of which the mean is taken.
    public init(
        _ name: String, matchesShapes: Bool = true, isBetterWhenLarger: Bool? = nil,
        _ values: @escaping @Sendable (_ target: Tensor, _ prediction: Tensor) -> Tensor
    ) {
        self.init(
            meanOf: name, isBetterWhenLarger: isBetterWhenLarger, matchesShapes: matchesShapes
        ) { target, prediction in
            let values = values(target, prediction)
            guard values.rank > 0, values.shape[0] == prediction.shape.first else {
                fail(
                    "metric \(name): its function gives values of shape \(values.shape) for predictions of shape \(prediction.shape); "
                        + "the first axis is to be that of the examples")
            }
            return Loss.Positions(values: values.cast(to: prediction.dtype))
        }
    }

    /// What follows from sums over all elements of all batches, such as a correlation.
    ///
    /// ```swift
    /// let correlation = Metric("correlation", sums: 6, isBetterWhenLarger: true) { target, prediction, weight in
    ///     let (t, p, w) = (target, prediction, weight)
    ///     return [w, w * t, w * p, w * t * t, w * p * p, w * t * p].map { $0.sum() }
    /// } result: { s in
    ///     (s[0] * s[5] - s[1] * s[2]) / sqrt((s[0] * s[3] - s[1] * s[1]) * (s[0] * s[4] - s[2] * s[2]))
    /// }
    /// print(correlation(Tensor([1.0, 2, 3]), Tensor([2.0, 4, 6])).item)  // 1
    /// ```
    ///
    /// - Parameters:
    ///   - sums: their number.
    ///   - matchesShapes: as in ``init(_:matchesShapes:isBetterWhenLarger:_:)``.
    ///   - parts: takes (target, prediction, weight) of one floating type and gives what a batch adds to each of the sums,
    ///     of shape []. The weights have the prediction's shape: 1 where none are given, 0 where a mask or a missing
    ///     target leaves an element out.
    ///   - result: the metric of the sums.
    public init(
        _ name: String, sums count: Int, matchesShapes: Bool = true, isBetterWhenLarger: Bool? = nil,
        of parts: @escaping @Sendable (_ target: Tensor, _ prediction: Tensor, _ weight: Tensor) -> [Tensor],
        result: @escaping @Sendable (_ sums: [Tensor]) -> Tensor
    ) {
        self.init(name, matchesShapes: matchesShapes, isBetterWhenLarger: isBetterWhenLarger) { _, prediction in
            Array(repeating: .zeros([], dtype: Self.stateDType(prediction)), count: count)
        } update: { sums, target, prediction, weight in
            let parts = parts(target, prediction, weight)
            return parts.indices.map { $0 < sums.count && parts[$0].shape == [] ? sums[$0] + parts[$0] : parts[$0] }
        } result: {
            result($0)
        }
    }

    /// A metric with a state of any kind, such as the largest error of all.
    ///
    /// ```swift
    /// let largest = Metric("largest_error", isBetterWhenLarger: false) { _, prediction in
    ///     [Tensor.zeros([], dtype: prediction.dtype)]
    /// } update: { state, target, prediction, weight in
    ///     [maximum(state[0], (weight * abs(prediction - target)).max())]
    /// } result: { state in
    ///     state[0]
    /// }
    /// print(largest(Tensor([1.0, 2]), Tensor([1.5, 4])).item)  // 2
    /// ```
    ///
    /// - Parameters:
    ///   - matchesShapes: as in ``init(_:matchesShapes:isBetterWhenLarger:_:)``.
    ///   - state: the state before the first batch, for targets and predictions of these shapes.
    ///   - update: the state after one more batch, of the same shapes, from (state, target, prediction, weight); the
    ///     weights are those of ``init(_:sums:matchesShapes:isBetterWhenLarger:of:result:)``.
    ///   - result: the metric of the state.
    public init(
        _ name: String, matchesShapes: Bool = true, isBetterWhenLarger: Bool? = nil,
        state: @escaping @Sendable (_ target: TensorSpec, _ prediction: TensorSpec) -> [Tensor],
        update:
            @escaping @Sendable (_ state: [Tensor], _ target: Tensor, _ prediction: Tensor, _ weight: Tensor) ->
            [Tensor],
        result: @escaping @Sendable (_ state: [Tensor]) -> Tensor
    ) {
        self.init(
            name, heedsMasks: true, isBetterWhenLarger: isBetterWhenLarger, matchesShapes: matchesShapes,
            grain: .elements
        ) {
            state($0.target, $0.prediction)
        } update: { before, target, prediction, weight in
            let weight = weight ?? constant(1, like: prediction)
            let whole = weight.leadingAxes(of: prediction.rank).broadcast(to: prediction.shape)
            return update(before, target, prediction, whole)
        } finish: {
            result($0)
        }
    }
}

// MARK: - Metrics of Keras

extension Metric {
    /// A metric of sums of any shape.
    ///
    /// - Parameters:
    ///   - shapes: the shapes of the sums that the metric keeps.
    ///   - contribution: what a batch (target, prediction, weights, all of the state's type) adds to each of them.
    ///   - finish: the metric of the sums.
    init(
        _ name: String, heedsMasks: Bool = false, isBetterWhenLarger: Bool?, matchesShapes: Bool = false,
        grain: Grain = .positions, shapes: @escaping @Sendable (Specs) -> [[Int]],
        contribution: @escaping @Sendable (Tensor, Tensor, Tensor?) -> [Tensor],
        finish: @escaping @Sendable ([Tensor]) -> Tensor
    ) {
        self.init(
            name, heedsMasks: heedsMasks, isBetterWhenLarger: isBetterWhenLarger, matchesShapes: matchesShapes,
            grain: grain
        ) { specs in
            shapes(specs).map { .zeros($0, dtype: specs.dtype) }
        } update: { state, target, prediction, weight in
            zip(state, contribution(target, prediction, weight)).map { $0 + $1.cast(to: $0.dtype) }
        } finish: {
            finish($0)
        }
    }

    /// A weighted mean over examples, and what `finish` makes of it.
    init(
        meanOf name: String, heedsMasks: Bool = true, isBetterWhenLarger: Bool?, matchesShapes: Bool = false,
        grain: Grain = .positions, finish: @escaping @Sendable (Tensor) -> Tensor = { $0 },
        _ positions: @escaping @Sendable (Tensor, Tensor) -> Loss.Positions
    ) {
        self.init(
            name, heedsMasks: heedsMasks, isBetterWhenLarger: isBetterWhenLarger, matchesShapes: matchesShapes,
            grain: grain
        ) { _ in
            [[], []]
        } contribution: { target, prediction, weight in
            let found = positions(target, prediction)
            return SamplewiseMean.parts(found.values(weighted: weight), mask: found.mask, weight: weight)
        } finish: {
            finish(divideOrZero($0[0], $0[1]))
        }
    }

    /// The metric of what was observed: where the target is NaN, the prediction does not count.
    ///
    /// As in ``Loss/ignoringMissing()``, each element counts for itself where the metric is a mean over elements, or of
    /// sums or a state of your own; elsewhere a position with any missing element is left out. Outputs whose loss leaves
    /// out missing targets get their metrics so.
    public func ignoringMissing() -> Metric {
        Metric(
            name, heedsMasks: heedsMasks, isBetterWhenLarger: isBetterWhenLarger, matchesShapes: matchesShapes,
            grain: grain, initial: initial
        ) { [self] state, target, prediction, weight in
            var (t, p) = (target, prediction)
            if grain == .meansOfElements {
                (t, p) = matched("metric \(name)", t, p)
                (t, p) = (t.expandingDimension(at: -1), p.expandingDimension(at: -1))
            } else if t.rank > p.rank {
                (t, p) = aligned(t, p)
            }
            let missing = isNaN(t), hasAxis = grain != .elements && t.rank == p.rank && t.rank > 1
            let left = hasAxis ? missing.any(axes: [-1]) : missing
            t = select(hasAxis ? left.expandingDimension(at: -1) : left, constant(hasAxis ? 1 : 0, like: t), t)
            p = select(left.leadingAxes(of: p.rank), constant(1, like: p), p)
            let keep = (.!left).cast(to: p.dtype)
            guard let weight else { return update(state, t, p, keep) }
            let given = grain == .elements ? weight : aligned(weight, keep).0
            return update(state, t, p, productOfLeadingAxes(given, keep))
        } finish: { [self] in
            finish($0)
        }
    }
}
