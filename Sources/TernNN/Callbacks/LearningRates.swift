import TernCore

/// Sets the learning rate of each epoch: Keras's callback of this name. Of a ``MultiOptimizer`` it sets each rate.
///
/// ```swift
/// let model = Sequential(input: [1]) { Dense(1) }
/// model.compile(optimizer: SGD(learningRate: 0.1), loss: .meanSquaredError)
/// let schedule = LearningRateScheduler { epoch, rate in epoch < 1 ? rate : rate / 2 }
/// try model.fit(Tensor([[1.0], [2]]), Tensor([[2.0], [4]]), epochs: 3, callbacks: [schedule])  // rates 0.1, 0.05, 0.025
/// ```
public final class LearningRateScheduler: Callback {
    private let schedule: (Int, Double) -> Double

    /// Asks a function for each epoch's rate.
    ///
    /// - Parameter schedule: the rate of an epoch, counted from 0, from the one before it; for the first, the
    ///   optimiser's, or what an earlier training had set it to.
    public init(_ schedule: @escaping (_ epoch: Int, _ rate: Double) -> Double) { self.schedule = schedule }

    /// Looks whether there is a rate to set.
    ///
    /// - Throws: ``TrainingError`` where the optimiser's rate goes by a schedule already.
    public func trainingBegins(_ run: TrainingRun) throws { try run.checkRatesCanBeSet(by: "LearningRateScheduler") }

    /// Sets the rate of the epoch that begins.
    ///
    /// - Throws: ``TrainingError`` where the function gives a rate that is not 0 or more.
    public func epochBegins(_ epoch: Int, _ run: TrainingRun) throws { try run.changeRates { schedule(epoch, $0) } }
}

/// Lowers the learning rate when a quantity has not improved for `patience` epochs, of a ``MultiOptimizer`` each rate.
/// Rules and defaults are Keras's.
///
/// ```swift
/// let plateau = ReduceLROnPlateau(monitor: "loss", factor: 0.5, patience: 2)
/// let model = Sequential(input: [1]) { Dense(1) }
/// model.compile(optimizer: SGD(learningRate: 0.01), loss: .meanSquaredError)
/// try model.fit(Tensor([[1.0], [2]]), Tensor([[2.0], [4]]), epochs: 3, callbacks: [plateau]).epochs       // [0, 1, 2]
/// ```
public final class ReduceLROnPlateau: StateCheckingCallback {
    /// What is watched, a name in the logs, and whether it is to fall or to rise.
    public let monitor: String, mode: MonitorMode
    /// What the rate is multiplied by, from 0 to below 1; what an improvement must exceed, as a size; the rate below
    /// which it does not fall.
    public let factor: Double, minDelta: Double, minRate: Double
    /// After how many epochs without improvement the rate falls; for how many epochs after that none is counted.
    public let patience: Int, cooldown: Int
    private var best = 0.0, wait = 0, cooling = 0, direction = MonitorMode.min

    /// Watches a quantity. In the mode ``MonitorMode/auto`` the metric tells whether it is to rise (``Metric/isBetterWhenLarger``); losses fall.
    public init(
        monitor: String = "val_loss", factor: Double = 0.1, patience: Int = 10, mode: MonitorMode = .auto,
        minDelta: Double = 1e-4,
        cooldown: Int = 0, minRate: Double = 0
    ) {
        ArgumentRange.partialShare.check("ReduceLROnPlateau", ["factor": factor])
        ArgumentRange.notNegative.check("ReduceLROnPlateau", ["minRate": minRate])
        self.monitor = monitor
        self.factor = factor
        self.patience = patience
        self.mode = mode
        self.minDelta = abs(minDelta)
        self.cooldown = cooldown
        self.minRate = minRate
    }

    /// Forgets what an earlier training has shown.
    ///
    /// - Throws: ``TrainingError`` where the mode is `auto` and the metric does not say whether it is to rise.
    public func trainingBegins(_ run: TrainingRun) throws {
        direction = try mode.resolved(monitor, of: run.model)
        (best, wait, cooling) = (direction.worst, 0, 0)
    }

    func complaint(about state: CallbackState, of model: Model) -> String? {
        state.complaint(aboutCounts: ["wait", "cooling"])
    }

    /// The best value, the epochs waited and the epochs left to cool down.
    public var state: CallbackState? {
        get { CallbackState(numbers: ["best": best, "wait": Double(wait), "cooling": Double(cooling)]) }
        set {
            guard let newValue else { return }
            guard let waited = newValue.count("wait"), let left = newValue.count("cooling") else {
                fail("ReduceLROnPlateau: a state of \(newValue.numbers), of which epochs are no counts")
            }
            best = newValue.numbers["best"] ?? best
            (wait, cooling) = (waited, left)
        }
    }

    /// Compares the quantity with its best value.
    ///
    /// - Throws: ``TrainingError`` where nothing of the name is reported, and where the rate, which is to fall, goes by a
    ///   schedule.
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
            if wait >= patience && run.highestRate > minRate {
                try run.checkRatesCanBeSet(by: "ReduceLROnPlateau")
                try run.changeRates { $0 > minRate ? max($0 * factor, minRate) : $0 }
                cooling = cooldown
                wait = 0
            }
        }
    }
}
