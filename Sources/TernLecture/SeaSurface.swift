import Tern

/// The sea-surface temperature of the equatorial Pacific in September 2007, in °C; NaN over land.
///
/// Source: OSTIA, UK Met Office, Open Government Licence; see `Scripts/data/sea_surface.py`.
package struct SeaSurface: Sendable {
    /// Degrees north and east, of the rows and the columns.
    package let latitudes: [Double], longitudes: [Double]
    /// [latitude, longitude], `float32`.
    package let temperature: Tensor

    /// The field as it is embedded.
    package init() {
        let lines = String(decoding: PackageResources.sea_surface_txt, as: UTF8.self).split(separator: "\n").filter {
            !$0.hasPrefix("#")
        }
        func numbers(_ line: Substring) -> [Double] { line.split(separator: " ").dropFirst().map { Double($0)! } }
        latitudes = numbers(lines[0])
        longitudes = numbers(lines[1])
        let values = lines.dropFirst(2).flatMap { line in
            line.split(separator: " ").map { Float($0).map { $0 / 100 } ?? .nan }
        }
        temperature = Tensor(values, shape: [latitudes.count, longitudes.count])
    }
}
