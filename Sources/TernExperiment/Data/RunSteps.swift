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
    /// How many steps before its target an example's inputs begin.
    private let reach: Int
    /// What was left out or taken for granted, a line each.
    private var ownNotes: [String]

    /// - Parameter window: whose lead is how many labels are added after the last one where targets need not be known.
    init(
        run: String?, member: Member, inputs: [VariableSteps], targets: [VariableSteps], window: WindowConfiguration,
        notes: [String]
    ) throws {
        (self.run, self.member, reach) = (run, member, window.length - 1 + window.lead)
        var notes = notes + (inputs + targets).flatMap(\.notes)
        (self.inputs, self.targets) = (
            try Self.aligned(inputs, "inputs", &notes), try Self.aligned(targets, "targets", &notes)
        )
        guard let first = (self.inputs + self.targets).first(where: { $0.timeline != nil }), let own = first.timeline
        else {
            throw DataError(
                file: inputs.first?.file ?? "data",
                "no variable has the dimension along which examples lie; a single map needs a time of length 1, and another dimension is named as data.sample"
            )
        }
        if let still = targets.first(where: { $0.timeline == nil }) {
            throw DataError(
                file: still.file,
                "variable \"\(still.name)\" does not change along the samples: as a target it leaves nothing to predict; take it as an input, or leave it out"
            )
        }
        (timeline, inputCount, targetSteps) = (own, own.count, [])
        if let target = self.targets.first, let labels = target.timeline {
            let pairing = StepPairing(of: labels, in: own)
            targetSteps = pairing.steps
            notes += pairing.notes(of: target, in: first)
            if let start = targetSteps.firstIndex(where: { $0 != nil }),
                let end = targetSteps.lastIndex(where: { $0 != nil })
            {
                gapCount += targetSteps[start...end].count { $0 == nil }
            }
            if window.lead > 0 {
                let ahead = pairing.steps(of: labels, behind: own)
                timeline.labels += ahead.map(\.label)
                targetSteps += ahead.map(\.step)
            }
            let known = targetSteps.count { $0 != nil }
            guard known > 0 else { throw Self.refusal(of: target, in: first) }
            if known < labels.count {
                notes.append(
                    "\((labels.count - known).grouped) of \(labels.count.grouped) steps of \(target.name) (\(target.file)) have no \(first.name), and are left out"
                )
            }
        } else {
            if window.lead > 0, let disorder = timeline.disorder {
                notes.append(
                    "the steps of \(first.file) are no single series (\(disorder)): beyond their ends, only the last one is foretold"
                )
            }
            timeline.extend(by: window.lead)
            targetSteps = [Int?](repeating: nil, count: timeline.count)
        }
        positions = timeline.positions
        ownNotes = notes.distinct
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
        let notes = runs.flatMap { run -> [String] in
            run.ownNotes + (run.jumpNote.map { [$0] } ?? []) + (run.inputs + run.targets).flatMap(\.notes)
        }.distinct
        return count == 0
            ? notes
            : notes + [
                "\(count) step\(count == 1 ? "" : "s") without a target \(count == 1 ? "is" : "are") neither learned nor scored"
            ]
    }

    /// Where steps do not follow each other though time goes on; nil where nothing reaches from one to another.
    private var jumpNote: String? {
        guard reach > 0, let step = timeline.step else { return nil }
        let labels = inputLabels, times = labels.map { $0.time ?? .nan }
        let jumps = labels.indices.dropFirst().filter {
            positions[$0] - positions[$0 - 1] > 1 && times[$0] > times[$0 - 1]
        }
        guard let first = jumps.first else { return nil }
        return
            "\(jumps.count.grouped) of \(labels.count.grouped) steps of \(file) come after a gap (first \(labels[first]) after \(labels[first - 1]), where steps lie \(step) apart); "
            + "no window, forecast or persistence reaches across it"
    }

    /// The file that the timeline is of.
    private var file: String { (inputs + targets).first { $0.timeline != nil }?.file ?? "data" }

    /// The variables at the labels that all have, in the order of the first.
    ///
    /// - Parameter side: what they are, for notes of what was left out.
    private static func aligned(_ variables: [VariableSteps], _ side: String, _ notes: inout [String]) throws
        -> [VariableSteps]
    {
        let varying = variables.filter { $0.timeline != nil }
        guard let first = varying.first, let own = first.timeline,
            varying.contains(where: { $0.timeline!.labels != own.labels })
        else { return variables }
        let found = varying.map { StepPairing(of: $0.timeline!, in: own) }
        let shared = own.labels.indices.filter { step in found.allSatisfy { $0.steps[step] != nil } }
        guard !shared.isEmpty else {
            let other = zip(varying, found).first { $1.steps.allSatisfy { $0 == nil } }?.0 ?? varying[1]
            throw refusal(of: other, in: first)
        }
        for (variable, pairing) in zip(varying, found) {
            notes += pairing.notes(of: variable, in: first)
            let rest = variable.stepCount - shared.count
            guard rest > 0 else { continue }
            notes.append(
                "\(rest.grouped) of \(variable.stepCount.grouped) steps of \(variable.name) (\(variable.file)) are not in all \(side), and left out"
            )
        }
        var rest = found[...]
        return variables.map { variable in
            guard variable.timeline != nil else { return variable }
            let steps = rest.removeFirst().steps
            return variable.taking(shared.map { steps[$0]! })
        }
    }

    private static func refusal(of variable: VariableSteps, in other: VariableSteps) -> DataError {
        let own = variable.timeline!, theirs = other.timeline!
        let twice = [variable, other].lazy.compactMap { variable in
            variable.timeline!.repeated.map {
                "; \($0) stands twice in \(variable.file), so that nobody knows which is meant: leave one of each"
            }
        }.first
        return DataError(
            file: variable.file,
            "variable \"\(variable.name)\" and \"\(other.name)\" of \(other.file) share no \(theirs.name ?? "step"): \(own.summary), the other \(theirs.summary)\(twice ?? "")"
        )
    }

    /// The last steps of an earlier run's inputs before this run's.
    ///
    /// - Throws: `DataError` where either is several series, of which one would be continued by another.
    mutating func prepend(_ history: RunSteps, count: Int) throws {
        guard count > 0 else { return }
        for run in [self, history] {
            guard let disorder = run.timeline.disorder else { continue }
            throw DataError(
                file: run.file,
                "data.history continues one series by another, but these steps are no single one (\(disorder)); give each series files of its own (data.runs), or a dimension that is samples (data.dimensions)"
            )
        }
        let first = timeline.labels.first?.time ?? -.infinity
        let before = (0..<history.inputCount).filter { (history.timeline.labels[$0].time ?? .infinity) < first }.suffix(
            count)
        guard !before.isEmpty else {
            ownNotes.append(
                "data.history: \(history.file) has no step before the first of \(file), whose windows begin there"
            )
            return
        }
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

    /// The first label that stands twice.
    var repeated: Label? {
        var seen: Set<String> = []
        return labels.first { !seen.insert($0.description).inserted }
    }

    /// "3 labels from 1950 to 1952", for messages.
    var summary: String {
        guard let first = labels.first, let last = labels.last else { return "no labels" }
        return "\(count) labels from \(first) to \(last)"
    }
}
