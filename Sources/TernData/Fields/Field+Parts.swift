import TernCore

extension Field {
    /// The position of a dimension.
    ///
    /// - Throws: `DataError` that lists the dimensions there are.
    public func axis(of dimension: String) throws -> Int {
        if let axis = dimensions.firstIndex(of: dimension) { return axis }
        throw failure(
            "there is no dimension \"\(dimension)\"; \(suggestion(for: dimension, among: dimensions, "dimensions"))")
    }

    /// - Throws: `DataError` where another dimension than the one that is to give way has a name already, or a
    ///   coordinate along another.
    func check(hasNo name: String, but old: String? = nil) throws {
        let isDimension = dimensions.contains { $0 == name && $0 != old }
        guard isDimension || coordinates.contains(where: { $0.name == name && $0.dimension != old }) else { return }
        throw failure(
            "it has a \(isDimension ? "dimension" : "coordinate") \"\(name)\" already, which would stand twice; give it another name"
                + (isDimension ? " with renaming(dimension:to:)" : ""))
    }

    func failure(_ message: String) -> DataError { DataError(file: "field \"\(name)\"", message) }

    /// The length of a dimension, nil where there is none of this name.
    public func length(of dimension: String) -> Int? { dimensions.firstIndex(of: dimension).map { shape[$0] } }

    /// The part of a dimension in a range of indices.
    ///
    /// - Precondition: The dimension exists and the range lies within it.
    public func sliced(_ range: Range<Int>, along dimension: String) -> Field {
        guard let axis = dimensions.firstIndex(of: dimension) else {
            fail("sliced: field \"\(name)\" has the dimensions \(dimensions), not \"\(dimension)\"")
        }
        var field = self
        field.values = values.sliced(range, axis: axis)
        field.coordinates = coordinates.map { $0.dimension == dimension ? $0.taking(Array(range)) : $0 }
        return field
    }

    /// The entries of a dimension at these indices, in the order given.
    ///
    /// - Precondition: The dimension exists and the indices lie within it.
    public func taking(_ indices: [Int], along dimension: String) -> Field {
        guard let axis = dimensions.firstIndex(of: dimension) else {
            fail("taking: field \"\(name)\" has the dimensions \(dimensions), not \"\(dimension)\"")
        }
        if let first = indices.first, indices == Array(first..<first + indices.count), first >= 0 {
            return sliced(first..<first + indices.count, along: dimension)
        }
        var field = self
        field.values = values.taking(Tensor(indices), axis: axis)
        field.coordinates = coordinates.map { $0.dimension == dimension ? $0.taking(indices) : $0 }
        return field
    }

    /// A dimension of length 1 removed, and what labels it.
    func dropping(_ dimension: String) -> Field {
        let axis = dimensions.firstIndex(of: dimension)!
        return Field(
            name, values.squeezed(axes: [axis]), dimensions: dimensions.filter { $0 != dimension },
            coordinates: coordinates.filter { $0.dimension != dimension }, attributes: attributes)
    }

    /// The dimensions in another order.
    ///
    /// - Throws: `DataError` where the names are not those of the field's dimensions.
    public func transposed(_ order: [String]) throws -> Field {
        guard order.count == dimensions.count, Set(order) == Set(dimensions) else {
            throw failure("it has the dimensions \(dimensions), which cannot be ordered as \(order)")
        }
        return reordered(order)
    }

    /// - Precondition: The names are those of the field's dimensions.
    func reordered(_ order: [String]) -> Field {
        if order == dimensions { return self }
        return Field(
            name, values.transposed(order.map { dimensions.firstIndex(of: $0)! }), dimensions: order,
            coordinates: coordinates, attributes: attributes)
    }

    /// The same field by another name.
    public func renamed(_ name: String) -> Field {
        var field = self
        field.name = name
        return field
    }

    /// Another name for a dimension, and for the coordinate of that name; a field without it stays as it is.
    public func renaming(dimension old: String, to new: String) -> Field {
        var field = self
        field.dimensions = dimensions.map { $0 == old ? new : $0 }
        field.coordinates = coordinates.map {
            var coordinate = $0
            if coordinate.dimension == old { coordinate.dimension = new }
            if coordinate.name == old { coordinate.name = new }
            return coordinate
        }
        return field
    }

    /// The same labels and attributes around other values of the same shape.
    func with(_ values: Tensor) -> Field {
        var field = self
        field.values = values
        return field
    }
}

extension Coordinate {
    /// The labels at these indices, in the order given, with their bounds.
    public func taking(_ indices: [Int]) -> Coordinate {
        var part = self
        part.labels =
            switch labels {
            case .numbers(let numbers): .numbers(indices.map { numbers[$0] })
            case .times(let times): .times(indices.map { times[$0] })
            case .texts(let texts): .texts(indices.map { texts[$0] })
            }
        part.bounds = bounds.map { bounds in indices.map { bounds[$0] } }
        return part
    }

    /// The labels, nil where they are numbers or dates.
    public var texts: [String]? { if case .texts(let texts) = labels { texts } else { nil } }
}
