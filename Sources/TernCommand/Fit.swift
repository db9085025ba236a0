import ArgumentParser
import Foundation
import Tern
import TernExperiment
import TernFiles
import TernText

extension DataError: CommandFailure {}
extension TrainingError: CommandFailure {}

extension TableExamples.Gaps: ExpressibleByArgument {}
extension TableSplit.Order: ExpressibleByArgument {}
extension TableEstimator: ExpressibleByArgument {}

/// Trains an estimator on a table.
struct Fit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a network, or another estimator, on a CSV table.",
        discussion: """
            Takes one column (or several) as the target and the other columns as features, holds out a part of the rows to \
            test on, trains, and compares the result with a linear model and with the mean, the most frequent class or \
            persistence on the same rows. Writes one model file. What was found of the file's form, what became of columns, \
            and which columns and rows were left out, is printed.

              tern fit examples/mauna_loa_co2.csv --target co2
              tern fit stations.csv --target t2m --features lat,lon,height --estimator gp --missing drop
              tern fit stations.csv --target t2m --group station --cross-validate 5
              tern fit weather.csv --target weather --report weather
              tern fit oni.csv --target oni --lags 1,2,3 --horizon 3

            A target of words (or of True and False), or one of whole numbers with --classify, is one of classes. Columns of \
            words become columns of 0 and 1, one for each level, rare ones together; dates become the year with its fraction, \
            the season and the hour of the day as sine and cosine. --as-category and --as-number decide otherwise.

            With --split last the test rows are the latest, by a column of dates or those of year, month and day where the \
            table has them, else the last in the file. It is the honest choice for a series in time: neighbouring rows are \
            nearly copies of each other. With --group, rows of one station, model or site are tested on together, so \
            that none is known from training. Where rows drawn at random look unfair, or a feature gives the target \
            away, a warning says so.

            With --lags 1,2,7 the values of the target and of the features 1, 2 and 7 rows before are features too, in the \
            order of time, and with --group within each group. With --horizon 3 the target is that 3 rows later, and its \
            value in the row itself a feature. Then the latest rows are tested on, and no row is trained on whose target \
            lies among them.

            The file of --search names parameters as `tern inspect` prints them, each with a list of values, or with the \
            least and the greatest of a range; only `parameters` is needed. With --cross-validate each fold searches \
            anew, by its own training rows, so that no parameter is chosen with rows that it is tested on:

              method: random            # or grid, which takes all combinations
              count: 20                 # how many a random search draws
              folds: 5
              scoring: neg_root_mean_squared_error
              parameters:
                alpha: {log_uniform: [1e-5, 1]}       # or uniform, integers
                hiddenLayerSizes: [[32], [64, 64]]

            A file that exists is replaced only where it is a model that `tern fit` wrote. A fit that takes long keeps what it \
            has done in a folder beside that file. Where it is interrupted it goes on from there and ends in the same bits:

              tern fit --resume mauna_loa_co2.safetensors
            """)

    @Argument(help: "The CSV file: a header line, then rows.", completion: .file(extensions: ["csv", "txt"]))
    var table: String?

    @Option(help: ArgumentHelp("Go on with the fit that was to write this model.", valueName: "model"))
    var resume: String?

    @OptionGroup(title: "Columns") var columns: FitColumns

    @OptionGroup(title: "Rows") var rows: FitRows

    @OptionGroup(title: "Estimator") var choice: FitEstimator

    @Option(name: .shortAndLong, help: "The model file to write (default: the data's name with .safetensors).")
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Write report.html into this folder, with figures and files of its numbers.", valueName: "folder"))
    var report: String?

    @Option(
        help: ArgumentHelp(
            "Train and test on so many parts of all rows, too: scores with their spread.", valueName: "count"))
    var crossValidate: Int?

    @Option(
        help: ArgumentHelp(
            "A YAML file of parameters to choose from, by cross-validation on the training rows.", valueName: "file"))
    var search: String?

    @Option(
        help: ArgumentHelp(
            "How often a long fit keeps what it has done: 30s, 5min, 1h or 10epochs (default: as often as costs less than 1 % of the time, at most every 10 s).",
            valueName: "interval"))
    var checkpointEvery: String?

    @OptionGroup(title: "Form of the file") var form: CSVArguments

    @Flag(name: .shortAndLong, help: "Print nothing but errors and warnings.")
    var quiet = false

    /// The table's path.
    private var data: String { table! }

    func validate() throws {
        if let checkpointEvery, case .afterBatches = try CheckpointInterval.frequency(checkpointEvery) {
            throw ValidationError("--checkpoint-every \(checkpointEvery): a fit is kept after epochs, or by the clock.")
        }
        guard resume == nil else {
            let known = ["--resume", resume!, "--checkpoint-every", checkpointEvery, "-q", "--quiet"]
            let own = CommandLine.arguments.dropFirst(2).filter {
                !$0.hasPrefix("--resume=") && !$0.hasPrefix("--checkpoint-every=")
            }
            if let other = own.first(where: { !known.contains($0) }) {
                throw ValidationError(
                    "--resume goes on with the table and the options of before; leave out \(other).")
            }
            return
        }
        if table == nil { throw ValidationError("Name the table, a CSV file.") }
        if columns.target.isEmpty { throw ValidationError("Say what is to be predicted: --target COLUMN.") }
        try check("--cross-validate", crossValidate, in: 2...1_000_000)
        if rows.order(isSeries: columns.isSeries) == .last, rows.group != nil, !columns.isSeries {
            throw ValidationError(
                "--split last and --group cannot both be had: the latest rows of all groups, or all rows of some; leave one out."
            )
        }
    }

    func run() throws {
        if let resume {
            // The command's own options are those that it was begun with.
            let (begun, description) = try FitInProgress.resume(resume)
            var command = begun
            if quiet { command.quiet = true }
            if let checkpointEvery { command.checkpointEvery = checkpointEvery }
            if !quiet { tell("going on with \(resume)") }
            return try Interruption.finishing { [command] in try command.fit(description, goesOn: true) }
        }
        try checkPlaces()
        let work = try FitInProgress(arguments: Array(CommandLine.arguments.dropFirst(2)), reading: readFiles)
        try Interruption.finishing { try fit(work.encoded, goesOn: false) }
    }

    /// Where the model is written.
    var modelPath: String {
        output ?? URL(fileURLWithPath: data).deletingPathExtension().lastPathComponent + ".safetensors"
    }

    /// The table, and what else is read.
    var readFiles: [String] { [data] + [search].compactMap { $0 } }

    /// Does all the work, in steps that are kept.
    private func fit(_ description: Data, goesOn: Bool) throws {
        let way = "tern fit --resume \(ShellWord.quoted(modelPath))"
        let folder = try FitFolder(
            FitInProgress.folder(beside: modelPath), of: description, goesOn: goesOn,
            frequency: checkpointEvery.map(CheckpointInterval.frequency) ?? .automatic,
            otherwise: "go on with: \(way), or remove the folder")
        do { try folder.keeping(fit) } catch {
            guard folder.isUsed else {
                try? folder.remove()
                throw error
            }
            throw InterruptedRun(folder: folder.path, reason: error, command: way)
        }
        try folder.remove()
    }

    /// What cannot be written or read is told before anything is.
    private func checkPlaces() throws {
        if FilePath.isFolder(data) == true { throw UsageError("\(data) is a folder; name the CSV file in it") }
        let path = modelPath
        try checkWritable(path)
        try refuseReplacing(path, by: [data])
        try OutputKind.tableModel.check(path)
        if let report { try checkFolder(report) }
    }

    private func fit() throws {
        let path = modelPath
        let split = TableSplit(
            rows.order(isSeries: columns.isSeries), testSize: .fraction(rows.testFraction),
            group: columns.isSeries && rows.split != .random ? nil : rows.group, seed: choice.seed)
        let wanted = try search.map { try TableSearch(contentsOf: $0, folds: folds(5, split), seed: choice.seed) }
        if let wanted { try checkParameters(of: wanted) }
        let examples = try read()
        try choice.refuseOther(forClasses: examples.isClassified)
        let parts = try split.parts(of: examples)
        if !quiet { for note in parts.notes { print(note) } }
        for warning in parts.warnings { tell("warning: \(data): \(warning)") }
        try checkFolds(examples, split, wanted)
        let found = try wanted.map { try search($0, examples, parts, split) }
        var training = try train(examples, parts, split, found)
        let validation = try crossValidated(examples, split, wanted)
        training.model.missingValues = Set(form.missing)
        training.model.notes = notes(of: training, examples, split, found)
        // What appeared there meanwhile is another's.
        try OutputKind.tableModel.check(path)
        try training.model.write(to: path)
        if !quiet {
            try printScores(training, examples)
            if let validation {
                let words = folds(validation.splits.count, split).words(areClasses: examples.isClassified)
                print("\n" + text(of: validation, examples, words))
            }
            print("\nmodel written to \(path)")
        }
        if let report { try write(report, training, examples, validation, found) }
    }

    private func checkFolder(_ folder: String) throws {
        guard Figure.canDraw else { throw UsageError("--report needs gnuplot for its figures; install it") }
        if FilePath.isFolder(folder) == false {
            throw UsageError("--report \(folder): this is a file; name a folder")
        }
        try OutputKind.page.check(Run.reportPath(in: folder))
    }

    // MARK: Data

    private func read() throws -> TableExamples {
        let table = try Table(csv: data, options: form.options(), levels: codes)
        var choices = try columns.choices(in: table)
        choices.gaps = rows.missing
        choices.weights = rows.weights
        choices.kept = [rows.group].compactMap { $0 }
        if columns.isSeries { choices.seriesGroup = rows.group }
        let examples = try TableExamples(table, choices)
        if !quiet { for note in examples.notes { print(note) } }
        for warning in examples.warnings { tell("warning: \(data): \(warning)") }
        return examples
    }

    /// The columns whose cells are read as they are written: categories, classes and groups by choice.
    private func codes(among names: [String]) throws -> Set<String> {
        guard columns.asCategory != nil || columns.classify || rows.group != nil else { return [] }
        let choices = try columns.choices(
            in: Table(columns: names.map { Table.Column($0, [Double]()) }, source: data))
        var codes = choices.categories
        if choices.classifies { codes.formUnion(choices.targets) }
        // A group that is a feature or the like, too, is a number there.
        if let group = rows.group, group != rows.weights, !(choices.targets + (choices.features ?? [])).contains(group)
        {
            codes.insert(group)
        }
        return codes.subtracting(choices.numbers)
    }

    // MARK: Training

    /// A search for what the estimator has not is told before the table is read.
    private func checkParameters(of wanted: TableSearch) throws {
        let estimator = choice.estimator
        let models = try [false, true].filter(estimator.predicts(classes:)).map {
            try estimator.predictor(forClasses: $0)
        }
        for name in wanted.parameters.keys.sorted()
        where !models.contains(where: { (try? $0.wholeName(of: name)) != nil }) {
            _ = try models.first?.wholeName(of: name)
        }
    }

    private func search(
        _ wanted: TableSearch, _ examples: TableExamples, _ parts: TableSplit.Parts, _ split: TableSplit
    ) throws -> TableSearch.Result {
        let bar = TerminalBar(quiet: quiet)
        let found = try FitWork.part("search") {
            try wanted.fit(
                examples, parts, estimator: choice.predictor(for: examples, parts.train, isSeries: split.order == .last)
            ) { done in
                bar.draw(
                    Double(done.fitsDone) / Double(done.fits), isLast: done.fitsDone == done.fits,
                    " search \(done.fitsDone)/\(done.fits)")
            }
        }
        guard !quiet else { return found }
        let names = found.best.keys.sorted(), shown = found.results.sorted { $0.rank < $1.rank }.prefix(10)
        print(
            "\nsearch over \(found.results[0].testScores.count) folds of the training rows, by \(found.scoring)\(found.results.count > 10 ? "; the best of \(found.results.count)" : "")\n"
        )
        print(
            textTable(
                [["rank"] + names + ["mean", "deviation"]]
                    + shown.map { one in
                        ["\(one.rank)"] + names.map { one.parameters[$0]?.description ?? "" }
                            + [short(one.meanTestScore), short(one.testScoreDeviation)]
                    }))
        print("")
        return found
    }

    /// Folds that cannot be, or that cannot be searched in, are told before a long search and a training.
    private func checkFolds(_ examples: TableExamples, _ split: TableSplit, _ wanted: TableSearch?) throws {
        guard let crossValidate else { return }
        for part in try folds(crossValidate, split).splits(of: examples) {
            do {
                let rows = try examples.counting(part.train)
                _ = try wanted?.folds.splits(of: examples, among: rows)
            } catch var error as DataError {
                error.message = "the search in each fold of --cross-validate: \(error.message)"
                throw error
            }
        }
    }

    private func folds(_ count: Int, _ split: TableSplit) -> TableFolds {
        TableFolds(count, order: split.order, group: split.group, seed: choice.seed)
    }

    private func train(
        _ examples: TableExamples, _ parts: TableSplit.Parts, _ split: TableSplit, _ found: TableSearch.Result?
    ) throws -> TableTraining {
        let progress = EpochProgress(quiet: quiet, log: EpochLog(in: FitInProgress.folder(beside: modelPath)))
        let estimator =
            try found?.estimator
            ?? choice.predictor(
                for: examples, parts.train, isSeries: split.order == .last
            ) { progress.update($0, of: $1, $2, $3) }
        let training = try FitWork.part("fit") {
            try TableTraining(examples, parts, estimator: estimator, title: choice.estimator.title)
        }
        if let (count, words) = training.model.epochs { progress.finish("\(count) epochs, \(words)") }
        if !quiet { for note in training.notes { print(note) } }
        return training
    }

    private func crossValidated(_ examples: TableExamples, _ split: TableSplit, _ wanted: TableSearch?) throws
        -> TableCrossValidation?
    {
        guard let crossValidate else { return nil }
        let folds = folds(crossValidate, split), bar = TerminalBar(quiet: quiet)
        bar.draw(0, isLast: false, " fold 0/\(crossValidate)")
        return try TableCrossValidation(
            examples, folds, title: choice.estimator.title, search: wanted,
            progress: { done in
                bar.draw(
                    Double(done) / Double(crossValidate), isLast: done == crossValidate,
                    " fold \(done)/\(crossValidate)")
            }
        ) { rows in
            try choice.predictor(for: examples, rows, isSeries: split.order == .last)
        }
    }

    private func notes(
        of training: TableTraining, _ examples: TableExamples, _ split: TableSplit, _ found: TableSearch.Result?
    ) -> [String: String] {
        let parts = training.parts
        var notes = [
            "data": URL(fileURLWithPath: data).lastPathComponent, "rows": "\(examples.table.rowCount)",
            "split":
                "\(split.group.map { "whole groups of \"\($0)\"" } ?? split.order.rawValue), \(parts.train.count) to train and \(parts.test.count) to test on, seed \(choice.seed)",
        ]
        if let (epochs, _) = training.model.epochs { notes["epochs"] = "\(epochs)" }
        notes[Self.hashNote] = contentHash(ofFile: data)
        for scores in training.test where scores.model == training.model.title {
            let name = examples.targets.count > 1 ? "test \(scores.target) " : "test "
            for (metric, value) in scores.values { notes[name + metric.rawValue] = short(value) }
        }
        if let found {
            notes["search"] = found.best.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(
                separator: ", ")
        }
        return notes
    }

    /// The name of the note of a model that holds the hash of its data.
    static let hashNote = "data SHA-256"

    // MARK: Words

    private func printScores(_ training: TableTraining, _ examples: TableExamples) throws {
        let parts = training.parts, names = examples.features
        let shown = names.count <= 12 ? names.joined(separator: ", ") : "\(names.count) columns"
        if !examples.notes.isEmpty || !training.notes.isEmpty { print("") }
        print(
            "\(examples.targets.joined(separator: ", ")) from \(shown): \(parts.train.count) row\(parts.train.count == 1 ? "" : "s") to train, \(parts.test.count) to test on"
        )
        for target in examples.targets {
            print("")
            if examples.targets.count > 1 { print("\(target)\n") }
            print(TargetScores.text(training.test, train: training.train, of: target))
        }
        for line in try TargetScores.confusion(training, besideWeights: examples.weights != nil) { print(line) }
        if !training.verdicts.isEmpty { print("") }
        for verdict in training.verdicts { print(verdict) }
    }

    private func text(of validation: TableCrossValidation, _ examples: TableExamples, _ folds: String) -> String {
        let metrics = examples.isClassified ? TableMetric.ofClasses : TableMetric.ofNumbers
        let anew = validation.isSearched ? "; each fold searches anew" : ""
        return
            "cross-validation over \(validation.splits.count) folds of all \(examples.table.rowCount.grouped) rows (\(folds)), mean and standard deviation\(anew)\n"
            + examples.targets.map { target in
                (examples.targets.count > 1 ? "\n\(target)\n" : "") + "\n"
                    + textTable(
                        [[""] + metrics.flatMap { [$0.rawValue, "+-"] } + ["folds lost"]]
                            + validation.models.map { model in
                                [model]
                                    + metrics.flatMap { metric in
                                        [
                                            validation.mean(model, of: target, metric),
                                            validation.deviation(model, of: target, metric),
                                        ].map { $0.map(short) ?? "-" }
                                    }
                                    + [
                                        model == validation.models[0]
                                            ? ""
                                            : validation.wins(over: model, of: target).map {
                                                "\($0) of \(validation.splits.count)"
                                            } ?? "-"
                                    ]
                            })
            }.joined() + (validation.verdicts.isEmpty ? "" : "\n\n" + validation.verdicts.joined(separator: "\n"))
    }

    private func write(
        _ folder: String, _ training: TableTraining, _ examples: TableExamples, _ validation: TableCrossValidation?,
        _ found: TableSearch.Result?
    ) throws {
        try makeFolder(folder)
        let name = URL(fileURLWithPath: data).lastPathComponent
        let page = Run.reportPath(in: folder)
        try TableReport(
            training, examples, title: "\(examples.targets.joined(separator: ", ")) of \(name)",
            validation: validation, search: found
        ).report.write(to: page)
        if !quiet { print("report written to \(page)") }
    }
}

/// The SHA-256 of a file's bytes; nil of what is no plain file.
func contentHash(ofFile path: String) -> String? {
    let attributes = try? FileManager.default.attributesOfItem(
        atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
    guard attributes?[.type] as? FileAttributeType == .typeRegular,
        let bytes = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    else { return nil }
    return SHA256.digits(of: bytes)
}
