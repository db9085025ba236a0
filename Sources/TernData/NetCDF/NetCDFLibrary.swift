import CNetCDF
import Foundation

/// The door to netCDF-C, which one thread at a time may use.
package enum NetCDFLibrary {
    private static let lock = NSLock()

    package static func locked<R>(_ body: () throws -> R) rethrows -> R {
        lock.lock()
        defer { lock.unlock() }
        _ = silence?(0, nil, nil)
        return try body()
    }

    /// HDF5's `H5Eset_auto2`, which stops it from printing what netCDF-C expects to fail. It counts for one thread, and
    /// netCDF-C calls it in the first alone.
    private typealias Silence = @convention(c) (Int64, UnsafeRawPointer?, UnsafeRawPointer?) -> Int32
    private static let silence = function("H5Eset_auto2", Silence.self)

    /// A function of HDF5, nil where it is not there. It is loaded with netCDF-C, but Debian names it otherwise than
    /// others do, so it is looked up rather than linked: among what this library sees, which a program that loads it
    /// need not see.
    package static func function<F>(_ name: String, _ type: F.Type) -> F? {
        #if os(Linux)
        let everything: UnsafeMutableRawPointer? = nil  // RTLD_DEFAULT
        #else
        let everything = UnsafeMutableRawPointer(bitPattern: -2)
        #endif
        return dlsym(everything, name).map { unsafeBitCast($0, to: type) }
    }

    /// The same.
    ///
    /// - Throws: ``Absent`` where it is not there.
    static func required<F>(_ name: String, _ type: F.Type = F.self) throws -> F {
        guard let found = function(name, type) else { throw Absent() }
        return found
    }

    struct Absent: Error {}

    static func message(_ code: Int32) -> String {
        let text = String(cString: nc_strerror(code))
        return text.hasPrefix("NetCDF: ") ? String(text.dropFirst(8)) : text
    }

    /// A name that the library writes into a buffer.
    static func name(_ body: (UnsafeMutablePointer<CChar>) throws -> Void) rethrows -> String {
        var buffer = [CChar](repeating: 0, count: Int(NC_MAX_NAME) + 1)
        try buffer.withUnsafeMutableBufferPointer { try body($0.baseAddress!) }
        return string(buffer)
    }

    /// The text before the first zero.
    static func string(_ characters: some Sequence<CChar>) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension ElementType {
    init(netCDF type: nc_type) {
        self =
            switch type {
            case NC_BYTE: .byte
            case NC_CHAR: .char
            case NC_SHORT: .short
            case NC_INT: .int
            case NC_FLOAT: .float
            case NC_DOUBLE: .double
            case NC_UBYTE: .ubyte
            case NC_USHORT: .ushort
            case NC_UINT: .uint
            case NC_INT64: .int64
            case NC_UINT64: .uint64
            case NC_STRING: .string
            default: .other
            }
    }

    var netCDF: nc_type {
        switch self {
        case .byte: NC_BYTE
        case .char: NC_CHAR
        case .short: NC_SHORT
        case .int: NC_INT
        case .float: NC_FLOAT
        case .double: NC_DOUBLE
        case .ubyte: NC_UBYTE
        case .ushort: NC_USHORT
        case .uint: NC_UINT
        case .int64: NC_INT64
        case .uint64: NC_UINT64
        case .string: NC_STRING
        case .other: NC_NAT
        }
    }
}
