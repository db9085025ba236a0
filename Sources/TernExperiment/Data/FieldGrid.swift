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
    /// Where each row begins and ends, in degrees; nil where no file says so.
    public var latitudeBounds: [ClosedRange<Double>]?
    /// What files call the dimensions.
    public var latitudeName = "lat", longitudeName = "lon"

    /// Rows and columns.
    public var shape: [Int] { [latitudes.count, longitudes.count] }

    var cellCount: Int { latitudes.count * longitudes.count }

    /// The grid of a field whose coordinates of latitude and longitude label dimensions of their own; nil for a series.
    init?(of field: Field) {
        guard let (latitude, longitude) = field.globeCoordinates, let latitudes = latitude.numbers,
            let longitudes = longitude.numbers
        else { return nil }
        self.latitudes = latitudes
        self.longitudes = longitudes
        latitudeBounds = latitude.bounds
        (latitudeName, longitudeName) = (latitude.dimension, longitude.dimension)
    }

    /// What sets another grid apart, for messages; nil where both have the same cells. Names of dimensions do not
    /// matter.
    func difference(from other: FieldGrid) -> String? {
        let pairs = zip(zip(coordinates, other.coordinates), ["latitudes", "longitudes"])
        return pairs.lazy.compactMap { pair, name -> String? in
            let (own, theirs) = pair
            if own.count != theirs.count { return "\(theirs.count) \(name) instead of \(own.count)" }
            return own.firstDifference(from: theirs).map { "\(name) \($0.other) where \($0.own) stands" }
        }.first
    }

    /// Such as "lat -55, lon 20".
    func place(ofCell cell: Int) -> String {
        "\(latitudeName) \(Label.number(latitudes[cell / longitudes.count])), \(longitudeName) \(Label.number(longitudes[cell % longitudes.count]))"
    }

    /// Coordinates as files have them.
    var coordinates: [Coordinate] {
        [
            Coordinate(
                latitudeName, labels: .numbers(latitudes),
                attributes: ["units": "degrees_north", "standard_name": "latitude"], bounds: latitudeBounds),
            Coordinate(
                longitudeName, numbers: longitudes, attributes: ["units": "degrees_east", "standard_name": "longitude"]),
        ]
    }
}
