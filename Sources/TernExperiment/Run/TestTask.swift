import Foundation
import Tern
import TernText

/// What a run was asked of one target: which values it had to foretell, how far ahead, and at which times of which
/// groups. Scores stand beside each other only where this is the same.
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
/// let first = try experiment.run(into: "runs/first").task(of: "precipitation")!
/// let second = try experiment.run(into: "runs/second").task(of: "precipitation")!
/// print(TestTask.differences([first, second]).isEmpty)  // true
/// ```
public struct TestTask: Sendable, Equatable {
    var target: String
    var units: String?
    /// What was left out of the target; nil where nothing was.
    var departure: String?
    /// Steps from the inputs to the target.
    var lead: Int
    /// The times and groups of the test part; nil in runs that do not say.
    var test: [RunParts.Series]?
    var groupName: String?
    /// How many examples were tested on.
    var count: Int
    /// Of the truth; nil in runs that do not say, and over several parts.
    var mean: Double?, deviation: Double?

    /// In what tasks differ, with the words of each; empty where all are the same.
    ///
    /// Truths that are the same numbers have the same mean and deviation, to the rounding that scaling leaves.
    public static func differences(_ tasks: [TestTask]) -> [(what: String, values: [String])] {
        guard let first = tasks.first else { return [] }
        var found: [(what: String, values: [String])] = []
        func compare(_ what: String, _ text: (TestTask) -> String, _ areEqual: (TestTask) -> Bool) {
            if !tasks.allSatisfy(areEqual) { found.append((what, tasks.map(text))) }
        }
        compare("units", { $0.units ?? "-" }) { $0.units.map { UnitName($0) } == first.units.map { UnitName($0) } }
        compare("values", { $0.departure.map { "departures from \($0)" } ?? "as they are" }) {
            $0.departure == first.departure
        }
        compare("lead", { "\($0.lead)" }) { $0.lead == first.lead }
        compare("test examples", { "\($0.count)" }) { $0.count == first.count }
        compare("test part", \.testText) { $0.test != nil && $0.test == first.test }
        if found.isEmpty {
            compare("mean of the truth", { $0.mean.map(short) ?? "-" }) { $0.isLike(first) }
            compare("its deviation", { $0.deviation.map(short) ?? "-" }) { $0.isLike(first) }
        }
        return found
    }

    private func isLike(_ other: TestTask) -> Bool {
        Evidence.areAlike((mean, deviation), (other.mean, other.deviation))
    }

    /// Such as "1985-01-15 to 1999-12-15", "model 5, 1950 to 1989", "4 of model, 1950 to 2014".
    private var testText: String {
        guard let test else { return "not told by an older run" }
        guard let first = test.first else { return "none" }
        let names = test.map { $0.group.isEmpty ? $0.run : $0.group }.filter { !$0.isEmpty }.distinct
        let what =
            names.isEmpty
            ? []
            : names.count <= 3
                ? ["\(groupName ?? "run") \(names.joined(separator: ", "))"]
                : ["\(names.count) of \(groupName ?? "run")"]
        let spans = test.map { "\($0.first) to \($0.last)" }.distinct
        return (what + [spans.count == 1 ? spans[0] : "\(spans.count) spans, \(first.first) ... \(test.last!.last)"])
            .joined(separator: ", ")
    }
}

extension Run {
    /// What the run was asked of a target; nil where it is none of its targets.
    public func task(of target: String) -> TestTask? {
        guard let fitted = preprocessing.targets.first(where: { $0.channelNames.contains(target) }) else { return nil }
        let evidence = scores.evidence(of: target)
        return TestTask(
            target: target, units: fitted.attributes["units"], departure: fitted.departure,
            lead: experiment.data.window.lead,
            test: parts?.test, groupName: preprocessing.groupName, count: scores.count, mean: evidence?.mean,
            deviation: evidence?.deviation)
    }
}

extension CrossValidation {
    /// What the folds of cross-validations were asked of a target that all have, in the groups that all tested.
    ///
    /// - Parameter folders: those of the cross-validations, in the same order.
    /// - Throws: `DataError` where the experiment of a folder or the run of a fold cannot be read.
    public static func tasks(_ validations: [CrossValidation], in folders: [String], of target: String) throws
        -> [TestTask]
    {
        func units(_ validation: CrossValidation) -> [String] {
            validation.rows.filter { $0.target == target }.map(\.unit)
        }
        guard let first = validations.first else { return [] }
        let shared = validations.dropFirst().reduce(Set(units(first))) { $0.intersection(units($1)) }
        return try zip(validations, folders).map { validation, folder in
            let experiment = try Experiment(contentsOf: Run.path(folder, Run.configuration)),
                isByGroup = experiment.split.by == .group
            // Folds of time have numbers alone, which say nothing: all of them count.
            let rows = validation.rows.filter { $0.target == target && (!isByGroup || shared.contains($0.unit)) }
            let runs = try Set(validation.rows.map(\.fold)).sorted().map {
                try Fold(in: Run.path(folder, "\(Run.foldFolder)\($0)"))
            }
            let fitted = runs.first?.preprocessing?.targets.first { $0.channelNames.contains(target) }
            let series = runs.compactMap(\.parts).flatMap(\.test).filter { !isByGroup || shared.contains($0.group) }
            return TestTask(
                target: target, units: fitted?.attributes["units"], departure: fitted?.departure,
                lead: experiment.data.window.lead,
                test: runs.allSatisfy { $0.parts != nil }
                    ? series.sorted { ($0.run, $0.group, $0.first) < ($1.run, $1.group, $1.first) } : nil,
                groupName: isByGroup ? validation.unitName : nil, count: rows.reduce(0) { $0 + $1.count })
        }
    }

    /// What tells the task of a fold's run.
    private struct Fold {
        var preprocessing: Preprocessing?, parts: RunParts?

        init(in folder: String) throws {
            preprocessing = try Run.read(from: Run.path(folder, Run.preprocessingFile))
            parts = try Run.read(from: Run.path(folder, RunParts.file))
        }
    }
}
