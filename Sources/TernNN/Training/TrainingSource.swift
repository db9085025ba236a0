import Dispatch

/// Examples in chunks, so that they need not lie in memory at once.
///
/// ```swift
/// struct Files: TrainingSource {
///     let paths: [String], chunkSizes: [Int]
///     func chunk(_ index: Int) throws -> TrainingData { try read(paths[index]) }
/// }
/// ```
public protocol TrainingSource: Sendable {
    /// How many examples each chunk has.
    var chunkSizes: [Int] { get }
    /// Reads a chunk; called from a thread of its own while the network trains.
    func chunk(_ index: Int) throws -> TrainingData
}

extension TrainingData: TrainingSource {
    public var chunkSizes: [Int] { [count] }
    public func chunk(_ index: Int) -> TrainingData { self }
}

/// A chunk that is being read.
final class ComingChunk: @unchecked Sendable {
    private let isRead = DispatchSemaphore(value: 0)
    private var result: Result<TrainingData, any Error>?

    init(_ source: any TrainingSource, _ index: Int) {
        DispatchQueue.global(qos: .userInitiated).async { [self] in
            result = Result { try source.chunk(index) }
            isRead.signal()
        }
    }

    func wait() throws -> TrainingData {
        isRead.wait()
        return try result!.get()
    }
}
