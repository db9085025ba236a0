#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Lengths and areas on the unit sphere, angles in degrees.
package enum Sphere {
    /// The height of a zone, to which its area is proportional.
    package static func height(from south: Double, to north: Double) -> Double {
        sin(north * .pi / 180) - sin(south * .pi / 180)
    }

    package static func point(latitude: Double, longitude: Double) -> SIMD3<Double> {
        let lat = latitude * .pi / 180, lon = longitude * .pi / 180
        return SIMD3(cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat))
    }
}

// MARK: - Rows of a grid

extension Sphere {
    /// What edges in single precision may be off, in degrees, and the last of latitudes that were counted up.
    private static let tolerance = 1e-4

    /// Why numbers are no latitudes of rows; nil where they are. What lies beyond a pole by a hair is at the pole.
    package static func complaint(aboutLatitudes latitudes: [Double]) -> String? {
        if let odd = latitudes.first(where: { !(abs($0) <= 90 + tolerance) }) {
            return "\(odd) is no latitude in degrees, which lie between -90 and 90"
        }
        // The cosine of 90 degrees is a hair above 0.
        return rowHeights(latitudes: latitudes).contains { $0 > 1e-12 }
            ? nil : "the latitudes \(latitudes) span no area"
    }

    /// The areas of the cells in rows of a grid, with mean 1.
    ///
    /// - Parameters:
    ///   - latitudes: in degrees, one for each row.
    ///   - bounds: where rows begin and end, where a file says so.
    package static func rowAreas(latitudes: [Double], bounds: [ClosedRange<Double>]? = nil) -> [Double] {
        let heights = rowHeights(latitudes: latitudes, bounds: bounds)
        let mean = heights.mean
        return mean > 0 ? heights.map { $0 / mean } : heights.map { _ in 1 }
    }

    /// The heights of rows, to which the areas of their cells are proportional: the difference of the sines of a row's
    /// edges. Where nothing says where rows end, the cosines of their latitudes, as of narrow rows of one width.
    package static func rowHeights(latitudes: [Double], bounds: [ClosedRange<Double>]? = nil) -> [Double] {
        rowBounds(latitudes: latitudes, bounds: bounds)?.map { height(from: $0.lowerBound, to: $0.upperBound) }
            ?? latitudes.map { max(0, cos($0 * .pi / 180)) }
    }

    /// Where rows begin and end, in degrees: at their bounds if these can be used, else half-way to their neighbours.
    /// The outermost rows end as far on the other side, at the pole at the latest, where a row is a cap. nil where
    /// nobody knows: of one row, or of latitudes in no order.
    package static func rowBounds(latitudes: [Double], bounds: [ClosedRange<Double>]? = nil) -> [ClosedRange<Double>]? {
        func clamped(_ latitude: Double) -> Double { min(90, max(-90, latitude)) }
        if let bounds, complaint(about: bounds, ofRowsAt: latitudes) == nil {
            return bounds.map { clamped($0.lowerBound)...clamped($0.upperBound) }
        }
        guard latitudes.count > 1, latitudes.isStrictlyMonotonic else { return nil }
        let edges = latitudes.cellEdges.map(clamped)
        return zip(edges, edges.dropFirst()).map { min($0, $1)...max($0, $1) }
    }

    /// Why bounds of rows cannot be used; nil where they can.
    ///
    /// They are in the order of the latitudes, which lie within them, go no further than the poles, and do not overlap.
    package static func complaint(about bounds: [ClosedRange<Double>], ofRowsAt latitudes: [Double]) -> String? {
        guard bounds.count == latitudes.count else { return "\(bounds.count) rows have bounds, of \(latitudes.count)" }
        for (row, latitude) in zip(bounds, latitudes) {
            let words = "those of the row at \(latitude), \(row.lowerBound) to \(row.upperBound),"
            guard row.lowerBound >= -90 - tolerance, row.upperBound <= 90 + tolerance else {
                return "\(words) lie beyond the pole"
            }
            guard row.upperBound > row.lowerBound else { return "\(words) leave it no area" }
            guard row.lowerBound - tolerance <= latitude, latitude <= row.upperBound + tolerance else {
                return "\(words) do not hold it"
            }
        }
        let order = bounds.indices.sorted { bounds[$0].lowerBound < bounds[$1].lowerBound }
        return zip(order, order.dropFirst()).first { bounds[$1].lowerBound < bounds[$0].upperBound - tolerance }.map {
            "those of the rows at \(latitudes[$0]) and \(latitudes[$1]) overlap"
        }
    }
}
