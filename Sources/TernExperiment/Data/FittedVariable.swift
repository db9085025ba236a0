import Tern

/// A variable's preprocessing with all that it took from the training part.
package struct FittedVariable: Codable, Sendable {
    var configuration: VariableConfiguration
    var name: String
    var attributes: [String: String]
    var grid: FieldGrid?
    package var climatology: Climatology?
    var trend: Trend?
    package var scaling: Scaling
    /// What stands in for missing values after scaling: one number or one for each cell; nil where none may be missing.
    package var fill: PackedArray?
    /// Whether it changed along the samples; nil in runs that do not say.
    var isVarying: Bool?

    var cellCount: Int { grid?.cellCount ?? 1 }

    /// What does not fit together, nil where all does.
    var complaint: String? {
        if let grid, grid.latitudes.isEmpty || grid.longitudes.isEmpty || grid.latitudeName == grid.longitudeName { return "lies on no grid" }
        func fits(_ array: PackedArray) -> Bool { array.values.count == 1 || array.values.count == cellCount }
        if !fits(scaling.center) || scaling.size.values.count != scaling.center.values.count { return "has a scale for other cells than its \(cellCount)" }
        if let fill, !fits(fill) { return "has a fill for other cells than its \(cellCount)" }
        if let climatology {
            let bins = climatology.anomaly.binCount
            if climatology.isKnown.count != bins || climatology.means.values.count != bins * cellCount { return "has a climatology for other cells than its \(cellCount)" }
        }
        if let trend, [trend.times, trend.means, trend.slopes].contains(where: { $0.values.count != cellCount }) {
            return "has a trend for other cells than its \(cellCount)"
        }
        return nil
    }

    /// Learns from the steps of training and prepares all runs: afterwards the values that are in memory are scaled, gaps still
    /// NaN; those in files are read in chunks, as often as there is something to estimate.
    ///
    /// - Parameters:
    ///   - runs: the variable in each run.
    ///   - steps: of each run, those that belong to the training part.
    ///   - groupName: the coordinate of the split's groups.
    ///   - chunk: how many steps are read at once.
    init(
        fitting configuration: VariableConfiguration, _ runs: inout [VariableSteps], at steps: [[Int]], groupName: String?, isTarget: Bool,
        chunk: Int? = nil
    ) throws {
        self.configuration = configuration
        (name, attributes, grid) = (runs[0].name, runs[0].attributes, runs[0].grid)
        scaling = .none
        let isVarying = runs[0].timeline != nil
        self.isVarying = isVarying
        // What does not change in time is known at its only step.
        let steps = isVarying ? steps : steps.indices.map { $0 == 0 ? [0] : [] }
        for run in runs {
            try checkGrid(of: run)
            try checkUnits(of: run)
        }
        let isByGroup = configuration.byGroup && isVarying
        if isByGroup { for i in runs.indices { try prepareByGroup(&runs[i], groupName) } }
        var training = TrainingSteps(runs: runs, steps: steps, chunk: chunk)
        // Only one owner, so that values change in place.
        runs = []
        if !isByGroup { try fit(&training) }
        switch configuration.fill {
        case .value(let value): fill = PackedArray([value])
        case .mean:
            let means = try Climatology(.all, of: training).means.values
            if means.allSatisfy(\.isNaN) { throw Self.absence(training.runs[0]) }
            fill = PackedArray(means.map { $0.isNaN ? 0 : $0 })
        case nil: fill = configuration.mask && !isTarget ? PackedArray([0]) : nil
        }
        runs = training.runs
    }

    private static func absence(_ variable: VariableSteps) -> DataError {
        DataError(file: variable.file, "variable \"\(variable.name)\" has no value in the training part; leave it out, or select other data")
    }

    /// Takes climatology, trend and scale from the steps, and prepares the runs.
    private mutating func fit(_ training: inout TrainingSteps) throws {
        let isVarying = training.runs[0].timeline != nil
        if let anomaly = configuration.anomaly, isVarying {
            let found = try Climatology(anomaly, of: training)
            climatology = found
            try training.prepare { try Self.remove(found, from: &$0) }
        }
        if configuration.detrend, isVarying {
            let found = try Trend(of: training)
            trend = found
            try training.prepare { try Self.remove(found, from: &$0) }
        }
        guard let found = try Scaling(configuration.scale, of: training) else { throw Self.absence(training.runs[0]) }
        scaling = found
        try training.prepare { found.scale(&$0.values, cells: $0.cellCount) }
    }

    /// Prepares each group by what its own steps tell.
    private func prepareByGroup(_ variable: inout VariableSteps, _ groupName: String?) throws {
        // A file without the coordinate is one group.
        let labels = variable.coordinates.first { $0.name == groupName }?.labelTexts
            ?? [String](repeating: variable.file, count: variable.stepCount)
        let groups = Dictionary(grouping: labels.indices) { labels[$0] }
        let cells = cellCount
        for (group, steps) in groups {
            guard steps.count > 1 else {
                throw DataError(
                    file: variable.file, "variable \"\(variable.name)\": \(groupName ?? "the group") \(group) has one step only, which tells no mean "
                        + "and spread of its own; leave it out, or train without by_group")
            }
            var own = self, training = TrainingSteps(runs: [variable.taking(steps)], steps: [Array(steps.indices)])
            try own.fit(&training)
            let part = training.runs
            for (from, to) in steps.enumerated() {
                variable.values.replaceSubrange(to * cells..<(to + 1) * cells, with: part[0].values[from * cells..<(from + 1) * cells])
            }
        }
    }

    /// Prepares values of another run or file as those of the training part were.
    func prepare(_ variable: inout VariableSteps, groupName: String?) throws {
        try checkGrid(of: variable)
        try checkUnits(of: variable)
        if configuration.byGroup, variable.timeline != nil { return try prepareByGroup(&variable, groupName) }
        if let climatology { try Self.remove(climatology, from: &variable) }
        if let trend { try Self.remove(trend, from: &variable) }
        scaling.scale(&variable.values, cells: cellCount)
    }

    private static func remove(_ climatology: Climatology, from variable: inout VariableSteps) throws {
        try climatology.add(
            -1, to: &variable.values, at: variable.timeline?.labels ?? [], cells: variable.cellCount, name: variable.name, file: variable.file)
    }

    private static func remove(_ trend: Trend, from variable: inout VariableSteps) throws {
        try trend.add(
            -1, to: &variable.values, at: variable.timeline?.labels ?? [], cells: variable.cellCount, name: variable.name, file: variable.file)
    }

    /// Scaled values, [steps, cells], in physical units again.
    func restore(_ values: inout [Float], at labels: [Label]) throws {
        scaling.restore(&values, cells: cellCount)
        try trend?.add(1, to: &values, at: labels, cells: cellCount, name: name, file: "predictions")
        try climatology?.add(1, to: &values, at: labels, cells: cellCount, name: name, file: "predictions")
    }

    /// What ``restore(_:at:)`` adds to what is left after scaling, [steps, cells].
    func usual(at labels: [Label]) throws -> [Float] {
        var values = [Float](repeating: 0, count: labels.count * cellCount)
        try trend?.add(1, to: &values, at: labels, cells: cellCount, name: name, file: "predictions")
        try climatology?.add(1, to: &values, at: labels, cells: cellCount, name: name, file: "predictions")
        return values
    }

    /// What values are given as departures from, such as "the mean of each month"; nil where nothing is left out.
    var departure: String? {
        let season = climatology.map { climatology in
            switch climatology.anomaly {
            case .month: "the mean of each month"
            case .season: "the mean of each season"
            case .all: "the mean"
            }
        }
        let parts = [season, trend.map { _ in "the linear trend" }].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: " and ")
    }

    private func checkUnits(of variable: VariableSteps) throws {
        guard let own = attributes["units"], let other = variable.attributes["units"], UnitName(own) != UnitName(other) else { return }
        throw DataError(
            file: variable.file, "variable \"\(variable.name)\" is in \(other), in \(own) in the training data; convert it, or correct its attribute units")
    }

    private func checkGrid(of variable: VariableSteps) throws {
        if let isVarying, isVarying != (variable.timeline != nil) {
            throw DataError(
                file: variable.file, "variable \"\(variable.name)\" is \(isVarying ? "one value" : "a series") in time here, \(isVarying ? "a series" : "one value") in the "
                    + "training data")
        }
        switch (grid, variable.grid) {
        case (let grid?, let other?):
            guard let difference = grid.difference(from: other) else { return }
            throw DataError(
                file: variable.file, "variable \"\(variable.name)\" has \(difference) on the grid of the training data; regrid the file, "
                    + "or train with `regrid` so that both come onto one grid")
        case (nil, nil): return
        case (nil, _): throw DataError(file: variable.file, "variable \"\(variable.name)\" is maps here, a series in the training data")
        case (_, nil): throw DataError(file: variable.file, "variable \"\(variable.name)\" is a series here, maps in the training data")
        }
    }
}
