import TernCore

// Each reduction is a pass over memory in its order, with loops that the compiler makes vectors of.
extension Field {
    /// The sum of the values that are there, times their weights, and the sum of the weights.
    func sums(_ folding: Folding, weights: Tensor? = nil) -> (sums: [Double], counts: [Double]) {
        let weights = (weights ?? .ones([], dtype: .float64)).cast(to: .float64)
        func add<S: FieldNumber>(_ type: S.Type) -> (sums: [Double], counts: [Double]) {
            var sums = [Double](repeating: 0, count: folding.sets * folding.count), counts = sums
            each(type, folding, &sums, &counts) { x, sums, counts, row in
                weights.withScalars(Double.self) { w in
                    let w = w.baseAddress! + row.weight
                    switch (folding.keepsRows, folding.weighsRows) {
                    case (true, false):
                        let weight = w[0]
                        for i in 0..<row.count {
                            let value = Double(stored: x[i]), isThere = value == value
                            sums[i] += isThere ? value * weight : 0
                            counts[i] += isThere ? weight : 0
                        }
                    case (true, true):
                        for i in 0..<row.count {
                            let value = Double(stored: x[i]), isThere = value == value
                            sums[i] += isThere ? value * w[i] : 0
                            counts[i] += isThere ? w[i] : 0
                        }
                    case (false, let isWeighed):
                        var sum = SIMD4<Double>(), count = sum
                        forEachFour(x, row.count) { value, i, inside in
                            let isThere = value .== value
                            if isWeighed {
                                var weight = SIMD4<Double>()
                                for lane in 0..<inside { weight[lane] = w[i + lane] }
                                sum += (value * weight).replacing(with: 0, where: .!isThere)
                                count += weight.replacing(with: 0, where: .!isThere)
                            } else {
                                sum += value.replacing(with: 0, where: .!isThere)
                                count += SIMD4(repeating: 1).replacing(with: 0, where: .!isThere)
                            }
                        }
                        let weight = isWeighed ? 1 : w[0]
                        (sums[0], counts[0]) = (sums[0] + sum.sum() * weight, counts[0] + count.sum() * weight)
                    }
                }
            }
            return (joined(sums, folding, +), joined(counts, folding, +))
        }
        return values.dtype == .float32 ? add(Float.self) : add(Double.self)
    }

    func means(_ folding: Folding, weights: Tensor? = nil) -> [Double] {
        let (sums, counts) = sums(folding, weights: weights)
        return zip(sums, counts).map { $1 != 0 ? $0 / $1 : .nan }
    }

    func deviations(_ folding: Folding, degreesOfFreedom: Int) -> [Double] {
        var (means, counts) = sums(folding)
        for i in means.indices { means[i] /= counts[i] }
        func add<S: FieldNumber>(_ type: S.Type) -> [Double] {
            var squares = [Double](repeating: 0, count: folding.sets * folding.count)
            // A set has results of its own, but the means are those of all.
            var allMeans = (0..<folding.sets).flatMap { _ in means }
            each(type, folding, &squares, &allMeans) { x, squares, means, row in
                if folding.keepsRows {
                    for i in 0..<row.count {
                        let value = Double(stored: x[i]), difference = value - means[i]
                        // Of infinite values it is no number, and neither is their spread.
                        squares[i] += value == value ? difference * difference : 0
                    }
                } else {
                    let mean = means[0]
                    var sum = SIMD4<Double>()
                    forEachFour(x, row.count) { value, _, _ in
                        let difference = value - mean
                        sum += (difference * difference).replacing(with: 0, where: value .!= value)
                    }
                    squares[0] += sum.sum()
                }
            }
            return joined(squares, folding, +)
        }
        let squares = values.dtype == .float32 ? add(Float.self) : add(Double.self)
        return zip(squares, counts).map { square, count in
            count > Double(degreesOfFreedom) ? (square / (count - Double(degreesOfFreedom))).squareRoot() : .nan
        }
    }

    /// The largest of the values times a sign, times that sign again.
    func largest(_ folding: Folding, sign: Double) -> [Double] {
        /// NaN gives way to any value.
        @inline(__always) func larger(_ best: Double, _ value: Double) -> Double {
            value > best || best != best ? value : best
        }
        func scan<S: FieldNumber>(_ type: S.Type) -> [Double] {
            var best = [Double](repeating: .nan, count: folding.sets * folding.count), none = best
            each(type, folding, &best, &none) { x, best, _, row in
                if folding.keepsRows {
                    for i in 0..<row.count { best[i] = larger(best[i], Double(stored: x[i]) * sign) }
                } else {
                    var four = SIMD4<Double>(repeating: .nan)
                    forEachFour(x, row.count) { value, _, _ in
                        four.replace(with: value * sign, where: (value * sign .> four) .| (four .!= four))
                    }
                    for lane in 0..<4 { best[0] = larger(best[0], four[lane]) }
                }
            }
            return joined(best, folding, larger).map { $0 * sign }
        }
        return values.dtype == .float32 ? scan(Float.self) : scan(Double.self)
    }

    /// Calls `body` with pointers to each row and to its results in two arrays.
    private func each<S: FieldNumber>(
        _ type: S.Type, _ folding: Folding, _ first: inout [Double], _ second: inout [Double],
        _ body: (UnsafePointer<S>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>, Folding.Row) -> Void
    ) {
        values.withScalars(type) { x in
            first.withUnsafeMutableBufferPointer { first in
                second.withUnsafeMutableBufferPointer { second in
                    guard let x = x.baseAddress, let first = first.baseAddress, let second = second.baseAddress else {
                        return
                    }
                    folding.forEachRow { row in
                        let place = row.set * folding.count + row.target
                        body(x + row.source, first + place, second + place, row)
                    }
                }
            }
        }
    }

    /// The results of all sets as one.
    private func joined(_ sets: [Double], _ folding: Folding, _ join: (Double, Double) -> Double) -> [Double] {
        var all = Array(sets.prefix(folding.count))
        for set in 1..<max(folding.sets, 1) {
            for i in all.indices { all[i] = join(all[i], sets[set * folding.count + i]) }
        }
        return all
    }
}

/// Calls `body` with four neighbours at a time, and how many of them there are; NaN stands for the rest.
@inline(__always)
private func forEachFour<S: FieldNumber>(
    _ x: UnsafePointer<S>, _ count: Int, _ body: (SIMD4<Double>, _ start: Int, _ inside: Int) -> Void
) {
    let whole = count & ~3
    for i in stride(from: 0, to: whole, by: 4) {
        body(
            SIMD4(Double(stored: x[i]), Double(stored: x[i + 1]), Double(stored: x[i + 2]), Double(stored: x[i + 3])),
            i, 4)
    }
    if whole < count {
        var rest = SIMD4<Double>(repeating: .nan)
        for i in whole..<count { rest[i - whole] = Double(stored: x[i]) }
        body(rest, whole, count - whole)
    }
}
