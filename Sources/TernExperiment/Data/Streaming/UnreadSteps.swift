import Tern

/// The steps of a variable that lie in a file until they are needed.
struct UnreadSteps: Sendable {
    let file: FieldFile
    /// Without what is selected along the samples.
    let variable: VariableConfiguration
    let data: DataConfiguration
    /// Where its member lies in the file.
    let fixed: [String: Range<Int>]
    /// Whether training has not seen the file.
    let isNew: Bool
    /// Whether the file holds no more than single precision does.
    let isSingle: Bool
    /// Of one step as it is read, before means and regridding.
    let bytesPerStep: Int
    /// Where each step lies in the file.
    private(set) var places: [Int]

    func taking(_ steps: [Int]) -> UnreadSteps {
        var part = self
        part.places = steps.map { places[$0] }
        return part
    }

    /// All steps, [steps, cells, channels]; those that lie close to each other in the file are read at once.
    func values() throws -> StepValues {
        if zip(places, places.dropFirst()).contains(where: { $0 > $1 }) {
            // A file is read in its own order.
            let order = places.indices.sorted { places[$0] < places[$1] }
            let read = try taking(order).values()
            return read.taking(order.ranks, width: read.count / places.count)
        }
        var values = StepValues(), start = 0
        while start < places.count {
            var end = start + 1
            while end < places.count, places[end] > places[end - 1], places[end] - places[end - 1] <= 4 { end += 1 }
            let wanted = places[start..<end], range = wanted.first!..<wanted.last! + 1
            var reading: ReadingNotes? = []
            let field = try file.field(at: fixed.merging([data.sample: range]) { $1 }, notes: &reading)
            let read = try VariableSteps(
                variable, of: field, file: file.path, in: data, isNew: isNew, isPart: true,
                reading: reading ?? []
            ).values
            if wanted.count == places.count, range.count == wanted.count { return read }
            values.append(read.taking(wanted.map { $0 - range.lowerBound }, width: read.count / range.count))
            start = end
        }
        return values
    }
}

extension VariableSteps {
    /// What a file tells of a variable without its values: one step is read for its shape. It lies along the samples.
    ///
    /// - Parameter fixed: where the variable's member lies in the file.
    init(
        unread variable: VariableConfiguration, of file: FieldFile, at fixed: [String: Range<Int>],
        in data: DataConfiguration, isNew: Bool
    ) throws {
        let sample = data.sample, stored = try file.dataset.variable(file.name)
        let (all, rest) = try file.labels(along: sample, selectedBy: variable, needsTimes: data.needsTimes) {
            !isNew || variable.isFixed(along: sample, by: $0)
        }
        let places = all.values.doubles.map { Int($0) }
        guard let first = places.first else {
            throw DataError(file: file.path, "variable \"\(file.name)\" has no steps along \"\(sample)\"")
        }
        let isConstant = !all.dimensions.contains(sample)
        let one = try file.field(at: fixed.merging([sample: first..<first + 1]) { $1 })
        if isConstant {
            // Of the one step nothing is left to be selected.
            try self.init(
                rest, of: one.squeezed(keeping: one.dimensions.filter { $0 != sample }), file: file.path, in: data,
                isNew: isNew)
            return
        }
        try self.init(rest, of: one, file: file.path, in: data, isNew: isNew, isPart: true)
        values = StepValues()
        timeline = Timeline(of: sample, length: places.count, all.coordinates)
        coordinates = all.coordinates
        let isSingle =
            stored.type == .float
            || [.byte, .ubyte, .short, .ushort].contains(stored.type) && stored.attributes["scale_factor"] == nil
        let cells = zip(stored.dimensions, stored.shape).reduce(1) {
            $1.0 == sample || fixed[$1.0] != nil ? $0 : $0 * $1.1
        }
        unread = UnreadSteps(
            file: file, variable: rest, data: data, fixed: fixed, isNew: isNew, isSingle: isSingle,
            bytesPerStep: cells * (isSingle ? 4 : 8), places: places)
        if !data.needsTimes, let note = file.timeNote(all.coordinates, along: sample) { notes.append(note) }
        sortSteps(along: sample)
    }

    /// Steps with their values.
    func reading(_ steps: [Int]) throws -> VariableSteps {
        var part = taking(steps)
        guard let unread = part.unread else { return part }
        part.values = try unread.values()
        part.unread = nil
        return part
    }
}

extension RunSteps {
    /// A range of the timeline with its values, as a run of its own.
    func reading(_ steps: Range<Int>, withInputs: Bool) throws -> RunSteps {
        var part = self
        let own = Array(steps.clamped(to: 0..<inputCount)), targets = steps.compactMap { targetSteps[$0] }
        part.inputs = withInputs ? try inputs.map { try $0.reading(own) } : []
        part.targets = try self.targets.map { try $0.reading(targets) }
        part.timeline.labels = Array(timeline.labels[steps])
        part.positions = Array(positions[steps])
        part.inputCount = own.count
        var next = 0
        part.targetSteps = steps.map { step in
            guard targetSteps[step] != nil else { return nil }
            defer { next += 1 }
            return next
        }
        return part
    }
}
