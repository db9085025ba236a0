import Foundation
import Tern
import TernText

/// What a run that is still trained forecasts at its latest checkpoint, on examples that it is not trained on.
///
/// The data are read and prepared once, as the training read them; each checkpoint then takes a prediction. The test
/// part stays unseen: who watches it would choose by it.
package final class RunSnapshot: @unchecked Sendable {
    package let experiment: Experiment
    /// `validation`, or `training` where nothing is validated on.
    package let part: String
    private let data: ExperimentStream, examples: Examples, linear: Baseline

    /// Where a training stands.
    package struct Checkpoint: Sendable {
        /// Of the ensemble, from 1, and how many epochs are done.
        package var network: Int, epoch: Int
        package var fields: [Field]
    }

    /// The most examples that are predicted, evenly spaced.
    package static let mostExamples = 400

    /// Reads the data of an experiment, and fits the linear baseline.
    ///
    /// - Parameter configuration: the run's `experiment.yaml`.
    /// - Throws: `DataError` as training would; data that are absent are not made.
    package init(_ configuration: String) throws {
        experiment = try Experiment(contentsOf: configuration)
        data = try ExperimentStream(experiment.data, split: experiment.split, seed: experiment.seed)
        let watched = data.validation.count > 0 ? data.validation : data.training
        part = data.validation.count > 0 ? "validation" : "training"
        examples = try watched.sample(atMost: Self.mostExamples)
        linear = try Baseline(fitting: data, experiment.baseline, seed: experiment.seed)
    }

    /// The forecasts by the weights of a checkpoint, beside the truth and the baseline, in physical units and under the
    /// names that `predictions.nc` has.
    ///
    /// - Parameter folder: of the network's checkpoints.
    /// - Throws: `DataError` where no checkpoint can be read, or it is of another network.
    package func forecasts(of network: Int, in folder: String) throws -> Checkpoint {
        guard let state = try BackupAndRestore.state(in: folder) else {
            throw DataError(
                file: folder, "there is no checkpoint yet; the first comes some ten seconds after the start")
        }
        let model = try experiment.model.build(
            input: data.preprocessing.exampleShape, outputShape: data.outputShape,
            seed: experiment.seed &+ UInt64(network - 1))
        for variable in model.variables {
            guard let value = state.tensors["weights/" + variable.path],
                value.spec == variable.variable.value.spec
            else {
                throw DataError(file: folder, "the checkpoint is of another network: it has no \(variable.path)")
            }
            variable.variable.value = value
        }
        let forecaster = Forecaster(networks: [model], baseline: linear, isResidual: experiment.model.residual)
        let answers = try forecaster.predict(
            examples, whole: examples.complete, batchSize: experiment.training.batchSize)
        let truths = try data.preprocessing.restore(predictions: examples.targets, for: examples)
        let predicted = try data.preprocessing.restore(predictions: answers, for: examples)
        let baselines = try data.preprocessing.restore(predictions: linear.predict(examples), for: examples)
        return Checkpoint(
            network: network, epoch: state.progress.epoch,
            fields: OutputField.fields(truths: truths, predictions: predicted, baselines: baselines))
    }
}
