import Foundation
import Synchronization
import TernCore

extension ZarrArray {
    /// Writes the numbers in a part of the array to `target`, chunks on all threads.
    func numbers(in ranges: [Range<Int>], into target: UnsafeMutableRawBufferPointer) throws {
        guard case .number = layout else { throw failure("it holds texts") }
        try checkChunkCount(ranges)
        let parts = ChunkPart.all(of: ranges, chunks: chunks)
        let target = UncheckedBuffer(target.bindMemory(to: UInt8.self))
        let problem = Mutex<(any Error)?>(nil)
        ThreadPool.shared.forEachPiece(of: parts.count, grain: 1) { index, _ in
            if problem.withLock({ $0 != nil }) { return }
            do { try copy(parts[index], into: target.pointer) } catch { problem.withLock { $0 = $0 ?? error } }
        }
        if let error = problem.withLock({ $0 }) { throw error }
    }

    private func copy(_ part: ChunkPart, into target: UnsafeMutablePointer<UInt8>) throws {
        guard case .number(let kind, let stored, let bigEndian) = layout else { return }
        let size = type.size, count = chunkBytes / size
        let packed = try chunk(part.place)
        // What is too short is not given memory.
        if let packed, !codec.mayHold(storedChunkBytes, in: packed.bytes) { throw damaged(packed.key) }
        let isPlain = stored == size && !bigEndian
        if isPlain, part.isWhole, let packed {
            let place = UnsafeMutableRawBufferPointer(start: target + part.start * size, count: count * size)
            guard codec.decode(packed.bytes, into: place) else { throw damaged(packed.key) }
            return
        }
        let numbers = UnsafeMutableRawBufferPointer.allocate(byteCount: count * size, alignment: 64)
        defer { numbers.deallocate() }
        if let packed {
            // Halves lie at the end, so that they can be widened from the front on.
            let bytes = UnsafeMutableRawBufferPointer(rebasing: numbers[(count * (size - stored))...])
            guard codec.decode(packed.bytes, into: bytes) else { throw damaged(packed.key) }
            if bigEndian { Self.swap(bytes, size: stored) }
            if kind == "f", stored == 2 { Self.widen(bytes, into: numbers, count) }
        } else if let type = type.number {
            fill(numbers, type)
        }
        part.forEachRow { source, place, count in
            memcpy(target + place * size, numbers.baseAddress! + source * size, count * size)
        }
    }

    private func fill<N: StoredNumber>(_ numbers: UnsafeMutableRawBufferPointer, _: N.Type) {
        numbers.bindMemory(to: N.self).initialize(repeating: N(nearest: fill ?? 0))
    }

    private static func swap(_ bytes: UnsafeMutableRawBufferPointer, size: Int) {
        func swap<N: FixedWidthInteger>(_ type: N.Type) {
            let numbers = bytes.bindMemory(to: type)
            for i in numbers.indices { numbers[i] = numbers[i].byteSwapped }
        }
        switch size {
        case 2: swap(UInt16.self)
        case 4: swap(UInt32.self)
        case 8: swap(UInt64.self)
        default: break
        }
    }

    private static func widen(_ halves: UnsafeMutableRawBufferPointer, into numbers: UnsafeMutableRawBufferPointer, _ count: Int) {
        for i in 0..<count {
            let half = halves.load(fromByteOffset: 2 * i, as: UInt16.self)
            numbers.storeBytes(of: ElementFormat.half(half), toByteOffset: 4 * i, as: Float.self)
        }
    }
}
