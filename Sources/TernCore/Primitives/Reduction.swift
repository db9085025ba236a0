import CTernKernels

/// Folds the middle axis of [outer, count, inner]; axes are brought there first.
struct Reduction: Primitive {
    let operation: ReductionOperation
    var name: String { operation.name }

    func result(of inputs: [TensorSpec]) -> TensorSpec {
        let x = inputs[0]
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
        return [
            KernelCall(
                kernels.reduce, arguments, units: columns ? shape[2] : shape[0], grain: columns ? 16 : 1,
                cost: 20 + Double(inputs[0].count) * 0.06 * Double(inputs[0].dtype.size) / 4,
                fields: [
                    .init(\tern_reduce.x, 0, columns ? .whole : .aligned),
                    .init(\tern_reduce.out, 1, .aligned),
                ])
        ]
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
        if operation != .sum && operation != .product && axes.contains(where: { shape[$0] == 0 }) {
            fail("\(operation.name) of no elements has no value: axes \(axes) of \(spec)")
        }
        let kept = shape.indices.filter { !axes.contains($0) }
        let result: [Int] = keep ? shape.indices.map { axes.contains($0) ? 1 : shape[$0] } : kept.map { shape[$0] }
        if axes.isEmpty {
            if operation == .argmax || operation == .argmin { return .zeros(shape, dtype: .int64) }
            let isSum = operation == .sum || operation == .product
            return isSum && !dtype.isFloatingPoint ? cast(to: .int64) : self
        }
        let adjacent = axes.last! - axes.first! + 1 == axes.count
        // Axes that are not neighbours are moved to the end.
        let source = adjacent ? self : transposed(kept + axes)
        let first = adjacent ? axes.first! : kept.count
        let last = adjacent ? axes.last! : rank - 1
        func size(_ range: Range<Int>) -> Int { source.shape[range].reduce(1, *) }
        let folded = source.reshaped([size(0..<first), size(first..<(last + 1)), size((last + 1)..<rank)])
        return Tensor.apply(Reduction(operation: operation), folded).reshaped(result)
    }

    /// The sum over `axes`, or over all elements: `numpy.sum`, or `numpy.nansum` where NaN is skipped and
    /// counts as 0. Integers and booleans add up to `int64`.
    public func sum(axes: [Int]? = nil, keepingDimensions: Bool = false, skippingNaN: Bool = false) -> Tensor {
        replacingNaN(by: 0, if: skippingNaN).reduced(.sum, axes: axes, keepingDimensions: keepingDimensions)
    }
    /// The sum over one axis, which the result lacks unless `keepingDimensions` leaves it with length 1; negative
    /// numbers count from the last.
    public func sum(axis: Int, keepingDimensions: Bool = false, skippingNaN: Bool = false) -> Tensor {
        sum(axes: [axis], keepingDimensions: keepingDimensions, skippingNaN: skippingNaN)
    }
    /// The product over `axes`, or over all elements: `numpy.prod`, or `numpy.nanprod` where NaN is skipped and
    /// counts as 1. Integers and booleans multiply to `int64`.
    public func product(axes: [Int]? = nil, keepingDimensions: Bool = false, skippingNaN: Bool = false) -> Tensor {
        replacingNaN(by: 1, if: skippingNaN).reduced(.product, axes: axes, keepingDimensions: keepingDimensions)
    }
    /// The largest element over `axes`: `numpy.max`, where a NaN wins, or `numpy.nanmax`, which skips it and
    /// gives NaN where there is nothing else. Equals share the gradient.
    public func max(axes: [Int]? = nil, keepingDimensions: Bool = false, skippingNaN: Bool = false) -> Tensor {
        extremum(.maximum, axes: axes, keepingDimensions: keepingDimensions, skippingNaN: skippingNaN)
    }
    /// The largest element along one axis, which the result lacks unless `keepingDimensions` leaves it with length 1.
    public func max(axis: Int, keepingDimensions: Bool = false, skippingNaN: Bool = false) -> Tensor {
        max(axes: [axis], keepingDimensions: keepingDimensions, skippingNaN: skippingNaN)
    }
    /// The smallest element over `axes`: `numpy.min`, where a NaN wins, or `numpy.nanmin`, which skips it and
    /// gives NaN where there is nothing else. Equals share the gradient.
    public func min(axes: [Int]? = nil, keepingDimensions: Bool = false, skippingNaN: Bool = false) -> Tensor {
        extremum(.minimum, axes: axes, keepingDimensions: keepingDimensions, skippingNaN: skippingNaN)
    }
    /// The smallest element along one axis, which the result lacks unless `keepingDimensions` leaves it with length 1.
    public func min(axis: Int, keepingDimensions: Bool = false, skippingNaN: Bool = false) -> Tensor {
        min(axes: [axis], keepingDimensions: keepingDimensions, skippingNaN: skippingNaN)
    }
    /// The index of the first largest element along `axis`, or of all elements in row-major order:
    /// `numpy.argmax`, where a NaN wins, or `numpy.nanargmax`, which skips it.
    ///
    /// Where nothing but NaN is left, the program ends, also when a compiled function runs.
    public func argmax(axis: Int? = nil, keepingDimensions: Bool = false, skippingNaN: Bool = false) -> Tensor {
        place(.argmax, axis: axis, keepingDimensions: keepingDimensions, skippingNaN: skippingNaN)
    }
    /// The index of the first smallest element along `axis`, or of all elements in row-major order:
    /// `numpy.argmin`, where a NaN wins, or `numpy.nanargmin`, which skips it.
    ///
    /// Where nothing but NaN is left, the program ends, also when a compiled function runs.
    public func argmin(axis: Int? = nil, keepingDimensions: Bool = false, skippingNaN: Bool = false) -> Tensor {
        place(.argmin, axis: axis, keepingDimensions: keepingDimensions, skippingNaN: skippingNaN)
    }
    /// Whether all elements over `axes` (nil: over all) hold, as `bool`: `numpy.all`. Numbers count as true where they
    /// are not 0; of no elements, all hold.
    public func all(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        cast(to: .bool).reduced(.product, axes: axes, keepingDimensions: keepingDimensions).cast(to: .bool)
    }
    /// Whether at least one element over `axes` (nil: over all) holds, as `bool`: `numpy.any`. Numbers count as true
    /// where they are not 0; of no elements, none holds.
    public func any(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        cast(to: .bool).reduced(.sum, axes: axes, keepingDimensions: keepingDimensions).cast(to: .bool)
    }

    /// The number of elements folded by `axes`.
    private func foldedCount(_ axes: [Int]?) -> Double {
        Double(axes.map { normalized($0, in: "mean").map { shape[$0] }.reduce(1, *) } ?? count)
    }

    /// The mean over `axes`, or over all elements; integers become `float64`: `numpy.mean`, or `numpy.nanmean`
    /// where NaN is skipped. The mean of nothing is NaN.
    public func mean(axes: [Int]? = nil, keepingDimensions: Bool = false, skippingNaN: Bool = false) -> Tensor {
        if skippingNaN, dtype.isFloatingPoint {
            return sum(axes: axes, keepingDimensions: keepingDimensions, skippingNaN: true)
                / numberCount(axes: axes, keepingDimensions: keepingDimensions)
        }
        let x = dtype.isFloatingPoint ? self : cast(to: .float64)
        return x.sum(axes: axes, keepingDimensions: keepingDimensions) / foldedCount(axes)
    }
    /// The mean over one axis, which the result lacks unless `keepingDimensions` leaves it with length 1; negative
    /// numbers count from the last.
    public func mean(axis: Int, keepingDimensions: Bool = false, skippingNaN: Bool = false) -> Tensor {
        mean(axes: [axis], keepingDimensions: keepingDimensions, skippingNaN: skippingNaN)
    }
    /// The variance over `axes`, divided by the count less `degreesOfFreedom` (NumPy's `ddof`) or, where that is
    /// negative, by 0: `numpy.var`, or `numpy.nanvar` where NaN is skipped and a count of `degreesOfFreedom`
    /// or fewer gives NaN.
    ///
    /// Where NumPy's sum of squares overflows and the variance does not, it is the variance.
    public func variance(
        axes: [Int]? = nil, degreesOfFreedom: Int = 0, keepingDimensions: Bool = false, skippingNaN: Bool = false
    ) -> Tensor {
        let (scaled, factor) = scaledVariance(axes, degreesOfFreedom, keepingDimensions, skippingNaN)
        return factor.map { scaled / $0 / $0 } ?? scaled
    }

    /// The variance of this times a factor, and the factor in the result's shape; nil for 1.
    private func scaledVariance(
        _ axes: [Int]?, _ degreesOfFreedom: Int, _ keepingDimensions: Bool, _ skippingNaN: Bool
    ) -> (variance: Tensor, factor: Tensor?) {
        func variance(_ x: Tensor) -> Tensor {
            x.plainVariance(axes, degreesOfFreedom, keepingDimensions, skippingNaN)
        }
        guard dtype.isFloatingPoint, count > 0 else { return (variance(self), nil) }
        // What is recorded is the same graph with values and without.
        if storage != nil, node == nil {
            let plain = variance(self)
            if plain.sum().item.isFinite { return (plain, nil) }
        }
        let source = skippingNaN ? replacingNaN(by: 0) : self
        let factor = source.factorForSquares(axes: axes), scaled = variance(self * factor)
        return (scaled, factor.reshaped(scaled.shape))
    }

    private func plainVariance(
        _ axes: [Int]?, _ degreesOfFreedom: Int, _ keepingDimensions: Bool, _ skippingNaN: Bool
    ) -> Tensor {
        let deviation = self - mean(axes: axes, keepingDimensions: true, skippingNaN: skippingNaN)
        guard skippingNaN, dtype.isFloatingPoint else {
            return square(deviation).sum(axes: axes, keepingDimensions: keepingDimensions)
                / Swift.max(foldedCount(axes) - Double(degreesOfFreedom), 0)
        }
        let squares = square(select(isNaN(self), Tensor(weak: 0, like: self), deviation))
        let freedom = numberCount(axes: axes, keepingDimensions: keepingDimensions) - degreesOfFreedom
        let sum = squares.sum(axes: axes, keepingDimensions: keepingDimensions)
        return sum / select(freedom .> 0, freedom, Tensor(weak: Double.nan, like: self))
    }
    /// The square root of ``variance(axes:degreesOfFreedom:keepingDimensions:skippingNaN:)``: `numpy.std` and
    /// `numpy.nanstd`.
    public func standardDeviation(
        axes: [Int]? = nil, degreesOfFreedom: Int = 0, keepingDimensions: Bool = false, skippingNaN: Bool = false
    ) -> Tensor {
        let (scaled, factor) = scaledVariance(axes, degreesOfFreedom, keepingDimensions, skippingNaN)
        return factor.map { sqrt(scaled) / $0 } ?? sqrt(scaled)
    }
}

// MARK: - Skipping NaN

extension Tensor {
    /// The elements with another number in place of NaN; integers have none.
    package func replacingNaN(by value: Double, if condition: Bool = true) -> Tensor {
        guard condition, dtype.isFloatingPoint else { return self }
        return select(isNaN(self), Tensor(weak: value, like: self), self)
    }

    /// How many elements over `axes` are numbers, in the type of `self`.
    func numberCount(axes: [Int]?, keepingDimensions: Bool) -> Tensor {
        (.!isNaN(self)).sum(axes: axes, keepingDimensions: keepingDimensions).cast(to: dtype)
    }

    private func extremum(
        _ operation: ReductionOperation, axes: [Int]?, keepingDimensions: Bool, skippingNaN: Bool
    ) -> Tensor {
        guard skippingNaN, dtype.isFloatingPoint else {
            return reduced(operation, axes: axes, keepingDimensions: keepingDimensions)
        }
        let loser = operation == .maximum ? -Double.infinity : .infinity
        let best = replacingNaN(by: loser).reduced(operation, axes: axes, keepingDimensions: keepingDimensions)
        let isNothing = isNaN(self).all(axes: axes, keepingDimensions: keepingDimensions)
        return select(isNothing, Tensor(weak: Double.nan, like: self), best)
    }

    private func place(
        _ operation: ReductionOperation, axis: Int?, keepingDimensions: Bool, skippingNaN: Bool
    ) -> Tensor {
        let axes = axis.map { [$0] }
        guard skippingNaN, dtype.isFloatingPoint else {
            return reduced(operation, axes: axes, keepingDimensions: keepingDimensions)
        }
        let loser = operation == .argmax ? -Double.infinity : .infinity
        let at = replacingNaN(by: loser).reduced(operation, axes: axes, keepingDimensions: keepingDimensions)
        let isSomething = (.!isNaN(self)).any(axes: axes)
        return operation == .argmax
            ? at.requiring(isSomething, "argmax(skippingNaN:): a slice holds nothing but NaN")
            : at.requiring(isSomething, "argmin(skippingNaN:): a slice holds nothing but NaN")
    }
}
