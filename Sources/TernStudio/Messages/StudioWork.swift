import Foundation
import Synchronization

/// A computation for a page: its way to tell how far it is, and to hear that nobody waits any more.
package final class StudioWork: Sendable {
    /// Bytes that came with the request: a file dropped on the page.
    package let attachment: Data?
    /// What the studio was started with.
    package let setup: StudioSetup
    private let abandoned = Atomic(false)
    private let lastReport = Mutex(ContinuousClock.now)
    private let tell: @Sendable (_ key: String, _ value: any Encodable) -> Void
    private let waiting: @Sendable () -> Int

    package init(
        attachment: Data? = nil, setup: StudioSetup = StudioSetup(), waiting: @escaping @Sendable () -> Int = { 0 },
        tell: @escaping @Sendable (_ key: String, _ value: any Encodable) -> Void = { _, _ in }
    ) {
        self.attachment = attachment
        self.setup = setup
        self.tell = tell
        self.waiting = waiting
    }

    /// Whether the page closed, or asked for the end of it.
    package var isAbandoned: Bool { abandoned.load(ordering: .relaxed) }

    /// Asks for the end of it.
    package func abandon() { abandoned.store(true, ordering: .relaxed) }

    /// Says how much is done, ten times a second at most. To be called between pieces of a few milliseconds.
    ///
    /// - Parameter share: from 0 to 1.
    /// - Throws: `CancellationError` where the work is abandoned.
    package func report(_ share: Double) throws {
        try checkAbandoned()
        let isDue = lastReport.withLock { last in
            guard ContinuousClock.now - last > .milliseconds(100) else { return false }
            last = .now
            return true
        }
        if isDue { tell("progress", share) }
    }

    /// Sends an intermediate result, such as a network after an epoch. It is left out where the page has not read the
    /// last ones, so that a slow page sees fewer.
    ///
    /// - Returns: whether it was sent.
    /// - Throws: `CancellationError` where the work is abandoned.
    @discardableResult
    package func send(_ part: some Encodable) throws -> Bool {
        try checkAbandoned()
        guard waiting() < 4 else { return false }
        tell("part", part)
        return true
    }

    /// - Throws: `CancellationError` where the work is abandoned.
    package func checkAbandoned() throws { if isAbandoned { throw CancellationError() } }
}
