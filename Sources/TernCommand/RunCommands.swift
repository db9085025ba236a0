import ArgumentParser
import Foundation
import Tern
import TernExperiment
import TernText

/// Which files stand in for an experiment's.
struct RunFiles: ParsableArguments {
    @Option(
        name: .customLong("file"),
        help: ArgumentHelp("A file in the place of one of the experiment's, by its name there.", valueName: "name=path")
    )
    var files: [String] = []

    @Option(
        help: ArgumentHelp(
            "What {run} in the experiment's files stands for, with commas between.", valueName: "run,..."))
    var runs: String?

    /// - Parameter path: one file in the place of all.
    func paths(of run: Run, _ path: String?) throws -> [String: String] {
        var paths = path.map { path in run.experiment.data.files.mapValues { _ in path } } ?? [:]
        for file in files {
            let parts = file.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw UsageError("--file \(file): give a name and a path, as in --file fields=new.nc")
            }
            paths[parts[0]] = parts[1]
        }
        return paths
    }

    /// The paths that were given.
    func given(_ path: String?) -> [String] {
        (path.map { [$0] } ?? []) + files.compactMap { $0.split(separator: "=", maxSplits: 1).last.map(String.init) }
    }

    var names: [String]? { runs.map { listed($0) } }

    /// - Throws: ``UsageError`` where files of a run are given with the file of a model.
    func refuse(for path: String) throws {
        guard files.isEmpty, runs == nil else {
            throw UsageError("--file and --runs are for runs of `tern train`; \(path) is a file")
        }
    }
}

/// Scores a run on files.
struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Score a run of `tern train` on its test part or on other files, or a model of `tern fit` on a table.",
        discussion: """
            A model of `tern fit` is scored on a CSV table that holds its target, beside the linear model and the naive one of \
            its own training.

              tern evaluate co2.safetensors later.csv

            Of a run of `tern train`:
            Without a file, prints the scores of the run's test part. With one, which must hold inputs and targets on the \
            same grid, predicts and scores it, beside the run's linear baseline and climatology. Examples that lack \
            an input are left out; how many, and values far beyond those of training, go to standard error.

              tern evaluate runs/sst-precipitation
              tern evaluate runs/sst-precipitation observed.nc
            """)

    @Argument(
        help: ArgumentHelp("The run's folder, or the file of a model.", valueName: "run"),
        completion: .file(extensions: ["safetensors"]))
    var folder: String

    @Argument(
        help: "A NetCDF file or Zarr store of the experiment's form; for a model a CSV file.",
        completion: .file(extensions: ["nc", "zarr", "csv"]))
    var data: String?

    @OptionGroup var files: RunFiles

    @OptionGroup(title: "Form of a table") var form: CSVArguments

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var process: ProcessArguments

    func run() throws {
        if FilePath.isFolder(folder) == false { return try evaluateTable() }
        if FilePath.isFolder(folder) == true {
            try form.refuse("\(folder) is a run of `tern train`, which reads fields")
        }
        if try process.runsInChild(files.given(data)) { return }
        let run = try Run(contentsOf: folder), paths = try files.paths(of: run, data)
        let scores = paths.isEmpty && files.runs == nil ? run.scores : try run.evaluate(on: paths, runs: files.names)
        for warning in scores.warnings { tell("warning: \(folder): \(warning)") }
        guard json else { return print(scores.text) }
        try printJSON(scores)
    }

    private func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        printData(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
    }

    private func evaluateTable() throws {
        try files.refuse(for: folder)
        let model = try TableModel(contentsOf: folder)
        guard let data else {
            throw UsageError("give the CSV file to score the model on: tern evaluate \(folder) FILE.csv")
        }
        let found = try model.evaluate(csv: data, options: form.options())
        for warning in found.warnings { tell("warning: \(data): \(warning)") }
        for note in found.notes { tell(note) }
        if let hash = model.notes[Fit.hashNote], !hash.isEmpty, hash == contentHash(ofFile: data) {
            tell(
                "this is the very file that the model was fitted with, most of whose rows it was trained on: its scores are no test of it"
            )
        }
        if json { return try printJSON(found.scores) }
        print("\(model.targets.joined(separator: ", ")) of \(data): \(found.scoredCount) rows")
        for target in model.targets {
            print("\(model.targets.count > 1 ? "\n\(target)\n" : "")\n" + TargetScores.text(found.scores, of: target))
        }
        for line in try TargetScores.confusion(
            classes: model.classes, found.pairs.first, of: "these rows", besideWeights: found.weights != nil)
        { print(line) }
        if !found.verdicts.isEmpty { print("") }
        for verdict in found.verdicts { print(verdict) }
    }
}

/// Makes a run's report again.
struct MakeReport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Make report.html of a run or a cross-validation of `tern train` again.",
        discussion: """
            Training writes the report last; where gnuplot was missing or failed, or the disk was full, the run is whole \
            without it. For a run the experiment's data are read again, where they were read for training.

              tern report runs/sst-precipitation
            """)

    @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"), completion: .directory)
    var folder: String

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    func run() throws {
        let bar = SectionProgress("Figures", isQuiet: quiet)
        if let validation = try CrossValidation(contentsOf: folder) {
            try validation.writeReport(in: folder) { bar.update($0) }
        } else {
            try Run(contentsOf: folder).writeReport { bar.update($0) }
        }
        bar.finish()
        if !quiet { print("\(Run.reportPath(in: folder)) written") }
    }
}

/// Sets runs side by side.
struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare runs of `tern train`: their scores, and in what they differ.",
        discussion: """
            The best of each score is marked with a star, where the runs were asked the same: one target, prepared alike, as far \
            ahead, at the same times of the same groups. Then the gain of each over the first is given with its 95 % \
            interval, of the same draws of blocks of times for both. Else the scores are shown without stars, and what differs is said. \
            Cross-validations (tern train --folds) are compared with the linear baseline of the first, group by group.

              tern compare runs/sst-precipitation runs/wide
            """)

    @Argument(help: "The runs' folders, two or more.", completion: .directory)
    var runs: [String]

    func validate() throws {
        if runs.count < 2 { throw ValidationError("give two runs or more") }
    }

    func run() throws {
        let validations = try runs.compactMap { name in try CrossValidation(contentsOf: name).map { (name, $0) } }
        if validations.count == runs.count { return try compare(validations) }
        if let one = validations.first {
            throw UsageError("\(one.0) is a cross-validation, others are runs; compare like with like")
        }
        let opened = try runs.map { (name: $0, run: try Run(contentsOf: $0)) }
        for target in opened.flatMap(\.run.scores.targets).distinct {
            try compare(opened.filter { $0.run.scores.targets.contains(target) }, target)
        }
        for (name, run) in opened where run.scores.count == 0 {
            print("\(name) has no test part, and so no test scores.\n")
        }
        let differences = try Experiment.differences(opened.map(\.run.experiment))
        if differences.isEmpty { return print("Their configurations are the same.") }
        print(textTable([["key"] + opened.map(\.name)] + differences.map { [$0.key] + $0.values }))
    }

    /// Scores of the runs that have the target, with stars where these mean something.
    private func compare(_ opened: [(name: String, run: Run)], _ target: String) throws {
        let differences = TestTask.differences(opened.compactMap { $0.run.task(of: target) })
        let rows = opened.compactMap { name, run in
            run.scores.rows.first { $0.model == ScoreTable.network && $0.target == target }.map { (name, $0.scores) }
        }
        let shown = Score.allCases.filter { score in rows.contains { $0.1[score] != nil } }
        let best = shown.map { score -> Double? in
            guard differences.isEmpty, rows.count > 1 else { return nil }
            let values = rows.compactMap { $0.1[score] }
            return score == .bias
                ? values.min { abs($0) < abs($1) } : score.isBetterWhenLarger ? values.max() : values.min()
        }
        print("\(target)\n")
        print(
            textTable(
                [["run"] + shown.map(\.title)]
                    + rows.map { name, scores in
                        [name]
                            + zip(shown, best).map { score, best in
                                scores[score].map { short($0) + ($0 == best ? " *" : "") } ?? "-"
                            }
                    }))
        print("")
        if opened.count == 1, runs.count > 1 { print("No other run has test scores of \(target).\n") }
        explain(differences, opened.map(\.name), "No best is marked")
        guard differences.isEmpty, let first = opened.first else { return }
        for (name, run) in opened.dropFirst() {
            guard let gain = try PairedGain(of: run, over: first.run, target: target),
                gain.complaint != nil || !gain.gains.isEmpty
            else { continue }
            print(gain.complaint ?? "\(name) is \(gain.text) than \(first.name): \(gain.draws), drawn anew for both")
        }
        if opened.count > 1 { print("") }
    }

    private func explain(_ differences: [(what: String, values: [String])], _ names: [String], _ consequence: String) {
        guard !differences.isEmpty else { return }
        print("\(consequence), since these were not asked the same:\n")
        print(textTable([[""] + names] + differences.map { [$0.what] + $0.values }) + "\n")
    }

    private func compare(_ validations: [(name: String, found: CrossValidation)]) throws {
        let first = validations[0], scores = CrossValidation.scores
        for target in validations.flatMap(\.found.targets).distinct {
            let own = validations.filter { $0.found.targets.contains(target) }
            let differences = try TestTask.differences(
                CrossValidation.tasks(own.map(\.found), in: own.map(\.name), of: target))
            print("\(target)\n")
            let rows = own.flatMap { name, found in
                found.models.enumerated().map { k, model in
                    ["\(name), \(model)"]
                        + scores.flatMap { score -> [String] in
                            let mean = short(found.summary(score, of: target)[k].mean)
                            guard differences.isEmpty, (name, model) != (first.name, ScoreTable.baseline),
                                let gain = found.gain(score, of: target, by: model, over: first.found)
                            else { return [mean, "-", "-", "-"] }
                            return [
                                mean, short(gain.mean),
                                gain.interval.map { "\(short($0.lowerBound)) to \(short($0.upperBound))" } ?? "-",
                                "\(gain.wins) of \(gain.count)",
                            ]
                        }
                }
            }
            print(
                textTable(
                    [[""] + scores.flatMap { ["\($0.title), mean", "gain", "95 % interval", "better in"] }] + rows))
            print("")
            explain(differences, own.map(\.name), "No gains are given")
            if differences.isEmpty {
                print("Gains are over the ridge regression of \(first.name), over the groups that both have.\n")
            }
        }
    }
}

extension CrossValidation {
    /// Means over groups with their standard errors, and the gain over the baseline.
    var text: String {
        targets.map { target in
            let head = Self.scores.flatMap { ["\($0.title), mean", "±", "all together"] }
            let rows = models.indices.map { k in
                [models[k]]
                    + Self.scores.flatMap { score -> [String] in
                        let own = summary(score, of: target)[k]
                        return [short(own.mean), short(own.standardError), short(own.pooled)]
                    }
            }
            let gains = Self.scores.compactMap { score in
                gain(score, of: target).map { "\(score.title): \($0.text(over: ScoreTable.baseline))" }
            }
            return "\(target), \(count) examples of \(unitCount) values of \(unitName) in \(folds) folds\n\n"
                + textTable([[""] + head] + rows)
                + "\n\n" + (gains + [note(of: target)].compactMap { $0 }).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }
}
