import Foundation
import Tern

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

    /// Numbers that JSON lacks, as words.
    private static let words = (infinity: "inf", negativeInfinity: "-inf", nan: "nan")

    /// The record that a file holds; nil where it holds none.
    init?(contentsOf path: String) {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: Self.words.infinity, negativeInfinity: Self.words.negativeInfinity, nan: Self.words.nan)
        guard let data = FileManager.default.contents(atPath: path),
            let record = try? decoder.decode(Self.self, from: data)
        else { return nil }
        self = record
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: Self.words.infinity, negativeInfinity: Self.words.negativeInfinity, nan: Self.words.nan)
        try writeAtomically(encoder.encode(self), to: path)
    }
}
