import TernCore

/// Ends training when a quantity has not improved for `patience` epochs.
///
/// ```swift
/// let stopping = EarlyStopping(monitor: "loss", patience: 1, restoresBestWeights: true)
/// let model = Sequential(input: [1]) { Dense(1) }
/// model.compile(optimizer: SGD(learningRate: 0), loss: .meanSquaredError)         // nothing is learned
/// let history = try model.fit(Tensor([[1.0], [2]]), Tensor([[2.0], [4]]), epochs: 9, callbacks: [stopping])
/// history.epochs                          // [0, 1]
/// stopping.stoppedEpoch                   // 1
/// ```
///
/// An improvement is one by more than `minDelta`; with a baseline, epochs that are no better than it count as waiting.
/// Rules and defaults are Keras's.
public final class EarlyStopping: StateCheckingCallback {
    /// What is watched, a name in the logs, and whether it is to fall or to rise.
    public let monitor: String, mode: MonitorMode
    /// What an improvement must exceed, as a size; what must be bettered for the waiting to begin anew (nil: nothing).
    public let minDelta: Double, baseline: Double?
    /// How many epochs without improvement it waits (0: the first ends training); the first epoch that it looks at.
    public let patience: Int, startFromEpoch: Int
    /// Whether the model gets back the weights of its best epoch when training ends, be it early or not.
    public let restoresBestWeights: Bool
    /// The epoch after which training ended, counted from 0; nil where it ran to its end.
    public private(set) var stoppedEpoch: Int?
    /// The epoch of the best value so far, counted from 0.
    public private(set) var bestEpoch = 0
    private var wait = 0, best = 0.0, direction = MonitorMode.min
    private var bestWeights: [Tensor]?

    /// Watches a quantity. In the mode ``MonitorMode/auto`` the metric tells whether it is to rise (``Metric/isBetterWhenLarger``); losses fall.
    public init(
        monitor: String = "val_loss", minDelta: Double = 0, patience: Int = 0, mode: MonitorMode = .auto,
        baseline: Double? = nil,
        restoresBestWeights: Bool = false, startFromEpoch: Int = 0
    ) {
        self.monitor = monitor
        self.minDelta = abs(minDelta)
        self.patience = patience
        self.mode = mode
        self.baseline = baseline
        self.restoresBestWeights = restoresBestWeights
        self.startFromEpoch = startFromEpoch
    }

    /// Forgets what an earlier training has shown.
    ///
    /// - Throws: ``TrainingError`` where the mode is `auto` and the metric does not say whether it is to rise.
    public func trainingBegins(_ run: TrainingRun) throws {
        (wait, stoppedEpoch, bestWeights, bestEpoch) = (0, nil, nil, 0)
        direction = try mode.resolved(monitor, of: run.model)
        best = direction.worst
    }

    func complaint(about state: CallbackState, of model: Model) -> String? {
        if let complaint = state.complaint(aboutCounts: ["wait", "best_epoch", "stopped_epoch"]) { return complaint }
        let given = state.tensors.map(\.spec), own = model.variables.map(\.variable.value.spec)
        return given.isEmpty || given == own ? nil : "its best weights are \(given), the model's \(own)"
    }

    /// The best value, the epochs and the best weights.
    public var state: CallbackState? {
        get {
            var numbers = ["best": best, "wait": Double(wait), "best_epoch": Double(bestEpoch)]
            numbers["stopped_epoch"] = stoppedEpoch.map(Double.init)
            return CallbackState(numbers: numbers, tensors: bestWeights ?? [])
        }
        set {
            guard let newValue else { return }
            guard let stopped = newValue.count("stopped_epoch"), let waited = newValue.count("wait"),
                let bestEpoch = newValue.count("best_epoch")
            else { fail("EarlyStopping: a state of \(newValue.numbers), of which epochs are no counts") }
            stoppedEpoch = newValue.numbers["stopped_epoch"] == nil ? nil : stopped
            best = newValue.numbers["best"] ?? best
            (wait, self.bestEpoch) = (waited, bestEpoch)
            bestWeights = newValue.tensors.isEmpty ? nil : newValue.tensors
        }
    }

    /// Compares the quantity with its best value.
    ///
    /// - Throws: ``TrainingError`` where nothing of the name is reported.
    public func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) throws {
        let current = try monitored(monitor, logs)
        if epoch < startFromEpoch { return }
        func remember() {
            if restoresBestWeights { bestWeights = run.model.variables.map(\.variable.value) }
        }
        if restoresBestWeights && bestWeights == nil {
            remember()
            bestEpoch = epoch
        }
        wait += 1
        if direction.isBetter(current, than: best, by: minDelta) {
            best = current
            bestEpoch = epoch
            remember()
            if baseline.map({ direction.isBetter(current, than: $0, by: minDelta) }) ?? true { wait = 0 }
            return
        }
        if wait >= patience && epoch > 0 {
            stoppedEpoch = epoch
            run.stops = true
        }
    }

    /// Gives the best weights back, where that was asked for.
    public func trainingEnds(_ run: TrainingRun) {
        guard let bestWeights else { return }
        for (variable, value) in zip(run.model.variables, bestWeights) { variable.variable.value = value }
    }
}

/// Ends training where the loss is no finite number any more, without an error: Keras's callback of this name.
///
/// ```swift
/// let model = Sequential(input: [1]) { Dense(1) }
/// model.compile(loss: .meanSquaredError)
/// let x = Tensor([[Double.nan]])
/// try model.fit(x, x, epochs: 5, callbacks: [TerminateOnNaN()]).epochs        // [0]
/// ```
public final class TerminateOnNaN: Callback {
    /// It needs no settings.
    public init() {}

    /// true: such a loss is no error then.
    public var toleratesDivergence: Bool { true }

    /// Lets training end after the epoch's bookkeeping where the loss is NaN or infinite; no further batch is trained
    /// on.
    public func batchEnds(_ batch: Int, loss: Double, _ run: TrainingRun) {
        if !loss.isFinite { run.stops = true }
    }
}
