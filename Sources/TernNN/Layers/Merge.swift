import TernCore

/// A layer that makes one output of several inputs, element by element, broadcast as in NumPy.
///
/// ```swift
/// let sum = Add()([a, b])[0]
/// ```
public protocol MergeLayer: Layer {
    func merge(_ inputs: [Tensor]) -> Tensor
}

extension MergeLayer {
    public func complaint(about inputShapes: [[Int]]) -> String? {
        if inputShapes.count < 2 { return "it takes two or more inputs and got \(inputShapes.count)" }
        let rank = inputShapes.map(\.count).max()!
        let padded = inputShapes.map { $0.count == rank ? $0 : [$0[0]] + Array(repeating: 1, count: rank - $0.count) + $0.dropFirst() }
        for axis in 0..<rank where Set(padded.map { $0[axis] }).subtracting([1]).count > 1 {
            return "its inputs have different lengths along dimension \(axis)"
        }
        return nil
    }

    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        // Lower ranks get dimensions after the batch.
        let rank = inputs.map(\.rank).max()!
        return [merge(inputs.map { x in
            x.rank == rank ? x : x.reshaped([x.shape[0]] + Array(repeating: 1, count: rank - x.rank) + x.shape.dropFirst())
        })]
    }

    /// Uses the layer in a graph.
    public func callAsFunction(_ a: Symbol, _ b: Symbol) -> Symbol { self([a, b])[0] }
}

/// The sum of the inputs.
public final class Add: MergeLayer {
    public let info: LayerInfo
    public init(name: String? = nil) { info = LayerInfo(name: name) }
    public func merge(_ inputs: [Tensor]) -> Tensor { inputs.dropFirst().reduce(inputs[0], +) }
}

/// The first input less the second.
public final class Subtract: MergeLayer {
    public let info: LayerInfo
    public init(name: String? = nil) { info = LayerInfo(name: name) }
    public func merge(_ inputs: [Tensor]) -> Tensor { inputs[0] - inputs[1] }
}

/// The product of the inputs.
public final class Multiply: MergeLayer {
    public let info: LayerInfo
    public init(name: String? = nil) { info = LayerInfo(name: name) }
    public func merge(_ inputs: [Tensor]) -> Tensor { inputs.dropFirst().reduce(inputs[0], *) }
}

/// The mean of the inputs.
public final class Average: MergeLayer {
    public let info: LayerInfo
    public init(name: String? = nil) { info = LayerInfo(name: name) }
    public func merge(_ inputs: [Tensor]) -> Tensor { inputs.dropFirst().reduce(inputs[0], +) / Double(inputs.count) }
}

/// The largest of the inputs.
public final class Maximum: MergeLayer {
    public let info: LayerInfo
    public init(name: String? = nil) { info = LayerInfo(name: name) }
    public func merge(_ inputs: [Tensor]) -> Tensor { inputs.dropFirst().reduce(inputs[0]) { maximum($0, $1) } }
}

/// The smallest of the inputs.
public final class Minimum: MergeLayer {
    public let info: LayerInfo
    public init(name: String? = nil) { info = LayerInfo(name: name) }
    public func merge(_ inputs: [Tensor]) -> Tensor { inputs.dropFirst().reduce(inputs[0]) { minimum($0, $1) } }
}

/// The inputs side by side along an axis.
///
/// ```swift
/// let both = Concatenate()([a, b])[0]
/// ```
public final class Concatenate: Layer {
    public let info: LayerInfo
    public let axis: Int

    public init(axis: Int = -1, name: String? = nil) {
        info = LayerInfo(name: name)
        self.axis = axis
    }

    public func complaint(about inputShapes: [[Int]]) -> String? {
        let rank = inputShapes[0].count, at = axis < 0 ? axis + rank : axis
        let others = inputShapes.map { shape in shape.enumerated().filter { $0.offset != at }.map(\.element) }
        return at >= 1 && at < rank && Set(inputShapes.map(\.count)).count == 1 && Set(others).count == 1
            ? nil : "all lengths but that of axis \(axis) must be equal"
    }

    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] { [.concatenated(inputs, axis: axis)] }
    public func callAsFunction(_ a: Symbol, _ b: Symbol) -> Symbol { self([a, b])[0] }
}
