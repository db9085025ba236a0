/// How wide a text is in DejaVu Sans, in pixels: what room to leave for it.
///
/// Pages and other machines have narrower fonts, so that it is a bound for them.
package func textWidth(_ text: String, size: Double) -> Double {
    text.unicodeScalars.reduce(0) { $0 + advance(of: $1) } * size / 100
}

/// In hundredths of the font's size.
private func advance(of scalar: Unicode.Scalar) -> Double {
    switch scalar.value {
    case 32..<127: advances[Int(scalar.value) - 32]
    case 0x2070...0x209F, 0xB2, 0xB3, 0xB9, 0x2D9C...0x2DFF, 0x1D62...0x1D6A:
        scalar == "\u{207B}" || scalar == "\u{208B}" ? 53 : 41
    case 0x2190...0x2211, 0x2264, 0x2265, 0xD7: 84
    case 0xB0, 0x2013: 50
    case 0xB7, 0x2032: 32
    // Wide signs of East Asia.
    case 0x1100..., 0x2014: scalar.value >= 0x2E80 || scalar == "\u{2014}" ? 100 : 70
    default: 67
    }
}

/// Of the signs from space to tilde, by the font's own table (DejaVu Sans 2.37).
private let advances: [Double] = [
    32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84,
    84, 84, 53,
    100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63, 61, 73, 68, 99, 69, 61, 69, 39, 34,
    39, 84, 50,
    50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34,
    64, 84,
]
