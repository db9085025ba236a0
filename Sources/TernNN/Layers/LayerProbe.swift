import TernCore

/// Sees what each layer makes of its inputs while a model is called on values.
final class LayerProbe {
    /// One call of a layer.
    struct Call {
        let layer: any Layer
        let inputs: [Tensor], outputs: [Tensor]
        /// Whether all outputs are finite numbers; where not, what the layer's weights are at the time, by path.
        let isFinite: Bool, weights: [(path: String, value: Tensor)]
    }

    /// The calls in the order in which they ended: what is in a layer before the layer.
    private(set) var calls: [Call] = []
    /// What is added to the outputs of each call, so that a gradient of it is the gradient at those outputs; empty where
    /// no gradient is asked for.
    var shifts: [[Tensor]] = []

    /// Notes a call; its outputs, shifted.
    func seen(_ layer: any Layer, _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor] {
        let isFinite = !shifts.isEmpty || outputs.allSatisfy { $0.firstOdd == nil }
        let weights = isFinite ? [] : layer.variables.map { ($0.path, $0.variable.value) }
        defer {
            calls.append(Call(layer: layer, inputs: inputs, outputs: outputs, isFinite: isFinite, weights: weights))
        }
        guard calls.count < shifts.count, shifts[calls.count].count == outputs.count else { return outputs }
        return zip(outputs, shifts[calls.count]).map { $0.dtype.isFloatingPoint ? $0 + $1 : $0 }
    }
}

extension Tensor {
    /// The first element that is NaN or infinite, nil where all are finite.
    var firstOdd: Double? {
        // A sum that is finite is one of finite numbers.
        !dtype.isFloatingPoint || sum().item.isFinite ? nil : doubles.first { !$0.isFinite }
    }
}
