import Dispatch
import Foundation
import Tern
import TernExperiment

/// What a command does when it is asked to end: SIGINT (Ctrl-C), SIGTERM, and SIGUSR1, by which schedulers warn.
///
/// Work within ``finishing(_:)`` is cancelled: it finishes its step, keeps where it stands, and throws. A second signal,
/// and any other work, ends at once, such as a server (``serving(until:_:)``). Files that are half written are removed in
/// any case.
enum Interruption {
    private static let queue = DispatchQueue(label: "tern.signals")
    /// Both on the queue alone.
    nonisolated(unsafe) private static var work: Task<Void, any Error>?
    nonisolated(unsafe) private static var caught: Int32?, caughtAt = ContinuousClock.now
    nonisolated(unsafe) private static var farewell: (() -> String)?
    /// A handler may do no more than write the signal's number into a pipe.
    nonisolated(unsafe) private static var pipe: [Int32] = [-1, -1]
    nonisolated(unsafe) private static var source: (any DispatchSourceRead)?

    /// Listens from now on. Programs that a command starts hear signals as usual.
    static func prepare() {
        guard Foundation.pipe(&pipe) == 0 else { return }
        for end in pipe { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let source = DispatchSource.makeReadSource(fileDescriptor: pipe[0], queue: queue)
        source.setEventHandler {
            var number: UInt8 = 0
            if read(pipe[0], &number, 1) == 1 { hear(Int32(number)) }
        }
        source.resume()
        self.source = source
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
        if caught == nil, let work {
            (caught, caughtAt) = (number, .now)
            work.cancel()
            tell("ending with this step; once more ends at once")
            return
        }
        // `timeout` and schedulers send a signal to a process and to its group: that is one.
        if caught == number, ContinuousClock.now - caughtAt < .milliseconds(700) { return }
        if let farewell { tell(farewell()) }
        TemporaryFiles.removeAll()
        // As the shell knows it of a program that the signal itself ended.
        signal(number, SIG_DFL)
        kill(getpid(), number)
        _exit(128 + number)
    }

    /// Serves until a signal comes, which ends it at once: what others wait for has no last step.
    ///
    /// - Parameter end: lets go of what would outlive the process, and gives what is said.
    static func serving(until end: @escaping @Sendable () -> String, _ body: () throws -> Void) rethrows {
        queue.sync { farewell = end }
        try body()
    }

    /// Lets work end in order when a signal comes.
    ///
    /// - Throws: what `body` throws, and ``Interrupted`` where it was cancelled.
    static func finishing(_ body: @escaping () throws -> Void) throws {
        nonisolated(unsafe) let body = body
        let done = DispatchSemaphore(value: 0)
        nonisolated(unsafe) var failure: (any Error)?
        queue.sync {
            work = Task.detached {
                do { try body() } catch { failure = error }
                done.signal()
            }
        }
        done.wait()
        let number = queue.sync {
            work = nil
            return caught
        }
        guard let failure else { return }
        guard let number, failure is CancellationError || (failure as? InterruptedRun)?.reason is CancellationError
        else { throw failure }
        throw Interrupted(signal: number, description: failure is CancellationError ? "interrupted" : "\(failure)")
    }
}

/// The end of a command by a signal.
struct Interrupted: Error {
    let signal: Int32
    let description: String
}
