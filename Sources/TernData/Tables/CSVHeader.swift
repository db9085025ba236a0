import Foundation

/// The names of a table's columns, and what separates its cells.
struct CSVHeader {
    typealias Pointer = UnsafePointer<UInt8>

    private(set) var names: [String] = []
    private(set) var syntax = CSVSyntax(delimiter: Byte.comma)
    private(set) var hasNames = true
    /// The line of the first row.
    private(set) var firstLine = 1
    private(set) var layout = CSVLayout()

    private let file: String, options: CSVOptions
    /// Whole lines of the file, and whether nothing follows them.
    private var first: Pointer, start: Pointer, end: Pointer, isLast = false

    /// More has to be read.
    private struct Incomplete: Error {}

    /// Reads the header of a file's first block, which then begins with the rows.
    init(file: String, options: CSVOptions, _ blocks: CSVBlocks) throws {
        (self.file, self.options) = (file, options)
        (first, start, end) = (blocks.start, blocks.start, blocks.start)
        while true {
            try blocks.fill()
            (start, end, isLast) = (blocks.start, blocks.end, blocks.isLast)
            while end > start, (end - 1).pointee != Byte.newline { end -= 1 }
            first = start
            do {
                try read()
                break
            } catch is Incomplete {}
        }
        (layout.delimiter, layout.decimal) = (
            Character(Unicode.Scalar(syntax.delimiter)), Character(Unicode.Scalar(syntax.decimal))
        )
        layout.thousands = syntax.thousands.map { Character(Unicode.Scalar($0)) }
        blocks.start = start
    }

    /// What the rows are parsed with.
    func plan(_ options: CSVOptions) -> CSVPlan {
        var plan = CSVPlan(syntax: syntax, columnCount: names.count, options: options)
        plan.hasHeader = hasNames
        return plan
    }

    private func lineNumber(of position: Pointer) -> Int {
        UnsafeBufferPointer(start: first, count: position - first).count { $0 == Byte.newline } + 1
    }

    private func failure(at position: Pointer, _ message: String) -> DataError {
        DataError(file: file, line: lineNumber(of: position), message)
    }

    /// Nothing was found in what has been read.
    private var emptiness: any Error {
        isLast
            ? DataError(file: file, "the file is empty; it needs a line of column names and rows below it")
            : Incomplete()
    }

    /// A record among the first of a file.
    private struct Record {
        let start: Pointer, cells: [CSVSyntax.Cell]
        /// Whether a blank line stands before it.
        let isApart: Bool
    }

    /// Finds names, units, and where the rows begin.
    private mutating func read() throws {
        var p = start
        let mark = UnsafeBufferPointer(start: start, count: min(3, end - start))
        if mark.elementsEqual([0xEF, 0xBB, 0xBF]) { p += 3 }
        if mark.starts(with: [0xFF, 0xFE]) || mark.starts(with: [0xFE, 0xFF]) {
            throw DataError(
                file: file, line: 1, "this is UTF-16 text; convert the file, as with: iconv -f utf-16 -t utf-8")
        }
        if memchr(start, 0, min(4096, end - start)) != nil, let kind = FileKind(of: file) {
            throw DataError(file: file, kind.complaint(insteadOf: "table of text"))
        }
        for _ in 0..<max(0, options.skippedLines ?? 0) where p < end { p = behindLine(p) }
        let blanks = CSVSyntax(delimiter: Byte.comma)
        var comments: [Pointer] = []
        while p < end {
            let content = blanks.afterBlanks(p)
            guard content.pointee == Byte.newline || content.pointee == Byte.hash else { break }
            if content.pointee == Byte.hash { comments.append(content + 1) }
            p = behindLine(content)
        }
        guard p < end else { throw emptiness }
        do {
            let found = try CSVSyntax.detected(from: p, end: end, options)
            syntax = found.syntax
            (layout.spacing, layout.doubt) = (found.marks.spacing, found.marks.doubt)
            (layout.forms, layout.areMarksSaid) = (
                found.marks.found, options.decimal != nil || options.thousands != nil
            )
        } catch { throw DataError(file: file, error.message) }
        let plan = CSVPlan(syntax: syntax, columnCount: 0, options: options)
        let (records, rest) = try records(from: p), found = table(in: records, plan), first = records[found]
        var names = first.cells, rows = records[(found + 1)...]
        hasNames = options.header == .present || options.header == .automatic && isHeader(first.cells, plan)
        if options.header == .automatic, let commented = self.commented(comments, above: first, plan) {
            (names, rows, hasNames) = (commented.names, records[found...], true)
            layout.isHeaderCommented = true
            layout.headerLine = lineNumber(of: commented.names[0].start)
            if let units = commented.units { setUnits(units, of: names, at: units[0].start) }
            layout.doubt = layout.doubt ?? commented.doubt
        } else if hasNames {
            layout.headerLine = lineNumber(of: first.start)
            layout.passesOverLines = found > 0 || (options.skippedLines ?? 0) > 0
        } else {
            rows = records[found...]
        }
        let width = rows.first?.cells.count ?? names.count
        if names.count > 1, names.trailingEmpty > 0,
            width < names.count || rows.first.map({ $0.cells.trailingEmpty > 0 }) ?? true
        {
            // A delimiter at the line's end; the rows tell whether a column belongs to it.
            names.removeLast()
        }
        if hasNames, names.count > 0, rows.count > 0,
            rows.allSatisfy({ $0.cells.count == names.count + 1 && $0.cells.trailingEmpty == 0 }),
            isCount(rows.map { $0.cells[0] }, plan) || rows.allSatisfy({ plan.number($0.cells[0]) == nil })
        {
            // R names rows in a column without a name.
            self.names = ["column1"] + names.enumerated().map { name($1, $0 + 1) }
            layout.rowNames = "column1"
        } else {
            self.names = names.enumerated().map { name($1, $0) }
            if hasNames, names[0].count == 0, isCount(rows.map { $0.cells[0] }, plan) {
                layout.rowNames = self.names[0]
            }
        }
        if hasNames, layout.unitsLine == nil, let units = rows.first,
            options.hasUnits ?? isUnits(units.cells, above: rows.dropFirst(), plan)
        {
            setUnits(units.cells, of: names, at: units.start)
            rows = rows.dropFirst()
        }
        let body = rows.first?.start ?? rest
        if hasNames {
            try check(
                names, at: first.start,
                isWithoutRows: rows.isEmpty
                    && UnsafeBufferPointer(start: rest, count: end - rest).allSatisfy { $0 <= Byte.blank })
        }
        firstLine = lineNumber(of: body)
        start = body
    }

    private func behindLine(_ start: Pointer) -> Pointer {
        var p = start
        while p.pointee != Byte.newline { p += 1 }
        return p + 1
    }

    private func name(_ cell: CSVSyntax.Cell, _ place: Int) -> String {
        hasNames && cell.count > 0 ? cell.text : "column\(place + 1)"
    }

    /// The first records, of which there is one at least, and where the next begins.
    private func records(from start: Pointer) throws -> (records: [Record], rest: Pointer) {
        var p = start, rest = start, records: [Record] = [], isApart = false
        while p < end, records.count < CSVSyntax.sampleCount {
            let start = p
            do {
                let cells = try syntax.record(at: &p, end: end)
                if !cells.isEmpty { records.append(Record(start: start, cells: cells, isApart: isApart)) }
                isApart = cells.isEmpty
                rest = p
            } catch {
                if !records.isEmpty { break }
                if !isLast, error == .unterminatedQuote { throw Incomplete() }
                throw failure(at: start, error.message)
            }
        }
        guard !records.isEmpty else { throw emptiness }
        // What is found must not depend on how much is read at once.
        if records.count < CSVSyntax.sampleCount, !isLast { throw Incomplete() }
        return (records, rest)
    }

    /// Which record begins the table: the first, unless lines of another form, or another table, stand before names
    /// with rows of numbers.
    private func table(in records: [Record], _ plan: CSVPlan) -> Int {
        guard options.skippedLines == nil, options.header == .automatic else { return 0 }
        let counts = records.map(\.cells.count)
        // Lines above may be filled up with delimiters.
        let widths = Set(counts).count == 1 ? counts : records.map { max(1, $0.cells.count - $0.cells.trailingEmpty) }
        guard let width = widths.last, width > 1 else { return 0 }
        // From here on all have one width.
        let regular = (widths.lastIndex { $0 != width } ?? -1) + 1
        func isNames(_ i: Int) -> Bool {
            guard records[i].cells.contains(where: { $0.count > 0 }), records[i].start.pointee != Byte.hash,
                !plan.holdsNumber(records[i].cells)
            else { return false }
            return records[(i + 1)...].prefix(2).contains { plan.holdsNumber($0.cells) }
        }
        // Behind metadata of as many columns a table stands apart.
        let apart = records.indices.prefix(30).last { $0 >= regular && $0 > 0 && records[$0].isApart && isNames($0) }
        if let apart { return apart }
        guard regular > 0, regular < records.count else { return 0 }
        if isNames(regular) { return regular }
        // Where rows have names, the header is one shorter.
        return widths[regular - 1] == width - 1 && isNames(regular - 1) ? regular - 1 : 0
    }

    private func isHeader(_ cells: [CSVSyntax.Cell], _ plan: CSVPlan) -> Bool {
        let numbers = cells.map(plan.number)
        if numbers.allSatisfy({ $0 != nil }) { return false }
        return numbers.allSatisfy { $0.map { $0.isNaN || $0 == $0.rounded() } ?? true }
    }

    /// Names, and units below them, in the last comments above a record that holds numbers; and what of it is not sure.
    private func commented(
        _ comments: [Pointer], above record: Record, _ plan: CSVPlan
    ) -> (names: [CSVSyntax.Cell], units: [CSVSyntax.Cell]?, doubt: String?)? {
        let count = record.cells.count - record.cells.trailingEmpty
        guard count > 1, plan.holdsNumber(record.cells) else { return nil }
        let lines = comments.suffix(2).map { comment -> [CSVSyntax.Cell]? in
            var p = comment
            guard let cells = try? syntax.record(at: &p, end: end), cells.count == count,
                cells.contains(where: { plan.number($0) == nil })
            else { return nil }
            // A name may be a word for what is missing: MM is a month, too.
            guard cells.allSatisfy({ $0.count > 0 && plan.number($0)?.isNaN ?? true }) else { return nil }
            return cells
        }
        guard let last = lines.last, let last else { return nil }
        guard lines.count > 1, let upper = lines[0] else { return (last, nil, nil) }
        // The upper line may be a title of as many words.
        let kinds = last.map { UnitCell($0.text) }
        let isLikely = kinds.contains(.clear) || !kinds.contains(.none), isPair = options.hasUnits ?? isLikely
        guard options.hasUnits == nil, !kinds.contains(.clear), kinds.contains(.possible) else {
            return isPair ? (upper, last, nil) : (last, nil, nil)
        }
        let above = "line \(lineNumber(of: upper[0].start))", below = "line \(lineNumber(of: last[0].start))"
        return isPair
            ? (
                upper, last,
                "\(below) is taken for the units of the names in \(above); if it holds names itself, say --no-units-row"
            )
            : (last, nil, "the names are taken from \(below); if it holds units of those in \(above), say --units-row")
    }

    /// Whether cells are units: texts above columns of numbers, and nothing else there but the 1, the stroke or the
    /// blank of what has none.
    private func isUnits(_ cells: [CSVSyntax.Cell], above rows: ArraySlice<Record>, _ plan: CSVPlan) -> Bool {
        guard !rows.isEmpty, rows.allSatisfy({ $0.cells.count >= cells.count }) else { return false }
        var isAnyText = false
        /// Beside a 1, which may be a number, units are what begins with a letter or sign.
        let hasOne = cells.contains { $0.text == "1" }
        for (i, cell) in cells.enumerated() {
            let isText = names.indices.contains(i) && options.keepsTexts(of: names[i])
            let numbers = rows.map { plan.number($0.cells[i]) }
            guard !isText, numbers.allSatisfy({ $0 != nil }), numbers.contains(where: { !$0!.isNaN }) else {
                // A date or station that is like those below begins a row, whose "n.d." or "T" is no unit.
                if isAlike(cell.text, rows.map { $0.cells[i].text }) { return false }
                continue
            }
            if ["", "1", "-"].contains(cell.text) { continue }
            // Metres and millimetres are no gaps here, as M and MM are below.
            let isLength = ["m", "mm"].contains(cell.text)
            if !isLength, plan.number(cell)?.isNaN ?? false { continue }
            // Below a limit, as in "<0.01", lies a number.
            guard isLength || plan.number(cell) == nil, CSVPlan.truth(cell.text) == nil,
                !(cell.text.first.map { "<>\u{2264}\u{2265}".contains($0) } ?? false),
                !hasOne || cell.text.first.map({ $0.isLetter || "°%µ([/".contains($0) }) ?? false
            else { return false }
            isAnyText = true
        }
        return isAnyText
    }

    /// Whether a text is as those of a column are: a date where they are dates, or one of them.
    private func isAlike(_ text: String, _ others: [String]) -> Bool {
        func isDate(_ text: String) -> Bool {
            TableDate.read(text) != nil || TableDate.showsOrder(text) != nil || TableDate.isUnread(text)
        }
        if ["", "-"].contains(text) { return false }
        return others.contains(text) || isDate(text) && others.contains(where: isDate)
    }

    private mutating func setUnits(_ units: [CSVSyntax.Cell], of names: [CSVSyntax.Cell], at place: Pointer) {
        layout.unitsLine = lineNumber(of: place)
        for (i, (name, unit)) in zip(names, units).enumerated() where unit.count > 0 {
            layout.units[self.name(name, i)] = unit.text
        }
    }

    /// Whether cells count rows, from 0 or 1.
    private func isCount(_ cells: [CSVSyntax.Cell], _ plan: CSVPlan) -> Bool {
        let numbers = cells.map { plan.number($0) ?? .nan }
        guard numbers.count > 1, numbers[0] == 0 || numbers[0] == 1 else { return false }
        return numbers.indices.allSatisfy { numbers[$0] == numbers[0] + Double($0) }
    }

    private func check(_ cells: [CSVSyntax.Cell], at first: Pointer, isWithoutRows: Bool) throws {
        for (i, cell) in cells.enumerated()
        where String(validating: UnsafeBufferPointer(start: cell.start, count: cell.count), as: UTF8.self) == nil {
            throw failure(
                at: first,
                "the name of the \(ordinal(i + 1)) column is not UTF-8 text; convert the file, as with: iconv -f latin1 -t utf-8"
            )
        }
        var seen: [String: Int] = [:]
        for (i, name) in names.enumerated() {
            if let before = seen.updateValue(i, forKey: name) {
                throw failure(
                    at: first,
                    "two columns (\(ordinal(before + 1)) and \(ordinal(i + 1))) are named \"\(name)\"; rename one, or pass over the line where it holds no names (--skip \(lineNumber(of: first)))"
                )
            }
        }
        // More than a header has been read, unless the file ends.
        if isWithoutRows { throw failure(at: first, "there are no rows below the header") }
    }
}
