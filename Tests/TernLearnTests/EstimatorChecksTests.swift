import Foundation
import TernCore
import TernLearn
import Testing

/// What `sklearn.utils.estimator_checks` asks of every estimator (docs/ESTIMATORS.md), asked of all that are registered.
@Suite struct EstimatorChecksTests {
    /// An estimator as any of its checks sees it: fitted with x and y, and what it gives.
    private struct Subject: CustomTestStringConvertible, Sendable {
        var name: String, estimator: any Estimator
        /// Whether NaN passes, whether one example is enough, and whether other examples change what is given of one
        /// but for rounding.
        var takesGaps = false, takesOneExample = true
        /// Whether examples weigh, and as much as if they were there so often.
        var weighs = false
        /// Whether `float32` stays.
        var keepsSingle = false

        var testDescription: String { name }
        var isClassifier: Bool { (estimator as? any Predictor)?.isClassifier ?? false }

        func fitted(_ x: Tensor, _ y: Tensor, _ weight: Tensor? = nil) throws -> any Estimator {
            if var model = estimator as? any Predictor, !(estimator is any Transformer) || estimator is Pipeline {
                try model.fit(x, y, sampleWeight: weight)
                return model
            }
            guard var model = estimator as? any Transformer else { return estimator }
            try model.fit(x)
            return model
        }

        /// Predictions, probabilities of classifiers, or new features.
        func output(_ model: any Estimator, _ x: Tensor) throws -> Tensor {
            if let model = model as? any Predictor, !(model is any Transformer) || model is Pipeline {
                return model.isClassifier ? try model.predictProba(x) : try model.predict(x)
            }
            guard let model = model as? any Transformer else { fatalError("\(name) gives nothing") }
            return try model.transform(x)
        }
    }

    private static let subjects: [Subject] = {
        let kernel: Kernel = .constant(1, bounds: nil) * .rbf(lengthScale: 1, bounds: nil)
        let network = MLPRegressor(hiddenLayerSizes: [4], maxIter: 5, randomState: 5)
        let grid = ["alpha": [ParameterValue.number(0.1), .number(1)]], splits = KFold(nSplits: 2)
        return [
            Subject(name: "LinearRegression", estimator: LinearRegression(), weighs: true),
            Subject(name: "Ridge", estimator: Ridge(), weighs: true),
            Subject(
                name: "LogisticRegression", estimator: LogisticRegression(tol: 1e-8, maxIter: 1000),
                takesOneExample: false, weighs: true),
            Subject(name: "MLPRegressor", estimator: network, keepsSingle: true),
            Subject(
                name: "MLPClassifier",
                estimator: MLPClassifier(hiddenLayerSizes: [4], maxIter: 5, randomState: 5), keepsSingle: true),
            Subject(
                name: "TabularRegressor",
                estimator: TabularRegressor(hiddenLayerSizes: [4], maxEpochs: 3, folds: 2, repeats: 1, randomState: 5),
                takesOneExample: false, keepsSingle: true),
            Subject(
                name: "TabularClassifier",
                estimator: TabularClassifier(hiddenLayerSizes: [4], maxEpochs: 3, folds: 2, repeats: 1, randomState: 5),
                takesOneExample: false, keepsSingle: true),
            Subject(
                name: "GaussianProcessRegressor", estimator: GaussianProcessRegressor(kernel: kernel, alpha: 0.1)),
            Subject(
                name: "Pipeline", estimator: Pipeline(steps: [.init("a", StandardScaler()), .init("b", Ridge())])),
            Subject(
                name: "TransformedTargetRegressor",
                estimator: TransformedTargetRegressor(Ridge(), transformer: StandardScaler())),
            Subject(
                name: "GridSearch", estimator: try! GridSearch(Ridge(), grid, cv: splits), takesOneExample: false),
            Subject(
                name: "RandomizedSearch",
                estimator: RandomizedSearch(
                    Ridge(), ["alpha": .values([0.1, 1])], count: 2, cv: splits, randomState: 1),
                takesOneExample: false),
            Subject(
                name: "HalvingSearch",
                estimator: try! HalvingSearch(
                    Ridge(), ["alpha": [0.1, 1, 10]], cv: splits, randomState: 1), takesOneExample: false),
            Subject(name: "StandardScaler", estimator: StandardScaler(), takesGaps: true, keepsSingle: true),
            Subject(name: "MinMaxScaler", estimator: MinMaxScaler(), takesGaps: true, keepsSingle: true),
            Subject(name: "MaxAbsScaler", estimator: MaxAbsScaler(), takesGaps: true, keepsSingle: true),
            Subject(name: "RobustScaler", estimator: RobustScaler(), takesGaps: true, keepsSingle: true),
            Subject(
                name: "QuantileTransformer", estimator: QuantileTransformer(nQuantiles: 5), takesGaps: true,
                keepsSingle: true),
            Subject(name: "PowerTransformer", estimator: PowerTransformer(), takesGaps: true, keepsSingle: true),
            Subject(name: "PolynomialFeatures", estimator: PolynomialFeatures(), keepsSingle: true),
            Subject(name: "SimpleImputer", estimator: SimpleImputer(), takesGaps: true, keepsSingle: true),
            Subject(name: "OneHotEncoder", estimator: OneHotEncoder(handleUnknown: .ignore), takesGaps: true),
            Subject(name: "OrdinalEncoder", estimator: OrdinalEncoder(unknownValue: -1), takesGaps: true),
            Subject(name: "PCA", estimator: PCA(nComponents: 1), takesOneExample: false),
            Subject(
                name: "ColumnTransformer",
                estimator: ColumnTransformer([.init("a", MinMaxScaler(), columns: [0])], remainder: .passthrough),
                takesGaps: true, keepsSingle: true),
            Subject(
                name: "FunctionTransformer", estimator: FunctionTransformer(.identity), takesGaps: true,
                keepsSingle: true),
        ]
    }()

    private let x: Tensor, y: Tensor

    init() {
        var random = RandomState(seed: 2)
        x = Tensor(random.uniform(low: 0.5, high: 2, count: 60), shape: [20, 3])
        y = (x[.all, 0] + x[.all, 1] .> 2.4).cast(to: .float64)
    }

    private func close(_ a: Tensor, _ b: Tensor, _ tolerance: Double = 1e-9) -> Bool {
        a.shape == b.shape
            && zip(a.doubles, b.doubles).allSatisfy {
                abs($0 - $1) <= tolerance * max(1, abs($1)) || $0.isNaN && $1.isNaN
            }
    }

    /// An estimator that is added to the library comes to the checks.
    @Test func allEstimatorsAreChecked() {
        let own = EstimatorRegistry.kinds.filter {
            let type = EstimatorRegistry.type(of: $0)!
            return type is any Estimator.Type && String(reflecting: type).hasPrefix("TernLearn.")
        }
        // It has words in place of features.
        #expect(Set(own).subtracting(Self.subjects.map(\.name)) == ["LabelEncoder"])
    }

    @Test(arguments: subjects) private func aFitIsTheSameWhenItIsDoneAgain(_ subject: Subject) throws {
        let once = try subject.fitted(x, y)
        var again = subject
        again.estimator = once
        #expect(try subject.output(again.fitted(x, y), x).doubles == subject.output(once, x).doubles)
    }

    @Test(arguments: subjects) private func featuresAndTargetsOfAnyNumberTypeAreTaken(_ subject: Subject) throws {
        let whole = (x * 4).cast(to: .int64)
        let model = try subject.fitted(whole.cast(to: .float64), y), expected = try subject.output(model, whole)
        for (features, targets) in [(whole, y.cast(to: .int64)), (whole.cast(to: .int32), y.cast(to: .float32))] {
            let other = try subject.fitted(features, targets)
            #expect(close(try subject.output(other, features), expected, 1e-12))
        }
        let single = try subject.fitted(whole.cast(to: .float32), y.cast(to: .float32))
        let made = try subject.output(single, whole.cast(to: .float32))
        #expect(close(made, expected, 1e-3))
        #expect(made.dtype == (subject.keepsSingle ? .float32 : .float64))
    }

    @Test(arguments: subjects) private func whatIsGivenDoesNotDependOnOtherRows(_ subject: Subject) throws {
        let model = try subject.fitted(x, y), all = try subject.output(model, x)
        let order = Tensor((0..<20).reversed().map(Int64.init))
        #expect(close(try subject.output(model, x.taking(order)), all.taking(order), 1e-12))
        #expect(close(try subject.output(model, x[3..<7]), all[3..<7], 1e-12))
        #expect(close(try subject.output(model, x[4..<5]), all[4..<5], 1e-12))
    }

    @Test(arguments: subjects) private func anExampleOrAFeatureAloneIsEnoughOrTold(_ subject: Subject) throws {
        if subject.takesOneExample {
            #expect(try subject.output(subject.fitted(x[0..<1], y[0..<1]), x[0..<1]).shape[0] == 1)
        } else {
            #expect(throws: EstimatorError.self) { try subject.fitted(x[0..<1], y[0..<1]) }
        }
        let narrow = x[.all, 0..<1]
        #expect(try subject.output(subject.fitted(narrow, y), narrow).shape[0] == 20)
    }

    @Test(arguments: subjects) private func otherFeaturesAreRefused(_ subject: Subject) throws {
        if subject.estimator is FunctionTransformer { return }  // it learns nothing, not how many there are
        let model = try subject.fitted(x, y)
        for wrong in [x[.all, 0..<2], x[.all, 0], x.reshaped([20, 3, 1]), x[0..<0]] {
            #expect(throws: EstimatorError.self, "\(wrong.shape)") { try subject.output(model, wrong) }
        }
    }

    @Test(arguments: subjects) private func dataThatCannotBeUsedAreRefused(_ subject: Subject) throws {
        for wrong in [x[0..<0], x[.all, 0], x[.all, 0..<0]] {
            #expect(throws: EstimatorError.self, "\(wrong.shape)") {
                try subject.fitted(wrong, y[0..<(wrong.shape[0])])
            }
        }
        var values = x.doubles
        values[7] = .infinity
        let infinite = Tensor(values, shape: x.shape)
        values[7] = .nan
        let gap = Tensor(values, shape: x.shape), model = try subject.fitted(x, y)
        if !(subject.estimator is ColumnTransformer) {
            #expect(throws: EstimatorError.self) { try subject.fitted(infinite, y) }
            #expect(throws: EstimatorError.self) { try subject.output(model, infinite) }
        }
        if subject.takesGaps {
            #expect(try subject.output(subject.fitted(gap, y), gap).shape[0] == 20)
        } else {
            #expect(throws: EstimatorError.self) { try subject.fitted(gap, y) }
            #expect(throws: EstimatorError.self) { try subject.output(model, gap) }
        }
        guard subject.estimator is any Predictor, !(subject.estimator is any Transformer) else { return }
        #expect(throws: EstimatorError.self) { try subject.fitted(x, y[0..<19]) }
        #expect(throws: EstimatorError.self) { try subject.fitted(x, y / 0) }
    }

    @Test(arguments: subjects) private func whatHasLearnedNothingSaysSo(_ subject: Subject) {
        // A process predicts its prior, a function needs no fit.
        if subject.estimator is GaussianProcessRegressor || subject.estimator is FunctionTransformer { return }
        #expect(throws: EstimatorError.self) { try subject.output(subject.estimator, x) }
    }

    @Test(arguments: subjects) private func aFitThatFailsLeavesWhatWasLearned(_ subject: Subject) throws {
        guard var model = try subject.fitted(x, y) as? any Predictor, !(model is any Transformer) else { return }
        let before = try subject.output(model, x)
        #expect(throws: EstimatorError.self) { try model.fit(x * Double.nan, y) }
        #expect(try subject.output(model, x) == before)
    }

    @Test(arguments: subjects) private func aColumnOfTargetsIsTakenToo(_ subject: Subject) throws {
        guard subject.estimator is any Predictor else { return }
        let column = try subject.output(subject.fitted(x, y.reshaped([20, 1])), x)
        #expect(close(column.flattened(), try subject.output(subject.fitted(x, y), x).flattened(), 1e-9))
    }

    @Test(arguments: subjects.filter(\.weighs)) private func aWeightIsANumberOfExamples(_ subject: Subject) throws {
        let counts = (0..<20).map { [1, 0, 2, 1, 3][$0 % 5] }
        let rows = Tensor(counts.indices.flatMap { [Int64](repeating: Int64($0), count: counts[$0]) })
        let weighted = try subject.fitted(x, y, Tensor(counts.map(Double.init)))
        let repeated = try subject.fitted(x.taking(rows), y.taking(rows))
        #expect(close(try subject.output(weighted, x), try subject.output(repeated, x), 1e-6))
    }

    @Test(arguments: subjects.filter(\.weighs)) private func weightsThatCannotBeUsedAreRefused(_ subject: Subject) {
        for weight in [Tensor.zeros([20], dtype: .float64), .ones([19], dtype: .float64), .ones([20, 2]), y / 0] {
            #expect(throws: EstimatorError.self) { try subject.fitted(x, y, weight) }
        }
    }

    @Test(arguments: subjects) private func whatIsSavedGivesTheSameBits(_ subject: Subject) throws {
        for model in [subject.estimator, try subject.fitted(x, y)] {
            let archive = try EstimatorArchive(model)
            let same = try #require(
                try EstimatorArchive(text: archive.text, tensors: archive.tensors).estimator() as? any Estimator)
            #expect(type(of: same) == type(of: model))
            #expect(try same.parameters.mapValues(\.description) == model.parameters.mapValues(\.description))
            let (ours, theirs) = (try? subject.output(model, x), try? subject.output(same, x))
            #expect(ours?.doubles == theirs?.doubles && ours?.dtype == theirs?.dtype)
        }
    }

    @Test(arguments: subjects) private func parametersAreSetAndRead(_ subject: Subject) throws {
        var copy = subject.estimator
        for (name, value) in try subject.estimator.parameters {
            try copy.setParameter(name, to: value)
            // NaN is no equal of itself.
            let same = try copy.parameter(name)
            #expect(same == value || same.description == value.description, "\(name): \(same)")
        }
        #expect(throws: EstimatorError.self) { try copy.setParameter("nobody", to: 1) }
        #expect(throws: EstimatorError.self) { try copy.parameter("nobody") }
    }

    /// Where a later step, column or part fails, what came before it is as it was, too.
    @Test func aFitThatFailsHalfWayLeavesWhatWasLearned() throws {
        let good = Tensor([[1.0, 1], [2, 3], [4, 5], [8, 8]]), y = Tensor([0.0, 1, 2, 4])
        let bad = Tensor([[5.0, 1], [6, -3], [9, 5], [7, 8]])
        let boxCox = PowerTransformer(method: .boxCox)
        let transformers: [any Transformer] = [
            boxCox, Pipeline(MaxAbsScaler(), boxCox),
            ColumnTransformer([.init("a", StandardScaler(), columns: [0]), .init("b", boxCox, columns: [1])]),
        ]
        for transformer in transformers {
            var model = transformer
            try model.fit(good)
            let before = try model.transform(good)
            #expect(throws: EstimatorError.self) { try model.fit(bad) }
            #expect(try model.transform(good) == before, "\(type(of: transformer))")
        }
        var products = PolynomialFeatures(degree: 2)
        try products.fit(good)
        products.degree = .max
        #expect(throws: EstimatorError.self) { try products.fit(Tensor([[1.0]])) }
        #expect(try products.transform(good).shape == [4, 6])
        var scaler = StandardScaler()
        try scaler.fit(good)
        let known = scaler
        #expect(throws: EstimatorError.self) { try scaler.partialFit(Tensor([[5.0, 1e300], [5, -1e300]])) }
        #expect(scaler.mean == known.mean && scaler.samplesSeen == known.samplesSeen)
        var process = GaussianProcessRegressor(kernel: .dotProduct(sigma0: 1), alpha: 1, optimizes: false)
        try process.fit(good, y)
        let predicted = try process.predict(good)
        process.alpha = 0
        #expect(throws: EstimatorError.self) { try process.fit(Tensor.zeros([4, 2], dtype: .float64), y) }
        #expect(try process.predict(good) == predicted)
        var target = TransformedTargetRegressor(Ridge(), transformer: StandardScaler())
        try target.fit(good, y)
        let back = try target.predict(good)
        #expect(throws: EstimatorError.self) { try target.fit(good * Double.nan, y * 100) }
        #expect(try target.predict(good) == back)
    }
}
