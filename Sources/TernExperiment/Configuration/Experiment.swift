import Tern

/// An experiment: data, network and training, as a YAML file describes them.
///
/// ```swift
/// let experiment = try Experiment(contentsOf: "examples/sst-precipitation.yaml", setting: ["model.filters=8"])
/// let run = try experiment.run(into: "runs/sst")
/// ```
///
/// Keys in YAML are those of the properties in `snake_case`. A key that no part knows is an error that names the
/// nearest.
public struct Experiment: Sendable, Equatable {
    /// What the run's folder and reports are called.
    public var name: String = ""
    public var description: String = ""
    /// Of weights, order and splits.
    public var seed: UInt64 = 0
    public var data: DataConfiguration = .init()
    public var split: SplitConfiguration = .init()
    public var model: ModelConfiguration = .init()
    public var training: TrainingConfiguration = .init()
    public var baseline: BaselineConfiguration = .init()
    public var output: OutputConfiguration = .init()

    public init() {}
}
