import TernCore

// Masks, as Keras has them.
//
// A mask is a tensor of booleans beside a value: it has the value's first lengths, [batch, steps] for a series
// [batch, steps, features], [batch, height, width] for a field, and says which steps or cells count. `Masking` and
// `Embedding` make masks; layers that leave each step in its place hand them on (`Layer.supportsMasking`), merging and
// padding layers make new ones of them (`Layer.mask`), all others end them. Every mask goes through `Layer.results`,
// which lets none travel on that does not fit its value.

extension Layer {
    /// The outputs, each with the mask of what counts in it.
    package func results(_ inputs: [Tensor], _ context: CallContext) -> [(value: Tensor, mask: Tensor?)] {
        // A model finds the masks on its way from layer to layer.
        if let model = self as? Model { return model.run(inputs, context) }
        let outputs = self(inputs, context)
        let found = masks(of: outputs, from: inputs, context.masks)
        return outputs.enumerated().map { i, output in
            guard i < found.count, let mask = found[i] else { return (output, nil) }
            guard mask.isMask(of: output) else {
                fail(
                    "layer \(info.name ?? Self.kind): its mask of shape \(mask.shape) does not fit its output of shape \(output.shape); "
                        + "a layer that changes steps says by mask(_:_:) which of the new ones count, or leaves supportsMasking false"
                )
            }
            return (output, mask)
        }
    }
}

extension Tensor {
    /// Whether this, as a mask, has the first lengths of `value`.
    func isMask(of value: Tensor) -> Bool { rank <= value.rank && shape == Array(value.shape.prefix(rank)) }

    /// A mask with an axis of length 1 for each further axis of a value, to be broadcast.
    func maskAxes(_ rank: Int) -> Tensor { cast(to: .bool).leadingAxes(of: rank) }

    /// A mask with one boolean for each element of `value`.
    func maskElements(of value: Tensor) -> Tensor { maskAxes(value.rank).broadcast(to: value.shape) }

    /// The value with 0 wherever the mask leaves something out, whatever is there.
    func masked(by mask: Tensor) -> Tensor { select(mask.maskAxes(rank), self, constant(0, like: self)) }
}
