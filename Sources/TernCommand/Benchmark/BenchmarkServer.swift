import Foundation
import Tern
import TernText

/// Tern as a contestant: a process of its own that prepares and runs parts as standard input asks for them, as peers.py
/// does for the others.
///
/// `prepare PART` is answered by the seconds of the first run, `run SECONDS` by those of as many runs as fit into that
/// time, at least one; `end` ends it.
struct BenchmarkServer {
    let name: BenchmarkName
    let setting: BenchmarkSetting

    /// A line of JSON.
    struct Answer: Codable {
        var version: String?
        var first: Double?
        var seconds: [Double]?
        /// After the first run; see ``BenchmarkRun/value``.
        var value: Double?
        var error: String?
    }

    func serve() throws {
        var part: BenchmarkRun?
        while let line = readLine(), line != "end" {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            var answer = Answer()
            do {
                if words[0] == "prepare" {
                    let prepared = try name.type.prepare(words[1], setting)
                    answer.version = TernVersion.current
                    answer.first = try seconds(prepared.run)
                    answer.value = try prepared.value?()
                    part = prepared
                } else if let part, let turn = Double(words[1]) {
                    answer.seconds = try Self.times(atLeast: turn, part.run)
                }
            } catch { answer.error = "\(error)" }
            let text = try JSONEncoder.ofAllNumbers.encode(answer) + [UInt8(ascii: "\n")]
            try text.withUnsafeBytes { try StandardStreams.print($0) }
            fflush(nil)
        }
    }

    /// Seconds of each run until `turn` of them have passed.
    private static func times(atLeast turn: Double, _ work: () throws -> Void) rethrows -> [Double] {
        var all: [Double] = [], passed = 0.0
        repeat {
            all.append(try seconds(work))
            passed += all.last!
        } while passed < turn
        return all
    }
}
