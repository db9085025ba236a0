import TernCore

/// Brings each feature to a range, by default from 0 to 1.
///
/// ```swift
/// var scaler = MinMaxScaler()
/// let z = try scaler.fitTransform(Tensor([[-1.0, 2], [0, 6], [1, 10]]))       // [[0, 0], [0.5, 0.5], [1, 1]]
/// try scaler.inverseTransform(z)                                              // [[-1, 2], [0, 6], [1, 10]]
/// ```
///
/// Missing values (NaN) are passed over and stay. A feature that does not vary goes to the lower bound. Features that
/// vary by less than 2.2e-15 count as such; of `float32` ones scikit-learn takes all below 1.2e-6 for constant.
///
/// Source: scikit-learn 1.9.1, `sklearn.preprocessing.MinMaxScaler`.
public struct MinMaxScaler: Transformer {
    /// scikit-learn's `feature_range`, a list of two numbers in files, and `clip`.
    public static var parameterNames: [String] { ["featureRange", "clip"] }

    /// Where the least and the greatest value of the fit go; by default 0...1. It must not be a single number.
    public var featureRange: ClosedRange<Double>
    /// Whether values beyond those of the fit are brought to the ends of the range; by default false.
    public var clip: Bool

    /// The least and the greatest value of each feature; empty before the fit.
    public private(set) var dataMin: [Double] = [], dataMax: [Double] = []
    /// Of each feature the factor, and what is added after it; empty before the fit.
    public private(set) var scale: [Double] = [], min: [Double] = []

    /// How much each feature varied; empty before the fit.
    public var dataRange: [Double] { zip(dataMax, dataMin).map { $0 - $1 } }

    /// A scaler that has learned nothing yet; defaults are scikit-learn's.
    public init(featureRange: ClosedRange<Double> = 0...1, clip: Bool = false) {
        self.featureRange = featureRange
        self.clip = clip
    }

    /// Learns the least and the greatest value of each feature.
    ///
    /// - Throws: ``EstimatorError`` where `x` is no matrix, is empty or holds infinity, and where `featureRange` is a
    ///   single number.
    public mutating func fit(_ x: Tensor) throws {
        var fresh = MinMaxScaler(featureRange: featureRange, clip: clip)
        try fresh.partialFit(x)
        self = fresh
    }

    /// Goes on to learn from further examples, as if all had been there at once: scikit-learn's `partial_fit`. A batch in
    /// which a feature is missing throughout tells nothing of it (scikit-learn then forgets the feature).
    ///
    /// ```swift
    /// var scaler = MinMaxScaler()
    /// try scaler.partialFit(Tensor([[1.0], [2]]))
    /// try scaler.partialFit(Tensor([[6.0]]))
    /// scaler.dataMax                      // [6.0]
    /// ```
    ///
    /// - Throws: ``EstimatorError`` as ``fit(_:)``, and where `x` has other features than before.
    public mutating func partialFit(_ x: Tensor) throws {
        let (low, high) = (featureRange.lowerBound, featureRange.upperBound)
        try Check.that(low < high, "MinMaxScaler: featureRange is \(low)...\(high); it must be wider than nothing")
        let columns = Columns(
            try Check.features(x, expected: scale.isEmpty ? nil : scale.count, allowsMissing: true, in: Self.kind))
        func known(_ f: Int, _ before: [Double]) -> [Double] {
            (columns.values[f] + (before.isEmpty ? [] : [before[f]])).filter { !$0.isNaN }
        }
        let (lows, highs) = (dataMin, dataMax)
        dataMin = columns.values.indices.map { known($0, lows).min() ?? .nan }
        dataMax = columns.values.indices.map { known($0, highs).max() ?? .nan }
        scale = dataRange.map { (high - low) / Columns.divisor($0) }
        min = zip(dataMin, scale).map { low - $0 * $1 }
    }

    /// x · ``scale`` + ``min`` of each feature, clipped where that is wanted. `float32` stays, all else becomes
    /// `float64`.
    ///
    /// - Throws: ``EstimatorError`` before the fit, and where `x` has other features or holds infinity.
    public func transform(_ x: Tensor) throws -> Tensor {
        let x = try checked(x)
        return Columns.map(x) { c, value in
            let scaled = value * scale[c] + min[c]
            // NaN stays.
            return !clip || scaled.isNaN
                ? scaled : Swift.min(Swift.max(scaled, featureRange.lowerBound), featureRange.upperBound)
        }
    }

    /// (x − ``min``) / ``scale`` of each feature. What was clipped does not come back.
    ///
    /// - Throws: ``EstimatorError`` before the fit, and where `x` has other features or holds infinity.
    public func inverseTransform(_ x: Tensor) throws -> Tensor {
        Columns.map(try checked(x)) { c, value in (value - min[c]) / scale[c] }
    }

    private func checked(_ x: Tensor) throws -> Tensor {
        try Check.that(!scale.isEmpty, "MinMaxScaler: fit the scaler before it transforms")
        return try Check.features(x, expected: scale.count, allowsMissing: true, in: Self.kind)
    }
}

extension MinMaxScaler {
    /// - Throws: ``EstimatorError`` where the learned numbers are of other numbers of features.
    public func checkDecoded() throws { try Check.asMany(dataMin, dataMax, scale, min, in: Self.kind) }
}

/// Divides each feature by its largest absolute value, so that 0 stays 0.
///
/// ```swift
/// var scaler = MaxAbsScaler()
/// try scaler.fitTransform(Tensor([[1.0, -4], [2, 2]]))            // [[0.5, -1], [1, 0.5]]
/// ```
///
/// Missing values (NaN) are passed over and stay. Features that are nowhere larger than 2.2e-15 stay as they are; of
/// `float32` ones scikit-learn leaves all below 1.2e-6.
///
/// Source: scikit-learn 1.9.1, `sklearn.preprocessing.MaxAbsScaler`.
public struct MaxAbsScaler: Transformer {
    /// scikit-learn's `clip`.
    public static var parameterNames: [String] { ["clip"] }

    /// Whether values beyond those of the fit are brought to ±1; by default false.
    public var clip: Bool

    /// The largest absolute value of each feature, and what it is divided by: the same, or 1 for 0; empty before the
    /// fit.
    public private(set) var maxAbs: [Double] = [], scale: [Double] = []

    /// A scaler that has learned nothing yet; defaults are scikit-learn's.
    public init(clip: Bool = false) { self.clip = clip }

    /// Learns the largest absolute value of each feature.
    ///
    /// - Throws: ``EstimatorError`` where `x` is no matrix, is empty or holds infinity.
    public mutating func fit(_ x: Tensor) throws {
        var fresh = MaxAbsScaler(clip: clip)
        try fresh.partialFit(x)
        self = fresh
    }

    /// Goes on to learn from further examples, as if all had been there at once: scikit-learn's `partial_fit`. A batch in
    /// which a feature is missing throughout tells nothing of it (scikit-learn then forgets the feature).
    ///
    /// - Throws: ``EstimatorError`` as ``fit(_:)``, and where `x` has other features than before.
    public mutating func partialFit(_ x: Tensor) throws {
        let columns = Columns(
            try Check.features(x, expected: scale.isEmpty ? nil : scale.count, allowsMissing: true, in: Self.kind))
        let before = maxAbs
        maxAbs = columns.values.indices.map { f in
            (columns.values[f] + (before.isEmpty ? [] : [before[f]])).filter { !$0.isNaN }.map { Swift.abs($0) }.max()
                ?? .nan
        }
        scale = maxAbs.map(Columns.divisor)
    }

    /// x / ``scale`` of each feature, clipped where that is wanted. `float32` stays, all else becomes `float64`.
    ///
    /// - Throws: ``EstimatorError`` before the fit, and where `x` has other features or holds infinity.
    public func transform(_ x: Tensor) throws -> Tensor {
        Columns.map(try checked(x)) { c, value in
            let scaled = value / scale[c]
            return !clip || scaled.isNaN ? scaled : Swift.min(Swift.max(scaled, -1), 1)
        }
    }

    /// x · ``scale`` of each feature. What was clipped does not come back.
    ///
    /// - Throws: ``EstimatorError`` before the fit, and where `x` has other features or holds infinity.
    public func inverseTransform(_ x: Tensor) throws -> Tensor {
        Columns.map(try checked(x)) { c, value in value * scale[c] }
    }

    private func checked(_ x: Tensor) throws -> Tensor {
        try Check.that(!scale.isEmpty, "MaxAbsScaler: fit the scaler before it transforms")
        return try Check.features(x, expected: scale.count, allowsMissing: true, in: Self.kind)
    }
}

extension MaxAbsScaler {
    /// - Throws: ``EstimatorError`` where the learned numbers are of other numbers of features.
    public func checkDecoded() throws { try Check.asMany(maxAbs, scale, in: Self.kind) }
}
