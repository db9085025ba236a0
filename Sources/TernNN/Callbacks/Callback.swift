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
    /// As the metric has it (``Metric/isBetterWhenLarger``); losses fall. A metric that does not say is refused.
    case auto, min, max

    /// `min` or `max`, of a quantity that the model reports.
    ///
    /// - Throws: ``TrainingError`` where the mode is `auto` and the quantity is a metric without a direction.
    package func resolved(_ monitor: String, of model: Model) throws -> MonitorMode {
        guard self == .auto else { return self }
        let name = monitor.hasPrefix("val_") ? String(monitor.dropFirst(4)) : monitor
        guard let metric = model.compilation?.metrics.first(where: { $0.name == name })?.metric else { return .min }
        guard let rises = metric.isBetterWhenLarger else {
            throw TrainingError(
                description:
                    "whether \"\(monitor)\" is to rise or to fall is not known; give mode: .max or .min, or make the metric with isBetterWhenLarger"
            )
        }
        return rises ? .max : .min
    }

    /// Whether `value` is better than `best` by more than `delta`; `auto` is to be resolved before.
    package func isBetter(_ value: Double, than best: Double, by delta: Double) -> Bool {
        self == .max ? value - delta > best : value + delta < best
    }

    /// What any value is better than.
    package var worst: Double { self == .max ? -.infinity : .infinity }
}

/// The value to watch, or an error that says what there is.
package func monitored(_ name: String, _ logs: [String: Double]) throws -> Double {
    guard let value = logs[name] else {
        throw TrainingError(
            description: "there is no \"\(name)\" to watch; reported are \(logs.keys.sorted().joined(separator: ", "))")
    }
    return value
}
