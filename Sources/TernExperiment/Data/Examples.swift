import Tern

/// What a network is given and what it is to answer, with what the answers mean.
///
/// ```swift
/// let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
/// try Dataset([sst, rain]).write(to: "pacific.nc")
/// let configuration = DataConfiguration(
///     files: ["fields": "pacific.nc"], inputs: [VariableConfiguration(variable: "sst")],
///     targets: [VariableConfiguration(variable: "precipitation")])
/// let data = try ExperimentData(configuration, split: SplitConfiguration(by: .period))
/// print(data.test.inputs.shape, data.test.targets.shape)  // [9, 14, 19, 1] [9, 1]
/// print(data.test.labels[0], data.test.sample)  // 0005-04-15 time
/// ```
public struct Examples: Sendable {
    /// Scaled, in single precision: [examples, (window,) latitude, longitude, channels], or [examples, (window,)
    /// channels] where all inputs are series. A window of one step has no dimension.
    public var inputs: Tensor
    /// Scaled: [examples, latitude, longitude, targets] for maps, [examples, targets] for numbers. Without targets, the
    /// first dimension is 0. Masked maps hold NaN where nothing was observed; train with a loss that is
    /// `ignoringMissing()`.
    public var targets: Tensor
    /// The targets that were known last when the forecast was made: one step before, or `lead` steps; NaN where there
    /// are none.
    public var previousTargets: Tensor
    /// Of each target: a date, a year, or the number of its step.
    public var labels: [Label]
    /// What the split keeps together: the value of the group's coordinate, or the run. Empty texts where there are
    /// neither.
    public var groups: [String]
    /// Empty texts where there is but one.
    public var runs: [String]
    /// What else is known of each example, such as model, member and year, along ``sample``.
    public var coordinates: [Coordinate]
    /// The dimension along which examples lie.
    public var sample: String

    /// The number of examples.
    public var count: Int { labels.count }

    var hasInputs: Bool { inputs.shape[0] == labels.count }

    /// Whether targets are known; of new files they need not be.
    public var hasTargets: Bool { !labels.isEmpty && targets.shape[0] == labels.count }

    /// The examples of which no input is missing.
    var complete: [Int] {
        guard hasInputs, count > 0 else { return Array(0..<count) }
        let width = inputs.count / count
        return inputs.withScalars(Float.self) { values in
            (0..<count).filter { row in !values[row * width..<(row + 1) * width].contains { $0.isNaN } }
        }
    }

    /// The examples at these indices, from 0, in the order given.
    public func taking(_ indices: [Int]) -> Examples {
        var part = self
        let rows = Tensor(indices)
        if hasInputs { part.inputs = inputs.taking(rows) }
        if hasTargets {
            part.targets = targets.taking(rows)
            part.previousTargets = previousTargets.taking(rows)
        }
        part.labels = indices.map { labels[$0] }
        part.groups = indices.map { groups[$0] }
        part.runs = indices.map { runs[$0] }
        part.coordinates = coordinates.map { $0.taking(indices) }
        return part
    }

    /// Inputs and targets for `fit`.
    ///
    /// - Parameter balancesGroups: whether each group counts the same, however many examples it has.
    public func trainingData(balancingGroups balancesGroups: Bool = false) -> TrainingData {
        trainingData(weighting: balancesGroups ? groupWeights : nil)
    }

    /// - Parameter weights: how much an example of each group counts.
    func trainingData(weighting weights: [String: Float]?) -> TrainingData {
        TrainingData(
            inputs: [inputs], targets: [targets],
            sampleWeight: weights.map { weights in Tensor(groups.map { weights[$0]! }) })
    }

    /// With which all groups count the same.
    var groupWeights: [String: Float] {
        let sizes = groups.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        let share = Float(count) / Float(max(1, sizes.count))
        return sizes.mapValues { share / Float($0) }
    }
}
