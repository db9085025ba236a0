import Tern

/// Which examples are learned from, watched and tested on, as their numbers among the candidates.
///
/// Examples fall in units that stay whole: all with one label (`period`), one group (`group`), or single ones
/// (`random`). Parts that are named take their units. Of the others
///
/// - where training is not named, the fractions are drawn for test and validation, and the rest trains;
/// - where training is named, validation and test share what remains, in proportion to their fractions; where nothing
///   remains, validation is drawn out of the training part.
///
/// Drawn are random units with the seed, or for periods the last: training, then validation, then test.
///
/// A window of inputs may reach back from its target over the bound between parts: what is past is known when a
/// forecast is made. No target is in two parts, and no window reaches from one group into another. Where the target
/// variable is among the inputs, an example of training or validation whose window holds targets of a later part (test
/// after validation after training), its own or a history's, is left out, as are those that ``gap`` asks for; drawn at
/// random, where most windows would, the split is refused unless a leak is allowed.
///
/// A part that is empty against the configuration's will is an error; a fraction of 0 asks for no validation, or no
/// test.
package struct Split: Sendable, Equatable {
    enum Part: Int, CaseIterable { case training, validation, test }

    package var training: [Int], validation: [Int], test: [Int]

    package init(_ split: SplitConfiguration, of candidates: Candidates, seed: UInt64) throws {
        if split.by == .random, candidates.isTime, !split.allowLeak {
            throw DataError(
                file: "split",
                "by: random along \(candidates.labelName ?? "time") would test on steps between those of training, which are much like them; "
                    + "split by: period or by: group, or say allow_leak: true")
        }
        if split.by == .random, candidates.inputsHoldTargets, candidates.reach.upperBound > 0, !split.allowLeak {
            throw DataError(
                file: "split",
                "by: random with a window or a lead, and the target among the inputs, would train on windows that hold targets of the test; "
                    + "split by: period or by: group, or say allow_leak: true")
        }
        let units = try Self.units(split.by, candidates)
        let part = try Self.parts(split, of: units, seed: seed)
        for one in Part.allCases where !part.contains(one) && !split.allows(noExamplesIn: one) {
            throw DataError(file: "split", Self.complaint(aboutNoUnitsIn: one, split, units))
        }
        var parts = units.unitOfExample.map { part[$0] }
        if split.by != .random {
            Self.leaveOutNeighbours(&parts, candidates, gap: split.by == .period ? split.gap : 0)
        }
        for one in Part.allCases where !parts.contains(one) && part.contains(one) {
            throw DataError(
                file: "split",
                split.gap > 0
                    ? "\(one): a gap of \(split.gap) steps leaves none of its examples; make it smaller"
                    : "\(one): the windows of all its examples hold targets of a later part; make data.window shorter, or the part longer"
            )
        }
        if let period = try split.testPeriod.map({ try Period($0, "test_period") }) {
            let tested = parts.indices.filter { parts[$0] == .test }
            for i in tested where try !period.contains(candidates.labels[i]) { parts[i] = nil }
            guard parts.contains(.test) else {
                let labels = tested.map { candidates.labels[$0] }.sorted { ($0.time ?? 0) < ($1.time ?? 0) }
                throw DataError(
                    file: "split",
                    "test_period: \(split.testPeriod!.list) matches none of the \(tested.count) examples of the test part"
                        + (labels.first.map { ", from \($0) to \(labels.last!)" } ?? ""))
            }
        }
        func examples(_ part: Part) -> [Int] { parts.indices.filter { parts[$0] == part } }
        (training, validation, test) = (examples(.training), examples(.validation), examples(.test))
    }

    private static func complaint(aboutNoUnitsIn part: Part, _ split: SplitConfiguration, _ units: Units) -> String {
        if let labels = split.labels(of: part) {
            return "\(part): \(labels.list) matches none of the examples; \(units.summary)"
        }
        return switch part {
        case .training: "training: the other parts leave nothing to train on; \(units.summary)"
        case .validation:
            "validation: nothing is left to watch; set validation_fraction to 0, or leave more of the others; \(units.summary)"
        case .test:
            "test: nothing is left to test on; set test_fraction to 0, or leave more of the others; \(units.summary)"
        }
    }

    // MARK: - Units

    /// What stays whole.
    struct Units {
        var names: [String]
        var labels: [Label]
        var unitOfExample: [Int]
        var what: String

        /// For messages.
        var summary: String {
            names.count <= 40
                ? "there are \(what) \(names.joined(separator: ", "))"
                : "there are \(names.count) \(what) from \(names[0]) to \(names[names.count - 1])"
        }
    }

    static func units(_ method: SplitConfiguration.Method, _ candidates: Candidates) throws -> Units {
        let keys: [String] =
            switch method {
            case .period: candidates.labels.keys(in: candidates.examples.map(\.run))
            case .group: candidates.groups
            case .random: (0..<candidates.count).map(String.init)
            }
        if method == .group, candidates.groupName == nil {
            throw DataError(file: "split", "by: group needs the coordinate's name as `group`, or `run`")
        }
        let (unit, firsts) = keys.numbered, names = firsts.map { keys[$0] },
            labels = firsts.map { candidates.labels[$0] }
        let what =
            switch method {
            case .period: candidates.labelName.map { "labels of \($0)" } ?? "steps"
            case .group: "values of \(candidates.groupName!)"
            case .random: "examples"
            }
        guard method == .period else { return Units(names: names, labels: labels, unitOfExample: unit, what: what) }
        // In the order of time, whatever that of the runs is.
        let order = labels.timeOrder, rank = order.ranks
        return Units(
            names: order.map { names[$0] }, labels: order.map { labels[$0] }, unitOfExample: unit.map { rank[$0] },
            what: what)
    }

    // MARK: - Parts

    private static func parts(_ split: SplitConfiguration, of units: Units, seed: UInt64) throws -> [Part?] {
        var parts = [Part?](repeating: nil, count: units.names.count)
        for part in Part.allCases {
            guard let labels = split.labels(of: part) else { continue }
            for unit in try chosen(labels, split.by, units, part) {
                if let other = parts[unit] {
                    throw DataError(file: "split", "\(units.names[unit]) is in \(other) and in \(part)")
                }
                parts[unit] = part
            }
        }
        var random = RandomState(seed: UInt32(truncatingIfNeeded: seed))
        /// Units in the order in which they are drawn from the end.
        func drawing(_ part: Part?) -> [Int] {
            let found = parts.indices.filter { parts[$0] == part }
            return split.by == .period ? found : random.permutation(found)
        }
        func count(_ fraction: Double, of n: Int) -> Int {
            fraction <= 0 ? 0 : max(1, Int((fraction * Double(n)).rounded()))
        }
        var rest = drawing(nil)
        let wantsTest = split.test == nil, wantsValidation = split.validation == nil
        let total = rest.count
        if split.training == nil {
            let tests = wantsTest ? count(split.testFraction, of: total) : 0
            let validations = wantsValidation ? count(split.validationFraction, of: total) : 0
            for unit in rest.suffix(tests) { parts[unit] = .test }
            rest.removeLast(min(tests, rest.count))
            for unit in rest.suffix(validations) { parts[unit] = .validation }
            rest.removeLast(min(validations, rest.count))
            for unit in rest { parts[unit] = .training }
            return parts
        }
        if wantsTest {
            let fractions = split.testFraction + split.validationFraction
            let share = split.testFraction == 0 ? 0 : wantsValidation ? split.testFraction / fractions : 1
            let tests = min(total, count(share, of: total))
            for unit in rest.suffix(tests) { parts[unit] = .test }
            rest.removeLast(tests)
        }
        if wantsValidation, split.validationFraction > 0 {
            if rest.isEmpty {
                let training = drawing(.training)
                rest =
                    training.count > 1
                    ? Array(
                        training.suffix(min(training.count - 1, count(split.validationFraction, of: training.count))))
                    : []
            }
            for unit in rest { parts[unit] = .validation }
        }
        return parts
    }

    private static func chosen(_ labels: [Scalar], _ method: SplitConfiguration.Method, _ units: Units, _ part: Part)
        throws -> [Int]
    {
        switch method {
        case .period:
            let period = try Period(labels, "\(part)")
            return try units.labels.indices.filter { try period.contains(units.labels[$0]) }
        case .group:
            return try labels.flatMap { label in
                let found = units.names.indices.filter { units.names[$0] == label.description }
                guard !found.isEmpty else {
                    throw DataError(file: "split", "\(part): there is no \(label.description); \(units.summary)")
                }
                return found
            }
        case .random:
            throw DataError(
                file: "split", "\(part): by: random draws its parts; leave their names out, or split by: group")
        }
    }

    // MARK: - Bounds between parts

    private static func leaveOutNeighbours(_ parts: inout [Part?], _ candidates: Candidates, gap: Int) {
        let examples = candidates.examples, positions = candidates.positions, reach = candidates.reach
        // No two lie further apart, and sums can be counted.
        let gap = min(gap, 1 << 53)
        /// The examples of the parts behind a part.
        let behind = [Part.training, .validation].map { part in
            parts.indices.filter { parts[$0].map { $0.rawValue > part.rawValue } ?? false }
        }
        /// Where they stand in each run, in ascending order, and beyond its ends.
        let later = behind.map {
            Dictionary(grouping: $0, by: { examples[$0].run }).mapValues { $0.map { positions[$0] }.sorted() }
        }
        let beyond = gap > 0 ? behind.map { candidates.positions(of: $0, beyondRunsWithin: gap) } : []
        func holds(_ sorted: [Int], _ range: ClosedRange<Int>) -> Bool {
            let next = sorted.partitioningIndex { $0 >= range.lowerBound }
            return next < sorted.count && sorted[next] <= range.upperBound
        }
        let known =
            candidates.historySteps.isEmpty
            ? [:] : Dictionary(zip(examples, parts), uniquingKeysWith: { first, _ in first })
        for (i, example) in examples.enumerated() {
            guard let part = parts[i], part != .test else { continue }
            let others = later[part.rawValue][example.run] ?? [], own = positions[i]
            let isNear =
                gap > 0
                && (holds(others, own - gap...own - 1) || holds(others, own + 1...own + gap)
                    || holds(beyond[part.rawValue][example.run], own - gap...own + gap))
            let looksAhead =
                candidates.inputsHoldTargets
                && (holds(others, own - reach.upperBound...own - reach.lowerBound)
                    || candidates.historyExamples(of: example).contains {
                        (known[$0] ?? nil).map { $0.rawValue > part.rawValue } ?? false
                    })
            if isNear || looksAhead { parts[i] = nil }
        }
    }
}

extension SplitConfiguration {
    /// Whether a part is wanted to be empty.
    fileprivate func allows(noExamplesIn part: Split.Part) -> Bool {
        if let labels = labels(of: part) { return labels.isEmpty && part != .training }
        switch part {
        case .training: return false
        case .validation: return validationFraction == 0
        case .test: return testFraction == 0 && testPeriod == nil
        }
    }
}

extension [Scalar] {
    /// As YAML writes them.
    fileprivate var list: String { "[\(map(\.description).joined(separator: ", "))]" }
}
