import TernCore

/// What is done between the batches and epochs of a training run.
///
/// ```swift
/// final class EpochCounter: Callback {
///     var count = 0
///     func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) { count += 1 }
/// }
/// let x = Tensor.random([8, 2], seed: 0), y = x.sum(axis: 1, keepingDimensions: true)
/// let model = Sequential(input: [2]) { Dense(1) }
/// model.compile(loss: .meanSquaredError)
/// let counter = EpochCounter()
/// try model.fit(x, y, epochs: 3, callbacks: [counter])
/// counter.count                           // 3
/// ```
///
/// A callback writes the methods that it needs; the others do nothing. They are called in the order of the list, on the
/// thread that trains. What they throw ends the training, and `fit` throws it.
public protocol Callback: AnyObject {
    /// Once, before the first epoch.
    func trainingBegins(_ run: TrainingRun) throws
    /// Before the first batch of an epoch, counted from 0.
    func epochBegins(_ epoch: Int, _ run: TrainingRun) throws
    /// After each step; batches are counted from 0 in each epoch. The model still shows the weights of the epoch's
    /// beginning.
    ///
    /// - Parameter loss: that of the batch before the step, penalties included.
    func batchEnds(_ batch: Int, loss: Double, _ run: TrainingRun) throws
    /// Before the epoch's validation; not where nothing is validated on.
    func validationBegins(_ run: TrainingRun) throws
    /// After the epoch's validation; not where nothing is validated on.
    func validationEnds(_ run: TrainingRun) throws
    /// After an epoch, counted from 0, and its validation; the model shows the weights that it has come to.
    ///
    /// - Parameter logs: loss and metrics by name, those of validation with `val_` before.
    func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) throws
    /// Once, after the last epoch, also where ``TrainingRun/stops`` was set; not where training threw.
    func trainingEnds(_ run: TrainingRun) throws
    /// Whether it looks after a loss that is NaN or infinite, which otherwise ends training with an error. By default
    /// false.
    var toleratesDivergence: Bool { get }
    /// What the callback must know again to go on where an interrupted run stood, such as the best value so far; nil:
    /// nothing. `BackupAndRestore` keeps it with the run.
    var state: CallbackState? { get set }
}

/// What a callback has gathered in a training run.
///
/// ```swift
/// let state = CallbackState(numbers: ["best": 0.25, "wait": 3])
/// state.numbers["wait"]                   // 3.0
/// ```
public struct CallbackState: Sendable {
    /// Numbers by names of the callback's own.
    public var numbers: [String: Double]
    /// Tensors, in an order of the callback's own, such as the best weights so far.
    public var tensors: [Tensor]

    /// A state of what a callback wants to know again.
    public init(numbers: [String: Double], tensors: [Tensor] = []) {
        self.numbers = numbers
        self.tensors = tensors
    }
}

extension Callback {
    /// Does nothing.
    public func trainingBegins(_ run: TrainingRun) throws {}
    /// Does nothing.
    public func epochBegins(_ epoch: Int, _ run: TrainingRun) throws {}
    /// Does nothing.
    public func batchEnds(_ batch: Int, loss: Double, _ run: TrainingRun) throws {}
    /// Does nothing.
    public func validationBegins(_ run: TrainingRun) throws {}
    /// Does nothing.
    public func validationEnds(_ run: TrainingRun) throws {}
    /// Does nothing.
    public func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) throws {}
    /// Does nothing.
    public func trainingEnds(_ run: TrainingRun) throws {}
    /// false: a loss that is NaN or infinite ends training with an error.
    public var toleratesDivergence: Bool { false }
    /// nil: nothing is kept.
    public var state: CallbackState? {
        get { nil }
        set {}
    }
}

/// Whether a quantity is to fall or to rise.
///
/// ```swift
/// EarlyStopping(monitor: "val_r2_score", mode: .max).mode.rawValue        // "max", Keras's name
/// ```
public enum MonitorMode: String, Sendable, Codable {
    /// To rise for accuracies, areas under curves and the like, else to fall.
    /// To rise where the name holds `acc`, `auc`, `precision`, `recall`, `score`, `iou`, `r2` or `f1`, else to fall.
    case auto
    /// To fall, such as losses.
    case min
    /// To rise, such as accuracies.
    case max

    /// Whether `value` is better than `best` by more than `delta`.
    package func isBetter(_ value: Double, than best: Double, by delta: Double, _ name: String) -> Bool {
        rises(name) ? value - delta > best : value + delta < best
    }

    func rises(_ name: String) -> Bool {
        switch self {
        case .min: false
        case .max: true
        case .auto: ["acc", "auc", "precision", "recall", "score", "iou", "r2", "f1"].contains { name.contains($0) }
        }
    }

    package func worst(_ name: String) -> Double { rises(name) ? -.infinity : .infinity }
}

/// The value to watch, or an error that says what there is.
package func monitored(_ name: String, _ logs: [String: Double]) throws -> Double {
    guard let value = logs[name] else {
        throw TrainingError(
            description: "there is no \"\(name)\" to watch; reported are \(logs.keys.sorted().joined(separator: ", "))")
    }
    return value
}
