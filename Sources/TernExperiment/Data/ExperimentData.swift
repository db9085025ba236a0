import Foundation
import Tern

/// The examples of an experiment: files read, prepared and split as its YAML says.
///
/// ```swift
/// let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
/// try Dataset([sst, rain]).write(to: "pacific.nc")
/// let configuration = DataConfiguration(
///     files: ["fields": "pacific.nc"], inputs: [VariableConfiguration(variable: "sst")],
///     targets: [VariableConfiguration(variable: "precipitation")])
/// let data = try ExperimentData(configuration, split: SplitConfiguration(by: .period))
/// print(data.inputShape, data.training.count, data.validation.count, data.test.count)  // [14, 19, 1] 42 9 9
/// let fields = try data.preprocessing.restore(predictions: data.test.targets, for: data.test)
/// print(fields[0].name, fields[0].units!)  // precipitation mm day-1
/// ```
///
/// Order of preparation: select, mean, regrid, anomaly, detrend, scale, fill, mask. All that is estimated is estimated
/// from the training part: for targets the steps of its examples; for inputs the steps in its windows, without those
/// that are targets of another part and without a history's, which count where the history is a run that trains. Each
/// step counts once.
///
/// Other dimensions are what `data.dimensions` says. Channels are prepared each by itself; labels that are samples are
/// each a run of its own, and what lacks their dimension, or selects one label of it, is the same for all of them.
///
/// Variables that have only the sample dimension become maps of one value where other inputs are maps; those without it
/// stay the same at each step.
///
/// - Note: Windows are copied from the prepared steps into one tensor for each part, once and in place. A month of a
///   window of 10 is thus held ten times; training reads batches out of that tensor. ``ExperimentStream`` reads data
///   larger than memory.
public struct ExperimentData: Sendable {
    /// The parts of the split; those for validation and test may be empty.
    public let training: Examples, validation: Examples, test: Examples
    /// What was learned from the training part; it makes examples of new files.
    public let preprocessing: Preprocessing
    /// What was left out, a line each.
    public var notes: [String] { preprocessing.notes ?? [] }

    /// Of one example's inputs, as of ``Preprocessing/inputShape``.
    public var inputShape: [Int] { preprocessing.inputShape }
    /// Of one example's targets, as of ``Preprocessing/outputShape``.
    public var outputShape: [Int] { preprocessing.outputShape }
    /// Of the targets' rows, as of ``Preprocessing/latitudes``.
    public var latitudes: [Double] { preprocessing.latitudes }
    /// What is predicted, in the order of the channels of outputs.
    public var targetFields: [Preprocessing.TargetField] { preprocessing.targetFields }

    /// Reads, prepares and splits.
    ///
    /// - Parameters:
    ///   - seed: of what is drawn at random.
    ///   - folder: where relative paths begin, that of the YAML file.
    /// - Throws: `DataError` that names file, variable and place, and what to do.
    public init(_ configuration: DataConfiguration, split: SplitConfiguration, seed: UInt64 = 0, folder: String = ".")
        throws
    {
        try self.init(
            configuration, split: split, seed: seed, source: FileSource(configuration: configuration, folder: folder))
    }

    /// Of fields in memory.
    package init(
        _ configuration: DataConfiguration, split: SplitConfiguration, seed: UInt64 = 0, fields: [String: Field]
    ) throws {
        try self.init(configuration, split: split, seed: seed, source: MemorySource(fields: fields))
    }

    private init(_ configuration: DataConfiguration, split: SplitConfiguration, seed: UInt64, source: any FieldSource)
        throws
    {
        var own = try SplitRuns(configuration, split, seed: seed, from: source)
        let preprocessing = try own.fit(), candidates = own.candidates
        var prepared: [PreparedRun] = []
        for r in own.runs.indices {
            let used = Preprocessing.usedSteps(ofRun: r, count: own.runs[r].inputCount, by: candidates)
            let run = own.runs[r]
            own.runs[r].inputs = []
            own.runs[r].targets = []
            prepared.append(try PreparedRun(run, preprocessing, used: used))
        }
        self.preprocessing = preprocessing
        training = try preprocessing.examples(own.parts.training, of: candidates, in: prepared)
        validation = try preprocessing.examples(own.parts.validation, of: candidates, in: prepared)
        test = try preprocessing.examples(own.parts.test, of: candidates, in: prepared)
    }
}
