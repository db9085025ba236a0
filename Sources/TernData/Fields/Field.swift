import TernCore

/// A variable on named dimensions, with coordinates and attributes, as NetCDF and xarray have them.
///
/// ```swift
/// let field = Field(
///     "sst", Tensor([[20.5, 21], [19, .nan]]), dimensions: ["lat", "lon"],
///     coordinates: [Coordinate("lat", numbers: [0, 10]), Coordinate("lon", numbers: [200, 210])],
///     attributes: ["units": "degC"])
/// print(field.shape, field.units!)  // [2, 2] degC
/// print(try field.mean(over: ["lon"]).values.doubles)  // [20.75, 19.0]
/// ```
///
/// Values are floating-point; a missing value is NaN.
public struct Field: Sendable {
    /// Such as `sst`; operations keep that of the first field.
    public var name: String
    /// Of `float32` or `float64`.
    public var values: Tensor
    /// The names of the dimensions, in the order of the values' shape.
    public var dimensions: [String]
    /// Those of dimensions carry the dimension's name; others, such as a model's number, run along one dimension too.
    public var coordinates: [Coordinate]
    /// Such as `units` and `long_name`.
    public var attributes: Attributes

    /// A field of values, which become `float64` where they are integers or truths.
    ///
    /// - Precondition: There is a name for each dimension, no two alike, and each coordinate is as long as its
    ///   dimension.
    public init(
        _ name: String, _ values: Tensor, dimensions: [String], coordinates: [Coordinate] = [],
        attributes: Attributes = [:]
    ) {
        guard values.rank == dimensions.count, Set(dimensions).count == dimensions.count else {
            fail(
                "field \"\(name)\" of shape \(values.shape) needs as many different names of dimensions; it has \(dimensions)"
            )
        }
        for coordinate in coordinates {
            guard let axis = dimensions.firstIndex(of: coordinate.dimension), values.shape[axis] == coordinate.count
            else {
                fail(
                    "field \"\(name)\" of shape \(values.shape) with dimensions \(dimensions): coordinate \"\(coordinate.name)\" has "
                        + "\(coordinate.count) values along \"\(coordinate.dimension)\"")
            }
        }
        self.name = name
        self.values = values.dtype.isFloatingPoint ? values : values.cast(to: .float64)
        self.dimensions = dimensions
        self.coordinates = coordinates
        self.attributes = attributes
    }

    /// The lengths of the dimensions.
    public var shape: [Int] { values.shape }

    /// As UDUNITS writes them, such as "K" or "mm day-1"; nil where nobody says.
    public var units: String? { attributes["units"]?.text }
}
