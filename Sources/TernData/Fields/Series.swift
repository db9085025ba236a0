import TernCore

/// An array as [outer, n, inner] around one of its dimensions.
struct Series {
    let outer: Int, n: Int, inner: Int

    init(_ shape: [Int], axis: Int) {
        outer = shape[..<axis].reduce(1, *)
        n = shape[axis]
        inner = shape[(axis + 1)...].reduce(1, *)
    }

    @inline(__always) func index(_ o: Int, _ t: Int, _ i: Int) -> Int { (o * n + t) * inner + i }

    /// Calls `body` on all threads with an outer entry and some neighbouring series, few enough for the cache.
    func forEachBlock(width: Int, _ body: (_ outer: Int, _ columns: Range<Int>) -> Void) {
        let blocks = (inner + width - 1) / width
        ThreadPool.current.forEachPiece(of: outer * blocks, grain: max(1, 64 / max(inner, 1))) { start, end in
            for block in start..<end {
                let first = block % blocks * width
                body(block / blocks, first..<min(inner, first + width))
            }
        }
    }
}
