import TernCore

extension Field {
    /// Where the entries of a dimension lie: its numbers, days since its first time, or 0, 1, 2, ...
    func positions(along dimension: String) throws -> [Double] {
        let axis = try axis(of: dimension)
        guard let coordinate = coordinates.first(where: { $0.name == dimension && $0.dimension == dimension }) else {
            return (0..<shape[axis]).map(Double.init)
        }
        if let times = coordinate.times { return times.map { $0.days(since: times[0]) } }
        return coordinate.goingOn ?? (0..<shape[axis]).map(Double.init)
    }

    /// The straight line of least squares along a dimension, through the values that are there; NaN where fewer than
    /// two are.
    ///
    /// ```swift
    /// let years = Coordinate("year", numbers: [2000, 2001, 2002, 2003])
    /// let t = Field("t", Tensor([1.0, 3, 5, 7]), dimensions: ["year"], coordinates: [years])
    /// print(try t.trend(along: "year").slope.values.item)  // 2.0
    /// ```
    ///
    /// - Returns: The slope, per day for dates, else per unit of the coordinate, and the values of the line.
    /// - Throws: `DataError` where the dimension does not exist.
    public func trend(along dimension: String = "time") throws -> (slope: Field, line: Field) {
        let (slopes, line) = try fit(along: dimension, isRemoved: false)
        var shape = shape
        shape.remove(at: try axis(of: dimension))
        let slope = Field(
            name, Tensor(slopes, shape: shape).cast(to: values.dtype),
            dimensions: dimensions.filter { $0 != dimension },
            coordinates: coordinates.filter { $0.dimension != dimension })
        return (slope, with(line))
    }

    /// The field less its straight line along a dimension; the mean goes with it, and what is missing stays missing.
    ///
    /// - Throws: `DataError` where the dimension does not exist.
    public func detrended(along dimension: String = "time") throws -> Field {
        with(try fit(along: dimension, isRemoved: true).values)
    }

    /// The slopes of the lines, and the lines, or what is left where they are removed.
    private func fit(along dimension: String, isRemoved: Bool) throws -> (slopes: [Double], values: Tensor) {
        let series = Series(shape, axis: try axis(of: dimension)), x = try positions(along: dimension)
        return values.dtype == .float32
            ? fit(Float.self, series, x, isRemoved: isRemoved) : fit(Double.self, series, x, isRemoved: isRemoved)
    }

    private func fit<S: FieldNumber>(
        _: S.Type, _ series: Series, _ x: [Double], isRemoved: Bool
    ) -> (slopes: [Double], values: Tensor) {
        var slopes = [Double](repeating: .nan, count: series.outer * series.inner)
        let values = slopes.withUnsafeMutableBufferPointer { slopes in
            let slopes = UncheckedBuffer(slopes)
            return Tensor(shape: shape, dtype: S.dtype) { bytes in
                let out = UncheckedBuffer(bytes.bindMemory(to: S.self))
                self.values.withScalars(S.self) { y in
                    let y = UncheckedBuffer(UnsafeMutableBufferPointer(mutating: y))
                    // Row by row, which is how the values lie, for some series beside each other.
                    series.forEachBlock(width: 256) { o, columns in
                        fit(
                            series, o, columns, x, y.pointer, slopes.pointer + o * series.inner + columns.lowerBound,
                            out.pointer, isRemoved: isRemoved)
                    }
                }
            }
        }
        return (slopes, values)
    }

    private func fit<S: FieldNumber>(
        _ series: Series, _ o: Int, _ columns: Range<Int>, _ x: [Double], _ values: UnsafePointer<S>,
        _ slopes: UnsafeMutablePointer<Double>,
        _ out: UnsafeMutablePointer<S>, isRemoved: Bool
    ) {
        let width = columns.count, first = columns.lowerBound
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 5 * width) { sums in
            sums.initialize(repeating: 0)
            let counts = sums.baseAddress!, meanX = counts + width, meanY = meanX + width, xx = meanY + width,
                xy = xx + width
            for t in 0..<series.n {
                let y = values + series.index(o, t, first), x = x[t]
                for i in 0..<width {
                    let value = Double(stored: y[i]), isThere = value == value
                    counts[i] += isThere ? 1 : 0
                    meanX[i] += isThere ? x : 0
                    meanY[i] += isThere ? value : 0
                }
            }
            for i in 0..<width { (meanX[i], meanY[i]) = (meanX[i] / counts[i], meanY[i] / counts[i]) }
            for t in 0..<series.n {
                let y = values + series.index(o, t, first), x = x[t]
                for i in 0..<width {
                    let value = Double(stored: y[i]), isThere = value == value
                    let dx = x - meanX[i], dy = value - meanY[i]
                    xx[i] += isThere ? dx * dx : 0
                    xy[i] += isThere ? dx * dy : 0
                }
            }
            for i in 0..<width { slopes[i] = counts[i] > 1 && xx[i] > 0 ? xy[i] / xx[i] : .nan }
            for t in 0..<series.n {
                let row = series.index(o, t, first), y = values + row, out = out + row, x = x[t]
                if isRemoved {
                    for i in 0..<width {
                        out[i] = S(stored: Double(stored: y[i]) - (meanY[i] + slopes[i] * (x - meanX[i])))
                    }
                } else {
                    for i in 0..<width { out[i] = S(stored: meanY[i] + slopes[i] * (x - meanX[i])) }
                }
            }
        }
    }
}
