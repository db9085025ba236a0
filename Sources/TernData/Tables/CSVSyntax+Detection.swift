extension CSVSyntax {
    /// How many records are looked at.
    static let sampleCount = 200

    /// The syntax of the text at `start`: the delimiter is the one that cuts most of the first records into the same
    /// number of cells, and these into numbers where there are any.
    /// - Returns: with it, what was found of the marks within numbers.
    static func detected(from start: Pointer, end: Pointer, _ options: CSVOptions) throws(CSVOptions.Mistake) -> (
        syntax: CSVSyntax, marks: NumberMarks
    ) {
        let comment = try options.comment.map { mark throws(CSVOptions.Mistake) in try options.byte(mark, "comment") }
        let delimiters =
            try options.delimiter.map { sign throws(CSVOptions.Mistake) in [try options.byte(sign, "delimiter")] }
            ?? [Byte.comma, UInt8(ascii: ";"), Byte.tab, UInt8(ascii: "|"), Byte.blank]
        let candidates = delimiters.map { delimiter in
            var syntax = CSVSyntax(delimiter: delimiter)
            syntax.comment = comment
            let records = syntax.sample(from: start, end: end)
            return (syntax: syntax, records: records, fit: fit(records))
        }
        // The first of equals.
        let best = candidates.dropFirst().reduce(candidates[0]) { $1.fit > $0.fit ? $1 : $0 }
        var found = best.syntax, marks = NumberMarks(of: best.records, delimiter: found.delimiter)
        if options.decimal != nil || options.thousands != nil { marks.doubt = nil }
        (found.decimal, found.thousands) = (marks.decimal, marks.thousands)
        if let decimal = options.decimal {
            found.decimal = try options.byte(decimal, "decimal")
            if found.thousands == found.decimal { found.thousands = nil }
        }
        if let thousands = options.thousands {
            found.thousands = try options.byte(thousands, "thousands")
            if options.decimal == nil, found.decimal == found.thousands {
                found.decimal = found.thousands == Byte.dot ? Byte.comma : Byte.dot
            }
        }
        if found.decimal == found.thousands { throw .sameMarks }
        return (found, marks)
    }

    /// How well a delimiter cuts the first records: whether most of them into the same number of cells, how many are
    /// cut so into numbers, in hundredths, how many records are cut so at all, and the number of cells.
    private static func fit(_ records: [[Cell]]) -> (Int, Int, Double, Int) {
        // Delimiters at the end of some lines do not make them different.
        let counts = records.map { max(1, $0.count - $0.trailingEmpty) }
        let common = Dictionary(grouping: counts) { $0 }.filter { $0.key > 1 }.max {
            ($0.value.count, $0.key) < ($1.value.count, $1.key)
        }
        guard let common else { return (0, 0, 0, 0) }
        let share = Double(common.value.count) / Double(records.count)
        let cells = zip(records, counts).filter { $1 == common.key }.flatMap(\.0),
            numbers = cells.count { NumberForm($0) != nil }
        return (share > 0.5 ? 1 : 0, Int(share * Double(100 * numbers / cells.count)), share, common.key)
    }

    /// The cells of the first records.
    func sample(from start: Pointer, end: Pointer) -> [[Cell]] {
        var p = start, records: [[Cell]] = []
        while p < end, records.count < Self.sampleCount {
            guard let cells = try? record(at: &p, end: end) else { break }
            if !cells.isEmpty { records.append(cells) }
        }
        return records
    }
}

extension [CSVSyntax.Cell] {
    /// How many of the last cells hold nothing.
    var trailingEmpty: Int { reversed().prefix { $0.count == 0 && !$0.isQuoted }.count }
}
