import TernText

/// What stands between the cells of a table that is written, and before fractions.
package struct CSVForm {
    private let delimiter: UInt8, decimal: UInt8
    /// Whether commas stand in both places, so that cells are always quoted.
    private var isQuoted: Bool { delimiter == decimal }

    package static let plain = CSVForm(delimiter: comma, decimal: point)

    private static let comma = UInt8(ascii: ","), point = UInt8(ascii: "."), quote = UInt8(ascii: "\"")

    private init(delimiter: UInt8, decimal: UInt8) { (self.delimiter, self.decimal) = (delimiter, decimal) }

    /// The form of a file, so that what is written beside its cells is read as they are. For blanks or a sign of another
    /// kind between cells a comma, or a semicolon where commas stand before fractions.
    ///
    /// - Parameters:
    ///   - hasCommas: whether commas stand before fractions even though no number of the file says so.
    ///   - hasTabs: whether tabs are to stand between cells, whatever does in the file.
    package init(of layout: CSVLayout, hasCommas: Bool, hasTabs: Bool = false) {
        decimal = layout.decimal == "," || hasCommas && !layout.knowsMarks ? Self.comma : Self.point
        switch hasTabs ? "\t" : layout.delimiter {
        case ",": delimiter = Self.comma
        case ";": delimiter = UInt8(ascii: ";")
        case "\t": delimiter = UInt8(ascii: "\t")
        case "|": delimiter = UInt8(ascii: "|")
        default: delimiter = decimal == Self.comma ? UInt8(ascii: ";") : Self.comma
        }
    }

    func appendDelimiter(to bytes: inout [UInt8]) { bytes.append(delimiter) }

    /// The shortest text that reads back as this number, whole numbers without a fraction.
    func append(_ value: Double, to bytes: inout [UInt8]) {
        let start = bytes.count
        if isQuoted { bytes.append(Self.quote) }
        bytes += value.description.utf8
        if bytes.suffix(2).elementsEqual(".0".utf8) { bytes.removeLast(2) }
        if decimal != Self.point, let point = bytes[start...].firstIndex(of: Self.point) { bytes[point] = decimal }
        if isQuoted { bytes.append(Self.quote) }
    }

    /// A text, in quotes where it would be misread; a number stands as it is where no comma is a delimiter.
    ///
    /// - Parameter isAlone: whether the table has no other column.
    func append(_ text: String, isAlone: Bool, to bytes: inout [UInt8]) {
        let field =
            delimiter != Self.comma && text.utf8.allSatisfy { Self.numberBytes.contains($0) } && !isAlone
            ? text : text.csvField(isAlone: isAlone)
        let isBare = isQuoted && !field.isEmpty && !field.hasPrefix("\"")
        bytes += isBare ? Array("\"\(field)\"".utf8) : Array(field.utf8)
    }

    private static let numberBytes = Set("0123456789.,+-eE".utf8)
}
