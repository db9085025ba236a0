/// What can stand between the brackets of `x[...]`: an integer, a range, or one of ``TensorIndex``'s members.
///
/// ```swift
/// let x = Tensor([[1, 2, 3], [4, 5, 6]])
/// x[1]                                    // [4, 5, 6]
/// x[.all, 1...]                           // [[2, 3], [5, 6]]
/// ```
public protocol TensorIndexing {
    /// The place in the form that subscripts work with.
    var index: TensorIndex { get }
}

/// One place in a subscript, with NumPy's meaning.
///
/// ```swift
/// let x = Tensor.range(0..<24).reshaped([2, 3, 4])
/// x[0].shape                              // [3, 4], one dimension fewer
/// x[1..<2, .all, -1]                      // [[15, 19, 23]]: x[1:2, :, -1]
/// x[.every(-1)].shape                     // [2, 3, 4], turned round: x[::-1]
/// x[.rest, 0].shape                       // [2, 3]: x[..., 0]
/// x[.all, .new].shape                     // [2, 1, 3, 4]: x[:, None]
/// ```
public enum TensorIndex: TensorIndexing, Sendable {
    /// One place, whose dimension is dropped; negative numbers count from the end. Beyond the axis it ends the program.
    case at(Int)
    /// Places from one to before another, cut to the axis; nil: to its ends. A negative step runs backwards, a step of
    /// 0 ends the program.
    case range(from: Int?, to: Int?, by: Int)
    /// All dimensions that the other indices leave; once in a subscript.
    case ellipsis
    /// A new dimension of length 1.
    case newAxis

    /// The place itself.
    public var index: TensorIndex { self }
}

extension TensorIndexing where Self == TensorIndex {
    /// The whole dimension.
    public static var all: TensorIndex { .range(from: nil, to: nil, by: 1) }

    /// Every `step`-th element; a negative step runs backwards.
    public static func every(_ step: Int, from: Int? = nil, to: Int? = nil) -> TensorIndex {
        .range(from: from, to: to, by: step)
    }

    /// All dimensions that the other indices leave: NumPy's `...`.
    public static var rest: TensorIndex { .ellipsis }

    /// A new dimension of length 1: NumPy's `None`.
    public static var new: TensorIndex { .newAxis }
}

extension Int: TensorIndexing {
    /// One place; negative numbers count from the end.
    public var index: TensorIndex { .at(self) }
}
extension Range<Int>: TensorIndexing {
    /// Places from the lower to before the upper bound, cut to the axis; negative numbers count from the end.
    public var index: TensorIndex { .range(from: lowerBound, to: upperBound, by: 1) }
}
extension ClosedRange<Int>: TensorIndexing {
    /// Places from the lower to the upper bound, cut to the axis; negative numbers count from the end.
    public var index: TensorIndex { .range(from: lowerBound, to: end(after: upperBound), by: 1) }
}
extension PartialRangeFrom<Int>: TensorIndexing {
    /// Places from the lower bound to the end; negative numbers count from the end.
    public var index: TensorIndex { .range(from: lowerBound, to: nil, by: 1) }
}
extension PartialRangeUpTo<Int>: TensorIndexing {
    /// Places up to before the upper bound; negative numbers count from the end.
    public var index: TensorIndex { .range(from: nil, to: upperBound, by: 1) }
}
extension PartialRangeThrough<Int>: TensorIndexing {
    /// Places up to and with the upper bound; negative numbers count from the end.
    public var index: TensorIndex { .range(from: nil, to: end(after: upperBound), by: 1) }
}

/// The end of a range with its last place: after -1, the last of an axis, nothing is left.
private func end(after last: Int) -> Int? { last == -1 ? nil : last == .max ? last : last + 1 }

extension Tensor {
    /// A slice, with NumPy's rules: integers drop their dimension, ranges are cut to the axis, negative numbers count
    /// from the end.
    ///
    /// Setting one replaces the elements by others, which are broadcast to the slice's shape and cast to the tensor's
    /// type: `x[.all, 0] = y`. Gradients flow to both.
    ///
    /// - Complexity: O(elements of the slice) to read, O(count) to set: elements are copied.
    public subscript<A: TensorIndexing>(_ a: A) -> Tensor {
        get { part([a.index]) }
        set { replacePart([a.index], with: newValue) }
    }
    /// A slice by two indices.
    public subscript<A: TensorIndexing, B: TensorIndexing>(_ a: A, _ b: B) -> Tensor {
        get { part([a.index, b.index]) }
        set { replacePart([a.index, b.index], with: newValue) }
    }
    /// A slice by three indices.
    public subscript<A: TensorIndexing, B: TensorIndexing, C: TensorIndexing>(_ a: A, _ b: B, _ c: C) -> Tensor {
        get { part([a.index, b.index, c.index]) }
        set { replacePart([a.index, b.index, c.index], with: newValue) }
    }
    /// A slice by four indices.
    public subscript<A: TensorIndexing, B: TensorIndexing, C: TensorIndexing, D: TensorIndexing>(_ a: A, _ b: B, _ c: C,
        _ d: D
    ) -> Tensor {
        get { part([a.index, b.index, c.index, d.index]) }
        set { replacePart([a.index, b.index, c.index, d.index], with: newValue) }
    }
    /// A slice by five indices; for more, see ``Tensor/part(_:)``.
    public subscript<A: TensorIndexing, B: TensorIndexing, C: TensorIndexing, D: TensorIndexing, E: TensorIndexing>(
        _ a: A, _ b: B, _ c: C, _ d: D, _ e: E
    ) -> Tensor {
        get { part([a.index, b.index, c.index, d.index, e.index]) }
        set { replacePart([a.index, b.index, c.index, d.index, e.index], with: newValue) }
    }

    /// The slice at `indices`, for any number of dimensions.
    public func part(_ indices: [TensorIndex]) -> Tensor {
        let cut = cut(indices)
        return Tensor.apply(cut.slice, self).reshaped(cut.shape)
    }

    /// Writes `values`, broadcast, over the slice at `indices`.
    public mutating func replacePart(_ indices: [TensorIndex], with values: Tensor) {
        let cut = cut(indices)
        let part = values.cast(to: dtype).broadcast(to: cut.shape).reshaped(cut.slice.shape)
        self = Tensor.apply(ReplaceSlice(start: cut.slice.start, step: cut.slice.step), self, part)
    }

    /// The rows at integer `indices`, or those where a bool tensor of the leading shape holds.
    public subscript(indices: Tensor) -> Tensor {
        guard indices.dtype == .bool else { return taking(indices) }
        guard Array(shape.prefix(indices.rank)) == indices.shape else {
            fail("a mask of shape \(indices.shape) does not fit a tensor of shape \(shape)")
        }
        let chosen = indices.scalars(Bool.self).enumerated().filter(\.element).map(\.offset)
        return reshaped([indices.count] + shape.dropFirst(indices.rank)).taking(Tensor(chosen))
    }

    private func cut(_ indices: [TensorIndex]) -> (slice: Slice, shape: [Int]) {
        let used = indices.count { if case .at = $0 { true } else if case .range = $0 { true } else { false } }
        guard used <= rank else { fail("\(used) indices are too many for the shape \(shape)") }
        var indices = indices
        if !indices.contains(where: { if case .ellipsis = $0 { true } else { false } }) { indices.append(.ellipsis) }
        var start: [Int] = [], step: [Int] = [], cut: [Int] = [], result: [Int] = []
        var seenRest = false
        for index in indices {
            let axis = start.count
            switch index {
            case .newAxis: result.append(1)
            case .ellipsis:
                if seenRest { fail("a subscript can hold .rest only once") }
                seenRest = true
                for i in axis..<(axis + rank - used) {
                    start.append(0)
                    step.append(1)
                    cut.append(shape[i])
                    result.append(shape[i])
                }
            case .at(let i):
                guard i >= -shape[axis], i < shape[axis] else {
                    fail("index \(i) is out of range for axis \(axis) of length \(shape[axis])")
                }
                start.append(i < 0 ? i + shape[axis] : i)
                step.append(1)
                cut.append(1)
            case .range(let from, let to, let by):
                let n = shape[axis]
                guard by != 0 else { fail("a step of 0 leads nowhere") }
                func clamp(_ i: Int, _ low: Int, _ high: Int) -> Int {
                    Swift.min(Swift.max(i < 0 ? i + n : i, low), high)
                }
                let first = from.map { by > 0 ? clamp($0, 0, n) : clamp($0, -1, n - 1) } ?? (by > 0 ? 0 : n - 1)
                let last = to.map { by > 0 ? clamp($0, 0, n) : clamp($0, -1, n - 1) } ?? (by > 0 ? n : -1)
                let distance = by > 0 ? last - first : first - last
                let length = distance > 0 ? (distance - 1) / Int(clamping: by.magnitude) + 1 : 0
                start.append(length == 0 ? 0 : first)
                // A step that is not taken may be of any size.
                step.append(length > 1 ? by : 1)
                cut.append(length)
                result.append(length)
            }
        }
        return (Slice(start: start, step: step, shape: cut), result)
    }
}
