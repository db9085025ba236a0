import TernCore
import TernData

// New fields by the patterns of an old one.
extension EOF {
    /// How strong each pattern is in another field: time and `mode`, in the units of ``series``.
    ///
    /// ```swift
    /// let lat = Coordinate("lat", numbers: [-30, 0, 30])
    /// let swing = Tensor([1.0, -1, 0.5, -0.5]).reshaped([4, 1]), map = Tensor([1.0, 3, 1])
    /// let field = Field("t", swing * map, dimensions: ["time", "lat"], coordinates: [lat])
    /// let eof = try EOF(of: field, count: 1)
    /// let twice = Field("t", 2 * swing * map, dimensions: ["time", "lat"], coordinates: [lat])
    /// let strength = try eof.projection(of: twice)
    /// let ratio = try (strength / eof.series).values      // [[2], [2], [2], [2]], up to rounding
    /// ```
    ///
    /// ``mean`` is taken away first, so that the field itself gives ``series`` again. A field without the dimension of
    /// time is one map, and gives `mode` alone.
    ///
    /// - Throws: `DataError` where dimensions, lengths, labels or units are others than those of the field that was
    ///   learned from, and where a cell that counts is missing.
    public func projection(of field: Field) throws -> Field {
        let isMap = !field.dimensions.contains(along)
        var whole = field
        if isMap {
            whole.values = field.values.expandingDimension(at: 0)
            whole.dimensions.insert(along, at: 0)
        }
        let map = try Self.map(whole, along, order: mean.dimensions)
        try check(map, units: field.units)
        let values = try map.values(of: cells)
        let weighted = (values - Tensor(mean.values.doubles).taking(Tensor(cells))) * Tensor(roots)
        let scores = matmul(weighted, components.transposed()) / Tensor(variance.map { $0.squareRoot() })
        let modes = patterns.coordinates[0]
        if isMap {
            return Field("series", scores.flattened(), dimensions: ["mode"], coordinates: [modes])
        }
        return Self.seriesField(scores, map.steps, along, modes)
    }

    /// The field that some modes alone would make, in its own units.
    ///
    /// - Parameters:
    ///   - series: how strong the modes are, with the dimension `mode`, as ``projection(of:)`` gives them; nil:
    ///     ``EOF/series``.
    ///   - modes: which, counted from 1; nil: all that are kept.
    /// - Throws: `DataError` where the series have other modes.
    public func reconstruction(of series: Field? = nil, modes: ClosedRange<Int>? = nil) throws -> Field {
        let given = series ?? self.series, count = variance.count
        let rest = given.dimensions.filter { $0 != "mode" }
        guard given.dimensions.contains("mode"), rest.count <= 1, given.length(of: "mode") == count,
            !rest.contains(where: mean.dimensions.contains)
        else {
            throw DataError(
                file: "field \"\(given.name)\"",
                "it has the dimensions \(given.dimensions) of \(given.shape); series have \"mode\" of length \(count) and time"
            )
        }
        let chosen = modes ?? 1...count
        guard chosen.lowerBound >= 1, chosen.upperBound <= count else {
            throw DataError(
                file: "field \"\(given.name)\"",
                "there are modes 1 to \(count), not \(chosen.lowerBound) to \(chosen.upperBound)")
        }
        let range = chosen.lowerBound - 1..<chosen.upperBound
        let strengths = try given.transposed(rest + ["mode"]).values.cast(to: .float64).reshaped([-1, count])
            .sliced(range, axis: 1)
        let flat = patterns.values.reshaped([count, -1]).sliced(range)
        // What is missing stays so: NaN times anything.
        let values = matmul(strengths, flat) + mean.values.flattened()
        return Field(
            mean.name, values.reshaped(rest.map { given.length(of: $0)! } + mean.shape),
            dimensions: rest + mean.dimensions,
            coordinates: given.coordinates.filter { $0.dimension != "mode" } + mean.coordinates,
            attributes: mean.attributes)
    }

    private func check(_ map: Map, units: String?) throws {
        guard map.shape == mean.shape else {
            throw map.failure(
                "its maps have the shape \(map.shape), those of the patterns \(mean.shape) along \(mean.dimensions)")
        }
        if let units, let own = mean.units, units != own {
            throw map.failure("it is in \"\(units)\", the patterns are of a field in \"\(own)\"; convert one")
        }
        for coordinate in mean.coordinates {
            guard let other = map.coordinates.first(where: { $0.name == coordinate.name }) else { continue }
            if let (here, there) = other.firstDifference(from: coordinate) {
                throw map.failure(
                    "its \(coordinate.name) has \(here.text) where the patterns have \(there.text); bring both to one grid"
                )
            }
        }
    }

    static func seriesField(_ scores: Tensor, _ steps: [Coordinate], _ along: String, _ modes: Coordinate) -> Field {
        Field("series", scores, dimensions: [along, "mode"], coordinates: steps + [modes], attributes: ["units": "1"])
    }

    /// Values of the cells that count, [rows, kept], among all cells, [rows, places]; the others are missing.
    static func spread(_ values: Tensor, _ cells: [Int], _ places: Int) -> Tensor {
        let rows = values.shape[0], own = values.doubles
        var all = [Double](repeating: .nan, count: rows * places)
        for row in 0..<rows {
            for (k, cell) in cells.enumerated() { all[row * places + cell] = own[row * cells.count + k] }
        }
        return Tensor(all, shape: [rows, places])
    }
}

// MARK: - Maps

extension EOF {
    /// A field as a matrix, [steps, cells], in double precision.
    struct Map {
        let values: Tensor
        /// Of a single map.
        let dimensions: [String], shape: [Int]
        /// Of a single map, and of the steps.
        let coordinates: [Coordinate], steps: [Coordinate]
        fileprivate let field: Field

        var cellCount: Int { values.shape[1] }

        func failure(_ message: String) -> DataError { DataError(file: "field \"\(field.name)\"", message) }
    }

    static func map(_ field: Field, _ along: String, order: [String]? = nil) throws -> Map {
        _ = try field.axis(of: along)
        guard !field.dimensions.contains("mode") else {
            throw DataError(
                file: "field \"\(field.name)\"",
                "it has a dimension \"mode\", which patterns and series are to have; rename it first, by renaming(dimension:to:)"
            )
        }
        let dimensions = order ?? field.dimensions.filter { $0 != along }
        let turned = try field.transposed([along] + dimensions)
        let steps = turned.shape[0], shape = Array(turned.shape.dropFirst())
        guard turned.values.count > 0 else {
            throw DataError(file: "field \"\(field.name)\"", "it has the shape \(field.shape) and holds no values")
        }
        return Map(
            values: turned.values.cast(to: .float64).reshaped([steps, turned.values.count / steps]),
            dimensions: dimensions, shape: shape,
            coordinates: field.coordinates.filter { dimensions.contains($0.dimension) },
            steps: field.coordinates.filter { $0.dimension == along }, field: field)
    }
}

extension EOF.Map {
    /// What each cell counts for, with mean 1 over the map.
    func weights(_ weights: Weights?) throws -> [Double] {
        guard let weights else { return [Double](repeating: 1, count: cellCount) }
        let given = try field.weights(weights)
        if let strange = given.dimensions.first(where: { !dimensions.contains($0) }) {
            throw failure("the weights have a dimension \"\(strange)\", which its maps have not: \(dimensions)")
        }
        let order = dimensions.filter(given.dimensions.contains)
        let spread = try given.transposed(order).values.reshaped(
            dimensions.map { given.length(of: $0) ?? 1 })
        for (name, length) in zip(dimensions, shape) where given.length(of: name) ?? length != length {
            throw failure("\"\(name)\" has the length \(length), in the weights \(given.length(of: name) ?? 0)")
        }
        let values = spread.broadcast(to: shape).doubles
        guard values.allSatisfy({ $0 >= 0 && $0.isFinite }), values.contains(where: { $0 > 0 }) else {
            throw failure("weights must be numbers from 0 on, of which one is above 0")
        }
        let mean = values.mean
        return values.map { $0 / mean }
    }

    /// The cells that count, and their values, [steps, kept].
    func cells(weights: [Double]) throws -> (cells: [Int], values: Tensor) {
        let gaps = isNaN(values).sum(axis: 0).doubles, steps = Double(values.shape[0])
        // The cosine of a pole's latitude is a rounding error.
        func counts(_ cell: Int) -> Bool { weights[cell] > 1e-12 }
        for (cell, count) in gaps.enumerated() where count > 0 && count < steps && counts(cell) {
            throw failure(
                "the cell at \(place(of: cell)) is missing at \(Int(count)) of \(Int(steps)) steps; fill it or make it missing throughout"
            )
        }
        let cells = gaps.indices.filter { gaps[$0] == 0 && counts($0) }
        guard !cells.isEmpty else { throw failure("all cells are missing") }
        return (cells, values.taking(Tensor(cells), axis: 1))
    }

    /// The values of cells that must be there.
    func values(of cells: [Int]) throws -> Tensor {
        let kept = values.taking(Tensor(cells), axis: 1)
        if let i = kept.doubles.firstIndex(where: { !$0.isFinite }) {
            throw failure(
                "the cell at \(place(of: cells[i % cells.count])) is \(kept.doubles[i]) at step \(i / cells.count); the patterns need it"
            )
        }
        return kept
    }

    /// Such as "lat 10, lon 200".
    private func place(of cell: Int) -> String {
        var rest = cell, words: [String] = []
        for (name, length) in zip(dimensions, shape).reversed() {
            let i = rest % length
            rest /= length
            let label = coordinates.first { $0.name == name && $0.dimension == name }
            words.append("\(name) \(label?.labelTexts[i] ?? "#\(i)")")
        }
        return words.reversed().joined(separator: ", ")
    }
}
