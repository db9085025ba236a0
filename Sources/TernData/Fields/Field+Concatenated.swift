import TernCore

extension Field {
    /// Fields joined along a dimension, which all have, or along a new one that comes first; as xarray's `concat`.
    ///
    /// ```swift
    /// let a = Field("t", Tensor([1.0, 2]), dimensions: ["time"]), b = Field("t", Tensor([3.0]), dimensions: ["time"])
    /// print(try Field.concatenated([a, b], along: "time").shape)  // [3]
    /// print(try Field.concatenated([a, a], along: "model", labels: .texts(["x", "y"])).shape)  // [2, 2]
    /// ```
    ///
    /// Name and attributes are those of the first. Coordinates along the dimension that not all fields have, or whose
    /// units or calendars differ, are left out.
    ///
    /// - Parameter labels: what tells the fields apart along a new dimension, such as the names of models; of one that
    ///   they have, the labels of all its entries, in the place of their own.
    /// - Throws: `DataError` where there are no fields, shapes, other coordinates or units differ, or there are more or
    ///   fewer labels than entries.
    public static func concatenated(_ fields: [Field], along dimension: String, labels: Coordinate.Labels? = nil) throws
        -> Field
    {
        guard var first = fields.first else {
            throw DataError(file: "fields", "there is nothing to join along \"\(dimension)\"")
        }
        var fields = fields
        if !first.dimensions.contains(dimension) {
            fields = fields.map { field in
                var field = field
                field.dimensions.insert(dimension, at: 0)
                field.values = field.values.expandingDimension(at: 0)
                return field
            }
            first = fields[0]
        }
        let axis = try first.axis(of: dimension)
        for field in fields.dropFirst() {
            guard field.dimensions == first.dimensions else {
                throw field.failure(
                    "its dimensions \(field.dimensions) differ from \(first.dimensions) of the fields that it is to be joined with"
                )
            }
            for (name, (a, b)) in zip(first.dimensions, zip(first.shape, field.shape)) where name != dimension && a != b
            {
                throw field.failure(
                    "dimension \"\(name)\" has the length \(b), in the fields that it is to be joined with \(a)")
            }
            if let a = first.units, let b = field.units, a != b {
                throw field.failure(
                    "it is in \"\(b)\", the fields that it is to be joined with in \"\(a)\"; convert one")
            }
            if let difference = first.labelDifference(from: field, along: dimension) {
                throw field.failure("\(difference) in the fields that it is to be joined with")
            }
        }
        var joined = first
        joined.coordinates = first.coordinates.compactMap { coordinate in
            guard coordinate.dimension == dimension else { return coordinate }
            let parts = fields.compactMap {
                $0.coordinates.first { $0.name == coordinate.name && $0.dimension == dimension }
            }
            return parts.count == fields.count ? Coordinate.joined(parts) : nil
        }
        if let labels {
            let coordinate = Coordinate(dimension, labels: labels), n = fields.reduce(0) { $0 + $1.shape[axis] }
            guard coordinate.count == n else {
                throw first.failure("there are \(coordinate.count) labels for \(n) entries along \"\(dimension)\"")
            }
            try first.check(hasNo: dimension, but: dimension)
            joined.coordinates = [coordinate] + joined.coordinates.filter { $0.name != dimension }
        }
        joined.values = Tensor.concatenated(fields.map(\.values), axis: axis)
        return Field(
            joined.name, joined.values, dimensions: joined.dimensions, coordinates: joined.coordinates,
            attributes: joined.attributes)
    }
}

extension Field {
    /// What sets the labels of another field apart, but for those along a dimension; nil where they are the same.
    func labelDifference(from other: Field, along dimension: String) -> String? {
        coordinates.lazy.filter { $0.dimension != dimension }.compactMap { coordinate in
            other.coordinates.first { $0.name == coordinate.name }.flatMap {
                $0.dimension == coordinate.dimension
                    ? coordinate.difference(from: $0)
                    : "lies along \"\($0.dimension)\" here, along \"\(coordinate.dimension)\""
            }.map { "coordinate \"\(coordinate.name)\" \($0)" }
        }.first
    }

    /// In the order of another field's labels, where those of a dimension are the same but for their order (latitudes
    /// from north to south) or convention (longitudes from -180).
    func ordered(as other: Field, except dimension: String) -> Field {
        other.coordinates.filter { $0.name == $0.dimension && $0.name != dimension }.reduce(self) { field, theirs in
            guard
                let i = field.coordinates.firstIndex(where: { $0.name == theirs.name && $0.dimension == theirs.name }),
                theirs.count == field.coordinates[i].count, theirs.difference(from: field.coordinates[i]) != nil,
                let places = field.coordinates[i].places(of: theirs)
            else { return field }
            var moved = field.taking(places, along: theirs.dimension)
            moved.coordinates[i] = theirs
            return moved
        }
    }
}

extension Coordinate {
    /// Labels one after the other; nil where they are of different kinds, in different units or of different calendars.
    static func joined(_ parts: [Coordinate]) -> Coordinate? {
        var joined = parts[0]
        let numbers = parts.compactMap(\.numbers), times = parts.compactMap(\.times), texts = parts.compactMap(\.texts)
        let isAlike = parts.allSatisfy { $0.attributes["units"] == joined.attributes["units"] }
        if numbers.count == parts.count {
            guard isAlike else { return nil }
            joined.labels = .numbers(numbers.flatMap { $0 })
        } else if times.count == parts.count {
            guard Set(times.flatMap { $0 }.map(\.calendar)).count <= 1 else { return nil }
            joined.labels = .times(times.flatMap { $0 })
        } else if texts.count == parts.count {
            joined.labels = .texts(texts.flatMap { $0 })
        } else {
            return nil
        }
        // Bounds are counted in the coordinate's units, which must then be the same.
        let bounds = parts.compactMap(\.bounds)
        joined.bounds = bounds.count == parts.count && isAlike ? bounds.flatMap { $0 } : nil
        return joined
    }

    /// What sets another coordinate apart, for messages; nil where labels are the same.
    func difference(from other: Coordinate) -> String? {
        if count != other.count { return "has \(other.count) labels here, \(count)" }
        switch (labels, other.labels) {
        case (.numbers, .numbers), (.times, .times), (.texts, .texts):
            return firstDifference(from: other).map { "has \($0.other) here where it has \($0.own)" }
        default: return "is of another kind (numbers, times or texts) than"
        }
    }
}
