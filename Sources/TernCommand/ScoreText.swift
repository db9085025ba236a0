import TernExperiment
import TernText

extension ScoreTable {
    /// A table for each target: scores as rows, each with its interval below, models as columns; then what is to be
    /// said of them.
    var text: String {
        guard count > 0 else { return Self.untested }
        return targets.map { target in
            let own = rows.filter { $0.target == target }
            let units = own.first?.units.map { " (\($0))" } ?? ""
            let scores = columns(for: target).flatMap { score -> [[String]] in
                let values = [score.title] + own.map { $0.scores[score].map(short) ?? "-" },
                    intervals = own.map { $0.intervals?[score] }
                guard intervals.contains(where: { $0 != nil }) else { return [values] }
                return [values, ["  95 %"] + intervals.map { $0?.short ?? "-" }]
            }
            let sizes =
                own.contains { $0.effectiveCount != nil }
                ? [["effective n of r"] + own.map { $0.effectiveCount.map { short($0.rounded()) } ?? "-" }] : []
            let notes = notes(of: target).map { "\n\($0)" }.joined()
            return "\(target)\(units), \(count) examples\n\n" + textTable([[""] + own.map(\.model)] + scores + sizes)
                + (notes.isEmpty ? "" : "\n\(notes)")
        }.joined(separator: "\n\n")
    }
}
