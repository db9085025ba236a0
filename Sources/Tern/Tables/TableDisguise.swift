import Foundation
import TernCore
import TernData

/// Features that give the target away: the same numbers in other units or with fewer digits, or parts whose sum it is.
///
/// Numbers in tables are rounded, so that what is left of a straight line is not nothing. It is compared with what
/// rounding leaves: half a step of the last digit, of the target and of the features. A line that leaves a ten
/// thousandth of the variance is told whatever it is.
struct TableDisguise {
    private struct Column {
        let name: String, values: [Double], rounding: RoundingStep
        /// The step of the last digit; 0 where numbers have all digits.
        var step: Double { rounding.size }
        var distinct: Int { rounding.distinct }
    }

    private static let near = 0.9999

    private static let mostRows = 2000, fewestRows = 20, fewestDistinct = 8

    /// What to say of a table; nil where nothing is given away.
    static func complaint(_ table: Table, _ features: [String], _ target: String) -> String? {
        let every = max(1, table.rowCount / mostRows), rows = Array(stride(from: 0, to: table.rowCount, by: every))
        func column(_ name: String) -> Column? {
            guard let numbers = table[name]?.numbers else { return nil }
            let values = rows.map { numbers[$0] }, rounding = RoundingStep(of: values)
            return rounding.distinct < fewestDistinct && name == target
                ? nil : Column(name: name, values: values, rounding: rounding)
        }
        guard let y = column(target) else { return nil }
        let inputs = features.compactMap(column)
        let lines = inputs.filter { $0.distinct >= fewestDistinct }.compactMap { x in Line([x], y).map { (x, $0) } }
        if let (copy, r2) = lines.lazy.compactMap({ x, line in copied(x, y, line).map { (x.name, $0) } }).first {
            return "\"\(copy)\" is the target in another form (R2 \(text(r2))); leave it out with --exclude"
        }
        // Years tell nearly all of a steady trend.
        if let (alike, line) = lines.first(where: { x, line in !x.rounding.isCounter && line.r2 > near }) {
            return
                "\"\(alike.name)\" alone gives nearly all of the target (a straight line through it: R2 \(text(line.r2))); if one is computed from the other, leave it out with --exclude"
        }
        return mixture(inputs, y)
    }

    /// The R2 of a line through a feature and the target, where it leaves no more than rounding does.
    private static func copied(_ x: Column, _ y: Column, _ fit: Line) -> Double? {
        guard fit.r2 > 0.98 else { return nil }
        let slope = fit.slopes[0]
        if fit.isExact { return fit.r2 }
        let own = abs(slope) * x.step
        guard fit.fits(within: [own], y.step) else { return nil }
        // A coarse copy never falls where the target rises, and has several numbers of the target for one of its own:
        // years have not.
        guard own > 2 * y.step else { return fit.r2 }
        let order = fit.rows.sorted { y.values[$0] < y.values[$1] }, slack = y.step > 0 ? 1.01 * x.step : 0.01 * x.step
        let isMonotone = zip(order, order.dropFirst()).allSatisfy {
            (x.values[$1] - x.values[$0]) * (slope < 0 ? -1 : 1) >= -slack
        }
        return isMonotone && (5 * x.distinct <= 4 * y.distinct || !x.rounding.isCounter && fit.r2 > near) ? fit.r2 : nil
    }

    /// Features of which the target is a sum with fixed factors.
    private static func mixture(_ all: [Column], _ y: Column) -> String? {
        guard all.count > 1, all.count <= 200, var whole = Line(all, y) else { return nil }
        var all = all
        if !whole.isRounding(of: all, y), all.contains(where: \.rounding.isCounter) {
            all.removeAll(where: \.rounding.isCounter)
            guard all.count > 1, let rest = Line(all, y) else { return nil }
            whole = rest
        }
        guard whole.isMixture(of: all, y) else { return nil }
        var parts = zip(all, whole.shares(of: all)).filter { $1 >= max(1e-6 * whole.deviation, 0.5 * y.step) }.map(\.0)
        guard parts.count > 1, var fit = Line(parts, y), fit.isMixture(of: parts, y) else { return nil }
        if parts.count <= 12 {
            for part in parts where parts.count > 2 {
                let fewer = parts.filter { $0.name != part.name }
                if let other = Line(fewer, y), other.isMixture(of: fewer, y) { (parts, fit) = (fewer, other) }
            }
        }
        let terms = zip(parts, fit.slopes).prefix(4).enumerated().map { i, term in
            let sign = term.1 < 0 ? "-" : "+"
            return
                "\(i == 0 ? (term.1 < 0 ? "-" : "") : " \(sign) ")\(String(format: "%.3g", abs(term.1))) \(term.0.name)"
        }
        return
            "the target is \(fit.isRounding(of: parts, y) ? "a sum of other columns to rounding" : "nearly a sum of other columns") (\(terms.joined())\(parts.count > 4 ? " + ..." : ""); R2 \(text(fit.r2))): "
            + "leave out \(parts.count == 2 ? "\"\(parts[0].name)\" or \"\(parts[1].name)\"" : "some of them") with --exclude"
    }

    private static func text(_ r2: Double) -> String { r2 > 0.999999 ? "is 1 to rounding" : String(format: "%.6f", r2) }

    /// A fit of the target to a few columns.
    private struct Line {
        let slopes: [Double], r2: Double, deviation: Double
        /// The rows in which all is known.
        let rows: [Int]
        private let spreads: [Double], left: [Double]

        /// nil where too little is known of both, or one is constant.
        init?(_ x: [Column], _ y: Column) {
            let rows = y.values.indices.filter { row in !y.values[row].isNaN && x.allSatisfy { !$0.values[row].isNaN } }
            guard rows.count >= max(fewestRows, x.count > 1 ? 5 * x.count + 20 : 0) else { return nil }
            func centered(_ column: Column) -> (values: [Double], spread: Double) {
                let own = rows.map { column.values[$0] }, mean = own.mean,
                    values = own.map { $0 - mean }
                return (values, (values.reduce(0) { $0 + $1 * $1 } / Double(own.count)).squareRoot())
            }
            let (own, deviation) = centered(y), columns = x.map(centered)
            guard deviation > 0, deviation.isFinite, columns.allSatisfy({ $0.spread > 0 && $0.spread.isFinite }) else {
                return nil
            }
            let count = rows.count, width = x.count
            var scaled = [Double](repeating: 0, count: count * width)
            for (j, column) in columns.enumerated() {
                for i in 0..<count { scaled[i * width + j] = column.values[i] / column.spread }
            }
            let a = Tensor(scaled, shape: [count, width]), b = Tensor(own.map { $0 / deviation })
            let solution = LinearAlgebra.leastSquares(a, b, tolerance: 1e-10).solution
            left = (b - matmul(a, solution.reshaped([width, 1])).flattened()).doubles.map { $0 * deviation }
            self.rows = rows
            spreads = columns.map(\.spread)
            slopes = zip(solution.doubles, columns).map { $0 * deviation / $1.spread }
            r2 = 1 - left.reduce(0) { $0 + $1 * $1 } / Double(count) / (deviation * deviation)
            self.deviation = deviation
        }

        var isExact: Bool { 1 - r2 < 1e-10 }

        /// What each column adds to the spread.
        func shares(of columns: [Column]) -> [Double] { zip(slopes, spreads).map { abs($0 * $1) } }

        /// Whether what is left is no more than rounding to these steps leaves.
        func fits(within steps: [Double], _ step: Double) -> Bool {
            let most = 0.55 * (steps.reduce(0, +) + step), mean = (steps.reduce(0) { $0 + $1 * $1 } + step * step) / 12
            return left.allSatisfy { abs($0) <= most }
                && left.reduce(0) { $0 + $1 * $1 } <= 1.6 * mean * Double(left.count)
        }

        /// Whether columns add up to the target, or nearly so.
        func isMixture(of columns: [Column], _ y: Column) -> Bool { r2 > near || isRounding(of: columns, y) }

        /// Whether columns add up to the target, each rounded no more coarsely than it is.
        func isRounding(of columns: [Column], _ y: Column) -> Bool {
            if isExact { return true }
            guard r2 > 0.98 else { return false }
            let steps = zip(zip(columns, slopes), shares(of: columns)).map { own, share in
                share < 0.5 * y.step ? 0 : min(abs(own.1) * own.0.step, y.step)
            }
            return fits(within: steps, y.step)
        }
    }
}
