import Tern

/// Describes a model as Keras does.
struct KerasModelWriting {
    /// Layers whose numbers stand in their description.
    private(set) var givenNumbers = Set<ObjectIdentifier>()
    /// Each layer's number, so that one that is used within several others stays one.
    private var ids: [ObjectIdentifier: Int] = [:]

    /// `Sequential` where the model is a chain, else `Functional`.
    ///
    /// - Throws: ``KerasComplaint`` that names the layer and the setting that Keras has not.
    mutating func json(_ model: Model) throws -> JSON { try json(model, name: model.info.name ?? "model") }

    private mutating func id(_ layer: any Layer) -> Int {
        let next = ids.count + 1
        defer { ids[ObjectIdentifier(layer)] = ids[ObjectIdentifier(layer)] ?? next }
        return ids[ObjectIdentifier(layer)] ?? next
    }

    private mutating func json(_ model: Model, name: String) throws -> JSON {
        let inputs = inputNames(model)
        func input(_ i: Int) -> JSON {
            let symbol = model.inputs[i]
            return KerasObject.json(
                "keras.layers", "InputLayer",
                [
                    "batch_shape": .list([symbol.batchSize.map { JSON($0) } ?? .null] + symbol.shape.map { JSON($0) }),
                    "dtype": .text(symbol.dtype.description), "sparse": false, "ragged": false,
                    "name": .text(inputs[i]),
                    "optional": false,
                ])
        }
        let dtype = JSON.text(model.info.dtype.description)
        if model.isChain {
            let layers = try model.layers.map { try layer($0) }
            return KerasObject.json(
                "keras", "Sequential",
                [
                    "name": .text(name), "trainable": .flag(model.info.isTrainable), "dtype": dtype,
                    "layers": .list([input(0)] + layers),
                ], sharedID: id(model))
        }
        try KerasOrder.check(model, ofOneKind: true)
        let graph = Graph(model, inputs)
        var layers = model.inputs.indices.map { i in
            input(i).with("name", .text(inputs[i])).with("inbound_nodes", .list([]))
        }
        for layer in KerasOrder.layers(of: model) {
            let calls = try model.calls.filter { $0.layer === layer }.map(graph.node)
            layers.append(
                try self.layer(layer).with("name", .text(layer.info.name!)).with("inbound_nodes", .list(calls)))
        }
        // One is by itself, as Keras gives and takes it.
        func histories(_ symbols: [Symbol]) -> JSON {
            let all = symbols.map { graph.history($0, isEnd: true) }
            return all.count == 1 ? all[0] : .list(all)
        }
        return KerasObject.json(
            "keras.src.models.functional", "Functional",
            [
                "name": .text(name), "trainable": .flag(model.info.isTrainable), "layers": .list(layers),
                "input_layers": histories(model.inputs), "output_layers": histories(model.outputs),
            ], sharedID: id(model)
        ).with("registered_name", "Functional")
    }

    /// Names of inputs, of which none is a layer's.
    private func inputNames(_ model: Model) -> [String] {
        var names = NumberedNames(besides: Set(model.layers.map { $0.info.name! }))
        return model.inputs.map { names.next($0.source.name ?? "input_layer") }
    }

    // MARK: - Layers

    private mutating func layer(_ layer: any Layer) throws -> JSON {
        if let model = layer as? Model { return try json(model, name: model.info.name ?? "model") }
        let kind = type(of: layer).kind
        do {
            guard KerasKind.isKeras(kind), let prototype = LayerRegistry.prototype(of: kind),
                prototype.type == type(of: layer)
            else {
                throw KerasComplaint(
                    kind == "Lambda"
                        ? "a Lambda is a function, which no file holds"
                        : "Keras has no such layer; leave it out, or make it of Keras's")
            }
            return KerasObject.json("keras.layers", kind, try settings(of: layer, kind, prototype), sharedID: id(layer))
        } catch let complaint as KerasComplaint {
            throw KerasComplaint("layer \"\(layer.info.name ?? "without a name")\" (\(kind)): \(complaint.message)")
        }
    }

    private mutating func settings(of layer: any Layer, _ kind: String, _ prototype: LayerPrototype) throws -> JSON {
        let rank = KerasKind.rank(of: kind)
        var settings: JSON = ["dtype": .text(layer.info.dtype.description)]
        // Which Keras's classes of this name do not take.
        if !kind.hasPrefix("SpatialDropout") { settings = settings.with("trainable", .flag(layer.info.isTrainable)) }
        if let name = layer.info.name { settings = settings.with("name", .text(name)) }
        if KerasKind.asksForChannels(kind) { settings = settings.with("data_format", "channels_last") }
        for property in LayerProperty.all(of: prototype, layer) where !["name", "trainable"].contains(property.name) {
            let key = property.kerasName(of: kind)
            do {
                guard let value = try value(of: property, key, in: layer, kind, rank) else { continue }
                settings = settings.with(key, value)
            } catch let complaint as KerasComplaint { throw KerasComplaint("its \(key) \(complaint.message)") }
        }
        if let both = layer as? Bidirectional {
            settings = settings.with("backward_layer", try self.layer(both.backward))
        }
        if let normalization = layer as? Normalization, normalization.mean.shape == [1] {
            givenNumbers.insert(ObjectIdentifier(layer))
            // Without an axis it is a number, and not a list of one.
            let isSingle = normalization.axis?.numbers.isEmpty ?? true
            for (key, weight) in [("mean", normalization.mean), ("variance", normalization.variance)] {
                settings = settings.with(key, isSingle ? .float(weight.item) : .list(weight.doubles.map(JSON.float)))
            }
        }
        return settings
    }

    /// nil where Keras has no such setting and needs none.
    private mutating func value(
        of property: LayerProperty, _ key: String, in layer: any Layer, _ kind: String, _ rank: Int?
    ) throws -> JSON? {
        switch (key, layer) {
        // Told in the call.
        case ("use_causal_mask", _), ("return_attention_scores", _): return nil
        case ("cell", let rnn as RNN): return try self.layer(rnn.cell.wrapped)
        case ("cells", let stack as StackedRNNCells): return .list(try stack.cells.map { try self.layer($0) })
        case ("layer", let both as Bidirectional): return try self.layer(both.forward)
        case ("layer", let timed as TimeDistributed): return try self.layer(timed.layer)
        case ("layer", let spectral as SpectralNormalization): return try self.layer(spectral.layer)
        case ("interpolation", _) where kind == "UpSampling1D" || kind == "UpSampling3D":
            guard try property.keras(rank: rank) == "nearest" else {
                throw KerasComplaint("is set, which Keras's \(kind) has not: it repeats values (nearest)")
            }
            return nil
        case ("size", _) where kind == "UpSampling1D":
            return try property.keras(rank: rank).list?.first
        default: return try property.keras(rank: rank)
        }
    }

    // MARK: - Calls

    /// The calls of a graph, numbered as Keras does.
    private struct Graph {
        private var places: [ObjectIdentifier: (name: String, node: Int, isFunctional: Bool)] = [:]

        init(_ model: Model, _ inputs: [String]) {
            for (symbol, name) in zip(model.inputs, inputs) {
                places[ObjectIdentifier(symbol.source)] = (name, 0, false)
            }
            var counts: [ObjectIdentifier: Int] = [:]
            for call in model.calls {
                guard let layer = call.layer else { continue }
                let count = counts[ObjectIdentifier(layer), default: 0]
                counts[ObjectIdentifier(layer)] = count + 1
                places[ObjectIdentifier(call)] = (
                    layer.info.name!, count, (layer as? Model).map { !$0.isChain } ?? false
                )
            }
        }

        /// - Parameter isEnd: whether the model itself names it, where Keras counts calls of functional models from 1.
        func history(_ symbol: Symbol, isEnd: Bool = false) -> JSON {
            let place = places[ObjectIdentifier(symbol.source)]!
            return .list([
                .text(place.name), JSON(place.node + (isEnd && place.isFunctional ? 1 : 0)), JSON(symbol.index),
            ])
        }

        private func tensor(_ symbol: Symbol) -> JSON {
            [
                "class_name": "__keras_tensor__",
                "config": [
                    "shape": .list([symbol.batchSize.map { JSON($0) } ?? .null] + symbol.shape.map { JSON($0) }),
                    "dtype": .text(symbol.dtype.description), "keras_history": history(symbol),
                ],
            ]
        }

        /// One call: what it is given by place and by name.
        func node(_ call: LayerCall) throws -> JSON {
            let given = call.inputs.map(tensor)
            func told(_ layer: (causal: Bool, scores: Bool)) -> [JSON.Member] {
                (layer.causal ? [JSON.Member(key: "use_causal_mask", value: true)] : [])
                    + (layer.scores ? [JSON.Member(key: "return_attention_scores", value: true)] : [])
            }
            func made(_ arguments: [JSON], _ named: [JSON.Member] = []) -> JSON {
                ["args": .list(arguments), "kwargs": .object(named)]
            }
            func attending(_ layer: (causal: Bool, scores: Bool)) -> JSON {
                var named = told(layer)
                if given.count > 2 { named.append(JSON.Member(key: "key", value: given[2])) }
                if given.count > 3 { named.append(JSON.Member(key: "attention_mask", value: given[3])) }
                return made(Array(given.prefix(2)), named)
            }
            switch call.layer! {
            case let layer as MultiHeadAttention: return attending((layer.usesCausalMask, layer.returnsScores))
            case let layer as GroupQueryAttention: return attending((layer.usesCausalMask, layer.returnsScores))
            case let layer as any SequenceAttention:
                return made([.list(given)], told((layer.usesCausalMask, layer.returnsScores)))
            case is any RecurrentLayer, is Bidirectional:
                return made(
                    [given[0]],
                    given.count > 1 ? [JSON.Member(key: "initial_state", value: .list(Array(given.dropFirst())))] : [])
            case is any MergeLayer, is Concatenate, is Dot: return made([.list(given)])
            default: return made(given.count == 1 ? given : [.list(given)])
            }
        }
    }
}
