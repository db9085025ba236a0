import Foundation
import TernData
import TernText

/// What each column of a table is taken for, while ``TableExamples`` is made.
struct TableColumns {
    let choices: TableChoices
    /// The table with dates in years and the columns of its series; and the same as it was read.
    private(set) var table: Table, whole: Table
    private(set) var features: [String] = [], targets: [String] = []
    private(set) var dates: Set<String> = [], dateOrders: [String: TableDate.Order] = [:], truths: Set<String> = [],
        categories: Set<String> = []
    private(set) var series: TableSeries?
    /// What stands around the numbers of columns that were texts.
    let marks: [String: MarkedNumbers]
    private(set) var positions: [Double] = [], targetPositions: [Double] = []
    /// The columns that are left out; what a series says of its rows.
    private(set) var left: [(name: String, why: String)] = [], seriesNotes: [String] = [], isClassified = false
    /// The numbers of the columns of ``dates``.
    private var years: [String: [Double]] = [:]

    static let truthNames = ["False", "True"]

    init(_ table: Table, _ choices: TableChoices) throws {
        let read = try MarkedNumbers.read(table, choices)
        (self.table, whole, self.choices, marks) = (read.table, read.table, choices, read.marks)
        truths = table.layout?.truths ?? []
        try checkNames()
        try findKinds()
        if !choices.lags.isEmpty || choices.horizon != 0 { try makeSeries() } else { targets = choices.targets }
        guard !features.isEmpty else { throw nothing() }
    }

    /// Columns that are no features and are kept.
    var others: [String] { choices.others }

    private func checkNames() throws {
        let named =
            choices.targets + choices.excluded + others + choices.categories.sorted() + choices.numbers.sorted()
            + (choices.features ?? [])
        for name in named { _ = try table.column(name) }
        if choices.targets.isEmpty {
            throw DataError(file: table.source, "there is no target; name the column to predict")
        }
        if Set(choices.targets).count < choices.targets.count {
            throw DataError(
                file: table.source, "a target is named twice, of \(choices.targets.joined(separator: ", "))")
        }
        if choices.lags.isEmpty, choices.horizon == 0,
            let both = choices.targets.first(where: { choices.features?.contains($0) == true })
        {
            throw DataError(file: table.source, "\"\(both)\" is the target and cannot be a feature too")
        }
        if let both = choices.categories.intersection(choices.numbers).sorted().first {
            throw DataError(file: table.source, "\"\(both)\" cannot be both a category and a number")
        }
        if let both = choices.targets.first(where: others.contains) {
            throw DataError(file: table.source, "\"\(both)\" is the target and can be neither weight nor group")
        }
        if let (name, kind) = choices.unusedKind {
            throw DataError(
                file: table.source,
                "\"\(name)\" is to be a \(kind), and is neither a target nor a feature; make it one, or leave that out")
        }
    }

    // MARK: Kinds

    private mutating func findKinds() throws {
        try findTargetKinds()
        let targets = Set(choices.targets), wanted = choices.features.map(Set.init)
        let excluded = Set(choices.excluded), reserved = excluded.union(others)
        for column in whole.columns where !targets.contains(column.name) {
            let name = column.name
            if let wanted {
                guard wanted.contains(name) else { continue }
            } else if reserved.contains(name) {
                continue
            } else if name == table.layout?.rowNames {
                left.append((name, "it names the rows"))
                continue
            }
            if excluded.contains(name) { continue }
            if let why = try kind(of: column) { left.append((name, why)) } else { features.append(name) }
        }
        // All at once: names are looked up anew in a table that was changed.
        for i in table.columns.indices {
            if let years = years[table.columns[i].name] { table.columns[i].values = .numbers(years) }
        }
        // In the order in which they were named.
        if let wanted = choices.features {
            let found = Set(features)
            features = wanted.distinct.filter(found.contains)
        }
    }

    private mutating func findTargetKinds() throws {
        for name in choices.targets {
            let column = try table.column(name)
            let isWord =
                column.numbers == nil && !choices.numbers.contains(name)
                || truths.contains(name) && !choices.numbers.contains(name)
            guard isWord || choices.classifies || choices.categories.contains(name) else {
                _ = try numbers(of: name, "a target that is to be a number")
                continue
            }
            if column.numbers == nil, !choices.categories.contains(name), !choices.classifies {
                try checkMostlyText(name)
            }
            if choices.targets.count > 1 {
                throw DataError(
                    file: table.source,
                    "\(table.place(of: name)) holds classes, which are predicted alone; several targets must be numbers"
                )
            }
            if let numbers = column.numbersOfCodes, !truths.contains(name),
                let row = numbers.firstIndex(where: { !$0.isNaN && $0 != $0.rounded() })
            {
                throw table.failure(
                    inRow: row, of: name,
                    ": \(Self.short(numbers[row])) has a fraction; classes are whole numbers or words")
            }
            isClassified = true
        }
    }

    /// Takes a column for a feature; or says why it is none.
    private mutating func kind(of column: Table.Column) throws -> String? {
        let name = column.name
        if choices.categories.contains(name) {
            categories.insert(name)
            return Self.leavesOut(levels: column.levels)
        }
        guard let texts = column.texts else {
            takePackedDates(column)
            return column.numbers!.allSatisfy(\.isNaN) ? "empty" : nil
        }
        if texts.allSatisfy(\.isEmpty) { return "empty" }
        let reading = column.dateReading
        if case .dates(let years, let order) = reading {
            take(years, asDatesOf: name, order)
            return nil
        }
        if choices.numbers.contains(name) {
            _ = try numbers(of: name, "a feature that is to be a number")
            return nil
        }
        try checkMostlyText(name)
        switch reading {
        case .ambiguous(let text):
            return
                "dates of which none shows whether the day or the month is first, such as \"\(text.shortened(to: 30).printable)\"; write them as 2020-01-31 to use them"
        case .unread(let text): return Self.unread(text)
        case .impossible(let row, let text):
            throw table.failure(
                inRow: row, of: name,
                ": \"\(text.shortened(to: 30).printable)\" is no date, and the column holds dates; mend it, say so where it means a missing value (--missing-values\(TableExamples.argument(text))), or leave the column out (--exclude\(TableExamples.argument(name)))"
            )
        case .dates, .none: break
        }
        categories.insert(name)
        return Self.leavesOut(levels: texts)
    }

    private mutating func take(_ years: [Double], asDatesOf name: String, _ order: TableDate.Order?) {
        self.years[name] = years
        dates.insert(name)
        if let order { dateOrders[name] = order }
    }

    /// Numbers such as 20200131 are dates where the column's name says so.
    private mutating func takePackedDates(_ column: Table.Column) {
        guard RowTimes.isTime(column.name), !choices.numbers.contains(column.name), let numbers = column.numbers
        else { return }
        let years = numbers.map { RowTimes.unpacked($0) ?? .nan }
        guard years.contains(where: { !$0.isNaN }), zip(numbers, years).allSatisfy({ $0.isNaN || !$1.isNaN })
        else { return }
        take(years, asDatesOf: column.name, .packed)
    }

    /// Why words are names rather than kinds.
    private static func leavesOut(levels: [String]) -> String? {
        let known = levels.filter { !$0.isEmpty }, different = Set(known).count
        guard let first = known.first else { return "empty" }
        let shown = "such as \"\(first.shortened(to: 30).printable)\""
        if different == 1, known.count == levels.count { return "constant, \(first.shortened(to: 30).printable)" }
        guard 2 * different >= known.count else { return nil }
        return different == known.count
            ? "text of which each row has its own, \(shown)"
            : "\(different) different texts in \(known.count) rows, \(shown): names rather than kinds"
    }

    // MARK: Series

    private mutating func makeSeries() throws {
        let times = RowTimes(of: whole, target: choices.targets[0])
        /// Whether the column tells when rows were.
        func isTime(_ name: String) -> Bool {
            dates.contains(name) || RowTimes.isPart(name) || times?.name.contains("\"\(name)\"") == true
        }
        let known = choices.targets.filter { !choices.excluded.contains($0) }
        let values = features.filter { !isTime($0) }, words = values.filter(categories.contains)
        let lagged = known + values.filter { !categories.contains($0) }
        var series = TableSeries(
            lags: choices.lags, horizon: choices.horizon, group: choices.seriesGroup, columns: lagged,
            targets: choices.targets)
        // Of the columns as they were read, in which dates are texts.
        let made = try series.extended(whole)
        (series.times, series.dateOrder) = (times?.name, times?.dateOrder)
        table.columns += made.table.columns.filter { table[$0.name] == nil }
        truths = made.table.layout?.truths ?? truths
        (table.layout, table.countInFile) = (made.table.layout, made.table.countInFile)
        whole = made.table
        let classes = Set(choices.targets.filter { table[$0]?.texts != nil || isClassified })
        if choices.horizon > 0 {
            features = known + features
            categories.formUnion(classes.intersection(known))
        }
        for column in lagged {
            for lag in series.lags {
                let name = TableSeries.name(column, lag: lag)
                features.append(name)
                if classes.contains(column) { categories.insert(name) }
            }
        }
        targets = series.targetNames
        let unlagged = words.filter { $0 != choices.seriesGroup }
        seriesNotes = made.notes
        if !series.lags.isEmpty, !unlagged.isEmpty {
            let names = unlagged.map { "\"\($0)\"" }.joined(separator: ", ")
            seriesNotes.append(
                "there are no lags of words: \(names) \(unlagged.count == 1 ? "is" : "are") known at the row alone")
        }
        (positions, targetPositions) = (made.positions, made.targetPositions)
        let rows = made.hasPast.indices.filter { made.hasPast[$0] }
        try checkLengths(made, series)
        if rows.count < table.rowCount {
            let count = table.rowCount - rows.count, place = series.group == nil ? "" : " in the group"
            seriesNotes.append(
                "\(count.grouped) row\(count == 1 ? "" : "s") without a row \(series.lags.last!) before\(place) \(count == 1 ? "is" : "are") left out"
            )
            (table, whole) = (table.rows(rows), whole.rows(rows))
            (positions, targetPositions) = (rows.map { positions[$0] }, rows.map { targetPositions[$0] })
        }
        self.series = series
    }

    /// Whether there is a row far enough before and after any.
    private func checkLengths(_ made: TableSeries.Extension, _ series: TableSeries) throws {
        let rows = "there are \(made.hasPast.count.grouped) rows\(series.group.map { ", divided by \"\($0)\"" } ?? "")"
        if let most = series.lags.last, !made.hasPast.contains(true) {
            throw DataError(
                file: table.source, "no row has one \(most.grouped) rows before it: \(rows); take shorter --lags")
        }
        if series.horizon > 0, made.targetPositions.allSatisfy({ $0 == .infinity }) {
            throw DataError(
                file: table.source,
                "no row has one \(series.horizon.grouped) rows after it: \(rows); take a shorter --horizon")
        }
    }

    // MARK: Rows

    /// Squares of larger numbers, and of smaller ones, are no numbers.
    private static let sizes = 1e-150...1e150

    /// The rows that have all targets, and all features unless these are to be filled.
    func usableRows() throws -> [Int] {
        for name in features + targets { try checkSizes(of: name) }
        var hasTarget = [Bool](repeating: true, count: table.rowCount), isWhole = hasTarget
        for name in targets {
            let missing = try table.column(name).missingRows
            if missing.count == table.rowCount {
                throw DataError(
                    file: table.source, "\(table.place(of: name)) has no values at all; there is nothing to predict")
            }
            for row in missing { hasTarget[row] = false }
        }
        for name in features {
            let missing = try table.column(name).missingRows
            let first = missing.first { hasTarget[$0] }
            if choices.gaps == .error, let first {
                throw table.failure(
                    inRow: first, of: name,
                    ": a value is missing (\(missing.count { hasTarget[$0] }) in all); choose --missing drop or --missing mean"
                )
            }
            for row in missing { isWhole[row] = false }
        }
        let rows = hasTarget.indices.filter { hasTarget[$0] && (choices.gaps != .drop || isWhole[$0]) }
        if rows.count < 2 {
            throw DataError(
                file: table.source,
                "\(rows.count) usable row\(rows.count == 1 ? "" : "s"): at least 2 are needed, to train and to test"
                    + (series == nil ? "" : "; take shorter --lags or a shorter --horizon"))
        }
        try checkWeights(rows)
        return rows
    }

    private func checkSizes(of name: String) throws {
        guard let numbers = table[name]?.numbers else { return }
        if let row = numbers.firstIndex(where: \.isInfinite) {
            throw table.failure(
                inRow: row, of: name,
                ": an infinite value cannot be used; if it means a missing value, say --missing-values=\(numbers[row] > 0 ? "inf" : "-inf")"
            )
        }
        if let row = numbers.firstIndex(where: { abs($0) > Self.sizes.upperBound }) {
            let text = Self.short(numbers[row])
            throw table.failure(
                inRow: row, of: name,
                ": \(text) is too large to reckon with; if it means a missing value, say --missing-values=\(text), else give the column in larger units"
            )
        }
        if let most = numbers.lazy.filter({ $0 != 0 && !$0.isNaN }).map(abs).max(), most < Self.sizes.lowerBound {
            throw DataError(
                file: table.source,
                "\(table.place(of: name)): all values are smaller than \(Self.sizes.lowerBound), too small to reckon with; give the column in smaller units"
            )
        }
    }

    /// - Throws: `DataError` with line and column where a row of these has no weight.
    static func check(_ weights: [Double], of name: String, in rows: [Int], of table: Table) throws {
        guard let row = rows.first(where: { !(weights[$0].isFinite && weights[$0] >= 0) }) else { return }
        throw table.failure(
            inRow: row, of: name,
            ": \(weights[row].isNaN ? "a weight is missing" : "\(short(weights[row])) is no weight"); weights are numbers from 0 on"
        )
    }

    private func checkWeights(_ rows: [Int]) throws {
        guard let name = choices.weights else { return }
        let weights = try numbers(of: name, "a weight")
        try Self.check(weights, of: name, in: rows, of: table)
        if rows.allSatisfy({ weights[$0] == 0 }) {
            throw DataError(file: table.source, "\(table.place(of: name)): all weights are 0; no row counts")
        }
    }

    func checkTargets(in rows: [Int]) throws {
        for name in targets {
            let levels = table[name]!.classNames(areTruths: truths.contains(name)), first = rows[0]
            if rows.allSatisfy({ levels[$0] == levels[first] }) {
                let value = table[name]!.numbers.map { "\($0[first])" } ?? levels[first]
                throw table.failure(
                    inRow: first, of: name, " is constant (\(value) in all rows); there is nothing to predict")
            }
        }
        guard isClassified else { return }
        let count = classes(in: rows).count
        try checkClassSizes(rows)
        if 2 * count > rows.count {
            throw DataError(
                file: table.source,
                "\(table.place(of: targets[0])) holds words (such as \"\((table[targets[0]]!.classNames(areTruths: false)[rows[0]]).shortened(to: 30))\"), so it is taken for classes, but there are \(count) different ones in \(rows.count) rows; a class needs several rows"
            )
        }
    }

    /// Words of which most stand in a row or two are hardly meant for classes, unless somebody says so.
    private func checkClassSizes(_ rows: [Int]) throws {
        let name = targets[0], target = choices.targets[0]
        guard !choices.classifies, !choices.categories.contains(target), let texts = table[name]?.texts else { return }
        let sizes = Dictionary(grouping: rows) { texts[$0] }.mapValues(\.count), rare = sizes.values.count { $0 <= 2 }
        guard sizes.count > 12, 2 * rare > sizes.count, 2 * sizes.count <= rows.count else { return }
        throw DataError(
            file: table.source,
            "\(table.place(of: name)) holds words (such as \"\(texts[rows[0]].shortened(to: 30).printable)\"), so it is taken for classes, but \(rare) of its \(sizes.count) different ones stand in one or two rows; a class needs several rows: write numbers where numbers are meant, or say --classify where they are classes"
        )
    }

    /// The classes of the target, in their order; none where targets are numbers.
    func classes(in rows: [Int]) -> [String] {
        guard isClassified, let cells = table[targets[0]] else { return [] }
        let names = cells.classNames(areTruths: truths.contains(targets[0]))
        return TableFeature.ordered(Set(rows.map { names[$0] }))
    }

    mutating func leaveOutConstants(in rows: [Int]) throws {
        var kept: [String] = []
        for name in features {
            let cells = table[name]!.levels, first = rows.first { !cells[$0].isEmpty }
            guard rows.allSatisfy({ cells[$0].isEmpty || cells[$0] == first.map { cells[$0] } }) else {
                kept.append(name)
                continue
            }
            left.append((name, first.map { "constant, \(cells[$0])" } ?? "empty in the rows that are used"))
        }
        features = kept
        guard !features.isEmpty else { throw nothing() }
    }

    // MARK: Words

    private func nothing() -> DataError {
        let why =
            left.isEmpty ? "" : ": " + left.map { "\"\($0.name)\" is left out (\($0.why))" }.joined(separator: ", ")
        return DataError(file: table.source, "there is no column beside the target to predict from\(why)")
    }

    static func short(_ x: Double) -> String { Label.number(x).description }

    private static func unread(_ text: String) -> String {
        "dates in a form that is not read, such as \"\(text.shortened(to: 30).printable)\"; write them as 2020-01-31 (or 2020-01, 2020-01-31T12:00) to use them"
    }

    /// The numbers of a column that is to hold them.
    private func numbers(of name: String, _ what: String) throws -> [Double] {
        do { return try table.numbers(of: name) } catch let error as DataError where error.column != nil {
            try checkMostlyText(name)
            throw DataError(
                file: error.file, line: error.line, column: error.column,
                error.message + "; \(what) needs one in each row")
        }
    }

    /// A column of words has levels; a stray word among numbers is a mistake to be told.
    private func checkMostlyText(_ name: String) throws {
        guard case .text(let texts, _, let first) = try table.column(name).values else { return }
        // As the file's numbers are written.
        let layout = table.numberLayout, numbers = texts.count { layout.number($0) != nil },
            gaps = texts.count(where: \.isEmpty)
        guard numbers > 0, (numbers + gaps) * 2 > texts.count else { return }
        do { _ = try table.numbers(of: name) } catch let error as DataError {
            let isComment = name == table.columnNames[0] && "#%!".contains(first.first ?? "0")
            let isNumber =
                first.contains(where: \.isNumber) && first.allSatisfy { $0.isNumber || "+-.,' eE".contains($0) }
            let remedy =
                isComment
                ? "say so where such lines are comments (--comment\(TableExamples.argument(String(first.prefix(1)))))"
                : isNumber
                    ? "say how numbers are written (--decimal, --thousands)"
                    : "say so where it means a missing value (--missing-values\(TableExamples.argument(first))) or all are codes (--as-category\(TableExamples.argument(name)))"
            throw DataError(
                file: error.file, line: error.line, column: error.column,
                error.message
                    + "; mend it, \(remedy), or leave the column out (--exclude\(TableExamples.argument(name)))")
        }
    }
}
