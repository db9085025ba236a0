/// The rows of a CSV file some at a time, for files larger than memory.
///
/// ```swift
/// try Table(csvText: "station,t\nA,1.5\nB,2\n").write(csv: "stations.csv")
/// let blocks = try TableBlocks(csv: "stations.csv", numbers: ["t"])
/// while let block = try blocks.next() {
///     print(block.cells["t"]!.texts!, block.numbers["t"]!.numbers!)  // ["1.5", "2"] [1.5, 2.0]
/// }
/// ```
///
/// A block is what some 4 MB of the file hold, in whole rows.
public final class TableBlocks {
    /// In the order of the file.
    public let columnNames: [String]
    private let file: String, options: CSVOptions
    private let header: CSVHeader, plan: CSVPlan
    private let numbers: [Int]
    private let blocks: CSVBlocks
    private var records: CSVRecords
    /// How the table stands in the file, as its first records tell, and which numbers of the rows so far lost digits.
    public var layout: CSVLayout {
        var layout = header.layout
        layout.rounded = records.roundings(of: columnNames)
        return layout
    }

    /// Opens a file whose columns named are to be numbers; names that it lacks are passed over.
    ///
    /// - Throws: `DataError` as ``Table/init(csv:options:)``.
    public init(csv path: String, numbers names: [String], options: CSVOptions = CSVOptions()) throws {
        let blocks = try CSVBlocks(InputFile(path), size: min(options.blockSize, 4 << 20))
        (file, self.options, self.blocks) = (path, options, blocks)
        let header = try CSVHeader(file: path, options: options, blocks)
        self.header = header
        columnNames = header.names
        numbers = header.names.indices.filter { names.contains(header.names[$0]) }
        var plan = header.plan(options)
        plan.kinds = header.names.map { name in
            !names.contains(name)
                ? .texts
                : options.truthColumns.contains(name)
                    ? .truths
                    : options.dateColumns.contains(name) ? .dates(options.dateOrders[name]) : .numbers
        }
        self.plan = plan
        records = CSVRecords(file: path, header, blocks)
    }

    /// All rows at once, as ``Table/init(csv:options:)`` reads them; also of what cannot be read twice.
    package func whole() throws -> Table {
        try CSVReader(file: file, options: options, blocks.fromStart(of: file, size: options.blockSize)).read()
    }

    /// The next rows; nil behind the last.
    ///
    /// - Returns: all cells as they stand in the file, without blanks around, and the table in which the columns named
    ///   are numbers, or text where in these rows one is no number (which ``Table/numbers(of:)`` tells).
    public func next() throws -> (cells: Table, numbers: Table)? {
        guard let chunks = try records.next() else { return nil }
        var plan = plan, firstText: [Int: (line: Int, text: String)] = [:]
        while true {
            let found = try records.parse(chunks, plan)
            if found.isEmpty { break }
            for (column, first) in found { plan.kinds[column] = .texts; firstText[column] = first }
        }
        var columns = CSVColumns(header, plan, firstLine: records.line)
        columns.append(chunks, ofFile: nil)
        records.noteRounding(in: chunks)
        var values = columns.table(file, firstText, header.layout)
        var cells = values
        values.clearMissingTexts(options)
        plan.kinds = plan.kinds.map { _ in .texts }
        _ = try records.parse(chunks, plan)
        for i in numbers where cells.columns[i].numbers != nil {
            var texts: [String] = []
            texts.reserveCapacity(cells.rowCount)
            for chunk in chunks { chunk.appendText(of: i, to: &texts) }
            cells.columns[i] = Table.Column(columnNames[i], texts)
        }
        records.finish(chunks)
        return (cells, values)
    }
}
