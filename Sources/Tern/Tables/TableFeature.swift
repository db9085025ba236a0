import Foundation
import TernData
import TernText

/// How one column of a table becomes numbers for an estimator.
///
/// ```swift
/// let sky = Table.Column("sky", ["clear", "rain", "rain", "clear", "rain", "clear", "hail"])
/// let feature = TableFeature.category("sky", of: sky.texts!)
/// print(feature.names)  // ["sky=clear", "sky=rain", "sky=other"]
/// print(feature.numbers(of: sky)[1])  // [0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0]
/// ```
///
/// What is learned (the levels of a category, the parts of a date, the range of a number) comes from the rows that are
/// trained on, and goes into the model's file.
public struct TableFeature: Codable, Sendable, Equatable {
    /// What a column is taken for.
    ///
    /// ```swift
    /// print(TableFeature.number("t", of: [1, 2]).kind == .number)  // true
    /// ```
    public enum Kind: Codable, Sendable, Equatable {
        /// A number as it stands.
        case number
        /// True and False, as 1 and 0.
        case truth
        /// A date, in years with a fraction, of which parts are made.
        case date([DatePart])
        /// One of several words or codes: 1 in the column of its level. Where training had rare levels, a last column is
        /// theirs, and that of levels that it had not. Levels are written as in the table, those of a column of numbers
        /// (`ofNumbers`) as these are written shortest.
        case category(levels: [String], rare: [String], ofNumbers: Bool)
    }

    /// A number that is made of a date.
    ///
    /// ```swift
    /// print(TableFeature.DatePart.allCases.map(\.rawValue))  // ["year", "season", "hour"]
    /// ```
    public enum DatePart: String, Codable, Sendable, CaseIterable {
        /// The year with its fraction: the trend.
        case year
        /// The place in the year as the sine and cosine of an angle, so that December is next to January.
        case season
        /// The place in the day, in the same way.
        case hour
    }

    /// The column's name.
    public let column: String
    /// What it is taken for.
    public let kind: Kind
    /// Of the numbers that were trained on, by which new ones are judged; nil of categories.
    public let range: ClosedRange<Double>?
    /// Their mean and standard deviation; 0 and 1 of categories.
    public let mean: Double, deviation: Double

    /// How dates are written, where their digits do not say it; the same is read when it predicts.
    let dateOrder: TableDate.Order?

    private init(_ column: String, _ kind: Kind, _ numbers: [Double], _ dateOrder: TableDate.Order? = nil) {
        (self.column, self.kind, self.dateOrder) = (column, kind, dateOrder)
        let spread = ColumnSpread(numbers)
        (range, mean, deviation) = (spread.range, spread.mean, spread.deviation)
    }

    /// A number as it stands.
    ///
    /// - Parameter numbers: those that are trained on; NaN counts for nothing.
    public static func number(_ column: String, of numbers: [Double]) -> Self { Self(column, .number, numbers) }

    /// True and False as 1 and 0.
    public static func truth(_ column: String, of numbers: [Double]) -> Self { Self(column, .truth, numbers) }

    /// The parts of a date.
    ///
    /// - Parameters:
    ///   - years: those that are trained on, with a fraction.
    ///   - parts: nil: the year; the season where dates span two years or more and do not all lie in one place of it; the
    ///     hour where they span two days and lie in several.
    public static func date(_ column: String, of years: [Double], parts: [DatePart]? = nil) -> Self {
        date(column, of: years, parts: parts, order: nil)
    }

    static func date(_ column: String, of years: [Double], parts: [DatePart]?, order: TableDate.Order?) -> Self {
        Self(column, .date(parts ?? usualParts(of: years)), years, order)
    }

    /// Whether there are so many rare levels that none is worth a column.
    var isEmpty: Bool {
        if case .category(let levels, _, _) = kind { levels.isEmpty } else { false }
    }

    /// How many levels have a column of their own at most.
    public static let mostLevels = 100

    /// Words or codes, of which each frequent one has a column of its own.
    ///
    /// Rare are levels in fewer than 3 rows, or fewer than one in two hundred; and all but the ``mostLevels`` most
    /// frequent.
    ///
    /// - Parameters:
    ///   - levels: those that are trained on; an empty one counts for nothing.
    ///   - ofNumbers: whether they were written as numbers.
    public static func category(_ column: String, of levels: [String], ofNumbers: Bool = false) -> Self {
        var counts: [String: Int] = [:]
        for level in levels where !level.isEmpty { counts[level, default: 0] += 1 }
        let least = max(3, levels.count / 200)
        let kept = Set(
            counts.filter { $0.value >= least }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(mostLevels)
                .map(
                    \.key))
        return Self(
            column,
            .category(
                levels: ordered(kept), rare: ordered(Set(counts.keys).subtracting(kept)), ofNumbers: ofNumbers),
            [])
    }

    /// In the order in which people expect them: numbers by size, words by their letters.
    static func ordered(_ levels: Set<String>) -> [String] {
        let numbers = levels.compactMap { level in LevelPlaces.value(of: level).map { ($0, level) } }
        return numbers.count == levels.count ? numbers.sorted(by: <).map(\.1) : levels.sorted()
    }

    /// The names of the columns that it becomes.
    public var names: [String] {
        switch kind {
        case .number, .truth: [column]
        case .date(let parts):
            parts.flatMap { part in
                part == .year ? ["\(column) (year)"] : ["\(column) (\(part) sine)", "\(column) (\(part) cosine)"]
            }
        case .category(let levels, let rare, _):
            levels.map { "\(column)=\($0)" } + (rare.isEmpty ? [] : ["\(column)=other"])
        }
    }

    /// Whether it is one of levels, which are read as they are written.
    var isCategory: Bool { if case .category = kind { true } else { false } }

    /// Whether its levels are numbers all, or True and False.
    var hasNumbersAsLevels: Bool {
        if case .category(let levels, let rare, _) = kind { LevelPlaces.areNumbers(levels + rare) } else { false }
    }

    /// The numbers of each of ``names``, NaN in rows that lack the value.
    ///
    /// - Parameter cells: dates in years with a fraction. A cell of a category is the level that is written so, else the
    ///   only one of the same number, or of True and False as 1 and 0.
    /// - Precondition: Where ``Kind/category(levels:rare:ofNumbers:)`` is not meant, the column holds numbers.
    public func numbers(of cells: Table.Column) -> [[Double]] { numbers(of: cells, in: .plain) }

    /// - Parameter layout: how numbers are written in texts.
    func numbers(of cells: Table.Column, in layout: CSVLayout) -> [[Double]] {
        switch kind {
        case .number, .truth: return [cells.numbers ?? []]
        case .date(let parts):
            let years = cells.numbers ?? []
            return parts.flatMap { part -> [[Double]] in
                if part == .year { return [years] }
                let angles = years.map {
                    2 * Double.pi * (part == .season ? $0 - $0.rounded(.down) : Self.dayShare($0))
                }
                return [angles.map { sin($0) }, angles.map { cos($0) }]
            }
        case .category(let levels, let rare, _):
            let hasOther = !rare.isEmpty, width = levels.count + (hasOther ? 1 : 0), texts = self.levels(of: cells)
            let places = LevelPlaces(levels + rare).places(of: texts, in: cells.numbers == nil ? layout : .plain)
            var columns = [[Double]](repeating: [Double](repeating: 0, count: texts.count), count: width)
            for (row, text) in texts.enumerated() {
                if text.isEmpty {
                    for i in 0..<width { columns[i][row] = .nan }
                } else if let place = places[row].map({ min($0, levels.count) }) ?? (hasOther ? levels.count : nil) {
                    columns[place][row] = 1
                }
            }
            return columns
        }
    }

    /// The cells of a category; what stands for a missing number is missing where numbers were learned from.
    private func levels(of cells: Table.Column) -> [String] {
        guard case .category(_, _, true) = kind, let texts = cells.texts else { return cells.levels }
        return texts.map { CSVOptions.missingWords.contains($0.lowercased()) ? "" : $0 }
    }

    /// Adds the levels of cells that training had not, or wrote otherwise.
    func add(_ cells: Table.Column, in layout: CSVLayout, to unusual: inout UnusualLevels) {
        guard case .category(let levels, let rare, _) = kind else { return }
        unusual.add(self.levels(of: cells), in: cells.numbers == nil ? layout : .plain, besides: levels + rare)
    }

    /// What was made of the column, in words; nil of plain numbers.
    public var words: String? {
        switch kind {
        case .number: return nil
        case .truth: return "True and False become 1 and 0"
        case .date(let parts):
            let names = parts.map { part in
                switch part {
                case .year: "the year with a fraction (trend)"
                case .season: "the season (sine and cosine)"
                case .hour: "the hour of the day (sine and cosine)"
                }
            }
            return "dates become \(names.joined(separator: ", "))"
        case .category(let levels, let rare, _):
            let shown =
                levels.prefix(6).map { $0.shortened(to: 30).printable }.joined(separator: ", ")
                + (levels.count > 6 ? ", ..." : "")
            return
                "\(levels.count) level\(levels.count == 1 ? "" : "s") become columns of 0 and 1 (\(shown))"
                + (rare.isEmpty
                    ? ""
                    : "; \(rare.count) rarer one\(rare.count == 1 ? "" : "s") \(rare.count == 1 ? "is" : "are") \"other\"")
        }
    }

    private static func usualParts(of years: [Double]) -> [DatePart] {
        let known = years.filter(\.isFinite)
        guard let first = known.min(), let last = known.max() else { return [.year] }
        func varies(_ place: (Double) -> Double) -> Bool {
            let sines = known.map { sin(2 * .pi * place($0)) }, cosines = known.map { cos(2 * .pi * place($0)) }
            return [sines, cosines].contains { $0.max()! - $0.min()! > 0.2 }
        }
        // A season of less than two years cannot be told from the trend.
        return [.year] + (last - first >= 2 && varies { $0 - $0.rounded(.down) } ? [.season] : [])
            + ((last - first) * 365 >= 2 && varies(dayShare) ? [.hour] : [])
    }

    /// The share of the day that has gone by, of a year with a fraction; NaN where that is not known.
    private static func dayShare(_ year: Double) -> Double {
        if year.isNaN { return .nan }
        guard abs(year) < 1e6 else { return 0 }
        let whole = Int(year.rounded(.down)),
            days = CalendarDate(year: whole + 1).dayNumber - CalendarDate(year: whole).dayNumber
        // Rounded to a second, which a year with a fraction knows.
        let day = (year - Double(whole)) * Double(days), seconds = (day * 86_400).rounded()
        return seconds.truncatingRemainder(dividingBy: 86_400) / 86_400
    }
}

/// Range, mean and standard deviation of numbers, of which NaN counts for nothing.
struct ColumnSpread {
    var range: ClosedRange<Double>?, mean = 0.0, deviation = 1.0

    init(_ numbers: [Double]) {
        let known = numbers.filter(\.isFinite)
        guard let least = known.min(), let greatest = known.max() else { return }
        let count = Double(known.count), mean = known.reduce(0) { $0 + $1 / count }
        let variance = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / count }
        (range, self.mean) = (least...greatest, mean)
        deviation = variance > 0 ? variance.squareRoot() : 1
    }
}
