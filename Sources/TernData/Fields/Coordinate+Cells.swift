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
    /// their areas have it. Of one number without bounds a point.
    var cells: [ClosedRange<Double>] {
        var centers = numbers ?? []
        if role == .latitude {
            return Sphere.rowBounds(latitudes: centers, bounds: bounds) ?? centers.map { $0...$0 }
        }
        if let bounds { return bounds }
        guard centers.count > 1 else { return centers.map { $0...$0 } }
        if role == .longitude, !Self.areOrdered(zip(centers.dropFirst(), centers).map { $0 - $1 }) {
            // They go on behind 360 or 180 degrees.
            let steps = Self.turns(between: centers)
            if Self.areOrdered(steps) { centers = steps.reduce(into: [centers[0]]) { $0.append($0.last! + $1) } }
        }
        var edges = zip(centers, centers.dropFirst()).map { ($0 + $1) / 2 }
        edges.insert(2 * centers[0] - edges[0], at: 0)
        edges.append(2 * centers[centers.count - 1] - edges[edges.count - 1])
        return zip(edges, edges.dropFirst()).map { Swift.min($0, $1)...Swift.max($0, $1) }
    }

    /// How wide the columns of cells are that longitudes label, which may go on behind 360 or 180 degrees; all of one
    /// width where they follow each other in no order.
    var columnWidths: [Double] {
        if let bounds { return bounds.map { $0.upperBound - $0.lowerBound } }
        let centers = numbers ?? []
        let steps = Self.turns(between: centers)
        guard let first = steps.first, let last = steps.last, Self.areOrdered(steps) else {
            return centers.map { _ in 1 }
        }
        return zip([first] + steps, steps + [last]).map { abs($0 + $1) / 2 }
    }

    /// How far it is from each longitude to the next, the shorter way round.
    private static func turns(between longitudes: [Double]) -> [Double] {
        zip(longitudes.dropFirst(), longitudes).map { turn($0 - $1) }
    }

    /// The difference of two longitudes, from -180 to 180.
    static func turn(_ difference: Double) -> Double { difference.remainder(dividingBy: 360) }

    private static func areOrdered(_ steps: [Double]) -> Bool {
        steps.allSatisfy { $0 > 0 } || steps.allSatisfy { $0 < 0 }
    }
}
