import TernCore

/// Shifts each feature by its median and divides it by a range between quantiles, which outliers hardly move.
///
/// ```swift
/// var scaler = RobustScaler()
/// try scaler.fitTransform(Tensor([[1.0], [2], [3], [4], [1000]]))     // [[-1], [-0.5], [0], [0.5], [498.5]]
/// scaler.center                                                       // [3.0]
/// scaler.scale                                                        // [2.0]
/// ```
///
/// Missing values (NaN) are passed over and stay. Features with a range of less than 2.2e-15 are not divided; of
/// `float32` ones scikit-learn divides none below 1.2e-6.
///
/// Source: scikit-learn 1.9.1, `sklearn.preprocessing.RobustScaler`.
public struct RobustScaler: Transformer {
    /// scikit-learn's `with_centering`, `with_scaling`, `quantile_range` and `unit_variance`.
    public static var parameterNames: [String] {
        ["withCentering", "withScaling", "quantileRange", "unitVariance"]
    }

    /// Whether the median is taken away, and whether features are divided by their range; by default both.
    public var withCentering: Bool, withScaling: Bool
    /// Between which quantiles the range lies, in per cent; by default 25...75.
    public var quantileRange: ClosedRange<Double>
    /// Whether the range is such that normally distributed features come to variance 1; by default false.
    public var unitVariance: Bool

    /// The median of each feature; nil without centring or before the fit.
    public private(set) var center: [Double]?
    /// The range of each feature, 1 where it does not vary; nil without scaling or before the fit.
    public private(set) var scale: [Double]?
    private var featureCount: Int?

    /// A scaler that has learned nothing yet; defaults are scikit-learn's.
    public init(
        withCentering: Bool = true, withScaling: Bool = true, quantileRange: ClosedRange<Double> = 25...75,
        unitVariance: Bool = false
    ) {
        self.withCentering = withCentering
        self.withScaling = withScaling
        self.quantileRange = quantileRange
        self.unitVariance = unitVariance
    }

    /// Learns the median and the range of each feature.
    ///
    /// - Throws: ``EstimatorError`` where `x` is no matrix, is empty or holds infinity, `quantileRange` leaves 0...100,
    ///   or, with `unitVariance`, reaches an end of it or is a single number.
    public mutating func fit(_ x: Tensor) throws {
        let (low, high) = (quantileRange.lowerBound, quantileRange.upperBound)
        try Check.that(
            low >= 0 && high <= 100, "RobustScaler: quantileRange is \(low)...\(high); it must lie within 0...100")
        try Check.that(
            !unitVariance || low > 0 && high < 100 && low < high,
            "RobustScaler: quantileRange is \(low)...\(high), whose ends have no distance in a normal distribution; with unitVariance it must be narrower, and wider than nothing"
        )
        let columns = Columns(try Check.features(x, allowsMissing: true, in: Self.kind)).values.map {
            $0.filter { !$0.isNaN }
        }
        featureCount = columns.count
        center = withCentering ? columns.map(\.median) : nil
        scale = nil
        if withScaling {
            let adjustment =
                unitVariance ? NormalDistribution.quantile(high / 100) - NormalDistribution.quantile(low / 100) : 1
            scale = columns.map {
                let ends = Columns.percentiles($0, [low / 100, high / 100])
                return Columns.divisor(ends[1] - ends[0]) / adjustment
            }
        }
    }

    /// (x − ``center``) / ``scale`` of each feature, without what is switched off; NaN stays.
    ///
    /// - Throws: ``EstimatorError`` before the fit, and where `x` has other features or holds infinity.
    public func transform(_ x: Tensor) throws -> Tensor {
        Columns.map(try checked(x)) { c, value in (value - (center?[c] ?? 0)) / (scale?[c] ?? 1) }
    }

    /// x · ``scale`` + ``center`` of each feature, without what is switched off; NaN stays.
    ///
    /// - Throws: ``EstimatorError`` before the fit, and where `x` has other features or holds infinity.
    public func inverseTransform(_ x: Tensor) throws -> Tensor {
        Columns.map(try checked(x)) { c, value in value * (scale?[c] ?? 1) + (center?[c] ?? 0) }
    }

    private func checked(_ x: Tensor) throws -> Tensor {
        try Check.that(featureCount != nil, "RobustScaler: fit the scaler before it transforms")
        return try Check.features(x, expected: featureCount, allowsMissing: true, in: Self.kind)
    }
}

extension RobustScaler {
    /// - Throws: ``EstimatorError`` where centre and scale are not of as many features as there are.
    public func checkDecoded() throws {
        for list in [center, scale] {
            try Check.that(
                list == nil || list!.count == featureCount,
                "\(Self.kind): what was learned is of \(list?.count ?? 0) features, and there are \(featureCount ?? 0)")
        }
    }
}
