import Tern

/// An experiment: data, network and training, as a YAML file describes them.
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
/// let run = try experiment.run(into: "runs/linear")
/// print(run.scores.targets, run.scores.count)  // ["precipitation"] 9
/// ```
///
/// Keys in YAML are those of the properties in `snake_case`. A key that no part knows is an error that names the
/// nearest.
public struct Experiment: Sendable, Equatable {
    /// What the run's folder and reports are called.
    public var name: String = ""
    /// What it is about, for the report.
    public var description: String = ""
    /// Of weights, the order of examples, and splits; the same seed gives the same run. Up to 2³² − 1, as NumPy's.
    public var seed: UInt64 = 0
    /// Which variables are read, and what is done to them.
    public var data: DataConfiguration = .init()
    /// Which examples are learned from, watched, and tested on.
    public var split: SplitConfiguration = .init()
    /// The network: a named one, or layers.
    public var model: ModelConfiguration = .init()
    /// How the network learns.
    public var training: TrainingConfiguration = .init()
    /// The linear model beside which the network stands.
    public var baseline: BaselineConfiguration = .init()
    /// What a run leaves behind beside weights and scores.
    public var output: OutputConfiguration = .init()

    /// All defaults; data and model are to be set before it runs.
    public init() {}
}
