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

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do { try encoder.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw UsageError("\(path) cannot be written: \(error.localizedDescription)")
        }
    }
}
