import Tern

/// The order of a model's layers in Keras, by which files name their weights and optimisers their numbers.
///
/// Keras sorts layers by how many calls lie between them and the outputs, and those of one depth by when a walk from
/// the outputs first meets them.
///
/// Source: Keras 3.15, `keras.src.ops.function.map_graph`.
enum KerasOrder {
    static func layers(of model: Model) -> [any Layer] {
        let (indices, order) = walk(model)
        var depths: [ObjectIdentifier: Int] = [:], layerDepths: [ObjectIdentifier: Int] = [:]
        for call in order.reversed() {
            let own = operation(call)
            let depth = max(depths[ObjectIdentifier(call)] ?? 0, layerDepths[own] ?? 0)
            layerDepths[own] = depth
            depths[ObjectIdentifier(call)] = depth
            for input in call.inputs {
                let above = ObjectIdentifier(input.source)
                depths[above] = max(depth + 1, depths[above] ?? 0)
            }
        }
        return model.layers.sorted {
            let (a, b) = (ObjectIdentifier($0), ObjectIdentifier($1))
            return (-layerDepths[a]!, indices[a]!) < (-layerDepths[b]!, indices[b]!)
        }
    }

    /// What Keras calls an operation: the layer, or an input.
    private static func operation(_ call: LayerCall) -> ObjectIdentifier {
        call.layer.map { ObjectIdentifier($0) } ?? ObjectIdentifier(call)
    }

    /// Depth first from the outputs: when each layer is first met, and the calls, each behind what it reads.
    private static func walk(_ model: Model) -> (indices: [ObjectIdentifier: Int], order: [LayerCall]) {
        var indices: [ObjectIdentifier: Int] = [:]
        let order = Model.order(from: model.outputs) { call in
            if indices[operation(call)] == nil { indices[operation(call)] = indices.count }
        }
        return (indices, order)
    }

    /// Two layers with weights that stand beside each other in a model with masks: Keras computes masks by operations
    /// that count in its order, and that Tern has not. nil where the order is certain.
    ///
    /// - Parameter ofOneKind: whether only layers of one kind are looked at, whose order tells their paths apart.
    static func doubt(of model: Model, ofOneKind: Bool) -> (String, String)? {
        guard model.layers.contains(where: makesMasks) else { return nil }
        var above: [ObjectIdentifier: Set<ObjectIdentifier>] = [:]
        for call in model.calls {
            guard let layer = call.layer else { continue }
            for input in call.inputs {
                guard let source = input.source.layer else { continue }
                above[ObjectIdentifier(layer), default: []].formUnion(
                    (above[ObjectIdentifier(source)] ?? []).union([ObjectIdentifier(source)]))
            }
        }
        let weighted = model.layers.filter { !$0.variables.isEmpty }
        for (i, a) in weighted.enumerated() {
            for b in weighted[(i + 1)...] where !ofOneKind || type(of: a) == type(of: b) {
                let (x, y) = (ObjectIdentifier(a), ObjectIdentifier(b))
                if above[x]?.contains(y) != true, above[y]?.contains(x) != true {
                    return (a.info.name ?? "", b.info.name ?? "")
                }
            }
        }
        return nil
    }

    private static func makesMasks(_ layer: any Layer) -> Bool {
        layer is Masking || (layer as? Embedding)?.masksZero == true
            || layer.children.contains { makesMasks($0.layer) }
    }

    /// - Throws: ``KerasComplaint`` where there is a ``doubt(of:ofOneKind:)``, in the model or in one within.
    static func check(_ model: Model, ofOneKind: Bool) throws {
        if let (a, b) = doubt(of: model, ofOneKind: ofOneKind) {
            throw KerasComplaint(
                "layers \"\(a)\" and \"\(b)\" stand beside each other in a model with masks, where Keras's order of layers depends on operations that Tern has not; put one behind the other, or leave the masks out\(ofOneKind ? "" : ", or write the model with includesOptimizer: false")"
            )
        }
        for case let inner as Model in model.layers { try check(inner, ofOneKind: ofOneKind) }
    }
}
