/// The marks within the numbers of a table: before fractions, and between thousands.
struct NumberMarks {
    var decimal = Byte.dot
    var thousands: UInt8?
    /// A blank or apostrophe that some number has between thousands.
    var spacing: Character?
    /// What a reader should know where three digits behind a mark may be a fraction or a group.
    var doubt: String?

    /// What the first records tell; a point and none, where forms contradict each other.
    init(of records: [[CSVSyntax.Cell]], delimiter: UInt8) {
        var found: NumberForm = []
        for cells in records {
            for cell in cells {
                found.formUnion(NumberForm(cell) ?? [])
                if spacing == nil, cell.count < 60 { spacing = SpacedNumber(cell.text)?.mark }
            }
        }
        let isByComma = found.contains(.groupsByComma), isByPoint = found.contains(.groupsByPoint),
            hasPoint = found.contains(.point)
        /// Of the cells with three digits behind a mark.
        func example(_ form: NumberForm) -> String {
            records.lazy.flatMap { $0 }.first { NumberForm($0) == form }?.text ?? ""
        }
        func read(_ form: NumberForm, asFraction isFraction: Bool) -> String {
            let text = example(form), mark = form == .threeAfterPoint ? ("point", ".") : ("comma", ",")
            return
                "numbers such as \(text) are read as \(text.replacing(mark.1, with: isFraction ? "." : "")); if the \(mark.0) stands "
                + (isFraction
                    ? "between thousands, say --thousands \(mark.1)" : "before fractions, say --decimal \(mark.1)")
        }
        if found.isDisjoint(with: [.comma, .threeAfterComma, .groupsByComma, .groupsByPoint]) {
            guard found.contains(.threeAfterPoint), !hasPoint, delimiter != Byte.comma else { return }
            if Self.groups(.threeAfterPoint, in: records) {
                (decimal, thousands) = (Byte.comma, Byte.dot)
            } else if delimiter == UInt8(ascii: ";") {
                doubt = read(.threeAfterPoint, asFraction: true)
            }
        } else if isByPoint || found.contains(.comma) {
            guard !isByComma, !hasPoint else { return }
            decimal = Byte.comma
            if isByPoint || found.contains(.threeAfterPoint) { thousands = Byte.dot }
            if !isByPoint, thousands != nil, !Self.groups(.threeAfterPoint, in: records) {
                doubt = read(.threeAfterPoint, asFraction: false)
            }
        } else if isByComma || delimiter == Byte.comma || hasPoint || Self.groups(.threeAfterComma, in: records) {
            thousands = Byte.comma
        } else if found.contains(.threeAfterPoint) {
            if Self.groups(.threeAfterPoint, in: records) {
                (decimal, thousands) = (Byte.comma, Byte.dot)
            } else {
                thousands = Byte.comma
                doubt = read(.threeAfterComma, asFraction: false)
            }
        } else {
            decimal = Byte.comma
            doubt = read(.threeAfterComma, asFraction: true)
        }
    }

    /// Whether a column holds numbers of three digits behind a mark beside smaller ones without any, as thousands do:
    /// 950, 1.020. The least of them is no great step above these then.
    private static func groups(_ form: NumberForm, in records: [[CSVSyntax.Cell]]) -> Bool {
        let width = records.map(\.count).max() ?? 0
        return (0..<width).contains { column in
            var marked = 0, plain = 0, least = Double.infinity, most = 0.0
            for cells in records where column < cells.count {
                guard let own = NumberForm(cells[column]) else { continue }
                let digits = cells[column].text.filter(\.isNumber), value = Double(digits) ?? 0
                if own == form {
                    (marked, least) = (marked + 1, min(least, value))
                } else if own == [] {
                    // Digits that would be grouped are not.
                    guard digits.count <= 3 else { return false }
                    (plain, most) = (plain + 1, max(most, value))
                } else {
                    return false
                }
            }
            return marked >= 3 && plain >= 2 && least < 30 * most
        }
    }
}
