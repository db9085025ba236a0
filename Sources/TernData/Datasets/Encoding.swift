import Foundation
import TernCore

/// A variable as it will lie in a file.
struct EncodedVariable {
    enum Content {
        case numbers(Tensor)
        case texts([String])

        /// Bit by bit, so that gaps are alike.
        func isSame(as other: Content) -> Bool {
            switch (self, other) {
            case (.texts(let a), .texts(let b)): a == b
            case (.numbers(let a), .numbers(let b)): a.doubles.map(\.bitPattern) == b.doubles.map(\.bitPattern)
            default: false
            }
        }
    }

    var name: String
    var type: ElementType
    var dimensions: [String]
    var shape: [Int]
    var attributes: [StoredAttribute]
    var content: Content
}

extension Dataset {
    /// The fields that are written: those in memory, or all data of a file.
    func fieldsToWrite() throws -> [Field] {
        if case .fields(let fields) = source { return fields }
        return try dataVariables.map { try field($0.name) }
    }
}

/// Fields as the variables of a file: coordinates and bounds first, then data.
struct Encoding {
    var variables: [EncodedVariable] = []
    var dimensions: [Dimension] = []

    /// - Parameters:
    ///   - packed: fields to be stored in 16 bits each, with `scale_factor` and `add_offset` from their range.
    ///   - unlimited: the dimension along which the file may grow.
    /// - Throws: `DataError` where two variables would have one name, or one dimension two lengths.
    init(_ fields: [Field], packing packed: Set<String>, unlimited: String? = nil, file: String) throws {
        for field in fields {
            for (name, length) in zip(field.dimensions, field.shape) {
                try add(name, length, isUnlimited: name == unlimited, of: field.name, file: file)
            }
        }
        if let conflict = Coordinate.conflict(among: fields.map { ($0.name, $0.coordinates) }) {
            throw DataError(file: file, "\(conflict); rename one, or write them to files of their own")
        }
        for coordinate in Dataset.coordinates(of: fields) {
            try add(coordinate, isPiece: coordinate.dimension == unlimited, file: file)
        }
        for field in fields {
            try Self.check(field, against: fields, file: file)
            try add(field, isPacked: packed.contains(field.name), file: file)
        }
        if let twice = Dictionary(grouping: variables, by: \.name).filter({ $1.count > 1 }).keys.sorted().first {
            throw DataError(file: file, "two variables would be named \"\(twice)\"; rename one of the fields")
        }
    }

    private mutating func add(
        _ dimension: String, _ length: Int, isUnlimited: Bool = false, of variable: String, file: String
    ) throws {
        guard let known = dimensions.first(where: { $0.name == dimension }) else {
            return dimensions.append(Dimension(dimension, length: length, isUnlimited: isUnlimited))
        }
        guard known.length == length else {
            throw DataError(
                file: file,
                "dimension \"\(dimension)\" has the length \(length) in \"\(variable)\" and \(known.length) in another variable; rename one"
            )
        }
    }

    /// Of a coordinate and a field of one name the field is written, so that both are to say the same.
    private static func check(_ field: Field, against fields: [Field], file: String) throws {
        for other in fields {
            guard let coordinate = other.coordinate(field.name) else { continue }
            // CDO's dates as numbers are told apart by no other.
            if coordinate.times != nil, field.units?.contains(" as %") == true { continue }
            var labels = coordinate.labels
            // As the field counts them.
            if let times = coordinate.times,
                let calendar = CalendarDate.Calendar(name: field.attributes["calendar"]?.text ?? "standard"),
                times.allSatisfy({ $0.calendar == calendar }),
                let units = try? TimeUnits(field.units ?? "", calendar: calendar)
            {
                labels = .numbers(times.map(units.number(for:)))
            }
            let own = Coordinate(field.name, dimension: coordinate.dimension, numbers: field.values.doubles)
            guard field.dimensions == [coordinate.dimension],
                own.difference(from: Coordinate(field.name, dimension: coordinate.dimension, labels: labels)) == nil
            else {
                throw DataError(
                    file: file,
                    "the field \"\(field.name)\" has other values than the coordinate \"\(field.name)\" of \"\(other.name)\"; rename one, or write them to files of their own"
                )
            }
        }
    }

    private mutating func add(_ coordinate: Coordinate, isPiece: Bool, file: String) throws {
        var attributes = coordinate.attributes, bounds = coordinate.bounds
        let type: ElementType, content: EncodedVariable.Content
        switch coordinate.labels {
        case .texts(let texts): (type, content) = (.string, .texts(texts))
        case .numbers(let numbers):
            // Numbers of models, members and years are integers in files.
            let isWhole =
                !isPiece && coordinate.role == nil && numbers.allSatisfy { $0 == $0.rounded() && abs($0) < 2e9 }
            (type, content) = (isWhole ? .int : .double, .numbers(Tensor(numbers)))
        case .times(let times):
            let calendar = times.first?.calendar ?? .standard
            guard times.allSatisfy({ $0.calendar == calendar }) else {
                throw DataError(file: file, "coordinate \"\(coordinate.name)\" mixes dates of several calendars")
            }
            let text = attributes["units"]?.text ?? ""
            // Bounds are numbers of the old units, such as "day as %Y%m%d", which say nothing in the new ones.
            if !TimeUnits.describes(text) { bounds = nil }
            // A later piece may hold times that no number of days says exactly.
            let unit = isPiece ? "seconds" : Self.unit(for: times)
            let units = try? TimeUnits(
                TimeUnits.describes(text) ? text : "\(unit) since 1970-01-01", calendar: calendar)
            guard let units else {
                throw DataError(file: file, "coordinate \"\(coordinate.name)\": dates cannot be counted in \"\(text)\"")
            }
            attributes["units"] = .text(units.text)
            attributes["calendar"] = .text(calendar.rawValue)
            (type, content) = (.double, .numbers(Tensor(times.map(units.number(for:)))))
        }
        if let bounds {
            attributes["bounds"] = .text(coordinate.name + "_bnds")
            try add("bnds", 2, of: coordinate.name + "_bnds", file: file)
            variables.append(
                EncodedVariable(
                    name: coordinate.name + "_bnds", type: .double, dimensions: [coordinate.dimension, "bnds"],
                    shape: [bounds.count, 2], attributes: [],
                    content: .numbers(
                        Tensor(bounds.flatMap { [$0.lowerBound, $0.upperBound] }, shape: [bounds.count, 2]))))
        }
        variables.append(
            EncodedVariable(
                name: coordinate.name, type: type, dimensions: [coordinate.dimension], shape: [coordinate.count],
                attributes: attributes.stored, content: content))
    }

    /// Days where a number of them says each time exactly: a part of a day that has a power of two of them.
    private static func unit(for times: [CalendarDate]) -> String {
        times.allSatisfy { ($0.seconds / 675).truncatingRemainder(dividingBy: 1) == 0 } ? "days" : "seconds"
    }

    private mutating func add(_ field: Field, isPacked: Bool, file: String) throws {
        var attributes = field.attributes
        for name in Dataset.packing { attributes[name] = nil }
        let others = field.coordinates.map(\.name).filter { !field.dimensions.contains($0) }
        if !others.isEmpty { attributes["coordinates"] = .text(others.joined(separator: " ")) }
        var stored = attributes.stored
        var values = field.values, type: ElementType = values.dtype == .float32 ? .float : .double
        if isPacked, let range = field.range {
            // 65,534 steps from the least to the largest value; -32768 stands for missing ones.
            let offset = (range.lowerBound + range.upperBound) / 2
            let scale = range.lowerBound == range.upperBound ? 1 : (range.upperBound - range.lowerBound) / 65534
            let ends = [range.lowerBound, range.upperBound].map { (($0 - offset) / scale).rounded() }
            guard scale.isFinite, ends.allSatisfy({ abs($0) <= 32767 }) else {
                throw DataError(
                    file: file,
                    "field \"\(field.name)\" goes from \(range.lowerBound) to \(range.upperBound), which steps of 16 bits cannot tell apart; write it without packing"
                )
            }
            values = round((field.values.cast(to: .float64) - offset) / scale)
            values = select(isNaN(values), Tensor(-32768.0), values)
            type = .short
            stored += [("scale_factor", scale), ("add_offset", offset)].map {
                StoredAttribute(name: $0, type: .double, value: .numbers([$1]))
            }
        }
        stored.append(
            StoredAttribute(name: "_FillValue", type: type, value: .numbers([type == .short ? -32768 : .nan])))
        variables.append(
            EncodedVariable(
                name: field.name, type: type, dimensions: field.dimensions, shape: field.shape, attributes: stored,
                content: .numbers(values)))
    }
}
