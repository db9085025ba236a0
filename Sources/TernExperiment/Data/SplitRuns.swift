/// The runs of an experiment as they are read, and which of their examples are trained, watched and tested on.
struct SplitRuns {
    let configuration: DataConfiguration
    let groupName: String?
    let candidates: Candidates
    let parts: Split
    /// Until ``fit()`` as they are read, then prepared.
    var runs: [RunSteps]

    init(
        _ configuration: DataConfiguration, _ split: SplitConfiguration, seed: UInt64, from source: any FieldSource,
        isStreamed: Bool = false
    ) throws {
        try configuration.checkKeys("data")
        try split.checkKeys("split")
        self.configuration = configuration.needingTimes(for: split)
        runs = try Preprocessing.read(self.configuration, from: source, isStreamed: isStreamed)
        groupName = split.groupName(in: self.configuration)
        candidates = try Candidates(runs, self.configuration, group: groupName)
        parts = try Split(split, of: candidates, seed: seed)
    }

    /// Learns from the training part and prepares the runs.
    mutating func fit() throws -> Preprocessing {
        let steps = trainingSteps
        var preprocessing = try Preprocessing(fitting: configuration, groupName: groupName, &runs, at: steps)
        preprocessing.labelName = candidates.labelName
        preprocessing.notes = RunSteps.notes(runs)
        return preprocessing
    }

    /// The steps of inputs and of targets of each run from which anything may be estimated.
    private var trainingSteps: [(inputs: [Int], targets: [Int])] {
        let others = Set((parts.validation + parts.test).map { candidates.examples[$0] })
        var inputs = runs.map { [Bool](repeating: false, count: $0.inputCount) }
        var targets = runs.map { _ in [Int]() }
        for example in parts.training {
            let place = candidates.examples[example], run = runs[place.run]
            targets[place.run].append(run.targetSteps[place.step]!)
            for step in candidates.inputSteps(of: place)
            where step >= run.firstOwn && !others.contains(.init(run: place.run, step: step)) {
                inputs[place.run][step] = true
            }
        }
        return zip(inputs, targets).map { used, targets in (used.indices.filter { used[$0] }, targets.sorted()) }
    }
}
