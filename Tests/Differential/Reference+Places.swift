import TernCore

// Places among numbers in order, by counting.
extension PlainArray {
    /// How many of `points` come before each element. NaN comes last.
    func places(in points: PlainArray, right: Bool) -> PlainArray {
        PlainArray(
            shape: shape, dtype: .int64,
            values: values.map { value in
                Double(points.values.filter { value.isNaN || (right ? $0 <= value : $0 < value) }.count)
            })
    }

    /// The sum of the weights of the elements between each pair of edges; the last upper edge counts.
    func weights(_ weights: PlainArray, between edges: [Double], _ scale: inout [Double]?) -> PlainArray {
        var sums = [Double](repeating: 0, count: edges.count - 1), sizes = sums
        for (value, weight) in zip(values, weights.values) {
            let bin = sums.indices.last {
                edges[$0] <= value && (value < edges[$0 + 1] || $0 == sums.count - 1 && value == edges[$0 + 1])
            }
            guard let bin else { continue }
            sums[bin] += weight
            sizes[bin] += abs(weight)
        }
        scale = sizes
        return PlainArray(shape: [sums.count], dtype: weights.dtype, values: sums)
    }

    /// The heights at the elements of straight lines through points.
    func onLines(through points: [Double], _ heights: [Double], _ scale: inout [Double]?) -> PlainArray {
        let largest = heights.map { abs($0) }.max()!
        scale = values.map { _ in largest }
        return PlainArray(
            shape: shape, dtype: .float64,
            values: values.map { x in
                if x.isNaN { return x }
                guard let k = points.lastIndex(where: { $0 <= x }) else { return heights[0] }
                if k == points.count - 1 { return heights[k] }
                return heights[k] + (heights[k + 1] - heights[k]) * (x - points[k]) / (points[k + 1] - points[k])
            })
    }
}
