import TernCore
import TernText

/// One label of a coordinate: a number, a date or a text.
///
/// ```swift
/// let labels: [Label] = [30, 12.5, "2010-03"]
/// print(labels[0], labels[2] == .text("2010-03"))  // 30 true
/// ```
public enum Label: Sendable, Equatable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByStringLiteral
{
    /// Of a coordinate of numbers; for longitudes in either convention.
    case number(Double)
    /// A moment of a coordinate of times.
    case date(CalendarDate)
    /// A text; for a coordinate of times a date such as "2010-03", which stands for all of the month.
    case text(String)

    /// A number with a fraction.
    public init(floatLiteral number: Double) { self = .number(number) }
    /// A whole number.
    public init(integerLiteral number: Int) { self = .number(Double(number)) }
    /// A text in quotation marks, such as a date.
    public init(stringLiteral text: String) { self = .text(text) }
}

extension Label {
    /// As ``description``, texts without quotes.
    package var text: String { if case .text(let text) = self { text } else { description } }
}

extension Label: CustomStringConvertible {
    /// As it is written in YAML: whole numbers without a fraction, dates as ISO 8601, texts in quotation marks.
    public var description: String {
        switch self {
        case .number(let number): number.plain
        case .date(let date): date.description
        case .text(let text): "\"\(text)\""
        }
    }
}

/// What to take of a dimension: see ``Field/select(_:)``.
///
/// ```swift
/// let lon = Coordinate("lon", numbers: [0, 90, 180, 270])
/// let field = Field("t", Tensor([1.0, 2, 3, 4]), dimensions: ["lon"], coordinates: [lon])
/// print(try field.select(["lon": .range(-90, 90)]).values.doubles)  // [4.0, 1.0, 2.0]
/// print(try field.select(["lon": .nearest(-100)]).values.item, try field.select(["lon": 180]).values.item)  // 4.0 3.0
/// ```
public enum Selection: Sendable, Equatable {
    /// The entries with this label.
    case label(Label)
    /// The entries with these labels, in the order given.
    case labels([Label])
    /// The entry whose label is nearest; of two as near the larger label, of longitudes the eastern one.
    case nearest(Label)
    /// The entries whose labels lie in a range, both ends included, also those that are an end but for the rounding of
    /// single precision.
    case range(from: Label?, to: Label?)
    /// The entry at an index; a negative one counts from the end.
    case index(Int)
    /// The entries in a range of indices.
    case indices(Range<Int>)

    /// Numbers from one to another, both included. Longitudes may be in either convention, and run over the date line
    /// from west to east: `.range(-60, 30)`.
    public static func range(_ from: Double, _ to: Double) -> Selection { .range(from: .number(from), to: .number(to)) }

    /// Dates from one to another, both included: `.dates("2010-01", "2012")` ends with 2012-12-31.
    public static func dates(_ from: String?, _ to: String?) -> Selection {
        .range(from: from.map(Label.text), to: to.map(Label.text))
    }
}

extension Selection: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral,
    ExpressibleByArrayLiteral
{
    /// The entries with this number.
    public init(floatLiteral number: Double) { self = .label(.number(number)) }
    /// The entries with this number.
    public init(integerLiteral number: Int) { self = .label(.number(Double(number))) }
    /// The entries with this text, or of this date.
    public init(stringLiteral text: String) { self = .label(.text(text)) }
    /// The entries with these labels, in the order given.
    public init(arrayLiteral labels: Label...) { self = .labels(labels) }
}

extension Field {
    /// The part of a field with the labels asked for; as xarray's `sel` and `isel`.
    ///
    /// ```swift
    /// let time = Coordinate("time", times: (1...12).map { CalendarDate(year: 2015, month: $0) })
    /// let lat = Coordinate("lat", numbers: [-10, 0, 10])
    /// let sst = Field("sst", Tensor.zeros([12, 3]), dimensions: ["time", "lat"], coordinates: [time, lat])
    /// print(try sst.select(["time": "2015-12", "lat": .range(-5, 15)]).shape)  // [2]
    /// print(try sst.select(["time": .dates("2015-03", "2015-05"), "lat": .nearest(8)]).shape)  // [3]
    /// print(try sst.select(["time": .index(-1)]).dimensions)  // ["lat"]
    /// ```
    ///
    /// A dimension of which one entry is chosen by its label or index disappears. It stays where a range, several
    /// labels, a date that stands for a span ("2015", "2015-12" of daily values) or a coordinate along another
    /// dimension chose.
    ///
    /// - Throws: `DataError` where there is no such coordinate, or nothing has the label; it says what labels there
    ///   are.
    public func select(_ selections: [String: Selection]) throws -> Field {
        // In an order that does not depend on chance, so that messages do not.
        try selections.sorted { $0.key < $1.key }.reduce(self) { try $0.select($1.key, $1.value) }
    }

    /// Without the dimensions of one entry, but for those that are to be kept.
    package func squeezed(keeping kept: [String]) -> Field {
        zip(dimensions, shape).filter { $1 == 1 && !kept.contains($0) }.reduce(self) {
            $0.sliced(0..<1, along: $1.0).dropping($1.0)
        }
    }

    private func select(_ name: String, _ selection: Selection) throws -> Field {
        switch selection {
        case .index(let index):
            let length = shape[try axis(of: name)]
            guard index >= -length, index < length else {
                throw failure("index \(index) is outside dimension \"\(name)\" of length \(length)")
            }
            return sliced((index < 0 ? index + length : index)..<(index < 0 ? index + length : index) + 1, along: name)
                .dropping(name)
        case .indices(let range):
            let length = shape[try axis(of: name)]
            guard range.lowerBound >= 0, range.upperBound <= length else {
                throw failure("\(range) is outside dimension \"\(name)\" of length \(length)")
            }
            return sliced(range, along: name)
        default: break
        }
        guard let coordinate = coordinate(name) else {
            let names = coordinates.map(\.name)
            throw failure(
                dimensions.contains(name)
                    ? "dimension \"\(name)\" has no coordinate to select by; use .index or .indices"
                    : "there is no coordinate \"\(name)\"; \(suggestion(for: name, among: names, "coordinates"))")
        }
        let found = try coordinate.find(selection, in: self)
        var part = taking(found.indices, along: coordinate.dimension)
        if let numbers = found.numbers {
            for i in part.coordinates.indices where part.coordinates[i].name == name {
                let shifts = zip(numbers, part.coordinates[i].numbers ?? []).map { $0 - $1 }
                part.coordinates[i].labels = .numbers(numbers)
                part.coordinates[i].bounds = part.coordinates[i].bounds.map {
                    zip($0, shifts).map { $0.lowerBound + $1...$0.upperBound + $1 }
                }
            }
        }
        return found.isOne && coordinate.name == coordinate.dimension ? part.dropping(coordinate.dimension) : part
    }
}

extension Coordinate {
    /// What a selection finds: where, whether it names exactly one entry, and longitudes in the convention asked for.
    struct Found {
        var indices: [Int]
        var isOne = false
        var numbers: [Double]?
    }

    func find(_ selection: Selection, in field: Field) throws -> Found {
        func missing(_ label: Label) -> DataError { field.failure("nothing has \(name) = \(label); \(labelSummary)") }
        switch selection {
        case .label(let label):
            let (indices, isSpan) = try matches(label, in: field)
            guard !indices.isEmpty else { throw missing(label) }
            return Found(indices: indices, isOne: indices.count == 1 && !isSpan)
        case .labels(let labels):
            return Found(
                indices: try labels.flatMap { label in
                    let (indices, _) = try matches(label, in: field)
                    guard !indices.isEmpty else { throw missing(label) }
                    return indices
                })
        case .nearest(let label):
            let offsets = try offsets(from: label, in: field)
            // Of two as near the larger one, as xarray and pandas have it.
            let best = offsets.indices.filter { offsets[$0].isFinite }.min {
                (abs(offsets[$0]), -offsets[$0]) < (abs(offsets[$1]), -offsets[$1])
            }
            guard let best else { throw field.failure("coordinate \"\(name)\" has no finite labels") }
            return Found(indices: [best], isOne: true)
        case .range(let from, let to):
            let found = try range(from, to, in: field)
            guard !found.indices.isEmpty else {
                throw field.failure(
                    "nothing has \(name) from \(from.map { "\($0)" } ?? "the first") to \(to.map { "\($0)" } ?? "the last"); \(labelSummary)"
                )
            }
            return found
        case .index, .indices: fail("indices need no coordinate")
        }
    }

    /// "it runs from 2010-01-01 to 2020-08-01", for messages.
    var labelSummary: String {
        switch labels {
        case .numbers(let numbers):
            let ordered = numbers.filter { !$0.isNaN }
            guard let low = ordered.min(), let high = ordered.max() else { return "it has no labels" }
            return numbers.count <= 6
                ? "it has \(numbers.map { Label.number($0).description }.joined(separator: ", "))"
                : "its \(numbers.count) labels lie between \(Label.number(low)) and \(Label.number(high)); .nearest takes the closest"
        case .times(let times):
            guard let first = times.min(), let last = times.max() else { return "it has no labels" }
            return "its \(times.count) times lie between \(first) and \(last)"
        case .texts(let texts):
            return "it has \(texts.prefix(12).joined(separator: ", "))\(texts.count > 12 ? ", ..." : "")"
        }
    }

    private func wrong(_ label: Label, _ field: Field) -> DataError {
        let kind =
            switch labels {
            case .numbers: "numbers"
            case .times: "times, such as \"2010-03\""
            case .texts: "texts"
            }
        return field.failure("coordinate \"\(name)\" holds \(kind), to which \(label) cannot be compared")
    }

    /// A label as a number, where the coordinate holds numbers: texts may be written as such.
    private func number(_ label: Label, _ field: Field) throws -> Double {
        let number: Double? =
            switch label {
            case .number(let number): number
            case .text(let text): Double(text)
            case .date: nil
            }
        guard let number, !number.isNaN else { throw wrong(label, field) }
        return number
    }

    /// The times that a label stands for.
    private func span(_ label: Label, _ field: Field) throws -> ClosedRange<CalendarDate> {
        let calendar = times?.first?.calendar
        switch label {
        case .date(var date):
            // Days are counted from one date of a calendar to another of the same.
            date.calendar = calendar ?? date.calendar
            if date.isValid { return date...date }
            throw field.failure(
                "\(date) is no date of the calendar \(date.calendar.rawValue), in which \"\(name)\" is counted")
        case .text(let text):
            let calendar = calendar ?? .standard
            if let span = CalendarDate.span(of: text, calendar: calendar) { return span }
            throw field.failure(
                "\"\(text)\" is no date of the calendar \(calendar.rawValue); write it as 2010, 2010-03 or 2010-03-15")
        case .number: throw wrong(label, field)
        }
    }

    /// Whether a label is a number, or what single precision makes of it: 0.10000000149 for 0.1. Numbers beyond 2^24,
    /// such as those of stations, are not all told apart by it, nor whole ones from fractions in double precision.
    private static func isLabel(_ label: Double, of number: Double) -> Bool {
        func isSingle(_ x: Double) -> Bool { Double(Float(x)) == x }
        if label == number { return true }
        guard abs(number) < 0x1p24, Float(label) == Float(number) else { return false }
        return isSingle(label) || isSingle(number) && number != number.rounded()
            || abs(label - number) <= 1e-11 * max(1, abs(number))
    }

    /// Whether a label is what single precision makes of a number, and is written as it: 0.10000000149 of 0.1, but not
    /// 1000000.5 of 1000000.52.
    package static func isSingle(_ label: Double, of number: Double) -> Bool {
        let single = Float(number)
        return Double(single) == label && Double(single.description) == number
    }

    /// Where a number stands: exactly, or else as its form in single precision.
    ///
    /// - Parameter onCircle: whether numbers are degrees of longitude, 350 being -10.
    private func places(of wanted: Double, _ numbers: [Double], onCircle: Bool) -> [Int] {
        let exact = numbers.indices.filter { numbers[$0] == wanted }
        if !exact.isEmpty { return exact }
        return numbers.indices.filter { i in
            let turned = onCircle ? Longitudes.turned(wanted, near: numbers[i]) : wanted
            return Self.isLabel(numbers[i], of: turned) || onCircle && abs(numbers[i] - turned) < 1e-9
        }
    }

    private func matches(_ label: Label, in field: Field) throws -> (indices: [Int], isSpan: Bool) {
        switch labels {
        case .numbers(let numbers):
            return (places(of: try number(label, field), numbers, onCircle: role == .longitude), false)
        case .times(let times):
            let span = try span(label, field)
            let found = times.indices.filter { span.contains(times[$0]) }
            // "2015-12" names one entry of monthly values.
            return (found, found.count != 1)
        case .texts(let texts):
            guard case .text(let text) = label else { throw wrong(label, field) }
            return (texts.indices.filter { texts[$0] == text }, false)
        }
    }

    /// How far labels lie from one that is asked for.
    private func offsets(from label: Label, in field: Field) throws -> [Double] {
        switch labels {
        case .numbers(let numbers):
            let wanted = try number(label, field), isLongitude = role == .longitude
            guard wanted.isFinite else { throw field.failure("no \(name) is nearest to \(label); \(labelSummary)") }
            return numbers.map { isLongitude ? Longitudes.turn($0 - wanted) : $0 - wanted }
        case .times(let times):
            let wanted = try span(label, field).lowerBound
            return times.map { $0.days(since: wanted) }
        case .texts:
            throw field.failure("coordinate \"\(name)\" holds texts, among which none is nearest; select by .label")
        }
    }

    private func range(_ from: Label?, _ to: Label?, in field: Field) throws -> Found {
        switch labels {
        case .numbers(let numbers):
            let low = try from.map { try number($0, field) }, high = try to.map { try number($0, field) }
            if role == .longitude, let low, let high, low.isFinite, high.isFinite {
                return longitudes(from: low, to: high, numbers)
            }
            let bounds = [low, high].compactMap { $0 }
            let (first, last) = bounds.count == 2 ? (bounds.min(), bounds.max()) : (low, high)
            return Found(
                indices: numbers.indices.filter { i in
                    numbers[i] >= first ?? -.infinity && numbers[i] <= last ?? .infinity
                        || bounds.contains { Self.isSingle(numbers[i], of: $0) }
                })
        case .times(let times):
            let first = try from.map { try span($0, field).lowerBound },
                last = try to.map { try span($0, field).upperBound }
            return Found(
                indices: times.indices.filter { i in
                    (first.map { $0 <= times[i] } ?? true) && (last.map { times[i] <= $0 } ?? true)
                })
        case .texts:
            throw field.failure("coordinate \"\(name)\" holds texts, which have no range; select by labels")
        }
    }

    /// From west to east, counted as the one who asks does.
    private func longitudes(from west: Double, to east: Double, _ numbers: [Double]) -> Found {
        let width =
            east > west
            ? min(east - west, 360) : east == west ? 0 : (east - west).truncatingRemainder(dividingBy: 360) + 360
        // An end may be a hair outside, and no label of one is to go once round the globe.
        let ends = [west, west + width].map { ($0, Set(places(of: $0, numbers, onCircle: true))) }
        let found = numbers.indices.compactMap { i -> (index: Int, number: Double)? in
            if let (end, _) = ends.first(where: { $0.1.contains(i) }) {
                return (i, Longitudes.turned(numbers[i], near: end))
            }
            let moved = Longitudes.turned(numbers[i], from: west)
            return moved - west <= width ? (i, moved) : nil
        }
        // Grids that run from east to west stay so.
        let isDescending = numbers.count > 1 && numbers[1] < numbers[0]
        let sorted = found.sorted { isDescending ? $0.number > $1.number : $0.number < $1.number }
        // A meridian that a map names twice, as 0 and 360, is one.
        let once = sorted.indices.filter { i in
            guard i > 0 else { return true }
            let (a, b) = (sorted[i - 1], sorted[i])
            return abs(a.number - b.number) > 1e-4 || abs(numbers[a.index] - numbers[b.index]) < 180
        }.map { sorted[$0] }
        return Found(indices: once.map(\.index), numbers: once.map(\.number))
    }
}
