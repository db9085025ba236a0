/// A place in one of the planner's tables, which cannot be taken for a place in another.
struct Index<Row>: Hashable, Comparable, CustomStringConvertible {
    let number: Int

    static func < (a: Index, b: Index) -> Bool { a.number < b.number }
    var description: String { "\(number)" }
}

/// Rows that are found by an ``Index`` of their own kind.
struct Table<Row>: Sequence {
    private var rows: [Row] = []

    var count: Int { rows.count }
    var indices: some Sequence<Index<Row>> { rows.indices.lazy.map(Index.init) }

    subscript(index: Index<Row>) -> Row {
        get { rows[index.number] }
        _modify { yield &rows[index.number] }
    }

    /// Appends a row and says where it is.
    @discardableResult
    mutating func append(_ row: Row) -> Index<Row> {
        rows.append(row)
        return Index(number: rows.count - 1)
    }

    func makeIterator() -> IndexingIterator<[Row]> { rows.makeIterator() }
}

/// Something noted of each row of a table.
struct Column<Row, Note> {
    private var notes: [Note]

    init(_ note: Note, for table: Table<Row>) { notes = Array(repeating: note, count: table.count) }

    subscript(index: Index<Row>) -> Note {
        get { notes[index.number] }
        _modify { yield &notes[index.number] }
    }
}
