import Tern

/// Makes a model of Keras's description: `Sequential`, or the graph of a functional `Model`, and models within.
final class KerasModelReading {
    let layers = KerasLayerReading()
    /// Lengths for inputs that leave some open, in the order of the inputs.
    private var inputShapes: [[Int]]?
    /// The layers of each model, in the order in which Keras lists them.
    private(set) var order: [ObjectIdentifier: [any Layer]] = [:]
    /// The models that are functional ones.
    private(set) var functional = Set<ObjectIdentifier>()

    /// Of weights that no file gives.
    private let seed: UInt64

    init(inputShapes: [[Int]]? = nil, seed: UInt64 = 0) {
        (self.inputShapes, self.seed) = (inputShapes, seed)
        layers.readModel = { [unowned self] in try self.model($0, isWhole: false) }
    }

    /// The model, or a complaint.
    func model(_ json: JSON) throws -> Model { try model(json, isWhole: true) }

    private func model(_ json: JSON, isWhole: Bool) throws -> Model {
        guard let object = KerasObject(json) else { throw KerasComplaint("this is no description of a model") }
        let given = isWhole ? inputShapes : nil
        let model: Model
        switch object.className {
        case "Sequential" where object.isKeras: model = try sequential(object.config, json, given?.first)
        case "Functional" where object.isKeras, "Model" where object.isKeras:
            guard object.config["layers"] != nil else {
                throw KerasComplaint(
                    "the model is a class of somebody's own, whose Python code Tern does not run; build it as Sequential or by keras.Model(inputs, outputs)"
                )
            }
            model = try graph(object.config, given)
            functional.insert(ObjectIdentifier(model))
        default:
            throw KerasComplaint(
                "this is a \(object.className), no Sequential and no functional Model; a model of a class of one's own is Python code, which Tern does not run"
            )
        }
        model.info.isTrainable = try object.config.flag(at: "trainable") ?? true
        model.info.dtype = model.layers.contains { $0.info.dtype == .float64 } ? .float64 : .float32
        return model
    }

    // MARK: - Inputs

    /// An input, and the shape that is asked for instead of one with open lengths.
    private func input(_ config: JSON, given: [Int]?) throws -> Symbol {
        let name = try config.name()
        func complaint(_ what: String) -> KerasComplaint { KerasComplaint("input \"\(name ?? "input")\": \(what)") }
        for key in ["sparse", "ragged", "optional"] where try config.flag(at: key) == true {
            throw complaint("it is \(key), which Tern's inputs are not")
        }
        let dtype: DType, word = config["dtype"]?.text ?? "float32"
        do { dtype = try KerasType.input(word) } catch let inner as KerasComplaint { throw complaint(inner.message) }
        if dtype.description != word {
            layers.warn(
                "input \"\(name ?? "input")\" of \(word) is computed with as \(dtype), which wraps round later than in Keras"
            )
        }
        guard let batchShape = config["batch_shape"]?.list ?? config["batch_input_shape"]?.list, !batchShape.isEmpty
        else {
            throw complaint("it has no shape")
        }
        return Input(
            try shape(Array(batchShape.dropFirst()), given, complaint), batchSize: batchShape[0].modestWhole,
            dtype: dtype,
            name: name)
    }

    private func shape(_ lengths: [JSON], _ given: [Int]?, _ complaint: (String) -> KerasComplaint) throws -> [Int] {
        let known = lengths.map(\.modestWhole)
        guard zip(lengths, known).allSatisfy({ $0.isNull || $1 != nil && $1! >= 0 }) else {
            throw complaint("its shape \(JSON.list(lengths).written()) cannot be")
        }
        if let given {
            guard given.count == known.count, zip(given, known).allSatisfy({ $1 == nil || $0 == $1 }) else {
                throw complaint("its shape is \(JSON.list(lengths).written()), and no \(given)")
            }
            return given
        }
        guard !known.contains(nil) else {
            throw complaint(
                "its shape \(JSON.list(lengths).written()) leaves a length open, and Tern's models have fixed ones; say them (inputShapes:, or --input-shape 24x4)"
            )
        }
        return known.map { $0! }
    }

    // MARK: - A chain

    private func sequential(_ config: JSON, _ json: JSON, _ given: [Int]?) throws -> Model {
        guard let described = config["layers"]?.list, !described.isEmpty else {
            throw KerasComplaint("the model has no layers")
        }
        var rest = described[...]
        let symbol: Symbol
        if let first = KerasObject(described[0]), first.className == "InputLayer" {
            symbol = try input(first.config, given: given)
            rest = rest.dropFirst()
        } else {
            let shape = config["build_input_shape"] ?? json["build_config"]?["input_shape"] ?? .null
            guard let lengths = shape.list, !lengths.isEmpty else {
                throw KerasComplaint(
                    "the model was saved before it knew the shape of its input; begin it with keras.Input, or call it on data first"
                )
            }
            symbol = try input(["batch_shape": shape], given: given)
        }
        var made: [any Layer] = [], value = symbol
        for json in rest {
            let layer = try layers.layer(json)
            made.append(layer)
            let outputs = layer([value])
            guard outputs.count == 1 else {
                throw KerasComplaint(
                    "layer \"\(layer.info.name ?? "")\": it has \(outputs.count) outputs within a chain")
            }
            value = outputs[0]
        }
        let model = Sequential(inputs: [symbol], outputs: [value], name: try config.name(), seed: seed)
        order[ObjectIdentifier(model)] = made
        return model
    }

    // MARK: - A graph

    private func graph(_ config: JSON, _ given: [[Int]]?) throws -> Model {
        let graph = KerasGraph(self.layers), described = config["layers"]?.list ?? []
        let inputNames = config["input_layers"].map(KerasGraph.places) ?? []
        if let given, given.count != inputNames.count {
            throw KerasComplaint("the model has \(inputNames.count) inputs, and \(given.count) shapes are given")
        }
        for json in described {
            guard let object = KerasObject(json), let name = try json.name() ?? object.config.name() else {
                throw KerasComplaint("a layer of the model has no name")
            }
            if object.className == "InputLayer" {
                let place = inputNames.firstIndex { $0.name == name }
                graph.add(name, try input(object.config, given: place.flatMap { given?[$0] }))
            } else {
                try graph.add(name, object, json)
            }
        }
        try graph.connect()
        let inputs = try inputNames.map { try graph.symbol($0, isEnd: true) }
        let outputs = try (config["output_layers"].map(KerasGraph.places) ?? []).map {
            try graph.symbol($0, isEnd: true)
        }
        guard !inputs.isEmpty, !outputs.isEmpty else { throw KerasComplaint("the model has no inputs or no outputs") }
        guard inputs.allSatisfy({ $0.source.layer == nil }) else {
            throw KerasComplaint("an input of the model is the result of a layer; save the model of which it is a part")
        }
        let model = Model(inputs: inputs, outputs: outputs, name: try config.name(), seed: seed)
        order[ObjectIdentifier(model)] = graph.inOrder.filter { layer in model.layers.contains { $0 === layer } }
        return model
    }
}
