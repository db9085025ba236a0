import TernCore

/// All but the batch as one dimension: [batch, ...] to [batch, n].
public final class Flatten: UnaryLayer {
    public let info: LayerInfo
    public init(name: String? = nil) { info = LayerInfo(name: name) }
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.reshaped([x.shape[0], x.shape.dropFirst().reduce(1, *)])
    }
}

/// Another shape for each example; one length may be -1 and is worked out.
///
/// ```swift
/// let y = Reshape([1, 96, 144])(Tensor.zeros([16, 13824]))   // [16, 1, 96, 144]
/// ```
public final class Reshape: UnaryLayer {
    public let info: LayerInfo
    public let targetShape: [Int]

    public init(_ targetShape: [Int], name: String? = nil) {
        info = LayerInfo(name: name)
        self.targetShape = targetShape
    }

    public func complaint(about inputShape: [Int]) -> String? {
        guard let given = checkedProduct(inputShape.dropFirst()),
            let wanted = checkedProduct(targetShape.filter { $0 >= 0 })
        else {
            return "nothing can have the shape \(targetShape)"
        }
        let fits = targetShape.contains(-1) ? wanted > 0 && given % wanted == 0 : given == wanted
        return fits ? nil : "\(given) values cannot take the shape \(targetShape)"
    }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        var shape = targetShape
        if let open = shape.firstIndex(of: -1) {
            shape[open] = x.shape.dropFirst().reduce(1, *) / shape.filter { $0 >= 0 }.reduce(1, *)
        }
        return x.reshaped([x.shape[0]] + shape)
    }
}

/// The dimensions of each example in another order; they are counted from 1, as in Keras.
public final class Permute: UnaryLayer {
    public let info: LayerInfo
    public let dimensions: [Int]

    public init(_ dimensions: [Int], name: String? = nil) {
        info = LayerInfo(name: name)
        self.dimensions = dimensions
    }

    public func complaint(about inputShape: [Int]) -> String? {
        dimensions.sorted() == Array(1..<inputShape.count)
            ? nil : "\(dimensions) is no order of the dimensions 1 to \(inputShape.count - 1)"
    }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor { x.transposed([0] + dimensions) }
}

/// The input `count` times, as steps of a series: [batch, n] to [batch, count, n].
public final class RepeatVector: UnaryLayer {
    public let info: LayerInfo
    public let count: Int

    public init(_ count: Int, name: String? = nil) {
        info = LayerInfo(name: name)
        self.count = count
    }

    public func complaint(about inputShape: [Int]) -> String? { inputShape.count == 2 ? nil : "it wants [batch, n]" }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.expandingDimension(at: 1).broadcast(to: [x.shape[0], count, x.shape[1]])
    }
}
