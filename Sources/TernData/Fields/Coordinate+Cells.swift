import TernCore

extension Coordinate {
    /// The area of the cells at each latitude, with mean 1: the difference of the sines of their edges, from the bounds
    /// or else half-way to the neighbours (`Sphere.rowAreas`).
    package var rowAreas: [Double] { Sphere.rowAreas(latitudes: numbers ?? [], bounds: bounds) }

    /// Why its rows have no areas, and what to do; nil where they have.
    package var areaComplaint: String? {
        let numbers = numbers ?? []
        // One row has all the area, at a pole too.
        return Sphere.complaint(aboutLatitudes: numbers.count > 1 ? numbers : numbers + [0]).map {
            "the rows along \"\(dimension)\" have no areas: \($0); correct the numbers of \"\(name)\", or its name and attributes if it is no latitude"
        }
    }

    /// The areas of all cells of a shape, of which one axis is its rows.
    package func cellAreas(in shape: [Int], axis: Int) -> [Double] {
        let areas = rowAreas, inner = shape.dropFirst(axis + 1).reduce(1, *)
        return (0..<shape.reduce(1, *)).map { areas[$0 / inner % areas.count] }
    }

    /// Where the cell around each number begins and ends: the bounds, or half-way to its neighbours; of latitudes as
    /// their areas have it. Longitudes may go on behind 360 or 180 degrees. nil where nobody knows: of one number
    /// without bounds, or of numbers in no order.
    package var cells: [ClosedRange<Double>]? {
        let numbers = numbers ?? []
        if role == .latitude { return Sphere.rowBounds(latitudes: numbers, bounds: bounds) }
        if let bounds { return bounds }
        guard numbers.count > 1, let centers = role == .longitude ? Longitudes.continued(numbers) : numbers,
            centers.isStrictlyMonotonic
        else { return nil }
        let edges = centers.cellEdges
        return zip(edges, edges.dropFirst()).map { Swift.min($0, $1)...Swift.max($0, $1) }
    }

    /// The cells, none of which lies on another: where longitudes go more than once round the globe, they are cut as
    /// far from the middle of the map on both sides. Where they end with the first again, so that a map closes, each of
    /// both has half of its cell; columns further out have no area.
    var cellsOnce: [ClosedRange<Double>]? {
        guard let cells = self.cells, role == .longitude, let centers = goingOn, centers.count > 1,
            centers.allSatisfy(\.isFinite)
        else { return self.cells }
        // Bounds may be given in the other convention.
        let around = zip(cells, centers).map { Longitudes.turned($0, near: $1) }
        let west = around.map(\.lowerBound).min()!, east = around.map(\.upperBound).max()!
        guard east - west > 360 + 1e-4 else { return cells }
        let middle = (centers[0] + centers[centers.count - 1]) / 2
        return around.map { $0.clamped(to: middle - 180...middle + 180) }
    }

    /// How wide the columns of cells are that longitudes label; all of one width where nobody knows.
    var columnWidths: [Double] {
        cellsOnce?.map { $0.upperBound - $0.lowerBound } ?? (0..<count).map { _ in 1 }
    }

    /// The numbers; longitudes that begin anew behind 360 or 180 degrees go on by whole turns instead. nil where there
    /// are none.
    package var goingOn: [Double]? {
        guard let numbers, role == .longitude, !numbers.isStrictlyMonotonic,
            let continued = Longitudes.continued(numbers)
        else { return numbers }
        return zip(numbers, continued).map { Longitudes.turned($0, near: $1) }
    }
}
