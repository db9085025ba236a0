import TernCore
import TernLearn
import TestSupport
import Testing

/// Hyperparameters that Gaussian processes fit, beside scikit-learn's (Scripts/fixtures/sklearn_gp_fits.py).
@Suite struct ProcessFitTests {
    private static let cases = try! SklearnCases("sklearn_gp_fits")["fits"]

    private func fitted(_ c: ParameterValue) throws -> GaussianProcessRegressor {
        var process = GaussianProcessRegressor(
            kernel: KernelTests.kernel(c["kernel"]!), alpha: c["alpha"]!.double, alphaBySample: c["each"]?.doubles,
            restartCount: c["restarts"]!.int, normalizesTargets: c["normalize"]!.bool,
            randomState: UInt32(c["seed"]!.int))
        try process.fit(c["x"]!.tensor, c["y"]!.tensor)
        return process
    }

    @Test(arguments: cases.indices) func hyperparametersAreScikitLearns(_ i: Int) throws {
        let c = Self.cases[i], place = "fit \(i): \(KernelTests.kernel(c["kernel"]!))"
        let process = try fitted(c), fitted = try #require(process.fittedKernel)
        // Theta is the logarithm: what is off here is off by the same share there.
        expectSame(c["theta"], "theta, \(place)", tolerance: 1e-6, floor: 1) { Tensor(fitted.theta) }
        // What follows from it is off by more, where the covariance is nearly singular.
        expectSame(c["likelihood"], "likelihood, \(place)", tolerance: 1e-7) { process.logMarginalLikelihoodValue }
        let (mean, deviation) = try process.predictWithStandardDeviation(c["test"]!.tensor)
        expectSame(c["mean"], "mean, \(place)", tolerance: 1e-5, floor: 1) { mean }
        expectSame(c["std"], "std, \(place)", tolerance: 1e-5, floor: 1) { deviation }
        let ends = c["ends"]!.list.map { "\($0[0]), number \($0[1]), ended at its \($0[2]) bound" }
        // That a search from another start ended early may be for rounding alone.
        let ours = process.warnings.filter { $0.contains("ended at its") }
        #expect(ours.count == ends.count, "\(place): \(process.warnings)")
        for (ours, theirs) in zip(ours, ends) { #expect(ours.contains(theirs), "\(place)") }
    }

    @Test(arguments: cases.indices) func likelihoodsAtGivenHyperparametersAreScikitLearns(_ i: Int) throws {
        let c = Self.cases[i], place = "fit \(i): \(KernelTests.kernel(c["kernel"]!))", process = try fitted(c)
        for (k, theta) in c["points"]!.list.enumerated() {
            let (value, slopes) = process.logMarginalLikelihood(
                theta: theta.doubles, c["x"]!.tensor, c["y"]!.tensor)
            expectSame(c["likelihoods"]![k], "likelihood \(k), \(place)") { value }
            expectSame(c["slopes"]![k], "slopes \(k), \(place)", tolerance: 1e-7, floor: 1) { Tensor(slopes) }
        }
    }

    /// Where hyperparameters are kept by bounds, a wider bound gives a likelier fit.
    @Test func anUnfittingBoundIsTold() throws {
        let x = Tensor((0..<20).map { Double($0) / 2 }, shape: [20, 1]), y = sin(x).flattened()
        var process = GaussianProcessRegressor(kernel: .rbf(lengthScale: 0.5, bounds: 0.1...0.6), alpha: 1e-4)
        try process.fit(x, y)
        #expect(process.warnings.count == 1)
        #expect(process.warnings.first?.contains("length_scale, number 0, ended at its upper bound 0.6") == true)
        let narrow = process.logMarginalLikelihoodValue
        process.kernel = .rbf(lengthScale: 0.5)
        try process.fit(x, y)
        #expect(process.warnings.isEmpty && process.logMarginalLikelihoodValue > narrow)
    }
}
