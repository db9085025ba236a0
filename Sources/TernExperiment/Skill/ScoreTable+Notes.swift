import Foundation
import Tern

extension ScoreTable {
    /// What is said where there is no test part.
    public static let untested =
        "There is no test part (split.test_fraction is 0): there are no test scores. Score the run on files that it has not seen by tern evaluate."

    /// What is to be said of a target's scores, a sentence each: how good the network is beside the baseline, how
    /// intervals were made, and what flatters.
    public func notes(of target: String) -> [String] {
        guard let evidence = evidence(of: target) else { return [] }
        var notes = rows.filter { $0.target == target }.compactMap { row in
            row.gains.map { "\(row.model) is \(Self.text(of: $0))" }
        }
        if let length = evidence.blockLength {
            let units = evidence.unitCount.grouped
            notes.append(
                "95 % intervals: \(units) \(evidence.unit) drawn anew \(BlockBootstrap.draws.grouped) times\(length > 1 ? ", in blocks of \(length.grouped)" : "")"
            )
        }
        if let complaint = evidence.complaint { notes.append("no intervals: \(complaint)") }
        return notes + evidence.notes + [seen?.text(of: count)].compactMap { $0 }
    }

    /// "better than ridge on EOFs by 0.011 in r (95 % interval 0.003 to 0.02) and by ...".
    private static func text(of gains: [Score: Gain]) -> String {
        let parts = Score.allCases.compactMap { score in gains[score]?.text(in: score) }
        return "\(parts.joined(separator: ", ")) than \(baseline)"
    }
}

extension ClosedRange<Double> {
    /// "0.31 to 0.52".
    package var short: String { "\(String(format: "%.3g", lowerBound)) to \(String(format: "%.3g", upperBound))" }
}

extension String {
    /// With a capital and a full stop.
    var sentence: String { "\(prefix(1).uppercased())\(dropFirst())." }
}
