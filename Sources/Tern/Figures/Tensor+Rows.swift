import TernCore

extension Tensor {
    /// The rows of a matrix, as maps and grids of figures take them.
    package var rows: [[Double]] {
        let values = doubles, width = shape[1]
        return (0..<shape[0]).map { Array(values[($0 * width)..<(($0 + 1) * width)]) }
    }
}
