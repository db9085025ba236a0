import Foundation
import Tern

/// Parts of Keras's configurations by themselves, for the Python package: what `compile` is given, a layer, a function.
package enum KerasParts {
    /// How errors call what is no file.
    package static let source = "Keras's JSON"

    private static func read<R>(_ text: String, _ body: @escaping (JSON) throws -> R) throws -> R {
        let file = source, json = try KerasFile.json(Data(text.utf8), file, "it")
        return try KerasComplaint.told(of: file) { try catchingFailure { try body(json) } }
    }

    /// Compiles a model by a `compile_config`.
    ///
    /// - Throws: `DataError` where Tern has no such optimiser, loss or metric.
    package static func compile(_ model: Model, _ text: String) throws {
        try read(text) { try KerasCompilation.read($0, into: model) }
    }

    /// A model of Keras's JSON, with new weights, compiled where the JSON says how; and its warnings, as
    /// ``KerasFile/warnings``.
    ///
    /// - Throws: `DataError` as ``KerasFile/init(contentsOf:inputShapes:compiles:)``.
    package static func model(
        _ text: String, inputShapes: [[Int]]? = nil, compiles: Bool = true, seed: UInt64 = 0
    ) throws -> (model: Model, warnings: [String]) {
        try read(text) { json in
            let reading = KerasModelReading(inputShapes: inputShapes, seed: seed), model = try reading.model(json)
            if compiles, let compilation = json["compile_config"] {
                try KerasCompilation.read(compilation, into: model, ends: json["config"]?["output_layers"])
            }
            return (model, reading.layers.warnings)
        }
    }

    /// A layer by its description.
    ///
    /// - Parameter call: what a call is told beside its inputs, such as `{"use_causal_mask": true}`.
    package static func layer(_ text: String, call: String = "{}") throws -> any Layer {
        let told = try read(call) { json in
            Dictionary(json.members.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        }
        return try read(text) { json in
            let reading = KerasModelReading()
            return try withExtendedLifetime(reading) { try reading.layers.layer(json, call: told) }
        }
    }

    package static func activation(_ text: String) throws -> Activation { try read(text, KerasActivation.read) }
    package static func loss(_ text: String) throws -> Loss { try read(text) { try KerasLoss.read($0) } }

    /// - Parameter classes: the length of the predictions' last axis, by which "accuracy" is told.
    package static func metric(_ text: String, classes: Int) throws -> Metric {
        try read(text) { try KerasMetric.read($0, classes: classes, loss: .meanSquaredError) }
    }

    /// The weights of a model in the order of Keras's `get_weights()`, by Tern's paths.
    package static func weightPaths(of model: Model) -> [String] {
        let paths = Dictionary(
            model.variables.map { (ObjectIdentifier($0.variable), $0.path) }, uniquingKeysWith: { first, _ in first })
        var seen = Set<ObjectIdentifier>(), found: [String] = []
        func add(_ layer: any Layer) {
            // Keras's layer holds the kernel as its own, too.
            let own = ((layer as? SpectralNormalization).map { [$0.kernel] } ?? []) + layer.ownVariables
            for variable in own.filter(\.isTrainable) + own.filter({ !$0.isTrainable })
            where seen.insert(ObjectIdentifier(variable)).inserted {
                if let path = paths[ObjectIdentifier(variable)] { found.append(path) }
            }
            for inner in (layer as? Model).map(KerasOrder.layers) ?? layer.children.map(\.layer) { add(inner) }
        }
        add(model)
        return found
    }

    /// The layers that Keras has too, by its names, with their settings.
    package static var layers: [String: [String]] {
        Dictionary(
            uniqueKeysWithValues: LayerRegistry.kinds.compactMap { kind in
                guard KerasKind.isKeras(kind), let prototype = LayerRegistry.prototype(of: kind),
                    let layer = prototype.make?()
                else { return nil }
                return (
                    kind == "ActivationLayer" ? "Activation" : kind, LayerProperty.all(of: prototype, layer).map(\.name)
                )
            })
    }
}
