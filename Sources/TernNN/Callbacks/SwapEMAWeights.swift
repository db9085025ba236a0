/// Validates with the average of the weights that the optimiser keeps, and goes on training with the weights
/// themselves.
///
/// ```swift
/// model.compile(optimizer: Adam().averagingWeights(), loss: .meanSquaredError)
/// try model.fit(x, y, epochs: 30, validationSplit: 0.2, callbacks: [SwapEMAWeights()])
/// ```
///
/// With `swapsOnEpoch` callbacks that come after it in the list also see the model with the average when an epoch ends,
/// such as a checkpoint, and so does whoever awaits
/// ``Model/training(_:batchSize:epochs:validationSplit:validationData:shuffles:seed:callbacks:)``. Training ends with
/// the average in any case.
public final class SwapEMAWeights: Callback {
    public let swapsOnEpoch: Bool

    public init(swapsOnEpoch: Bool = false) { self.swapsOnEpoch = swapsOnEpoch }

    public func trainingBegins(_ run: TrainingRun) throws {
        guard run.keepsAveragedWeights else {
            throw TrainingError(
                description:
                    "SwapEMAWeights: the optimiser keeps no average of the weights; add .averagingWeights() to it")
        }
    }

    public func validationBegins(_ run: TrainingRun) { run.showAveragedWeights() }
    public func validationEnds(_ run: TrainingRun) { run.showTrainedWeights() }
    public func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) {
        if swapsOnEpoch { run.showAveragedWeights() }
    }
    public func epochBegins(_ epoch: Int, _ run: TrainingRun) {
        if swapsOnEpoch { run.showTrainedWeights() }
    }
}
