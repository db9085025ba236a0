// Reverse-mode automatic differentiation: the forward run records how each value came
// about; the cotangents are then carried back by each primitive's pullback, which is made
// of tensor operations itself, so that gradients can be taken again, and compiled.

/// The gradient of a function of tensors with respect to its argument.
///
/// ```swift
/// let slope = gradient { (x: Tensor) in sin(x) }
/// slope(Tensor(0.0))                      // 1
/// gradient(of: slope)(Tensor(0.0))        // -0, the second derivative: −sin x
/// ```
///
/// The argument may be any ``TensorStructure``; integer and bool tensors in it count as constants and get zeros, and so
/// do tensors that the result does not depend on.
///
/// - Parameter function: its result is a tensor of one element and a floating type; another ends the program.
/// - Complexity: a small multiple of one call of `function`.
public func gradient<S: TensorStructure>(of function: @escaping (S) -> Tensor) -> (S) -> S {
    { valueAndGradient(of: function)($0).gradient }
}

/// The value of a function together with its `gradient(of:)`, for the price of one gradient.
///
/// ```swift
/// let f = valueAndGradient { (x: Tensor) in square(x).sum() }
/// let (value, slopes) = f(Tensor([1.0, 3]))       // 10 and [2, 6]
/// ```
public func valueAndGradient<S: TensorStructure>(
    of function: @escaping (S) -> Tensor
) -> (S) -> (value: Tensor, gradient: S) {
    { argument in
        let leaves = argument.tensors.map(\.asVariable)
        let value = function(argument.replacingTensors(leaves))
        guard value.count == 1 else {
            fail(
                "a gradient is taken of a single number; the function returned the shape \(value.shape), reduce it with sum() or mean()"
            )
        }
        guard value.dtype.isFloatingPoint else {
            fail("a gradient is taken of a real number; the function returned \(value.dtype)")
        }
        let seed = Tensor.ones(value.shape, dtype: value.dtype)
        let gradients = pullBack(seed, from: value, to: leaves)
        if value.isHeard(beyond: leaves) { return (value, argument.replacingTensors(gradients)) }
        return (value.withoutHistory, argument.replacingTensors(gradients.map(\.withoutHistory)))
    }
}

/// The gradients of a function of two arguments.
///
/// ```swift
/// let slopes = gradient { (a: Tensor, b: Tensor) in (a * b).sum() }
/// let (da, db) = slopes(Tensor([1.0, 2]), Tensor([3.0, 4]))       // [3, 4] and [1, 2]
/// ```
public func gradient<A: TensorStructure, B: TensorStructure>(
    of function: @escaping (A, B) -> Tensor
) -> (A, B) -> (A, B) {
    { valueAndGradient(of: function)($0, $1).gradient }
}

/// The value and the gradients of a function of two arguments.
public func valueAndGradient<A: TensorStructure, B: TensorStructure>(
    of function: @escaping (A, B) -> Tensor
) -> (A, B) -> (value: Tensor, gradient: (A, B)) {
    { a, b in
        let (value, pair) = valueAndGradient { (pair: Pair<A, B>) in function(pair.a, pair.b) }(Pair(a: a, b: b))
        return (value, (pair.a, pair.b))
    }
}

extension Tensor {
    /// The same value as a node of its own, from which operations are recorded.
    var asVariable: Tensor {
        var variable = self
        variable.node = node == nil && storage != nil ? Node(Argument(spec: spec), []) : Node(Identity(), [self])
        return variable
    }

    var withoutHistory: Tensor { Tensor(spec: spec, storage: storage) }

    /// Whether somebody other than the gradient with these `leaves` records this value: then
    /// its history must be kept, else it would only hold memory.
    func isHeard(beyond leaves: [Tensor]) -> Bool {
        guard let root = node else { return false }
        let own = Set(leaves.compactMap { $0.node.map(ObjectIdentifier.init) })
        return Graph.order(from: [root]).contains { $0.inputs.isEmpty && !own.contains(ObjectIdentifier($0)) }
    }
}

/// The cotangents of `leaves` for the cotangent `seed` of `value`.
func pullBack(_ seed: Tensor, from value: Tensor, to leaves: [Tensor]) -> [Tensor] {
    func zeros(_ leaf: Tensor) -> Tensor { .zeros(leaf.shape, dtype: leaf.dtype) }
    guard let root = value.node else { return leaves.map(zeros) }
    let order = Graph.order(from: [root])
    var position: [ObjectIdentifier: Int] = [:]
    position.reserveCapacity(order.count)
    for (i, node) in order.enumerated() { position[ObjectIdentifier(node)] = i }
    var wanted = [Bool](repeating: false, count: order.count)
    for leaf in leaves where leaf.dtype.isFloatingPoint {
        if let node = leaf.node, let i = position[ObjectIdentifier(node)] { wanted[i] = true }
    }
    let isLeaf = wanted
    for (i, node) in order.enumerated() where !wanted[i] {
        wanted[i] = node.inputs.contains { $0.node.map { wanted[position[ObjectIdentifier($0)]!] } ?? false }
    }
    var cotangents = [Tensor?](repeating: nil, count: order.count)
    cotangents[order.count - 1] = seed
    // Outputs are needed by pullbacks; they are found among the inputs of later nodes.
    var outputs = [Tensor?](repeating: nil, count: order.count)
    outputs[order.count - 1] = value
    for node in order {
        for input in node.inputs {
            if let inner = input.node { outputs[position[ObjectIdentifier(inner)]!] = input }
        }
    }
    // Shares of slices wait, so that they can be laid side by side instead of added up.
    var slices = [[(slice: Slice, share: Tensor)]](repeating: [], count: order.count)
    func add(_ share: Tensor, at i: Int) { cotangents[i] = cotangents[i].map { $0 + share } ?? share }
    for i in order.indices.reversed() {
        for share in joined(slices[i], like: outputs[i]) { add(share, at: i) }
        guard wanted[i], !isLeaf[i], let cotangent = cotangents[i] else { continue }
        let node = order[i]
        if let slice = node.primitive as? Slice, let inner = node.inputs[0].node {
            let at = position[ObjectIdentifier(inner)]!
            if wanted[at] { slices[at].append((slice, cotangent)) }
            continue
        }
        let shares = node.primitive.pullback(node.inputs, outputs[i]!, cotangent)
        for (input, share) in zip(node.inputs, shares) {
            guard let share, let inner = input.node else { continue }
            let at = position[ObjectIdentifier(inner)]!
            guard wanted[at] else { continue }
            add(share, at: at)
        }
    }
    return leaves.map { leaf in
        leaf.node.flatMap { position[ObjectIdentifier($0)] }.flatMap { cotangents[$0] } ?? zeros(leaf)
    }
}

/// The cotangents of a tensor from those of slices of it: one, where the slices are runs along
/// one axis that do not overlap (the steps of a series, say), else one of each.
private func joined(_ slices: [(slice: Slice, share: Tensor)], like whole: Tensor?) -> [Tensor] {
    guard let whole, !slices.isEmpty else { return [] }
    let shape = whole.shape
    func apart() -> [Tensor] {
        slices.map {
            Tensor.apply(
                ReplaceSlice(start: $0.slice.start, step: $0.slice.step), .zeros(shape, dtype: $0.share.dtype), $0.share
            )
        }
    }
    func cutAxes(_ slice: Slice) -> [Int] {
        shape.indices.filter { slice.shape[$0] != shape[$0] || slice.step[$0] != 1 }
    }
    guard slices.count > 1, let axis = cutAxes(slices[0].slice).first,
        slices.allSatisfy({ cutAxes($0.slice) == [axis] && $0.slice.step[axis] == 1 })
    else { return apart() }
    var parts: [Tensor] = [], end = 0
    func fill(to start: Int) {
        var gap = shape
        gap[axis] = start - end
        if start > end { parts.append(.zeros(gap, dtype: whole.dtype)) }
    }
    for (slice, share) in slices.sorted(by: { $0.slice.start[axis] < $1.slice.start[axis] }) where share.count > 0 {
        guard slice.start[axis] >= end else { return apart() }
        fill(to: slice.start[axis])
        parts.append(share)
        end = slice.start[axis] + slice.shape[axis]
    }
    guard !parts.isEmpty else { return apart() }
    fill(to: shape[axis])
    return [.concatenated(parts, axis: axis)]
}

/// Recorded operations as a graph.
enum Graph {
    /// All nodes that lead to `roots`, each after its inputs.
    static func order(from roots: [Node]) -> [Node] {
        dependencyOrder(from: roots) { $0.inputs.compactMap(\.node) }
    }
}
