import TernCore

/// What takes the place of missing values.
///
/// ```swift
/// let rain = Field("rain", Tensor([1.0, .nan, 3]), dimensions: ["time"])
/// print(try rain.filled(.value(0)).values.doubles)  // [1.0, 0.0, 3.0]
/// print(try rain.filled(.interpolated(along: "time")).values.doubles)  // [1.0, 2.0, 3.0]
/// ```
public enum Filling: Sendable {
    /// This number everywhere.
    case value(Double)
    /// The mean over dimensions of what is there; stays missing where nothing is.
    case mean(over: [String])
    /// The straight line between the neighbours along a dimension, by its coordinate, which rises or falls; ends stay
    /// missing.
    case interpolated(along: String)
    /// The nearest place on the globe that has a value, at the same time; a map without any stays missing.
    case nearest
}

extension Field {
    /// The field with missing values filled; those that are there stay.
    ///
    /// - Throws: `DataError` where a dimension does not exist, labels to interpolate by neither rise nor fall
    ///   throughout, or the nearest place is asked for and there are no latitudes and longitudes along two dimensions.
    public func filled(_ filling: Filling) throws -> Field {
        switch filling {
        case .value(let value):
            return with(
                TernCore.select(isNaN(values), Tensor(repeating: value, shape: [], dtype: values.dtype), values))
        case .mean(let dimensions):
            return with(TernCore.select(isNaN(values), try broadcast(mean(over: dimensions)), values))
        case .interpolated(let dimension): return try interpolated(along: dimension)
        case .nearest: return try nearest()
        }
    }

    private func interpolated(along dimension: String) throws -> Field {
        let series = Series(shape, axis: try axis(of: dimension)), x = try positions(along: dimension)
        guard x.isStrictlyMonotonic else {
            throw failure(
                "the labels of \"\(dimension)\" neither rise nor fall throughout, so it is not known what lies between; put its entries in order with taking(_:along:)"
            )
        }
        var y = values.doubles
        for o in 0..<series.outer {
            for i in 0..<series.inner {
                var previous: Int?
                for t in 0..<series.n where !y[series.index(o, t, i)].isNaN {
                    if let previous, t - previous > 1 {
                        let a = y[series.index(o, previous, i)],
                            slope = (y[series.index(o, t, i)] - a) / (x[t] - x[previous])
                        for gap in previous + 1..<t { y[series.index(o, gap, i)] = a + slope * (x[gap] - x[previous]) }
                    }
                    previous = t
                }
            }
        }
        return with(Tensor(y, shape: shape).cast(to: values.dtype))
    }

    private func nearest() throws -> Field {
        let (grid, back) = try globe()
        let lats = grid.latitudes.numbers ?? [], lons = grid.longitudes.numbers ?? []
        var y = grid.field.values.doubles
        let size = lats.count * lons.count
        let places = NearestPlaces(latitudes: lats, longitudes: lons)
        // Land is the same at all times, so that a mask's answer serves for many.
        var known: (mask: [Bool], source: [Int])?
        for start in stride(from: 0, to: y.count, by: max(size, 1)) {
            let mask = y[start..<start + size].map(\.isNaN)
            if !mask.contains(true) || !mask.contains(false) { continue }
            if known?.mask != mask { known = (mask, places.sources(of: mask)) }
            let source = known!.source
            for cell in 0..<size where mask[cell] { y[start + cell] = y[start + source[cell]] }
        }
        return try back(grid.field.with(Tensor(y, shape: grid.field.shape).cast(to: values.dtype)))
    }

    /// Latitudes and longitudes that label rows and columns; nil where they lie along no two dimensions.
    package var globeCoordinates: (latitudes: Coordinate, longitudes: Coordinate)? {
        guard let latitudes = coordinate(.latitude), let longitudes = coordinate(.longitude),
            latitudes.dimension != longitudes.dimension, latitudes.numbers != nil, longitudes.numbers != nil
        else { return nil }
        return (latitudes, longitudes)
    }

    /// The field with latitude and longitude last, and the way back to its own order.
    func globe() throws -> (
        grid: (field: Field, latitudes: Coordinate, longitudes: Coordinate), back: (Field) throws -> Field
    ) {
        guard let (latitudes, longitudes) = globeCoordinates else {
            throw failure(
                "it needs latitudes and longitudes along two dimensions; its coordinates are \(coordinates.map(\.name).joined(separator: ", "))"
            )
        }
        let last = [latitudes.dimension, longitudes.dimension]
        let order = dimensions
        return (
            (try transposed(dimensions.filter { !last.contains($0) } + last), latitudes, longitudes),
            { try $0.transposed(order) }
        )
    }
}
