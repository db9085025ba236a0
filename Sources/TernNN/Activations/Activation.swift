import TernCore

/// An activation function with its name: what a layer applies to its output.
///
/// ```swift
/// let x = Tensor([-1.0, 0, 2])
/// Activation.relu(x)                              // [0, 0, 2]
/// Activation.leakyReLU(negativeSlope: 0.1)(x)     // [-0.1, 0, 2]
/// Activation.named("gelu") == .gelu()             // true
/// ```
///
/// Names, formulas, defaults and gradients are Keras's; they work on tensors of any shape and floating type (others
/// become `float32`). Those that look along an axis say so. All but these work on each element by itself and keep the
/// shape. NaN stays NaN, also in those that compare (where Keras's answer depends on its backend).
///
/// Source: Keras 3, `keras.activations`, where the papers are listed.
public struct Activation: Sendable, CustomStringConvertible {
    /// Keras's name.
    public let name: String
    /// What was chosen instead of the defaults; kept in a model's configuration.
    public let arguments: [String: Double]
    private let function: @Sendable (Tensor) -> Tensor
    /// Whether kernels of whole layers may compute it themselves; an activation of your own may have any name.
    private(set) var isTanh = false, isSigmoid = false
    /// Whether the function is not Keras's, whatever its name, so that nothing that is written can say what it does.
    package private(set) var isOwn = true

    /// An activation of your own.
    ///
    /// A model that holds it cannot be written to a file, since its name tells nobody what it does; use a layer of your
    /// own for that.
    ///
    /// - Parameters:
    ///   - name: for reports and summaries.
    ///   - arguments: numbers that tell it from others of its name.
    ///   - function: made of tensor operations, which may look at shapes but not at values.
    public init(_ name: String, arguments: [String: Double] = [:], _ function: @escaping @Sendable (Tensor) -> Tensor) {
        self.name = name
        self.arguments = arguments
        self.function = function
    }

    /// One of Keras's.
    private init(
        keras name: String, arguments: [String: Double] = [:], _ function: @escaping @Sendable (Tensor) -> Tensor
    ) {
        self.init(name, arguments: arguments, function)
        isOwn = false
    }

    /// The function's values; integers and booleans become `float32` first, all else keeps its type.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        function(x.dtype.isFloatingPoint ? x : x.cast(to: .float32))
    }

    /// Keras's name, without arguments.
    public var description: String { name }

    /// All activations with their defaults, by Keras's names; only `threshold`, which has none, with 0 and 0.
    public static let all: [Activation] = [
        .celu(), .elu(), .exponential, .gelu(), .glu(), .hardShrink(), .hardSigmoid, .hardSilu, .hardTanh,
        .leakyReLU(), .linear, .logSigmoid, .logSoftmax(), .mish, .relu, .relu6, .selu, .sigmoid, .silu,
        .softmax(), .softShrink(), .softplus, .softsign, .sparsePlus, .sparseSigmoid, .sparsemax(), .squareplus(),
        .tanh, .tanhShrink, .threshold(0, defaultValue: 0),
    ]

    /// The activation of this name with its defaults, nil where Keras has none of it; "swish" and "hard_swish" are
    /// other names of `silu` and `hard_silu`.
    public static func named(_ name: String) -> Activation? {
        let name = ["swish": "silu", "hard_swish": "hard_silu"][name] ?? name
        return all.first { $0.name == name }
    }
}

/// 0 where `condition` holds, else `value`. Conditions hold for numbers alone, so that NaN stays NaN.
private func zeroed(_ value: Tensor, where condition: Tensor) -> Tensor {
    select(condition, Tensor(repeating: 0, shape: [], dtype: value.dtype), value)
}

// MARK: - Piecewise linear

extension Activation {
    /// x, unchanged.
    public static let linear = Activation(keras: "linear") { $0 }

    /// max(0, x).
    public static let relu = Activation(keras: "relu") { TernCore.relu($0) }

    /// `relu` with a slope below the threshold and a greatest value.
    ///
    /// `maxValue` where x ≥ maxValue, x from `threshold` on, `negativeSlope` · (x − threshold) below.
    public static func relu(negativeSlope: Double = 0, maxValue: Double? = nil, threshold: Double = 0) -> Activation {
        // Keras's branches, which differ in the gradient at the kinks.
        var arguments = ["negative_slope": negativeSlope, "threshold": threshold]
        arguments["max_value"] = maxValue
        return Activation(keras: "relu", arguments: arguments) { x in
            if negativeSlope != 0 && maxValue == nil && threshold == 0 {
                return leakyReLU(negativeSlope: negativeSlope)(x)
            }
            var y = threshold == 0 ? TernCore.relu(x) : zeroed(x, where: x .<= threshold)
            if let maxValue {
                y = maxValue == 6 && threshold == 0 ? relu6(x) : clip(y, 0, maxValue)
            }
            return negativeSlope == 0 ? y : y - negativeSlope * TernCore.relu(threshold - x)
        }
    }

    /// x where positive, else `negativeSlope` · x.
    public static func leakyReLU(negativeSlope: Double = 0.2) -> Activation {
        Activation(keras: "leaky_relu", arguments: ["negative_slope": negativeSlope]) {
            select($0 .>= 0, $0, negativeSlope * $0)
        }
    }

    /// min(max(0, x), 6).
    public static let relu6 = Activation(keras: "relu6") { x in
        select(x .>= 6, Tensor(repeating: 6, shape: [], dtype: x.dtype), TernCore.relu(x))
    }

    /// relu6(x + 3) / 6.
    public static let hardSigmoid = Activation(keras: "hard_sigmoid") { relu6($0 + 3) / 6 }

    /// x · hardSigmoid(x).
    public static let hardSilu = Activation(keras: "hard_silu") { $0 * (relu6($0 + 3) / 6) }

    /// x, kept between −1 and 1.
    public static let hardTanh = Activation(keras: "hard_tanh") { $0.clipped(to: -1...1) }

    /// x where |x| > threshold, else 0.
    public static func hardShrink(threshold: Double = 0.5) -> Activation {
        Activation(keras: "hard_shrink", arguments: ["threshold": threshold]) {
            zeroed($0, where: abs($0) .<= threshold)
        }
    }

    /// x moved towards 0 by `threshold`, 0 where it would pass it.
    public static func softShrink(threshold: Double = 0.5) -> Activation {
        Activation(keras: "soft_shrink", arguments: ["threshold": threshold]) { x in
            select(x .> threshold, x - threshold, zeroed(x + threshold, where: x .>= -threshold))
        }
    }

    /// x where it is above `threshold`, else `defaultValue`.
    public static func threshold(_ threshold: Double, defaultValue: Double) -> Activation {
        Activation(keras: "threshold", arguments: ["threshold": threshold, "default_value": defaultValue]) { x in
            select(x .<= threshold, Tensor(repeating: defaultValue, shape: [], dtype: x.dtype), x)
        }
    }

    /// 0 up to −1, (x + 1) / 2 up to 1, then 1.
    public static let sparseSigmoid = Activation(keras: "sparse_sigmoid") { 0.5 * clip($0 + 1, 0, 2) }

    /// 0 up to −1, (x + 1)² / 4 up to 1, then x.
    public static let sparsePlus = Activation(keras: "sparse_plus") { x in
        select(x .< 1, 0.25 * square(clip(x, -1, 1) + 1), x)
    }
}

// MARK: - Smooth

extension Activation {
    /// 1 / (1 + e⁻ˣ).
    public static let sigmoid = {
        var activation = Activation(keras: "sigmoid") { TernCore.sigmoid($0) }
        activation.isSigmoid = true
        return activation
    }()

    /// The hyperbolic tangent.
    public static let tanh = {
        var activation = Activation(keras: "tanh") { TernCore.tanh($0) }
        activation.isTanh = true
        return activation
    }()

    /// x − tanh(x).
    public static let tanhShrink = Activation(keras: "tanh_shrink") { $0 - TernCore.tanh($0) }

    /// eˣ.
    public static let exponential = Activation(keras: "exponential") { exp($0) }

    /// x where positive, else `alpha` (eˣ − 1).
    public static func elu(alpha: Double = 1) -> Activation {
        Activation(keras: "elu", arguments: ["alpha": alpha]) { elu($0, alpha) }
    }

    /// `elu` with α = 1.673 times 1.0507, so that layers keep mean 0 and variance 1. Source: Klambauer et al.,
    /// "Self-normalizing neural networks", NeurIPS 2017.
    public static let selu = Activation(keras: "selu") { seluScale * elu($0, seluAlpha) }
    static let seluScale = 1.0507009873554805, seluAlpha = 1.6732632423543772

    /// max(0, x) + min(0, `alpha` (e^(x / alpha) − 1)).
    public static func celu(alpha: Double = 1) -> Activation {
        Activation(keras: "celu", arguments: ["alpha": alpha]) { x in
            select(x .> 0, x, alpha * expm1(negativePart(x) / alpha))
        }
    }

    /// x times the normal distribution function of x, or its approximation by tanh.
    ///
    /// Source: Hendrycks and Gimpel, "Gaussian error linear units (GELUs)", 2016 (arXiv:1606.08415).
    public static func gelu(approximate: Bool = false) -> Activation {
        Activation(keras: "gelu", arguments: ["approximate": approximate ? 1 : 0]) { x in
            guard approximate else { return 0.5 * x * (1 + erf(x * 0.7071067811865476)) }
            // Far from 0 the hyperbolic tangent is -1 or 1, and the cube might be no number.
            let near = x.clipped(to: -100...100)
            return 0.5 * x * (1 + TernCore.tanh(0.7978845608028654 * (near + 0.044715 * (near * square(near)))))
        }
    }

    /// x · sigmoid(x), also called swish.
    public static let silu = Activation(keras: "silu") { $0 * TernCore.sigmoid($0) }

    /// x · tanh(softplus(x)).
    public static let mish = Activation(keras: "mish") { $0 * TernCore.tanh(TernNN.softplus($0)) }

    /// log(1 + eˣ).
    public static let softplus = Activation(keras: "softplus") { TernNN.softplus($0) }

    /// x / (1 + |x|).
    public static let softsign = Activation(keras: "softsign") { $0 / (1 + abs($0)) }

    /// (x + √(x² + b)) / 2.
    public static func squareplus(b: Double = 4) -> Activation {
        Activation(keras: "squareplus", arguments: ["b": b]) { x in
            // Far from 0 it is relu, to the last digit, and the square might be no number.
            let isFar = abs(x) .> 0x1p60, near = zeroed(x, where: isFar)
            return select(isFar, TernCore.relu(x), (near + sqrt(square(near) + b)) * 0.5)
        }
    }

    /// log(sigmoid(x)).
    public static let logSigmoid = Activation(keras: "log_sigmoid") { -TernNN.softplus(-$0) }

    /// 0 where x is positive, else x: keeps the exponential of the other branch finite.
    private static func negativePart(_ x: Tensor) -> Tensor { zeroed(x, where: x .> 0) }

    private static func elu(_ x: Tensor, _ alpha: Double) -> Tensor {
        select(x .> 0, x, alpha * expm1(negativePart(x)))
    }
}

// MARK: - Along an axis

/// eˣ divided by its sum along some axes: positive numbers that add up to 1.
package func softmax(_ x: Tensor, axes: [Int]) -> Tensor {
    let power = exp(x - x.max(axes: axes, keepingDimensions: true).stoppingGradient())
    return power / power.sum(axes: axes, keepingDimensions: true)
}

/// The same of what counts; where nothing does, of all. What does not is near 0.
func softmax(_ x: Tensor, axes: [Int], where counts: Tensor) -> Tensor {
    softmax(select(counts, x, constant(-1e9, like: x)), axes: axes)
}

extension Activation {
    /// eˣ divided by its sum along `axis`: positive numbers that add up to 1.
    public static func softmax(axis: Int = -1) -> Activation {
        Activation(keras: "softmax", arguments: ["axis": Double(axis)]) { x in
            TernNN.softmax(x, axes: [axis])
        }
    }

    /// The logarithm of ``softmax(axis:)``, without loss of digits; what lies below all numbers is the lowest one.
    public static func logSoftmax(axis: Int = -1) -> Activation {
        Activation(keras: "log_softmax", arguments: ["axis": Double(axis)]) { x in
            let lowest = x.dtype == .float32 ? Double(-Float.greatestFiniteMagnitude) : -.greatestFiniteMagnitude
            // Times a target of 0, an infinity would be NaN.
            let shifted = maximum(x - x.max(axis: axis, keepingDimensions: true).stoppingGradient(), lowest)
            return shifted - log(exp(shifted).sum(axis: axis, keepingDimensions: true))
        }
    }

    /// The first half of `axis` times the sigmoid of the second: half as long, so its length must be even.
    public static func glu(axis: Int = -1) -> Activation {
        Activation(keras: "glu", arguments: ["axis": Double(axis)]) { x in
            let halves = x.split(into: 2, axis: axis)
            return halves[0] * TernCore.sigmoid(halves[1])
        }
    }

    /// max(0, x − τ) with a threshold τ along `axis` that leaves many values 0.
    ///
    /// After Martins and Astudillo (ICML 2016), with Keras's threshold: it adds up the running
    /// sums of all values kept where the paper takes the last, so that with more than one
    /// value kept the results need not add up to 1. Numbers so large that they swallow the 1 are shifted by the largest.
    public static func sparsemax(axis: Int = -1) -> Activation {
        Activation(keras: "sparsemax", arguments: ["axis": Double(axis)]) { x in
            let axis = place(of: axis, in: x.rank, for: "sparsemax")
            let largest = x.max(axis: axis, keepingDimensions: true).stoppingGradient()
            let x = x - zeroed(largest, where: abs(largest) .<= (x.dtype == .float32 ? 0x1p24 : 0x1p53))
            let descending = -((-x).sorted(axis: axis))
            let sums = descending.cumulativeSum(axis: axis)
            var shape = [Int](repeating: 1, count: x.rank)
            shape[axis] = x.shape[axis]
            let place = Tensor.range(1..<(x.shape[axis] + 1), dtype: x.dtype).reshaped(shape)
            let isKept = descending - (sums - 1) / place .> 0
            let count = isKept.cast(to: x.dtype).sum(axis: axis, keepingDimensions: true)
            let threshold = (zeroed(sums, where: .!isKept).sum(axis: axis, keepingDimensions: true) - 1) / count
            return maximum(x - threshold, 0)
        }
    }
}
