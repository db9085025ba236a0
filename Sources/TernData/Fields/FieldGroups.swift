import Foundation
import TernCore

/// By what the entries of a dimension are grouped.
///
/// ```swift
/// let time = Coordinate("time", times: (0..<24).map { CalendarDate(year: 2000).adding(months: $0) })
/// let rain = Field("rain", Tensor.ones([24]), dimensions: ["time"], coordinates: [time])
/// print(try rain.grouped(by: .season).labels)  // texts(["DJF", "MAM", "JJA", "SON"])
/// ```
public enum Grouping: Sendable, Equatable {
    /// 1 to 12.
    case month
    /// DJF, MAM, JJA, SON, whatever the year.
    case season
    /// The calendar's year.
    case year
    /// 1 to 366, of dates alone.
    case dayOfYear
    /// The labels of a coordinate, such as "model".
    case coordinate(String)
}

/// The entries of a field's dimension in groups, such as all Januaries; as xarray's `groupby`.
///
/// ```swift
/// let time = Coordinate("time", times: (0..<24).map { CalendarDate(year: 2000).adding(months: $0) })
/// let sst = Field("sst", Tensor((0..<24).map(Double.init)), dimensions: ["time"], coordinates: [time])
/// let months = try sst.grouped(by: .month)
/// let climatology = months.mean()  // a dimension "month" in the place of "time"
/// print(climatology.dimensions, climatology.shape)  // ["month"] [12]
/// print(try months.anomaly().values.doubles.prefix(2))  // [-6.0, -6.0]
/// ```
///
/// `months.anomaly(from:)` takes the means of another period, such as 1991 to 2020.
public struct FieldGroups: Sendable {
    /// What is grouped.
    public let field: Field
    /// The dimension whose entries are grouped.
    public let dimension: String
    /// The name of the dimension that stands in its place in means.
    public let name: String
    /// The label of each group, in order.
    public let labels: Coordinate.Labels
    /// The entries of each group.
    public let indices: [[Int]]

    /// The mean of each group; NaN where all of its values are missing.
    public func mean() -> Field { reduced { $0.means($1) } }
    /// The sum of each group; 0 where all of its values are missing.
    public func sum() -> Field { reduced { $0.sums($1).sums } }
    /// The standard deviation within each group; the squares' sum is divided by the count less `degreesOfFreedom`.
    public func standardDeviation(degreesOfFreedom: Int = 0) -> Field {
        reduced { $0.deviations($1, degreesOfFreedom: degreesOfFreedom) }
    }
    /// The least value of each group; NaN where all are missing.
    public func minimum() -> Field { reduced { $0.largest($1, sign: -1) } }
    /// The largest value of each group; NaN where all are missing.
    public func maximum() -> Field { reduced { $0.largest($1, sign: 1) } }

    /// A field for each group, with the entries of the group.
    public var fields: [Field] { indices.map { field.taking($0, along: dimension) } }

    private func reduced(_ reduce: (Field, Folding) -> [Double]) -> Field {
        let axis = field.dimensions.firstIndex(of: dimension)!
        if axis > 0, axis == field.dimensions.count - 1 {
            // Entries that lie side by side would be walked one by one.
            let turned = field.reordered([dimension] + field.dimensions.dropLast())
            return FieldGroups(field: turned, dimension: dimension, name: name, labels: labels, indices: indices)
                .reduced(reduce).reordered(field.dimensions.dropLast() + [name])
        }
        var groups = [Int](repeating: -1, count: field.shape[axis])
        for (group, entries) in indices.enumerated() { for entry in entries { groups[entry] = group } }
        let numbers = reduce(field, Folding(shape: field.shape, folded: [], groups: (axis, groups, indices.count)))
        var shape = field.shape, dimensions = field.dimensions
        (shape[axis], dimensions[axis]) = (indices.count, name)
        return Field(
            field.name, Tensor(numbers, shape: shape).cast(to: field.values.dtype), dimensions: dimensions,
            coordinates: [Coordinate(name, labels: labels)] + field.coordinates.filter { $0.dimension != dimension },
            attributes: field.attributes)
    }

    /// The field less a climatology: each entry less that of its group.
    ///
    /// - Parameter climatology: one for each group; by default the groups' own means.
    /// - Throws: `DataError` where the climatology lacks a group or does not fit.
    public func anomaly(from climatology: Field? = nil) throws -> Field {
        let climatology = climatology ?? mean()
        guard let coordinate = climatology.coordinates.first(where: { $0.name == name && $0.dimension == name }) else {
            throw climatology.failure("it has no dimension \"\(name)\" with labels; make it with grouped(by:).mean()")
        }
        let own = Coordinate(name, labels: labels)
        var place = [Int](repeating: 0, count: field.length(of: dimension)!)
        for (i, (found, entries)) in zip(coordinate.matches(of: own), indices).enumerated() {
            guard let index = found else {
                throw climatology.failure("it has no \(name) \(own.labelTexts[i]); \(coordinate.labelSummary)")
            }
            for entry in entries { place[entry] = index }
        }
        guard climatology.dimensions == field.dimensions.map({ $0 == dimension ? name : $0 }),
            climatology.values.dtype == field.values.dtype
        else {
            try climatology.check(hasNo: dimension, but: name)
            var expected = climatology.taking(place, along: name).renaming(dimension: name, to: dimension)
            expected.coordinates.removeAll { $0.dimension == dimension }
            return try field - expected
        }
        try field.check(matching: climatology, inUnits: true)
        let series = Series(field.shape, axis: field.dimensions.firstIndex(of: dimension)!)
        let values =
            field.values.dtype == .float32
            ? difference(Float.self, climatology.values, place, series, coordinate.count)
            : difference(Double.self, climatology.values, place, series, coordinate.count)
        var anomaly = field.with(values)
        anomaly.coordinates = try field.coordinates(
            and: climatology.coordinates.filter { $0.dimension != name }, of: climatology)
        return anomaly
    }

    /// The values less those of a climatology at each entry's place in it, which are never spread to the field's size.
    private func difference<S: FieldNumber>(
        _: S.Type, _ climatology: Tensor, _ place: [Int], _ series: Series, _ count: Int
    ) -> Tensor {
        Tensor(shape: field.shape, dtype: S.dtype) { bytes in
            let out = UncheckedBuffer(bytes.bindMemory(to: S.self))
            field.values.withScalars(S.self) { x in
                climatology.withScalars(S.self) { expected in
                    guard let x = x.baseAddress, let expected = expected.baseAddress else { return }
                    ThreadPool.current.forEachPiece(
                        of: series.outer * series.n, grain: max(1, (1 << 16) / max(series.inner, 1))
                    ) { start, end in
                        for row in start..<end {
                            let a = x + row * series.inner, y = out.pointer + row * series.inner
                            let b = expected + (row / series.n * count + place[row % series.n]) * series.inner
                            for i in 0..<series.inner { y[i] = a[i] - b[i] }
                        }
                    }
                }
            }
        }
    }
}

extension Field {
    /// The entries along time, or along the dimension of a coordinate, in groups; groups are in the order of their
    /// labels, seasons from DJF on.
    ///
    /// Months and years are found from dates, or from integer coordinates named "month" and "year".
    ///
    /// - Throws: `DataError` where the field has no times or no such coordinate, where a label is missing, where a
    ///   month is none of 1 to 12, and where another dimension has the name that the groups' is to have.
    public func grouped(by grouping: Grouping) throws -> FieldGroups {
        let labels: [Label], dimension: String
        var name: String
        switch grouping {
        case .coordinate(let wanted):
            guard let coordinate = coordinate(wanted) else {
                throw failure(
                    "there is no coordinate \"\(wanted)\"; \(suggestion(for: wanted, among: coordinates.map(\.name), "coordinates"))"
                )
            }
            (name, dimension) = (
                coordinate.name == coordinate.dimension ? "group" : coordinate.name, coordinate.dimension
            )
            labels = coordinate.allLabels
            try checkLabels(of: coordinate)
        case .month, .season, .year, .dayOfYear:
            name =
                grouping == .month ? "month" : grouping == .season ? "season" : grouping == .year ? "year" : "dayofyear"
            if let time = coordinates.first(where: { $0.times != nil }), let times = time.times {
                dimension = time.dimension
                labels = times.map {
                    switch grouping {
                    case .month: .number(Double($0.month))
                    case .season: .text($0.season.rawValue)
                    case .year: .number(Double($0.year))
                    default: .number(Double($0.dayOfYear))
                    }
                }
            } else if grouping != .dayOfYear, let counted = coordinate(grouping == .year ? "year" : "month"),
                let numbers = counted.numbers
            {
                dimension = counted.dimension
                try checkLabels(of: counted)
                if grouping != .year, let odd = numbers.first(where: { !(1...12).contains($0) || $0 != $0.rounded() }) {
                    throw failure(
                        "coordinate \"\(counted.name)\": \(Label.number(odd)) is no month; months are 1 to 12")
                }
                labels = numbers.map {
                    grouping == .season ? .text(CalendarDate.Season(month: Int($0)).rawValue) : .number($0)
                }
            } else {
                throw failure(
                    "it has no coordinate of times to group by \(name); its coordinates are \(coordinates.map(\.name).joined(separator: ", "))"
                )
            }
        }
        if name == dimension { name = "group" }
        try check(hasNo: name, but: dimension)
        let (found, indices) = Self.group(labels, seasons: grouping == .season)
        return FieldGroups(field: self, dimension: dimension, name: name, labels: found, indices: indices)
    }

    /// - Throws: `DataError` where a label is missing: its entry belongs to no group.
    private func checkLabels(of coordinate: Coordinate) throws {
        guard let place = coordinate.numbers?.firstIndex(where: { !$0.isFinite }) else { return }
        throw failure(
            "coordinate \"\(coordinate.name)\" has no label at place \(place) (from 0), which belongs to no group; select the places that have one"
        )
    }

    private static func group(_ labels: [Label], seasons: Bool) -> (Coordinate.Labels, [[Int]]) {
        var numbers: [Double: [Int]] = [:], texts: [String: [Int]] = [:], dates: [CalendarDate: [Int]] = [:]
        for (i, label) in labels.enumerated() {
            switch label {
            case .number(let number): numbers[number, default: []].append(i)
            case .text(let text): texts[text, default: []].append(i)
            case .date(let date): dates[date, default: []].append(i)
            }
        }
        if !numbers.isEmpty {
            let keys = numbers.keys.sorted()
            return (.numbers(keys), keys.map { numbers[$0]! })
        }
        if !dates.isEmpty {
            let keys = dates.keys.sorted()
            return (.times(keys), keys.map { dates[$0]! })
        }
        let keys =
            seasons ? CalendarDate.Season.allCases.map(\.rawValue).filter { texts[$0] != nil } : texts.keys.sorted()
        return (.texts(keys), keys.map { texts[$0]! })
    }

    /// The mean of a season of each year, such as "DJF" or "NDJFM", named by the months' initials; its year is that of
    /// the last month. Seasons that lack a month are left out.
    ///
    /// - Throws: `DataError` where the letters are no months in a row, there are no dates, or there is a dimension
    ///   "year" already.
    public func seasonMeans(_ months: String) throws -> Field {
        let letters = "JFMAMJJASONDJFMAMJJASOND"
        guard months.count >= 2, months.count <= 12, let found = letters.range(of: months.uppercased()) else {
            throw failure("\"\(months)\" names no months in a row; write their initials, such as \"DJF\" or \"NDJFM\"")
        }
        guard let time = coordinates.first(where: { $0.times != nil }), let times = time.times else {
            throw failure(
                "it has no coordinate of times; its coordinates are \(coordinates.map(\.name).joined(separator: ", "))")
        }
        let first = letters.distance(from: letters.startIndex, to: found.lowerBound) + 1
        var entries: [Int: [Int]] = [:], present: [Int: Set<Int>] = [:]
        for (i, date) in times.enumerated() {
            let place = (date.month - first + 24) % 12
            guard place < months.count else { continue }
            let last = first + months.count - 1
            let year = date.year + (last > 12 && date.month >= first ? 1 : 0)
            entries[year, default: []].append(i)
            present[year, default: []].insert(place)
        }
        let years = entries.keys.sorted().filter { present[$0]!.count == months.count }
        guard !years.isEmpty else { throw failure("no season \(months) is whole; \(time.labelSummary)") }
        try check(hasNo: "year", but: time.dimension)
        return FieldGroups(
            field: self, dimension: time.dimension, name: "year", labels: .numbers(years.map(Double.init)),
            indices: years.map { entries[$0]! }
        ).mean()
    }
}

extension Coordinate {
    var allLabels: [Label] {
        switch labels {
        case .numbers(let numbers): numbers.map(Label.number)
        case .times(let times): times.map(Label.date)
        case .texts(let texts): texts.map(Label.text)
        }
    }
}
