import TernCore

/// The members of a ZIP archive, as far as NumPy and Keras use the format: stored or deflated, with the
/// 64-bit extension, not encrypted, in one file.
///
/// Source: PKWARE's APPNOTE.TXT, version 6.3.10, sections 4.3 to 4.5.
package struct ZipArchive {
    package struct Member {
        package var name: String
        var method: UInt16
        var flags: UInt16
        var checksum: UInt32
        /// Bytes in the archive, and unpacked.
        package var packedCount: Int
        package var count: Int
        var headerOffset: Int
    }

    package let members: [Member]
    private let source: ByteSource

    /// Reads the directory at the archive's end.
    package init(_ source: ByteSource) throws {
        self.source = source
        func damaged(_ what: String) -> DataError { source.failure("this is no whole ZIP archive: \(what)") }
        guard source.count >= 22 else { throw damaged("it has \(source.count) bytes") }
        // The end record, behind which a comment of up to 65,535 bytes may stand.
        let tailStart = max(0, source.count - 22 - 65535)
        let tail = try source.bytes(tailStart..<source.count)
        guard
            let end = stride(from: tail.count - 22, through: 0, by: -1).first(where: {
                tail[$0..<$0 + 4].littleEndian == 0x0605_4B50
                    && $0 + 22 + Int(tail[$0 + 20..<$0 + 22].littleEndian) <= tail.count
            })
        else { throw damaged("it has no directory at its end; it was copied only in part or is another kind of file") }
        var entries = tail[end + 10..<end + 12].littleEndian
        var size = tail[end + 12..<end + 16].littleEndian
        var offset = tail[end + 16..<end + 20].littleEndian
        let locator = tailStart + end - 20
        if entries == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF, locator >= 0 {
            let bytes = try source.bytes(locator..<locator + 20)
            if bytes[..<4].littleEndian == 0x0706_4B50 {
                guard let at = Int(exactly: bytes[8..<16].littleEndian), at <= source.count - 56 else {
                    throw damaged("its 64-bit directory lies behind its end")
                }
                let record = try source.bytes(at..<at + 56)
                guard record[..<4].littleEndian == 0x0606_4B50 else { throw damaged("its 64-bit directory is missing") }
                entries = record[32..<40].littleEndian
                size = record[40..<48].littleEndian
                offset = record[48..<56].littleEndian
            }
        }
        guard let start = Int(exactly: offset), let length = Int(exactly: size), start <= source.count,
            length <= source.count - start
        else { throw damaged("its directory lies behind its end") }
        let directory = try source.bytes(start..<start + length)

        var members: [Member] = []
        var at = 0
        for _ in 0..<min(entries, UInt64(length / 46)) {
            guard at + 46 <= directory.count, directory[at..<at + 4].littleEndian == 0x0201_4B50 else {
                throw damaged("its directory is cut off")
            }
            func field(_ offset: Int, _ size: Int) -> UInt64 {
                directory[at + offset..<at + offset + size].littleEndian
            }
            let nameEnd = at + 46 + Int(field(28, 2)), extraEnd = nameEnd + Int(field(30, 2))
            let next = extraEnd + Int(field(32, 2))
            guard next <= directory.count else { throw damaged("its directory is cut off") }
            var extent = Extent(count: field(24, 4), packedCount: field(20, 4), headerOffset: field(42, 4))
            extent.widen(by: directory[nameEnd..<extraEnd])
            let name = String(decoding: directory[at + 46..<nameEnd], as: UTF8.self)
            guard let count = Int(exactly: extent.count), let packed = Int(exactly: extent.packedCount),
                let place = Int(exactly: extent.headerOffset), packed <= source.count, place <= source.count - 30
            else { throw damaged("member \"\(name)\" lies behind its end") }
            members.append(
                Member(
                    name: name, method: UInt16(field(10, 2)), flags: UInt16(field(8, 2)),
                    checksum: UInt32(field(16, 4)),
                    packedCount: packed, count: count, headerOffset: place))
            at = next
        }
        guard UInt64(members.count) == entries else { throw damaged("its directory is cut off") }
        self.members = members
    }

    /// How long a member is, unpacked and packed, and where its header lies.
    private struct Extent {
        var count: UInt64, packedCount: UInt64, headerOffset: UInt64

        /// Puts the 64-bit values of the extra field 1, which has them in this order, in the place of those that are all
        /// ones.
        mutating func widen(by extra: ArraySlice<UInt8>) {
            var rest = extra
            while rest.count >= 4 {
                let id = rest.prefix(2).littleEndian, size = Int(rest.dropFirst(2).prefix(2).littleEndian)
                var content = rest.dropFirst(4).prefix(size)
                func widen(_ value: inout UInt64) {
                    guard id == 1, value == 0xFFFF_FFFF, content.count >= 8 else { return }
                    value = content.prefix(8).littleEndian
                    content = content.dropFirst(8)
                }
                widen(&count)
                widen(&packedCount)
                widen(&headerOffset)
                rest = rest.dropFirst(4 + size)
            }
        }
    }

    /// The content of a member, unpacked and compared with its checksum, where that was not done before.
    package func content(of member: Member, isVerified: Bool = false) throws -> ByteSource {
        let context = "member \"\(member.name)\": "
        func failure(_ message: String) -> DataError { DataError(file: source.file, context + message) }
        if member.flags & 1 != 0 { throw failure("it is encrypted") }
        let header = try source.bytes(member.headerOffset..<member.headerOffset + 30)
        guard header[..<4].littleEndian == 0x0403_4B50 else {
            throw failure("its header is missing; the archive is damaged")
        }
        let start = member.headerOffset + 30 + Int(header[26..<28].littleEndian) + Int(header[28..<30].littleEndian)
        let packed = try source.part(start..<start + member.packedCount, context: context)
        switch member.method {
        case 0:
            guard member.count == member.packedCount else {
                throw failure("its two lengths differ; the archive is damaged")
            }
            if isVerified { return packed }
            var checksum: UInt32 = 0
            for from in stride(from: 0, to: member.count, by: 1 << 20) {
                let piece = try packed.bytes(from..<min(from + 1 << 20, member.count))
                checksum = piece.withUnsafeBytes { Deflate.checksum($0, after: checksum) }
            }
            try verify(checksum, member, failure)
            return packed
        case 8:
            try packed.checkMemory(
                checkedSum([packed.count, member.count]), "its \(MachineMemory.words(member.count))")
            guard let bytes = Deflate.decompressed(try packed.bytes(0..<packed.count), count: member.count) else {
                throw failure("its data cannot be decompressed; the archive is damaged")
            }
            try verify(bytes.withUnsafeBytes { Deflate.checksum($0) }, member, failure)
            return ByteSource(bytes, file: source.file, context: context)
        default:
            throw failure("it is compressed by method \(member.method); only stored and deflated members can be read")
        }
    }

    private func verify(_ checksum: UInt32, _ member: Member, _ failure: (String) -> DataError) throws {
        if checksum != member.checksum { throw failure("its checksum differs; the archive is damaged") }
    }
}

/// Writes the members of an archive one after the other.
package struct ZipWriter {
    private var directory: [UInt8] = []
    private var offset = 0
    private var count = 0
    private let output: (UnsafeRawBufferPointer) throws -> Void

    package init(_ output: @escaping (UnsafeRawBufferPointer) throws -> Void) { self.output = output }

    private mutating func write(_ bytes: UnsafeRawBufferPointer) throws {
        try output(bytes)
        offset += bytes.count
    }

    private mutating func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try write($0) }
    }

    /// Adds a member whose content is the parts one after the other.
    package mutating func add(_ name: String, _ parts: [UnsafeRawBufferPointer], compressed: Bool) throws {
        let length = parts.reduce(0) { $0 + $1.count }
        let checksum = parts.reduce(UInt32(0)) { Deflate.checksum($1, after: $0) }
        let packed = compressed ? Deflate.compressed(parts) : nil
        let packedLength = packed?.count ?? length
        let place = offset
        let limit = 0xFFFF_FFFF
        let isLarge = length >= limit || packedLength >= limit || place >= limit
        func short(_ value: Int) -> [UInt8] { isLarge ? [255, 255, 255, 255] : UInt32(value).littleEndianBytes }
        func long(_ values: [Int]) -> [UInt8] {
            guard isLarge else { return [] }
            return UInt16(1).littleEndianBytes + UInt16(values.count * 8).littleEndianBytes
                + values.flatMap(\.littleEndianBytes)
        }
        // Names are UTF-8 (flag 11); the date is 1 January 1980, so that equal arrays give equal files.
        let isASCII = name.utf8.allSatisfy { $0 < 0x80 }
        var common = UInt16(isLarge ? 45 : 20).littleEndianBytes
        common += UInt16(isASCII ? 0 : 0x800).littleEndianBytes + UInt16(compressed ? 8 : 0).littleEndianBytes
        common += [0, 0, 0x21, 0] + checksum.littleEndianBytes + short(packedLength) + short(length)
        common += UInt16(name.utf8.count).littleEndianBytes
        let local = long([length, packedLength]), central = long([length, packedLength, place])

        try write(
            UInt32(0x0403_4B50).littleEndianBytes + common + UInt16(local.count).littleEndianBytes + Array(name.utf8)
                + local)
        if let packed { try write(packed) } else { for part in parts { try write(part) } }

        directory +=
            UInt32(0x0201_4B50).littleEndianBytes + UInt16(isLarge ? 0x032D : 0x0314).littleEndianBytes + common
        directory += UInt16(central.count).littleEndianBytes + [0, 0, 0, 0, 0, 0]  // comment, disk, kind
        directory += UInt32(0o100644 << 16).littleEndianBytes + short(place) + Array(name.utf8) + central
        count += 1
    }

    /// Writes the directory.
    package mutating func finish() throws {
        let place = offset, size = directory.count
        try write(directory)
        if count >= 0xFFFF || size >= 0xFFFF_FFFF || place >= 0xFFFF_FFFF {
            let record = offset
            var bytes =
                UInt32(0x0606_4B50).littleEndianBytes + 44.littleEndianBytes + [45, 3, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]
            bytes +=
                count.littleEndianBytes + count.littleEndianBytes + size.littleEndianBytes + place.littleEndianBytes
            bytes += UInt32(0x0706_4B50).littleEndianBytes + [0, 0, 0, 0] + record.littleEndianBytes + [1, 0, 0, 0]
            try write(bytes)
        }
        var bytes = UInt32(0x0605_4B50).littleEndianBytes + [0, 0, 0, 0]
        let shortCount = UInt16(min(count, 0xFFFF)).littleEndianBytes
        bytes += shortCount + shortCount + UInt32(min(size, 0xFFFF_FFFF)).littleEndianBytes
        bytes += UInt32(min(place, 0xFFFF_FFFF)).littleEndianBytes + [0, 0]
        try write(bytes)
    }
}
