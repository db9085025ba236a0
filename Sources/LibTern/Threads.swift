import CTern
import Synchronization
import Tern

/// The threads that this library computes with, where somebody chose them.
enum Threads {
    private static let chosen = Mutex<ThreadPool?>(nil)
    private static let isChosen = Atomic(false)

    /// One where what the environment says cannot be heeded.
    static var count: Int {
        chosen.withLock { $0?.threads } ?? ((try? HostSettings.check()) == nil ? 1 : ThreadPool.shared.threads)
    }

    static func choose(_ count: Int) {
        chosen.withLock { $0 = ThreadPool(threads: count) }
        isChosen.store(true, ordering: .releasing)
    }

    static func with<R>(_ body: () throws -> R) rethrows -> R {
        guard isChosen.load(ordering: .acquiring), let pool = chosen.withLock({ $0 }) else { return try body() }
        return try ThreadPool.with(pool, body)
    }
}

@c @implementation
public func tern_set_threads(_ count: Int32) -> tern_status {
    answering {
        guard (1...Machine.mostThreads).contains(Int(count)) else {
            throw ArgumentError("\(count) threads; give from 1 to \(Machine.mostThreads)")
        }
        Threads.choose(Int(count))
    }
}

@c @implementation
public func tern_threads() -> Int32 { Int32(Threads.count) }
