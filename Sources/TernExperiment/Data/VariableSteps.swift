import Tern

/// A variable of one run and member as numbers: selected, averaged and on its grid, but for what training has to tell.
///
/// Values are [steps, cells, channels]; a series has one cell, and what does not change in time has one step.
struct VariableSteps: Sendable {
    var name: String
    var file: String
    /// Which of the labels of other samples' dimensions it is.
    var member = Member()
    /// nil for a variable without the sample dimension, such as the height of the land.
    var timeline: Timeline?
    var shape: StepShape
    var values: StepValues
    /// Where values are read when they are needed; nil where they are here.
    var unread: UnreadSteps?
    /// The coordinates along the sample dimension.
    var coordinates: [Coordinate]
    /// `units` and names, for the fields made again.
    var attributes: [String: String]
    /// What was taken for granted, a line each.
    var notes: [String] = []
    /// What is selected by place along other dimensions than the samples, by label: in another file it may stand
    /// elsewhere.
    var labelledSelect: [String: [Scalar]] = [:]
    /// The one level that it lies on.
    var level: VerticalLabel?

    /// How many values a step has.
    var width: Int { shape.count }
    var stepCount: Int { timeline?.count ?? 1 }

    /// - Parameters:
    ///   - isNew: whether the file is another than the configuration was made for. Then what is selected along the
    ///     sample dimension, unless it makes one step of the variable, and selections and means along what it does not
    ///     have, are passed over.
    ///   - isPart: whether the field is not all of the variable's steps.
    ///   - reading: what nothing in the file says of how its values were read.
    init(
        _ variable: VariableConfiguration, of field: Field, file: String, in data: DataConfiguration,
        isNew: Bool = false, isPart: Bool = false, reading: ReadingNotes = []
    ) throws {
        let sample = data.sample
        var field = field
        do {
            for (name, labels) in variable.select where !isNew {
                guard let coordinate = field.coordinate(name), coordinate.dimension != sample else { continue }
                labelledSelect[name] = labels.labels(atPlacesOf: coordinate)
            }
            field = try Self.selected(variable, of: field, in: data, isNew: isNew)
            level = VerticalLabel(field)
            field = try Self.gridded(variable, field, in: data)
            shape = StepShape(grid: data.grid(of: field, for: variable))
            for other in field.dimensions where other != sample && !shape.dimensions.contains(other) {
                switch data.role(of: other, for: variable) {
                case .channels: shape.channels.append(FieldAxis(other, of: field))
                case .cells where shape.grid == nil: shape.cells.append(FieldAxis(other, of: field))
                case .cells:
                    throw DataError(
                        file: file,
                        "variable \"\(field.name)\": the dimension \"\(other)\" cannot be cells beside latitude and longitude, which are its cells; "
                            + "say dimensions: {\(other): channels} or {\(other): samples}")
                case nil, .samples: throw Self.refusal(of: other, field, file: file, sample: sample)
                }
                if !isNew, data.givenRole(of: other, for: variable) == nil {
                    notes.append(
                        "the dimension \"\(other)\" is taken as cells, all of one weight; channels or samples are for data.dimensions to say"
                    )
                }
            }
            if let rows = shape.latitudes?.rows { try field.checkAreas(ofRowsAt: rows) }
            let order = ([sample] + shape.dimensions).filter(field.dimensions.contains)
            field = try field.transposed(order)
            name = field.name
            self.file = file
            coordinates = field.coordinates.filter { $0.dimension == sample }
            timeline = field.length(of: sample).map { Timeline(of: sample, length: $0, field.coordinates) }
            attributes = ["units", "long_name", "standard_name", "synthetic"].reduce(into: [:]) {
                $0[$1] = field.attributes[$1]?.text
            }
            values = StepValues(field.values, width: shape.count, isPart: isPart || isNew)
            values.reading = reading
            try checkFinite()
            // Of parts and of new files all is seen later, at once.
            if !isNew, !isPart {
                var search = MarkerSearch()
                search.add(self, 0..<stepCount)
                notes += search.notes(name)
            }
            if !isPart { sortSteps(along: sample) }
        } catch let error as DataError where error.file.hasPrefix("field \"") {
            throw DataError(file: file, "variable \"\(variable.variable)\": \(error.message)")
        }
    }

    private static func refusal(of dimension: String, _ field: Field, file: String, sample: String) -> DataError {
        guard field.dimensions.contains(sample) else {
            return DataError(
                file: file,
                "variable \"\(field.name)\" has no dimension \"\(sample)\", only \(field.dimensions.joined(separator: ", ")); name the one "
                    + "along which examples lie as data.sample")
        }
        let others = field.dimensions.filter { $0 != sample }
        // What it mostly is, by its name and by what else there is: two dimensions that label no maps are rows and
        // columns.
        let isMember = ["member", "members", "ensemble", "realization", "number"].contains(
            dimension.lowercased().withoutGroup)
        let isGrid =
            field.coordinate(.latitude)?.dimension == dimension
            || others.count == 2 && FieldGrid(of: field) == nil && !isMember
        let roles: [DimensionRole] =
            isMember
            ? [.samples, .channels, .cells] : isGrid ? [.cells, .channels, .samples] : [.channels, .cells, .samples]
        let first =
            isGrid && others.count == 2
            ? others.map { "\($0): cells" }.joined(separator: ", ") : "\(dimension): \(roles[0].rawValue)"
        return DataError(
            file: file,
            "variable \"\(field.name)\": the dimension \"\(dimension)\" of length \(field.length(of: dimension)!) remains beside "
                + "\"\(sample)\", latitude and longitude; say what it is (data.dimensions: {\(first)}; or \(roles[1].rawValue), or "
                + "\(roles[2].rawValue)), select one label of it, or list it under `mean`")
    }

    /// What is selected of a field, and its means.
    private static func selected(
        _ variable: VariableConfiguration, of field: Field, in data: DataConfiguration, isNew: Bool
    ) throws -> Field {
        let sample = data.sample
        var selections: [String: Selection] = [:]
        for (name, labels) in variable.select {
            let coordinate = field.coordinate(name),
                dimension = coordinate?.dimension ?? (field.dimensions.contains(name) ? name : nil)
            if isNew, dimension == nil || dimension == sample && !variable.isFixed(along: sample, by: labels) {
                continue
            }
            selections[name] = try labels.selection(of: coordinate, length: dimension.flatMap(field.length(of:)))
        }
        let selected = try field.select(selections)
        let averaged = variable.mean.filter { !isNew || selected.dimensions.contains($0) }
        return averaged.isEmpty ? selected : try selected.areaMean(over: averaged)
    }

    /// On the grid that is asked for.
    private static func gridded(_ variable: VariableConfiguration, _ field: Field, in data: DataConfiguration) throws
        -> Field
    {
        let grid = data.grid(of: field, for: variable), sample = data.sample
        // A dimension of one entry says nothing more.
        let squeezed = field.squeezed(keeping: [sample] + (grid.map { [$0.latitudeName, $0.longitudeName] } ?? []))
        guard let regrid = variable.regrid else { return squeezed }
        return try squeezed.onto(regrid)
    }

    private func checkFinite() throws {
        guard let i = values.firstIndex(where: \.isInfinite) else { return }
        throw DataError(
            file: file,
            "variable \"\(name)\" is infinite (or beyond single precision) at \(place(i)); correct the data, or mark what is missing by _FillValue"
        )
    }

    /// Brings values into single precision, and refuses those beyond it.
    mutating func round() throws {
        guard values.isDouble else { return }
        values.round()
        try checkFinite()
    }

    /// Steps at these indices.
    func taking(_ steps: [Int]) -> VariableSteps {
        guard timeline != nil, steps != Array(0..<stepCount) else { return self }
        var part = self
        part.timeline!.labels = steps.map { timeline!.labels[$0] }
        part.coordinates = coordinates.map { $0.taking(steps) }
        part.unread = unread?.taking(steps)
        if unread == nil { part.values = values.taking(steps, width: width) }
        return part
    }

    /// Those of an earlier variable before this one's.
    func prepending(_ earlier: VariableSteps) throws -> VariableSteps {
        guard timeline != nil, earlier.stepCount > 0 else { return self }
        if let difference = shape.cellDifference(from: earlier.shape) ?? shape.channelDifference(from: earlier.shape) {
            throw DataError(
                file: earlier.file, "variable \"\(name)\" has \(difference) in \(file), which it comes before")
        }
        var both = self
        both.values = earlier.values
        both.values.append(values)
        both.timeline!.labels = (earlier.timeline?.labels ?? []) + timeline!.labels
        both.coordinates = []
        return both
    }

    /// "time 1950, lat -55, lon 20, level 850" of a value, for messages.
    func stepPlace(_ step: Int) -> String? { timeline.map { "\($0.name ?? "step") \($0.labels[step])" } }

    func place(_ index: Int) -> String {
        return
            ([stepPlace(index / width)] + member.coordinates.prefix(1).map { "\($0.name) \($0.labelTexts[0])" } + [
                shape.place(of: index % width)
            ]).compactMap { $0 }.joined(separator: ", ")
    }
}

extension Field {
    /// The mean over dimensions, each cell by its area where latitudes that label rows are among them.
    fileprivate func areaMean(over names: [String]) throws -> Field {
        guard let latitude = coordinates.first(where: { $0.labelsRows && names.contains($0.dimension) }) else {
            return try mean(over: names)
        }
        try checkAreas(ofRowsAt: latitude)
        let areas = Field("areas", Tensor(latitude.rowAreas), dimensions: [latitude.dimension])
        return try mean(over: names, weights: .field(areas))
    }

    /// The field on cells of so many degrees that lie where its own do, over Greenwich and the date line too; their
    /// edges are multiples of the step.
    fileprivate func onto(_ regrid: VariableConfiguration.Regrid) throws -> Field {
        guard let (rows, columns) = globeCoordinates, let own = rows.numbers, let east = columns.goingOn else {
            throw DataError(
                file: "field \"\(name)\"",
                "regrid needs latitudes and longitudes that label rows and columns; its dimensions are \(dimensions.joined(separator: ", "))"
            )
        }
        guard (own + east).allSatisfy({ abs($0) < 1e6 }), !own.isEmpty, !east.isEmpty else {
            throw DataError(
                file: "field \"\(name)\"", "regrid needs latitudes and longitudes that are numbers of degrees")
        }
        try checkAreas(ofRowsAt: rows)
        // A region begins where its columns do, not behind 360 degrees by their going on.
        let isGlobal = Longitudes.areClosed(east) || east.max()! - east.min()! >= 360
        let turn: Double = east != columns.numbers && east.max()! > 360 ? 360 : 0
        let labels: [Double] = isGlobal ? columns.numbers! : east.map { $0 - turn }
        func count(_ old: [Double]) -> Double { (old.max()! - old.min()!) / regrid.step + 2 }
        let cells = count(own) * count(labels)
        guard let bytes = Int(wholeOf: cells * 24), MachineMemory.complaint(about: bytes) == nil else {
            throw DataError(
                file: "field \"\(name)\"",
                "regrid to steps of \(regrid.step) degrees gives more cells than memory holds; use a larger step")
        }
        let isConservative = regrid.method == .conservative
        /// - Parameter ends: beyond which there is no area; a globe of longitudes ends where it began.
        func centers(_ old: [Double], _ origin: Double, ends: ClosedRange<Double>, isGlobal: Bool) -> [Double] {
            let low = old.min()!, high = old.max()!,
                spacing = old.count > 1 ? (high - low) / Double(old.count - 1) : regrid.step
            let margin = isConservative ? spacing / 2 : 1e-9
            // The longitudes of a globe are those of its convention, wherever it begins.
            let west = [0.0, -180].first { low >= $0 && high <= $0 + 360 } ?? low
            let first = isGlobal ? west : max(low - margin, ends.lowerBound),
                last = isGlobal ? west + 360 : min(high + margin, ends.upperBound)
            let start = Int(((first - origin) / regrid.step - 0.5).rounded(.up))
            let count = max(0, Int((last - first) / regrid.step) + 2)
            return (start..<start + count).map { origin + (Double($0) + 0.5) * regrid.step }
                .filter { isGlobal ? $0 < last : $0 <= last }
        }
        func ordered(_ found: [Double], as old: [Double]) -> [Double] {
            old.count > 1 && old[1] < old[0] ? found.reversed() : found
        }
        let latitudes = ordered(centers(own, -90, ends: -90...90, isGlobal: false), as: own),
            longitudes = ordered(centers(labels, 0, ends: -.infinity ... .infinity, isGlobal: isGlobal), as: east)
        guard !latitudes.isEmpty, !longitudes.isEmpty else {
            throw DataError(
                file: "field \"\(name)\"", "no cell of \(regrid.step) degrees lies within its grid; use a smaller step")
        }
        return try regridded(
            latitudes: latitudes, longitudes: longitudes, method: isConservative ? .conservative() : .bilinear)
    }
}
