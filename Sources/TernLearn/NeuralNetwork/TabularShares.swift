import TernCore

/// How much of what each kind of networks adds to the line is kept, by what they say of rows that they have not seen:
/// among rows like those they have learned from, and beyond them.
///
/// The shares that make the loss least, together at most 1, are shrunk by 1 − 1 / t², where t is the gain over the line
/// in standard errors, and to 0 where t is below 1: a gain that could as well be chance is none.
///
/// Source: Breiman, "Stacked regressions", Machine Learning 24, 1996, doi:10.1007/BF00117832; James and Stein,
/// "Estimation with quadratic loss", Proc. 4th Berkeley Symposium 1, 1961 (the positive part of their factor).
struct TabularShares: Codable, Sendable {
    /// Of each output of numbers, of classes one entry: a share from 0 to 1 for each kind of networks.
    private(set) var within: [[Double]] = [], beyond: [[Double]] = []
    private let range: TabularRange

    /// - Parameters:
    ///   - x: what the networks see, [rows, features].
    ///   - kinds: how many kinds of networks there are, 1 or 2.
    ///   - losses: of each row, weighted, for an output, where these shares of the networks are added.
    init(
        _ folds: TabularFolds, _ x: Tensor, kinds: Int, outputs: Int,
        losses: (_ output: Int, _ shares: [Double]) -> [Double]
    ) {
        range = TabularRange(x)
        var isBeyond = [Bool](repeating: false, count: x.shape[0])
        for member in 0..<folds.round {
            let rows = folds.heldOut[member]
            let seen = TabularRange(x.taking(Tensor(folds.training[member])))
            for (row, lies) in zip(rows, seen.isLeft(by: x.taking(Tensor(rows)))) { isBeyond[row] = lies }
        }
        let parts = Array(folds.heldOut[0..<folds.round])
        let inner = parts.map { $0.filter { !isBeyond[$0] } }, outer = parts.map { $0.filter { isBeyond[$0] } }
        let choices = Self.choices(kinds)
        for output in 0..<outputs {
            let all = choices.map { losses(output, $0) }
            // Where next to nothing lies on one side, both are one.
            let few = { (parts: [[Int]]) in parts.joined().count < 20 }
            let isOne = few(inner) || few(outer)
            within.append(Self.shares(isOne ? parts : inner, choices, all))
            beyond.append(isOne ? within.last! : Self.shares(outer, choices, all))
        }
    }

    /// Whether what a file holds is of so many features, kinds of networks and outputs.
    func fits(features: Int, kinds: Int, outputs: Int) -> Bool {
        range.fits(features: features)
            && [within, beyond].allSatisfy { $0.count == outputs && $0.allSatisfy { $0.count == kinds } }
    }

    /// What is kept of what each kind of networks adds for rows that they see so, [rows, outputs].
    func callAsFunction(_ added: [Tensor], _ x: Tensor) -> Tensor {
        let isBeyond = range.isLeft(by: x), shape = [isBeyond.count, within.count]
        var sum = Tensor.zeros(added[0].shape, dtype: .float64)
        for (kind, values) in added.enumerated() {
            let inner = within.map { $0[kind] }, outer = beyond.map { $0[kind] }
            let shares: [Double] = isBeyond.flatMap { $0 ? outer : inner }
            sum = sum + values * Tensor(shares, shape: shape)
        }
        return sum
    }

    /// The shares that are tried, nothing first: in steps of a twentieth of one kind, of a tenth of two.
    private static func choices(_ kinds: Int) -> [[Double]] {
        if kinds == 1 { return (0...20).map { [Double($0) / 20] } }
        var choices: [[Double]] = []
        for first in 0...10 {
            for second in 0...(10 - first) { choices.append([Double(first) / 10, Double(second) / 10]) }
        }
        return choices
    }

    /// - Parameters:
    ///   - parts: the rows that are held out together, which err together too: each counts as one observation of the
    ///     gain.
    ///   - losses: of each row, by choice.
    private static func shares(_ parts: [[Int]], _ choices: [[Double]], _ losses: [[Double]]) -> [Double] {
        var parts = parts.filter { !$0.isEmpty }
        if parts.count < 5 {
            parts = parts.flatMap { part in
                let size = max(1, (part.count + 4) / 5)
                return stride(from: 0, to: part.count, by: size).map { Array(part[$0..<min($0 + size, part.count)]) }
            }
        }
        let totals = losses.map { loss in parts.joined().reduce(0) { $0 + loss[$1] } }
        let best = totals.indices.min { totals[$0] < totals[$1] }!
        let gains = parts.map { part in part.reduce(0) { $0 + losses[0][$1] - losses[best][$1] } / Double(part.count) }
        let count = Double(gains.count), mean = gains.reduce(0, +) / count
        let variance = gains.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count * max(1, count - 1))
        let kept = mean > 0 ? max(0, 1 - variance / (mean * mean)) : 0
        return choices[best].map { $0 * kept }
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

    func fits(features: Int) -> Bool {
        [lowest, highest].allSatisfy { $0.spec == TensorSpec(shape: [1, features], dtype: .float32) }
    }

    /// Whether each row has a value that is further out than a twentieth of the range.
    func isLeft(by x: Tensor) -> [Bool] {
        let margin = (highest - lowest) / 20
        let excess = maximum(lowest - margin - x, x - highest - margin).max(axis: 1)
        return excess.doubles.map { $0 > 0 }
    }
}
