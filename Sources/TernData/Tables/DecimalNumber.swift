/// Decimal numbers in bytes, rounded to the nearest `Double` as `strtod` does.
///
/// Three ways, by what the number needs: one operation on two exact doubles (W. D. Clinger,
/// "How to read floating point numbers accurately", 1990); 128 bits of an exact product or
/// quotient with a power of five; and the standard library for the rest.
struct DecimalNumber: @unchecked Sendable {
    private let tens: UnsafePointer<Double>  // 10^0...10^22, which are exact
    private let fives: UnsafePointer<UInt64>  // 5^0...5^27, which fit into 64 bits
    /// Before the fraction.
    private var point = Byte.dot

    private static let shared = DecimalNumber(tables: ())

    init(point: UInt8 = Byte.dot) {
        self = Self.shared
        self.point = point
    }

    private init(tables: Void) {
        let tens = UnsafeMutablePointer<Double>.allocate(capacity: 23)
        let fives = UnsafeMutablePointer<UInt64>.allocate(capacity: 28)
        tens[0] = 1
        fives[0] = 1
        for i in 1...22 { tens[i] = tens[i - 1] * 10 }
        for i in 1...27 { fives[i] = fives[i - 1] * 5 }
        self.tens = UnsafePointer(tens)
        self.fives = UnsafePointer(fives)
    }

    /// Reads `[+-] digits [. digits] [e [+-] digits]` at `start` into `value`; the byte after the
    /// number, or nil where there is none.
    ///
    /// - Precondition: The bytes end with one that no number contains.
    @inline(__always)
    func scan(_ start: UnsafePointer<UInt8>, into value: inout Double) -> UnsafePointer<UInt8>? {
        var p = start
        let negative = p.pointee == Byte.minus
        if negative || p.pointee == Byte.plus { p += 1 }
        var mantissa: UInt64 = 0
        let first = p
        while let digit = Self.digit(p.pointee) {
            mantissa = mantissa &* 10 &+ digit
            p += 1
        }
        var digits = p - first
        var exponent = 0
        if p.pointee == point {
            p += 1
            let fraction = p
            while let digit = Self.digit(p.pointee) {
                mantissa = mantissa &* 10 &+ digit
                p += 1
            }
            exponent = fraction - p
            digits -= exponent
        }
        if digits == 0 { return nil }
        if p.pointee | 0x20 == Byte.e { p = scanExponent(p, into: &exponent) }

        if digits <= 19, mantissa <= 1 << 53, exponent >= -22, exponent <= 22 {
            let m = Double(mantissa)
            let magnitude = exponent < 0 ? m / tens[0 &- exponent] : m * tens[exponent]
            value = negative ? -magnitude : magnitude
            return p
        }
        value = wide(mantissa, digits, exponent, negative, UnsafeBufferPointer(start: start, count: p - start))
        return p
    }

    @inline(__always)
    private static func digit(_ byte: UInt8) -> UInt64? {
        let digit = byte &- 0x30
        return digit <= 9 ? UInt64(digit) : nil
    }

    /// Adds the exponent at the `e` to `exponent`; stays at the `e` where no digits follow.
    @inline(never)
    private func scanExponent(_ e: UnsafePointer<UInt8>, into exponent: inout Int) -> UnsafePointer<UInt8> {
        var p = e + 1
        let negative = p.pointee == Byte.minus
        if negative || p.pointee == Byte.plus { p += 1 }
        guard Self.digit(p.pointee) != nil else { return e }
        var written = 0
        while let digit = Self.digit(p.pointee) {
            written = min(written * 10 + Int(digit), 1_000_000)
            p += 1
        }
        exponent += negative ? -written : written
        return p
    }

    @inline(never)
    private func wide(
        _ mantissa: UInt64, _ digits: Int, _ exponent: Int, _ negative: Bool, _ text: UnsafeBufferPointer<UInt8>
    ) -> Double {
        guard digits <= 19, (-27...27).contains(exponent) else {
            return Double(String(decoding: text.map { $0 == point ? Byte.dot : $0 }, as: UTF8.self)) ?? .nan
        }
        let magnitude: Double
        if mantissa == 0 {
            magnitude = 0
        } else if exponent < 0 {
            // Both scaled to start with a 1 bit: 63 or 64 bits of quotient, the rest as a last bit that
            // only breaks ties.
            let five = fives[-exponent]
            let (m, d) = (mantissa.leadingZeroBitCount, five.leadingZeroBitCount)
            let scaled = mantissa << m
            let (quotient, rest) = (five << d).dividingFullWidth((scaled >> 1, scaled << 63))
            magnitude = Self.scaled(quotient | (rest == 0 ? 0 : 1), by: d - m - 63 + exponent)
        } else {
            let (high, low) = mantissa.multipliedFullWidth(by: fives[exponent])
            if high == 0 {
                magnitude = Self.scaled(low, by: exponent)
            } else {
                let shift = high.leadingZeroBitCount
                let top = shift == 0 ? high : high << shift | low >> (64 - shift)
                magnitude = Self.scaled(top | (low << shift == 0 ? 0 : 1), by: 64 - shift + exponent)
            }
        }
        return negative ? -magnitude : magnitude
    }

    /// `Double(integer)` times a power of two, which is exact in the range used here.
    private static func scaled(_ integer: UInt64, by power: Int) -> Double {
        Double(integer) * Double(bitPattern: UInt64(1023 + power) << 52)
    }
}

/// The bytes that separate and shape cells.
enum Byte {
    static let tab = UInt8(ascii: "\t"), newline = UInt8(ascii: "\n"), carriageReturn = UInt8(ascii: "\r")
    static let blank = UInt8(ascii: " "), quote = UInt8(ascii: "\""), hash = UInt8(ascii: "#")
    static let comma = UInt8(ascii: ",")
    static let plus = UInt8(ascii: "+"), minus = UInt8(ascii: "-"), dot = UInt8(ascii: "."), e = UInt8(ascii: "e")
}
