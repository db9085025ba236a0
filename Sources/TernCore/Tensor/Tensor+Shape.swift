extension Tensor {
    /// The same elements in another shape; one length may be -1 and is worked out. Another number of elements ends the
    /// program.
    ///
    /// - Complexity: O(1), nothing is copied.
    public func reshaped(_ shape: [Int]) -> Tensor {
        var shape = shape
        if let open = shape.firstIndex(of: -1) {
            let others = shape.indices.filter { $0 != open }.map { shape[$0] }.reduce(1, *)
            guard others > 0, count % others == 0 else {
                fail("reshaped: \(count) elements of shape \(self.shape) do not divide into \(shape)")
            }
            shape[open] = count / others
        }
        if shape == self.shape { return self }
        // Of several reshapes in a row only the last counts.
        if let node, node.primitive is Reshape { return node.inputs[0].reshaped(shape) }
        return Tensor.apply(Reshape(shape: shape), self)
    }

    /// One dimension of all elements, in row-major order.
    public func flattened() -> Tensor { reshaped([count]) }

    /// The dimensions in another order, by default reversed: `numpy.transpose`. Dimension i of the result is dimension
    /// `permutation[i]`.
    ///
    /// - Complexity: O(count): elements are copied.
    public func transposed(_ permutation: [Int]? = nil) -> Tensor {
        let permutation = permutation ?? Array((0..<rank).reversed())
        return permutation == Array(0..<rank) ? self : Tensor.apply(Transpose(permutation: permutation), self)
    }

    /// Repeats dimensions of length 1, and adds dimensions in front, so that the tensor takes `shape`:
    /// `numpy.broadcast_to`. What does not fit ends the program.
    public func broadcast(to shape: [Int]) -> Tensor {
        shape == self.shape ? self : Tensor.apply(Broadcast(shape: shape), self)
    }

    /// A dimension of length 1 added at `axis`, a place in the result's shape: `numpy.expand_dims`. Negative numbers
    /// count from the end, -1 adds it as the last.
    public func expandingDimension(at axis: Int) -> Tensor {
        guard axis >= -rank - 1, axis <= rank else {
            fail("expandingDimension: axis \(axis) is out of range for \(shape)")
        }
        var shape = self.shape
        shape.insert(1, at: axis < 0 ? axis + rank + 1 : axis)
        return reshaped(shape)
    }

    /// Dimensions of length 1 removed: all of them, or those of `axes`, which end the program where they are longer:
    /// `numpy.squeeze`.
    public func squeezed(axes: [Int]? = nil) -> Tensor {
        let axes = axes.map { normalized($0, in: "squeezed") } ?? shape.indices.filter { shape[$0] == 1 }
        if let odd = axes.first(where: { shape[$0] != 1 }) {
            fail("squeezed: axis \(odd) of shape \(shape) has the length \(shape[odd]), not 1")
        }
        return reshaped(shape.indices.filter { !axes.contains($0) }.map { shape[$0] })
    }

    /// Tensors joined along an existing axis, in the type that holds all: `numpy.concatenate`. Other lengths than that
    /// of the axis are to be the same.
    public static func concatenated(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
        guard let first = tensors.first else { fail("concatenated: there is nothing to join") }
        let axis = first.normalized([axis], in: "concatenated")[0]
        let dtype = tensors.map(\.dtype).reduce(first.dtype, DType.promoted)
        if tensors.count == 1 { return first }
        return apply(Concatenate(axis: axis), tensors.map { $0.cast(to: dtype) })
    }

    /// Tensors of one shape joined along a new axis, in the type that holds all: `numpy.stack`.
    public static func stacked(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
        concatenated(tensors.map { $0.expandingDimension(at: axis) }, axis: axis)
    }

    /// Cut into parts of equal length along `axis`: `numpy.split`. A length that does not divide ends the program.
    public func split(into parts: Int, axis: Int = 0) -> [Tensor] {
        let axis = normalized([axis], in: "split")[0]
        guard parts > 0, shape[axis] % parts == 0 else {
            fail("split: axis \(axis) of length \(shape[axis]) does not divide into \(parts) equal parts")
        }
        let size = shape[axis] / parts
        return (0..<parts).map { sliced($0 * size..<($0 + 1) * size, axis: axis) }
    }

    /// The part of `axis` in `range`, which keeps its dimension; beyond the axis it ends the program, where a subscript
    /// would cut it.
    public func sliced(_ range: Range<Int>, axis: Int = 0) -> Tensor {
        let axis = normalized([axis], in: "sliced")[0]
        guard range.lowerBound >= 0, range.upperBound <= shape[axis] else {
            fail("sliced: \(range) is out of range for axis \(axis) of shape \(shape)")
        }
        var start = [Int](repeating: 0, count: rank), shape = self.shape
        start[axis] = range.lowerBound
        shape[axis] = range.count
        return shape == self.shape
            ? self : Tensor.apply(Slice(start: start, step: [Int](repeating: 1, count: rank), shape: shape), self)
    }
}
