import Tern

// What `DescentCopies` hands out, line for line; `DescentTests` compares.
func copiedDescent() throws -> [Descent] {
    let f = try Formula("x1^2 + 3*x2^2").function
    // swift-format-ignore
    let nesterov = minimise(
        from: [4.0, 1.0], method: .optimizer(SGD(learningRate: .exponentialDecay(from: 0.05, steps: 1, rate: 0.95), momentum: 0.9, nesterov: true)), steps: 20,
        noise: GradientNoise(standardDeviation: 0.25, seed: 3), f)
    // swift-format-ignore
    let adam = minimise(
        from: [4.0, 1.0], method: .optimizer(Adam(learningRate: .exponentialDecay(from: 0.05, steps: 1, rate: 0.95))), steps: 20,
        noise: GradientNoise(standardDeviation: 0.25, seed: 3), f)
    let lbfgs = minimise(
        from: [4.0, 1.0], method: .lbfgs(), steps: 20, f)
    return [nesterov, adam, lbfgs]
}
