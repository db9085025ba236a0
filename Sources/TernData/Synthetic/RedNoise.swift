import TernCore

/// Numbers of variance 1 that keep a part of themselves from one step to the next (autoregression of order 1).
struct RedNoise {
    private let memories: [Double]
    private(set) var values: [Double]

    /// - Parameter memories: the correlation of each number with itself a step before.
    init(memories: [Double], random: inout Generator) {
        self.memories = memories
        values = memories.map { _ in random.standardNormal() }
    }

    mutating func step(_ random: inout Generator) {
        for (i, memory) in memories.enumerated() {
            values[i] = memory * values[i] + (1 - memory * memory).squareRoot() * random.standardNormal()
        }
    }
}
