import TernCore
import TernData
import TernLearn

/// The features of a table as a matrix: which columns it reads, what each becomes, what stands in for gaps.
///
/// ```swift
/// let rows = ["1,sun", "2,rain", "3,sun", "4,rain", "5,sun", "6,rain"].joined(separator: "\n")
/// let table = try Table(csvText: "wind,sky\n\(rows)\n")
/// let encoding = TableEncoding([
///     .number("wind", of: table["wind"]!.numbers!), .category("sky", of: table["sky"]!.texts!),
/// ])
/// print(encoding.names)  // ["wind", "sky=rain", "sky=sun"]
/// print(try encoding.matrix(of: table).shape)  // [6, 3]
/// ```
///
/// It learns from the rows that are trained on alone; see `init(_:trainingRows:)`.
public struct TableEncoding: Codable, Sendable, Equatable {
    /// In the order of the matrix.
    public let features: [TableFeature]
    /// What stands in for a gap, one for each of ``names``: the mean of the training rows. Empty where rows with gaps have
    /// no prediction.
    public internal(set) var fill: [Double]
    /// What was learned of the columns, a line each.
    public let notes: [String]

    /// An encoding of features that are known.
    public init(_ features: [TableFeature], fill: [Double] = []) {
        self.features = features
        self.fill = fill
        notes = features.compactMap { feature in feature.words.map { "column \"\(feature.column)\": \($0)" } }
    }

    /// Learns from the training rows of examples.
    ///
    /// - Parameter trainingRows: numbers of rows in the examples' table, from 0.
    /// - Throws: `DataError` where a feature has no value in the training rows and gaps are to be filled, or no feature
    ///   is left.
    public init(_ examples: TableExamples, trainingRows: [Int]) throws {
        let table = examples.table, seen = table.rows(trainingRows)
        var features: [TableFeature] = [], left: [String] = []
        for name in examples.features {
            let cells = seen[name]!
            guard let feature = examples.feature(name, of: cells) else {
                left.append(name)
                continue
            }
            features.append(feature)
        }
        guard !features.isEmpty else {
            throw DataError(
                file: table.source,
                "there is nothing to predict from: no level of \(left.map { "\"\($0)\"" }.joined(separator: ", ")) stands in 3 training rows or more"
            )
        }
        var fill: [Double] = []
        if examples.gaps == .mean {
            for feature in features {
                for column in feature.numbers(of: seen[feature.column]!, in: seen.numberLayout) {
                    let known = column.filter { !$0.isNaN }
                    if known.isEmpty {
                        throw DataError(
                            file: table.source,
                            "\"\(feature.column)\" has no value in any of the training rows, so there is no mean to fill in; leave it out with --exclude"
                        )
                    }
                    fill.append(known.mean)
                }
            }
        }
        self.features = features
        self.fill = fill
        notes =
            features.compactMap { feature in feature.words.map { "column \"\(feature.column)\": \($0)" } }
            + left.map { "column \"\($0)\" is left out: none of its levels stands in 3 training rows or more" }
    }

    /// The columns that are read, each once.
    public var columns: [String] { features.map(\.column).distinct }

    /// The names of the matrix's columns.
    public var names: [String] { features.flatMap(\.names) }

    /// Whether so many rows are few for these features: least squares would fit their noise.
    func isWide(for rows: Int) -> Bool { 5 * names.count > rows }

    /// A row such as training had: of each column the least value, of a category the first level.
    var sample: Tensor {
        let values = features.flatMap { feature -> [Double] in
            let cells: Table.Column
            if case .category(let levels, let rare, _) = feature.kind {
                cells = Table.Column(feature.column, [(levels + rare).first ?? ""])
            } else {
                cells = Table.Column(feature.column, [feature.range?.lowerBound ?? 0])
            }
            return feature.numbers(of: cells).map { $0[0] }
        }
        return Tensor(values, shape: [1, values.count])
    }

    /// The columns of a new table that are to be numbers, and those of them that are dates and truths.
    var numbers: [String] { features.filter { !$0.isCategory }.map(\.column) }
    /// Those that are to be texts, as they are written.
    var categories: [String] { features.filter(\.isCategory).map(\.column) }
    var dates: Set<String> {
        Set(features.filter { if case .date = $0.kind { true } else { false } }.map(\.column))
    }
    var dateOrders: [String: TableDate.Order] {
        Dictionary(features.compactMap { one in one.dateOrder.map { (one.column, $0) } }) { first, _ in first }
    }
    var truths: Set<String> { Set(features.filter { $0.kind == .truth }.map(\.column)) }

    /// The features of each row, [rows, ``names``], in double precision; NaN where one is missing.
    ///
    /// - Parameter table: dates may stand in it as text, or in years with a fraction.
    /// - Throws: `DataError` where a column is absent or a cell is no number, with the line and what is expected there.
    public func matrix(of table: Table) throws -> Tensor {
        var columns: [[Double]] = []
        for feature in features {
            let cells = try cells(of: feature, in: table)
            if let numbers = cells.numbers, let row = numbers.firstIndex(where: \.isInfinite) {
                throw table.failure(inRow: row, of: feature.column, ": an infinite value cannot be used")
            }
            columns += feature.numbers(of: cells, in: table.numberLayout)
        }
        return Tensor(columns: columns, rows: table.rowCount)
    }

    /// The same with gaps filled, and which rows have gaps that are not.
    func filledMatrix(of table: Table) throws -> (x: Tensor, hasGap: [Bool]) {
        let x = try matrix(of: table), width = x.shape[1]
        var values = x.doubles, hasGap = [Bool](repeating: false, count: x.shape[0]), isFilled = false
        for i in values.indices where values[i].isNaN {
            if fill.isEmpty {
                hasGap[i / width] = true
            } else {
                isFilled = true
                values[i] = fill[i % width]
            }
        }
        return (isFilled ? Tensor(values, shape: x.shape) : x, hasGap)
    }

    /// The dates of a column, written as those that were trained on; nil where a cell is none, or all are in years
    /// already.
    private func years(of column: Table.Column, _ order: TableDate.Order?) -> [Double]? {
        if let numbers = column.numbers {
            guard order == .packed, numbers.contains(where: { RowTimes.unpacked($0) != nil }) else { return nil }
            return numbers.map { RowTimes.unpacked($0) ?? .nan }
        }
        var years: [Double] = []
        for text in column.texts ?? [] {
            guard let year = text.isEmpty ? .nan : TableDate.read(text, order)?.decimalYear else { return nil }
            years.append(year)
        }
        return years
    }

    /// A feature's cells, with word of what is expected where one is none.
    private func cells(of feature: TableFeature, in table: Table) throws -> Table.Column {
        var column = try table.column(feature.column)
        if feature.isCategory { return column }
        if case .date = feature.kind, let years = years(of: column, feature.dateOrder) {
            column.values = .numbers(years)
        }
        guard case .text(_, _, let text) = column.values else { return column }
        do { _ = try table.numbers(of: feature.column) } catch var error as DataError {
            let remedy: String
            switch feature.kind {
            case .date: remedy = "the model reads dates there, such as \(feature.dateOrder?.example ?? "2020-01-31")"
            case .truth: remedy = "the model reads True and False there, or 1 and 0"
            default:
                remedy =
                    ["true", "false", "yes", "no"].contains(text.lowercased())
                    ? "the model was trained on numbers there: write 1 and 0"
                    : "mend it, or say so where it means a missing value (--missing-values)"
            }
            if case .date = feature.kind {
                error.message = error.message.replacing("is not a number", with: "is no date")
            }
            error.message += "; \(remedy)"
            throw error
        }
        return column
    }
}
