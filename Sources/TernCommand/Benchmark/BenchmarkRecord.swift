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

    /// What reads records, and the answers of contestants.
    static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: words.infinity, negativeInfinity: words.negativeInfinity, nan: words.nan)
        return decoder
    }

    /// What writes them.
    static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: words.infinity, negativeInfinity: words.negativeInfinity, nan: words.nan)
        return encoder
    }

    /// The record that a file holds; nil where it holds none.
    init?(contentsOf path: String) {
        guard let data = FileManager.default.contents(atPath: path),
            let record = try? Self.decoder.decode(Self.self, from: data)
        else { return nil }
        self = record
    }

    func write(to path: String) throws {
        let encoder = Self.encoder
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try writeAtomically(encoder.encode(self), to: path)
    }
}
