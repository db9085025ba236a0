import TernCore

extension Coordinate {
    /// The area of the cells at each latitude, with mean 1: the difference of the sines of their edges, from the bounds
    /// or else half-way to the neighbours (`Sphere.rowAreas`).
    package var rowAreas: [Double] { Sphere.rowAreas(latitudes: numbers ?? [], bounds: bounds) }

    /// The areas of all cells of a shape, of which one axis is its rows.
    package func cellAreas(in shape: [Int], axis: Int) -> [Double] {
        let areas = rowAreas, inner = shape.dropFirst(axis + 1).reduce(1, *)
        return (0..<shape.reduce(1, *)).map { areas[$0 / inner % areas.count] }
    }

    /// Where the cell around each number begins and ends: the bounds, or half-way to its neighbours; of latitudes as
    /// their areas have it. Longitudes may go on behind 360 or 180 degrees. nil where nobody knows: of one number
    /// without bounds, or of numbers in no order.
    var cells: [ClosedRange<Double>]? {
        let numbers = numbers ?? []
        if role == .latitude { return Sphere.rowBounds(latitudes: numbers, bounds: bounds) }
        if let bounds { return bounds }
        guard numbers.count > 1, let centers = role == .longitude ? Longitudes.continued(numbers) : numbers,
            centers.isStrictlyMonotonic
        else { return nil }
        let edges = centers.cellEdges
        return zip(edges, edges.dropFirst()).map { Swift.min($0, $1)...Swift.max($0, $1) }
    }

    /// The cells, none of which lies on another: where longitudes end with the first again, so that a map closes, each
    /// of both has half of its cell.
    var cellsOnce: [ClosedRange<Double>]? {
        guard var cells = self.cells else { return nil }
        guard role == .longitude, cells.count > 1, let ends = goingOn.map({ [$0[0], $0[$0.count - 1]] }),
            abs(abs(ends[1] - ends[0]) - 360) < 1e-4
        else { return cells }
        for (i, center, isWest) in [(0, ends[0], ends[0] < ends[1]), (cells.count - 1, ends[1], ends[1] < ends[0])]
        where cells[i].contains(center) {
            cells[i] = isWest ? center...cells[i].upperBound : cells[i].lowerBound...center
        }
        return cells
    }

    /// How wide the columns of cells are that longitudes label; all of one width where nobody knows.
    var columnWidths: [Double] {
        cellsOnce?.map { $0.upperBound - $0.lowerBound } ?? (0..<count).map { _ in 1 }
    }

    /// The numbers; longitudes that begin anew behind 360 or 180 degrees go on by whole turns instead. nil where there
    /// are none.
    var goingOn: [Double]? {
        guard let numbers, role == .longitude, !numbers.isStrictlyMonotonic,
            let continued = Longitudes.continued(numbers)
        else { return numbers }
        return zip(numbers, continued).map(Longitudes.turned)
    }
}
