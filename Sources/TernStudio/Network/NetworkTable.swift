import Foundation
import Tern
import TernText

/// Points from a table that was dropped on the page.
package struct NetworkTableRequest: Decodable, Sendable {
    package var task: NetworkSettings.Task
    /// Which columns are x and y, or x1, x2 and the class; nil: the first that can be.
    package var columns: [String]?
    /// Whether columns of numbers get mean 0 and standard deviation 1.
    package var isScaled: Bool?

    package init(task: NetworkSettings.Task, columns: [String]? = nil, isScaled: Bool = false) {
        (self.task, self.columns, self.isScaled) = (task, columns, isScaled)
    }
}

/// The columns of a table, before any is read: so that others can be chosen where those cannot be taken.
package struct NetworkColumns: Encodable {
    /// All columns, those of numbers, and those that are taken.
    package var names: [String], numbers: [String], columns: [String]

    /// - Throws: `StudioMistake` where the bytes are no table.
    package init(_ request: NetworkTableRequest, bytes: Data?) throws {
        try self.init(request, Self.table(bytes))
    }

    init(_ request: NetworkTableRequest, _ table: Table) {
        names = table.columnNames
        numbers = table.columns.filter { $0.numbers != nil }.map(\.name)
        let all = names, numeric = numbers
        if let given = request.columns {
            columns = given
        } else if request.task == .classes {
            // The class is a column of words if there is one, else the last.
            let label = all.first { !numeric.contains($0) } ?? all.last
            columns = Array(numeric.filter { $0 != label }.prefix(2)) + (label.map { [$0] } ?? [])
        } else {
            columns = Array(numeric.prefix(2))
        }
    }

    static func table(_ bytes: Data?) throws -> Table {
        guard let bytes else { throw StudioMistake("there is no file with the request", argument: "file") }
        guard !bytes.isEmpty else { throw StudioMistake("the file is empty", argument: "file") }
        guard let text = String(data: bytes, encoding: .utf8) else {
            throw StudioMistake("the file is no text in UTF-8: save it as CSV", argument: "file")
        }
        do { return try Table(csvText: text, source: "the file") } catch {
            throw StudioMistake("\(error)", argument: "file")
        }
    }
}

package struct NetworkTable: Encodable {
    /// All columns, those of numbers, and those that were taken.
    package var names: [String], numbers: [String], columns: [String]
    package var x: [NumberArray], y: NumberArray
    package var view: [[Double]]
    /// The classes' names.
    package var classes: [String]
    /// What was left out, in a sentence; empty: nothing.
    package var note: String

    /// - Throws: `StudioMistake` where the bytes are no table, or lack such columns.
    package init(_ request: NetworkTableRequest, bytes: Data?) throws {
        let table = try NetworkColumns.table(bytes), found = NetworkColumns(request, table)
        let (names, numbers, columns) = (found.names, found.numbers, found.columns)
        let isClasses = request.task == .classes
        func numeric(_ name: String) throws -> [Double] {
            guard let found = table[name]?.numbers else {
                throw StudioMistake(
                    table[name] == nil
                        ? "the file has no column \(name.prefix(40)); there are \(names.prefix(20).joined(separator: ", "))"
                        : "the column \(name.prefix(40)) does not hold numbers", argument: "columns")
            }
            return found
        }
        guard columns.count == (isClasses ? 3 : 2) else {
            throw StudioMistake(
                isClasses
                    ? "classes need two columns of numbers and one of classes; the file has \(numbers.count) of numbers"
                    : "a curve needs two columns of numbers, x and y; the file has \(numbers.count)",
                argument: "columns")
        }
        let features = try columns.dropLast().map(numeric)
        let targets: [Double], classes: [String]
        if isClasses {
            guard let column = table[columns[2]] else {
                throw StudioMistake("the file has no column \(columns[2].prefix(40))", argument: "columns")
            }
            // In full: numbers of stations may differ in their last digit alone.
            let texts = column.texts ?? column.numbers.map { $0.map(\.plain) }
            guard let texts else {
                throw StudioMistake(
                    "the column \(columns[2].prefix(40)) holds neither words nor numbers", argument: "columns")
            }
            let missing = Set(column.missingRows)
            let found = Set(texts.indices.filter { !missing.contains($0) }.map { texts[$0] }).sorted()
            classes = found
            guard classes.count <= NetworkSettings.mostClasses else {
                throw StudioMistake(
                    "the column \(columns[2].prefix(40)) has \(classes.count) classes; \(NetworkSettings.mostClasses) are shown at most",
                    argument: "columns")
            }
            let places = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, Double($0)) })
            targets = texts.enumerated().map { missing.contains($0) ? .nan : places[$1] ?? .nan }
        } else {
            classes = []
            targets = try numeric(columns[1])
        }
        var rows = targets.indices.filter { i in targets[i].isFinite && features.allSatisfy { $0[i].isFinite } }
        var notes: [String] = []
        if rows.count < targets.count {
            notes.append("rows that lack a value and are left out: \(targets.count - rows.count)")
        }
        if rows.count > NetworkSettings.mostPoints {
            let all = rows.count
            rows = (0..<NetworkSettings.mostPoints).map { rows[$0 * all / NetworkSettings.mostPoints] }
            notes.append("of \(all) rows \(rows.count) are taken, evenly")
        }
        (self.names, self.numbers, self.columns, self.classes) = (names, numbers, columns, classes)
        note = notes.isEmpty ? "" : notes.joined(separator: "; ") + "."
        var points = NetworkPoints(
            x: features.map { column in rows.map { column[$0] } }, y: rows.map { targets[$0] }, isClasses: isClasses)
        if request.isScaled == true { points.scale() }
        try points.check()
        x = points.x.map { NumberArray($0) }
        y = NumberArray(points.y)
        view = (isClasses ? points.x : points.x + [points.y]).map { numbers in
            let low = numbers.min()!, high = numbers.max()!, more = (high > low ? high - low : max(1, abs(high))) * 0.15
            return [low - more, high + more]
        }
    }
}
