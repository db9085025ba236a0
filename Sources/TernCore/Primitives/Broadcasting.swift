/// NumPy's broadcasting rules, and how a smaller operand lies against a larger shape.
enum Broadcasting {
    /// The shape that both fit, or nil.
    static func shape(_ a: [Int], _ b: [Int]) -> [Int]? {
        let rank = max(a.count, b.count)
        var result = [Int](repeating: 1, count: rank)
        for i in 0..<rank {
            let x = i < rank - a.count ? 1 : a[i - (rank - a.count)]
            let y = i < rank - b.count ? 1 : b[i - (rank - b.count)]
            guard x == y || x == 1 || y == 1 else { return nil }
            result[i] = x == 1 ? y : x
        }
        return result
    }

    static func shape(_ shapes: [[Int]], in name: @autoclosure () -> String) -> [Int] {
        var result = shapes[0]
        for other in shapes.dropFirst() where other != result {
            guard let both = shape(result, other) else {
                fail(
                    "\(name()): the shapes \(shapes.map(\.description).joined(separator: " and ")) cannot be broadcast together: "
                        + "counted from the right, each pair of lengths must be equal or one of them 1")
            }
            result = both
        }
        return result
    }

    /// How an operand is read against the [rows, columns] view of `shape`.
    enum Extent: Equatable {
        case full, scalar
        case row(columns: Int), column(columns: Int)
    }

    /// The extent of `operand` against `shape`, nil where only a copy will do.
    static func extent(of operand: [Int], in shape: [Int]) -> Extent? {
        if operand == shape { return .full }
        let count = operand.reduce(1, *)
        if count == shape.reduce(1, *) { return .full }
        if count == 1 { return .scalar }
        let padded = [Int](repeating: 1, count: shape.count - operand.count) + operand
        let firstKept = padded.indices.first { padded[$0] != 1 }!
        if padded[firstKept...] == shape[firstKept...] {
            return .row(columns: shape[firstKept...].reduce(1, *))
        }
        let lastKept = padded.indices.last { padded[$0] != 1 }!
        if padded[...lastKept] == shape[...lastKept] {
            return .column(columns: shape[(lastKept + 1)...].reduce(1, *))
        }
        return nil
    }

    /// Row-major strides, in elements.
    static func strides(_ shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        for i in stride(from: shape.count - 2, through: 0, by: -1) {
            strides[i] = strides[i + 1] * shape[i + 1]
        }
        return strides
    }

    /// Strides that read `operand` as `shape`: 0 where it is repeated.
    static func strides(of operand: [Int], as shape: [Int]) -> [Int] {
        let own = strides(operand)
        let offset = shape.count - operand.count
        return shape.indices.map { $0 < offset || operand[$0 - offset] == 1 ? 0 : own[$0 - offset] }
    }
}
