import Foundation
import TernCore

extension Kernel {
    /// A kernel's own hyperparameters, in the order of scikit-learn's names, with the bounds of each.
    private var own: [(value: Double, bounds: ClosedRange<Double>?)] {
        switch self {
        case .constantKernel(let value, let bounds), .whiteKernel(let value, let bounds),
            .dotProductKernel(let value, let bounds):
            [(value, bounds)]
        case .rbfKernel(let lengths, let bounds), .maternKernel(let lengths, _, let bounds):
            lengths.map { ($0, bounds) }
        case .rationalQuadraticKernel(let length, let alpha, let lengthBounds, let alphaBounds):
            [(alpha, alphaBounds), (length, lengthBounds)]
        case .expSineSquaredKernel(let length, let period, let lengthBounds, let periodBounds):
            [(length, lengthBounds), (period, periodBounds)]
        case .sum(let a, let b), .product(let a, let b): a.own + b.own
        case .power(let kernel, _): kernel.own
        }
    }

    /// What is wrong with its hyperparameters, which are fitted as logarithms; nil where nothing is.
    var complaint: String? {
        for (value, bounds) in own {
            if !(value > 0 && value.isFinite) {
                return "a hyperparameter of the kernel \(self) is \(value); it must be above 0"
            }
            if let bounds, !(bounds.lowerBound > 0 && bounds.upperBound.isFinite) {
                return "bounds of the kernel \(self) are \(bounds); they must be above 0"
            }
        }
        return nil
    }

    /// The names of ``own`` as scikit-learn's: those of parts begin with `k1__` and `k2__`; of several lengths, each has
    /// its number.
    private var ownNames: [(name: String, element: Int)] {
        func within(_ part: String, _ kernel: Kernel) -> [(String, Int)] {
            kernel.ownNames.map { ("\(part)__\($0.name)", $0.element) }
        }
        switch self {
        case .constantKernel: return [("constant_value", 0)]
        case .whiteKernel: return [("noise_level", 0)]
        case .dotProductKernel: return [("sigma_0", 0)]
        case .rbfKernel(let lengths, _), .maternKernel(let lengths, _, _):
            return lengths.indices.map { ("length_scale", $0) }
        case .rationalQuadraticKernel: return [("alpha", 0), ("length_scale", 0)]
        case .expSineSquaredKernel: return [("length_scale", 0), ("periodicity", 0)]
        case .sum(let a, let b), .product(let a, let b): return within("k1", a) + within("k2", b)
        case .power(let kernel, _): return within("kernel", kernel)
        }
    }

    /// A sentence for each hyperparameter that lies at an end of its bounds, to a share of 1e-5 of their logarithms.
    var complaintsAboutBounds: [String] {
        zip(own, ownNames).compactMap { own, name in
            guard let bounds = own.bounds else { return nil }
            func isClose(_ bound: Double) -> Bool {
                abs(log(bound) - log(own.value)) <= 1e-8 + 1e-5 * abs(log(own.value))
            }
            let isLow = isClose(bounds.lowerBound)
            guard isLow || isClose(bounds.upperBound) else { return nil }
            return "\(name.name), number \(name.element), ended at its \(isLow ? "lower" : "upper") bound "
                + "\(isLow ? bounds.lowerBound : bounds.upperBound); a wider one may give a likelier fit"
        }
    }

    /// The natural logarithms of the hyperparameters that are fitted, in the order of the kernel's parts.
    public var theta: [Double] { own.filter { $0.bounds != nil }.map { log($0.value) } }

    /// The logarithms of the bounds of each of ``theta``.
    public var bounds: [ClosedRange<Double>] {
        own.compactMap { $0.bounds.map { log($0.lowerBound)...log($0.upperBound) } }
    }

    /// The kernel with other hyperparameters, given as ``theta`` has them; those without bounds stay. Another number of
    /// them than ``theta`` has ends the program.
    public func with(theta: [Double]) -> Kernel {
        let count = self.theta.count
        if theta.count != count { fail("Kernel: \(theta.count) numbers are no theta of \(self), which has \(count)") }
        var rest = theta[...]
        return replaced(&rest)
    }

    private func replaced(_ theta: inout ArraySlice<Double>) -> Kernel {
        func next(_ value: Double, _ bounds: ClosedRange<Double>?) -> Double {
            bounds == nil ? value : exp(theta.removeFirst())
        }
        switch self {
        case .constantKernel(let value, let bounds): return .constantKernel(next(value, bounds), bounds: bounds)
        case .whiteKernel(let value, let bounds): return .whiteKernel(next(value, bounds), bounds: bounds)
        case .dotProductKernel(let value, let bounds): return .dotProductKernel(next(value, bounds), bounds: bounds)
        case .rbfKernel(let lengths, let bounds):
            return .rbfKernel(lengths.map { next($0, bounds) }, bounds: bounds)
        case .maternKernel(let lengths, let smoothness, let bounds):
            return .maternKernel(lengths.map { next($0, bounds) }, smoothness: smoothness, bounds: bounds)
        case .rationalQuadraticKernel(let length, let alpha, let lengthBounds, let alphaBounds):
            let alpha = next(alpha, alphaBounds)
            return .rationalQuadraticKernel(
                lengthScale: next(length, lengthBounds), alpha: alpha, lengthScaleBounds: lengthBounds,
                alphaBounds: alphaBounds)
        case .expSineSquaredKernel(let length, let period, let lengthBounds, let periodBounds):
            let length = next(length, lengthBounds)
            return .expSineSquaredKernel(
                lengthScale: length, periodicity: next(period, periodBounds), lengthScaleBounds: lengthBounds,
                periodicityBounds: periodBounds)
        case .sum(let a, let b):
            let first = a.replaced(&theta)
            return .sum(first, b.replaced(&theta))
        case .product(let a, let b):
            let first = a.replaced(&theta)
            return .product(first, b.replaced(&theta))
        case .power(let kernel, let exponent): return .power(kernel.replaced(&theta), exponent)
        }
    }

    /// The numbers of features that its parts want: of each with a length for each feature, how many lengths it has.
    var featureCounts: [Int] {
        switch self {
        case .rbfKernel(let lengths, _), .maternKernel(let lengths, _, _): lengths.count == 1 ? [] : [lengths.count]
        case .sum(let a, let b), .product(let a, let b): a.featureCounts + b.featureCounts
        case .power(let kernel, _): kernel.featureCounts
        default: []
        }
    }

    /// What is wrong with points of so many features; nil where it can compare them.
    func complaint(aboutFeatures count: Int) -> String? {
        featureCounts.first { $0 != count }.map {
            "the kernel has \($0) length scales but x has \(count) features; give one or as many"
        }
    }

    /// As scikit-learn prints it, with three digits: a constant as the square of its root.
    public var description: String {
        func short(_ x: Double) -> String { String(format: "%.3g", x) }
        func all(_ lengths: [Double]) -> String {
            lengths.count == 1 ? short(lengths[0]) : "[\(lengths.map(short).joined(separator: ", "))]"
        }
        switch self {
        case .constantKernel(let value, _): return "\(short(value.squareRoot()))**2"
        case .rbfKernel(let lengths, _): return "RBF(length_scale=\(all(lengths)))"
        case .whiteKernel(let noise, _): return "WhiteKernel(noise_level=\(short(noise)))"
        case .maternKernel(let lengths, let smoothness, _):
            return "Matern(length_scale=\(all(lengths)), nu=\(short(smoothness.nu)))"
        case .rationalQuadraticKernel(let length, let alpha, _, _):
            return "RationalQuadratic(alpha=\(short(alpha)), length_scale=\(short(length)))"
        case .expSineSquaredKernel(let length, let period, _, _):
            return "ExpSineSquared(length_scale=\(short(length)), periodicity=\(short(period)))"
        case .dotProductKernel(let sigma, _): return "DotProduct(sigma_0=\(short(sigma)))"
        case .sum(let a, let b): return "\(a) + \(b)"
        case .product(let a, let b): return "\(a) * \(b)"
        case .power(let kernel, let exponent): return "\(kernel) ** \(exponent)"
        }
    }
}
