import TernCore
import TernLearn
import TestSupport
import Testing

/// scikit-learn's Gaussian processes (Scripts/fixtures/sklearn_gaussian_process.py).
private struct ProcessFixture: Decodable {
    struct Case: Decodable, CustomTestStringConvertible {
        var name: String, kernel: String, fits: Bool, alpha: Double, normalizes: Bool, restarts: Int
        var x: [[Double]], y: [Double], points: [[Double]]
        var prior_std: [Double], mean: [Double], std: [Double], covariance: [[Double]]
        var theta: [Double], likelihood: Double, usual_likelihood: Double, gradient: [Double], text: String
        var testDescription: String { name }
    }
    var cases: [Case]
}

@Suite struct GaussianProcessTests {
    private static let fixture = try! Fixture.decode("sklearn_gaussian_process", as: ProcessFixture.self)
    private static let kernels: [String: Kernel] = [
        "rbf": .rbf(lengthScale: 1.3), "constant * rbf": .constant(1) * .rbf(lengthScale: 1),
        "constant * rbf + white": .constant(1) * .rbf(lengthScale: 1) + .white(noise: 0.1),
        "rbf of two lengths": .constant(2) * .rbf(lengthScales: [1, 2]) + .white(noise: 0.01),
    ]

    @Test(arguments: fixture.cases)
    private func equalsScikitLearn(_ c: ProcessFixture.Case) throws {
        var process = GaussianProcessRegressor(
            kernel: Self.kernels[c.kernel]!, alpha: c.alpha, optimizes: c.fits, restartCount: c.restarts,
            normalizesTargets: c.normalizes)
        let x = Tensor(c.x), y = Tensor(c.y), points = Tensor(c.points)
        expectClose(
            try process.predictWithStandardDeviation(points).standardDeviation.doubles, c.prior_std, 1e-12, "prior")
        try process.fit(x, y)
        let fitted = try #require(process.fittedKernel)
        // Without noise the matrix is next to singular: its likelihood depends on the processor from the eighth digit on,
        // and with a factor its largest value is flat.
        let isWithoutNoise = c.alpha < 1e-8 && c.kernel.hasSuffix("rbf")
        let isNearSingular = isWithoutNoise && c.kernel == "constant * rbf"
        // The numbers are those of the largest likelihood; the search ends where scikit-learn's does, a little before.
        let tolerance = !c.fits ? 1e-9 : isNearSingular ? 1e-2 : 1e-3
        expectClose(fitted.theta, c.theta, tolerance, "theta")
        expectClose(
            [process.logMarginalLikelihoodValue], [c.fits ? c.usual_likelihood : c.likelihood],
            !c.fits ? 1e-9 : isWithoutNoise ? 1e-6 : 1e-8, "likelihood")
        if !c.fits { expectClose(process.logMarginalLikelihood(x, y).gradient, c.gradient, 1e-6, "gradient") }
        let (mean, std) = try process.predictWithStandardDeviation(points)
        expectClose(mean.doubles, c.mean, tolerance, "mean")
        expectClose(std.doubles, c.std, tolerance, "std")
        expectClose(
            try process.predictWithCovariance(points.sliced(0..<6)).covariance.doubles, c.covariance.flatMap { $0 },
            tolerance, "covariance")
        #expect(fitted.description == c.text)
    }

    @Test func samplesPassThroughThePointsThatAreKnown() throws {
        var process = GaussianProcessRegressor(kernel: .rbf(lengthScale: 1, bounds: nil))
        let x = Tensor([-1.0, 0, 2], shape: [3, 1]), y = Tensor([0.5, -1, 1])
        let before = try process.sample(x, count: 2000)
        #expect(abs(square(before).mean().item - 1) < 0.1)
        try process.fit(x, y)
        let after = try process.sample(x, count: 5)
        #expect(after.shape == [3, 5])
        #expect(abs(after - y.expandingDimension(at: 1)).max().item < 1e-3)
        #expect(try process.sample(x, count: 5, randomState: 1) == process.sample(x, count: 5, randomState: 1))
    }

    @Test func equalPointsOfDifferentTargetsAreToldWithoutNoise() throws {
        var process = GaussianProcessRegressor(alpha: 0)
        let error = #expect(throws: EstimatorError.self) {
            try process.fit(Tensor([1.0, 1], shape: [2, 1]), Tensor([0.0, 1]))
        }
        #expect(error!.description.contains("raise alpha"))
    }

    /// In two dimensions this kernel is no covariance; scikit-learn 1.9.1 warns and gives a standard deviation of 0.
    @Test func variancesBelowZeroAreCounted() throws {
        var process = GaussianProcessRegressor(kernel: .expSineSquared(periodicity: 2), optimizes: false)
        try process.fit(Tensor([[0.29, 1.29], [0.62, 0.27], [-0.46, 0.88]]), Tensor([1.0, 2, 3]))
        let found = try process.predictCountingNegatives(Tensor([[-0.5, 3.13], [3.71, -0.93], [2.33, 0.23]]))
        #expect(found.negatives == 1 && found.standardDeviation[0].item == 0)
        #expect(abs(found.standardDeviation[1].item - 0.15436543) < 1e-6)
        #expect(try process.predictCountingNegatives(Tensor([[3.71, -0.93]])).negatives == 0)
    }

    /// `alpha` is for the next fit: what was learned keeps its own, also in files.
    @Test func theNoiseOfAFitStays() throws {
        let x = Tensor([[0.0], [1], [2.5]]), y = Tensor([0.0, 1, 0]), points = Tensor([[0.5], [1], [4]])
        for several in [nil, [0.1, 0.2, 0.3]] as [[Double]?] {
            var process = GaussianProcessRegressor(alpha: 0.1, alphaBySample: several)
            try process.fit(x, y)
            let wanted = try process.predictWithStandardDeviation(points)
            (process.alpha, process.alphaBySample) = (1, nil)
            var read = try #require(EstimatorArchive(process).estimator() as? GaussianProcessRegressor)
            try process.setParameter("alpha", to: 2)
            try read.setParameter("alphaBySample", to: [1, 2])
            for (name, model) in [("parameter", process), ("file", read)] {
                let (mean, deviation) = try model.predictWithStandardDeviation(points)
                #expect(mean == wanted.mean && deviation == wanted.standardDeviation, "\(name)")
            }
        }
    }
}
