import Foundation

private let powersOfTen: [Double] = (0...22).map { pow(10, Double($0)) }

/// The double nearest to a decimal number, nil where the bytes are no number.
///
/// Up to 2⁵³ and 10^±22 both factors are exact, so that one multiplication or division rounds
/// rightly (Clinger, "How to read floating point numbers accurately", PLDI 1990); `strtod` does the rest.
func parseNumber(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    let count = text.count
    var i = 0, isNegative = false
    if i < count, text[i] == 45 || text[i] == 43 {
        isNegative = text[i] == 45
        i += 1
    }
    var mantissa: UInt64 = 0, digits = 0, significant = 0, scale = 0
    while i < count, case let d = text[i] &- 48, d < 10 {
        if significant < 19 { mantissa = mantissa &* 10 &+ UInt64(d); if mantissa > 0 { significant += 1 } } else { significant += 1; scale += 1 }
        digits += 1
        i += 1
    }
    if i < count, text[i] == 46 {
        i += 1
        while i < count, case let d = text[i] &- 48, d < 10 {
            if significant < 19 { mantissa = mantissa &* 10 &+ UInt64(d); scale -= 1; if mantissa > 0 { significant += 1 } } else { significant += 1 }
            digits += 1
            i += 1
        }
    }
    if digits == 0 { return infinity(text, from: i, isNegative) }
    if i < count, text[i] | 32 == 101 {
        i += 1
        var exponentIsNegative = false, exponent = 0, exponentDigits = 0
        if i < count, text[i] == 45 || text[i] == 43 {
            exponentIsNegative = text[i] == 45
            i += 1
        }
        while i < count, case let d = text[i] &- 48, d < 10 {
            exponent = min(exponent * 10 + Int(d), 100_000)
            exponentDigits += 1
            i += 1
        }
        if exponentDigits == 0 { return nil }
        scale += exponentIsNegative ? -exponent : exponent
    }
    guard i == count else { return nil }
    if significant <= 19, mantissa <= 1 << 53, abs(scale) <= 22 {
        let value = scale < 0 ? Double(mantissa) / powersOfTen[-scale] : Double(mantissa) * powersOfTen[scale]
        return isNegative ? -value : value
    }
    var copy = text.map { CChar(bitPattern: $0) }
    copy.append(0)
    return strtod(copy, nil)
}

private func infinity(_ text: UnsafeBufferPointer<UInt8>, from start: Int, _ isNegative: Bool) -> Double? {
    let word = String(decoding: text[start...], as: UTF8.self).lowercased()
    guard word == "inf" || word == "infinity" else { return nil }
    return isNegative ? -.infinity : .infinity
}
