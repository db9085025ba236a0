import TernCore

/// What is wrong with a single number.
let wantsBatch = "it got a single number; its input begins with the batch"

/// All but the batch as one dimension: [batch, ...] to [batch, n].
///
/// ```swift
/// let y = Flatten()(Tensor.zeros([8, 4, 6, 2]))   // [8, 48]
/// ```
public final class Flatten: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo

    /// A layer of this name; a model names it after its kind where there is none.
    public init(name: String? = nil) { info = LayerInfo(name: name) }

    /// The input must begin with the batch.
    public func complaint(about inputShape: [Int]) -> String? { inputShape.isEmpty ? wantsBatch : nil }

    /// x as [batch, n].
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.reshaped([x.shape[0], x.shape.dropFirst().reduce(1, *)])
    }
}

/// Another shape for each example; one length may be -1 and is worked out.
///
/// ```swift
/// let y = Reshape([1, 6, -1])(Tensor.zeros([4, 48]))   // [4, 1, 6, 8]
/// ```
public final class Reshape: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// The shape of an example; one length may be -1.
    public let targetShape: [Int]

    /// Gives examples this shape, which does not count the batch.
    public init(_ targetShape: [Int], name: String? = nil) {
        info = LayerInfo(name: name)
        self.targetShape = targetShape
    }

    /// An example must have as many numbers as the shape, of which one length may be -1.
    public func complaint(about inputShape: [Int]) -> String? {
        if inputShape.isEmpty { return wantsBatch }
        if targetShape.contains(where: { $0 < -1 }) || targetShape.count(where: { $0 == -1 }) > 1 {
            return "its shape \(targetShape) has lengths of 0 or more, of which one may be -1"
        }
        guard let given = checkedProduct(inputShape.dropFirst()),
            let wanted = checkedProduct(targetShape.filter { $0 >= 0 })
        else {
            return "nothing can have the shape \(targetShape)"
        }
        let fits = targetShape.contains(-1) ? wanted > 0 && given % wanted == 0 : given == wanted
        return fits ? nil : "\(given) values cannot take the shape \(targetShape)"
    }

    /// x as [batch] + targetShape.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        var shape = targetShape
        if let open = shape.firstIndex(of: -1) {
            shape[open] = x.shape.dropFirst().reduce(1, *) / shape.filter { $0 >= 0 }.reduce(1, *)
        }
        return x.reshaped([x.shape[0]] + shape)
    }
}

/// The dimensions of each example in another order; they are counted from 1, as in Keras.
///
/// ```swift
/// let y = Permute([2, 1])(Tensor.zeros([4, 10, 3]))   // [4, 3, 10]
/// ```
public final class Permute: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// Which dimension of the input stands at each place, counted from 1.
    public let dimensions: [Int]

    /// Orders dimensions so: [2, 1] swaps the first two after the batch.
    public init(_ dimensions: [Int], name: String? = nil) {
        info = LayerInfo(name: name)
        self.dimensions = dimensions
    }

    /// Each dimension but the batch must be named once.
    public func complaint(about inputShape: [Int]) -> String? {
        if inputShape.isEmpty { return wantsBatch }
        return dimensions.sorted() == Array(1..<inputShape.count)
            ? nil : "\(dimensions) is no order of the dimensions 1 to \(inputShape.count - 1)"
    }

    /// x with its dimensions in the other order.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor { x.transposed([0] + dimensions) }
}

/// The input `count` times, as steps of a series: [batch, n] to [batch, count, n].
///
/// ```swift
/// let y = RepeatVector(5)(Tensor.zeros([4, 3]))   // [4, 5, 3]
/// ```
public final class RepeatVector: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// How many steps it makes.
    public let count: Int

    /// Makes `count` steps, 1 or more.
    public init(_ count: Int, name: String? = nil) {
        info = LayerInfo(name: name)
        self.count = count
    }

    /// The input must be [batch, n].
    public func complaint(about inputShape: [Int]) -> String? {
        if count < 1 { return "it makes \(count) steps; give 1 or more" }
        return inputShape.count == 2 ? nil : "it wants [batch, n]"
    }

    /// x at each of `count` steps, [batch, count, n].
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.expandingDimension(at: 1).broadcast(to: [x.shape[0], count, x.shape[1]])
    }
}
