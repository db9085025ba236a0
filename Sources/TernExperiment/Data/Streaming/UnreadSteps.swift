import Tern

/// The steps of a variable that lie in a file until they are needed.
struct UnreadSteps: Sendable {
    let file: FieldFile
    /// Without what is selected along the samples.
    let variable: VariableConfiguration
    let sample: String
    /// Whether training has not seen the file.
    let isNew: Bool
    /// Of one step as it is read, before means and regridding.
    let bytesPerStep: Int
    /// Where each step lies in the file.
    private(set) var places: [Int]

    func taking(_ steps: [Int]) -> UnreadSteps {
        var part = self
        part.places = steps.map { places[$0] }
        return part
    }

    /// All steps, [steps, cells]; those that lie close to each other in the file are read at once.
    func values() throws -> [Float] {
        var values: [Float] = [], start = 0
        while start < places.count {
            var end = start + 1
            while end < places.count, places[end] > places[end - 1], places[end] - places[end - 1] <= 4 { end += 1 }
            let wanted = places[start..<end], range = wanted.first!..<wanted.last! + 1
            let read = try VariableSteps(variable, of: file.field(at: [sample: range]), file: file.path, sample: sample, isNew: isNew).values
            if wanted.count == places.count, range.count == wanted.count { return read }
            let cells = read.count / range.count
            for place in wanted { values += read[(place - range.lowerBound) * cells..<(place - range.lowerBound + 1) * cells] }
            start = end
        }
        return values
    }
}

extension VariableSteps {
    /// What a file tells of a variable without its values: one step is read for the grid. What does not change along the samples
    /// is read whole.
    init(unread variable: VariableConfiguration, run: String?, in source: any FieldSource, sample: String, isNew: Bool) throws {
        let file = try source.file(variable, run: run), stored = try file.dataset.variable(file.name)
        let others = stored.dimensions.filter { $0 != sample }
        guard stored.dimensions.contains(sample) else {
            try self.init(variable, run: run, from: source, sample: sample, isNew: isNew)
            return
        }
        let labels = try file.field(at: Dictionary(others.map { ($0, 0..<0) }, uniquingKeysWith: { first, _ in first }))
            .coordinates.filter { $0.dimension == sample }
        try file.checkTimes(labels, along: sample)
        let count = file.dataset.length(of: sample) ?? 0
        // Of each step label, place and coordinates are known.
        if let complaint = MachineMemory.complaint(about: checkedProduct([count, 800])) {
            throw DataError(file: file.path, "variable \"\(file.name)\" has \(count) steps along \"\(sample)\": \(complaint)")
        }
        var all = Field(file.name, Tensor((0..<count).map(Double.init)), dimensions: [sample], coordinates: labels), rest = variable
        do {
            // Places in the file are selected as values would be.
            for (name, wanted) in variable.select.sorted(by: { $0.key < $1.key }) {
                guard let coordinate = all.coordinate(name) else { continue }
                if !isNew || rest.isFixed(along: sample, by: wanted) { all = try all.select([name: wanted.selection(of: coordinate)]) }
                rest.select[name] = nil
            }
        } catch let error as DataError { throw DataError(file: file.path, "variable \"\(variable.variable)\": \(error.message)") }
        let places = all.values.doubles.map { Int($0) }
        guard let first = places.first else { throw DataError(file: file.path, "variable \"\(file.name)\" has no steps along \"\(sample)\"") }
        let isConstant = !all.dimensions.contains(sample)
        try self.init(
            isConstant ? variable : rest, of: file.field(at: [sample: first..<first + 1]), file: file.path, sample: sample, isNew: isNew)
        if isConstant { return }
        values = []
        timeline = Timeline(of: sample, length: places.count, all.coordinates)
        coordinates = all.coordinates
        let cells = zip(stored.dimensions, stored.shape).reduce(1) { $1.0 == sample ? $0 : $0 * $1.1 }
        unread = UnreadSteps(
            file: file, variable: rest, sample: sample, isNew: isNew, bytesPerStep: cells * (stored.type == .double ? 8 : 4), places: places)
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
