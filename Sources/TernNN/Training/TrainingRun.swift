import TernCore

/// A training run, as callbacks see it: the compiled steps, and where it stands.
///
/// ```swift
/// let model = Sequential(input: [1]) { Dense(1) }
/// model.compile(loss: .meanSquaredError)
/// let enough = LambdaCallback { _, logs, run in run.stops = run.history.epochs.count == 2 }
/// try model.fit(Tensor([[1.0]]), Tensor([[2.0]]), epochs: 100, callbacks: [enough]).epochs        // [0, 1]
/// ```
public final class TrainingRun {
    /// The model that is trained. Its weights are brought up to date at the end of each epoch.
    public let model: Model
    /// What the epochs so far have reported.
    public internal(set) var history = History()
    /// Set by callbacks that have seen enough: training ends before the next batch.
    public var stops = false
    /// The rate of the next step: the optimiser's, or what it was set to, in this training or an earlier one since the
    /// model was compiled; of a ``MultiOptimizer`` that of its first. Where it is no number that is 0 or more, the
    /// training throws.
    public var learningRate: Double {
        get { fixedRate ?? step.learningRate }
        set { fixedRate = newValue }
    }
    var fixedRate: Double?

    /// The highest of the rates that ``changeRates(_:)`` changes.
    var highestRate: Double { step.otherRates.reduce(learningRate, max) }

    /// Changes the rate of the optimiser, or of each of a ``MultiOptimizer``. Throws where one would be none.
    func changeRates(_ change: (Double) -> Double) throws {
        let first = change(learningRate), others = step.otherRates.map(change)
        for rate in [first] + others { try checkRate(rate) }
        (learningRate, step.setRates) = (first, others)
    }

    /// Throws where the next step has a rate that is none.
    func checkRates() throws {
        try checkRate(learningRate)
        if hasOthers { try step.visitOtherRates(checkRate) }
    }

    /// Throws where steps cannot be of this rate.
    private func checkRate(_ rate: Double) throws {
        guard rate >= 0, rate.isFinite else {
            throw TrainingError(
                description:
                    "fit: in epoch \(epoch + 1), batch \(batch + 1), the learning rate is \(rate); it is 0 or more")
        }
    }

    /// Throws where a rate goes by a schedule, which a callback cannot set.
    func checkRatesCanBeSet(by callback: String) throws {
        let optimizer = compilation.optimizer
        let rates = optimizer.several.map { $0.optimizers.map { $0.learningRate } } ?? [optimizer.learningRate]
        guard let schedule = rates.first(where: { $0.constant == nil }) else { return }
        throw TrainingError(
            description:
                "\(callback): the optimiser's learning rate goes by the schedule \(schedule), which setting it would end; compile with a number, or leave the callback out"
        )
    }
    /// Goes on from the weights that the model has now, where somebody set them between epochs.
    package func takeWeights() { step.model = trained.map(\.value) }
    /// After which epochs, counted from 0, it is validated: by default after each.
    package var validates: (Int) -> Bool = { _ in true }
    /// Examples of a batch that is validated on; nil means as many as it learns from.
    package var validationBatchSize: Int?
    /// Whether an average that the optimiser keeps takes the place of the weights at the end, as after Keras's `fit`.
    package var endsWithAverages = true
    let compilation: Compilation
    private let source: any TrainingSource
    private let validation: (any TrainingSource)?
    /// How many epochs there are to be, those before `initialEpoch` included.
    public let epochs: Int
    /// How many batches make an epoch; the last one of each chunk may be smaller.
    public var batchCount: Int { chunkSizes.reduce(0) { $0 + ($1 + batchSize - 1) / batchSize } }
    let batchSize: Int
    private let shuffles: Bool
    let callbacks: [any Callback]
    /// The epoch that comes or is under way, and how many of its batches are done.
    var epoch: Int, batch = 0
    let chunkSizes: [Int]
    /// The order of the examples in each chunk, and of the chunks.
    var orders: [[Int]], chunkOrder: [Int]
    var random: RandomState
    let step: TrainingStep<[Tensor]>
    /// Whether the optimiser is a ``MultiOptimizer``, whose others have rates of their own.
    private let hasOthers: Bool
    /// What the tensors of a batch are.
    let layout: TrainingData.Layout
    let trained: [Variable], kept: [Variable]
    /// The paths of what is trained.
    let weightNames: [String]
    /// The sums of an epoch at its beginning.
    let report: [[Tensor]]
    private var hasBegun = false, hasEnded = false
    private var held: [AnyObject] = []
    /// Keeps what is to end with the run, however it ends, such as the lock of a folder.
    package func holds(_ object: AnyObject) { held.append(object) }
    /// The last steps, for a training that breaks down.
    let watch: StepWatch
    /// What callbacks are given back once all have begun.
    var restoredCallbacks: TrainingState?

    /// A run on examples in memory: one chunk.
    convenience init(
        _ model: Model, _ data: TrainingData, batchSize: Int, epochs: Int, validationSplit: Double,
        validationData: TrainingData?, shuffles: Bool, seed: UInt64, classWeight: [Int: Double]?, initialEpoch: Int,
        callbacks: [any Callback]
    ) throws {
        try model.check(data, "fit")
        var data = data.cast(for: model)
        guard (0..<1).contains(validationSplit) else {
            throw TrainingError(description: "fit: a validation split of \(validationSplit); it is from 0 to below 1")
        }
        if let odd = classWeight?.first(where: { !($0.value >= 0 && $0.value.isFinite) }) {
            throw TrainingError(description: "fit: class \(odd.key) has the weight \(odd.value); weights are 0 or more")
        }
        var validation: TrainingData? = validationData
        if validation == nil && validationSplit > 0 {
            let first = Int(Double(data.count) * (1 - validationSplit))
            guard first > 0, first < data.count else {
                throw TrainingError(
                    description:
                        "fit: a validation split of \(validationSplit) of \(data.count) examples leaves a side empty")
            }
            validation = data.part(first..<data.count)
            data = data.part(0..<first)
        }
        // As in Keras, examples that are kept for validation count alike, whatever their class.
        if let classWeight {
            guard data.targets.count == 1 else {
                throw TrainingError(
                    description: "fit: weights of classes are for a model of one output, not of \(data.targets.count)")
            }
            let weights = try data.weights(ofClasses: classWeight).cast(to: model.info.dtype)
            data.sampleWeight = data.sampleWeight.map { productOfLeadingAxes($0, weights) } ?? weights
        }
        try self.init(
            model, data, batchSize: batchSize, epochs: epochs, validation: validation, shuffles: shuffles, seed: seed,
            initialEpoch: initialEpoch, callbacks: callbacks)
    }

    init(
        _ model: Model, _ source: some TrainingSource, batchSize: Int, epochs: Int, validation: (any TrainingSource)?,
        shuffles: Bool, seed: UInt64,
        initialEpoch: Int, callbacks: [any Callback]
    ) throws {
        guard let compilation = model.compilation else {
            throw TrainingError(description: "fit: call compile(loss:) first")
        }
        guard batchSize > 0 else { throw TrainingError(description: "fit: batches of \(batchSize) examples") }
        guard epochs >= 0, initialEpoch >= 0 else {
            throw TrainingError(description: "fit: \(epochs) epochs from epoch \(initialEpoch) on")
        }
        let chunkSizes = try source.checkedSizes("fit")
        guard let largest = chunkSizes.indices.max(by: { chunkSizes[$0] < chunkSizes[$1] }), chunkSizes[largest] > 0
        else { throw TrainingError(description: "fit: there are no examples") }
        let data = try source.chunk(largest, of: chunkSizes[largest], "fit").cast(for: model)
        try model.check(data, "fit")
        if let validation = validation as? TrainingData {
            try model.check(validation, "fit (validation)")
            for (i, (own, other)) in zip(data.targets, validation.targets).enumerated()
            where own.shape.dropFirst() != other.shape.dropFirst() {
                throw TrainingError(
                    description:
                        "fit (validation): target \(i) has the shape \(other.shape), that of training \(own.shape)")
            }
        }
        self.model = model
        self.compilation = compilation
        hasOthers = compilation.optimizer.several != nil
        self.source = source
        self.validation = validation
        self.batchSize = min(batchSize, data.count)
        self.epochs = epochs
        self.shuffles = shuffles
        self.callbacks =
            callbacks.filter { !($0 is any TrainingStateKeeper) } + callbacks.filter { $0 is any TrainingStateKeeper }
        epoch = initialEpoch
        self.chunkSizes = chunkSizes
        orders = chunkSizes.map { Array(0..<$0) }
        chunkOrder = Array(chunkSizes.indices)
        random = RandomState(seed: UInt32(truncatingIfNeeded: seed ^ seed >> 32))
        let trained = model.trainedVariables
        let ids = Set(trained.map(ObjectIdentifier.init))
        let kept = model.variables.map(\.variable).filter { !$0.isTrainable && !ids.contains(ObjectIdentifier($0)) }
        guard !trained.isEmpty else {
            throw TrainingError(description: "fit: the model has no weights to train; all its layers are frozen")
        }
        self.trained = trained
        self.kept = kept

        let batch = self.batchSize
        // What shapes do not allow is thrown.
        let all = model.variables
        func catching<R>(_ body: @escaping () -> R) throws -> R {
            try TrainingError.tracing("fit", all.map(\.variable)) { try catchingFailure(body) }
        }
        let report = try catching {
            let outputs = model.outputSpecs(
                for: data.inputs.map { TensorSpec(shape: [batch] + $0.shape.dropFirst(), dtype: $0.dtype) })
            return model.initialReport(data, outputs, compilation)
        }
        self.report = report
        let weightNames = all.filter { ids.contains(ObjectIdentifier($0.variable)) }.map(\.path)
        let layout = data.layout
        self.layout = layout
        let step = TrainingStep(
            model: trained.map(\.value), optimizer: WeightConstraints.wrap(compilation.optimizer, trained),
            data: data.tensors,
            state: kept.map(\.value) + report.flatMap { $0 },
            names: weightNames
        ) { weights, seen in
            // Layers may set any of their variables; frozen ones forget it.
            let all = TracedVariables(model.variables.map(\.variable))
            return all.standing(trained + kept, for: weights + seen.state) {
                let batch = layout.data(seen.batch)
                let context = CallContext(isTraining: true, step: seen.step), outputs = model.run(batch.inputs, context)
                let losses = model.losses(batch, outputs, added: context.addedLoss, compilation)
                let sums = Self.grouped(seen.state.dropFirst(kept.count), like: report)
                let state =
                    kept.map(\.value)
                    + model.report(sums, adding: batch, outputs, losses, compilation).flatMap { $0 }
                return .init(
                    objective: losses.total, reported: losses.total, state: state,
                    parameters: zip(trained, weights).contains { $0.value.node !== $1.node }
                        ? trained.map { $0.value.stoppingGradient() } : nil)
            }
        }
        let sizes = Set(chunkSizes.flatMap { [min(batch, $0), $0 % batch] }).subtracting([0])
        try catching { for size in sizes.sorted(by: >) { _ = step.plan(for: size) } }
        self.step = step
        watch = StepWatch(
            step, keptCount: kept.count, interval: callbacks.contains { $0 is DebugNumerics } ? 1 : 64)
        self.weightNames = weightNames
        if let memory = model.optimizerMemory, memory.weights == weightNames, case let state = memory.state,
            memory.kind == Model.kind(of: compilation.optimizer),
            state.slots.map(\.spec) == step.optimizerState.slots.map(\.spec)
        {
            step.optimizerState = state
        }
        if let rates = model.ownSetRates { (fixedRate, step.setRates) = rates }
    }

    /// Tensors in a row, in the groups of a report.
    private static func grouped(_ tensors: some Sequence<Tensor>, like report: [[Tensor]]) -> [[Tensor]] {
        var rest = Array(tensors)[...]
        return report.map { group in
            defer { rest = rest.dropFirst(group.count) }
            return Array(rest.prefix(group.count))
        }
    }

    /// Trains one epoch, or what is left of it; nil where training is over.
    package func nextEpoch() throws -> TrainingEpochs.Epoch? {
        if !hasBegun {
            hasBegun = true
            for callback in callbacks { try callback.trainingBegins(self) }
            restoreCallbacks()
        }
        let goesOn = batch > 0
        guard goesOn || (epoch < epochs && !stops) else {
            if !hasEnded {
                hasEnded = true
                if endsWithAverages { step.finish() }
                store()
                for callback in callbacks { try callback.trainingEnds(self) }
            }
            return nil
        }
        let rates = (fixedRate, step.setRates)
        for callback in callbacks { try callback.epochBegins(epoch, self) }
        if goesOn {
            // The epoch had begun before, and with these rates it went on.
            (fixedRate, step.setRates) = rates
        } else {
            // Callbacks may have reset the states of recurrent layers.
            step.state = kept.map(\.value) + report.flatMap { $0 }
            watch.notesStates(step.state)
            if shuffles, chunkOrder.count > 1 { random.shuffle(&chunkOrder) }
        }
        do {
            try trainChunks()
            // Callbacks between epochs may set rates of a MultiOptimizer, with which the watch begins anew.
            try checkWeights(memory: hasOthers)
        } catch {
            store()
            throw error
        }
        store()
        var logs = model.logs(Self.grouped(step.state.dropFirst(kept.count), like: report), compilation)
        if let validation, validates(epoch) {
            for callback in callbacks { try callback.validationBegins(self) }
            do {
                let values = try model.evaluate(chunks: validation, batchSize: validationBatchSize ?? batchSize)
                for (name, value) in values { logs["val_" + name] = value }
            } catch {
                // Callbacks may have shown an average, which nobody would take away.
                showTrainedWeights()
                throw error
            }
            for callback in callbacks { try callback.validationEnds(self) }
        }
        let number = epoch
        history.add(number, logs)
        (epoch, batch) = (number + 1, 0)
        for callback in callbacks { try callback.epochEnds(number, logs, self) }
        return .init(number: number, logs: logs)
    }

    /// Takes a step for each batch of each chunk that is not done; the next chunk is read meanwhile.
    private func trainChunks() throws {
        var chunks: [(index: Int, firstBatch: Int)] = [], count = 0
        for chunk in chunkOrder {
            let first = count
            count += (chunkSizes[chunk] + batchSize - 1) / batchSize
            if batch < count, chunkSizes[chunk] > 0 { chunks.append((chunk, first)) }
        }
        func read(_ index: Int) -> ComingChunk { ComingChunk(source, index, of: chunkSizes[index], "fit") }
        var coming = chunkSizes.count > 1 && !chunks.isEmpty ? read(chunks[0].index) : nil
        for (i, chunk) in chunks.enumerated() where !stops {
            if let found = coming {
                let data = try found.wait().cast(for: model)
                try model.check(data, "fit")
                try checkIsAlike(data, chunk.index)
                // What was noted of steps is of the chunk before.
                try checkWeights(memory: true)
                coming = i + 1 < chunks.count ? read(chunks[i + 1].index) : nil
                step.data = data.tensors
            }
            if shuffles, batch == chunk.firstBatch { random.shuffle(&orders[chunk.index]) }
            try orders[chunk.index].map(Int64.init).withUnsafeBufferPointer { rows in
                for start in stride(from: (batch - chunk.firstBatch) * batchSize, to: rows.count, by: batchSize)
                where !stops {
                    try Task.checkCancellation()
                    let count = min(batchSize, rows.count - start)
                    let loss = try takeStep(rows.baseAddress! + start, count)
                    batch += 1
                    if !loss.isFinite, !toleratesDivergence { throw try brokenDown() }
                    for callback in callbacks { try callback.batchEnds(batch - 1, loss: loss, self) }
                }
            }
        }
    }

    /// Throws where a chunk's targets or weights are of other shapes or types than those of the first.
    private func checkIsAlike(_ data: TrainingData, _ chunk: Int) throws {
        func words(_ tensors: [Tensor]) -> String {
            tensors.map { "[examples] + \($0.shape.dropFirst()) of \($0.dtype)" }.joined(separator: ", ")
        }
        let first = words(step.data), own = words(data.tensors)
        guard first == own, data.layout == layout else {
            throw TrainingError(
                description:
                    "fit: chunk \(chunk) of the source holds \(own), the first that was read \(first); inputs, targets and weights are to be alike in all chunks"
            )
        }
    }

    /// Brings the weights and states of the steps into the model.
    private func store() {
        showTrainedWeights()
        for (variable, value) in zip(kept, step.state) { variable.value = value }
        model.optimizerMemory = (Model.kind(of: compilation.optimizer), weightNames, step.optimizerState)
        // One that ended training is not gone on with.
        if (try? checkRates()) != nil { model.setRates = (fixedRate, step.setRates, compilation.choice) }
    }
}
