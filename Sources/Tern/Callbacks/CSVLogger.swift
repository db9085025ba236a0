import Foundation
import TernCore
import TernData
import TernNN
import TernText

/// Writes loss and metrics of each epoch to a CSV file, a row as each ends.
///
/// ```swift
/// let x = Tensor([[0.0], [1], [2], [3]]), y = Tensor([[1.0], [3], [5], [7]])
/// let model = Sequential(input: [1]) { Dense(1) }
/// model.compile(optimizer: SGD(learningRate: 0.1), loss: .meanSquaredError)
/// try model.fit(x, y, epochs: 3, callbacks: [CSVLogger("history.csv")])
/// print(try Table(csv: "history.csv").columnNames)  // ["epoch", "loss"]
/// ```
///
/// The file is whole after every epoch, so that a run can be watched or cut off. Columns are in the order of their
/// names behind `epoch`, which counts from 0, as in Keras.
public final class CSVLogger: Callback {
    /// The file, and what stands between cells.
    public let path: String, separator: Character
    /// Whether rows are added to those of a file that is there, in its columns; else it is replaced.
    public let appends: Bool
    private var names: [String] = []
    private var text = ""

    /// A log that begins with the next training.
    ///
    /// - Parameters:
    ///   - path: of a file whose folder exists.
    ///   - appends: whether rows of an earlier run are kept.
    public init(_ path: String, separator: Character = ",", appends: Bool = false) {
        self.path = path
        self.separator = separator
        self.appends = appends
    }

    /// Looks whether the file can be written, and reads what is to be added to.
    ///
    /// - Throws: `DataError` where it cannot be written, or read, or is no such log.
    public func trainingBegins(_ run: TrainingRun) throws {
        try checkWritable(path)
        (text, names) = ("", [])
        if appends, FileManager.default.fileExists(atPath: path) {
            guard let present = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw DataError(file: path, "cannot be read to be added to")
            }
            text = present
            guard let head = present.split(whereSeparator: \.isNewline).first else { return }
            let columns = fields(head)
            guard columns[0] == "epoch" else {
                throw DataError(
                    file: path,
                    "its first column is \"\(columns[0])\", not epoch, so no rows are added to it; name another file")
            }
            names = Array(columns.dropFirst())
            if present.last.map(\.isNewline) == false { text += "\n" }
        }
    }

    /// Writes the file with one more row; what is not reported any more is an empty cell.
    public func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) throws {
        if names.isEmpty {
            names = logs.keys.sorted()
            text += line(["epoch"] + names)
        }
        text += line(["\(epoch)"] + names.map { logs[$0].map { "\($0)" } ?? "" })
        try writeAtomically(Data(text.utf8), to: path)
    }

    private func line(_ fields: [String]) -> String {
        let quoted = fields.map { field in
            let quoted = field.csvField()
            return quoted == field && field.contains(separator) ? "\"\(field)\"" : quoted
        }
        return quoted.joined(separator: String(separator)) + "\n"
    }

    /// What stands between the separators of a line, without the quotes around it.
    private func fields(_ line: Substring) -> [String] {
        var fields = [""], isQuoted = false, previous: Character?
        for character in line {
            if character == "\"" {
                // Two within quotes are one.
                if !isQuoted, previous == "\"" { fields[fields.count - 1].append(character) }
                isQuoted.toggle()
            } else if character == separator, !isQuoted {
                fields.append("")
            } else {
                fields[fields.count - 1].append(character)
            }
            previous = character
        }
        return fields
    }
}
