/// The marks within the numbers of a table: before fractions, and between thousands.
struct NumberMarks {
    var decimal = Byte.dot
    var thousands: UInt8?
    /// A blank or apostrophe that some number has between thousands.
    var spacing: Character?
    /// What a reader should know where three digits behind a mark may be a fraction or a group.
    var doubt: String?
    /// The forms that there are.
    private(set) var found: NumberForm

    /// What the first records tell.
    init(of records: [[CSVSyntax.Cell]], delimiter: UInt8) {
        let width = records.map(\.count).max() ?? 0
        self.init(
            of: (0..<width).map { column in
                records.compactMap { column < $0.count ? NumberForm.plain($0[column]) : nil }
            }, delimiter: delimiter)
        spacing =
            records.lazy.flatMap { $0 }.compactMap { $0.count < 60 ? SpacedNumber($0.text)?.mark : nil }.first
    }

    /// What columns tell; a point and none, where forms contradict each other.
    ///
    /// - Parameter known: the forms of the other numbers of the file.
    init(of columns: [[Substring]], known: NumberForm = [], delimiter: UInt8) {
        found = columns.lazy.flatMap { $0 }.reduce(into: known) { $0.formUnion(NumberForm($1) ?? []) }
        let isByComma = found.contains(.groupsByComma), isByPoint = found.contains(.groupsByPoint),
            hasPoint = found.contains(.point)
        /// Of the cells with three digits behind a mark.
        func example(_ form: NumberForm) -> Substring? {
            columns.lazy.flatMap { $0 }.first { NumberForm($0) == form }
        }
        func read(_ form: NumberForm, asFraction isFraction: Bool) -> String? {
            guard let text = example(form) else { return nil }
            let mark = form == .threeAfterPoint ? ("point", ".") : ("comma", ",")
            return
                "numbers such as \(text) are read as \(text.replacing(mark.1, with: isFraction ? "." : "")); if the \(mark.0) stands "
                + (isFraction
                    ? "between thousands, say --thousands \(mark.1)" : "before fractions, say --decimal \(mark.1)")
        }
        if found.isDisjoint(with: [.comma, .threeAfterComma, .groupsByComma, .groupsByPoint]) {
            guard found.contains(.threeAfterPoint), !hasPoint, delimiter != Byte.comma else { return }
            if Self.groups(.threeAfterPoint, in: columns) {
                (decimal, thousands) = (Byte.comma, Byte.dot)
            } else if delimiter == UInt8(ascii: ";") {
                doubt = read(.threeAfterPoint, asFraction: true)
            }
        } else if isByPoint || found.contains(.comma) {
            guard !isByComma, !hasPoint else { return }
            decimal = Byte.comma
            if isByPoint || found.contains(.threeAfterPoint) { thousands = Byte.dot }
            if !isByPoint, thousands != nil, !Self.groups(.threeAfterPoint, in: columns) {
                doubt = read(.threeAfterPoint, asFraction: false)
            }
        } else if isByComma || delimiter == Byte.comma || hasPoint || Self.groups(.threeAfterComma, in: columns) {
            thousands = Byte.comma
        } else if found.contains(.threeAfterPoint) {
            if Self.groups(.threeAfterPoint, in: columns) {
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
    private static func groups(_ form: NumberForm, in columns: [[Substring]]) -> Bool {
        columns.contains { cells in
            var marked = 0, plain = 0, least = Double.infinity, most = 0.0
            for cell in cells {
                guard let own = NumberForm(cell) else { continue }
                let digits = cell.filter(\.isNumber), value = Double(digits) ?? 0
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

extension CSVLayout {
    /// Whether options or plain numbers say which mark stands before fractions.
    package var knowsMarks: Bool { areMarksSaid || !forms.isEmpty }

    /// Finds how numbers are written that stand beside signs or units, and notes it: as the file's plain numbers are,
    /// so far as these have a mark.
    ///
    /// - Parameter columns: their digits and marks.
    package mutating func takeMarks(of columns: [[Substring]]) {
        guard !areMarksSaid, let byte = delimiter.asciiValue else { return }
        let marks = NumberMarks(of: columns, known: forms, delimiter: byte)
        if forms.isEmpty { decimal = Character(Unicode.Scalar(marks.decimal)) }
        guard thousands == nil else { return }
        if doubt == nil, decimal.asciiValue == marks.decimal { doubt = marks.doubt }
        let group: Character = decimal == "." ? "," : "."
        if columns.contains(where: { $0.contains { $0.contains(group) } }) { thousands = group }
    }
}
