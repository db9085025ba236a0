import TernCore
import TernNN
import TestSupport
import Testing

/// Layers that change values at random in training: what is dropped, how much, and what it depends on.
@Suite struct DropoutTests {
    /// The layer with random numbers of its own, whatever other layers the process has made.
    private static func seeded<L: UnaryLayer>(_ layer: L, _ shape: [Int], seed: UInt64 = 1) -> L {
        _ = Sequential(input: Array(shape.dropFirst()), seed: seed) { layer }
        return layer
    }

    /// A layer's kind, the shape it is tried on, and a call of a new one with this seed.
    private struct Call: Sendable, CustomTestStringConvertible {
        let testDescription: String, shape: [Int]
        let run: @Sendable (_ x: Tensor, _ seed: UInt64, _ context: CallContext) -> Tensor

        init<L: UnaryLayer & SendableMetatype>(_ shape: [Int], _ make: @escaping @Sendable () -> L) {
            (testDescription, self.shape) = (L.kind, shape)
            run = { x, seed, context in seeded(make(), shape, seed: seed)(x, context) }
        }
    }

    private static let calls = [
        Call([40, 50]) { Dropout(0.3) }, Call([40, 50]) { AlphaDropout(0.3) }, Call([40, 50]) { GaussianNoise(0.5) },
        Call([40, 50]) { GaussianDropout(0.3) }, Call([40, 3, 50]) { SpatialDropout1D(0.3) },
        Call([40, 2, 3, 50]) { SpatialDropout2D(0.3) }, Call([40, 2, 1, 3, 50]) { SpatialDropout3D(0.3) },
    ]

    @Test(arguments: calls) private func inferenceChangesNothing(_ call: Call) {
        let x = Tensor.random(call.shape, seed: 1)
        #expect(call.run(x, 1, CallContext()) == x)
        #expect(call.run(x, 1, CallContext(isTraining: true)) != x)
    }

    @Test(arguments: calls) private func integersFareAsTheirNumbers(_ call: Call) {
        let x = (Tensor.random(call.shape, seed: 1) * 100).cast(to: .int32), context = CallContext(isTraining: true)
        #expect(call.run(x, 1, context) == call.run(x.cast(to: .float32), 1, context))
    }

    /// The same numbers for the same seed, other ones for another seed or step, on any number of threads.
    @Test(arguments: calls) private func seedAndStepDecide(_ call: Call) {
        let x = Tensor.random(call.shape, seed: 1)
        func run(_ seed: UInt64, _ step: Int) -> Tensor {
            call.run(x, seed, CallContext(isTraining: true, step: Tensor(step)))
        }
        let first = run(1, 1)
        #expect(run(1, 1) == first)
        #expect(run(2, 1) != first && run(1, 2) != first)
        #expect(ThreadPool.withThreads(3) { run(1, 1) } == first)
    }

    /// What is kept is divided by the share that is kept, to the last bit, and the rest is 0.
    @Test(arguments: [0.1, 0.25, 0.5, 0.9]) func whatIsKeptIsScaledExactly(_ rate: Double) {
        let x = Tensor.random([200, 50], in: 1..<2, seed: 1), y = Self.seeded(Dropout(rate), x.shape)(x, training: true)
        let scaled = x / (1 - rate), isDropped = y .== 0
        #expect(select(isDropped, scaled, y) == scaled)
        // Four standard deviations of the share of 10,000 draws.
        let share = isDropped.cast(to: .float64).mean().item, spread = (rate * (1 - rate) / 10_000).squareRoot()
        #expect(abs(share - rate) < 4 * spread, "\(share)")
    }

    @Test func allOrNothingIsDroppedAtTheEnds() {
        let x = Tensor.random([20, 5], in: 1..<2, seed: 1)
        #expect(Self.seeded(Dropout(0), x.shape)(x, training: true) == x)
        #expect(Self.seeded(Dropout(1), x.shape)(x, training: true) == Tensor.zeros(x.shape, dtype: x.dtype))
        #expect(Self.seeded(GaussianDropout(0), x.shape)(x, training: true) == x)
    }

    @Test func axesOfANoiseShapeShareTheirFate() {
        let x = Tensor.ones([30, 4, 50]),
            y = Self.seeded(Dropout(0.4, noiseShape: [nil, 1, nil]), x.shape)(x, training: true)
        #expect(y.max(axes: [1]) == y.min(axes: [1]))
        #expect(y.max(axes: [0, 2]) != y.min(axes: [0, 2]))
    }

    /// Of each example and channel all is dropped or nothing; others fare otherwise.
    @Test func wholeChannelsAreDropped() {
        func check(_ layer: some UnaryLayer, _ shape: [Int]) {
            let x = Tensor.random(shape, in: 1..<2, seed: 1), y = Self.seeded(layer, shape)(x, training: true)
            let axes = Array(1..<(shape.count - 1)), kept = (y .!= 0).cast(to: .float64)
            #expect(kept.max(axes: axes) == kept.min(axes: axes))
            let scaled = x / (1 - 0.4)
            #expect(select(y .== 0, scaled, y) == scaled)
            // 5,000 channels of examples are drawn.
            let byChannel = kept.max(axes: axes), share = 1 - byChannel.mean().item
            #expect(abs(share - 0.4) < 4 * (0.24 / 5000).squareRoot(), "\(share)")
            #expect(byChannel.mean(axis: 0).standardDeviation().item > 0.02)
            #expect(byChannel.mean(axis: 1).standardDeviation().item > 0.02)
        }
        check(SpatialDropout1D(0.4), [100, 3, 50])
        check(SpatialDropout2D(0.4), [100, 2, 2, 50])
        check(SpatialDropout3D(0.4), [100, 2, 1, 2, 50])
    }

    /// They would drop nothing without a word.
    @Test func ratesThatAreNoSharesAreRefused() {
        let x = Tensor.ones([2, 3, 4])
        for (layer, inputs) in [
            (LSTM(2, dropout: -0.5, name: "odd"), [x]), (GRU(2, recurrentDropout: .nan, name: "odd"), [x]),
            (Attention(dropout: 1.5, name: "odd"), [x, x]),
            (MultiHeadAttention(headCount: 1, keyDimension: 2, dropout: .nan, name: "odd"), [x, x]),
        ] as [(any Layer, [Tensor])] {
            let failure = #expect(throws: CaughtFailure.self) {
                try catchingFailure { layer(inputs, training: true) }
            }
            #expect(failure?.description.contains("is not between 0 and 1") == true)
        }
    }

    @Test func noiseHasTheAskedDeviation() {
        let y = Self.seeded(GaussianNoise(0.5), [400, 50])(Tensor.zeros([400, 50]), training: true)
        #expect(abs(y.standardDeviation().item - 0.5) < 0.02)
        #expect(abs(y.mean().item) < 0.02)
    }

    /// Its factors have mean 1 and variance rate / (1 - rate), and are those of the values whatever these are.
    @Test(arguments: [0.2, 0.5]) func multiplicativeNoiseHasTheAskedVariance(_ rate: Double) {
        let ones = Tensor.ones([400, 50]), layer = Self.seeded(GaussianDropout(rate), [400, 50])
        let factors = layer(ones, training: true)
        #expect(abs(factors.mean().item - 1) < 4 * (rate / (1 - rate) / 20_000).squareRoot())
        #expect(abs(factors.variance().item / (rate / (1 - rate)) - 1) < 0.05)
        expectClose(layer(ones * 2, training: true), factors * 2, 1e-6)
        #expect(layer(ones * 0, training: true) == ones * 0)
    }
}
