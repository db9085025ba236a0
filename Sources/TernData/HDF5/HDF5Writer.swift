import TernCore

/// An HDF5 file of arrays in groups, made in memory: of the form that HDF5 1.8 and later read.
///
/// Source: The HDF Group, "HDF5 File Format Specification", version 3.0: superblock 2, object headers 2, compact links.
package enum HDF5Writer {
    /// The bytes of a file of these arrays, whose names are paths such as `layers/dense/vars/0`. Equal arrays give
    /// equal bytes.
    ///
    /// - Throws: `DataError` where one path is another's group, a name is too long, or a type cannot be written.
    package static func bytes(of arrays: [String: Tensor], file: String) throws -> [UInt8] {
        let root = Group()
        for (path, tensor) in arrays.sorted(by: { $0.key < $1.key }) {
            try root.put(path.split(separator: "/").map(String.init)[...], tensor, file)
        }
        var placed = 48
        root.place(&placed)
        placed = aligned(placed)
        root.placeData(&placed)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(placed)
        bytes += [0x89] + Array("HDF\r\n\u{1A}\n".utf8) + [2, 8, 8, 0] + 0.littleEndianBytes + none
        bytes += placed.littleEndianBytes + root.address.littleEndianBytes
        bytes += JenkinsHash.hash(bytes).littleEndianBytes
        root.write(to: &bytes)
        bytes += [UInt8](repeating: 0, count: aligned(bytes.count) - bytes.count)
        root.writeData(to: &bytes)
        return bytes
    }

    fileprivate static let none = [UInt8](repeating: 255, count: 8)

    fileprivate static func aligned(_ place: Int) -> Int { (place + 7) / 8 * 8 }

    /// A message of a header.
    fileprivate static func message(_ type: UInt8, _ data: [UInt8]) -> [UInt8] {
        [type] + UInt16(data.count).littleEndianBytes + [0] + data
    }

    /// A header of these messages, with its checksum.
    fileprivate static func header(_ messages: [UInt8]) -> [UInt8] {
        let bytes = Array("OHDR".utf8) + [2, 2] + UInt32(messages.count).littleEndianBytes + messages
        return bytes + JenkinsHash.hash(bytes).littleEndianBytes
    }

    /// A member of a group.
    fileprivate class Node {
        var address = 0
        func header() -> [UInt8] { [] }
        func place(_ next: inout Int) {
            address = next
            next += header().count
        }
        func placeData(_ next: inout Int) {}
        func write(to bytes: inout [UInt8]) { bytes += header() }
        func writeData(to bytes: inout [UInt8]) {}
    }

    fileprivate final class Group: Node {
        var members: [(name: String, node: Node)] = []

        func put(_ path: ArraySlice<String>, _ tensor: Tensor, _ file: String) throws {
            guard let name = path.first else { return }
            // A message of a header counts its bytes, those around the name too, in 16 bits.
            guard name.utf8.count <= 65_000 else {
                throw DataError(
                    file: file,
                    "the name \"\(name.shortened(to: 40))\" has \(name.utf8.count) bytes; HDF5 takes up to 65000 here")
            }
            let there = members.first { $0.name == name }?.node
            if path.count == 1 {
                guard there == nil else { throw DataError(file: file, "there are two arrays \"\(name)\" in one group") }
                members.append((name, Leaf(tensor)))
                return
            }
            let group = there as? Group ?? Group()
            guard there == nil || there === group else {
                throw DataError(file: file, "\"\(name)\" is an array and a group at once")
            }
            if there == nil { members.append((name, group)) }
            try group.put(path.dropFirst(), tensor, file)
        }

        override func header() -> [UInt8] {
            // Links in the header itself, however many they are.
            var messages = message(2, [0, 0] + none + none) + message(10, [0, 1, 255, 255, 254, 255])
            for (name, node) in members {
                messages += message(
                    6,
                    [1, 0x11, 1] + UInt16(name.utf8.count).littleEndianBytes + Array(name.utf8)
                        + node.address.littleEndianBytes)
            }
            return HDF5Writer.header(messages)
        }

        override func place(_ next: inout Int) {
            super.place(&next)
            for (_, node) in members { node.place(&next) }
        }
        override func placeData(_ next: inout Int) { for (_, node) in members { node.placeData(&next) } }
        override func write(to bytes: inout [UInt8]) {
            super.write(to: &bytes)
            for (_, node) in members { node.write(to: &bytes) }
        }
        override func writeData(to bytes: inout [UInt8]) { for (_, node) in members { node.writeData(to: &bytes) } }
    }

    fileprivate final class Leaf: Node {
        let tensor: Tensor
        var place: Int?

        init(_ tensor: Tensor) { self.tensor = tensor.dtype == .bool ? tensor.cast(to: .int32) : tensor }

        private var size: Int { tensor.count * tensor.dtype.size }

        override func header() -> [UInt8] {
            let shape = tensor.shape
            return HDF5Writer.header(
                message(1, [2, UInt8(shape.count), 0, shape.isEmpty ? 0 : 1] + shape.flatMap(\.littleEndianBytes))
                    + message(3, type)
                    // Room is made at once, and no fill value is written.
                    + message(5, [3, 0x09])
                    + message(8, [3, 1] + (place?.littleEndianBytes ?? none) + size.littleEndianBytes))
        }

        /// The type of elements: IEEE 754 numbers, or signed integers, the lowest byte first.
        private var type: [UInt8] {
            func float(_ size: UInt8, _ exponent: UInt8, _ mantissa: UInt8, _ bias: UInt32) -> [UInt8] {
                [0x11, 0x20, size * 8 - 1, 0, size, 0, 0, 0, 0, 0, size * 8, 0, mantissa, exponent, 0, mantissa]
                    + bias.littleEndianBytes
            }
            func integer(_ size: UInt8) -> [UInt8] { [0x10, 8, 0, 0, size, 0, 0, 0, 0, 0, size * 8, 0] }
            switch tensor.dtype {
            case .float32: return float(4, 8, 23, 127)
            case .float64: return float(8, 11, 52, 1023)
            case .int64: return integer(8)
            case .int32, .bool: return integer(4)
            }
        }

        override func placeData(_ next: inout Int) {
            guard size > 0 else { return }
            place = next
            next = aligned(next + size)
        }

        override func writeData(to bytes: inout [UInt8]) {
            guard size > 0 else { return }
            tensor.withUnsafeBytes { bytes.append(contentsOf: $0) }
            bytes += [UInt8](repeating: 0, count: aligned(bytes.count) - bytes.count)
        }
    }
}
