import Foundation
import TernData
import TernNN
import TernText

/// Keeps where a training run stands in a file, so that a run that was interrupted goes on from there.
///
/// ```swift
/// let x = Tensor([[0.0], [1], [2], [3]]), y = Tensor([[1.0], [3], [5], [7]])
/// let model = Sequential(input: [1]) { Dense(1) }
/// model.compile(optimizer: SGD(learningRate: 0.1), loss: .meanSquaredError)
/// let backup = BackupAndRestore("run/backup", saves: .afterBatches(500))
/// let history = try model.fit(x, y, epochs: 3, callbacks: [backup])
/// print(history["loss"].count)  // 3
/// ```
///
/// Start the same program again after a crash: weights, optimiser, learning rate, order of the examples, noise,
/// history, sums of the epoch and what other callbacks keep are as they were, and training ends with the bits of a run
/// that was never interrupted. The history is the whole run's. Model, data, batch size and callbacks must be the same;
/// a state of something else is an error. Where the task is cancelled, the state is saved before training ends.
///
/// `latest.safetensors` in the folder is written whole or not at all, carries a checksum, and is on the disk before the
/// state before it is lost. A state that cannot be written, because the disk is full, is told on standard error, and
/// training goes on. When training has ended the state is removed. Another process that trains into the same folder is
/// refused.
///
/// Keras's callback of this name goes on at the beginning of an epoch, with a new order of examples and a new history.
public final class BackupAndRestore: TrainingStateKeeper {
    /// When the state is saved.
    ///
    /// ```swift
    /// print(BackupAndRestore("backup").frequency == .afterEpochs(1))  // true
    /// ```
    public enum Frequency: Sendable, Equatable, Codable {
        /// Each time that so many epochs are done.
        case afterEpochs(Int)
        /// Each time that so many batches are done, within an epoch too.
        case afterBatches(Int)
        /// After the first batch at whose end so many seconds have passed.
        case afterSeconds(Double)
        /// As often as costs less than 1 % of the time, at most every ten seconds.
        case automatic

        /// What a text says, such as "5min"; nil where it says nothing.
        package init?(interval text: String) {
            let number = text.prefix { $0.isNumber || $0 == "." }
            let unit = text.dropFirst(number.count).trimmingPrefix { $0 == " " }
            guard let value = Double(number), value > 0, value <= 1e9 else { return nil }
            switch (unit, Int(number)) {
            case ("s", _): self = .afterSeconds(value)
            case ("min", _): self = .afterSeconds(60 * value)
            case ("h", _): self = .afterSeconds(3600 * value)
            case ("step", let count?), ("steps", let count?): self = .afterBatches(count)
            case ("epoch", let count?), ("epochs", let count?): self = .afterEpochs(count)
            default: return nil
            }
            if complaint != nil { return nil }
        }

        /// Which texts ``init(interval:)`` takes.
        package static let intervals = "an interval such as 30s, 5min, 1h, 500steps or 10epochs"

        /// What is wrong with it; nil where nothing is.
        package var complaint: String? {
            switch self {
            case .afterEpochs(let count) where count < 1: "a backup after \(count) epochs; say 1 or more"
            case .afterBatches(let count) where count < 1: "a backup after \(count) batches; say 1 or more"
            case .afterSeconds(let seconds) where !(seconds > 0 && seconds <= 1e12):
                "a backup after \(seconds) seconds; say more than 0"
            default: nil
            }
        }
    }

    /// The folder, made where it is missing; it is to serve one training run.
    public let folder: String
    /// When the state is saved.
    public let frequency: Frequency
    /// Whether the state before the latest is kept too, as `previous.safetensors`, for when the latest cannot be read.
    public let keepsPrevious: Bool
    /// Whether a training run that ends by itself removes its state, and the folder where nothing else is in it.
    public let deletesAtEnd: Bool
    private var batches = 0
    private var clock = CheckpointClock()
    private static let format = "tern.training/1"

    /// A keeper of one training run's state.
    ///
    /// - Parameters:
    ///   - folder: made where it is missing, when training begins.
    ///   - frequency: after each epoch, each time that so many batches are done, or by the clock.
    ///   - keepsPrevious: whether the state before the latest is kept too.
    ///   - deletesAtEnd: false keeps the last state, from which more epochs may go on.
    /// - Precondition: A number of batches is at least 1, one of seconds above 0.
    public init(
        _ folder: String, saves frequency: Frequency = .afterEpochs(1), keepsPrevious: Bool = false,
        deletesAtEnd: Bool = true
    ) {
        if let complaint = frequency.complaint { preconditionFailure("BackupAndRestore: \(complaint)") }
        self.folder = folder
        self.frequency = frequency
        self.keepsPrevious = keepsPrevious
        self.deletesAtEnd = deletesAtEnd
    }

    private var file: CheckpointFile {
        CheckpointFile(in: folder, format: Self.format, keepsPrevious: keepsPrevious)
    }

    private static func decoded(_ progress: Data, _ tensors: [String: Tensor]) throws -> TrainingState {
        TrainingState(
            progress: try JSONDecoder.ofAllNumbers.decode(TrainingState.Progress.self, from: progress),
            tensors: tensors)
    }

    /// The latest state in a folder, of a run that may go on meanwhile; nil where there is none.
    ///
    /// - Throws: `DataError` where none can be read.
    package static func state(in folder: String) throws -> TrainingState? {
        try CheckpointFile(in: folder, format: format, keepsPrevious: true).read(tells: false, decoded)
    }

    /// Whether a state lies in a folder or within one of its folders.
    package static func hasStates(within folder: String) -> Bool {
        ((try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []).contains(where: CheckpointFile.isState)
    }

    /// Makes the folder and, where a state lies in it, brings the run to it.
    ///
    /// - Throws: `DataError` where the folder cannot be made or written to, another process trains into it, or the state
    ///   is damaged; `TrainingError` where the state belongs to another model, data or settings.
    public func trainingBegins(_ run: TrainingRun) throws {
        batches = 0
        try makeFolder(folder)
        run.holds(try FolderLock(folder))
        TemporaryFiles.removeAbandoned(in: folder)
        clock.begin()
        if let state = try file.read(Self.decoded) { try run.restore(state) }
    }

    /// Saves where so many batches are done, counted over epochs, or so much time has passed.
    public func batchEnds(_ batch: Int, loss: Double, _ run: TrainingRun) throws {
        batches += 1
        let isDue =
            switch frequency {
            case .afterEpochs: false
            case .afterBatches(let count): batches % count == 0
            case .afterSeconds(let seconds): clock.isDue(after: seconds)
            case .automatic: clock.isDue(after: nil)
            }
        // Training ends with this batch.
        if Task.isCancelled { try save(run) } else if isDue { saveIfPossible(run) }
    }

    /// Saves where it is to be done after epochs, and after the last one if its training took long enough or the state
    /// is to be kept.
    public func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) throws {
        let isLast = run.stops || epoch + 1 >= run.epochs
        let keepsEnd = isLast && !deletesAtEnd && (frequency != .automatic || clock.isWorthwhile)
        var isDue = false
        if case .afterEpochs(let count) = frequency { isDue = (epoch + 1) % count == 0 }
        if Task.isCancelled { try save(run) } else if isDue || keepsEnd { saveIfPossible(run) }
    }

    /// Removes the state, if that is wished; a run that is cancelled or fails keeps it.
    public func trainingEnds(_ run: TrainingRun) throws {
        guard deletesAtEnd else { return }
        try file.remove()
        try? FileManager.default.removeItem(atPath: folder + "/" + FolderLock.name)
        if try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty {
            try FileManager.default.removeItem(atPath: folder)
        }
    }

    private func saveIfPossible(_ run: TrainingRun) {
        clock.keepIfPossible({ try write(run.state) }) { reason in
            "where training stands cannot be kept: \(reason); training goes on\(file.exists ? ", and what was kept before stays" : "")"
        }
    }

    private func save(_ run: TrainingRun) throws { try clock.keep { try write(run.state) } }

    private func write(_ state: TrainingState) throws {
        try file.write(try JSONEncoder.ofAllNumbers.encode(state.progress), state.tensors)
    }
}
