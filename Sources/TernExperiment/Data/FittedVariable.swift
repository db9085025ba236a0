import Tern
import TernText

/// A variable's preprocessing with all that it took from the training part.
package struct FittedVariable: Codable, Sendable {
    var configuration: VariableConfiguration
    var name: String
    var attributes: [String: String]
    var grid: FieldGrid?
    /// Other dimensions of cells, and those of channels; nil where there are none, and in runs that do not say.
    var cells: [FieldAxis]?, channels: [FieldAxis]?
    package var climatology: Climatology?
    var trend: Trend?
    package var scaling: Scaling
    /// What stands in for missing values after scaling: one number or one for each value of a step; nil where none may
    /// be missing.
    package var fill: PackedArray?
    /// Whether it changed along the samples; nil in runs that do not say.
    var isVarying: Bool?
    /// Whether it was prepared in double precision; nil in runs that do not say.
    var isDouble: Bool?
    /// What the values of the training part were, as they stand in files and once they are prepared; nil in runs that
    /// do not say.
    package var values: ValueSpread?, preparedValues: ValueSpread?
    /// The one level that it lay on; nil where it has none, or several, and in runs that do not say.
    var level: VerticalLabel?

    package var shape: StepShape { StepShape(grid: grid, cells: cells ?? [], channels: channels ?? []) }

    /// What each channel is called: the variable, with the channel's label where there are several.
    var channelNames: [String] { shape.channelLabels.map { $0.isEmpty ? name : "\(name) \($0)" } }

    /// What does not fit together, nil where all does.
    var complaint: String? {
        if let grid, grid.latitudes.isEmpty || grid.longitudes.isEmpty || grid.latitudeName == grid.longitudeName {
            return "lies on no grid"
        }
        let axes = (cells ?? []) + (channels ?? [])
        guard axes.allSatisfy(\.isWhole), Set(shape.dimensions).count == shape.dimensions.count,
            grid == nil || (cells ?? []).isEmpty,
            let count = checkedProduct((grid?.shape ?? []) + axes.map(\.count)), shape.channelCount <= 1 << 20
        else { return "has dimensions that do not fit their labels" }
        if let complaint = shape.latitudes?.rows.areaComplaint { return "cannot be scored: \(complaint)" }
        func fits(_ array: PackedArray) -> Bool { [1, shape.channelCount, count].contains(array.values.count) }
        if !fits(scaling.center) || scaling.size.values.count != scaling.center.values.count {
            return "has a scale for other cells than its \(count)"
        }
        if let odd = [values, preparedValues].first(where: { $0?.fits(channels: shape.channelCount) == false }),
            odd != nil
        {
            return "has values of other channels"
        }
        if let fill, fill.values.count != 1, fill.values.count != count {
            return "has a fill for other cells than its \(count)"
        }
        if let climatology {
            let bins = climatology.anomaly.binCount
            if climatology.isKnown.count != bins || climatology.means.values.count != bins * count {
                return "has a climatology for other cells than its \(count)"
            }
        }
        if let trend, [trend.times, trend.means, trend.slopes].contains(where: { $0.values.count != count }) {
            return "has a trend for other cells than its \(count)"
        }
        return nil
    }

    /// Learns from the steps of training and prepares all runs: afterwards the values that are in memory are scaled,
    /// gaps still NaN; those in files are read in chunks, as often as there is something to estimate.
    ///
    /// - Parameters:
    ///   - runs: the variable in each run.
    ///   - steps: of each run, those that belong to the training part.
    ///   - groupName: the coordinate of the split's groups.
    ///   - chunk: how many steps are read at once.
    init(
        fitting configuration: VariableConfiguration, _ runs: inout [VariableSteps], at steps: [[Int]],
        groupName: String?, isTarget: Bool,
        chunk: Int? = nil
    ) throws {
        self.configuration = configuration
        if let other = runs.first(where: { $0.labelledSelect != runs[0].labelledSelect }) {
            throw DataError(
                file: other.file,
                "variable \"\(other.name)\" has other labels than \(runs[0].file) at the places that `select` counts to; select by label"
            )
        }
        self.configuration.select.merge(runs[0].labelledSelect) { $1 }
        let shape = runs[0].shape
        (name, attributes, grid, level) = (runs[0].name, runs[0].attributes, shape.grid, runs[0].level)
        (cells, channels) = (shape.cells.isEmpty ? nil : shape.cells, shape.channels.isEmpty ? nil : shape.channels)
        scaling = .none
        let isVarying = runs[0].timeline != nil
        self.isVarying = isVarying
        // What does not change in time is known at its only step, which counts once where it is the same in all runs.
        let differ = !isVarying && Member.differ(runs)
        let steps =
            isVarying ? steps : runs.indices.map { (differ ? !steps[$0].isEmpty : $0 == 0) ? [0] : [] }
        for run in runs {
            try checkShape(of: run)
            try checkUnits(of: run)
        }
        let isDouble = try Self.isDouble(runs, at: steps)
        self.isDouble = isDouble
        var sums = ValueSums(channels: shape.channelCount), markers = MarkerSearch()
        for (run, steps) in zip(runs, steps) where run.unread == nil { sums.add(run.values, steps, width: run.width) }
        let isByGroup = configuration.byGroup && isVarying
        if isByGroup { for i in runs.indices { try prepareByGroup(&runs[i], groupName) } }
        var training = TrainingSteps(runs: runs, steps: steps, chunk: chunk)
        // Only one owner, so that values change in place.
        runs = []
        if !isDouble { try training.prepare { try $0.round() } }
        if !isByGroup { try fit(&training) }
        switch configuration.fill {
        case .value(let value): fill = PackedArray([value])
        case .mean:
            let means = try Climatology(.all, of: training).means.values
            if means.allSatisfy(\.isNaN) { throw Self.absence(training.runs[0]) }
            fill = PackedArray(means.map { $0.isNaN ? 0 : $0 })
        case nil: fill = configuration.mask && !isTarget ? PackedArray([0]) : nil
        }
        var prepared = ValueSums(channels: shape.channelCount)
        try training.visit {
            prepared.add($0.values, $1, width: $0.width)
        } reading: {
            sums.add($0.values, 0..<$0.stepCount, width: $0.width)
            markers.add($0, 0..<$0.stepCount)
        }
        (values, preparedValues) = (sums.spread, prepared.spread)
        runs = training.runs
        let count = zip(steps, runs).reduce(0) { $0 + $1.0.count * $1.1.width }
        runs[0].notes +=
            markers.notes(name)
            + [precisionNote, constantNote, isTarget ? fillNote(ofValues: count) : nil].compactMap { $0 }
    }

    /// What is asked for along the samples of a variable that does not lie along them.
    private var constantNote: String? {
        guard isVarying == false else { return nil }
        let asked = [
            ("anomaly", configuration.anomaly != nil), ("detrend", configuration.detrend),
            ("by_group", configuration.byGroup),
        ].filter(\.1).map(\.0)
        return asked.isEmpty
            ? nil
            : "variable \"\(name)\" does not change along the samples, and \(asked.joined(separator: " and ")) changes nothing of it"
    }

    /// What gaps of a target count as, where it is a number that means something else in the file's units.
    ///
    /// - Parameter count: how many values the training part has, present or not.
    private func fillNote(ofValues count: Int) -> String? {
        guard case .value(let fill) = configuration.fill, !configuration.mask, let values,
            configuration.scale != .none || climatology != nil || trend != nil || configuration.byGroup
        else { return nil }
        let gaps = count - (0..<shape.channelCount).reduce(0) { $0 + Int(values[$1].count) }
        guard gaps > 0 else { return nil }
        return
            "variable \"\(name)\": \(gaps.grouped) gaps of the training part are learned as \(Label.number(fill)) after scaling, which is no value in its units; "
            + "say mask: true to leave gaps out"
    }

    /// What single precision, in which networks learn, leaves of values that are not brought near 0.
    private var precisionNote: String? {
        guard isDouble == true, [.none, .max].contains(configuration.scale), climatology == nil, trend == nil,
            let values
        else { return nil }
        for c in 0..<shape.channelCount {
            let own = values[c], spacing = Double(Float(max(abs(own.least), abs(own.most))).ulp)
            guard own.deviation > 0, spacing > 1e-3 * own.deviation else { continue }
            return
                "variable \"\(channelNames[c])\": networks and the linear baseline compute in single precision, which keeps steps of \(spacing.short) of its values near "
                + "\(own.mean.short); they vary by \(own.deviation.short) (standard deviation); say scale: standard, not \(configuration.scale.rawValue)"
        }
        return nil
    }

    /// Whether values are prepared in double precision. Of what lies in files, a part of the training steps tells it.
    private static func isDouble(_ runs: [VariableSteps], at steps: [[Int]]) throws -> Bool {
        var loss = RoundingLoss(places: runs[0].width)
        for (run, steps) in zip(runs, steps) {
            if run.values.isDouble { return true }
            guard let unread = run.unread, !unread.isSingle else { continue }
            let count = min(steps.count, 256)
            let values = try run.reading((0..<count).map { steps[$0 * steps.count / count] }).values
            (values.isDouble ? values.doubles : values.singles.map { Double($0) }).withUnsafeBufferPointer {
                loss.add($0)
            }
        }
        return loss.matters
    }

    private static func absence(_ variable: VariableSteps) -> DataError {
        DataError(
            file: variable.file,
            "variable \"\(variable.name)\" has no value in the training part; leave it out, or select other data")
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
        guard let found = try Scaling(configuration.scale, of: training, channels: shape.channelCount) else {
            throw Self.absence(training.runs[0])
        }
        scaling = found
        try training.prepare { try Self.scale(&$0, by: found) }
    }

    /// Prepares each group by what its own steps tell.
    private func prepareByGroup(_ variable: inout VariableSteps, _ groupName: String?) throws {
        // A file without the coordinate is one group.
        let labels =
            variable.coordinates.first { $0.name == groupName }?.labelTexts
            ?? [String](repeating: variable.file, count: variable.stepCount)
        let groups = Dictionary(grouping: labels.indices) { labels[$0] }
        let width = shape.count
        var prepared = StepValues([Float](repeating: .nan, count: variable.values.count))
        for (group, steps) in groups {
            guard steps.count > 1 else {
                throw DataError(
                    file: variable.file,
                    "variable \"\(variable.name)\": \(groupName ?? "the group") \(group) has one step only, which tells no mean "
                        + "and spread of its own; leave it out, or train without by_group")
            }
            var own = self, training = TrainingSteps(runs: [variable.taking(steps)], steps: [Array(steps.indices)])
            try own.fit(&training)
            prepared.replace(steps, by: training.runs[0].values, width: width)
        }
        variable.values = prepared
    }

    /// Brings values of another file into the order of labels that the training data had.
    func align(_ variable: inout VariableSteps) throws {
        let own = shape, other = variable.shape
        if own.cellDifference(from: other) ?? own.channelDifference(from: other) != nil,
            let places = own.places(in: other)
        {
            variable.values = variable.values.gathering(places, width: variable.width)
            variable.shape = own
        }
        try checkShape(of: variable)
    }

    /// What is to be said of another file's values whose places have no labels.
    func noteOfLabels(of variable: VariableSteps) -> String? {
        let known = shape.cells + shape.channels, axes = variable.shape.cells + variable.shape.channels
        guard let axis = zip(known, axes).first(where: { $1.lacksLabels(of: $0) })?.0 else { return nil }
        return
            "variable \"\(variable.name)\": \(variable.file) has no labels of \"\(axis.name)\"; its places are taken in the order of the training data, "
            + "\(axis.texts.prefix(4).joined(separator: ", "))\(axis.count > 4 ? ", ..." : "")"
    }

    /// Prepares values of another run or file, aligned, as those of the training part were.
    func prepare(_ variable: inout VariableSteps, groupName: String?) throws {
        try checkUnits(of: variable)
        // As the training part was.
        if isDouble != true { try variable.round() }
        if configuration.byGroup, variable.timeline != nil { return try prepareByGroup(&variable, groupName) }
        if let climatology { try Self.remove(climatology, from: &variable) }
        if let trend { try Self.remove(trend, from: &variable) }
        try Self.scale(&variable, by: scaling)
    }

    private static func scale(_ variable: inout VariableSteps, by scaling: Scaling) throws {
        scaling.scale(&variable.values)
        guard let i = variable.values.firstIndex(where: \.isInfinite) else { return }
        throw DataError(
            file: variable.file,
            "variable \"\(variable.name)\" is beyond single precision at \(variable.place(i)) once it is scaled; say scale: standard, or correct the data"
        )
    }

    private static func remove(_ climatology: Climatology, from variable: inout VariableSteps) throws {
        try climatology.add(
            -1, to: &variable.values, at: variable.timeline?.labels ?? [], cells: variable.width, name: variable.name,
            file: variable.file)
    }

    private static func remove(_ trend: Trend, from variable: inout VariableSteps) throws {
        try trend.add(
            -1, to: &variable.values, at: variable.timeline?.labels ?? [], cells: variable.width, name: variable.name,
            file: variable.file)
    }

    /// Scaled values, [steps, cells, channels], in physical units again.
    func restored(_ values: [Float], at labels: [Label]) throws -> Tensor {
        var values = StepValues(values.map { Double($0) })
        scaling.restore(&values)
        try addUsual(to: &values, at: labels)
        return needsDouble ? Tensor(values.doubles) : Tensor(values.doubles).cast(to: .float32)
    }

    /// Whether single precision would round values by more than 1/10,000 of their spread, as it does far from 0.
    private var needsDouble: Bool {
        let usual = climatology.map { $0.means.values } ?? [], means = trend.map { $0.means.values } ?? []
        let spread = scaling.size.values, centers = scaling.center.values
        return (0..<shape.count).contains { place in
            let level =
                abs(centers[place % centers.count]) + (means.isEmpty || means[place].isNaN ? 0 : abs(means[place]))
                + (usual.isEmpty || usual[place].isNaN ? 0 : abs(usual[place]))
            return level * 0x1p-24 > 1e-4 * spread[place % spread.count]
        }
    }

    /// What ``restored(_:at:)`` adds to what is left after scaling, [steps, cells and channels].
    func usual(at labels: [Label]) throws -> Tensor {
        var values = StepValues([Double](repeating: 0, count: labels.count * shape.count))
        try addUsual(to: &values, at: labels)
        return needsDouble ? Tensor(values.doubles) : Tensor(values.doubles).cast(to: .float32)
    }

    private func addUsual(to values: inout StepValues, at labels: [Label]) throws {
        try trend?.add(1, to: &values, at: labels, cells: shape.count, name: name, file: "predictions")
        try climatology?.add(1, to: &values, at: labels, cells: shape.count, name: name, file: "predictions")
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
        guard let own = attributes["units"], let other = variable.attributes["units"], UnitName(own) != UnitName(other)
        else { return }
        throw DataError(
            file: variable.file,
            "variable \"\(variable.name)\" is in \(other), in \(own) in the training data; convert it, or correct its attribute units"
        )
    }

    private func checkShape(of variable: VariableSteps) throws {
        if let isVarying, isVarying != (variable.timeline != nil) {
            throw DataError(
                file: variable.file,
                "variable \"\(variable.name)\" is \(isVarying ? "one value" : "a series") in time here, \(isVarying ? "a series" : "one value") in the "
                    + "training data")
        }
        let own = shape, other = variable.shape
        if own.grid != nil, other.grid != nil, let difference = own.cellDifference(from: other) {
            throw DataError(
                file: variable.file,
                "variable \"\(variable.name)\" has \(difference) of the training data; regrid the file, "
                    + "or train with `regrid` so that both come onto one grid")
        }
        guard own.kind == other.kind else {
            throw DataError(
                file: variable.file,
                "variable \"\(variable.name)\" is \(other.kind) here, \(own.kind) in the training data")
        }
        guard let difference = own.cellDifference(from: other) ?? own.channelDifference(from: other) else { return }
        throw DataError(
            file: variable.file,
            "variable \"\(variable.name)\" has \(difference) in the training data; select the same labels")
    }
}
