import TernCore

/// The contract of all regressors, scikit-learn's: hyperparameters are plain properties, kept as given and checked by
/// ``fit(_:_:sampleWeight:)``; what is learned has names of its own.
///
/// ```swift
/// let x = Tensor([[0.0], [1], [2], [3]]), y = Tensor([1.0, 3, 5, 7])
/// func learned(_ model: some Regressor) throws -> Double {
///     var model = model
///     try model.fit(x, y)
///     return try model.score(x, y)
/// }
/// try learned(LinearRegression())         // 1.0
/// try learned(Ridge(alpha: 5))            // 0.75
/// ```
///
/// A type of your own needs ``fit(_:_:sampleWeight:)`` and ``predict(_:)``; ``fit(_:_:)`` and
/// ``score(_:_:sampleWeight:)`` come with them.
public protocol Regressor {
    /// Learns from examples, and forgets what was learned before.
    ///
    /// - Parameters:
    ///   - x: [examples, features].
    ///   - y: [examples] for one target, [examples, targets] for several.
    ///   - sampleWeight: how much each example counts, [examples]; nil: all alike.
    /// - Throws: ``EstimatorError`` where a hyperparameter or the data cannot be used; the message names it.
    mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws

    /// The predicted targets of `x`, [examples, features]: [examples] for one target and [examples, targets] for more.
    ///
    /// - Throws: ``EstimatorError`` where nothing has been learned yet, and where `x` has other features.
    func predict(_ x: Tensor) throws -> Tensor
}

extension Regressor {
    /// Learns from examples that all count alike: ``fit(_:_:sampleWeight:)`` without weights.
    public mutating func fit(_ x: Tensor, _ y: Tensor) throws { try fit(x, y, sampleWeight: nil) }

    /// The coefficient of determination of the predictions, 1 at best, the mean over targets:
    /// ``r2Score(_:_:sampleWeight:multiOutput:)``, as scikit-learn's `score`.
    ///
    /// - Throws: what ``predict(_:)`` throws. Targets that do not fit the predictions end the program.
    public func score(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor? = nil) throws -> Double {
        try r2Score(y, predict(x), sampleWeight: sampleWeight)
    }
}

/// What is wrong with data or hyperparameters, and what to do about it.
///
/// ```swift
/// var model = Ridge(alpha: -1)
/// do {
///     try model.fit(Tensor([[1.0], [2]]), Tensor([1.0, 2]))
/// } catch let error as EstimatorError {
///     print(error)        // Ridge: alpha is -1.0; it must be a number from 0 on
/// }
/// ```
public struct EstimatorError: Error, CustomStringConvertible, Equatable {
    /// One sentence that names the estimator and the hyperparameter, row or column.
    public let description: String
    init(_ description: String) { self.description = description }
}

/// Checks that are the same for all estimators.
enum Check {
    static func that(_ condition: Bool, _ message: @autoclosure () -> String) throws {
        if !condition { throw EstimatorError(message()) }
    }

    /// Examples as a matrix of real numbers without gaps; float32 stays, all else becomes float64.
    static func features(_ x: Tensor, expected: Int? = nil, in estimator: String) throws -> Tensor {
        try that(
            x.rank == 2,
            "\(estimator): x has the shape \(x.shape); it must be [examples, features]. "
                + "For a single feature use x.reshaped([-1, 1])")
        try that(x.shape[0] > 0 && x.shape[1] > 0, "\(estimator): x of shape \(x.shape) holds no data")
        if let expected {
            try that(
                x.shape[1] == expected,
                "\(estimator): x has \(x.shape[1]) features, the model was fitted with \(expected)")
        }
        let x = x.dtype == .float32 ? x : x.cast(to: .float64)
        try finite(x, "x", in: estimator)
        return x
    }

    /// Targets as [examples, targets] of the features' type.
    static func targets(_ y: Tensor, like x: Tensor, in estimator: String) throws -> Tensor {
        try that(
            y.rank == 1 || y.rank == 2,
            "\(estimator): y has the shape \(y.shape); it must be [examples] or [examples, targets]")
        try that(y.shape[0] == x.shape[0], "\(estimator): x has \(x.shape[0]) examples but y has \(y.shape[0])")
        try that(y.count > 0, "\(estimator): y of shape \(y.shape) holds no targets")
        let y = y.cast(to: x.dtype).reshaped([y.shape[0], y.rank == 1 ? 1 : y.shape[1]])
        try finite(y, "y", in: estimator)
        return y
    }

    /// Weights of examples as [examples, 1] of the features' type, of which not all are 0.
    static func weights(_ weights: Tensor?, like x: Tensor, allowsNegative: Bool = false, in estimator: String) throws
        -> Tensor?
    {
        guard let weights else { return nil }
        try that(
            weights.shape == [x.shape[0]],
            "\(estimator): sampleWeight has the shape \(weights.shape); it must be [\(x.shape[0])], one for each example"
        )
        try finite(weights, "sampleWeight", in: estimator)
        try that(
            weights.doubles.contains { $0 != 0 },
            "\(estimator): sampleWeight is 0 for all examples; none is left to learn from")
        if !allowsNegative, let wrong = weights.doubles.firstIndex(where: { $0 < 0 }) {
            throw EstimatorError(
                "\(estimator): sampleWeight is \(weights.doubles[wrong]) at row \(wrong); it must not be negative")
        }
        return weights.cast(to: x.dtype).reshaped([x.shape[0], 1])
    }

    /// Whether all elements are finite: then their sum is, unless it overflows.
    static func isFinite(_ x: Tensor) -> Bool { x.sum().item.isFinite || x.doubles.allSatisfy(\.isFinite) }

    private static func finite(_ x: Tensor, _ name: String, in estimator: String) throws {
        if isFinite(x) { return }
        for (i, value) in x.doubles.enumerated() where !value.isFinite {
            let place = x.rank == 2 ? "row \(i / x.shape[1]), column \(i % x.shape[1])" : "row \(i)"
            throw EstimatorError(
                "\(estimator): \(name) contains \(value) at \(place); drop or fill missing values first")
        }
    }
}
