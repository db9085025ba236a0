import TernCore

/// Puts a number in place of what is missing in each feature.
///
/// ```swift
/// var filler = SimpleImputer()
/// try filler.fitTransform(Tensor([[1.0, .nan], [3, 4], [.nan, 6]]))       // [[1, 5], [3, 4], [2, 6]]
/// ```
///
/// A feature without any value is left out, unless `keepEmptyFeatures`.
///
/// Source: scikit-learn 1.9.1, `sklearn.impute.SimpleImputer`.
public struct SimpleImputer: Transformer {
    /// scikit-learn's `missing_values`, `strategy`, `fill_value`, `add_indicator` and `keep_empty_features`.
    public static var parameterNames: [String] {
        ["missingValue", "strategy", "fillValue", "addIndicator", "keepEmptyFeatures"]
    }

    /// What stands in for a missing value.
    ///
    /// ```swift
    /// var filler = SimpleImputer(strategy: .mostFrequent)
    /// try filler.fitTransform(Tensor([[1.0], [.nan], [1], [2]]))          // [[1], [1], [1], [2]]
    /// ```
    public enum Strategy: String, Sendable, Codable {
        /// The mean of the feature's values.
        case mean
        /// The median.
        case median
        /// The most frequent; of several the least.
        case mostFrequent = "most_frequent"
        /// The same number for all features.
        case constant
    }

    /// What counts as missing; by default NaN. Where it is a number, it is rounded to the features' type, as NumPy does,
    /// and NaN is refused.
    public var missingValue: Double
    /// What stands in; by default the mean.
    public var strategy: Strategy
    /// The number of ``Strategy/constant``; nil: 0.
    public var fillValue: Double?
    /// Whether there are further features, 1 where a value was missing and 0 elsewhere, of each feature in which some
    /// were at the fit; by default false.
    public var addIndicator: Bool
    /// Whether features without any value are filled, by 0 (or the constant); by default false: they are left out.
    public var keepEmptyFeatures: Bool

    /// What stands in, of each feature; NaN of those left out. Empty before the fit.
    public private(set) var statistics: [Double] = []
    /// The features in which values were missing.
    public private(set) var missingFeatures: [Int] = []

    /// An imputer that has learned nothing yet; defaults are scikit-learn's.
    public init(
        missingValue: Double = .nan, strategy: Strategy = .mean, fillValue: Double? = nil, addIndicator: Bool = false,
        keepEmptyFeatures: Bool = false
    ) {
        self.missingValue = missingValue
        self.strategy = strategy
        self.fillValue = fillValue
        self.addIndicator = addIndicator
        self.keepEmptyFeatures = keepEmptyFeatures
    }

    /// Whether a value of features is missing.
    private func missingTest(of x: Tensor) -> (Double) -> Bool {
        if missingValue.isNaN { return \.isNaN }
        // -999.9, say, is another number in single precision.
        let marker = x.dtype == .float32 ? Double(Float(missingValue)) : missingValue
        return { $0 == marker }
    }

    /// Learns what stands in, of each feature, and where values are missing.
    ///
    /// - Throws: ``EstimatorError`` where `x` is no matrix, is empty or holds infinity, or NaN where ``missingValue``
    ///   is a number. Also where ``fillValue`` is needed and not finite.
    public mutating func fit(_ x: Tensor) throws {
        try Check.that(
            strategy != .constant || fillValue?.isFinite ?? true,
            "SimpleImputer: fillValue is \(fillValue ?? 0); it must be a number, which stands in for what is missing")
        let x = try Check.features(x, allowsMissing: missingValue.isNaN, in: Self.kind)
        let columns = Columns(x).values, isMissing = missingTest(of: x)
        missingFeatures = columns.indices.filter { columns[$0].contains(where: isMissing) }
        statistics = columns.map { column in
            let known = column.filter { !isMissing($0) }
            if known.isEmpty { return keepEmptyFeatures ? (strategy == .constant ? fillValue ?? 0 : 0) : .nan }
            switch strategy {
            case .mean: return known.mean
            case .median: return known.median
            case .constant: return fillValue ?? 0
            case .mostFrequent:
                var counts: [Double: Int] = [:]
                for value in known { counts[value, default: 0] += 1 }
                return counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }!.key
            }
        }
    }

    private var kept: [Int] { statistics.indices.filter { !statistics[$0].isNaN } }

    /// The features with their gaps filled, without those left out, and the indicators behind them. Gaps in features
    /// that had none at the fit are filled too, but get no indicator.
    ///
    /// - Throws: ``EstimatorError`` before the fit, where `x` has other features, and as ``fit(_:)``.
    public func transform(_ x: Tensor) throws -> Tensor {
        try Check.that(!statistics.isEmpty, "SimpleImputer: fit the imputer before it transforms")
        let x = try Check.features(x, expected: statistics.count, allowsMissing: missingValue.isNaN, in: Self.kind)
        var columns = Columns(x)
        let values = columns.values, isMissing = missingTest(of: x)
        columns.values = kept.map { c in values[c].map { isMissing($0) ? statistics[c] : $0 } }
        if addIndicator { columns.values += missingFeatures.map { c in values[c].map { isMissing($0) ? 1 : 0 } } }
        return columns.tensor
    }

    /// The features with their gaps, which the indicators tell.
    ///
    /// - Throws: ``EstimatorError`` also without `addIndicator`.
    public func inverseTransform(_ x: Tensor) throws -> Tensor {
        try Check.that(
            addIndicator,
            "SimpleImputer: only addIndicator: true tells what was missing; without it there is no inverse")
        let kept = kept
        var columns = Columns(
            try Check.features(x, expected: kept.count + missingFeatures.count, in: Self.kind))
        let values = columns.values
        columns.values = statistics.indices.map { c in
            let missing = missingFeatures.firstIndex(of: c).map { values[kept.count + $0] }
            let known = kept.firstIndex(of: c).map { values[$0] }
            return (0..<columns.rows).map { row in
                missing?[row] ?? 0 != 0 ? missingValue : known?[row] ?? 0
            }
        }
        return columns.tensor
    }

    /// The names of the features that are kept, then `missingindicator_feature` for each indicator, as in scikit-learn.
    public func featureNames(from names: [String]) -> [String] {
        kept.map { names[$0] } + (addIndicator ? missingFeatures.map { "missingindicator_" + names[$0] } : [])
    }
}

extension SimpleImputer {
    /// - Throws: ``EstimatorError`` where an indicator is of a feature that there is not.
    public func checkDecoded() throws {
        try Check.that(
            missingFeatures.allSatisfy(statistics.indices.contains),
            "\(Self.kind): an indicator is of none of the \(statistics.count) features")
    }
}
