import Foundation
import TernCore
import TernData
import TernNN

/// Writes loss and metrics of each epoch to a CSV file, a row as each ends.
///
/// ```swift
/// try model.fit(x, y, epochs: 30, callbacks: [CSVLogger("run/history.csv")])
/// ```
///
/// The file is whole after every epoch, so that a run can be watched or cut off.
public final class CSVLogger: Callback {
    public let path: String, separator: String
    /// Whether rows are added to those of a file that is there.
    public let appends: Bool
    private var names: [String] = []
    private var text = ""

    public init(_ path: String, separator: String = ",", appends: Bool = false) {
        self.path = path
        self.separator = separator
        self.appends = appends
    }

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

    public func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) throws {
        if names.isEmpty {
            names = logs.keys.sorted()
            text += (["epoch"] + names).joined(separator: separator) + "\n"
        }
        text += (["\(epoch)"] + names.map { logs[$0].map { "\($0)" } ?? "" }).joined(separator: separator) + "\n"
        try writeAtomically(Data(text.utf8), to: path)
    }
}
