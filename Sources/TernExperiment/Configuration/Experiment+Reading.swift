import Foundation
import Tern

extension Experiment: Settings {
    static var keys: [Key<Self>] {
        [
            Key("name", \.name, required: true, "What the run's folder and reports are called."),
            Key("description", \.description, "What it is about, for the report."),
            Key("seed", \.seed, is: .from(0, to: 4_294_967_295), "Of weights, order and splits."),
            Key("data", \.data, required: true, "Which variables are read from which files, and what is done to them."),
            Key("split", \.split, required: true, "Which examples are learned from, watched, and tested on."),
            Key("model", \.model, required: true, "The network: a named one, or layers."),
            Key("training", \.training, "How the network learns. Names and defaults are Keras's."),
            Key("baseline", \.baseline, "The linear model on the same split: ridge regression on the leading EOFs."),
            Key("output", \.output, "What a run leaves behind beside weights and scores."),
        ]
    }

    /// Reads an experiment from a YAML file; relative paths of data begin at its folder and become absolute.
    ///
    /// - Parameters:
    ///   - path: of the YAML file.
    ///   - settings: what is to be changed in it, as of `--set`: `training.epochs=10`, `data.inputs.0.scale=cell`.
    /// - Throws: `DataError` with the line of what is unknown, missing, of the wrong kind or out of range.
    public init(contentsOf path: String, setting settings: [String] = []) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DataError(
                file: path, FileManager.default.fileExists(atPath: path) ? "cannot be read" : "there is no such file")
        }
        let kind = FileKind(of: path), complaint = kind?.complaint(insteadOf: "experiment in YAML")
        guard let text = String(data: data, encoding: .utf8) else {
            throw DataError(file: path, complaint ?? "this is no text in UTF-8")
        }
        // What is no text may read as one; a comment of YAML may look like a line of a table.
        if let kind, let complaint, ![.yaml, .text].contains(kind), kind != .table || !Document.isMapping(text) {
            throw DataError(file: path, complaint)
        }
        try self.init(yaml: text, path: path, setting: settings)
    }

    /// Reads an experiment from YAML.
    ///
    /// - Parameters:
    ///   - path: the file it comes from: what messages name, and whose folder relative paths of data begin at. Without
    ///     one, paths stay as they are.
    ///   - settings: what is to be changed in it, as of `--set`.
    /// - Throws: `DataError` with the line of what is unknown, missing, of the wrong kind or out of range.
    public init(yaml: String, path: String? = nil, setting settings: [String] = []) throws {
        var document = try Document(yaml, file: path ?? "experiment")
        for setting in settings { try document.set(setting) }
        try self.init(Place(document))
        guard let path else { return }
        self = withFiles(in: URL(fileURLWithPath: path).deletingLastPathComponent().path)
    }

    /// With absolute paths of data, so that what a run writes down finds them from any folder; relative ones begin at
    /// `folder`.
    func withFiles(in folder: String) -> Experiment {
        var experiment = self
        experiment.data.files = data.files.mapValues {
            $0.hasPrefix("/") ? $0 : (folder as NSString).appendingPathComponent($0)
        }
        return experiment
    }

    mutating func finish(_ place: Place) throws {
        if split.by == .group, split.group == "run", data.runs == nil {
            throw place.descendant(["split", "group"]).error("split.group is run, but data.runs names none")
        }
        if split.group == nil, data.runs == nil, let i = data.inputs.firstIndex(where: \.byGroup) {
            throw place.descendant(["data", "inputs", "\(i)", "by_group"]).error(
                "data.inputs.\(i).by_group is true, but split.group does not say what makes a group")
        }
        if split.by == .group, split.group == "run", let runs = data.runs {
            for part in Split.Part.allCases {
                for run in split.labels(of: part) ?? []
                where !runs.map(Scalar.text).contains(run) && !runs.contains(run.json.written()) {
                    let name = if case .text(let text) = run { text } else { run.json.written() }
                    throw place.descendant(["split", "\(part)"]).error(
                        "split.\(part): there is no run \"\(name)\"; \(suggestion(for: name, among: runs, "runs"))")
                }
            }
        }
    }

    /// The experiment as YAML with all defaults filled in, which reads back equal.
    public func yaml() throws -> String { try json.yaml() }

    /// The JSON schema of the YAML, for editors that complete and check it.
    public static var schema: String {
        let head: JSON = [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "An experiment of Tern",
            "description": "Data, network and training of a run of tern train.",
        ]
        let definitions: JSON = ["$defs": LayerConfiguration.definitions]
        return JSON.object(head.members + jsonSchema.members + definitions.members).written() + "\n"
    }
}
