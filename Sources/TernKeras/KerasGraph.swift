import Tern

/// The layers of a functional model by name, and the calls that join them.
final class KerasGraph {
    /// One result of one call of a layer: Keras's `keras_history`.
    struct History: Hashable {
        var name: String, node: Int, output: Int
    }

    private struct Vertex {
        var layer: any Layer
        var calls: [JSON]
        /// Among the inputs and outputs of a model Keras counts the calls of a functional model from 1; in calls from
        /// 0.
        var isFunctional: Bool
        var results: [[Symbol]] = []
    }

    private let reading: KerasLayerReading
    private var inputs: [String: Symbol] = [:]
    private var vertices: [String: Vertex] = [:]
    /// Operations that Keras makes of masks, and what they read.
    private var operations: [String: (className: String, reads: [History])] = [:]
    private var names: [String] = []
    private var callCount = 0

    init(_ reading: KerasLayerReading) { self.reading = reading }

    /// The layers in the order in which they were described.
    var inOrder: [any Layer] { names.compactMap { vertices[$0]?.layer } }

    func add(_ name: String, _ input: Symbol) { inputs[name] = input }

    func add(_ name: String, _ object: KerasObject, _ json: JSON) throws {
        let calls = json["inbound_nodes"]?.list ?? []
        // An operation is refused where a layer reads it as a value.
        if object.module.hasPrefix("keras.src.ops") || object.module.hasPrefix("keras.ops") {
            operations[name] = (object.className, calls.flatMap { Self.histories(in: $0) })
            return
        }
        callCount += calls.count
        guard callCount <= Model.mostCalls else {
            throw KerasComplaint("its layers are called more than \(Model.mostCalls) times")
        }
        let call = try Self.settings(ofCalls: calls, object, name)
        let layer = try reading.layer(json, call: call)
        // Named by the graph, which is what others refer to.
        if layer.info.name == nil { layer.info.name = name }
        vertices[name] = Vertex(layer: layer, calls: calls, isFunctional: object.className == "Functional")
        names.append(name)
    }

    /// What Keras's attention is told in each call, and Tern's when it is made.
    private static func settings(ofCalls calls: [JSON], _ object: KerasObject, _ name: String) throws -> [String: JSON]
    {
        guard object.className.hasSuffix("Attention") else { return [:] }
        var settings: [String: JSON] = [:]
        for key in ["use_causal_mask", "return_attention_scores"] {
            let given = try Set(calls.map { try $0["kwargs"]?.flag(at: key) ?? false })
            guard given.count < 2 else {
                throw KerasComplaint(
                    "layer \"\(name)\": it is called with and without \(key); Tern's layer has one of them")
            }
            settings[key] = .flag(given.first ?? false)
        }
        return settings
    }

    /// Calls layers as soon as all that they read is there, in whatever order they are described.
    func connect() throws {
        // Layers whose next call waits: for how many results, and by the call that gives one.
        var lacking: [String: Int] = [:], waiting: [History: [String]] = [:]
        var ready = names, at = 0
        while at < ready.count {
            let name = ready[at]
            at += 1
            while let call = next(of: name) {
                let missing = try missing(for: call)
                guard missing.isEmpty else {
                    lacking[name] = missing.count
                    for place in missing { waiting[place, default: []].append(name) }
                    break
                }
                let made = History(name: name, node: vertices[name]!.results.count, output: 0)
                try make(call, of: name)
                for other in waiting.removeValue(forKey: made) ?? [] {
                    lacking[other]! -= 1
                    if lacking[other] == 0 { ready.append(other) }
                }
            }
        }
        let left = names.filter { next(of: $0) != nil }
        guard left.isEmpty else {
            throw KerasComplaint(
                "its layers \(left.prefix(5).joined(separator: ", ")) read each other, or what is not there")
        }
    }

    private func next(of name: String) -> JSON? {
        guard let vertex = vertices[name], vertex.results.count < vertex.calls.count else { return nil }
        return vertex.calls[vertex.results.count]
    }

    /// The calls of layers whose results a call reads and that were not made yet; `output` is 0.
    private func missing(for call: JSON) throws -> Set<History> {
        var missing = Set<History>()
        for history in Self.histories(in: call) where operations[history.name] == nil && inputs[history.name] == nil {
            guard let vertex = vertices[history.name] else {
                throw KerasComplaint("a layer reads \"\(history.name)\", which is not there")
            }
            if vertex.results.count <= history.node {
                missing.insert(History(name: history.name, node: history.node, output: 0))
            }
        }
        return missing
    }

    private func make(_ call: JSON, of name: String) throws {
        let layer = vertices[name]!.layer
        do {
            let made = try KerasCall(call, of: layer, isMask: isOwnMask), read = try made.inputs.map { try symbol($0) }
            if made.isTraining {
                reading.note("layer \"\(name)\" is called with training=True, which no prediction heeds, as in Keras")
            }
            let shapes = read.map { [$0.batchSize ?? 1] + $0.shape }
            if let complaint = shapes.isEmpty ? "it got no input" : layer.complaint(about: shapes) {
                throw KerasComplaint(
                    "\(complaint); its input has the shape \(read.map { "\($0.shape)" }.joined(separator: " and "))")
            }
            vertices[name]!.results.append(layer(read))
        } catch let complaint as KerasComplaint {
            throw KerasComplaint("layer \"\(name)\" (\(type(of: layer).kind)): \(complaint.message)")
        }
    }

    /// - Parameter isEnd: whether the model itself names it, as an input or output.
    func symbol(_ history: History, isEnd: Bool = false) throws -> Symbol {
        if let operation = operations[history.name] {
            throw KerasComplaint(
                "it reads \"\(history.name)\", the operation \(operation.className) of keras.ops, which is no layer (as x + y and x[0] are); use a layer, such as Add, Concatenate, Cropping1D or Rescaling"
            )
        }
        if let input = inputs[history.name], history.node == 0, history.output == 0 { return input }
        guard let vertex = vertices[history.name] else { throw KerasComplaint("there is no layer \"\(history.name)\"") }
        let node = history.node - (isEnd && vertex.isFunctional ? 1 : 0)
        guard vertex.results.indices.contains(node), vertex.results[node].indices.contains(history.output) else {
            throw KerasComplaint("there is no result \(history.output) of call \(history.node) of \"\(history.name)\"")
        }
        return vertex.results[node][history.output]
    }

    /// Whether a mask is one that Keras made by itself of a `Masking` or `Embedding`, as Tern does.
    private func isOwnMask(_ history: History) -> Bool {
        var rest = [history], new = Set<String>(), isMade = false
        while let next = rest.popLast() {
            if ownMasks.contains(next.name) { isMade = true }
            guard !ownMasks.contains(next.name), new.insert(next.name).inserted else { continue }
            guard let operation = operations[next.name] else { return false }
            if operation.className == "NotEqual" {
                guard let read = operation.reads.first, masked.contains(read) else { return false }
                isMade = true
            } else {
                // Such as Any, or what merging layers make of several masks, of a value's shape perhaps.
                let masks = operation.reads.filter { operations[$0.name] != nil }
                if masks.isEmpty { return false }
                rest += masks
            }
        }
        if isMade { ownMasks.formUnion(new) }
        return isMade
    }

    /// Operations that are known to be such masks.
    private var ownMasks = Set<String>()

    /// What the layers that make masks read.
    private lazy var masked = Set(
        vertices.values.filter { $0.layer is Masking || ($0.layer as? Embedding)?.masksZero == true }
            .flatMap { $0.calls.compactMap { Self.histories(in: $0).first } })

    // MARK: - Keras's tensors

    /// All tensors in arguments, in their order; those of dictionaries by name.
    static func histories(in json: JSON) -> [History] {
        if json["class_name"]?.text == "__keras_tensor__" {
            return json["config"]?["keras_history"].map(places) ?? []
        }
        switch json {
        case .list(let values): return values.flatMap(histories(in:))
        case .object(let members): return members.sorted { $0.key < $1.key }.flatMap { histories(in: $0.value) }
        default: return []
        }
    }

    /// `["dense", 0, 0]`, lists of such, or by name.
    static func places(_ json: JSON) -> [History] {
        if let parts = json.list, parts.count == 3, let name = parts[0].text, let node = parts[1].modestWhole,
            let output = parts[2].modestWhole
        {
            return [History(name: name, node: node, output: output)]
        }
        switch json {
        case .list(let values): return values.flatMap(places)
        case .object(let members): return members.sorted { $0.key < $1.key }.flatMap { places($0.value) }
        default: return []
        }
    }
}

/// What one call of a layer reads, in the order of Tern's inputs.
struct KerasCall {
    private(set) var inputs: [KerasGraph.History] = []
    /// Whether it is told to be one of training, whatever the model does.
    private(set) var isTraining = false

    /// - Parameter isMask: whether a tensor is a mask that travels by itself.
    init(_ json: JSON, of layer: any Layer, isMask: (KerasGraph.History) -> Bool) throws {
        guard let positional = json["args"]?.list else {
            throw KerasComplaint("its calls are written in a form before Keras 3; load and save the model with Keras 3")
        }
        let names: [String]
        switch layer {
        case is MultiHeadAttention, is GroupQueryAttention:
            names = ["query", "value", "key", "query_mask", "value_mask", "key_mask", "attention_mask"]
        case is any RecurrentLayer, is Bidirectional: names = ["sequences", "initial_state", "mask", "training"]
        default: names = ["inputs"]
        }
        guard positional.count <= names.count else {
            throw KerasComplaint("it is called with \(positional.count) arguments")
        }
        var arguments: [(name: String, value: JSON)] = Array(zip(names, positional)).map { ($0, $1) }
        arguments += (json["kwargs"]?.members ?? []).map { ($0.key, $0.value) }
        var given: [String: [KerasGraph.History]] = [:]
        for (name, value) in arguments {
            // The graph says whether it trains.
            if name == "training" { isTraining = value.truth == true }
            if ["training", "use_causal_mask", "return_attention_scores"].contains(name) || value.isNull { continue }
            let parts = value.list ?? value.members.map(\.value)
            if !parts.isEmpty, parts.allSatisfy(\.isNull) { continue }
            let tensors = KerasGraph.histories(in: value)
            if tensors.isEmpty || value.number != nil {
                throw KerasComplaint(
                    "it is called with \(name) \(value.written().shortened(to: 60)), and not with the result of a layer"
                )
            }
            if name == "mask" || name.hasSuffix("_mask") && name != "attention_mask" {
                guard tensors.allSatisfy(isMask) else {
                    throw KerasComplaint("it is called with a mask; Tern's masks come from Masking and Embedding alone")
                }
                continue
            }
            let key =
                names.contains(name) ? name : ["x", "inputs", "sequence", "sequences"].contains(name) ? names[0] : name
            guard names.contains(key) else {
                throw KerasComplaint("it is called with \(name), which Tern's layer does not take")
            }
            given[key] = (given[key] ?? []) + tensors
        }
        if names[0] == "query" {
            guard let query = given["query"], let value = given["value"] else {
                throw KerasComplaint("it is called without a query or a value")
            }
            inputs = query + value
            if given["key"] != nil || given["attention_mask"] != nil { inputs += given["key"] ?? value }
            inputs += given["attention_mask"] ?? []
        } else {
            inputs = names.flatMap { given[$0] ?? [] }
        }
    }
}
