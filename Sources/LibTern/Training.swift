import CTern
import Foundation
import Tern

/// Trains on a task of its own, so that it can be cancelled, and tells of epochs on the thread that called.
struct Training: @unchecked Sendable {
    let progress: tern_progress_function?, context: UnsafeMutableRawPointer?

    /// - Parameter body: is given what to tell of an epoch; nil where nobody listens.
    /// - Throws: what `body` throws; `CancellationError` where the listener asked to stop.
    func run(_ body: @escaping @Sendable ((@Sendable (EpochNews) -> Void)?) throws -> Void) throws {
        guard let progress else { return try body(nil) }
        let relay = Relay()
        let work = Task.detached(priority: .userInitiated) {
            relay.end(Result { try body { relay.tell($0) } })
        }
        while let news = relay.next() {
            var described = tern_progress(
                epoch: Int64(news.epoch), epochs: Int64(news.epochs), loss: news.loss,
                validation_loss: news.validation)
            if progress(context, &described) != 0 { work.cancel() }
            relay.goOn()
        }
        try relay.result!.get()
    }

    /// Where the task waits while the caller looks at an epoch.
    private final class Relay: @unchecked Sendable {
        private let condition = NSCondition()
        private var news: EpochNews?
        private(set) var result: Result<Void, any Error>?

        func tell(_ epoch: EpochNews) {
            condition.withLock {
                news = epoch
                condition.broadcast()
                while news != nil { condition.wait() }
            }
        }

        func end(_ result: Result<Void, any Error>) {
            condition.withLock {
                self.result = result
                condition.broadcast()
            }
        }

        /// The next epoch; nil at the end.
        func next() -> EpochNews? {
            condition.withLock {
                while news == nil, result == nil { condition.wait() }
                return news
            }
        }

        func goOn() {
            condition.withLock {
                news = nil
                condition.broadcast()
            }
        }
    }
}
