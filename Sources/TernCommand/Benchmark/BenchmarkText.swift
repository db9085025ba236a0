import Foundation
import Tern
import TernText

/// What was measured, for people.
enum BenchmarkText {
    /// A table for each part.
    static func tables(_ results: [Contest.Result]) -> String { results.map(table).joined(separator: "\n\n") }

    private static func table(_ result: Contest.Result) -> String {
        let part = result.part, ours = result.entries[0]
        var rows = [["library", "least ms", "median ms", "a step", "first ms", "times Tern", "by least"]]
        for entry in result.entries {
            let name = "\(Peers.titles[entry.key] ?? entry.key) \(entry.version ?? "")"
            if let error = entry.error {
                rows.append([name, "-", error])
            } else {
                rows.append([
                    name, milliseconds(entry.least), milliseconds(entry.middle),
                    milliseconds(entry.middle / Double(part.steps)), entry.first.map(milliseconds) ?? "-",
                    ratio(entry.middle, ours.middle), ratio(entry.least, ours.least),
                ])
            }
        }
        var lines = ["\(result.work), \(part.name), \(part.unit)", textTable(rows)]
        if let share = share(result) { lines.append(share) }
        if let value = ours.value {
            lines.append("what is minimised ends at \(short(value))")
            for peer in result.entries.dropFirst() {
                guard let other = peer.value, !(abs(other - value) <= 0.05 * abs(value)) else { continue }
                lines.append(
                    "\(Peers.titles[peer.key] ?? peer.key) has \(short(other)) there: it has not done the same work"
                )
            }
        }
        lines.append(quietness([result]))
        return lines.joined(separator: "\n")
    }

    /// A table for a case, a line for each part.
    static func rows(_ results: [Contest.Result]) -> String {
        guard let first = results.first else { return "" }
        var rows = [
            ["\(first.work), \(first.part.unit)", "least ms", "median ms", "% of peak", "fastest peer", "times Tern"]
        ]
        var slower: [String] = []
        for result in results {
            let ours = result.entries[0]
            var row = [result.part.name, milliseconds(ours.least), milliseconds(ours.middle)]
            row.append(peakShare(result).map { String(format: "%.0f", 100 * $0) } ?? "-")
            let peers = result.entries.dropFirst().filter { !$0.seconds.isEmpty }
            if let fastest = peers.min(by: { $0.middle < $1.middle }) {
                if fastest.middle < ours.middle { slower.append(result.part.name) }
                row += [Peers.titles[fastest.key] ?? fastest.key, ratio(fastest.middle, ours.middle)]
            } else {
                row += [ours.error ?? "-", "-"]
            }
            rows.append(row)
        }
        var lines = [textTable(rows)]
        if results.contains(where: { $0.entries.count > 1 }) {
            lines.append(
                slower.isEmpty
                    ? "No part is slower than the fastest peer."
                    : "Slower than the fastest peer: \(slower.joined(separator: "; "))")
        }
        lines.append(quietness(results))
        return lines.joined(separator: "\n")
    }

    /// The part of the product's or the copy's speed that Tern's fastest run reached.
    private static func peakShare(_ result: Contest.Result) -> Double? {
        let least = result.entries[0].least
        if let operations = result.part.operations { return operations / least / result.product }
        return result.part.bytes.map { $0 / least / result.copy }
    }

    private static func share(_ result: Contest.Result) -> String? {
        guard let share = peakShare(result) else { return nil }
        let least = result.entries[0].least
        if let operations = result.part.operations {
            return String(
                format: "%.3g GFLOP at %.0f GFLOP/s: %.0f %% of the %.0f of a matrix product of 1024", operations / 1e9,
                operations / least / 1e9, 100 * share, result.product / 1e9)
        }
        return result.part.bytes.map {
            String(
                format: "%.3g GB at %.1f GB/s: %.0f %% of a copy's %.1f", $0 / 1e9, $0 / least / 1e9, 100 * share,
                result.copy / 1e9)
        }
    }

    /// Whether the machine was quiet.
    private static func quietness(_ results: [Contest.Result]) -> String {
        if let loud = results.first(where: { $0.complaint != nil }) {
            return "too noisy to conclude: \(loud.complaint!) (\(loud.part.name))"
        }
        let others = results.compactMap(\.others).max()
        return "quiet: the machine's own speed spread by \(String(format: "%.2f", results.map(\.spread).max() ?? 1))"
            + (others.map { String(format: ", others took %.1f %% of the processors", 100 * $0) } ?? "")
    }

    private static func milliseconds(_ seconds: Double) -> String {
        let value = 1e3 * seconds
        return String(format: value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : value >= 0.1 ? "%.2f" : "%.4f", value)
    }

    private static func ratio(_ theirs: Double, _ ours: Double) -> String {
        String(format: theirs / ours >= 10 ? "%.0f" : "%.1f", theirs / ours)
    }
}
