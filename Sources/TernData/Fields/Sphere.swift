import Foundation
import TernCore

/// Lengths and areas on the unit sphere, angles in degrees.
enum Sphere {
    /// The height of a zone, to which its area is proportional.
    static func height(from south: Double, to north: Double) -> Double { sin(north * .pi / 180) - sin(south * .pi / 180) }

    static func point(latitude: Double, longitude: Double) -> SIMD3<Double> {
        let lat = latitude * .pi / 180, lon = longitude * .pi / 180
        return SIMD3(cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat))
    }
}

func cosines(_ degrees: [Double]) -> Tensor { Tensor(degrees.map { cos($0 * .pi / 180) }) }

extension Coordinate {
    /// Where the cell around each number begins and ends: the bounds, or half-way to its neighbours, no cell over a pole.
    var cells: [ClosedRange<Double>] {
        if let bounds { return bounds }
        let centers = numbers ?? []
        guard centers.count > 1 else { return centers.map { $0...$0 } }
        var edges = zip(centers, centers.dropFirst()).map { ($0 + $1) / 2 }
        edges.insert(2 * centers[0] - edges[0], at: 0)
        edges.append(2 * centers[centers.count - 1] - edges[edges.count - 1])
        if role == .latitude { edges = edges.map { Swift.max(-90, Swift.min(90, $0)) } }
        return zip(edges, edges.dropFirst()).map { Swift.min($0, $1)...Swift.max($0, $1) }
    }
}
