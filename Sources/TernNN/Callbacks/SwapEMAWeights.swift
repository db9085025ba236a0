/// Validates with the average of the weights that the optimiser keeps, and goes on training with the weights
/// themselves: Keras's callback of this name.
///
/// ```swift
/// let x = Tensor.random([10, 2], seed: 0), y = x.sum(axis: 1, keepingDimensions: true)
/// let model = Sequential(input: [2]) { Dense(1) }
/// model.compile(optimizer: Adam().averagingWeights(), loss: .meanSquaredError)
/// let history = try model.fit(x, y, epochs: 2, validationSplit: 0.2, callbacks: [SwapEMAWeights()])
/// history["val_loss"].count               // 2, with the average
/// ```
///
/// With `swapsOnEpoch` callbacks that come after it in the list also see the model with the average when an epoch ends,
/// such as a checkpoint, and so does whoever awaits
/// ``Model/training(_:batchSize:epochs:validationSplit:validationData:shuffles:seed:callbacks:)``. Training ends with
/// the average in any case.
public final class SwapEMAWeights: Callback {
    /// Whether the model also shows the average from the end of an epoch to the beginning of the next.
    public let swapsOnEpoch: Bool

    /// By default the average is shown to the validation alone.
    public init(swapsOnEpoch: Bool = false) { self.swapsOnEpoch = swapsOnEpoch }

    /// Looks whether there is an average to show.
    ///
    /// - Throws: ``TrainingError`` where the optimiser keeps no average.
    public func trainingBegins(_ run: TrainingRun) throws {
        guard run.keepsAveragedWeights else {
            throw TrainingError(
                description:
                    "SwapEMAWeights: the optimiser keeps no average of the weights; add .averagingWeights() to it")
        }
    }

    /// Shows the average.
    public func validationBegins(_ run: TrainingRun) { run.showAveragedWeights() }
    /// Shows the weights themselves.
    public func validationEnds(_ run: TrainingRun) { run.showTrainedWeights() }
    /// Shows the average where that was asked for.
    public func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) {
        if swapsOnEpoch { run.showAveragedWeights() }
    }
    /// Shows the weights themselves again.
    public func epochBegins(_ epoch: Int, _ run: TrainingRun) {
        if swapsOnEpoch { run.showTrainedWeights() }
    }
}
