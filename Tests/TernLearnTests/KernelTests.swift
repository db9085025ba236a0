import TernCore
import TernLearn
import TestSupport
import Testing

/// Kernels of Gaussian processes beside scikit-learn's (Scripts/fixtures/sklearn_kernels.py).
@Suite struct KernelTests {
    private static let fixture = try! SklearnCases("sklearn_kernels")

    static func kernel(_ c: ParameterValue) -> Kernel {
        let values = c["values"]?.doubles ?? [], parts = c["parts"]?.list.map(kernel) ?? []
        var bounds = (c["fixed"]?.list ?? []).map { fixed -> ClosedRange<Double>? in fixed.bool ? nil : 1e-5...1e5 }
        if let own = c["bounds"] { bounds = own.list.map { $0 == .null ? nil : $0[0].double...$0[1].double } }
        switch c["kind"]!.text {
        case "rbf": return .rbf(lengthScales: values, bounds: bounds[0])
        case "matern":
            let nu = c["nu"]!.double
            return .matern(
                lengthScales: values, nu: Kernel.Smoothness.allCases.first { $0.nu == nu }!, bounds: bounds[0])
        case "rq":
            return .rationalQuadratic(
                lengthScale: values[0], alpha: values[1], lengthScaleBounds: bounds[0], alphaBounds: bounds[1])
        case "periodic":
            return .expSineSquared(
                lengthScale: values[0], periodicity: values[1], lengthScaleBounds: bounds[0],
                periodicityBounds: bounds[1])
        case "dot": return .dotProduct(sigma0: values[0], bounds: bounds[0])
        case "constant": return .constant(values[0], bounds: bounds[0])
        case "white": return .white(noise: values[0], bounds: bounds[0])
        case "sum": return parts[0] + parts[1]
        case "product": return parts[0] * parts[1]
        default: return parts[0].raised(to: c["exponent"]!.double)
        }
    }

    @Test func likenessesAndHyperparametersAreScikitLearns() {
        for (i, c) in Self.fixture["kernels"].enumerated() {
            let kernel = Self.kernel(c["kernel"]!), x = c["x"]!.tensor, place = "kernel \(i): \(kernel)"
            expectSame(c["likeness"], place) { kernel(x) }
            expectSame(c["across"], "across, \(place)") { kernel(x, c["y"]!.tensor) }
            expectSame(c["diagonal"], "diagonal, \(place)") { kernel.diagonal(x) }
            #expect(kernel.description == c["text"]!.text)
            let theta = c["theta"]!.doubles
            #expect(kernel.theta.count == theta.count, "\(place)")
            if theta.isEmpty { continue }
            expectSame(c["theta"], "theta, \(place)") { Tensor(kernel.theta) }
            expectSame(c["bounds"], "bounds, \(place)") {
                Tensor(kernel.bounds.map { [$0.lowerBound, $0.upperBound] })
            }
            expectSame(c["theta"], "with(theta:), \(place)") {
                Tensor(kernel.with(theta: kernel.theta.map { $0 + 1 }).theta.map { $0 - 1 })
            }
        }
    }

    @Test func slopesAreDifferencesOfLikenesses() {
        // The slopes themselves are seen in the likelihood's; here they are what theta makes of the kernel.
        for (i, c) in Self.fixture["kernels"].enumerated() {
            guard let slopes = c["slopes"] else { continue }
            let kernel = Self.kernel(c["kernel"]!), x = c["x"]!.tensor, step = 1e-5
            for k in kernel.theta.indices {
                func at(_ shift: Double) -> Tensor {
                    var theta = kernel.theta
                    theta[k] += shift
                    return kernel.with(theta: theta)(x)
                }
                expectSame(slopes[k], "slope \(k) of kernel \(i): \(kernel)", tolerance: 1e-6, floor: 1) {
                    (at(step) - at(-step)) / (2 * step)
                }
            }
        }
    }

    @Test func processesOfGivenKernelsAreScikitLearns() {
        for (i, c) in Self.fixture["processes"].enumerated() {
            let kernel = Self.kernel(c["kernel"]!), place = "process \(i): \(kernel)"
            var process = GaussianProcessRegressor(
                kernel: kernel, alpha: c["alpha"]!.double, alphaBySample: c["each"]?.doubles, optimizes: false,
                normalizesTargets: c["normalize"]!.bool)
            let x = c["x"]!.tensor, y = c["y"]!.tensor, test = c["test"]!.tensor
            expectSame(c["mean"], place, floor: 0.1) {
                try process.fit(x, y)
                return try process.predict(test)
            }
            expectSame(c["std"], "std, \(place)", floor: 0.1) {
                try process.predictWithStandardDeviation(test).standardDeviation
            }
            let likelihood = process.logMarginalLikelihood(x, y)
            expectSame(c["likelihood"], "likelihood, \(place)") { likelihood.value }
            expectSame(c["slope"], "slope, \(place)", tolerance: 1e-8, floor: 0.1) { Tensor(likelihood.gradient) }
        }
    }

    @Test func fitsAreAsLikelyAsScikitLearns() throws {
        for (i, c) in Self.fixture["fits"].enumerated() {
            let kernel = Self.kernel(c["kernel"]!), place = "fit \(i): \(kernel)"
            var process = GaussianProcessRegressor(
                kernel: kernel, alpha: 1e-2, restartCount: c["restarts"]!.int, randomState: UInt32(c["seed"]!.int))
            try process.fit(c["x"]!.tensor, c["y"]!.tensor)
            expectSame(c["usual"], place, tolerance: 1e-8) { process.logMarginalLikelihoodValue }
            // The largest likelihood lies no further than where the search ends.
            #expect(process.logMarginalLikelihoodValue <= c["likelihood"]!.double + 1e-8, "\(place)")
        }
    }

    @Test func theFivePartsOfCarbonDioxide() throws {
        let c = Self.fixture["carbon"][0]
        let trend = .constant(2500) * Kernel.rbf(lengthScale: 50)
        let season =
            .constant(4) * Kernel.rbf(lengthScale: 100) * .expSineSquared(periodicity: 1, periodicityBounds: nil)
        let swings = .constant(0.25) * Kernel.rationalQuadratic()
        let noise = .constant(0.1 * 0.1) * Kernel.rbf(lengthScale: 0.1) + .white(noise: 0.1 * 0.1)
        let kernel = trend + season + swings + noise
        #expect(kernel.description == c["text"]!.text)
        var process = GaussianProcessRegressor(kernel: kernel, optimizes: false)
        let x = c["x"]!.tensor, y = c["y"]!.tensor, test = c["test"]!.tensor
        try process.fit(x, y)
        // The matrix has a condition of 10⁷.
        expectSame(c["mean"], "mean", tolerance: 1e-8) { try process.predict(test) }
        expectSame(c["std"], "std", tolerance: 1e-7) {
            try process.predictWithStandardDeviation(test).standardDeviation
        }
        let likelihood = process.logMarginalLikelihood(x, y)
        expectSame(c["likelihood"], "likelihood") { likelihood.value }
        expectSame(c["slope"], "slope", tolerance: 1e-6, floor: 1) { Tensor(likelihood.gradient) }
        process.optimizes = true
        try process.fit(x, y)
        #expect(process.logMarginalLikelihoodValue >= c["usual"]!.double - 1e-3, "as likely as by scikit-learn")
    }

    @Test func whatDoesNotFitIsTold() {
        var process = GaussianProcessRegressor(alphaBySample: [0.1])
        #expect { try process.fit(Tensor([[0.0], [1]]), Tensor([0.0, 1])) } throws: {
            "\($0)".contains("alphaBySample")
        }
        process = GaussianProcessRegressor(kernel: .matern(lengthScales: [1, 2, 3]))
        #expect { try process.fit(Tensor([[0.0], [1]]), Tensor([0.0, 1])) } throws: {
            "\($0)".contains("3 length scales")
        }
    }
}
