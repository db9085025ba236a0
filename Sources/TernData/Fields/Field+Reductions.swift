import TernCore

/// How much each value counts in a mean.
public enum Weights: Sendable {
    /// The cosine of the latitude, as for cells of equal width and height in degrees.
    case cosineOfLatitude
    /// The area of the cell on the sphere, from the bounds where the file has some, else from the middles between centres.
    case cellArea
    /// Any, on some of the field's dimensions.
    case field(Field)
}

// Missing values are left out; sums are kept in double precision and the result has the type of the field.
extension Field {
    /// The mean over dimensions, or over all; NaN where every value is missing.
    ///
    /// ```swift
    /// try sst.mean(over: ["lat", "lon"], weights: .cosineOfLatitude)     // one number a month
    /// ```
    ///
    /// - Throws: ``DataError`` where a dimension does not exist, or the field has no latitudes to weigh by.
    public func mean(over dimensions: [String]? = nil, weights: Weights? = nil) throws -> Field {
        let axes = try axes(dimensions)
        let (sums, counts) = try sums(axes, weights)
        return result(zip(sums, counts).map { $1 > 0 ? $0 / $1 : .nan }, without: axes)
    }

    /// The sum over dimensions, or over all; 0 where every value is missing.
    public func sum(over dimensions: [String]? = nil, weights: Weights? = nil) throws -> Field {
        let axes = try axes(dimensions)
        return result(try sums(axes, weights).sums, without: axes)
    }

    /// The number of values that are there.
    public func count(over dimensions: [String]? = nil) throws -> Field {
        let axes = try axes(dimensions)
        return result(try sums(axes, nil).counts, without: axes)
    }

    /// The standard deviation over dimensions, or over all; the squares' sum is divided by the count less `degreesOfFreedom`.
    public func standardDeviation(over dimensions: [String]? = nil, degreesOfFreedom: Int = 0) throws -> Field {
        let axes = try axes(dimensions)
        let (sums, counts) = try sums(axes, nil)
        let means = zip(sums, counts).map { $0 / $1 }
        let folding = Folding(shape: shape, folded: axes)
        var squares = [Double](repeating: 0, count: folding.count)
        func add<S: BinaryFloatingPoint & TensorScalar>(_ type: S.Type) {
            values.withScalars(type) { x in
                squares.withUnsafeMutableBufferPointer { squares in
                    means.withUnsafeBufferPointer { means in
                        folding.forEach { i, o in
                            let difference = Double(x[i]) - means[o]
                            squares[o] += difference.isNaN ? 0 : difference * difference
                        }
                    }
                }
            }
        }
        if values.dtype == .float32 { add(Float.self) } else { add(Double.self) }
        return result(
            zip(squares, counts).map { square, count in count > Double(degreesOfFreedom) ? (square / (count - Double(degreesOfFreedom))).squareRoot() : .nan },
            without: axes)
    }

    /// The least value over dimensions, or over all.
    public func minimum(over dimensions: [String]? = nil) throws -> Field { try largest(dimensions, sign: -1) }

    /// The largest value over dimensions, or over all.
    public func maximum(over dimensions: [String]? = nil) throws -> Field { try largest(dimensions, sign: 1) }

    /// The largest of the values times a sign, times that sign again.
    private func largest(_ dimensions: [String]?, sign: Double) throws -> Field {
        let axes = try axes(dimensions)
        let folding = Folding(shape: shape, folded: axes)
        var best = [Double](repeating: -.infinity, count: folding.count), isThere = [Bool](repeating: false, count: folding.count)
        func scan<S: BinaryFloatingPoint & TensorScalar>(_ type: S.Type) {
            values.withScalars(type) { x in
                best.withUnsafeMutableBufferPointer { best in
                    isThere.withUnsafeMutableBufferPointer { isThere in
                        folding.forEach { i, o in
                            let value = Double(x[i]) * sign
                            best[o] = value > best[o] ? value : best[o]
                            isThere[o] = isThere[o] || !value.isNaN
                        }
                    }
                }
            }
        }
        if values.dtype == .float32 { scan(Float.self) } else { scan(Double.self) }
        return result(zip(best, isThere).map { $1 ? $0 * sign : .nan }, without: axes)
    }

    func axes(_ dimensions: [String]?) throws -> Set<Int> { Set(try (dimensions ?? self.dimensions).map(axis(of:))) }

    private func sums(_ axes: Set<Int>, _ weights: Weights?) throws -> (sums: [Double], counts: [Double]) {
        let folding = Folding(shape: shape, folded: axes)
        var sums = [Double](repeating: 0, count: folding.count), counts = sums
        let weights = try weights.map { try broadcast(self.weights($0)).cast(to: .float64) }
        func add<S: BinaryFloatingPoint & TensorScalar>(_ type: S.Type) {
            values.withScalars(type) { x in
                sums.withUnsafeMutableBufferPointer { sums in
                    counts.withUnsafeMutableBufferPointer { counts in
                        guard let weights else {
                            folding.forEach { i, o in
                                let isThere = !x[i].isNaN
                                sums[o] += isThere ? Double(x[i]) : 0
                                counts[o] += isThere ? 1 : 0
                            }
                            return
                        }
                        weights.withScalars(Double.self) { w in
                            folding.forEach { i, o in
                                if !x[i].isNaN {
                                    sums[o] += Double(x[i]) * w[i]
                                    counts[o] += w[i]
                                }
                            }
                        }
                    }
                }
            }
        }
        if values.dtype == .float32 { add(Float.self) } else { add(Double.self) }
        return (sums, counts)
    }

    private func result(_ values: [Double], without axes: Set<Int>) -> Field {
        let kept = dimensions.indices.filter { !axes.contains($0) }
        let names = kept.map { dimensions[$0] }
        return Field(
            name, Tensor(values, shape: kept.map { shape[$0] }).cast(to: self.values.dtype), dimensions: names,
            coordinates: coordinates.filter { names.contains($0.dimension) }, attributes: attributes)
    }

    /// Weights on some of the field's dimensions.
    public func weights(_ weights: Weights) throws -> Field {
        if case .field(let field) = weights { return field }
        guard let latitude = coordinate(.latitude) else {
            throw failure("it has no latitudes to weigh by; its coordinates are \(coordinates.map(\.name).joined(separator: ", "))")
        }
        let numbers = latitude.numbers ?? []
        if case .cosineOfLatitude = weights {
            return Field("weights", cosines(numbers), dimensions: [latitude.dimension])
        }
        let heights = latitude.cells.map { Sphere.height(from: $0.lowerBound, to: $0.upperBound) }
        guard let longitude = coordinate(.longitude), longitude.dimension != latitude.dimension else {
            return Field("weights", Tensor(heights), dimensions: [latitude.dimension])
        }
        let widths = longitude.cells.map { $0.upperBound - $0.lowerBound }
        return Field(
            "weights", Tensor(heights.flatMap { height in widths.map { height * $0 } }, shape: [heights.count, widths.count]),
            dimensions: [latitude.dimension, longitude.dimension])
    }

    /// Another field's values in the shape of this one.
    func broadcast(_ other: Field) throws -> Tensor {
        for (name, length) in zip(other.dimensions, other.shape) where shape[try axis(of: name)] != length {
            throw failure("dimension \"\(name)\" has the length \(shape[try axis(of: name)]), in \"\(other.name)\" \(length)")
        }
        return other.spread(over: dimensions).broadcast(to: shape)
    }

    /// The values with a dimension of length 1 for each name that the field lacks.
    func spread(over names: [String]) -> Tensor {
        let order = names.filter { dimensions.contains($0) }.map { dimensions.firstIndex(of: $0)! }
        let turned = values.transposed(order)
        return turned.reshaped(names.map { name in dimensions.firstIndex(of: name).map { shape[$0] } ?? 1 })
    }
}
