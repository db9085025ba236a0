import Foundation
import Tern

/// What is met while files that training has not seen are read and prepared, to be told once all of it is.
///
/// Values are looked at as the network sees them, prepared: what an anomaly or a scale of each cell takes away is no
/// difference. A variable is told of where most of its values lie beyond those of training by a quarter of their range,
/// where some do by all of it, or where all are much smaller in the same proportion, as of other units; none of this is
/// so of ordinary new data.
final class NewData: @unchecked Sendable {
    private let lock = NSLock()
    fileprivate var inputs: [Seen], targets: [Seen]
    /// Of each run, up to where its steps were looked at: those of windows are read more than once.
    private var next: [Int: Int] = [:]
    private var runNotes: [String] = []
    /// Of the first gap in an input that no fill stands in for.
    private(set) var gap: DataError?

    fileprivate struct Seen {
        let fitted: FittedVariable
        var markers = MarkerSearch(), values: ValueSums, prepared: ValueSums
        /// Values beyond those of training by a quarter of their range, and by all of it; by channel.
        var beyond: [Int], far: [Int]
        var missing = 0
        /// Of the last file.
        var level: VerticalLabel?

        init(_ fitted: FittedVariable) {
            let channels = fitted.shape.channelCount
            self.fitted = fitted
            (values, prepared) = (ValueSums(channels: channels), ValueSums(channels: channels))
            beyond = [Int](repeating: 0, count: channels)
            far = beyond
        }
    }

    init(_ preprocessing: Preprocessing) {
        (inputs, targets) = (preprocessing.inputs.map(Seen.init), preprocessing.targets.map(Seen.init))
    }

    /// What is known of the runs before their values are read.
    func add(_ runs: [RunSteps]) { lock.withLock { runNotes = RunSteps.notes(runs) } }

    func add(gap error: DataError) { lock.withLock { gap = gap ?? error } }

    /// From which steps on a part of a run has not been seen before.
    struct Part {
        fileprivate var inputs: Int, targets: Int, isFirst: Bool
    }

    /// Steps of a run as they are read.
    ///
    /// - Parameters:
    ///   - run: which of the runs.
    ///   - start: the place of the first step on the run's timeline.
    func add(read steps: RunSteps, run: Int, from start: Int) -> Part {
        lock.withLock {
            let first = max(0, (next[run] ?? 0) - start)
            let target = steps.targetSteps.dropFirst(first).lazy.compactMap { $0 }.first
            let part = Part(inputs: first, targets: target ?? .max, isFirst: next[run] == nil)
            next[run] = start + steps.timeline.count
            if part.isFirst {
                runNotes += zip(inputs + targets, steps.inputs + steps.targets).compactMap {
                    $0.fitted.noteOfLabels(of: $1)
                }
            }
            for (k, variable) in steps.inputs.enumerated() {
                inputs[k].add(variable, part.steps(of: variable, from: part.inputs))
            }
            for (k, variable) in steps.targets.enumerated() {
                targets[k].add(variable, part.steps(of: variable, from: part.targets))
            }
            return part
        }
    }

    /// The same steps, prepared.
    func add(prepared steps: RunSteps, _ part: Part) {
        lock.withLock {
            for (k, variable) in steps.inputs.enumerated() {
                inputs[k].add(prepared: variable, part.steps(of: variable, from: part.inputs))
            }
            for (k, variable) in steps.targets.enumerated() {
                targets[k].add(prepared: variable, part.steps(of: variable, from: part.targets))
            }
        }
    }

    /// What is to be told, a line each.
    ///
    /// - Parameters:
    ///   - gaps: how many of all examples lack an input.
    ///   - remedy: what becomes of them.
    func notes(gaps: Int, of count: Int, _ remedy: String) -> [String] {
        lock.withLock {
            var notes = runNotes + (inputs + targets).flatMap(\.notes)
            for target in targets
            where target.missing > 0 && target.fitted.fill == nil && !target.fitted.configuration.mask
                && target.fitted.shape.count > 1
            {
                notes.append(
                    "variable \"\(target.fitted.name)\": \(target.missing.grouped) missing value\(target.missing == 1 ? " is" : "s are") not scored"
                )
            }
            if gaps > 0, let gap {
                notes.append(
                    "\(gaps.grouped) of \(count.grouped) examples lack an input and \(remedy); the first gap: \(gap.message)"
                )
            }
            return notes.distinct
        }
    }
}

extension NewData.Part {
    /// Of what does not change in time the only step, once.
    fileprivate func steps(of variable: VariableSteps, from first: Int) -> Range<Int> {
        variable.timeline == nil ? 0..<(isFirst ? 1 : 0) : min(first, variable.stepCount)..<variable.stepCount
    }
}

extension NewData.Seen {
    fileprivate mutating func add(_ variable: VariableSteps, _ steps: Range<Int>) {
        level = variable.level
        values.add(variable.values, steps, width: variable.width)
        markers.add(variable, steps)
        variable.values.visit(steps.lowerBound * variable.width..<steps.upperBound * variable.width) { _, x in
            missing += x.isNaN ? 1 : 0
        }
    }

    fileprivate mutating func add(prepared variable: VariableSteps, _ steps: Range<Int>) {
        guard let known = fitted.preparedValues else { return }
        prepared.add(variable.values, steps, width: variable.width)
        let channels = fitted.shape.channelCount
        for c in 0..<channels where known[c].count > 0 {
            let own = known[c], width = own.width + 1e-5 * max(abs(own.least), abs(own.most))
            let near = own.least - 0.25 * width...own.most + 0.25 * width, all = own.least - width...own.most + width
            for place in steps.lowerBound * variable.width / channels..<steps.upperBound * variable.width / channels {
                let x = variable.values[place * channels + c]
                guard x.isFinite, !near.contains(x) else { continue }
                beyond[c] += 1
                if !all.contains(x) { far[c] += 1 }
            }
        }
    }

    fileprivate var notes: [String] {
        let marked = markers.notes(fitted.name)
        // What a marker is, is told as one.
        if !markers.markers.isEmpty { return marked }
        return levelNotes + marked + beyondNotes
    }

    private var levelNotes: [String] {
        guard let level, let own = fitted.level, level.name == own.name, level.label != own.label else { return [] }
        return [
            "variable \"\(fitted.name)\" is at \(level.name) \(level.label) here, at \(own.label) in the training data"
        ]
    }

    private var beyondNotes: [String] {
        guard let knownValues = fitted.values, let known = fitted.preparedValues else { return [] }
        let spread = values.spread, preparedSpread = prepared.spread
        func note(_ c: Int) -> String? {
            guard known[c].count > 0, preparedSpread[c].count > 0 else { return nil }
            let count = Int(preparedSpread[c].count), own = spread[c], trained = knownValues[c]
            let ranges =
                "\(own.least.short) to \(own.most.short) (mean \(own.mean.short)), in training \(trained.least.short) to \(trained.most.short) (mean \(trained.mean.short))"
            if 2 * beyond[c] > count {
                return
                    "\(beyond[c] == count ? "all \(count.grouped)" : "\(beyond[c].grouped) of \(count.grouped)") values lie beyond those of training: they are \(ranges); "
                    + "are units, scale and level the same?"
            }
            if far[c] > 0 {
                return
                    "\(far[c].grouped) of \(count.grouped) values lie far beyond those of training: here they are \(ranges)"
            }
            // A season or a calm spell changes mean and spread, but not by so much and in the same proportion.
            let share = own.deviation / trained.deviation, ratio = own.mean / trained.mean / share
            let isTiny = share < 0.004, isAboutZero = abs(trained.mean) < trained.deviation
            guard count >= (isTiny ? 10 : 50), own.deviation > 0, share < 0.04,
                isTiny && isAboutZero || (0.25...4).contains(ratio)
            else { return nil }
            return
                "its values are smaller than those of training by a factor of about \(String(format: "%.2g", 1 / share)): they are \(ranges); are its units the same?"
        }
        let found = (0..<fitted.shape.channelCount).map { (channel: $0, text: note($0)) }.filter { $0.text != nil }
        guard let first = found.first else { return [] }
        let others = found.count - 1
        return [
            "variable \"\(fitted.channelNames[first.channel])\": \(first.text!)\(others > 0 ? " (and so for \(others) other channel\(others == 1 ? "" : "s"))" : "")"
        ]
    }
}
