import Foundation
import Tern

/// Whether the targets of files are read.
package enum TargetReading { case required, ifPresent, none }

/// All that was learned from the training part to make examples of files, and fields of predictions.
///
/// ```swift
/// let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
/// try Dataset([sst, rain]).write(to: "pacific.nc")
/// let configuration = DataConfiguration(
///     files: ["fields": "pacific.nc"], inputs: [VariableConfiguration(variable: "sst")],
///     targets: [VariableConfiguration(variable: "precipitation")])
/// let data = try ExperimentData(configuration, split: SplitConfiguration(by: .period))
/// let preprocessing: Preprocessing = data.preprocessing
/// let new = try preprocessing.examples(from: "pacific.nc")
/// print(new.count, preprocessing.channels)  // 60 ["sst"]
/// let fields = try preprocessing.restore(predictions: new.targets, for: new)
/// print(fields[0].shape)  // [60]
/// ```
///
/// It is `Codable`: a run keeps it as JSON.
public struct Preprocessing: Codable, Sendable {
    var configuration: DataConfiguration
    package var inputs: [FittedVariable]
    package var targets: [FittedVariable]
    /// The coordinate that groups examples.
    var groupName: String?
    /// What the labels of examples are called; nil where steps are only counted, and in runs that do not say.
    var labelName: String?
    /// How far the steps of windows lie apart; nil where examples know one step, and in runs that do not say.
    var timeStep: TimeStep?
    /// What was left out of the data, or taken for granted, a line each; nil in runs that do not say.
    package var notes: [String]?

    /// The grid of the inputs that are maps; nil where none are.
    public var inputGrid: FieldGrid? { inputCells?.grid }
    /// The grid of the targets; nil where they are numbers or lie at stations.
    public var targetGrid: FieldGrid? { targets.first?.grid }

    /// The shape of the inputs that have cells; nil where all are series.
    var inputCells: StepShape? { inputs.lazy.map(\.shape).first(where: \.hasCells) }

    /// Of one example: (steps,) latitude, longitude, channels, or (steps,) channels of series.
    public var inputShape: [Int] { exampleShape.dimensions }

    /// The same with what each dimension is.
    public var exampleShape: ExampleShape {
        let window = configuration.window, isWindow = window.length > 1 && window.form == .steps
        return ExampleShape(
            steps: isWindow ? window.length : nil, cells: inputCells?.cellShape ?? [],
            channels: stepChannelCount * (isWindow ? 1 : window.length))
    }

    /// Of one example: latitude, longitude, targets for maps, [targets] for numbers; a target of several levels is as
    /// many.
    public var outputShape: [Int] {
        (targets.first?.shape.cellShape ?? []) + [targets.reduce(0) { $0 + $1.shape.channelCount }]
    }

    /// What each channel of the inputs is; "sst present" is the mask of "sst", "t level 850" one channel of "t".
    public var channels: [String] {
        let window = configuration.window
        guard window.form == .channels, window.length > 1 else { return stepChannels }
        let own = stepChannels
        return (0..<window.length).flatMap { step in
            let before = window.length - 1 - step
            return own.map { before == 0 ? $0 : "\($0), \(before) step\(before == 1 ? "" : "s") before" }
        }
    }

    /// How many channels one step has.
    var stepChannelCount: Int {
        inputs.reduce(2 * configuration.timeInputs.count) {
            $0 + $1.shape.channelCount * ($1.configuration.mask ? 2 : 1)
        }
    }

    /// What they are called.
    var stepChannels: [String] {
        inputs.flatMap {
            $0.configuration.mask ? $0.channelNames + $0.channelNames.map { "\($0) present" } : $0.channelNames
        } + configuration.timeInputs.flatMap(\.channels)
    }

    /// The targets' latitudes, else those of the inputs; empty where all are series.
    public var latitudes: [Double] { (targetGrid ?? inputGrid)?.latitudes ?? [] }

    /// The targets, in the order of the channels of outputs.
    public var targetFields: [TargetField] {
        targets.flatMap { target in
            target.channelNames.map {
                TargetField(
                    name: $0, units: target.attributes["units"], longName: target.attributes["long_name"],
                    isMasked: target.configuration.mask)
            }
        }
    }

    /// What is predicted: one channel of the outputs.
    ///
    /// ```swift
    /// let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
    /// try Dataset([sst, rain]).write(to: "pacific.nc")
    /// let configuration = DataConfiguration(
    ///     files: ["fields": "pacific.nc"], inputs: [VariableConfiguration(variable: "sst")],
    ///     targets: [VariableConfiguration(variable: "precipitation")])
    /// let data = try ExperimentData(configuration, split: SplitConfiguration(by: .period))
    /// let target: Preprocessing.TargetField = data.targetFields[0]
    /// print(target.name, target.units!, target.isMasked)  // precipitation mm day-1 false
    /// ```
    public struct TargetField: Sendable, Equatable {
        /// The variable's, with its level where it has several.
        public var name: String
        /// As the file has them.
        public var units: String?
        /// As the file has it; for titles.
        public var longName: String?
        /// Whether it may be missing; then losses ignore what is.
        public var isMasked: Bool
    }

    /// Learns from the steps of training and prepares the runs.
    ///
    /// - Parameter steps: of each run those of the inputs and of the targets that belong to training.
    init(
        fitting configuration: DataConfiguration, groupName: String?, _ runs: inout [RunSteps],
        at steps: [(inputs: [Int], targets: [Int])]
    ) throws {
        self.configuration = configuration
        self.groupName = groupName
        (inputs, targets) = ([], [])
        for (k, variable) in configuration.inputs.enumerated() {
            inputs.append(try fit(variable, &runs, \.inputs, k, steps.map(\.inputs), isTarget: false))
        }
        for (k, variable) in configuration.targets.enumerated() {
            targets.append(try fit(variable, &runs, \.targets, k, steps.map(\.targets), isTarget: true))
        }
        // New files are asked for what was selected, wherever it stands in them.
        for (k, input) in inputs.enumerated() { self.configuration.inputs[k].select = input.configuration.select }
        for (k, target) in targets.enumerated() { self.configuration.targets[k].select = target.configuration.select }
        let ownNames = targets.map(\.name.withoutGroup)
        if Set(ownNames).count == ownNames.count { for k in targets.indices { targets[k].name = ownNames[k] } }
        try checkCells(runs[0])
        for input in configuration.timeInputs {
            for run in runs { _ = try input.values(at: run.inputLabels, file: run.inputs[0].file) }
        }
        guard configuration.window.length + configuration.window.lead > 1,
            let first = runs.first(where: { $0.timeline.step != nil })
        else { return }
        timeStep = first.timeline.step
        try checkSteps(of: runs, like: first.inputs[0].file)
    }

    /// Refuses runs whose windows would cover another time.
    ///
    /// - Parameter known: what the first ones are of.
    private func checkSteps(of runs: [RunSteps], like known: String) throws {
        for run in runs {
            guard let timeStep, let step = run.timeline.step, !step.isLike(timeStep) else { continue }
            throw DataError(
                file: run.inputs[0].file,
                "its steps lie \(step) apart, those of \(known) \(timeStep); a window of so many steps means another time: "
                    + "give data of the same step")
        }
    }

    private func fit(
        _ variable: VariableConfiguration, _ runs: inout [RunSteps], _ side: WritableKeyPath<RunSteps, [VariableSteps]>,
        _ k: Int, _ steps: [[Int]],
        isTarget: Bool
    ) throws -> FittedVariable {
        var variables = runs.map { $0[keyPath: side][k] }
        // Only one owner, so that values change in place.
        for r in runs.indices { runs[r][keyPath: side][k].values = StepValues() }
        let fitted = try FittedVariable(
            fitting: variable, &variables, at: steps, groupName: groupName, isTarget: isTarget,
            chunk: configuration.chunk)
        for r in runs.indices { runs[r][keyPath: side][k] = variables[r] }
        return fitted
    }

    /// Inputs have the same cells, and targets too.
    private func checkCells(_ run: RunSteps) throws {
        for (variables, side) in [(inputs, run.inputs), (targets, run.targets)] {
            guard let first = variables.first(where: \.shape.hasCells) else { continue }
            for (variable, steps) in zip(variables, side) where variable.shape.hasCells {
                guard let difference = first.shape.cellDifference(from: variable.shape) else { continue }
                let remedy =
                    first.grid != nil && variable.grid != nil
                    ? "select the same part, or bring both onto one grid with `regrid`"
                    : "examples have cells of one kind: select the same, or say that a dimension is channels"
                throw DataError(
                    file: steps.file, "variable \"\(variable.name)\" has \(difference) of \"\(first.name)\"; \(remedy)")
            }
        }
        if let odd = targets.first(where: { $0.shape.hasCells != targets[0].shape.hasCells }) {
            throw DataError(
                file: "data",
                "the targets \"\(targets[0].name)\" and \"\(odd.name)\" are a map and a number; an experiment predicts one kind"
            )
        }
        // They lie beside each other in one file of predictions.
        for (k, target) in targets.enumerated() {
            for other in targets[..<k] {
                for axis in target.shape.channels {
                    guard let own = other.shape.channels.first(where: { $0.name == axis.name }),
                        let difference = own.difference(from: axis)
                    else { continue }
                    throw DataError(
                        file: run.targets[k].file,
                        "variable \"\(target.name)\" has \(difference) of \"\(other.name)\"; targets of one dimension have the same labels along it: select the same of both"
                    )
                }
            }
        }
        if let conflict = Coordinate.conflict(among: targets.map { ($0.name, $0.shape.coordinates) }) {
            throw DataError(file: "data", "\(conflict), which are targets of one file; rename one in the data")
        }
        if targets.isEmpty { throw DataError(file: "data", "there are no targets") }
        if inputs.isEmpty { throw DataError(file: "data", "there are no inputs") }
    }

    /// - Throws: `DataError` where what a file says does not fit together: sizes of grids, and of what was learned
    ///   for their cells.
    func check(_ file: String) throws {
        func damaged(_ what: String) -> DataError { DataError(file: file, "the file is damaged: \(what)") }
        for (variables, configured, what) in [
            (inputs, configuration.inputs, "inputs"), (targets, configuration.targets, "targets"),
        ] {
            guard !variables.isEmpty, variables.count == configured.count else {
                throw damaged("it holds \(variables.count) \(what), and its configuration \(configured.count)")
            }
            for variable in variables {
                if let complaint = variable.complaint { throw damaged("variable \"\(variable.name)\" \(complaint)") }
            }
        }
        let cells = inputs.map(\.shape).filter(\.hasCells).map(\.cellShape)
        guard Set(cells).count <= 1 else { throw damaged("its inputs lie on grids of different sizes") }
        guard Set(targets.map(\.shape.cellShape)).count == 1 else {
            throw damaged("its targets lie on grids of different sizes")
        }
        guard Set(targets.map(\.name)).count == targets.count else { throw damaged("two targets have one name") }
        for shape in [inputShape, outputShape] where checkedProduct(shape + [8]) == nil {
            throw damaged("no example can have the shape \(shape)")
        }
    }

    // MARK: - Reading

    /// The variables of all runs as they are read, before any preprocessing that training has to teach.
    ///
    /// - Parameter isStreamed: whether values stay in their files until they are needed.
    package static func read(
        _ configuration: DataConfiguration, from source: any FieldSource, targets reading: TargetReading = .required,
        isNew: Bool = false, isStreamed: Bool = false
    ) throws -> [RunSteps] {
        let window = configuration.window
        func read(_ run: String?) throws -> [RunSteps] {
            func steps(_ variables: [VariableConfiguration]) throws -> [[VariableSteps]] {
                try variables.map {
                    try VariableSteps.members(
                        of: $0, run: run, from: source, in: configuration, isNew: isNew, isStreamed: isStreamed)
                }
            }
            if !isNew { try configuration.checkDimensions(run: run, in: source) }
            let inputs = try steps(configuration.inputs)
            let targets =
                switch reading {
                case .required: try steps(configuration.targets)
                case .ifPresent:
                    try configuration.targets.allSatisfy { try source.holds($0, run: run) }
                        ? steps(configuration.targets) : []
                case .none: [[VariableSteps]]()
                }
            let joined = try Member.joined(inputs + targets), notes = Member.notes(inputs + targets, joined)
            return try joined.map { member, variables in
                try RunSteps(
                    run: run, member: member, inputs: Array(variables.prefix(inputs.count)),
                    targets: Array(variables.dropFirst(inputs.count)), window: window,
                    notes: notes)
            }
        }
        guard let names = configuration.runs, !names.isEmpty else { return try read(nil) }
        var runs = try names.flatMap { try read($0) }
        if let name = configuration.history, window.length - 1 + window.lead > 0 {
            let own = runs.filter { $0.run == name }, histories = try own.isEmpty ? read(name) : own
            for i in runs.indices where runs[i].run != name {
                let same = histories.filter { $0.member.labels == runs[i].member.labels }
                guard same.count == 1 else {
                    throw DataError(
                        file: runs[i].inputs[0].file,
                        "data.history: the run \"\(name)\" has \(same.isEmpty ? "no" : "more than one") \(runs[i].member.labels.map { "\($0) \($1)" }.sorted().joined(separator: ", "))"
                    )
                }
                try runs[i].prepend(same[0], count: window.length - 1 + window.lead)
            }
        }
        return runs
    }

    /// Examples of files that training has not seen.
    ///
    /// Their grid must be that of the training data. Coordinates such as a model's number may be absent, and with them
    /// what the configuration selects or averages by them; what it selects along the samples is not asked of new files.
    ///
    /// - Parameters:
    ///   - files: paths by the names of the configuration's `files`; those left out are read as before.
    ///   - runs: what `{run}` stands for; by default as configured where a path holds it.
    ///   - folder: where relative paths begin.
    ///   - requiringTargets: whether the targets must be there; where they are, they are read anyway.
    /// - Throws: `DataError` that names file, variable and place, and what to do.
    public func examples(
        from files: [String: String], runs: [String]? = nil, folder: String = ".", requiringTargets: Bool = false
    ) throws -> Examples {
        let configuration = try self.configuration(for: files, runs: runs)
        return try examples(
            configuration, from: FileSource(configuration: configuration, folder: folder),
            requiringTargets ? .required : .ifPresent)
    }

    /// The same examples with their targets or without, chunk by chunk: read as they are asked for, where the
    /// configuration could be streamed. Without targets there are examples for what the inputs alone foretell, be it
    /// known or not.
    ///
    /// - Parameter watcher: is shown all that is read. Where an input has a gap that no fill stands in for, it is told,
    ///   and the inputs hold it.
    func stream(from files: [String: String], runs: [String]? = nil, withTargets: Bool, watcher: NewData) throws
        -> ExampleStream
    {
        var configuration = try self.configuration(for: files, runs: runs)
        configuration.isStreamed = true
        let source = FileSource(configuration: configuration, folder: ".")
        let targets: TargetReading = withTargets ? .required : .none
        guard configuration.streamingComplaint == nil else {
            return ExampleStream(try examples(configuration, from: source, targets, watcher: watcher))
        }
        let runs = try newRuns(configuration, from: source, targets, isStreamed: true)
        let candidates = try Candidates(
            runs, configuration, group: groupName, requiringTargets: withTargets, isNew: true)
        watcher.add(runs)
        return ExampleReader(preprocessing: self, candidates: candidates, runs: runs, watcher: watcher).stream(
            Array(0..<candidates.count))
    }

    /// The files that inputs are read from, and the targets.
    func paths(of files: [String: String], runs: [String]? = nil) throws -> [String] {
        try paths(of: files, runs, \.inputs)
    }

    func targetPaths(of files: [String: String], runs: [String]? = nil) throws -> [String] {
        try paths(of: files, runs, \.targets)
    }

    private func paths(
        of files: [String: String], _ runs: [String]?, _ variables: KeyPath<DataConfiguration, [VariableConfiguration]>
    ) throws -> [String] {
        let configuration = try configuration(for: files, runs: runs),
            source = FileSource(configuration: configuration, folder: ".")
        let runs: [String?] = configuration.runs.flatMap { $0.isEmpty ? nil : $0 } ?? [nil]
        return try configuration[keyPath: variables].flatMap { variable in
            try runs.flatMap { try source.paths(of: variable, run: $0) }
        }.distinct
    }

    private func configuration(for files: [String: String], runs: [String]?) throws -> DataConfiguration {
        var configuration = configuration.needingTimes()
        for (name, path) in files {
            guard configuration.files[name] != nil else {
                throw DataError(
                    file: path,
                    "there is no file \"\(name)\" in the experiment; \(suggestion(for: name, among: configuration.files.keys.sorted(), "files"))"
                )
            }
            configuration.files[name] = path
        }
        configuration.runs = runs ?? (configuration.holdsRun ? configuration.runs : nil)
        if let complaint = configuration.runsComplaint { throw DataError(file: "runs", complaint) }
        return configuration
    }

    /// Examples of one file, or of several parts of it in the order of their times (`*`), which holds all variables.
    ///
    /// - Throws: `DataError` that names file, variable and place, and what to do.
    public func examples(from path: String, requiringTargets: Bool = false) throws -> Examples {
        try examples(from: configuration.files.mapValues { _ in path }, requiringTargets: requiringTargets)
    }

    /// Prepares the values of a run, with targets or without, as those of the training part were.
    ///
    /// - Parameters:
    ///   - watcher: is shown them before and after.
    ///   - index: which of the runs it is.
    ///   - start: the place of its first step on the run's timeline.
    func prepare(_ run: inout RunSteps, watcher: NewData? = nil, index: Int = 0, from start: Int = 0) throws {
        for k in run.inputs.indices { try inputs[k].align(&run.inputs[k]) }
        for k in run.targets.indices { try targets[k].align(&run.targets[k]) }
        let part = watcher?.add(read: run, run: index, from: start)
        defer { if let part { watcher?.add(prepared: run, part) } }
        for k in run.inputs.indices { try inputs[k].prepare(&run.inputs[k], groupName: groupName) }
        for k in run.targets.indices { try targets[k].prepare(&run.targets[k], groupName: groupName) }
    }

    /// Runs that training has not seen; where one lacks targets, none has them, nor steps that only targets had.
    private func newRuns(
        _ configuration: DataConfiguration, from source: any FieldSource, _ targets: TargetReading,
        isStreamed: Bool = false
    ) throws -> [RunSteps] {
        var runs = try Self.read(configuration, from: source, targets: targets, isNew: true, isStreamed: isStreamed)
        if Set(runs.map(\.targets.isEmpty)).count > 1 {
            runs = try Self.read(configuration, from: source, targets: .none, isNew: true, isStreamed: isStreamed)
        }
        try checkSteps(of: runs, like: "the training data")
        if !isOwn(configuration) || runs.contains(where: selectsLater) { try checkTrends(of: runs) }
        return runs
    }

    /// Whether training may have selected later steps than the first, from which those of new files count.
    private func selectsLater(_ run: RunSteps) -> Bool {
        let sample = configuration.sample,
            names = Set([sample] + (run.inputs + run.targets).flatMap { $0.coordinates.map(\.name) })
        return (configuration.inputs + configuration.targets).contains { variable in
            variable.select.contains { name, labels in
                names.contains(name) && labels.first?.place != 0 && !variable.isFixed(along: sample, by: labels)
            }
        }
    }

    /// Whether the files are those of training.
    private func isOwn(_ other: DataConfiguration) -> Bool {
        func paths(_ configuration: DataConfiguration) -> [String: String] {
            configuration.files.mapValues { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
        }
        return paths(other) == paths(configuration)
            && Set(other.runs ?? []).isSubset(of: configuration.runs ?? other.runs ?? [])
    }

    /// Refuses files of which nobody says how far their steps lie behind those that a trend was taken from.
    private func checkTrends(of runs: [RunSteps]) throws {
        for run in runs {
            let counted =
                zip(inputs, run.inputs).first { $0.trend != nil && $1.timeline.map { $0.name == nil } ?? false }?.0
                ?? (run.timeline.name == nil ? targets.first { $0.trend != nil } : nil)
            guard let counted else { continue }
            throw DataError(
                file: run.inputs[0].file,
                "variable \"\(counted.name)\" was trained with detrend, but the steps of this file are only counted: give it a coordinate \"\(configuration.sample)\" "
                    + "that goes on from the training data's, whose steps count from 0 (the first that is selected) where they have none"
            )
        }
    }

    package func examples(_ configuration: DataConfiguration, from source: any FieldSource, _ targets: TargetReading)
        throws -> Examples
    {
        try examples(configuration, from: source, targets, watcher: nil)
    }

    private func examples(
        _ configuration: DataConfiguration, from source: any FieldSource, _ targets: TargetReading, watcher: NewData?
    ) throws -> Examples {
        var runs = try newRuns(configuration, from: source, targets)
        watcher?.add(runs)
        for r in runs.indices { try prepare(&runs[r], watcher: watcher, index: r) }
        let candidates = try Candidates(
            runs, configuration, group: groupName, requiringTargets: targets == .required, isNew: true)
        let prepared = try runs.enumerated().map { index, run in
            try PreparedRun(
                run, self, used: Self.usedSteps(ofRun: index, count: run.inputCount, by: candidates), watcher: watcher)
        }
        return try examples(Array(0..<candidates.count), of: candidates, in: prepared, allowsGaps: watcher != nil)
    }
}
