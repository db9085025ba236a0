import TernText

/// What is wrong with a file, where, and what to do about it.
///
/// ```swift
/// let error = DataError(file: "sst.csv", line: 17, "column \"sst\" (3rd): \"abc\" is not a number")
/// error.description           // sst.csv:17: column "sst" (3rd): "abc" is not a number
/// ```
///
/// Readers and writers of files throw it. Its text is one clear sentence for people; ``line`` and ``column`` are there
/// for programs, such as an editor that is to jump to the place.
public struct DataError: Error, CustomStringConvertible, Equatable {
    /// The path as it was given, or what stands for it, such as `standard output`.
    public var file: String
    /// The line, counted from 1 as editors do; nil where the whole file is meant.
    public var line: Int?
    /// The position of the column in a table's file, counted from 1; nil where no single one is meant. ``description``
    /// does not add it: a message names the column.
    public var column: Int?
    /// What is wrong and what to do, without the file and the line.
    public var message: String

    /// An error of a file of your own, or of a line of it.
    public init(file: String, line: Int? = nil, column: Int? = nil, _ message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    /// `file:line: message`, or `file: message` without a line, always in one line: control characters in the texts of
    /// files become spaces or �. Of more than 4000 letters, which only names of megabytes make, the first are told.
    public var description: String {
        "\(file)\(line.map { ":\($0)" } ?? ""): \(message)".shortened(to: 4000).printable
    }
}

/// 1st, 2nd, 3rd, 4th, ...
package func ordinal(_ n: Int) -> String {
    let suffix = (11...13).contains(n % 100) ? "th" : ["th", "st", "nd", "rd"][n % 10 < 4 ? n % 10 : 0]
    return "\(n)\(suffix)"
}
