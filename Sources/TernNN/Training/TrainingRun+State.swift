import TernCore
import TernText

extension TrainingRun {
    /// Where the run stands.
    public var state: TrainingState {
        let optimizer = step.optimizerState
        var tensors: [String: Tensor] = [:]
        for (path, variable) in model.variables { tensors["weights/" + path] = value(of: variable) }
        func add(_ name: String, _ values: some Sequence<Tensor>) {
            for (i, value) in values.enumerated() { tensors["\(name)/\(i)"] = value }
        }
        add("optimizer", optimizer.slots)
        add("sums", step.state.dropFirst(kept.count))
        add("order", orders.map { Tensor($0.map(Int64.init)) })
        let states = callbacks.map(\.state), parts = parts
        for (i, state) in states.enumerated() { add("callbacks/\(i)", state?.tensors ?? []) }
        return TrainingState(
            progress: .init(
                epoch: epoch, batch: batch, stepCount: optimizer.stepCount, learningRate: fixedRate,
                otherRates: step.setRates, random: random.state,
                chunkOrder: chunkOrder, noiseKeys: model.noiseInfos.map(\.noiseKey), history: history, stops: stops,
                callbacks: zip(callbacks, states).map {
                    .init(kind: "\(type(of: $0))", numbers: $1?.numbers ?? [:], tensorCount: $1?.tensors.count ?? 0)
                },
                batchSize: batchSize, chunkSizes: chunkSizes, optimizer: parts.optimizer, losses: parts.losses,
                metrics: parts.metrics),
            tensors: tensors)
    }

    /// What makes up the sums of an epoch and the optimiser's arrays, beside their shapes.
    private var parts: (optimizer: String, losses: [String], metrics: [String]) {
        (
            Model.kind(of: compilation.optimizer),
            zip(compilation.losses, compilation.lossWeights).map {
                ($1 == 1 ? "" : "\($1) times ") + $0.fullDescription
            },
            compilation.metrics.map(\.name)
        )
    }

    /// Throws where a state was kept by a run of another optimiser, loss or metric.
    private func checkParts(of progress: TrainingState.Progress) throws {
        let own = parts
        func check(_ what: String, _ kept: [String]?, _ own: [String]) throws {
            guard let kept, kept != own else { return }
            func words(_ names: [String]) -> String {
                names.isEmpty ? "none" : names.joined(separator: ", ").shortened(to: 200)
            }
            throw TrainingError(
                description:
                    "the state is of a run with other \(what): \(words(kept)), not \(words(own)); compile as then, or train anew without the state"
            )
        }
        try check("optimisers", progress.optimizer.map { [$0] }, [own.optimizer])
        try check("losses", progress.losses, own.losses)
        try check("metrics", progress.metrics, own.metrics)
    }

    /// Goes on where another run of the same model, data and callbacks stood, to the same bits; called when training
    /// begins.
    ///
    /// - Throws: ``TrainingError`` where the state is of something else.
    public func restore(_ state: TrainingState) throws {
        let progress = state.progress
        guard progress.batchSize == batchSize, progress.chunkSizes == chunkSizes else {
            throw TrainingError(
                description:
                    "the state of a run with batches of \(progress.batchSize) of \(Self.words(progress.chunkSizes)) cannot be that of one with batches of \(batchSize) of \(Self.words(chunkSizes))"
            )
        }
        try checkParts(of: progress)
        func tensor(_ name: String, _ spec: TensorSpec) throws -> Tensor {
            guard let tensor = state.tensors[name] else {
                throw TrainingError(
                    description: "the state of the run has no \(name); it is of another model or optimiser")
            }
            guard tensor.spec == spec else {
                throw TrainingError(
                    description:
                        "the state's \(name) is \(tensor.spec), the run's is \(spec); it is of another model or optimiser"
                )
            }
            return tensor
        }
        func row(_ name: String, like tensors: some Sequence<Tensor>) throws -> [Tensor] {
            try tensors.enumerated().map { try tensor("\(name)/\($0)", $1.spec) }
        }
        let values = try model.variables.map { try tensor("weights/" + $0.path, $0.variable.value.spec) }
        let slots = try row("optimizer", like: step.optimizerState.slots)
        // At an epoch's beginning there are none, whatever a state of before has.
        let none = report.flatMap { $0 }, sums = progress.batch == 0 ? none : try row("sums", like: none)
        let found = try row("order", like: orders.map { Tensor($0.map(Int64.init)) })
        let infos = model.noiseInfos
        guard infos.count == progress.noiseKeys.count,
            slots.count == state.tensors.keys.count(where: { $0.hasPrefix("optimizer/") })
        else {
            throw TrainingError(description: "the state of the run is of another model or optimiser")
        }
        for (i, (callback, kept)) in zip(callbacks, progress.callbacks).enumerated() {
            guard kept.kind == "\(type(of: callback))", let callback = callback as? any StateCheckingCallback,
                let complaint = callback.complaint(about: callbackState(kept, i, of: state), of: model)
            else { continue }
            throw TrainingError(description: "the state of the run is damaged, that of \(kept.kind): \(complaint)")
        }
        let newOrders = found.map { $0.scalars(Int64.self).map { Int($0) } }
        guard (newOrders + [progress.chunkOrder]).allSatisfy({ $0.sorted() == Array($0.indices) }),
            progress.chunkOrder.count == chunkOrder.count,
            // Epochs and steps are counted on, and as doubles.
            (0..<(1 << 53)).contains(progress.epoch), (0..<(1 << 53)).contains(progress.stepCount),
            (0...batchCount).contains(progress.batch), progress.random.isWhole,
            progress.otherRates.map({ $0.count == step.setRates.count }) ?? true
        else {
            throw TrainingError(
                description: "the state of the run is damaged: its epoch, orders or random numbers cannot be")
        }
        // The keys are part of the plans that there are.
        if infos.map(\.noiseKey) != progress.noiseKeys { step.forgetPlans() }
        for (info, key) in zip(infos, progress.noiseKeys) { info.noiseKey = key }
        for (variable, value) in zip(model.variables.map(\.variable), values) { variable.value = value }
        step.model = trained.map(\.value)
        step.state = kept.map(\.value) + sums
        step.optimizerState = OptimizerState(slots: slots, stepCount: progress.stepCount)
        orders = newOrders
        (epoch, batch, chunkOrder) = (progress.epoch, progress.batch, progress.chunkOrder)
        random.state = progress.random
        (fixedRate, history, stops) = (progress.learningRate, progress.history, progress.stops)
        if let rates = progress.otherRates { step.setRates = rates }
        restoredCallbacks = state
    }

    private static func words(_ sizes: [Int]) -> String {
        sizes.count == 1 ? "\(sizes[0]) examples" : "examples in chunks of \(sizes)"
    }

    /// Gives callbacks what they kept: each that of the one at its place, if it is of its kind.
    func restoreCallbacks() {
        guard let state = restoredCallbacks else { return }
        restoredCallbacks = nil
        for (i, (callback, kept)) in zip(callbacks, state.progress.callbacks).enumerated()
        where kept.kind == "\(type(of: callback))" {
            let own = callbackState(kept, i, of: state)
            if !own.numbers.isEmpty || !own.tensors.isEmpty { callback.state = own }
        }
    }

    /// What the callback of a number kept.
    private func callbackState(_ kept: TrainingState.CallbackProgress, _ number: Int, of state: TrainingState)
        -> CallbackState
    {
        let tensors = (0..<max(0, min(kept.tensorCount, state.tensors.count))).compactMap {
            state.tensors["callbacks/\(number)/\($0)"]
        }
        return CallbackState(numbers: kept.numbers, tensors: tensors)
    }

    /// A variable's value in the steps, whatever the model shows.
    private func value(of variable: Variable) -> Tensor {
        if let i = trained.firstIndex(where: { $0 === variable }) { return step.model[i] }
        // Between epochs callbacks may have reset states, which the steps take over as the next begins.
        if batch > 0, let i = kept.firstIndex(where: { $0 === variable }) { return step.state[i] }
        return variable.value
    }
}

// MARK: - The weights that the model shows

extension TrainingRun {
    /// Whether the optimiser keeps an average of the weights.
    public var keepsAveragedWeights: Bool { step.keepsAverage }

    /// Puts the average of the weights into the model, until the next step or ``showTrainedWeights()``; training goes
    /// on from the weights themselves. Before the first step there is no average yet.
    public func showAveragedWeights() { show(step.averagedModel ?? step.model) }

    /// Puts the weights that training has come to into the model.
    public func showTrainedWeights() { show(step.model) }

    private func show(_ values: [Tensor]) {
        for (variable, value) in zip(trained, values) { variable.value = value }
    }
}

extension Loss {
    /// Its description with what else its value depends on: but for which positions are kept, of which it has the number,
    /// and what a function of one's own does.
    fileprivate var fullDescription: String {
        var parts = [description]
        if reduction != .sumOverBatchSize { parts.append("reduced as \(reduction.rawValue)") }
        if let latitudes {
            let bounds = latitudes.bounds.map { " with bounds \($0)" } ?? ""
            parts.append("by the latitudes \(latitudes.degrees)\(bounds) along axis \(latitudes.axis)")
        }
        if isMissingIgnored { parts.append("without missing targets") }
        if let kept { parts.append("of \(kept.doubles.count { $0 != 0 }) positions of \(kept.shape)") }
        return parts.joined(separator: " ")
    }
}

extension Layer {
    /// What holds the keys of the layers' noise, in a fixed order.
    var noiseInfos: [LayerInfo] { [info] + children.flatMap { $0.layer.noiseInfos } }
}
