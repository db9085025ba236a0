import Foundation
import TernCore

extension Kernel {
    /// The likeness of each point of `x`, [n, features], to each of `y`, [m, features]: [n, m]. Without `y`, to each of
    /// `x` itself, noise included: [n, n]. Both `float64`. Points of other features than each other, or than the kernel
    /// has length scales, end the program.
    public func callAsFunction(_ x: Tensor, _ y: Tensor? = nil) -> Tensor {
        if let y, y.shape[1] != x.shape[1] {
            fail("Kernel: points of \(x.shape[1]) features cannot be compared with those of \(y.shape[1])")
        }
        if let complaint = complaint(aboutFeatures: x.shape[1]) { fail("Kernel: \(complaint)") }
        let points = KernelPoints(x), others = y.map { KernelPoints($0) } ?? points
        let values = filled(points.count * others.count) { buffer in
            points.forEachRow { i in
                let row = KernelRow(
                    point: points.point(i), others: others.features, count: others.count, own: y == nil ? i : nil)
                buffer.write(row.likeness(self), at: i * others.count)
            }
        }
        return Tensor(values, shape: [points.count, others.count])
    }

    /// The likeness of each point to itself, [n]: the diagonal of the kernel's matrix, without computing all of it.
    public func diagonal(_ x: Tensor) -> Tensor {
        switch self {
        case .constantKernel(let value, _), .whiteKernel(let value, _):
            Tensor(repeating: value, shape: [x.shape[0]], dtype: .float64)
        case .rbfKernel, .maternKernel, .rationalQuadraticKernel, .expSineSquaredKernel:
            .ones([x.shape[0]], dtype: .float64)
        case .dotProductKernel(let sigma, _): square(x).sum(axis: 1) + sigma * sigma
        case .sum(let a, let b): a.diagonal(x) + b.diagonal(x)
        case .product(let a, let b): a.diagonal(x) * b.diagonal(x)
        case .power(let kernel, let exponent):
            Tensor(kernel.diagonal(x).doubles.map { pow($0, exponent) })
        }
    }

    /// The likenesses within points, row by row, of which the lower triangle is computed; `noise`, one number for all
    /// or one for each point, is added to the diagonal.
    func triangle(_ points: KernelPoints, noise: [Double]) -> [Double] {
        let count = points.count
        return filled(count * count) { buffer in
            points.forEachRow { i in
                var likeness = points.rowToDiagonal(i).likeness(self)
                likeness[i] += noise[noise.count == 1 ? 0 : i]
                buffer.write(likeness, at: i * count)
            }
        }
    }

    /// Σ gᵢⱼ ∂kᵢⱼ along each of ``theta``, for a symmetric g of which `weight` gives the rows as far as the diagonal.
    func slopes(_ points: KernelPoints, weight: (Int) -> [Double]) -> [Double] {
        let count = theta.count
        let byRow = filled(points.count * count) { buffer in
            points.forEachRow { i in
                let weight = weight(i), slopes = points.rowToDiagonal(i).withSlopes(self).slopes
                let sums = slopes.map { slope in
                    slope.withUnsafeBufferPointer { slope in
                        weight.withUnsafeBufferPointer { weight in
                            var sum = 0.0
                            for j in 0..<i { sum += weight[j] * slope[j] }
                            return 2 * sum + weight[i] * slope[i]
                        }
                    }
                }
                buffer.write(sums, at: i * count)
            }
        }
        return (0..<count).map { k in (0..<points.count).reduce(0) { $0 + byRow[$1 * count + k] } }
    }
}

/// Points whose likenesses are asked, feature by feature.
struct KernelPoints {
    let features: [[Double]]
    let count: Int

    init(_ x: Tensor) {
        count = x.shape[0]
        let all = x.cast(to: .float64).transposed().scalars(Double.self), count = count
        features = (0..<x.shape[1]).map { Array(all[$0 * count..<($0 + 1) * count]) }
    }

    func point(_ i: Int) -> [Double] { features.map { $0[i] } }

    /// The point beside all up to itself.
    func rowToDiagonal(_ i: Int) -> KernelRow {
        KernelRow(point: point(i), others: features, count: i + 1, own: i)
    }

    /// Calls `body` with the number of each point, on all threads; the last ones, whose rows are long, first.
    func forEachRow(_ body: (Int) -> Void) {
        ThreadPool.current.forEachPiece(of: count, grain: 8) { start, end in
            for i in start..<end { body(count - 1 - i) }
        }
    }
}

/// An array of `count` numbers that `fill` writes, from several threads; what it leaves out is not defined.
private func filled(_ count: Int, _ fill: (UnsafeMutableBufferPointer<Double>) -> Void) -> [Double] {
    [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
        fill(buffer)
        initialized = count
    }
}

extension UnsafeMutableBufferPointer<Double> {
    fileprivate func write(_ values: [Double], at start: Int) {
        (baseAddress! + start).update(from: values, count: values.count)
    }
}
