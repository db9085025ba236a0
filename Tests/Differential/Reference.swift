import Foundation
import TernCore

// The reference interpreter: each operation written down plainly, element by element in double precision, results of
// float32 rounded to it. It shares nothing with the engine's kernels and planner.

extension Operation {
    /// The result by the definition of the operation.
    ///
    /// - Parameter noise: moves each result by some units in the last place.
    func reference(_ x: [PlainArray], _ noise: inout Noise?) throws -> PlainArray {
        try check(x)
        var scale: [Double]?
        var result = try plain(x, &scale)
        if result.dtype.isFloatingPoint {
            for i in result.values.indices {
                let exact = result.values[i]
                if isArithmetic, noise != nil, exact.isFinite {
                    result.values[i] = noise!.moved(exact, by: scale?[i] ?? Swift.abs(exact), result.dtype)
                }
                if result.dtype == .float32 { result.values[i] = Double(Float(result.values[i])) }
            }
        } else {
            let limit = result.dtype == .int32 ? 0x1p31 : 0x1p52
            guard result.values.allSatisfy({ Swift.abs($0) < limit && $0 == $0.rounded() }) else { throw Undefined() }
        }
        return result
    }

    /// Whether it rounds, rather than move or choose numbers.
    private var isArithmetic: Bool {
        switch self {
        case .unary(let u): ![.negate, .abs, .sign, .floor, .ceil, .round, .trunc, .relu].contains(u)
        case .binary(let b), .number(let b, _): ![.maximum, .minimum].contains(b)
        case .reduced(let fold, _, _): [.sum, .mean, .product, .variance].contains(fold)
        case .cast, .matmul, .dot, .cumulativeSum, .cumulativeProduct, .convolution, .transposedConvolution, .moment,
            .random, .histogram, .interpolated:
            true
        case .pooling(let isMax, _, _): !isMax
        default: false
        }
    }

    private func plain(_ x: [PlainArray], _ scale: inout [Double]?) throws -> PlainArray {
        let a = x[0]
        switch self {
        case .unary(let function):
            let isTest = function == .isNaN || function == .not
            let keeps: [Unary] = [.negate, .abs, .sign, .square, .floor, .ceil, .round, .trunc]
            let dtype: DType = isTest ? .bool : a.dtype.isFloatingPoint || keeps.contains(function) ? a.dtype : .float64
            return PlainArray(shape: a.shape, dtype: dtype, values: a.values.map { function.plain($0) })
        case .binary(let function): return try function.plain(a, x[1])
        case .number(let function, let value):
            // A plain number takes the tensor's type; beside integers a fraction is float64.
            let dtype: DType = a.dtype.isFloatingPoint ? a.dtype : .float64
            return try function.plain(
                a, PlainArray(shape: [], dtype: dtype, values: [dtype == .float32 ? Double(Float(value)) : value]))
        case .select:
            let dtype = promoted(x[1].dtype, x[2].dtype)
            return PlainArray(shape: try broadcastShape(x.map(\.shape)), dtype: dtype) {
                a.broadcastElement($0) != 0 ? x[1].broadcastElement($0) : x[2].broadcastElement($0)
            }
        case .cast(let dtype):
            if !dtype.isFloatingPoint && dtype != .bool && a.values.contains(where: { !$0.isFinite }) {
                throw Undefined()
            }
            return PlainArray(
                shape: a.shape, dtype: dtype,
                values: a.values.map {
                    dtype == .bool ? ($0 != 0 ? 1 : 0) : dtype.isFloatingPoint ? $0 : $0.rounded(.towardZero) + 0
                })
        case .reshaped(let shape): return PlainArray(shape: shape, dtype: a.dtype, values: a.values)
        case .broadcast(let shape): return PlainArray(shape: shape, dtype: a.dtype) { a.broadcastElement($0) }
        case .transposed(let order):
            return PlainArray(shape: order.map { a.shape[$0] }, dtype: a.dtype) { position in
                var own = position
                for (i, axis) in order.enumerated() { own[axis] = position[i] }
                return a[own]
            }
        case .part(let cuts):
            let (places, shape) = Self.places(cuts, a.shape)
            return PlainArray(shape: shape, dtype: a.dtype, values: places.map { a.values[$0] })
        case .replacing(let cuts):
            let (places, shape) = Self.places(cuts, a.shape)
            var result = a
            for (place, position) in zip(places, PlainArray.positions(shape)) {
                result.values[place] = x[1].broadcastElement(position)
            }
            return result
        case .concatenated(let axis): return joined(x, axis)
        case .stacked(let axis):
            return joined(
                x.map { one in
                    var shape = one.shape
                    shape.insert(1, at: axis)
                    return PlainArray(shape: shape, dtype: one.dtype, values: one.values)
                }, axis)
        case .matmul: return try product(a, x[1], &scale)
        case .dot:
            let dtype = promoted(a.dtype, x[1].dtype)
            scale = [zip(a.values, x[1].values).reduce(0) { $0 + Swift.abs($1.0 * $1.1) }]
            return PlainArray(shape: [], dtype: dtype, values: [exactSum(zip(a.values, x[1].values).map { $0 * $1 })])
        case .reduced(let fold, let axes, let keeping): return fold.plain(a, axes ?? Array(0..<a.rank), keeping, &scale)
        case .extreme(let isMax, let axis):
            return a.lines(along: axis, dtype: .int64, keepsAxis: false) { line in
                var best = 0
                for i in line.indices
                where !line[best].isNaN && (line[i].isNaN || (isMax ? line[i] > line[best] : line[i] < line[best])) {
                    best = i
                }
                return [Double(best)]
            }
        case .cumulativeSum(let axis):
            scale =
                a.lines(along: axis, dtype: a.dtype) { line in
                    var sum = 0.0
                    return line.map {
                        sum += Swift.abs($0); return sum
                    }
                }.values
            return a.lines(along: axis, dtype: a.dtype.isFloatingPoint ? a.dtype : .int64) { line in
                var sum = 0.0
                return line.map {
                    sum += $0; return sum
                }
            }
        case .cumulativeProduct(let axis):
            scale =
                a.lines(along: axis, dtype: a.dtype) { line in
                    var product = 1.0, count = 0.0
                    return line.map {
                        product *= $0; count += 1; return count * Swift.abs(product)
                    }
                }.values
            return a.lines(along: axis, dtype: a.dtype.isFloatingPoint ? a.dtype : .int64) { line in
                var product = 1.0
                return line.map {
                    product *= $0; return product
                }
            }
        case .argsorted(let axis): return a.lines(along: axis, dtype: .int64) { order($0).map(Double.init) }
        case .sorted(let axis): return a.lines(along: axis, dtype: a.dtype) { line in order(line).map { line[$0] } }
        case .taking(let indices, let axis):
            var shape = a.shape
            shape[axis] = indices.count
            return PlainArray(shape: shape, dtype: a.dtype) { position in
                var own = position
                let i = indices[position[axis]]
                own[axis] = i < 0 ? i + a.shape[axis] : i
                return a[own]
            }
        case .takingAlong(let axis):
            return PlainArray(shape: x[1].shape, dtype: a.dtype) { position in
                var own = position
                own[axis] = Int(x[1][position])
                return a[own]
            }
        case .searched(let right): return a.places(in: x[1], right: right)
        case .histogram: return a.weights(x[2], between: x[1].values, &scale)
        case .interpolated: return a.onLines(through: x[1].values, x[2].values, &scale)
        case .convolution(let s): return convolved(a, x[1], s, &scale)
        case .transposedConvolution(let s, let grid): return convolvedBack(a, x[1], s, grid, &scale)
        case .pooling(let isMax, let size, let s): return pooled(a, isMax, size, s, &scale)
        case .moment(let isVariance):
            let axes = Array(0..<(a.rank - 1))
            return (isVariance ? Fold.variance : .mean).plain(a, axes, false, &scale)
        case .clipped(let low, let high):
            // Fractions turn integers into reals.
            let dtype: DType = a.dtype.isFloatingPoint ? a.dtype : .float64
            return PlainArray(
                shape: a.shape, dtype: dtype, values: a.values.map { $0 < low ? low : $0 > high ? high : $0 })
        case .stoppingGradient: return a
        case .random:
            // The stream itself is tested elsewhere; what counts here is that plans draw the same.
            let drawn = self([a.tensor])
            return PlainArray(shape: drawn.shape, dtype: drawn.dtype, values: drawn.doubles)
        }
    }

    /// The elements that a subscript means, and the shape they form.
    static func places(_ cuts: [Cut], _ shape: [Int]) -> (places: [Int], shape: [Int]) {
        var axes: [[Int]] = [], result: [Int] = []
        for cut in cuts {
            let n = axes.count < shape.count ? shape[axes.count] : 0
            switch cut {
            case .new: result.append(1)
            case .at(let i): axes.append([i < 0 ? i + n : i])
            case .range(let from, let to, let by):
                // As Python's slice.indices.
                func bound(_ i: Int, _ low: Int, _ high: Int) -> Int {
                    i < 0 ? Swift.max(i + n, low) : Swift.min(i, high)
                }
                let (low, high) = by > 0 ? (0, n) : (-1, n - 1)
                let first = from.map { bound($0, low, high) } ?? (by > 0 ? 0 : n - 1)
                let last = to.map { bound($0, low, high) } ?? (by > 0 ? n : -1)
                axes.append(Array(stride(from: first, to: last, by: by)))
                result.append(axes.last!.count)
            }
        }
        while axes.count < shape.count {
            result.append(shape[axes.count])
            axes.append(Array(0..<shape[axes.count]))
        }
        let places = PlainArray.positions(axes.map(\.count)).map { position in
            PlainArray.offset(zip(axes, position).map { $0[$1] }, in: shape)
        }
        return (places, result)
    }
}

extension PlainArray {
    subscript(position: [Int]) -> Double { values[Self.offset(position, in: shape)] }

    /// Each line along `axis` replaced by what `body` makes of it.
    func lines(along axis: Int, dtype: DType, keepsAxis: Bool = true, _ body: ([Double]) -> [Double]) -> PlainArray {
        let n = shape[axis], inner = shape[(axis + 1)...].reduce(1, *), outer = shape[..<axis].reduce(1, *)
        let length = keepsAxis ? n : 1
        var result = [Double](repeating: 0, count: outer * length * inner)
        for o in 0..<outer {
            for i in 0..<inner {
                for (j, value) in body((0..<n).map { values[(o * n + $0) * inner + i] }).enumerated() {
                    result[(o * length + j) * inner + i] = value
                }
            }
        }
        var shape = shape
        if !keepsAxis { shape.remove(at: axis) }
        return PlainArray(shape: shape, dtype: dtype, values: result)
    }
}

/// NumPy's promotion.
func promoted(_ a: DType, _ b: DType) -> DType {
    let order: [DType] = [.bool, .int32, .int64, .float32, .float64]
    let (low, high) = order.firstIndex(of: a)! < order.firstIndex(of: b)! ? (a, b) : (b, a)
    return high == .float32 && (low == .int32 || low == .int64) ? .float64 : high
}

func broadcastShape(_ shapes: [[Int]]) throws -> [Int] {
    let rank = shapes.map(\.count).max()!
    return try (0..<rank).map { i in
        let lengths = Set(shapes.compactMap { $0.count + i >= rank ? $0[$0.count + i - rank] : nil }.filter { $0 != 1 })
        if lengths.count > 1 { throw Undefined() }
        return lengths.first ?? 1
    }
}

/// The stable order of a line, NaNs last.
private func order(_ line: [Double]) -> [Int] {
    line.indices.sorted { i, j in
        if line[i].isNaN || line[j].isNaN { return line[i].isNaN == line[j].isNaN ? i < j : line[j].isNaN }
        return line[i] == line[j] ? i < j : line[i] < line[j]
    }
}

private func joined(_ x: [PlainArray], _ axis: Int) -> PlainArray {
    var shape = x[0].shape
    shape[axis] = x.reduce(0) { $0 + $1.shape[axis] }
    let outer = shape[..<axis].reduce(1, *)
    var values: [Double] = []
    for o in 0..<outer {
        for one in x {
            let run = one.shape[axis...].reduce(1, *)
            values += one.values[(o * run)..<((o + 1) * run)]
        }
    }
    return PlainArray(shape: shape, dtype: x.map(\.dtype).reduce(x[0].dtype, promoted), values: values)
}

/// The sum but for one rounding or two: that of many equal terms drifts otherwise (Neumaier, 1974).
private func exactSum(_ terms: [Double]) -> Double {
    var sum = 0.0, rest = 0.0
    for term in terms {
        let next = sum + term
        rest += abs(sum) >= abs(term) ? (sum - next) + term : (term - next) + sum
        sum = next
    }
    return sum.isFinite ? sum + rest : terms.reduce(0, +)
}

private func product(_ a: PlainArray, _ b: PlainArray, _ scale: inout [Double]?) throws -> PlainArray {
    let left = a.rank == 1 ? [1] + a.shape : a.shape, right = b.rank == 1 ? b.shape + [1] : b.shape
    let batch = try broadcastShape([Array(left.dropLast(2)), Array(right.dropLast(2))])
    let (m, k, n) = (left[left.count - 2], left.last!, right.last!)
    if right[right.count - 2] != k { throw Undefined() }
    let x = PlainArray(shape: left, dtype: a.dtype, values: a.values),
        y = PlainArray(shape: right, dtype: b.dtype, values: b.values)
    var sums: [Double] = [], sizes: [Double] = []
    for position in PlainArray.positions(batch + [m, n]) {
        let (i, j) = (position[position.count - 2], position.last!), at = Array(position.dropLast(2))
        let terms = (0..<k).map { x.broadcastElement(at + [i, $0]) * y.broadcastElement(at + [$0, j]) }
        sums.append(exactSum(terms))
        sizes.append(terms.reduce(0) { $0 + abs($1) })
    }
    scale = sizes
    return PlainArray(
        shape: batch + (a.rank == 1 ? [] : [m]) + (b.rank == 1 ? [] : [n]), dtype: promoted(a.dtype, b.dtype),
        values: sums)
}

extension Operation.Fold {
    func plain(_ x: PlainArray, _ axes: [Int], _ keeping: Bool, _ scale: inout [Double]?) -> PlainArray {
        let axes = Set(axes.map { $0 < 0 ? $0 + x.rank : $0 })
        let kept = x.shape.indices.map { axes.contains($0) ? 1 : x.shape[$0] }
        var groups = [[Double]](repeating: [], count: PlainArray.count(kept))
        for (position, value) in zip(PlainArray.positions(x.shape), x.values) {
            groups[PlainArray.offset(position.enumerated().map { axes.contains($0) ? 0 : $1 }, in: kept)].append(value)
        }
        let isReal = x.dtype.isFloatingPoint
        let dtype: DType =
            switch self {
            case .sum, .product: isReal ? x.dtype : .int64
            case .mean, .variance: isReal ? x.dtype : .float64
            case .max, .min: x.dtype
            case .any, .all: .bool
            }
        func mean(_ g: [Double]) -> Double { exactSum(g) / Double(g.count) }
        func extreme(_ g: [Double], _ isLess: (Double, Double) -> Bool) -> Double {
            g.contains(where: \.isNaN) ? .nan : g.max(by: isLess)!
        }
        let values = groups.map { g -> Double in
            switch self {
            case .sum: return exactSum(g)
            case .mean: return mean(g)
            case .product: return g.reduce(1, *)
            case .max: return extreme(g, <)
            case .min: return extreme(g, >)
            case .any: return g.contains { $0 != 0 } ? 1 : 0
            case .all: return g.allSatisfy { $0 != 0 } ? 1 : 0
            case .variance:
                let m = mean(g)
                return exactSum(g.map { ($0 - m) * ($0 - m) }) / Double(g.count)
            }
        }
        switch self {
        case .sum: scale = groups.map { $0.reduce(0) { $0 + abs($1) } }
        case .mean: scale = groups.map { $0.reduce(0) { $0 + abs($1) } / Double($0.count) }
        case .variance: scale = groups.map { $0.reduce(0) { $0 + $1 * $1 } / Double($0.count) }
        case .product: scale = zip(groups, values).map { Double($0.count) * abs($1) }
        default: break
        }
        return PlainArray(
            shape: keeping ? kept : x.shape.indices.filter { !axes.contains($0) }.map { x.shape[$0] }, dtype: dtype,
            values: values)
    }
}
