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
/// let x = Tensor([[0.0], [1], [2]]), y = Tensor([0.0, 1, 0])
/// var process = GaussianProcessRegressor(kernel: .constant(1) * .rbf(lengthScale: 1))
/// try process.fit(x, y)
/// let (mean, deviation) = try process.predictWithStandardDeviation(Tensor([[1.0], [100.0]]))
/// mean                                // [1, 0]: through the data, and the prior's mean far from them
/// deviation.doubles[0] < 1e-4         // true
/// ```
///
/// Before it is fitted, it predicts its prior. Hyperparameters with bounds are fitted by the largest log marginal
/// likelihood, summed over targets, which share the kernel; the search goes by the iterates of SciPy's L-BFGS-B, and ends
/// where that ends. Several targets lie along a second axis of `y`, and of
/// means and deviations; a column of one is a vector, as in scikit-learn. The default kernel has no bounds: nothing is
/// fitted.
///
/// Source: Rasmussen and Williams, "Gaussian processes for machine learning", 2006, algorithm 2.1; scikit-learn 1.9.1,
/// `sklearn.gaussian_process.GaussianProcessRegressor`.
public struct GaussianProcessRegressor: Regressor {
    /// scikit-learn's `kernel`, `alpha` as a number and as an array, `optimizer` as a yes or no,
    /// `n_restarts_optimizer`, `normalize_y`, `n_targets` and `random_state`.
    public static var parameterNames: [String] {
        [
            "kernel", "alpha", "alphaBySample", "optimizes", "restartCount", "normalizesTargets", "targetCount",
            "randomState",
        ]
    }

    /// How alike points are before the fit; where its hyperparameters have bounds, the search begins with them.
    public var kernel: Kernel
    /// Added to the diagonal of the training points' covariance, 0 or more: a variance of noise, in the square of the
    /// targets' units (of the normalised targets, where they are). By default scikit-learn's 1e-10, which only keeps
    /// the matrix positive definite.
    public var alpha: Double
    /// The same for each training point, in place of ``alpha``: variances of measurements that are not all alike. nil,
    /// by default: ``alpha`` for all.
    public var alphaBySample: [Double]?
    /// Whether hyperparameters that have bounds are fitted; by default true.
    public var optimizes: Bool
    /// Further searches, from points drawn uniformly within the (logarithmic) bounds: scikit-learn's
    /// `n_restarts_optimizer`, by default 0.
    public var restartCount: Int
    /// Whether targets are brought to mean 0 and variance 1 for the fit: scikit-learn's `normalize_y`. By default
    /// false: far from the data, predictions go to 0.
    public var normalizesTargets: Bool
    /// How many targets the prior has before it is fitted; nil: one. A fit must have as many.
    public var targetCount: Int?
    /// The seed of the points from which further searches begin.
    public var randomState: UInt32
    /// Called before each value of the likelihood that a fit looks at; what it throws ends the fit.
    package var watch: (@Sendable () throws -> Void)?

    /// The kernel with fitted hyperparameters; nil before the fit.
    public private(set) var fittedKernel: Kernel?
    /// The natural logarithm of the targets' probability density by the fitted kernel, summed over targets; −∞ before
    /// the fit.
    public private(set) var logMarginalLikelihoodValue = -Double.infinity
    /// What there is to say of the last fit, each sentence with the hyperparameter that it is about: scikit-learn's
    /// warnings, of hyperparameters that ended at a bound and of searches that ended too early.
    public private(set) var warnings: [String] = []
    private var x: Tensor?
    /// What the fit added to the diagonal, whatever ``alpha`` has become since.
    private var noise: [Double]?
    private var factor: Cholesky?
    /// The covariance's inverse times the targets.
    private var weights: Tensor?
    /// Of the targets, [targets].
    private var mean = Tensor([0.0]), scale = Tensor([1.0])

    /// A process that has learned nothing yet; defaults are scikit-learn's, but for `randomState`, which is 0 and not
    /// drawn.
    public init(
        kernel: Kernel = .constant(1, bounds: nil) * .rbf(lengthScale: 1, bounds: nil), alpha: Double = 1e-10,
        alphaBySample: [Double]? = nil, optimizes: Bool = true,
        restartCount: Int = 0, normalizesTargets: Bool = false, targetCount: Int? = nil, randomState: UInt32 = 0
    ) {
        self.kernel = kernel
        self.alpha = alpha
        self.alphaBySample = alphaBySample
        self.optimizes = optimizes
        self.restartCount = restartCount
        self.normalizesTargets = normalizesTargets
        self.targetCount = targetCount
        self.randomState = randomState
    }

    /// Fits the hyperparameters that have bounds, and factors the covariance of the training points.
    ///
    /// - Parameters:
    ///   - x: [examples, features].
    ///   - y: [examples] or [examples, targets].
    ///   - sampleWeight: must be nil.
    /// - Throws: ``EstimatorError`` where a parameter or the data cannot be used, sample weights are given, or the
    ///   covariance is not positive definite (raise ``alpha``).
    /// - Complexity: O(examples³) for each value of the likelihood that a search looks at, and O(examples²) memory.
    public mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws {
        try Check.that(
            sampleWeight == nil, "\(Self.name): sample weights are not known to Gaussian processes; leave them out")
        try wholly { try $0.learn(x, y) }
    }

    private mutating func learn(_ x: Tensor, _ y: Tensor) throws {
        try checkParameters()
        let x = try checkedFeatures(x, for: kernel)
        // As in scikit-learn, the spread of a vector counts as none where it is 0, of columns where rounding may cause it.
        let leastSpread = y.rank == 1 ? Double.leastNonzeroMagnitude : 10 * Double.ulpOfOne
        var y = try Check.targets(y, like: x, in: Self.name).cast(to: .float64)
        try Check.that(
            (alphaBySample?.count ?? x.shape[0]) == x.shape[0],
            "\(Self.name): alphaBySample has \(alphaBySample?.count ?? 0) numbers for \(x.shape[0]) training points; give one for each"
        )
        let targets = y.shape[1]
        try Check.that(
            targets == targetCount ?? targets,
            "\(Self.name): y has \(targets) targets, targetCount is \(targetCount ?? targets)")
        (mean, scale) = (.zeros([targets], dtype: .float64), .ones([targets], dtype: .float64))
        if normalizesTargets {
            mean = y.mean(axis: 0)
            scale = Tensor(
                square(y - mean).mean(axis: 0).doubles.map {
                    $0.squareRoot() < leastSpread ? 1 : $0.squareRoot()
                })
            y = (y - mean) / scale
            try Check.that(Check.isFinite(y), Check.tooFarApart("y", in: Self.name))
        }
        self.x = x
        noise = alphaBySample ?? [alpha]
        let points = KernelPoints(x)
        var best = kernel
        warnings = []
        if optimizes, !kernel.theta.isEmpty {
            let bounds = kernel.bounds
            func objective(_ theta: [Double]) throws -> (value: Double, gradient: [Double]) {
                try watch?()
                let (value, gradient) = likelihood(kernel.with(theta: theta), points, y)
                return (-value, gradient.map { -$0 })
            }
            var random = RandomState(seed: randomState)
            var starts = [kernel.theta]
            for _ in 0..<restartCount {
                starts.append(bounds.map { random.uniform(low: $0.lowerBound, high: $0.upperBound) })
            }
            let found = try starts.map { try minimizeLBFGS(from: $0, bounds: bounds, valueAndGradient: objective) }
            best = kernel.with(theta: found.min { $0.value < $1.value }!.position)
            warnings = found.filter { $0.status != 0 }.map {
                "\(Self.name): a search ended early (\($0.ending.rawValue)); scale the data, or give other bounds"
            }
            warnings += best.complaintsAboutBounds.map { "\(Self.name): \($0)" }
        }
        fittedKernel = best
        (factor, logMarginalLikelihoodValue) = (nil, -.infinity)
        try factorize()
        weights = factor!.solve(y)
        logMarginalLikelihoodValue = likelihood(factor!, weights!, y)
    }

    /// Factors the training points' covariance by the fitted kernel and the noise of the fit.
    private mutating func factorize() throws {
        guard let x, let noise, let fittedKernel else { return }
        factor = Self.factor(fittedKernel, KernelPoints(x), noise: noise)
        try Check.that(
            factor != nil,
            "\(Self.name): the kernel's matrix is not positive definite; raise alpha (it is \(alpha))")
    }

    private static let name = "GaussianProcessRegressor"

    private func checkParameters() throws {
        try Check.that(alpha >= 0 && alpha.isFinite, "\(Self.name): alpha is \(alpha); it must be a number from 0 on")
        if let wrong = alphaBySample?.first(where: { !($0 >= 0 && $0.isFinite) }) {
            throw EstimatorError("\(Self.name): alphaBySample holds \(wrong); it must be numbers from 0 on")
        }
        if let complaint = kernel.complaint { throw EstimatorError("\(Self.name): \(complaint)") }
        try Check.that(restartCount >= 0, "\(Self.name): restartCount is \(restartCount); it must not be negative")
        try checkTargetCount()
    }

    private func checkTargetCount() throws {
        try Check.that(
            (targetCount ?? 1) >= 1, "\(Self.name): targetCount is \(targetCount ?? 0); it must be at least 1, or nil")
    }

    private func checkedFeatures(_ x: Tensor, for kernel: Kernel, expected: Int? = nil) throws -> Tensor {
        let x = try Check.features(x, expected: expected, in: Self.name).cast(to: .float64)
        if let complaint = kernel.complaint(aboutFeatures: x.shape[1]) {
            throw EstimatorError("\(Self.name): \(complaint)")
        }
        return x
    }

    /// The log marginal likelihood and its slopes along the kernel's theta; −∞ where the matrix is not positive
    /// definite.
    private func likelihood(_ kernel: Kernel, _ points: KernelPoints, _ y: Tensor) -> (
        value: Double, gradient: [Double]
    ) {
        guard let factor = Self.factor(kernel, points, noise: alphaBySample ?? [alpha]) else {
            return (-.infinity, kernel.theta.map { _ in 0 })
        }
        let weights = factor.solve(y), inverse = factor.inverseTriangle, count = points.count
        let byTarget = (0..<y.shape[1]).map { weights[.all, $0].doubles }
        // ½ tr((w wᵀ − K⁻¹) ∂K), summed over targets
        let slopes = kernel.slopes(points) { i in
            var row = inverse[i * count...i * count + i].map { -Double(byTarget.count) * $0 }
            for weights in byTarget { for j in 0...i { row[j] += weights[i] * weights[j] } }
            return row
        }
        return (likelihood(factor, weights, y), slopes.map { 0.5 * $0 })
    }

    /// The log marginal likelihood of `y`, where `weights` are the covariance's inverse times it.
    private func likelihood(_ factor: Cholesky, _ weights: Tensor, _ y: Tensor) -> Double {
        -0.5 * (y * weights).sum().item - 0.5 * Double(y.shape[1]) * factor.logDeterminant - 0.5 * Double(y.count)
            * log(2 * Double.pi)
    }

    /// The training points' covariance by a kernel, factored; nil where it is not positive definite.
    private static func factor(_ kernel: Kernel, _ points: KernelPoints, noise: [Double]) -> Cholesky? {
        Cholesky(lowerTriangle: kernel.triangle(points, noise: noise), count: points.count)
    }

    /// The log marginal likelihood of data, and its slopes along ``Kernel/theta``; −∞ with slopes of 0 where the
    /// covariance is not positive definite.
    ///
    /// - Parameters:
    ///   - theta: hyperparameters in the order of ``Kernel/theta``; nil: the fitted ones, or the kernel's own before
    ///     the fit.
    ///   - x: [examples, features], those of the fit for its likelihood.
    ///   - y: [examples] or [examples, targets], normalised as in the fit.
    ///
    /// Data of other features than the kernel, of different numbers of examples or targets, or not as many as
    /// ``alphaBySample``, end the program.
    /// - Complexity: O(examples³).
    public func logMarginalLikelihood(theta: [Double]? = nil, _ x: Tensor, _ y: Tensor) -> (
        value: Double, gradient: [Double]
    ) {
        let kernel = theta.map { self.kernel.with(theta: $0) } ?? fittedKernel ?? self.kernel
        guard x.rank == 2, y.rank == 1 || y.rank == 2, y.shape[0] == x.shape[0],
            (alphaBySample?.count ?? x.shape[0]) == x.shape[0]
        else {
            fail(
                "\(Self.name): x of shape \(x.shape), y of shape \(y.shape) and \(alphaBySample?.count ?? 1) of alpha do not fit"
            )
        }
        if let complaint = kernel.complaint(aboutFeatures: x.shape[1]) { fail("\(Self.name): \(complaint)") }
        let columns = y.cast(to: .float64).reshaped([y.shape[0], y.rank == 1 ? 1 : y.shape[1]])
        return likelihood(kernel, KernelPoints(x), (columns - mean) / scale)
    }

    /// The mean at each point of `x`, [points, features]: [points] or [points, targets], `float64`.
    ///
    /// - Throws: ``EstimatorError`` where `x` has other features than the kernel or the training points, or values that
    ///   are not finite.
    /// - Complexity: O(points · examples · (features + examples)).
    public func predict(_ x: Tensor) throws -> Tensor { try squeezed(posterior(x).mean) }

    /// Mean and standard deviation at each point, both [points] or [points, targets], in the units of the targets.
    ///
    /// - Throws: ``EstimatorError`` as ``predict(_:)``.
    public func predictWithStandardDeviation(_ x: Tensor) throws -> (mean: Tensor, standardDeviation: Tensor) {
        let (mean, deviation, _) = try predictCountingNegatives(x)
        return (mean, deviation)
    }

    /// The same, with the number of variances below 0, which count as 0: those of rounding, and of kernels that are no
    /// covariance in as many dimensions.
    package func predictCountingNegatives(
        _ x: Tensor
    ) throws -> (mean: Tensor, standardDeviation: Tensor, negatives: Int) {
        let (mean, reduction, points) = try posterior(x)
        let variance =
            (fittedKernel ?? kernel).diagonal(points) - (reduction.map { square($0).sum(axis: 0) } ?? Tensor(0.0))
        let deviations = sqrt(maximum(variance, 0)).expandingDimension(at: 1) * targetScale
        return (squeezed(mean), squeezed(deviations), Int((variance .< 0).cast(to: .float64).sum().item))
    }

    /// Mean at each point and covariance of each with each, [points, points] or [points, points, targets].
    ///
    /// - Throws: ``EstimatorError`` as ``predict(_:)``.
    public func predictWithCovariance(_ x: Tensor) throws -> (mean: Tensor, covariance: Tensor) {
        let (mean, reduction, points) = try posterior(x)
        let prior = (fittedKernel ?? kernel)(points)
        let covariance = reduction.map { prior - matmul($0.transposed(), $0) } ?? prior
        return (squeezed(mean), squeezed(covariance.expandingDimension(at: 2) * square(targetScale)))
    }

    /// Functions drawn from the process at the points `x`, [points, count] or [points, targets, count]: scikit-learn's
    /// `sample_y(X, n_samples, random_state)`.
    ///
    /// ```swift
    /// let process = GaussianProcessRegressor()
    /// try process.sample(Tensor([[0.0], [1], [2]]), count: 5, randomState: 1).shape       // [3, 5], of the prior
    /// ```
    ///
    /// They are drawn by `RandomState.multivariateNormal(mean:covariance:count:tolerance:)`, target by target.
    /// Directions in which the process hardly varies depend on rounding, but matter as little.
    ///
    /// - Throws: ``EstimatorError`` as ``predict(_:)``, for a count that is negative or beyond memory, and for a
    ///   covariance that is not finite.
    /// - Note: scikit-learn 1.9.1 cannot draw from a prior at a single point.
    public func sample(_ x: Tensor, count: Int = 1, randomState: UInt32 = 0) throws -> Tensor {
        try Check.that(count >= 0, "\(Self.name): the count of functions is \(count); it must not be negative")
        let (mean, covariance) = try predictWithCovariance(x)
        try Check.that(
            Check.isFinite(mean) && Check.isFinite(covariance),
            "\(Self.name): the covariance at these points is not finite, so that nothing can be drawn; scale the features"
        )
        let n = mean.shape[0], targets = mean.rank == 1 ? 1 : mean.shape[1]
        // What is drawn, what is made of it, and that in its order.
        if let complaint = MachineMemory.complaint(about: checkedProduct([count, max(n, 1), targets, 3 * 8])) {
            throw EstimatorError("\(Self.name): \(count) functions at \(n) points: \(complaint)")
        }
        let means = mean.reshaped([n, targets]), covariances = covariance.reshaped([n, n, targets])
        var random = RandomState(seed: randomState)
        let functions = (0..<targets).map { target in
            random.multivariateNormal(
                mean: means[.all, target].doubles, covariance: covariances[.all, .all, target], count: count,
                tolerance: nil
            ).transposed().reshaped([n, 1, count])
        }
        return targets == 1 ? functions[0].reshaped([n, count]) : Tensor.concatenated(functions, axis: 1)
    }

    /// Of the targets, as many as there are in the prior or in the fit.
    private var targetScale: Tensor { fittedKernel == nil ? .ones([targetCount ?? 1], dtype: .float64) : scale }

    /// Without the last axis where it is of one target.
    private func squeezed(_ x: Tensor) -> Tensor { x.shape.last == 1 ? x.reshaped(Array(x.shape.dropLast())) : x }

    /// The mean, [points, targets], and what the training points take from the prior: L⁻¹ k(training, points).
    private func posterior(_ x: Tensor) throws -> (mean: Tensor, reduction: Tensor?, points: Tensor) {
        try checkTargetCount()
        let points = try checkedFeatures(x, for: fittedKernel ?? kernel, expected: self.x?.shape[1])
        guard let trained = self.x, let factor, let weights, let fittedKernel else {
            return (.zeros([points.shape[0], targetCount ?? 1], dtype: .float64), nil, points)
        }
        let across = fittedKernel(points, trained)
        return (matmul(across, weights) * scale + mean, factor.solveLower(across.transposed()), points)
    }

    // MARK: Files

    private enum CodingKeys: String, CodingKey {
        case kernel, alpha, alphaBySample, optimizes, restartCount, normalizesTargets, targetCount, randomState
        case fittedKernel, logMarginalLikelihoodValue, warnings, x, noise, weights, mean, scale
    }

    /// The covariance is factored anew, to the same bits.
    public init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        kernel = try box.decode(Kernel.self, forKey: .kernel)
        alpha = try box.decode(Double.self, forKey: .alpha)
        alphaBySample = try box.decodeIfPresent([Double].self, forKey: .alphaBySample)
        optimizes = try box.decode(Bool.self, forKey: .optimizes)
        restartCount = try box.decode(Int.self, forKey: .restartCount)
        normalizesTargets = try box.decode(Bool.self, forKey: .normalizesTargets)
        targetCount = try box.decodeIfPresent(Int.self, forKey: .targetCount)
        randomState = try box.decode(UInt32.self, forKey: .randomState)
        fittedKernel = try box.decodeIfPresent(Kernel.self, forKey: .fittedKernel)
        logMarginalLikelihoodValue = try box.decode(Double.self, forKey: .logMarginalLikelihoodValue)
        warnings = try box.decodeIfPresent([String].self, forKey: .warnings) ?? []
        x = try box.decodeIfPresent(Tensor.self, forKey: .x)
        // Files of before hold no noise of their own.
        noise = try box.decodeIfPresent([Double].self, forKey: .noise) ?? x.map { _ in alphaBySample ?? [alpha] }
        weights = try box.decodeIfPresent(Tensor.self, forKey: .weights)
        mean = try box.decode(Tensor.self, forKey: .mean)
        scale = try box.decode(Tensor.self, forKey: .scale)
        if let x {
            let features = (fittedKernel ?? kernel).featureCounts, targets = weights?.shape.last ?? 0
            guard x.rank == 2, x.dtype == .float64, x.count > 0, fittedKernel != nil, let weights,
                weights.shape == [x.shape[0], targets], weights.dtype == .float64, mean.shape == [targets],
                mean.dtype == .float64, scale.shape == [targets], scale.dtype == .float64,
                features.allSatisfy({ $0 == x.shape[1] }), let noise, noise.count == 1 || noise.count == x.shape[0]
            else {
                throw DecodingError.dataCorruptedError(
                    forKey: .x, in: box, debugDescription: "the training points, their noise and weights do not fit")
            }
        }
        try factorize()
    }

    /// Writes all parameters and what was learned, but for the factored covariance, which ``init(from:)`` computes
    /// anew.
    public func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: CodingKeys.self)
        try box.encode(kernel, forKey: .kernel)
        try box.encode(alpha, forKey: .alpha)
        try box.encodeIfPresent(alphaBySample, forKey: .alphaBySample)
        try box.encode(optimizes, forKey: .optimizes)
        try box.encode(restartCount, forKey: .restartCount)
        try box.encode(normalizesTargets, forKey: .normalizesTargets)
        try box.encodeIfPresent(targetCount, forKey: .targetCount)
        try box.encode(randomState, forKey: .randomState)
        try box.encodeIfPresent(fittedKernel, forKey: .fittedKernel)
        try box.encode(logMarginalLikelihoodValue, forKey: .logMarginalLikelihoodValue)
        try box.encode(warnings, forKey: .warnings)
        try box.encodeIfPresent(x, forKey: .x)
        try box.encodeIfPresent(noise, forKey: .noise)
        try box.encodeIfPresent(weights, forKey: .weights)
        try box.encode(mean, forKey: .mean)
        try box.encode(scale, forKey: .scale)
    }
}

extension GaussianProcessRegressor: HoldingUnwritten {
    mutating func takeUnwritten(of other: Self) { watch = other.watch }
}
