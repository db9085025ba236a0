import Foundation
import TernCore

/// How alike a Gaussian process takes two points to be.
///
/// ```swift
/// let kernel: Kernel = .constant(4) * .rbf(lengthScale: 1) + .white(noise: 0.1)
/// kernel.description                          // 2**2 * RBF(length_scale=1) + WhiteKernel(noise_level=0.1)
/// Kernel.rbf()(Tensor([[0.0], [1]]))          // [[1, 0.60653066], [0.60653066, 1]]
/// ```
///
/// Sums and products of kernels are kernels. Hyperparameters lie within bounds when they are fitted; without bounds
/// they stay as they are. Names and defaults are scikit-learn's.
///
/// Source: Rasmussen and Williams, "Gaussian processes for machine learning", 2006, chapter 4; scikit-learn 1.9.1,
/// `sklearn.gaussian_process.kernels`.
public indirect enum Kernel: Sendable, Equatable, CustomStringConvertible {
    /// The same number for any two points, a variance: made by ``constant(_:bounds:)``.
    case constantKernel(Double, bounds: ClosedRange<Double>?)
    /// exp(−½ Σ ((x − y) / ℓ)²), with one ℓ for all features or one for each: made by ``rbf(lengthScale:bounds:)``.
    case rbfKernel([Double], bounds: ClosedRange<Double>?)
    /// Noise of this variance: different from 0 only for a point and itself. Made by ``white(noise:bounds:)``.
    case whiteKernel(Double, bounds: ClosedRange<Double>?)
    /// The likeness by one kernel plus that by another: made by `+`.
    case sum(Kernel, Kernel)
    /// The likeness by one kernel times that by another: made by `*`.
    case product(Kernel, Kernel)

    /// The same number for any two points: scikit-learn's `ConstantKernel`. As a factor it is the variance of what the
    /// other kernel describes.
    ///
    /// - Parameter bounds: between which the number is fitted; nil: it stays.
    public static func constant(_ value: Double = 1, bounds: ClosedRange<Double>? = 1e-5...1e5) -> Kernel {
        .constantKernel(value, bounds: bounds)
    }
    /// Smooth functions, whose values at points a length scale apart are alike by e^(−½): scikit-learn's `RBF`.
    ///
    /// - Parameters:
    ///   - lengthScale: in the units of the features, the same for all.
    ///   - bounds: between which it is fitted; nil: it stays.
    public static func rbf(lengthScale: Double = 1, bounds: ClosedRange<Double>? = 1e-5...1e5) -> Kernel {
        .rbfKernel([lengthScale], bounds: bounds)
    }
    /// ``rbf(lengthScale:bounds:)`` with a length for each feature, within the same bounds.
    public static func rbf(lengthScales: [Double], bounds: ClosedRange<Double>? = 1e-5...1e5) -> Kernel {
        .rbfKernel(lengthScales, bounds: bounds)
    }
    /// Noise of the observations, of this variance: scikit-learn's `WhiteKernel`. It is in the deviations of
    /// predictions too.
    ///
    /// - Parameter bounds: between which the variance is fitted; nil: it stays.
    public static func white(noise: Double = 1, bounds: ClosedRange<Double>? = 1e-5...1e5) -> Kernel {
        .whiteKernel(noise, bounds: bounds)
    }

    /// A function that is the sum of two independent ones.
    public static func + (a: Kernel, b: Kernel) -> Kernel { .sum(a, b) }
    /// Points that both kernels take to be alike.
    public static func * (a: Kernel, b: Kernel) -> Kernel { .product(a, b) }

    /// The natural logarithms of the hyperparameters that have bounds, from left to right; of an RBF with several
    /// lengths, one for each.
    public var theta: [Double] {
        switch self {
        case .constantKernel(let value, let bounds), .whiteKernel(let value, let bounds):
            bounds == nil ? [] : [log(value)]
        case .rbfKernel(let lengths, let bounds): bounds == nil ? [] : lengths.map { log($0) }
        case .sum(let a, let b), .product(let a, let b): a.theta + b.theta
        }
    }

    /// The natural logarithms of the bounds, one range for each number of ``theta``.
    public var bounds: [ClosedRange<Double>] {
        func logs(_ range: ClosedRange<Double>?, _ count: Int) -> [ClosedRange<Double>] {
            range.map { Array(repeating: log($0.lowerBound)...log($0.upperBound), count: count) } ?? []
        }
        switch self {
        case .constantKernel(_, let bounds), .whiteKernel(_, let bounds): return logs(bounds, 1)
        case .rbfKernel(let lengths, let bounds): return logs(bounds, lengths.count)
        case .sum(let a, let b), .product(let a, let b): return a.bounds + b.bounds
        }
    }

    /// The kernel with other hyperparameters, given as ``theta`` has them; those without bounds stay. There must be as
    /// many numbers as in ``theta``.
    public func with(theta: [Double]) -> Kernel {
        var rest = theta[...]
        return replaced(&rest)
    }

    private func replaced(_ theta: inout ArraySlice<Double>) -> Kernel {
        switch self {
        case .constantKernel(_, let bounds):
            return bounds == nil ? self : .constantKernel(exp(theta.removeFirst()), bounds: bounds)
        case .whiteKernel(_, let bounds):
            return bounds == nil ? self : .whiteKernel(exp(theta.removeFirst()), bounds: bounds)
        case .rbfKernel(let lengths, let bounds):
            return bounds == nil ? self : .rbfKernel(lengths.map { _ in exp(theta.removeFirst()) }, bounds: bounds)
        case .sum(let a, let b):
            let first = a.replaced(&theta)
            return .sum(first, b.replaced(&theta))
        case .product(let a, let b):
            let first = a.replaced(&theta)
            return .product(first, b.replaced(&theta))
        }
    }

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
        case .rbfKernel(let lengths, _):
            // A kernel of few points is nearly singular, so the last bit counts: libm's exp, not the vectors' one.
            let exponents = -0.5 * Self.squaredDistances(x, y ?? x, lengths).reduce(Tensor(0.0), +)
            return Tensor(exponents.doubles.map { Foundation.exp($0) }, shape: exponents.shape)
        case .sum(let a, let b): return a(x, y) + b(x, y)
        case .product(let a, let b): return a(x, y) * b(x, y)
        }
    }

    /// The likeness of each point to itself, [n]: the diagonal of the kernel's matrix, without computing all of it.
    public func diagonal(_ x: Tensor) -> Tensor {
        switch self {
        case .constantKernel(let value, _), .whiteKernel(let value, _):
            Tensor(repeating: value, shape: [x.shape[0]], dtype: .float64)
        case .rbfKernel: .ones([x.shape[0]], dtype: .float64)
        case .sum(let a, let b): a.diagonal(x) + b.diagonal(x)
        case .product(let a, let b): a.diagonal(x) * b.diagonal(x)
        }
    }

    /// The slopes of the likenesses within `x` along each of ``theta``.
    func gradients(_ x: Tensor) -> [Tensor] {
        switch self {
        case .constantKernel(_, let bounds), .whiteKernel(_, let bounds): return bounds == nil ? [] : [self(x)]
        case .rbfKernel(let lengths, let bounds):
            if bounds == nil { return [] }
            let likeness = self(x), parts = Self.squaredDistances(x, x, lengths)
            return lengths.count == 1 ? [likeness * parts.reduce(Tensor(0.0), +)] : parts.map { likeness * $0 }
        case .sum(let a, let b): return a.gradients(x) + b.gradients(x)
        case .product(let a, let b):
            let (left, right) = (a(x), b(x))
            return a.gradients(x).map { $0 * right } + b.gradients(x).map { $0 * left }
        }
    }

    /// ((x − y) / ℓ)² for each feature.
    private static func squaredDistances(_ x: Tensor, _ y: Tensor, _ lengths: [Double]) -> [Tensor] {
        (0..<x.shape[1]).map { f in
            let length = lengths[lengths.count == 1 ? 0 : f]
            return square(x[.all, f].expandingDimension(at: 1) / length - y[.all, f].expandingDimension(at: 0) / length)
        }
    }

    /// The numbers of features that its parts want: of each with a length for each feature, how many lengths it has.
    var featureCounts: [Int] {
        switch self {
        case .rbfKernel(let lengths, _): lengths.count == 1 ? [] : [lengths.count]
        case .sum(let a, let b), .product(let a, let b): a.featureCounts + b.featureCounts
        default: []
        }
    }

    /// As scikit-learn prints it, with three digits: a constant as the square of its root.
    public var description: String {
        func short(_ x: Double) -> String { String(format: "%.3g", x) }
        switch self {
        case .constantKernel(let value, _): return "\(short(value.squareRoot()))**2"
        case .rbfKernel(let lengths, _):
            return
                "RBF(length_scale=\(lengths.count == 1 ? short(lengths[0]) : "[\(lengths.map(short).joined(separator: ", "))]"))"
        case .whiteKernel(let noise, _): return "WhiteKernel(noise_level=\(short(noise)))"
        case .sum(let a, let b): return "\(a) + \(b)"
        case .product(let a, let b): return "\(a) * \(b)"
        }
    }
}
