import TernCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The linear part of an estimator of tables: ridge regression, or logistic regression for classes, whose penalty is
/// chosen by what the members hold out.
struct TabularLine: Codable, Sendable {
    /// [features, outputs] and [outputs], `float64`.
    private(set) var slopes: Tensor, intercept: Tensor

    /// Zero everywhere.
    init(features: Int, outputs: Int) {
        slopes = .zeros([features, outputs], dtype: .float64)
        intercept = .zeros([outputs], dtype: .float64)
    }

    fileprivate init(slopes: Tensor, intercept: Tensor) { (self.slopes, self.intercept) = (slopes, intercept) }

    /// The sums, [rows, outputs].
    func callAsFunction(_ x: Tensor) -> Tensor { matmul(x, slopes) + intercept }

    // MARK: Numbers

    /// For each member the line through the rows that it learns from, and the line through all.
    ///
    /// - Parameters:
    ///   - x: [rows, features] in standard deviations, `float64`.
    ///   - y: [rows, outputs], `float64`.
    static func ridge(_ x: Tensor, _ y: Tensor, weight: Tensor?, _ folds: TabularFolds) throws -> (
        members: [TabularLine], all: TabularLine
    ) {
        let penalties = (0...18).map { pow(10, -6 + Double($0) / 2) }
        let paths = try inParallel(folds.training.count) { member in
            let rows = Tensor(folds.training[member])
            return RidgePath(x.taking(rows), y.taking(rows), weight: weight?.taking(rows))
        }
        let outputs = y.shape[1]
        // The mean squared error of what each member holds out, by penalty and output.
        let errors = try inParallel(folds.round) { member -> [[Double]] in
            let rows = Tensor(folds.heldOut[member]), x = x.taking(rows), y = y.taking(rows)
            let share = weight?.taking(rows)
            return penalties.map { penalty in
                let squares = square(paths[member].line([Double](repeating: penalty, count: outputs))(x) - y)
                return (share.map { squares * $0 } ?? squares).mean(axis: 0).doubles
            }
        }
        let best = (0..<outputs).map { output in
            penalties[chosen(penalties.indices.map { i in errors.map { $0[i][output] } })]
        }
        return (paths.map { $0.line(best) }, RidgePath(x, y, weight: weight).line(best))
    }

    /// The first choice whose errors exceed the least by no more than a standard error of the difference. A penalty
    /// flattens trends, so that the smallest is taken that is not clearly worse.
    ///
    /// - Parameter errors: of each choice, by part.
    private static func chosen(_ errors: [[Double]]) -> Int {
        let least = errors.indices.min { errors[$0].mean < errors[$1].mean }!
        return errors.indices.first { i in
            let more = zip(errors[i], errors[least]).map { $0 - $1 }, (mean, variance) = more.moments()
            return mean <= (variance / max(1, Double(more.count - 1))).squareRoot()
        } ?? least
    }

    // MARK: Classes

    /// As ``ridge(_:_:weight:_:)`` with logistic regressions.
    ///
    /// - Parameters:
    ///   - codes: the class of each row, from 0.
    ///   - truth: 1 at the class and 0 elsewhere, [rows, classes].
    static func logistic(
        _ x: Tensor, _ codes: [Int], _ truth: Tensor, weight: Tensor?, _ folds: TabularFolds
    ) throws -> (members: [TabularLine], all: TabularLine) {
        let penalties = [10.0, 1, 0.1, 0.01, 0.001, 0.0001, 0.00001]
        let y = Tensor(codes), judged = folds.judged, classes = truth.shape[1]
        func line(_ rows: [Int]?, _ penalty: Double) throws -> TabularLine {
            let rows = rows.map { Tensor($0) }
            let (x, y) = (rows.map { x.taking($0) } ?? x, rows.map { y.taking($0) } ?? y)
            let weight = rows.map { weight?.taking($0) } ?? weight
            return try logistic(x, y, classes, weight?.flattened(), penalty)
        }
        let lines = try inParallel(folds.round * penalties.count) { i in
            try line(folds.training[i % folds.round], penalties[i / folds.round])
        }
        let loss = TabularLoss(truth, weight: weight, isClassifier: true)
        let losses = penalties.indices.map { p -> Double in
            var outputs = [Double](repeating: 0, count: truth.count)
            for member in 0..<folds.round {
                let rows = folds.heldOut[member], z = lines[p * folds.round + member](x.taking(Tensor(rows))).doubles
                for (i, row) in rows.enumerated() {
                    for t in 0..<classes { outputs[row * classes + t] = z[i * classes + t] }
                }
            }
            return loss.mean(outputs, of: judged)
        }
        let best = losses.indices.min { losses[$0] < losses[$1] }!
        let members = try inParallel(folds.training.count) { member in
            member < folds.round
                ? lines[best * folds.round + member] : try line(folds.training[member], penalties[best])
        }
        return (members, try line(nil, penalties[best]))
    }

    private static func logistic(
        _ x: Tensor, _ y: Tensor, _ classes: Int, _ weight: Tensor?, _ penalty: Double
    ) throws -> TabularLine {
        // Rows of weight 0 say nothing of their class either.
        let values = y.doubles, shares = weight?.doubles
        var totals = [Double](repeating: 0, count: classes)
        for (i, value) in values.enumerated() { totals[Int(value)] += shares?[i] ?? 1 }
        let seen = (0..<classes).filter { totals[$0] > 0 }, total = totals.reduce(0, +)
        // A class that is not among the rows counts as half a row.
        let rare = log(Tensor(totals.map { max($0, 0.5) / max(total, 0.5) }))
        var line = TabularLine(features: x.shape[1], outputs: classes)
        line.intercept = rare
        if seen.count < 2 { return line }
        let kept = Tensor(values.indices.filter { totals[Int(values[$0])] > 0 })
        var model = LogisticRegression(C: 1 / (penalty * total), maxIter: 200)
        try model.fit(x.taking(kept), y.taking(kept), sampleWeight: weight?.taking(kept))
        var slopes = [[Double]](repeating: [Double](repeating: 0, count: classes), count: x.shape[1])
        var intercept = rare.doubles
        let coef = model.coef.doubles, width = x.shape[1], offsets = model.intercept.doubles
        if seen.count == 2 {
            for f in 0..<width { (slopes[f][seen[0]], slopes[f][seen[1]]) = (-coef[f] / 2, coef[f] / 2) }
            (intercept[seen[0]], intercept[seen[1]]) = (-offsets[0] / 2, offsets[0] / 2)
        } else {
            for (i, c) in seen.enumerated() {
                for f in 0..<width { slopes[f][c] = coef[i * width + f] }
                intercept[c] = offsets[i]
            }
        }
        line.slopes = Tensor(slopes)
        line.intercept = Tensor(intercept)
        return line
    }
}

/// The ridge regressions of one set of rows for all penalties, by one eigendecomposition.
private struct RidgePath {
    private let vectors: Tensor, values: [Double], projection: Tensor, xMean: Tensor, yMean: Tensor

    init(_ x: Tensor, _ y: Tensor, weight: Tensor?) {
        let total = weight.map { $0.sum().item } ?? Double(x.shape[0])
        func mean(_ t: Tensor) -> Tensor { (weight.map { t * $0 } ?? t).sum(axis: 0) / total }
        (xMean, yMean) = (mean(x), mean(y))
        let a = x - xMean, b = y - yMean
        let weighted = (weight.map { a * $0 } ?? a).transposed()
        let (values, vectors) = LinearAlgebra.eigenvalues(symmetric: matmul(weighted, a) / total)
        (self.values, self.vectors) = (values, vectors)
        projection = matmul(vectors.transposed(), matmul(weighted, b) / total)
    }

    /// - Parameter penalties: of the squared slopes beside the mean squared error, one for each output.
    func line(_ penalties: [Double]) -> TabularLine {
        let factors = values.flatMap { value in penalties.map { 1 / (max(value, 0) + $0) } }
        let slopes = matmul(vectors, projection * Tensor(factors, shape: [values.count, penalties.count]))
        return TabularLine(slopes: slopes, intercept: yMean - matmul(xMean, slopes))
    }
}
