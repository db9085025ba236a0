import TernCore

/// All products of features up to a degree.
///
/// ```swift
/// var products = PolynomialFeatures()
/// try products.fitTransform(Tensor([[2.0, 3]]))       // [[1, 2, 3, 4, 6, 9]]
/// products.featureNames(from: ["a", "b"])             // ["1", "a", "b", "a^2", "a b", "b^2"]
/// ```
///
/// Source: scikit-learn 1.9.1, `sklearn.preprocessing.PolynomialFeatures`.
public struct PolynomialFeatures: Transformer {
    /// scikit-learn's `degree`, whose pair is `degree` and `minDegree` here, `interaction_only` and `include_bias`.
    public static var parameterNames: [String] { ["degree", "minDegree", "interactionOnly", "includeBias"] }

    /// How many factors a product has at most and, 1 apart, at least; by default 2 and 0.
    public var degree: Int, minDegree: Int
    /// Whether products of a feature with itself are left out; by default false.
    public var interactionOnly: Bool
    /// Whether there is a feature of ones, the product of nothing; by default true.
    public var includeBias: Bool

    /// The features that each product multiplies; empty before the fit.
    public private(set) var factors: [[Int]] = []
    private var featureCount: Int?

    /// The exponent of each feature in each product, [products][features].
    public var powers: [[Int]] {
        factors.map { factors in (0..<(featureCount ?? 0)).map { f in factors.count { $0 == f } } }
    }

    /// A transformer that has learned nothing yet; defaults are scikit-learn's.
    public init(degree: Int = 2, minDegree: Int = 0, interactionOnly: Bool = false, includeBias: Bool = true) {
        self.degree = degree
        self.minDegree = minDegree
        self.interactionOnly = interactionOnly
        self.includeBias = includeBias
    }

    /// Counts the features.
    ///
    /// - Throws: ``EstimatorError`` where degrees leave no product, or there would be more than memory holds.
    public mutating func fit(_ x: Tensor) throws {
        let x = try Check.features(x, in: Self.kind)
        try Check.that(
            minDegree >= 0 && minDegree <= degree,
            "PolynomialFeatures: the degrees are \(minDegree) to \(degree); they must rise from 0 on")
        try Check.that(
            degree > 0 || includeBias, "PolynomialFeatures: degree is 0 and includeBias false; no product is left")
        let width = x.shape[1]
        try checkMemory(rows: x.shape[0], width: width)
        var found = includeBias ? [[]] : [[Int]](), last = [[Int]](repeating: [], count: 1)
        for size in stride(from: 1, through: degree, by: 1) {
            last = last.flatMap { head in
                let start = head.last.map { interactionOnly ? $0 + 1 : $0 } ?? 0
                return start < width ? (start..<width).map { head + [$0] } : []
            }
            if last.isEmpty { break }
            if size >= minDegree { found += last }
        }
        try Check.that(!found.isEmpty, "PolynomialFeatures: degree and interactionOnly leave no product")
        (featureCount, factors) = (width, found)
    }

    /// Counts the products, by binomial coefficients, before there are any.
    ///
    /// - Throws: ``EstimatorError`` where memory does not hold them.
    private func checkMemory(rows: Int, width: Int) throws {
        var ofSize: Int? = 1, all: Int? = 1
        for size in stride(from: 1, through: degree, by: 1) {
            let choices = interactionOnly ? max(0, width - size + 1) : checkedSum([width, size - 1])
            ofSize = ofSize.flatMap { count in choices.flatMap { checkedProduct([count, $0]) } }.map { $0 / size }
            if ofSize == 0 { return }
            all = ofSize.flatMap { count in all.flatMap { checkedSum([$0, count]) } }
            let numbers = all.flatMap { all in checkedSum([rows, degree]).flatMap { checkedProduct([all, $0, 8]) } }
            if let complaint = MachineMemory.complaint(about: numbers) {
                throw EstimatorError("PolynomialFeatures: degree \(degree) of \(width) features: \(complaint)")
            }
        }
    }

    /// The products, [examples, products], in the order of ``factors``, of lower degrees first. They are multiplied in
    /// double precision; `float32` stays the result's type, all else becomes `float64`.
    ///
    /// - Throws: ``EstimatorError`` before the fit, and where `x` has other features or values that are not finite.
    public func transform(_ x: Tensor) throws -> Tensor {
        try Check.that(featureCount != nil, "PolynomialFeatures: fit the transformer before it transforms")
        let x = try Check.features(x, expected: featureCount, in: Self.kind)
        let values = x.doubles, width = x.shape[1]
        var out: [Double] = []
        out.reserveCapacity(x.shape[0] * factors.count)
        for row in 0..<x.shape[0] {
            for product in factors { out.append(product.reduce(1) { $0 * values[row * width + $1] }) }
        }
        return Tensor(out, shape: [x.shape[0], factors.count]).cast(to: x.dtype)
    }

    /// As scikit-learn names them: "a b" for a product, "a^2" for a power and "1" for the ones; empty before the fit.
    public func featureNames(from names: [String]) -> [String] {
        factors.map { factors in
            if factors.isEmpty { return "1" }
            var words: [String] = []
            for f in names.indices {
                let exponent = factors.count { $0 == f }
                if exponent > 0 { words.append(exponent > 1 ? "\(names[f])^\(exponent)" : names[f]) }
            }
            return words.joined(separator: " ")
        }
    }
}

extension PolynomialFeatures {
    /// - Throws: ``EstimatorError`` where a product is of a feature that there is not.
    public func checkDecoded() throws {
        let features = 0..<Swift.max(0, featureCount ?? 0)
        try Check.that(
            factors.allSatisfy { $0.allSatisfy(features.contains) },
            "\(Self.kind): a product is of none of the \(features.count) features")
    }
}
