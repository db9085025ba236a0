import Foundation
import TernCore

/// Lengths and areas on the unit sphere, angles in degrees.
enum Sphere {
    /// The height of a zone, to which its area is proportional.
    static func height(from south: Double, to north: Double) -> Double { sin(north * .pi / 180) - sin(south * .pi / 180) }

    /// The angle between two points.
    static func distance(_ a: (lat: Double, lon: Double), _ b: (lat: Double, lon: Double)) -> Double {
        let p = a.lat * .pi / 180, q = b.lat * .pi / 180
        let u = sin((p - q) / 2), v = sin((a.lon - b.lon) * .pi / 360)
        return 2 * asin(min(1, (u * u + cos(p) * cos(q) * v * v).squareRoot()))
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
