import Foundation
import Tern
import TernText

/// A trained experiment in its folder.
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
/// try experiment.run(into: "runs/rain")
/// let run = try Run(contentsOf: "runs/rain")
/// let rain2 = try run.predict(from: ["fields": "pacific.nc"])  // fields in physical units
/// print(rain2[0].shape, rain2[0].units!)  // [60] mm day-1
/// let scores = try run.evaluate(on: ["fields": "pacific.nc"], note: { _ in })
/// print(scores.count, scores.seen!.training)  // 60 42
/// ```
///
/// The folder holds
/// - `experiment.yaml`: the exact configuration; `preprocessing.json`, `baseline.safetensors`, `climatology.json`: what
///   training taught;
/// - `weights/best-1.safetensors`, `weights/last-1.safetensors`: each network, with its layers, after its best and its
///   last epoch;
/// - `parts.json`: the times, runs and groups of training, validation and test; `history.csv`: losses by network and
///   epoch;
/// - `scores.json`; `predictions.nc`: truth, prediction and baseline on the test part, if there is one;
/// - `report.html` and its folder of figures, if they could be drawn (``writeReport(progress:)`` makes them again).
public struct Run {
    /// Where it lies.
    public let folder: String
    /// The exact configuration that was run.
    public let experiment: Experiment
    /// What training taught to make examples of files.
    public let preprocessing: Preprocessing
    /// On the test part; empty where there is none.
    public let scores: ScoreTable
    /// nil in runs that do not say.
    let parts: RunParts?
    let forecaster: Forecaster
    let climatology: ClimatologyForecast

    /// Opens a run that ``Experiment/run(into:numbering:checkpoints:callbacks:stage:note:warn:)`` wrote.
    ///
    /// - Throws: `DataError` where the folder holds no whole run, or one of its files is damaged.
    public init(contentsOf folder: String) throws {
        guard !FileManager.default.fileExists(atPath: Self.path(folder, CrossValidation.file)) else {
            throw DataError(
                file: folder,
                "this is a cross-validation; give the run of one of its folds, such as \(Self.path(folder, "\(Self.foldFolder)1"))"
            )
        }
        guard FileManager.default.fileExists(atPath: Self.path(folder, Self.configuration)) else {
            throw DataError(
                file: folder,
                WholeFolder.isUnfinished(folder)
                    ? "this run is not finished; if nobody trains it, go on with: tern train --resume \(ShellWord.quoted(folder))"
                    : "this is no run: it has no experiment.yaml; give a folder that `tern train` wrote")
        }
        let experiment = try Experiment(contentsOf: Self.path(folder, Self.configuration))
        func read<T: Decodable>(_ name: String, _ type: T.Type) throws -> T {
            let path = Self.path(folder, name)
            guard let found = try Self.read(type, from: path) else {
                throw DataError(file: path, "the run is not whole: this file is missing")
            }
            return found
        }
        self.folder = folder
        self.experiment = experiment
        preprocessing = try read(Self.preprocessingFile, Preprocessing.self)
        scores = try read(Self.scoresFile, ScoreTable.self)
        climatology = try read(Self.climatologyFile, ClimatologyForecast.self)
        parts = try Self.read(from: Self.path(folder, RunParts.file))
        try preprocessing.check(Self.path(folder, Self.preprocessingFile))
        let inputShape = preprocessing.inputShape, outputShape = preprocessing.outputShape
        try climatology.check(Self.path(folder, Self.climatologyFile), outputShape: outputShape)
        let which: KeptWeights = experiment.usesBestWeights ? .best : .last, baseline = try Baseline(inRun: folder)
        try baseline.check(Self.path(folder, Baseline.file), inputShape: inputShape, outputShape: outputShape)
        forecaster = Forecaster(
            networks: try (1...experiment.model.ensemble).map { number in
                let path = Self.path(folder, Self.weightsFile(which, of: number)),
                    network = try Model(contentsOf: path)
                guard network.inputs.map(\.shape) == [inputShape], network.outputs.map(\.shape) == [outputShape] else {
                    throw DataError(
                        file: path,
                        "the network goes from \(network.inputs.map(\.shape)) to \(network.outputs.map(\.shape)); the run's examples have "
                            + "the shape \(inputShape), its targets \(outputShape)")
                }
                return network
            },
            baseline: baseline, isResidual: experiment.model.residual)
    }

    /// Predictions for files of the form of the experiment's: a field for each target, in physical units.
    ///
    /// The targets are not read: there is a prediction for each step that the inputs foretell, the last of them beyond
    /// the inputs' end. Where an input has a gap that the experiment fills by nothing, the prediction has one, and where
    /// training never saw a value of a masked target, such as on land.
    ///
    /// - Parameters:
    ///   - files: paths by the names in the experiment's `data.files`; those left out are read where training read
    ///     them.
    ///   - runs: what `{run}` stands for; by default as in the experiment.
    ///   - note: is told what somebody should know, a line each, such as inputs far beyond those of training; without
    ///     it, standard error.
    /// - Throws: `DataError` that names file, variable and place: where a file does not fit the run's examples, or
    ///   all of them have gaps.
    public func predict(from files: [String: String], runs: [String]? = nil, note: ((String) -> Void)? = nil) throws
        -> [Field]
    {
        let watcher = NewData(preprocessing)
        let stream = try preprocessing.stream(from: files, runs: runs, withTargets: false, watcher: watcher)
        var gaps = 0
        let answers = try stream.chunkSizes.indices.map { try answer(stream.chunk($0), gaps: &gaps) }
        try tell(watcher, gaps: gaps, of: stream.count, "are answered by a gap", note)
        return try preprocessing.restore(predictions: .concatenated(answers), for: stream.outline)
    }

    /// Predictions as ``predict(from:runs:note:)`` gives them, written to a NetCDF file or a Zarr store (".zarr") as
    /// they are made, so that memory holds a part of the inputs alone.
    ///
    /// - Parameters:
    ///   - path: of a file that is none of those that are read, and not within the run.
    ///   - progress: is told how many of how many examples are predicted.
    ///   - note: as of ``predict(from:runs:note:)``.
    /// - Returns: what was written: the targets' names and shapes.
    /// - Throws: `DataError` as ``predict(from:runs:note:)`` does, and where the file cannot be written.
    @discardableResult
    public func predict(
        from files: [String: String], runs: [String]? = nil, to path: String,
        progress: (_ done: Int, _ all: Int) -> Void = { _, _ in },
        note: ((String) -> Void)? = nil
    ) throws -> [(name: String, shape: [Int])] {
        try refuseReplacing(path, by: try preprocessing.paths(of: files, runs: runs) + [folder])
        let writer = try DatasetWriter(
            to: path, along: experiment.data.sample.withoutGroup,
            attributes: ["title": .text("\(experiment.name): predictions"), "source": .text(TernVersion.maker)])
        let watcher = NewData(preprocessing)
        let stream = try preprocessing.stream(from: files, runs: runs, withTargets: false, watcher: watcher)
        try preprocessing.checkOutputNames([.truth], for: stream.outline, file: path)
        var done = 0, gaps = 0, shapes: [[Int]] = []
        for chunk in stream.chunkSizes.indices {
            let examples = try stream.chunk(chunk)
            // What all pieces know of their examples is known of the whole alone.
            let outline = stream.outline.taking(Array(done..<done + examples.count))
            let fields = try preprocessing.restore(predictions: answer(examples, gaps: &gaps), for: outline)
            shapes = fields.map { Array($0.shape.dropFirst()) }
            try writer.append(fields)
            done += examples.count
            progress(done, stream.count)
        }
        try tell(watcher, gaps: gaps, of: stream.count, "are answered by a gap", note)
        try writer.finish()
        return zip(preprocessing.targets, shapes).map { ($0.name, [done] + $1) }
    }

    private func answer(_ examples: Examples, gaps: inout Int) throws -> Tensor {
        let whole = examples.complete
        gaps += examples.count - whole.count
        return try forecaster.predict(examples, whole: whole, batchSize: experiment.training.batchSize)
    }

    /// Tells what new files are like.
    ///
    /// - Throws: `DataError` of the first gap where all examples have one.
    private func tell(_ watcher: NewData, gaps: Int, of count: Int, _ remedy: String, _ note: ((String) -> Void)?)
        throws
    {
        if gaps == count, let gap = watcher.gap { throw gap }
        for text in watcher.notes(gaps: gaps, of: count, remedy) {
            note?(text) ?? StandardStreams.tell("note: \(experiment.name): \(text)")
        }
    }

    /// Scores on files that hold the targets too, beside the linear baseline, the climatology and persistence.
    ///
    /// ``ScoreTable/seen`` says how many of the examples training knew already. Examples that lack an input are left
    /// out.
    ///
    /// - Parameter note: as of ``predict(from:runs:note:)``.
    /// - Throws: `DataError` that names file, variable and place, also where memory does not hold the scores.
    public func evaluate(on files: [String: String], runs: [String]? = nil, note: ((String) -> Void)? = nil) throws
        -> ScoreTable
    {
        let watcher = NewData(preprocessing)
        let stream = try preprocessing.stream(from: files, runs: runs, withTargets: true, watcher: watcher)
        if let complaint = stream.scoreComplaint {
            throw DataError(
                file: files.values.sorted().first ?? folder, "\(complaint); evaluate a file with fewer of them")
        }
        var gaps = 0
        let (examples, predictions) = try forecaster.forecasts(stream, batchSize: experiment.training.batchSize) {
            gaps = $0
        }
        try tell(watcher, gaps: gaps, of: stream.count, "are not scored", note)
        var table = try ScoreTable(
            preprocessing, climatology: climatology, predictions: predictions, on: examples,
            baseline: ScoreTable.baseline,
            keepsGroups: experiment.split.by == .group, seed: experiment.seed)
        table.seen = parts.map { parts in
            let isExact = experiment.split.by != .random || parts.tellsExamples
            return SeenExamples(
                examples, in: parts, areSame: isExact && preprocessing.readsOwnTargets(files, runs: runs))
        }
        return table
    }
}

extension Experiment {
    /// With early stopping the best weights are those that count, as in Keras with `restore_best_weights`; else the
    /// last.
    var usesBestWeights: Bool { training.earlyStopping != nil }
}
