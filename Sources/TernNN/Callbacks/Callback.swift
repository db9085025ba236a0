import TernCore

/// What is done between the batches and epochs of a training run.
///
/// ```swift
/// try model.fit(x, y, epochs: 200, validationSplit: 0.2, callbacks: [EarlyStopping(patience: 10, restoresBestWeights: true)])
/// ```
public protocol Callback: AnyObject {
    func trainingBegins(_ run: TrainingRun) throws
    func epochBegins(_ epoch: Int, _ run: TrainingRun) throws
    func batchEnds(_ batch: Int, loss: Double, _ run: TrainingRun) throws
    /// Before the epoch's validation, and after it; not where nothing is validated on.
    func validationBegins(_ run: TrainingRun) throws
    func validationEnds(_ run: TrainingRun) throws
    /// - Parameter logs: loss and metrics by name, those of validation with `val_` before.
    func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) throws
    func trainingEnds(_ run: TrainingRun) throws
    /// Whether it looks after a loss that is NaN or infinite, which otherwise ends training with an error. By default
    /// false.
    var toleratesDivergence: Bool { get }
    /// What the callback must know again to go on where an interrupted run stood, such as the best value so far; nil:
    /// nothing. ``BackupAndRestore`` keeps it with the run.
    var state: CallbackState? { get set }
}

/// What a callback has gathered in a training run.
public struct CallbackState: Sendable {
    public var numbers: [String: Double]
    public var tensors: [Tensor]

    public init(numbers: [String: Double], tensors: [Tensor] = []) {
        self.numbers = numbers
        self.tensors = tensors
    }
}

extension Callback {
    public func trainingBegins(_ run: TrainingRun) throws {}
    public func epochBegins(_ epoch: Int, _ run: TrainingRun) throws {}
    public func batchEnds(_ batch: Int, loss: Double, _ run: TrainingRun) throws {}
    public func validationBegins(_ run: TrainingRun) throws {}
    public func validationEnds(_ run: TrainingRun) throws {}
    public func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) throws {}
    public func trainingEnds(_ run: TrainingRun) throws {}
    public var toleratesDivergence: Bool { false }
    public var state: CallbackState? {
        get { nil }
        set {}
    }
}

/// Whether a quantity is to fall or to rise.
public enum MonitorMode: String, Sendable, Codable {
    /// To rise for accuracies, areas under curves and the like, else to fall.
    case auto, min, max

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
