import TernCore
import TernNN

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Regression by a Gaussian process: a mean with its uncertainty at every point.
///
/// ```swift
/// var process = GaussianProcessRegressor(kernel: .constant(1) * .rbf(lengthScale: 1))
/// try process.fit(x, y)
/// let (mean, std) = try process.predictWithStandardDeviation(points)
/// ```
///
/// Before it is fitted, it predicts its prior. Hyperparameters with bounds are fitted by the largest log marginal
/// likelihood. Source: Rasmussen and Williams, 2006, algorithm 2.1; scikit-learn 1.9.1,
/// `sklearn.gaussian_process.GaussianProcessRegressor`.
public struct GaussianProcessRegressor: Regressor, Sendable {
    public var kernel: Kernel
    /// Added to the diagonal of the training points' covariance.
    public var alpha: Double
    /// Whether hyperparameters are fitted.
    public var optimizes: Bool
    /// Further searches, from points drawn uniformly within the (logarithmic) bounds.
    public var restartCount: Int
    /// Whether targets are brought to mean 0 and variance 1 for the fit.
    public var normalizesTargets: Bool
    public var randomState: UInt32

    /// The kernel with fitted hyperparameters.
    public private(set) var fittedKernel: Kernel?
    public private(set) var logMarginalLikelihoodValue = -Double.infinity
    private var x: Tensor?
    private var factor: Cholesky?
    /// The covariance's inverse times the targets.
    private var weights: Tensor?
    private var mean = 0.0, scale = 1.0

    public init(
        kernel: Kernel = .constant(1, bounds: nil) * .rbf(lengthScale: 1, bounds: nil), alpha: Double = 1e-10, optimizes: Bool = true,
        restartCount: Int = 0, normalizesTargets: Bool = false, randomState: UInt32 = 0
    ) {
        self.kernel = kernel
        self.alpha = alpha
        self.optimizes = optimizes
        self.restartCount = restartCount
        self.normalizesTargets = normalizesTargets
        self.randomState = randomState
    }

    public mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws {
        let name = "GaussianProcessRegressor"
        try Check.that(sampleWeight == nil, "\(name): sample weights are not known to Gaussian processes; leave them out")
        try Check.that(y.rank == 1, "\(name): y has the shape \(y.shape); it must be [examples]")
        let x = try Check.features(x, expected: kernel.featureCount, in: name).cast(to: .float64)
        var y = try Check.targets(y, like: x, in: name).cast(to: .float64).flattened()
        (mean, scale) = (0, 1)
        if normalizesTargets {
            mean = y.mean().item
            let deviation = square(y - mean).mean().item.squareRoot()
            scale = deviation < 10 * Double.ulpOfOne ? 1 : deviation
            y = (y - mean) / scale
        }
        self.x = x
        var best = kernel
        if optimizes, !kernel.theta.isEmpty {
            let bounds = kernel.bounds
            func objective(_ theta: [Double]) -> (value: Double, gradient: [Double]) {
                let (value, gradient) = likelihood(kernel.with(theta: theta), x, y)
                return (-value, gradient.map { -$0 })
            }
            var random = RandomState(seed: randomState)
            var starts = [kernel.theta]
            for _ in 0..<restartCount { starts.append(bounds.map { random.uniform(low: $0.lowerBound, high: $0.upperBound) }) }
            let found = starts.map { minimiseWithinBounds(from: $0, bounds: bounds, objective) }
            best = kernel.with(theta: found.min { $0.value < $1.value }!.position)
        }
        logMarginalLikelihoodValue = likelihood(best, x, y).value
        guard let factor = Cholesky(best(x) + alpha * Tensor.identity(x.shape[0], dtype: .float64)) else {
            throw EstimatorError("\(name): the kernel's matrix is not positive definite; raise alpha (it is \(alpha))")
        }
        fittedKernel = best
        self.factor = factor
        weights = factor.solve(y)
    }

    /// The log marginal likelihood and its slopes along the kernel's theta; −∞ where the matrix is not positive definite.
    private func likelihood(_ kernel: Kernel, _ x: Tensor, _ y: Tensor) -> (value: Double, gradient: [Double]) {
        let identity = Tensor.identity(x.shape[0], dtype: .float64)
        guard let factor = Cholesky(kernel(x) + alpha * identity) else {
            return (-.infinity, kernel.theta.map { _ in 0 })
        }
        let weights = factor.solve(y)
        let value = -0.5 * (y * weights).sum().item - 0.5 * factor.logDeterminant - 0.5 * Double(y.count) * log(2 * Double.pi)
        // ½ tr((w wᵀ − K⁻¹) ∂K)
        let inner = weights.expandingDimension(at: 1) * weights.expandingDimension(at: 0) - factor.solve(identity)
        return (value, kernel.gradients(x).map { 0.5 * (inner * $0).sum().item })
    }

    /// The log marginal likelihood of the training data, with other hyperparameters if given.
    public func logMarginalLikelihood(theta: [Double]? = nil, _ x: Tensor, _ y: Tensor) -> (value: Double, gradient: [Double]) {
        let kernel = theta.map { self.kernel.with(theta: $0) } ?? fittedKernel ?? self.kernel
        return likelihood(kernel, x.cast(to: .float64), (y.cast(to: .float64) - mean) / scale)
    }

    public func predict(_ x: Tensor) throws -> Tensor { try posterior(x).mean }

    /// Mean and standard deviation at each point.
    public func predictWithStandardDeviation(_ x: Tensor) throws -> (mean: Tensor, standardDeviation: Tensor) {
        let (mean, reduction, points) = try posterior(x)
        let variance = (fittedKernel ?? kernel).diagonal(points) - (reduction.map { square($0).sum(axis: 0) } ?? Tensor(0.0))
        return (mean, sqrt(maximum(variance, 0)) * scale)
    }

    /// Mean at each point and covariance of each with each.
    public func predictWithCovariance(_ x: Tensor) throws -> (mean: Tensor, covariance: Tensor) {
        let (mean, reduction, points) = try posterior(x)
        let prior = (fittedKernel ?? kernel)(points)
        return (mean, (reduction.map { prior - matmul($0.transposed(), $0) } ?? prior) * (scale * scale))
    }

    /// Functions drawn from the process, [points, count].
    public func sample(_ x: Tensor, count: Int = 1, randomState: UInt32 = 0) throws -> Tensor {
        let (mean, covariance) = try predictWithCovariance(x)
        let n = mean.count
        var random = RandomState(seed: randomState)
        let draws = Tensor(random.standardNormal(count: count * n), shape: [count, n])
        // The covariance of smooth functions is near singular: a little on the diagonal until it has a root.
        var jitter = 1e-12 * max(1e-300, (covariance * Tensor.identity(n, dtype: .float64)).max().item)
        while true {
            if let root = Cholesky(covariance + jitter * Tensor.identity(n, dtype: .float64)) {
                return mean.expandingDimension(at: 1) + matmul(root.lower, draws.transposed())
            }
            jitter *= 10
        }
    }

    /// The mean, and what the training points take from the prior: L⁻¹ k(training, points).
    private func posterior(_ x: Tensor) throws -> (mean: Tensor, reduction: Tensor?, points: Tensor) {
        let name = "GaussianProcessRegressor"
        let points = try Check.features(x, expected: self.x?.shape[1] ?? kernel.featureCount, in: name).cast(to: .float64)
        guard let trained = self.x, let factor, let weights, let fittedKernel else {
            return (.zeros([points.shape[0]], dtype: .float64), nil, points)
        }
        let across = fittedKernel(points, trained)
        return (matmul(across, weights) * scale + mean, factor.solveLower(across.transposed()), points)
    }
}
