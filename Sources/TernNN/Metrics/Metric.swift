import TernCore

/// A figure of merit over all batches of an epoch.
///
/// A metric keeps a few tensors, to which each batch adds; the result is computed of them. All three steps are pure
/// functions of tensors that look at shapes alone, so that a plan can update the state in place.
///
/// ```swift
/// struct Bias: Metric {
///     let name = "bias"
///     func initialState(target: TensorSpec, prediction: TensorSpec) -> [Tensor] { [.zeros([]), .zeros([])] }
///     func updated(_ state: [Tensor], target: Tensor, prediction: Tensor, sampleWeight: Tensor?) -> [Tensor] {
///         let error = (prediction - target).cast(to: .float32)
///         return [state[0] + error.sum(), state[1] + Float(error.count)]
///     }
///     func result(_ state: [Tensor]) -> Tensor { state[0] / state[1] }
/// }
/// let y = Tensor([1.0, 2]), p = Tensor([2.0, 5]), metric = Bias()
/// var state = metric.initialState(target: y.spec, prediction: p.spec)
/// state = metric.updated(state, target: y, prediction: p, sampleWeight: nil)
/// metric.result(state)                    // 2
/// ```
public protocol Metric: Sendable {
    /// The name under which the value is reported.
    var name: String { get }
    /// The state before the first batch, for batches of these shapes (whatever their first length).
    func initialState(target: TensorSpec, prediction: TensorSpec) -> [Tensor]
    /// The state after one more batch, of the same shapes and types.
    func updated(_ state: [Tensor], target: Tensor, prediction: Tensor, sampleWeight: Tensor?) -> [Tensor]
    /// The value of the metric, of shape [] or one for each class or threshold.
    func result(_ state: [Tensor]) -> Tensor
    /// Whether what a mask of the prediction leaves out has weight 0; by default false. True of
    /// all that are means of a function, as in Keras.
    var heedsMasks: Bool { get }
    /// Whether target and prediction come in one shape: [n] beside [n, 1] as [n, 1], other shapes end with a message.
    /// By default true; false of a metric that takes them as they are, such as classes beside probabilities.
    var matchesShapes: Bool { get }
}

extension Metric {
    /// false: what a mask leaves out counts too.
    public var heedsMasks: Bool { false }
    /// true: other shapes end with a message.
    public var matchesShapes: Bool { true }
}

/// A metric of Keras's list; see its static members.
///
/// ```swift
/// let metrics: [StandardMetric] = [.meanAbsoluteError, .rootMeanSquaredError]
/// metrics.map { $0(Tensor([1.0, 2]), Tensor([1.0, 4])).item }         // [1.0, 1.4142135623730951]
/// ```
///
/// States and results are of the prediction's floating type, or `float32` for integers; counts too.
public struct StandardMetric: Metric, CustomStringConvertible {
    /// The types that a state is made for.
    struct Specs: Sendable {
        var target: TensorSpec, prediction: TensorSpec
        var dtype: DType { StandardMetric.stateDType(prediction) }
    }

    /// Keras's name, under which the value is reported.
    public let name: String
    /// Whether what a mask of the prediction leaves out has weight 0: true of means of a function.
    public let heedsMasks: Bool
    /// false: each metric of the list sees to its shapes itself.
    public var matchesShapes: Bool { false }
    /// Whether each element counts for itself: the values are means over the last axis.
    let isElementwise: Bool
    private let shapes: @Sendable (Specs) -> [[Int]]
    private let contribution: @Sendable (Tensor, Tensor, Tensor?) -> [Tensor]
    private let finish: @Sendable ([Tensor]) -> Tensor

    /// - Parameters:
    ///   - shapes: the shapes of the sums that the metric keeps.
    ///   - contribution: what a batch (target, prediction, weights, all of the state's type) adds to each of them.
    ///   - finish: the metric of the sums.
    init(
        _ name: String, heedsMasks: Bool = false, isElementwise: Bool = false,
        shapes: @escaping @Sendable (Specs) -> [[Int]],
        contribution: @escaping @Sendable (Tensor, Tensor, Tensor?) -> [Tensor],
        finish: @escaping @Sendable ([Tensor]) -> Tensor
    ) {
        self.name = name
        self.heedsMasks = heedsMasks
        self.isElementwise = isElementwise
        self.shapes = shapes
        self.contribution = contribution
        self.finish = finish
    }

    /// The metric of what was observed: where the target is NaN, the prediction does not count.
    ///
    /// As in ``Loss/ignoringMissing()``, each element counts for itself where the metric is a mean over elements;
    /// elsewhere a position with any missing element is left out. Outputs whose loss leaves out missing targets get
    /// their metrics so.
    public func ignoringMissing() -> StandardMetric {
        StandardMetric(name, heedsMasks: heedsMasks, shapes: shapes) { [self] target, prediction, weight in
            var (t, p) = (target, prediction)
            if isElementwise {
                (t, p) = matched("metric \(name)", t, p)
                (t, p) = (t.expandingDimension(at: -1), p.expandingDimension(at: -1))
            } else if t.rank > p.rank {
                (t, p) = aligned(t, p)
            }
            let missing = isNaN(t), hasAxis = t.rank == p.rank && t.rank > 1
            let left = hasAxis ? missing.any(axes: [-1]) : missing
            t = select(hasAxis ? left.expandingDimension(at: -1) : left, constant(hasAxis ? 1 : 0, like: t), t)
            p = select(left.leadingAxes(of: p.rank), constant(1, like: p), p)
            let keep = (.!left).cast(to: p.dtype)
            guard let weight else { return contribution(t, p, keep) }
            let (given, _) = aligned(weight, keep)
            return contribution(t, p, given.leadingAxes(of: keep.rank) * keep.leadingAxes(of: given.rank))
        } finish: { [self] in
            finish($0)
        }
    }

    static func stateDType(_ prediction: TensorSpec) -> DType {
        prediction.dtype.isFloatingPoint ? prediction.dtype : .float32
    }

    /// The sums before the first batch: zeros.
    public func initialState(target: TensorSpec, prediction: TensorSpec) -> [Tensor] {
        let specs = Specs(target: target, prediction: prediction)
        return shapes(specs).map { .zeros($0, dtype: specs.dtype) }
    }

    /// The sums with one more batch.
    ///
    /// - Parameter sampleWeight: how much each example counts, or each position; nil: all alike.
    public func updated(_ state: [Tensor], target: Tensor, prediction: Tensor, sampleWeight: Tensor? = nil) -> [Tensor]
    {
        let dtype = Self.stateDType(prediction.spec)
        let added = contribution(target.cast(to: dtype), prediction.cast(to: dtype), sampleWeight?.cast(to: dtype))
        return zip(state, added).map { $0 + $1.cast(to: $0.dtype) }
    }

    /// The metric of the sums.
    public func result(_ state: [Tensor]) -> Tensor { finish(state) }

    /// The metric of a single batch.
    public func callAsFunction(_ target: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil) -> Tensor {
        result(
            updated(
                initialState(target: target.spec, prediction: prediction.spec), target: target, prediction: prediction,
                sampleWeight: sampleWeight))
    }

    /// Keras's name.
    public var description: String { name }
}

extension Metric where Self == StandardMetric {
    /// The weighted mean over examples of a function that gives one value (or several) for each.
    ///
    /// - Parameters:
    ///   - matchesShapes: whether target and prediction are to have one shape, as in ``Loss/init(_:matchesShapes:_:)``.
    ///   - values: takes (target, prediction) of one floating type.
    public static func mean(
        _ name: String, matchesShapes: Bool = true,
        of values: @escaping @Sendable (_ target: Tensor, _ prediction: Tensor) -> Tensor
    ) -> StandardMetric {
        meanOfPositions(name) {
            let (t, p) = matchesShapes ? matched("metric \(name)", $0, $1) : ($0, $1)
            return Loss.Positions(values: values(t, p))
        }
    }

    static func meanOfPositions(
        _ name: String, heedsMasks: Bool = true, isElementwise: Bool = false,
        finish: @escaping @Sendable (Tensor) -> Tensor = { $0 },
        _ positions: @escaping @Sendable (Tensor, Tensor) -> Loss.Positions
    ) -> StandardMetric {
        StandardMetric(name, heedsMasks: heedsMasks, isElementwise: isElementwise) { _ in
            [[], []]
        } contribution: { target, prediction, weight in
            let found = positions(target, prediction)
            return SamplewiseMean.parts(found.values, mask: found.mask, weight: weight)
        } finish: {
            finish(divideOrZero($0[0], $0[1]))
        }
    }
}

/// Keras's mean over examples: all further axes of the values are averaged first, or summed.
enum SamplewiseMean {
    /// The weighted sum of the examples' values and the sum of their weights.
    ///
    /// As in Keras, a mask of the values counts only beside weights.
    static func parts(_ values: Tensor, mask: Tensor?, weight: Tensor?, sums: Bool = false) -> [Tensor] {
        func reduced(_ x: Tensor, from axis: Int) -> Tensor {
            let axes = Array(axis..<x.rank)
            return sums ? x.sum(axes: axes) : x.mean(axes: axes)
        }
        var values = values
        var count = constant(values.rank > 0 ? Double(values.shape[0]) : 1, like: values)
        if var weight {
            if let mask {
                let (one, other) = aligned(mask.cast(to: weight.dtype), weight)
                weight = one * other
            }
            (values, weight) = aligned(values, weight)
            if values.rank > weight.rank { values = reduced(values, from: weight.rank) }
            weight = weight.broadcast(to: values.shape)
            values = values * weight
            if weight.rank > 1 { weight = reduced(weight, from: 1) }
            count = weight.sum()
        }
        if values.rank > 1 { values = reduced(values, from: 1) }
        return [values.sum(), count]
    }
}
