import Foundation
import Tern
import TernFiles
import TernText

/// The losses of a training that is under way, a line for each epoch, for who watches it: `epochs.csv` beside its
/// checkpoints.
///
/// Nothing of a training reads it, and it goes with the folder. Lines are added a few times a second at most, so that
/// watching costs nothing. A training that goes on from a checkpoint takes back the epochs behind it, and counts the
/// seconds on. Where it cannot be written that is told once, and training goes on.
package final class EpochLog {
    /// In the folder of a network's checkpoints, or of a fit.
    package static let name = FitFolder.epochsFile
    private static let pause = Duration.milliseconds(200)

    private let path: String
    private var file: FileHandle?
    private var names: [String] = [], pending = "", isBroken = false
    private var began = ContinuousClock.now, flushed = ContinuousClock.now, before = 0.0

    /// A log in a folder that exists when the first epoch ends.
    package init(in folder: String) { path = folder + "/" + Self.name }

    deinit { flush() }

    /// Adds an epoch, counted from 1.
    ///
    /// - Parameter epochs: how many there are to be at most.
    package func record(_ epoch: Int, of epochs: Int, _ values: [String: Double]) {
        guard !isBroken else { return }
        do {
            if file == nil { try open(before: epoch, values.keys.sorted()) }
            let cells = names.map { values[$0].map { "\($0)" } ?? "" }
            let seconds = before + (ContinuousClock.now - began) / .seconds(1)
            pending +=
                ([String(epoch), String(epochs), String(format: "%.3f", seconds)] + cells)
                .joined(separator: ",") + "\n"
        } catch {
            isBroken = true
            StandardStreams.tell("warning: the epochs cannot be watched: \(error); training goes on")
        }
        if ContinuousClock.now - flushed > Self.pause || epoch == 1 { flush() }
    }

    /// Writes what is not written yet.
    package func flush() {
        guard let file, !pending.isEmpty else { return }
        try? file.write(contentsOf: Data(pending.utf8))
        (pending, flushed) = ("", .now)
    }

    /// Keeps of an earlier process's lines those of earlier epochs.
    private func open(before epoch: Int, _ found: [String]) throws {
        names = found
        let head = (["epoch", "epochs", "seconds"] + names.map { $0.csvField() }).joined(separator: ",")
        var lines = [head]
        let type = Destination.type(at: path)
        guard type == nil || type == .typeRegular else { throw DataError(file: path, "this is no plain file") }
        if type != nil, let text = try? String(contentsOfFile: path, encoding: .utf8) {
            let present = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
            if present.first == head {
                for line in present.dropFirst() {
                    let cells = line.split(separator: ",", omittingEmptySubsequences: false)
                    guard cells.count == names.count + 3, let number = Int(cells[0]), number < epoch else { break }
                    lines.append(line)
                    before = Double(cells[2]) ?? before
                }
            }
        }
        try writeAtomically(Data((lines.joined(separator: "\n") + "\n").utf8), to: path)
        guard let opened = FileHandle(forWritingAtPath: path) else {
            throw DataError(file: path, "cannot be written: \(SystemReason.last)")
        }
        try opened.seekToEnd()
        file = opened
    }
}

/// Tells a log of each epoch of a network.
final class EpochWatcher: Callback {
    private let log: EpochLog

    init(in folder: String) { log = EpochLog(in: folder) }

    func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) {
        log.record(epoch + 1, of: run.epochs, logs)
    }

    func trainingEnds(_ run: TrainingRun) { log.flush() }
}
