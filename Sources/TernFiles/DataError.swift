import TernText

/// What is wrong with a file, where, and what to do about it.
///
/// ```
/// sst.csv:17: column "sst" (3rd): "abc" is not a number
/// ```
public struct DataError: Error, CustomStringConvertible, Equatable {
    public var file: String
    /// Counted from 1, as editors do.
    public var line: Int?
    /// The position of the column in a table's file, counted from 1.
    public var column: Int?
    public var message: String

    public init(file: String, line: Int? = nil, column: Int? = nil, _ message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    /// One line, whatever the texts of files in it hold.
    public var description: String { "\(file)\(line.map { ":\($0)" } ?? ""): \(message)".printable }
}

/// 1st, 2nd, 3rd, 4th, ...
public func ordinal(_ n: Int) -> String {
    let suffix = (11...13).contains(n % 100) ? "th" : ["th", "st", "nd", "rd"][n % 10 < 4 ? n % 10 : 0]
    return "\(n)\(suffix)"
}
