import Foundation
import Tern

/// How many of the examples that were scored training knew already, as far as times, runs and groups tell.
///
/// ```swift
/// let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
/// try Dataset([sst, rain]).write(to: "pacific.nc")
/// let experiment = try Experiment(
///     yaml: """
///         name: rain
///         data: {files: {fields: pacific.nc}, inputs: [sst], targets: [precipitation]}
///         split: {by: period}
///         model: {name: linear}
///         training: {epochs: 2}
///         output: {figures: false}
///         """)
/// let run = try experiment.run(into: "runs/seen")
/// let seen: SeenExamples = try run.evaluate(on: ["fields": "pacific.nc"], note: { _ in }).seen!
/// print(seen.training, seen.validation, seen.areSame)  // 42 9 true
/// ```
public struct SeenExamples: Codable, Sendable, Equatable {
    /// Examples with the time, run and group of one that was trained on, and of one that was watched while training.
    public var training: Int, validation: Int
    /// Others with a time of which another run or group was trained on.
    public var sameTimes: Int
    /// Whether the examples are those of training: they were read from its files, and none of them share time, run and
    /// group. Else these are all that is known.
    public var areSame: Bool
    /// What tells the examples of one time apart, such as "model"; nil where nothing does.
    public var groupName: String?

    init(_ examples: Examples, in parts: RunParts, areSame: Bool) {
        (training, validation, sameTimes) = (0, 0, 0)
        (self.areSame, groupName) = (areSame, parts.groupName)
        // Steps that are only counted are no times.
        guard areSame || parts.labelName != nil else { return }
        func byName(_ part: [RunParts.Series]) -> [[String]: RunParts.Series] {
            Dictionary(part.map { ([$0.run, $0.group], $0) }, uniquingKeysWith: { first, _ in first })
        }
        let trained = byName(parts.training), watched = byName(parts.validation)
        var others: [String: Bool] = [:]
        for (i, label) in examples.labels.enumerated() {
            let name = [examples.runs[i], examples.groups[i]]
            if trained[name]?.contains(label, parts.unit) == true {
                training += 1
            } else if watched[name]?.contains(label, parts.unit) == true {
                validation += 1
            } else if parts.labelName != nil {
                let key = label.description
                let isKnown = others[key] ?? parts.training.contains { $0.contains(label, parts.unit) }
                others[key] = isKnown
                if isKnown { sameTimes += 1 }
            }
        }
    }

    /// What is to be said of `count` examples; nil where all are new.
    public func text(of count: Int) -> String? {
        let watched = "\(validation.grouped) watched while training (validation)"
        let known =
            training > 0
            ? validation > 0 ? "were trained on and \(watched)" : "were trained on"
            : "were watched while training (validation)"
        let seen = training > 0 ? training : validation
        let others =
            "\(sameTimes.grouped) of \(count.grouped) examples have times of which other values of \(groupName ?? "run") were trained on"
        if seen == 0 { return sameTimes > 0 ? others : nil }
        let ending = sameTimes > 0 ? "; \(others)" : ""
        if areSame { return "\(seen.grouped) of \(count.grouped) examples \(known): these scores flatter\(ending)" }
        return
            "\(seen.grouped) of \(count.grouped) examples have the time\(groupName.map { " and \($0)" } ?? "") of examples that \(known): where they are "
            + "the same data, these scores flatter\(ending)"
    }
}

extension Preprocessing {
    /// Whether the targets of these files and runs are read from where training read them.
    func readsOwnTargets(_ files: [String: String], runs: [String]?) -> Bool {
        func paths(_ files: [String: String], _ runs: [String]?) -> Set<String>? {
            (try? targetPaths(of: files, runs: runs)).map {
                Set($0.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path })
            }
        }
        guard let new = paths(files, runs), let old = paths([:], configuration.runs) else { return false }
        return new.isSubset(of: old)
    }
}
