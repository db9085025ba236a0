import Foundation
import Tern

/// How far a benchmark is, on standard error: a bar on a terminal, a line every ten seconds in a pipe.
final class BenchmarkProgress {
    private let parts: Int
    private let bar = TerminalBar(quiet: false)
    private var done = 0
    private var lastLine = ContinuousClock.now

    /// - Parameter parts: of all cases.
    init(parts: Int) { self.parts = parts }

    /// Notes what a part is at.
    ///
    /// - Parameter share: how much of the part is done.
    func update(_ work: String, _ part: String, _ share: Double, _ text: @autoclosure () -> String) {
        let now = ContinuousClock.now
        let place = "\(work), \(part) (part \(done + 1) of \(parts))"
        if TerminalBar.isTerminal {
            bar.draw((Double(done) + share) / Double(max(1, parts)), " \(place): \(text())")
        } else if now - lastLine >= .seconds(10) {
            tell("\(place): \(text())")
            lastLine = now
        }
    }

    /// Ends a part; what is printed has the terminal's line to itself.
    func partEnds() {
        done += 1
        bar.clear()
    }
}
