import TernCore

/// How much of what the networks add to the line is kept, by what both say of rows that they have not seen: among rows
/// like those they have learned from, and beyond them.
///
/// The share that makes the loss least is shrunk by 1 − 1 / t², where t is the gain over the line in standard errors, and
/// to 0 where t is below 1: a gain that could as well be chance is none.
///
/// Source: James and Stein, "Estimation with quadratic loss", Proc. 4th Berkeley Symposium 1, 1961 (the positive part of
/// their factor).
struct TabularShares: Codable, Sendable {
    /// From 0 to 1 for each output of numbers, one for all of classes.
    private(set) var within: [Double] = [], beyond: [Double] = []
    private let range: TabularRange

    /// - Parameters:
    ///   - x: what the networks see, [rows, features].
    ///   - losses: of each row, weighted, for an output, where this share of the networks is added.
    init(_ folds: TabularFolds, _ x: Tensor, outputs: Int, losses: (_ output: Int, _ share: Double) -> [Double]) {
        range = TabularRange(x)
        var isBeyond = [Bool](repeating: false, count: x.shape[0])
        for member in 0..<folds.round {
            let rows = folds.heldOut[member]
            let seen = TabularRange(x.taking(Tensor(folds.training[member])))
            for (row, lies) in zip(rows, seen.isLeft(by: x.taking(Tensor(rows)))) { isBeyond[row] = lies }
        }
        let parts = Array(folds.heldOut[0..<folds.round])
        let inner = parts.map { $0.filter { !isBeyond[$0] } }, outer = parts.map { $0.filter { isBeyond[$0] } }
        for output in 0..<outputs {
            let all = (0...Self.steps).map { losses(output, Double($0) / Double(Self.steps)) }
            // Where next to nothing lies on one side, both are one.
            let few = { (parts: [[Int]]) in parts.joined().count < 20 }
            within.append(few(inner) || few(outer) ? Self.share(parts, all) : Self.share(inner, all))
            beyond.append(few(inner) || few(outer) ? within.last! : Self.share(outer, all))
        }
    }

    /// The shares of each row, [rows, outputs or 1].
    func callAsFunction(_ x: Tensor) -> Tensor {
        let rows = range.isLeft(by: x)
        return Tensor(rows.flatMap { $0 ? beyond : within }, shape: [rows.count, within.count])
    }

    private static let steps = 20

    /// - Parameters:
    ///   - parts: the rows that are held out together, which err together too: each counts as one observation of the gain.
    ///   - losses: of each row, by the number of the step from 0 to 1.
    private static func share(_ parts: [[Int]], _ losses: [[Double]]) -> Double {
        var parts = parts.filter { !$0.isEmpty }
        if parts.count < 5 {
            parts = parts.flatMap { part in
                let size = max(1, (part.count + 4) / 5)
                return stride(from: 0, to: part.count, by: size).map { Array(part[$0..<min($0 + size, part.count)]) }
            }
        }
        let totals = losses.map { loss in parts.joined().reduce(0) { $0 + loss[$1] } }
        let best = totals.indices.min { totals[$0] < totals[$1] }!
        if best == 0 || !totals[best].isFinite { return 0 }
        let gains = parts.map { part in part.reduce(0) { $0 + losses[0][$1] - losses[best][$1] } / Double(part.count) }
        let count = Double(gains.count), mean = gains.reduce(0, +) / count
        let variance = gains.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count * max(1, count - 1))
        return mean <= 0 ? 0 : Double(best) / Double(steps) * max(0, 1 - variance / (mean * mean))
    }
}

/// The values that rows have, of each feature.
struct TabularRange: Codable, Sendable {
    /// [1, features].
    let lowest: Tensor, highest: Tensor

    /// - Parameter x: [rows, features].
    init(_ x: Tensor) {
        lowest = x.min(axis: 0, keepingDimensions: true)
        highest = x.max(axis: 0, keepingDimensions: true)
    }

    /// Whether each row has a value that is further out than a twentieth of the range.
    func isLeft(by x: Tensor) -> [Bool] {
        let margin = (highest - lowest) / 20
        let excess = maximum(lowest - margin - x, x - highest - margin).max(axis: 1)
        return excess.doubles.map { $0 > 0 }
    }
}
