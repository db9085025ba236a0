import CTernKernels
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Where threads sleep until something has changed. Waking costs nothing while none does.
///
/// What they wait for must be an atomic that is written, before waking, and read in sequential consistency.
package final class Sleep: @unchecked Sendable {
    private let sleepers = Atomic<Int>(0)
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    package init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(condition)
        mutex.deallocate()
        condition.deallocate()
    }

    package func wait(while idle: () -> Bool) {
        pthread_mutex_lock(mutex)
        sleepers.add(1, ordering: .sequentiallyConsistent)
        while idle() { pthread_cond_wait(condition, mutex) }
        sleepers.subtract(1, ordering: .sequentiallyConsistent)
        pthread_mutex_unlock(mutex)
    }

    /// The same, which looks for some microseconds before it sleeps: waking would cost more than what comes soon.
    package func watch(while idle: () -> Bool) {
        var turns = 0
        while idle() {
            turns += 1
            guard turns < 500 else { return wait(while: idle) }
            tern_spin_hint()
        }
    }

    package func wakeAll() {
        if sleepers.load(ordering: .sequentiallyConsistent) == 0 { return }
        pthread_mutex_lock(mutex)
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }
}
