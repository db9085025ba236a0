import Tern
import TestSupport
import Testing

@Suite struct ConvenienceTests {
    /// `numpy.random.default_rng(42)`, NumPy 2.4.6.
    @Test func tensorsOfRandomNumbersAreNumPys() {
        #expect(
            Tensor.random([2, 2], seed: 42).doubles == [
                0.7739560485559633, 0.4388784397520523, 0.8585979199113825, 0.6973680290593639,
            ])
        #expect(Tensor.random([2], in: -1..<1, seed: 42).doubles == [0.5479120971119267, -0.12224312049589536])
        #expect(
            Tensor.randomNormal([2], mean: 1, standardDeviation: 2, seed: 42).doubles == [
                1.6094341595088628, -1.079968212480991,
            ])
        var stream = RandomState(seed: 0)
        let first = Tensor.random([3, 1], using: &stream, dtype: .float32), second = Tensor.random([3], using: &stream)
        #expect(first.shape == [3, 1] && first.dtype == .float32)
        var again = RandomState(seed: 0)
        #expect(Tensor(again.random(count: 6)).doubles.suffix(3) == second.doubles[...])
        #expect(Tensor.random([0, 4], seed: 1).shape == [0, 4])
    }

    @Test func labelsBecomeRows() {
        #expect(
            oneHot(Tensor([2, 0, 5]), count: 3)
                == Tensor([0, 0, 1, 1, 0, 0, 0, 0, 0], shape: [3, 3]).cast(to: .float32))
        #expect(oneHot(Tensor([1, 0]), count: 2, axis: 0).doubles == [0, 1, 1, 0])
    }

    @Test func aMergeOfSeveralIsOneResult() {
        let a = Input([2]), b = Input([3]), c = Input([1])
        #expect(Concatenate()(a, b).shape == [5])
        #expect(Concatenate()(a, b, c).shape == [6])
        #expect(Concatenate()(a).shape == [2])
        #expect(Add()(a, a).shape == [2])
    }

    @Test func elementsOfFiguresTakeTensors() {
        let x = Tensor([0.0, 1, 2]), y = Tensor([3.0, 4, 5], shape: [3, 1])
        #expect(Line(x: x, y: y, label: "a") == Line(x: [0, 1, 2], y: [3, 4, 5], label: "a"))
        #expect(Line(y) == Line(x: [0, 1, 2], y: [3, 4, 5]) && Line([3, 4, 5]) == Line(y))
        #expect(Scatter(x: x, y: y) == Scatter(x: [0, 1, 2], y: [3, 4, 5]))
        #expect(
            Grid(values: Tensor([1.0, 2, 3, 4, 5, 6], shape: [2, 3]))
                == Grid(x: [0, 1, 2], y: [0, 1], values: [[1, 2, 3], [4, 5, 6]]))
    }
}
