#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Memory aligned to 64 bytes, freed with the object. Written only while it has one owner.
final class Storage: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
    let byteCount: Int

    /// Uninitialised memory of `byteCount` bytes, the size rounded up to whole cache lines.
    ///
    /// Ends with a message where memory does not hold them.
    init(byteCount: Int) {
        MachineMemory.require(byteCount, for: "memory for a tensor")
        self.byteCount = byteCount
        pointer = UnsafeMutableRawPointer.allocate(
            byteCount: max(64, (byteCount + 63) & ~63), alignment: 64)
        useLargePages(pointer, byteCount: byteCount)
    }

    deinit { pointer.deallocate() }

    static func zeros(byteCount: Int) -> Storage {
        let storage = Storage(byteCount: byteCount)
        memset(storage.pointer, 0, max(64, (byteCount + 63) & ~63))
        return storage
    }

    func copy() -> Storage {
        let other = Storage(byteCount: byteCount)
        memcpy(other.pointer, pointer, byteCount)
        return other
    }
}

extension TensorSpec {
    /// New memory for the elements as plans take it: aligned for vectors, a cache line at least.
    package func allocate() -> UnsafeMutableRawPointer { .allocate(byteCount: max(64, byteCount), alignment: 64) }
}

/// Asks for large pages where memory is: first writes to it cost half its time otherwise.
package func useLargePages(_ pointer: UnsafeMutableRawPointer, byteCount: Int) {
    #if os(Linux)
    if byteCount < 4 << 20 { return }
    let page = sysconf(Int32(_SC_PAGESIZE)), start = (Int(bitPattern: pointer) + page - 1) / page * page
    madvise(UnsafeMutableRawPointer(bitPattern: start), Int(bitPattern: pointer) + byteCount - start, MADV_HUGEPAGE)
    #endif
}

/// Ends the program with one message that is shown in release builds too; within ``catchingFailure(_:)`` the message is
/// thrown.
@inline(never)
@usableFromInline
package func fail(_ message: String) -> Never {
    AnyAttempt.endWithFailure(message)
    // What was printed before would be lost in a pipe.
    fflush(nil)
    fatalError("Tern: \(message)")
}
