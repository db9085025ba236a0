import TernCore

/// Ends training when a quantity has not improved for `patience` epochs.
///
/// ```swift
/// EarlyStopping(monitor: "val_loss", patience: 10, restoresBestWeights: true)
/// ```
///
/// An improvement is one by more than `minDelta`; with a baseline, epochs that are no better than
/// it count as waiting. Rules and defaults are Keras's.
public final class EarlyStopping: Callback {
    public let monitor: String, mode: MonitorMode
    public let minDelta: Double, baseline: Double?
    public let patience: Int, startFromEpoch: Int
    public let restoresBestWeights: Bool
    /// The epoch after which training ended, nil where it ran to its end.
    public private(set) var stoppedEpoch: Int?
    public private(set) var bestEpoch = 0
    private var wait = 0, best = 0.0, direction = MonitorMode.min
    private var bestWeights: [Tensor]?

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

    public func trainingBegins(_ run: TrainingRun) throws {
        (wait, stoppedEpoch, bestWeights, bestEpoch) = (0, nil, nil, 0)
        direction = try mode.resolved(monitor, of: run.model)
        best = direction.worst
    }

    public var state: CallbackState? {
        get {
            var numbers = ["best": best, "wait": Double(wait), "best_epoch": Double(bestEpoch)]
            numbers["stopped_epoch"] = stoppedEpoch.map(Double.init)
            return CallbackState(numbers: numbers, tensors: bestWeights ?? [])
        }
        set {
            guard let newValue else { return }
            stoppedEpoch = newValue.numbers["stopped_epoch"].map { Int($0) }
            best = newValue.numbers["best"] ?? best
            (wait, bestEpoch) = (Int(newValue.numbers["wait"] ?? 0), Int(newValue.numbers["best_epoch"] ?? 0))
            bestWeights = newValue.tensors.isEmpty ? nil : newValue.tensors
        }
    }

    public func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) throws {
        let current = try monitored(monitor, logs)
        if epoch < startFromEpoch { return }
        func remember() {
            if restoresBestWeights { bestWeights = run.model.variables.map(\.variable.value) }
        }
        if bestWeights == nil {
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

    public func trainingEnds(_ run: TrainingRun) {
        guard let bestWeights else { return }
        for (variable, value) in zip(run.model.variables, bestWeights) { variable.variable.value = value }
    }
}

/// Ends training where the loss is no number any more.
public final class TerminateOnNaN: Callback {
    public init() {}

    public var toleratesDivergence: Bool { true }

    public func batchEnds(_ batch: Int, loss: Double, _ run: TrainingRun) {
        if !loss.isFinite { run.stops = true }
    }
}
