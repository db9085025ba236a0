import Foundation
import Synchronization
import TernCore

extension ZarrArray {
    /// Writes the numbers in a part of the array to `target`, chunks on all threads.
    func numbers(in ranges: [Range<Int>], into target: UnsafeMutableRawBufferPointer) throws {
        guard !type.element.isText else { throw failure("it holds texts") }
        let parts = try parts(ranges), indices = ShardIndices()
        let target = UncheckedBuffer(target.bindMemory(to: UInt8.self))
        let problem = Mutex<(any Error)?>(nil)
        ThreadPool.current.forEachPiece(of: parts.count, grain: 1) { index, _ in
            if problem.withLock({ $0 != nil }) { return }
            do { try copy(parts[index], indices, into: target.pointer) } catch { problem.withLock { $0 = $0 ?? error } }
        }
        if let error = problem.withLock({ $0 }) { throw error }
    }

    private func copy(_ part: ChunkPart, _ indices: ShardIndices, into target: UnsafeMutablePointer<UInt8>) throws {
        let size = type.element.size, count = chunks.reduce(1, *)
        guard let (key, source) = try chunk(part.place, indices) else {
            // Without a fill value all chunks are written.
            guard layout.fill.isGiven else {
                throw failure(
                    "chunk \(part.place.map(String.init).joined(separator: ".")) is not there, and no fill_value stands for it; the store was copied only in part"
                )
            }
            let fill = convertedFill
            part.forEachRow { _, place, count in
                UnsafeMutableRawBufferPointer(start: target + place * size, count: count * size).fill(with: fill)
            }
            return
        }
        do {
            // What is too short is not given memory.
            try codecs.check(source.count, mayHold: storedChunkBytes)
            if type.isPlain, part.isWhole {
                let place = UnsafeMutableRawBufferPointer(start: target + part.start * size, count: count * size)
                return try codecs.decode(source, shape: chunks, element, into: place)
            }
            let numbers = UnsafeMutableRawBufferPointer.allocate(byteCount: count * size, alignment: 64)
            defer { numbers.deallocate() }
            // Halves lie at the end, so that they can be widened from the front on.
            let stored = UnsafeMutableRawBufferPointer(rebasing: numbers[(count * (size - type.storedSize))...])
            try codecs.decode(source, shape: chunks, element, into: stored)
            convert(stored, into: numbers)
            part.copy(numbers.baseAddress!, into: target, elementSize: size)
        } catch let damage as ChunkDamage { throw damaged(key, damage) }
    }

    /// Numbers of types that Tern lacks become others.
    private func convert(_ stored: UnsafeMutableRawBufferPointer, into numbers: UnsafeMutableRawBufferPointer) {
        switch type {
        case .half:
            for i in 0..<numbers.count / 4 {
                numbers.storeBytes(
                    of: ElementFormat.half(stored.load(fromByteOffset: 2 * i, as: UInt16.self)), toByteOffset: 4 * i,
                    as: Float.self)
            }
        case .date(let unit) where !unit.isPlain:
            let counts = numbers.bindMemory(to: Int64.self)
            for i in counts.indices { counts[i] = unit.count(counts[i]) }
        default: break
        }
    }

    /// The fill value as it is read.
    private var convertedFill: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: type.element.size - type.storedSize) + layout.fill.bytes
        bytes.withUnsafeMutableBytes { bytes in
            convert(UnsafeMutableRawBufferPointer(rebasing: bytes[(bytes.count - type.storedSize)...]), into: bytes)
        }
        return bytes
    }
}
