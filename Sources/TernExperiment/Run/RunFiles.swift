import Foundation
import Tern

// What lies in the folder of a run, and how its JSON is written and read.
extension Run {
    package static let configuration = FileKind.runMark, report = "report.html", history = "history.csv"
    static let preprocessingFile = "preprocessing.json", scoresFile = "scores.json"
    static let climatologyFile = "climatology.json", weightsFolder = "weights"
    /// The truth and the forecasts of the test part.
    package static let predictionsFile = "predictions.nc"
    /// What folders are called that hold the checkpoints of a network, and a fold; a number from 1 follows.
    package static let networkFolder = "network-", foldFolder = "fold-"

    /// Where the report of a folder lies.
    package static func reportPath(in folder: String) -> String { path(folder, report) }

    /// Of which epoch weights are kept.
    enum KeptWeights: String, CaseIterable { case best, last }

    /// Where the weights of a network of the ensemble lie, counted from 1.
    static func weightsFile(_ which: KeptWeights, of number: Int) -> String {
        "\(weightsFolder)/\(which.rawValue)-\(number).safetensors"
    }

    static func path(_ folder: String, _ name: String) -> String { (folder as NSString).appendingPathComponent(name) }

    /// Writes a value as JSON, whole or not at all, the same bytes for the same value.
    ///
    /// - Parameter isForPeople: on many lines.
    static func write(_ value: some Encodable, to path: String, isForPeople: Bool = false) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = isForPeople ? [.prettyPrinted, .sortedKeys] : [.sortedKeys]
        try writeAtomically(encoder.encode(value), to: path)
    }

    /// What a file of JSON holds; nil where there is no such file.
    ///
    /// - Throws: `DataError` where it cannot be read, or holds something else.
    static func read<Value: Decodable>(_ type: Value.Type = Value.self, from path: String) throws -> Value? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DataError(file: path, "the file cannot be read")
        }
        do { return try JSONFileDecoder().decode(type, from: data) } catch {
            throw DataError(file: path, "the file is damaged: \(words(ofDecoding: error))")
        }
    }
}
