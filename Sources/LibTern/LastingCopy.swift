import Foundation

/// A text that C holds as long as its owner does.
final class LastingCopy: @unchecked Sendable {
    let pointer: UnsafePointer<CChar>
    init(_ text: String) { pointer = UnsafePointer(strdup(text)!) }
    deinit { free(UnsafeMutablePointer(mutating: pointer)) }
}

/// A text that C holds, of each thread its own: until the thread's next one, or its end.
final class ThreadText: Sendable {
    private let key: pthread_key_t

    init() {
        var key = pthread_key_t()
        pthread_key_create(&key) { free($0) }
        self.key = key
    }

    @discardableResult
    func keep(_ text: String) -> UnsafePointer<CChar> {
        free(pthread_getspecific(key))
        let copy = strdup(text)!
        pthread_setspecific(key, copy)
        return UnsafePointer(copy)
    }

    /// The thread's text; nil before any.
    var pointer: UnsafePointer<CChar>? {
        pthread_getspecific(key).map { UnsafePointer($0.assumingMemoryBound(to: CChar.self)) }
    }
}
