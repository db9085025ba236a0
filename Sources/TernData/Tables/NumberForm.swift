import TernText

/// The ways to write a number with marks between groups of digits, or a comma before the fraction.
struct NumberForm: OptionSet {
    let rawValue: Int
    init(rawValue: Int) { self.rawValue = rawValue }

    /// 1.5, and 1.500 whose point may stand between thousands.
    static let point = NumberForm(rawValue: 1), threeAfterPoint = NumberForm(rawValue: 2)
    /// 1,5, and 1,500 whose comma may stand between thousands.
    static let comma = NumberForm(rawValue: 4), threeAfterComma = NumberForm(rawValue: 8)
    /// 1,234,567 or 1,234.5; and 1.234.567 or 1.234,5.
    static let groupsByComma = NumberForm(rawValue: 16), groupsByPoint = NumberForm(rawValue: 32)

    /// The form of a cell; nil for what is no number in any form.
    init?(_ cell: CSVSyntax.Cell) { self.init(Self.plain(cell)) }

    /// A cell without the signs that never stand before a fraction; empty where it is too long for a number.
    static func plain(_ cell: CSVSyntax.Cell) -> Substring {
        guard cell.count < 40 else { return "" }
        let text = cell.text
        return (SpacedNumber(text)?.plain ?? text).trimmed { $0 == " " || $0 == "\t" }
    }

    /// The form of a text; empty for integers, nil for what is no number in any form.
    init?(_ text: Substring) {
        var body = text[...]
        if body.first == "-" || body.first == "+" { body = body.dropFirst() }
        if let e = body.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            guard let power = Int(body[body.index(after: e)...]), power.magnitude < 1000 else { return nil }
            body = body[..<e]
        }
        guard body.contains(where: \.isNumber),
            body.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "." || $0 == ",") })
        else { return nil }
        let commas = body.count { $0 == "," }, points = body.count { $0 == "." }
        func groups(_ mark: Character, _ part: Substring) -> Bool {
            let parts = part.split(separator: mark, omittingEmptySubsequences: false)
            return (1...3).contains(parts[0].count) && parts[0] != "0" && parts.dropFirst().allSatisfy { $0.count == 3 }
        }
        /// Of one mark alone.
        func form(_ mark: Character, _ one: NumberForm, _ three: NumberForm) -> NumberForm {
            groups(mark, body) ? three : one
        }
        switch (commas, points) {
        case (0, 0): self = []
        case (0, 1): self = form(".", .point, .threeAfterPoint)
        case (1, 0): self = form(",", .comma, .threeAfterComma)
        case (0, _): if groups(".", body) { self = .groupsByPoint } else { return nil }
        case (_, 0): if groups(",", body) { self = .groupsByComma } else { return nil }
        default:
            let comma = body.lastIndex(of: ",")!, point = body.lastIndex(of: ".")!
            if points == 1, comma < point, groups(",", body[..<point]) {
                self = .groupsByComma
            } else if commas == 1, point < comma, groups(".", body[..<comma]) {
                self = .groupsByPoint
            } else {
                return nil
            }
        }
    }

    /// A number whose digits are grouped; nil where groups have other than three digits.
    static func ungrouped(_ text: String, thousands: UInt8, decimal: UInt8) -> Double? {
        let mark = Character(Unicode.Scalar(thousands)), point = Character(Unicode.Scalar(decimal))
        let halves = text.split(separator: point, maxSplits: 1, omittingEmptySubsequences: false)
        var groups = halves[0].split(separator: mark, omittingEmptySubsequences: false)
        guard groups.count > 1, halves.count == 1 || !halves[1].contains(mark) else { return nil }
        let sign = groups[0].first == "-" ? "-" : ""
        if groups[0].first == "-" || groups[0].first == "+" { groups[0] = groups[0].dropFirst() }
        guard (1...3).contains(groups[0].count), groups.dropFirst().allSatisfy({ $0.count == 3 }),
            groups.joined().allSatisfy({ $0.isASCII && $0.isNumber })
        else { return nil }
        return Double(sign + groups.joined() + (halves.count > 1 ? ".\(halves[1])" : ""))
    }
}
