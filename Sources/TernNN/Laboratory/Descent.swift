import TernCore

/// The course of a search for a minimum, point by point.
///
/// ```swift
/// let descent = minimise(from: 10, optimizer: SGD(learningRate: 0.25), steps: 3) { x in x * x }
/// descent.values                          // [100.0, 25.0, 6.25, 1.5625]
/// descent.coordinate(0)                   // [10.0, 5.0, 2.5, 1.25]
/// descent.last.gradient                   // [2.5]
/// ```
public struct Descent: Sendable, Equatable {
    /// Where the search stood, and what it saw there.
    ///
    /// ```swift
    /// let first = minimise(from: 10, optimizer: SGD(learningRate: 0.25), steps: 1) { x in x * x }.points[0]
    /// first.position                          // [10.0]
    /// first.gradient                          // [20.0]
    /// ```
    public struct Point: Sendable, Equatable {
        /// How many steps came before, from 0.
        public var step: Int
        /// The variables.
        public var position: [Double]
        /// The function there.
        public var value: Double
        /// The exact gradient, without noise.
        public var gradient: [Double]
        /// The learning rate of the step that follows; with line searches the length of that step relative to its
        /// direction, 0 at the last point.
        public var rate: Double

        /// The length of the gradient.
        package var gradientLength: Double { norm(gradient) }
    }

    /// The first point and that after each step, at least one.
    public var points: [Point]
    /// Whether the search ended because the gradient was no longer than the tolerance.
    public var hasConverged: Bool

    /// A course from its points, such as one of a search of your own.
    public init(points: [Point], hasConverged: Bool) {
        self.points = points
        self.hasConverged = hasConverged
    }

    /// The point where the search ended.
    public var last: Point {
        guard let last = points.last else { fail("Descent: it has no points, and so no last one") }
        return last
    }
    /// The function at all points.
    public var values: [Double] { points.map(\.value) }
    /// The variable of this number, from 0, at all points.
    public func coordinate(_ i: Int) -> [Double] { points.map { $0.position[i] } }

    /// A table of comma-separated values with a header and a row for each point: step, variables, value, gradient,
    /// rate.
    public var csv: String {
        let header = Self.columns(ofVariables: points.first?.position.count ?? 0).joined(separator: ",")
        let rows = points.map { p in
            (["\(p.step)"] + p.position.map { "\($0)" } + ["\(p.value)"] + p.gradient.map { "\($0)" } + ["\(p.rate)"])
                .joined(separator: ",")
        }
        return ([header] + rows).joined(separator: "\n") + "\n"
    }

    /// The names in the header of ``csv``.
    package static func columns(ofVariables count: Int) -> [String] {
        let names = count == 1 ? ["x"] : (1...max(1, count)).map { "x\($0)" }
        return ["step"] + names + ["value"] + names.map { "d\($0)" } + ["rate"]
    }
}

/// How a minimum is searched for.
///
/// ```swift
/// let bowl = TestFunction.bowl
/// minimise(from: bowl.start, method: .newton, steps: 5, bowl.function).last.position      // [0, 0], up to rounding
/// ```
public enum DescentMethod: Sendable {
    /// Steps along the gradient by the rule of an optimiser.
    case optimizer(any Optimizer)
    /// Quasi-Newton steps from the last gradients, `memory` of them, their length by a line search that lowers the
    /// value and flattens the slope (the strong Wolfe conditions).
    ///
    /// Source: Nocedal and Wright, "Numerical optimization", 2nd edition, 2006, algorithms 7.4, 3.5 and 3.6.
    case lbfgs(memory: Int = 10)
    /// Steps to the minimum of the local parabola, damped where it has none, their length by the same line search.
    case newton
}

/// Gaussian noise on each component of the gradient, drawn from NumPy's stream, as batches make it.
///
/// ```swift
/// let noise = GradientNoise(standardDeviation: 0.5, seed: 1)
/// let walk = minimise(from: 10, optimizer: SGD(learningRate: 0.1), steps: 20, noise: noise) { x in x * x }
/// walk.points.count                       // 21
/// ```
public struct GradientNoise: Sendable {
    /// In the units of the gradient.
    public var standardDeviation: Double
    /// The seed of the stream, as of `np.random.seed`.
    public var seed: UInt32

    /// The same seed gives the same noise.
    public init(standardDeviation: Double, seed: UInt32 = 0) {
        self.standardDeviation = standardDeviation
        self.seed = seed
    }
}

/// Searches for a minimum of a function of several variables by an optimiser; the gradient is found by itself.
///
/// ```swift
/// let descent = minimise(from: [-5, -2], optimizer: SGD(learningRate: 0.1), steps: 20) { x in
///     x[0] * x[0] + 2 * x[1] * x[1]
/// }
/// descent.last.value < 0.01               // true
/// ```
///
/// It ends early where the value is no finite number.
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
/// Second derivatives, for Newton's method, are gradients of the gradient's components. Noise is for optimisers alone.
/// A line search that finds no better point ends the search. Noise with another method than an optimiser ends the program.
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
    if case .optimizer = method {
    } else if noise != nil {
        fail("minimise: noise is for optimisers; a search along lines would take it for the function's slope")
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
