import TernCore
import TernData
import TernLearn

/// The estimators that `tern fit` knows by name, each made ready for tables: features scaled, and targets where that
/// helps.
///
/// ```swift
/// print(TableEstimator.allCases.map(\.rawValue))  // ["tabular", "mlp", "gp", "ridge", "linear", "logistic"]
/// let model = try TableEstimator.ridge.predictor(forClasses: false)
/// print(try model.parameters["ridge__alpha"]!)  // 1
/// ```
///
/// Where rows have weights, scalers count by them, too. Any other estimator serves ``TableTraining`` as well.
public enum TableEstimator: String, CaseIterable, Sendable {
    /// A linear model and an ensemble of networks for what it leaves: `TabularRegressor` or `TabularClassifier`.
    case tabular
    /// A multi-layer perceptron: `MLPRegressor` or `MLPClassifier`.
    case mlp
    /// A Gaussian process with a length scale for each feature and noise: `GaussianProcessRegressor`; for numbers.
    case gp
    /// A linear model whose slopes are held small: `Ridge`; for numbers.
    case ridge
    /// Least squares: `LinearRegression`; for numbers.
    case linear
    /// `LogisticRegression`; for classes.
    case logistic

    /// What scores and messages call it.
    public var title: String {
        switch self {
        case .tabular: "tabular network"
        case .mlp: "network"
        case .gp: "Gaussian process"
        case .ridge: "ridge regression"
        case .linear: "linear regression"
        case .logistic: "logistic regression"
        }
    }

    /// Whether it can predict classes, or numbers.
    public func predicts(classes: Bool) -> Bool {
        switch self {
        case .tabular, .mlp: true
        case .gp, .ridge, .linear: !classes
        case .logistic: classes
        }
    }

    /// More training rows than a Gaussian process is given: its time grows with the cube of their number, its memory with
    /// the square.
    public static let mostRowsOfProcess = 4000

    /// An estimator that has learned nothing yet.
    ///
    /// - Parameters:
    ///   - forClasses: whether the target is one of classes.
    ///   - network: the settings of a multi-layer perceptron, also of one for classes, which has no `loss`.
    ///   - tabular: the settings of the tabular network, also of one for classes.
    ///   - dtype: of a network's weights; scaling is in double precision.
    ///   - features: how many there are; a Gaussian process has a length scale for each.
    /// - Throws: `EstimatorError` where it cannot predict classes, or nothing else.
    public func predictor(
        forClasses: Bool, network: MLPRegressor = MLPRegressor(randomState: 0),
        tabular: TabularRegressor = TabularRegressor(randomState: 0), dtype: DType = .float32, features: Int = 1
    ) throws -> any Predictor {
        guard predicts(classes: forClasses) else {
            let others = Self.allCases.filter { $0.predicts(classes: forClasses) }.map(\.rawValue).joined(
                separator: ", ")
            throw EstimatorError(
                "\(rawValue) does not predict \(forClasses ? "classes" : "numbers"); \(others) do\(others.contains(",") ? "" : "es")"
            )
        }
        switch self {
        case .tabular:
            guard forClasses else { return tabular }
            var made = TabularClassifier()
            try made.setOwnParameters(tabular.parameters)
            made.onEpoch = tabular.onEpoch
            return made
        case .mlp:
            if forClasses {
                return Self.weighing(
                    Pipeline(steps: Self.scaled(dtype) + [.init("mlpclassifier", try Self.classifier(network))]))
            }
            var made = TransformedTargetRegressor(
                Self.weighing(Pipeline(steps: Self.scaled(dtype) + [.init("mlpregressor", network)])),
                transformer: StandardScaler())
            made.weighsTransformer = true
            return made
        case .gp:
            let kernel: Kernel =
                .constant(1) * .rbf(lengthScales: .init(repeating: 1, count: max(1, features))) + .white(noise: 0.1)
            return Pipeline(
                StandardScaler(),
                GaussianProcessRegressor(kernel: kernel, alpha: 1e-8, normalizesTargets: true))
        case .ridge: return Self.weighing(Pipeline(StandardScaler(), Ridge()))
        // Of scaled features: else those that vary little beside others would be taken for rounding.
        case .linear: return Self.weighing(Pipeline(StandardScaler(), LinearRegression(tol: 1e-10)))
        case .logistic: return Self.weighing(Pipeline(StandardScaler(), LogisticRegression(maxIter: 1000)))
        }
    }

    private static func weighing(_ pipeline: Pipeline) -> Pipeline {
        var pipeline = pipeline
        pipeline.weighsTransformers = true
        return pipeline
    }

    private static func scaled(_ dtype: DType) -> [Pipeline.Step] {
        [.init("standardscaler", StandardScaler())]
            + (dtype == .float32 ? [.init("single", FunctionTransformer(.singlePrecision))] : [])
    }

    /// A classifier with the settings of a regressor.
    private static func classifier(_ own: MLPRegressor) throws -> MLPClassifier {
        var made = MLPClassifier()
        try made.setOwnParameters(own.parameters.filter { $0.key != "loss" })
        // What has no name.
        (made.optimizer, made.onEpoch, made.watch) = (own.optimizer, own.onEpoch, own.watch)
        made.layerActivations = own.layerActivations
        return made
    }
}

/// The estimator within pipelines, searches and transformations of targets.
func innermost(_ estimator: any Estimator) -> any Estimator {
    switch estimator {
    case let search as any ParameterSearch: innermost(search.bestEstimator ?? search.estimator)
    case let transformed as TransformedTargetRegressor: innermost(transformed.regressor)
    case let pipeline as Pipeline: pipeline.steps.last.map { innermost($0.estimator) } ?? pipeline
    default: estimator
    }
}

extension Estimator {
    /// The whole name of a parameter of a pipeline or a transformation, from the name that its estimator gives it: `alpha`
    /// for `regressor__mlpregressor__alpha`.
    ///
    /// ```swift
    /// let model = try TableEstimator.ridge.predictor(forClasses: false)
    /// print(try model.wholeName(of: "alpha"))  // ridge__alpha
    /// ```
    ///
    /// - Throws: `EstimatorError` where no part has such a parameter, or several have.
    public func wholeName(of name: String) throws -> String {
        let all = try parameters.keys.sorted()
        if all.contains(name) { return name }
        let found = all.filter { $0.hasSuffix("__\(name)") }
        if found.count == 1 { return found[0] }
        let kind = "\(type(of: innermost(self)).kind)", own = type(of: innermost(self)).parameterNames
        if own.contains(name),
            let last = found.first(where: { $0.lowercased().contains("\(kind.lowercased())__\(name)") })
        {
            return last
        }
        throw EstimatorError(
            found.isEmpty
                ? "\(kind): there is no parameter \"\(name)\"; it has \(own.joined(separator: ", "))"
                : "\"\(name)\" may be any of \(found.joined(separator: ", ")); name one whole")
    }
}
