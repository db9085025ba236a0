import TernCore

extension Dataset {
    /// Reads a variable with its coordinates, unpacked, missing values as NaN.
    ///
    /// Values are `float32` or `float64` as xarray would have them; `scale_factor`, `add_offset`, `_FillValue`,
    /// `missing_value` and the valid range are applied and no longer among the attributes.
    ///
    /// A coordinate is the variable named after a dimension; a variable of one dimension that the `coordinates`
    /// attribute names; one whose units or name say that it is a latitude, a longitude or a time; and any other
    /// variable of one of the field's dimensions that holds integers or texts, such as `model(sample)`. Whole numbers of
    /// eight bytes beyond 2^53 become the nearest `Double`.
    ///
    /// - Parameters:
    ///   - ranges: what is to be read, by dimension; the rest is read whole. A dataset larger than memory is read so,
    ///     in parts.
    ///   - decodingTimes: whether coordinates such as "days since 1800-1-1" become dates.
    /// - Throws: `DataError` where there is no such variable or dimension, a range ends too late, the variable holds
    ///   texts, or it cannot be read.
    public func field(_ name: String, at ranges: [String: Range<Int>] = [:], decodingTimes: Bool = true) throws -> Field
    {
        var notes: ReadingNotes?
        return try field(name, at: ranges, decodingTimes: decodingTimes, notes: &notes)
    }

    /// - Parameters:
    ///   - isLabelled: whether coordinates are wanted; without them a file of thousands is looked at in time.
    ///   - notes: what nothing in the file says is added to them; nil where nobody asks.
    package func field(
        _ name: String, at ranges: [String: Range<Int>] = [:], decodingTimes: Bool = true, isLabelled: Bool = true,
        notes: inout ReadingNotes?
    ) throws -> Field {
        let variable = try variable(name)
        try checkReadable(variable)
        let ranges = try check(ranges, variable)
        switch source {
        case .store(let store):
            return try read(variable, ranges, from: store, decodingTimes, isLabelled: isLabelled, &notes)
        case .fields(let fields):
            // A coordinate is a field too, of its numbers.
            let field = try fields.first { $0.name == name } ?? coordinateField(name, of: fields)
            return zip(field.dimensions, ranges).reduce(field) { $0.sliced($1.1, along: $1.0) }
        case .joined(let parts, let dimension):
            let wanted = named(ranges, variable)
            guard variable.dimensions.contains(dimension) else {
                return try parts[0].field(name, at: wanted, decodingTimes: decodingTimes, notes: &notes)
            }
            return try joined(name, at: wanted, of: parts, along: dimension, decodingTimes: decodingTimes, &notes)
        }
    }

    /// The texts of a variable, in row-major order.
    ///
    /// - Throws: `DataError` where there is no such variable or it holds numbers.
    public func texts(_ name: String) throws -> [String] {
        let variable = try variable(name)
        try checkReadable(variable)
        guard variable.type.isText else {
            throw DataError(file: path, "variable \"\(name)\" holds numbers; read it with field(\"\(name)\")")
        }
        switch source {
        case .store(let store): return try store.texts(of: variable, in: variable.shape.map { 0..<$0 })
        case .joined(let parts, let dimension):
            return variable.dimensions.contains(dimension)
                ? try joinedTexts(variable, of: parts, along: dimension) : try parts[0].texts(name)
        case .fields(let fields):
            guard case .texts(let texts) = Self.coordinates(of: fields).first(where: { $0.name == name })?.labels else {
                return []
            }
            return texts
        }
    }

    /// - Throws: `DataError` with the variable's complaint.
    func checkReadable(_ variable: Variable) throws {
        guard let complaint = variable.complaint else { return }
        throw DataError(file: path, "variable \"\(variable.name)\" cannot be read: \(complaint)")
    }

    private func named(_ ranges: [Range<Int>], _ variable: Variable) -> [String: Range<Int>] {
        Dictionary(zip(variable.dimensions, ranges), uniquingKeysWith: { first, _ in first })
    }

    private func coordinateField(_ name: String, of fields: [Field]) throws -> Field {
        let coordinate = Self.coordinates(of: fields).first { $0.name == name }!
        guard let numbers = coordinate.numbers else {
            throw DataError(file: path, "coordinate \"\(name)\" holds dates or texts, not numbers")
        }
        return Field(name, Tensor(numbers), dimensions: [coordinate.dimension], attributes: coordinate.attributes)
    }

    /// - Throws: `DataError` where the variable has no such dimension, or a range leads out of one.
    package func check(_ ranges: [String: Range<Int>], of variable: Variable) throws { _ = try check(ranges, variable) }

    /// A range for each dimension of the variable.
    private func check(_ ranges: [String: Range<Int>], _ variable: Variable) throws -> [Range<Int>] {
        for (name, range) in ranges {
            guard let axis = variable.dimensions.firstIndex(of: name) else {
                throw DataError(
                    file: path,
                    "variable \"\(variable.name)\" has no dimension \"\(name)\"; "
                        + suggestion(for: name, among: variable.dimensions, "dimensions"))
            }
            guard range.lowerBound >= 0, range.upperBound <= variable.shape[axis] else {
                throw DataError(
                    file: path,
                    "variable \"\(variable.name)\": \(range) is outside dimension \"\(name)\" of length \(variable.shape[axis])"
                )
            }
        }
        return zip(variable.dimensions, variable.shape).map { ranges[$0] ?? 0..<$1 }
    }

    private func read(
        _ variable: Variable, _ ranges: [Range<Int>], from store: any ArrayStore, _ decodingTimes: Bool,
        isLabelled: Bool, _ notes: inout ReadingNotes?
    ) throws -> Field {
        guard !variable.type.isText else {
            throw DataError(
                file: path, "variable \"\(variable.name)\" holds texts; read them with texts(\"\(variable.name)\")")
        }
        let values = try Unpacking(variable).values(of: variable, in: ranges, from: store, notes: &notes)
        let parts = named(ranges, variable)
        let coordinates = try (isLabelled ? self.coordinates(for: variable) : []).map {
            try coordinate($0, parts, from: store, decodingTimes)
        }
        var attributes = variable.attributes
        for name in Self.packing { attributes[name] = nil }
        return Field(
            variable.name, values, dimensions: variable.dimensions, coordinates: coordinates, attributes: attributes)
    }

    /// Attributes that say how values are stored, and no longer hold for what was read.
    static let packing = [
        "_FillValue", "missing_value", "scale_factor", "add_offset", "_Unsigned", "valid_range", "valid_min",
        "valid_max", "coordinates", "bounds",
    ]
}
