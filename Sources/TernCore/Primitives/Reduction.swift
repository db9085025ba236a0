import CTernKernels

/// Folds the middle axis of [outer, count, inner]; axes are brought there first.
struct Reduction: Primitive {
    let operation: ReductionOperation
    var name: String { operation.name }

    func result(of inputs: [TensorSpec]) -> TensorSpec {
        let x = inputs[0]
        if x.shape[1] == 0 && operation != .sum && operation != .product {
            fail("\(name) of no elements has no value (shape \(x.shape), axis 1)")
        }
        let dtype: DType =
            switch operation {
            case .argmax, .argmin: .int64
            case .sum, .product: x.dtype.isFloatingPoint ? x.dtype : .int64
            case .maximum, .minimum: x.dtype
            }
        return TensorSpec(shape: [x.shape[0], x.shape[2]], dtype: dtype)
    }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let shape = inputs[0].shape
        var arguments = tern_reduce()
        arguments.outer = Int64(shape[0])
        arguments.count = Int64(shape[1])
        arguments.inner = Int64(shape[2])
        arguments.op = operation
        arguments.dtype = inputs[0].dtype.c
        let columns = shape[0] == 1
        return [KernelCall(
            kernels.reduce, arguments, units: columns ? shape[2] : shape[0], grain: columns ? 16 : 1,
            cost: 20 + Double(inputs[0].count) * 0.06 * Double(inputs[0].dtype.size) / 4,
            fields: [
                .init(offset: MemoryLayout<tern_reduce>.offset(of: \.x)!, operand: 0, access: columns ? .whole : .aligned),
                .init(offset: MemoryLayout<tern_reduce>.offset(of: \.out)!, operand: 1, access: .aligned),
            ])]
    }

    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        let x = inputs[0]
        let lifted = [x.shape[0], 1, x.shape[2]]
        guard x.dtype.isFloatingPoint else { return [nil] }
        switch operation {
        case .sum: return [g.reshaped(lifted).broadcast(to: x.shape)]
        case .product:
            // The product of all others, exact where an element is 0.
            return [g.reshaped(lifted) * Self.productOfOthers(x)]
        case .maximum, .minimum:
            let hit = (x .== output.reshaped(lifted)).cast(to: x.dtype)
            let ties = hit.sum(axes: [1], keepingDimensions: true)
            return [g.reshaped(lifted) * hit / ties]
        case .argmax, .argmin: return [nil]
        }
    }

    private static func productOfOthers(_ x: Tensor) -> Tensor {
        let n = x.shape[1]
        let spread = x.reshaped([x.shape[0], 1, n, x.shape[2]]).broadcast(to: [x.shape[0], n, n, x.shape[2]])
        let own = Tensor.identity(n, dtype: .bool).reshaped([1, n, n, 1])
        return select(own, Tensor(weak: 1, like: x), spread).product(axes: [2])
    }
}

extension ReductionOperation {
    var name: String {
        switch self {
        case .sum: "sum"
        case .product: "product"
        case .maximum: "max"
        case .minimum: "min"
        case .argmax: "argmax"
        case .argmin: "argmin"
        }
    }
}

extension Tensor {
    /// Axes as non-negative numbers in order, each once.
    func normalized(_ axes: [Int], in name: String) -> [Int] {
        let result = axes.map { axis -> Int in
            guard axis >= -rank, axis < rank else {
                fail("\(name): axis \(axis) is out of range for the shape \(shape); it has \(rank) axes")
            }
            return axis < 0 ? axis + rank : axis
        }.sorted()
        for i in result.indices.dropFirst() where result[i] == result[i - 1] {
            fail("\(name): axis \(result[i]) is named twice")
        }
        return result
    }

    private func reduced(
        _ operation: ReductionOperation, axes: [Int]?, keepingDimensions keep: Bool
    ) -> Tensor {
        let axes = axes.map { normalized($0, in: operation.name) } ?? Array(0..<rank)
        let shape = self.shape
        let kept = shape.indices.filter { !axes.contains($0) }
        let result: [Int] = keep ? shape.indices.map { axes.contains($0) ? 1 : shape[$0] } : kept.map { shape[$0] }
        if axes.isEmpty {
            let isSum = operation == .sum || operation == .product
            return isSum && !dtype.isFloatingPoint ? cast(to: .int64) : self
        }
        if operation == .sum, let dots = columnDots(axes: axes) { return dots.reshaped(result) }
        let adjacent = axes.last! - axes.first! + 1 == axes.count
        // Axes that are not neighbours are moved to the end.
        let source = adjacent ? self : transposed(kept + axes)
        let first = adjacent ? axes.first! : kept.count
        let last = adjacent ? axes.last! : rank - 1
        func size(_ range: Range<Int>) -> Int { source.shape[range].reduce(1, *) }
        let folded = source.reshaped([size(0..<first), size(first..<(last + 1)), size((last + 1)..<rank)])
        return Tensor.apply(Reduction(operation: operation), folded).reshaped(result)
    }

    /// The sum over `axes`, or over all elements. Integers and booleans add up to `int64`.
    public func sum(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        reduced(.sum, axes: axes, keepingDimensions: keepingDimensions)
    }
    public func sum(axis: Int, keepingDimensions: Bool = false) -> Tensor {
        sum(axes: [axis], keepingDimensions: keepingDimensions)
    }
    public func product(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        reduced(.product, axes: axes, keepingDimensions: keepingDimensions)
    }
    /// The largest element over `axes`; a NaN wins. Equals share the gradient.
    public func max(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        reduced(.maximum, axes: axes, keepingDimensions: keepingDimensions)
    }
    public func max(axis: Int, keepingDimensions: Bool = false) -> Tensor {
        max(axes: [axis], keepingDimensions: keepingDimensions)
    }
    /// The smallest element over `axes`; a NaN wins. Equals share the gradient.
    public func min(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        reduced(.minimum, axes: axes, keepingDimensions: keepingDimensions)
    }
    public func min(axis: Int, keepingDimensions: Bool = false) -> Tensor {
        min(axes: [axis], keepingDimensions: keepingDimensions)
    }
    /// The index of the first largest element along `axis`.
    public func argmax(axis: Int, keepingDimensions: Bool = false) -> Tensor {
        reduced(.argmax, axes: [axis], keepingDimensions: keepingDimensions)
    }
    /// The index of the first smallest element along `axis`.
    public func argmin(axis: Int, keepingDimensions: Bool = false) -> Tensor {
        reduced(.argmin, axes: [axis], keepingDimensions: keepingDimensions)
    }
    public func all(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        cast(to: .bool).reduced(.product, axes: axes, keepingDimensions: keepingDimensions).cast(to: .bool)
    }
    public func any(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        cast(to: .bool).reduced(.sum, axes: axes, keepingDimensions: keepingDimensions).cast(to: .bool)
    }

    /// The number of elements folded by `axes`.
    private func foldedCount(_ axes: [Int]?) -> Double {
        Double(axes.map { normalized($0, in: "mean").map { shape[$0] }.reduce(1, *) } ?? count)
    }

    /// The mean over `axes`, or over all elements; integers become `float64`.
    public func mean(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        if let mean = meanOfConvolution(axes: axes, keepingDimensions: keepingDimensions) { return mean }
        let x = dtype.isFloatingPoint ? self : cast(to: .float64)
        return x.sum(axes: axes, keepingDimensions: keepingDimensions) / foldedCount(axes)
    }
    public func mean(axis: Int, keepingDimensions: Bool = false) -> Tensor {
        mean(axes: [axis], keepingDimensions: keepingDimensions)
    }
    /// The variance over `axes`, divided by the count less `degreesOfFreedom` (NumPy's `ddof`).
    public func variance(
        axes: [Int]? = nil, degreesOfFreedom: Int = 0, keepingDimensions: Bool = false
    ) -> Tensor {
        let deviation = self - mean(axes: axes, keepingDimensions: true)
        return square(deviation).sum(axes: axes, keepingDimensions: keepingDimensions)
            / (foldedCount(axes) - Double(degreesOfFreedom))
    }
    /// The square root of ``variance(axes:degreesOfFreedom:keepingDimensions:)``.
    public func standardDeviation(
        axes: [Int]? = nil, degreesOfFreedom: Int = 0, keepingDimensions: Bool = false
    ) -> Tensor {
        sqrt(variance(axes: axes, degreesOfFreedom: degreesOfFreedom, keepingDimensions: keepingDimensions))
    }
}
