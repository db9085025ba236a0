import TernData
import TernText

/// The sign or unit that stands around each number of a column, such as % behind or $ before them.
///
/// Cells that all have the same one are numbers in it: 1.9 % is read as 1.9. Cells of several are no numbers that could
/// be compared, and nobody means them for words: they are an error.
struct MarkedNumbers: Codable, Sendable, Equatable {
    /// What stands before the number, and behind it; one may be empty.
    let prefix: String, suffix: String
    /// What stood before fractions, where it was no point: for files whose other numbers do not tell it.
    private(set) var decimal: String?

    /// Reads the columns that may be learned from, so far as they are marked numbers.
    ///
    /// How they are written is found from all of them and from the file's plain numbers, and told as it is of these.
    ///
    /// - Returns: the table with numbers in place of these texts, and the mark of each such column.
    /// - Throws: `DataError` with line, column and cell where a column holds numbers in several forms.
    static func read(_ table: Table, _ choices: TableChoices) throws -> (table: Table, marks: [String: Self]) {
        let asked = choices.targets + [choices.weights].compactMap { $0 }
        let others = Set(choices.excluded + choices.kept + [choices.seriesGroup].compactMap { $0 }).subtracting(asked)
            .union(choices.categories)
        let wanted = choices.features.map { Set($0 + asked) }
        var table = table, marks: [String: Self] = [:]
        let places = table.columns.indices.filter { i in
            let name = table.columns[i].name
            return table.columns[i].texts != nil && !others.contains(name) && wanted?.contains(name) ?? true
                && name != table.layout?.rowNames
        }
        let marked = places.map { i -> MarkedColumn? in
            guard let column = MarkedColumn(table.columns[i].texts!), case .none = table.columns[i].dateReading else {
                return nil
            }
            return column
        }
        table.layout?.takeMarks(of: marked.compactMap { $0?.digits })
        let form = NumberSigns(decimal: table.layout?.decimal ?? ".")
        for (i, marked) in zip(places, marked) {
            let name = table.columns[i].name
            if let marked, let numbers = form.numbers(marked) {
                table.columns[i].values = .numbers(numbers)
                marks[name] = marked.mark
                if form.decimal != "." { marks[name]!.decimal = String(form.decimal) }
            } else if let complaint = form.complaint(table.columns[i].texts!) {
                throw table.failure(
                    inRow: complaint.row, of: name,
                    ": \(complaint.words); write all of them in one way, say how numbers are written (--decimal, --thousands), take them for codes (--as-category\(TableExamples.argument(name)))\(choices.targets.contains(name) ? "" : ", or leave the column out (--exclude\(TableExamples.argument(name)))")"
                )
            }
        }
        return (table, marks)
    }

    /// A table in which the columns that were marked in training are numbers, where they are written so: as the plain
    /// numbers of its file are, or else as they were in training.
    static func read(_ table: Table, as marks: [String: Self]) -> Table {
        guard !marks.isEmpty else { return table }
        var table = table
        for i in table.columns.indices {
            guard let mark = marks[table.columns[i].name], let texts = table.columns[i].texts,
                let own = MarkedColumn(texts), (own.mark.prefix, own.mark.suffix) == (mark.prefix, mark.suffix)
            else { continue }
            let known = table.layout.flatMap { $0.knowsMarks ? $0.decimal : nil }
            guard let numbers = NumberSigns(decimal: known ?? mark.decimal?.first ?? ".").numbers(own) else { continue }
            table.columns[i].values = .numbers(numbers)
        }
        return table
    }

    /// For a note on a column.
    var words: String {
        let signs = [prefix, suffix].filter { !$0.isEmpty }.map { "\"\($0.printable)\"" }.joined(separator: " and ")
        return "its cells are numbers with \(signs), which are read as numbers in that unit"
    }
}

/// A number within a text, with what stands around it.
private struct MarkedCell {
    let mark: MarkedNumbers
    /// With the marks between them.
    let digits: Substring
    let isNegative: Bool

    private static let currencies = ["US$", "A$", "C$", "USD", "EUR", "GBP", "CHF", "JPY"]

    /// nil where a text is something else.
    init?(_ text: String) {
        var rest = text.trimmed(where: \.isWhitespace), isNegative: Bool?
        func sign() {
            guard isNegative == nil, let first = rest.first, "+-\u{2212}".contains(first) else { return }
            isNegative = first != "+"
            rest = rest.dropFirst().trimmed(where: \.isWhitespace)
        }
        sign()
        var prefix = Self.currencies.first { rest.hasPrefix($0) } ?? ""
        if prefix.isEmpty, let first = rest.first, first.isCurrencySymbol { prefix = String(first) }
        rest = rest.dropFirst(prefix.count).trimmed(where: \.isWhitespace)
        sign()
        var digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." || $0 == "," }
        guard digits.contains(where: \.isNumber) else { return nil }
        rest = rest[digits.endIndex...]
        // A power of ten.
        if let e = rest.first, e == "e" || e == "E" {
            let power = rest.dropFirst().drop { "+-".contains($0) }.prefix { $0.isASCII && $0.isNumber }
            let signs = rest.distance(from: rest.startIndex, to: power.startIndex) - 1
            if !power.isEmpty, signs <= 1 {
                digits = text[digits.startIndex..<power.endIndex]
                rest = rest[power.endIndex...]
            }
        }
        let suffix = rest.trimmed(where: \.isWhitespace)
        if let first = suffix.first {
            guard first.isLetter || first.isCurrencySymbol || "%‰°".contains(first), suffix.count <= 20 else {
                return nil
            }
        }
        (mark, self.digits) = (MarkedNumbers(prefix: prefix, suffix: String(suffix)), digits)
        self.isNegative = isNegative ?? false
    }

    static func isMissing(_ text: String) -> Bool {
        text.isEmpty || CSVOptions.missingWords.contains(text.lowercased())
    }
}

/// A column of numbers that all have the same sign or unit.
private struct MarkedColumn {
    let mark: MarkedNumbers
    /// Of each cell, empty where it is missing.
    private(set) var digits: [Substring] = [], negatives: [Bool] = []

    /// nil where cells are something else.
    init?(_ texts: [String]) {
        var mark: MarkedNumbers?
        for text in texts {
            if MarkedCell.isMissing(text) {
                digits.append("")
                negatives.append(false)
                continue
            }
            guard let cell = MarkedCell(text), cell.mark == mark ?? cell.mark,
                !(cell.mark.prefix.isEmpty && cell.mark.suffix.isEmpty)
            else { return nil }
            mark = cell.mark
            digits.append(cell.digits)
            negatives.append(cell.isNegative)
        }
        guard let mark else { return nil }
        self.mark = mark
    }
}

/// How numbers within texts are written.
private struct NumberSigns {
    let decimal: Character

    /// The number of digits with a mark before fractions, and the other one between thousands; nil in other forms.
    private func number(_ digits: Substring, _ isNegative: Bool, decimal: Character) -> Double? {
        let group: Character = decimal == "." ? "," : "."
        let halves = digits.split(separator: decimal, maxSplits: 1, omittingEmptySubsequences: false)
        let groups = halves[0].split(separator: group, omittingEmptySubsequences: false)
        if groups.count > 1 {
            guard (1...3).contains(groups[0].count), groups[0] != "0", groups.dropFirst().allSatisfy({ $0.count == 3 })
            else { return nil }
        }
        guard halves.count == 1 || !halves[1].contains(where: { $0 == "," || $0 == "." }) else { return nil }
        let value = Double(groups.joined() + (halves.count > 1 ? ".\(halves[1])" : ""))
        return isNegative ? value.map { -$0 } : value
    }

    /// The numbers of a column, NaN where one is missing; nil where one is written in another way.
    func numbers(_ column: MarkedColumn) -> [Double]? {
        var numbers: [Double] = []
        for (digits, isNegative) in zip(column.digits, column.negatives) {
            guard let x = digits.isEmpty ? .nan : number(digits, isNegative, decimal: decimal) else { return nil }
            numbers.append(x)
        }
        return numbers
    }

    /// What is wrong with cells that are all numbers, but not in one form; nil where one of them is a word or a code,
    /// or most are plain numbers, among which a stray one is told elsewhere.
    func complaint(_ texts: [String]) -> (row: Int, words: String)? {
        var first: (row: Int, cell: MarkedCell)?, turned: Int?, other: Int?, plain = 0
        for (row, text) in texts.enumerated() where !MarkedCell.isMissing(text) {
            // Units of letters may be parts of codes, such as 1a and 2b.
            guard let cell = MarkedCell(text), cell.mark.suffix.first?.isLetter != true else { return nil }
            func isNumber(_ decimal: Character) -> Bool {
                number(cell.digits, cell.isNegative, decimal: decimal) != nil
            }
            let isOwn = isNumber(decimal)
            guard isOwn || isNumber(decimal == "." ? "," : ".") else { return nil }
            if !isOwn, turned == nil { turned = row }
            if first == nil { first = (row, cell) }
            if other == nil, cell.mark != first!.cell.mark { other = row }
            if Double(text) != nil { plain += 1 }
        }
        guard let first, 2 * plain <= texts.count else { return nil }
        func shown(_ row: Int) -> String { "\"\(texts[row].shortened(to: 30).printable)\"" }
        if let turned {
            let marks = decimal == "." ? ("comma", "point") : ("point", "comma")
            return (
                turned,
                "\(shown(turned)) has a \(marks.0) where this file's numbers have a \(marks.1) before the fraction"
            )
        }
        return other.map { ($0, "\(shown(first.row)) and \(shown($0)) are numbers with different signs or units") }
    }
}
