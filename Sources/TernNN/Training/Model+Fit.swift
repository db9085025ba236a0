import TernCore

/// What a model is to learn: inputs, targets, and how much each example counts.
///
/// ```swift
/// let data = TrainingData(inputs: [Tensor.zeros([5, 3])], targets: [Tensor.ones([5, 1])])
/// data.chunkSizes                         // [5]: one chunk of five examples
/// ```
///
/// The first axis of each tensor numbers the examples.
public struct TrainingData: Sendable {
    /// One for each input of the model, one for each output.
    public var inputs: [Tensor], targets: [Tensor]
    /// How much each example counts, [examples], or each position of the losses' values; nil: all alike.
    public var sampleWeight: Tensor?
    /// The same for each output alone, a factor beside ``sampleWeight``; nil, and empty for all outputs: all alike.
    public var outputWeights: [Tensor?]

    /// Whether they fit the model and each other is checked where they are used.
    public init(inputs: [Tensor], targets: [Tensor], sampleWeight: Tensor? = nil, outputWeights: [Tensor?] = []) {
        self.inputs = inputs
        self.targets = targets
        self.sampleWeight = sampleWeight
        self.outputWeights = outputWeights
    }

    var count: Int { inputs.first?.shape.first ?? 0 }
    var tensors: [Tensor] { inputs + targets + ([sampleWeight] + outputWeights).compactMap { $0 } }

    /// What ``tensors`` are in their order, so that others can stand in their places.
    struct Layout: Equatable {
        let inputs: Int, targets: Int, hasWeight: Bool, hasOutputWeights: [Bool]

        /// The data of as many tensors.
        func data(_ tensors: [Tensor]) -> TrainingData {
            var rest = tensors[...]
            func take(_ count: Int) -> [Tensor] {
                defer { rest = rest.dropFirst(count) }
                return Array(rest.prefix(count))
            }
            return TrainingData(
                inputs: take(inputs), targets: take(targets), sampleWeight: hasWeight ? take(1).first : nil,
                outputWeights: hasOutputWeights.map { $0 ? take(1).first : nil })
        }
    }

    var layout: Layout {
        Layout(
            inputs: inputs.count, targets: targets.count, hasWeight: sampleWeight != nil,
            hasOutputWeights: outputWeights.map { $0 != nil })
    }

    /// How much each example counts for an output.
    func weight(ofOutput i: Int) -> Tensor? {
        guard outputWeights.indices.contains(i), let own = outputWeights[i] else { return sampleWeight }
        return sampleWeight.map { productOfLeadingAxes($0, own) } ?? own
    }

    /// The examples of a range.
    func part(_ range: Range<Int>) -> TrainingData { layout.data(tensors.map { $0.sliced(range) }) }

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
        return Tensor(
            try classes.doubles.enumerated().map { row, value in
                guard let label = Int(exactly: value.rounded(.toNearestOrEven)) else {
                    throw TrainingError(description: "fit: the target of example \(row) is \(value), which is no class")
                }
                return weights[label] ?? 1
            })
    }

    /// Numbers in the type of the model. Integers stay what they are among targets, and as inputs of a model that wants
    /// them.
    func cast(for model: Model) -> TrainingData {
        let dtype = model.info.dtype
        func cast(_ x: Tensor) -> Tensor { x.dtype.isFloatingPoint ? x.cast(to: dtype) : x }
        return TrainingData(
            inputs: inputs.enumerated().map { i, x in model.wantsIntegers(i) ? cast(x) : x.cast(to: dtype) },
            targets: targets.map(cast), sampleWeight: sampleWeight?.cast(to: dtype),
            outputWeights: outputWeights.map { $0?.cast(to: dtype) })
    }
}

/// What is wrong with the data or the options of a training run.
///
/// ```swift
/// let model = Sequential(input: [4]) { Dense(1) }
/// do {
///     try model.fit(Tensor.zeros([5, 4]), Tensor.zeros([5, 1]))
/// } catch let error as TrainingError {
///     print(error)                        // fit: call compile(loss:) first
/// }
/// ```
public struct TrainingError: Error, CustomStringConvertible {
    /// One sentence that begins with what was asked for, such as `fit:`.
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
    /// let x = Tensor.random([20, 4], seed: 0), y = x.sum(axis: 1, keepingDimensions: true)
    /// let model = Sequential(input: [4]) { Dense(1) }
    /// model.compile(loss: .meanSquaredError)
    /// let history = try model.fit(x, y, batchSize: 8, epochs: 3, validationSplit: 0.2)
    /// history["loss"].count                   // 3
    /// ```
    ///
    /// As in Keras the validation split is the last part of the data, taken before shuffling, and losses and metrics of
    /// training are means over the epoch while the weights move.
    ///
    /// - Parameters:
    ///   - x: [examples] + the input's shape.
    ///   - y: [examples, …], as the loss wants it.
    ///   - batchSize: examples of a step, by default Keras's 32; the last batch of an epoch has those that are left.
    ///   - epochs: how many there are, those before `initialEpoch` included.
    ///   - validationSplit: the share of the examples that is kept to validate on, from 0 to below 1.
    ///   - validationData: examples to validate on, in place of a split.
    ///   - shuffles: whether examples are seen in a new order in each epoch.
    ///   - seed: of the order in which examples are seen.
    ///   - classWeight: how much an example counts in training by its class: the target's integer, or the place of its
    ///     largest value (one-hot). Classes that are not named count 1.
    ///   - sampleWeight: how much each example counts, [examples].
    ///   - initialEpoch: the number of the first epoch.
    ///   - callbacks: in the order in which they are called.
    /// - Throws: ``TrainingError`` where data, model and loss do not fit, and where the loss or a weight becomes NaN or
    ///   infinite (unless ``TerminateOnNaN`` looks after it): it names the epoch, the step, and the layer, the weight
    ///   or the data where such a number first appeared (see ``DebugNumerics``), and the model has the weights before
    ///   that step. `CancellationError` where the task was cancelled; the model is then that of the last step.
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

    /// Trains a model of several inputs or outputs. For parameters and errors see
    /// ``fit(_:_:batchSize:epochs:validationSplit:validationData:shuffles:seed:classWeight:sampleWeight:initialEpoch:callbacks:)``.
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

    /// Trains on examples that are read chunk by chunk (``TrainingSource``), the next while the network learns from the
    /// last.
    ///
    /// Chunks come in a new order in each epoch, and so do the examples within a chunk; a batch holds examples of one
    /// chunk. What is validated on may be read chunk by chunk too.
    ///
    /// - Throws: what the source throws, and as
    /// ``fit(_:_:batchSize:epochs:validationSplit:validationData:shuffles:seed:classWeight:sampleWeight:initialEpoch:callbacks:)``.
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
    /// let x = Tensor.random([20, 4], seed: 0), y = x.sum(axis: 1, keepingDimensions: true)
    /// let model = Sequential(input: [4]) { Dense(1) }
    /// model.compile(loss: .meanSquaredError)
    /// for try await epoch in try model.training(TrainingData(inputs: [x], targets: [y]), epochs: 2) {
    ///     print(epoch.number, epoch.logs["loss"]!)
    /// }
    /// ```
    ///
    /// Each step of the loop trains one epoch where it is awaited. Where its task is cancelled it ends at the next
    /// batch with `CancellationError`. Who leaves the loop early keeps the weights of the last epoch; callbacks are not
    /// told of an end then, and no average takes the weights' place.
    ///
    /// - Throws: ``TrainingError`` where data, model and loss do not fit; the loop throws as `fit` does.
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

    /// Loss and metrics of the model as it is, by name; means over all examples.
    ///
    /// - Throws: ``TrainingError`` where the model is not compiled, or data, model and loss do not fit.
    public func evaluate(
        _ x: Tensor, _ y: Tensor, batchSize: Int = 32, sampleWeight: Tensor? = nil
    ) throws -> [String: Double] {
        try evaluate(TrainingData(inputs: [x], targets: [y], sampleWeight: sampleWeight), batchSize: batchSize)
    }

    /// Loss and metrics of a model of several inputs or outputs, by name. Throws as
    /// ``evaluate(_:_:batchSize:sampleWeight:)``.
    public func evaluate(_ data: TrainingData, batchSize: Int = 32) throws -> [String: Double] {
        try evaluate(chunks: data, batchSize: batchSize)
    }

    /// Loss and metrics on examples that are read chunk by chunk, the next while the model answers the last.
    ///
    /// - Throws: ``TrainingError`` where the model is not compiled, or data, model and loss do not fit; and what the
    ///   source throws.
    public func evaluate(chunks source: any TrainingSource, batchSize: Int = 32) throws -> [String: Double] {
        guard let compilation else { throw TrainingError(description: "evaluate: call compile(loss:) first") }
        guard batchSize > 0 else { throw TrainingError(description: "evaluate: batches of \(batchSize) examples") }
        var states: [[Tensor]]?
        // Chunks without examples are passed over.
        let sizes = try source.checkedSizes("evaluate")
        var rest = sizes.indices.filter { sizes[$0] > 0 }[...]
        func next() -> ComingChunk? { rest.popFirst().map { ComingChunk(source, $0, of: sizes[$0], "evaluate") } }
        var coming = next()
        while let read = coming {
            let data = try read.wait().cast(for: self)
            coming = next()
            try check(data, "evaluate")
            // Shapes may not fit, and targets be no classes.
            states = try TrainingError.tracing("evaluate", []) {
                let before = states
                return try catchingFailure {
                    var states = before
                    for start in stride(from: 0, to: data.count, by: batchSize) {
                        let part = data.part(start..<min(start + batchSize, data.count))
                        let (results, added) = try self.results(for: part.inputs, "evaluate")
                        let sums = states ?? self.initialReport(part, results.map(\.value.spec), compilation)
                        let losses = self.losses(part, results, added: added, compilation)
                        states = self.report(sums, adding: part, results, losses, compilation)
                    }
                    return states
                }
            }
        }
        guard let states else { throw TrainingError(description: "evaluate: there are no examples") }
        return logs(states, compilation)
    }

    /// The output for examples, [examples] + the output's shape, a batch at a time.
    ///
    /// - Parameters:
    ///   - x: [examples] + the input's shape.
    ///   - batchSize: how many examples are computed at once; it changes no number, but for stateful layers.
    /// - Throws: ``TrainingError`` where the examples do not fit the model.
    public func predict(_ x: Tensor, batchSize: Int = 32) throws -> Tensor { try predict([x], batchSize: batchSize)[0] }

    /// The outputs of a model of several inputs or outputs, each [examples] + the output's shape. Throws as
    /// ``predict(_:batchSize:)-(Tensor,_)``.
    public func predict(_ inputs: [Tensor], batchSize: Int = 32) throws -> [Tensor] {
        let data = TrainingData(inputs: inputs, targets: []).cast(for: self)
        try checkInputs(data, "predict")
        guard batchSize > 0 else { throw TrainingError(description: "predict: batches of \(batchSize) examples") }
        var parts: [[Tensor]] = []
        for start in stride(from: 0, to: max(1, data.count), by: batchSize) {
            let part = data.part(start..<min(start + batchSize, data.count))
            let found = try results(for: part.inputs, "predict").outputs.map(\.value)
            if let i = found.firstIndex(where: { $0.shape.first != part.count }) {
                throw TrainingError(
                    description:
                        "predict: output \(i) has the shape \(found[i].shape) for \(part.count) examples; its first axis is to be that of the examples, which a layer such as a Lambda has taken away"
                )
            }
            parts.append(found)
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
        let variables = inferenceVariables
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
        if let loss = compilation?.losses.first(where: { $0.reduction == .none }) {
            throw TrainingError(
                description:
                    "\(name): the loss \(loss.name) of the reduction none gives a number for each example, where one for all is wanted; take the reduction sum_over_batch_size, or sum"
            )
        }
        guard data.outputWeights.isEmpty || data.outputWeights.count == outputs.count else {
            throw TrainingError(
                description: "\(name): there are weights for \(data.outputWeights.count) of \(outputs.count) outputs")
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

/// The epochs of a training run, one at a time: what
/// ``Model/training(_:batchSize:epochs:validationSplit:validationData:shuffles:seed:callbacks:)`` gives.
///
/// ```swift
/// let model = Sequential(input: [1]) { Dense(1) }
/// model.compile(loss: .meanSquaredError)
/// let data = TrainingData(inputs: [Tensor([[1.0]])], targets: [Tensor([[2.0]])])
/// var count = 0
/// for try await _ in try model.training(data, epochs: 3) { count += 1 }
/// count                                   // 3
/// ```
///
/// A run is there once: a second loop goes on where the first one left.
public struct TrainingEpochs: AsyncSequence {
    package let run: TrainingRun

    /// An epoch that has ended.
    ///
    /// ```swift
    /// let model = Sequential(input: [1]) { Dense(1) }
    /// model.compile(loss: .meanSquaredError)
    /// let data = TrainingData(inputs: [Tensor([[1.0]])], targets: [Tensor([[2.0]])])
    /// for try await epoch in try model.training(data) { print(epoch.number) }         // 0
    /// ```
    public struct Epoch: Sendable {
        /// Counted from 0.
        public var number: Int
        /// Loss and metrics by name, those of validation with `val_` before.
        public var logs: [String: Double]
    }

    /// Trains an epoch each time that it is asked for the next.
    ///
    /// ```swift
    /// let model = Sequential(input: [1]) { Dense(1) }
    /// model.compile(loss: .meanSquaredError)
    /// let data = TrainingData(inputs: [Tensor([[1.0]])], targets: [Tensor([[2.0]])])
    /// var epochs = try model.training(data, epochs: 2).makeAsyncIterator()
    /// try await epochs.next()!.number         // 0
    /// try await epochs.next()!.number         // 1
    /// try await epochs.next() == nil          // true
    /// ```
    public struct Iterator: AsyncIteratorProtocol {
        let run: TrainingRun
        /// Trains the next epoch where it is awaited; nil where training is over. Throws as `fit` does.
        public mutating func next() async throws -> Epoch? { try run.nextEpoch() }
    }

    /// Goes on where the run stands.
    public func makeAsyncIterator() -> Iterator { Iterator(run: run) }
}
