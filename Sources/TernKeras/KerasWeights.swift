import Tern

/// Where Keras's files keep the weights of a model.
struct KerasWeights {
    /// The weights by path, such as `layers/dense/vars/0`. A weight may stand at two places.
    private(set) var places: [(path: String, weight: Variable)] = []
    /// The weights that training moves, in the order in which Keras's optimisers have them.
    private(set) var trained: [Variable] = []
    /// What Keras keeps beside, by path.
    private(set) var others: [String: Tensor] = [:]
    private let order: [ObjectIdentifier: [any Layer]]
    private let given: Set<ObjectIdentifier>
    private let functional: Set<ObjectIdentifier>
    private var seen = Set<ObjectIdentifier>()
    private var seenTrained = Set<ObjectIdentifier>()

    /// - Parameters:
    ///   - order: the layers of models whose order is known; of others it is worked out.
    ///   - given: layers whose numbers stand in the model's description.
    ///   - functional: chains that Keras has as functional models.
    init(
        _ model: Model, order: [ObjectIdentifier: [any Layer]] = [:], given: Set<ObjectIdentifier> = [],
        functional: Set<ObjectIdentifier> = []
    ) {
        self.order = order
        self.given = given
        self.functional = functional
        add(model, "")
        addTrained(model)
    }

    /// The kind by which Keras's files name a layer: a model's is Sequential or Functional.
    private func kind(of layer: any Layer) -> String {
        guard let model = layer as? Model else { return type(of: layer).kind }
        return model.isChain && !functional.contains(ObjectIdentifier(model)) ? "Sequential" : "Functional"
    }

    private func layers(of model: Model) -> [any Layer] {
        order[ObjectIdentifier(model)] ?? KerasOrder.layers(of: model)
    }

    private mutating func add(_ layer: any Layer, _ path: String) {
        // What is shared is kept where it is met first.
        guard seen.insert(ObjectIdentifier(layer)).inserted else { return }
        func put(_ variables: [Variable], at part: String = "") {
            for (i, variable) in variables.enumerated() { places.append(("\(path)\(part)vars/\(i)", variable)) }
        }
        func addAll(_ inner: [any Layer], in part: String) {
            var names = NumberedNames()
            for layer in inner {
                add(layer, "\(path)\(part)/\(names.next(KerasKind.pathName(kind(of: layer))))/")
            }
        }
        switch layer {
        case let model as Model: addAll(layers(of: model), in: "layers")
        // States that are kept between calls are in no file of Keras.
        case let rnn as RNN: add(rnn.cell.wrapped, path + "cell/")
        case is any RecurrentLayer:
            put(layer.ownVariables.filter(\.isTrainable), at: "cell/")
        case let stack as StackedRNNCells: addAll(stack.cells, in: "cells")
        case let both as Bidirectional:
            add(both.forward, path + "forward_layer/")
            add(both.backward, path + "backward_layer/")
        case let timed as TimeDistributed: add(timed.layer, path + "layer/")
        case let spectral as SpectralNormalization:
            // Keras keeps the kernel with the layer that divides it, too.
            put([spectral.kernel] + spectral.ownVariables)
            add(spectral.layer, path + "layer/")
        case is MultiHeadAttention, is GroupQueryAttention:
            let mark = layer is MultiHeadAttention ? "" : "_"
            for part in ["query", "key", "value", "gate", "attention_output"] {
                let name = part == "attention_output" ? "output" : part
                put(layer.ownVariables.filter { $0.name.hasPrefix(part + "/") }, at: "\(mark)\(name)_dense/")
            }
        case let normalization as Normalization:
            if given.contains(ObjectIdentifier(layer)) { return }
            put(normalization.ownVariables)
            others[path + "vars/2"] = Tensor(Int32(0))
        default: put(layer.ownVariables)
        }
    }

    private mutating func addTrained(_ layer: any Layer) {
        guard layer.info.isTrainable else { return }
        for variable in layer.ownVariables where variable.isTrainable {
            if seenTrained.insert(ObjectIdentifier(variable)).inserted { trained.append(variable) }
        }
        let inner = (layer as? Model).map(layers) ?? layer.children.map(\.layer)
        for layer in inner { addTrained(layer) }
    }

    // MARK: - Files

    /// Gives the model the weights of a file.
    ///
    /// - Throws: `DataError` where a weight is missing, has another shape, or belongs to no layer; the model is then as
    ///   it was.
    func take(_ file: HDF5File, _ path: String, names: [(path: String, variable: Variable)]) throws {
        let titles = Dictionary(names.map { (ObjectIdentifier($0.variable), $0.path) }) { first, _ in first }
        var values: [(Variable, Tensor)] = []
        for (place, weight) in places {
            let title = titles[ObjectIdentifier(weight)] ?? weight.name
            guard file.arrays[place] != nil || file.complaints[place] != nil else {
                let there = file.arrays.keys.filter { $0.hasPrefix("layers/") }.sorted().prefix(12)
                throw DataError(
                    file: path,
                    "the weight \"\(title)\" is missing (\(place)); the file has \(there.joined(separator: ", "))\(there.count == 12 ? ", ..." : "")"
                )
            }
            var tensor = try file.tensor(place, in: path)
            // A single number is [] in one of both, and [1] in the other.
            if tensor.count == 1, weight.value.count == 1 { tensor = tensor.reshaped(weight.shape) }
            guard tensor.shape == weight.shape else {
                throw DataError(
                    file: path,
                    "the weight \"\(title)\" (\(place)) has the shape \(tensor.shape), the model wants \(weight.shape)")
            }
            values.append((weight, tensor.cast(to: weight.value.dtype)))
        }
        let known = Set(places.map(\.path)).union(others.keys)
        if let odd = file.arrays.keys.sorted().first(where: {
            // States of random streams, which older versions of Keras keep.
            $0.hasPrefix("layers/") && !known.contains($0) && !$0.contains("seed_generator/")
        }) {
            throw DataError(file: path, "the weight \(odd) belongs to no layer of the model")
        }
        for (weight, value) in values { weight.value = value }
    }

    /// The arrays of a file.
    var arrays: [String: Tensor] {
        others.merging(Dictionary(places.map { ($0.path, $0.weight.value) }) { first, _ in first }) { first, _ in first
        }
    }
}

extension Model {
    /// Whether each layer reads the one before alone, from one input to one output: what Keras calls `Sequential`.
    var isChain: Bool {
        guard inputs.count == 1, outputs.count == 1 else { return false }
        let calls = calls.filter { $0.layer != nil }
        var last = inputs[0].source
        for call in calls {
            guard call.inputs.count == 1, call.inputs[0].source === last, call.outputs.count == 1 else { return false }
            last = call
        }
        return outputs[0].source === last && calls.count == layers.count && !calls.isEmpty
    }
}
