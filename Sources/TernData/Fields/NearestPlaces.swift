import TernCore

/// Which cell of a grid lies nearest to one without a value.
///
/// Rows are visited from the nearest on, and within a row the neighbours to both sides, as long as they may still be
/// nearer than the best so far.
struct NearestPlaces {
    private let rows: Int, columns: Int
    private let points: [SIMD3<Double>]
    /// The height of each row over the equator's plane, and its distance from the axis, below zero behind a pole.
    private let heights: [Double], radii: [Double]
    /// The columns round the globe, and where each stands there; nil of one whose longitude is no number.
    private let ring: [Int], places: [Int?]

    /// What rounding of a cosine may hide, with room to spare.
    private static let slack = 1e-12

    init(latitudes: [Double], longitudes: [Double]) {
        (rows, columns) = (latitudes.count, longitudes.count)
        points = latitudes.flatMap { lat in longitudes.map { Sphere.point(latitude: lat, longitude: $0) } }
        let onMeridian = latitudes.map { Sphere.point(latitude: $0, longitude: 0) }
        (heights, radii) = (onMeridian.map(\.z), onMeridian.map(\.x))
        func turned(_ column: Int) -> Double { Longitudes.turned(longitudes[column], from: 0) }
        let ring = longitudes.indices.filter { longitudes[$0].isFinite }.sorted { turned($0) < turned($1) }
        var places = [Int?](repeating: nil, count: longitudes.count)
        for (place, column) in ring.enumerated() { places[column] = place }
        (self.ring, self.places) = (ring, places)
    }

    /// For each cell that is missing the nearest that is not, of equally near ones the first; for others themselves.
    func sources(of missing: [Bool]) -> [Int] {
        var sources = Array(missing.indices)
        guard let first = missing.firstIndex(of: false) else { return sources }
        // The places in the ring where a row has values.
        let there = (0..<rows).map { row in ring.indices.filter { !missing[row * columns + ring[$0]] } }
        for row in 0..<rows where missing[row * columns..<(row + 1) * columns].contains(true) {
            let others = nearestRows(row, there)
            for column in 0..<columns where missing[row * columns + column] {
                let cell = row * columns + column
                sources[cell] = places[column].map { nearest(to: cell, in: row, at: $0, others, there, first) } ?? first
            }
        }
        return sources
    }

    /// The rows that have values, those first that come nearest, with the largest cosine of an angle between both.
    private func nearestRows(_ row: Int, _ there: [[Int]]) -> [(row: Int, bound: Double)] {
        // Of latitudes that are no numbers nothing is near.
        there.indices.filter { !there[$0].isEmpty }
            .map { ($0, heights[row] * heights[$0] + abs(radii[row] * radii[$0])) }.filter { $0.1.isFinite }
            .sorted { $0.1 > $1.1 }
    }

    private func nearest(
        to cell: Int, in own: Int, at place: Int, _ others: [(row: Int, bound: Double)], _ there: [[Int]], _ first: Int
    ) -> Int {
        let here = points[cell]
        var best = first, nearest = -2.0
        /// Takes a cell that is nearer; false where none behind it can be.
        func look(_ other: Int) -> Bool {
            let cosine = (here * points[other]).sum()
            if cosine > nearest || cosine == nearest && other < best { (best, nearest) = (other, cosine) }
            return cosine >= nearest - Self.slack
        }
        for (row, bound) in others {
            if bound < nearest - Self.slack { break }
            let line = there[row], start = line.partitioningIndex { $0 >= place }, base = row * columns
            // A latitude behind a pole, which is none, has its neighbours on the other side.
            let isTurned = (radii[own] < 0) != (radii[row] < 0)
            for step in 0..<line.count {
                if !look(base + ring[line[(start + step) % line.count]]), !isTurned { break }
            }
            for step in 1...line.count {
                if !look(base + ring[line[(start + line.count - step) % line.count]]), !isTurned { break }
            }
        }
        return best
    }
}
