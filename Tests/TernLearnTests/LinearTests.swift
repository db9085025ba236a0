import TernCore
import TernLearn
import TestSupport
import Testing

/// Ridge regression and principal components by scikit-learn (Scripts/fixtures/sklearn_linear.py).
private struct LinearFixture: Decodable {
    struct RidgeCase: Decodable {
        var x: [[Double]], y: [[Double]], test: [[Double]], alpha: Double, intercept: Bool, weight: [Double]?
        var coef: [Double], offset: [Double], prediction: [Double]
    }
    struct PCACase: Decodable {
        var x: [[Double]], count: Int, whiten: Bool, components: [[Double]], mean: [Double], variance: [Double],
            ratio: [Double]
        var singular: [Double], scores: [[Double]], restored: [[Double]]
    }
    var ridge: [RidgeCase], pca: [PCACase]
}

@Suite struct LinearTests {
    private static let fixture = try! Fixture.decode("sklearn_linear", as: LinearFixture.self)

    @Test(arguments: fixture.ridge.indices) func ridgeIsScikitLearns(_ index: Int) throws {
        let c = Self.fixture.ridge[index]
        var model = Ridge(alpha: c.alpha, fitIntercept: c.intercept)
        let isSingle = c.y[0].count == 1
        try model.fit(
            Tensor(c.x), isSingle ? Tensor(c.y).flattened() : Tensor(c.y), sampleWeight: c.weight.map { Tensor($0) })
        expectClose(model.coef.doubles, c.coef, 1e-11, "coef")
        // scikit-learn gives one 0 for all targets without an intercept.
        if c.intercept { expectClose(model.intercept.flattened().doubles, c.offset, 1e-11, "intercept") }
        expectClose(try model.predict(Tensor(c.test)).doubles, c.prediction, 1e-11, "prediction")
    }

    @Test(arguments: fixture.pca.indices) func principalComponentsAreScikitLearns(_ index: Int) throws {
        let c = Self.fixture.pca[index]
        var model = PCA(nComponents: c.count, whiten: c.whiten)
        let scores = try model.fitTransform(Tensor(c.x))
        expectClose(model.components.doubles, c.components.flatMap { $0 }, 1e-11, "components")
        expectClose(model.mean, c.mean, 1e-11, "mean")
        expectClose(model.explainedVariance, c.variance, 1e-11, "variance")
        expectClose(model.explainedVarianceRatio, c.ratio, 1e-11, "ratio")
        expectClose(model.singularValues, c.singular, 1e-11, "singular values")
        expectClose(scores.doubles, c.scores.flatMap { $0 }, 1e-11, "scores")
        expectClose(try model.inverseTransform(scores).doubles, c.restored.flatMap { $0 }, 1e-11, "restored")
    }

    /// sklearn.decomposition.PCA(n, svd_solver="full").fit(x).noise_variance_, of scikit-learn 1.9.1.
    @Test(arguments: [(1, 3.5718749999999244), (2, 0.09460365372501331), (3, 0)])
    func patternsThatAreNotKeptHaveAMeanVariance(_ count: Int, _ theirs: Double) throws {
        let x = Tensor([[3e6, 1, 2], [-1e6, 3, 1], [2e6, -2, 0], [-5e6, 0, -1], [1e6, 4, 3]])
        var model = PCA(nComponents: count)
        try model.fit(x)
        #expect(abs(model.noiseVariance! - theirs) <= 1e-6 * theirs)
    }

    @Test func whatCannotBeFittedIsTold() throws {
        var ridge = Ridge(alpha: -1)
        #expect(throws: EstimatorError.self) { try ridge.fit(Tensor([[1.0], [2.0]]), Tensor([1.0, 2.0])) }
        var pca = PCA(nComponents: 5)
        #expect { try pca.fit(Tensor([[1.0, 2.0], [2.0, 0.0]])) } throws: { "\($0)".contains("from 1 to 2") }
        #expect(throws: EstimatorError.self) { try PCA().transform(Tensor([[1.0]])) }
    }

    /// scikit-learn's `intercept_` without an intercept is one 0 for all targets.
    @Test func oneInterceptMayBeThatOfAllTargets() throws {
        let model = Ridge(coef: Tensor([[1.0, 2], [3, 4], [5, 6]]), intercept: Tensor(0.0))
        try model.checkDecoded()
        #expect(try model.predict(Tensor([[1.0, 1]])) == Tensor([[3.0, 7, 11]]))
        #expect(throws: EstimatorError.self) {
            try Ridge(coef: Tensor([[1.0, 2], [3, 4], [5, 6]]), intercept: Tensor([0.0])).checkDecoded()
        }
    }

    @Test func mapsAreAveragedByArea() {
        let maps = Tensor([1, 1, 4, 4, 7, .nan], shape: [1, 3, 2])
        #expect(
            abs(areaWeightedMean(maps, latitudes: [-60, 0, 60]).item - (0.5 * 2 + 8 + 0.5 * 7) / (1 + 2 + 0.5)) < 1e-12)
    }

    @Test func emulatorScoresFollowTheirDefinition() {
        // Two years, one latitude at the equator, two cells: by hand.
        let truth = Tensor([1, 3, 2, 4], shape: [2, 1, 2]) * Tensor(1.0),
            prediction = Tensor([1, 4, 2, 5], shape: [2, 1, 2]) * Tensor(1.0)
        let scores = EmulatorScores(truth: truth, prediction: prediction, latitudes: [0])
        #expect(abs(scores.spatial - 0.5.squareRoot() / 2.5) < 1e-12)
        #expect(abs(scores.global - 0.5 / 2.5) < 1e-12)
        #expect(abs(scores.total - scores.spatial - 5 * scores.global) < 1e-12)
    }

    @Test func correlationIsPearsons() {
        #expect(abs(correlation(Tensor([1.0, 2, 3, 4]), Tensor([2.0, 1, 4, 3])) - 0.6) < 1e-12)
    }

    /// The means of truth and prediction are over the same cells.
    @Test func aCellThatOneOfBothLacksCountsInNeither() {
        let truth = Tensor([1, .nan, 3, 3], shape: [2, 1, 2]),
            prediction = Tensor([1, 100, .nan, 3], shape: [2, 1, 2])
        let scores = EmulatorScores(truth: truth, prediction: prediction, latitudes: [0])
        #expect(scores.global == 0)
    }
}
