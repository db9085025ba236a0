import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What a program would have ended with, caught by ``catchingFailure(_:)``.
///
/// ```swift
/// do {
///     _ = try catchingFailure { Tensor([1, 2, 3]).reshaped([2, 2]) }
/// } catch let failure as CaughtFailure {
///     print(failure)      // 3 elements of shape [3] cannot take the shape [2, 2]
/// }
/// ```
public struct CaughtFailure: Error, CustomStringConvertible, Equatable {
    /// The message with which the program would have ended: the operation and the shapes.
    public let description: String
}

/// Calls `body` so that a mistake that would end the program is thrown.
///
/// ```swift
/// let lengths = [4, 3]                    // of a file
/// let model = try catchingFailure { Sequential(input: [12]) { Reshape(lengths) } }
/// model.outputs[0].shape                  // [4, 3]
/// ```
///
/// A mistake in a program ends it; the same mistake in what a file asks for, such as layers that do not fit together,
/// is an error of the file. Swift cannot unwind a function that does not throw, so `body` runs on a thread of its own,
/// which sleeps for ever where it fails: what it held is lost. That is the price of an error, and of nothing else; it
/// is meant for what is built from files, not for loops.
///
/// Failures on other threads and traps of Swift itself are not caught.
///
/// - Throws: ``CaughtFailure`` with the message, and what `body` throws.
public func catchingFailure<R>(_ body: @escaping () throws -> R) throws -> R {
    let attempt = Attempt<R>(body)
    guard startThread(stackSize: 8 << 20, attempt.main) == 0 else {
        // Without a thread there is nothing to catch with.
        return try body()
    }
    return try attempt.wait()
}

/// What a thread does, and how its end is told.
class AnyAttempt: @unchecked Sendable {
    @TaskLocal fileprivate static var current: AnyAttempt?

    // What the tasks of this thread hold for those within.
    private let pool = ThreadPool.current, planTesting = PlanTesting.current
    private let isOver = Atomic(false)
    private let sleep = Sleep()
    fileprivate var failure: CaughtFailure?

    fileprivate func run() {}

    @Sendable fileprivate func main() {
        Self.$current.withValue(self) {
            PlanTesting.$current.withValue(planTesting) { ThreadPool.with(pool) { run() } }
        }
        end()
    }

    private func end() {
        isOver.store(true, ordering: .sequentiallyConsistent)
        sleep.wakeAll()
    }

    fileprivate func waitForEnd() { sleep.wait { !isOver.load(ordering: .sequentiallyConsistent) } }

    /// Whether a failure of this thread is caught. What fails then must hold no lock.
    static var isUnderWay: Bool { current != nil }

    /// Ends the attempt of this thread, if it is one; then it does not return.
    static func endWithFailure(_ message: String) {
        guard let attempt = current else { return }
        attempt.failure = CaughtFailure(description: message)
        attempt.end()
        while true { pause() }
    }
}

private final class Attempt<R>: AnyAttempt, @unchecked Sendable {
    private let body: () throws -> R
    private var result: Result<R, any Error>?

    init(_ body: @escaping () throws -> R) { self.body = body }

    override func run() { result = Result { try body() } }

    func wait() throws -> R {
        waitForEnd()
        if let failure { throw failure }
        return try result!.get()
    }
}
