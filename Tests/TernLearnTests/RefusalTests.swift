import TernCore
import TernLearn
import TestSupport
import Testing

/// What estimators and metrics refuse with a word, where a number would mislead.
@Suite struct RefusalTests {
    private static let x = Tensor([[0.0], [1], [2], [3]]), y = Tensor([0.0, 1, 0, 1])

    @Test(arguments: [
        Kernel.rbf(lengthScale: 0), .rbf(lengthScale: -1), .rbf(lengthScale: 1, bounds: -1...1), .constant(.nan),
        .rbf(lengthScale: 1) + .white(noise: 1, bounds: 0...1),
    ]) func kernelsOutOfTheirRange(_ kernel: Kernel) {
        var model = GaussianProcessRegressor(kernel: kernel)
        #expect(message { try model.fit(Self.x, Self.y) }.contains("must be above 0"))
    }

    @Test func aThetaOfAnotherLength() {
        let kernel = Kernel.rbf(lengthScale: 1) + .white(noise: 1)
        #expect(message { try catchingFailure { kernel.with(theta: [0]) } }.contains("1 numbers are no theta"))
    }

    /// A gap that stays before a value without a logarithm does not hide it.
    @Test(arguments: [-1.0, 0]) func valuesWithoutALogarithmBehindAGap(_ value: Double) {
        let x = Tensor([.nan, value], shape: [2, 1])
        #expect(message { try FunctionTransformer(.log).transform(x) }.contains("log of \(value) is no number"))
    }

    @Test func aCodeBetweenTwoCategories() throws {
        var encoder = OrdinalEncoder()
        try encoder.fit(Self.x)
        #expect(message { try encoder.inverseTransform(Tensor([[1.5]])) }.contains("1.5 at row 0 is no category"))
    }

    @Test(arguments: [-0.1, 1.5, .nan]) func quantilesThatAreNone(_ alpha: Double) {
        for loss in [meanPinballLoss, d2PinballScore] {
            #expect(
                message { try catchingFailure { loss(Self.y, Self.y, nil, alpha, .uniformAverage) } }.contains(
                    "a quantile is from 0 to 1"))
        }
    }

    @Test func mapsOfOtherShapes() {
        let truth = Tensor.ones([2, 3, 4]), latitudes = [-60.0, 0, 60]
        #expect(
            message {
                try catchingFailure {
                    areaWeightedRootMeanSquaredError(truth, Tensor.ones([3, 4]), latitudes: latitudes)
                }
            }.contains("no prediction of maps of shape [2, 3, 4]"))
    }

    @Test(arguments: [Double.nan, .infinity, 0, 1.5]) func sharesOfExamplesThatAreNone(_ share: Double) throws {
        var model = Ridge()
        try model.fit(Self.x, Self.y)
        #expect(
            message { try permutationImportance(model, Self.x, Self.y, maxSamples: .fraction(share)) }.contains(
                "maxSamples"))
    }

    // MARK: Values that lie too far apart

    @Test(arguments: [LinearRegression(), Ridge(), TabularRegressor(maxEpochs: 1, randomState: 0)] as [any Predictor])
    func featuresWhoseMeanIsNoNumber(_ model: any Predictor) {
        let x = Tensor((0..<20).map { $0 < 16 ? 1.7e308 : -1.7e308 }, shape: [20, 1])
        var model = model
        let usual = Tensor((0..<20).map { Double($0) }, shape: [20, 1])
        #expect(message { try model.fit(x, usual[.all, 0]) }.contains("number"))
        #expect(message { try model.fit(usual, x[.all, 0]) }.contains("number"))
    }

    @Test func patternsOfValuesWhoseMeanIsNoNumber() {
        var analysis = PCA()
        let x = Tensor((0..<20).map { $0 < 16 ? 1.7e308 : -1.7e308 }, shape: [10, 2])
        #expect(message { try analysis.fit(x) }.contains("too far apart"))
    }

    /// -1.797e308 is the usual mark of a missing value.
    @Test func powersOfAColumnWithAMarkOfMissingValues() {
        var power = PowerTransformer()
        for far in [1e146, 1e200, -1e200] {
            #expect(message { try power.fit(Tensor([[1.0], [-1], [far]])) }.contains("varies too much"), "\(far)")
        }
        #expect(message { try power.fit(Tensor([[1.0], [2], [-1.797e308]])) }.contains("column 0 varies too much"))
    }

    @Test func drawsFromACovarianceThatIsNotFinite() {
        let process = GaussianProcessRegressor(kernel: .dotProduct(sigma0: 1))
        #expect(message { try process.sample(Tensor([[1e200], [1]])) }.contains("not finite"))
    }

    @Test func mapsOnNumbersThatAreNoLatitudes() {
        #expect(
            message { try catchingFailure { areaWeightedMean(Tensor([[1.0], [2]]), latitudes: [10, 170]) } }.contains(
                "areaWeightedMean: 170.0 is no latitude in degrees"))
    }

    @Test func pointsOfOtherFeaturesThanAKernel() {
        let kernel = Kernel.matern(lengthScales: [1, 2, 3]), x = Tensor([[0.0], [1]])
        #expect(message { try catchingFailure { kernel(x) } }.contains("3 length scales"))
        let process = GaussianProcessRegressor(kernel: kernel)
        #expect(
            message { try catchingFailure { process.logMarginalLikelihood(x, Tensor([0.0, 1])).value } }.contains(
                "3 length scales"))
        var fitted = GaussianProcessRegressor(optimizes: false)
        #expect(throws: Never.self) { try fitted.fit(x, Tensor([0.0, 1])) }
        fitted.kernel = kernel
        #expect(message { try fitted.fit(x, Tensor([0.0, 1])) }.contains("3 length scales"))
    }

    // MARK: Parameters

    @Test(arguments: [Double.nan, .infinity]) func aFillThatIsNoNumber(_ value: Double) {
        var filler = SimpleImputer(strategy: .constant, fillValue: value)
        #expect(message { try filler.fit(Tensor([[1, .nan], [2, 3.0]])) }.contains("fillValue is"))
    }

    @Test func categoriesOfWhichThereAreNone() {
        var encoder = OneHotEncoder(categories: [[]], drop: .first, handleUnknown: .ignore)
        #expect(message { try encoder.fit(Self.x) }.contains("column 0 are none"))
    }

    @Test func moreProductsThanMemoryHolds() {
        var products = PolynomialFeatures(degree: 4)
        #expect(message { try products.fit(.ones([1, 2000])) }.contains("degree 4 of 2000 features"))
        products = PolynomialFeatures(degree: .max)
        #expect(message { try products.fit(.ones([1, 2])) }.contains("features: "))
        products = PolynomialFeatures(degree: 3, interactionOnly: true)
        #expect(throws: Never.self) { try products.fit(.ones([1, 2])) }
        #expect(products.factors == [[], [0], [1], [0, 1]])
    }

    @Test(arguments: [
        ([0: -1.0], "classWeight is -1.0"), ([1: .nan], "classWeight is nan"), ([0: .infinity], "classWeight is inf"),
        ([0: 0, 1: 0], "no example counts"),
    ]) func weightsOfClassesThatAreNone(_ weights: [Int: Double], _ words: String) {
        var model = LogisticRegression(classWeight: .of(weights))
        #expect(message { try model.fit(Self.x, Self.y) }.contains(words))
    }

    @Test func aClassOfWeightNothingCannotBeBalanced() {
        var model = LogisticRegression(classWeight: .balanced)
        #expect(message { try model.fit(Self.x, Self.y, sampleWeight: Self.y) }.contains("leave them out"))
    }
}
