import Foundation
import TernFiles

/// A bar on the terminal that redraws itself, on standard error; nothing where that is none, or quiet is asked for.
package final class TerminalBar: @unchecked Sendable {
    package static var isTerminal: Bool { isatty(STDERR_FILENO) != 0 }

    private let isShown: Bool
    private var lastDrawn: ContinuousClock.Instant?
    private let width = 24
    private let clearing = "\r\u{1B}[K"

    package init(quiet: Bool) { isShown = !quiet && Self.isTerminal }

    /// - Parameters:
    ///   - share: from 0 to 1.
    ///   - isLast: whether it is drawn however short ago it was.
    package func draw(_ share: Double, isLast: Bool = false, _ text: @autoclosure () -> String) {
        let now = ContinuousClock.now
        guard isShown, isLast || lastDrawn.map({ now - $0 >= .milliseconds(60) }) ?? true else { return }
        lastDrawn = now
        let full = Int(max(0, min(1, share)) * Double(width))
        StandardStreams.error(
            clearing + String(repeating: "█", count: full) + String(repeating: "░", count: width - full) + text())
    }

    /// Leaves the line empty.
    package func clear() {
        guard isShown, lastDrawn != nil else { return }
        lastDrawn = nil
        StandardStreams.error(clearing)
    }

    // What failed is told on a line of its own.
    deinit { clear() }
}
