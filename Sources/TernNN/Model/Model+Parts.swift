import TernCore

// Parts of a model, for models of their own: transfer learning.
extension Model {
    /// The layer of this name.
    ///
    /// ```swift
    /// base.layer("conv2d").info.isTrainable = false
    /// ```
    public func layer(_ name: String) -> any Layer {
        guard let layer = layers.first(where: { $0.info.name == name }) else {
            fail(
                "model \(info.name ?? "model"): it has no layer \"\(name)\"; it has \(layers.map { $0.info.name! }.joined(separator: ", "))"
            )
        }
        return layer
    }

    /// The model up to a layer, whose results are its outputs: the same layers, with the same weights.
    ///
    /// ```swift
    /// let features = try rain.cut(after: "flatten").predict(sst)
    /// ```
    ///
    /// Of a layer that is used several times, the last use counts.
    public func cut(after name: String) -> Model {
        let layer = layer(name)
        let outputs = calls.last { $0.layer === layer }!.outputs
        let needed = Set(Self.order(from: outputs).map(ObjectIdentifier.init))
        return Model(
            inputs: inputs.filter { needed.contains(ObjectIdentifier($0.source)) }, outputs: outputs, drawing: nil)
    }
}
