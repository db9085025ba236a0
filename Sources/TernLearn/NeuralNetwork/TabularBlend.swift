import TernCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// How much each of several predictions counts, by what they say of rows that they have not seen.
enum TabularBlend {
    /// The shares, none negative and together at most 1, that make the squared error least; what is left to 1 counts for
    /// the mean, 0. Few predictions: all choices of those that count are tried.
    ///
    /// - Parameters:
    ///   - predictions: of each, one number for each row.
    ///   - weight: of each row; rows of 0 do not count.
    static func leastSquares(_ predictions: [[Double]], _ y: [Double], weight: [Double]) -> [Double] {
        let n = predictions.count
        func product(_ a: [Double], _ b: [Double]) -> Double {
            var sum = 0.0
            for i in a.indices where weight[i] > 0 { sum += weight[i] * a[i] * b[i] }
            return sum
        }
        let gram = predictions.map { a in predictions.map { product(a, $0) } }, aim = predictions.map { product($0, y) }
        func error(_ shares: [Double]) -> Double {
            var sum = 0.0
            for i in 0..<n {
                sum -= 2 * shares[i] * aim[i]
                for j in 0..<n { sum += shares[i] * gram[i][j] * shares[j] }
            }
            return sum
        }
        var best = [Double](repeating: 0, count: n), least = 0.0
        for choice in 1..<(1 << n) {
            let chosen = (0..<n).filter { choice >> $0 & 1 == 1 }
            for isFull in [false, true] {
                // With the sum held at 1, the last unknown is the multiplier.
                let size = chosen.count + (isFull ? 1 : 0)
                var matrix = [[Double]](repeating: [Double](repeating: 0, count: size), count: size)
                var right = [Double](repeating: 0, count: size)
                for (i, a) in chosen.enumerated() {
                    for (j, b) in chosen.enumerated() { matrix[i][j] = gram[a][b] }
                    right[i] = aim[a]
                    if isFull { (matrix[i][size - 1], matrix[size - 1][i]) = (1, 1) }
                }
                if isFull { right[size - 1] = 1 }
                guard let solution = solve(matrix, right) else { continue }
                var shares = [Double](repeating: 0, count: n)
                for (i, a) in chosen.enumerated() { shares[a] = solution[i] }
                let isAllowed = shares.allSatisfy { $0 >= 0 } && shares.reduce(0, +) <= 1 + 1e-9
                if isAllowed, error(shares) < least { (best, least) = (shares, error(shares)) }
            }
        }
        return best
    }

    /// Gauss's elimination with pivots; nil where a pivot is nothing but rounding.
    private static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double]? {
        var a = matrix, b = right
        let n = b.count, size = matrix.joined().reduce(0) { max($0, abs($1)) }
        for column in 0..<n {
            let pivot = (column..<n).max { abs(a[$0][column]) < abs(a[$1][column]) }!
            if abs(a[pivot][column]) <= 1e-12 * size { return nil }
            a.swapAt(column, pivot)
            b.swapAt(column, pivot)
            for row in (column + 1)..<max(n, column + 1) {
                let factor = a[row][column] / a[column][column]
                for k in column..<n { a[row][k] -= factor * a[column][k] }
                b[row] -= factor * b[column]
            }
        }
        for row in (0..<n).reversed() {
            for k in (row + 1)..<max(n, row + 1) { b[row] -= a[row][k] * b[k] }
            b[row] /= a[row][row]
        }
        return b
    }

    /// The shares of a mixture that make the classes of the rows likeliest, together 1, by expectation and maximisation.
    ///
    /// - Parameter likelihoods: what each prediction gives to the class of each row.
    static func likeliest(_ likelihoods: [[Double]], weight: [Double]) -> [Double] {
        let n = likelihoods.count, total = weight.reduce(0, +)
        var shares = [Double](repeating: 1 / Double(n), count: n)
        for _ in 0..<500 {
            var next = [Double](repeating: 0, count: n)
            for row in weight.indices where weight[row] > 0 {
                let sum = (0..<n).reduce(0) { $0 + shares[$1] * likelihoods[$1][row] }
                if sum <= 0 { continue }
                for i in 0..<n { next[i] += weight[row] * shares[i] * likelihoods[i][row] / sum }
            }
            let change = (0..<n).map { abs(next[$0] / total - shares[$0]) }.max()!
            shares = next.map { $0 / total }
            if change < 1e-6 { break }
        }
        let sum = shares.reduce(0, +)
        return sum > 0 ? shares.map { $0 / sum } : likelihoods.indices.map { $0 == 0 ? 1 : 0 }
    }
}
