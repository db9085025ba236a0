import Foundation
import Tern
import TernText

/// What a run is at.
///
/// ```swift
/// let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
/// try Dataset([sst, rain]).write(to: "pacific.nc")
/// let experiment = try Experiment(
///     yaml: """
///         name: rain
///         data: {files: {fields: pacific.nc}, inputs: [sst], targets: [precipitation]}
///         split: {by: period}
///         model: {name: linear}
///         training: {epochs: 2}
///         output: {figures: false}
///         """)
/// var stages: [RunStage] = []
/// try experiment.run(into: "runs/stages", stage: { stages.append($0) })
/// print(stages == [.reading, .baseline, .training(1), .predicting])  // true
/// ```
public enum RunStage: Sendable, Equatable {
    /// Making data that are absent; which.
    case making(String)
    /// Reading and preparing the files.
    case reading
    /// Fitting the linear model.
    case baseline
    /// The number of a network of the ensemble, from 1.
    case training(Int)
    /// Predicting and scoring the test part.
    case predicting
    /// Drawing the figures of the report.
    case reporting
}

extension Experiment {
    /// Reads the data, trains, tests, and writes all of it into a folder.
    ///
    /// The folder's name is taken at once, so that two runs never choose the same; what it holds appears when training
    /// and testing are done. A run that fails before anything was trained leaves none; later, ``RunInProgress`` goes on
    /// with what was trained. The report is drawn last: if that fails, `warn` is told, and
    /// ``Run/writeReport(progress:)`` makes it again.
    ///
    /// - Parameters:
    ///   - folder: must not exist.
    ///   - numbering: where the folder exists, the first of FOLDER-2, FOLDER-3, ... that does not is taken.
    ///   - checkpoints: how often it is kept where training stands.
    ///   - callbacks: for each network, such as a progress bar.
    ///   - stage: is told what begins.
    ///   - note: is told what somebody should know of the data, a line each; without it, standard error.
    ///   - warn: is told what looks like a mistake, and why the report could not be made; without it, standard error.
    /// - Throws: as ``RunInProgress/finish(callbacks:stage:note:warn:)``.
    @discardableResult
    public func run(
        into folder: String, numbering: Bool = false, checkpoints: BackupAndRestore.Frequency = .automatic,
        callbacks: @escaping () -> [any Callback] = { [] }, stage: @escaping (RunStage) -> Void = { _ in },
        note: ((String) -> Void)? = nil, warn: ((String) -> Void)? = nil
    ) throws -> Run {
        let begun = try RunInProgress(
            self, folds: nil, into: folder, numbering: numbering, checkpoints: checkpoints)
        let found = try begun.finish(callbacks: callbacks, stage: { stage($1) }, note: note, warn: warn)
        guard case .run(let run) = found else { fatalError("a run ended as a cross-validation") }
        return run
    }

    /// What is made in Swift may hold what no file may, and what no run could be opened with again.
    ///
    /// - Throws: `DataError` that names the key.
    func checkValues() throws {
        do { _ = try Experiment(yaml: yaml()) } catch let error as DataError {
            // A line of a text that nobody wrote.
            throw DataError(file: error.file, error.message)
        }
    }

    /// Trains and tests, and writes all but the report.
    func results(_ work: RunWork) throws -> RunResults {
        func path(_ name: String) -> String { Run.path(work.folder, name) }
        try makeFolder(path(Run.weightsFolder), asked: work.folder)
        try data.makeAbsentFiles { _, name in work.stage(work.fold, .making(name)) }
        try work.begin(.reading)
        let examples = try ExperimentStream(data, split: split, seed: seed)
        try DataMarks(
            of: examples.preprocessing.paths(of: [:]) + examples.preprocessing.targetPaths(of: [:])
        ).check(work.files, mustBeKnown: work.isResumed)
        examples.notes.forEach(work.note)
        try examples.preprocessing.checkOutputNames(OutputField.allCases, for: examples.test.outline, file: name)
        if training.areaWeighted, let text = examples.preprocessing.weightNote { work.note(text) }
        // What does not fit is told before anything is fitted.
        if output.figures { _ = try placesOfMaps(among: examples.test.outline.labels) }
        _ = try model.build(input: examples.preprocessing.exampleShape, outputShape: examples.outputShape, seed: seed)
        try work.begin(.baseline)
        let baseline = try Baseline(fitting: examples, self.baseline, seed: seed)
        var forecaster = Forecaster(networks: [], baseline: baseline, isResidual: model.residual)
        let histories = try train(&forecaster, examples, work)

        try work.begin(.predicting)
        let climatology = try ClimatologyForecast(fitting: examples)
        let results = try RunResults(self, examples, forecaster, climatology, histories)
        results.scores.warnings.forEach(work.warn)
        if results.isTested {
            try Dataset(results.fields, attributes: results.attributes).write(to: path(Run.predictionsFile))
        }
        try writeAtomically(Data(yaml().utf8), to: path(Run.configuration))
        try histories.table.write(csv: path(Run.history))
        try Run.write(results.scores, to: path(Run.scoresFile), isForPeople: true)
        try Run.write(RunParts(examples), to: path(RunParts.file))
        try Run.write(examples.preprocessing, to: path(Run.preprocessingFile))
        try baseline.write(to: path(Baseline.file))
        try Run.write(climatology, to: path(Run.climatologyFile))
        return results
    }

    /// - Throws: `DataError` where memory does not hold what training adds to the weights.
    private func checkMemory(of network: Model) throws {
        // Gradients, two arrays of the optimiser, and the weights of the best and the last epoch.
        let count = network.parameterCount, bytes = checkedProduct([count, 5, network.info.dtype.size])
        if let complaint = MachineMemory.complaint(about: bytes) {
            throw DataError(file: name, "a network of \(count.grouped) weights cannot be trained: \(complaint)")
        }
    }

    /// Trains each network of the ensemble and writes its weights.
    private func train(
        _ forecaster: inout Forecaster, _ data: ExperimentStream, _ work: RunWork
    ) throws -> [History] {
        let hasValidation = data.validation.count > 0
        let learned = try forecaster.lesson(data.training, balancesGroups: training.balanceGroups)
        let watched =
            hasValidation ? try forecaster.lesson(data.validation, balancesGroups: training.balanceGroups) : nil
        let steps = data.training.chunkSizes.reduce(0) { $0 + ($1 + training.batchSize - 1) / training.batchSize }
        // One row has all the area.
        let latitudes = data.preprocessing.targets.first?.shape.latitudes.flatMap { $0.rows.count > 1 ? $0 : nil }
        var loss = training.makeLoss(
            latitudes: latitudes?.rows.numbers, bounds: latitudes?.rows.bounds, axis: 1 + (latitudes?.axis ?? 0))
        if data.preprocessing.targetFields.contains(where: \.isMasked) { loss = loss.ignoringMissing() }
        var histories: [History] = []
        for member in 1...model.ensemble {
            try work.begin(.training(member))
            let network = try model.build(
                input: data.preprocessing.exampleShape, outputShape: data.outputShape, seed: seed &+ UInt64(member - 1))
            func compile(_ optimizer: some Optimizer) { network.compile(optimizer: optimizer, loss: loss) }
            compile(training.makeOptimizer(stepsPerEpoch: steps))
            let monitor = training.monitor(hasValidation: hasValidation), keeper = WeightKeeper(monitor: monitor)
            try checkMemory(of: network)
            let states = Run.path(work.states, "\(Run.networkFolder)\(member)")
            let backup = BackupAndRestore(states, saves: work.checkpoints, keepsPrevious: true, deletesAtEnd: false)
            let callbacks =
                [keeper] + training.makeCallbacks(hasValidation: hasValidation) + work.callbacks()
                + [EpochWatcher(in: states), backup]
            do {
                histories.append(
                    try network.fit(
                        learned, batchSize: training.batchSize, epochs: training.epochs, validationData: watched,
                        seed: seed &+ UInt64(member - 1),
                        callbacks: callbacks))
            } catch let failure as TrainingError {
                if failure.isDivergence {
                    throw DataError(
                        file: name,
                        "the loss of network \(member) is no number any more; lower training.learning_rate or set training.clip_norm (\(failure))"
                    )
                }
                throw DataError(file: name, "network \(member) cannot be trained: \(failure)")
            }
            if let text = histories.last?.noteOfGaps(in: monitor) { work.warn("network \(member): \(text)") }
            for (which, weights) in [(Run.KeptWeights.last, keeper.last), (.best, keeper.best)] {
                for (variable, value) in zip(network.variables, weights) { variable.variable.value = value }
                try network.write(
                    to: Run.path(work.folder, Run.weightsFile(which, of: member)), includesOptimizer: false)
            }
            if !usesBestWeights {
                for (variable, value) in zip(network.variables, keeper.last) { variable.variable.value = value }
            }
            forecaster.networks.append(network)
        }
        return histories
    }
}

extension History {
    /// What is said of epochs that cannot be the best, since what is watched is no number; nil where there are none.
    fileprivate func noteOfGaps(in monitor: String) -> String? {
        let values = self[monitor], gaps = values.indices.filter { !(values[$0] < .infinity) }
        guard let first = gaps.first else { return nil }
        return
            "\(monitor) is no finite number in \(gaps.count) of \(values.count) epochs, first in epoch \(epochs[first] + 1); "
            + (gaps.count < values.count
                ? "the best is among the others" : "the weights of the first are kept as the best")
            + "; the loss may not take such answers or targets"
    }
}
