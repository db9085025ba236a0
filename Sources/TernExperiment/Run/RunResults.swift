import Foundation
import Tern

/// What a run found on its test part, in physical units.
struct RunResults {
    let experiment: Experiment
    let data: ExperimentStream
    /// The test part without its inputs.
    let test: Examples
    /// Whether there is a test part.
    var isTested: Bool { test.count > 0 }
    let linear: Baseline
    let histories: [History]
    let scores: ScoreTable
    let parameterCount: Int
    let summary: String
    /// A field for each target; none without a test part.
    let truth: [Field], prediction: [Field], baseline: [Field], climatology: [Field]
    /// What was left out to prepare a target as an anomaly; nil where nothing was.
    let usual: [Field?]

    /// - Parameter data: of which the test part is predicted.
    init(
        _ experiment: Experiment, _ data: ExperimentStream, _ forecaster: Forecaster, _ climatology: ClimatologyForecast, _ histories: [History]
    ) throws {
        self.experiment = experiment
        self.data = data
        self.histories = histories
        linear = forecaster.baseline
        parameterCount = forecaster.networks[0].parameterCount
        summary = forecaster.networks[0].summary()
        guard data.test.count > 0 else {
            (test, scores, truth, prediction, baseline, self.climatology, usual) = (data.test.outline, ScoreTable(), [], [], [], [], [])
            return
        }
        let (test, predictions) = try forecaster.forecasts(data.test, batchSize: experiment.training.batchSize)
        self.test = test
        var scores = try ScoreTable(
            data.preprocessing, climatology: climatology, predictions: predictions, on: test, baseline: ScoreTable.baseline,
            keepsGroups: experiment.split.by == .group, seed: experiment.seed)
        scores.warn(of: DisguisedTarget.found(in: try data.test.chunk(0), data.preprocessing))
        self.scores = scores
        func restored(_ values: Tensor) throws -> [Field] { try data.preprocessing.restore(predictions: values, for: test) }
        truth = try restored(test.targets)
        prediction = try restored(predictions[ScoreTable.network]!)
        baseline = try restored(predictions[ScoreTable.baseline]!)
        self.climatology = try restored(climatology.predict(test))
        usual = try data.preprocessing.usual(like: truth, for: test)
    }

    /// For predictions.nc: `precip`, `precip_predicted`, `precip_baseline`.
    var fields: [Field] {
        zip(truth, zip(prediction, baseline)).flatMap { truth, others in
            func named(_ field: Field, _ ending: String, _ text: String) -> Field {
                var field = field
                field.name = truth.name + ending
                field.attributes["long_name"] = .text("\(truth.attributes["long_name"]?.text ?? truth.name), \(text)")
                return field
            }
            return [truth, named(others.0, "_predicted", "predicted by the network"), named(others.1, "_baseline", "predicted by ridge regression on EOFs")]
        }
    }

    /// Whether the data say that they are made.
    var notice: String? { truth.lazy.compactMap { $0.attributes["synthetic"]?.text }.first }

    var attributes: Attributes {
        var attributes: Attributes = ["title": .text("\(experiment.name): test part"), "source": "Tern"]
        if let notice { attributes["synthetic"] = .text(notice) }
        return attributes
    }

    var areMaps: Bool { data.preprocessing.targetGrid != nil }

    /// The places along the samples whose maps are drawn.
    var shownSamples: [Int] {
        let wanted = (experiment.output.maps ?? []).map { scalar in
            switch scalar {
            case .number(let number): Label.number(number).description
            case .text(let text): text
            }
        }
        let found = wanted.compactMap { wanted in test.labels.firstIndex { $0.description.hasPrefix(wanted) } }
        return found.isEmpty ? [test.count - 1] : found
    }
}
