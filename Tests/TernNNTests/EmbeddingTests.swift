import TernCore
import TernNN
import TestSupport
import Testing

/// Values, shapes and gradients in random cases are beside Keras in ``RandomLayerTests``.
@Suite struct EmbeddingTests {
    private static let rows = Tensor((0..<12).map(Double.init), shape: [4, 3])

    private static func layer(masksZero: Bool = false) -> Embedding {
        let layer = Embedding(4, 3, masksZero: masksZero)
        _ = layer(Tensor([0]))
        layer.embeddings = rows
        return layer
    }

    @Test func eachIntegerBecomesItsRow() {
        let y = Self.layer()(Tensor([[2, 0], [3, 2]] as [[Double]]))
        #expect(y.shape == [2, 2, 3])
        #expect(y.doubles == [6, 7, 8, 0, 1, 2, 9, 10, 11, 6, 7, 8])
    }

    /// A row that is looked up twice gets both slopes; one that is not, none.
    @Test func slopesOfARowAddUp() {
        let layer = Self.layer(), x = Tensor([2, 0, 2]), slopes = Tensor((1...9).map(Double.init), shape: [3, 3])
        let found = gradient { (rows: Tensor) in
            layer.embeddings = rows
            return (layer(x) * slopes).sum()
        }(Self.rows)
        #expect(found.doubles == [4, 5, 6, 0, 0, 0, 8, 10, 12, 0, 0, 0])
    }

    @Test func zeroIsMaskedWhereItStandsForNothing() {
        let x = Tensor([[2, 0], [0, 1]])
        #expect(Self.layer().mask([x], [nil]) == nil)
        #expect(Self.layer(masksZero: true).mask([x], [nil])?.doubles == [1, 0, 0, 1])
    }

    @Test func itLearnsARowForEachStation() throws {
        let stations = Tensor((0..<40).map { Double($0 % 4) }, shape: [40, 1]).cast(to: .float32)
        let model = Sequential(input: [1], seed: 1) {
            Embedding(4, 2)
            Flatten()
            Dense(1)
        }
        model.compile(optimizer: Adam(learningRate: 0.05), loss: .meanSquaredError)
        let y = square(stations - 1.5)
        let history = try model.fit(stations, y, batchSize: 10, epochs: 100)
        #expect(history["loss"].last! < 0.01 && history["loss"][0] > 0.5)
    }
}
