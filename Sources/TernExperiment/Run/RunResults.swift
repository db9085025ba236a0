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
    /// A field for each channel of the targets; none without a test part.
    let truth: [Field], prediction: [Field], baseline: [Field], climatology: [Field]
    /// What was left out to prepare a target as an anomaly; nil where nothing was.
    let usual: [Field?]

    /// What predictions.nc holds: each target whole, and the forecasts of it.
    let fields: [Field]

    /// - Parameter data: of which the test part is predicted.
    init(
        _ experiment: Experiment, _ data: ExperimentStream, _ forecaster: Forecaster,
        _ climatology: ClimatologyForecast, _ histories: [History]
    ) throws {
        self.experiment = experiment
        self.data = data
        self.histories = histories
        linear = forecaster.baseline
        parameterCount = forecaster.networks[0].parameterCount
        summary = forecaster.networks[0].summary()
        guard data.test.count > 0 else {
            (test, scores, fields, truth, prediction, baseline, self.climatology, usual) = (
                data.test.outline, ScoreTable(), [], [], [], [], [], []
            )
            return
        }
        let (test, predictions) = try forecaster.forecasts(data.test, batchSize: experiment.training.batchSize)
        self.test = test
        var scores = try ScoreTable(
            data.preprocessing, climatology: climatology, predictions: predictions, on: test,
            baseline: ScoreTable.baseline,
            keepsGroups: experiment.split.by == .group, seed: experiment.seed)
        scores.warn(of: DisguisedTarget.found(in: try data.test.chunk(0), data.preprocessing))
        self.scores = scores
        let preprocessing = data.preprocessing
        func restored(_ values: Tensor) throws -> [Field] { try preprocessing.restore(predictions: values, for: test) }
        func parts(_ fields: [Field]) throws -> [Field] {
            try fields.enumerated().flatMap { try preprocessing.parts(ofTarget: $0, $1) }
        }
        let truths = try restored(test.targets), answers = try restored(predictions[ScoreTable.network]!),
            baselines = try restored(predictions[ScoreTable.baseline]!)
        fields = OutputField.fields(truths: truths, predictions: answers, baselines: baselines)
        (truth, prediction, baseline) = (try parts(truths), try parts(answers), try parts(baselines))
        self.climatology = try parts(restored(climatology.predict(test)))
        usual = try preprocessing.usual(for: test)
    }

    /// Whether the data say that they are made.
    var notice: String? { truth.lazy.compactMap { $0.attributes["synthetic"]?.text }.first }

    var attributes: Attributes {
        var attributes: Attributes = [
            "title": .text("\(experiment.name): test part"), "source": .text(TernVersion.maker),
        ]
        if let notice { attributes["synthetic"] = .text(notice) }
        return attributes
    }

    var areMaps: Bool { data.preprocessing.targetGrid != nil }

    /// The grid on which targets are drawn; nil where they are no maps, or maps of one row or column.
    var drawnGrid: FieldGrid? {
        data.preprocessing.targetGrid.flatMap { $0.latitudes.count > 1 && $0.longitudes.count > 1 ? $0 : nil }
    }

    /// The places along the samples whose maps are drawn, each once.
    func shownSamples() throws -> [Int] { try experiment.placesOfMaps(among: test.labels) }
}

extension Experiment {
    /// The places of the labels of `output.maps` in the test part; that of the last where none is asked for.
    ///
    /// - Throws: `DataError` where a label is not there.
    func placesOfMaps(among labels: [Label]) throws -> [Int] {
        guard let maps = output.maps, !maps.isEmpty else { return labels.isEmpty ? [] : [labels.count - 1] }
        return try maps.map { wanted in
            let text =
                switch wanted {
                case .number(let number): Label.number(number).text
                case .text(let text): text
                }
            // "2010-03" stands for the first date of the month, as "2010" does for that of the year.
            func begins(_ label: Label) -> Bool {
                label.date != nil && label.text.hasPrefix(text)
                    && !(label.text.dropFirst(text.count).first?.isNumber ?? false)
            }
            guard let place = labels.firstIndex(where: { $0.text == text }) ?? labels.firstIndex(where: begins) else {
                throw DataError(
                    file: name,
                    "output.maps: no example of the test part is \"\(text)\"; they are \(labels.map(\.text).distinct.prefix(8).joined(separator: ", "))\(labels.count > 8 ? ", ..." : "")"
                )
            }
            return place
        }.distinct
    }
}
