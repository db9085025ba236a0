import Foundation
import TestSupport

/// What damage is drawn with.
struct Dice {
    private var source: SplitMix64

    init(_ seed: UInt64) { source = SplitMix64(seed &* 0x9E37_79B9_7F4A_7C15) }

    mutating func next() -> UInt64 { source.next() }
    mutating func below(_ n: Int) -> Int { Int(next() % UInt64(max(1, n))) }
    mutating func one<T>(of values: [T]) -> T { values[below(values.count)] }
}

/// Numbers at which arithmetic breaks.
private let extremes: [Int64] = [
    0, 1, -1, 2, 3, 7, 127, 128, 255, 256, 32767, 65535, 65536, 1 << 24, (1 << 31) - 1, 1 << 31, -(1 << 31), 1 << 32,
    (1 << 32) - 1, 1 << 40, 1 << 52, 1 << 62,
    .max, .max - 1, .max / 2, .max / 3, .min, .min + 1,
]

/// Valid bytes, damaged in one place to a few.
enum Damage {
    static func bytes(_ valid: Data, _ dice: inout Dice) -> Data {
        var bytes = [UInt8](valid)
        for _ in 0..<(1 + dice.below(4)) where !bytes.isEmpty {
            // Headers are at the beginning, or the end; most damage goes there.
            let at =
                dice.below(3) == 0
                ? dice.below(bytes.count)
                : dice.below(2) == 0
                    ? dice.below(min(400, bytes.count)) : bytes.count - 1 - dice.below(min(200, bytes.count))
            switch dice.below(9) {
            case 0, 1: bytes[at] ^= 1 << UInt8(dice.below(8))
            case 2: bytes[at] = UInt8(truncatingIfNeeded: dice.next())
            case 3: bytes.removeSubrange(at...)
            case 4, 5, 6:
                let size = dice.one(of: [1, 2, 4, 8]), value = dice.one(of: extremes), isBig = dice.below(2) == 0
                for i in 0..<size where at + i < bytes.count {
                    bytes[at + i] = UInt8(truncatingIfNeeded: value >> Int64(8 * (isBig ? size - 1 - i : i)))
                }
            case 7:
                let other = dice.below(bytes.count), size = min(1 + dice.below(8), bytes.count - max(at, other))
                for i in 0..<size { bytes.swapAt(at + i, other + i) }
            default:
                let part = Array(bytes[at..<min(bytes.count, at + 1 + dice.below(16))])
                if dice.below(2) == 0 {
                    bytes.insert(contentsOf: part, at: at)
                } else {
                    bytes.removeSubrange(at..<at + part.count)
                }
            }
        }
        return Data(bytes)
    }

    /// Bytes of a text, damaged as a text or as bytes.
    static func textOrBytes(_ valid: Data, _ dice: inout Dice) -> Data {
        dice.below(2) == 0 ? Data(text(String(decoding: valid, as: UTF8.self), &dice).utf8) : bytes(valid, &dice)
    }

    /// JSON of which a few values are others.
    static func json(_ valid: Data, _ dice: inout Dice) -> Data {
        guard var value = try? JSONSerialization.jsonObject(with: valid, options: .fragmentsAllowed) else {
            return bytes(valid, &dice)
        }
        for _ in 0..<(1 + dice.below(3)) { value = changed(value, &dice) }
        return (try? JSONSerialization.data(withJSONObject: value, options: .fragmentsAllowed)) ?? valid
    }

    private static func changed(_ value: Any, _ dice: inout Dice) -> Any {
        // Mostly one of the values at the ends of the tree, each as likely as any other.
        let count = leaves(value)
        var place = dice.below(count)
        if dice.below(4) != 0 { return replacing(value, &place) { kept($0, &dice) } }
        if let members = value as? [String: Any], !members.isEmpty, dice.below(8) != 0 {
            var members = members
            let key = dice.one(of: members.keys.sorted())
            switch dice.below(16) {
            case 0: members[key] = nil
            case 1: members[key] = members[dice.one(of: members.keys.sorted())]
            default: members[key] = changed(members[key]!, &dice)
            }
            return members
        }
        if let elements = value as? [Any], !elements.isEmpty, dice.below(8) != 0 {
            var elements = elements
            let i = dice.below(elements.count)
            switch dice.below(12) {
            case 0: elements.remove(at: i)
            case 1: elements.insert(elements[i], at: i)
            case 2: elements.swapAt(i, dice.below(elements.count))
            case 3: elements = []
            default: elements[i] = changed(elements[i], &dice)
            }
            return elements
        }
        return leaf(value, &dice)
    }

    private static func leaves(_ value: Any) -> Int {
        if let members = value as? [String: Any] { return max(1, members.values.reduce(0) { $0 + leaves($1) }) }
        if let elements = value as? [Any] { return max(1, elements.reduce(0) { $0 + leaves($1) }) }
        return 1
    }

    /// The tree with another value at an end of it, counted in the order of keys.
    private static func replacing(_ value: Any, _ place: inout Int, _ new: (Any) -> Any) -> Any {
        if let members = value as? [String: Any], !members.isEmpty {
            var members = members
            for key in members.keys.sorted() { members[key] = replacing(members[key]!, &place, new) }
            return members
        }
        if let elements = value as? [Any], !elements.isEmpty {
            var elements = elements
            for i in elements.indices { elements[i] = replacing(elements[i], &place, new) }
            return elements
        }
        defer { place -= 1 }
        return place == 0 ? new(value) : value
    }

    /// Another value of the same kind, as a decoder takes it.
    private static func kept(_ value: Any, _ dice: inout Dice) -> Any {
        guard let number = value as? NSNumber else { return leaf(value, &dice) }
        if dice.below(10) == 0 { return leaf(value, &dice) }
        if TruthValue.holds(number) { return !number.boolValue }
        return switch dice.below(4) {
        case 0: Int64(dice.below(12) - 3)
        case 1: Int64(1) << Int64(dice.below(31))
        case 2: 0 &- number.int64Value
        default: dice.one(of: [0, -1, 1, 2, 1 << 30, -(1 << 30), (1 << 30) - 1, 65536]) as Int64
        }
    }

    private static func leaf(_ value: Any, _ dice: inout Dice) -> Any {
        let number: Any =
            dice.below(3) == 0
            ? dice.one(of: [0.5, -0.5, 1e10, 1e30, -1e300, 1e-300]) as Double : dice.one(of: extremes) as Int64
        let small: Any = Int64(dice.below(12) - 3)
        if let text = value as? String {
            switch dice.below(5) {
            case 0: return number
            case 1: return ""
            case 2: return String(text.dropLast())
            case 3: return String(decoding: bytes(Data(text.utf8), &dice), as: UTF8.self)
            default:
                return dice.one(of: [
                    "relu", "softmax", "float64", "int32", "bool", "<U4", "|b1", "days since 1-1-1", "orthogonal",
                    "identity", "l2", "max_norm",
                ])
            }
        }
        switch dice.below(8) {
        case 0: return NSNull()
        case 1: return dice.one(of: ["", "nan", "1"])
        case 2: return [small, number]
        case 3: return dice.below(2) == 0
        case 4, 5: return small
        default: return number
        }
    }

    /// Text of which a few numbers, words or lines are others.
    static func text(_ valid: String, _ dice: inout Dice) -> String {
        var lines = valid.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for _ in 0..<(1 + dice.below(3)) where !lines.isEmpty {
            let i = dice.below(lines.count)
            switch dice.below(8) {
            case 0: lines.remove(at: i)
            case 1: lines.insert(lines[i], at: i)
            case 2: lines[i] = String(decoding: bytes(Data(lines[i].utf8), &dice), as: UTF8.self)
            default:
                // Numbers are the words between what is none.
                var words: [String] = [], word = "", isNumber = false
                for c in lines[i] {
                    let digit = c.isASCII && (c.isNumber || (c == "." && isNumber))
                    if digit != isNumber { (words, word, isNumber) = (words + [word], "", digit) }
                    word.append(c)
                }
                words.append(word)
                let numbers = words.indices.filter { words[$0].first?.isNumber == true }
                guard !numbers.isEmpty else { continue }
                words[dice.one(of: numbers)] = dice.one(
                    of: extremes.map(String.init) + [
                        "1e10", "1e999", "nan", "-0.5", "0.5", ".inf", "5", "12", "[]", "~",
                    ])
                lines[i] = words.joined()
            }
        }
        return lines.joined(separator: "\n")
    }
}

/// Whether a number of JSON is a truth value.
private enum TruthValue {
    static func holds(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
}
