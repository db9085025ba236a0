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

    /// The areas of the cells in rows of a grid of equal steps, with mean 1: the cosine of a row's latitude; at a pole
    /// the cap within half a step of it, which has an area though its cosine is 0.
    ///
    /// - Parameter latitudes: in degrees, one for each row.
    package static func rowAreas(latitudes: [Double]) -> [Double] {
        guard latitudes.count > 1 else { return latitudes.map { _ in 1 } }
        let areas = latitudes.indices.map { row -> Double in
            let latitude = latitudes[row] * .pi / 180
            guard abs(latitudes[row]) == 90 else { return max(0, cos(latitude)) }
            // (1 − cos(d/2)) / (2 sin(d/2)) of a row at the equator.
            return tan(abs(latitudes[row] - latitudes[row > 0 ? row - 1 : 1]) * .pi / 180 / 4) / 2
        }
        let mean = areas.reduce(0, +) / Double(areas.count)
        return mean > 0 ? areas.map { $0 / mean } : areas.map { _ in 1 }
    }
}
