import Foundation
import TernCore

/// The points of a regular grid on the globe, from south to north and from 0° eastwards, and maps on it.
///
/// A map is an array of one number for each point, longitudes running fastest.
struct GlobeGrid: Sendable {
    let latitudes: [Double], longitudes: [Double]
    /// Of the cells of a row, with mean 1.
    private let rowAreas: [Double]
    /// Shares of the globe's area.
    let weights: [Double]

    /// Latitudes from −90° to 90°, both included, as in the files of NorESM2.
    init(latitudes rows: Int, longitudes columns: Int) {
        latitudes = (0..<rows).map { -90 + 180 * Double($0) / Double(rows - 1) }
        longitudes = (0..<columns).map { 360 * Double($0) / Double(columns) }
        rowAreas = Sphere.rowAreas(latitudes: latitudes)
        let cells = Double(rows * columns)
        weights = rowAreas.flatMap { Array(repeating: $0 / cells, count: columns) }
    }

    var count: Int { weights.count }

    /// The map of a function of latitude and longitude in degrees.
    func map(_ function: (_ latitude: Double, _ longitude: Double) -> Double) -> [Double] {
        latitudes.flatMap { y in longitudes.map { x in function(y, x) } }
    }

    /// The mean over the globe, or over the points where `region` is not 0.
    func mean(_ values: [Double], over region: [Double]? = nil) -> Double {
        var sum = 0.0, area = 0.0
        for i in values.indices {
            let weight = weights[i] * (region?[i] ?? 1)
            sum += weight * values[i]
            area += weight
        }
        return sum / area
    }

    /// The map scaled to a mean of 1.
    func normalised(_ values: [Double]) -> [Double] {
        let mean = mean(values)
        return values.map { $0 / mean }
    }

    /// The map after winds and mixing: a Gaussian mean along meridians, then along circles of latitude, whose widths
    /// are standard deviations in degrees.
    func smoothed(_ values: [Double], latitude: Double, longitude: Double) -> [Double] {
        let rows = latitudes.count, columns = longitudes.count
        let byRow = latitudes.map { y in
            zip(latitudes, rowAreas).map { exp(-0.5 * pow((y - $0) / latitude, 2)) * $1 }
        }
        let byColumn = longitudes.map { exp(-0.5 * pow(min($0, 360 - $0) / longitude, 2)) }
        let total = byColumn.reduce(0, +)
        var between = [Double](repeating: 0, count: count), result = between
        for row in 0..<rows {
            let sum = byRow[row].reduce(0, +)
            for other in 0..<rows where byRow[row][other] > 1e-6 {
                let factor = byRow[row][other] / sum
                for column in 0..<columns {
                    between[row * columns + column] += factor * values[other * columns + column]
                }
            }
        }
        for shift in 0..<columns where byColumn[shift] > 1e-6 {
            let factor = byColumn[shift] / total
            for row in 0..<rows {
                for column in 0..<columns {
                    result[row * columns + column] += factor * between[row * columns + (column + shift) % columns]
                }
            }
        }
        return result
    }
}

/// A hill on the globe, 1 at its centre: exp(−½ (Δlatitude/height)² − ½ (Δlongitude/width)²), all in degrees.
struct Hill: Sendable {
    var latitude: Double, longitude: Double, height: Double, width: Double

    init(_ latitude: Double, _ longitude: Double, _ height: Double, _ width: Double) {
        (self.latitude, self.longitude, self.height, self.width) = (latitude, longitude, height, width)
    }

    func callAsFunction(_ y: Double, _ x: Double) -> Double {
        let apart = abs(x - longitude).truncatingRemainder(dividingBy: 360)
        return band(y, latitude, height) * band(min(apart, 360 - apart), 0, width)
    }
}

/// A ridge around the globe, 1 at its crest.
func band(_ y: Double, _ crest: Double, _ height: Double) -> Double {
    exp(-0.5 * (y - crest) * (y - crest) / (height * height))
}
