import TernCore

/// What a model is to learn: inputs, targets, and how much each example counts.
public struct TrainingData: Sendable {
    public var inputs: [Tensor], targets: [Tensor]
    public var sampleWeight: Tensor?

    public init(inputs: [Tensor], targets: [Tensor], sampleWeight: Tensor? = nil) {
        self.inputs = inputs
        self.targets = targets
        self.sampleWeight = sampleWeight
    }

    var count: Int { inputs.first?.shape.first ?? 0 }
    var tensors: [Tensor] { inputs + targets + (sampleWeight.map { [$0] } ?? []) }

    /// The examples of a range.
    func part(_ range: Range<Int>) -> TrainingData {
        TrainingData(
            inputs: inputs.map { $0.sliced(range) }, targets: targets.map { $0.sliced(range) },
            sampleWeight: sampleWeight.map { $0.sliced(range) })
    }

    /// The weight of each example's class: targets are numbers of classes, or places with the largest value in the last
    /// axis.
    func weights(ofClasses weights: [Int: Double]) throws -> Tensor {
        var classes = targets[0]
        if classes.rank > 1, classes.shape.last != 1 { classes = classes.argmax(axis: -1) }
        guard classes.count == count else {
            throw TrainingError(
                description:
                    "fit: class weights need one class for each example, not targets of shape \(targets[0].shape)")
        }
        return Tensor(classes.doubles.map { weights[Int($0.rounded(.toNearestOrEven))] ?? 1 })
    }

    /// Numbers in the type of the model. Integers stay what they are among targets, and as inputs of a model that wants
    /// them.
    func cast(for model: Model) -> TrainingData {
        let dtype = model.info.dtype
        func cast(_ x: Tensor) -> Tensor { x.dtype.isFloatingPoint ? x.cast(to: dtype) : x }
        return TrainingData(
            inputs: inputs.enumerated().map { i, x in model.wantsIntegers(i) ? cast(x) : x.cast(to: dtype) },
            targets: targets.map(cast),
            sampleWeight: sampleWeight?.cast(to: dtype))
    }
}

/// What is wrong with the data or the options of a training run.
public struct TrainingError: Error, CustomStringConvertible {
    public var description: String
    /// Whether training ended because the loss was no finite number any more.
    public var isDivergence = false

    package init(description: String, isDivergence: Bool = false) {
        self.description = description
        self.isDivergence = isDivergence
    }

    /// Calls `body`, which throws what would end the program, under the name of what was asked for. Where tracing
    /// ended, variables may stand for what was traced; they get back their values.
    static func tracing<R>(_ name: String, _ variables: [Variable], _ body: () throws -> R) throws -> R {
        let traced = TracedVariables(variables)
        do { return try body() } catch let failure as CaughtFailure {
            traced.restore()
            throw TrainingError(description: "\(name): \(failure)")
        }
    }
}

extension Model {
    /// Trains the model and reports the mean loss and metrics of each epoch.
    ///
    /// ```swift
    /// model.compile(loss: .meanSquaredError)
    /// let history = try model.fit(x, y, batchSize: 128, epochs: 30, validationSplit: 0.2)
    /// ```
    ///
    /// As in Keras the validation split is the last part of the data, taken before shuffling, and
    /// losses and metrics of training are means over the epoch while the weights move.
    ///
    /// - Parameters:
    ///   - classWeight: how much an example counts in training by its class: the target's integer, or the place of its
    ///     largest
    ///     value (one-hot). Classes that are not named count 1.
    ///   - seed: of the order in which examples are seen.
    /// - Throws: ``TrainingError`` where data, model and loss do not fit, and where the loss becomes NaN or infinite
    ///   (unless ``TerminateOnNaN`` looks after it); `CancellationError` where the task was cancelled. The model is
    ///   then that of the last step.
    @discardableResult
    public func fit(
        _ x: Tensor, _ y: Tensor, batchSize: Int = 32, epochs: Int = 1, validationSplit: Double = 0,
        validationData: (Tensor, Tensor)? = nil, shuffles: Bool = true, seed: UInt64 = 0,
        classWeight: [Int: Double]? = nil,
        sampleWeight: Tensor? = nil, initialEpoch: Int = 0, callbacks: [any Callback] = []
    ) throws -> History {
        try fit(
            TrainingData(inputs: [x], targets: [y], sampleWeight: sampleWeight), batchSize: batchSize, epochs: epochs,
            validationSplit: validationSplit,
            validationData: validationData.map { TrainingData(inputs: [$0.0], targets: [$0.1]) }, shuffles: shuffles,
            seed: seed,
            classWeight: classWeight, initialEpoch: initialEpoch, callbacks: callbacks)
    }

    /// Trains a model of several inputs or outputs.
    @discardableResult
    public func fit(
        _ data: TrainingData, batchSize: Int = 32, epochs: Int = 1, validationSplit: Double = 0,
        validationData: TrainingData? = nil, shuffles: Bool = true, seed: UInt64 = 0, classWeight: [Int: Double]? = nil,
        initialEpoch: Int = 0, callbacks: [any Callback] = []
    ) throws -> History {
        let run = try TrainingRun(
            self, data, batchSize: batchSize, epochs: epochs, validationSplit: validationSplit,
            validationData: validationData,
            shuffles: shuffles, seed: seed, classWeight: classWeight, initialEpoch: initialEpoch, callbacks: callbacks)
        while try run.nextEpoch() != nil {}
        return run.history
    }

    /// Trains on examples that are read chunk by chunk, the next while the network learns from the last.
    ///
    /// ```swift
    /// let history = try model.fit(files, batchSize: 32, epochs: 10, validationData: kept)
    /// ```
    ///
    /// Chunks come in a new order in each epoch, and so do the examples within a chunk. What is validated on may be
    /// read chunk by chunk too.
    @discardableResult
    public func fit(
        _ source: some TrainingSource, batchSize: Int = 32, epochs: Int = 1,
        validationData: (any TrainingSource)? = nil, shuffles: Bool = true,
        seed: UInt64 = 0, initialEpoch: Int = 0, callbacks: [any Callback] = []
    ) throws -> History {
        let run = try TrainingRun(
            self, source, batchSize: batchSize, epochs: epochs, validation: validationData, shuffles: shuffles,
            seed: seed,
            initialEpoch: initialEpoch, callbacks: callbacks)
        while try run.nextEpoch() != nil {}
        return run.history
    }

    /// Training as a sequence of epochs.
    ///
    /// ```swift
    /// for try await epoch in try model.training(TrainingData(inputs: [x], targets: [y]), epochs: 10) {
    ///     print(epoch.number, epoch.logs["loss"]!)
    /// }
    /// ```
    ///
    /// Each step of the loop trains one epoch where it is awaited. Where its task is cancelled it
    /// ends at the next batch with `CancellationError`.
    public func training(
        _ data: TrainingData, batchSize: Int = 32, epochs: Int = 1, validationSplit: Double = 0,
        validationData: TrainingData? = nil, shuffles: Bool = true, seed: UInt64 = 0, callbacks: [any Callback] = []
    ) throws -> TrainingEpochs {
        TrainingEpochs(
            run: try TrainingRun(
                self, data, batchSize: batchSize, epochs: epochs, validationSplit: validationSplit,
                validationData: validationData,
                shuffles: shuffles, seed: seed, classWeight: nil, initialEpoch: 0, callbacks: callbacks))
    }

    /// Loss and metrics of the model as it is, by name.
    public func evaluate(
        _ x: Tensor, _ y: Tensor, batchSize: Int = 32, sampleWeight: Tensor? = nil
    ) throws -> [String: Double] {
        try evaluate(TrainingData(inputs: [x], targets: [y], sampleWeight: sampleWeight), batchSize: batchSize)
    }

    /// Loss and metrics of a model of several inputs or outputs.
    public func evaluate(_ data: TrainingData, batchSize: Int = 32) throws -> [String: Double] {
        try evaluate(chunks: data, batchSize: batchSize)
    }

    /// Loss and metrics on examples that are read chunk by chunk, the next while the model answers the last.
    ///
    /// - Throws: ``TrainingError`` where data, model and loss do not fit.
    public func evaluate(chunks source: any TrainingSource, batchSize: Int = 32) throws -> [String: Double] {
        guard let compilation else { throw TrainingError(description: "evaluate: call compile(loss:) first") }
        guard batchSize > 0 else { throw TrainingError(description: "evaluate: batches of \(batchSize) examples") }
        var states: [[Tensor]]?
        let count = source.chunkSizes.count
        var coming = count > 0 ? ComingChunk(source, 0) : nil
        for next in 1..<count + 1 {
            let data = try coming!.wait().cast(for: self)
            coming = next < count ? ComingChunk(source, next) : nil
            try check(data, "evaluate")
            for start in stride(from: 0, to: data.count, by: batchSize) {
                let part = data.part(start..<min(start + batchSize, data.count))
                let (results, added) = try results(for: part.inputs, "evaluate")
                func reported(after states: [[Tensor]]?) -> [[Tensor]] {
                    let before = states ?? initialReport(part, results.map(\.value.spec), compilation)
                    return report(
                        before, adding: part, results, losses(part, results, added: added, compilation), compilation)
                }
                // The first batch shows whether shapes fit.
                states =
                    states == nil
                    ? try TrainingError.tracing("evaluate", []) { try catchingFailure { reported(after: nil) } }
                    : reported(after: states)
            }
        }
        guard let states else { throw TrainingError(description: "evaluate: there are no examples") }
        return logs(states, compilation)
    }

    /// The output for examples, a batch at a time.
    ///
    /// - Throws: ``TrainingError`` where the examples do not fit the model.
    public func predict(_ x: Tensor, batchSize: Int = 32) throws -> Tensor { try predict([x], batchSize: batchSize)[0] }

    /// The outputs of a model of several inputs or outputs.
    public func predict(_ inputs: [Tensor], batchSize: Int = 32) throws -> [Tensor] {
        let data = TrainingData(inputs: inputs, targets: []).cast(for: self)
        try checkInputs(data, "predict")
        guard batchSize > 0 else { throw TrainingError(description: "predict: batches of \(batchSize) examples") }
        var parts: [[Tensor]] = []
        for start in stride(from: 0, to: max(1, data.count), by: batchSize) {
            let part = data.part(start..<min(start + batchSize, data.count))
            parts.append(try results(for: part.inputs, "predict").outputs.map(\.value))
        }
        return parts[0].indices.map { i in Tensor.concatenated(parts.map { $0[i] }) }
    }

    /// The outputs of one batch and their masks, and what layers add to the loss, by a plan that is kept. Recurrent
    /// layers that are stateful go on from batch to batch.
    ///
    /// - Parameter name: what was asked for, as errors begin.
    func results(for inputs: [Tensor], _ name: String) throws -> (
        outputs: [(value: Tensor, mask: Tensor?)], added: Tensor?
    ) {
        let variables = variables.map(\.variable)
        return try TrainingError.tracing(name, variables) { try infer(variables.map(\.value) + inputs) }
    }

    private func infer(_ tensors: [Tensor]) throws -> (outputs: [(value: Tensor, mask: Tensor?)], added: Tensor?) {
        if inference == nil {
            var hasMask: [Bool] = [], addsLoss = false
            let kept = keptVariables
            let run = compileThrowing { [unowned self] (tensors: [Tensor]) -> [Tensor] in
                let own = self.variables.map(\.variable)
                return TracedVariables(own).standing(for: tensors) {
                    let context = CallContext(), results = self.run(Array(tensors[own.count...]), context)
                    hasMask = results.map { $0.mask != nil }
                    addsLoss = context.addedLoss != nil
                    return results.map(\.value) + results.compactMap(\.mask) + [context.addedLoss].compactMap { $0 }
                        + kept.map(\.value)
                }
            }
            inference = { tensors in
                let found = try run(tensors)
                for (variable, value) in zip(kept, found.suffix(kept.count)) { variable.value = value }
                var masks = found.dropFirst(hasMask.count)
                return (
                    zip(found, hasMask).map { ($0, $1 ? masks.removeFirst() : nil) },
                    addsLoss ? found[found.count - kept.count - 1] : nil
                )
            }
        }
        return try inference!(tensors)
    }

    func check(_ data: TrainingData, _ name: String) throws {
        guard data.inputs.count == inputs.count, data.targets.count == outputs.count else {
            throw TrainingError(
                description:
                    "\(name): the model has \(inputs.count) input(s) and \(outputs.count) output(s), given are \(data.inputs.count) and \(data.targets.count)"
            )
        }
        guard data.count > 0 else { throw TrainingError(description: "\(name): there are no examples") }
        try checkInputs(data, name)
    }

    /// Whether integers of an input are numbers of things, not amounts: it is declared so, or vectors are looked up by
    /// it.
    func wantsIntegers(_ input: Int) -> Bool {
        guard inputs.indices.contains(input), inputs[input].dtype.isFloatingPoint else { return true }
        return calls.contains { call in
            call.layer is Embedding && call.inputs.contains { $0.source === inputs[input].source }
        }
    }

    private func checkInputs(_ data: TrainingData, _ name: String) throws {
        guard data.inputs.count == inputs.count else {
            throw TrainingError(
                description: "\(name): the model has \(inputs.count) input(s), given are \(data.inputs.count)")
        }
        for (i, tensor) in data.inputs.enumerated()
        where tensor.rank == 0 || Array(tensor.shape.dropFirst()) != inputs[i].shape {
            throw TrainingError(
                description:
                    "\(name): input \(i) has the shape \(tensor.shape), the model wants [examples] + \(inputs[i].shape)"
            )
        }
        for tensor in data.tensors where tensor.shape.first != data.count {
            throw TrainingError(description: "\(name): \(tensor.shape.first ?? 0) examples stand beside \(data.count)")
        }
    }
}

/// The epochs of a training run, one at a time.
public struct TrainingEpochs: AsyncSequence {
    let run: TrainingRun

    /// An epoch that has ended.
    public struct Epoch: Sendable {
        public var number: Int
        public var logs: [String: Double]
    }

    public struct Iterator: AsyncIteratorProtocol {
        let run: TrainingRun
        public mutating func next() async throws -> Epoch? { try run.nextEpoch() }
    }

    public func makeAsyncIterator() -> Iterator { Iterator(run: run) }
}
