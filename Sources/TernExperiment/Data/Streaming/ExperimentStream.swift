import Foundation
import Tern

/// The examples of an experiment, chunk by chunk: with `data.streaming` read from the files as they are needed, else in
/// memory.
///
/// ```swift
/// let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
/// try Dataset([sst, rain]).write(to: "pacific.nc")
/// var configuration = DataConfiguration(
///     files: ["fields": "pacific.nc"], inputs: [VariableConfiguration(variable: "sst")],
///     targets: [VariableConfiguration(variable: "precipitation")])
/// configuration.isStreamed = true
/// configuration.chunk = 20
/// let data = try ExperimentStream(configuration, split: SplitConfiguration(by: .period))
/// print(data.training.count, data.training.chunkSizes.count)  // 42 3
/// ```
///
/// Streamed, the files' headers and labels are read first. What is estimated from the training part takes one reading
/// of a variable for each of climatology, trend, scale and mean fill that it asks for, one for what its values are, and
/// some steps of those in double precision. Examples are those of ``ExperimentData``; estimates differ from it by
/// rounding, where sums of chunks are added.
public struct ExperimentStream: Sendable {
    /// The parts of the split; those for validation and test may be empty.
    public let training: ExampleStream, validation: ExampleStream, test: ExampleStream
    /// What was learned from the training part.
    public let preprocessing: Preprocessing
    /// What was left out, a line each.
    public var notes: [String] { preprocessing.notes ?? [] }

    /// Of one example's inputs, as of ``Preprocessing/inputShape``.
    public var inputShape: [Int] { preprocessing.inputShape }
    /// Of one example's targets, as of ``Preprocessing/outputShape``.
    public var outputShape: [Int] { preprocessing.outputShape }
    /// Of the targets' rows, as of ``Preprocessing/latitudes``.
    public var latitudes: [Double] { preprocessing.latitudes }

    /// Reads what it must and splits; streamed where the configuration says so.
    ///
    /// - Parameters:
    ///   - seed: of what is drawn at random.
    ///   - folder: where relative paths begin, that of the YAML file.
    /// - Throws: `DataError` that names file, variable and place, and what to do.
    public init(_ configuration: DataConfiguration, split: SplitConfiguration, seed: UInt64 = 0, folder: String = ".")
        throws
    {
        self =
            try configuration.isStreamed
            ? Self(streaming: configuration, split, seed, folder)
            : Self(ExperimentData(configuration, split: split, seed: seed, folder: folder))
    }

    /// Examples that lie in memory, a chunk for each part.
    public init(_ data: ExperimentData) {
        preprocessing = data.preprocessing
        (training, validation, test) = (
            ExampleStream(data.training), ExampleStream(data.validation), ExampleStream(data.test)
        )
    }

    private init(
        streaming configuration: DataConfiguration, _ split: SplitConfiguration, _ seed: UInt64, _ folder: String
    ) throws {
        if let complaint = configuration.streamingComplaint { throw DataError(file: "data", complaint.message) }
        let source = FileSource(configuration: configuration, folder: folder)
        let read = try SplitRuns(configuration, split, seed: seed, from: source, isStreamed: true), parts = read.parts
        // What is read whole is prepared in a copy, so that each chunk prepares it again.
        var fitted = read
        preprocessing = try fitted.fit()
        let reader = ExampleReader(preprocessing: preprocessing, candidates: read.candidates, runs: read.runs)
        (training, validation, test) = (
            reader.stream(parts.training), reader.stream(parts.validation), reader.stream(parts.test)
        )
        if let complaint = test.scoreComplaint {
            throw DataError(file: "split", "\(complaint); test on fewer of them: split.test_period")
        }
    }
}
