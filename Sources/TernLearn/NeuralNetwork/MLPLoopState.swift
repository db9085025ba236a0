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

    func restore(
        _ model: inout some MultilayerPerceptron, _ step: TrainingStep<MLPNetwork>, _ rule: inout MLPRule,
        _ random: inout RandomState, _ order: inout [Int64]
    ) {
        step.model = step.model.replacingTensors(weights)
        step.state = statistics
        step.optimizerState = OptimizerState(slots: slots, stepCount: stepCount)
        (rule.rate, model.progress.stalled) = (rate, stalled)
        random.state = self.random
        order = self.order.scalars(Int64.self)
        (model.lossCurve, model.validationScores) = (lossCurve, validationScores)
        (model.bestValidationScore, model.bestLoss, model.lastLoss) = (bestValidationScore, bestLoss, lastLoss)
        (model.nIter, model.t, model.didConverge) = (nIter, t, didConverge)
    }
}
