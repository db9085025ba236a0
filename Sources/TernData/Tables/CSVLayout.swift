/// What was found of how a table of text is laid out.
///
/// ```swift
/// let layout = try Table(csvText: "time;rain\n1;0,5\n2;1,25\n").layout!
/// print(layout.delimiter, layout.decimal, layout.notes)  // ; , ["a comma stands before fractions"]
/// ```
public struct CSVLayout: Sendable, Equatable {
    /// Between cells; a blank stands for any run of blanks and tabs.
    public var delimiter: Character = ","
    /// Before fractions, and between thousands where digits are grouped.
    public var decimal: Character = ".", thousands: Character?
    /// A blank or apostrophe that some number has between thousands.
    public var spacing: Character?
    /// What may be meant otherwise: how numbers are read, or which line holds the names.
    public var doubt: String?
    /// The line of the names, counted from 1; nil where the table has none.
    public var headerLine: Int?
    /// Whether lines stand above the names that are neither blank nor comments.
    public var passesOverLines = false
    /// Whether the names stand behind a # like a comment.
    public var isHeaderCommented = false
    /// The units below the names, and their line.
    public var units: [String: String] = [:], unitsLine: Int?
    /// The columns of True and False.
    public var truths: Set<String> = []
    /// A line for each column of words in which cells such as NA are taken for missing.
    public var missingTexts: [String] = []
    /// A line for each column of whole numbers some of which a `Double` does not hold, so that several may have become
    /// one; ``CSVOptions/textColumns`` keeps them as they are.
    public var rounded: [String] = []
    /// The column that names the rows, as R and pandas write it.
    public var rowNames: String?
    /// The forms of plain numbers among the first records, and whether options say how to read them.
    var forms: NumberForm = [], areMarksSaid = false

    /// What somebody should know who expects a plain table, a line each.
    public var notes: [String] {
        var notes: [String] = []
        if passesOverLines, let headerLine {
            notes.append(
                headerLine == 2
                    ? "line 1, above the names, is passed over"
                    : "lines 1 to \(headerLine - 1), above the names, are passed over")
        }
        if isHeaderCommented, let headerLine {
            notes.append("the names stand in line \(headerLine), behind a comment sign")
        }
        if let unitsLine { notes.append("line \(unitsLine) holds units") }
        if decimal != "." { notes.append("a comma stands before fractions") }
        if let thousands { notes.append("\(Self.name(thousands)) stands between thousands") }
        if let spacing, spacing != thousands { notes.append("\(Self.name(spacing)) stands between thousands") }
        return notes + missingTexts
    }

    /// What may be meant otherwise, or is not what the file says, a line each.
    public var warnings: [String] { [doubt].compactMap { $0 } + rounded }

    private static func name(_ sign: Character) -> String {
        switch sign {
        case ",": "a comma"
        case ".": "a point"
        case " ", "\u{A0}", "\u{202F}", "\u{2009}": "a blank"
        case "'", "\u{2019}": "an apostrophe"
        default: "\(sign)"
        }
    }
}
