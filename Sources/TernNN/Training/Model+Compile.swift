import TernCore

/// How a model is trained and judged.
public struct Compilation {
    public var optimizer: any Optimizer
    public var learningRate: Double
    /// One for each output.
    public var losses: [Loss]
    public var lossWeights: [Double]
    /// Of the first output.
    public var metrics: [any Metric]
}

extension Model {
    /// Chooses how the model is trained.
    ///
    /// ```swift
    /// model.compile(optimizer: Adam(), learningRate: 1e-2, loss: .meanSquaredError, metrics: [.meanAbsoluteError])
    /// ```
    public func compile(
        optimizer: some Optimizer = Adam(), learningRate: Double = 1e-3, loss: Loss, metrics: [StandardMetric] = []
    ) {
        compile(optimizer: optimizer, learningRate: learningRate, losses: outputs.map { _ in loss }, metrics: metrics)
    }

    /// Chooses how a model of several outputs is trained: a loss and its weight for each.
    public func compile(
        optimizer: some Optimizer = Adam(), learningRate: Double = 1e-3, losses: [Loss], lossWeights: [Double]? = nil,
        metrics: [any Metric] = []
    ) {
        let weights = lossWeights ?? losses.map { _ in 1 }
        guard losses.count == outputs.count, weights.count == outputs.count else {
            fail("compile: the model has \(outputs.count) output(s), given are \(losses.count) losses and \(weights.count) weights")
        }
        compilation = Compilation(
            optimizer: optimizer, learningRate: learningRate, losses: losses, lossWeights: weights, metrics: metrics)
    }

    /// Weights that training moves: those of layers that are not frozen.
    var trainedVariables: [Variable] {
        func collect(_ layer: any Layer) -> [Variable] {
            guard layer.info.isTrainable else { return [] }
            return layer.ownVariables.filter(\.isTrainable) + layer.children.flatMap { collect($0.layer) }
        }
        var seen = Set<ObjectIdentifier>()
        return collect(self).filter { seen.insert(ObjectIdentifier($0)).inserted }
    }

    /// What the weights' regularisers add to the loss.
    var penalty: Tensor? {
        let parts = variables.compactMap { path, variable in variable.regularizer.map { $0(variable.value) } }
        return parts.isEmpty ? nil : parts.dropFirst().reduce(parts[0], +)
    }

    /// The loss of outputs, each compared with its target.
    func loss(_ targets: [Tensor], _ outputs: [Tensor], sampleWeight: Tensor?, _ compilation: Compilation) -> Tensor {
        var total: Tensor?
        for (i, output) in outputs.enumerated() {
            let loss = compilation.losses[i](targets[i], output, sampleWeight: sampleWeight)
            let weighted = compilation.lossWeights[i] == 1 ? loss : loss * compilation.lossWeights[i]
            total = total.map { $0 + weighted } ?? weighted
        }
        return total!
    }
}
