import TernCore

/// A tensor to come, in a graph of layers: its shape is known but for the batch.
///
/// ```swift
/// let sst = Input([14, 19, 1])
/// let features = Flatten()(Conv2D(4, kernelSize: [3, 2], activation: .relu)(sst))
/// let model = Model(inputs: [sst], outputs: [Dense(1)(features)])
/// ```
public struct Symbol {
    /// The shape without the batch.
    public let shape: [Int]
    /// How many examples a batch has, where that is settled.
    public let batchSize: Int?
    public let dtype: DType
    let source: LayerCall
    let index: Int
}

/// One use of a layer in a graph.
final class LayerCall {
    /// Nil for an input of the graph.
    let layer: (any Layer)?
    let inputs: [Symbol]
    let name: String?

    init(layer: (any Layer)?, inputs: [Symbol], name: String? = nil) {
        self.layer = layer
        self.inputs = inputs
        self.name = name
    }
}

/// An input of a graph, of `shape` without the batch.
///
/// Layers that keep states between calls need batches of one size, `batchSize`.
public func Input(_ shape: [Int], batchSize: Int? = nil, dtype: DType = .float32, name: String? = nil) -> Symbol {
    Symbol(shape: shape, batchSize: batchSize, dtype: dtype, source: LayerCall(layer: nil, inputs: [], name: name), index: 0)
}

extension Layer {
    /// Uses the layer in a graph.
    public func callAsFunction(_ inputs: [Symbol]) -> [Symbol] {
        let source = LayerCall(layer: self, inputs: inputs)
        let batchSize = inputs.compactMap(\.batchSize).first
        return outputSpecs(for: inputs.map { TensorSpec(shape: [batchSize ?? symbolicBatch] + $0.shape, dtype: $0.dtype) })
            .enumerated().map {
                Symbol(shape: Array($1.shape.dropFirst()), batchSize: batchSize, dtype: $1.dtype, source: source, index: $0)
            }
    }

    public func callAsFunction(_ x: Symbol) -> Symbol { self([x])[0] }

    /// Shapes and types of the outputs, found by tracing the call.
    func outputSpecs(for inputs: [TensorSpec]) -> [TensorSpec] {
        var specs: [TensorSpec] = []
        let state = variables.map { ($0.variable, $0.variable.value) }
        _ = Plan(inputs: inputs) { arguments in
            var context = CallContext()
            context.keepsStates = false
            let outputs = self(arguments, context)
            specs = outputs.map(\.spec)
            return []
        }
        for (variable, value) in state { variable.value = value }
        return specs
    }
}

/// Stands for the batch while shapes are worked out.
private let symbolicBatch = 1
