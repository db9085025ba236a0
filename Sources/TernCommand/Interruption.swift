import Foundation
import Synchronization
import Tern
import TernExperiment

/// What a command does when it is asked to end: SIGINT (Ctrl-C), SIGTERM, and SIGUSR1, by which schedulers warn.
///
/// Work within ``finishing(_:)`` is cancelled: it finishes its step, keeps where it stands, and throws. A second signal,
/// and any other work, ends at once, such as a server (``serving(until:_:)``). Files that are half written are removed in
/// any case.
enum Interruption {
    private struct State {
        var work: Task<Void, any Error>?
        var caught: Int32?, caughtAt = ContinuousClock.now
        var farewell: (@Sendable () -> String)?
        /// Does this process's work.
        var child: pid_t?
    }

    private static let state = Mutex(State())
    /// A handler may do no more than write the signal's number into a pipe.
    nonisolated(unsafe) private static var pipe: [Int32] = [-1, -1]
    /// Why signals are not heard; nil where they are.
    nonisolated(unsafe) private static var complaint: String?

    /// Listens from now on, on a thread of its own. Programs that a command starts hear signals as usual.
    static func prepare() {
        guard Foundation.pipe(&pipe) == 0 else { return complaint = "no pipe can be made: \(SystemReason.last)" }
        for end in pipe { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let code = startThread(stackSize: 512 << 10) {
            var number: UInt8 = 0
            while read(pipe[0], &number, 1) == 1 { hear(Int32(number)) }
        }
        guard code == 0 else { return complaint = "no thread can be started: \(SystemReason.text(code))" }
        // Whoever started the command may have blocked them in its thread.
        var heard = sigset_t()
        sigemptyset(&heard)
        for number in [SIGINT, SIGTERM, SIGUSR1] {
            sigaddset(&heard, number)
            signal(number) { number in
                let error = errno
                var byte = UInt8(number)
                _ = write(Interruption.pipe[1], &byte, 1)
                errno = error
            }
        }
        sigprocmask(SIG_UNBLOCK, &heard, nil)
    }

    private static func hear(_ number: Int32) {
        state.withLock { state in
            if state.caught == nil, let work = state.work {
                (state.caught, state.caughtAt) = (number, .now)
                work.cancel()
                tell("ending with this step; once more ends at once")
                return
            }
            // `timeout` and schedulers send a signal to a process and to its group: that is one.
            if state.caught == number, ContinuousClock.now - state.caughtAt < .milliseconds(700) { return }
            // It hears of the keyboard's signals by itself, which are one with this.
            if let child = state.child { kill(child, number) }
            if let farewell = state.farewell { tell(farewell()) }
            TemporaryFiles.removeAll()
            // As the shell knows it of a program that the signal itself ended.
            signal(number, SIG_DFL)
            kill(getpid(), number)
            _exit(128 + number)
        }
    }

    /// Serves until a signal comes, which ends it at once: what others wait for has no last step.
    ///
    /// - Parameter end: lets go of what would outlive the process, and gives what is said.
    static func serving(until end: @escaping @Sendable () -> String, _ body: () throws -> Void) rethrows {
        state.withLock { $0.farewell = end }
        try body()
    }

    /// Waits for a process that does this one's work, and hears of the signals that end this one.
    static func waiting<R>(for child: pid_t, _ body: () throws -> R) rethrows -> R {
        state.withLock { $0.child = child }
        defer { state.withLock { $0.child = nil } }
        return try body()
    }

    /// Lets work end in order when a signal comes. It runs on this thread: others may not be had.
    ///
    /// - Throws: what `body` throws, and ``Interrupted`` where it was cancelled.
    static func finishing(_ body: @escaping () throws -> Void) throws {
        if let complaint {
            tell(
                "warning: a signal ends this at once, not with a step: \(complaint) (ulimit -u, -v and -n say what may be)"
            )
        }
        nonisolated(unsafe) let body = body
        nonisolated(unsafe) var failure: (any Error)?
        let here = CallingThread()
        state.withLock {
            $0.work = Task.detached(executorPreference: here) { do { try body() } catch { failure = error } }
        }
        here.run()
        let number = state.withLock { state in
            state.work = nil
            return state.caught
        }
        guard let failure else { return }
        guard let number, failure is CancellationError || (failure as? InterruptedRun)?.reason is CancellationError
        else { throw failure }
        throw Interrupted(signal: number, description: failure is CancellationError ? "interrupted" : "\(failure)")
    }
}

/// Runs a task, which never waits for another, where ``run()`` is called.
private final class CallingThread: TaskExecutor {
    private let job = Mutex<UnownedJob?>(nil)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        self.job.withLock { $0 = job }
    }

    func run() { job.withLock { $0.take() }?.runSynchronously(on: asUnownedTaskExecutor()) }
}

/// The end of a command by a signal.
struct Interrupted: Error {
    let signal: Int32
    let description: String
}
