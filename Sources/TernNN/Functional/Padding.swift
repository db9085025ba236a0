import TernCore

/// What surrounds a grid while a window moves over it.
///
/// ```swift
/// let x = Tensor.ones([1, 4, 1]), kernel = Tensor.ones([3, 1, 1])
/// conv1d(x, kernel, padding: .valid).flattened()          // [3, 3]
/// conv1d(x, kernel, padding: .same).flattened()           // [2, 3, 3, 2]
/// conv1d(x, kernel, padding: .causal).flattened()         // [1, 2, 3, 3]
/// ```
public enum Padding: Sendable, Hashable, Codable {
    /// Nothing: the window stays inside.
    case valid
    /// Zeros, so that a stride of 1 keeps the grid and others divide it, rounded up; of an odd number of cells the
    /// larger half follows the grid. As in Keras and TensorFlow.
    case same
    /// Zeros before the grid alone: no place sees what comes after it. With a stride of 1 the grid keeps its length.
    case causal
    /// So many zeros along each dimension, 0 or more.
    case explicit([Margin])

    /// The margins along each dimension of `grid`.
    package func margins(grid: [Int], window: [Int], strides: [Int], dilations: [Int]) -> [Margin] {
        if case .explicit(let margins) = self {
            guard margins.count == grid.count else {
                fail("explicit padding has \(margins.count) margins; a grid of \(grid) needs \(grid.count)")
            }
            guard margins.allSatisfy({ $0.before >= 0 && $0.after >= 0 }), strides.allSatisfy({ $0 > 0 }) else {
                fail(
                    "margins are at least 0 and strides at least 1, not \(margins.map { [$0.before, $0.after] }) and \(strides)"
                )
            }
            return margins
        }
        guard strides.allSatisfy({ $0 > 0 }) else { fail("strides are at least 1, not \(strides)") }
        return grid.indices.map { d in
            let span = windowSpan(window[d], dilation: dilations[d])
            switch self {
            case .same:
                let places = (grid[d] + strides[d] - 1) / strides[d]
                let total = max((places - 1) * strides[d] + span - grid[d], 0)
                return Margin(before: total / 2, after: total - total / 2)
            case .causal: return Margin(before: span - 1, after: 0)
            default: return .zero
            }
        }
    }
}

/// The lengths of a window along each dimension; a single number stands for all.
///
/// ```swift
/// let image = Tensor.ones([1, 8, 6, 1])
/// maxPool2d(image, size: 2).shape                         // [1, 4, 3, 1]
/// maxPool2d(image, size: [4, 3]).shape                    // [1, 2, 2, 1]
/// ```
public struct WindowSize: Sendable, Hashable, Codable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    /// One length for all dimensions, or one for each; another number ends the program where it is used.
    public var lengths: [Int]

    /// Lengths from a variable.
    public init(_ lengths: [Int]) { self.lengths = lengths }
    /// The same length along all dimensions.
    public init(integerLiteral value: Int) { lengths = [value] }
    /// A length for each dimension.
    public init(arrayLiteral elements: Int...) { lengths = elements }

    /// One length for each of `n` dimensions.
    func along(_ n: Int, _ name: String) -> [Int] {
        if lengths.count == n { return lengths }
        guard lengths.count == 1 else { fail("\(name) has \(lengths.count) lengths; the grid has \(n) dimensions") }
        return Array(repeating: lengths[0], count: n)
    }
}
