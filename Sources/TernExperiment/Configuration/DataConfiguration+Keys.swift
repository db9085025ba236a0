import Tern

extension DataConfiguration: Settings {
    static var keys: [Key<Self>] {
        [
            Key("files", \.files, required: true, "Files by a name of your own. A path may hold {run} and the signs * and ?; relative ones begin at this file's folder."),
            Key("runs", \.runs, "What {run} stands for in turn, such as scenarios. No window crosses from one run into another."),
            Key("history", \.history, "The run that the others continue: its last steps come before their first in windows."),
            Key("made", \.made, names: ("made data", MadeData.allCases.map(\.rawValue)), "The data that tern make-data makes where the files are absent."),
            Key("sample", \.sample, "The dimension along which examples lie, such as time or sample."),
            Key("inputs", \.inputs, required: true, "The variables that the network sees."),
            Key("targets", \.targets, required: true, "The variables that it is to predict."),
            Key("window", \.window, "Several steps as one example."),
            Key("streaming", \.isStreamed, "Read steps as they are needed, in the background while the network trains: for data larger than memory."),
            Key("chunk", \.chunk, is: .atLeast(1), "How many steps streaming reads at once; by default as many as take 192 MiB, with all that is made of them."),
        ]
    }

    mutating func finish(_ place: Place) throws {
        for (key, variables) in [("inputs", inputs), ("targets", targets)] {
            if variables.isEmpty { throw place.descendant([key]).error("data.\(key) is empty; name one variable or more") }
            for (i, variable) in variables.enumerated() {
                func at(_ name: String) -> Place { place.descendant([key, "\(i)", name]) }
                if let file = variable.file, files[file] == nil {
                    throw at("file").error("data.\(key).\(i).file: there is no file \"\(file)\"; \(suggestion(for: file, among: files.keys.sorted(), "files"))")
                }
                if variable.byGroup, key == "targets" {
                    throw at("by_group").error("data.targets.\(i).by_group: targets of the test may not be asked for their own mean and spread; by_group is for inputs")
                }
                if variable.file == nil, files.count != 1 {
                    throw at("file").error("data.\(key).\(i) (\(variable.variable)) lacks the key \"file\"; there are \(files.keys.sorted().joined(separator: ", "))")
                }
            }
        }
        if let complaint = streamingComplaint { throw place.descendant(complaint.path).error(complaint.message) }
        if let history, runs?.contains(history) != true {
            throw place.descendant(["history"]).error("data.history: there is no run \"\(history)\"; \(suggestion(for: history, among: runs ?? [], "runs"))")
        }
        if runs == nil, let (name, path) = files.first(where: { $1.contains("{run}") }) {
            throw place.descendant(["files", name]).error("data.files.\(name) is \"\(path)\", but data.runs does not say what {run} stands for")
        }
    }
}

extension VariableConfiguration: Settings {
    static var shorthand: String? { "variable" }

    static var keys: [Key<Self>] {
        [
            Key("variable", \.variable, required: true, "Its name in the file."),
            Key("file", \.file, "The name of its file in files; may be left out where there is only one."),
            Key("select", \.select, "Ranges [from, to], or a single label, by dimension or coordinate: {lat: [-30, 30], time: [\"1950-01\", \"2000-12\"]}."),
            Key("mean", \.mean, "Dimensions to average over, such as member."),
            Key("anomaly", \.anomaly, "Leave the climatology out: that of each month, each season, or of all times, taken over the training part."),
            Key("detrend", \.detrend, "Leave the linear trend over the training part's time out."),
            Key("by_group", \.byGroup, "Take climatology, trend and scale of an input from each group of the split by itself: of each climate model its own mean and spread."),
            Key("regrid", \.regrid, "Bring it onto a grid of that step in degrees."),
            Key("scale", \.scale, "none; standard: mean 0 and variance 1 over all cells of the training part; cell: the same cell by cell; max: divided by the largest size."),
            Key("fill", \.fill, "What stands in for missing values: a number, or mean (of the training part, cell by cell). Without it a missing value is an error."),
            Key("mask", \.mask, "A channel more that says where values are present (1) and where missing (0)."),
        ]
    }

    mutating func finish(_ place: Place) throws {
        if let odd = select.first(where: { !(1...2).contains($0.value.count) }) {
            throw place.descendant(["select", odd.key]).error("\(place.name).select.\(odd.key) holds \(odd.value.count) labels; give one, or a range [from, to]")
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
            Key("length", \.length, is: .from(1, to: 1_000_000), "Steps in a window; 1 gives examples without a dimension of time."),
            Key("lead", \.lead, is: .from(0, to: 1_000_000), "How many steps after a window's last one the target lies."),
        ]
    }
}
