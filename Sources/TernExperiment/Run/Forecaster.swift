import Tern

/// What a run has learned: networks whose answers are averaged, on top of a linear model if asked for.
struct Forecaster {
    var networks: [Model]
    var baseline: Baseline
    /// Whether networks answer what the linear model leaves over.
    var isResidual: Bool

    /// Scaled targets, in the shape of ``Examples/targets``.
    func predict(_ examples: Examples, batchSize: Int) -> Tensor {
        let answers = networks.map { $0.predict(examples.inputs, batchSize: batchSize) }
        let mean = answers.dropFirst().reduce(answers[0], +) / Float(answers.count)
        return isResidual ? mean + baseline.predict(examples) : mean
    }

    /// What a network is to learn from examples.
    func trainingData(_ examples: Examples, balancesGroups: Bool) -> TrainingData {
        var data = examples.trainingData(balancingGroups: balancesGroups)
        if isResidual { data.targets = [examples.targets - baseline.predict(examples)] }
        return data
    }
}

/// Keeps the weights of the epoch of least validation loss (or training loss, without one) and of the last.
final class WeightKeeper: Callback {
    private(set) var best: [Tensor] = [], last: [Tensor] = []
    private(set) var bestEpoch = 0
    private var least = Double.infinity

    func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) {
        last = run.model.variables.map(\.variable.value)
        let loss = logs["val_loss"] ?? logs["loss"] ?? .infinity
        guard best.isEmpty || loss < least else { return }
        (best, bestEpoch, least) = (last, epoch, loss)
    }
}
