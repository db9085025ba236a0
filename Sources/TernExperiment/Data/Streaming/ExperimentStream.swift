import Foundation
import Tern

/// The examples of an experiment, chunk by chunk: with `data.streaming` read from the files as they are needed, else in
/// memory.
///
/// ```swift
/// let data = try ExperimentStream(experiment.data, split: experiment.split, seed: experiment.seed)
/// let first = try data.training.chunk(0)
/// ```
///
/// Streamed, the files' headers and labels are read first. What is estimated from the training part takes one reading
/// of a variable for each of climatology, trend, scale and mean fill that it asks for, one for what its values are, and
/// some steps of those in double precision. Examples are those of ``ExperimentData``; estimates differ from it by
/// rounding, where sums of chunks are added.
public struct ExperimentStream: Sendable {
    public let training: ExampleStream, validation: ExampleStream, test: ExampleStream
    public let preprocessing: Preprocessing
    /// What was left out, a line each.
    public let notes: [String]

    public var inputShape: [Int] { preprocessing.inputShape }
    public var outputShape: [Int] { preprocessing.outputShape }
    public var latitudes: [Double] { preprocessing.latitudes }

    /// - Parameters:
    ///   - seed: of what is drawn at random.
    ///   - folder: where relative paths begin, that of the YAML file.
    /// - Throws: ``DataError`` that names file, variable and place, and what to do.
    public init(_ configuration: DataConfiguration, split: SplitConfiguration, seed: UInt64 = 0, folder: String = ".")
        throws
    {
        self =
            try configuration.isStreamed
            ? Self(streaming: configuration, split, seed, folder)
            : Self(ExperimentData(configuration, split: split, seed: seed, folder: folder))
    }

    /// Examples that lie in memory.
    public init(_ data: ExperimentData) {
        preprocessing = data.preprocessing
        notes = data.notes
        (training, validation, test) = (
            ExampleStream(data.training), ExampleStream(data.validation), ExampleStream(data.test)
        )
    }

    private init(
        streaming configuration: DataConfiguration, _ split: SplitConfiguration, _ seed: UInt64, _ folder: String
    ) throws {
        if let complaint = configuration.streamingComplaint { throw DataError(file: "data", complaint.message) }
        let source = FileSource(configuration: configuration, folder: folder)
        let configuration = configuration.needingTimes(for: split)
        let runs = try Preprocessing.read(configuration, from: source, isStreamed: true)
        let group = split.groupName(in: configuration)
        let candidates = try Candidates(runs, configuration, group: group)
        let parts = try Split(split, of: candidates, seed: seed)
        // What is read whole is prepared in a copy, so that each chunk prepares it again.
        var fitted = runs
        var preprocessing = try Preprocessing(
            fitting: configuration, groupName: group, &fitted, at: ExperimentData.trainingSteps(parts, candidates, runs)
        )
        preprocessing.labelName = candidates.labelName
        self.preprocessing = preprocessing
        notes = RunSteps.notes(fitted)
        let reader = ExampleReader(preprocessing: preprocessing, candidates: candidates, runs: runs)
        (training, validation, test) = (
            reader.stream(parts.training), reader.stream(parts.validation), reader.stream(parts.test)
        )
        if let complaint = test.scoreComplaint {
            throw DataError(file: "split", "\(complaint); test on fewer of them: split.test_period")
        }
    }
}
