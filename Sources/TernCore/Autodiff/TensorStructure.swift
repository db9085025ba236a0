/// A value made of tensors: a tensor, an array or dictionary of such values, or a model.
///
/// A type of your own names its parts once; gradients of it are then values of the same type, and a compiled function
/// takes and returns it.
///
/// ```swift
/// struct Line: TensorStructure {
///     var slope: Tensor, offset: Tensor
///     mutating func visitTensors(_ visitor: inout TensorVisitor) {
///         visitor.visit("slope", &slope)
///         visitor.visit("offset", &offset)
///     }
/// }
/// let x = Tensor([0.0, 1]), y = Tensor([1.0, 3])
/// let line = Line(slope: Tensor(0.0), offset: Tensor(0.0))
/// let error = gradient { (line: Line) in square(line.slope * x + line.offset - y).mean() }
/// let g = error(line)
/// g.slope                                 // -3
/// g.offset                                // -4
/// ```
public protocol TensorStructure {
    /// Hands each part to the visitor under its name, always in the same order; names of one structure differ.
    mutating func visitTensors(_ visitor: inout TensorVisitor)
}

/// Walks a ``TensorStructure``; reads and replaces the tensors on its way.
///
/// ```swift
/// struct Pair: TensorStructure {
///     var a: Tensor, b: [Tensor]
///     mutating func visitTensors(_ visitor: inout TensorVisitor) {
///         visitor.visit("a", &a)
///         visitor.visit("b", &b)
///     }
/// }
/// Pair(a: Tensor(1.0), b: [Tensor(2.0), Tensor(3.0)]).namedTensors.map(\.name)        // ["a", "b.0", "b.1"]
/// ```
public struct TensorVisitor {
    private var path: [String] = []
    private let change: (String, inout Tensor) -> Void

    init(_ change: @escaping (String, inout Tensor) -> Void) { self.change = change }

    /// Walks through a part; its tensors' paths begin with the name.
    public mutating func visit<S: TensorStructure>(_ name: String, _ part: inout S) {
        path.append(name)
        part.visitTensors(&self)
        path.removeLast()
    }

    mutating func leaf(_ tensor: inout Tensor) { change(path.joined(separator: "."), &tensor) }
}

extension Tensor: TensorStructure {
    /// A tensor is a structure of itself alone, whose path has no name of its own.
    public mutating func visitTensors(_ visitor: inout TensorVisitor) { visitor.leaf(&self) }
}

extension Array: TensorStructure where Element: TensorStructure {
    /// Elements are named by their numbers from 0.
    public mutating func visitTensors(_ visitor: inout TensorVisitor) {
        for i in indices { visitor.visit("\(i)", &self[i]) }
    }
}

extension Dictionary: TensorStructure where Key == String, Value: TensorStructure {
    /// Values are visited in the order of their keys, which are their names.
    public mutating func visitTensors(_ visitor: inout TensorVisitor) {
        for key in keys.sorted() { visitor.visit(key, &self[key]!) }
    }
}

extension Optional: TensorStructure where Wrapped: TensorStructure {
    /// nil has no tensors; a value is visited as it is, without a name.
    public mutating func visitTensors(_ visitor: inout TensorVisitor) {
        if self != nil { self!.visitTensors(&visitor) }
    }
}

extension TensorStructure {
    /// The tensors with their paths, such as `layers.0.weight`.
    public var namedTensors: [(name: String, tensor: Tensor)] {
        var copy = self
        var result: [(String, Tensor)] = []
        var visitor = TensorVisitor { result.append(($0, $1)) }
        copy.visitTensors(&visitor)
        return result
    }

    /// The tensors in the order of the visit.
    public var tensors: [Tensor] {
        if let tensor = self as? Tensor { return [tensor] }
        return namedTensors.map(\.tensor)
    }

    /// The same structure with its tensors replaced, in the order of the visit. Too few end the program; those that are
    /// left over are not used.
    public func replacingTensors(_ tensors: [Tensor]) -> Self {
        var copy = self
        var next = 0
        var visitor = TensorVisitor { path, tensor in
            guard next < tensors.count else { fail("no tensor is left for \(path)") }
            tensor = tensors[next]
            next += 1
        }
        copy.visitTensors(&visitor)
        return copy
    }

    /// The same structure with each tensor changed.
    public func mapTensors(_ change: (Tensor) -> Tensor) -> Self { replacingTensors(tensors.map(change)) }
}

/// Several structures side by side: the arguments of a function.
struct Pair<A: TensorStructure, B: TensorStructure>: TensorStructure {
    var a: A, b: B
    mutating func visitTensors(_ visitor: inout TensorVisitor) {
        visitor.visit("0", &a)
        visitor.visit("1", &b)
    }
}
