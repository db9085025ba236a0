import Tern

/// Which variables are read from which files, and what is done to them: the key `data`.
///
/// ```swift
/// var data = DataConfiguration(
///     files: ["ocean": "sst.nc"], inputs: [VariableConfiguration(variable: "sst")],
///     targets: [VariableConfiguration(variable: "rain")], window: WindowConfiguration(length: 12, lead: 3))
/// data.timeInputs = [.dayOfYear]
/// print(data.sample, data.inputs[0].scale.rawValue)  // time standard
/// ```
///
/// Nothing is looked at before ``ExperimentData`` or ``ExperimentStream`` reads the files.
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
    /// What the network sees, in the order of its channels; one or more.
    public var inputs: [VariableConfiguration] = []
    /// What it is to predict, in the order of its outputs; one or more, all maps or all numbers.
    public var targets: [VariableConfiguration] = []
    /// What the date of each step tells the network beside the inputs.
    public var timeInputs: [TimeInput] = []
    /// How many steps make an example, and how far ahead its target lies.
    public var window: WindowConfiguration = .init()
    /// Whether steps are read from the files as they are needed, for data larger than memory.
    public var isStreamed: Bool = false
    /// How many steps are then read at once; by default as many as take 192 MiB, with all that is made of them.
    public var chunk: Int?
    /// Whether times along the samples must be dates where a file says that they are; no key of the YAML.
    var needsTimes = true

    /// No files and no variables yet.
    public init() {}

    /// Files and variables, with the usual rest.
    ///
    /// - Parameters:
    ///   - files: paths by names of their own.
    ///   - sample: the dimension along which examples lie.
    public init(
        files: [String: String], sample: String = "time", inputs: [VariableConfiguration],
        targets: [VariableConfiguration],
        window: WindowConfiguration = .init()
    ) {
        (self.files, self.sample, self.inputs, self.targets, self.window) = (files, sample, inputs, targets, window)
    }
}

extension DataConfiguration {
    /// The name of the file of a variable, which may be left out where there is only one; nil where nobody says.
    func fileName(of variable: VariableConfiguration) -> String? {
        variable.file ?? (files.count == 1 ? files.keys.first : nil)
    }

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

    /// Whether what is read depends on the run.
    var holdsRun: Bool {
        (inputs + targets).contains { variable in
            [variable.variable, fileName(of: variable).flatMap { files[$0] } ?? ""].contains { $0.contains("{run}") }
        }
    }

    /// Why the runs would hold the same examples; nil where all is well.
    var runsComplaint: String? {
        guard let runs else { return nil }
        if let twice = runs.first(where: { run in runs.count { $0 == run } > 1 }) {
            return "\"\(twice)\" is named twice; leave one out"
        }
        guard runs.count > 1, !holdsRun else { return nil }
        return "\"\(runs[0])\" and \"\(runs[1])\" would read the same, as no path of a file holds {run}"
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
///
/// ```swift
/// var sst = VariableConfiguration(variable: "sst")
/// sst.select = ["lat": [.number(-30), .number(30)]]
/// sst.anomaly = .month
/// sst.fill = .mean
/// print(sst.scale.rawValue, sst.anomaly!.rawValue)  // standard month
/// ```
public struct VariableConfiguration: Sendable, Equatable {
    /// Its name in the file, with the path of its group.
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
    /// How its values are brought to a size that networks learn well from.
    public var scale: Scale = .standard
    /// What stands in for missing values; without it one is an error that names variable and place.
    public var fill: Fill?
    /// Whether a channel more says where values are present (1) and where missing (0).
    public var mask: Bool = false

    /// No name yet.
    public init() {}

    /// A variable that is scaled to mean 0 and variance 1, and nothing else.
    public init(variable: String, file: String? = nil) { (self.variable, self.file) = (variable, file) }

    /// Of which times the mean is left out.
    ///
    /// ```swift
    /// print(VariableConfiguration.Anomaly(rawValue: "season")!)  // season
    /// ```
    public enum Anomaly: String, Codable, Sendable, Choice {
        /// Of each month of the year, cell by cell.
        case month
        /// Of each season (DJF, MAM, JJA, SON), cell by cell.
        case season
        /// Of all times, cell by cell.
        case all
    }
    /// How values are scaled, by what the training part has.
    ///
    /// ```swift
    /// print(VariableConfiguration.Scale.allCases.map(\.rawValue))  // ["none", "standard", "cell", "max"]
    /// ```
    public enum Scale: String, Codable, Sendable, Choice {
        /// Not at all.
        case none
        /// Mean 0 and variance 1 over all cells and times of the training part.
        case standard
        /// The same, each cell by its own mean and variance.
        case cell
        /// Divided by the largest size in the training part.
        case max
    }
    /// What stands in for missing values.
    ///
    /// ```swift
    /// var ice = VariableConfiguration(variable: "ice")
    /// ice.fill = .value(0)
    /// print(ice.fill == .value(0))  // true
    /// ```
    public enum Fill: Sendable, Equatable {
        /// This number, put in after scaling: 0 is the mean where values are scaled to mean 0, not a value of the file.
        case value(Double)
        /// The mean of the training part, cell by cell, of prepared values: 0 where anomaly, detrend or scale: cell
        /// make it so.
        case mean
    }
    /// Onto cells of so many degrees that lie where the variable's own do; their edges are multiples of the step.
    ///
    /// ```swift
    /// let regrid = VariableConfiguration.Regrid(step: 2.5, method: .conservative)
    /// print(regrid.step, regrid.method.rawValue)  // 2.5 conservative
    /// ```
    public struct Regrid: Sendable, Equatable {
        /// How a field is brought onto the grid (`RegridMethod`).
        ///
        /// ```swift
        /// print(VariableConfiguration.Regrid().method)  // bilinear
        /// ```
        public enum Method: String, Sendable, Choice {
            /// Between the four neighbours.
            case bilinear
            /// The mean by the area that cells share, which keeps areal means.
            case conservative
        }
        /// Degrees from cell to cell.
        public var step: Double = 1
        /// How values come onto the grid.
        public var method: Method = .bilinear

        /// A grid of one degree, bilinear.
        public init() {}

        /// A grid of so many degrees.
        public init(step: Double, method: Method = .bilinear) { (self.step, self.method) = (step, method) }
    }
}

/// A number or a text of YAML, such as a label of a selection.
///
/// ```swift
/// let range: [Scalar] = [.text("1950-01"), .number(2000)]
/// print(range[1] == .number(2000))  // true
/// ```
public enum Scalar: Sendable, Hashable {
    /// A number without quotation marks, whole or not.
    case number(Double)
    /// All else, dates among it.
    case text(String)
}

/// Several steps as one example: the key `window`.
///
/// ```swift
/// let window = WindowConfiguration(length: 12, lead: 3)
/// print(window.length, window.form.rawValue)  // 12 steps
/// ```
public struct WindowConfiguration: Sendable, Equatable {
    /// Steps in a window; 1 gives examples without a dimension of time.
    public var length: Int = 1
    /// How many steps after its last one the target lies.
    public var lead: Int = 0
    /// Whether steps are a dimension of the examples, or lie side by side as channels.
    public var form: Form = .steps

    /// Where the steps of a window lie in an example.
    ///
    /// ```swift
    /// print(WindowConfiguration.Form.allCases.map(\.rawValue))  // ["steps", "channels"]
    /// ```
    public enum Form: String, Sendable, Choice {
        /// In a dimension of their own, the first: for recurrent layers.
        case steps
        /// Side by side in each cell, the earliest first: for convolutions and dense layers.
        case channels
    }

    /// One step, whose target lies at the same time.
    public init() {}

    /// A window of steps along a dimension of its own.
    public init(length: Int, lead: Int = 0) { (self.length, self.lead) = (length, lead) }
}
