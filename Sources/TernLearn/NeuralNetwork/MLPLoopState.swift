import TernCore
import TernNN

/// Where the training of a multi-layer perceptron stands after an epoch, as it is kept.
struct MLPLoopState: Codable {
    /// The best weights so far.
    struct Best: Codable {
        var network: [Tensor], statistics: [Tensor], predicting: [Tensor]

        init(_ snapshot: MLPSnapshot) {
            (network, statistics) = (snapshot.network.tensors, snapshot.statistics)
            predicting = snapshot.predicting.tensors
        }

        func snapshot(like first: MLPSnapshot) -> MLPSnapshot {
            MLPSnapshot(
                first.network.replacingTensors(network), statistics,
                predicting: first.predicting.replacingTensors(predicting))
        }

        func isLike(_ first: MLPSnapshot) -> Bool {
            network.map(\.spec) == first.network.tensors.map(\.spec)
                && statistics.map(\.spec) == first.statistics.map(\.spec)
                && predicting.map(\.spec) == first.predicting.tensors.map(\.spec)
        }
    }

    private let weights: [Tensor], statistics: [Tensor], slots: [Tensor], stepCount: Int
    private let rate: Double?, stalled: Int
    private let random: RandomState.State, order: Tensor
    private let lossCurve: [Double], validationScores: [Double]?, bestValidationScore: Double?, bestLoss: Double?
    private let lastLoss: Double, nIter: Int, t: Int, didConverge: Bool
    let best: Best?

    init(
        _ model: some MultilayerPerceptron, _ step: TrainingStep<MLPNetwork>, _ rule: MLPRule, _ random: RandomState,
        _ order: [Int64], _ best: MLPSnapshot?
    ) {
        (weights, statistics) = (step.model.tensors, step.state)
        (slots, stepCount) = (step.optimizerState.slots, step.optimizerState.stepCount)
        (rate, stalled) = (rule.rate, model.progress.stalled)
        (self.random, self.order) = (random.state, Tensor(order))
        (lossCurve, validationScores) = (model.lossCurve, model.validationScores)
        (bestValidationScore, bestLoss, lastLoss) = (model.bestValidationScore, model.bestLoss, model.lastLoss)
        (nIter, t, didConverge) = (model.nIter, model.t, model.didConverge)
        self.best = best.map(Best.init)
    }

    /// - Throws: ``EstimatorError`` where it is the state of another network, of other examples, or damaged.
    func restore<Model: MultilayerPerceptron>(
        _ model: inout Model, _ step: TrainingStep<MLPNetwork>, _ rule: inout MLPRule, _ random: inout RandomState,
        _ order: inout [Int64], like first: MLPSnapshot
    ) throws {
        try Check.that(
            weights.map(\.spec) == step.model.tensors.map(\.spec) && statistics.map(\.spec) == step.state.map(\.spec)
                && best.map { $0.isLike(first) } ?? true && KeptTraining.isOrder(self.order, of: order)
                && self.random.isWhole && [stalled, nIter, t].allSatisfy(KeptTraining.counts.contains)
                && (validationScores == nil) == (model.validationScores == nil)
                && (bestValidationScore == nil) == (model.bestValidationScore == nil)
                && (bestLoss == nil) == (model.bestLoss == nil), KeptTraining.complaint(Model.name))
        try KeptTraining.restore(OptimizerState(slots: slots, stepCount: stepCount), to: step, in: Model.name)
        step.model = step.model.replacingTensors(weights)
        step.state = statistics
        (rule.rate, model.progress.stalled) = (rate, stalled)
        random.state = self.random
        order = self.order.scalars(Int64.self)
        (model.lossCurve, model.validationScores) = (lossCurve, validationScores)
        (model.bestValidationScore, model.bestLoss, model.lastLoss) = (bestValidationScore, bestLoss, lastLoss)
        (model.nIter, model.t, model.didConverge) = (nIter, t, didConverge)
    }
}

/// Whether what a file keeps of a training can be gone on from.
enum KeptTraining {
    /// What may be counted: one more is still a number.
    static let counts = 0..<Int.max / 2

    static func complaint(_ name: String) -> String {
        "\(name): the training that was kept is of another network or of other examples, or it is damaged; begin anew"
    }

    /// Whether a tensor holds the same rows in some order.
    static func isOrder(_ tensor: Tensor, of rows: [Int64]) -> Bool {
        tensor.spec == TensorSpec(shape: [rows.count], dtype: .int64)
            && tensor.scalars(Int64.self).sorted() == rows.sorted()
    }

    /// Gives an optimiser's memory back to it.
    ///
    /// - Throws: ``EstimatorError`` where it is that of another network or optimiser.
    static func restore<Model>(_ state: OptimizerState, to step: TrainingStep<Model>, in name: String) throws {
        try Check.that(
            state.slots.map(\.spec) == step.optimizerState.slots.map(\.spec) && counts.contains(state.stepCount),
            complaint(name))
        step.optimizerState = state
    }
}
