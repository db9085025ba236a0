import CTernKernels
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The threads that run computations: one per processor, or as many as `TERN_NUM_THREADS` says.
///
/// ```swift
/// let a = Tensor.random([100, 100], seed: 0)
/// let one = ThreadPool.withThreads(1) { matmul(a, a) }
/// one == matmul(a, a)                     // true: the number of threads changes no bit
/// ```
///
/// A job is handed over by a counter that idle threads watch for some microseconds before they sleep, so that a fork
/// and join inside a training loop costs about half a microsecond. Work is cut into pieces by its shape alone, never by
/// the number of threads, and each piece computes the same bits wherever it runs.
public final class ThreadPool: @unchecked Sendable {
    /// The pool that all computations share, unless ``withThreads(_:_:)`` chose another. The program ends where
    /// `TERN_NUM_THREADS` or `TERN_ISA` cannot be heeded.
    public static let shared = ThreadPool(threads: ThreadPool.defaultThreads)

    /// How many threads run a job, the caller's included.
    public let threads: Int

    /// The present job: its number (from bit 32 on), whether threads may still join (bit 31)
    /// and how many have. A thread that the system runs late never joins, so nobody waits for it.
    private let ticket = Atomic<UInt64>(0)
    private static let open: UInt64 = 1 << 31
    private static let joined: UInt64 = open - 1
    private let busy = Atomic<Bool>(false)
    private let isStopping = Atomic<Bool>(false)
    typealias Job = @convention(c) (_ context: UnsafeMutableRawPointer, _ thread: Int) -> Void
    private var job: (body: Job, context: UnsafeMutableRawPointer)?
    private let sleep = Sleep()
    private var started = false
    private let patience: Int
    /// What kernels of the present job say that cannot go on.
    let failure = KernelFailure()

    static var defaultThreads: Int {
        if let complaint = Machine.complaint { fail(complaint) }
        return Machine.wantedThreads ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    package init(threads: Int) {
        self.threads = max(1, threads)
        // More threads than processors: watching would take the time of those who work.
        patience = threads <= sysconf(Int32(_SC_NPROCESSORS_ONLN)) ? 4000 : 50
    }

    /// Runs `body(context, 0)` here and `body(context, 1)`, ... on as many other threads as come
    /// in time, and waits for those that came. Nil, with nothing done, where the pool is busy.
    ///
    /// Thread 0 alone must be able to do all the work. Allocates nothing.
    func tryRun(_ context: UnsafeMutableRawPointer, _ body: @escaping Job) -> JobEnd? {
        guard threads > 1, !busy.exchange(true, ordering: .acquiring) else { return nil }
        defer { busy.store(false, ordering: .releasing) }
        startIfNeeded()
        job = (body, context)
        let number = (ticket.load(ordering: .relaxed) >> 32) &+ 1
        ticket.store(number << 32 | Self.open, ordering: .sequentiallyConsistent)
        sleep.wakeAll()
        failure.collecting { body(context, 0) }
        ticket.bitwiseAnd(~Self.open, ordering: .acquiringAndReleasing)
        wait { ticket.load(ordering: .acquiring) & Self.joined == 0 }
        job = nil
        return failure.take().map { .failed($0) } ?? .done
    }

    /// How a job ended: done, or with what a kernel said.
    enum JobEnd {
        case done
        case failed(String)
    }

    /// Calls `body` on pieces of `0..<count`, each of at most `grain`, on all threads.
    package func forEachPiece(of count: Int, grain: Int, _ body: (Int, Int) -> Void) {
        let pieces = (count + grain - 1) / grain
        let next = Atomic<Int>(0)
        func run() {
            while true {
                let piece = next.add(1, ordering: .relaxed).oldValue
                if piece >= pieces { return }
                body(piece * grain, min(count, (piece + 1) * grain))
            }
        }
        if pieces < 2 { return run() }
        let ran = withoutActuallyEscaping(run) { run in
            var work: () -> Void = run
            return withUnsafeMutablePointer(to: &work) {
                tryRun($0) { context, _ in context.assumingMemoryBound(to: (() -> Void).self).pointee() }
            }
        }
        switch ran {
        case .done: break
        case .failed(let message): fail(message)
        case nil: run()
        }
    }

    /// Watches for a condition that another thread is about to bring about.
    func wait(until done: () -> Bool) {
        var turns = 0
        while !done() {
            turns += 1
            if turns < patience { tern_spin_hint() } else { sched_yield() }
        }
    }

    /// Lets the other threads end; the pool must not run a job any more.
    private func stop() {
        isStopping.store(true, ordering: .releasing)
        ticket.add(1 << 32, ordering: .sequentiallyConsistent)
        sleep.wakeAll()
    }

    /// Where the system gives no more threads, those that there are do the work.
    private func startIfNeeded() {
        if started { return }
        started = true
        for index in 1..<threads where startThread({ [self] in work(index) }) != 0 { return }
    }

    /// What runs on this thread finds this pool, which is busy, so that work within work goes on in line.
    private func work(_ index: Int) { ThreadPool.with(self) { failure.collecting { takeJobs(index) } } }

    private func takeJobs(_ index: Int) {
        var seen: UInt64 = 0
        while true {
            var turns = 0
            while ticket.load(ordering: .acquiring) >> 32 == seen {
                turns += 1
                if turns < patience { tern_spin_hint(); continue }
                sleep.wait { ticket.load(ordering: .sequentiallyConsistent) >> 32 == seen }
            }
            if isStopping.load(ordering: .acquiring) { return }
            var now = ticket.load(ordering: .acquiring)
            seen = now >> 32
            while now & Self.open != 0, now >> 32 == seen {
                let (joined, actual) = ticket.compareExchange(
                    expected: now, desired: now + 1, ordering: .acquiringAndReleasing)
                if joined {
                    if let job { job.body(job.context, index) }
                    ticket.subtract(1, ordering: .releasing)
                    break
                }
                now = actual
            }
        }
    }
}

extension ThreadPool {
    /// The pool for the current task: the shared one, unless another was chosen.
    @TaskLocal private static var chosen: ThreadPool?

    package static var current: ThreadPool { chosen ?? shared }

    /// Runs `body` with another thread's pool.
    package static func with<R>(_ pool: ThreadPool, _ body: () throws -> R) rethrows -> R {
        try $chosen.withValue(pool, operation: body)
    }

    /// Runs `body` with `threads` threads, the caller's included, in place of the shared pool; numbers below 1 count as
    /// 1.
    ///
    /// The choice holds for what `body` calls on its own task. The other threads are started when first needed and end
    /// with it.
    public static func withThreads<R>(_ threads: Int, _ body: () throws -> R) rethrows -> R {
        let pool = ThreadPool(threads: threads)
        defer { pool.stop() }
        return try $chosen.withValue(pool, operation: body)
    }
}
