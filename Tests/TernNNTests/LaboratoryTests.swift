import Foundation
import TernCore
import TernNN
import TestSupport
import Testing

/// The lecture's descents (Scripts/fixtures/numpy_descent.py), and methods on functions whose minima are known.
@Suite struct LaboratoryTests {
    private struct DescentFixture: Decodable { var cases: [String: [[Double]]] }
    private static let fixture = try! Fixture.decode("numpy_descent", as: DescentFixture.self)

    private static func descent(_ name: String) -> Descent {
        let bowl = TestFunction.bowl
        switch name {
        case "x^2, rate 0.2": return minimise(from: 10, optimizer: SGD(learningRate: 0.2), steps: 10) { x in x * x }
        case "x^2, rate 0.05": return minimise(from: 10, optimizer: SGD(learningRate: 0.05), steps: 10) { x in x * x }
        case "bowl": return minimise(from: [-5, -2], optimizer: SGD(learningRate: 0.1), steps: 20, bowl.function)
        case "bowl with noise":
            return minimise(
                from: [-5, -2], optimizer: SGD(learningRate: 0.1), steps: 50,
                noise: GradientNoise(standardDeviation: 1), bowl.function)
        default: return minimise(from: [10], optimizer: SGD(learningRate: 2), steps: 20, TestFunction.cosine.function)
        }
    }

    @Test(arguments: fixture.cases.keys.sorted())
    func theLecturesDescentsAreNumPys(_ name: String) {
        let ours = Self.descent(name).points.map(\.position), theirs = Self.fixture.cases[name]!
        #expect(ours.count == theirs.count)
        expectClose(Array(ours.joined()), Array(theirs.joined()), 1e-9)
    }

    @Test func aTraceHoldsValuesGradientsAndRates() {
        let descent = minimise(
            from: 10, optimizer: SGD(learningRate: .exponentialDecay(from: 0.2, steps: 1, rate: 0.5)), steps: 2
        ) { $0 * $0 }
        #expect(descent.points.map(\.value) == [100, 36, 23.04])
        #expect(descent.points.map { $0.gradient[0] } == [20, 12, 9.6])
        #expect(descent.points.map(\.rate) == [0.2, 0.1, 0.05])
        #expect(descent.csv.hasPrefix("step,x,value,dx,rate\n0,10.0,100.0,20.0,0.2\n1,6.0,36.0,12.0,0.1\n"))
    }

    @Test func aShortGradientEndsTheSearch() {
        let descent = minimise(from: 1, optimizer: SGD(learningRate: 0.25), steps: 100, gradientTolerance: 1e-3) {
            $0 * $0
        }
        #expect(descent.hasConverged)
        #expect(descent.last.step == 11)
    }

    @Test(arguments: ["lbfgs", "newton"])
    func valleysAreFollowedToTheirMinima(_ name: String) {
        let method: DescentMethod = name == "lbfgs" ? .lbfgs() : .newton
        for (f, minimum) in [(TestFunction.rosenbrock, [1.0, 1.0]), (.beale, [3, 0.5]), (.bowl, [0, 0])] {
            let descent = minimise(from: f.start, method: method, steps: 80, gradientTolerance: 1e-9, f.function)
            #expect(descent.hasConverged, "\(name), \(f.name): \(descent.last)")
            expectClose(descent.last.position, minimum, 1e-6, "\(name), \(f.name)")
            #expect(descent.points.count < 60)
        }
    }

    @Test func newtonsMethodDoesNotStopAtASaddle() {
        let descent = minimise(from: [-2, 1e-3], method: .newton, steps: 20, TestFunction.saddle.function)
        #expect(descent.last.value < -1)
    }

    @Test func momentumCrossesASaddleSooner() {
        func steps(_ optimizer: some Optimizer) -> Int {
            let f = TestFunction.saddle
            let points = minimise(from: f.start, optimizer: optimizer, steps: 400, f.function).points
            return points.firstIndex { $0.value < -1 } ?? 400
        }
        #expect(steps(SGD(learningRate: 0.01, momentum: 0.9)) * 3 < steps(SGD(learningRate: 0.01)))
    }

    @Test func gradientsVanishThroughSigmoidsAndTheCuresKeepThem() {
        func ratio(_ chain: DeepChain) -> Double {
            let norms = chain.gradientNorms()
            #expect(norms.count == 20)
            return norms[0] / norms[19]
        }
        #expect(ratio(DeepChain(activation: .sigmoid)) < 1e-8)
        #expect(ratio(DeepChain(activation: .relu, initializer: .heNormal)) > 1e-2)
        #expect(ratio(DeepChain(activation: .sigmoid, normalizes: true)) > 1e-4)
        #expect(ratio(DeepChain(activation: .sigmoid, hasSkips: true)) > 1e-3)
    }

    private struct Reading: Sendable { var text: String, x: [Double], value: Double }
    private static let readings: [Reading] = [
        Reading(text: "x*cos(0.15*pi*x)", x: [10], value: 10 * cos(1.5 * .pi)),
        Reading(text: "x1^2 + 2*x2^2", x: [-5, -2], value: 33),
        Reading(text: "-x^2", x: [3], value: -9), Reading(text: "2**3**2", x: [0], value: 512),
        Reading(text: "(1 - x1)**2 + 100*(x2 - x1^2)^2", x: [-1.2, 1], value: 24.2),
        Reading(text: "exp(-x)/2e1 + sqrt(x)", x: [4], value: exp(-4) / 20 + 2),
        Reading(text: "max(x, 3) - min(x, 3)", x: [5], value: 2),
        Reading(text: "e^x", x: [1], value: exp(1)), Reading(text: "sinh(x)", x: [1e-12], value: 1e-12),
        Reading(text: "cosh(x) - tan(x)", x: [0.5], value: cosh(0.5) - tan(0.5)),
        Reading(text: "tanh(x) + abs(-x)", x: [0.5], value: tanh(0.5) + 0.5),
    ]

    @Test(arguments: readings.indices)
    func expressionsAreReadAsWritten(_ index: Int) throws {
        let reading = Self.readings[index], expression = try Formula(reading.text)
        let value = expression.function(Tensor(reading.x)).item
        expectClose(value, reading.value, 1e-12, reading.text)
        #expect(expression.variableCount <= reading.x.count)
    }

    @Test(arguments: [
        ("", 0, "empty"), ("x +", 3, "missing at the end"), ("x * (2 + x", 4, "not closed"), ("2 x", 2, "operator"),
        ("x)", 1, "closes none"),
        ("foo(x)", 0, "foo"), ("sin x", 4, "brackets"), ("max(x)", 0, "takes 2"), ("x $ 2", 2, "operator"),
        ("1.2.3", 0, "no number"), ("y^2", 0, "neither"),
    ])
    func mistakesInExpressionsAreShownWhereTheyAre(_ text: String, _ offset: Int, _ message: String) {
        let mistake = #expect(throws: Formula.Mistake.self) { try Formula(text) }
        #expect(mistake?.offset == offset)
        #expect(mistake!.description.contains(message), "\(mistake!)")
    }

    @Test func aChainWithoutLayersIsRefused() {
        #expect(message { try catchingFailure { DeepChain(depth: 0, activation: .tanh).model() } }.contains("0 layers"))
    }

    @Test func aDescentWithoutPointsHasNoLast() {
        let words = message { try catchingFailure { Descent(points: [], hasConverged: true).last } }
        #expect(words.contains("no points"), "\(words)")
    }
}
