import TernNN

/// Bounds of variables, and where L-BFGS-B would go within them.
///
/// From a point, the model g·d + ½ d·Bd of the gathered curvature B is followed along the gradient, bent at each bound
/// that is met, to its first minimum (the Cauchy point). The variables that are then at no bound go on to the model's
/// minimum among them, brought back within the bounds.
///
/// Source: Byrd, Lu, Nocedal and Zhu, "A limited memory algorithm for bound constrained optimization", SIAM J. Sci.
/// Comput. 16, 1995, sections 4 and 5; the way back is Morales and Nocedal's, ACM Trans. Math. Softw. 38, 2011. B is
/// kept whole here: there are few variables with bounds.
struct LBFGSBox {
    let bounds: [ClosedRange<Double>]

    func clamped(_ x: [Double]) -> [Double] { zip(x, bounds).map { min(max($0, $1.lowerBound), $1.upperBound) } }

    /// The gradient, as far as the bounds let a step against it go.
    func projected(_ gradient: [Double], at x: [Double]) -> [Double] {
        x.indices.map { i in
            gradient[i] < 0
                ? max(x[i] - bounds[i].upperBound, gradient[i]) : min(x[i] - bounds[i].lowerBound, gradient[i])
        }
    }

    /// How often a direction can be gone before a bound is met.
    func longest(from x: [Double], along direction: [Double]) -> Double {
        var longest = 1e10
        for (i, d) in direction.enumerated() where d != 0 {
            let way = (d < 0 ? bounds[i].lowerBound : bounds[i].upperBound) - x[i]
            if d < 0 ? way >= 0 : way <= 0 { return 0 }
            longest = min(longest, way / d)
        }
        return longest
    }

    /// The point to search towards; nil where the curvature is none.
    func target(from x: [Double], _ gradient: [Double], _ curvature: Curvature) -> [Double]? {
        var (point, isFree) = cauchyPoint(x, gradient, curvature)
        let free = x.indices.filter { isFree[$0] }
        if curvature.isEmpty || free.isEmpty { return point }

        let slopes = curvature.times(zip(point, x).map { $0 - $1 })
        guard let way = curvature.solved(free, free.map { -gradient[$0] - slopes[$0] }) else { return nil }
        let start = point
        var meetsBound = false
        for (i, d) in zip(free, way) {
            point[i] = min(max(start[i] + d, bounds[i].lowerBound), bounds[i].upperBound)
            if point[i] == bounds[i].lowerBound || point[i] == bounds[i].upperBound { meetsBound = true }
        }
        if !meetsBound || x.indices.reduce(0, { $0 + (point[$1] - x[$1]) * gradient[$1] }) <= 0 { return point }

        // Brought back, the step would lead upwards: it is cut at the first bound.
        point = start
        var share = 1.0, limit: Int?
        for (i, d) in zip(free, way) where d != 0 {
            let room = (d < 0 ? bounds[i].lowerBound : bounds[i].upperBound) - start[i]
            if d < 0 ? d * share < room : d * share > room {
                (share, limit) = ((d < 0 ? room >= 0 : room <= 0) ? 0 : room / d, i)
            }
        }
        for (i, d) in zip(free, way) {
            point[i] = i == limit ? (d < 0 ? bounds[i].lowerBound : bounds[i].upperBound) : start[i] + share * d
        }
        return point
    }

    /// The first minimum of the model along the bent gradient, and which variables are at no bound there.
    private func cauchyPoint(_ x: [Double], _ gradient: [Double], _ curvature: Curvature) -> ([Double], [Bool]) {
        var d = gradient.map { -$0 }, isFree = [Bool](repeating: true, count: x.count),
            breaks: [(at: Double, i: Int)] = []
        for i in x.indices {
            let (low, high) = (bounds[i].lowerBound, bounds[i].upperBound)
            if low == high || x[i] <= low && d[i] <= 0 || x[i] > low && x[i] >= high && d[i] >= 0 {
                (d[i], isFree[i]) = (0, false)
            } else if d[i] != 0 {
                breaks.append((((d[i] < 0 ? low : high) - x[i]) / d[i], i))
            }
        }
        var point = x, gone = 0.0
        var slope = -dot(d, d), bend = dot(d, curvature.times(d))
        let leastBend = Double.ulpOfOne * curvature.scale * -slope
        if slope == 0 { return (x, isFree) }
        var best = -slope / bend
        for (at, i) in breaks.sorted(by: { ($0.at, $0.i) < ($1.at, $1.i) }) {
            if best < at - gone { break }
            gone = at
            point[i] = d[i] < 0 ? bounds[i].lowerBound : bounds[i].upperBound
            (d[i], isFree[i]) = (0, false)
            let so = x.indices.map { d[$0] == 0 ? point[$0] - x[$0] : gone * d[$0] }, bent = curvature.times(d)
            slope = dot(gradient, d) + dot(so, bent)
            bend = max(leastBend, dot(d, bent))
            best = d.allSatisfy { $0 == 0 } ? 0 : -slope / bend
        }
        gone += max(0, best)
        for i in x.indices where d[i] != 0 { point[i] = x[i] + gone * d[i] }
        return (point, isFree)
    }

    /// The second derivatives as far as steps have shown them: a multiple of the identity, changed by each pair of a
    /// step and the change of the gradient in it (BFGS).
    struct Curvature {
        /// The multiple.
        let scale: Double
        let isEmpty: Bool
        private var rows: [[Double]]

        /// - Parameter pairs: the oldest first.
        init(_ pairs: [(step: [Double], change: [Double])], variables: Int) {
            let newest = pairs.last.map { dot($0.change, $0.change) / dot($0.step, $0.change) }
            rows = (0..<variables).map { i in (0..<variables).map { $0 == i ? newest ?? 1 : 0 } }
            (scale, isEmpty) = (newest ?? 1, pairs.isEmpty)
            for (step, change) in pairs {
                let bent = times(step), forgotten = dot(step, bent), seen = dot(step, change)
                for i in rows.indices {
                    for j in rows.indices { rows[i][j] += change[i] * change[j] / seen - bent[i] * bent[j] / forgotten }
                }
            }
        }

        func times(_ x: [Double]) -> [Double] { rows.map { dot($0, x) } }

        /// The solution for some variables alone; nil where the matrix is not positive definite.
        func solved(_ some: [Int], _ right: [Double]) -> [Double]? {
            var lower = some.map { i in some.map { rows[i][$0] } }, solution = right
            let n = some.count
            for i in 0..<n {
                for j in 0...i {
                    var sum = lower[i][j]
                    for k in 0..<j { sum -= lower[i][k] * lower[j][k] }
                    if i == j, !(sum > 0) { return nil }
                    lower[i][j] = i == j ? sum.squareRoot() : sum / lower[j][j]
                }
            }
            for i in 0..<n {
                for k in 0..<i { solution[i] -= lower[i][k] * solution[k] }
                solution[i] /= lower[i][i]
            }
            for i in (0..<n).reversed() {
                for k in i + 1..<max(n, i + 1) { solution[i] -= lower[k][i] * solution[k] }
                solution[i] /= lower[i][i]
            }
            return solution
        }
    }
}
