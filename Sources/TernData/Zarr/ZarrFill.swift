import Foundation

/// The value of what was never written.
///
/// Source: Zarr core specification version 3, "fill_value", and storage specification version 2, "Fill value encoding".
struct ZarrFill {
    /// As it would be stored, the lowest byte first; empty for texts of any length.
    let bytes: [UInt8]
    /// Of numbers that have one.
    var number: Double?
    var text = ""
    /// Whether the store says it; else there are zeros that nobody may see.
    let isGiven: Bool

    /// - Parameter value: as JSON gave it; nothing stands for zeros.
    init(_ value: Any?, _ type: ZarrType) throws {
        func unknown() -> ZarrUnknown {
            let words = String(describing: value!).prefix(40)
            return ZarrUnknown(
                description:
                    "its fill_value \(words) is none of its type that Tern knows; write it as a number or a text")
        }
        isGiven = !(value == nil || value is NSNull)
        guard let value, isGiven else {
            bytes = [UInt8](repeating: 0, count: type.storedSize)
            return
        }
        switch type {
        case .fixedText(let length, let isWide):
            let text = value as? String ?? ""
            // Bytes are written in base64, but once were written as they are.
            let stored =
                isWide
                ? text.unicodeScalars.flatMap { $0.value.littleEndianBytes }
                : [UInt8](Data(base64Encoded: text) ?? Data(text.utf8))
            bytes = Array((stored + [UInt8](repeating: 0, count: type.storedSize)).prefix(length * (isWide ? 4 : 1)))
        case .variableText:
            bytes = []
            text = value as? String ?? ""
        case .date, .duration:
            let count = value as? String == "NaT" ? Int64.min : (value as? NSNumber)?.int64Value
            guard let count else { throw unknown() }
            bytes = count.littleEndianBytes
            if case .date(let unit) = type { number = Double(unit.count(count)) } else { number = Double(count) }
        case .half:
            if let bits = Self.bits(value) {
                bytes = UInt16(truncatingIfNeeded: bits).littleEndianBytes
                number = Double(ElementFormat.half(UInt16(truncatingIfNeeded: bits)))
            } else {
                guard let wanted = ZarrJSON.number(value) else { throw unknown() }
                bytes = Self.half(wanted).littleEndianBytes
                number = wanted
            }
        case .number(.float):
            if let bits = Self.bits(value) {
                bytes = UInt32(truncatingIfNeeded: bits).littleEndianBytes
                number = Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
            } else {
                guard let wanted = ZarrJSON.number(value) else { throw unknown() }
                bytes = Float(wanted).bitPattern.littleEndianBytes
                number = wanted
            }
        case .number(.double):
            guard let wanted = Self.bits(value).map(Double.init(bitPattern:)) ?? ZarrJSON.number(value) else {
                throw unknown()
            }
            bytes = wanted.bitPattern.littleEndianBytes
            number = wanted
        case .number(let element):
            guard let wanted = ZarrJSON.number(value),
                let integer = element.number as? any (FixedWidthInteger & StoredNumber).Type
            else {
                throw unknown()
            }
            bytes = Self.bytes(value, wanted, as: integer)
            number = wanted
        }
    }

    /// The bits of a number that is written in hexadecimal digits.
    private static func bits(_ value: Any) -> UInt64? {
        guard let text = value as? String, text.hasPrefix("0x") else { return nil }
        return UInt64(text.dropFirst(2), radix: 16)
    }

    /// An integer exactly, where a double would not hold it.
    private static func bytes<N: FixedWidthInteger & StoredNumber>(_ value: Any, _ nearest: Double, as _: N.Type)
        -> [UInt8]
    {
        let number = value as? NSNumber
        let exact =
            number.flatMap { Int64(exactly: $0) }.flatMap { N(exactly: $0) }
            ?? number.flatMap { UInt64(exactly: $0) }.flatMap { N(exactly: $0) }
        return (exact ?? N(nearest: nearest)).littleEndianBytes
    }

    /// The nearest number of 16 bits, of those few that there are.
    private static func half(_ value: Double) -> UInt16 {
        let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
        if value.isNaN { return 0x7E00 }
        // Half a step above the largest finite one.
        if abs(value) >= 65520 { return sign | 0x7C00 }
        func distance(_ half: UInt16) -> Double { abs(Double(ElementFormat.half(half)) - abs(value)) }
        return sign | (0..<UInt16(0x7C00)).min { distance($0) < distance($1) }!
    }
}
