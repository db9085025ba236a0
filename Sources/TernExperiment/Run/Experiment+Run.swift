import Foundation
import Tern

/// What a run is at.
public enum RunStage: Sendable, Equatable {
    case making(String), reading, baseline
    /// The number of a network of the ensemble, from 1.
    case training(Int)
    case predicting, reporting
}

extension Experiment {
    /// Reads the data, trains, tests, and writes all of it into a folder.
    ///
    /// - Parameters:
    ///   - folder: must not hold a run already.
    ///   - callbacks: for each network, such as a progress bar.
    ///   - stage: is told what begins.
    /// - Throws: ``DataError`` for what is wrong with data or configuration. The folder is written under another name and
    ///   renamed at the end, so that a run that fails leaves none.
    @discardableResult
    public func run(
        into folder: String, callbacks: () -> [any Callback] = { [] }, stage: (RunStage) -> Void = { _ in }
    ) throws -> Run {
        try writeWhole(folder) { try fill($0, callbacks: callbacks, stage: stage) }
        return try Run(contentsOf: folder)
    }

    private func fill(_ work: String, callbacks: () -> [any Callback], stage: (RunStage) -> Void) throws {
        func path(_ name: String) -> String { Run.path(work, name) }
        do { try FileManager.default.createDirectory(atPath: path("weights"), withIntermediateDirectories: true) }
        catch { throw DataError(file: work, "the folder cannot be made: \(error.localizedDescription)") }
        try data.makeAbsentFiles { _, name in stage(.making(name)) }
        stage(.reading)
        let examples = try ExperimentStream(data, split: split, seed: seed)
        for target in examples.preprocessing.targetFields {
            guard let complaint = complaintOfNetCDF(about: target.name) else { continue }
            throw DataError(file: name, "the target \"\(target.name)\" cannot be the name of a variable of predictions.nc: \(complaint); rename it in the data")
        }
        stage(.baseline)
        let baseline = try Baseline(fitting: examples, self.baseline, seed: seed)
        var forecaster = Forecaster(networks: [], baseline: baseline, isResidual: model.residual)
        let histories = try train(&forecaster, examples, work: path("weights"), callbacks: callbacks, stage: stage)

        stage(.predicting)
        let (test, predictions) = try forecaster.forecasts(examples.test, batchSize: training.batchSize)
        let climatology = try ClimatologyForecast(fitting: examples)
        let scores = try ScoreTable(
            examples.preprocessing, climatology: climatology, predictions: predictions, on: test, baseline: ScoreTable.baseline)
        let results = try RunResults(
            experiment: self, data: examples, test: test, linear: baseline, histories: histories, predictions: predictions, climatology: climatology,
            scores: scores, parameterCount: forecaster.networks[0].parameterCount, summary: forecaster.networks[0].summary())
        try Dataset(results.fields, attributes: results.attributes).write(to: path("predictions.nc"))
        try writeAtomically(Data(yaml().utf8), to: path("experiment.yaml"))
        try writeAtomically(Data(histories.csv.utf8), to: path("history.csv"))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try writeAtomically(encoder.encode(scores), to: path("scores.json"))
        encoder.outputFormatting = [.sortedKeys]
        try writeAtomically(encoder.encode(examples.preprocessing), to: path("preprocessing.json"))
        try writeAtomically(encoder.encode(baseline), to: path("baseline.json"))
        try writeAtomically(encoder.encode(climatology), to: path("climatology.json"))
        if output.figures, Figure.canDraw {
            stage(.reporting)
            try results.report().write(to: path("report.html"))
        }
    }

    /// Trains each network of the ensemble and writes its weights.
    private func train(
        _ forecaster: inout Forecaster, _ data: ExperimentStream, work folder: String, callbacks: () -> [any Callback], stage: (RunStage) -> Void
    ) throws -> [History] {
        let hasValidation = data.validation.count > 0
        let learned = try forecaster.lesson(data.training, balancesGroups: training.balanceGroups)
        let watched = hasValidation ? try forecaster.lesson(data.validation, balancesGroups: training.balanceGroups) : nil
        let steps = data.training.chunkSizes.reduce(0) { $0 + ($1 + training.batchSize - 1) / training.batchSize }
        var loss = training.makeLoss(latitudes: data.preprocessing.targetGrid.map(\.latitudes))
        if data.preprocessing.targetFields.contains(where: \.isMasked) { loss = loss.ignoringMissing() }
        var histories: [History] = []
        for member in 1...model.ensemble {
            stage(.training(member))
            let network = try model.build(inputShape: data.inputShape, outputShape: data.outputShape, seed: seed &+ UInt64(member - 1))
            func compile(_ optimizer: some Optimizer) { network.compile(optimizer: optimizer, loss: loss) }
            compile(training.makeOptimizer(stepsPerEpoch: steps))
            let keeper = WeightKeeper()
            histories.append(try network.fit(
                learned, batchSize: training.batchSize, epochs: training.epochs, validationData: watched, seed: seed &+ UInt64(member - 1),
                callbacks: [keeper] + training.makeCallbacks(hasValidation: hasValidation) + callbacks()))
            guard let loss = histories.last?["loss"].last, loss.isFinite else {
                throw DataError(file: name, "the loss of network \(member) is no number any more; lower training.learning_rate or set training.clip_norm")
            }
            for (which, weights) in [("last", keeper.last), ("best", keeper.best)] {
                for (variable, value) in zip(network.variables, weights) { variable.variable.value = value }
                try network.write(to: Run.path(folder, "\(which)-\(member).safetensors"))
            }
            if !usesBestWeights { for (variable, value) in zip(network.variables, keeper.last) { variable.variable.value = value } }
            forecaster.networks.append(network)
        }
        return histories
    }
}

extension [History] {
    /// A row for each network and epoch.
    var csv: String {
        let names = Set(flatMap(\.values.keys)).sorted()
        let rows = enumerated().flatMap { member, history in
            history.epochs.indices.map { i in
                (["\(member + 1)", "\(history.epochs[i] + 1)"] + names.map { history[$0].count > i ? "\(history[$0][i])" : "" }).joined(separator: ",")
            }
        }
        return ([(["network", "epoch"] + names).joined(separator: ",")] + rows).joined(separator: "\n") + "\n"
    }
}
