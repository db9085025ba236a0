import TernCore

/// The arrays of an HDF5 file by path, as far as h5py writes them without being asked for more: in one piece each.
///
/// Tern reads these files itself, and not by the HDF5 library: what is damaged is an error, never the end of the
/// process, and a file may lie in an archive. What it does not know (chunks, filters, links elsewhere) is named.
///
/// Source: The HDF Group, "HDF5 File Format Specification", version 3.0.
package struct HDF5File {
    /// An array that has not been read.
    package struct Array {
        package let shape: [Int]
        fileprivate let format: ElementFormat
        fileprivate let isBigEndian: Bool
        fileprivate let isTruth: Bool
        fileprivate let content: ByteSource
    }

    /// By path, such as `layers/dense/vars/0`.
    package private(set) var arrays: [String: Array] = [:]
    /// What is there but cannot be read, by path: why.
    package private(set) var complaints: [String: String] = [:]

    /// Finds what the file holds.
    ///
    /// - Throws: `DataError` where it is no HDF5 file, is damaged, or is of a form that is not known.
    package init(_ source: ByteSource) throws {
        var walk = Walk(source: source)
        try walk.object(at: walk.root(), path: "", depth: 0)
        (arrays, complaints) = (walk.arrays, walk.complaints)
    }

    /// The array's values; integers and truths in the types that tensors have.
    ///
    /// - Throws: `DataError` where there is no such array, or its bytes are not there.
    package func tensor(_ path: String, in file: String) throws -> Tensor {
        guard let array = arrays[path] else {
            throw DataError(file: file, complaints[path].map { "array \(path): \($0)" } ?? "there is no array \(path)")
        }
        let tensor = try array.format.tensor(
            shape: array.shape, from: array.content, at: 0, bigEndian: array.isBigEndian)
        return array.isTruth ? tensor.cast(to: .bool) : tensor
    }
}

extension HDF5File {
    /// The way through a file's objects, each seen once.
    fileprivate struct Walk {
        let source: ByteSource
        var arrays: [String: Array] = [:], complaints: [String: String] = [:]
        private var seen = Set<Int>()
        /// Bytes of headers and names that were read, and of the paths that they make.
        private var described = 0, named = 0

        init(source: ByteSource) { self.source = source }

        func damaged(_ what: String) -> DataError {
            source.failure("this is no whole HDF5 file: \(what); it is damaged or was copied only in part")
        }
        func unknown(_ what: String) -> DataError {
            source.failure("it has \(what), which Tern does not read; write it again with h5py's defaults")
        }

        /// Bytes at an address.
        func bytes(_ address: Int, _ count: Int) throws -> [UInt8] {
            guard address >= 0, count >= 0, address <= source.count, count <= source.count - address else {
                throw damaged("a part lies behind its end")
            }
            return try source.bytes(address..<address + count)
        }

        func address(_ bytes: some Collection<UInt8>) throws -> Int {
            guard let address = Int(exactly: bytes.littleEndian), address < source.count else {
                throw damaged("an address lies behind its end")
            }
            return address
        }

        /// Where the root group's header lies.
        func root() throws -> Int {
            guard source.count >= 48 else { throw damaged("it has \(source.count) bytes") }
            let head = try bytes(0, min(96, source.count))
            guard head.starts(with: [0x89] + Swift.Array("HDF\r\n\u{1A}\n".utf8)) else {
                throw source.failure("this is no HDF5 file")
            }
            switch head[8] {
            case 0, 1:
                let start = head[8] == 0 ? 24 : 28
                guard head[13] == 8, head[14] == 8 else { throw unknown("addresses of \(head[13]) bytes") }
                guard head.count >= start + 48 else { throw damaged("its first part is cut off") }
                guard head[start..<start + 8].littleEndian == 0 else {
                    throw unknown("a part of another kind before it")
                }
                return try address(head[start + 40..<start + 48])
            case 2, 3:
                guard head[9] == 8, head[10] == 8 else { throw unknown("addresses of \(head[9]) bytes") }
                guard head[12..<20].littleEndian == 0 else { throw unknown("a part of another kind before it") }
                guard head[44..<48].littleEndian == UInt64(JenkinsHash.hash(head[..<44])) else {
                    throw damaged("its first part has another checksum")
                }
                return try address(head[36..<44])
            default: throw unknown("the version \(head[8]) of the format")
            }
        }

        /// Bytes of a header or of names. Parts of a whole file do not overlap, so that together they are no more than
        /// the file; in one made to mislead they could be read again and again.
        private mutating func description(_ address: Int, _ count: Int) throws -> [UInt8] {
            let part = try bytes(address, count)
            described += count
            guard described <= source.count else { throw damaged("its headers lie within each other") }
            return part
        }

        /// The messages of an object's header.
        private mutating func messages(at start: Int) throws -> [(type: Int, flags: UInt8, data: ArraySlice<UInt8>)] {
            var found: [(type: Int, flags: UInt8, data: ArraySlice<UInt8>)] = []
            var blocks: [(address: Int, count: Int)] = [], at = 0
            let head = try bytes(start, min(64, source.count - start))
            guard head.count >= 16 else { throw damaged("a header is cut off") }
            let isNew = head.starts(with: Swift.Array("OHDR".utf8))
            var hasOrder = false
            if isNew {
                guard head[4] == 2 else { throw unknown("the version \(head[4]) of headers") }
                let flags = head[5], wide = 1 << Int(flags & 3)
                hasOrder = flags & 4 != 0
                let before = 6 + (flags & 0x20 != 0 ? 16 : 0) + (flags & 0x10 != 0 ? 4 : 0)
                guard head.count >= before + wide, let size = Int(exactly: head[before..<before + wide].littleEndian)
                else { throw damaged("a header is cut off") }
                blocks.append((start + before + wide, size))
            } else {
                guard head[0] == 1 else { throw unknown("the version \(head[0]) of headers") }
                blocks.append((start + 16, Int(head[8..<12].littleEndian)))
            }
            let headLength = isNew ? (hasOrder ? 6 : 4) : 8
            while at < blocks.count {
                guard blocks.count < 10_000 else { throw damaged("a header has no end") }
                let block = try description(blocks[at].address, blocks[at].count)
                at += 1
                var place = 0
                while place + headLength <= block.count {
                    let type = isNew ? Int(block[place]) : Int(block[place..<place + 2].littleEndian)
                    let size = Int(block[place + (isNew ? 1 : 2)..<place + (isNew ? 3 : 4)].littleEndian)
                    let flags = block[place + (isNew ? 3 : 4)], from = place + headLength
                    guard size <= block.count - from else { throw damaged("a header is cut off") }
                    let data = block[from..<from + size]
                    place = from + size
                    if type == 0x10 {
                        guard size >= 16 else { throw damaged("a header is cut off") }
                        let next = try address(data.prefix(8))
                        guard let length = Int(exactly: data.dropFirst(8).prefix(8).littleEndian) else {
                            throw damaged("a header is cut off")
                        }
                        guard isNew else {
                            blocks.append((next, length))
                            continue
                        }
                        // A name before and a checksum behind.
                        guard length >= 8, try bytes(next, 4) == Swift.Array("OCHK".utf8) else {
                            throw damaged("a header goes on nowhere")
                        }
                        blocks.append((next + 4, length - 8))
                    } else {
                        found.append((type, flags, data))
                    }
                }
            }
            return found
        }

        mutating func object(at start: Int, path: String, depth: Int) throws {
            // What is linked twice would be read twice, and a group in itself for ever.
            guard seen.insert(start).inserted else { throw unknown("two names for one part (\(path))") }
            guard seen.count < 1_000_000 else { throw damaged("its parts have no end") }
            let found = try messages(at: start)
            // A data layout makes it an array.
            if found.contains(where: { $0.type == 8 }) {
                do { arrays[path] = try array(found, path) } catch let why as Unreadable {
                    complaints[path] = why.description
                }
            } else {
                try group(found, path: path, depth: depth)
            }
        }

        private mutating func group(
            _ messages: [(type: Int, flags: UInt8, data: ArraySlice<UInt8>)], path: String, depth: Int
        ) throws {
            guard depth < 100 else { throw damaged("its groups are nested without end") }
            for (type, _, data) in messages {
                switch type {
                case 0x11:
                    guard data.count >= 16 else { throw damaged("a group is cut off") }
                    let names = try heap(at: address(data.prefix(8 + 8).dropFirst(8)))
                    try tree(at: address(data.prefix(8)), names, path, depth, level: nil)
                case 0x06: try link(data, path, depth)
                case 0x02:
                    let at = data.startIndex + 2 + (data.count > 1 && data[data.startIndex + 1] & 1 != 0 ? 8 : 0)
                    guard data.endIndex >= at + 8 else { throw damaged("a group is cut off") }
                    if data[at..<at + 8].littleEndian != .max {
                        throw unknown("a group of many members in the form of HDF5's latest versions (\(path))")
                    }
                default: break
                }
            }
        }

        /// The names of a group's members.
        private mutating func heap(at start: Int) throws -> [UInt8] {
            let head = try bytes(start, 32)
            guard head.starts(with: Swift.Array("HEAP".utf8)), let count = Int(exactly: head[8..<16].littleEndian)
            else {
                throw damaged("names of a group are missing")
            }
            return try description(address(head[24..<32]), count)
        }

        private mutating func tree(at start: Int, _ names: [UInt8], _ path: String, _ depth: Int, level above: Int?)
            throws
        {
            // Two levels that name one part would double the walk, and so would each level below.
            guard seen.insert(start).inserted else { throw damaged("a part of a group stands twice (\(path))") }
            let head = try bytes(start, 24)
            guard head.starts(with: Swift.Array("TREE".utf8)), head[4] == 0 else { throw damaged("a group is missing") }
            let level = Int(head[5]), count = Int(head[6..<8].littleEndian)
            guard above.map({ level < $0 }) ?? true else { throw damaged("a group has no end") }
            let entries = try bytes(start + 24, count * 16)
            for i in 0..<count {
                let child = try address(entries[i * 16 + 8..<i * 16 + 16])
                if level > 0 {
                    try tree(at: child, names, path, depth, level: level)
                } else {
                    try members(at: child, names, path, depth)
                }
            }
        }

        private mutating func members(at start: Int, _ names: [UInt8], _ path: String, _ depth: Int) throws {
            guard seen.insert(start).inserted else { throw damaged("a part of a group stands twice (\(path))") }
            let head = try bytes(start, 8)
            guard head.starts(with: Swift.Array("SNOD".utf8)) else { throw damaged("members of a group are missing") }
            let count = Int(head[6..<8].littleEndian), entries = try bytes(start + 8, count * 40)
            for i in 0..<count {
                let entry = entries[i * 40..<i * 40 + 40]
                guard let from = Int(exactly: entry.prefix(8).littleEndian), from < names.count else {
                    throw damaged("a name of a group is missing")
                }
                guard entry.dropFirst(16).prefix(4).littleEndian != 2 else {
                    throw unknown("a link to another place (\(path))")
                }
                let own = try joined(path, names[from...].prefix { $0 != 0 })
                try object(at: address(entry.dropFirst(8).prefix(8)), path: own, depth: depth + 1)
            }
        }

        /// The path of a member. Its header and those of the groups above take more bytes than their names do, unless
        /// names overlap.
        private mutating func joined(_ path: String, _ name: ArraySlice<UInt8>) throws -> String {
            named += path.utf8.count + name.count + 1
            guard named <= 4 * source.count else { throw damaged("its names lie within each other") }
            let name = String(decoding: name, as: UTF8.self)
            return path.isEmpty ? name : path + "/" + name
        }

        private mutating func link(_ data: ArraySlice<UInt8>, _ path: String, _ depth: Int) throws {
            var rest = data
            func take(_ count: Int) throws -> ArraySlice<UInt8> {
                guard rest.count >= count else { throw damaged("a link is cut off") }
                defer { rest = rest.dropFirst(count) }
                return rest.prefix(count)
            }
            let flags = try take(2).last!
            if flags & 8 != 0, try take(1).first! != 0 { throw unknown("a link to another place (\(path))") }
            if flags & 4 != 0 { _ = try take(8) }
            if flags & 16 != 0 { _ = try take(1) }
            guard let length = Int(exactly: try take(1 << Int(flags & 3)).littleEndian) else {
                throw damaged("a link is cut off")
            }
            let own = try joined(path, take(length))
            try object(at: address(try take(8)), path: own, depth: depth + 1)
        }

        /// Why an array cannot be read, which hides no other.
        private struct Unreadable: Error { let description: String }

        private func array(_ messages: [(type: Int, flags: UInt8, data: ArraySlice<UInt8>)], _ path: String) throws
            -> Array
        {
            func message(_ type: Int, _ least: Int) throws -> [UInt8] {
                guard let found = messages.first(where: { $0.type == type }), found.data.count >= least else {
                    throw damaged("the description of \(path) is cut off")
                }
                guard found.flags & 2 == 0 else { throw Unreadable(description: "its type is kept elsewhere") }
                return Swift.Array(found.data)
            }
            let space = try message(1, 4), type = try message(3, 8), layout = try message(8, 2)
            guard [1, 2].contains(space[0]) else { throw Unreadable(description: "its shape is of an unknown form") }
            let rank = Int(space[1]), first = space[0] == 1 ? 8 : 4
            guard space.count >= first + 8 * rank, space[0] == 1 || space[3] < 2 else {
                throw Unreadable(description: "it has no shape")
            }
            let shape = try (0..<rank).map { axis -> Int in
                guard let length = Int(exactly: space[first + 8 * axis..<first + 8 * axis + 8].littleEndian) else {
                    throw damaged("the shape of \(path) is too large")
                }
                return length
            }
            let (format, isBig, isTruth) = try element(type, path)
            guard let size = format.byteCount(of: shape) else { throw damaged("the shape of \(path) is too large") }
            return Array(
                shape: shape, format: format, isBigEndian: isBig, isTruth: isTruth,
                content: try content(layout, size, path))
        }

        private func content(_ layout: [UInt8], _ size: Int, _ path: String) throws -> ByteSource {
            guard layout[0] == 3 || layout[0] == 4 else { throw Unreadable(description: "it is stored in an old form") }
            let context = "array \(path): "
            switch layout[1] {
            case 0:
                guard layout.count >= 4 + size else { throw damaged("\(path) is cut off") }
                return ByteSource(Swift.Array(layout[4..<4 + size]), file: source.file, context: context)
            case 1:
                guard layout.count >= 18 else { throw damaged("the description of \(path) is cut off") }
                if size == 0 { return ByteSource([], file: source.file, context: context) }
                guard layout[2..<10].littleEndian != .max else {
                    throw Unreadable(description: "none of its values was ever written")
                }
                let start = try address(layout[2..<10])
                guard size <= source.count - start else { throw damaged("\(path) is cut off") }
                return try source.part(start..<start + size, context: context)
            default:
                throw Unreadable(
                    description:
                        "it is stored in chunks, compressed perhaps; `h5repack -l CONTI -f NONE` makes it one piece")
            }
        }

        /// How elements are stored.
        private func element(_ type: [UInt8], _ path: String) throws -> (ElementFormat, isBig: Bool, isTruth: Bool) {
            let kind = type[0] & 15, size = Int(type[4..<8].littleEndian), isBig = type[1] & 1 != 0
            switch (kind, size) {
            case (0, 1): return (type[1] & 8 != 0 ? .int8 : .uint8, isBig, false)
            case (0, 2): return (type[1] & 8 != 0 ? .int16 : .uint16, isBig, false)
            case (0, 4): return (type[1] & 8 != 0 ? .native(.int32) : .uint32, isBig, false)
            case (0, 8): return (type[1] & 8 != 0 ? .native(.int64) : .uint64, isBig, false)
            case (1, 2):
                guard type.count >= 14 else { throw damaged("the description of \(path) is cut off") }
                return (type[13] == 8 ? .bfloat16 : .float16, isBig, false)
            case (1, 4): return (.native(.float32), isBig, false)
            case (1, 8): return (.native(.float64), isBig, false)
            // h5py's truths: an enumeration of FALSE and TRUE.
            case (8, 1): return (.uint8, false, true)
            default: throw Unreadable(description: "it holds no numbers")
            }
        }
    }
}
