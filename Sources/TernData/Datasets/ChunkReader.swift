import Foundation

/// Reads a dataset chunk by chunk, the next while the caller works on the present one.
///
/// ```swift
/// let data = Dataset([Field("sst", Tensor.ones([5, 2]), dimensions: ["time", "cell"])])
/// let reader = try ChunkReader(data, ["sst"], along: "time", size: 2)
/// var lengths: [Int] = []
/// while let chunk = try reader.next() { lengths.append(chunk["sst"]!.shape[0]) }
/// print(reader.count, lengths)  // 3 [2, 2, 1]
/// ```
///
/// Chunks come in order, the last may be shorter. An error of reading is thrown by the call of ``next()`` that would
/// have given the chunk, and by those after it. Reading ends when the reader goes, or at ``cancel()``.
public final class ChunkReader {
    /// The number of chunks, 0 of an empty range.
    public let count: Int
    private let shared: Shared

    /// Begins to read on a thread of its own.
    ///
    /// - Parameters:
    ///   - names: variables that have the dimension; other dimensions are read whole.
    ///   - dimension: along which chunks are cut.
    ///   - size: entries of a whole chunk, 1 or more.
    ///   - range: the part of the dimension to read, by default all.
    ///   - ahead: how many chunks may wait to be taken; each needs memory.
    /// - Throws: `DataError` where a variable or the dimension does not exist, one is named twice, or size and range do
    ///   not fit it.
    public init(
        _ dataset: Dataset, _ names: [String], along dimension: String, size: Int, range: Range<Int>? = nil,
        ahead: Int = 2
    ) throws {
        for (place, name) in names.enumerated() {
            guard !names[..<place].contains(name) else {
                throw DataError(file: dataset.path, "variable \"\(name)\" is named twice; name each once")
            }
            let variable = try dataset.variable(name)
            guard variable.dimensions.contains(dimension) else {
                throw DataError(
                    file: dataset.path,
                    "variable \"\(name)\" has no dimension \"\(dimension)\"; "
                        + suggestion(for: dimension, among: variable.dimensions, "dimensions"))
            }
        }
        let length = dataset.length(of: dimension) ?? 0
        let range = range ?? 0..<length
        guard size > 0, range.lowerBound >= 0, range.upperBound <= length else {
            throw DataError(
                file: dataset.path,
                "chunks of \(size) from \(range) do not fit dimension \"\(dimension)\" of length \(length)")
        }
        // A size may be larger than what could be added to an index.
        let step = min(size, max(1, range.count))
        let parts = stride(from: range.lowerBound, to: range.upperBound, by: step).map {
            $0..<min($0 + step, range.upperBound)
        }
        count = parts.count
        let shared = Shared(room: max(1, ahead))
        self.shared = shared
        let thread = Thread {
            for part in parts {
                let chunk = Result {
                    try Dictionary(
                        uniqueKeysWithValues: names.map { ($0, try dataset.field($0, at: [dimension: part])) })
                }
                guard shared.put(chunk), case .success = chunk else { return }
            }
            shared.finish()
        }
        thread.name = "ChunkReader"
        thread.start()
    }

    deinit { cancel() }

    /// The next chunk, by variable, as soon as it is read; nil after the last, or once cancelled.
    ///
    /// - Throws: `DataError` of ``Dataset/field(_:at:decodingTimes:)``.
    public func next() throws -> [String: Field]? { try shared.take() }

    /// Ends the reading; chunks that wait are dropped.
    public func cancel() { shared.cancel() }

    /// What the caller and the thread hand over.
    private final class Shared: @unchecked Sendable {
        private let condition = NSCondition()
        private let room: Int
        private var waiting: [[String: Field]] = []
        private var error: (any Error)?
        private var isFinished = false, isCancelled = false

        init(room: Int) { self.room = room }

        /// False where nobody wants more.
        func put(_ chunk: Result<[String: Field], any Error>) -> Bool {
            condition.lock()
            defer { condition.unlock() }
            while waiting.count >= room, !isCancelled { condition.wait() }
            if isCancelled { return false }
            switch chunk {
            case .success(let fields): waiting.append(fields)
            case .failure(let error): self.error = error
            }
            condition.broadcast()
            return true
        }

        func finish() {
            condition.lock()
            isFinished = true
            condition.broadcast()
            condition.unlock()
        }

        func cancel() {
            condition.lock()
            isCancelled = true
            waiting = []
            condition.broadcast()
            condition.unlock()
        }

        func take() throws -> [String: Field]? {
            condition.lock()
            defer { condition.unlock() }
            while waiting.isEmpty, error == nil, !isFinished, !isCancelled { condition.wait() }
            if isCancelled { return nil }
            if !waiting.isEmpty {
                condition.broadcast()
                return waiting.removeFirst()
            }
            if let error { throw error }
            return nil
        }
    }
}
