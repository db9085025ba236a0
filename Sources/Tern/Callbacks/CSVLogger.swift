import Foundation
import TernCore
import TernData
import TernNN

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
    public let path: String, separator: String
    /// Whether rows are added to those of a file that is there, in its columns; else it is replaced.
    public let appends: Bool
    private var names: [String] = []
    private var text = ""

    /// A log that begins with the next training.
    ///
    /// - Parameters:
    ///   - path: of a file whose folder exists.
    ///   - separator: one character, as the file is read again by it.
    ///   - appends: whether rows of an earlier run are kept.
    public init(_ path: String, separator: String = ",", appends: Bool = false) {
        self.path = path
        self.separator = separator
        self.appends = appends
    }

    /// Looks whether the file can be written, and reads what is to be added to.
    ///
    /// - Throws: `DataError` where it cannot be written, or read.
    public func trainingBegins(_ run: TrainingRun) throws {
        try checkWritable(path)
        (text, names) = ("", [])
        if appends, FileManager.default.fileExists(atPath: path) {
            guard let present = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw DataError(file: path, "cannot be read to be added to")
            }
            text = present
            names = present.prefix { $0 != "\n" }.split(separator: Character(separator)).dropFirst().map(String.init)
        }
    }

    /// Writes the file with one more row; what is not reported any more is an empty cell.
    public func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) throws {
        if names.isEmpty {
            names = logs.keys.sorted()
            text += (["epoch"] + names).joined(separator: separator) + "\n"
        }
        text += (["\(epoch)"] + names.map { logs[$0].map { "\($0)" } ?? "" }).joined(separator: separator) + "\n"
        try writeAtomically(Data(text.utf8), to: path)
    }
}
