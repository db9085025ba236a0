import TernCore
import TernNN
import TestSupport
import Testing

/// What Keras's Normalization learns of data (Scripts/fixtures/keras_normalization.py).
private struct NormalizationFixture: Decodable {
    struct Case: Decodable, CustomTestStringConvertible {
        var axis: [Int]?, data: FixtureArray, test: FixtureArray, mean: FixtureArray, variance: FixtureArray
        var output: FixtureArray, inverted: FixtureArray
        var testDescription: String { "\(data.shape), axis \(axis.map { "\($0)" } ?? "none")" }
    }
    var cases: [Case]
}

@Suite struct NormalizationTests {
    private static let fixture = try! Fixture.decode("keras_normalization", as: NormalizationFixture.self)

    @Test(arguments: fixture.cases)
    private func adaptsAsKeras(_ c: NormalizationFixture.Case) {
        for inverts in [false, true] {
            let layer = Normalization(axis: c.axis.map { Axes($0) }, inverts: inverts)
            layer.adapt(to: c.data.tensor)
            expectClose(layer.mean.doubles, c.mean.values, 1e-6, "mean")
            expectClose(layer.variance.doubles, c.variance.values, 1e-5, "variance")
            let wanted = inverts ? c.inverted : c.output
            // A constant is divided by next to nothing, where rounding goes by the largest number.
            expectClose(
                layer(c.test.tensor), wanted.tensor, 1e-5, unit: Closeness.magnitude(wanted.values),
                inverts ? "inverted" : "normalised")
        }
    }

    @Test func whatIsAdaptedAnewForgetsTheOld() {
        let layer = Normalization()
        for shift in [0.0, 50] {
            let x = Tensor.random([100, 2], in: 0..<1, seed: 1) + shift
            layer.adapt(to: x)
            let y = layer(x)
            expectClose(y.mean(axis: 0), .zeros([2]), 1e-4)
            expectClose(y.standardDeviation(axes: [0]), .ones([2]), 1e-4)
        }
    }

    @Test func aModelSeesWhatItsLayerHasLearnedSince() throws {
        let layer = Normalization(), model = Sequential(input: [2]) { layer }
        for shift in [0.0, 50] {
            let x = (Tensor.random([100, 2], in: 0..<1, seed: 1) + shift).cast(to: .float32)
            layer.adapt(to: x)
            expectClose(try model.predict(x).mean(axis: 0), .zeros([2]), 1e-4)
        }
    }

    @Test func whatIsAdaptedIsInvertedExactly() {
        let x = Tensor.random([20, 3, 2], in: -5..<5, seed: 1), there = Normalization(axis: [1, 2]),
            back = Normalization(axis: [1, 2], inverts: true)
        for layer in [there, back] { layer.adapt(to: x) }
        expectClose(back(there(x)), x, 1e-6)
    }

    @Test func knownNumbersStandAlongTheLastAxes() {
        let x = Tensor.random([5, 2, 3, 4], in: -1..<1, seed: 8)
        let known = Normalization(mean: [1, 2, 3, 4], variance: [1, 4, 9, 16], axis: [2, 3])
        expectClose(known(x), (x - Tensor([1.0, 2, 3, 4])) / Tensor([1.0, 2, 3, 4]), 1e-6)
        #expect(known.complaint(about: [5, 2, 3, 3]) != nil)
    }

    /// A model that is made anew has as many, so that its files fit it.
    @Test func aPairForAllBecomesOneForEachFeature() throws {
        let layer = Normalization(mean: [1], variance: [4]), model = Sequential(input: [3]) { layer }
        #expect(layer.mean == Tensor([1, 1, 1] as [Float]) && layer.variance == Tensor([4, 4, 4] as [Float]))
        #expect(try model.predict(Tensor([[1, 3, 5]] as [[Float]])) == Tensor([[0, 1, 2]] as [[Float]]))
    }

    /// As Keras's adapt: its numbers would be those of all features.
    @Test func aLayerThatWasBuiltLearnsNoOtherFeatures() throws {
        let layer = Normalization(), model = Sequential(input: [3]) { layer }
        let words = message { try catchingFailure { layer.adapt(to: Tensor([[1.0], [3]])) } }
        #expect(words.contains("[3]") && words.contains("(data [2, 1])"), "\(words)")
        let x = Tensor([[1.0, 2, 3]]).cast(to: .float32)
        #expect(try model.predict(x) == x)
        let known = Normalization(mean: [0], variance: [1])
        _ = known(x)
        known.adapt(to: Tensor([[1.0, 2, 3], [3, 4, 5]]))
        expectClose(known(x), Tensor([[-1.0, -1, -1]]), 1e-6)
    }
}
