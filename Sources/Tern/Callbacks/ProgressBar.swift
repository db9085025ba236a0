import Foundation
import TernNN
import TernText

/// Shows how far training is: a bar on a terminal, a line now and then in a pipe, nothing where quiet is asked for.
/// Writes to standard error.
package final class ProgressLine: @unchecked Sendable {
    private let total: Int
    private let isQuiet: Bool
    private let bar: TerminalBar
    private let start = ContinuousClock.now
    private var nextLine = 1

    package init(total: Int, quiet: Bool) {
        self.total = total
        isQuiet = quiet
        bar = TerminalBar(quiet: quiet)
    }

    /// - Parameter done: how many of the total, with the share of one that is under way.
    package func update(_ done: Double, _ text: String) {
        if isQuiet { return }
        let step = Int(done)
        if TerminalBar.isTerminal {
            bar.draw(
                done / Double(max(1, total)), isLast: done >= Double(total),
                " \(step)/\(total)  \(text)\(timeLeft(done, ContinuousClock.now))")
        } else if step >= nextLine {
            // In a pipe: epochs 1, 2, 5, 10, 20, 50, ...
            StandardStreams.error("epoch \(step)/\(total)  \(text)\n")
            var decade = 1
            while decade * 10 <= step { decade *= 10 }
            nextLine = step < 2 * decade ? 2 * decade : step < 5 * decade ? 5 * decade : 10 * decade
        }
    }

    /// Such as ", 2 min left"; nothing in the first seconds, which tell little.
    private func timeLeft(_ done: Double, _ now: ContinuousClock.Instant) -> String {
        let passed = (now - start) / .seconds(1), left = passed / max(done, 1e-9) * (Double(total) - done)
        guard passed > 3, left >= 1 else { return "" }
        return left < 90
            ? ", \(Int(left)) s left"
            : left < 5400 ? ", \(Int(left / 60)) min left" : String(format: ", %.1f h left", left / 3600)
    }

    /// Leaves a last line.
    package func finish(_ text: String) {
        if isQuiet { return }
        let seconds = Double((ContinuousClock.now - start) / .milliseconds(1)) / 1000
        bar.clear()
        StandardStreams.error("\(text) (\(String(format: "%.2f", seconds)) s)\n")
    }
}

/// Shows the epochs of a training run on standard error: a bar on a terminal, a line now and then in a pipe.
///
/// ```swift
/// let x = Tensor([[0.0], [1], [2], [3]]), y = Tensor([[1.0], [3], [5], [7]])
/// let model = Sequential(input: [1]) { Dense(1) }
/// model.compile(optimizer: SGD(learningRate: 0.1), loss: .meanSquaredError)
/// try model.fit(x, y, epochs: 2, callbacks: [ProgressBar()])  // on standard error
/// ```
///
/// In a pipe it tells of epochs 1, 2, 5, 10, 20, 50 and so on; at the end, how many epochs there were, the last loss
/// and metrics, and the seconds.
public final class ProgressBar: Callback {
    private var progress: ProgressLine?
    private var epoch = 0, text = ""

    /// A bar for one training after the other.
    public init() {}

    /// Begins at nothing.
    public func trainingBegins(_ run: TrainingRun) {
        progress = ProgressLine(total: run.epochs, quiet: false)
        text = ""
    }

    /// Notes the epoch.
    public func epochBegins(_ epoch: Int, _ run: TrainingRun) { self.epoch = epoch }

    /// Moves the bar within the epoch, on a terminal; drawn at most every 60 milliseconds.
    public func batchEnds(_ batch: Int, loss: Double, _ run: TrainingRun) {
        guard batch + 1 < run.batchCount else { return }
        let shown = text.isEmpty ? "loss \(short(loss))" : text
        if TerminalBar.isTerminal {
            progress?.update(Double(epoch) + Double(batch + 1) / Double(run.batchCount), shown)
        }
    }

    /// Shows the epoch's loss and metrics.
    public func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) {
        text = logs.sorted { $0.key < $1.key }.map { "\($0.key) \(short($0.value))" }.joined(
            separator: "  ")
        progress?.update(Double(epoch + 1), text)
    }

    /// Leaves a last line.
    public func trainingEnds(_ run: TrainingRun) { progress?.finish("\(epoch + 1) epochs  \(text)") }
}
