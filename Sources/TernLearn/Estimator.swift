import TernCore

/// The contract of all estimators, scikit-learn's: hyperparameters are plain properties, kept as given and checked by
/// the fit; what is learned has names of its own; all of it is `Codable`, so that any estimator goes into a file.
///
/// ```swift
/// let models: [any Estimator] = [Ridge(alpha: 2), StandardScaler()]
/// models.map { type(of: $0).kind }        // ["Ridge", "StandardScaler"]
/// try models[0].parameter("alpha")        // 2
/// ```
public protocol Estimator: Registered {
    /// The names of the hyperparameters that searches and files may set, in the initialiser's order; by default none.
    static var parameterNames: [String] { get }

    /// One hyperparameter by name.
    func parameter(_ name: String) throws -> ParameterValue

    /// Changes one hyperparameter.
    mutating func setParameter(_ name: String, to value: ParameterValue) throws

    /// All hyperparameters by name.
    var parameters: [String: ParameterValue] { get throws }
}

extension Estimator {
    /// None: a type without names of its own has no hyperparameters that can be set by name.
    public static var parameterNames: [String] { [] }
}

/// An estimator that learns from examples with targets and predicts: a ``Regressor`` or a ``Classifier``.
///
/// ```swift
/// let x = Tensor([[0.0], [1], [2], [3]]), y = Tensor([1.0, 3, 5, 7])
/// func learned(_ model: some Predictor) throws -> Double {
///     var model = model
///     try model.fit(x, y)
///     return try model.score(x, y)
/// }
/// try learned(LinearRegression())         // 1.0
/// try learned(Ridge(alpha: 5))            // 0.75
/// ```
public protocol Predictor: Estimator {
    /// Learns from examples, and forgets what was learned before.
    ///
    /// - Parameters:
    ///   - x: [examples, features].
    ///   - y: [examples] for one target, [examples, targets] for several; of classifiers the labels, as numbers.
    ///   - sampleWeight: how much each example counts, [examples]; nil: all alike.
    /// - Throws: ``EstimatorError`` where a hyperparameter or the data cannot be used; the message names it.
    mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws

    /// The predicted targets of `x`, [examples, features]: [examples] for one target and [examples, targets] for more.
    ///
    /// - Throws: ``EstimatorError`` where nothing has been learned yet, and where `x` has other features.
    func predict(_ x: Tensor) throws -> Tensor

    /// How good the predictions are, 1 at best: R² of regressors, the accuracy of classifiers.
    func score(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws -> Double

    /// Whether targets are labels; searches then keep the shares of classes in their splits.
    var isClassifier: Bool { get }

    /// The labels that were learned, in ascending order; of regressors none.
    var classes: [Double] { get }

    /// The probability of each class, [examples, classes].
    ///
    /// - Throws: ``EstimatorError`` of regressors, which have none.
    func predictProba(_ x: Tensor) throws -> Tensor

    /// What ranks examples where there is more than probabilities, which are ties once they round to 1: scikit-learn's
    /// `decision_function`. [examples], greater for the larger of two labels, or [examples, classes]; nil where
    /// probabilities are all there is.
    ///
    /// - Throws: ``EstimatorError`` where nothing has been learned yet, and where `x` has other features.
    func decision(_ x: Tensor) throws -> Tensor?
}

extension Predictor {
    /// Learns from examples that all count alike: `fit(_:_:sampleWeight:)` without weights.
    public mutating func fit(_ x: Tensor, _ y: Tensor) throws { try fit(x, y, sampleWeight: nil) }

    /// The score of examples that all count alike: ``score(_:_:sampleWeight:)`` without weights.
    public func score(_ x: Tensor, _ y: Tensor) throws -> Double { try score(x, y, sampleWeight: nil) }

    /// None, as of regressors.
    public var classes: [Double] { [] }

    /// - Throws: ``EstimatorError``, always: by default there are no probabilities.
    public func predictProba(_ x: Tensor) throws -> Tensor {
        throw EstimatorError("\(Self.kind): it gives no probabilities")
    }

    /// None: by default probabilities are all there is.
    public func decision(_ x: Tensor) throws -> Tensor? { nil }
}

/// An estimator of numbers.
///
/// ```swift
/// func r2(_ model: some Regressor, _ x: Tensor, _ y: Tensor) throws -> Double { try model.score(x, y) }
/// ```
///
/// A type of your own needs ``Predictor/fit(_:_:sampleWeight:)`` and ``Predictor/predict(_:)``; the rest comes with them.
public protocol Regressor: Predictor {}

extension Regressor {
    /// False: targets are numbers, and by default searches split them with ``KFold``.
    public var isClassifier: Bool { false }

    /// The coefficient of determination of the predictions, 1 at best, the mean over targets:
    /// ``r2Score(_:_:sampleWeight:multiOutput:)``, as scikit-learn's `score`.
    ///
    /// - Throws: what ``Predictor/predict(_:)`` throws, and ``EstimatorError`` where weights do not fit or are all 0.
    ///   Targets that do not fit the predictions end the program.
    public func score(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws -> Double {
        _ = try LabelPairs.checked(sampleWeight, rows: y.shape.first ?? 0, in: Self.kind)
        return try r2Score(y, predict(x), sampleWeight: sampleWeight)
    }
}

/// An estimator of classes, whose labels are numbers; ``LabelEncoder`` makes numbers of words.
///
/// ```swift
/// func accuracy(_ model: some Classifier, _ x: Tensor, _ y: Tensor) throws -> Double { try model.score(x, y) }
/// ```
public protocol Classifier: Predictor {}

extension Classifier {
    /// True: targets are labels, and by default searches split them with ``StratifiedKFold``.
    public var isClassifier: Bool { true }

    /// The natural logarithm of ``Predictor/predictProba(_:)``; −∞ where a probability is 0.
    public func predictLogProba(_ x: Tensor) throws -> Tensor { try log(predictProba(x)) }

    /// The share of labels that are predicted right: ``accuracyScore(_:_:normalize:sampleWeight:)``, as scikit-learn's
    /// `score`.
    ///
    /// - Throws: what ``Predictor/predict(_:)`` throws, and ``EstimatorError`` where labels do not fit the predictions.
    public func score(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws -> Double {
        try accuracyScore(y, predict(x), sampleWeight: sampleWeight)
    }
}

extension Estimator {
    /// Does a change whole or, where it throws, not at all.
    mutating func wholly<R>(_ change: (inout Self) throws -> R) rethrows -> R {
        var changed = self
        let result = try change(&changed)
        self = changed
        return result
    }
}

/// An estimator that turns features into others.
///
/// ```swift
/// var scaler: any Transformer = MinMaxScaler()
/// let scaled = try scaler.fitTransform(Tensor([[1.0], [3]]))          // [[0], [1]]
/// try scaler.inverseTransform(scaled)                                 // [[1], [3]]
/// ```
public protocol Transformer: Estimator {
    /// Learns from `x`, [examples, features].
    ///
    /// - Throws: ``EstimatorError`` where a hyperparameter or the data cannot be used.
    mutating func fit(_ x: Tensor) throws

    /// The new features, [examples, new features].
    ///
    /// - Throws: ``EstimatorError`` before the fit, and where `x` does not fit what was learned.
    func transform(_ x: Tensor) throws -> Tensor

    /// The features that `transform(_:)` would turn into these.
    ///
    /// - Throws: ``EstimatorError`` before the fit, where `x` does not fit, and where there is no way back.
    func inverseTransform(_ x: Tensor) throws -> Tensor

    /// `fit(_:)` and `transform(_:)` of the same examples.
    mutating func fitTransform(_ x: Tensor) throws -> Tensor

    /// The names of the new features, from those of the features: scikit-learn's `get_feature_names_out`.
    func featureNames(from names: [String]) -> [String]
}

extension Transformer {
    /// By default one after the other; it throws what either throws.
    public mutating func fitTransform(_ x: Tensor) throws -> Tensor {
        try fit(x)
        return try transform(x)
    }

    /// - Throws: ``EstimatorError``, always: by default there is no way back.
    public func inverseTransform(_ x: Tensor) throws -> Tensor {
        throw EstimatorError("\(Self.kind): it has no inverse")
    }

    /// By default the same: for transformers that make one feature of each.
    public func featureNames(from names: [String]) -> [String] { names }
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
    package init(_ description: String) { self.description = description }
}

/// Checks that are the same for all estimators.
enum Check {
    static func that(_ condition: Bool, _ message: @autoclosure () -> String) throws {
        if !condition { throw EstimatorError(message()) }
    }

    /// Examples as a matrix of real numbers without gaps; float32 stays, all else becomes float64.
    ///
    /// - Parameter allowsMissing: whether NaN passes; infinity never does.
    static func features(_ x: Tensor, expected: Int? = nil, allowsMissing: Bool = false, in estimator: String) throws
        -> Tensor
    {
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
        try finite(x, "x", allowsMissing: allowsMissing, in: estimator)
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

    /// Whether lists that a file holds have a number for each of the same features.
    static func asMany(_ lists: [Double]..., in estimator: String) throws {
        try that(
            Set(lists.map(\.count)).count <= 1,
            "\(estimator): what was learned is of \(lists.map { "\($0.count)" }.joined(separator: ", ")) features; the file is damaged"
        )
    }

    /// Whether arrays that a file holds are of the shapes and the type that the estimator reads.
    static func shape(_ tensor: Tensor, _ shape: [Int], _ name: String, in estimator: String) throws {
        try that(
            tensor.shape == shape && tensor.dtype.isFloatingPoint,
            "\(estimator): \(name) is \(tensor.spec); it must be of real numbers and the shape \(shape)")
    }

    /// Whether all elements are finite: then their sum is, unless it overflows.
    static func isFinite(_ x: Tensor) -> Bool { x.sum().item.isFinite || x.doubles.allSatisfy(\.isFinite) }

    private static func finite(_ x: Tensor, _ name: String, allowsMissing: Bool = false, in estimator: String) throws {
        if isFinite(x) { return }
        for (i, value) in x.doubles.enumerated() where !value.isFinite && !(allowsMissing && value.isNaN) {
            let place = x.rank == 2 ? "row \(i / x.shape[1]), column \(i % x.shape[1])" : "row \(i)"
            throw EstimatorError(
                "\(estimator): \(name) contains \(value) at \(place); drop or fill missing values first")
        }
    }
}
