import TernCore
import TernNN
import Testing

/// A model's first weights are drawn from its seed alone.
@Suite struct SeedTests {
    /// A layer that is used twice, one within another, one with state, and one that is called before the model is made.
    private static func model(seed: UInt64) -> Model {
        let x = Input([6]), shared = Dense(6, activation: .tanh), norm = BatchNormalization()
        let series = Reshape([3, 2])(shared(norm(shared(x))))
        let recurrent = Bidirectional(LSTM(4, isStateful: false))
        return Model(inputs: [x], outputs: [Dense(1)(recurrent(series))], seed: seed)
    }

    private static func values(_ model: Model) -> [[Double]] { model.variables.map { $0.variable.value.doubles } }

    @Test func sharedLayersAreDrawnFromTheModelsSeed() {
        let first = Self.values(Self.model(seed: 7))
        // What else was built in between takes nothing from it.
        for width in 1...5 { _ = Dense(width)(Input([width + 1])) }
        #expect(Self.values(Self.model(seed: 7)) == first)
        #expect(Self.values(Self.model(seed: 8)) != first)
    }

    @Test func aModelsSeedHoldsWhateverWasPredictedAndTracedBefore() throws {
        let x = Input([4]), layer = Dense(4, activation: .relu)
        _ = layer(x)  // its shape is found by a trace
        _ = layer(layer(x))
        let one = Model(inputs: [x], outputs: [layer(layer(x))], seed: 3)
        let y = Input([4]), other = Dense(4, activation: .relu)
        let two = Model(inputs: [y], outputs: [other(other(y))], seed: 3)
        #expect(Self.values(one) == Self.values(two))
    }

    @Test func aLayerWithValuesOfItsOwnKeepsThem() {
        let x = Input([4]), layer = Dense(2), y = layer(x)
        layer.kernel = .ones([4, 2]) * 5
        let model = Model(inputs: [x], outputs: [y], seed: 3)
        #expect(Self.values(model)[0] == Array(repeating: 5.0, count: 8))
    }

    /// Of which that of the forget gate begins with 1.
    @Test func aBiasThatIsDrawnIsDrawnFromTheModelsSeed() {
        func models() -> [Model] {
            [
                Sequential(input: [5, 2], seed: 1) { LSTM(3, bias: .init(.randomUniform())) },
                Sequential(input: [2, 3, 3, 1], seed: 1) {
                    ConvLSTM2D(3, kernelSize: 2, padding: .same, bias: .init(.randomUniform()))
                },
            ]
        }
        for (one, two) in zip(models(), models()) {
            #expect(Self.values(one) == Self.values(two))
            let bias = Self.values(one)[2]
            #expect(bias.count == 12 && bias[3..<6] == [1, 1, 1] && bias.count { $0 == 1 } == 3)
        }
    }
}
