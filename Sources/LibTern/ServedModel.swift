import Foundation
import Tern
import TernExperiment

/// A model as tern.h knows it, whatever it is inside.
class ServedModel: @unchecked Sendable {
    var inputs: [Port] { [] }
    var outputs: [Port] { [] }

    /// What it is, for `tern_model_describe`.
    var description: [String: ParameterValue] { [:] }

    /// Computes the outputs by plans that are kept, where it can.
    var plans: PredictionPlans? { nil }

    /// Where it predicts without plans, what lets one thread at a time do so; nil where several can at once.
    var turns: NSLock? { nil }

    /// The first outputs, as many as are wanted, of inputs that fit the ports.
    func predict(_ inputs: [Tensor], count: Int) throws -> [Tensor] {
        throw ArgumentError("this model does not predict")
    }

    /// Trains; see `tern_model_fit`.
    ///
    /// - Parameter tell: is told of each epoch; nil where nobody listens.
    func fit(
        _ inputs: [Tensor], _ targets: [Tensor], weights: Tensor?, more: Bool,
        tell: Training.Listener?
    ) throws { throw ArgumentError("this model was trained by the command and cannot be trained further here") }

    func save(to path: String) throws { throw ArgumentError("a run is saved by copying its folder") }

    /// Does a function of `tern_call`.
    ///
    /// - Returns: nil where there is none of the name.
    func call(_ function: String, _ arguments: CallArguments) throws -> CallResult? { nil }

    func portsDescription(_ ports: [Port]) -> ParameterValue {
        .list(
            ports.map { port in
                .object([
                    "name": .text(port.name), "unit": .text(port.unit), "type": .text(port.dtype.description),
                    "shape": port.shape.map { .list($0.map(ParameterValue.integer)) } ?? .null,
                ])
            })
    }
}

/// What is told of an epoch.
struct EpochNews: Sendable {
    var epoch: Int, epochs: Int
    var loss: Double, validation: Double
    /// Of networks, all that was reported.
    var logs: [String: Double] = [:]
}

/// A network.
final class ServedNetwork: ServedModel, @unchecked Sendable {
    let model: Model
    /// How it learns, where it was made here.
    private let configuration: NetworkConfiguration?
    /// The text of the configuration.
    let configurationText: String?
    var epochsDone = 0
    /// The training that is under way, while its listener is told of an epoch.
    private(set) var run: TrainingRun?
    /// By what predictions may differ from those of the model's maker.
    private let warnings: [String]
    /// The rate that somebody set in place of the optimiser's.
    var rate: Double?
    private var madePlans: PredictionPlans?
    private let predicting = NSLock()
    private let ports: (inputs: [Port], outputs: [Port])

    /// - Parameter configuration: of the network, where it is to learn as that says.
    init(_ model: Model, _ configuration: (NetworkConfiguration, text: String)? = nil, warnings: [String] = []) {
        (self.model, self.warnings) = (model, warnings)
        (self.configuration, configurationText) = (configuration?.0, configuration?.text)
        func ports(_ symbols: [Symbol], _ name: String) -> [Port] {
            symbols.enumerated().map { i, symbol in
                Port(
                    symbols.count == 1 ? name : "\(name)_\(i)",
                    symbol.dtype.isFloatingPoint ? model.info.dtype : symbol.dtype, symbol.shape)
            }
        }
        self.ports = (ports(model.inputs, "input"), ports(model.outputs, "output"))
        super.init()
        replan()
    }

    override var inputs: [Port] { ports.inputs }
    override var outputs: [Port] { ports.outputs }
    override var plans: PredictionPlans? { madePlans }
    // A layer is traced by one thread, and states go from call to call.
    override var turns: NSLock? { predicting }

    override var description: [String: ParameterValue] {
        var parts: [String: ParameterValue] = [
            "kind": "network", "parameter_count": .integer(model.parameterCount),
            "layers": .list(model.layers.map { .text($0.info.name ?? "") }),
        ]
        if !warnings.isEmpty { parts["warnings"] = .list(warnings.map(ParameterValue.text)) }
        return parts
    }

    /// Plans anew, with the weights as they are now.
    func replan() {
        // States that are kept between calls belong to one series of them.
        guard model.keptVariables.isEmpty, model.inputs.allSatisfy({ $0.batchSize == nil }) else {
            return madePlans = nil
        }
        let model = model
        madePlans = PredictionPlans(inputs, outputs) { model.run($0, CallContext()).map(\.value) }
    }

    override func predict(_ inputs: [Tensor], count: Int) throws -> [Tensor] {
        Array(try model.predict(inputs).prefix(count))
    }

    /// Tells a listener of an epoch, who may ask the network as it is then, and change weights and rate.
    func tell(
        _ listener: Training.Listener?, _ epoch: Int, of epochs: Int, _ logs: [String: Double], in run: TrainingRun
    ) throws {
        guard let listener else { return }
        replan()
        self.run = run
        defer { self.run = nil }
        try listener.tell(epoch, of: epochs, logs)
    }

    /// - Throws: ``ArgumentError`` within a training, which would go on from its own weights and forget another's.
    func checkIsNotTrained() throws {
        guard run == nil else {
            throw ArgumentError(
                "the model is being trained; between epochs its weights and learning rate may be set, and no other training is begun"
            )
        }
    }

    override func fit(
        _ inputs: [Tensor], _ targets: [Tensor], weights: Tensor?, more: Bool,
        tell: Training.Listener?
    ) throws {
        try checkIsNotTrained()
        guard let configuration else {
            throw ArgumentError(
                "this network was read from a file, which does not say how it learns; make one by tern_model_make")
        }
        let training = configuration.training
        let examples = inputs.first?.shape.first ?? 0
        let held = configuration.validationSplit > 0
        if model.compilation == nil {
            let steps = (examples + training.batchSize - 1) / max(1, training.batchSize)
            try catchingFailure { [model] in
                model.compile(
                    optimizer: training.makeOptimizer(stepsPerEpoch: steps), loss: training.makeLoss(latitudes: nil))
            }
        }
        let epochs = more ? 1 : training.epochs
        var callbacks: [any Callback] = more ? [] : training.makeCallbacks(hasValidation: held)
        let begin = epochsDone
        callbacks.append(
            LambdaCallback { [self] epoch, logs, run in
                // Counted here, so that those of a fit that is stopped count too.
                epochsDone = epoch + 1
                try self.tell(tell, epoch + 1 - begin, of: epochs, logs, in: run)
            })
        defer { replan() }
        // Each fit begins its draws anew: with one seed, all would take the same batches in the same order.
        _ = try model.fit(
            TrainingData(inputs: inputs, targets: targets, sampleWeight: weights), batchSize: training.batchSize,
            epochs: begin + epochs, validationSplit: more ? 0 : configuration.validationSplit,
            seed: configuration.seed &+ UInt64(begin), initialEpoch: begin, callbacks: callbacks)
    }

    override func save(to path: String) throws { try model.write(to: path) }

    override func call(_ function: String, _ arguments: CallArguments) throws -> CallResult? {
        try function == "archive" ? archive() : kerasCall(function, arguments)
    }
}

extension TableFeature {
    /// Of a category the levels in the order of their numbers, rare ones last; nil of other columns.
    fileprivate var levels: [String]? {
        guard case .category(let frequent, let rare, _) = kind else { return nil }
        return frequent + rare
    }
}

/// A model of `tern fit`: each column that it reads is an input.
final class ServedTable: ServedModel, @unchecked Sendable {
    private let model: TableModel
    private let ports: (inputs: [Port], outputs: [Port])

    init(_ model: TableModel, _ path: String) throws {
        self.model = model
        guard model.series == nil else {
            throw ArgumentError(
                "\(path): this model reads earlier rows of its table (lags or a horizon), which arrays do not show; use `tern predict` on a file"
            )
        }
        let inputs = try model.encoding.features.map { feature -> Port in
            switch feature.kind {
            case .number: return Port(feature.column, .float64, [])
            case .truth: return Port(feature.column, unit: "1 or 0: True or False", .float64, [])
            case .category:
                let levels = feature.levels ?? []
                return Port(
                    feature.column, unit: "number of the level: \(levels.joined(separator: ", "))", .int64, [])
            case .date:
                throw ArgumentError(
                    "\(path): the column \"\(feature.column)\" is a date, which arrays do not hold; use `tern predict` on a file, or train on numbers made of it"
                )
            }
        }
        let answers =
            model.classes.isEmpty
            ? model.targets.map { Port($0, .float64, []) }
            : [
                Port(
                    model.targets[0], unit: "number of the class: \(model.classes.joined(separator: ", "))", .int64, []),
                Port("probability", .float64, [model.classes.count]),
            ]
        ports = (inputs, answers)
    }

    override var inputs: [Port] { ports.inputs }
    override var outputs: [Port] { ports.outputs }

    override var description: [String: ParameterValue] {
        [
            "kind": "table", "title": .text(model.title), "targets": .list(model.targets.map(ParameterValue.text)),
            "classes": .list(model.classes.map(ParameterValue.text)), "levels": .object(levels),
        ]
    }

    /// Of columns that are categories: their levels in the order of their numbers. A level may hold commas.
    private var levels: [String: ParameterValue] {
        model.encoding.features.reduce(into: [:]) { found, feature in
            if let levels = feature.levels { found[feature.column] = .list(levels.map(ParameterValue.text)) }
        }
    }

    override func predict(_ inputs: [Tensor], count: Int) throws -> [Tensor] {
        let columns = try zip(model.encoding.features, inputs).map { feature, values in
            guard let levels = feature.levels else {
                let numbers = values.doubles
                if case .truth = feature.kind,
                    let odd = numbers.first(where: { !$0.isNaN && $0 != 0 && $0 != 1 })
                {
                    throw ArgumentError(
                        "the column \"\(feature.column)\" holds \(odd); the model reads 1 and 0 there, True and False")
                }
                return Table.Column(feature.column, numbers)
            }
            return Table.Column(
                feature.column,
                try values.scalars(Int64.self).map { number in
                    guard levels.indices.contains(Int(number)) else {
                        throw ArgumentError(
                            "the column \"\(feature.column)\" has the level \(number); there are \(levels.count), from 0"
                        )
                    }
                    return levels[Int(number)]
                })
        }
        let table = Table(columns: columns), found: TablePredictions
        do { found = try model.predict(table) } catch let error as DataError where error.file == table.source {
            // Lines are counted from 1.
            throw ValuesError("\(error.line.map { "example \($0 - 1): " } ?? "")\(error.message)")
        }
        guard !model.classes.isEmpty else { return found.values.prefix(count).map { Tensor($0) } }
        guard !found.values[0].contains(where: \.isNaN) else {
            throw EstimatorError("an example has a gap, for which there is no class; leave it out")
        }
        let classes = Tensor(found.values[0].map { Int64($0) })
        let rows = found.values[0].count
        let shares = Tensor(
            (0..<rows).flatMap { row in found.probabilities.map { $0[row] } }, shape: [rows, model.classes.count])
        return Array([classes, shares].prefix(count))
    }

    override func save(to path: String) throws { try model.write(to: path) }
}
