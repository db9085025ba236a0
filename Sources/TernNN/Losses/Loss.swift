import TernCore

/// A loss: how far predictions are from targets, as one number to make small.
///
/// ```swift
/// let target = Tensor([[0.0, 1], [2, 3]]), prediction = Tensor([[0.0, 1], [2, 5]])
/// Loss.meanSquaredError(target, prediction)               // 1
/// Loss.meanSquaredError.values(target, prediction)        // [0, 2], one for each example
/// Loss.named("mae")!(target, prediction)                  // 0.5
/// ```
///
/// A loss first gives one value for each position: most take the mean over the last axis, so that targets of shape
/// [batch, …, variables] give values of shape [batch, …]. These are then added up and divided by their number, or
/// reduced as ``reduction`` says. Names, formulas and defaults are Keras's. All is made of tensor operations, so that
/// losses can be compiled and differentiated.
///
/// Source: Keras 3, `keras.losses`.
public struct Loss: Sendable, CustomStringConvertible {
    /// Keras's name, such as `mean_squared_error`.
    public let name: String
    /// How the values of all positions become one; by default ``Reduction/sumOverBatchSize``, as in Keras.
    public var reduction: Reduction = .sumOverBatchSize
    /// What the factory was called with, for writing and reading it; nil for a loss of your own.
    package let arguments: [String: [Double]]?
    /// The axis that the function takes away, nil where it takes all.
    let axis: Int?
    /// Whether each element counts for itself: the values are means over the last axis.
    let isElementwise: Bool
    var latitudes: LatitudeWeights?
    var isMissingIgnored = false
    var kept: Tensor?
    /// Whether it is Keras's, without latitudes, a mask of its own and missing targets that are left out.
    package var isPlain: Bool { arguments != nil && latitudes == nil && !isMissingIgnored && kept == nil }
    private let function: @Sendable (Tensor, Tensor) -> Positions

    /// One value for each position, and which of them count (nil: all).
    struct Positions {
        var values: Tensor
        var mask: Tensor?
        /// Where targets that are numbers of classes name one that there is; nil where targets are no such numbers.
        var isClass: Tensor?

        /// The values, which exist only if each that counts, by a weight that is not 0, is of a class that there is.
        func values(weighted weight: Tensor?) -> Tensor { Loss.values(values, of: isClass, weight) }
    }

    /// How the values of the positions become the result; the names are Keras's.
    ///
    /// ```swift
    /// var loss = Loss.meanAbsoluteError
    /// loss.reduction = .sum
    /// loss(Tensor([[1.0], [2]]), Tensor([[0.0], [0]]))        // 3
    /// ```
    public enum Reduction: String, Sendable, Codable, CaseIterable {
        /// Their sum divided by their number, whatever the weights; where a mask leaves positions out, by the number of
        /// those that are left.
        case sumOverBatchSize = "sum_over_batch_size"
        /// Their sum, weighted.
        case sum
        /// All of them, weighted, each by itself.
        case none
        /// The same as ``sumOverBatchSize``.
        case mean
        /// Their sum divided by the sum of the sample weights, each as often as it counts; without weights, by their
        /// number. Weights of neither examples nor positions end the program.
        case meanWithSampleWeight = "mean_with_sample_weight"
    }

    /// A loss of your own.
    ///
    /// ```swift
    /// let fourthPower = Loss("fourth power") { target, prediction in power(prediction - target, 4).mean(axis: -1) }
    /// fourthPower(Tensor([[0.0], [0]]), Tensor([[1.0], [2]]))         // 8.5, the mean of 1 and 16
    /// ```
    ///
    /// - Parameters:
    ///   - matchesShapes: whether target and prediction are to have one shape, as a difference needs it: [n] beside [n,
    ///     1] becomes [n, 1], and other shapes end with a message. False: the function takes them as they are, such as
    ///     classes beside probabilities, or one target beside several quantiles.
    ///   - function: takes (target, prediction), both of the prediction's floating type, and returns one value for each
    ///     position: of shape [batch], or with more axes behind it. One value for all is a loss too, but without
    ///     weights and masks.
    public init(
        _ name: String, matchesShapes: Bool = true,
        _ function: @escaping @Sendable (_ target: Tensor, _ prediction: Tensor) -> Tensor
    ) {
        self.init(name, arguments: nil) {
            let target = $0.cast(to: $1.dtype)
            let (t, p) = matchesShapes ? matched("loss \(name)", target, $1) : (target, $1)
            let values = function(t, p)
            guard values.rank == 0 || values.shape[0] == p.shape.first else {
                fail(
                    "loss \(name): its function gives values of shape \(values.shape) for predictions of shape \(p.shape); "
                        + "the first axis is to be that of the examples")
            }
            return Positions(values: values.dtype.isFloatingPoint ? values : values.cast(to: p.dtype))
        }
    }

    init(
        _ name: String, arguments: [String: [Double]]? = [:], axis: Int? = -1, isElementwise: Bool = false,
        positions: @escaping @Sendable (Tensor, Tensor) -> Positions
    ) {
        self.name = name
        self.arguments = arguments
        self.axis = axis
        self.isElementwise = isElementwise
        function = positions
    }

    /// A loss whose target is first brought to the prediction's type and shape.
    static func of(
        _ name: String, _ arguments: [String: [Double]] = [:], axis: Int? = -1, isElementwise: Bool = false,
        _ function: @escaping @Sendable (Tensor, Tensor) -> Tensor
    ) -> Loss {
        Loss(name, arguments: arguments, axis: axis, isElementwise: isElementwise) {
            let (target, prediction) = matched("loss \(name)", $0.cast(to: $1.dtype), $1)
            return Positions(values: function(target, prediction))
        }
    }

    /// The loss of `prediction`; lower is better.
    ///
    /// - Parameters:
    ///   - target: in the shape of the prediction, where the loss does not say otherwise; [n] beside [n, 1] is the
    ///     same. Other shapes end the program; a model's `fit` and `evaluate` throw.
    ///   - prediction: [batch, …]; integers become `float32`.
    ///   - sampleWeight: a factor for each example, of shape [batch], or for each position. A vector of examples, or
    ///     a column, beside values of more axes counts along the first axis, where Keras would lay it along the last.
    ///   - mask: which positions count, such as the steps of a series that are not padding.
    /// - Returns: one number of shape [], in the prediction's type; the values by position for ``Reduction/none``.
    public func callAsFunction(
        _ target: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil, mask: Tensor? = nil
    ) -> Tensor { reduced(adjustedPositions(target, prediction, mask: mask), sampleWeight: sampleWeight) }

    /// The same with the share that was observed of what it is a mean of; nil where missing targets are not left out.
    func evaluated(
        _ target: Tensor, _ prediction: Tensor, sampleWeight: Tensor?, mask: Tensor?
    ) -> (value: Tensor, observed: Tensor?) {
        let positions = adjustedPositions(target, prediction, mask: mask)
        return (reduced(positions, sampleWeight: sampleWeight), observedShare(positions))
    }

    /// The positions with a mask that was given, too.
    private func adjustedPositions(_ target: Tensor, _ prediction: Tensor, mask: Tensor?) -> AdjustedPositions {
        var positions = adjustedPositions(target, prediction)
        if let mask = mask?.cast(to: .bool), positions.values.rank > 0 || arguments == nil {
            let values = positions.values
            // Values may lack the last axis, of length 1, that the prediction's mask has.
            let fitted = mask.rank > values.rank && mask.shape.last == 1 ? mask.squeezed(axes: [-1]) : mask
            guard values.rank > 0, fitted.isMask(of: values) else {
                fail("loss \(name): a mask of shape \(mask.shape) does not fit its values of shape \(values.shape)")
            }
            let whole = fitted.maskElements(of: values)
            positions.mask = positions.mask.map { $0 .& whole } ?? whole
        }
        return positions
    }

    /// One value for each position, with neither weights nor masks.
    public func values(_ target: Tensor, _ prediction: Tensor) -> Tensor {
        positions(target, prediction).values(weighted: nil)
    }

    func positions(_ target: Tensor, _ prediction: Tensor) -> Positions {
        function(target, prediction.dtype.isFloatingPoint ? prediction : prediction.cast(to: .float32))
    }

    /// Keras's name with the arguments.
    public var description: String {
        let texts = (arguments ?? [:]).sorted { $0.key < $1.key }.map { key, value in
            "\(key): " + (value.count == 1 ? "\(value[0])" : "\(value)")
        }
        return texts.isEmpty ? name : "\(name)(\(texts.joined(separator: ", ")))"
    }
}

// MARK: - From positions to one number

extension Loss {
    /// The positions with latitudes, masks and missing values taken into account.
    struct AdjustedPositions {
        var values: Tensor
        /// Which positions count, as bool; nil: all.
        var mask: Tensor?
        /// A factor for each position, with mean 1 where nothing is masked; nil: 1.
        var area: Tensor?
        var isClass: Tensor?
    }

    /// The values, if each that counts is of a class that there is: see ``Positions/values(weighted:)``.
    fileprivate static func values(_ values: Tensor, of isClass: Tensor?, _ weight: Tensor?) -> Tensor {
        guard var holds = isClass else { return values }
        if let weight {
            holds = holds .| (broadcasting(aligned(holds, weight, expandingVectors: false).1, against: holds) .== 0)
        }
        return values.requiring(
            holds,
            "a target is the number of no class; classes have whole numbers from 0 to below the length of the predictions' axis (leave out others by ignoreClass, a mask or a weight of 0)"
        )
    }

    /// How much of all positions the mask leaves, by their areas; nil of sums, and where missing targets are not left
    /// out.
    private func observedShare(_ positions: AdjustedPositions) -> Tensor? {
        guard isMissingIgnored, reduction != .sum, reduction != .none, let mask = positions.mask else { return nil }
        let kept = mask.cast(to: positions.values.dtype)
        return (positions.area.map { kept * $0 } ?? kept).sum() / Double(Swift.max(1, mask.count))
    }

    private func reduced(_ positions: AdjustedPositions, sampleWeight: Tensor?) -> Tensor {
        var values = positions.values
        if arguments == nil, values.rank == 0, sampleWeight != nil || positions.mask != nil || positions.area != nil {
            fail(
                "loss \(name): its function gives one value for all, which cannot be weighted or masked; "
                    + "let it return one for each position, such as the mean over the last axis")
        }
        var weight = sampleWeight?.cast(to: values.dtype)
        let area = positions.area
        if let mask = positions.mask {
            // What is left out may hold anything.
            values = select(mask, values, constant(0, like: values))
            let one = mask.cast(to: values.dtype)
            var factor = one
            if reduction == .sumOverBatchSize || reduction == .mean {
                // Total / kept, so that the division by the total below becomes one by what is kept.
                let share = (area.map { one * $0 } ?? one).sum()
                factor = one * divideOrZero(constant(Double(mask.count), like: values), share)
            }
            weight =
                weight.map {
                    let (factor, weight) = Self.fitting(factor, $0)
                    return weight * factor
                } ?? factor
        }
        values = Self.values(values, of: positions.isClass, weight)
        if let area { values = values * area }
        var total: Tensor?
        if let given = weight {
            let (aligned, weight) = Self.fitting(values, given)
            let isWithin =
                weight.rank <= aligned.rank
                && zip(weight.shape.reversed(), aligned.shape.reversed()).allSatisfy { $0 == 1 || $0 == $1 }
            guard isWithin || aligned.rank == 0 else {
                fail(
                    "loss \(name): weights of shape \(given.shape) beside values of shape \(aligned.shape); it takes one for each example, or for each value"
                )
            }
            values = aligned * weight
            if reduction == .meanWithSampleWeight { total = self.total(of: weight, given, area, values) }
        }
        if reduction == .none || values.rank == 0 { return values }
        let sum = values.sum()
        switch reduction {
        case .sum, .none: return sum
        case .meanWithSampleWeight where total != nil: return divideOrZero(sum, total!)
        case .sumOverBatchSize, .mean, .meanWithSampleWeight: return sum / Double(Swift.max(1, values.count))
        }
    }

    /// The sum of the weights of all values, each as often as it counts.
    ///
    /// - Parameters:
    ///   - weight: one for each value, or for each example with axes of length 1 behind it.
    ///   - given: the same before it was brought to the values' axes.
    private func total(of weight: Tensor, _ given: Tensor, _ area: Tensor?, _ values: Tensor) -> Tensor {
        let isOfExamples = given.rank > 0 && given.shape == Array(values.shape.prefix(given.rank))
        guard weight.count == values.count || isOfExamples else {
            // Keras divides by the sum of the weights as they are given, by which the mean of ones is not 1.
            fail(
                "loss \(name): weights of shape \(given.shape) beside values of shape \(values.shape); "
                    + "mean_with_sample_weight divides by their sum, which needs one for each example or for each value"
            )
        }
        if let area { return (weight * area.reshaped(values.shape)).sum() }
        return weight.count == values.count ? weight.sum() : weight.broadcast(to: values.shape).sum()
    }

    private static func fitting(_ values: Tensor, _ weight: Tensor) -> (Tensor, Tensor) {
        let (values, weight) = aligned(values, weight)
        return (values, broadcasting(weight, against: values))
    }

    /// Weights of the leading axes, or of examples alone, with axes of length 1 behind them.
    private static func broadcasting(_ weight: Tensor, against values: Tensor) -> Tensor {
        guard weight.rank > 0, weight.rank < values.rank, weight.shape[0] == values.shape[0] else { return weight }
        let isOfExamples = weight.shape.dropFirst().allSatisfy { $0 == 1 }
        guard isOfExamples || weight.shape == Array(values.shape.prefix(weight.rank)) else { return weight }
        return weight.leadingAxes(of: values.rank)
    }
}
