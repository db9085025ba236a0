/// Numbers in texts that were read already.
extension CSVSyntax {
    /// A number with marks or blanks between thousands, or a typographic minus.
    func grouped(_ text: String) -> Double? {
        thousands.flatMap { NumberForm.ungrouped(text, thousands: $0, decimal: decimal) }
            ?? SpacedNumber(text).flatMap {
                Double(
                    decimal == Byte.dot
                        ? $0.plain : $0.plain.replacing(String(Character(Unicode.Scalar(decimal))), with: "."))
            }
    }

    /// The number of a text in digits alone; nil of all else, such as 0x1F, inf and what stands for a missing value.
    static func number(_ text: String, point: UInt8 = Byte.dot) -> Double? {
        var value = 0.0
        let isWhole = (Array(text.utf8) + [0]).withUnsafeBufferPointer { bytes in
            DecimalNumber(point: point).scan(bytes.baseAddress!, into: &value) == bytes.baseAddress! + bytes.count - 1
        }
        return isWhole ? value : nil
    }
}

extension CSVLayout {
    /// That of numbers with points, without groups.
    package static let plain = CSVLayout()
    /// The same with commas before fractions.
    package static let plainWithCommas = {
        var layout = CSVLayout()
        layout.decimal = ","
        return layout
    }()

    /// The number that a text is where numbers are written as in this file; nil of words, also of those for what is missing.
    package func number(_ text: String) -> Double? {
        let point = decimal.asciiValue ?? Byte.dot
        return CSVSyntax.number(text, point: point)
            ?? CSVSyntax(delimiter: Byte.comma, decimal: point, thousands: thousands?.asciiValue).grouped(text)
    }

    /// The number that a code stands for, which a `Double` holds exactly; of True and False 1 and 0.
    package func value(ofCode text: String) -> Double? {
        number(text).flatMap { abs($0) < 0x1p53 ? $0 : nil } ?? CSVPlan.truth(text)
    }
}

extension Table {
    /// How numbers are written in its file; with points where there is none.
    package var numberLayout: CSVLayout { layout ?? .plain }
}
