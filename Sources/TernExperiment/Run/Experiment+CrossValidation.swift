import Foundation
import Tern

extension Experiment {
    /// Trains and tests the experiment once for each fold, and writes runs, scores and a report into a folder.
    ///
    /// With `split.by: group`, groups are dealt into folds in an order drawn with the seed; with `period`, folds are
    /// spans of time one after the other. The configuration must leave open which parts are which.
    ///
    /// - Parameters:
    ///   - folder: must not exist; what it holds appears when all folds are done.
    ///   - numbering: where the folder exists, the first of FOLDER-2, FOLDER-3, ... that does not is taken.
    ///   - checkpoints: how often it is kept where training stands.
    ///   - stage: is told what begins in which fold, from 1.
    ///   - note: as of ``run(into:numbering:checkpoints:callbacks:stage:note:warn:)``, like `warn`.
    /// - Returns: the scores, and the folder.
    /// - Throws: as ``RunInProgress/finish(callbacks:stage:note:warn:)``.
    @discardableResult
    public func crossValidate(
        folds: Int, into folder: String, numbering: Bool = false,
        checkpoints: BackupAndRestore.Frequency = .automatic, callbacks: @escaping () -> [any Callback] = { [] },
        stage: @escaping (_ fold: Int, RunStage) -> Void = { _, _ in }, note: ((String) -> Void)? = nil,
        warn: ((String) -> Void)? = nil
    ) throws -> (result: CrossValidation, folder: String) {
        let begun = try RunInProgress(
            self, folds: folds, into: folder, numbering: numbering, checkpoints: checkpoints)
        let found = try begun.finish(callbacks: callbacks, stage: { stage($0 ?? 1, $1) }, note: note, warn: warn)
        guard case .folds(let result, let folder) = found else { fatalError("a cross-validation ended as a run") }
        return (result, folder)
    }

    /// Trains and tests all folds, and writes all but the report.
    func validate(_ folds: Int, _ work: RunWork) throws -> CrossValidation {
        var result = CrossValidation(name: name, unitName: split.by == .group ? split.group! : "fold", folds: folds)
        try data.makeAbsentFiles { _, name in work.stage(1, .making(name)) }
        let data = data.needingTimes(for: split)
        let runs = try Preprocessing.read(
            data, from: FileSource(configuration: data, folder: "."), isStreamed: data.isStreamed)
        let splits = try Split.folds(
            folds, of: split, try Candidates(runs, data, group: split.groupName(in: data)), seed: seed)
        var results: [FoldResults] = []
        for (index, split) in splits.enumerated() {
            var experiment = self
            experiment.split = split
            experiment.output.figures = false
            let found = try experiment.results(work.inFold(index + 1))
            if results.isEmpty { results = found.truth.map { FoldResults(target: $0.name) } }
            for evidence in found.scores.evidence ?? [] { result.departures?[evidence.target] = evidence.departure }
            for k in results.indices { results[k].add(found, k, fold: index + 1, isByGroup: split.by == .group) }
        }
        for found in results { try result.add(found) }
        try Run.write(result, to: Run.path(work.folder, CrossValidation.file), isForPeople: true)
        try writeAtomically(Data(yaml().utf8), to: Run.path(work.folder, Run.configuration))
        try result.table.write(csv: Run.path(work.folder, "scores.csv"))
        return result
    }
}

extension CrossValidation {
    /// Makes `report.html` and its figures, in the folder of the cross-validation.
    ///
    /// - Throws: `ReportError` where a figure cannot be drawn.
    public func writeReport(in folder: String, progress: ((Double) -> Void)? = nil) throws {
        try Run.refuseLinks(in: folder)
        try report(of: Experiment(contentsOf: Run.path(folder, Run.configuration))).write(
            to: Run.path(folder, Run.report), progress: progress)
    }
}

extension CrossValidation {
    fileprivate mutating func add(_ found: FoldResults) throws {
        for i in found.units.indices {
            rows.append(
                Row(
                    target: found.target, unit: found.units[i], fold: found.folds[i], count: found.truth[i].shape[0],
                    scores: try Dictionary(uniqueKeysWithValues: models.map { ($0, try found.scores($0, i..<i + 1)) })))
        }
        pooled[found.target] = try Dictionary(
            uniqueKeysWithValues: models.map {
                ($0, try found.scores($0, found.units.indices))
            })
    }

    /// A row for each target and group.
    var table: Table {
        // No two columns have one name: folds of time are units themselves.
        let unit = ["target", "examples"].contains(unitName) ? "group \(unitName)" : unitName
        var columns: [Table.Column] = [.init("target", rows.map(\.target)), .init(unit, rows.map(\.unit))]
        if unit != "fold" { columns.append(.init("fold", rows.map { Double($0.fold) })) }
        columns.append(.init("examples", rows.map { Double($0.count) }))
        for model in models {
            for score in Self.scores {
                columns.append(
                    .init("\(model) \(score.rawValue)", rows.map { $0.scores[model]?[score] ?? .nan }))
            }
        }
        return Table(columns: columns)
    }

    func report(of experiment: Experiment) throws -> Report {
        var names: [String] = []
        let unitName = unitName.literal
        let sections = targets.map { target in
            names.append(ReportSection.name("folds", about: target, besides: names))
            var section = ReportSection(
                names.last!, title: targets.count == 1 ? "Results" : "Results: \(target.literal)")
            section.add(
                .text(
                    "\(count.grouped) examples of \(unitCount) values of \(unitName) in \(folds) folds; each was predicted by a network that had seen none of it."
                ))
            section.add(
                .table(
                    "summary",
                    ReportTable(
                        ["model"] + Self.scores.flatMap { ["\($0.title), mean", "standard error", "all together"] },
                        rows: models.indices.map { k in
                            [.text(models[k])]
                                + Self.scores.flatMap { score -> [ReportTable.Cell] in
                                    let own = summary(score, of: target)[k]
                                    return [own.mean, own.standardError, own.pooled].map {
                                        $0.isFinite ? .number($0) : .missing
                                    }
                                }
                        }),
                    caption: "Means over \(unitName) with their standard errors, and scores of all examples together."))
            if let note = note(of: target) { section.add(.text(note.sentence.literal)) }
            for score in Self.scores {
                guard let gain = gain(score, of: target) else { continue }
                section.add(.text("\(score.title): \(gain.text(over: ScoreTable.baseline))"))
                section.number(
                    "\(score.rawValue)_gain",
                    [gain.mean] + (gain.interval.map { [$0.lowerBound, $0.upperBound] } ?? []))
            }
            section.add(
                .figure(
                    "groups", figure(target),
                    caption: "Correlation by \(unitName): above the diagonal the network is better.",
                    description:
                        "A point for each \(unitName), the ridge regression's correlation against the network's."))
            section.add(
                .table(
                    "by-group",
                    ReportTable(
                        [unitName, "fold", "examples"]
                            + models.flatMap { model in Self.scores.map { "\(model), \($0.title)" } },
                        rows: rows.filter { $0.target == target }.map { row in
                            [.text(row.unit.literal), .number(Double(row.fold)), .number(Double(row.count))]
                                + models.flatMap { model in
                                    Self.scores.map { row.scores[model]?[$0].map { .number($0) } ?? .missing }
                                }
                        }), caption: "Scores by \(unitName)."))
            return section
        }
        var configuration = ReportSection("configuration", title: "Configuration")
        configuration.add(.details("All of it, for every fold", [.code(try experiment.yaml(), language: "yaml")]))
        return Report(
            title: "\(name.literal): \(folds) folds", lead: experiment.description,
            sections: sections + [configuration],
            colophon: TernVersion.colophon(), isForgiving: true)
    }

    private func figure(_ target: String) -> Figure {
        let pairs = rows.filter { $0.target == target }.compactMap { row in
            row.scores[ScoreTable.baseline]?[.r].flatMap { x in row.scores[ScoreTable.network]?[.r].map { (x, $0) } }
        }
        let all = pairs.flatMap { [$0.0, $0.1] }, ends = [all.min() ?? 0, all.max() ?? 1]
        return Figure(
            Panel(
                x: Axis("r of \(ScoreTable.baseline)"), y: Axis("r of the network"), aspect: 1,
                Scatter(x: pairs.map(\.0), y: pairs.map(\.1), size: 6),
                Line(x: ends, y: ends, color: Style.light.muted, style: .dashed)), size: Size(width: 460, height: 430))
    }
}

extension CrossValidation.Gain {
    /// "the network is better than OTHER by 0.0090 (95 % interval of the gain 0.0020 to 0.0160), better in 21 of 29.";
    /// of few groups "(5 are too few for an interval)".
    public func text(over other: String) -> String {
        func number(_ value: Double) -> String { String(format: "%.4f", value) }
        let interval =
            interval.map {
                "95 % interval of the gain \(number($0.lowerBound)) to \(number($0.upperBound))"
            } ?? "\(count) are too few for an interval"
        return
            "the network is \(mean >= 0 ? "better" : "worse") than \(other) by \(number(abs(mean))) (\(interval)), better in \(wins) of \(count)."
    }
}
