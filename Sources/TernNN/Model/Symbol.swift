import TernCore

/// A tensor to come, in a graph of layers: its shape is known but for the batch.
///
/// ```swift
/// let sst = Input([14, 19, 1])
/// let features = Flatten()(Conv2D(4, kernelSize: [3, 2], activation: .relu)(sst))
/// features.shape                          // [864]: 12 · 18 places, 4 filters
/// let model = Model(inputs: [sst], outputs: [Dense(1)(features)])
/// ```
public struct Symbol {
    /// The shape without the batch.
    public let shape: [Int]
    /// How many examples a batch has, where that is settled.
    public let batchSize: Int?
    /// The type of its elements.
    public let dtype: DType
    /// The call that gives it, and which of the call's results it is.
    package let source: LayerCall, index: Int
}

/// One use of a layer in a graph.
package final class LayerCall {
    /// Nil for an input of the graph.
    package let layer: (any Layer)?
    package let inputs: [Symbol]
    package let name: String?
    /// Shapes without the batch and types of the results.
    package fileprivate(set) var specs: [TensorSpec] = []

    /// The results, for layers to come.
    package var outputs: [Symbol] {
        let batchSize = inputs.compactMap(\.batchSize).first
        return specs.enumerated().map {
            Symbol(shape: $1.shape, batchSize: batchSize, dtype: $1.dtype, source: self, index: $0)
        }
    }

    init(layer: (any Layer)?, inputs: [Symbol], name: String? = nil) {
        self.layer = layer
        self.inputs = inputs
        self.name = name
    }
}

/// A use of a layer, which lives as long as a graph does that it belongs to.
struct WeakCall {
    weak var call: LayerCall?
}

/// An input of a graph, of `shape` without the batch: `keras.Input`.
///
/// - Parameters:
///   - batchSize: layers that keep states between calls need batches of one size; nil: any.
///   - dtype: of its elements. Where it is an integer type, or an ``Embedding`` reads the input, integers are not
///     turned into the model's floating type.
///   - name: in summaries and figures.
///
/// A shape of more numbers than can be counted ends the program.
public func Input(_ shape: [Int], batchSize: Int? = nil, dtype: DType = .float32, name: String? = nil) -> Symbol {
    guard checkedProduct(shape + [batchSize ?? 1, 8]) != nil else {
        fail("Input\(name.map { " \"\($0)\"" } ?? ""): nothing can have the shape \(shape)")
    }
    return Symbol(
        shape: shape, batchSize: batchSize, dtype: dtype, source: LayerCall(layer: nil, inputs: [], name: name),
        index: 0)
}

extension Layer {
    /// Uses the layer in a graph: its results to come. Shapes are found by tracing the call, so that those that do not
    /// fit end the program here, with the layer's name.
    public func callAsFunction(_ inputs: [Symbol]) -> [Symbol] {
        let source = LayerCall(layer: self, inputs: inputs)
        let batchSize = inputs.compactMap(\.batchSize).first
        source.specs = outputSpecs(
            for: inputs.map { TensorSpec(shape: [batchSize ?? symbolicBatch] + $0.shape, dtype: $0.dtype) }
        )
        .map { TensorSpec(shape: Array($0.shape.dropFirst()), dtype: $0.dtype) }
        info.calls.append(WeakCall(call: source))
        return source.outputs
    }

    /// Uses a layer of one input in a graph: its first result.
    public func callAsFunction(_ x: Symbol) -> Symbol { self([x])[0] }

    /// Uses a layer of several inputs in a graph: its first result.
    ///
    /// ```swift
    /// let field = Input([20]), season = Input([4])
    /// Concatenate()(field, season).shape      // [24]
    /// ```
    public func callAsFunction(_ a: Symbol, _ b: Symbol, _ others: Symbol...) -> Symbol { self([a, b] + others)[0] }

    /// What the layer gives in the graph in which it was used, for layers to come.
    ///
    /// ```swift
    /// let base = Sequential(input: [4, 4, 1]) {
    ///     Flatten()
    ///     Dense(1)
    /// }
    /// let features = base.layer("flatten").output
    /// let model = Model(inputs: base.inputs, outputs: [Dense(3)(features)])
    /// model.outputs[0].shape                  // [3]
    /// ```
    ///
    /// A layer that was used several times, or has several results, has none of its own and ends the program: ``uses``
    /// has one list for each use.
    public var output: Symbol {
        let uses = uses
        guard uses.count == 1, uses[0].count == 1 else {
            fail(
                "layer \(info.name ?? Self.kind): it \(uses.isEmpty ? "is in no graph yet" : uses.count > 1 ? "was used \(uses.count) times" : "has \(uses[0].count) results"), so it has no single output"
            )
        }
        return uses[0][0]
    }

    /// The results of each use of the layer in a graph that still exists, in the order of the uses.
    public var uses: [[Symbol]] {
        info.calls.removeAll { $0.call == nil }
        return info.calls.compactMap { $0.call?.outputs }
    }

    /// Shapes and types of the outputs, found by tracing the call.
    func outputSpecs(for inputs: [TensorSpec]) -> [TensorSpec] {
        var specs: [TensorSpec] = []
        TracedVariables(variables.map(\.variable)).kept {
            _ = Plan(inputs: inputs) { arguments in
                var context = CallContext()
                context.keepsStates = false
                let outputs = self(arguments, context)
                specs = outputs.map(\.spec)
                return []
            }
        }
        return specs
    }
}

/// Stands for the batch while shapes are worked out.
private let symbolicBatch = 1
