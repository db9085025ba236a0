import Foundation
import TernCore
import TernNN
import TestSupport
import Testing

/// Keras's activations, values and gradients (Scripts/fixtures/keras_activations.py).
private struct ActivationFixture: Decodable {
    typealias Input = FixtureArray
    struct Function: Decodable {
        var name: String, arguments: [String: Double], axis: Int?, input: String, shape: [Int], cotangent: [Double]
        var values: [Double], gradient: [Double], values64: [Double], gradient64: [Double]
    }
    var grid: Input, matrix: Input, functions: [Function]
}

@Suite struct ActivationTests {
    private static let fixture = try! Fixture.decode("keras_activations", as: ActivationFixture.self)

    private static func activation(_ f: ActivationFixture.Function) -> Activation {
        let a = f.arguments
        switch f.name {
        case "relu" where !a.isEmpty:
            return .relu(
                negativeSlope: a["negative_slope"] ?? 0, maxValue: a["max_value"], threshold: a["threshold"] ?? 0)
        case "leaky_relu": return .leakyReLU(negativeSlope: a["negative_slope"] ?? 0.2)
        case "elu": return .elu(alpha: a["alpha"] ?? 1)
        case "celu": return .celu(alpha: a["alpha"] ?? 1)
        case "gelu": return .gelu(approximate: a["approximate"] == 1)
        case "soft_shrink": return .softShrink(threshold: a["threshold"] ?? 0.5)
        case "hard_shrink": return .hardShrink(threshold: a["threshold"] ?? 0.5)
        case "squareplus": return .squareplus(b: a["b"] ?? 4)
        case "threshold": return .threshold(a["threshold"]!, defaultValue: a["default_value"]!)
        case "softmax": return .softmax(axis: f.axis!)
        case "log_softmax": return .logSoftmax(axis: f.axis!)
        case "sparsemax": return .sparsemax(axis: f.axis!)
        case "glu": return .glu(axis: f.axis!)
        default: return .named(f.name)!
        }
    }

    @Test(arguments: fixture.functions.indices, [DType.float32, .float64])
    func equalsKeras(_ index: Int, _ dtype: DType) {
        let f = Self.fixture.functions[index]
        let input = f.input == "grid" ? Self.fixture.grid : Self.fixture.matrix
        let x = input.tensor(dtype)
        let activation = Self.activation(f)
        #expect(activation.name == f.name)
        let y = activation(x)
        #expect(y.shape == f.shape)
        let cotangent = Tensor(f.cotangent, shape: f.shape).cast(to: dtype)
        let g = gradient { (x: Tensor) in (activation(x) * cotangent).sum() }(x)
        let is32 = dtype == .float32
        // Where Keras's own float32 strays from its float64, ours may be near either.
        func nearest(_ ours: [Double], _ single: [Double], _ double: [Double]) -> [Double] {
            is32 ? zip(ours, zip(single, double)).map { abs($0 - $1.0) < abs($0 - $1.1) ? $1.0 : $1.1 } : double
        }
        let tolerance = is32 ? 1e-6 : 1e-12
        expectClose(
            y.doubles, nearest(y.doubles, f.values, f.values64), tolerance, "\(f.name) \(f.arguments)"
        )
        expectClose(
            g.doubles, nearest(g.doubles, f.gradient, f.gradient64), tolerance,
            "gradient of \(f.name) \(f.arguments)")
    }

    @Test func everyNameFindsItsActivation() {
        for activation in Activation.all { #expect(Activation.named(activation.name)?.name == activation.name) }
        #expect(Activation.named("swish")?.name == "silu")
        #expect(Activation.named("no such name") == nil)
    }

    /// Under a name of Keras's too, which would come back as Keras's function.
    @Test(arguments: ["tanh", "swish", "sine"]) func anActivationOfOnesOwnIsNotWritten(_ name: String) throws {
        let own = Activation(name) { tanh(2 * $0) }
        #expect(message { try JSONEncoder().encode(own) }.contains("function of your own"))
        #expect(throws: EncodingError.self) { try JSONEncoder().encode(Dense(2, activation: own)) }
        #expect(own != Activation.named(name))
        #expect(try JSONDecoder().decode(Activation.self, from: JSONEncoder().encode(Activation.tanh)) == .tanh)
    }
}
