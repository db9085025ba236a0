import Tern

/// The latitudes and longitudes of maps, and what their dimensions are called.
///
/// ```swift
/// let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
/// try Dataset([sst, rain]).write(to: "pacific.nc")
/// let configuration = DataConfiguration(
///     files: ["fields": "pacific.nc"], inputs: [VariableConfiguration(variable: "sst")],
///     targets: [VariableConfiguration(variable: "precipitation")])
/// let data = try ExperimentData(configuration, split: SplitConfiguration(by: .period))
/// let grid: FieldGrid = data.preprocessing.inputGrid!
/// print(grid.shape, grid.latitudeName)  // [14, 19] lat
/// ```
public struct FieldGrid: Codable, Sendable, Equatable {
    /// In degrees north and east, in the order of the maps.
    public var latitudes: [Double], longitudes: [Double]
    /// What files call the dimensions.
    public var latitudeName = "lat", longitudeName = "lon"

    /// Rows and columns.
    public var shape: [Int] { [latitudes.count, longitudes.count] }

    var cellCount: Int { latitudes.count * longitudes.count }

    /// The grid of a field whose coordinates of latitude and longitude label dimensions of their own; nil for a series.
    init?(of field: Field) {
        guard let latitude = field.coordinate(.latitude), let longitude = field.coordinate(.longitude),
            latitude.dimension != longitude.dimension, let latitudes = latitude.numbers,
            let longitudes = longitude.numbers
        else { return nil }
        self.latitudes = latitudes
        self.longitudes = longitudes
        (latitudeName, longitudeName) = (latitude.dimension, longitude.dimension)
    }

    /// What sets another grid apart, for messages; nil where both have the same cells. Names of dimensions do not
    /// matter.
    func difference(from other: FieldGrid) -> String? {
        func compare(_ a: [Double], _ b: [Double], _ name: String) -> String? {
            if a.count != b.count { return "\(b.count) \(name) instead of \(a.count)" }
            return zip(a, b).first { abs($0 - $1) > 1e-4 }.map {
                "\(name) \(Label.number($1)) where \(Label.number($0)) stands"
            }
        }
        return compare(latitudes, other.latitudes, "latitudes") ?? compare(longitudes, other.longitudes, "longitudes")
    }

    /// Such as "lat -55, lon 20".
    func place(ofCell cell: Int) -> String {
        "\(latitudeName) \(Label.number(latitudes[cell / longitudes.count])), \(longitudeName) \(Label.number(longitudes[cell % longitudes.count]))"
    }

    /// Coordinates as files have them.
    var coordinates: [Coordinate] {
        [
            Coordinate(
                latitudeName, numbers: latitudes, attributes: ["units": "degrees_north", "standard_name": "latitude"]),
            Coordinate(
                longitudeName, numbers: longitudes, attributes: ["units": "degrees_east", "standard_name": "longitude"]),
        ]
    }
}
