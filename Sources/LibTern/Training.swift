import CTern
import Synchronization
import Tern

/// Training on a thread of its own, so that what would end the program is an error, while the caller's thread is told
/// of epochs.
struct Training {
    let progress: tern_progress_function?, context: UnsafeMutableRawPointer?

    /// - Parameter body: is given who listens; nil where nobody does.
    /// - Throws: what `body` throws; `CancellationError` where the listener asked to stop.
    func run(_ body: @escaping (Listener?) throws -> Void) throws {
        guard let progress else { return try catchingFailure { try body(nil) } }
        let listener = Listener()
        nonisolated(unsafe) let work = body
        let started = startThread(stackSize: 512 << 10) {
            let result = Result {
                try catchingFailure {
                    try FitWork.$stop.withValue(listener.stop) { try work(listener) }
                }
            }
            listener.end(result)
        }
        guard started == 0 else { throw ArgumentError("a thread could not be started (error \(started))") }
        while let news = listener.next() {
            let logs =
                news.logs.isEmpty
                ? nil : LastingCopy(try CallResult.json(.object(news.logs.mapValues(ParameterValue.number))))
            var described = tern_progress(
                epoch: Int64(news.epoch), epochs: Int64(news.epochs), loss: news.loss,
                validation_loss: news.validation, logs: logs?.pointer)
            let stops = withExtendedLifetime(logs) {
                FloatEnvironment.inHosts { progress(context, &described) != 0 }
            }
            listener.goOn(stops: stops)
        }
        try listener.result!.get()
    }

    /// Where the work waits while the caller looks at an epoch.
    final class Listener: @unchecked Sendable {
        /// Nothing to look at, an epoch, or the end.
        private let state = Atomic(0)
        fileprivate let stop = FitStop()
        private let sleep = Sleep()
        private var news: EpochNews?
        private(set) var result: Result<Void, any Error>?

        var isStopped: Bool { stop.isAsked }

        func tell(_ epoch: EpochNews) {
            news = epoch
            state.store(1, ordering: .sequentiallyConsistent)
            sleep.wakeAll()
            sleep.watch { state.load(ordering: .sequentiallyConsistent) == 1 }
        }

        /// Tells of an epoch, from 1, of a network.
        ///
        /// - Throws: `CancellationError` where the caller asks to stop.
        func tell(_ epoch: Int, of epochs: Int, _ logs: [String: Double]) throws {
            tell(
                EpochNews(
                    epoch: epoch, epochs: epochs, loss: logs["loss"] ?? .nan, validation: logs["val_loss"] ?? .nan,
                    logs: logs))
            if isStopped { throw CancellationError() }
        }

        fileprivate func end(_ result: Result<Void, any Error>) {
            self.result = result
            state.store(2, ordering: .sequentiallyConsistent)
            sleep.wakeAll()
        }

        /// The next epoch; nil at the end.
        fileprivate func next() -> EpochNews? {
            sleep.watch { state.load(ordering: .sequentiallyConsistent) == 0 }
            return state.load(ordering: .sequentiallyConsistent) == 1 ? news : nil
        }

        fileprivate func goOn(stops: Bool) {
            if stops { stop.ask() }
            state.store(0, ordering: .sequentiallyConsistent)
            sleep.wakeAll()
        }
    }
}
