import TernCore
import TernNN
import TestSupport
import Testing

/// Rows of one table, cut into chunks.
struct Chunks: TrainingSource {
    var x: Tensor, y: Tensor, chunkSizes: [Int]
    var broken: Int?
    struct Broken: Error {}

    func chunk(_ index: Int) throws -> TrainingData {
        if index == broken { throw Broken() }
        let start = chunkSizes[..<index].reduce(0, +), range = start..<(start + chunkSizes[index])
        return TrainingData(inputs: [x.sliced(range)], targets: [y.sliced(range)])
    }
}

@Suite struct TrainingSourceTests {
    private static let x: Tensor = {
        var random = Generator(seed: 1)
        return Tensor(random.standardNormal(count: 40 * 3), shape: [40, 3]).cast(to: .float32)
    }()
    private static let y = x.sum(axis: 1).reshaped([40, 1])

    private func model() -> Model {
        let model = Sequential(input: [3], seed: 7) {
            Dense(4, activation: .tanh); Dense(1)
        }
        model.compile(optimizer: Adam(learningRate: 0.01), loss: .meanSquaredError, metrics: [.meanAbsoluteError])
        return model
    }

    @Test func chunksInTheirOrderTrainAsOneTable() throws {
        let whole = model(), parts = model()
        let a = try whole.fit(Self.x, Self.y, batchSize: 8, epochs: 3, shuffles: false)
        let b = try parts.fit(
            Chunks(x: Self.x, y: Self.y, chunkSizes: [16, 16, 8]), batchSize: 8, epochs: 3, shuffles: false)
        #expect(a == b)
        #expect(zip(whole.variables, parts.variables).allSatisfy { $0.variable.value == $1.variable.value })
    }

    @Test func shuffledChunksLearnTooAndGiveTheSameForTheSameSeed() throws {
        let source = Chunks(x: Self.x, y: Self.y, chunkSizes: [16, 16, 8])
        let histories = try (0..<2).map { _ in
            try model().fit(source, batchSize: 5, epochs: 40, validationData: source.chunk(0), seed: 3)
        }
        #expect(histories[0] == histories[1])
        #expect(histories[0]["val_loss"].last! < 0.5 * histories[0]["val_loss"][0])
    }

    @Test func chunksOfAnyLengthMayComeFirst() throws {
        let whole = model(), parts = model()
        let a = try whole.fit(Self.x, Self.y, batchSize: 8, epochs: 3, shuffles: false)
        let b = try parts.fit(
            Chunks(x: Self.x, y: Self.y, chunkSizes: [8, 24, 8]), batchSize: 8, epochs: 3, shuffles: false)
        #expect(a == b)
    }

    @Test func chunksAreValidatedOnAsOneTable() throws {
        let source = Chunks(x: Self.x, y: Self.y, chunkSizes: [16, 16, 8]),
            data = TrainingData(inputs: [Self.x], targets: [Self.y])
        let histories = try [source, data as any TrainingSource].map {
            try model().fit(data, batchSize: 8, epochs: 2, validationData: $0)
        }
        #expect(histories[0] == histories[1])
        #expect(throws: TrainingError.self) {
            try model().evaluate(chunks: Chunks(x: Self.x, y: Self.y, chunkSizes: []))
        }
    }

    @Test func chunksWithoutExamplesArePassedOver() throws {
        let parts = Chunks(x: Self.x, y: Self.y, chunkSizes: [0, 24, 0, 16, 0])
        let whole = Chunks(x: Self.x, y: Self.y, chunkSizes: [24, 16])
        #expect(try model().evaluate(chunks: parts) == model().evaluate(chunks: whole))
        _ = try model().fit(parts, batchSize: 8, epochs: 1, validationData: parts)
        #expect(throws: TrainingError.self) {
            try model().evaluate(chunks: Chunks(x: Self.x, y: Self.y, chunkSizes: [0, 0]))
        }
    }

    @Test func aMistakeWhileReadingReachesTheCaller() throws {
        let source = Chunks(x: Self.x, y: Self.y, chunkSizes: [16, 16, 8], broken: 2)
        #expect(throws: Chunks.Broken.self) { try model().fit(source, epochs: 1) }
    }

    @Test func chunksMustBeAlike() throws {
        struct Odd: TrainingSource {
            let chunkSizes = [4, 3]
            func chunk(_ index: Int) -> TrainingData {
                TrainingData(
                    inputs: [.zeros([chunkSizes[index], index == 0 ? 3 : 2])],
                    targets: [.zeros([chunkSizes[index], 1])])
            }
        }
        #expect(throws: TrainingError.self) { try model().fit(Odd(), epochs: 1) }
    }

    /// Two chunks that are not what it says of them.
    private struct Odd: TrainingSource {
        var chunkSizes = [8, 6], rows = [8, 6], columns = [1, 1], weighted: Int?
        func chunk(_ index: Int) -> TrainingData {
            TrainingData(
                inputs: [.zeros([rows[index], 3])], targets: [.zeros([rows[index], columns[index]])],
                sampleWeight: index == weighted ? .ones([rows[index]]) : nil)
        }
    }

    @Test func aChunkThatIsNotWhatItsSourceSaysIsAnError() {
        let cases: [(Odd, String)] = [
            (Odd(rows: [8, 5]), "fit: chunk 1 of the source has 5 examples, its chunkSizes say 6"),
            (Odd(rows: [8, 7]), "chunk 1 of the source has 7 examples"),
            (Odd(rows: [9, 6]), "chunk 0 of the source has 9 examples"),
            (Odd(columns: [1, 2]), "chunk 1 of the source holds [examples] + [3] of float32, [examples] + [2] of"),
            (Odd(weighted: 1), "inputs, targets and weights are to be alike in all chunks"),
            (Odd(chunkSizes: [8, -6]), "the source says that its chunk 1 has -6 examples"),
        ]
        for (source, words) in cases {
            let text = message { try model().fit(source, batchSize: 4, shuffles: false) }
            #expect(text.contains(words), "\(text), not \(words)")
        }
        for source in [Odd(rows: [8, 5]), Odd(chunkSizes: [8, -6])] {
            let text = message { try model().evaluate(chunks: source) }
            #expect(text.contains("evaluate: ") && text.contains("chunk 1"), "\(text)")
        }
    }
}
