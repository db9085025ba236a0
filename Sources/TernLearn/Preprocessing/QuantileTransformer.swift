import TernCore

/// Brings each feature to a uniform or normal distribution, by the ranks of its values.
///
/// ```swift
/// var ranks = QuantileTransformer(nQuantiles: 5)
/// try ranks.fitTransform(Tensor([[1.0], [2], [3], [4], [1000]]))      // [[0], [0.25], [0.5], [0.75], [1]]
/// ```
///
/// Values between quantiles are interpolated; beyond those of the fit they go to the ends, which of a normal
/// distribution are ±5.2. Missing values (NaN) are passed over and stay.
///
/// Source: scikit-learn 1.9.1, `sklearn.preprocessing.QuantileTransformer`.
public struct QuantileTransformer: Transformer {
    /// scikit-learn's `n_quantiles`, `output_distribution`, `subsample` and `random_state`.
    public static var parameterNames: [String] { ["nQuantiles", "outputDistribution", "subsample", "randomState"] }

    /// What values become distributed like.
    ///
    /// ```swift
    /// var ranks = QuantileTransformer(nQuantiles: 3, outputDistribution: .normal)
    /// try ranks.fitTransform(Tensor([[1.0], [2], [30]]))              // [[-5.19933758], [0], [5.19933758]]
    /// ```
    public enum Distribution: String, Sendable, Codable {
        /// Evenly from 0 to 1.
        case uniform
        /// Normally, with mean 0 and variance 1.
        case normal
    }

    /// How many quantiles are learned, at most as many as examples; by default 1000.
    public var nQuantiles: Int
    /// What values become distributed like; by default evenly.
    public var outputDistribution: Distribution
    /// How many examples, drawn at random, quantiles are taken of at most; nil: of all. By default 10,000.
    public var subsample: Int?
    /// The seed of the draw; nil draws one from the system.
    public var randomState: UInt32?

    /// The shares of values below each quantile; empty before the fit.
    public private(set) var references: [Double] = []
    /// The quantiles of each feature, [features][quantiles]; empty before the fit.
    public private(set) var quantiles: [[Double]] = []

    /// A transformer that has learned nothing yet; defaults are scikit-learn's.
    public init(
        nQuantiles: Int = 1000, outputDistribution: Distribution = .uniform, subsample: Int? = 10_000,
        randomState: UInt32? = nil
    ) {
        self.nQuantiles = nQuantiles
        self.outputDistribution = outputDistribution
        self.subsample = subsample
        self.randomState = randomState
    }

    /// Learns each feature's quantiles, of at most ``subsample`` examples.
    ///
    /// - Throws: ``EstimatorError`` where `x` is no matrix, is empty or holds infinity, `nQuantiles` is less than 1, or
    ///   `subsample` less than `nQuantiles`.
    public mutating func fit(_ x: Tensor) throws {
        try Check.that(nQuantiles >= 1, "QuantileTransformer: nQuantiles is \(nQuantiles); it must be at least 1")
        try Check.that(
            (subsample ?? nQuantiles) >= nQuantiles,
            "QuantileTransformer: nQuantiles is \(nQuantiles), but subsample \(subsample ?? 0); it must be as many or more"
        )
        let columns = Columns(try Check.features(x, allowsMissing: true, in: Self.kind))
        let count = Swift.max(1, Swift.min(nQuantiles, columns.rows))
        references = Tensor.linearSpace(from: 0, to: 1, count: count, dtype: .float64).doubles
        var rows = Array(0..<columns.rows)
        if let subsample, subsample < columns.rows {
            var random = RandomState(seed: randomState.orDrawn)
            random.shuffle(&rows)
            rows = Array(rows.prefix(subsample))
        }
        quantiles = columns.values.map { column in
            Columns.percentiles(rows.map { column[$0] }.filter { !$0.isNaN }, references)
        }
    }

    /// How near to the ends values count as these where the output is normal.
    private static let bound = 1e-7

    /// Each value's share of smaller ones, from 0 to 1, or the quantile of the normal distribution with that share. In
    /// a run of equal quantiles it is the middle; NaN stays, and is all that a feature without values in the fit gives.
    ///
    /// - Throws: ``EstimatorError`` before the fit, and where `x` has other features or holds infinity.
    public func transform(_ x: Tensor) throws -> Tensor {
        let isNormal = outputDistribution == .normal
        let low = NormalDistribution.quantile(Self.bound - Double.ulpOfOne)
        let high = NormalDistribution.quantile(1 - (Self.bound - Double.ulpOfOne))
        let x = try checked(x), isSingle = x.dtype == .float32
        // In the features' type, as in scikit-learn: of single precision a value from 2 on stays what it is.
        func moved(_ value: Double, by step: Double) -> Double {
            isSingle ? Double(Float(value) + Float(step)) : value + step
        }
        let negated = quantiles.map { $0.reversed().map { -$0 } }, negatedReferences = references.reversed().map { -$0 }
        return Columns.map(x) { c, value in
            let first = quantiles[c][0], last = quantiles[c][references.count - 1]
            // Of a feature without values nothing is known.
            if value.isNaN || first.isNaN { return .nan }
            let isLow = isNormal ? moved(value, by: -Self.bound) < first : value == first
            let isHigh = isNormal ? moved(value, by: Self.bound) > last : value == last
            // Runs of equal quantiles have two ends: the middle is taken.
            let share =
                isLow
                ? 0
                : isHigh
                    ? 1
                    : 0.5
                        * (Self.interpolated(value, quantiles[c], references)
                            - Self.interpolated(-value, negated[c], negatedReferences))
            return isNormal ? Swift.min(Swift.max(NormalDistribution.quantile(share), low), high) : share
        }
    }

    /// The values at these shares, between the least and the greatest of the fit; NaN stays.
    ///
    /// - Throws: ``EstimatorError`` before the fit, and where `x` has other features or holds infinity.
    public func inverseTransform(_ x: Tensor) throws -> Tensor {
        let isNormal = outputDistribution == .normal
        return Columns.map(try checked(x)) { c, value in
            if value.isNaN { return value }
            let share = isNormal ? NormalDistribution.probability(below: value) : value
            if isNormal ? share - Self.bound < 0 : share == 0 { return quantiles[c][0] }
            if isNormal ? share + Self.bound > 1 : share == 1 { return quantiles[c][references.count - 1] }
            return Self.interpolated(share, references, quantiles[c])
        }
    }

    /// `numpy.interp` for x that does not fall.
    private static func interpolated(_ value: Double, _ x: [Double], _ y: [Double]) -> Double {
        if value > x[x.count - 1] { return y[y.count - 1] }
        if value < x[0] { return y[0] }
        // The last x that is not above the value.
        let low = x.partitioningIndex { $0 > value } - 1
        if low == x.count - 1 || x[low] == value { return y[low] }
        return (y[low + 1] - y[low]) / (x[low + 1] - x[low]) * (value - x[low]) + y[low]
    }

    private func checked(_ x: Tensor) throws -> Tensor {
        try Check.that(!quantiles.isEmpty, "QuantileTransformer: fit the transformer before it transforms")
        return try Check.features(x, expected: quantiles.count, allowsMissing: true, in: Self.kind)
    }
}

extension QuantileTransformer {
    /// - Throws: ``EstimatorError`` where a feature has other quantiles than there are references.
    public func checkDecoded() throws {
        try Check.that(
            quantiles.allSatisfy { !$0.isEmpty && $0.count == references.count },
            "\(Self.kind): features have other quantiles than the \(references.count) references")
    }
}
