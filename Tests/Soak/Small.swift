import Tern

/// A source whose chunks are made when they are asked for.
struct Chunks: TrainingSource {
    let chunkSizes = [64, 64, 40]
    func chunk(_ index: Int) -> TrainingData {
        let x = Tensor.random([chunkSizes[index], 8], seed: UInt64(index), dtype: .float32)
        return TrainingData(inputs: [x], targets: [x.sum(axis: 1, keepingDimensions: true)])
    }
}

/// What is trained again and again.
enum Small {
    static let x = Tensor.random([256, 8], seed: 7, dtype: .float32), y = x.sum(axis: 1, keepingDimensions: true)

    /// Shapes differ from number to number, so that no two plans are alike.
    static func model(_ number: Int) -> Sequential {
        let model = Sequential(input: [8], seed: UInt64(number)) {
            Dense(8 + number % 41, activation: .relu)
            Dropout(0.1)
            Dense(1)
        }
        model.compile(loss: .meanSquaredError, metrics: [.meanAbsoluteError])
        return model
    }
}
