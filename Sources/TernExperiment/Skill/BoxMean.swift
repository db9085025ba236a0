import Tern

/// The box of a map whose mean follows a series most closely.
///
/// Rows and columns are chosen in turn, all pairs of borders of one while the other stays, until the correlation grows
/// no more. Columns may go round the globe. Where a series is the mean over a box, there is no higher correlation than
/// that box's.
struct BoxMean {
    var rows: ClosedRange<Int>
    /// The last may lie beyond the last column: it goes on with the first.
    var columns: ClosedRange<Int>
    private let shape: (rows: Int, columns: Int)

    /// - Parameters:
    ///   - maps: [times, rows, columns], each cell times its area.
    ///   - series: nothing in it is missing.
    ///   - wraps: whether the first column is next to the last.
    /// - Returns: nil where nothing varies.
    /// - Complexity: the squares of rows and columns times the times, a few times over; above two hundred rows or
    ///   columns the borders are chosen one by one.
    init?(of maps: [Double], rows: Int, columns: Int, like series: [Double], wraps: Bool) {
        let times = series.count, count = rows * columns
        let mean = series.mean, y = series.map { $0 - mean }
        let yy = y.reduce(0) { $0 + $1 * $1 }
        guard yy > 0, count > 0, maps.count == times * count else { return nil }
        /// The squared correlation; 0 where it is none.
        func likeness(_ value: (Int) -> Double) -> Double {
            var x = 0.0, xx = 0.0, xy = 0.0
            for t in 0..<times {
                let own = value(t)
                x += own
                xx += own * own
                xy += own * y[t]
            }
            let variance = xx - x * x / Double(times)
            return variance > 1e-12 * xx ? xy * xy / (variance * yy) : 0
        }
        /// The borders of a run of values, of which sums up to each are given, time by time.
        func borders(_ sums: [[Double]], most: Int, from old: ClosedRange<Int>) -> (ClosedRange<Int>, Double) {
            let length = sums[0].count - 1
            var best = (old, -1.0)
            func look(_ a: Int, _ b: Int) {
                let found = likeness { sums[$0][b + 1] - sums[$0][a] }
                // Of boxes as good, the old one.
                if found > best.1 * (1 + 1e-12) || a...b == old && found >= best.1 { best = (a...b, found) }
            }
            look(old.lowerBound, old.upperBound)
            guard most <= 200 else {
                for b in old.lowerBound..<min(length, old.lowerBound + most) { look(old.lowerBound, b) }
                for a in max(0, best.0.upperBound - most + 1)...best.0.upperBound { look(a, best.0.upperBound) }
                return best
            }
            for a in 0..<most { for b in a..<min(length, a + most) { look(a, b) } }
            return best
        }
        func running(_ values: some Sequence<Double>) -> [Double] {
            values.reduce(into: [0]) { $0.append($0.last! + $1) }
        }
        // From the cell that is most alike.
        let cell = (0..<count).map { k in likeness { maps[$0 * count + k] } }.enumerated().max {
            $0.element < $1.element
        }!
        guard cell.element > 0 else { return nil }
        let (row, column) = (cell.offset / columns, cell.offset % columns), all = (0...rows - 1, 0...columns - 1)
        var best = (box: (rows: row...row, columns: column...column), likeness: cell.element)
        // Also from whole rows and whole columns, since belts are no boxes that grow from a cell.
        for start in [(row...row, column...column), (row...row, all.1), (all.0, column...column)] {
            var box = (rows: start.0, columns: start.1), likeness = 0.0
            for _ in 0..<20 {
                let along = (0..<times).map { t in
                    running(
                        (0..<rows).map { i in
                            box.columns.reduce(0) { $0 + maps[t * count + i * columns + $1 % columns] }
                        })
                }
                let (found, _) = borders(along, most: rows, from: box.rows)
                let across = (0..<times).map { t in
                    let sums = (0..<columns).map { j in found.reduce(0) { $0 + maps[t * count + $1 * columns + j] } }
                    return running(wraps ? sums + sums.dropLast() : sums)
                }
                let (sides, reached) = borders(across, most: columns, from: box.columns)
                let isSettled = found == box.rows && sides == box.columns
                (box, likeness) = ((found, sides), reached)
                if isSettled { break }
            }
            if likeness > best.likeness * (1 + 1e-12) { best = (box, likeness) }
        }
        let box = best.box
        (self.rows, self.columns) = box
        shape = (rows, columns)
    }

    /// The mean at each time, but for a factor.
    func values(of maps: [Double]) -> [Double] {
        let count = shape.rows * shape.columns
        return stride(from: 0, to: maps.count, by: count).map { map in
            rows.reduce(0) { sum, i in columns.reduce(sum) { $0 + maps[map + i * shape.columns + $1 % shape.columns] } }
        }
    }

    /// Whether it is all of the map.
    var isWhole: Bool { rows.count == shape.rows && columns.count == shape.columns }
}
