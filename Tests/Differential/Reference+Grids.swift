import TernCore

// Convolutions and pooling as sums over windows, for one to three dimensions of the grid.

/// Calls `body` for each place, cell of its window inside the grid, and the cell of the grid that this is.
private func forEachCell(
    grid: [Int], places: [Int], size: [Int], _ s: Operation.Sliding,
    _ body: (_ place: [Int], _ tap: [Int], _ cell: [Int]) -> Void
) {
    let taps = PlainArray.positions(size)
    for place in PlainArray.positions(places) {
        for tap in taps {
            let cell = grid.indices.map { place[$0] * s.strides[$0] + tap[$0] * s.dilations[$0] - s.before[$0] }
            if zip(cell, grid).allSatisfy({ $0 >= 0 && $0 < $1 }) { body(place, tap, cell) }
        }
    }
}

private func places(_ grid: [Int], _ size: [Int], _ s: Operation.Sliding) -> [Int] {
    grid.indices.map {
        (grid[$0] + s.before[$0] + s.after[$0] - (size[$0] - 1) * s.dilations[$0] - 1) / s.strides[$0] + 1
    }
}

func convolved(_ x: PlainArray, _ w: PlainArray, _ s: Operation.Sliding, _ scale: inout [Double]?) -> PlainArray {
    let grid = Array(x.shape[1..<(x.rank - 1)]), size = Array(w.shape.dropLast(2))
    let out = places(grid, size, s), filters = w.shape.last!, perGroup = w.shape[w.rank - 2]
    let shape = [x.shape[0]] + out + [filters]
    var sums = [Double](repeating: 0, count: PlainArray.count(shape)), sizes = sums
    forEachCell(grid: grid, places: out, size: size, s) { place, tap, cell in
        for n in 0..<x.shape[0] {
            for f in 0..<filters {
                let at = PlainArray.offset([n] + place + [f], in: shape), group = f / (filters / s.groups)
                for c in 0..<perGroup {
                    let term = x[[n] + cell + [group * perGroup + c]] * w[tap + [c, f]]
                    sums[at] += term
                    sizes[at] += abs(term)
                }
            }
        }
    }
    scale = sizes
    return PlainArray(shape: shape, dtype: x.dtype, values: sums)
}

func convolvedBack(_ y: PlainArray, _ w: PlainArray, _ s: Operation.Sliding, _ grid: [Int], _ scale: inout [Double]?)
    -> PlainArray
{
    let size = Array(w.shape.dropLast(2)), out = Array(y.shape[1..<(y.rank - 1)])
    let filters = w.shape.last!, perGroup = w.shape[w.rank - 2]
    let shape = [y.shape[0]] + grid + [perGroup * s.groups]
    var sums = [Double](repeating: 0, count: PlainArray.count(shape)), sizes = sums
    forEachCell(grid: grid, places: out, size: size, s) { place, tap, cell in
        for n in 0..<y.shape[0] {
            for f in 0..<filters {
                let group = f / (filters / s.groups)
                for c in 0..<perGroup {
                    let at = PlainArray.offset([n] + cell + [group * perGroup + c], in: shape)
                    let term = y[[n] + place + [f]] * w[tap + [c, f]]
                    sums[at] += term
                    sizes[at] += abs(term)
                }
            }
        }
    }
    scale = sizes
    return PlainArray(shape: shape, dtype: y.dtype, values: sums)
}

func pooled(_ x: PlainArray, _ isMax: Bool, _ size: [Int], _ s: Operation.Sliding, _ scale: inout [Double]?)
    -> PlainArray
{
    let grid = Array(x.shape[1..<(x.rank - 1)]), out = places(grid, size, s), channels = x.shape.last!
    let shape = [x.shape[0]] + out + [channels]
    var found = [[Double]](repeating: [], count: PlainArray.count(shape))
    forEachCell(grid: grid, places: out, size: size, s) { place, _, cell in
        for n in 0..<x.shape[0] {
            for c in 0..<channels { found[PlainArray.offset([n] + place + [c], in: shape)].append(x[[n] + cell + [c]]) }
        }
    }
    scale = found.map { $0.reduce(0) { $0 + abs($1) } / Double($0.count) }
    return PlainArray(
        shape: shape, dtype: x.dtype,
        values: found.map { cells in
            isMax
                ? (cells.contains(where: \.isNaN) ? .nan : cells.max() ?? -.infinity)
                : cells.reduce(0, +) / Double(cells.count)
        })
}
