/// An HDF5 file of one group in the form of HDF5's first versions, whose parts may lie within each other.
///
/// Source: The HDF Group, "HDF5 File Format Specification", version 3.0, sections II.A and III.
struct SymbolTable {
    var memberCount = 100
    /// Whether each member has a header of its own; else all are one array.
    var hasOwnHeaders = true
    /// Whether names end; else each goes on over all that follow.
    var namesEnd = true
    /// Bytes of a part of a header that all headers go on with.
    var sharedPart = 0

    private static let tree = 0x400, heap = 0x600, members = 0x800

    var bytes: [UInt8] {
        var headers: [UInt8] = [], places: [Int] = []
        let start = Self.members + 8 + 40 * memberCount
        let count = hasOwnHeaders ? memberCount : 1
        let array =
            message(1, [1, 0, 0, 0, 0, 0, 0, 0])
            + message(3, [0x11, 0x20, 0x1F, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0, 0, 0, 0, 0])
            + message(8, [3, 0, 4, 0, 0, 0, 0, 0])
        let onward = sharedPart > 0 ? 24 : 0, length = 16 + array.count + onward
        let shared = start + count * length, names = shared + sharedPart
        for i in 0..<count {
            places.append(start + i * length)
            let more = sharedPart > 0 ? message(0x10, number(shared, 8) + number(sharedPart, 8)) : []
            headers +=
                [1, 0] + number(4, 2) + number(1, 4) + number(array.count + onward, 4) + [0, 0, 0, 0] + array + more
        }
        let words = (0..<memberCount).flatMap { i in
            Array("n\(1_000_000 + i)".utf8.suffix(7)) + [namesEnd ? 0 : UInt8(ascii: "x")]
        }
        let none = [UInt8](repeating: 0xFF, count: 8)
        var file: [UInt8] = [0x89] + Array("HDF\r\n\u{1A}\n".utf8) + [0, 0, 0, 0, 0, 8, 8, 0]
        file += number(4, 2) + number(16, 2) + number(0, 4) + number(0, 8) + none + number(0, 8) + none
        file += number(0, 8) + number(0x200, 8) + [UInt8](repeating: 0, count: 24)
        let table = message(0x11, number(Self.tree, 8) + number(Self.heap, 8))
        append(
            [1, 0] + number(1, 2) + number(1, 4) + number(table.count, 4) + [0, 0, 0, 0] + table, at: 0x200, to: &file)
        append(
            Array("TREE".utf8) + [0, 0] + number(1, 2) + none + none + number(0, 8) + number(Self.members, 8)
                + number(0, 8), at: Self.tree, to: &file)
        append(
            Array("HEAP".utf8) + [0, 0, 0, 0] + number(words.count, 8) + none + number(names, 8), at: Self.heap,
            to: &file)
        append(Array("SNOD".utf8) + [1, 0] + number(memberCount, 2), at: Self.members, to: &file)
        for i in 0..<memberCount {
            file += number(8 * i, 8) + number(places[min(i, count - 1)], 8) + [UInt8](repeating: 0, count: 24)
        }
        return file + headers + [UInt8](repeating: 0, count: sharedPart) + words
    }

    private func append(_ part: [UInt8], at place: Int, to file: inout [UInt8]) {
        file += [UInt8](repeating: 0, count: place - file.count) + part
    }

    private func message(_ type: Int, _ data: [UInt8]) -> [UInt8] {
        number(type, 2) + number(data.count, 2) + [0, 0, 0, 0] + data
    }

    private func number(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 0xFF) } }
}
