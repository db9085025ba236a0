import TernCore

/// Which elements of an array fold onto which of its reduction: dimensions that are folded away, others that are kept.
struct Folding {
    /// The number of results.
    let count: Int
    /// Runs of neighbouring dimensions of one kind, from the outermost: length, and the steps in source and result.
    private var runs: [(length: Int, source: Int, target: Int)] = []

    init(shape: [Int], folded: Set<Int>) {
        var source = 1, target = 1
        var previous: Bool?
        for axis in shape.indices.reversed() {
            let isFolded = folded.contains(axis)
            if previous == isFolded {
                runs[0].length *= shape[axis]
            } else {
                runs.insert((shape[axis], source, isFolded ? 0 : target), at: 0)
                previous = isFolded
            }
            source *= shape[axis]
            if !isFolded { target *= shape[axis] }
        }
        if runs.isEmpty { runs = [(1, 1, 1)] }
        count = target
    }

    /// Calls `body` for every element in row-major order.
    @inline(__always)
    func forEach(_ body: (_ source: Int, _ target: Int) -> Void) {
        let inner = runs[runs.count - 1]
        RowWalk.forEach(in: runs.map(\.length)) { index in
            var source = 0, target = 0
            for i in index.indices {
                source += index[i] * runs[i].source
                target += index[i] * runs[i].target
            }
            for i in 0..<inner.length { body(source + i, target + i * inner.target) }
        }
    }
}

/// An array as [outer, n, inner] around one of its dimensions.
struct Series {
    let outer: Int, n: Int, inner: Int

    init(_ shape: [Int], axis: Int) {
        outer = shape[..<axis].reduce(1, *)
        n = shape[axis]
        inner = shape[(axis + 1)...].reduce(1, *)
    }

    @inline(__always) func index(_ o: Int, _ t: Int, _ i: Int) -> Int { (o * n + t) * inner + i }
}

/// The rows of an array: every index but that of the last dimension, which stays 0.
enum RowWalk {
    static func forEach(in shape: [Int], _ body: ([Int]) throws -> Void) rethrows {
        if shape.contains(0) { return }
        var index = [Int](repeating: 0, count: shape.count)
        while true {
            try body(index)
            guard let axis = index.indices.dropLast().reversed().first(where: { index[$0] + 1 < shape[$0] }) else { return }
            index[axis] += 1
            for i in (axis + 1)..<index.count { index[i] = 0 }
        }
    }
}
