import Foundation
import Tern

/// The examples that could be made, before they are split.
package struct Candidates: Sendable {
    /// One example: the run and the step of its target on the run's timeline.
    package struct Example: Sendable, Hashable {
        var run: Int, step: Int
    }

    var examples: [Example] = []
    /// Of the steps of the targets.
    package var labels: [Label] = []
    /// By which the split keeps examples together.
    package var groups: [String] = []
    var runs: [String] = []
    var positions: [Int] = []
    /// What labels and groups are called; nil where steps are only counted.
    var labelName: String?
    var groupName: String?
    var isTime = false
    /// How many steps before its target an example's inputs begin and end.
    var reach = 0...0
    /// Whether what is to be predicted is among the inputs.
    var inputsHoldTargets = false
    /// Of each run that continues a history, which example of the history each of its first steps is the target of.
    private(set) var historySteps: [Int: [Example?]] = [:]
    /// The steps of each run.
    private var timelines: [RunTimeline] = []

    package var count: Int { examples.count }

    /// The steps of a run that the inputs of an example are taken from.
    func inputSteps(of example: Example) -> ClosedRange<Int> {
        example.step - reach.upperBound...example.step - reach.lowerBound
    }

    /// The examples of a history's run whose targets lie in an example's window.
    func historyExamples(of example: Example) -> [Example] {
        guard let own = historySteps[example.run] else { return [] }
        return inputSteps(of: example).prefix { $0 < own.count }.compactMap { own[$0] }
    }

    /// Where the labels of examples would stand among the positions of each run that ends before them or begins behind
    /// them, as far as so many steps away, in ascending order: bounds between parts lie in time, and what lies beyond
    /// one may be in another run.
    func positions(of examples: [Int], beyondRunsWithin gap: Int) -> [[Int]] {
        let labels = examples.map { self.labels[$0] },
            times = Dictionary(
                labels.compactMap { label in label.time.flatMap { $0.isFinite ? ($0, label) : nil } },
                uniquingKeysWith: { first, _ in first }
            ).sorted { $0.key < $1.key }
        let usual = timelines.lazy.compactMap(\.timeline.step).first
        return timelines.map { $0.positions(of: times, within: gap, usual: usual) }
    }

    /// - Parameter group: the coordinate along the samples whose values are groups; `run`, or nil, for the runs.
    package init(
        _ runs: [RunSteps], _ configuration: DataConfiguration, group: String?, requiringTargets: Bool = true,
        isNew: Bool = false
    ) throws {
        let window = configuration.window
        guard window.length > 0, window.lead >= 0 else {
            throw DataError(
                file: "data",
                "window: length is \(window.length) and lead \(window.lead); the length is 1 or more, the lead not negative"
            )
        }
        reach = window.lead...window.lead + window.length - 1
        // Two names of one file hold the same.
        func path(_ variable: VariableConfiguration) -> String? {
            configuration.fileName(of: variable).map {
                URL(fileURLWithPath: configuration.files[$0] ?? $0).standardizedFileURL.path
            }
        }
        inputsHoldTargets = configuration.inputs.contains { input in
            configuration.targets.contains { $0.variable == input.variable && path($0) == path(input) }
        }
        labelName = runs.first?.timeline.name
        groupName = group
        isTime = runs.contains { $0.timeline.isTime }
        timelines = runs.map { RunTimeline(timeline: $0.timeline, positions: $0.positions, firstOwn: $0.firstOwn) }
        for (index, run) in runs.enumerated() {
            let coordinate =
                try group == nil || group == "run"
                ? nil : Self.coordinate(group!, of: run, isNew || group == configuration.memberDimension)
            let member = run.member.coordinates.first { $0.name == group }?.labelTexts[0]
            func groupText(_ step: Int) -> String? {
                coordinate.flatMap { coordinate in run.coordinateStep(step).map { coordinate.texts[$0] } }
            }
            for step in run.firstOwn..<run.timeline.count {
                guard let inputs = run.window(before: step, window), !requiringTargets || run.targetSteps[step] != nil
                else { continue }
                // Groups are kept apart: what one is told by is not of another, which may be in another part.
                let own = groupText(step)
                if !isNew, own != nil, inputs.contains(where: { groupText($0).map { $0 != own } ?? false }) { continue }
                examples.append(Example(run: index, step: step))
                labels.append(run.timeline.labels[step])
                positions.append(run.positions[step])
                self.runs.append(run.run ?? "")
                groups.append(member ?? own ?? run.run ?? "")
            }
        }
        if inputsHoldTargets, let history = configuration.history {
            for (index, run) in runs.enumerated() where run.firstOwn > 0 {
                guard
                    let source = runs.firstIndex(where: {
                        $0.run == history && $0.member.labels == run.member.labels
                    })
                else { continue }
                let steps = Dictionary(
                    runs[source].timeline.labels.enumerated().map { ($1.text, $0) }, uniquingKeysWith: { $1 })
                historySteps[index] = run.timeline.labels.prefix(run.firstOwn).map { label in
                    steps[label.text].map { Example(run: source, step: $0) }
                }
            }
        }
        guard !examples.isEmpty else {
            let own = runs.map { "\($0.run.map { "\($0): " } ?? "")\($0.timeline.summary)" }.joined(separator: "; ")
            throw DataError(
                file: runs.first?.inputs.first?.file ?? "data",
                "no example can be made with a window of \(window.length) steps and a lead of "
                    + "\(window.lead); \(own)\(runs.lazy.compactMap(\.timeline.disorder).first.map { "; \($0)" } ?? "")\(requiringTargets ? ", of which targets must know the step" : "")\(isNew ? "" : group.map { ", all of one \($0)" } ?? "")"
            )
        }
    }

    private static func coordinate(_ name: String, of run: RunSteps, _ isNew: Bool) throws -> (
        name: String, texts: [String]
    )? {
        if run.member.coordinates.contains(where: { $0.name == name }) { return nil }
        if let found = run.coordinates.first(where: { $0.name == name }) { return (name, found.labelTexts) }
        if isNew { return nil }
        if let axis = (run.targets + run.inputs).lazy.flatMap({ $0.shape.cells + $0.shape.channels }).first(where: {
            axis in
            axis.name == name || axis.coordinates.contains { $0.name == name }
        }) {
            throw DataError(
                file: (run.targets.first ?? run.inputs[0]).file,
                "split: \"\(name)\" labels \"\(axis.name)\", whose labels are no samples; to split by them, say data.dimensions: {\(axis.name): samples}"
            )
        }
        let names = (run.member.coordinates + run.coordinates).map(\.name) + ["run"]
        throw DataError(
            file: (run.targets.first ?? run.inputs[0]).file,
            "split: there is no coordinate \"\(name)\" along the samples to group by; \(suggestion(for: name, among: names, "coordinates"))"
        )
    }
}

/// The labels of a run, of which its own follow those of a history.
private struct RunTimeline: Sendable {
    let timeline: Timeline, positions: [Int], firstOwn: Int

    /// - Parameters:
    ///   - labels: in the order of their times.
    ///   - usual: the step of a run that has only one.
    func positions(of labels: [(key: Double, value: Label)], within gap: Int, usual: TimeStep?) -> [Int] {
        // Stacked series have ends of their own.
        guard firstOwn < timeline.count, timeline.disorder == nil, let step = timeline.step ?? usual else { return [] }
        let first = timeline.labels[firstOwn], last = timeline.labels[timeline.count - 1],
            start = positions[firstOwn], end = positions[timeline.count - 1]
        guard let from = first.time, let to = last.time else { return [] }
        func count(_ a: Label, _ b: Label) -> Int {
            step.count(from: a, to: b).flatMap { Int(wholeOf: $0.rounded()) } ?? .max
        }
        let before = labels[..<labels.partitioningIndex { $0.key >= from }].reversed().lazy.map {
            count($0.value, first)
        }
        .prefix { $0 <= gap }
        let behind = labels[labels.partitioningIndex { $0.key > to }...].lazy.map { count(last, $0.value) }
            .prefix { $0 <= gap }
        return before.map { start - $0 }.reversed() + behind.map { end + $0 }
    }
}
