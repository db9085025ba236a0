import Foundation
import TernData
import TernText

/// A state that is written anew from time to time: whole, with a checksum, and on the disk before the one before it is
/// lost.
package struct CheckpointFile {
    /// The file of the latest state.
    package static let latestName = "latest.safetensors"
    private static let previousName = "previous.safetensors"
    /// What the file says of its form.
    let format: String
    /// Whether the state before the latest stays.
    let keepsPrevious: Bool
    let latest: String
    private let previous: String, next: String

    /// - Parameter name: "" for `latest.safetensors`, `previous.safetensors`; else `NAME.latest.safetensors`.
    init(in folder: String, _ name: String = "", format: String, keepsPrevious: Bool) {
        (self.format, self.keepsPrevious) = (format, keepsPrevious)
        let start = name.isEmpty ? folder + "/" : "\(folder)/\(name)."
        latest = start + Self.latestName
        previous = start + Self.previousName
        next = start + "next.safetensors"
    }

    /// Whether a path is that of a state, of whatever kind.
    static func isState(_ path: String) -> Bool { [latestName, previousName].contains(where: path.hasSuffix) }

    private func has(_ path: String) -> Bool { Destination.type(at: path) != nil }

    /// Whether there is a state.
    var exists: Bool { has(latest) || has(previous) }

    /// Puts a state in the place of the latest.
    ///
    /// - Throws: `DataError` where it cannot be written; what was there is then still there.
    func write(_ progress: Data, _ tensors: [String: Tensor]) throws {
        let file = Safetensors(
            tensors: tensors,
            metadata: [
                "format": format, "maker": TernVersion.maker, "progress": String(decoding: progress, as: UTF8.self),
            ])
        // A link leads to what is none of its own.
        for path in [latest, next] where Destination.type(at: path) == .typeSymbolicLink {
            guard unlink(path) == 0 else { throw DataError(file: path, "cannot be replaced: \(SystemReason.last)") }
        }
        guard keepsPrevious, has(latest) else { return try file.write(to: latest, hasChecksum: true) }
        // One of both is there at any moment.
        try file.write(to: next, hasChecksum: true)
        guard rename(latest, previous) == 0, rename(next, latest) == 0 else {
            throw DataError(file: latest, "cannot be written: \(SystemReason.last)")
        }
        try Disk.sync(parentOf: latest)
    }

    /// The latest state that can be read; nil where there is none.
    ///
    /// - Parameter tells: whether it is told that an older one takes its place, from which work goes on.
    /// - Throws: `DataError` where none can be read.
    func read<State>(
        tells: Bool = true, _ state: (_ progress: Data, _ tensors: [String: Tensor]) throws -> State
    ) throws -> State? {
        func read(_ path: String) throws -> State {
            // Reading a pipe would wait for its writer.
            guard Destination.type(at: path) == .typeRegular else {
                throw DataError(file: path, "this is no plain file")
            }
            let file = try Safetensors(contentsOf: path)
            guard file.metadata["format"] == format, let text = file.metadata["progress"] else {
                throw DataError(file: path, "this file holds tensors, but not where a training run stands")
            }
            do { return try state(Data(text.utf8), file.tensors) } catch {
                throw DataError(
                    file: path, "where the training run stands cannot be read: \(words(ofDecoding: error))")
            }
        }
        guard exists else { return nil }
        var complaint: String?
        if has(latest) {
            do { return try read(latest) } catch { complaint = "\(error)" }
        }
        do {
            guard has(previous) else { throw DataError(file: previous, "there is no such file") }
            let found = try read(previous)
            if tells, let complaint {
                StandardStreams.tell("warning: \(complaint); training goes on from the state before")
            }
            return found
        } catch {
            throw DataError(
                file: latest,
                "where training stood cannot be read: \(complaint ?? "\(error)"); remove this file and \(FilePath.parts(previous).name) to train this part anew"
            )
        }
    }

    /// Removes all states.
    func remove() throws {
        for path in [latest, previous, next] where has(path) { try FileManager.default.removeItem(atPath: path) }
    }
}

/// When a state is to be kept again, by the clock, and what became of it.
struct CheckpointClock {
    /// When work began or a state was kept, and how long keeping took.
    private var keptAt = ContinuousClock.now, cost = Duration.milliseconds(10)
    /// What was told last of a state that could not be kept.
    private var complaint: String?

    /// Whether so many seconds have passed, or, of nil, ten and so many that keeping costs less than 1 % of them.
    func isDue(after seconds: Double?) -> Bool {
        ContinuousClock.now - keptAt >= (seconds.map { .seconds($0) } ?? max(.seconds(10), cost * 100))
    }

    /// Whether keeping is worth its time where there is no other chance.
    var isWorthwhile: Bool { ContinuousClock.now - keptAt >= cost * 100 }

    /// Keeps a state, and measures that.
    mutating func keep(_ body: () throws -> Void) rethrows {
        let begin = ContinuousClock.now
        defer {
            keptAt = .now
            cost = keptAt - begin
        }
        try body()
    }

    /// Keeps a state, or tells why it cannot be, once for each reason: work goes on.
    ///
    /// - Parameter told: the sentence of a reason.
    mutating func keepIfPossible(_ body: () throws -> Void, told: (_ reason: String) -> String) {
        do { try keep(body) } catch {
            let reason = "\(error)"
            if reason != complaint { StandardStreams.tell("warning: \(told(reason))") }
            complaint = reason
        }
    }

    /// Work begins.
    mutating func begin() { (keptAt, complaint) = (.now, nil) }
}
