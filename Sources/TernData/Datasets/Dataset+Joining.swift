import Foundation
import Synchronization
import TernCore

extension Dataset {
    /// Opens several files as one that is longer along a dimension: in the order of their first labels there (dates or
    /// numbers), from the largest on where the labels of each file fall; as given where there are none. Other variables
    /// are the first file's.
    ///
    /// Each file stays whole: where the labels of two lie between each other, those of the joined one follow no order.
    ///
    /// xarray's `open_mfdataset` with `combine="by_coords"` is alike. Grids are compared when a field is read:
    /// latitudes or longitudes in another order or convention are brought to the first file's. Times that files count
    /// from days of their own, and their bounds, are counted as in the first.
    ///
    /// - Throws: `DataError` where a file cannot be opened, differs from the first in variables, dimensions or units,
    ///   or holds labels that another holds too.
    /// - Complexity: reads the labels.
    public init(contentsOf paths: [String], along dimension: String) throws {
        guard !paths.isEmpty else { throw DataError(file: "dataset", "no files are given") }
        try self.init(joining: paths.map { try Dataset(contentsOf: $0) }, along: dimension)
    }

    init(joining parts: [Dataset], along dimension: String) throws {
        for part in parts { try part.checkFits(after: parts[0], along: dimension) }
        let parts = try Self.ordered(parts, along: dimension), first = parts[0]
        guard let length = checkedSum(parts.map { $0.length(of: dimension) ?? 0 }) else {
            throw DataError(
                file: first.path, "the files joined along \"\(dimension)\" are longer than any array could be")
        }
        path = parts.count == 1 ? first.path : "\(first.path) and \(parts.count - 1) more"
        format = first.format
        dimensions = first.dimensions.map {
            $0.name == dimension ? Dimension($0.name, length: length, isUnlimited: $0.isUnlimited) : $0
        }
        variables = first.variables.map { variable in
            var variable = variable
            for i in variable.dimensions.indices where variable.dimensions[i] == dimension {
                variable.shape[i] = length
            }
            return variable
        }
        index = VariableIndex(variables)
        storedAttributes = first.storedAttributes
        source = .joined(parts, along: dimension)
    }

    private func checkFits(after first: Dataset, along dimension: String) throws {
        guard dimensions.contains(where: { $0.name == dimension }) else {
            throw DataError(
                file: path,
                "there is no dimension \"\(dimension)\" to join files along; "
                    + suggestion(for: dimension, among: dimensions.map(\.name), "dimensions"))
        }
        for variable in first.variables where variable.dimensions.contains(dimension) {
            guard let other = try? self.variable(variable.name) else {
                throw DataError(file: path, "there is no variable \"\(variable.name)\", which \(first.path) has")
            }
            let isAlike =
                other.dimensions == variable.dimensions
                && zip(other.dimensions, zip(other.shape, variable.shape)).allSatisfy {
                    $0 == dimension || $1.0 == $1.1
                }
            guard isAlike else {
                throw DataError(
                    file: path,
                    "variable \"\(variable.name)\" has the dimensions \(other.dimensions) of \(other.shape); in \(first.path) "
                        + "they are \(variable.dimensions) of \(variable.shape), which may differ along \"\(dimension)\" alone"
                )
            }
            if let units = variable.attributes["units"], let others = other.attributes["units"], units != others,
                !TimeUnits.describes(units.text)
            {
                throw DataError(
                    file: path,
                    "variable \"\(variable.name)\" is in \"\(others.text ?? "?")\", in \(first.path) in \"\(units.text ?? "?")\"; convert one"
                )
            }
        }
    }

    /// The parts by what labels the dimension, none of which stands twice; as given where there are no labels.
    private static func ordered(_ parts: [Dataset], along dimension: String) throws -> [Dataset] {
        guard parts.count > 1,
            parts[0].variables.contains(where: {
                $0.name == dimension && $0.dimensions.count == 1 && $0.complaint == nil && !$0.type.isText
            })
        else { return parts }
        let coordinates = try parts.map { part in
            try part.field(dimension).coordinates.first { $0.name == dimension } ?? Coordinate(dimension, numbers: [])
        }
        guard Coordinate.joined(coordinates) != nil else {
            let other = zip(parts, coordinates).first { Coordinate.joined([coordinates[0], $1]) == nil }!.0
            throw DataError(
                file: other.path,
                "the labels of \"\(dimension)\" cannot follow those of \(parts[0].path): units or calendars differ, or the times of one cannot be read"
            )
        }
        let labels = coordinates.map { coordinate in
            coordinate.numbers ?? coordinate.times?.map(\.dayCount) ?? []
        }
        var owners: [Double: Int] = [:]
        for (part, own) in labels.enumerated() {
            let twice = own.indices.filter { owners[own[$0]] != nil }
            if let first = twice.first {
                let label = coordinates[part].labelTexts[first], other = parts[owners[own[first]]!].path
                throw DataError(
                    file: parts[part].path,
                    "\(dimension) \(label)\(twice.count > 1 ? " and \(twice.count - 1) more are" : " is") in \(other) too, and would count twice; "
                        + "name files that do not overlap (those of different runs or members are `runs`, with {run} in the file's name)"
                )
            }
            for label in own { owners[label] = part }
        }
        // Files whose labels fall, such as latitudes from the north, go on falling.
        let several = labels.filter { $0.count > 1 }
        let isFalling = !several.isEmpty && several.allSatisfy { zip($0, $0.dropFirst()).allSatisfy { $0 > $1 } }
        let starts = labels.map { isFalling ? -($0.first ?? -.infinity) : $0.first ?? .infinity }
        return labels.indices.sorted { (starts[$0], $0) < (starts[$1], $1) }.map { parts[$0] }
    }
}

// What is read of files that are joined.
extension Dataset {
    /// A part of a variable in the order of the first file's labels, whichever of the files it lies in; times are
    /// counted as there.
    func joined(
        _ name: String, at ranges: [String: Range<Int>], of parts: [Dataset], along dimension: String,
        decodingTimes: Bool, _ notes: inout ReadingNotes?
    ) throws -> Field {
        func cut(_ field: Field) -> Field {
            ranges.filter { $0.key != dimension }.reduce(field) { $0.sliced($1.value, along: $1.key) }
        }
        // Without values.
        let first = try firstLabels.field("\(name) \(decodingTimes)") {
            try parts[0].field(name, at: [dimension: 0..<0], decodingTimes: decodingTimes)
        }
        let wanted = cut(first), range = ranges[dimension]!
        var pieces: [Field] = [], start = 0
        for part in parts {
            let length = part.length(of: dimension)!, own = range.clamped(to: start..<start + length)
            defer { start += length }
            if own.isEmpty { continue }
            var places = ranges
            places[dimension] = own.lowerBound - start..<own.upperBound - start
            var piece = try part.field(name, at: places, decodingTimes: decodingTimes, notes: &notes)
            if wanted.labelDifference(from: piece, along: dimension) != nil {
                // What is asked for stands elsewhere in this file.
                let whole = try part.field(
                    name, at: [dimension: places[dimension]!], decodingTimes: decodingTimes, notes: &notes
                ).ordered(as: first, except: dimension)
                if let difference = first.labelDifference(from: whole, along: dimension) {
                    throw part.misfit(difference, name, after: parts[0], along: dimension)
                }
                piece = cut(whole)
            }
            pieces.append(try part.recounted(piece, as: parts[0]))
        }
        return try pieces.isEmpty ? cut(first) : Field.concatenated(pieces, along: dimension)
    }

    /// The texts of all files in the order of the joined variable.
    func joinedTexts(_ variable: Variable, of parts: [Dataset], along dimension: String) throws -> [String] {
        for other in variable.dimensions where other != dimension {
            guard let first = try parts[0].labels(of: other) else { continue }
            for part in parts.dropFirst() {
                guard let difference = try part.labels(of: other).flatMap(first.difference(from:)) else { continue }
                let words = "coordinate \"\(other)\" \(difference)"
                throw part.misfit(words, variable.name, after: parts[0], along: dimension)
            }
        }
        let texts = try parts.map { try $0.texts(variable.name) }
        let rows = variable.shape.prefix(variable.dimensions.firstIndex(of: dimension)!).reduce(1, *)
        return (0..<rows).flatMap { row in
            texts.flatMap { $0[row * ($0.count / rows)..<(row + 1) * ($0.count / rows)] }
        }
    }

    /// What labels a dimension of a file; nil where nothing does.
    private func labels(of dimension: String) throws -> Coordinate? {
        guard case .store(let store) = source, let variable = index.places[dimension].map({ variables[$0] }),
            variable.labelledDimension == dimension, variable.complaint == nil
        else { return nil }
        return try coordinate(variable, [dimension: 0..<variable.shape[0]], from: store, true)
    }

    private func misfit(_ difference: String, _ name: String, after first: Dataset, along dimension: String)
        -> DataError
    {
        DataError(
            file: path,
            "variable \"\(name)\": \(difference) in \(first.path), so the files cannot be joined along \"\(dimension)\"; "
                + "regrid one, or name files of one grid")
    }

    /// Numbers of times, which files count from days of their own (each year from its first, say), as counted by the
    /// first file; the same dates. All else as it is.
    private func recounted(_ field: Field, as first: Dataset) throws -> Field {
        guard let own = timeUnits(of: try variable(field.name)),
            let wanted = first.timeUnits(of: try first.variable(field.name)), own != wanted
        else { return field }
        guard own.calendar == wanted.calendar else {
            throw DataError(
                file: path,
                "variable \"\(field.name)\" counts in the calendar \(own.calendar.rawValue), in \(first.path) in \(wanted.calendar.rawValue); convert one"
            )
        }
        let numbers = try field.values.doubles.map { number in
            if number.isNaN { return number }
            guard let date = own.date(for: number) else {
                throw DataError(
                    file: path,
                    "variable \"\(field.name)\": \(number) \(own.text) is no date, so it cannot be counted in \"\(wanted.text)\" as in \(first.path)"
                )
            }
            return wanted.number(for: date)
        }
        var field = field
        field.values = Tensor(numbers, shape: field.shape)
        if field.attributes["units"] != nil { field.attributes["units"] = .text(wanted.text) }
        return field
    }

    /// How a variable counts times; of bounds, which need not say it, as their coordinate does (CF, section 7.1). nil of
    /// all else.
    private func timeUnits(of variable: Variable) -> TimeUnits? {
        let owner =
            variable.attribute("units") == nil && index.helpers.contains(variable.name)
            ? variables.first { other in
                ["bounds", "climatology"].contains { other.attribute($0)?.value.text == variable.name }
            } : nil
        let told = owner ?? variable
        guard let text = told.attributes["units"]?.text, TimeUnits.describes(text), let calendar = try? calendar(told)
        else { return nil }
        return try? TimeUnits(text, calendar: calendar)
    }
}

/// What labels the fields of the first of joined files, which every part that is read is compared with; kept.
final class FirstLabels: Sendable {
    private let kept = Mutex<[String: Field]>([:])

    func field(_ key: String, _ read: () throws -> Field) rethrows -> Field {
        if let found = kept.withLock({ $0[key] }) { return found }
        let made = try read()
        kept.withLock { $0[key] = made }
        return made
    }
}
