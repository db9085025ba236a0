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
/// a state of something else is an error.
///
/// `latest.safetensors` in the folder is written whole or not at all. When training has ended it is removed.
///
/// Keras's callback of this name goes on at the beginning of an epoch, with a new order of examples and a new history.
public final class BackupAndRestore: TrainingStateKeeper {
    /// When the state is saved.
    ///
    /// ```swift
    /// print(BackupAndRestore("backup").frequency == .afterEpochs)  // true
    /// ```
    public enum Frequency: Sendable, Equatable {
        /// After each epoch.
        case afterEpochs
        /// Each time that so many batches are done, within an epoch too.
        case afterBatches(Int)
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
    private static let format = "tern.training/1"

    /// A keeper of one training run's state.
    ///
    /// - Parameters:
    ///   - folder: made where it is missing, when training begins.
    ///   - frequency: after each epoch, or each time that so many batches are done.
    ///   - keepsPrevious: whether the state before the latest is kept too.
    ///   - deletesAtEnd: false keeps the last state, from which more epochs may go on.
    /// - Precondition: A number of batches is at least 1.
    public init(
        _ folder: String, saves frequency: Frequency = .afterEpochs, keepsPrevious: Bool = false,
        deletesAtEnd: Bool = true
    ) {
        if case .afterBatches(let count) = frequency {
            precondition(count > 0, "BackupAndRestore: a backup after \(count) batches; say 1 or more")
        }
        self.folder = folder
        self.frequency = frequency
        self.keepsPrevious = keepsPrevious
        self.deletesAtEnd = deletesAtEnd
    }

    private var latest: String { folder + "/latest.safetensors" }
    private var previous: String { folder + "/previous.safetensors" }
    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// Makes the folder and, where a state lies in it, brings the run to it.
    ///
    /// - Throws: `DataError` where the folder cannot be made or written to, or the state is damaged;
    ///   `TrainingError` where the state belongs to another model, data or settings.
    public func trainingBegins(_ run: TrainingRun) throws {
        batches = 0
        do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
            throw DataError(file: folder, "the folder cannot be made: \(error.localizedDescription)")
        }
        try checkWritable(latest)
        if let state = try read() { try run.restore(state) }
    }

    /// Saves where so many batches are done; they are counted over epochs.
    public func batchEnds(_ batch: Int, loss: Double, _ run: TrainingRun) throws {
        guard case .afterBatches(let count) = frequency else { return }
        batches += 1
        if batches % count == 0 { try save(run.state) }
    }

    /// Saves where it is to be done after epochs.
    public func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) throws {
        if frequency == .afterEpochs { try save(run.state) }
    }

    /// Removes the state, if that is wished; a run that is cancelled or fails keeps it.
    public func trainingEnds(_ run: TrainingRun) throws {
        guard deletesAtEnd else { return }
        for path in [latest, previous] where exists(path) { try FileManager.default.removeItem(atPath: path) }
        if try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty {
            try FileManager.default.removeItem(atPath: folder)
        }
    }

    private func save(_ state: TrainingState) throws {
        let progress = String(decoding: try JSONEncoder.ofAllNumbers.encode(state.progress), as: UTF8.self)
        // Between these two there is no latest state, but the previous one, which is then read.
        if keepsPrevious, exists(latest), rename(latest, previous) != 0 {
            throw DataError(file: previous, "cannot be written: \(SystemReason.last)")
        }
        try Safetensors(
            tensors: state.tensors, metadata: ["format": Self.format, "maker": TernVersion.maker, "progress": progress]
        ).write(to: latest)
    }

    /// The latest state that can be read; nil where there is none.
    private func read() throws -> TrainingState? {
        guard exists(latest) else { return exists(previous) ? try read(previous) : nil }
        do { return try read(latest) } catch {
            guard exists(previous) else { throw error }
            return try read(previous)
        }
    }

    private func read(_ path: String) throws -> TrainingState {
        let file = try Safetensors(contentsOf: path)
        guard file.metadata["format"] == Self.format, let text = file.metadata["progress"] else {
            throw DataError(file: path, "this file holds tensors, but not where a training run stands")
        }
        do {
            return TrainingState(
                progress: try JSONDecoder.ofAllNumbers.decode(TrainingState.Progress.self, from: Data(text.utf8)),
                tensors: file.tensors)
        } catch {
            throw DataError(file: path, "where the training run stands cannot be read: \(words(ofDecoding: error))")
        }
    }
}
