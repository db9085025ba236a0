/// The last steps of a search and the changes of the gradient in them, from which directions are made.
///
/// Source: Nocedal, "Updating quasi-Newton matrices with limited storage", Math. Comput. 35, 1980; Nocedal and Wright,
/// "Numerical optimization", 2nd edition, 2006, algorithm 7.4.
package struct LBFGSMemory {
    /// How many steps are kept.
    package let capacity: Int
    /// From the oldest to the newest; the curvature is the product of step and change, above 0.
    package private(set) var pairs: [(step: [Double], change: [Double], curvature: Double)] = []

    package init(capacity: Int) { self.capacity = max(1, capacity) }

    package var isEmpty: Bool { pairs.isEmpty }

    package mutating func append(step: [Double], change: [Double]) {
        if pairs.count == capacity { pairs.removeFirst() }
        pairs.append((step, change, dot(step, change)))
    }

    /// The gradient against the inverse of the gathered curvature, downwards.
    package func direction(_ gradient: [Double]) -> [Double] {
        var q = gradient.map { -$0 }
        var shares: [Double] = []
        for pair in pairs.reversed() {
            let share = dot(pair.step, q) / pair.curvature
            add(-share, pair.change, to: &q)
            shares.append(share)
        }
        if let newest = pairs.last {
            let scale = newest.curvature / dot(newest.change, newest.change)
            for i in q.indices { q[i] *= scale }
        }
        for (pair, share) in zip(pairs, shares.reversed()) {
            add(share - dot(pair.change, q) / pair.curvature, pair.step, to: &q)
        }
        return q
    }

    private func add(_ factor: Double, _ a: [Double], to b: inout [Double]) {
        for i in b.indices { b[i] += factor * a[i] }
    }
}

/// The sum of products, in eight sums side by side.
package func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sums = SIMD8<Double>(repeating: 0), rest = 0.0
    a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
            let whole = a.count / 8 * 8
            for start in stride(from: 0, to: whole, by: 8) {
                for i in 0..<8 { sums[i] += a[start + i] * b[start + i] }
            }
            for i in whole..<a.count { rest += a[i] * b[i] }
        }
    }
    return sums.sum() + rest
}
