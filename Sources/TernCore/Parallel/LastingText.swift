import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A text that lives as long as the process, so that a kernel's arguments, which are plain bytes, can hold it. Each text
/// is kept once.
struct LastingText: @unchecked Sendable {
    private static let known = Mutex<[String: LastingText]>([:])

    private let bytes: UnsafeMutablePointer<CChar>

    /// Nil only where there is no memory for it.
    init?(_ text: String) {
        let kept = Self.known.withLock { known -> LastingText? in
            if let one = known[text] { return one }
            let new = strdup(text).map(LastingText.init(bytes:))
            known[text] = new
            return new
        }
        guard let kept else { return nil }
        self = kept
    }

    private init(bytes: UnsafeMutablePointer<CChar>) { self.bytes = bytes }

    var text: String { String(cString: bytes) }
}
