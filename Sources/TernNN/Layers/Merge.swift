import TernCore

/// A layer that makes one output of several inputs, element by element, broadcast as in NumPy.
///
/// ```swift
/// let layers: [any MergeLayer] = [Add(), Multiply(), Maximum()]
/// let inputs = [Tensor([[1.0, 2]]), Tensor([[3.0, 4]])]
/// let results = layers.map { $0(inputs)[0] }   // sum, product, larger: [[4, 6]], [[3, 8]], [[3, 4]]
/// ```
///
/// Where all inputs have a mask, a step of the output counts if it does in any of them; otherwise
/// the output has none.
public protocol MergeLayer: Layer {
    /// What it makes of its inputs, which have one rank.
    func merge(_ inputs: [Tensor]) -> Tensor
    /// The same with the inputs' masks, for a layer whose output depends on them.
    func merge(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor
}

extension MergeLayer {
    /// It takes two inputs or more, of lengths that can be broadcast.
    public func complaint(about inputShapes: [[Int]]) -> String? { mergeComplaint(about: inputShapes) }

    fileprivate func mergeComplaint(about inputShapes: [[Int]]) -> String? {
        if inputShapes.count < 2 { return "it takes two or more inputs and got \(inputShapes.count)" }
        let rank = inputShapes.map(\.count).max()!
        if rank > 0, inputShapes.contains(where: \.isEmpty) {
            return "one of its inputs is a single number; each begins with the batch"
        }
        let padded = inputShapes.map {
            $0.count == rank ? $0 : [$0[0]] + Array(repeating: 1, count: rank - $0.count) + $0.dropFirst()
        }
        for axis in 0..<rank where Set(padded.map { $0[axis] }).subtracting([1]).count > 1 {
            return "its inputs have different lengths along dimension \(axis)"
        }
        return nil
    }

    /// Merges whatever the masks.
    public func merge(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor { merge(inputs) }

    /// One output, of the rank of the highest input; lower ones get dimensions after the batch.
    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        let rank = inputs.map(\.rank).max()!
        let masks =
            context.masks.contains { $0 != nil }
            ? placed(context.masks, inputs) : Array(repeating: nil, count: inputs.count)
        return [merge(inputs.map { Self.placed($0, by: rank - $0.rank) }, masks)]
    }

    /// Lower ranks get dimensions after the batch.
    private static func placed(_ x: Tensor, by count: Int) -> Tensor {
        count == 0 || x.rank == 0
            ? x : x.reshaped([x.shape[0]] + Array(repeating: 1, count: count) + x.shape.dropFirst())
    }

    /// The masks of the inputs as they are merged.
    private func placed(_ masks: [Tensor?], _ inputs: [Tensor]) -> [Tensor?] {
        let rank = inputs.map(\.rank).max()!
        return zip(masks, inputs).map { mask, x in mask.map { Self.placed($0.cast(to: .bool), by: rank - x.rank) } }
    }

    /// Where all inputs have a mask: what counts in any of them.
    public func masks(of outputs: [Tensor], from inputs: [Tensor], _ masks: [Tensor?]) -> [Tensor?] {
        let given = placed(masks, inputs).compactMap { $0 }
        guard given.count == inputs.count else { return [nil] }
        let rank = given.map(\.rank).max()!
        let any = given.dropFirst().reduce(given[0].maskAxes(rank)) { $0 .| $1.maskAxes(rank) }
        return [any.broadcast(to: Array(outputs[0].shape.prefix(rank)))]
    }
}

/// The sum of the inputs.
///
/// ```swift
/// let y = Add()([Tensor([[1.0, 2]]), Tensor([[3.0, 4]])])[0]   // [[4, 6]]
/// ```
public final class Add: MergeLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo

    /// A layer of this name; a model names it after its kind where there is none.
    public init(name: String? = nil) { info = LayerInfo(name: name) }

    /// a + b + ...
    public func merge(_ inputs: [Tensor]) -> Tensor { inputs.dropFirst().reduce(inputs[0], +) }
}

/// The first input less the second.
///
/// ```swift
/// let y = Subtract()([Tensor([[1.0, 2]]), Tensor([[3.0, 4]])])[0]   // [[-2, -2]]
/// ```
public final class Subtract: MergeLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo

    /// A layer of this name; a model names it after its kind where there is none.
    public init(name: String? = nil) { info = LayerInfo(name: name) }

    /// It takes two inputs, of lengths that can be broadcast.
    public func complaint(about inputShapes: [[Int]]) -> String? {
        inputShapes.count > 2 ? "it takes two inputs and got \(inputShapes.count)" : mergeComplaint(about: inputShapes)
    }

    /// a − b.
    public func merge(_ inputs: [Tensor]) -> Tensor { inputs[0] - inputs[1] }
}

/// The product of the inputs. A step that a mask leaves out counts as 1; what all leave out is 0.
///
/// ```swift
/// let y = Multiply()([Tensor([[1.0, 2]]), Tensor([[3.0, 4]])])[0]   // [[3, 8]]
/// ```
public final class Multiply: MergeLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo

    /// A layer of this name; a model names it after its kind where there is none.
    public init(name: String? = nil) { info = LayerInfo(name: name) }

    /// a · b · ...
    public func merge(_ inputs: [Tensor]) -> Tensor { inputs.dropFirst().reduce(inputs[0], *) }

    /// The product with 1 for what a mask leaves out, and 0 for what all leave out.
    public func merge(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor {
        let product = merge(
            zip(inputs, masks).map { x, mask in
                mask.map { select($0.maskAxes(x.rank), x, constant(1, like: x)) } ?? x
            })
        guard masks.allSatisfy({ $0 != nil }) else { return product }
        let counts = masks.compactMap { $0?.maskAxes(product.rank) }
        return product.masked(by: counts.dropFirst().reduce(counts[0], .|))
    }
}

/// The mean of the inputs.
///
/// ```swift
/// let y = Average()([Tensor([[1.0, 2]]), Tensor([[3.0, 4]])])[0]   // [[2, 3]]
/// ```
public final class Average: MergeLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo

    /// A layer of this name; a model names it after its kind where there is none.
    public init(name: String? = nil) { info = LayerInfo(name: name) }

    /// (a + b + ...) / n.
    public func merge(_ inputs: [Tensor]) -> Tensor { inputs.dropFirst().reduce(inputs[0], +) / Double(inputs.count) }
}

/// The largest of the inputs, of those whose masks let a step count.
///
/// ```swift
/// let y = Maximum()([Tensor([[1.0, 5]]), Tensor([[3.0, 4]])])[0]   // [[3, 5]]
/// ```
public final class Maximum: MergeLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo

    /// A layer of this name; a model names it after its kind where there is none.
    public init(name: String? = nil) { info = LayerInfo(name: name) }

    /// max(a, b, ...).
    public func merge(_ inputs: [Tensor]) -> Tensor { inputs.dropFirst().reduce(inputs[0]) { maximum($0, $1) } }

    /// The largest of what counts.
    public func merge(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor {
        mergeCounting(inputs, masks) { maximum($0, $1) }
    }
}

/// The smallest of the inputs, of those whose masks let a step count.
///
/// ```swift
/// let y = Minimum()([Tensor([[1.0, 5]]), Tensor([[3.0, 4]])])[0]   // [[1, 4]]
/// ```
public final class Minimum: MergeLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo

    /// A layer of this name; a model names it after its kind where there is none.
    public init(name: String? = nil) { info = LayerInfo(name: name) }

    /// min(a, b, ...).
    public func merge(_ inputs: [Tensor]) -> Tensor { inputs.dropFirst().reduce(inputs[0]) { minimum($0, $1) } }

    /// The smallest of what counts.
    public func merge(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor {
        mergeCounting(inputs, masks) { minimum($0, $1) }
    }
}

extension MergeLayer {
    /// Keras's way for an operation without a neutral element: where one side does not count, it takes the other's
    /// value. What has been merged counts where any part does, and everywhere once a part had no mask.
    fileprivate func mergeCounting(_ inputs: [Tensor], _ masks: [Tensor?], _ operation: (Tensor, Tensor) -> Tensor)
        -> Tensor
    {
        var merged = inputs[0], counts = masks[0]?.maskAxes(inputs[0].rank)
        for (x, mask) in zip(inputs, masks).dropFirst() {
            let mask = mask?.maskAxes(x.rank)
            let other = mask.map { select($0, x, merged) } ?? x
            if let seen = counts { merged = select(seen, merged, other) }
            counts = mask.flatMap { mask in counts.map { $0 .| mask } }
            merged = operation(merged, other)
        }
        return merged
    }
}

/// The inputs side by side along an axis.
///
/// ```swift
/// let field = Input([8]), season = Input([4])
/// let both = Concatenate()(field, season)   // of shape [12]
/// ```
///
/// So are masks, an input without one counting everywhere; along the last axis a step counts if
/// it does in any input.
public final class Concatenate: Layer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// The axis along which the inputs stand, not the batch.
    public let axis: Int

    /// Puts inputs side by side along `axis`, by default the last.
    public init(axis: Int = -1, name: String? = nil) {
        info = LayerInfo(name: name)
        self.axis = axis
    }

    /// All lengths but that of the axis must be equal.
    public func complaint(about inputShapes: [[Int]]) -> String? {
        if inputShapes.isEmpty { return "it got no input" }
        let rank = inputShapes[0].count, at = place(of: axis, in: rank)
        let others = inputShapes.map { shape in shape.enumerated().filter { $0.offset != at }.map(\.element) }
        return at >= 1 && at < rank && Set(inputShapes.map(\.count)).count == 1 && Set(others).count == 1
            ? nil : "all lengths but that of axis \(axis) must be equal"
    }

    /// The inputs side by side.
    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] { [.concatenated(inputs, axis: axis)] }

    /// The masks side by side; along the last axis what counts in any input.
    public func mask(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor? {
        guard masks.contains(where: { $0 != nil }) else { return nil }
        let rank = inputs[0].rank
        // One boolean for all but the last axis.
        let parts = zip(inputs, masks).map { x, mask -> Tensor in
            let shape = Array(x.shape.dropLast())
            guard let mask else { return Tensor(repeating: 1, shape: shape, dtype: .bool) }
            return mask.rank == rank
                ? mask.cast(to: .bool).any(axes: [-1]) : mask.maskAxes(rank - 1).broadcast(to: shape)
        }
        let at = place(of: axis, in: rank)
        return at == rank - 1
            ? parts.dropFirst().reduce(parts[0], .|) : .concatenated(parts, axis: at)
    }

    /// Uses it in a graph for two values.
    public func callAsFunction(_ a: Symbol, _ b: Symbol) -> Symbol { self([a, b])[0] }
}
