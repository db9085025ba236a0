extension ElementType {
    /// The value of elements that were never written; nil for those of a byte, which may be anything, and for texts.
    ///
    /// Source: `netcdf.h`, NC_FILL_*.
    var defaultFill: Double? {
        switch self {
        case .short: -32767
        case .ushort: 65535
        case .int: -2_147_483_647
        case .uint: 4_294_967_295
        // The nearest doubles, in which these numbers are compared.
        case .int64: -0x1p63
        case .uint64: 0x1p64
        case .float, .double: 9.969_209_968_386_869e36
        case .byte, .ubyte, .char, .string, .other: nil
        }
    }
}
