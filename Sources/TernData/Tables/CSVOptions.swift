/// How a table of text is laid out, so far as it is known; the rest is found.
///
/// ```swift
/// var options = CSVOptions(missingNumbers: [-99.9], textColumns: ["station"])
/// options.comment = "%"
/// let table = try Table(csvText: "station,co2\n007,-99.9\n% moved\n008,411.5\n", options: options)
/// print(table["station"]!.texts!, table["co2"]!.missingRows)  // ["007", "008"] [0]
/// ```
public struct CSVOptions: Sendable {
    /// Whether the first line holds names.
    ///
    /// ```swift
    /// let table = try Table(csvText: "1,2\n3,4\n", options: CSVOptions(header: .absent))
    /// print(table.columnNames, table.rowCount)  // ["column1", "column2"] 2
    /// ```
    public enum Header: Sendable {
        /// It does, unless one of its cells is a number with a fraction, or all of them are numbers.
        case automatic
        /// It does, whatever its cells are.
        case present
        /// It holds data; columns are named by their position.
        case absent
    }

    /// nil: found from the first lines. A blank stands for any run of blanks and tabs.
    public var delimiter: Character?
    /// Before the fraction of a number: a point or a comma.
    public var decimal: Character?
    /// Between groups of three digits.
    public var thousands: Character?
    /// How many lines stand before the header.
    public var skippedLines: Int?
    /// With what lines begin that are passed over everywhere; those that begin with # are passed over before the header
    /// anyway.
    public var comment: Character?
    /// Whether the line below the header holds units.
    public var hasUnits: Bool?
    /// Cells that stand for a missing value, beside empty ones, without regard to case.
    public var missing: Set<String>
    /// Numbers that stand for a missing value, such as -99.99.
    public var missingNumbers: Set<Double>
    /// Whether the first line holds names.
    public var header: Header
    /// How many bytes are read at once.
    package var blockSize = 16 << 20
    /// Columns to keep as text though they hold numbers, such as numbers of stations.
    public var textColumns: Set<String>
    /// Columns whose cells are codes, of stations or classes: kept as they are written, so that 007 and 7 are two, but for
    /// those that stand for a missing value, which become empty as in columns of words.
    public var levelColumns: Set<String> = []
    /// Those of them whose codes are numbers, where what stands for missing numbers ("?") is missing too; nil: those of
    /// which all cells are numbers but for such.
    package var numberLevels: Set<String>?
    /// Columns of ISO dates to read as years with a fraction: 2000-07-02 as 2000.5.
    public var dateColumns: Set<String> = []
    /// What is known of the order of day and month in ``dateColumns``.
    package var dateOrders: [String: TableDate.Order] = [:]
    /// Columns of True and False in ``TableBlocks``, which cannot look for them in all rows.
    public var truthColumns: Set<String> = []

    /// What pandas reads as missing, and what buoys ("MM"), airports ("M") and archives ("?", "-", ".") write.
    public static let missingWords: Set<String> = [
        "#n/a", "#n/a n/a", "#na", "-1.#ind", "-1.#qnan", "-nan", "1.#ind", "1.#qnan", "<na>", "n/a", "na", "null",
        "nan", "none",
        "-", ".", "?", "m", "mm",
    ]

    /// What pandas reads as missing in columns of words too; "None" and "na" may be kinds of something there.
    private static let missingTexts: Set<String> = [
        "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
        "NULL", "NaN", "n/a", "nan", "null",
    ]
    /// Words that were added, in lower case, and the numbers among them: they are missing in columns of words, too.
    private var addedMissing: Set<String> = [], addedNumbers: Set<Double> = []

    /// Whether a column's cells are texts whatever they hold.
    func keepsTexts(of column: String) -> Bool { textColumns.contains(column) || levelColumns.contains(column) }

    /// Whether a cell of a column of words stands for a missing value.
    func isMissing(text: String) -> Bool {
        if Self.missingTexts.contains(text) || !addedMissing.isEmpty && addedMissing.contains(text.lowercased()) {
            return true
        }
        guard !missingNumbers.isEmpty || !addedNumbers.isEmpty, let number = CSVSyntax.number(text) else {
            return false
        }
        return missingNumbers.contains(number) || addedNumbers.contains(number)
    }

    /// Whether a cell of a column of numbers stands for a missing one.
    func isMissing(numberText text: String) -> Bool { text.isEmpty || missing.contains(text.lowercased()) }

    /// Options with what is said, the rest to be found.
    ///
    /// - Parameters:
    ///   - delimiter: between cells; nil: found.
    ///   - missing: cells that stand for a missing value beside empty ones; words of your own replace the usual ones.
    ///   - missingNumbers: numbers that stand for a missing value, however they are written.
    ///   - textColumns: columns to keep as text.
    public init(
        delimiter: Character? = nil, missing: Set<String> = missingWords, missingNumbers: Set<Double> = [],
        header: Header = .automatic,
        textColumns: Set<String> = []
    ) {
        self.delimiter = delimiter
        self.missing = Set(missing.map { $0.lowercased() })
        self.missingNumbers = missingNumbers
        self.header = header
        self.textColumns = textColumns
    }

    /// Adds words that stand for a missing value; a number such as `-99.9` stands for every way to write it.
    public mutating func addMissing(_ words: some Collection<String>) {
        let words = words.map { $0.lowercased() }
        missing.formUnion(words)
        addedMissing.formUnion(words)
        addedNumbers.formUnion(words.compactMap { CSVSyntax.number($0) })
    }

    /// Why options cannot be followed.
    enum Mistake: Error {
        case noSign(Character, String), sameMarks

        var message: String {
            switch self {
            case .noSign(let sign, "delimiter"):
                "\"\(sign)\" cannot separate columns; use a comma, semicolon, tab, bar or blank"
            case .noSign(let sign, "comment"):
                "lines of comment cannot begin with \"\(sign)\"; use a sign such as # or %"
            case .noSign(let sign, let what):
                "\"\(sign)\" cannot be the mark for \(what); use a point, a comma, an apostrophe or a blank"
            case .sameMarks: "one mark cannot stand before fractions and between thousands"
            }
        }
    }

    /// The byte of a sign that shapes a table.
    func byte(_ sign: Character, _ what: String) throws(Mistake) -> UInt8 {
        guard let byte = sign.asciiValue, byte != Byte.quote, byte != Byte.newline, byte != Byte.carriageReturn,
            byte != 0,
            what == "delimiter" || !sign.isLetter && !sign.isNumber && sign != "-" && sign != "+"
        else { throw .noSign(sign, what) }
        return byte
    }
}
