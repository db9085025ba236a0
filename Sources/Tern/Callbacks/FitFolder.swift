import Foundation
import TernData
import TernLearn
import TernText

/// A folder in which fits of estimators keep what they have done, for as long as they take.
///
/// ```swift
/// let folder = try FitFolder("co2.safetensors.training", of: arguments)
/// try folder.keeping { try model.fit(x, y) }  // hours; when the process was killed, the same again goes on
/// try folder.remove()
/// ```
package final class FitFolder: FitCheckpoints, @unchecked Sendable {
    package let path: String
    private let frequency: BackupAndRestore.Frequency
    /// Of what is kept, the work's hash included: states of other work are none of it.
    private let format: String
    private let lock: FolderLock
    private let guarding = NSLock()
    private var clock = CheckpointClock(), count = 0

    /// What the folder's name adds to that of the file that the work is to write.
    package static let ending = ".training"
    /// The file that says what the work is.
    package static let descriptionFile = "fit.json"
    /// Where those who watch see its epochs.
    package static let epochsFile = "epochs.csv"

    /// A folder for new work, or the one that this work left. Other processes are kept out of it.
    ///
    /// - Parameters:
    ///   - description: what the work is, as JSON.
    ///   - goesOn: whether what is kept is gone on with; else there must be nothing.
    ///   - frequency: how often it is kept; batches and epochs are those that the work itself counts.
    /// - Throws: `DataError` where another process works in it, something is kept and not to be gone on with, or it
    ///   cannot be made.
    package init(
        _ path: String, of description: Data, goesOn: Bool = false,
        frequency: BackupAndRestore.Frequency = .automatic, otherwise remedy: String = "remove the folder"
    ) throws {
        (self.path, self.frequency) = (path, frequency)
        format = "tern.fit/1 \(SHA256.digits(of: description))"
        try Self.checkOwn(path)
        try makeFolder(path)
        lock = try FolderLock(path)
        TemporaryFiles.removeAbandoned(in: path)
        guard goesOn || !Self.hasStates(in: path) else {
            throw DataError(file: path, "this holds what is kept of a fit that was interrupted; \(remedy)")
        }
        if !goesOn { try writeAtomically(description, to: "\(path)/\(Self.descriptionFile)") }
    }

    /// What the work is that a folder holds; nil where it holds none.
    package static func description(in path: String) -> Data? {
        FileManager.default.contents(atPath: "\(path)/\(descriptionFile)")
    }

    private static func names(in path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    private static func isOwn(_ name: String) -> Bool {
        [descriptionFile, epochsFile, FolderLock.name].contains(name) || name.hasSuffix(".safetensors")
            || TemporaryFiles.isTemporary(name)
    }

    /// A folder of another's is not worked in.
    private static func checkOwn(_ path: String) throws {
        try Destination.refuseLinks(in: path, ", where the fit keeps what it has done; name another model with -o")
        if let other = names(in: path).first(where: { !isOwn($0) }) {
            throw DataError(
                file: path,
                "this folder holds \"\(other)\", which is of no fit; move it elsewhere, or name another model with -o")
        }
    }

    private static func hasStates(in path: String) -> Bool {
        names(in: path).contains { $0.hasSuffix(".safetensors") }
    }

    /// Whether anything is kept.
    package var isUsed: Bool { Self.hasStates(in: path) }

    /// Does work whose fits are kept, and gone on with.
    package func keeping<R>(_ body: () throws -> R) rethrows -> R {
        guarding.withLock { clock.begin() }
        return try FitWork.keeping(self, body)
    }

    /// Removes all that was kept: the work is done, or nothing of it is worth keeping. What others put there stays.
    package func remove() throws {
        for name in Self.names(in: path) where Self.isOwn(name) {
            try FileManager.default.removeItem(atPath: "\(path)/\(name)")
        }
        rmdir(path)
    }

    private func file(_ name: String) -> CheckpointFile {
        CheckpointFile(in: path, name, format: format, keepsPrevious: true)
    }

    // MARK: Checkpoints

    package func isDue() -> Bool {
        guarding.withLock {
            count += 1
            return switch frequency {
            case .automatic: clock.isDue(after: nil)
            case .afterSeconds(let seconds): clock.isDue(after: seconds)
            case .afterEpochs(let every), .afterBatches(let every): count % every == 0
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
            clock.keepIfPossible({
                let encoder = JSONEncoder.ofAllNumbers, aside = TensorsAside()
                encoder.userInfo[TensorsAside.key] = aside
                let progress = try encoder.encode(value)
                try file(name).write(progress, aside.tensors)
            }) { "where the fit stands cannot be kept: \($0); it goes on" }
        }
    }
}
