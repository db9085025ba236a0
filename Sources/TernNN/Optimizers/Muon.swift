import TernCore

/// Momentum made orthogonal, for matrices; Adam with decay for all else.
///
/// ```swift
/// let model = Sequential(input: [4]) {
///     Dense(8, activation: .relu)
///     Dense(1)
/// }
/// model.compile(optimizer: Muon(learningRate: 0.01), loss: .meanSquaredError)
/// let x = Tensor.random([16, 4], seed: 0), y = x.sum(axis: 1, keepingDimensions: true)
/// let loss = try model.fit(x, y, epochs: 20)["loss"]
/// loss[19] < loss[0]                      // true
/// ```
///
/// The momentum's singular values are brought near 1 by five steps of a Newton–Schulz iteration.
///
/// Source: Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024; Liu et al., "Muon is
/// scalable for LLM training", 2025 (arXiv:2502.16982); as in Keras.
public struct Muon: Optimizer {
    /// The rate, by default 0.001.
    public var learningRate: LearningRate
    /// Adam's shares of what is kept of both means, at least 0 and below 1, by default 0.9 and 0.999, and what is added
    /// to its root, by default 1e-7.
    public var beta1: Double, beta2: Double, epsilon: Double
    /// The share of the momentum that is kept, from 0 to 1, by default 0.95, and whether the step looks ahead of it, by
    /// default true.
    public var momentum: Double, nesterov: Bool
    /// How many steps of the iteration are taken, by default 5.
    public var iterations: Int
    /// The numbers of the iteration y ← a y + (b y yᵀ + c (y yᵀ)²) y.
    public var coefficients: (a: Double, b: Double, c: Double)
    /// The size of steps of matrices relative to √(longer side); nil: as they come.
    public var rmsRate: Double?
    /// The share, times the learning rate, that matrices and what Adam moves lose in each step; both by default 0.004.
    public var weightDecay: Double, adamWeightDecay: Double
    /// The rate of what Adam moves, relative to that of matrices.
    public var adamRateRatio: Double
    /// Matrices whose names contain one of these, in letters of either case, are Adam's; by default embeddings.
    public var excluded: [String]

    /// Defaults are Keras's; numbers out of their range end the program.
    public init(
        learningRate: LearningRate = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7,
        momentum: Double = 0.95, nesterov: Bool = true, iterations: Int = 5,
        coefficients: (a: Double, b: Double, c: Double) = (3.4445, -4.7750, 2.0315), rmsRate: Double? = 0.2,
        weightDecay: Double = 0.004, adamWeightDecay: Double = 0.004, adamRateRatio: Double = 1,
        excluded: [String] = ["embedding"]
    ) {
        ArgumentRange.partialShare.check("Muon", ["beta1": beta1, "beta2": beta2])
        ArgumentRange.share.check("Muon", ["momentum": momentum])
        ArgumentRange.notNegative.check(
            "Muon",
            [
                "epsilon": epsilon, "iterations": Double(iterations), "rmsRate": rmsRate ?? 0,
                "weightDecay": weightDecay,
                "adamWeightDecay": adamWeightDecay, "adamRateRatio": adamRateRatio,
            ])
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.momentum = momentum
        self.nesterov = nesterov
        guard (0...Self.mostIterations).contains(iterations) else {
            fail("Muon: \(iterations) iterations; there are \(Self.mostIterations) at most")
        }
        self.iterations = iterations
        self.coefficients = coefficients
        self.rmsRate = rmsRate
        self.weightDecay = weightDecay
        self.adamWeightDecay = adamWeightDecay
        self.adamRateRatio = adamRateRatio
        self.excluded = excluded
    }

    /// For matrices the momentum (the second array is not used), for all else Adam's two means.
    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        [layout.filled(), layout.filled()]
    }

    /// The rate, and Adam's with its corrections.
    public func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void) {
        emit(learningRate)
        emit(correctedRate(learningRate * adamRateRatio, beta1, beta2, step))
    }

    package func isMatrix(_ i: Int, _ layout: ParameterLayout) -> Bool {
        layout.shapes[i].count == 2
            && !(layout.names.count > i && excluded.contains { layout.names[i].lowercased().contains($0.lowercased()) })
    }

    /// The step of each parameter by its own rule.
    public func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        let layout = s.layout, (rate, adamRate) = (s.scalars[0], s.scalars[1])
        let (owns, gradients) = (layout.parts(of: s.parameters), layout.parts(of: s.gradient))
        let (oldMeans, oldVariances) = (layout.parts(of: s.slots[0]), layout.parts(of: s.slots[1]))
        var moved: [Tensor] = [], means: [Tensor] = [], variances: [Tensor] = []
        for i in layout.shapes.indices {
            let (own, gradient, mean, variance) = (owns[i], gradients[i], oldMeans[i], oldVariances[i])
            if isMatrix(i, layout) {
                let sum = gradient + momentum * mean
                let way = orthogonal(nesterov ? gradient + momentum * sum : sum)
                let size = rmsRate.map { $0 * Double(max(own.shape[0], own.shape[1])).squareRoot() } ?? 1
                moved.append(own - own * (weightDecay * rate) - size * rate * way)
                means.append(sum)
                variances.append(variance)
            } else {
                means.append(beta1 * mean + (1 - beta1) * gradient)
                variances.append(beta2 * variance + (1 - beta2) * square(gradient))
                moved.append(
                    own - own * (adamWeightDecay * rate) - adamRate * means[i] / (sqrt(variances[i]) + epsilon))
            }
        }
        return (layout.joined(moved), [layout.joined(means), layout.joined(variances)])
    }

    /// Each is traced, and five do.
    private static let mostIterations = 1000

    /// A matrix with the singular vectors of `x` and singular values near 1.
    private func orthogonal(_ x: Tensor) -> Tensor {
        let isTall = x.shape[0] > x.shape[1]
        var y = isTall ? x.transposed() : x
        y = y / (sqrt(square(y).sum()) + 1e-7)
        for _ in 0..<iterations {
            let a = matmul(y, y.transposed())
            y = coefficients.a * y + matmul(coefficients.b * a + coefficients.c * matmul(a, a), y)
        }
        return isTall ? y.transposed() : y
    }
}
