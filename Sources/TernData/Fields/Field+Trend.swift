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
        let series = Series(shape, axis: axis), y = values.doubles, inner = series.inner
        var slopes = [Double](repeating: .nan, count: series.outer * inner)
        var line = y
        for o in 0..<series.outer {
            // Row by row, which is how the values lie, for all series beside each other.
            var counts = [Double](repeating: 0, count: inner), meanX = counts, meanY = counts, xx = counts, xy = counts
            for t in 0..<series.n {
                let row = series.index(o, t, 0)
                for i in 0..<inner {
                    let isThere = !y[row + i].isNaN
                    counts[i] += isThere ? 1 : 0
                    meanX[i] += isThere ? x[t] : 0
                    meanY[i] += isThere ? y[row + i] : 0
                }
            }
            for i in 0..<inner { (meanX[i], meanY[i]) = (meanX[i] / counts[i], meanY[i] / counts[i]) }
            for t in 0..<series.n {
                let row = series.index(o, t, 0)
                for i in 0..<inner {
                    let dx = x[t] - meanX[i], dy = y[row + i] - meanY[i]
                    xx[i] += dy.isNaN ? 0 : dx * dx
                    xy[i] += dy.isNaN ? 0 : dx * dy
                }
            }
            for i in 0..<inner { slopes[o * inner + i] = counts[i] > 1 && xx[i] > 0 ? xy[i] / xx[i] : .nan }
            for t in 0..<series.n {
                let row = series.index(o, t, 0)
                for i in 0..<inner { line[row + i] = meanY[i] + slopes[o * inner + i] * (x[t] - meanX[i]) }
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
