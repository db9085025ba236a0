import Tern

extension DataConfiguration: Settings {
    static var keys: [Key<Self>] {
        [
            Key(
                "files", \.files, required: true,
                "Files by a name of your own. A path may hold {run} and the signs * and ?; relative ones begin at this file's folder."
            ),
            Key(
                "runs", \.runs,
                "What {run} stands for in turn, such as scenarios. No window crosses from one run into another."),
            Key(
                "history", \.history,
                "The run that the others continue: its last steps come before their first in windows."),
            Key(
                "made", \.made, names: ("made data", MadeData.allCases.map(\.rawValue)),
                "The data that tern make-data makes where the files are absent."),
            Key("sample", \.sample, "The dimension along which examples lie, such as time or sample."),
            Key(
                "dimensions", \.dimensions,
                "What other dimensions are: samples, each label with examples of its own (member, station); channels, side by side in each cell (level); cells, positions as those of a map (station, y, x)."
            ),
            Key("inputs", \.inputs, required: true, "The variables that the network sees."),
            Key("targets", \.targets, required: true, "The variables that it is to predict."),
            Key(
                "time_inputs", \.timeInputs,
                "Sine and cosine of the phase of the year (day_of_year) or of the day (time_of_day) at each step, in the file's calendar, as inputs."
            ),
            Key("window", \.window, "Several steps as one example."),
            Key(
                "streaming", \.isStreamed,
                "Read steps as they are needed, in the background while the network trains: for data larger than memory."
            ),
            Key(
                "chunk", \.chunk, is: .atLeast(1),
                "How many steps streaming reads at once; by default as many as take 192 MiB, with all that is made of them."
            ),
        ]
    }

    mutating func finish(_ place: Place) throws {
        for (key, variables) in [("inputs", inputs), ("targets", targets)] {
            if variables.isEmpty {
                throw place.descendant([key]).error("data.\(key) is empty; name one variable or more")
            }
            for (i, variable) in variables.enumerated() {
                func at(_ name: String) -> Place { place.descendant([key, "\(i)", name]) }
                if let file = variable.file, files[file] == nil {
                    throw at("file").error(
                        "data.\(key).\(i).file: there is no file \"\(file)\"; \(suggestion(for: file, among: files.keys.sorted(), "files"))"
                    )
                }
                if variable.byGroup, key == "targets" {
                    throw at("by_group").error(
                        "data.targets.\(i).by_group: targets of the test may not be asked for their own mean and spread; by_group is for inputs"
                    )
                }
                if variable.file == nil, files.count != 1 {
                    throw at("file").error(
                        "data.\(key).\(i) (\(variable.variable)) lacks the key \"file\"; there are \(files.keys.sorted().joined(separator: ", "))"
                    )
                }
            }
        }
        let ofInputs = inputs.enumerated().map { (path: ["inputs", "\($0)"], roles: $1.dimensions) }
        let ofTargets = targets.enumerated().map { (path: ["targets", "\($0)"], roles: $1.dimensions) }
        for (path, roles) in [(path: [], roles: dimensions)] + ofInputs + ofTargets {
            guard let role = roles[sample], role != .samples else { continue }
            let path = path + ["dimensions", sample]
            throw place.descendant(path).error(
                "data.\(path.joined(separator: ".")): examples lie along \"\(sample)\" (data.sample), which cannot be \(role.rawValue); leave it out"
            )
        }
        if let complaint = streamingComplaint { throw place.descendant(complaint.path).error(complaint.message) }
        if let runsComplaint { throw place.descendant(["runs"]).error("data.runs: \(runsComplaint)") }
        if let history, runs?.contains(history) != true {
            throw place.descendant(["history"]).error(
                "data.history: there is no run \"\(history)\"; \(suggestion(for: history, among: runs ?? [], "runs"))")
        }
        if runs == nil, let (name, path) = files.first(where: { $1.contains("{run}") }) {
            throw place.descendant(["files", name]).error(
                "data.files.\(name) is \"\(path)\", but data.runs does not say what {run} stands for")
        }
    }
}

extension VariableConfiguration: Settings {
    static var shorthand: String? { "variable" }

    static var keys: [Key<Self>] {
        [
            Key("variable", \.variable, required: true, "Its name in the file."),
            Key("file", \.file, "The name of its file in files; may be left out where there is only one."),
            Key(
                "select", \.select,
                "Ranges [from, to], a single label or several names, by dimension or coordinate: {lat: [-30, 30], time: [\"1950-01\", \"2000-12\"]}; by place: {level: \"#2\", time: [\"#0\", \"#-1\"]}."
            ),
            Key("dimensions", \.dimensions, "What its dimensions are, where data.dimensions says something else."),
            Key("mean", \.mean, "Dimensions to average over, such as member."),
            Key(
                "anomaly", \.anomaly,
                "Leave the climatology out: that of each month, each season, or of all times, taken over the training part."
            ),
            Key("detrend", \.detrend, "Leave the linear trend over the training part's time out."),
            Key(
                "by_group", \.byGroup,
                "Take climatology, trend and scale of an input from each group of the split by itself: of each climate model its own mean and spread."
            ),
            Key("regrid", \.regrid, "Bring it onto a grid of that step in degrees."),
            Key(
                "scale", \.scale,
                "none; standard: mean 0 and variance 1 over all cells of the training part; cell: the same cell by cell; max: divided by the largest size."
            ),
            Key(
                "fill", \.fill,
                "What stands in for missing values: a number, put in after scaling (0 is then the mean with scale: standard), or mean (of the training part, cell by cell). Without it a missing value is an error."
            ),
            Key("mask", \.mask, "A channel more that says where values are present (1) and where missing (0)."),
        ]
    }

    mutating func finish(_ place: Place) throws {
        // Of names there may be more, which only a file tells.
        if let odd = select.first(where: {
            $1.isEmpty || $1.count > 2 && $1.contains { if case .number = $0 { true } else { $0.place != nil } }
        }) {
            throw place.descendant(["select", odd.key]).error(
                "\(place.name).select.\(odd.key) holds \(odd.value.count) labels; give one, or a range [from, to]")
        }
        for (name, labels) in select.sorted(by: { $0.key < $1.key }) {
            let places = labels.filter { $0.description.hasPrefix("#") }
            if !places.isEmpty, places.count < labels.count || places.contains(where: { $0.place == nil }) {
                throw place.descendant(["select", name]).error(
                    "\(place.name).select.\(name) is \(labels.map(\.description).joined(separator: ", ")); a place is written \"#2\", a range of places [\"#0\", \"#99\"]"
                )
            }
        }
    }
}

extension VariableConfiguration.Regrid: Settings {
    static var shorthand: String? { "step" }

    static var keys: [Key<Self>] {
        [
            Key("step", \.step, required: true, is: .above(0), "Degrees from cell to cell."),
            Key("method", \.method, "bilinear, or conservative, which keeps areal means."),
        ]
    }
}

extension VariableConfiguration.Fill: SettingValue {
    init(_ place: Place) throws {
        switch place.text {
        case .number(let value): self = .value(value)
        case .text("mean"): self = .mean
        default: throw place.wants("a number, or mean")
        }
    }

    var json: JSON {
        switch self {
        case .value(let value): JSON(value)
        case .mean: "mean"
        }
    }

    static var jsonSchema: JSON { ["anyOf": [["type": "number"], ["enum": ["mean"]]]] }
}

extension WindowConfiguration: Settings {
    static var shorthand: String? { "length" }

    static var keys: [Key<Self>] {
        [
            Key(
                "length", \.length, is: .from(1, to: 1_000_000),
                "Steps in a window; 1 gives examples without a dimension of time."),
            Key(
                "lead", \.lead, is: .from(0, to: 1_000_000), "How many steps after a window's last one the target lies."
            ),
            Key("as", \.form, "steps: a dimension of the examples; channels: side by side in each cell."),
        ]
    }
}
