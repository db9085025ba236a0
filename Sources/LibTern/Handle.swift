import CTern
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What a pointer that C holds stands for. Its few bytes are never given back, and used again only when many others were
/// closed since, so that a pointer to what was closed is told and not followed.
struct Handle<Object: AnyObject>: @unchecked Sendable {
    private struct Body {
        var mark: UInt64, object: UnsafeMutableRawPointer?
    }

    private static var mark: UInt64 { 0x7465_726e ^ UInt64(UInt(bitPattern: ObjectIdentifier(Object.self))) }
    private let body: UnsafeMutablePointer<Body>

    /// Holds an object for C.
    static func holding(_ object: Object) -> OpaquePointer {
        let place = closed.withLock { $0.oldest() } ?? .allocate(byteCount: 16, alignment: 16)
        let body = place.bindMemory(to: Body.self, capacity: 1)
        body.initialize(to: Body(mark: mark, object: Unmanaged.passRetained(object).toOpaque()))
        return OpaquePointer(body)
    }

    /// - Throws: ``ArgumentError`` where the pointer is null, or what it stood for was closed.
    init(_ pointer: OpaquePointer?, _ name: String) throws {
        body = UnsafeMutablePointer(try given(pointer, name))
        guard body.pointee.mark == Self.mark else {
            throw ArgumentError("\(name) is none of this library's, or was closed")
        }
    }

    var object: Object { Unmanaged<Object>.fromOpaque(body.pointee.object!).takeUnretainedValue() }

    /// The same for calls that are not to touch its count of owners, on which threads would wait for each other.
    func withObject<R>(_ run: (Object) throws -> R) rethrows -> R {
        try Unmanaged<Object>.fromOpaque(body.pointee.object!)._withUnsafeGuaranteedRef(run)
    }

    func close() {
        Unmanaged<Object>.fromOpaque(body.pointee.object!).release()
        body.pointee = Body(mark: 0, object: nil)
        closed.withLock { $0.add(UnsafeMutableRawPointer(body)) }
    }
}

/// Places of what was closed, in a ring: the last so many serve nobody.
private struct ClosedPlaces: @unchecked Sendable {
    private static let resting = 65_536
    private var ring: [UnsafeMutableRawPointer] = [], next = 0
    private var free: [UnsafeMutableRawPointer] = []

    mutating func add(_ place: UnsafeMutableRawPointer) {
        guard ring.count == Self.resting else { return ring.append(place) }
        free.append(ring[next])
        ring[next] = place
        next = (next + 1) % ring.count
    }

    /// A place that may serve again; nil where all rest.
    mutating func oldest() -> UnsafeMutableRawPointer? { free.popLast() }
}

private let closed = Mutex(ClosedPlaces())
