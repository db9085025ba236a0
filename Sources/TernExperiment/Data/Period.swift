import Tern

/// Labels from one to another, both included, as YAML writes them: `[1950, 1999]`, `["1950-03", "1999"]`, `[2015]`.
/// Numbers are an end too that are it but for the rounding of single precision.
struct Period: Sendable {
    private let from: Scalar, to: Scalar

    /// - Parameter name: what the period is for, for messages.
    init(_ scalars: [Scalar], _ name: String) throws {
        guard let first = scalars.first, scalars.count <= 2 else {
            throw DataError(
                file: "split",
                "\(name) is [\(scalars.map(\.description).joined(separator: ", "))]; a period is written [from, to]")
        }
        (from, to) = (first, scalars.last!)
    }

    func contains(_ label: Label) throws -> Bool {
        switch label {
        case .number(let number):
            let low = try value(from), high = try value(to)
            return low <= number && number <= high || Coordinate.isSingle(number, of: low)
                || Coordinate.isSingle(number, of: high)
        case .date(let date): return try span(from, date).lowerBound <= date && date <= span(to, date).upperBound
        case .text(let text):
            throw DataError(file: "split", "\"\(text)\" is a name, which lies in no period; split by: group")
        }
    }

    private func value(_ scalar: Scalar) throws -> Double {
        if let number = scalar.number { return number }
        throw DataError(
            file: "split", "\"\(scalar.description)\" is no number, but the examples are labelled by numbers")
    }

    private func span(_ scalar: Scalar, _ date: CalendarDate) throws -> ClosedRange<CalendarDate> {
        if let span = CalendarDate.span(of: scalar.description, calendar: date.calendar) { return span }
        throw DataError(
            file: "split",
            "\"\(scalar.description)\" is no date of the calendar \(date.calendar.rawValue); write it as 2010, \"2010-03\", \"2010-03-15\" or \"2010-03-15T06\""
        )
    }
}

extension Scalar {
    /// As it would be written.
    var description: String {
        switch self {
        case .number(let number): Label.number(number).description
        case .text(let text): text
        }
    }

    var number: Double? {
        switch self {
        case .number(let number): number
        case .text(let text): Double(text)
        }
    }
}

extension VariableConfiguration {
    /// Whether what is selected along the samples makes one step of the variable, which stays the same for all
    /// examples.
    func isFixed(along sample: String, by labels: [Scalar]) -> Bool { labels.count == 1 || mean.contains(sample) }
}

extension Scalar {
    /// The place along a dimension that "#2" names, counted from 0, "#-1" being the last; nil of other labels.
    var place: Int? {
        guard case .text(let text) = self, text.hasPrefix("#") else { return nil }
        return Int(text.dropFirst())
    }
}

extension [Scalar] {
    /// The labels that stand at places along a coordinate, for files in which they stand elsewhere; nil where these are
    /// no places, or nothing but a date stands there.
    func labels(atPlacesOf coordinate: Coordinate) -> [Scalar]? {
        guard !isEmpty, coordinate.times == nil, coordinate.texts?.contains(self[0].description) != true else {
            return nil
        }
        var found: [Scalar] = []
        for scalar in self {
            guard let place = scalar.place else { return nil }
            let i = place < 0 ? place + coordinate.count : place
            guard (0..<coordinate.count).contains(i) else { return nil }
            found.append(coordinate.numbers.map { .number($0[i]) } ?? .text(coordinate.labelTexts[i]))
        }
        return found
    }

    /// What these labels choose of a coordinate: one label, a range of two, or several names or numbers; or places
    /// along a dimension of a length.
    func selection(of coordinate: Coordinate?, length: Int?) throws -> Selection {
        let places = compactMap(\.place)
        // A name that looks like a place is a name.
        if !places.isEmpty, places.count == count, coordinate?.texts?.contains(self[0].description) != true {
            if count == 1 { return .index(places[0]) }
            let bounds = places.map { $0 < 0 ? $0 + (length ?? 0) : $0 }
            guard let length, count == 2, bounds.allSatisfy((0..<length).contains), bounds[0] <= bounds[1] else {
                throw DataError(
                    file: "field \"select\"",
                    "there are no places \(self[0].description) to \(self[count - 1].description) along a dimension of length \(length ?? 0)"
                )
            }
            return .indices(bounds[0]..<bounds[1] + 1)
        }
        if count > 2, coordinate != nil, coordinate?.texts == nil {
            throw DataError(
                file: "field \"select\"",
                "select.\(coordinate!.name) holds \(count) labels, which are no names; give one, or a range [from, to]")
        }
        let labels = map { scalar -> Label in
            // A coordinate of times is asked for by dates, also where YAML reads a year as a number.
            if coordinate?.times != nil { return .text(scalar.description) }
            return switch scalar {
            case .number(let number): coordinate?.texts == nil ? .number(number) : .text(scalar.description)
            case .text(let text): .text(text)
            }
        }
        if labels.count == 1 { return .label(labels[0]) }
        return labels.count == 2 && coordinate?.texts == nil ? .range(from: labels[0], to: labels[1]) : .labels(labels)
    }
}
