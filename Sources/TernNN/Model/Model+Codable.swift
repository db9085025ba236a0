import TernCore

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
            name: info.name, layers: layers.map(LayerBox.init),
            calls: all.map { call in
                let input = inputs.first { $0.source === call }
                return Call(
                    layer: call.layer.flatMap { layer in layers.firstIndex { $0 === layer } }, inputs: call.inputs.map(source),
                    shape: input?.shape, batchSize: input?.batchSize, dtype: input?.dtype, name: call.name)
            },
            inputs: inputs.map(source), outputs: outputs.map(source))
        try graph.encode(to: encoder)
    }

    static func decodeGraph(from decoder: any Decoder) throws -> (inputs: [Symbol], outputs: [Symbol], name: String?) {
        let graph = try Graph(from: decoder)
        func damaged(_ what: String) -> DecodingError {
            .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: what))
        }
        var made: [[Symbol]] = []
        func symbol(_ source: Source) throws -> Symbol {
            guard made.indices.contains(source.call), made[source.call].indices.contains(source.output) else {
                throw damaged("a layer reads output \(source.output) of call \(source.call), which comes later or does not exist")
            }
            return made[source.call][source.output]
        }
        for call in graph.calls {
            if let layer = call.layer {
                guard graph.layers.indices.contains(layer) else { throw damaged("there is no layer \(layer)") }
                made.append(graph.layers[layer].layer(try call.inputs.map(symbol)))
            } else {
                guard let shape = call.shape else { throw damaged("an input has no shape") }
                made.append([Input(shape, batchSize: call.batchSize, dtype: call.dtype ?? .float32, name: call.name)])
            }
        }
        return (try graph.inputs.map(symbol), try graph.outputs.map(symbol), graph.name)
    }
}
