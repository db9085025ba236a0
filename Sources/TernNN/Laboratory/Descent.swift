import TernCore

/// The course of a search for a minimum, point by point.
public struct Descent: Sendable, Equatable {
    /// Where the search stood, and what it saw there.
    public struct Point: Sendable, Equatable {
        public var step: Int
        public var position: [Double]
        public var value: Double
        /// The exact gradient, without noise.
        public var gradient: [Double]
        /// The rate of the step that follows.
        public var rate: Double
    }

    public var points: [Point]
    /// Whether the search ended because the gradient was short enough.
    public var hasConverged: Bool

    public init(points: [Point], hasConverged: Bool) {
        self.points = points
        self.hasConverged = hasConverged
    }

    public var last: Point { points[points.count - 1] }
    public var values: [Double] { points.map(\.value) }
    /// One coordinate of all points.
    public func coordinate(_ i: Int) -> [Double] { points.map { $0.position[i] } }

    /// A table with a row for each point.
    public var csv: String {
        let count = points.first?.position.count ?? 0
        let names = count == 1 ? ["x"] : (1...max(1, count)).map { "x\($0)" }
        let header = (["step"] + names + ["value"] + names.map { "d\($0)" } + ["rate"]).joined(separator: ",")
        let rows = points.map { p in
            (["\(p.step)"] + p.position.map { "\($0)" } + ["\(p.value)"] + p.gradient.map { "\($0)" } + ["\(p.rate)"])
                .joined(separator: ",")
        }
        return ([header] + rows).joined(separator: "\n") + "\n"
    }
}

/// How a minimum is searched for.
public enum DescentMethod: Sendable {
    /// Steps along the gradient by the rule of an optimiser.
    case optimizer(any Optimizer)
    /// Quasi-Newton steps from the last gradients, their length by a line search.
    case lbfgs(memory: Int = 10)
    /// Steps to the minimum of the local parabola, damped where it has none.
    case newton
}

/// Gaussian noise on each component of the gradient, drawn from NumPy's stream.
public struct GradientNoise: Sendable {
    public var standardDeviation: Double
    /// As of `np.random.seed`.
    public var seed: UInt32

    public init(standardDeviation: Double, seed: UInt32 = 0) {
        self.standardDeviation = standardDeviation
        self.seed = seed
    }
}

/// Searches for a minimum of a function of several variables by an optimiser; the gradient is
/// found by itself.
///
/// ```swift
/// let bowl = minimise(from: [-5, -2], optimizer: SGD(learningRate: 0.1), steps: 20) { x in
///     x[0] * x[0] + 2 * x[1] * x[1]
/// }
/// print(bowl.last.position, bowl.csv)
/// ```
///
/// - Parameters:
///   - start: the first point.
///   - steps: how many steps there are at most; the result has one point more.
///   - gradientTolerance: the search ends where the gradient is no longer than this.
///   - noise: added to the gradient that the optimiser sees.
///   - function: of a vector, in double precision, made of tensor operations; returns one number.
public func minimise(
    from start: [Double], optimizer: some Optimizer, steps: Int, gradientTolerance: Double = 0,
    noise: GradientNoise? = nil,
    _ function: @escaping (Tensor) -> Tensor
) -> Descent {
    minimise(
        from: start, method: .optimizer(optimizer), steps: steps, gradientTolerance: gradientTolerance, noise: noise,
        function)
}

/// Searches for a minimum of a function of one variable.
///
/// ```swift
/// let descent = minimise(from: 10, optimizer: SGD(learningRate: 0.2), steps: 10) { x in x * x }
/// ```
public func minimise(
    from start: Double, optimizer: some Optimizer, steps: Int, gradientTolerance: Double = 0,
    noise: GradientNoise? = nil,
    _ function: @escaping (Tensor) -> Tensor
) -> Descent {
    minimise(from: [start], optimizer: optimizer, steps: steps, gradientTolerance: gradientTolerance, noise: noise) {
        function($0[0])
    }
}

/// Searches for a minimum by any method.
///
/// Second derivatives, for Newton's method, are gradients of the gradient's components.
///
/// - Complexity: a step takes one gradient; with line searches a few; Newton's method as many as there are variables.
public func minimise(
    from start: [Double], method: DescentMethod, steps: Int, gradientTolerance: Double = 0, noise: GradientNoise? = nil,
    _ function: @escaping (Tensor) -> Tensor
) -> Descent {
    let slope = valueAndGradient(of: { (x: Tensor) in function(x).reshaped([]) })
    func evaluate(_ x: [Double]) -> (value: Double, gradient: [Double]) {
        let (value, gradient) = slope(Tensor(x))
        return (value.item, gradient.doubles)
    }
    switch method {
    case .optimizer(let optimizer):
        return descend(start, optimizer, steps, gradientTolerance, noise, evaluate)
    case .lbfgs(let memory):
        var search = LBFGS(memory: memory)
        return descend(start, steps, gradientTolerance, evaluate) { search.direction($0, $1) }
    case .newton:
        return descend(start, steps, gradientTolerance, evaluate) { x, g in newtonDirection(x, g, function) }
    }
}

private func norm(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }
private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

/// Steps by the rule of an optimiser.
private func descend(
    _ start: [Double], _ optimizer: any Optimizer, _ steps: Int, _ tolerance: Double, _ noise: GradientNoise?,
    _ evaluate: ([Double]) -> (value: Double, gradient: [Double])
) -> Descent {
    var random = RandomState(seed: noise?.seed ?? 0)
    var x = [Tensor(start)], state = optimizer.initialState(for: x)
    var points: [Descent.Point] = []
    for step in 0...max(0, steps) {
        let position = x[0].doubles, (value, gradient) = evaluate(position)
        points.append(
            .init(
                step: step, position: position, value: value, gradient: gradient,
                rate: optimizer.learningRate(state.stepCount)))
        if norm(gradient) <= tolerance { return Descent(points: points, hasConverged: true) }
        if step == steps || !value.isFinite { break }
        var seen = gradient
        if let noise {
            let draws = random.normal(mean: 0, standardDeviation: noise.standardDeviation, count: seen.count)
            for i in seen.indices { seen[i] += draws[i] }
        }
        x = optimizer.updated(x, gradients: [Tensor(seen)], state: &state)
    }
    return Descent(points: points, hasConverged: false)
}

/// Steps along a direction, as long as a line search finds good.
private func descend(
    _ start: [Double], _ steps: Int, _ tolerance: Double, _ evaluate: ([Double]) -> (value: Double, gradient: [Double]),
    direction: ([Double], [Double]) -> [Double]
) -> Descent {
    var x = start, (value, gradient) = evaluate(start)
    var points: [Descent.Point] = []
    for step in 0...max(0, steps) {
        points.append(.init(step: step, position: x, value: value, gradient: gradient, rate: 0))
        if norm(gradient) <= tolerance { return Descent(points: points, hasConverged: true) }
        if step == steps { break }
        var way = direction(x, gradient)
        if dot(way, gradient) >= 0 { way = gradient.map { -$0 } }
        guard let found = LineSearch.run(x, value, gradient, way, evaluate) else { break }
        points[points.count - 1].rate = found.length
        (x, value, gradient) = (found.point, found.value, found.gradient)
    }
    return Descent(points: points, hasConverged: false)
}

/// −H⁻¹ g, with as much added to the diagonal of H as makes it lead downwards.
private func newtonDirection(_ x: [Double], _ g: [Double], _ function: @escaping (Tensor) -> Tensor) -> [Double] {
    let n = x.count
    let slope = gradient(of: { (x: Tensor) in function(x).reshaped([]) })
    let hessian = x.indices.map { i in gradient(of: { (x: Tensor) in slope(x)[i] })(Tensor(x)).doubles }
    let size = hessian.flatMap { $0 }.map { abs($0) }.max() ?? 1
    var damping = 0.0
    for _ in 0..<40 {
        var matrix = hessian
        for i in 0..<n { matrix[i][i] += damping }
        if let factor = Cholesky(Tensor(matrix)) { return factor.solve(Tensor(g.map { -$0 })).doubles }
        damping = damping == 0 ? 1e-6 * max(1, size) : damping * 4
    }
    return g.map { -$0 }
}
