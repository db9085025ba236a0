import Foundation

extension Tensor: CustomStringConvertible {
    /// NumPy's picture of the values, axes longer than 8 shortened to their ends; at most 6 digits of `float32` and 8
    /// of `float64`.
    public var description: String {
        guard storage != nil else { return "Tensor(\(spec), being traced)" }
        let texts = cell(of: self)
        let width = texts.map(\.count).max() ?? 0
        func show(_ axis: Int, _ offset: Int) -> String {
            if axis == rank { return String(repeating: " ", count: width - texts[offset].count) + texts[offset] }
            let n = shape[axis]
            let stride = shape[(axis + 1)...].reduce(1, *)
            let last = axis == rank - 1
            let separator =
                last
                ? ", "
                : "," + String(repeating: "\n", count: rank - 1 - axis)
                    + String(repeating: " ", count: axis + 1)
            let shown = n > 8 ? [0, 1, 2, n - 3, n - 2, n - 1] : Array(0..<n)
            var parts = shown.map { show(axis + 1, offset + $0 * stride) }
            if n > 8 { parts.insert("...", at: 3) }
            return "[" + parts.joined(separator: separator) + "]"
        }
        return show(0, 0)
    }

    private func cell(of tensor: Tensor) -> [String] {
        switch tensor.dtype {
        case .bool: tensor.scalars(Bool.self).map { $0 ? "true" : "false" }
        case .int32, .int64: tensor.cast(to: .int64).scalars(Int64.self).map { String($0) }
        case .float32: tensor.scalars(Float.self).map { String(format: "%.6g", $0) }
        case .float64: tensor.scalars(Double.self).map { String(format: "%.8g", $0) }
        }
    }
}
