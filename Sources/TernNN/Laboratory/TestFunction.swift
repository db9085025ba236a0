import TernCore

/// A function to try optimisers on.
///
/// ```swift
/// let f = TestFunction.rosenbrock
/// f(1, 1)                                 // 0.0, its minimum
/// let descent = minimise(from: f.start, optimizer: Adam(learningRate: 0.1), steps: 200, f.function)
/// descent.last.value < f(-1.2, 1)         // true
/// ```
public struct TestFunction: Sendable {
    /// The name under which `tern descend` knows it.
    public let name: String
    /// The formula in TeX's notation, or the name of who gave it.
    public let formula: String
    /// The number of variables, 1 or 2 for those here.
    public let variableCount: Int
    /// Where a search may begin.
    public let start: [Double]
    /// The part of each axis to look at.
    public let view: [ClosedRange<Double>]
    /// Its value, of shape [], for a vector of variables.
    public let function: @Sendable (Tensor) -> Tensor

    /// A function of your own, of as many variables as `start` has numbers.
    public init(
        _ name: String, _ formula: String, start: [Double], view: [ClosedRange<Double>],
        _ function: @escaping @Sendable (_ x: Tensor) -> Tensor
    ) {
        self.name = name
        self.formula = formula
        variableCount = start.count
        self.start = start
        self.view = view
        self.function = function
    }

    /// A parabola: x².
    public static let quadratic = TestFunction("quadratic", "x^2", start: [10], view: [-11...11]) { $0[0] * $0[0] }
    /// A long bowl: x₁² + 2 x₂².
    public static let bowl = TestFunction("bowl", "x_1^2 + 2 x_2^2", start: [-5, -2], view: [-6...6, -3...3]) {
        $0[0] * $0[0] + 2 * $0[1] * $0[1]
    }
    /// Many local minima: x cos(0.15 π x).
    public static let cosine = TestFunction("cosine", "x cos(0.15 \\pi x)", start: [10], view: [-20...20]) {
        $0[0] * cos(0.15 * Double.pi * $0[0])
    }
    /// No minimum: x₁² − x₂².
    public static let saddle = TestFunction(
        "saddle", "x_1^2 - x_2^2", start: [-2, 1e-3], view: [-2.5...2.5, -2.5...2.5]
    ) {
        $0[0] * $0[0] - $0[1] * $0[1]
    }
    /// A flat plain with steep walls; its minimum of 0 is at (3, 0.5).
    ///
    /// Source: Beale, "On an iterative method for finding a local minimum of a function of more than one variable",
    /// technical report 25, Princeton, 1958.
    public static let beale = TestFunction("beale", "Beale", start: [1, 1.5], view: [-1...4, -1.5...2]) { p in
        let x = p[0], y = p[1]
        return square(1.5 - x + x * y) + square(2.25 - x + x * y * y) + square(2.625 - x + x * y * y * y)
    }
    /// A bent valley; its minimum of 0 is at (1, 1).
    ///
    /// Source: Rosenbrock, "An automatic method for finding the greatest or least value of a function", Computer
    /// Journal 3, 1960.
    public static let rosenbrock = TestFunction("rosenbrock", "Rosenbrock", start: [-1.2, 1], view: [-2...2, -1...3]) {
        p in
        square(1 - p[0]) + 100 * square(p[1] - p[0] * p[0])
    }
    /// Four minima of 0, one of them at (3, 2).
    ///
    /// Source: Himmelblau, "Applied nonlinear programming", 1972.
    public static let himmelblau = TestFunction("himmelblau", "Himmelblau", start: [0, 0], view: [-5...5, -5...5]) {
        p in
        square(p[0] * p[0] + p[1] - 11) + square(p[0] + p[1] * p[1] - 7)
    }

    /// All of these.
    public static let all: [TestFunction] = [.quadratic, .bowl, .cosine, .saddle, .beale, .rosenbrock, .himmelblau]

    /// The one of this name, in letters of either case; nil where there is none.
    package static func named(_ name: String) -> TestFunction? { all.first { $0.name == name.lowercased() } }

    /// The same function, where a search begins at another point of as many variables.
    package func starting(at start: [Double]) -> TestFunction {
        TestFunction(name, formula, start: start, view: view, function)
    }

    /// The value at a point: as many numbers as there are variables.
    public func callAsFunction(_ x: Double...) -> Double { function(Tensor(x)).item }
}
