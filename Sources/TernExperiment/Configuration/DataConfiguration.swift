import Tern

/// Which variables are read from which files, and what is done to them.
public struct DataConfiguration: Sendable, Equatable {
    /// Files by a name of their own, such as `inputs`; a path may hold `{run}` and the signs of a shell (`*`). Relative
    /// paths begin at the YAML file's folder.
    public var files: [String: String] = [:]
    /// What `{run}` stands for in turn, such as scenarios; each run's files are read by themselves and no window
    /// crosses from one into another, but for ``history``.
    public var runs: [String]?
    /// The run that the others continue: its last steps come before their first in windows.
    public var history: String?
    /// The command that makes the files where they are absent: `sst-precipitation` or `climate-emulation` of `tern
    /// make-data`.
    public var made: String?
    /// The dimension along which examples lie: `time`, `sample`.
    public var sample: String = "time"
    /// What other dimensions than ``sample``, latitude and longitude are, such as `level: channels`.
    public var dimensions: [String: DimensionRole] = [:]
    public var inputs: [VariableConfiguration] = []
    public var targets: [VariableConfiguration] = []
    /// What the date of each step tells the network beside the inputs.
    public var timeInputs: [TimeInput] = []
    public var window: WindowConfiguration = .init()
    /// Whether steps are read from the files as they are needed, for data larger than memory.
    public var isStreamed: Bool = false
    /// How many steps are then read at once; by default as many as take 192 MiB, with all that is made of them.
    public var chunk: Int?
    /// Whether times along the samples must be dates where a file says that they are; no key of the YAML.
    var needsTimes = true

    public init() {}

    public init(
        files: [String: String], sample: String = "time", inputs: [VariableConfiguration],
        targets: [VariableConfiguration],
        window: WindowConfiguration = .init()
    ) {
        (self.files, self.sample, self.inputs, self.targets, self.window) = (files, sample, inputs, targets, window)
    }
}

extension DataConfiguration {
    /// What a dimension of a variable is; nil where nobody says, and its name does not tell.
    func role(of dimension: String, for variable: VariableConfiguration) -> DimensionRole? {
        givenRole(of: dimension, for: variable) ?? .usual(of: dimension)
    }

    /// What a dimension of a variable is said to be.
    func givenRole(of dimension: String, for variable: VariableConfiguration) -> DimensionRole? {
        let names = [dimension, dimension.withoutGroup]
        return names.lazy.compactMap { variable.dimensions[$0] }.first ?? names.lazy.compactMap { dimensions[$0] }.first
    }

    /// The latitudes and longitudes of a field, unless they are said to be something else.
    func grid(of field: Field, for variable: VariableConfiguration) -> FieldGrid? {
        guard let grid = FieldGrid(of: field),
            [grid.latitudeName, grid.longitudeName].allSatisfy({ givenRole(of: $0, for: variable) == nil })
        else { return nil }
        return grid
    }

    /// Refuses roles of dimensions that no variable has.
    func checkDimensions(run: String?, in source: any FieldSource) throws {
        let variables = inputs + targets
        guard !dimensions.isEmpty || variables.contains(where: { !$0.dimensions.isEmpty }) else { return }
        let names = try variables.map { variable in
            let file = try source.file(variable, run: run)
            return try file.dataset.variable(file.name).dimensions.flatMap { [$0, $0.withoutGroup] }
        }
        func check(_ roles: [String: DimensionRole], _ known: [String], _ what: String) throws {
            for name in roles.keys.sorted() where !known.contains(name) && name != sample {
                throw DataError(
                    file: "data",
                    "\(what): no variable has the dimension \"\(name)\"; \(suggestion(for: name, among: known.distinct, "dimensions"))"
                )
            }
        }
        try check(dimensions, names.flatMap { $0 }, "dimensions")
        for (variable, own) in zip(variables, names) {
            try check(variable.dimensions, own, "dimensions of \"\(variable.variable)\"")
        }
    }

    /// The first dimension whose labels are samples, beside the main one.
    var memberDimension: String? {
        ((inputs + targets).flatMap { $0.dimensions } + dimensions).filter { $0.value == .samples && $0.key != sample }
            .map(\.key).min()
    }

    /// As one whose times must be dates only where the preparation of examples or the split asks for them, or for what
    /// follows what.
    ///
    /// - Parameter split: nil where all is predicted or evaluated.
    func needingTimes(for split: SplitConfiguration? = nil) -> DataConfiguration {
        var configuration = self
        configuration.needsTimes =
            window.length > 1 || window.lead > 0 || !timeInputs.isEmpty || split?.by == .period
            || (inputs + targets).contains { $0.detrend || $0.anomaly.map { $0 != .all } ?? false }
        return configuration
    }

    /// What streaming does not do, and the path of the key that asks for it; nil where all is well.
    var streamingComplaint: (path: [String], message: String)? {
        guard isStreamed else { return nil }
        func message(_ key: String, _ reason: String) -> String {
            "data.\(key): \(reason); leave it out, or set data.streaming to false"
        }
        if history != nil { return (["history"], message("history", "streaming reads each run by itself")) }
        for (side, variables) in [("inputs", inputs), ("targets", targets)] {
            for (i, variable) in variables.enumerated() {
                let path = [side, "\(i)"]
                if variable.byGroup {
                    return (
                        path + ["by_group"],
                        message("\(side).\(i).by_group", "streaming has no group whole to take mean and spread from")
                    )
                }
                if variable.mean.contains(sample) {
                    return (
                        path + ["mean"],
                        message("\(side).\(i).mean", "streaming has no mean over \"\(sample)\", along which it reads")
                    )
                }
            }
        }
        return nil
    }
}

/// One variable, and its preprocessing in the order of these keys.
public struct VariableConfiguration: Sendable, Equatable {
    public var variable: String = ""
    /// The name in ``DataConfiguration/files``; may be left out where there is only one.
    public var file: String?
    /// Ranges `[from, to]`, a single label or several names, by dimension or coordinate: `lat: [-30, 30]`, `station:
    /// [Bergen, Oslo]`. Labels that begin with `#` count along a dimension: `level: "#2"`, `time: ["#0", "#99"]`,
    /// `"#-1"` for the last.
    public var select: [String: [Scalar]] = [:]
    /// What its dimensions are, where it is another thing than ``DataConfiguration/dimensions`` say.
    public var dimensions: [String: DimensionRole] = [:]
    /// Dimensions that are averaged over, such as `member`.
    public var mean: [String] = []
    /// Leave the climatology out: that of each `month`, `season`, or of `all` times, taken over the training part.
    public var anomaly: Anomaly?
    /// Leave the linear trend over the training part's time out.
    public var detrend: Bool = false
    /// Take climatology, trend and scale from each group of the split by itself, over all of its steps: of each climate
    /// model its own mean and spread. Groups of the test, and new files, tell their own; a file without the group's
    /// coordinate is one group. For inputs only: of targets the test must not be asked.
    public var byGroup: Bool = false
    /// Onto a grid of that step in degrees.
    public var regrid: Regrid?
    public var scale: Scale = .standard
    /// What stands in for missing values; without it one is an error that names variable and place.
    public var fill: Fill?
    /// Whether a channel more says where values are present (1) and where missing (0).
    public var mask: Bool = false

    public init() {}

    public init(variable: String, file: String? = nil) { (self.variable, self.file) = (variable, file) }

    public enum Anomaly: String, Codable, Sendable, Choice { case month, season, all }
    public enum Scale: String, Codable, Sendable, Choice {
        case none
        /// Mean 0 and variance 1 over all cells and times of the training part.
        case standard
        /// The same cell by cell.
        case cell
        /// Divided by the largest size in the training part.
        case max
    }
    public enum Fill: Sendable, Equatable {
        case value(Double)
        /// The mean of the training part, cell by cell; after scaling, 0.
        case mean
    }
    public struct Regrid: Sendable, Equatable {
        public enum Method: String, Sendable, Choice { case bilinear, conservative }
        public var step: Double = 1
        public var method: Method = .bilinear

        public init() {}

        public init(step: Double, method: Method = .bilinear) { (self.step, self.method) = (step, method) }
    }
}

/// A number or a text of YAML.
public enum Scalar: Sendable, Hashable {
    case number(Double), text(String)
}

/// Several steps as one example.
public struct WindowConfiguration: Sendable, Equatable {
    /// Steps in a window; 1 gives examples without a dimension of time.
    public var length: Int = 1
    /// How many steps after its last one the target lies.
    public var lead: Int = 0
    /// Whether steps are a dimension of the examples, or lie side by side as channels.
    public var form: Form = .steps

    public enum Form: String, Sendable, Choice { case steps, channels }

    public init() {}

    public init(length: Int, lead: Int = 0) { (self.length, self.lead) = (length, lead) }
}
