import TernCore

/// A filter of version 2 that stores numbers as others: differences of neighbours, or scaled.
///
/// Source: https://numcodecs.readthedocs.io, `delta.py` and `fixedscaleoffset.py`.
struct NumberFilter: Equatable {
    /// What the numbers are, and as what they are stored.
    private let type: ElementType, storedType: ElementType
    /// Nil for differences.
    private let scaling: Scaling?

    private struct Scaling: Equatable { let scale: Double, offset: Double }

    init(_ name: String, _ settings: [String: Any]) throws {
        func type(_ key: String) throws -> ElementType? {
            guard let dtype = settings[key] as? String else { return nil }
            // Bytes in the other order are swapped after the filters.
            guard !dtype.hasPrefix(">"), case .number(let type)? = try? ZarrType(version2: dtype, filters: []) else {
                throw ZarrUnknown(
                    description:
                        "its filter \"\(name)\" is for the type \(dtype), which Tern does not know; write it without filters"
                )
            }
            return type
        }
        guard let plain = try type("dtype") else {
            throw ZarrDamage(description: "its filter \"\(name)\" names no type")
        }
        self.type = plain
        storedType = try type("astype") ?? plain
        if name == "delta" {
            scaling = nil
        } else {
            guard let scale = settings["scale"].flatMap(ZarrJSON.number),
                let offset = settings["offset"].flatMap(ZarrJSON.number)
            else {
                throw ZarrDamage(description: "its filter \"\(name)\" lacks scale and offset")
            }
            scaling = Scaling(scale: scale, offset: offset)
        }
    }

    func storedCount(of count: Int) -> Int? {
        count % type.size == 0 ? checkedProduct([count / type.size, storedType.size]) : nil
    }

    func count(of storedCount: Int) -> Int { storedCount / storedType.size * type.size }

    func decode(_ bytes: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) throws(ChunkDamage) {
        guard self.storedCount(of: target.count) == bytes.count else {
            throw ChunkDamage(reason: "it holds \(bytes.count) bytes of filtered numbers, which are not its own")
        }
        guard let stored = storedType.number, let out = type.number else { return }
        decode(bytes, stored, out, target)
    }

    private func decode<In: StoredNumber, Out: StoredNumber>(
        _ bytes: UnsafeRawBufferPointer, _: In.Type, _: Out.Type, _ target: UnsafeMutableRawBufferPointer
    ) {
        let n = target.count / MemoryLayout<Out>.size
        func number(_ i: Int) -> In { bytes.loadUnaligned(fromByteOffset: i * MemoryLayout<In>.size, as: In.self) }
        func put(_ value: Out, _ i: Int) {
            withUnsafeBytes(of: value) {
                UnsafeMutableRawBufferPointer(rebasing: target[(i * $0.count)...]).copyMemory(from: $0)
            }
        }
        if let scaling {
            // In single precision where NumPy divides in it.
            if In.self == Float.self {
                let scale = Float(scaling.scale), offset = Float(scaling.offset)
                for i in 0..<n { put(Out(nearest: Double(number(i).float / scale + offset)), i) }
            } else {
                for i in 0..<n { put(Out(nearest: number(i).double / scaling.scale + scaling.offset), i) }
            }
        } else if let integer = Out.self as? any FixedWidthInteger.Type,
            let stored = In.self as? any FixedWidthInteger.Type
        {
            sums(n, bytes, stored, integer, target)
        } else if Out.self == Float.self {
            var sum: Float = 0
            for i in 0..<n { sum += number(i).float; put(Out(nearest: Double(sum)), i) }
        } else {
            var sum = 0.0
            for i in 0..<n { sum += number(i).double; put(Out(nearest: sum), i) }
        }
    }

    /// Sums that go round where the type ends, as differences did.
    private func sums<In: FixedWidthInteger, Out: FixedWidthInteger>(
        _ n: Int, _ bytes: UnsafeRawBufferPointer, _: In.Type, _: Out.Type, _ target: UnsafeMutableRawBufferPointer
    ) {
        var sum: Out = 0
        for i in 0..<n {
            sum &+= Out(truncatingIfNeeded: bytes.loadUnaligned(fromByteOffset: i * MemoryLayout<In>.size, as: In.self))
            withUnsafeBytes(of: sum) {
                UnsafeMutableRawBufferPointer(rebasing: target[(i * $0.count)...]).copyMemory(from: $0)
            }
        }
    }
}
