import Foundation
import Tern

/// One part of a case, done by Tern and its peers in turns: a turn of each, then the machine's own speed, again and
/// again, so that whatever slows the machine slows all of them.
struct Contest {
    let part: BenchmarkPart
    /// Turns of each.
    let turns: Int
    let isQuick: Bool
    let progress: BenchmarkProgress
    /// Who takes this long in all runs no more, once it has had two turns.
    static let patience = 30.0
    /// As many runs as fit into this are a turn.
    static let turn = 0.03

    /// What came of one contestant.
    struct Entry: Codable {
        var key: String
        var version: String?
        /// Seconds of the first call, with tracing and compilation; nil where the process is not fresh.
        var first: Double?
        var seconds: [Double] = []
        var value: Double?
        var error: String?

        var least: Double { seconds.min() ?? .nan }
        var middle: Double { seconds.median }
    }

    /// What came of all.
    struct Result: Codable {
        var work: String
        var part: BenchmarkPart
        /// Tern's is the first.
        var entries: [Entry]
        /// Floating-point operations and bytes a second that the machine did at its best.
        var product: Double, copy: Double
        /// How many times its fastest run the machine's product took.
        var spread: Double
        /// The share of the processors that others took; nil where the system does not say.
        var others: Double?

        /// Why nothing can be concluded; nil on a quiet machine.
        var complaint: String? {
            if let others, others > 0.05 {
                return String(format: "others took %.0f %% of the processors", 100 * others)
            }
            return spread > 1.25
                ? String(format: "the same matrix product took up to %.2f times as long", spread) : nil
        }
    }

    /// - Parameters:
    ///   - contestants: Tern first.
    ///   - isFresh: whether their processes have done nothing before.
    func run(_ work: BenchmarkName, _ contestants: [Contestant], isFresh: Bool) -> Result {
        defer { progress.partEnds() }
        var entries = contestants.map { contestant in
            progress.update(work.rawValue, part.name, 0, "\(contestant.key) begins")
            let answer = contestant.prepare(part)
            return Entry(
                key: contestant.key, version: answer.version, first: isFresh ? answer.first : nil, value: answer.value,
                error: answer.error)
        }
        let speed = MachineSpeed(isQuick: isQuick)
        let start = ContinuousClock.now, before = load
        for turn in 0..<turns {
            for place in contestants.indices {
                progress.update(
                    work.rawValue, part.name, Double(turn) / Double(turns), "turn \(turn + 1) of \(turns)")
                // Another goes first each time.
                let i = (place + turn) % contestants.count
                let taken = entries[i].seconds.reduce(0, +)
                guard entries[i].error == nil, turn < 2 || taken < Self.patience else { continue }
                // Threads of the last one watch for work before they sleep: those of LLVM's OpenMP for 200 ms.
                if contestants.count > 1 { usleep(250_000) }
                let answer = contestants[i].run(seconds: Self.turn)
                entries[i].seconds += answer.seconds ?? []
                entries[i].error = answer.error
            }
            speed.measure()
        }
        let after = load, passed = (ContinuousClock.now - start) / .seconds(1)
        return Result(
            work: work.rawValue, part: part, entries: entries, product: speed.bestProduct, copy: speed.bestCopy,
            spread: speed.spread, others: others(before, after, passed))
    }

    /// Processor seconds of the machine and of this contest.
    private var load: (machine: Double, own: Double)? {
        guard let machine = ProcessorTime.ofMachine, let own = ProcessorTime.ofThisAndItsChildren else { return nil }
        return (machine, own)
    }

    private func others(
        _ before: (machine: Double, own: Double)?, _ after: (machine: Double, own: Double)?, _ seconds: Double
    ) -> Double? {
        guard let before, let after else { return nil }
        // Ticks are hundredths of a second: what passes too fast to be counted is nobody's.
        let taken = max(0, after.machine - before.machine - (after.own - before.own) - 0.05)
        return taken / seconds / Double(ProcessInfo.processInfo.activeProcessorCount)
    }
}
