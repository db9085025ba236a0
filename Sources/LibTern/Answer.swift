import CTern
import Synchronization
import Tern
import TernKeras

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// An argument of a call that is missing or does not fit.
struct ArgumentError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Values in the caller's arrays that cannot be used; the message speaks of the caller's names as they are.
struct ValuesError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Does what a function of tern.h promises, and answers how it ended; the message is kept for the thread.
func answering(_ body: () throws -> Void) -> tern_status {
    FloatEnvironment.enter()
    defer { FloatEnvironment.leave() }
    do {
        try HostSettings.check()
        try body()
        return TERN_OK
    } catch {
        LastMessage.keep(words(of: error))
        return switch error {
        case is ArgumentError: TERN_BAD_ARGUMENT
        // What a program was to make a model of is no file.
        case let error as DataError where error.file == KerasParts.source: TERN_BAD_ARGUMENT
        case is DataError: TERN_BAD_FILE
        case is CancellationError: TERN_CANCELLED
        default: TERN_BAD_DATA
        }
    }
}

/// What is said of an error. What files hold is spoken of as it is.
private func words(of error: any Error) -> String {
    switch error {
    case is CancellationError: "the progress function asked to stop"
    case let error as DataError where error.file != KerasParts.source: error.description
    case let error as ValuesError: error.description
    default: OutwardWords.of("\(error)")
    }
}

/// The same where a mistake would end the program: shapes that do not fit, numbers beyond memory.
func answeringCaught(_ body: @escaping () throws -> Void) -> tern_status { answering { try catchingFailure(body) } }

/// What the environment of the host process asks for (`TERN_NUM_THREADS`, `TERN_ISA`).
enum HostSettings {
    private static let areHeeded = Atomic(false)

    /// - Throws: ``ArgumentError`` where it cannot be heeded, which would end the process at the first computation.
    static func check() throws {
        if areHeeded.load(ordering: .relaxed) { return }
        if let complaint = Machine.complaint { throw ArgumentError(complaint) }
        // They are what they are from now on, whatever becomes of the environment.
        _ = ThreadPool.shared
        areHeeded.store(true, ordering: .relaxed)
    }
}

/// Of each thread, what was wrong with its last call that failed.
enum LastMessage {
    private static let texts = ThreadText()
    nonisolated(unsafe) private static let none = strdup("")!

    static func keep(_ text: String) { texts.keep(text.isEmpty ? "it failed" : text) }

    static var text: UnsafePointer<CChar> { texts.pointer ?? UnsafePointer(none) }
}

/// What stands at a pointer that must not be null.
func given<T>(_ value: T?, _ name: String) throws -> T {
    guard let value else { throw ArgumentError("\(name) is null") }
    return value
}

func text(_ pointer: UnsafePointer<CChar>?, _ name: String) throws -> String {
    guard let text = String(validatingCString: try given(pointer, name)) else {
        throw ArgumentError("\(name) is no UTF-8 text")
    }
    return text
}

@c @implementation
public func tern_error_message() -> UnsafePointer<CChar>! { LastMessage.text }

nonisolated(unsafe) private let version = strdup(TernVersion.current)!

@c @implementation
public func tern_version() -> UnsafePointer<CChar>! { UnsafePointer(version) }
