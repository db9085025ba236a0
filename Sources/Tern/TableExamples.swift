import Foundation
import TernCore
import TernData
import TernText

/// What a network can learn from a table: its columns of numbers, the rows that are whole, and word of all that was
/// left out.
///
/// ```swift
/// let table = try Table(csvText: "station,elevation,ozone\nA,12,31\nB,,28\nC,840,44\nD,410,39\n")
/// let examples = try TableExamples(table, target: "ozone", gaps: .drop)
/// print(examples.features, examples.table.rowCount)  // ["elevation"] 3
/// print(examples.notes.last!)  // 1 row that lacks a feature is left out
/// ```
///
/// Left out are columns of text, of dates that are not asked for, names of rows, and columns that are empty or
/// constant; rows without a target always.
public struct TableExamples: Sendable {
    /// What becomes of rows in which a feature is missing.
    ///
    /// ```swift
    /// print(TableExamples.Gaps.allCases.map(\.rawValue))  // ["error", "drop", "mean"]
    /// ```
    public enum Gaps: String, CaseIterable, Sendable {
        /// An error that names the first.
        case error
        /// They are left out.
        case drop
        /// They stay; ``TableTraining`` puts the mean of the training rows in.
        case mean
    }

    /// The names of the columns to learn from, in the order of the matrix, and of that to predict.
    public let features: [String], target: String
    /// What was chosen for rows in which a feature is missing.
    public let gaps: Gaps
    /// Features, target and what was to be kept, in the rows that are used.
    public let table: Table
    /// The features that are dates, as years with a fraction, and those that are True and False, as 1 and 0.
    public let dates: Set<String>, truths: Set<String>
    /// What was left out or made, a line each.
    public let notes: [String]
    /// What looks like a mistake, a line each, such as -999 among other values.
    public let warnings: [String]
    /// When the rows were, and to what they belong, so far as columns say it.
    let times: RowTimes?, groups: [RowGroups]
    /// The first column of dates that are not read, with one of them.
    let unreadTimes: (name: String, text: String)?

    /// Chooses columns and rows, and says what it left out.
    ///
    /// - Parameters:
    ///   - target: the column to predict, of numbers.
    ///   - features: nil for all columns of numbers; a column of ISO dates that is named becomes years with a fraction.
    ///   - excluded: columns that are no features.
    ///   - others: columns that are kept beside them, such as that of groups.
    ///   - gaps: what becomes of rows in which a feature is missing.
    /// - Throws: `DataError` with file, line and column for what cannot be used: a column that is not there, words
    ///   among numbers, infinities, a constant target, fewer than two rows, nothing to predict from.
    public init(
        _ table: Table, target: String, features wanted: [String]? = nil, excluding excluded: [String] = [],
        keeping others: [String] = [], gaps: Gaps = .error
    ) throws {
        let whole = table
        var table = table, left: [(name: String, why: String)] = [], notes: [String] = table.layout?.notes ?? []
        if let wanted, wanted.contains(target) {
            throw DataError(file: table.source, "\"\(target)\" is the target and cannot be a feature too")
        }
        for name in excluded + others { _ = try table.column(name) }
        _ = try Self.numbers(of: target, in: table)
        var dates: Set<String> = []
        for name in wanted ?? [] {
            if let years = try table.column(name).years {
                table.columns[table.columnNames.firstIndex(of: name)!].values = .numbers(years)
                dates.insert(name)
            }
            _ = try Self.numbers(of: name, in: table)
        }
        var names: [String] = []
        for column in table.columns where column.name != target && !excluded.contains(column.name) {
            let name = column.name
            if let wanted {
                guard wanted.contains(name) else { continue }
            } else if others.contains(name) {
                continue
            } else if name == table.layout?.rowNames {
                left.append((name, "it names the rows"))
                continue
            } else if case .text(let texts, _, let text) = column.values {
                try Self.checkMostlyText(table, name)
                left.append(
                    (
                        name,
                        texts.allSatisfy(\.isEmpty)
                            ? "empty"
                            : column.years != nil
                                ? "dates; --features with its name makes it years with a fraction"
                                : column.unreadDate.map { Self.unread($0) }
                                    ?? "text, such as \"\(text.shortened(to: 30).printable)\""
                    ))
                continue
            }
            if column.numbers!.allSatisfy(\.isNaN) { left.append((name, "empty")) } else { names.append(name) }
        }
        // In the order in which they were named.
        if let wanted { names = wanted.distinct.filter(names.contains) }
        guard !names.isEmpty else { throw Self.nothing(table, left) }

        let columns = try (names + [target]).map { (name: $0, numbers: try table.numbers(of: $0)) }
        let rows = try Self.usable(table, columns, gaps)
        let target = columns.last!
        if let first = rows.first, rows.allSatisfy({ target.numbers[$0] == target.numbers[first] }) {
            throw table.failure(
                inRow: first, of: target.name,
                " is constant (\(target.numbers[first]) in all rows); there is nothing to predict")
        }
        for column in columns.dropLast() {
            let first = rows.first { !column.numbers[$0].isNaN }
            guard
                rows.allSatisfy({ column.numbers[$0].isNaN || column.numbers[$0] == first.map { column.numbers[$0] } })
            else { continue }
            names.removeAll { $0 == column.name }
            left.append(
                (
                    column.name,
                    first.map { "constant, \(Self.short(column.numbers[$0]))" } ?? "empty in the rows that are used"
                ))
        }
        guard !names.isEmpty else { throw Self.nothing(table, left) }

        let used = names + [target.name]
        warnings =
            (table.layout?.warnings ?? [])
            + columns.filter { used.contains($0.name) }.flatMap {
                Self.suspicions(of: $0.name, $0.numbers, in: table, rows)
            }
        for (name, why) in left { notes.append("column \"\(name)\" is left out: \(why)") }
        let truths = (table.layout?.truths ?? []).intersection(used)
        for name in used where truths.contains(name) {
            notes.append("column \"\(name)\": True and False become 1 and 0")
        }
        for name in used where dates.contains(name) {
            notes.append("column \"\(name)\": dates become years with a fraction")
        }
        for (name, numbers) in columns where names.contains(name) {
            guard let date = Self.packedDate(numbers) else { continue }
            notes.append(
                "column \"\(name)\": numbers such as \(date.packed) are taken as they are; dates written as \(date.plain) become years with a fraction"
            )
        }
        let lacking = target.numbers.count(where: \.isNaN)
        if lacking > 0 {
            notes.append(
                "\(lacking) row\(lacking == 1 ? "" : "s") without a target \(lacking == 1 ? "is" : "are") left out")
        }
        let dropped = table.rowCount - lacking - rows.count
        if dropped > 0 {
            notes.append(
                "\(dropped) row\(dropped == 1 ? "" : "s") that lack\(dropped == 1 ? "s" : "") a feature \(dropped == 1 ? "is" : "are") left out"
            )
        }
        self.notes = notes.map(\.printable)
        let seen = rows.count < whole.rowCount ? whole.rows(rows) : whole
        times = RowTimes(of: seen, target: target.name)
        groups = RowGroups.found(in: seen, target: target.name)
        unreadTimes = whole.columns.lazy.compactMap { column in column.unreadDate.map { (column.name, $0) } }.first
        (features, self.target, self.dates, self.gaps) = (names, target.name, dates, gaps)
        self.truths = truths
        var kept = try table.select(columns: (used + others).distinct)
        if rows.count < table.rowCount { kept = kept.rows(rows) }
        self.table = kept
    }

    /// What to say of features that give the target away, such as the same in other units; nil where none does.
    ///
    /// - Complexity: goes over all rows for each feature; not kept.
    public var disguise: String? { TableDisguise.complaint(table, features, target) }

    private static func nothing(_ table: Table, _ left: [(name: String, why: String)]) -> DataError {
        let why =
            left.isEmpty ? "" : ": " + left.map { "\"\($0.name)\" is left out (\($0.why))" }.joined(separator: ", ")
        return DataError(file: table.source, "there is no column of numbers beside the target to predict from\(why)")
    }

    /// The numbers of a column that is asked for.
    private static func numbers(of name: String, in table: Table) throws -> [Double] {
        do { return try table.numbers(of: name) } catch let error as DataError where error.column != nil {
            try checkMostlyText(table, name)
            let remedy =
                try table.column(name).unreadDate.map { _ in "write dates as 2020-01-31" } ?? "write classes as numbers"
            throw DataError(
                file: error.file, line: error.line, column: error.column,
                error.message + "; only numbers, True and False, and for features dates can be used: \(remedy)")
        }
    }

    /// A column of words is passed over; a stray word among numbers is a mistake to be told.
    private static func checkMostlyText(_ table: Table, _ name: String) throws {
        guard case .text(let texts, _, let first) = try table.column(name).values else { return }
        let numeric = texts.count { $0.isEmpty || Double($0) != nil }
        guard numeric * 2 > texts.count, texts.contains(where: { !$0.isEmpty }) else { return }
        do { _ = try table.numbers(of: name) } catch let error as DataError {
            let isComment = name == table.columnNames[0] && "#%!".contains(first.first ?? "0")
            let isNumber =
                first.contains(where: \.isNumber) && first.allSatisfy { $0.isNumber || "+-.,' eE".contains($0) }
            let remedy =
                isComment
                ? "say so where such lines are comments (--comment \(quoted(String(first.prefix(1)))))"
                : isNumber
                    ? "say how numbers are written (--decimal, --thousands)"
                    : "say so where it means a missing value (--missing-values \(quoted(first)))"
            throw DataError(
                file: error.file, line: error.line, column: error.column,
                error.message + "; mend it, \(remedy), or leave the column out (--exclude \(quoted(name)))")
        }
    }

    /// For a shell.
    static func quoted(_ text: String) -> String {
        text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-+/".contains($0)) }
            ? text : "'\(text.replacing("'", with: "'\\''"))'"
    }

    private static func unread(_ text: String) -> String {
        "dates in a form that is not read, such as \"\(text.shortened(to: 30).printable)\"; write them as 2020-01-31 (or 2020-01, 2020-01-31T12:00) to use them"
    }

    /// The first number of a column that holds dates as 20200131, 2020013112 or 2020031 (day of the year) alone, in
    /// both forms.
    private static func packedDate(_ numbers: [Double]) -> (packed: Int, plain: String)? {
        func plain(_ x: Double) -> String? {
            guard x == x.rounded(), (1e6..<1e10).contains(x) else { return nil }
            let number = Int(x)
            func date(_ digits: Int) -> String? {
                let date = CalendarDate(digits: digits)
                return date.isValid ? date.description : nil
            }
            switch number {
            case ..<10_000_000:
                guard (1800..<2200).contains(number / 1000), (1...366).contains(number % 1000) else { return nil }
                return CalendarDate(year: number / 1000, month: 1, day: 1).adding(days: Double(number % 1000 - 1))
                    .description
            case ..<100_000_000: return date(number)
            case 1_000_000_000...:
                return number % 100 < 24
                    ? date(number / 100).map { "\($0)T\(number % 100 < 10 ? "0" : "")\(number % 100)" } : nil
            default: return nil
            }
        }
        guard let first = numbers.first(where: { !$0.isNaN }), let text = plain(first),
            numbers.allSatisfy({ $0.isNaN || plain($0) != nil })
        else { return nil }
        return (Int(first), text)
    }

    /// Squares of larger numbers, and of smaller ones, are no numbers.
    private static let sizes = 1e-150...1e150

    /// The rows that have a target, and all features unless these are to be filled.
    private static func usable(_ table: Table, _ columns: [(name: String, numbers: [Double])], _ gaps: Gaps) throws
        -> [Int]
    {
        for column in columns {
            if let row = column.numbers.firstIndex(where: \.isInfinite) {
                throw table.failure(
                    inRow: row, of: column.name,
                    ": an infinite value cannot be used; if it means a missing value, say --missing-values=\(column.numbers[row] > 0 ? "inf" : "-inf")"
                )
            }
            if let row = column.numbers.firstIndex(where: { abs($0) > sizes.upperBound }) {
                let text = short(column.numbers[row])
                throw table.failure(
                    inRow: row, of: column.name,
                    ": \(text) is too large to reckon with; if it means a missing value, say --missing-values=\(text), else give the column in larger units"
                )
            }
            if let most = column.numbers.lazy.filter({ $0 != 0 && !$0.isNaN }).map(abs).max(), most < sizes.lowerBound {
                throw DataError(
                    file: table.source,
                    "\(table.place(of: column.name)): all values are smaller than \(sizes.lowerBound), too small to reckon with; give the column in smaller units"
                )
            }
        }
        let target = columns.last!.numbers
        if target.allSatisfy(\.isNaN) {
            throw DataError(
                file: table.source,
                "\(table.place(of: columns.last!.name)) has no values at all; there is nothing to predict")
        }
        for column in columns.dropLast() where gaps == .error {
            guard let row = column.numbers.indices.first(where: { column.numbers[$0].isNaN && !target[$0].isNaN })
            else { continue }
            let count = column.numbers.indices.count { column.numbers[$0].isNaN && !target[$0].isNaN }
            throw table.failure(
                inRow: row, of: column.name,
                ": a value is missing (\(count) in all); choose --missing drop or --missing mean")
        }
        let rows = target.indices.filter { row in
            !target[row].isNaN && (gaps != .drop || columns.allSatisfy { !$0.numbers[row].isNaN })
        }
        if rows.count < 2 {
            throw DataError(
                file: table.source,
                "\(rows.count) usable row\(rows.count == 1 ? "" : "s"): at least 2 are needed, to train and to test")
        }
        return rows
    }

    /// Values that stand apart as those do that stand for a missing one, such as -999.
    private static func suspicions(of name: String, _ numbers: [Double], in table: Table, _ rows: [Int]) -> [String] {
        SuspectedMarker.found(in: rows.lazy.map { numbers[$0] }).map { marker in
            let line = table.line(ofRow: rows.first { numbers[$0] == marker.value }!)
            return "\(table.place(of: name)): \(marker.sentence("in line \(line)", .option, short))"
        }
    }

    private static func short(_ x: Double) -> String { Label.number(x).description }
}
