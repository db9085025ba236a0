import Foundation
import TernCore
import TestSupport

/// What NumPy makes of given tensors (Scripts/fixtures/numpy_random_cases.py).
struct NumPyCases: Decodable { var cases: [NumPyCase] }

struct NumPyCase: Decodable, Sendable {
    /// [type, shape, integers, or base64 of the bytes of floating-point numbers].
    struct Array: Decodable, Sendable {
        let dtype: String, shape: [Int], integers: [Int], data: Data

        init(from decoder: any Decoder) throws {
            var values = try decoder.unkeyedContainer()
            dtype = try values.decode(String.self)
            shape = try values.decode([Int].self)
            if dtype.hasPrefix("float") {
                (integers, data) = ([], Data(base64Encoded: try values.decode(String.self))!)
            } else {
                (integers, data) = (try values.decode([Int].self), Data())
            }
        }

        var tensor: Tensor {
            let type = DType(name: dtype)!
            guard type.isFloatingPoint else { return Tensor(integers, shape: shape).cast(to: type) }
            return Tensor(shape: shape, dtype: type) { bytes in data.copyBytes(to: bytes) }
        }
    }

    struct Parameters: Decodable, Sendable {
        var axis: Int?, axes: [Int]?, keep: Bool?, skip: Bool?, ddof: Int?
        var q: [Double]?, single: Bool?, method: String?
        var order: Int?, prepend: Bool?, append: Bool?, shifts: [Int]?
        var margins: [[Int]]?, mode: String?, values: [[Double]]?, fractions: Bool?, lengths: [[Int]]?, odd: Bool?
        var left: Double?, right: Double?, period: Double?
        var bins: Int?, range: [Double]?, weighted: Bool?, density: Bool?, edged: Bool?
        var op: String?, whole: Int?, real: String?, from: Double?, to: Double?
    }

    let f: String
    let `in`: [Array]
    var out: [Array]?
    var p: Parameters?
    /// Why NumPy has no result that Tern could give.
    var refused: String?

    var inputs: [Tensor] { `in`.map(\.tensor) }
    var parameters: Parameters { p ?? Parameters() }
    var story: String {
        let settings = Mirror(reflecting: parameters).children.compactMap { child -> String? in
            Mirror(reflecting: child.value).children.first.map { "\(child.label!): \($0.value)" }
        }
        return "\(f) of \(`in`.map { "\($0.dtype)\($0.shape)" }) with \(settings)"
    }

    /// How `ours` differ from NumPy's results, nil where they don't.
    func difference(
        _ ours: [Tensor], exact: Bool = false, tolerance: (float32: Double, float64: Double) = (2e-6, 1e-13)
    ) -> String? {
        let theirs = out!.map(\.tensor)
        guard ours.count == theirs.count else { return "\(ours.count) results" }
        let scale =
            inputs.filter { $0.dtype.isFloatingPoint || f != "weak" }.flatMap(\.doubles).map(Swift.abs).filter(
                \.isFinite
            )
            .max().map { ["variance", "matmul"].contains(f) ? $0 * $0 : $0 } ?? 1
        for (a, b) in zip(ours, theirs) {
            guard a.spec == b.spec else { return "\(a.spec), NumPy \(b.spec)" }
            if !a.dtype.isFloatingPoint {
                if a != b { return "\(a), NumPy \(b)" }
                continue
            }
            // A density of float32 weights is float64, but their sums are not.
            let isSingle =
                a.dtype == .float32 || (parameters.density == true && inputs.contains { $0.dtype == .float32 })
            let limit = isSingle ? tolerance.float32 : tolerance.float64
            let unit = scale.isFinite && !f.hasPrefix("weak") ? Swift.max(1, scale) : 1
            if let difference = Closeness.difference(a.doubles, b.doubles, exact ? 0 : limit, unit: unit) {
                return "\(difference): \(a), NumPy \(b)"
            }
            if exact,
                let i = zip(a.doubles, b.doubles).enumerated().first(where: { !$1.0.isNaN && $1.0.sign != $1.1.sign })
            {
                return "[\(i.offset)] is a zero of the other sign: \(a), NumPy \(b)"
            }
        }
        return nil
    }
}

// MARK: - The functions by name

let unaryOperations: [String: @Sendable (Tensor) -> Tensor] = [
    "abs": { abs($0) }, "sign": { sign($0) }, "square": { square($0) }, "reciprocal": { reciprocal($0) },
    "sqrt": { sqrt($0) },
    "exp": { exp($0) }, "exp2": { exp2($0) }, "expm1": { expm1($0) }, "log": { log($0) }, "log2": { log2($0) },
    "log10": { log10($0) }, "log1p": { log1p($0) }, "sin": { sin($0) }, "cos": { cos($0) }, "tan": { tan($0) },
    "sinh": { sinh($0) }, "cosh": { cosh($0) }, "tanh": { tanh($0) }, "asin": { asin($0) }, "acos": { acos($0) },
    "atan": { atan($0) }, "floor": { floor($0) }, "ceil": { ceil($0) }, "round": { round($0) }, "trunc": { trunc($0) },
    "isNaN": { isNaN($0) }, "negate": { -$0 }, "not": { .!$0 }, "float32": { $0.cast(to: .float32) },
    "float64": { $0.cast(to: .float64) }, "int32": { $0.cast(to: .int32) }, "int64": { $0.cast(to: .int64) },
    "bool": { $0.cast(to: .bool) },
]

let binaryOperations: [String: @Sendable (Tensor, Tensor) -> Tensor] = [
    "add": { $0 + $1 }, "subtract": { $0 - $1 }, "multiply": { $0 * $1 }, "divide": { $0 / $1 },
    "floorDivide": { floorDivide($0, $1) }, "remainder": { $0 % $1 }, "power": { power($0, $1) },
    "maximum": { maximum($0, $1) }, "minimum": { minimum($0, $1) }, "atan2": { atan2($0, $1) }, "equal": { $0 .== $1 },
    "notEqual": { $0 .!= $1 }, "less": { $0 .< $1 }, "lessEqual": { $0 .<= $1 }, "greater": { $0 .> $1 },
    "greaterEqual": { $0 .>= $1 }, "and": { $0 .& $1 }, "or": { $0 .| $1 }, "xor": { $0 .^ $1 },
    "select": { select($0, $0, $1) },
    "dot": { x, y in
        let n = x.count + 1, places = Tensor((0..<n).map { $0 % y.count })
        return dot(Tensor.concatenated([x, x[..<1]]), y.taking(places))
    },
]

private func weak<S: WeakScalar>(_ name: String, _ x: Tensor, _ y: S) -> Tensor {
    switch name {
    case "add": x + y
    case "subtract": x - y
    case "multiply": x * y
    case "divide": x / y
    case "floorDivide": floorDivide(x, y)
    case "remainder": x % y
    case "power": power(x, y)
    case "maximum": maximum(x, y)
    case "minimum": minimum(x, y)
    case "equal": x .== y
    case "notEqual": x .!= y
    case "less": x .< y
    case "lessEqual": x .<= y
    case "greater": x .> y
    default: x .>= y
    }
}

extension NumPyCase.Parameters {
    private var keeps: Bool { keep ?? false }
    private var skips: Bool { skip ?? false }

    private func paddingValues() -> PaddingValues {
        guard let values else { return 0 }
        var pairs: [(before: any WeakScalar, after: any WeakScalar)] = []
        for pair in values {
            if fractions == true {
                pairs.append((pair[0], pair[1]))
            } else {
                pairs.append((Int(pair[0]), Int(pair[1])))
            }
        }
        return PaddingValues(pairs)
    }

    private var paddingMode: PaddingMode {
        let lengths = (self.lengths ?? []).map { Margin(before: $0[0], after: $0[1]) }
        switch mode! {
        case "constant": return .constant(paddingValues())
        case "edge": return .edge
        case "linear_ramp": return .linearRamp(to: paddingValues())
        case "maximum": return .maximum(of: lengths)
        case "mean": return .mean(of: lengths)
        case "median": return .median(of: lengths)
        case "minimum": return .minimum(of: lengths)
        case "reflect": return .reflect(odd: odd ?? false)
        case "symmetric": return .symmetric(odd: odd ?? false)
        default: return .wrap
        }
    }

    /// Tern's results for the function of this name.
    func results(_ name: String, _ t: [Tensor]) -> [Tensor] {
        if let operation = unaryOperations[name] { return [operation(t[0])] }
        if let operation = binaryOperations[name] { return [operation(t[0], t[1])] }
        let x = t[0]
        switch name {
        case "sum": return [x.sum(axes: axes, keepingDimensions: keeps, skippingNaN: skips)]
        case "product": return [x.product(axes: axes, keepingDimensions: keeps, skippingNaN: skips)]
        case "max": return [x.max(axes: axes, keepingDimensions: keeps, skippingNaN: skips)]
        case "min": return [x.min(axes: axes, keepingDimensions: keeps, skippingNaN: skips)]
        case "mean": return [x.mean(axes: axes, keepingDimensions: keeps, skippingNaN: skips)]
        case "median": return [x.median(axes: axes, keepingDimensions: keeps, skippingNaN: skips)]
        case "any": return [x.any(axes: axes, keepingDimensions: keeps)]
        case "all": return [x.all(axes: axes, keepingDimensions: keeps)]
        case "variance":
            return [x.variance(axes: axes, degreesOfFreedom: ddof ?? 0, keepingDimensions: keeps, skippingNaN: skips)]
        case "standardDeviation":
            return [
                x.standardDeviation(
                    axes: axes, degreesOfFreedom: ddof ?? 0, keepingDimensions: keeps, skippingNaN: skips)
            ]
        case "argmax": return [x.argmax(axis: axes?[0], keepingDimensions: keeps, skippingNaN: skips)]
        case "argmin": return [x.argmin(axis: axes?[0], keepingDimensions: keeps, skippingNaN: skips)]
        case "sorted": return [x.sorted(axis: axis!)]
        case "argsorted": return [x.argsorted(axis: axis!)]
        case "cumulativeSum": return [x.cumulativeSum(axis: axes?[0])]
        case "cumulativeProduct": return [x.cumulativeProduct(axis: axes?[0])]
        case "quantile", "percentile":
            let method = QuantileMethod(rawValue: method!)!
            switch (name, single ?? false) {
            case ("quantile", true):
                return [x.quantile(q![0], axes: axes, method: method, keepingDimensions: keeps, skippingNaN: skips)]
            case ("quantile", false):
                return [x.quantile(q!, axes: axes, method: method, keepingDimensions: keeps, skippingNaN: skips)]
            case (_, true):
                return [x.percentile(q![0], axes: axes, method: method, keepingDimensions: keeps, skippingNaN: skips)]
            default: return [x.percentile(q!, axes: axes, method: method, keepingDimensions: keeps, skippingNaN: skips)]
            }
        case "difference":
            return [
                x.difference(
                    order: order!, axis: axis!, prepending: prepend == true ? t[1] : nil,
                    appending: append == true ? t.last! : nil)
            ]
        case "rolled":
            guard let axes else { return [x.rolled(by: shifts![0])] }
            return [axes.count == 1 ? x.rolled(by: shifts![0], axis: axes[0]) : x.rolled(by: shifts!, axes: axes)]
        case "padded":
            let margins = margins!.map { Margin(before: $0[0], after: $0[1]) }
            return [margins.isEmpty ? x.padded(1, mode: paddingMode) : x.padded(margins, mode: paddingMode)]
        case "interpolate":
            return [interpolate(at: x, points: t[1], values: t[2], left: left, right: right, period: period)]
        case "histogram":
            let weights = weighted == true ? t[1] : nil
            let (counts, edges) =
                edged == true
                ? x.histogram(edges: t.last!, weights: weights, density: density ?? false)
                : x.histogram(
                    bins: bins!, range: range.map { $0[0]...$0[1] }, weights: weights, density: density ?? false)
            return [counts, edges]
        case "matmul": return [matmul(x, t[1])]
        case "weak":
            return [whole.map { weak(op!, x, $0) } ?? weak(op!, x, real == "inf" ? Double.infinity : Double(real!)!)]
        case "clipped": return [fractions == true ? x.clipped(to: from!...to!) : x.clipped(to: Int(from!)...Int(to!))]
        case "taking": return [x.taking(t[1], axis: axis!)]
        case "takingAlong": return [x.takingAlong(t[1], axis: axis!)]
        case "transposed": return [x.transposed(axes!)]
        case "reversed": return [x[.every(-1)][.rest, .every(-2)]]
        case "concatenated": return [Tensor.concatenated(t, axis: axis!)]
        case "stacked": return [Tensor.stacked(t, axis: axis!)]
        default: fatalError("no function \(name)")
        }
    }
}
