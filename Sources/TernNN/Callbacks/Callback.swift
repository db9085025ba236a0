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

/// A callback of which a state that was read, and may be damaged, is asked about before it is given.
protocol StateCheckingCallback: Callback {
    /// What is wrong with a state for training a model; nil: nothing.
    func complaint(about state: CallbackState, of model: Model) -> String?
}

extension CallbackState {
    /// A number that counts something; 0 where there is none of the name, nil where it is no count.
    func count(_ name: String) -> Int? {
        guard let number = numbers[name] else { return 0 }
        return Int(exactly: number).flatMap { $0 >= 0 ? $0 : nil }
    }

    /// What is wrong with numbers that are to count something.
    func complaint(aboutCounts names: [String]) -> String? {
        names.first { count($0) == nil }.map { "its \($0) is \(numbers[$0]!), which counts nothing" }
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
    /// As the metric has it (``Metric/isBetterWhenLarger``); losses fall. A metric that does not say is refused.
    case auto
    /// To fall, such as losses.
    case min
    /// To rise, such as accuracies.
    case max

    /// `min` or `max`, of a quantity that the model reports.
    ///
    /// - Throws: ``TrainingError`` where the mode is `auto` and the quantity is a metric without a direction.
    package func resolved(_ monitor: String, of model: Model) throws -> MonitorMode {
        guard self == .auto else { return self }
        // A metric may itself be called val_...
        let metrics = model.compilation?.metrics ?? []
        guard
            let metric = (metrics.first { $0.name == monitor } ?? metrics.first { "val_" + $0.name == monitor })?.metric
        else { return .min }
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
