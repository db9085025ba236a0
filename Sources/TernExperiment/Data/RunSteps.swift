import Tern

/// The variables of one run and member on one timeline.
///
/// The timeline is that of the inputs, after them labels for which there are only targets; the last steps of a history
/// may stand before. Where the files of the inputs cover different times, those that all have remain.
package struct RunSteps: Sendable {
    var run: String?
    /// Which of the labels of other samples' dimensions it is.
    var member: Member
    var inputs: [VariableSteps]
    var targets: [VariableSteps]
    var timeline: Timeline
    /// Of the timeline, which grow by one where steps follow each other.
    var positions: [Int]
    /// How many steps the inputs have.
    var inputCount: Int
    /// Where the run's own steps begin, after those of the history.
    var firstOwn = 0
    /// The targets' step for each of the timeline; none where a target that is a series is missing.
    var targetSteps: [Int?]
    /// How many steps lack a target.
    private(set) var gapCount = 0
    /// What was left out or taken for granted, a line each.
    private(set) var notes: [String]

    /// - Parameter lead: how many labels are added after the last one where targets need not be known.
    init(run: String?, member: Member, inputs: [VariableSteps], targets: [VariableSteps], lead: Int, notes: [String])
        throws
    {
        (self.run, self.member) = (run, member)
        self.notes = (notes + (inputs + targets).flatMap(\.notes)).distinct
        (self.inputs, self.targets) = (try Self.aligned(inputs), try Self.aligned(targets))
        guard var timeline = (self.inputs + self.targets).lazy.compactMap(\.timeline).first else {
            throw DataError(
                file: inputs.first?.file ?? "data",
                "no variable has the dimension along which examples lie; a single map needs a time of length 1, and another dimension is named as data.sample"
            )
        }
        inputCount = timeline.count
        let own = timeline
        if let target = self.targets.first, let labels = target.timeline {
            if let input = self.inputs.first(where: { $0.timeline != nil }), let theirs = labels.step,
                let step = own.step, theirs.unit != step.unit, theirs.unit != .number, step.unit != .number
            {
                self.notes.append(
                    "the steps of \(target.name) lie \(theirs) apart, those of \(input.name) \(step): they are paired where dates coincide; bring both to one step if each is to say the same time"
                )
            }
            if let last = timeline.labels.last?.time, lead > 0, labels.labels != timeline.labels {
                timeline.labels += labels.labels.filter { ($0.time ?? -.infinity) > last }
            }
            targetSteps = Self.positions(of: labels, in: timeline)
            guard targetSteps.contains(where: { $0 != nil }) else {
                throw DataError(
                    file: targets[0].file,
                    "variable \"\(targets[0].name)\" and \"\(inputs[0].name)\" of \(inputs[0].file) share no "
                        + "\(own.name ?? "step"): \(labels.summary), the other \(own.summary)")
            }
        } else {
            timeline.extend(by: lead)
            targetSteps = []
        }
        targetSteps += [Int?](repeating: nil, count: timeline.count - targetSteps.count)
        self.timeline = timeline
        positions = timeline.positions
        try leaveOutGaps()
    }

    /// What was not observed is no example: it is neither learned nor scored.
    private mutating func leaveOutGaps() throws {
        for target in targets where target.width == 1 && target.timeline != nil {
            // Means of maps in files are told where they are read.
            if let unread = target.unread, unread.bytesPerStep > 64 { continue }
            let values = try target.unread?.values() ?? target.values
            for step in targetSteps.indices {
                guard let place = targetSteps[step], values[place].isNaN else { continue }
                targetSteps[step] = nil
                gapCount += 1
            }
        }
    }

    static func notes(_ runs: [RunSteps]) -> [String] {
        let count = runs.reduce(0) { $0 + $1.gapCount }
        return runs.flatMap { $0.notes + ($0.inputs + $0.targets).flatMap(\.notes) }.distinct
            + (count == 0
                ? []
                : [
                    "\(count) step\(count == 1 ? "" : "s") without a target \(count == 1 ? "is" : "are") neither learned nor scored"
                ])
    }

    /// The variables at the labels that all have, in the order of the first.
    private static func aligned(_ variables: [VariableSteps]) throws -> [VariableSteps] {
        let varying = variables.filter { $0.timeline != nil }
        guard let first = varying.first, varying.contains(where: { $0.timeline!.labels != first.timeline!.labels })
        else { return variables }
        let found = varying.map { positions(of: $0.timeline!, in: first.timeline!) }
        let shared = first.timeline!.labels.indices.filter { step in
            found.allSatisfy { $0.count > step && $0[step] != nil }
        }
        guard !shared.isEmpty else {
            let other =
                varying.first { positions(of: $0.timeline!, in: first.timeline!).allSatisfy { $0 == nil } }
                ?? varying[1]
            throw DataError(
                file: other.file,
                "variable \"\(other.name)\" and \"\(first.name)\" of \(first.file) share no \(first.timeline!.name ?? "step"): "
                    + "\(other.timeline!.summary), the other \(first.timeline!.summary)")
        }
        var rest = found[...]
        return variables.map { variable in
            guard variable.timeline != nil else { return variable }
            let steps = rest.removeFirst()
            return variable.taking(shared.map { steps[$0]! })
        }
    }

    /// The step of one timeline for each of another: the same where both are equal, else by labels, which then must
    /// differ among themselves; days are matched whatever hour stands for them, and months whatever day.
    private static func positions(of timeline: Timeline, in other: Timeline) -> [Int?] {
        if timeline.labels == other.labels { return timeline.labels.indices.map { $0 } }
        // At the same hours; else on the same days, else in the same months.
        for key in [\Label.description, \Label.key, \Label.monthKey] {
            let steps = Dictionary(
                timeline.labels.enumerated().map { ($1[keyPath: key], $0) }, uniquingKeysWith: { _, _ in -1 })
            guard steps.count == timeline.count, Set(other.labels.map { $0[keyPath: key] }).count == other.count else {
                continue
            }
            let found = other.labels.map { steps[$0[keyPath: key]] }
            if found.contains(where: { $0 != nil }) { return found }
        }
        return [Int?](repeating: nil, count: other.count)
    }

    /// The last steps of an earlier run's inputs before this run's.
    mutating func prepend(_ history: RunSteps, count: Int) throws {
        guard count > 0, let first = timeline.labels.first?.time else { return }
        let before = (0..<history.inputCount).filter { (history.timeline.labels[$0].time ?? .infinity) < first }.suffix(
            count)
        guard !before.isEmpty else { return }
        inputs = try zip(inputs, history.inputs).map { try $0.prepending($1.taking(Array(before))) }
        timeline.labels = before.map { history.timeline.labels[$0] } + timeline.labels
        positions = timeline.positions
        targetSteps = [Int?](repeating: nil, count: before.count) + targetSteps
        firstOwn = before.count
        inputCount += before.count
    }

    /// The steps that the inputs of a target at `step` are taken from; nil where they do not all exist, one after the
    /// other.
    func window(before step: Int, _ window: WindowConfiguration) -> ClosedRange<Int>? {
        let last = step - window.lead, first = last - window.length + 1
        guard first >= 0, last < inputCount, positions[step] - positions[first] == step - first else { return nil }
        return first...last
    }

    /// The coordinates along the sample dimension at a step of the targets, or of the inputs where there are none.
    var coordinates: [Coordinate] { (targets.first ?? inputs.first { $0.timeline != nil })?.coordinates ?? [] }

    /// The labels of the inputs' steps.
    var inputLabels: [Label] { Array(timeline.labels.prefix(inputCount)) }

    /// The step in ``coordinates``; nil beyond its end.
    func coordinateStep(_ step: Int) -> Int? {
        targets.isEmpty ? (step < inputCount ? step - firstOwn : nil) : targetSteps[step]
    }
}

extension Timeline {
    /// What keeps steps from following each other, for messages; nil where all grow.
    var disorder: String? {
        let times = labels.map { $0.time ?? .nan }
        guard let i = times.indices.dropFirst().first(where: { times[$0] <= times[$0 - 1] }) else { return nil }
        return times[i] == times[i - 1]
            ? "\(labels[i]) stands twice" : "\(labels[i]) comes after \(labels[i - 1]): sort the steps"
    }

    /// "3 labels from 1950 to 1952", for messages.
    var summary: String {
        guard let first = labels.first, let last = labels.last else { return "no labels" }
        return "\(count) labels from \(first) to \(last)"
    }
}
