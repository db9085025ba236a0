import TernCore
import TernText

// A model's configuration: its layers, each once, and the calls that join them.
extension Model {
    /// Where a symbol comes from: the call and which of its outputs.
    private struct Source: Codable {
        var call: Int
        var output: Int
    }

    private struct Call: Codable {
        /// The layer, or nil for an input.
        var layer: Int?
        var inputs: [Source]
        var shape: [Int]?
        var batchSize: Int?
        var dtype: DType?
        var name: String?
    }

    private struct Graph: Codable {
        var name: String?
        var isTrainable: Bool?
        var dtype: DType?
        var layers: [LayerBox]
        var calls: [Call]
        var inputs: [Source]
        var outputs: [Source]
    }

    func encodeGraph(to encoder: any Encoder) throws {
        // Inputs that no output needs belong to the model too.
        let all = inputs.map(\.source).filter { input in !calls.contains { $0 === input } } + calls
        func source(_ symbol: Symbol) -> Source {
            Source(call: all.firstIndex { $0 === symbol.source }!, output: symbol.index)
        }
        let graph = Graph(
            name: info.name, isTrainable: info.isTrainable, dtype: info.dtype, layers: layers.map(LayerBox.init),
            calls: all.map { call in
                let input = inputs.first { $0.source === call }
                return Call(
                    layer: call.layer.flatMap { layer in layers.firstIndex { $0 === layer } },
                    inputs: call.inputs.map(source),
                    shape: input?.shape, batchSize: input?.batchSize, dtype: input?.dtype, name: call.name)
            },
            inputs: inputs.map(source), outputs: outputs.map(source))
        try graph.encode(to: encoder)
    }

    /// The graph of a configuration, which may say anything: where layers do not fit together, or end with a message
    /// (``fail``), the message is thrown.
    static func decodeGraph(from decoder: any Decoder) throws -> (inputs: [Symbol], outputs: [Symbol], info: LayerInfo)
    {
        do {
            try ModestNumbers.check(decoder)
            let most = decoder.userInfo[.mostNumbers] as? Int
            return try catchingFailure {
                try Weight.$mostNumbers.withValue(most) {
                    let graph = try readGraph(from: decoder)
                    Model(inputs: graph.inputs, outputs: graph.outputs, name: graph.info.name).checkBatches()
                    return graph
                }
            }
        } catch let failure as CaughtFailure {
            throw decoder.refusal(failure.description)
        }
    }

    /// Ends with a message where batches of another size than that of tracing do not fit.
    private func checkBatches() {
        guard inputs.allSatisfy({ $0.batchSize == nil }), keptVariables.isEmpty else { return }
        let batch = 3, specs = outputSpecs(for: inputs.map { TensorSpec(shape: [batch] + $0.shape, dtype: $0.dtype) })
        for (spec, output) in zip(specs, outputs) where spec.shape != [batch] + output.shape {
            fail("of \(batch) examples its output has the shape \(spec.shape), not \([batch] + output.shape)")
        }
    }

    private static func readGraph(from decoder: any Decoder) throws -> (
        inputs: [Symbol], outputs: [Symbol], info: LayerInfo
    ) {
        let graph = try Graph(from: decoder)
        guard graph.calls.count <= mostCalls else {
            throw decoder.refusal("it has \(graph.calls.count) calls of layers, more than \(mostCalls)")
        }
        let names = graph.layers.compactMap(\.layer.info.name)
        guard Set(names).count == names.count else { throw decoder.refusal("two layers have one name") }
        var made: [[Symbol]] = []
        func symbol(_ source: Source) throws -> Symbol {
            guard made.indices.contains(source.call), made[source.call].indices.contains(source.output) else {
                throw decoder.refusal(
                    "a layer reads output \(source.output) of call \(source.call), which comes later or does not exist")
            }
            return made[source.call][source.output]
        }
        for call in graph.calls {
            if let layer = call.layer {
                guard graph.layers.indices.contains(layer) else { throw decoder.refusal("there is no layer \(layer)") }
                let inputs = try call.inputs.map(symbol), found = graph.layers[layer].layer
                let shapes = inputs.map { [1] + $0.shape }
                if let complaint = shapes.isEmpty ? "it got no input" : found.complaint(about: shapes) {
                    throw decoder.refusal(
                        "layer \(found.info.name ?? type(of: found).kind): \(complaint); its input has the shape \(inputs.map { "\($0.shape)" }.joined(separator: " and "))"
                    )
                }
                made.append(found(inputs))
            } else {
                guard let shape = call.shape else { throw decoder.refusal("an input has no shape") }
                guard let count = checkedProduct(shape + [call.batchSize ?? 1, 8]), (call.batchSize ?? 1) > 0 else {
                    throw decoder.refusal(
                        "no input can have the shape \(shape)\(call.batchSize.map { " in batches of \($0)" } ?? "")")
                }
                if let complaint = MachineMemory.complaint(about: count) {
                    throw decoder.refusal("an input of shape \(shape) cannot be held: \(complaint)")
                }
                made.append([Input(shape, batchSize: call.batchSize, dtype: call.dtype ?? .float32, name: call.name)])
            }
        }
        let inputs = try graph.inputs.map(symbol), outputs = try graph.outputs.map(symbol)
        guard !outputs.isEmpty else { throw decoder.refusal("it has no outputs") }
        let sources = Set(inputs.map { ObjectIdentifier($0.source) })
        guard sources.count == inputs.count, inputs.allSatisfy({ $0.source.layer == nil }) else {
            throw decoder.refusal("its inputs are not inputs, each once")
        }
        guard order(from: outputs).allSatisfy({ $0.layer != nil || sources.contains(ObjectIdentifier($0)) }) else {
            throw decoder.refusal("its outputs depend on an input that is not among its inputs")
        }
        return (
            inputs, outputs,
            LayerInfo(name: graph.name, isTrainable: graph.isTrainable ?? true, dtype: graph.dtype ?? .float32)
        )
    }

    /// Longer chains would go deeper than the stack where they are freed.
    package static var mostCalls: Int { 10_000 }
}

extension CodingUserInfoKey {
    /// How many numbers the weights of a model can have, an Int: as many as are beside its configuration. More are not
    /// drawn.
    package static let mostNumbers = CodingUserInfoKey(rawValue: "tern.mostNumbers")!
}

/// The numbers in a configuration, of which none may be so large that shapes made of two or three of them overflow.
private struct ModestNumbers: Decodable {
    static func check(_ decoder: any Decoder) throws { _ = try ModestNumbers(from: decoder) }

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int?
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        if let members = try? decoder.container(keyedBy: Key.self) {
            for key in members.allKeys { _ = try members.decode(ModestNumbers.self, forKey: key) }
        } else if var elements = try? decoder.unkeyedContainer() {
            while !elements.isAtEnd { _ = try elements.decode(ModestNumbers.self) }
        } else if let value = try? decoder.singleValueContainer(), let number = try? value.decode(Int.self),
            abs(Double(number)) > 0x1p30
        {
            throw DecodingError.dataCorruptedError(
                in: value, debugDescription: "the number \(number) is beyond what a layer takes")
        }
    }
}
