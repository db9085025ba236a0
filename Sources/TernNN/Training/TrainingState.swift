import TernCore

/// Where a training run stands: all that decides how it goes on.
///
/// ```swift
/// final class Keeper: TrainingStateKeeper {
///     var kept: TrainingState?
///     func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) { kept = run.state }
/// }
/// let model = Sequential(input: [1]) { Dense(1) }
/// model.compile(loss: .meanSquaredError)
/// let keeper = Keeper()
/// try model.fit(Tensor([[1.0]]), Tensor([[2.0]]), epochs: 3, callbacks: [keeper])
/// keeper.kept!.progress.stepCount         // 3
/// ```
///
/// ``TrainingRun/state`` and ``TrainingRun/restore(_:)`` are what backups are made of: a run of the same model on the
/// same data that is given the state of another when it begins goes on to the same bits.
public struct TrainingState: Sendable {
    /// All but the tensors, as it is written to a backup.
    ///
    /// ```swift
    /// final class Keeper: TrainingStateKeeper {
    ///     var kept: TrainingState?
    ///     func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) { kept = run.state }
    /// }
    /// let model = Sequential(input: [1]) { Dense(1) }
    /// model.compile(loss: .meanSquaredError)
    /// let keeper = Keeper()
    /// try model.fit(Tensor([[1.0]]), Tensor([[2.0]]), epochs: 3, callbacks: [keeper])
    /// keeper.kept!.progress.epoch             // 3: the next epoch's number
    /// ```
    public struct Progress: Sendable, Codable {
        /// The epoch that comes or is under way, and how many of its batches are done.
        public var epoch: Int, batch: Int
        /// The steps that the optimiser has done.
        public var stepCount: Int
        /// What the learning rate was set to; nil: it is the optimiser's.
        public var learningRate: Double?
        /// The same of the others of a ``MultiOptimizer``; nil in states of before.
        public var otherRates: [Double?]?
        /// Where the stream stands that orders the examples, and the order of the chunks.
        public var random: RandomState.State, chunkOrder: [Int]
        /// The keys of the layers' noise.
        public var noiseKeys: [UInt64]
        /// What the epochs so far have reported.
        public var history: History
        /// Whether training is to end before the next batch.
        public var stops: Bool
        /// What each callback keeps, in their order.
        public var callbacks: [CallbackProgress]
        /// What must be the same in the run that goes on.
        public var batchSize: Int, chunkSizes: [Int]
        /// The same: the kind of the optimiser, the losses with what their values depend on (but for which positions are
        /// kept, and what functions of one's own do), and the names of the metrics; nil in states of before.
        public var optimizer: String?, losses: [String]?, metrics: [String]?
    }

    /// What a callback keeps.
    ///
    /// ```swift
    /// final class Keeper: TrainingStateKeeper {
    ///     var kept: TrainingState?
    ///     func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) { kept = run.state }
    /// }
    /// let model = Sequential(input: [1]) { Dense(1) }
    /// model.compile(loss: .meanSquaredError)
    /// let keeper = Keeper(), stopping = EarlyStopping(monitor: "loss", patience: 5)
    /// try model.fit(Tensor([[1.0]]), Tensor([[2.0]]), epochs: 2, callbacks: [stopping, keeper])
    /// keeper.kept!.progress.callbacks[0].kind         // "EarlyStopping"
    /// ```
    public struct CallbackProgress: Sendable, Codable {
        /// The callback's type; what another type kept is not given to it.
        public var kind: String
        /// Its ``CallbackState/numbers``.
        public var numbers: [String: Double]
        /// How many tensors it keeps, under `callbacks/` with its number.
        public var tensorCount: Int
    }

    /// All but the tensors.
    public var progress: Progress
    /// Named after what they are: `weights/` with the path of a variable, `optimizer/`, `sums/` (losses and metrics of
    /// the epoch so far), `order/` (of the examples in a chunk), `callbacks/`.
    public var tensors: [String: Tensor]

    /// A state that was kept elsewhere; ``TrainingRun/restore(_:)`` checks it.
    public init(progress: Progress, tensors: [String: Tensor]) {
        self.progress = progress
        self.tensors = tensors
    }
}

/// A callback that keeps the run's state: it sees batches and epochs end after all other callbacks, whose states are
/// then those with which the run goes on.
///
/// ```swift
/// final class StepCounter: TrainingStateKeeper {
///     var steps = 0
///     func batchEnds(_ batch: Int, loss: Double, _ run: TrainingRun) { steps = run.state.progress.stepCount }
/// }
/// let model = Sequential(input: [1]) { Dense(1) }
/// model.compile(loss: .meanSquaredError)
/// let counter = StepCounter()
/// try model.fit(Tensor([[1.0], [2]]), Tensor([[2.0], [4]]), batchSize: 1, epochs: 2, callbacks: [counter])
/// counter.steps                           // 4
/// ```
public protocol TrainingStateKeeper: Callback {}
