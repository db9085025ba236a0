import Foundation
import TernText

/// A setting of a layer, found by looking into its prototype: so no list of layers and settings is written twice.
package struct LayerProperty {
    /// As in YAML, with Keras's spelling: `kernel_size`.
    package let name: String
    /// Where it is in the layer's configuration: `["settings", "activation"]`.
    package let path: [String]
    /// What it is in the layer that was looked into.
    package let value: Any
    package let type: Any.Type
    package let isRequired: Bool

    /// The settings of a layer of this kind.
    package static func all(of prototype: LayerPrototype, _ layer: any Layer) -> [LayerProperty] {
        // `kernelSettings` is `kernel_initializer`, `kernel_regularizer` and `kernel_constraint`.
        func settings(_ group: Any, of label: String, _ path: [String]) -> [LayerProperty] {
            let weight = snakeCase(String(label.dropLast("Settings".count)))
            return Mirror(reflecting: group).children.compactMap { part in
                part.label.map {
                    LayerProperty(
                        name: "\(weight)_\($0)", path: path + [$0], value: part.value,
                        type: Swift.type(of: part.value), isRequired: false)
                }
            }
        }
        func properties(_ value: Any, _ path: [String]) -> [LayerProperty] {
            Mirror(reflecting: value).children.flatMap { child -> [LayerProperty] in
                guard let label = child.label, !(child.value is Weight), !(child.value is LayerInfo),
                    label != "backwardBox"
                else { return [] }
                if child.value is CellSettings { return properties(child.value, path + [label]) }
                if child.value is WeightSettings { return settings(child.value, of: label, path + [label]) }
                let name = Self.keras[label] ?? snakeCase(label)
                return [
                    LayerProperty(
                        name: name, path: path + [label], value: child.value,
                        type: Swift.type(of: child.value),
                        isRequired: prototype.required.contains(label) || prototype.required.contains(name))
                ]
            }
        }
        return properties(layer, []) + [
            LayerProperty(
                name: "name", path: ["info", "name"], value: layer.info.name as Any, type: String?.self,
                isRequired: false),
            LayerProperty(
                name: "trainable", path: ["info", "isTrainable"], value: layer.info.isTrainable, type: Bool.self,
                isRequired: false),
        ]
    }

    /// Where Keras's word is not the property's.
    private static let keras = [
        "usesBias": "use_bias", "returnsSequences": "return_sequences", "returnsState": "return_state",
        "isStateful": "stateful",
        "goesBackwards": "go_backwards", "zerosOutputForMask": "zero_output_for_mask", "keepsDimensions": "keepdims",
        "standardDeviation": "stddev", "centers": "center",
        "scales": "scale", "dimensions": "dims", "count": "n", "box": "layer", "forwardBox": "layer",
        "masksZero": "mask_zero",
        "inputCount": "input_dim", "inverts": "invert", "cellBox": "cell", "usesScale": "use_scale",
        "normalizes": "normalize", "headCount": "num_heads", "keyDimension": "key_dim", "valueDimension": "value_dim",
        "outputDimension": "output_shape", "headDimension": "head_dim", "queryHeadCount": "num_query_heads",
        "keyValueHeadCount": "num_key_value_heads", "usesGate": "use_gate", "usesCausalMask": "use_causal_mask",
        "returnsScores": "return_attention_scores", "boxes": "cells",
    ]
}

extension LayerProperty {
    /// The type without the question mark.
    package var kind: Any.Type { (type as? any OptionalType.Type)?.wrapped ?? type }

    /// The words that a type has for its cases; nil where they are no texts.
    package static func words<T: RawRepresentable>(of type: T.Type) -> [String]? {
        (type as? any CaseIterable.Type).map { allCases($0).compactMap { ($0 as? T)?.rawValue as? String } }
    }

    private static func allCases<T: CaseIterable>(_ type: T.Type) -> [Any] { T.allCases.map { $0 } }
}

extension LayerPrototype {
    /// A layer of this kind with other settings than those of `standard`, each as it stands in a layer's configuration.
    ///
    /// - Throws: `DecodingError` where the layer does not take them.
    package func layer(_ standard: any Layer, with values: [(property: LayerProperty, value: Any)]) throws -> any Layer
    {
        func replacing(_ path: ArraySlice<String>, in configuration: Any?, with value: Any) -> Any {
            guard let key = path.first else { return value }
            var result = configuration as? [String: Any] ?? [:]
            result[key] = replacing(path.dropFirst(), in: result[key], with: value)
            return result
        }
        var configuration = try JSONSerialization.jsonObject(
            with: JSONEncoder.ofAllNumbers.encode(LayerBox(standard)))
        for (property, value) in values {
            // JSON has no signs for such numbers.
            let odd = (value as? Double).flatMap { $0.isFinite ? nil : "\($0)" }
            configuration = replacing(["config"] + property.path, in: configuration, with: odd ?? value)
        }
        return try JSONDecoder.ofAllNumbers
            .decode(LayerBox.self, from: JSONSerialization.data(withJSONObject: configuration)).layer
    }
}

private protocol OptionalType { static var wrapped: Any.Type { get } }
extension Optional: OptionalType { fileprivate static var wrapped: Any.Type { Wrapped.self } }
