import Tern

/// A variable of one run as numbers: selected, averaged and on its grid, but for what training has to tell.
///
/// Values are [steps, cells] in single precision; a series has one cell, and what does not change in time has one step.
struct VariableSteps: Sendable {
    var name: String
    var file: String
    /// nil for a variable without the sample dimension, such as the height of the land.
    var timeline: Timeline?
    var grid: FieldGrid?
    var values: [Float]
    /// Where values are read when they are needed; nil where they are here.
    var unread: UnreadSteps?
    /// The coordinates along the sample dimension.
    var coordinates: [Coordinate]
    /// `units` and names, for the fields made again.
    var attributes: [String: String]

    var cellCount: Int { grid?.cellCount ?? 1 }
    var stepCount: Int { timeline?.count ?? 1 }

    /// - Parameter isNew: whether the file is another than the configuration was made for. Then what is selected along the
    ///   sample dimension, unless it makes one step of the variable, and selections and means along what it does not have, are passed
    ///   over.
    init(_ variable: VariableConfiguration, run: String?, from source: any FieldSource, sample: String, isNew: Bool = false) throws {
        let file = try source.file(variable, run: run), field = try file.field()
        try file.checkTimes(field.coordinates, along: sample)
        try self.init(variable, of: field, file: file.path, sample: sample, isNew: isNew)
    }

    init(_ variable: VariableConfiguration, of field: Field, file: String, sample: String, isNew: Bool = false) throws {
        var field = field
        do {
            field = try Self.chosen(variable, of: field, sample: sample, isNew: isNew)
            let grid = FieldGrid(of: field)
            if let other = field.dimensions.first(where: { ![sample, grid?.latitudeName, grid?.longitudeName].contains($0) }) {
                guard field.dimensions.contains(sample) else {
                    throw DataError(
                        file: file, "variable \"\(field.name)\" has no dimension \"\(sample)\", only \(field.dimensions.joined(separator: ", ")); name the one "
                            + "along which examples lie as data.sample")
                }
                throw DataError(
                    file: file, "variable \"\(field.name)\": the dimension \"\(other)\" of length \(field.length(of: other)!) remains beside "
                        + "\"\(sample)\", latitude and longitude; select one label of it, or list it under `mean`")
            }
            let order = ([sample] + (grid.map { [$0.latitudeName, $0.longitudeName] } ?? [])).filter(field.dimensions.contains)
            field = try field.transposed(order)
            name = field.name
            self.file = file
            self.grid = grid
            coordinates = field.coordinates.filter { $0.dimension == sample }
            timeline = field.length(of: sample).map { Timeline(of: sample, length: $0, field.coordinates) }
            attributes = ["units", "long_name", "standard_name", "synthetic"].reduce(into: [:]) { $0[$1] = field.attributes[$1]?.text }
            values = field.values.cast(to: .float32).scalars(Float.self)
            if let i = values.firstIndex(where: \.isInfinite) {
                let cells = grid?.cellCount ?? 1
                throw DataError(
                    file: file, "variable \"\(name)\" is infinite (or beyond single precision) at \(place(step: i / cells, cell: i % cells)); correct the data, or mark what is "
                        + "missing by _FillValue")
            }
        } catch let error as DataError where error.file.hasPrefix("field \"") {
            throw DataError(file: file, "variable \"\(variable.variable)\": \(error.message)")
        }
    }

    private static func chosen(_ variable: VariableConfiguration, of field: Field, sample: String, isNew: Bool) throws -> Field {
        var selections: [String: Selection] = [:]
        for (name, labels) in variable.select {
            let coordinate = field.coordinate(name)
            if isNew, coordinate == nil || coordinate?.dimension == sample && !variable.isFixed(along: sample, by: labels) { continue }
            selections[name] = labels.selection(of: coordinate)
        }
        let selected = try field.select(selections)
        let averaged = variable.mean.filter { !isNew || selected.dimensions.contains($0) }
        let mean = averaged.isEmpty ? selected : try selected.areaMean(over: averaged)
        let grid = FieldGrid(of: mean)
        // A dimension of one entry says nothing more.
        let squeezed = mean.squeezed(keeping: [sample] + (grid.map { [$0.latitudeName, $0.longitudeName] } ?? []))
        guard let regrid = variable.regrid else { return squeezed }
        return try squeezed.onto(regrid)
    }

    /// Steps at these indices.
    func taking(_ steps: [Int]) -> VariableSteps {
        guard timeline != nil, steps != Array(0..<stepCount) else { return self }
        var part = self
        part.timeline!.labels = steps.map { timeline!.labels[$0] }
        part.coordinates = coordinates.map { $0.taking(steps) }
        part.unread = unread?.taking(steps)
        if unread != nil { return part }
        part.values = []
        part.values.reserveCapacity(steps.count * cellCount)
        for step in steps { part.values += values[step * cellCount..<(step + 1) * cellCount] }
        return part
    }

    /// Those of an earlier variable before this one's.
    func prepending(_ earlier: VariableSteps) throws -> VariableSteps {
        guard timeline != nil, earlier.stepCount > 0 else { return self }
        if let difference = grid.flatMap({ grid in earlier.grid.map { grid.difference(from: $0) } }) ?? nil {
            throw DataError(file: earlier.file, "variable \"\(name)\" has \(difference) in \(file), which it comes before")
        }
        var both = self
        both.values = earlier.values + values
        both.timeline!.labels = (earlier.timeline?.labels ?? []) + timeline!.labels
        both.coordinates = []
        return both
    }

    /// "1950 (lat -55, lon 20)" for messages.
    func place(step: Int, cell: Int) -> String {
        let time = timeline.map { "\($0.name ?? "step") \($0.labels[step])" }
        return [time, grid.map { "\($0.place(ofCell: cell))" }].compactMap { $0 }.joined(separator: ", ")
    }
}

extension Field {
    /// The mean over dimensions, each cell by its area where latitudes are among them.
    fileprivate func areaMean(over names: [String]) throws -> Field {
        let latitude = coordinate(.latitude)?.dimension
        return try mean(over: names, weights: latitude.map(names.contains) == true ? .cosineOfLatitude : nil)
    }

    /// The field on cells of so many degrees that lie where its own do; their edges are multiples of the step.
    fileprivate func onto(_ regrid: VariableConfiguration.Regrid) throws -> Field {
        guard let grid = FieldGrid(of: self) else { throw DataError(file: "field \"\(name)\"", "regrid needs latitudes and longitudes; this is a series") }
        guard (grid.latitudes + grid.longitudes).allSatisfy({ abs($0) < 1e6 }), !grid.latitudes.isEmpty, !grid.longitudes.isEmpty else {
            throw DataError(file: "field \"\(name)\"", "regrid needs latitudes and longitudes that are numbers of degrees")
        }
        let cells = ((grid.latitudes.max()! - grid.latitudes.min()!) / regrid.step + 2) * ((grid.longitudes.max()! - grid.longitudes.min()!) / regrid.step + 2)
        guard let bytes = Int(wholeOf: cells * 24), MachineMemory.complaint(about: bytes) == nil else {
            throw DataError(file: "field \"\(name)\"", "regrid to steps of \(regrid.step) degrees gives more cells than memory holds; use a larger step")
        }
        let isConservative = regrid.method == .conservative
        func centers(_ old: [Double], _ origin: Double, period: Double?) -> [Double] {
            let low = old.min()!, high = old.max()!, spacing = old.count > 1 ? (high - low) / Double(old.count - 1) : regrid.step
            let isGlobal = period.map { high - low + 1.5 * spacing > $0 } ?? false
            let margin = isConservative ? spacing / 2 : isGlobal ? 0 : 1e-9
            let first = isGlobal ? low : low - margin, last = isGlobal ? low + period! : high + margin
            let start = Int(((first - origin) / regrid.step - 0.5).rounded(.up))
            let found = (0..<max(0, Int((last - first) / regrid.step) + 2)).map { origin + (Double(start + $0) + 0.5) * regrid.step }
                .filter { isGlobal ? $0 < last : $0 <= last }
            return old.count > 1 && old[1] < old[0] ? found.reversed() : found
        }
        let latitudes = centers(grid.latitudes, -90, period: nil), longitudes = centers(grid.longitudes, 0, period: 360)
        guard !latitudes.isEmpty, !longitudes.isEmpty else {
            throw DataError(file: "field \"\(name)\"", "no cell of \(regrid.step) degrees lies within its grid; use a smaller step")
        }
        return try regridded(latitudes: latitudes, longitudes: longitudes, method: isConservative ? .conservative() : .bilinear)
    }
}
