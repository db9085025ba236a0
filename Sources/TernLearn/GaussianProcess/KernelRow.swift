import Foundation
import TernCore

/// A row of a kernel's matrix before a kernel is asked: one point, and those to which it is compared.
///
/// Kernels are evaluated row by row, so that what their parts give stays in the cache, and of a symmetric matrix as far as
/// the diagonal alone.
struct KernelRow {
    /// The point's features.
    let point: [Double]
    /// The others, feature by feature.
    let others: [[Double]]
    /// How many of the others are looked at, from the first on.
    let count: Int
    /// Which of the others the point itself is; nil: none.
    let own: Int?

    // A kernel of few points is nearly singular, so the last bit counts: libm's functions, not the vectors' ones.

    /// How alike the point is to each of the others.
    func likeness(_ kernel: Kernel) -> [Double] {
        switch kernel {
        case .constantKernel(let value, _): return [Double](repeating: value, count: count)
        case .whiteKernel(let noise, _): return elements { $0 == own ? noise : 0 }
        case .rbfKernel(let lengths, _): return map(squares(lengths)) { exp(-0.5 * $0) }
        case .maternKernel(let lengths, let smoothness, _):
            let squares = squares(lengths)
            switch smoothness {
            case .half: return map(squares) { exp(-$0.squareRoot()) }
            case .threeHalves:
                return map(squares) {
                    let d = $0.squareRoot() * 3.0.squareRoot()
                    return (1 + d) * exp(-d)
                }
            case .fiveHalves:
                return map(squares) {
                    let d = $0.squareRoot() * 5.0.squareRoot()
                    return (1 + d + d * d / 3) * exp(-d)
                }
            case .infinite: return map(squares) { exp(-$0 / 2) }
            }
        case .rationalQuadraticKernel(let length, let alpha, _, _):
            return map(squares([1])) { pow(1 + $0 / (2 * alpha * length * length), -alpha) }
        case .expSineSquaredKernel(let length, let period, _, _):
            return map(squares([1])) {
                let sine = sin(Double.pi * ($0.squareRoot() / period)) / length
                return exp(-2 * sine * sine)
            }
        case .dotProductKernel(let sigma, _): return map(products) { $0 + sigma * sigma }
        case .sum(let a, let b): return map(likeness(a), likeness(b), +)
        case .product(let a, let b): return map(likeness(a), likeness(b), *)
        case .power(let kernel, let exponent): return map(likeness(kernel)) { pow($0, exponent) }
        }
    }

    /// The likenesses, and their slopes along each of ``Kernel/theta``.
    func withSlopes(_ kernel: Kernel) -> (likeness: [Double], slopes: [[Double]]) {
        switch kernel {
        case .sum(let a, let b):
            let (left, right) = (withSlopes(a), withSlopes(b))
            return (map(left.likeness, right.likeness, +), left.slopes + right.slopes)
        case .product(let a, let b):
            let (left, right) = (withSlopes(a), withSlopes(b))
            return (
                map(left.likeness, right.likeness, *),
                left.slopes.map { map($0, right.likeness, *) } + right.slopes.map { map($0, left.likeness, *) }
            )
        case .power(let kernel, let exponent):
            let inner = withSlopes(kernel), factor = map(inner.likeness) { exponent * pow($0, exponent - 1) }
            return (map(inner.likeness) { pow($0, exponent) }, inner.slopes.map { map($0, factor, *) })
        default:
            let likeness = likeness(kernel)
            return (likeness, slopes(kernel, likeness))
        }
    }

    /// Of a kernel without parts.
    private func slopes(_ kernel: Kernel, _ likeness: [Double]) -> [[Double]] {
        switch kernel {
        case .constantKernel(_, let bounds), .whiteKernel(_, let bounds): return bounds == nil ? [] : [likeness]
        case .rbfKernel(let lengths, let bounds):
            return bounds == nil ? [] : squaresByLength(lengths).map { map(likeness, $0, *) }
        case .maternKernel(let lengths, let smoothness, let bounds):
            if bounds == nil { return [] }
            let factor: [Double] =
                switch smoothness {
                case .half: map(squares(lengths)) { $0 == 0 ? 0 : exp(-$0.squareRoot()) / $0.squareRoot() }
                case .threeHalves: map(squares(lengths)) { 3 * exp(-(3 * $0).squareRoot()) }
                case .fiveHalves:
                    map(squares(lengths)) {
                        let d = (5 * $0).squareRoot()
                        return 5 / 3 * (d + 1) * exp(-d)
                    }
                case .infinite: likeness
                }
            return squaresByLength(lengths).map { map(factor, $0, *) }
        case .rationalQuadraticKernel(let length, let alpha, let lengthBounds, let alphaBounds):
            let squares = squares([1]), scale = length * length
            let base = map(squares) { 1 + $0 / (2 * alpha * scale) }
            let byAlpha = elements {
                likeness[$0] * (-alpha * log(base[$0]) + squares[$0] / (2 * scale * base[$0]))
            }
            return (alphaBounds == nil ? [] : [byAlpha])
                + (lengthBounds == nil ? [] : [elements { squares[$0] * likeness[$0] / (scale * base[$0]) }])
        case .expSineSquaredKernel(let length, let period, let lengthBounds, let periodBounds):
            let angle = map(squares([1])) { Double.pi * $0.squareRoot() / period }
            let factor = elements { 4 / (length * length) * sin(angle[$0]) * likeness[$0] }
            return (lengthBounds == nil ? [] : [map(factor, angle) { $0 * sin($1) }])
                + (periodBounds == nil ? [] : [map(factor, angle) { $0 * cos($1) * $1 }])
        case .dotProductKernel(let sigma, let bounds):
            return bounds == nil ? [] : [[Double](repeating: 2 * sigma * sigma, count: count)]
        case .sum, .product, .power: return []
        }
    }

    /// Σ ((x − y) / ℓ)² over features.
    private func squares(_ lengths: [Double]) -> [Double] {
        var total = [Double](repeating: 0, count: count)
        for feature in point.indices { add(feature, lengths[lengths.count == 1 ? 0 : feature], to: &total) }
        return total
    }

    /// ((x − y) / ℓ)², summed over the features of each length.
    private func squaresByLength(_ lengths: [Double]) -> [[Double]] {
        if lengths.count == 1 { return [squares(lengths)] }
        return point.indices.map { feature in
            var total = [Double](repeating: 0, count: count)
            add(feature, lengths[feature], to: &total)
            return total
        }
    }

    private func add(_ feature: Int, _ length: Double, to total: inout [Double]) {
        let place = point[feature] / length
        others[feature].withUnsafeBufferPointer { others in
            total.withUnsafeMutableBufferPointer { total in
                for i in 0..<count {
                    let difference = place - others[i] / length
                    total[i] += difference * difference
                }
            }
        }
    }

    /// x · y.
    private var products: [Double] {
        elements { other in point.indices.reduce(0) { $0 + point[$1] * others[$1][other] } }
    }

    @inline(__always)
    private func elements(_ function: (Int) -> Double) -> [Double] {
        [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
            for i in 0..<count { buffer[i] = function(i) }
            initialized = count
        }
    }

    @inline(__always)
    private func map(_ x: [Double], _ function: (Double) -> Double) -> [Double] {
        x.withUnsafeBufferPointer { x in elements { function(x[$0]) } }
    }

    @inline(__always)
    private func map(_ x: [Double], _ y: [Double], _ function: (Double, Double) -> Double) -> [Double] {
        x.withUnsafeBufferPointer { x in y.withUnsafeBufferPointer { y in elements { function(x[$0], y[$0]) } } }
    }
}
