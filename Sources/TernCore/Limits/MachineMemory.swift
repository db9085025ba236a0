#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif
import Synchronization

/// How much memory a process may have: the one place that answers "may I have so many bytes?".
///
/// What a file declares, or a user asks for, is compared with it before anything is allocated: an allocation that fails
/// ends the program, and one that succeeds beyond what is there has the kernel end it.
package enum MachineMemory {
    /// What is wrong with taking so many bytes more, nil where they can be had: "it needs 4.4 TB, and this machine has
    /// 25.3 GB of memory".
    ///
    /// - Parameter bytes: nil stands for more than can be counted, as `checkedProduct` gives it.
    package static func complaint(about bytes: Int?) -> String? {
        guard let bytes else { return "it needs more memory than any machine has" }
        // What always fits is not asked for.
        if bytes < 16 << 20 { return nil }
        func exceeds(_ limit: Int, _ used: Int) -> Bool { bytes > limit - min(used, limit) }
        let used = usage()
        if let physical, exceeds(physical, used.resident) {
            return
                "it needs \(words(bytes)), and this machine has \(words(physical)) of memory\(rest(physical, used.resident))"
        }
        if let limit = addressLimit, exceeds(limit, used.addresses) {
            return
                "it needs \(words(bytes)), and this process may have \(words(limit)) (ulimit -v)\(rest(limit, used.addresses))"
        }
        return nil
    }

    /// Ends with a message where so many bytes cannot be had; nil stands for more than could be.
    package static func require(_ bytes: Int?, for what: String) {
        if let complaint = complaint(about: bytes) { fail("\(what): \(complaint)") }
    }

    private static func rest(_ limit: Int, _ used: Int) -> String {
        used > limit / 10 ? ", of which \(words(used)) are in use" : ""
    }

    /// A number of bytes as people say it: "1.5 GB".
    package static func words(_ bytes: Int) -> String {
        let units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"]
        var size = Double(bytes), unit = 0
        while size >= 999.5, unit + 1 < units.count {
            size /= 1000
            unit += 1
        }
        if unit == 0 { return "\(bytes) bytes" }
        let tenths = Int((size * 10).rounded())
        return size < 99.95 && tenths % 10 != 0
            ? "\(tenths / 10).\(tenths % 10) \(units[unit])" : "\(Int(size.rounded())) \(units[unit])"
    }

    /// What the fuzzer leaves of the machine's memory, so that what asks for much is refused as on a small machine.
    package static let fuzzed = Atomic(Int.max)

    /// The machine's memory, or what its container (a control group) leaves to it.
    private static var physical: Int? { found.map { min($0, fuzzed.load(ordering: .relaxed)) } }

    private static let found: Int? = {
        let pages = sysconf(Int32(_SC_PHYS_PAGES)), page = sysconf(Int32(_SC_PAGESIZE))
        let machine = pages > 0 && page > 0 ? pages * page : nil
        let groups = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].compactMap(
            firstNumber)
        return ([machine] + groups).compactMap { $0 }.filter { $0 > 0 }.min()
    }()

    /// The greatest size of this process's addresses (`ulimit -v`), nil where it is not limited.
    private static var addressLimit: Int? {
        var limit = rlimit()
        #if canImport(Darwin)
        let code = getrlimit(RLIMIT_AS, &limit)
        #else
        let code = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
        #endif
        return code == 0 ? Int(exactly: limit.rlim_cur) : nil
    }

    /// What this process uses; 0 where nobody tells.
    private static func usage() -> (addresses: Int, resident: Int) {
        let numbers = text("/proc/self/statm")?.split(separator: " ").compactMap { Int($0) } ?? []
        let page = sysconf(Int32(_SC_PAGESIZE))
        return numbers.count > 1 ? (numbers[0] * page, numbers[1] * page) : (0, 0)
    }

    private static func firstNumber(_ path: String) -> Int? {
        text(path)?.split { $0 == "\n" || $0 == " " }.first.flatMap { Int($0) }
    }

    private static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(descriptor, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }
}
