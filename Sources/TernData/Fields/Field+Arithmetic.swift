import TernCore

// Arithmetic between fields: dimensions are matched by name, and must have the same labels.
extension Field {
    /// The sum of two fields, matched by the names of their dimensions: those that one lacks are repeated, as in
    /// xarray.
    ///
    /// ```swift
    /// let sst = Field("sst", Tensor([[20.0, 21], [19, 18]]), dimensions: ["time", "lon"])
    /// let shift = Field("shift", Tensor([1.0, 2]), dimensions: ["lon"])
    /// print(try (sst + shift).values.doubles)  // [21.0, 23.0, 20.0, 20.0]
    /// ```
    ///
    /// Name and attributes are those of the first, and so are the first dimensions. A value that either lacks is NaN.
    ///
    /// - Throws: `DataError` where lengths or labels along a dimension that both have differ, or their units, or where
    ///   coordinates of one name lie along different dimensions; labels are not aligned silently as in xarray, see
    ///   ``align(with:)``, nor are other coordinates dropped.
    public static func + (a: Field, b: Field) throws -> Field { try combine(a, b, keepsUnits: true, +) }
    /// The difference, matched as in a sum.
    ///
    /// - Throws: `DataError` where lengths, labels or units differ.
    public static func - (a: Field, b: Field) throws -> Field { try combine(a, b, keepsUnits: true, -) }
    /// The product, matched by the names of dimensions; without units.
    ///
    /// - Throws: `DataError` where lengths or labels along a dimension that both have differ.
    public static func * (a: Field, b: Field) throws -> Field { try combine(a, b, keepsUnits: false, *) }
    /// The quotient, matched by the names of dimensions; without units.
    ///
    /// - Throws: `DataError` where lengths or labels along a dimension that both have differ.
    public static func / (a: Field, b: Field) throws -> Field { try combine(a, b, keepsUnits: false, /) }

    /// The field with a number added to each value, in the same units.
    public static func + (a: Field, b: Double) -> Field { a.with(a.values + b) }
    /// The field with a number taken from each value, in the same units.
    public static func - (a: Field, b: Double) -> Field { a.with(a.values - b) }
    /// The field with each value multiplied by a number; without units, which the factor may change.
    public static func * (a: Field, b: Double) -> Field { a.with(a.values * b).withoutUnits }
    /// The field with each value divided by a number; without units, which the divisor may change.
    public static func / (a: Field, b: Double) -> Field { a.with(a.values / b).withoutUnits }
    /// The field with a number added to each value, in the same units.
    public static func + (a: Double, b: Field) -> Field { b.with(a + b.values) }
    /// A number less each value, in the same units.
    public static func - (a: Double, b: Field) -> Field { b.with(a - b.values) }
    /// The field with each value multiplied by a number; without units, which the factor may change.
    public static func * (a: Double, b: Field) -> Field { b.with(a * b.values).withoutUnits }
    /// A number divided by each value; without units.
    public static func / (a: Double, b: Field) -> Field { b.with(a / b.values).withoutUnits }
    /// The field with the sign of each value turned, in the same units.
    public static prefix func - (a: Field) -> Field { a.with(-a.values) }

    /// A function of each value, such as a logarithm; the units are dropped.
    ///
    /// - Precondition: `function` keeps the shape.
    public func map(_ function: (Tensor) -> Tensor) -> Field { with(function(values)).withoutUnits }

    private var withoutUnits: Field {
        var field = self
        field.attributes["units"] = nil
        return field
    }

    /// - Throws: `DataError` where lengths or labels along a dimension that both have differ, or the units.
    func check(matching other: Field, inUnits: Bool) throws {
        for (name, length) in zip(other.dimensions, other.shape) {
            guard let axis = dimensions.firstIndex(of: name) else { continue }
            guard shape[axis] == length else {
                throw failure(
                    "dimension \"\(name)\" has the length \(shape[axis]), in field \"\(other.name)\" \(length); align(with:) keeps what both have"
                )
            }
            try check(labelsOf: name, matching: other)
        }
        if inUnits, let first = units, let second = other.units, first != second {
            throw failure("it is in \"\(first)\", field \"\(other.name)\" in \"\(second)\"; convert one")
        }
    }

    /// - Throws: `DataError` where both have a coordinate along a dimension, and its labels differ.
    func check(labelsOf dimension: String, matching other: Field) throws {
        for own in coordinates where own.dimension == dimension {
            let theirs = other.coordinates.first { $0.name == own.name && $0.dimension == dimension }
            guard let difference = theirs.flatMap(own.difference(from:)) else { continue }
            throw other.failure(
                "coordinate \"\(own.name)\" \(difference) in field \"\(name)\"; "
                    + (own.name == dimension
                        ? "align(with:) keeps what both have"
                        : "order both alike along \"\(dimension)\", or remove the coordinate from one"))
        }
    }

    /// The coordinates, and those of another field that have other names.
    ///
    /// - Throws: `DataError` where two of one name lie along different dimensions.
    func coordinates(and theirs: [Coordinate], of other: Field) throws -> [Coordinate] {
        try coordinates
            + theirs.filter { coordinate in
                let named = coordinates.filter { $0.name == coordinate.name }
                guard let first = named.first, !named.contains(where: { $0.dimension == coordinate.dimension }) else {
                    return named.isEmpty
                }
                let conflict = Coordinate.conflict(among: [(name, [first]), (other.name, [coordinate])])!
                throw failure("\(conflict); rename or remove it in one of them")
            }
    }

    private static func combine(_ a: Field, _ b: Field, keepsUnits: Bool, _ operation: (Tensor, Tensor) -> Tensor)
        throws -> Field
    {
        try a.check(matching: b, inUnits: keepsUnits)
        let dimensions = a.dimensions + b.dimensions.filter { !a.dimensions.contains($0) }
        let values = operation(a.spread(over: dimensions), b.spread(over: dimensions))
        let coordinates = try a.coordinates(and: b.coordinates, of: b)
        let field = Field(a.name, values, dimensions: dimensions, coordinates: coordinates, attributes: a.attributes)
        return keepsUnits ? field : field.withoutUnits
    }

    /// Both fields with only those labels, along the dimensions that they share, which both have; in the order of this
    /// field.
    ///
    /// What are the same labels for arithmetic are so here: numbers that differ by the rounding of single precision,
    /// angles by a ten thousandth of a degree. A dimension of which one field has no coordinate stays as it is.
    ///
    /// - Throws: `DataError` where they have none in common, and where a label stands twice in one of them.
    public func align(with other: Field) throws -> (Field, Field) {
        var (a, b) = (self, other)
        for name in dimensions where other.dimensions.contains(name) {
            guard let first = a.coordinates.first(where: { $0.name == name && $0.dimension == name }),
                let second = b.coordinates.first(where: { $0.name == name && $0.dimension == name })
            else { continue }
            for (field, coordinate) in [(self, first), (other, second)] {
                var seen = Set<String>()
                guard let twice = coordinate.labelTexts.first(where: { !seen.insert($0).inserted }) else { continue }
                throw field.failure("along \"\(name)\" it has \(twice) twice, so that it cannot be told which is meant")
            }
            let pairs = second.matches(of: first).enumerated().compactMap { index, place in place.map { (index, $0) } }
            guard !pairs.isEmpty else {
                throw failure(
                    "along \"\(name)\" it has no label in common with field \"\(other.name)\": here \(first.labelSummary), there \(second.labelSummary)"
                )
            }
            a = a.taking(pairs.map(\.0), along: name)
            b = b.taking(pairs.map(\.1), along: name)
        }
        return (a, b)
    }
}
