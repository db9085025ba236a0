import Foundation
import TernData
import TernLearn
import TernText

/// A folder in which fits of estimators keep what they have done, made when something is to be kept.
///
/// ```swift
/// let folder = try FitFolder("co2.safetensors.training") { try JSONEncoder().encode(arguments) }
/// try folder.keeping { try model.fit(x, y) }  // hours; when the process was killed, the same again goes on
/// try folder.remove()
/// ```
package final class FitFolder: FitCheckpoints, @unchecked Sendable {
    package let path: String
    private let description: () throws -> Data
    private let frequency: BackupAndRestore.Frequency
    private let guarding = NSLock()
    private var state = State()

    private struct State {
        var clock = CheckpointClock()
        var count = 0
        var complaint: String?
        var lock: FolderLock?
    }

    private static let format = "tern.fit/1", descriptionFile = "fit.json"

    /// A folder for new work, or the one that work like this left.
    ///
    /// - Parameters:
    ///   - frequency: how often it is kept; batches and epochs are those that the work itself counts.
    ///   - description: what the work is, as JSON, asked for where something is kept first.
    /// - Throws: `DataError` where another process works in it.
    package init(
        _ path: String, frequency: BackupAndRestore.Frequency = .automatic, description: @escaping () throws -> Data
    ) throws {
        (self.path, self.description, self.frequency) = (path, description, frequency)
        if FileManager.default.fileExists(atPath: path) {
            state.lock = try FolderLock(path)
            TemporaryFiles.removeAbandoned(in: path)
        }
    }

    /// What the work is that a folder holds; nil where it holds none.
    package static func description(in path: String) -> Data? {
        FileManager.default.contents(atPath: "\(path)/\(descriptionFile)")
    }

    /// Whether anything is kept.
    package var exists: Bool { Self.description(in: path) != nil }

    /// Does work whose fits are kept, and gone on with.
    package func keeping<R>(_ body: () throws -> R) rethrows -> R {
        guarding.withLock { state.clock.begin() }
        return try FitWork.keeping(self, body)
    }

    /// Removes all that was kept: the work is done.
    package func remove() throws {
        try guarding.withLock {
            if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
            state.lock = nil
        }
    }

    private func file(_ name: String) -> CheckpointFile {
        CheckpointFile(in: path, name, format: Self.format, keepsPrevious: true)
    }

    // MARK: Checkpoints

    package func isDue() -> Bool {
        guarding.withLock {
            state.count += 1
            return switch frequency {
            case .automatic: state.clock.isDue(after: nil)
            case .afterSeconds(let seconds): state.clock.isDue(after: seconds)
            case .afterEpochs(let count), .afterBatches(let count): state.count % count == 0
            }
        }
    }

    package func kept<Kept: Codable>(_ name: String, as type: Kept.Type) throws -> Kept? {
        try file(name).read { progress, tensors in
            let decoder = JSONDecoder.ofAllNumbers
            decoder.userInfo[TensorsAside.key] = TensorsAside(tensors)
            return try decoder.decode(Kept.self, from: progress)
        }
    }

    package func keep<Kept: Codable>(_ name: String, _ value: Kept) {
        guarding.withLock {
            do {
                var clock = state.clock
                defer { state.clock = clock }
                try clock.keep {
                    try begin()
                    let encoder = JSONEncoder.ofAllNumbers, aside = TensorsAside()
                    encoder.userInfo[TensorsAside.key] = aside
                    let progress = try encoder.encode(value)
                    try file(name).write(progress, aside.tensors)
                }
            } catch {
                let text = "\(error)"
                if text != state.complaint {
                    StandardStreams.tell("warning: where the fit stands cannot be kept: \(text); it goes on")
                }
                state.complaint = text
            }
        }
    }

    /// Makes the folder and says what it is of.
    private func begin() throws {
        if state.lock != nil, exists { return }
        do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
            throw DataError(file: path, "the folder cannot be made: \(error.localizedDescription)")
        }
        if state.lock == nil { state.lock = try FolderLock(path) }
        try writeAtomically(description(), to: "\(path)/\(Self.descriptionFile)")
    }
}
