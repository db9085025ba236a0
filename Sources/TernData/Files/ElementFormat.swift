import TernCore

/// How a file holds one element: a type of Tern, or a near one that is converted on reading.
enum ElementFormat: Equatable {
    case native(DType)
    case int8, uint8, int16, uint16, uint32, uint64, float16, bfloat16

    /// Bytes of an element in the file.
    var size: Int {
        switch self {
        case .native(let dtype): dtype.size
        case .int8, .uint8: 1
        case .int16, .uint16, .float16, .bfloat16: 2
        case .uint32: 4
        case .uint64: 8
        }
    }

    /// The type in memory, which holds each value exactly.
    var dtype: DType {
        switch self {
        case .native(let dtype): dtype
        case .int8, .uint8, .int16, .uint16: .int32
        case .uint32, .uint64: .int64
        case .float16, .bfloat16: .float32
        }
    }

    /// Bytes of an array, nil where no array of this shape could be.
    func byteCount(of shape: [Int]) -> Int? {
        // Nor may what it becomes in memory be more than there could be.
        guard checkedProduct(shape + [max(size, dtype.size)]) != nil else { return nil }
        return checkedProduct(shape + [size])
    }

    /// The tensor whose elements begin at `offset`, in row-major order.
    ///
    /// - Throws: `DataError` where the bytes end before, where memory does not hold it, or where an unsigned number
    ///   is too large.
    func tensor(shape: [Int], from source: ByteSource, at offset: Int, bigEndian: Bool = false) throws -> Tensor {
        try source.checkMemory(checkedProduct(shape + [dtype.size]), "an array of shape \(shape)")
        return try Tensor(shape: shape, dtype: dtype) { target in
            guard case .native(let dtype) = self else {
                return try convert(into: target, from: source, at: offset, bigEndian: bigEndian)
            }
            try source.read(at: offset, into: target)
            if bigEndian { target.swapBytes(elementSize: dtype.size) }
            // Any other byte is no Bool in Swift.
            if dtype == .bool { for i in target.indices where target[i] > 1 { target[i] = 1 } }
        }
    }

    private func convert(
        into target: UnsafeMutableRawBufferPointer, from source: ByteSource, at offset: Int, bigEndian: Bool
    ) throws {
        let count = target.count / dtype.size
        func run<In: FixedWidthInteger, Out>(_ type: In.Type, _ convert: (In) throws -> Out) throws {
            let out = target.bindMemory(to: Out.self)
            // By blocks, so that the file's form is never held whole.
            for start in stride(from: 0, to: count, by: 1 << 16) {
                let n = min(1 << 16, count - start)
                let bytes = try source.bytes(offset + start * size..<offset + (start + n) * size)
                try bytes.withUnsafeBytes { raw in
                    for i in 0..<n {
                        let value = raw.loadUnaligned(fromByteOffset: i * size, as: In.self)
                        out[start + i] = try convert(bigEndian ? value.byteSwapped : value)
                    }
                }
            }
        }
        switch self {
        case .native: break
        case .int8: try run(Int8.self) { Int32($0) }
        case .uint8: try run(UInt8.self) { Int32($0) }
        case .int16: try run(Int16.self) { Int32($0) }
        case .uint16: try run(UInt16.self) { Int32($0) }
        case .uint32: try run(UInt32.self) { Int64($0) }
        case .float16: try run(UInt16.self, Self.half)
        case .bfloat16: try run(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
        case .uint64:
            try run(UInt64.self) { value in
                guard let signed = Int64(exactly: value) else {
                    throw source.failure("it holds \(value), which is more than an int64 can; store it as float64")
                }
                return signed
            }
        }
    }

    /// The value of an IEEE 754 number of 16 bits.
    static func half(_ bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10 & 0x1F), fraction = UInt32(bits & 0x3FF)
        switch exponent {
        case 0:
            let magnitude = Float(fraction) * 0x1p-24
            return sign == 0 ? magnitude : -magnitude
        case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
