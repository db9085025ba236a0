import Foundation
import TernCore

// A kernel of few points is nearly singular, so the last bit counts: libm's functions, not the vectors' ones.

extension Kernel {
    /// The likeness of each point of `x`, [n, features], to each of `y`, [m, features]: [n, m]. Without `y`, to each of
    /// `x` itself, noise included: [n, n]. Both `float64`.
    public func callAsFunction(_ x: Tensor, _ y: Tensor? = nil) -> Tensor {
        switch self {
        case .constantKernel(let value, _):
            return Tensor(repeating: value, shape: [x.shape[0], (y ?? x).shape[0]], dtype: .float64)
        case .whiteKernel(let noise, _):
            return y == nil
                ? noise * Tensor.identity(x.shape[0], dtype: .float64)
                : .zeros([x.shape[0], y!.shape[0]], dtype: .float64)
        case .rbfKernel(let lengths, _): return Self.squares(x, y ?? x, lengths).elements { exp(-0.5 * $0) }
        case .maternKernel(let lengths, let smoothness, _):
            return Self.squares(x, y ?? x, lengths).elements { square in
                switch smoothness {
                case .half: return exp(-square.squareRoot())
                case .threeHalves:
                    let d = square.squareRoot() * 3.0.squareRoot()
                    return (1 + d) * exp(-d)
                case .fiveHalves:
                    let d = square.squareRoot() * 5.0.squareRoot()
                    return (1 + d + d * d / 3) * exp(-d)
                case .infinite: return exp(-square / 2)
                }
            }
        case .rationalQuadraticKernel(let length, let alpha, _, _):
            return Self.squares(x, y ?? x, [1]).elements { pow(1 + $0 / (2 * alpha * length * length), -alpha) }
        case .expSineSquaredKernel(let length, let period, _, _):
            return Self.squares(x, y ?? x, [1]).elements {
                let sine = sin(Double.pi * ($0.squareRoot() / period)) / length
                return exp(-2 * sine * sine)
            }
        case .dotProductKernel(let sigma, _): return matmul(x, (y ?? x).transposed()) + sigma * sigma
        case .sum(let a, let b): return a(x, y) + b(x, y)
        case .product(let a, let b): return a(x, y) * b(x, y)
        case .power(let kernel, let exponent): return kernel(x, y).elements { pow($0, exponent) }
        }
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
        case .power(let kernel, let exponent): kernel.diagonal(x).elements { pow($0, exponent) }
        }
    }

    /// The likenesses within `x`, [n, n], and their slopes along each of ``theta``.
    func withGradients(_ x: Tensor) -> (likeness: Tensor, slopes: [Tensor]) {
        let likeness: Tensor
        switch self {
        case .sum(let a, let b):
            let (left, right) = (a.withGradients(x), b.withGradients(x))
            return (left.likeness + right.likeness, left.slopes + right.slopes)
        case .product(let a, let b):
            let (left, right) = (a.withGradients(x), b.withGradients(x))
            return (
                left.likeness * right.likeness,
                left.slopes.map { $0 * right.likeness } + right.slopes.map { $0 * left.likeness }
            )
        case .power(let kernel, let exponent):
            let inner = kernel.withGradients(x), factor = exponent * inner.likeness.elements { pow($0, exponent - 1) }
            return (inner.likeness.elements { pow($0, exponent) }, inner.slopes.map { $0 * factor })
        default: likeness = self(x)
        }
        return (likeness, ownSlopes(x, likeness))
    }

    /// Of a kernel without parts.
    private func ownSlopes(_ x: Tensor, _ likeness: Tensor) -> [Tensor] {
        switch self {
        case .constantKernel(_, let bounds), .whiteKernel(_, let bounds): return bounds == nil ? [] : [likeness]
        case .rbfKernel(let lengths, let bounds):
            return bounds == nil ? [] : Self.squaresByLength(x, lengths).map { likeness * $0 }
        case .maternKernel(let lengths, let smoothness, let bounds):
            if bounds == nil { return [] }
            let factor: Tensor =
                switch smoothness {
                case .half:
                    Self.squares(x, x, lengths).elements { $0 == 0 ? 0 : exp(-$0.squareRoot()) / $0.squareRoot() }
                case .threeHalves: Self.squares(x, x, lengths).elements { 3 * exp(-(3 * $0).squareRoot()) }
                case .fiveHalves:
                    Self.squares(x, x, lengths).elements {
                        let d = (5 * $0).squareRoot()
                        return 5 / 3 * (d + 1) * exp(-d)
                    }
                case .infinite: likeness
                }
            return Self.squaresByLength(x, lengths).map { factor * $0 }
        case .rationalQuadraticKernel(let length, let alpha, let lengthBounds, let alphaBounds):
            let squares = Self.squares(x, x, [1]), scale = length * length
            let base = 1 + squares / (2 * alpha * scale)
            let byAlpha = likeness * (-alpha * base.elements { log($0) } + squares / (2 * scale * base))
            return (alphaBounds == nil ? [] : [byAlpha])
                + (lengthBounds == nil ? [] : [squares * likeness / (scale * base)])
        case .expSineSquaredKernel(let length, let period, let lengthBounds, let periodBounds):
            let angle = Self.squares(x, x, [1]).elements { Double.pi * $0.squareRoot() / period }
            let sine = angle.elements { sin($0) }, cosine = angle.elements { cos($0) }
            let factor = 4 / (length * length) * sine * likeness
            return (lengthBounds == nil ? [] : [factor * sine]) + (periodBounds == nil ? [] : [factor * cosine * angle])
        case .dotProductKernel(let sigma, let bounds):
            return bounds == nil
                ? [] : [Tensor(repeating: 2 * sigma * sigma, shape: likeness.shape, dtype: .float64)]
        case .sum, .product, .power: return []
        }
    }

    /// Σ ((x − y) / ℓ)² over features.
    private static func squares(_ x: Tensor, _ y: Tensor, _ lengths: [Double]) -> Tensor {
        squaresByFeature(x, y, lengths).reduce(Tensor(0.0), +)
    }

    /// ((x − x') / ℓ)², summed over the features of each length.
    private static func squaresByLength(_ x: Tensor, _ lengths: [Double]) -> [Tensor] {
        lengths.count == 1 ? [squares(x, x, lengths)] : squaresByFeature(x, x, lengths)
    }

    /// ((x − y) / ℓ)² for each feature.
    private static func squaresByFeature(_ x: Tensor, _ y: Tensor, _ lengths: [Double]) -> [Tensor] {
        (0..<x.shape[1]).map { f in
            let length = lengths[lengths.count == 1 ? 0 : f]
            return square(x[.all, f].expandingDimension(at: 1) / length - y[.all, f].expandingDimension(at: 0) / length)
        }
    }
}

extension Tensor {
    /// Each element by a function, in double precision.
    fileprivate func elements(_ function: (Double) -> Double) -> Tensor {
        Tensor(withScalars(Double.self) { $0.map(function) }, shape: shape)
    }
}
