import Foundation
import Tern
import TernText

/// All that a benchmark has measured, as `--json` writes it.
struct BenchmarkRecord: Codable {
    var version = TernVersion.current
    var instructionSet = Machine.instructionSet
    var processors = ProcessInfo.processInfo.activeProcessorCount
    var threads: Int
    var results: [Contest.Result] = []

    init(threads: Int) { self.threads = threads }

    var heading: String {
        "Tern \(version) with \(instructionSet); \(threads) thread(s) on \(processors) processor(s)"
    }

    /// The record that a file holds; nil where it holds none.
    init?(contentsOf path: String) {
        guard let data = FileManager.default.contents(atPath: path),
            let record = try? JSONDecoder.ofAllNumbers.decode(Self.self, from: data)
        else { return nil }
        self = record
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder.ofAllNumbers
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try writeAtomically(encoder.encode(self), to: path)
    }
}
