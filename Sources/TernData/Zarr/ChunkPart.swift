import Foundation

/// The part of a chunk that belongs to a range of the array, and where it lies in the result.
struct ChunkPart {
    /// Which chunk, by dimension.
    let place: [Int]
    private let shape: [Int], chunk: [Int], result: [Int]
    /// Where the part begins in the chunk and in the result.
    private let source: [Int], target: [Int]

    /// The parts that make up the ranges, in row-major order.
    static func all(of ranges: [Range<Int>], chunks: [Int]) -> [ChunkPart] {
        if ranges.contains(where: \.isEmpty) { return [] }
        let grid = zip(ranges, chunks).map { $0.lowerBound / $1...($0.upperBound - 1) / $1 }
        var parts: [ChunkPart] = []
        Self.forEachIndex(in: grid.map(\.count)) { index in
            let place = zip(index, grid).map { $0 + $1.lowerBound }
            let starts = zip(place, chunks).map { $0 * $1 }
            let first = zip(starts, ranges).map { max($0, $1.lowerBound) }
            let end = zip(zip(starts, chunks), ranges).map { min($0.0 + $0.1, $1.upperBound) }
            parts.append(
                ChunkPart(
                    place: place, shape: zip(end, first).map { $0 - $1 }, chunk: chunks, result: ranges.map(\.count),
                    source: zip(first, starts).map { $0 - $1 }, target: zip(first, ranges).map { $0 - $1.lowerBound }))
        }
        return parts
    }

    /// The index in the result at which the part begins.
    var start: Int { zip(target, result).reduce(0) { $0 * $1.1 + $1.0 } }

    /// Whether it is all of the chunk and lies in the result as it does there.
    var isWhole: Bool { shape == chunk && leading == 0 }

    /// How many dimensions must be walked; those after the next are whole in chunk and result.
    private var leading: Int {
        var axis = max(0, shape.count - 1)
        while axis > 0, shape[axis] == chunk[axis], shape[axis] == result[axis] { axis -= 1 }
        return axis
    }

    /// Calls `body` with each run of neighbours: where it begins in the chunk and in the result, and its length.
    func forEachRow(_ body: (_ source: Int, _ target: Int, _ count: Int) -> Void) {
        let leading = leading, count = shape[leading...].reduce(1, *)
        Self.forEachIndex(in: Array(shape[..<leading])) { index in
            var from = 0, to = 0
            for axis in shape.indices {
                let step = axis < leading ? index[axis] : 0
                from = from * chunk[axis] + source[axis] + step
                to = to * result[axis] + target[axis] + step
            }
            body(from, to, count)
        }
    }

    /// Copies the part from a chunk to its place in the result.
    func copy(_ chunk: UnsafeRawPointer, into result: UnsafeMutableRawPointer, elementSize size: Int) {
        forEachRow { source, target, count in memcpy(result + target * size, chunk + source * size, count * size) }
    }

    /// The same of elements that are no plain bytes.
    func copy<Element>(_ chunk: [Element], into result: inout [Element]) {
        forEachRow { source, target, count in
            result.replaceSubrange(target..<target + count, with: chunk[source..<source + count])
        }
    }

    private static func forEachIndex(in shape: [Int], _ body: ([Int]) -> Void) {
        var index = [Int](repeating: 0, count: shape.count)
        while true {
            body(index)
            guard let axis = shape.indices.last(where: { index[$0] + 1 < shape[$0] }) else { return }
            index[axis] += 1
            for inner in shape.indices where inner > axis { index[inner] = 0 }
        }
    }
}
