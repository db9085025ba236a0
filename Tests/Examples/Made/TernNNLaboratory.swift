// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNLaboratory = [
    Example("TernNN/Laboratory/Descent: minimise", Descent_minimise),
    Example("TernNN/Laboratory/Descent: minimise", Descent_minimise_2),
    Example("TernNN/Laboratory/Formula: Formula", Formula_Formula),
    Example("TernNN/Laboratory/TestFunction: TestFunction", TestFunction_TestFunction),
    Example("TernNN/Laboratory/VanishingGradients: DeepChain", VanishingGradients_DeepChain),
]

private func Descent_minimise() async throws {
    let x = Tensor.random([64, 3], seed: 1, dtype: .float32)
    let bowl = minimise(from: [-5, -2], optimizer: SGD(learningRate: 0.1), steps: 20) { x in
        x[0] * x[0] + 2 * x[1] * x[1]
    }
    _ = bowl
    use(print(bowl.last.position, bowl.csv))
}

private func Descent_minimise_2() async throws {
    let descent = minimise(from: 10, optimizer: SGD(learningRate: 0.2), steps: 10) { x in x * x }
    _ = descent
}

private func Formula_Formula() async throws {
    let f = try Formula("x*cos(0.15*pi*x)")
    _ = f
    let descent = minimise(from: [10], optimizer: SGD(learningRate: 2), steps: 20, f.function)
    _ = descent
}

private func TestFunction_TestFunction() async throws {
    let f = TestFunction.rosenbrock
    _ = f
    let descent = minimise(from: f.start, optimizer: Adam(learningRate: 0.1), steps: 200, f.function)
    _ = descent
}

private func VanishingGradients_DeepChain() async throws {
    let chain = DeepChain(depth: 20, activation: .sigmoid)
    _ = chain
    use(chain.gradientNorms())
    use(DeepChain(depth: 20, activation: .relu, hasSkips: true).gradientNorms())
}
