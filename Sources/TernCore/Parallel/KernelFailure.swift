import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What a kernel says that meets values with which it cannot go on, such as an index out of range.
///
/// A kernel cannot throw, and may run on any thread: it reports and returns. The run ends after the stage, and whoever
/// started it is told, on a thread where the failure can be caught (``catchingFailure(_:)``).
final class KernelFailure: @unchecked Sendable {
    private let isSet = Atomic(false)
    private let message = Mutex<String?>(nil)

    var hasHappened: Bool { isSet.load(ordering: .acquiring) }

    /// The first report, which is then forgotten.
    func take() -> String? {
        guard hasHappened else { return nil }
        isSet.store(false, ordering: .relaxed)
        return message.withLock { text in
            defer { text = nil }
            return text
        }
    }

    /// Where reports of this thread go while `body` runs.
    @inline(__always)
    func collecting<R>(_ body: () -> R) -> R {
        let before = pthread_getspecific(Self.key)
        pthread_setspecific(Self.key, Unmanaged.passUnretained(self).toOpaque())
        defer { pthread_setspecific(Self.key, before) }
        return body()
    }

    /// Called by a kernel, which then returns. Where nobody collects reports, it ends the program.
    @inline(never)
    static func report(_ text: String) {
        guard let pointer = pthread_getspecific(key) else { fail(text) }
        let failure = Unmanaged<KernelFailure>.fromOpaque(pointer).takeUnretainedValue()
        failure.message.withLock { if $0 == nil { $0 = text } }
        failure.isSet.store(true, ordering: .releasing)
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()
}
