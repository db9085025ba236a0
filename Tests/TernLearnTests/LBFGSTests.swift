import TernLearn
import Testing

/// Against `scipy.optimize.minimize(method="L-BFGS-B", jac=True)` of SciPy 1.17.1.
@Suite struct LBFGSTests {
    private static func rosenbrock(_ x: [Double]) -> (Double, [Double]) {
        var value = 0.0, gradient = x.map { _ in 0.0 }
        for i in x.indices.dropLast() {
            let a = x[i + 1] - x[i] * x[i], b = 1 - x[i]
            value += 100 * a * a + b * b
            gradient[i] += -400 * a * x[i] - 2 * b
            gradient[i + 1] += 200 * a
        }
        return (value, gradient)
    }

    private static func bowl(_ x: [Double]) -> (Double, [Double]) {
        let weights = [1.0, 10, 100]
        return (zip(x, weights).reduce(0) { $0 + 0.5 * $1.1 * $1.0 * $1.0 }, zip(x, weights).map { $0 * $1 })
    }

    private func expect(
        _ result: LBFGSResult, _ iterations: Int, _ evaluations: Int, _ ending: LBFGSResult.Ending, _ value: Double,
        _ position: [Double]
    ) {
        #expect(result.iterations == iterations)
        #expect(result.evaluations == evaluations)
        #expect(result.ending == ending)
        #expect(abs(result.value - value) <= 1e-9 * max(1, abs(value)))
        #expect(zip(result.position, position).allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($1)) })
    }

    @Test func findsTheMinimumByScipysIterates() {
        expect(
            minimizeLBFGS(from: [-1.2, 1], valueAndGradient: Self.rosenbrock), 36, 44, .value, 2.8e-12,
            [0.9999989453492681, 0.9999980209057083])
        expect(
            minimizeLBFGS(
                from: [-1.2, 1, 0.5, 2], gradientTolerance: 1e-8, functionTolerance: 1e-15,
                valueAndGradient: Self.rosenbrock), 39, 47, .value, 3.7014286104300167,
            [-0.7756592272817368, 0.6130933662902509, 0.3820628468494128, 0.14597201902921572])
        expect(minimizeLBFGS(from: [1, 1, 1], valueAndGradient: Self.bowl), 11, 12, .gradient, 0, [0, 0, 0])
        expect(minimizeLBFGS(from: [0, 0, 0], valueAndGradient: Self.bowl), 0, 1, .gradient, 0, [0, 0, 0])
    }

    @Test func goesWithinBoundsByScipysIterates() {
        expect(
            minimizeLBFGS(from: [-1.2, 1], bounds: [-2...2, -2...2], valueAndGradient: Self.rosenbrock), 33, 46,
            .gradient,
            0, [0.9999999864904958, 0.9999999685713087])
        expect(
            minimizeLBFGS(from: [-1.2, 1], bounds: [-2...0.5, -2...2], valueAndGradient: Self.rosenbrock), 20, 30,
            .gradient, 0.25, [0.5, 0.25])
        expect(
            minimizeLBFGS(
                from: [-1.2, 1, 0.3, -0.5], bounds: [-2...2, -1...0.8, -2...0.7, 0.1...2],
                valueAndGradient: Self.rosenbrock), 22, 26, .value, 3.7014286104346446,
            [-0.7756587843177157, 0.6130925125432277, 0.382061830114228, 0.14597113498585285])
        // It begins beyond a bound.
        expect(
            minimizeLBFGS(from: [3, -5, 2], bounds: [1.5...4, -4...4, -1...2], valueAndGradient: Self.rosenbrock),
            13, 20, .gradient, 62.999762066666065, [1.5, 1.4995240687818743, 2.0])
        expect(
            minimizeLBFGS(
                from: [1, 2, 3, 4, 5, 6], bounds: [ClosedRange<Double>](repeating: 0...10, count: 6),
                valueAndGradient: Self.rosenbrock), 50, 60, .value, 0,
            [
                0.9999999935958491, 0.9999999123892733, 0.9999995427288069, 0.9999993202907441, 0.999998401432086,
                0.9999970128135784,
            ])
    }

    @Test func endsWhereALimitIsReached() {
        let iterations = minimizeLBFGS(from: [-1.2, 1], maxIterations: 7, valueAndGradient: Self.rosenbrock)
        expect(iterations, 7, 9, .iterations, 3.9178414682987954, [-0.9493671678671748, 0.8669746872519424])
        #expect(iterations.status == 1)
        let evaluations = minimizeLBFGS(from: [-1.2, 1], maxEvaluations: 7, valueAndGradient: Self.rosenbrock)
        expect(evaluations, 6, 8, .evaluations, 4.032006831717487, [-1.0020293558365005, 0.988607963382702])
    }

    @Test func endsWhereAFunctionHasNoBottom() {
        let result = minimizeLBFGS(from: [0], maxIterations: 5) { ($0[0], [1]) }
        expect(result, 5, 91, .iterations, -5e10, [-5e10])
    }

    @Test func endsWhereNoStepLowersTheValue() {
        // The gradient points the wrong way.
        let result = minimizeLBFGS(from: [1]) { ($0[0] * $0[0], [-2 * $0[0]]) }
        #expect(result.ending == .lineSearch && result.status == 2)
        #expect(result.position == [1] && result.value == 1)
    }

    @Test func tellsOfEachIteration() {
        var values: [Double] = []
        let result = minimizeLBFGS(
            from: [-1.2, 1], maxIterations: 7, onIteration: { values.append($1) }, valueAndGradient: Self.rosenbrock)
        #expect(values.count == 7 && values.last == result.value && values == values.sorted(by: >))
    }
}
