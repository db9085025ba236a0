import TernCore

extension Field {
    /// Where the entries of a dimension lie: its numbers, days since its first time, or 0, 1, 2, ...
    func positions(along dimension: String) throws -> [Double] {
        let axis = try axis(of: dimension)
        guard let coordinate = coordinates.first(where: { $0.name == dimension && $0.dimension == dimension }) else {
            return (0..<shape[axis]).map(Double.init)
        }
        if let times = coordinate.times { return times.map { $0.days(since: times[0]) } }
        return coordinate.numbers ?? (0..<shape[axis]).map(Double.init)
    }

    /// The straight line of least squares along a dimension, through the values that are there; NaN where fewer than two are.
    ///
    /// - Returns: The slope, per day for dates, else per unit of the coordinate, and the values of the line.
    public func trend(along dimension: String = "time") throws -> (slope: Field, line: Field) {
        let axis = try axis(of: dimension), x = try positions(along: dimension)
        let series = Series(shape, axis: axis), y = values.doubles
        var slopes = [Double](repeating: .nan, count: series.outer * series.inner)
        var line = y
        for o in 0..<series.outer {
            for i in 0..<series.inner {
                let there = (0..<series.n).filter { !y[series.index(o, $0, i)].isNaN }
                let meanX = there.reduce(0) { $0 + x[$1] } / Double(there.count)
                let meanY = there.reduce(0) { $0 + y[series.index(o, $1, i)] } / Double(there.count)
                let xx = there.reduce(0) { $0 + (x[$1] - meanX) * (x[$1] - meanX) }
                let xy = there.reduce(0) { $0 + (x[$1] - meanX) * (y[series.index(o, $1, i)] - meanY) }
                let slope = there.count > 1 && xx > 0 ? xy / xx : .nan
                slopes[o * series.inner + i] = slope
                for t in 0..<series.n { line[series.index(o, t, i)] = meanY + slope * (x[t] - meanX) }
            }
        }
        var shape = shape
        shape.remove(at: axis)
        let slope = Field(
            name, Tensor(slopes, shape: shape).cast(to: values.dtype), dimensions: dimensions.filter { $0 != dimension },
            coordinates: coordinates.filter { $0.dimension != dimension })
        return (slope, with(Tensor(line, shape: self.shape).cast(to: values.dtype)))
    }

    /// The field less its straight line along a dimension.
    public func detrended(along dimension: String = "time") throws -> Field { try self - trend(along: dimension).line }
}
