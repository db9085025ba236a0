import Dispatch
import TernCore

/// Examples in chunks, so that they need not lie in memory at once.
///
/// ```swift
/// struct Squares: TrainingSource {
///     let chunkSizes = [100, 100]
///     func chunk(_ index: Int) throws -> TrainingData {       // here a file would be read
///         let x = Tensor.random([100, 1], seed: UInt64(index))
///         return TrainingData(inputs: [x], targets: [square(x)])
///     }
/// }
/// let model = Sequential(input: [1]) { Dense(1) }
/// model.compile(loss: .meanSquaredError)
/// try model.fit(Squares(), batchSize: 50, epochs: 2)["loss"].count        // 2
/// ```
public protocol TrainingSource: Sendable {
    /// How many examples each chunk has, the same whenever it is asked for.
    var chunkSizes: [Int] { get }
    /// Reads a chunk, counted from 0: the largest once before training, for its shapes, then each in each epoch, from a
    /// thread of its own while the network trains. What it throws ends training, as does a chunk of another size than
    /// ``chunkSizes`` says, or of other shapes than those before.
    func chunk(_ index: Int) throws -> TrainingData
}

extension TrainingData: TrainingSource {
    /// One chunk of all examples.
    public var chunkSizes: [Int] { [count] }
    /// All examples.
    public func chunk(_ index: Int) -> TrainingData { self }
}

extension TrainingSource {
    /// The sizes of the chunks; throws where one is negative.
    func checkedSizes(_ name: String) throws -> [Int] {
        let sizes = chunkSizes
        if let odd = sizes.firstIndex(where: { $0 < 0 }) {
            throw TrainingError(
                description: "\(name): the source says that its chunk \(odd) has \(sizes[odd]) examples")
        }
        return sizes
    }

    /// Reads a chunk; throws where it has another size than the source said.
    func chunk(_ index: Int, of size: Int, _ name: String) throws -> TrainingData {
        let data = try chunk(index)
        guard data.count == size else {
            throw TrainingError(
                description:
                    "\(name): chunk \(index) of the source has \(data.count) examples, its chunkSizes say \(size)")
        }
        return data
    }
}

/// A chunk that is being read, by a thread of its own where the system gives one.
final class ComingChunk: @unchecked Sendable {
    private let isRead = DispatchSemaphore(value: 0)
    private let read: @Sendable () throws -> TrainingData
    private var result: Result<TrainingData, any Error>?, isComing = false

    init(_ source: any TrainingSource, _ index: Int, of size: Int, _ name: String) {
        read = { try source.chunk(index, of: size, name) }
        let code = startThread { [self] in
            result = Result { try read() }
            isRead.signal()
        }
        isComing = code == 0
    }

    func wait() throws -> TrainingData {
        guard isComing else { return try read() }
        isRead.wait()
        return try result!.get()
    }
}
