import Foundation
import TernCore
import TernLearn
import TestSupport
import Testing

/// Scalers, imputers and encoders beside scikit-learn's (Scripts/fixtures/sklearn_preprocessing.py).
@Suite struct PreprocessingTests {
    private static let fixture = try! SklearnCases("sklearn_preprocessing")
    private static let encoders = try! SklearnCases("sklearn_encoders")

    /// A transformer with scikit-learn's parameters.
    private static func transformer(_ kind: String, _ s: ParameterValue) -> any Transformer {
        func range(_ name: String) -> ClosedRange<Double>? { s[name].map { $0[0].double...$0[1].double } }
        switch kind {
        case "MinMaxScaler":
            return MinMaxScaler(featureRange: range("feature_range") ?? 0...1, clip: s["clip"]?.bool ?? false)
        case "MaxAbsScaler": return MaxAbsScaler(clip: s["clip"]?.bool ?? false)
        case "RobustScaler":
            return RobustScaler(
                withCentering: s["with_centering"]?.bool ?? true, withScaling: s["with_scaling"]?.bool ?? true,
                quantileRange: range("quantile_range") ?? 25...75, unitVariance: s["unit_variance"]?.bool ?? false)
        case "QuantileTransformer":
            return QuantileTransformer(
                nQuantiles: s["n_quantiles"]!.int,
                outputDistribution: .init(rawValue: s["output_distribution"]?.text ?? "uniform")!,
                subsample: s["subsample"]?.int ?? 10_000, randomState: s["random_state"].map { UInt32($0.int) })
        case "PowerTransformer":
            return PowerTransformer(method: .init(rawValue: s["method"]!.text)!, standardize: s["standardize"]!.bool)
        case "PolynomialFeatures":
            let degree = s["degree"]!
            var least = 0, most = 0
            if case .list(let ends) = degree { (least, most) = (ends[0].int, ends[1].int) } else { most = degree.int }
            return PolynomialFeatures(
                degree: most, minDegree: least, interactionOnly: s["interaction_only"]?.bool ?? false,
                includeBias: s["include_bias"]?.bool ?? true)
        default:
            return SimpleImputer(
                missingValue: s["missing_values"]?.double ?? .nan, strategy: .init(rawValue: s["strategy"]!.text)!,
                fillValue: s["fill_value"]?.double, addIndicator: s["add_indicator"]?.bool ?? false,
                keepEmptyFeatures: s["keep_empty_features"]?.bool ?? false)
        }
    }

    @Test(arguments: [
        "MinMaxScaler", "MaxAbsScaler", "RobustScaler", "QuantileTransformer", "PowerTransformer", "PolynomialFeatures",
        "SimpleImputer",
    ])
    func numbersAreScikitLearns(_ kind: String) throws {
        #expect(Self.fixture[kind].count >= 20)
        for (i, c) in Self.fixture[kind].enumerated() {
            let place = "\(kind) \(i): \(c)", x = c["x"]!.tensor, test = c["test"]?.tensor ?? x
            // Exponents are found to eight digits.
            let tolerance = kind == "PowerTransformer" ? 1e-6 : 1e-9, floor = kind == "PowerTransformer" ? 1 : 1e-3
            var model = Self.transformer(kind, c["settings"]!)
            expectSame(c["z"], place, tolerance: tolerance, floor: floor) {
                try model.fit(x)
                return try model.transform(test)
            }
            if c["z"]!.isRefused { continue }
            expectSame(c["back"], "back, \(place)", tolerance: tolerance, floor: floor) {
                try model.inverseTransform(c["z"]!.tensor)
            }
            if let names = c["names"] {
                #expect(
                    model.featureNames(from: Array(["a", "b", "c"].prefix(x.shape[1]))) == names.list.map(\.text),
                    "\(place)")
            }
            if let power = model as? PowerTransformer {
                expectSame(c["lambdas"], "lambdas, \(place)", tolerance: 1e-6, floor: 1) { Tensor(power.lambdas) }
            }
            if let imputer = model as? SimpleImputer {
                expectSame(c["statistics"], "statistics, \(place)") { Tensor(imputer.statistics) }
            }
            if let polynomial = model as? PolynomialFeatures {
                expectSame(c["powers"], "powers, \(place)") { Tensor(polynomial.powers) }
            }
            // A transformer that goes through a file's text and tensors does the same, to the bit.
            let copy = try #require(EstimatorArchive(model).estimator() as? any Transformer)
            let again = try copy.transform(test).doubles.map(\.bitPattern)
            #expect(again == (try model.transform(test).doubles.map(\.bitPattern)), "\(place)")
        }
    }

    private static func categories(_ value: ParameterValue) -> [Category] {
        value.list.map { if case .text(let text) = $0 { .text(text) } else { .number($0.double) } }
    }
    private static func words(_ value: ParameterValue) -> [[String]] { value.list.map { $0.list.map(\.text) } }
    private static func frequency(_ s: ParameterValue) -> SplitSize? { s["min_frequency"]?.size }

    @Test func oneHotFeaturesAreScikitLearns() throws {
        for (i, c) in Self.encoders["OneHotEncoder"].enumerated() {
            let s = c["settings"]!, place = "case \(i): \(c)"
            var model = OneHotEncoder(
                categories: s["categories"]?.list.map(Self.categories),
                drop: s["drop"].map { $0 == "first" ? .first : .ifBinary },
                handleUnknown: .init(rawValue: s["handle_unknown"]?.text ?? "error")!, minFrequency: Self.frequency(s),
                maxCategories: s["max_categories"]?.int)
            expectSame(c["z"], place) {
                if c["words"]!.bool {
                    try model.fit(Self.words(c["x"]!))
                    return try model.transform(Self.words(c["test"]!))
                }
                try model.fit(c["x"]!.tensor)
                return try model.transform(c["test"]!.tensor)
            }
            if let categories = c["categories"] {
                #expect(model.foundCategories == categories.list.map(Self.categories), "\(place)")
            }
            if let names = c["names"], c["words"]!.bool {
                let p = c["x"]![0].list.count
                #expect(model.featureNames(from: Array(["a", "b"].prefix(p))) == names.list.map(\.text), "\(place)")
            }
            guard let back = c["back"], !c["z"]!.isRefused else { continue }
            let ours = try model.inverseCategories(c["z"]!.tensor)
            #expect(ours == back.list.map { Self.known($0) }, "\(place)")
        }
    }

    /// Categories in which "?" is unknown.
    private static func known(_ row: ParameterValue) -> [Category?] {
        categories(row).map { $0 == "?" ? nil : $0 }
    }

    @Test func ordinalNumbersAreScikitLearns() throws {
        for (i, c) in Self.encoders["OrdinalEncoder"].enumerated() {
            let s = c["settings"]!, place = "case \(i): \(c)"
            var model = OrdinalEncoder(
                categories: s["categories"]?.list.map(Self.categories), unknownValue: s["unknown_value"]?.double,
                encodedMissingValue: s["encoded_missing_value"]?.double ?? .nan, minFrequency: Self.frequency(s),
                maxCategories: s["max_categories"]?.int)
            expectSame(c["z"], place) {
                if c["words"]!.bool {
                    try model.fit(Self.words(c["x"]!))
                    return try model.transform(Self.words(c["test"]!))
                }
                try model.fit(c["x"]!.tensor)
                return try model.transform(c["test"]!.tensor)
            }
            guard let back = c["back"], !c["z"]!.isRefused else { continue }
            let ours = try model.inverseCategories(c["z"]!.tensor)
            #expect(ours == back.list.map { Self.known($0) }, "\(place)")
        }
    }

    @Test func labelsGetNumbersAndComeBack() throws {
        var encoder = LabelEncoder()
        let codes = try encoder.fitTransform(["wet", "dry", "wet"])
        #expect(codes == Tensor([1, 0, 1]))
        #expect(try encoder.inverseTransform(codes) == ["wet", "dry", "wet"])
        #expect { try encoder.transform(["fog"]) } throws: { "\($0)".contains("fog") }
        encoder.fit(Tensor([7, 3, 7]))
        #expect(try encoder.transform(Tensor([3, 7])) == Tensor([0, 1]))
    }

    @Test func composedEstimatorsAreScikitLearns() throws {
        for (i, c) in Self.encoders["composed"].enumerated() {
            let s = c["settings"]!, place = "case \(i): \(c)"
            let numbers = Pipeline(SimpleImputer(), StandardScaler(), PolynomialFeatures(degree: s["degree"]!.int))
            let head = ColumnTransformer(
                [
                    .init("numbers", numbers, columns: s["columns"]!.ints),
                    .init("kinds", OneHotEncoder(handleUnknown: .ignore), columns: [2]),
                ], remainder: .init(rawValue: s["remainder"]!.text)!)
            var model: any Predictor = Ridge()
            try model.setParameter("alpha", to: s["alpha"]!)
            if s["target"]! == "log" {
                model = TransformedTargetRegressor(model, transformer: FunctionTransformer(.log1p))
            } else if s["target"]! == "scaled" {
                model = TransformedTargetRegressor(model, transformer: StandardScaler())
            }
            var pipe = Pipeline(steps: [.init("head", head), .init("model", model)])
            let x = c["x"]!.tensor, y = c["y"]!.tensor, test = x.sliced(0..<4)
            expectSame(c["prediction"], place) {
                try pipe.fit(x, y, sampleWeight: c["weight"]?.tensor)
                return try pipe.predict(test)
            }
            if c["prediction"]!.isRefused { continue }
            let fitted = pipe["head"] as! ColumnTransformer
            expectSame(c["head"], "head, \(place)") { try fitted.transform(test) }
            expectSame(c["score"], "score, \(place)") { try pipe.score(x, y) }
            let copy = try #require(EstimatorArchive(pipe).estimator() as? Pipeline)
            #expect(try copy.predict(test) == pipe.predict(test), "\(place)")
        }
    }

    @Test func parametersOfStepsHaveNames() throws {
        var pipe = Pipeline(StandardScaler(), Ridge())
        try pipe.setParameter("ridge__alpha", to: 0.25)
        #expect((pipe["ridge"] as? Ridge)?.alpha == 0.25)
        #expect(try pipe.parameter("standardscaler__withMean") == true)
        #expect(try pipe.parameters.keys.sorted().first == "ridge__alpha")
        #expect { try pipe.setParameter("lasso__alpha", to: 1) } throws: { "\($0)".contains("standardscaler, ridge") }
        #expect { try pipe.setParameter("ridge__alfa", to: 1) } throws: { "\($0)".contains("alpha, fitIntercept") }
        #expect { try pipe.setParameter("ridge__alpha", to: "much") } throws: { "\($0)".contains("cannot be much") }
        #expect(Pipeline(PCA(), PCA()).steps.map(\.name) == ["pca-1", "pca-2"])
    }

    /// scikit-learn 1.9.1: SimpleImputer(missing_values=-999.9).fit_transform(numpy.float32([[-999.9], [2], [3]])).
    @Test func aMissingValueIsRoundedToTheTypeOfTheFeatures() throws {
        let x = Tensor([[-999.9], [2], [3]])
        var filler = SimpleImputer(missingValue: -999.9, addIndicator: true)
        for dtype in [DType.float32, .float64] {
            let filled = try filler.fitTransform(x.cast(to: dtype))
            #expect(filled.doubles == [2.5, 1, 2, 0, 3, 0] && filler.statistics == [2.5], "\(dtype)")
        }
    }

    @Test func aFittedEstimatorKeepsWhatItLearnedWhenAParameterChanges() throws {
        var model = Ridge(alpha: 5)
        try model.fit(Tensor([[0.0], [1], [2], [3]]), Tensor([1.0, 3, 5, 7]))
        let before = try model.predict(Tensor([[4.0]]))
        try model.setParameter("alpha", to: 7)
        #expect(model.alpha == 7)
        #expect(try model.predict(Tensor([[4.0]])) == before)
    }

    @Test func allParametersThatAreNamedCanBeReadAndSet() throws {
        let models: [any Estimator] = [
            Ridge(), LinearRegression(), StandardScaler(), PCA(), MinMaxScaler(), MaxAbsScaler(), RobustScaler(),
            QuantileTransformer(), PowerTransformer(), PolynomialFeatures(), SimpleImputer(), OneHotEncoder(),
            OrdinalEncoder(), MLPRegressor(), GaussianProcessRegressor(), FunctionTransformer(.log),
        ]
        for var model in models {
            #expect(!type(of: model).parameterNames.isEmpty)
            for (name, value) in try model.parameters {
                try model.setParameter(name, to: value)
                #expect(try model.parameter(name).description == value.description, "\(type(of: model)): \(name)")
            }
        }
    }

    @Test func whatIsFittedGoesThroughTextAndTensorsToTheBit() throws {
        let x = Tensor.random([12, 3], in: -1..<1, seed: 3), y = x[.all, 0] * 2 - x[.all, 1]
        let models: [any Predictor] = [
            Ridge(alpha: 0.3), LinearRegression(), MLPRegressor(hiddenLayerSizes: [4], maxIter: 3, randomState: 0),
            GaussianProcessRegressor(kernel: .matern() + .white(), alpha: 0.1), Pipeline(PCA(nComponents: 2), Ridge()),
        ]
        for var model in models {
            try model.fit(x, y)
            let archive = try EstimatorArchive(model)
            let copy = try #require(archive.estimator() as? any Predictor)
            #expect(try copy.predict(x) == model.predict(x), "\(type(of: model))")
            #expect(!archive.text.contains("data"), "numbers of tensors do not lie in the text")
        }
        #expect { try EstimatorArchive(text: "{\"kind\":\"Forest\",\"value\":{}}", tensors: [:]).estimator() } throws: {
            "\($0)".contains("Forest")
        }
        #expect { try EstimatorArchive(text: "[", tensors: [:]).estimator() } throws: { $0 is EstimatorError }
    }

    /// `QuantileTransformer(n_quantiles=3).fit([[nan, 1], [nan, 2], [nan, 3]]).transform([[5, 2]])` is `[[nan, 0.5]]`.
    @Test(arguments: [(QuantileTransformer.Distribution.uniform, 0.5), (.normal, 0)])
    func aFeatureWithoutValuesHasNoQuantiles(_ distribution: QuantileTransformer.Distribution, _ middle: Double) throws
    {
        var ranks = QuantileTransformer(nQuantiles: 3, outputDistribution: distribution)
        try ranks.fit(Tensor([[.nan, 1.0], [.nan, 2], [.nan, 3]]))
        expectClose(try ranks.transform(Tensor([[5.0, 2]])).doubles, [.nan, middle])
        expectClose(try ranks.inverseTransform(Tensor([[0.5, middle]])).doubles, [.nan, 2])
    }

    /// `PowerTransformer("box-cox")` of `288 + log((i + 1) / 41)`; SciPy warns of the constrained optimum.
    @Test func powersStayWithinTheirType() throws {
        let kelvin = Tensor((0..<40).map { 288 + log(Double($0 + 1) / 41) }, shape: [40, 1])
        for (dtype, lambda, tolerance) in [(DType.float64, 124.56521369682264, 1e-12), (.float32, 14.513401, 1e-6)] {
            for standardize in [true, false] {
                var power = PowerTransformer(method: .boxCox, standardize: standardize)
                let x = kelvin.cast(to: dtype), z = try power.fitTransform(x)
                expectClose(power.lambdas, [lambda], tolerance)
                #expect(z.doubles.allSatisfy { $0.isFinite })
                #expect(power.warnings.count == 1 && power.warnings[0].contains("column 0"))
                expectClose(try power.inverseTransform(z).doubles, kelvin.doubles, dtype == .float32 ? 1e-6 : 1e-12)
                if standardize { expectClose([z.mean().item, square(z).mean().item], [0, 1], 1e-5) }
            }
        }
        var power = PowerTransformer(method: .boxCox)
        try power.fit(Tensor([[1.0], [2], [4]]))
        #expect(power.warnings.isEmpty)
        // `PowerTransformer()` of the same in float32: 4.2026963.
        power.method = .yeoJohnson
        try power.fit(kelvin.cast(to: .float32))
        expectClose(power.lambdas, [4.2026963], 1e-6)
    }

    /// scikit-learn gives 0 in every row.
    @Test func powersThatAreAllAlikeAreTold() throws {
        let kelvin = Tensor((0..<40).map { 288 - log(Double($0 + 1) / 41) }, shape: [40, 1])
        for standardize in [true, false] {
            var power = PowerTransformer(method: .boxCox, standardize: standardize)
            try power.fit(kelvin)
            #expect(power.warnings.contains { $0.contains("column 0 varies too little beside its mean") })
        }
        var power = PowerTransformer()
        try power.fit(kelvin - 288)
        expectClose(square(try power.transform(kelvin - 288)).mean().item, 1, 1e-9)
    }

    @Test func weightsGoToScalersAfterAFileToo() throws {
        var pipe = Pipeline(StandardScaler(), Ridge())
        #expect(try !EstimatorArchive(pipe).text.contains("weighs"))
        pipe.weighsTransformers = true
        let again = try #require(EstimatorArchive(pipe).estimator() as? Pipeline)
        #expect(again.weighsTransformers)
        var target = TransformedTargetRegressor(Ridge(), transformer: StandardScaler())
        #expect(try !EstimatorArchive(target).text.contains("weighs"))
        target.weighsTransformer = true
        let other = try #require(EstimatorArchive(target).estimator() as? TransformedTargetRegressor)
        #expect(other.weighsTransformer)
    }

    /// `QuantileTransformer(n_quantiles=6, output_distribution="normal").fit_transform(x)`: in float32 nothing is taken
    /// from values of 2 and more, and equal ones at an end are the middle of their run.
    @Test(arguments: [(DType.float32, -0.84162122), (.float64, -5.19933758)])
    func endsAreFoundInTheTypeOfTheFeatures(_ dtype: DType, _ low: Double) throws {
        let x = Tensor([[3.0], [3], [3], [4], [5], [6]]).cast(to: dtype)
        var ranks = QuantileTransformer(nQuantiles: 6, outputDistribution: .normal)
        expectClose(
            try ranks.fitTransform(x).doubles, [low, low, low, 0.25334710, 0.84162123, 5.19933758], 1e-6)
    }
}
