import TernCore

/// Bytes of a file, or unpacked from one, with what an error about them must say.
package struct ByteSource {
    package let file: String
    /// What comes before the message of an error, such as `array "sst": `.
    package var context = ""
    package let count: Int
    private let reader: (Int, UnsafeMutableRawBufferPointer) throws -> Void

    /// A regular file.
    init(_ file: InputFile) throws {
        guard let count = file.count else { throw InputFile.noFile(file.path) }
        self.file = file.path
        self.count = count
        reader = { try file.read(at: $0, into: $1) }
    }

    /// The regular file at a path.
    ///
    /// - Throws: `DataError` where there is none that can be read.
    package init(contentsOf path: String) throws { try self.init(InputFile(path, regularAt: path)) }

    /// Bytes in memory that came from a file.
    package init(_ bytes: [UInt8], file: String, context: String) {
        self.file = file
        self.context = context
        count = bytes.count
        reader = { offset, target in
            bytes.withUnsafeBytes {
                target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + target.count]))
            }
        }
    }

    private init(_ whole: ByteSource, _ range: Range<Int>, context: String) {
        file = whole.file
        self.context = context
        count = range.count
        reader = { try whole.reader(range.lowerBound + $0, $1) }
    }

    package func failure(_ message: String) -> DataError { DataError(file: file, context + message) }

    /// - Throws: `DataError` where memory does not hold so many bytes; nil stands for more than could be.
    package func checkMemory(_ bytes: Int?, _ what: String) throws {
        if let complaint = MachineMemory.complaint(about: bytes) {
            throw failure("\(what) cannot be read: \(complaint)")
        }
    }

    /// A part, which must lie within these bytes.
    func part(_ range: Range<Int>, context: String) throws -> ByteSource {
        guard range.upperBound <= count else {
            throw DataError(
                file: file,
                "\(context)its bytes would end at \(range.upperBound), the file has \(count); it was copied only in part"
            )
        }
        return ByteSource(self, range, context: context)
    }

    /// Fills `target` from `offset` on.
    func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws {
        guard offset >= 0, offset <= count, target.count <= count - offset else {
            throw failure(
                "\(target.count) bytes from byte \(offset) on are needed, \(count) are there; the file was copied only in part"
            )
        }
        try reader(offset, target)
    }

    package func bytes(_ range: Range<Int>) throws -> [UInt8] {
        guard range.lowerBound >= 0, range.upperBound <= count else {
            throw failure("\(range.upperBound) bytes are needed, \(count) are there; the file was copied only in part")
        }
        return try [UInt8](unsafeUninitializedCapacity: range.count) { buffer, written in
            try reader(
                range.lowerBound,
                UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<range.count]))
            written = range.count
        }
    }
}

extension Collection<UInt8> {
    /// The unsigned integer of these bytes, the lowest first.
    var littleEndian: UInt64 { reversed().reduce(0) { $0 << 8 | UInt64($1) } }
}

extension FixedWidthInteger {
    /// The bytes, the lowest first.
    var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}

extension UnsafeMutableRawBufferPointer {
    /// Turns the bytes of each element round, from the order of another processor to that of this one.
    func swapBytes(elementSize: Int) {
        func swap<N: FixedWidthInteger>(_ type: N.Type) {
            let numbers = bindMemory(to: type)
            for i in numbers.indices { numbers[i] = numbers[i].byteSwapped }
        }
        switch elementSize {
        case 2: swap(UInt16.self)
        case 4: swap(UInt32.self)
        case 8: swap(UInt64.self)
        default: break
        }
    }
}
