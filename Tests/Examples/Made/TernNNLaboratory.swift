// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNLaboratory = [
    Example("TernNN/Laboratory/Descent: Descent", Descent_Descent),
    Example("TernNN/Laboratory/Descent: Point", Descent_Point),
    Example("TernNN/Laboratory/Descent: DescentMethod", Descent_DescentMethod),
    Example("TernNN/Laboratory/Descent: GradientNoise", Descent_GradientNoise),
    Example("TernNN/Laboratory/Descent: minimise", Descent_minimise),
    Example("TernNN/Laboratory/Descent: minimise", Descent_minimise_2),
    Example("TernNN/Laboratory/Formula: Formula", Formula_Formula),
    Example("TernNN/Laboratory/Formula: Mistake", Formula_Mistake),
    Example("TernNN/Laboratory/TestFunction: TestFunction", TestFunction_TestFunction),
    Example("TernNN/Laboratory/VanishingGradients: DeepChain", VanishingGradients_DeepChain),
]

private func Descent_Descent() async throws {
    let descent = minimise(from: 10, optimizer: SGD(learningRate: 0.25), steps: 3) { x in x * x }
    _ = descent
    check("[100.0, 25.0, 6.25, 1.5625]", descent.values)
    check("[10.0, 5.0, 2.5, 1.25]", descent.coordinate(0))
    check("[2.5]", descent.last.gradient)
}

private func Descent_Point() async throws {
    let first = minimise(from: 10, optimizer: SGD(learningRate: 0.25), steps: 1) { x in x * x }.points[0]
    _ = first
    check("[10.0]", first.position)
    check("[20.0]", first.gradient)
}

private func Descent_DescentMethod() async throws {
    let bowl = TestFunction.bowl
    _ = bowl
    check("[0, 0], up to rounding", minimise(from: bowl.start, method: .newton, steps: 5, bowl.function).last.position)
}

private func Descent_GradientNoise() async throws {
    let noise = GradientNoise(standardDeviation: 0.5, seed: 1)
    _ = noise
    let walk = minimise(from: 10, optimizer: SGD(learningRate: 0.1), steps: 20, noise: noise) { x in x * x }
    _ = walk
    check("21", walk.points.count)
}

private func Descent_minimise() async throws {
    let x = Tensor.random([64, 3], seed: 1, dtype: .float32)
    _ = x
    let descent = minimise(from: [-5, -2], optimizer: SGD(learningRate: 0.1), steps: 20) { x in
        x[0] * x[0] + 2 * x[1] * x[1]
    }
    _ = descent
    check("true", descent.last.value < 0.01)
}

private func Descent_minimise_2() async throws {
    let descent = minimise(from: 10, optimizer: SGD(learningRate: 0.2), steps: 10) { x in x * x }
    _ = descent
}

private func Formula_Formula() async throws {
    let f = try Formula("x*cos(0.15*pi*x)")
    _ = f
    check("0.0, up to rounding: cos(1.5 π)", f(10))
    let valley = try Formula("(1 - x1)^2 + 100*(x2 - x1^2)^2")
    _ = valley
    let descent = minimise(from: [0, 0], method: .lbfgs(), steps: 100, valley.function)
    _ = descent
    check("[1.0, 1.0], up to rounding", descent.last.position)
}

private func Formula_Mistake() async throws {
    do { _ = try Formula("2 * (x + 1") } catch let mistake as Formula.Mistake {
        print(mistake.message)              // this bracket is not closed
        print(mistake.offset)               // 4
    }
    checkPrinted("this bracket is not closed", "4")
}

private func TestFunction_TestFunction() async throws {
    let f = TestFunction.rosenbrock
    _ = f
    check("0.0, its minimum", f(1, 1))
    let descent = minimise(from: f.start, optimizer: Adam(learningRate: 0.1), steps: 200, f.function)
    _ = descent
    check("true", descent.last.value < f(-1.2, 1))
}

private func VanishingGradients_DeepChain() async throws {
    let norms = DeepChain(depth: 8, width: 4, activation: .sigmoid).gradientNorms(examples: 8)
    _ = norms
    check("8, the first layer first", norms.count)
    check("true: they vanish", norms[0] < norms[7])
}
