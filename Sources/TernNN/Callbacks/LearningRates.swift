/// Sets the learning rate of each epoch.
///
/// ```swift
/// LearningRateScheduler { epoch, rate in epoch < 10 ? rate : rate * 0.9 }
/// ```
public final class LearningRateScheduler: Callback {
    private let schedule: (Int, Double) -> Double

    public init(_ schedule: @escaping (_ epoch: Int, _ rate: Double) -> Double) { self.schedule = schedule }

    public func epochBegins(_ epoch: Int, _ run: TrainingRun) { run.learningRate = schedule(epoch, run.learningRate) }
}

/// Lowers the learning rate when a quantity has not improved for `patience` epochs.
///
/// Rules and defaults are Keras's.
public final class ReduceLROnPlateau: Callback {
    public let monitor: String, mode: MonitorMode
    public let factor: Double, minDelta: Double, minRate: Double
    public let patience: Int, cooldown: Int
    private var best = 0.0, wait = 0, cooling = 0, direction = MonitorMode.min

    public init(
        monitor: String = "val_loss", factor: Double = 0.1, patience: Int = 10, mode: MonitorMode = .auto,
        minDelta: Double = 1e-4,
        cooldown: Int = 0, minRate: Double = 0
    ) {
        self.monitor = monitor
        self.factor = factor
        self.patience = patience
        self.mode = mode
        self.minDelta = minDelta
        self.cooldown = cooldown
        self.minRate = minRate
    }

    public func trainingBegins(_ run: TrainingRun) throws {
        direction = try mode.resolved(monitor, of: run.model)
        (best, wait, cooling) = (direction.worst, 0, 0)
    }

    public var state: CallbackState? {
        get { CallbackState(numbers: ["best": best, "wait": Double(wait), "cooling": Double(cooling)]) }
        set {
            guard let numbers = newValue?.numbers else { return }
            best = numbers["best"] ?? best
            (wait, cooling) = (Int(numbers["wait"] ?? 0), Int(numbers["cooling"] ?? 0))
        }
    }

    public func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) throws {
        let current = try monitored(monitor, logs)
        if cooling > 0 {
            cooling -= 1
            wait = 0
        }
        if direction.isBetter(current, than: best, by: minDelta) {
            best = current
            wait = 0
        } else if cooling == 0 {
            wait += 1
            if wait >= patience && run.learningRate > minRate {
                run.learningRate = max(run.learningRate * factor, minRate)
                cooling = cooldown
                wait = 0
            }
        }
    }
}

/// Calls a function after each epoch.
public final class LambdaCallback: Callback {
    private let body: (Int, [String: Double], TrainingRun) throws -> Void

    public init(epochEnds body: @escaping (_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) throws -> Void) {
        self.body = body
    }

    public func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) throws {
        try body(epoch, logs, run)
    }
}
