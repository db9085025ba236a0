import Foundation
import Tern
import TernKeras

// What the Python package `tern.keras` asks of a network.
extension ServedNetwork {
    static let kerasFunctions = [
        "keras_config", "keras_summary", "keras_compile", "keras_metrics", "keras_weights", "keras_set_weights",
        "keras_fit",
        "keras_learning_rate", "keras_train_on_batch", "keras_evaluate", "keras_save", "keras_load_weights",
    ]

    func kerasCall(_ function: String, _ arguments: CallArguments) throws -> CallResult? {
        switch function {
        case "keras_config": return CallResult(text: try model.kerasJSON())
        case "keras_summary": return try CallResult(["summary": .text(model.summary())])
        case "keras_compile":
            try KerasParts.compile(model, arguments.jsonText("compile_config"))
            if try !arguments.isTrue("keeps_rate") { rate = nil }
            return CallResult()
        case "keras_metrics":
            // By these names reports hold them, in the order in which they were given.
            return try CallResult(["names": .list((model.compilation?.metrics ?? []).map { .text($0.name) })])
        case "keras_weights":
            let variables = model.variables
            return try CallResult(
                [
                    "order": .list(KerasParts.weightPaths(of: model).map(ParameterValue.text)),
                    "trainable": .list(
                        variables.filter { $0.variable.isTrainable }.map { ParameterValue.text($0.path) }),
                ], arrays: Dictionary(uniqueKeysWithValues: variables.map { ($0.path, $0.variable.value) }))
        case "keras_set_weights":
            try set(arguments.arrays)
            return CallResult()
        case "keras_fit": return try kerasFit(arguments)
        case "keras_train_on_batch":
            try checkIsNotTrained()
            let data = try arguments.trainingData()
            defer { replan() }
            let history = try model.fit(
                data, batchSize: max(1, data.inputs[0].shape.first ?? 1), epochs: 1, shuffles: false,
                classWeight: arguments.classWeights(),
                callbacks: [KerasListener(self, epochs: 1, endsWithAverages: false)])
            return try CallResult(history.values.mapValues { .number($0.last ?? .nan) })
        case "keras_evaluate":
            let found = try model.evaluate(
                arguments.trainingData(), batchSize: arguments.integer("batch_size") ?? 32)
            return try CallResult(found.mapValues(ParameterValue.number))
        case "keras_learning_rate": return try learningRate(arguments)
        case "keras_save":
            let path = try arguments.path("path")
            if path.hasSuffix(".weights.h5") {
                try model.saveKerasWeights(to: path)
            } else if path.hasSuffix(".keras") {
                try model.write(
                    kerasFile: path, includesOptimizer: arguments.truth("include_optimizer") ?? true)
            } else {
                throw ArgumentError("\(path): the name is to end in .keras or .weights.h5")
            }
            return CallResult()
        case "keras_load_weights":
            try model.loadKerasWeights(from: arguments.path("path"))
            weightsWereSet()
            return CallResult()
        default: return nil
        }
    }

    /// - Throws: ``ArgumentError`` where an array is no weight of the model; the model is then as it was.
    private func set(_ arrays: [String: Tensor]) throws {
        try KerasFunctions.set(arrays, in: model.variables, of: "model")
        weightsWereSet()
    }

    private func weightsWereSet() {
        run?.takeWeights()
        replan()
    }

    private func kerasFit(_ arguments: CallArguments) throws -> CallResult {
        try checkIsNotTrained()
        let epochs = try arguments.integer("epochs") ?? 1, initial = try arguments.integer("initial_epoch") ?? 0
        let listener = KerasListener(self, epochs: epochs, tell: arguments.tell)
        // Epochs after which it is validated, counted from 1; by default all.
        listener.validated = try arguments.integers("validation_epochs").map(Set.init)
        listener.validationBatchSize = try arguments.integer("validation_batch_size")
        if let size = listener.validationBatchSize, size < 1 {
            throw ArgumentError("validation_batch_size is \(size); it must be 1 or more")
        }
        defer { replan() }
        let history = try model.fit(
            arguments.trainingData(), batchSize: arguments.integer("batch_size") ?? 32, epochs: epochs,
            validationSplit: arguments.number("validation_split") ?? 0,
            validationData: arguments.arrays["val_x0"] == nil ? nil : arguments.trainingData(validation: true),
            shuffles: arguments.truth("shuffle") ?? true,
            seed: arguments.seed(), classWeight: arguments.classWeights(),
            initialEpoch: initial,
            callbacks: [listener])
        let values = history.values.mapValues { ParameterValue.list($0.map(ParameterValue.number)) }
        return try CallResult([
            "history": .object(values), "epoch": .list(history.epochs.map(ParameterValue.integer)),
        ])
    }

    private func learningRate(_ arguments: CallArguments) throws -> CallResult {
        guard let optimizer = model.compilation?.optimizer else { throw ArgumentError("the model is not compiled") }
        let steps = model.optimizerMemory?.state.stepCount ?? 0
        if let value = try arguments.number("value") {
            guard [1, 10, 1000, 100_000].allSatisfy({ optimizer.learningRate($0) == optimizer.learningRate(0) }) else {
                throw ArgumentError("the optimiser goes by a schedule of rates; compile it with one rate to set it")
            }
            rate = value
            model.setRate = value
            run?.learningRate = value
        }
        return try CallResult([
            "learning_rate": .number(run?.learningRate ?? rate ?? optimizer.learningRate(steps)),
            "iterations": .integer(steps),
        ])
    }
}

/// Tells of epochs, and lets the caller change weights and rate between them.
private final class KerasListener: Callback {
    private unowned let network: ServedNetwork
    private let epochs: Int, tell: Training.Listener?, endsWithAverages: Bool
    var validated: Set<Int>?, validationBatchSize: Int?

    init(_ network: ServedNetwork, epochs: Int, tell: Training.Listener? = nil, endsWithAverages: Bool = true) {
        (self.network, self.epochs, self.tell, self.endsWithAverages) = (network, epochs, tell, endsWithAverages)
    }

    func trainingBegins(_ run: TrainingRun) throws {
        run.endsWithAverages = endsWithAverages
        if let rate = network.rate { run.learningRate = rate }
        run.validationBatchSize = validationBatchSize
        if let validated { run.validates = { validated.contains($0 + 1) } }
    }

    func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) throws {
        try network.tell(tell, epoch + 1, of: epochs, logs, in: run)
    }
}

extension CallArguments {
    /// What stands under a name, as JSON again.
    func jsonText(_ name: String) throws -> String {
        guard let value = values[name] else { throw ArgumentError("\"\(name)\" is missing") }
        if case .text(let text) = value, text.hasPrefix("{") || text.hasPrefix("\"") { return text }
        return try CallResult.json(value)
    }

    /// Of each class by its number; nil where all count alike.
    func classWeights() throws -> [Int: Double]? {
        guard case .object(let given)? = values["class_weight"] else { return nil }
        return try Dictionary(
            uniqueKeysWithValues: given.map { name, weight in
                // "01" and "1" are one number, and no two weights of it.
                guard let label = Int(name), String(label) == name, let weight = weight.number else {
                    throw ArgumentError(
                        "class_weight is to have a number for each number of a class, and has one of \"\(name)\"")
                }
                return (label, weight)
            })
    }

    /// The arrays of a name and the numbers from 0 on, as far as they go.
    func numbered(_ prefix: String) -> [Tensor] {
        (0...).lazy.map { arrays["\(prefix)\($0)"] }.prefix { $0 != nil }.map { $0! }
    }

    /// The arrays x0, x1, ..., y0, ... and their weights: sample_weight for all outputs, or sample_weight0, ... for each
    /// alone.
    func trainingData(validation: Bool = false) throws -> TrainingData {
        let mark = validation ? "val_" : ""
        let inputs = numbered(mark + "x")
        guard !inputs.isEmpty else { throw ArgumentError("the array \"\(mark)x0\" is missing") }
        let targets = numbered(mark + "y")
        for (name, arrays) in [("x", inputs), ("y", targets)] {
            if let place = arrays.firstIndex(where: { $0.rank == 0 }) {
                throw ArgumentError("the array \"\(mark)\(name)\(place)\" has no dimension of examples")
            }
        }
        let own = targets.indices.map { arrays["\(mark)sample_weight\($0)"] }
        return TrainingData(
            inputs: inputs, targets: targets, sampleWeight: arrays[mark + "sample_weight"],
            outputWeights: own.contains { $0 != nil } ? own : [])
    }
}
