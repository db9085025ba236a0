import Foundation

extension Tensor: CustomStringConvertible {
    /// NumPy's picture of the values, axes longer than 8 shortened to their ends; at most 6 digits of `float32` and 8
    /// of `float64`.
    public var description: String {
        guard storage != nil else { return "Tensor(\(spec), being traced)" }
        func places(along axis: Int) -> [Int] {
            let n = shape[axis]
            return n > 8 ? [0, 1, 2, n - 3, n - 2, n - 1] : Array(0..<n)
        }
        let strides = (0..<rank).map { shape[($0 + 1)...].reduce(1, *) }
        let shown = (0..<rank).reduce([0]) { offsets, axis in
            offsets.flatMap { offset in places(along: axis).map { offset + $0 * strides[axis] } }
        }
        var texts = texts(at: shown)[...]
        let width = texts.map(\.count).max() ?? 0
        func show(_ axis: Int) -> String {
            if axis == rank {
                let text = texts.removeFirst()
                return String(repeating: " ", count: width - text.count) + text
            }
            let separator =
                axis == rank - 1
                ? ", "
                : "," + String(repeating: "\n", count: rank - 1 - axis)
                    + String(repeating: " ", count: axis + 1)
            var parts = places(along: axis).map { _ in show(axis + 1) }
            if shape[axis] > 8 { parts.insert("...", at: 3) }
            return "[" + parts.joined(separator: separator) + "]"
        }
        return show(0)
    }

    private func texts(at offsets: [Int]) -> [String] {
        func texts<T: TensorScalar>(_ type: T.Type, _ text: (T) -> String) -> [String] {
            let values = scalars(T.self)
            return offsets.map { text(values[$0]) }
        }
        return switch dtype {
        case .bool: texts(Bool.self) { $0 ? "true" : "false" }
        case .int32: texts(Int32.self) { String($0) }
        case .int64: texts(Int64.self) { String($0) }
        case .float32: texts(Float.self) { String(format: "%.6g", $0) }
        case .float64: texts(Double.self) { String(format: "%.8g", $0) }
        }
    }
}
