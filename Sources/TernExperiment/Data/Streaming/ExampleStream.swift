import Foundation
import Tern

/// The examples of a part, a chunk at a time: read from files as they are needed, or one chunk that lies in memory.
///
/// ```swift
/// let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
/// try Dataset([sst, rain]).write(to: "pacific.nc")
/// let configuration = DataConfiguration(
///     files: ["fields": "pacific.nc"], inputs: [VariableConfiguration(variable: "sst")],
///     targets: [VariableConfiguration(variable: "precipitation")])
/// let data = try ExperimentData(configuration, split: SplitConfiguration(by: .period))
/// let stream = ExampleStream(data.training)
/// print(stream.chunkSizes, try stream.chunk(0).inputs.shape)  // [42] [42, 14, 19, 1]
/// print(try stream.sample(atMost: 10).count)  // 10
/// ```
public struct ExampleStream: Sendable {
    /// Labels, groups, runs and coordinates of all examples, without inputs and targets.
    public let outline: Examples
    private let chunks: [Range<Int>]
    /// The examples of these numbers, which lie in one chunk, with their inputs or without.
    private let read: @Sendable (_ indices: [Int], _ withInputs: Bool) throws -> Examples

    init(outline: Examples, chunks: [Range<Int>], read: @escaping @Sendable ([Int], Bool) throws -> Examples) {
        (self.outline, self.chunks, self.read) = (outline, chunks, read)
    }

    /// Examples in memory.
    public init(_ examples: Examples) {
        outline = examples.outline
        chunks = [0..<examples.count]
        read = { indices, _ in indices.count == examples.count ? examples : examples.taking(indices) }
    }

    /// The number of all examples.
    public var count: Int { outline.count }
    /// How many examples each chunk has, in order.
    public var chunkSizes: [Int] { chunks.map(\.count) }

    /// The examples of a chunk, from 0, with inputs and targets.
    ///
    /// - Throws: `DataError` where a file cannot be read any more, or a value is missing that nothing stands in for.
    public func chunk(_ index: Int) throws -> Examples { try read(Array(chunks[index]), true) }

    /// The examples of a chunk; only where they lie in memory with their inputs.
    func targets(ofChunk index: Int) throws -> Examples { try read(Array(chunks[index]), false) }

    /// What is wrong where memory does not hold the targets of all examples and the forecasts of them, which scores
    /// need at once.
    var scoreComplaint: String? {
        let shape = Array(outline.targets.shape.dropFirst()), bytes = count * shape.reduce(1, *) * 100
        guard bytes > ProcessInfo.processInfo.physicalMemory / 2 else { return nil }
        return "the scores of \(count) examples of \(shape) would need \(bytes >> 30) GiB of memory"
    }

    /// So many examples, evenly spaced, or all.
    ///
    /// - Throws: `DataError` as ``chunk(_:)`` does.
    public func sample(atMost wanted: Int) throws -> Examples {
        let indices = wanted >= count ? Array(0..<count) : (0..<wanted).map { $0 * count / wanted }
        var start = 0
        let parts = try chunks.compactMap { chunk -> Examples? in
            let own = indices[start...].prefix { $0 < chunk.upperBound }
            start = own.endIndex
            return own.isEmpty && chunks.count > 1 ? nil : try read(Array(own), true)
        }
        return parts.count == 1 ? parts[0] : Examples(parts, in: outline.taking(indices))
    }
}

extension Examples {
    /// Without inputs and targets.
    var outline: Examples {
        var outline = self
        outline.inputs = .zeros([0] + inputs.shape.dropFirst())
        (outline.targets, outline.previousTargets) = (
            .zeros([0] + targets.shape.dropFirst()), .zeros([0] + targets.shape.dropFirst())
        )
        return outline
    }

    /// Parts one after the other, of which all but inputs and targets is known.
    init(_ parts: [Examples], in outline: Examples) {
        self = outline
        inputs = .concatenated(parts.map(\.inputs))
        targets = .concatenated(parts.map(\.targets))
        previousTargets = .concatenated(parts.map(\.previousTargets))
    }
}
