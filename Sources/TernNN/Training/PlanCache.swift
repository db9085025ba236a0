import Foundation
import TernCore

/// Plans of training steps that have ended, for the next of the same kind.
///
/// A plan holds its own buffers, so it serves one step at a time: it is taken out and put back.
final class PlanCache: @unchecked Sendable {
    static let shared = PlanCache()

    private let lock = NSLock()
    private var plans: [(name: String, plan: Plan)] = []
    private let capacity = 16

    func take(_ name: String) -> Plan? {
        lock.withLock {
            plans.lastIndex { $0.name == name }.map { plans.remove(at: $0).plan }
        }
    }

    /// Keeps a plan; the oldest goes where there are too many.
    func put(_ plan: Plan, _ name: String) {
        lock.withLock {
            plans.append((name, plan))
            if plans.count > capacity { plans.removeFirst() }
        }
    }
}
