import Foundation
import TernCore

/// How much each value counts in a mean.
///
/// ```swift
/// let lat = Coordinate("lat", numbers: [0, 60])
/// let field = Field("t", Tensor([30.0, 0]), dimensions: ["lat"], coordinates: [lat])
/// print((try field.mean(weights: .cosineOfLatitude).values.item * 1000).rounded())  // 20000.0
/// ```
public enum Weights: Sendable {
    /// The cosine of the latitude, as for cells of equal width and height in degrees.
    case cosineOfLatitude
    /// The area of the cell on the sphere, from the bounds where the file has some, else from the middles between
    /// centres. Latitudes must label rows: those of stations have no areas.
    case cellArea
    /// Any, on some of the field's dimensions; labels are not compared.
    case field(Field)
}

// Missing values are left out; sums are kept in double precision and the result has the type of the field, but for
// counts.
extension Field {
    /// The mean over dimensions, or over all; NaN where every value is missing.
    ///
    /// ```swift
    /// let lat = Coordinate("lat", numbers: [-30, 30])
    /// let t = Field("t", Tensor([[0.0, 32], [.nan, 26]]), dimensions: ["time", "lat"], coordinates: [lat])
    /// let monthly = try t.mean(over: ["lat"], weights: .cosineOfLatitude)  // one number a month
    /// print(monthly.dimensions, monthly.values.doubles)  // ["time"] [16.0, 26.0]
    /// ```
    ///
    /// Weights count where values do: what is missing takes its weight along. Those below 0 count as such; the mean is
    /// NaN where the sum of weights is 0.
    ///
    /// - Throws: `DataError` where a dimension does not exist, the field has no latitudes to weigh by, numbers are none
    ///   by which rows have areas, or a weight is no finite number.
    public func mean(over dimensions: [String]? = nil, weights: Weights? = nil) throws -> Field {
        let axes = try axes(dimensions)
        guard let weights = try weights.map({ try self.weights($0) }) else {
            return result(means(Folding(shape: shape, folded: axes)), without: axes)
        }
        try check(lengthsOf: weights)
        guard weights.values.doubles.allSatisfy(\.isFinite) else {
            throw failure("its weights are not all finite numbers; give what is not to count a weight of 0")
        }
        // In the order of the field's dimensions; they are walked beside it, not spread to its size.
        let weighed = Set(self.dimensions.indices.filter { weights.dimensions.contains(self.dimensions[$0]) })
        return result(
            means(
                Folding(shape: shape, folded: axes, weights: weighed), weights: weights.spread(over: self.dimensions)),
            without: axes)
    }

    /// The sum over dimensions, or over all; 0 where every value is missing, as in xarray.
    public func sum(over dimensions: [String]? = nil) throws -> Field { try reduced(dimensions) { sums($0).sums } }

    /// The number of values that are there, as `float64` whatever the type of the field, which might not hold it.
    public func count(over dimensions: [String]? = nil) throws -> Field {
        try reduced(dimensions, as: .float64) { sums($0).counts }
    }

    /// The standard deviation over dimensions, or over all; the squares' sum is divided by the count less
    /// `degreesOfFreedom` (NumPy's and xarray's `ddof`).
    ///
    /// NaN where no more values are there than `degreesOfFreedom`.
    public func standardDeviation(over dimensions: [String]? = nil, degreesOfFreedom: Int = 0) throws -> Field {
        try reduced(dimensions) { deviations($0, degreesOfFreedom: degreesOfFreedom) }
    }

    /// The least value over dimensions, or over all; NaN where every value is missing.
    public func minimum(over dimensions: [String]? = nil) throws -> Field {
        try reduced(dimensions) { largest($0, sign: -1) }
    }

    /// The largest value over dimensions, or over all; NaN where every value is missing.
    public func maximum(over dimensions: [String]? = nil) throws -> Field {
        try reduced(dimensions) { largest($0, sign: 1) }
    }

    private func reduced(_ dimensions: [String]?, as dtype: DType? = nil, _ reduce: (Folding) -> [Double]) throws
        -> Field
    {
        let axes = try axes(dimensions)
        return result(reduce(Folding(shape: shape, folded: axes)), as: dtype, without: axes)
    }

    func axes(_ dimensions: [String]?) throws -> Set<Int> { Set(try (dimensions ?? self.dimensions).map(axis(of:))) }

    private func result(_ values: [Double], as dtype: DType? = nil, without axes: Set<Int>) -> Field {
        let kept = dimensions.indices.filter { !axes.contains($0) }
        let names = kept.map { dimensions[$0] }
        return Field(
            name, Tensor(values, shape: kept.map { shape[$0] }).cast(to: dtype ?? self.values.dtype), dimensions: names,
            coordinates: coordinates.filter { names.contains($0.dimension) }, attributes: attributes)
    }

    /// Weights on some of the field's dimensions: on latitudes, or for cells on latitudes and longitudes.
    ///
    /// - Throws: `DataError` where the field has no latitudes to weigh by, or they are none.
    public func weights(_ weights: Weights) throws -> Field {
        if case .field(let field) = weights { return field }
        guard let latitude = coordinate(.latitude) else {
            throw failure(
                "it has no latitudes to weigh by; its coordinates are \(coordinates.map(\.name).joined(separator: ", "))"
            )
        }
        let numbers = latitude.numbers ?? []
        if case .cosineOfLatitude = weights {
            try checkAreas(ofRowsAt: latitude)
            return Field("weights", Tensor(numbers.map { cos($0 * .pi / 180) }), dimensions: [latitude.dimension])
        }
        guard latitude.labelsRows else {
            throw failure(
                "\"\(latitude.name)\" labels places along \"\(latitude.dimension)\" and no rows, so their areas are not known; weigh by .cosineOfLatitude, or by a field of areas"
            )
        }
        try checkAreas(ofRowsAt: latitude)
        let heights = Sphere.rowHeights(latitudes: numbers, bounds: latitude.bounds)
        guard let longitude = coordinate(.longitude), longitude.dimension != latitude.dimension else {
            return Field("weights", Tensor(heights), dimensions: [latitude.dimension])
        }
        let widths = longitude.columnWidths
        return Field(
            "weights",
            Tensor(heights.flatMap { height in widths.map { height * $0 } }, shape: [heights.count, widths.count]),
            dimensions: [latitude.dimension, longitude.dimension])
    }

    /// - Throws: `DataError` where the rows that a latitude labels have no areas.
    package func checkAreas(ofRowsAt latitude: Coordinate) throws {
        if let complaint = latitude.areaComplaint { throw failure(complaint) }
    }

    private func check(lengthsOf other: Field) throws {
        for (name, length) in zip(other.dimensions, other.shape) where shape[try axis(of: name)] != length {
            throw failure(
                "dimension \"\(name)\" has the length \(shape[try axis(of: name)]), in \"\(other.name)\" \(length)")
        }
    }

    /// Another field's values in the shape of this one.
    func broadcast(_ other: Field) throws -> Tensor {
        try check(lengthsOf: other)
        return other.spread(over: dimensions).broadcast(to: shape)
    }

    /// The values with a dimension of length 1 for each name that the field lacks.
    func spread(over names: [String]) -> Tensor {
        let order = names.filter { dimensions.contains($0) }.map { dimensions.firstIndex(of: $0)! }
        let turned = values.transposed(order)
        return turned.reshaped(names.map { name in dimensions.firstIndex(of: name).map { shape[$0] } ?? 1 })
    }
}
