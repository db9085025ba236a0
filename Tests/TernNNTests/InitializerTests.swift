import Foundation
import TernCore
import TernNN
import TestSupport
import Testing

/// What of Keras's initializers is not drawn, and its regularizers and constraints (Scripts/fixtures/keras_losses.py).
struct WeightFixture: Decodable {
    struct Spread: Decodable { var name: String, shape: [Int], fans: [Int], spread: Double }
    struct Penalty: Decodable { var name: String, value: [Double] }
    struct Projection: Decodable { var name: String, isKernel: Bool, values: [Double] }
    var spreads: [Spread], matrix: FixtureArray, kernel: FixtureArray, regularizers: [Penalty],
        constraints: [Projection]

    static let shared = try! Fixture.decode("keras_weights", as: WeightFixture.self)
}

@Suite struct InitializerTests {
    private func moments(_ x: [Double]) -> (mean: Double, deviation: Double) {
        let mean = x.reduce(0, +) / Double(x.count)
        return (mean, (x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)).squareRoot())
    }

    @Test func spreadsAreKeras() {
        for s in WeightFixture.shared.spreads {
            let fans = Initializer.fans(of: s.shape)
            #expect([fans.inputs, fans.outputs] == s.fans)
            var random = Generator(seed: 3)
            // Many small tensors of the shape show the limit and the deviation.
            let count = s.shape.reduce(1, *)
            let draws = (0..<(1 + 20_000 / count)).flatMap { _ in
                Initializer.named(s.name)!(s.shape, dtype: .float64, random: &random).doubles
            }
            let (mean, deviation) = moments(draws), largest = draws.map(abs).max()!
            #expect(abs(mean) < 0.03 * s.spread)
            if s.name.hasSuffix("uniform") {
                #expect(largest <= s.spread && largest > 0.99 * s.spread)
                #expect(abs(deviation / (s.spread / 3.0.squareRoot()) - 1) < 0.02)
            } else {
                #expect(largest <= 2 * s.spread && largest > 1.98 * s.spread)
                #expect(abs(deviation / (s.spread * 0.87962566103423978) - 1) < 0.02)
            }
        }
    }

    @Test func simpleDistributions() {
        var random = Generator(seed: 4)
        let normal = moments(
            Initializer.randomNormal(mean: 1, standardDeviation: 2)([200, 200], random: &random).doubles)
        #expect(abs(normal.mean - 1) < 0.05 && abs(normal.deviation - 2) < 0.05)
        let uniform = Initializer.randomUniform(low: 1, high: 3)([100, 100], random: &random).doubles
        #expect(uniform.allSatisfy { $0 >= 1 && $0 <= 3 })
        #expect(abs(moments(uniform).mean - 2) < 0.03)
        let cut = Initializer.truncatedNormal(mean: 1, standardDeviation: 0.5)([100, 100], random: &random).doubles
        #expect(cut.allSatisfy { $0 >= 0 && $0 <= 2 })
        let scaled = Initializer.varianceScaling(scale: 3, mode: .fanOut, distribution: .untruncatedNormal)
        #expect(abs(moments(scaled([300, 75], random: &random).doubles).deviation - 0.2) < 0.005)
        #expect(Initializer.zeros([2], random: &random).doubles == [0, 0])
        #expect(Initializer.ones([2], random: &random).doubles == [1, 1])
        #expect(Initializer.constant(1.5)([2], random: &random).doubles == [1.5, 1.5])
        #expect(Initializer.identity(gain: 2)([2, 3], random: &random).doubles == [2, 0, 0, 0, 2, 0])
    }

    @Test(arguments: [[6, 4], [4, 6], [5, 5], [3, 2, 4], [2, 2, 9]])
    func orthogonalMatrices(_ shape: [Int]) {
        var random = Generator(seed: 5)
        let x = Initializer.orthogonal(gain: 3)(shape, dtype: .float64, random: &random).reshaped([-1, shape.last!])
        #expect(x.count == shape.reduce(1, *))
        let product = x.shape[0] < x.shape[1] ? matmul(x, x.transposed()) : matmul(x.transposed(), x)
        let error = abs(product - 9 * Tensor.identity(product.shape[0], dtype: .float64)).max().item
        #expect(error < 1e-12)
    }

    @Test func namesAndFiles() throws {
        for initializer in Initializer.all { #expect(Initializer.named(initializer.name) == initializer) }
        #expect(Initializer.named("GlorotUniform") == .glorotUniform)
        let list: [Initializer] = [
            .orthogonal(gain: 2), .heNormal, .randomNormal(mean: 1),
            .varianceScaling(scale: 2, mode: .fanAverage, distribution: .uniform),
        ]
        #expect(try JSONDecoder().decode([Initializer].self, from: JSONEncoder().encode(list)) == list)
        #expect(
            try JSONDecoder().decode([Initializer].self, from: Data(#"[{"name": "he_normal"}]"#.utf8)) == [.heNormal])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Initializer].self, from: Data(#"[{"name": "none"}]"#.utf8))
        }
    }

    @Test(arguments: [
        #"{"name": "zeros", "arguments": {"value": 1}}"#, #"{"name": "constant", "arguments": {"values": 1}}"#,
        #"{"name": "variance_scaling", "scaling": {"scale": -1, "mode": "fan_in", "distribution": "uniform"}}"#,
        #"{"name": "zeros", "scaling": {"scale": 1, "mode": "fan_in", "distribution": "uniform"}}"#,
    ])
    func numbersOfAnotherAreNotRead(_ json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Initializer.self, from: Data(json.utf8)) }
    }

    @Test func sameStreamSameWeights() {
        var a = Generator(seed: 6), b = Generator(seed: 6)
        #expect(Initializer.heUniform([3, 4], random: &a) == Initializer.heUniform([3, 4], random: &b))
        #expect(Initializer.heUniform([3, 4], random: &a).dtype == .float32)
    }
}
