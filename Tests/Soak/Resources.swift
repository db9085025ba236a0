import Foundation

/// What the process holds, as Linux tells it.
struct Resources: CustomStringConvertible {
    let memory: Double, threads: Int, files: Int

    /// nil where the system does not tell.
    static var now: Resources? {
        guard let pages = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " "),
            pages.count > 1, let resident = Double(pages[1]),
            let threads = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count,
            let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        else { return nil }
        return Resources(
            memory: resident * Double(sysconf(Int32(_SC_PAGESIZE))) / 1_048_576, threads: threads, files: files)
    }

    var description: String { String(format: "%8.1f MiB  %3d threads  %3d files", memory, threads, files) }
}

/// Looks at the process at intervals, and says whether it grew from the first half of its looks to the second.
struct Watch {
    private var seen: [Resources] = []
    private let every: Int
    /// What both halves may differ by without having grown: memory that its allocator keeps, in MiB, and threads of the
    /// system's pools, which come and go.
    private let slack = (memory: 6.0, threads: 4, files: 4)

    /// - Parameter count: of all rounds; the first tenth warms up.
    init(count: Int) { every = max(1, count / 20) }

    mutating func look(after round: Int, _ what: String) {
        guard round % every == 0, let now = Resources.now else { return }
        print("\(what) \(round): \(now)")
        fflush(nil)
        seen.append(now)
    }

    /// Growth in words; nil where there is none.
    var growth: String? {
        let warm = seen.dropFirst(2), early = warm.prefix(warm.count / 2), late = warm.dropFirst(warm.count / 2)
        guard !early.isEmpty else {
            return "there was nothing to compare: too few rounds, or a system that does not tell"
        }
        func most<T: Comparable>(_ part: ArraySlice<Resources>, _ value: KeyPath<Resources, T>) -> T {
            part.map { $0[keyPath: value] }.max()!
        }
        func grown<T: Comparable & Numeric>(_ name: String, _ value: KeyPath<Resources, T>, _ slack: T) -> String? {
            let (before, after) = (most(early, value), most(late, value))
            return after > before + slack ? "\(name) grew from \(before) to \(after)" : nil
        }
        return grown("memory in MiB", \.memory, slack.memory) ?? grown("threads", \.threads, slack.threads)
            ?? grown("open files", \.files, slack.files)
    }
}
