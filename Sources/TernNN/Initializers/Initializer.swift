import TernCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// How the first values of weights are drawn.
///
/// ```swift
/// var random = Generator(seed: 1)
/// let kernel = Initializer.glorotUniform([64, 32], random: &random)       // [64, 32], float32
/// kernel.max().item <= 0.25               // true: the bound is √(6 / (64 + 32))
/// ```
///
/// Names, distributions and defaults are Keras's; the streams of random numbers are NumPy's, so that the values differ
/// from Keras's while their distribution does not.
///
/// Source: Keras 3, `keras.initializers`.
public struct Initializer: Sendable, Codable, Hashable, CustomStringConvertible, NamedPart {
    package static let what = "initializer"

    /// Keras's name, such as `glorot_uniform`.
    public let name: String
    package let arguments: [String: Double]
    package let scaling: VarianceScaling?

    private init(_ name: String, _ arguments: [String: Double] = [:], _ scaling: VarianceScaling? = nil) {
        self.name = name
        self.arguments = arguments
        self.scaling = scaling
    }

    /// Which of a layer's sizes sets the variance.
    ///
    /// ```swift
    /// let initializer = Initializer.varianceScaling(scale: 2, mode: .fanOut, distribution: .untruncatedNormal)
    /// initializer.description                 // variance_scaling(scale: 2.0, fan_out, untruncated_normal)
    /// ```
    public enum FanMode: String, Sendable, Codable, CaseIterable {
        /// The number of inputs of a unit.
        case fanIn = "fan_in"
        /// The number of outputs that an input goes to.
        case fanOut = "fan_out"
        /// The mean of both.
        case fanAverage = "fan_avg"
    }

    /// The shape of the distribution that ``varianceScaling(scale:mode:distribution:)`` draws from.
    ///
    /// ```swift
    /// Initializer.Distribution.allCases.map(\.rawValue)       // ["uniform", "truncated_normal", "untruncated_normal"]
    /// ```
    public enum Distribution: String, Sendable, Codable, CaseIterable {
        /// Even between −√(3 · variance) and √(3 · variance).
        case uniform
        /// A normal distribution without what lies beyond two of its standard deviations, widened so that the variance
        /// stays.
        case truncatedNormal = "truncated_normal"
        /// A normal distribution.
        case untruncatedNormal = "untruncated_normal"
    }

    package struct VarianceScaling: Sendable, Codable, Hashable {
        package var scale: Double, mode: FanMode, distribution: Distribution
    }

    /// Keras's name with the arguments.
    public var description: String {
        guard let scaling, name == "variance_scaling" else { return described() }
        return described(with: ["scale: \(scaling.scale)", scaling.mode.rawValue, scaling.distribution.rawValue])
    }
}

// MARK: - The list

extension Initializer {
    /// 0 everywhere, as biases begin.
    public static let zeros = Initializer("zeros")
    /// 1 everywhere.
    public static let ones = Initializer("ones")

    /// The same value everywhere.
    public static func constant(_ value: Double) -> Initializer { Initializer("constant", ["value": value]) }

    /// A normal distribution; defaults are Keras's.
    public static func randomNormal(mean: Double = 0, standardDeviation: Double = 0.05) -> Initializer {
        Initializer("random_normal", ["mean": mean, "stddev": standardDeviation])
    }

    /// Even between `low` and `high`.
    public static func randomUniform(low: Double = -0.05, high: Double = 0.05) -> Initializer {
        Initializer("random_uniform", ["minval": low, "maxval": high])
    }

    /// A normal distribution of which what lies beyond two standard deviations is drawn again.
    ///
    /// As in Keras, `standardDeviation` is that of the whole normal distribution; what is left of it has 0.88 of it.
    public static func truncatedNormal(mean: Double = 0, standardDeviation: Double = 0.05) -> Initializer {
        Initializer("truncated_normal", ["mean": mean, "stddev": standardDeviation])
    }

    /// Mean 0 and variance `scale` / n, where n is the number of inputs, of outputs, or their mean, 1 at least. A scale
    /// of 0 or below ends the program.
    public static func varianceScaling(
        scale: Double = 1, mode: FanMode = .fanIn, distribution: Distribution = .truncatedNormal
    ) -> Initializer {
        guard scale > 0 else { fail("varianceScaling: the scale must be positive, not \(scale)") }
        return Initializer(
            "variance_scaling", [:], VarianceScaling(scale: scale, mode: mode, distribution: distribution))
    }

    private static func scaled(_ name: String, _ scale: Double, _ mode: FanMode, _ distribution: Distribution)
        -> Initializer
    {
        Initializer(name, [:], VarianceScaling(scale: scale, mode: mode, distribution: distribution))
    }

    /// Variance 2 / (inputs + outputs), truncated normal. Source: Glorot and Bengio, "Understanding the difficulty of
    /// training deep feedforward neural networks", AISTATS 2010.
    public static let glorotNormal = scaled("glorot_normal", 1, .fanAverage, .truncatedNormal)
    /// Variance 2 / (inputs + outputs), uniform, the default of most layers' kernels. Source as of ``glorotNormal``.
    public static let glorotUniform = scaled("glorot_uniform", 1, .fanAverage, .uniform)
    /// Variance 2 / inputs, truncated normal, for ReLU. Source: He, Zhang, Ren and Sun, "Delving deep into rectifiers",
    /// ICCV 2015.
    public static let heNormal = scaled("he_normal", 2, .fanIn, .truncatedNormal)
    /// Variance 2 / inputs, uniform. Source as of ``heNormal``.
    public static let heUniform = scaled("he_uniform", 2, .fanIn, .uniform)
    /// Variance 1 / inputs, truncated normal (LeCun et al., "Efficient BackProp", 1998).
    public static let lecunNormal = scaled("lecun_normal", 1, .fanIn, .truncatedNormal)
    /// Variance 1 / inputs, uniform (LeCun et al., "Efficient BackProp", 1998).
    public static let lecunUniform = scaled("lecun_uniform", 1, .fanIn, .uniform)

    /// `gain` times a matrix with orthonormal rows or columns, whichever are fewer; all axes but the last make the
    /// rows. Shapes of fewer than two axes end the program.
    ///
    /// Source: Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear
    /// neural networks", ICLR 2014.
    public static func orthogonal(gain: Double = 1) -> Initializer { Initializer("orthogonal", ["gain": gain]) }

    /// `gain` on the diagonal of a matrix, 0 elsewhere; another shape than that of a matrix ends the program.
    public static func identity(gain: Double = 1) -> Initializer { Initializer("identity", ["gain": gain]) }

    /// All initializers with their defaults, by Keras's names.
    public static let all: [Initializer] = [
        zeros, ones, constant(0), randomNormal(), randomUniform(), truncatedNormal(), varianceScaling(), glorotNormal,
        glorotUniform, heNormal, heUniform, lecunNormal, lecunUniform, orthogonal(), identity(),
    ]

    /// The initializer of this name (`glorot_uniform` or `GlorotUniform`) with its defaults, nil where there is none.
    public static func named(_ name: String) -> Initializer? {
        let known = KerasName.canonical(name)
        return all.first { $0.name == known }
    }
}

// MARK: - Drawing

extension Initializer {
    /// Values of the given shape and floating type, drawn from `random`.
    ///
    /// - Parameter fans: the numbers of inputs and outputs that a unit joins; by default ``fans(of:)`` the shape.
    public func callAsFunction(
        _ shape: [Int], dtype: DType = .float32, fans: (inputs: Int, outputs: Int)? = nil, random: inout Generator
    ) -> Tensor {
        let count = shape.reduce(1, *)
        func filled(_ draw: () -> Double) -> Tensor {
            Tensor((0..<count).map { _ in draw() }, shape: shape).cast(to: dtype)
        }
        func argument(_ key: String) -> Double { arguments[key]! }
        func uniform(_ low: Double, _ high: Double) -> Tensor { filled { low + (high - low) * random.random() } }
        func normal(_ mean: Double, _ deviation: Double) -> Tensor {
            filled { mean + deviation * random.standardNormal() }
        }
        func truncated(_ mean: Double, _ deviation: Double) -> Tensor {
            filled {
                var z = random.standardNormal()
                while Swift.abs(z) > 2 { z = random.standardNormal() }
                return mean + deviation * z
            }
        }
        if let scaling {
            let spread = scaling.spread(fans ?? Self.fans(of: shape))
            switch scaling.distribution {
            case .uniform: return uniform(-spread, spread)
            case .truncatedNormal: return truncated(0, spread)
            case .untruncatedNormal: return normal(0, spread)
            }
        }
        switch name {
        case "zeros": return .zeros(shape, dtype: dtype)
        case "ones": return .ones(shape, dtype: dtype)
        case "constant": return Tensor(repeating: argument("value"), shape: shape, dtype: dtype)
        case "random_normal": return normal(argument("mean"), argument("stddev"))
        case "random_uniform": return uniform(argument("minval"), argument("maxval"))
        case "truncated_normal": return truncated(argument("mean"), argument("stddev"))
        case "orthogonal": return Orthonormal.tensor(shape, gain: argument("gain"), random: &random).cast(to: dtype)
        case "identity":
            guard shape.count == 2 else { fail("the identity initializer fills matrices only, not the shape \(shape)") }
            var values = [Double](repeating: 0, count: count)
            for i in 0..<Swift.min(shape[0], shape[1]) { values[i * shape[1] + i] = argument("gain") }
            return Tensor(values, shape: shape).cast(to: dtype)
        default: fail("no initializer is called \(name)")
        }
    }

    /// Throws `DecodingError` for a name that no initializer has, and for numbers and a scaling that it does not take.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let (standard, arguments) = try Initializer.read(container, name: .name, arguments: .arguments)
        let scaling = try container.decodeIfPresent(VarianceScaling.self, forKey: .scaling) ?? standard.scaling
        guard scaling == standard.scaling || (standard.name == "variance_scaling" && scaling!.scale > 0) else {
            throw DecodingError.dataCorruptedError(
                forKey: .scaling, in: container,
                debugDescription: "\(standard.name) cannot be scaled by \(scaling!.scale) \(scaling!.mode.rawValue)")
        }
        self.init(standard.name, arguments, scaling)
    }
}

extension Initializer {
    /// The numbers of inputs and outputs that a unit of weights of this shape joins.
    ///
    /// Of a kernel [height, width, inputs, outputs] both are multiplied by the size of the window.
    public static func fans(of shape: [Int]) -> (inputs: Int, outputs: Int) {
        switch shape.count {
        case 0: return (1, 1)
        case 1: return (shape[0], shape[0])
        default:
            let window = shape.dropLast(2).reduce(1, *)
            return (shape[shape.count - 2] * window, shape[shape.count - 1] * window)
        }
    }
}

extension Initializer.VarianceScaling {
    /// The limit of the uniform distribution, or the standard deviation of the normal one before it is truncated.
    func spread(_ fans: (inputs: Int, outputs: Int)) -> Double {
        let (inputs, outputs) = fans
        let fan =
            switch mode {
            case .fanIn: Double(inputs)
            case .fanOut: Double(outputs)
            case .fanAverage: Double(inputs + outputs) / 2
            }
        let variance = scale / Swift.max(1, fan)
        switch distribution {
        case .uniform: return sqrt(3 * variance)
        // The standard deviation of a normal distribution truncated at 2.
        case .truncatedNormal: return sqrt(variance) / 0.87962566103423978
        case .untruncatedNormal: return sqrt(variance)
        }
    }
}
