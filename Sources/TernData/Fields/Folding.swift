import TernCore

/// Which elements of an array fold onto which of its reduction: dimensions that are folded away, others that are kept,
/// and one whose entries may be folded onto groups.
struct Folding {
    /// The number of results.
    let count: Int
    /// How many sets of results are made, to be joined in order: more than one where threads could not part them.
    private(set) var sets = 1
    /// Runs of neighbouring dimensions of one kind, from the outermost.
    private var runs: [Run] = []
    /// The run whose entries threads share out, and how many they take at a time: by shape alone.
    private var shared = 0, grain = 1

    private struct Run {
        var length: Int
        /// From one entry to the next.
        var source: Int, target: Int, weight: Int
        /// Where each entry goes, in steps of the target; below 0 for nowhere.
        var groups: [Int]?

        var isKept: Bool { target > 0 && groups == nil }
    }

    /// Neighbouring elements: where they begin, and their results (at one place, or side by side) and weights
    /// (likewise).
    struct Row {
        let source: Int, target: Int, weight: Int, count: Int, set: Int
    }

    /// - Parameters:
    ///   - groups: the group of each entry of a dimension, below 0 for none, and how many groups there are.
    ///   - weights: the dimensions that weights in the same order have.
    init(shape: [Int], folded: Set<Int>, groups: (axis: Int, of: [Int], count: Int)? = nil, weights: Set<Int> = []) {
        var source = 1, target = 1, weight = 1
        for axis in shape.indices.reversed() {
            let length = shape[axis], isGrouped = groups?.axis == axis, isFolded = folded.contains(axis)
            let run = Run(
                length: length, source: source, target: isFolded ? 0 : target,
                weight: weights.contains(axis) ? weight : 0,
                groups: isGrouped ? groups!.of : nil)
            source *= length
            if isGrouped { target *= groups!.count } else if !isFolded { target *= length }
            if run.weight > 0 { weight *= length }
            if let first = runs.first, first.groups == nil, !isGrouped, first.isKept == run.isKept,
                run.weight == first.weight * first.length
            {
                runs[0].length *= length
            } else if length != 1 || isGrouped {
                runs.insert(run, at: 0)
            }
        }
        if runs.isEmpty || runs.last?.groups != nil { runs.append(Run(length: 1, source: 1, target: 1, weight: 0)) }
        count = target
        // Enough for a thread to be worth it, and rows that are not too short.
        let kept = runs.firstIndex { $0.isKept && $0.length > 1 }
        shared = kept ?? 0
        let length = max(runs[shared].length, 1)
        grain = max(1, (1 << 18) / max(source / length, 1))
        if shared == runs.count - 1 { grain = max(grain, 64) }
        if kept == nil {
            grain = max(grain, (length + 63) / 64)
            sets = (length + grain - 1) / grain
        }
    }

    /// Whether the results of a row lie side by side, not at one place; and its weights.
    var keepsRows: Bool { runs[runs.count - 1].isKept }
    var weighsRows: Bool { runs[runs.count - 1].weight > 0 }

    /// Calls `body` with all rows on all threads; those that share results in order, on one thread.
    func forEachRow(_ body: (Row) -> Void) {
        if runs.contains(where: { $0.length == 0 }) { return }
        ThreadPool.current.forEachPiece(of: runs[shared].length, grain: grain) { start, end in
            walk(
                0, start..<end, Row(source: 0, target: 0, weight: 0, count: 0, set: sets > 1 ? start / grain : 0), body)
        }
    }

    private func walk(_ level: Int, _ part: Range<Int>, _ row: Row, _ body: (Row) -> Void) {
        let run = runs[level], range = level == shared ? part : 0..<run.length
        func entry(_ i: Int, _ place: Int, _ count: Int) -> Row {
            Row(
                source: row.source + i * run.source, target: row.target + place * run.target,
                weight: row.weight + i * run.weight, count: count, set: row.set)
        }
        if level == runs.count - 1 { return body(entry(range.lowerBound, range.lowerBound, range.count)) }
        for i in range {
            let place = run.groups?[i] ?? i
            if place >= 0 { walk(level + 1, part, entry(i, place, 0), body) }
        }
    }
}
