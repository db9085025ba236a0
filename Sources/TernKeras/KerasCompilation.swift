import Tern

/// How a model is trained: Keras's `compile_config`.
enum KerasCompilation {
    // MARK: - Reading

    /// Compiles the model as Keras's was.
    ///
    /// - Parameter ends: the description of the model's outputs, which may have names of their own, other than those of
    ///   their layers.
    /// - Throws: ``KerasComplaint`` where Tern has no such optimiser, loss or metric, and where a metric gives several
    ///   numbers.
    static func read(_ config: JSON, into model: Model, ends: JSON? = nil) throws {
        guard !config.members.isEmpty, let loss = config["loss"], !loss.isNull else { return }
        let optimizer = try KerasOptimizer.read(config["optimizer"] ?? "rmsprop")
        let keys = ends?.members.map(\.key).sorted() ?? []
        let names = keys.isEmpty ? model.outputs.map { $0.source.layer?.info.name ?? "" } : keys
        guard names.count == model.outputs.count else {
            throw KerasComplaint("it has \(model.outputs.count) outputs, under \(names.count) names")
        }
        let classes = model.outputs.map { $0.shape.last ?? 1 }
        let losses = try zip(zip(names, classes), perOutput(loss, names, "loss")).map { output, json in
            let (name, classes) = output
            guard let json, !json.isNull else {
                throw KerasComplaint("the output \"\(name)\" has no loss; Tern's compile wants one for each output")
            }
            return try KerasLoss.read(json, classes: classes)
        }
        var weights: [Double]?
        if let given = config["loss_weights"], !given.isNull {
            weights = try perOutput(given, names, "loss_weights").map { weight in
                guard let weight, !weight.isNull else { return 1 }
                guard let number = weight.number else {
                    throw KerasComplaint("loss_weights wants numbers, found \(weight.written().shortened(to: 40))")
                }
                return number
            }
        }
        func metrics(_ key: String) throws -> [[Metric]] {
            guard let given = config[key], !given.isNull else { return [] }
            let lists: [JSON?] =
                names.count == 1 && given.members.isEmpty && !(given.list?.contains { $0.list != nil } ?? false)
                ? [given] : try perOutput(given, names, key)
            return try lists.enumerated().map { i, json in
                guard let json, !json.isNull else { return [] }
                return try (json.list ?? [json]).filter { !$0.isNull }.map {
                    let metric = try KerasMetric.read($0, classes: classes[i], loss: losses[i])
                    if let complaint = KerasMetric.complaint(about: metric, classes: classes[i]) {
                        throw KerasComplaint(
                            "metric \(metric.name): \(complaint); or read the model with compiles: false, and compile it in Tern"
                        )
                    }
                    return metric
                }
            }
        }
        model.compile(
            optimizer: optimizer, losses: losses, lossWeights: weights, metrics: try metrics("metrics"),
            weightedMetrics: try metrics("weighted_metrics"))
    }

    /// One value for each output: of one for all, a list, or a dictionary by the names of the outputs.
    private static func perOutput(_ json: JSON, _ names: [String], _ what: String) throws -> [JSON?] {
        if let list = json.list {
            guard list.count == names.count else {
                throw KerasComplaint("\(what): \(list.count) for \(names.count) outputs")
            }
            return list
        }
        if KerasObject(json) == nil, !json.members.isEmpty {
            if let odd = json.members.first(where: { !names.contains($0.key) }) {
                throw KerasComplaint(
                    "\(what): no output is called \"\(odd.key)\"; there are \(names.joined(separator: ", "))")
            }
            return names.map { json[$0] }
        }
        return names.map { _ in json }
    }

    // MARK: - Writing

    /// - Parameter setRate: what the optimiser's rate was set to; nil: it is its own.
    /// - Throws: ``KerasComplaint`` where Keras has no such optimiser, loss or metric.
    static func json(_ compilation: Compilation, setRate: Double?, outputs: Int) throws -> JSON {
        func metrics(weighted: Bool) throws -> JSON {
            let lists = try (0..<outputs).map { output in
                try compilation.metrics.filter { $0.output == output && $0.isWeighted == weighted }.map {
                    try KerasMetric.json($0.metric)
                }
            }
            if lists.allSatisfy(\.isEmpty) { return .null }
            return outputs == 1 ? .list(lists[0]) : .list(lists.map { .list($0) })
        }
        let losses = try compilation.losses.map(KerasLoss.json)
        return [
            "optimizer": try KerasOptimizer.json(compilation.optimizer, setRate: setRate),
            "loss": outputs == 1 ? losses[0] : .list(losses),
            "loss_weights": compilation.lossWeights.allSatisfy { $0 == 1 }
                ? .null : .list(compilation.lossWeights.map(JSON.float)),
            "metrics": try metrics(weighted: false), "weighted_metrics": try metrics(weighted: true),
            "run_eagerly": false, "steps_per_execution": .number("1"),
        ]
    }
}

/// Losses.
enum KerasLoss {
    /// - Parameter classes: the length of the output's last axis, by which Keras's `compile` chooses what "crossentropy"
    ///   is; nil where something else asks.
    static func read(_ json: JSON, classes: Int? = nil) throws -> Loss {
        let object = KerasObject(json)
        if let word = json.text, let classes, ["crossentropy", "ce"].contains(word.lowercased()) {
            guard classes == 1 else {
                throw KerasComplaint(
                    "Keras chooses the loss \(word) of \(classes) classes by the targets; say categorical_crossentropy, or sparse_categorical_crossentropy where the targets are numbers of classes"
                )
            }
            return .binaryCrossentropy()
        }
        guard object?.isKeras ?? true, let name = object?.className ?? json.text, object?.className != "function" else {
            throw KerasComplaint(
                "its loss is \(json.written().shortened(to: 80)), Python code of somebody's own; read the model with compiles: false, and compile it in Tern"
            )
        }
        var arguments: [String: [Double]] = [:], reduction = Loss.Reduction.sumOverBatchSize
        for member in object?.config.members ?? [] {
            switch member.key {
            case "name", "dtype": continue
            // As "none".
            case "reduction" where member.value.isNull: reduction = .none
            case "reduction":
                guard let word = member.value.text, let known = Loss.Reduction(rawValue: word) else {
                    throw KerasComplaint("loss \(name): reduction is \(member.value.written())")
                }
                reduction = known
            case "axis" where member.value.isNull && Loss.named(name)?.arguments?["axis"] != nil:
                throw KerasComplaint("loss \(name): axis is null; name one, such as -1")
            case _ where member.value.isNull: continue
            default:
                if let flag = member.value.flag {
                    arguments[member.key] = [flag ? 1 : 0]
                } else if let numbers = member.value.allNumbers {
                    arguments[member.key] = numbers
                } else {
                    throw KerasComplaint(
                        "loss \(name): Tern has no setting \(member.key) (\(member.value.written().shortened(to: 40)))")
                }
            }
        }
        guard var loss = Loss(name: name, arguments: arguments) else {
            let given = arguments.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            throw KerasComplaint(
                "Tern has no loss \(name)" + (given.isEmpty ? "" : " with \(given.joined(separator: ", "))"))
        }
        loss.reduction = reduction
        return loss
    }

    /// Arguments that are truths, and whole numbers, where all are kept as numbers.
    private static let flags: Set<String> = ["from_logits", "apply_class_balancing", "remove_diagonal"]
    private static let wholes: Set<String> = ["axis", "ignore_class"]

    static func json(_ loss: Loss) throws -> JSON {
        guard loss.isPlain, let given = loss.arguments else {
            throw KerasComplaint(
                "the loss \(loss) is none of Keras's (of your own, or with latitudes, masks or missing targets); write the model with includesOptimizer: false"
            )
        }
        var arguments: [String: JSON] = ["reduction": .text(loss.reduction.rawValue)]
        for (key, values) in given {
            let written = values.map {
                flags.contains(key) ? JSON.flag($0 != 0) : wholes.contains(key) ? JSON(Int($0)) : .float($0)
            }
            arguments[key] = written.count == 1 ? written[0] : .list(written)
        }
        let names = ["kl_divergence": "KLDivergence", "log_cosh": "LogCosh"]
        return KerasObject.json("keras.losses", names[loss.name] ?? className(loss.name), arguments)
    }
}
