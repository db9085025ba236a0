import Foundation
import TernCore

/// How values are brought to another grid.
///
/// ```swift
/// let lat = Coordinate("lat", numbers: [0, 10]), lon = Coordinate("lon", numbers: [0, 10])
/// let field = Field("t", Tensor([[0.0, 1], [2, 3]]), dimensions: ["lat", "lon"], coordinates: [lat, lon])
/// print(try field.regridded(latitudes: [5], longitudes: [5], method: .bilinear).values.doubles)  // [1.5]
/// ```
public enum RegridMethod: Sendable, Equatable {
    /// Between the four neighbours, over the date line too; NaN where one of them is missing, and beyond the outermost
    /// latitudes.
    case bilinear
    /// The mean over the new cell, each old cell weighted by the area that both share. Missing cells are left out; the
    /// result is NaN where the others cover no more than this share of the new cell.
    ///
    /// Source: first-order conservative remapping, Jones, P. W., Monthly Weather Review 127 (1999),
    /// doi:10.1175/1520-0493(1999)127<2204:FASOCR>2.0.CO;2.
    case conservative(minimumCoverage: Double = 0)
}

extension Field {
    /// The field on a grid of other latitudes and longitudes, in degrees and either order.
    ///
    /// Cells of the new grid reach half-way to their neighbours. Longitudes may be in either convention.
    ///
    /// - Throws: `DataError` where the field has no latitudes and longitudes along two dimensions, the new ones are
    ///   not in order, or cells are asked for and those of the field or the new ones are not known: of a single row or
    ///   column without bounds, or of several in no order.
    /// - Complexity: O(new cells) for each map when bilinear; conservative, O(old cells that share area with a new
    ///   one).
    public func regridded(latitudes: [Double], longitudes: [Double], method: RegridMethod = .bilinear) throws -> Field {
        let (grid, back) = try globe()
        for coordinate in [grid.latitudes, grid.longitudes] where !coordinate.numbers!.allSatisfy(\.isFinite) {
            throw failure("the values of \"\(coordinate.name)\" are not all finite numbers; select those that are")
        }
        func target(_ numbers: [Double], _ old: Coordinate) throws -> Coordinate {
            guard !numbers.isEmpty, numbers.allSatisfy(\.isFinite), numbers.isStrictlyMonotonic else {
                throw failure("the new values of \"\(old.name)\" must rise or fall throughout")
            }
            return Coordinate(old.name, dimension: old.dimension, numbers: numbers, attributes: old.attributes)
        }
        let lat = try target(latitudes, grid.latitudes), lon = try target(longitudes, grid.longitudes)
        let rows: [Mixture], columns: [Mixture]
        switch method {
        case .bilinear:
            rows = Mixture.linear(from: grid.latitudes.numbers!, to: latitudes, onCircle: false)
            columns = Mixture.linear(from: grid.longitudes.goingOn!, to: longitudes, onCircle: true)
        case .conservative:
            rows = Mixture.overlaps(
                from: try cells(of: grid.latitudes, \.cellsOnce), to: try cells(of: lat, \.cells, "new "), period: nil
            ) { Sphere.height(from: $0, to: $1) }
            columns = Mixture.overlaps(
                from: try cells(of: grid.longitudes, \.cellsOnce), to: try cells(of: lon, \.cells, "new "), period: 360
            ) { $1 - $0 }
        }
        let outer = grid.field.shape.dropLast(2).reduce(1, *), oldColumns = grid.longitudes.count,
            oldSize = grid.latitudes.count * oldColumns
        let x = grid.field.values.doubles
        var y = [Double](repeating: .nan, count: outer * rows.count * columns.count)
        for o in 0..<outer {
            for (j, row) in rows.enumerated() {
                for (k, column) in columns.enumerated() {
                    var sum = 0.0, there = 0.0
                    for a in row.parts {
                        let start = o * oldSize + a.index * oldColumns
                        for b in column.parts {
                            let value = x[start + b.index], weight = a.weight * b.weight
                            if !value.isNaN {
                                (sum, there) = (sum + weight * value, there + weight)
                            } else if method == .bilinear {
                                sum = .nan
                            }
                        }
                    }
                    let place = (o * rows.count + j) * columns.count + k
                    switch method {
                    case .bilinear: if !row.parts.isEmpty, !column.parts.isEmpty { y[place] = sum }
                    case .conservative(let least):
                        if there > 0, there > least * row.whole * column.whole { y[place] = sum / there }
                    }
                }
            }
        }
        let kept = grid.field.coordinates.filter { $0.dimension != lat.dimension && $0.dimension != lon.dimension }
        let shape = grid.field.shape.dropLast(2) + [rows.count, columns.count]
        return try back(
            Field(
                name, Tensor(y, shape: Array(shape)).cast(to: values.dtype), dimensions: grid.field.dimensions,
                coordinates: kept + [lat, lon], attributes: attributes))
    }
}

extension Field {
    /// The cells of rows or columns.
    ///
    /// - Throws: `DataError` where they are not known.
    private func cells(
        of coordinate: Coordinate, _ cells: (Coordinate) -> [ClosedRange<Double>]?, _ which: String = ""
    ) throws -> [ClosedRange<Double>] {
        if let cells = cells(coordinate) { return cells }
        let name = coordinate.name
        throw failure(
            coordinate.count < 2
                ? "the \(which)values of \"\(name)\" are too few to know how large a cell is; conservative regridding needs two or more, or bounds"
                : "the \(which)values of \"\(name)\" neither rise nor fall throughout, so its cells are not known")
    }
}

/// Of which old entries, and in what shares, a new entry along one dimension is made.
private struct Mixture {
    var parts: [(index: Int, weight: Double)] = []
    /// The size of the new cell, which the weights make up where old cells cover it.
    var whole = 1.0

    /// Between the two neighbours; nothing beyond the ends, except where the dimension closes on itself.
    static func linear(from old: [Double], to new: [Double], onCircle: Bool) -> [Mixture] {
        let order = old.indices.sorted { old[$0] < old[$1] }
        let points = order.map { old[$0] }
        guard let first = points.first, let last = points.last else { return new.map { _ in Mixture() } }
        let widest = points.steps.max() ?? 0, gap = first + 360 - last
        let isClosed = onCircle && gap > 0 && gap <= 1.5 * widest
        return new.map { target in
            let place = onCircle ? Longitudes.turned(target, from: first) : target
            if let exact = points.firstIndex(of: place) { return Mixture(parts: [(order[exact], 1)]) }
            guard let after = points.firstIndex(where: { $0 > place }) else {
                guard isClosed, place < last + gap else { return Mixture() }
                let share = (place - last) / gap
                return Mixture(parts: [(order.last!, 1 - share), (order[0], share)])
            }
            guard after > 0 else { return Mixture() }
            let share = (place - points[after - 1]) / (points[after] - points[after - 1])
            return Mixture(parts: [(order[after - 1], 1 - share), (order[after], share)])
        }
    }

    /// The size of what old and new cells share.
    static func overlaps(
        from old: [ClosedRange<Double>], to new: [ClosedRange<Double>], period: Double?,
        size: (Double, Double) -> Double
    ) -> [Mixture] {
        new.map { cell in
            var mixture = Mixture(whole: size(cell.lowerBound, cell.upperBound))
            for (index, part) in old.enumerated() {
                var weight = 0.0
                // A cell may meet another once or twice round the globe.
                let first = period.map { ((cell.lowerBound - part.upperBound) / $0).rounded(.up) } ?? 0
                for turn in 0..<(period == nil ? 1 : 3) {
                    let shift = (period ?? 0) * (first + Double(turn))
                    let low = max(cell.lowerBound, part.lowerBound + shift),
                        high = min(cell.upperBound, part.upperBound + shift)
                    // Rounding of the edges makes no neighbour.
                    if high - low > 1e-9 * (cell.upperBound - cell.lowerBound) { weight += size(low, high) }
                }
                if weight > 0 { mixture.parts.append((index, weight)) }
            }
            return mixture
        }
    }
}
