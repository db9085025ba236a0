import Foundation
import Tern

/// Where fields come from: files, or memory.
package protocol FieldSource: Sendable {
    /// Where the field of a variable in a run can be read.
    func file(_ variable: VariableConfiguration, run: String?) throws -> FieldFile

    /// Whether the variable is there at all, readable or not.
    func holds(_ variable: VariableConfiguration, run: String?) throws -> Bool
}

/// A variable in a file, whole or in part.
package struct FieldFile: Sendable {
    let dataset: Dataset
    let name: String
    /// What messages name.
    let path: String

    /// Refuses a sample dimension whose times cannot be read: seasons, periods and windows would be none.
    ///
    /// - Parameter coordinates: of the field, which are dates where its times were read.
    func checkTimes(_ coordinates: [Coordinate], along sample: String) throws {
        if let complaint = timeComplaint(coordinates, along: sample) {
            throw DataError(file: path, "\(complaint); correct the times in the file")
        }
    }

    /// What is said of times that cannot be read where nobody asks for them; nil where they are read.
    func timeNote(_ coordinates: [Coordinate], along sample: String) -> String? {
        timeComplaint(coordinates, along: sample).map {
            "\($0); the times are used as plain numbers, since neither split nor preparation asks for dates"
        }
    }

    private func timeComplaint(_ coordinates: [Coordinate], along sample: String) -> String? {
        coordinates.first { $0.name == sample }?.times == nil ? dataset.timeComplaint(sample) : nil
    }

    /// What is said of limits of valid values that are none.
    func limitsNote() throws -> String? {
        try dataset.variable(name).limitsComplaint.map { "variable \"\(name)\" of \(path): \($0)" }
    }

    /// What is said of cells whose places are known but not their areas, rows and columns of a rotated or curvilinear
    /// grid, and of rows whose bounds cannot be used; nil of others.
    func areaNote(_ steps: VariableSteps) -> String? {
        if let latitudes = steps.shape.latitudes?.rows {
            return latitudes.bounds == nil ? dataset.boundsComplaint(along: latitudes.dimension) : nil
        }
        guard steps.shape.grid == nil, steps.shape.cells.count > 1 else { return nil }
        return dataset.curvedLatitude(on: steps.shape.cells.map(\.name)).map {
            "the latitudes of \(path) lie on two dimensions (\"\($0.name)\"): the areas of its cells are not computed, and all weigh the same in "
                + "training, baseline and scores; where they differ much, bring them onto latitudes and longitudes first, as with: cdo remapcon,r360x180"
        }
    }

    /// The places along a dimension that a variable selects, as a field of their indices with what labels them, and the
    /// variable without what it selects there.
    ///
    /// - Parameter isWanted: whether these labels are to be selected, or passed over.
    func labels(
        along dimension: String, selectedBy variable: VariableConfiguration, needsTimes: Bool = true,
        where isWanted: ([Scalar]) -> Bool
    ) throws -> (labels: Field, rest: VariableConfiguration) {
        let others = try dataset.variable(name).dimensions.filter { $0 != dimension }
        let coordinates = try field(at: Dictionary(others.map { ($0, 0..<0) }, uniquingKeysWith: { first, _ in first }))
            .coordinates.filter { $0.dimension == dimension }
        if needsTimes { try checkTimes(coordinates, along: dimension) }
        let count = dataset.length(of: dimension) ?? 0
        // Of each place label and coordinates are known.
        if let complaint = MachineMemory.complaint(about: checkedProduct([count, 800])) {
            throw DataError(file: path, "variable \"\(name)\" has \(count) steps along \"\(dimension)\": \(complaint)")
        }
        var all = Field(name, Tensor((0..<count).map(Double.init)), dimensions: [dimension], coordinates: coordinates),
            rest = variable
        do {
            for (name, wanted) in variable.select.sorted(by: { $0.key < $1.key }) {
                let coordinate = all.coordinate(name)
                guard coordinate != nil || name == dimension else { continue }
                if isWanted(wanted), all.dimensions.contains(dimension) {
                    all = try all.select([name: wanted.selection(of: coordinate, length: count)])
                }
                rest.select[name] = nil
            }
        } catch let error as DataError {
            throw DataError(file: path, "variable \"\(variable.variable)\": \(error.message)")
        }
        return (all, rest)
    }

    /// The field at these places along the samples, or whole.
    func field(at places: [String: Range<Int>] = [:]) throws -> Field {
        var notes: ReadingNotes?
        return try field(at: places, notes: &notes)
    }

    /// - Parameter notes: what nothing in the file says is added to them.
    func field(at places: [String: Range<Int>] = [:], notes: inout ReadingNotes?) throws -> Field {
        var field = try dataset.field(name, at: places, notes: &notes)
        // That data are made goes wherever they go.
        if let notice = dataset.attributes["synthetic"] { field.attributes["synthetic"] = notice }
        return field
    }
}

/// The files of a configuration.
struct FileSource: FieldSource {
    var configuration: DataConfiguration
    /// Where relative paths begin.
    var folder: String

    func file(_ variable: VariableConfiguration, run: String?) throws -> FieldFile {
        let paths = try paths(of: variable, run: run)
        let name = try variable.variable.inserting(run, into: "variable")
        let dataset =
            paths.count == 1
            ? try Dataset(contentsOf: paths[0]) : try Dataset(contentsOf: paths, along: configuration.sample)
        return FieldFile(dataset: dataset, name: name, path: dataset.path)
    }

    func holds(_ variable: VariableConfiguration, run: String?) throws -> Bool {
        guard try !found(variable, run: run).paths.isEmpty else { return false }
        let file = try file(variable, run: run)
        return file.dataset.variables.contains { $0.name == file.name }
    }

    /// The files of a variable, which are joined in the order of their times or else of their names.
    func paths(of variable: VariableConfiguration, run: String?) throws -> [String] {
        let (path, found) = try found(variable, run: run)
        guard !found.isEmpty else {
            let hint = configuration.made.map { "; make it with `tern make-data \($0)`" } ?? ""
            throw DataError(file: path, "there is no such file for variable \"\(variable.variable)\"\(hint)")
        }
        return found
    }

    /// Where its files are to lie, and those that are there.
    private func found(_ variable: VariableConfiguration, run: String?) throws -> (path: String, paths: [String]) {
        let names = configuration.files.keys.sorted()
        guard let name = configuration.fileName(of: variable) else {
            throw DataError(
                file: "data",
                "variable \"\(variable.variable)\": say its `file`; the files are \(names.joined(separator: ", "))")
        }
        guard let pattern = configuration.files[name] else {
            throw DataError(
                file: "data",
                "variable \"\(variable.variable)\": there is no file \"\(name)\"; \(suggestion(for: name, among: names, "files"))"
            )
        }
        let path = URL(
            fileURLWithPath: try pattern.inserting(run, into: "file"),
            relativeTo: URL(fileURLWithPath: folder, isDirectory: true)
        ).path
        // What exists is itself, whatever signs are in its name.
        return (path, FileManager.default.fileExists(atPath: path) ? [path] : Self.matches(path))
    }

    /// The paths that a pattern with * and ? names, sorted.
    private static func matches(_ pattern: String) -> [String] {
        guard pattern.contains(where: "*?".contains) else { return [] }
        // To the shell, brackets are a pattern too; here they are a folder's name.
        let pattern = pattern.replacing("\\", with: "\\\\").replacing("[", with: "\\[")
        var result = glob_t()
        defer { globfree(&result) }
        guard glob(pattern, 0, nil, &result) == 0 else { return [] }
        return (0..<Int(result.gl_pathc)).compactMap { result.gl_pathv[$0].map { String(cString: $0) } }.sorted()
    }
}

/// Fields in memory, by the name of the variable; a run's own under "run/variable".
package struct MemorySource: FieldSource {
    package var fields: [String: Field]

    package init(fields: [String: Field]) { self.fields = fields }

    package func file(_ variable: VariableConfiguration, run: String?) throws -> FieldFile {
        let (name, field) = try found(variable, run: run)
        guard let field else {
            throw DataError(
                file: "memory",
                "there is no variable \"\(name)\"; \(suggestion(for: name, among: fields.keys.sorted(), "variables"))")
        }
        return FieldFile(dataset: Dataset([field]), name: field.name, path: "memory")
    }

    package func holds(_ variable: VariableConfiguration, run: String?) throws -> Bool {
        try found(variable, run: run).field != nil
    }

    private func found(_ variable: VariableConfiguration, run: String?) throws -> (name: String, field: Field?) {
        let name = try variable.variable.inserting(run, into: "variable")
        return (name, run.flatMap { fields["\($0)/\(name)"] } ?? fields[name])
    }
}

extension String {
    fileprivate func inserting(_ run: String?, into what: String) throws -> String {
        guard contains("{run}") else { return self }
        guard let run else { throw DataError(file: "data", "the \(what) \"\(self)\" holds {run}; list the `runs`") }
        return replacingOccurrences(of: "{run}", with: run)
    }
}
