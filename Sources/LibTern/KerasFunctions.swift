import Foundation
import Tern
import TernKeras

/// The functions of `tern_call` for the Python package `tern.keras` that need no model.
enum KerasFunctions {
    static let all: [String: @Sendable (CallArguments) throws -> CallResult] = [
        "keras_model": { arguments in
            let shapes = try arguments.shapes("input_shapes")
            let (model, warnings) = try KerasParts.model(
                arguments.jsonText("config"), inputShapes: shapes, seed: arguments.seed())
            return CallResult(model: ServedNetwork(model, warnings: warnings))
        },
        "keras_layers": { _ in
            try CallResult(
                KerasParts.layers.mapValues { .object(["settings": .list($0.map(ParameterValue.text))]) })
        },
        "keras_layer_shapes": { arguments in
            guard let shapes = try arguments.shapes("input_shapes") else {
                throw ArgumentError("\"input_shapes\" is missing")
            }
            let layer = try layer(arguments)
            let model = try built(layer, shapes.map { TensorSpec(shape: Array($0.dropFirst()), dtype: .float32) })
            let batch = shapes.first?.first ?? 1
            return try CallResult([
                "output_shapes": .list(
                    model.outputs.map { .list(([batch] + $0.shape).map(ParameterValue.integer)) })
            ])
        },
        "keras_layer_call": { arguments in
            let data = try arguments.trainingData()
            let layer = try layer(arguments)
            let model = try built(
                layer, data.inputs.map { TensorSpec(shape: Array($0.shape.dropFirst()), dtype: $0.dtype) },
                seed: arguments.seed())
            let prefix = "weights/"
            let weights = arguments.arrays.filter { $0.key.hasPrefix(prefix) }
            try set(
                Dictionary(uniqueKeysWithValues: weights.map { (String($0.key.dropFirst(prefix.count)), $0.value) }),
                in: layer.variables, of: "layer")
            let isTraining = try arguments.isTrue("training")
            let outputs = try catchingFailure {
                model.call(
                    data.inputs.map { $0.dtype.isFloatingPoint ? $0.cast(to: model.info.dtype) : $0 },
                    CallContext(isTraining: isTraining))
            }
            var found = Dictionary(uniqueKeysWithValues: outputs.enumerated().map { ("y\($0)", $1) })
            // What the call moved that no gradient does, such as the means of batches.
            for (path, variable) in layer.variables where !variable.isTrainable {
                if arguments.arrays["weights/\(path)"] != nil { found["weights/\(path)"] = variable.value }
            }
            return CallResult(arrays: found)
        },
        "keras_function": { arguments in
            let function = try arguments.jsonText("function")
            switch try arguments.text("kind") {
            case "activation":
                let activation = try KerasParts.activation(function), x = try arguments.array("x")
                return CallResult(arrays: ["result": try catchingFailure { activation(x) }])
            case "loss":
                let loss = try KerasParts.loss(function)
                let (target, prediction) = try (arguments.array("y_true"), arguments.array("y_pred"))
                let isReduced = try arguments.isTrue("reduced"), weight = arguments.arrays["sample_weight"]
                let result = try catchingFailure {
                    isReduced ? loss(target, prediction, sampleWeight: weight) : loss.values(target, prediction)
                }
                return CallResult(arrays: ["result": result])
            case "metric":
                // Each update is measured by itself: y_true0, y_pred0, sample_weight0, then y_true1, ...
                let (targets, predictions) = (arguments.numbered("y_true"), arguments.numbered("y_pred"))
                guard let target = targets.first, let prediction = predictions.first, targets.count == predictions.count
                else {
                    throw ArgumentError(
                        "there are \(targets.count) arrays \"y_true0\", ... and \(predictions.count) \"y_pred0\", ...")
                }
                let metric = try KerasParts.metric(function, classes: prediction.shape.last ?? 1)
                let result = try catchingFailure {
                    var state = metric.initialState(target: target.spec, prediction: prediction.spec)
                    for (number, (target, prediction)) in zip(targets, predictions).enumerated() {
                        state = metric.updated(
                            state, target: target, prediction: prediction,
                            sampleWeight: arguments.arrays["sample_weight\(number)"])
                    }
                    return metric.result(state)
                }
                return CallResult(arrays: ["result": result])
            case let kind: throw ArgumentError("there are no functions of the kind \"\(kind)\"")
            }
        },
    ]

    private static func layer(_ arguments: CallArguments) throws -> any Layer {
        try KerasParts.layer(
            arguments.jsonText("layer"), call: arguments.values["kwargs"] == nil ? "{}" : arguments.jsonText("kwargs"))
    }

    /// A model of the layer alone.
    private static func built(_ layer: any Layer, _ specs: [TensorSpec], seed: UInt64 = 0) throws -> Model {
        let shapes = specs.map { [1] + $0.shape }
        if let complaint = layer.complaint(about: shapes) {
            throw ArgumentError(
                "layer \"\(layer.info.name ?? type(of: layer).kind)\": \(complaint); its input has the shape \(specs.map { "\($0.shape)" }.joined(separator: ", ")) without the batch"
            )
        }
        return try catchingFailure {
            let inputs = specs.map { Input($0.shape, dtype: $0.dtype) }
            return Model(inputs: inputs, outputs: layer(inputs), seed: seed)
        }
    }

    /// Puts other weights in their place, all or none.
    ///
    /// - Throws: ``ArgumentError`` where an array is no weight of what `owner` calls, or has another shape.
    static func set(_ arrays: [String: Tensor], in weights: [(path: String, variable: Variable)], of owner: String)
        throws
    {
        let variables = Dictionary(uniqueKeysWithValues: weights.map { ($0.path, $0.variable) })
        for (path, array) in arrays.sorted(by: { $0.key < $1.key }) {
            guard let variable = variables[path] else {
                throw ArgumentError(
                    "there is no weight \"\(path)\"; the \(owner) has \(variables.keys.sorted().joined(separator: ", "))"
                )
            }
            guard variable.shape == array.shape else {
                throw ArgumentError("the weight \"\(path)\" has the shape \(variable.shape), given is \(array.shape)")
            }
        }
        for (path, array) in arrays { variables[path]!.value = array.cast(to: variables[path]!.value.dtype) }
    }
}

extension CallArguments {
    /// Of lengths such that products of two or three can be counted.
    func shapes(_ name: String) throws -> [[Int]]? {
        try told(name, "a list of shapes, of lengths from 0 to 2^30") {
            $0.all { $0.all { $0.whole.flatMap { (0...1 << 30).contains($0) ? $0 : nil } } }
        }
    }
}
