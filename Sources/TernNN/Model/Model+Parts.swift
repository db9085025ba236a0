import TernCore

// Parts of a model, for models of their own: transfer learning.
extension Model {
    /// The layer of this name; another name ends the program, with those that there are.
    ///
    /// ```swift
    /// let base = Sequential(input: [8]) { Dense(4, name: "hidden") }
    /// base.layer("hidden").info.isTrainable = false           // frozen in trainings to come
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
    /// let base = Sequential(input: [8]) {
    ///     Dense(4, name: "hidden")
    ///     Dense(1)
    /// }
    /// try base.cut(after: "hidden").predict(Tensor.zeros([2, 8])).shape       // [2, 4]
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
