import TernCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The linear classifier: probabilities of classes from weighted sums of the features.
///
/// ```swift
/// var model = LogisticRegression()
/// let x = Tensor([[0.0], [1], [2], [3]]), y = Tensor([0, 0, 1, 1])
/// try model.fit(x, y)
/// try model.predict(Tensor([[0.4], [2.7]]))               // [0, 1]
/// try model.predictProba(Tensor([[1.5]]))                 // [[0.5, 0.5]], up to rounding
/// ```
///
/// The mean of the log loss plus |w|² / (2 C n) is minimised by L-BFGS with scikit-learn's iterates, so that where they
/// stop (``tol``) they stop at the same place; n is the sum of the weights. Three classes and more are fitted at once, by
/// the multinomial loss. Scale the features first: the search is shorter, and the penalty fair.
///
/// Source: scikit-learn 1.9.1, `sklearn.linear_model.LogisticRegression(solver="lbfgs")`.
public struct LogisticRegression: Classifier {
    /// scikit-learn's, in Swift's spelling: `fit_intercept`, `class_weight`, `max_iter`, `warm_start` and so on.
    public static var parameterNames: [String] {
        ["penalty", "C", "tol", "fitIntercept", "classWeight", "maxIter", "warmStart"]
    }

    /// What keeps coefficients small.
    ///
    /// ```swift
    /// LogisticRegression(penalty: .none).penalty.rawValue         // "none"
    /// ```
    public enum Penalty: String, Sendable, Codable {
        /// Half the squared coefficients; the intercept is free.
        case l2
        /// Nothing: scikit-learn's `C=np.inf`. Classes that a plane parts have no likeliest coefficients then.
        case none
    }

    /// How much classes count.
    ///
    /// ```swift
    /// LogisticRegression(classWeight: .of([1: 10]))               // examples of class 1 count ten times
    /// ```
    public enum ClassWeight: Sendable, Codable, Equatable {
        /// All classes alike in sum: each example counts by the inverse of its class's frequency.
        case balanced
        /// By label; others count 1.
        case of([Int: Double])
    }

    /// What keeps coefficients small; by default ``Penalty/l2``.
    public var penalty: Penalty
    /// The inverse strength of the penalty, above 0; by default 1.
    public var C: Double
    /// The search ends where no slope is longer; by default 1e-4.
    public var tol: Double
    /// Whether there is an intercept; by default true.
    public var fitIntercept: Bool
    /// How much classes count; nil, by default: by their examples.
    public var classWeight: ClassWeight?
    /// Steps of the search at most; by default 100.
    public var maxIter: Int
    /// Whether `fit` goes on from the coefficients of the last one; by default false.
    public var warmStart: Bool

    /// The labels, in ascending order; empty before the fit.
    public private(set) var classes: [Double] = []
    /// The coefficients, `float64`: [1, features] of the larger of two labels, [classes, features] of more.
    public private(set) var coef = Tensor.zeros([0, 0], dtype: .float64)
    /// What is added to the sums: [1], or [classes]; zeros without an intercept.
    public private(set) var intercept = Tensor.zeros([0], dtype: .float64)
    /// How many steps the search took.
    public private(set) var nIter = 0
    /// Whether the search ended before `maxIter`; else raise it, or scale the features.
    public private(set) var didConverge = false

    /// A model that has learned nothing yet; defaults are scikit-learn's.
    public init(
        penalty: Penalty = .l2, C: Double = 1, tol: Double = 1e-4, fitIntercept: Bool = true,
        classWeight: ClassWeight? = nil, maxIter: Int = 100, warmStart: Bool = false
    ) {
        self.penalty = penalty
        self.C = C
        self.tol = tol
        self.fitIntercept = fitIntercept
        self.classWeight = classWeight
        self.maxIter = maxIter
        self.warmStart = warmStart
    }

    private static let name = "LogisticRegression"

    /// Finds the coefficients, in double precision.
    ///
    /// - Parameters:
    ///   - x: [examples, features].
    ///   - y: [examples], whole numbers of two classes or more.
    ///   - sampleWeight: [examples], none negative.
    /// - Throws: ``EstimatorError`` where a parameter or the data cannot be used.
    /// - Complexity: O(steps · examples · features · classes).
    public mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws {
        try Check.that(C > 0, "\(Self.name): C is \(C); it must be above 0")
        try Check.that(tol >= 0 && tol.isFinite, "\(Self.name): tol is \(tol); it must be a number from 0 on")
        try Check.that(maxIter >= 0, "\(Self.name): maxIter is \(maxIter); it must not be negative")
        let x = try Check.features(x, in: Self.name).cast(to: .float64)
        let targets = try Check.targets(y, like: x, in: Self.name)
        try Check.that(
            targets.shape[1] == 1, "\(Self.name): y has the shape \(y.shape); it must be [examples], one class each")
        let values = targets.doubles
        try Check.that(
            EncodedLabels.areDiscrete(values), "\(Self.name): y holds numbers with fractions; classes are whole numbers"
        )
        let labels = EncodedLabels(values), count = labels.classes.count
        try Check.that(
            count > 1, "\(Self.name): all examples are of the class \(labels.classes[0]); it needs two or more")
        let given = try Check.weights(sampleWeight, like: x, in: Self.name)?.doubles
        let problem = LogisticProblem(
            x: x, codes: labels.codes, classes: count, weight: try weights(labels, given), hasIntercept: fitIntercept,
            penalty: penalty == .l2 ? 1 / C : 0)
        var start = [Double](repeating: 0, count: problem.parameterCount)
        if warmStart, classes == labels.classes, coef.shape == [problem.outputs, x.shape[1]] {
            start = problem.joined(coef, intercept)
        }
        let found = minimizeLBFGS(
            from: start, maxIterations: maxIter, gradientTolerance: tol, functionTolerance: 64 * Double.ulpOfOne,
            valueAndGradient: problem.valueAndGradient)
        (coef, intercept) = problem.parted(found.position)
        (nIter, didConverge, classes) = (found.iterations, found.didConverge, labels.classes)
    }

    /// The weight of each example; nil where all count 1.
    private func weights(_ labels: EncodedLabels, _ given: [Double]?) throws -> [Double]? {
        guard let classWeight else { return given }
        var byClass: [Double]
        switch classWeight {
        case .balanced:
            var sums = labels.classes.map { _ in 0.0 }
            for (i, code) in labels.codes.enumerated() { sums[code] += given?[i] ?? 1 }
            if let lost = sums.firstIndex(where: { $0 <= 0 }) {
                throw EstimatorError(
                    "\(Self.name): all examples of the class \(labels.classes[lost]) have the weight 0, which .balanced cannot raise; leave them out"
                )
            }
            let total = sums.reduce(0, +)
            byClass = sums.map { total / (Double(sums.count) * $0) }
        case .of(let weights):
            if let strange = weights.keys.sorted().first(where: { !labels.classes.contains(Double($0)) }) {
                throw EstimatorError("\(Self.name): classWeight names the class \(strange), which no example is of")
            }
            if let wrong = weights.keys.sorted().first(where: { !(weights[$0]! >= 0 && weights[$0]!.isFinite) }) {
                throw EstimatorError(
                    "\(Self.name): classWeight is \(weights[wrong]!) for the class \(wrong); it must be a number from 0 on"
                )
            }
            byClass = labels.classes.map { label in Int(exactly: label).flatMap { weights[$0] } ?? 1 }
        }
        let weights = labels.codes.enumerated().map { (given?[$0] ?? 1) * byClass[$1] }
        try Check.that(
            weights.contains { $0 > 0 }, "\(Self.name): by classWeight and sampleWeight no example counts")
        return weights
    }

    /// The weighted sums: [examples], positive for the larger of two labels, or [examples, classes].
    ///
    /// - Throws: ``EstimatorError`` before the fit, and where `x` has other features or values that are not finite.
    public func decisionFunction(_ x: Tensor) throws -> Tensor {
        try Check.that(!classes.isEmpty, "\(Self.name): fit the model before it predicts")
        let x = try Check.features(x, expected: coef.shape[1], in: Self.name).cast(to: .float64)
        let sums = matmul(x, coef.transposed()) + intercept
        return classes.count == 2 ? sums.flattened() : sums
    }

    /// ``decisionFunction(_:)``, which ranks examples whose probabilities round to 1.
    ///
    /// - Throws: ``EstimatorError`` as ``decisionFunction(_:)``.
    public func decision(_ x: Tensor) throws -> Tensor? { try decisionFunction(x) }

    /// The label of the largest weighted sum, [examples], `float64`: of two labels the larger where the sum is above 0,
    /// of more the first among equals.
    ///
    /// - Throws: ``EstimatorError`` as ``decisionFunction(_:)``.
    public func predict(_ x: Tensor) throws -> Tensor {
        let sums = try decisionFunction(x)
        if classes.count == 2 { return Tensor(sums.doubles.map { classes[$0 > 0 ? 1 : 0] }) }
        return Tensor(sums.argmax(axis: 1).doubles.map { classes[Int($0)] })
    }

    /// The probability of each class, [examples, classes], in the order of ``classes``: the logistic function of the
    /// sum for two classes, softmax of the sums for more.
    ///
    /// - Throws: ``EstimatorError`` as ``decisionFunction(_:)``.
    public func predictProba(_ x: Tensor) throws -> Tensor {
        let sums = try decisionFunction(x), values = sums.doubles
        if classes.count == 2 {
            let p = values.map { 1 / (1 + exp(-$0)) }
            return Tensor(p.flatMap { [1 - $0, $0] }, shape: [p.count, 2])
        }
        let k = classes.count
        return Tensor(
            (0..<sums.shape[0]).flatMap { row -> [Double] in
                let part = values[(row * k)..<((row + 1) * k)], most = part.max()!
                let powers = part.map { exp($0 - most) }, total = powers.reduce(0, +)
                return powers.map { $0 / total }
            }, shape: sums.shape)
    }
}

/// The penalised mean log loss as a function of all coefficients: of each feature those of all outputs, the intercepts
/// last.
private struct LogisticProblem {
    let x: Tensor, codes: [Int], weight: [Double]?, hasIntercept: Bool
    /// One of two classes, else one for each.
    let outputs: Int
    private let total: Double, strength: Double

    /// - Parameter penalty: 1 / C.
    init(x: Tensor, codes: [Int], classes: Int, weight: [Double]?, hasIntercept: Bool, penalty: Double) {
        self.x = x
        self.codes = codes
        self.weight = weight
        self.hasIntercept = hasIntercept
        outputs = classes == 2 ? 1 : classes
        total = weight.map { $0.reduce(0, +) } ?? Double(codes.count)
        strength = penalty / total
    }

    var features: Int { x.shape[1] }
    var parameterCount: Int { outputs * (features + (hasIntercept ? 1 : 0)) }

    /// Coefficients [outputs, features] and intercepts [outputs].
    func parted(_ w: [Double]) -> (Tensor, Tensor) {
        let slopes = Tensor(Array(w.prefix(outputs * features)), shape: [features, outputs]).transposed()
        return (slopes, hasIntercept ? Tensor(Array(w.suffix(outputs))) : .zeros([outputs], dtype: .float64))
    }

    func joined(_ coef: Tensor, _ intercept: Tensor) -> [Double] {
        coef.transposed().doubles + (hasIntercept ? intercept.doubles : [])
    }

    func valueAndGradient(_ w: [Double]) -> (Double, [Double]) {
        let (coef, intercept) = parted(w)
        let sums = (matmul(x, coef.transposed()) + intercept).doubles
        var slopes = [Double](repeating: 0, count: sums.count), loss = 0.0
        for (row, code) in codes.enumerated() {
            let share = weight?[row] ?? 1
            if outputs == 1 {
                let z = sums[row], y = Double(code)
                loss += share * ((z > 0 ? z : 0) + log1p(exp(-abs(z))) - y * z)
                slopes[row] = share * ((z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z))) - y)
            } else {
                let start = row * outputs, part = sums[start..<(start + outputs)], most = part.max()!
                let powers = part.map { exp($0 - most) }, sum = powers.reduce(0, +)
                loss += share * (log(sum) + most - sums[start + code])
                for k in 0..<outputs { slopes[start + k] = share * (powers[k] / sum - (k == code ? 1 : 0)) }
            }
        }
        let weights = w.prefix(outputs * features)
        let value = loss / total + 0.5 * strength * weights.reduce(0) { $0 + $1 * $1 }
        let pointwise = Tensor(slopes, shape: [codes.count, outputs]) / total
        let gradient = matmul(x.transposed(), pointwise).doubles
        return (
            value,
            zip(gradient, weights).map { $0 + strength * $1 } + (hasIntercept ? pointwise.sum(axis: 0).doubles : [])
        )
    }
}

extension LogisticRegression {
    /// - Throws: ``EstimatorError`` where weights, intercepts and classes do not fit together.
    public func checkDecoded() throws {
        if classes.isEmpty { return }
        try Check.that(classes.count > 1, "\(Self.kind): there is one class, and it tells two or more apart")
        let outputs = classes.count == 2 ? 1 : classes.count
        try Check.shape(coef, [outputs, coef.shape.last ?? 0], "coef", in: Self.kind)
        try Check.shape(intercept, [outputs], "intercept", in: Self.kind)
    }
}
