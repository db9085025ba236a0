import ArgumentParser
import Foundation
import Tern

extension DataError: CommandFailure {}
extension TrainingError: CommandFailure {}

extension TableExamples.Gaps: ExpressibleByArgument {}
extension TableSplit.Order: ExpressibleByArgument {}

/// Trains a network on a table.
struct Fit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a network on a CSV table.",
        discussion: """
            Takes one numeric column as the target and the other numeric columns as features, holds out a part of \
            the rows to test on, scales both, trains a multi-layer perceptron with early stopping, and compares it \
            with a linear regression on the same split. Writes one model file. What was found of the file's form, and \
            which columns and rows were left out, is printed.

              tern fit examples/mauna_loa_co2.csv --target co2
              tern fit stations.csv --target t2m --features lat,lon,height --hidden 100,100 --missing drop
              tern fit stations.csv --target t2m --group station

            With --split last the test rows are the latest, by a column of dates or those of year, month and day where the \
            table has them, else the last in the file. It is the honest choice for a series in time: neighbouring rows are \
            nearly copies of each other. With --group, rows of one station, model or site are tested on together, so \
            that none is known from training. Where rows drawn at random look unfair, or a feature gives the target \
            away, a warning says so.

            A file that exists is replaced only where it is a model that `tern fit` wrote.
            """)

    @Argument(help: "The CSV file: a header line, then rows.", completion: .file(extensions: ["csv", "txt"]))
    var data: String

    @Option(help: "The column to predict.")
    var target: String

    @Option(
        help:
            "Columns to predict from, separated by commas (default: all other numeric columns). Dates become years with a fraction."
    )
    var features: String?

    @Option(help: "Columns to leave out, separated by commas.")
    var exclude: String?

    @Option(name: .shortAndLong, help: "The model file to write (default: the data's name with .safetensors).")
    var output: String?

    @Option(help: "Share of the rows to test on.")
    var testFraction: Double = 0.2

    @Option(help: "Which rows to test on: random ones, or the latest (last) ones.")
    var split: TableSplit.Order = .random

    @Option(
        help: ArgumentHelp(
            "The column whose rows of one value stay together, all to train or all to test on.", valueName: "column"))
    var group: String?

    @Option(help: "Seed of the split, the weights and the batches.")
    var seed: UInt32 = 0

    @Option(help: "Units of the hidden layers, separated by commas.")
    var hidden: String = "64,64"

    @Option(help: "Function of the hidden units: identity, logistic, tanh or relu.")
    var activation: String = "relu"

    @Option(help: "Passes over the training rows at most.")
    var epochs: Int = 500

    @Option(help: "Rows in a batch (default: 200, or all if there are fewer).")
    var batchSize: Int?

    @Option(help: "Adam's learning rate.")
    var learningRate: Double = 0.001

    @Option(help: "Strength of the L2 penalty on the weights.")
    var alpha: Double = 0.0001

    @Flag(inversion: .prefixedNo, help: "Hold out a tenth of the training rows and stop when their score stalls.")
    var earlyStopping = true

    @Option(
        help:
            "Rows that lack a feature: error, drop, or mean (fill with the training mean). Those without a target are left out."
    )
    var missing: TableExamples.Gaps = .error

    @OptionGroup var form: CSVArguments

    @Option(help: "float32 or float64.")
    var precision: Precision = .float32

    @Flag(name: .shortAndLong, help: "Print nothing but errors and warnings.")
    var quiet = false

    enum Precision: String, ExpressibleByArgument, CaseIterable { case float32, float64 }

    func validate() throws {
        if !(testFraction > 0 && testFraction < 1) {
            throw ValidationError("--test-fraction is \(testFraction); it must be between 0 and 1.")
        }
        if split == .last, group != nil {
            throw ValidationError(
                "--split last and --group cannot both be had: the latest rows of all groups, or all rows of some; leave one out."
            )
        }
        _ = try hiddenSizes()
        try check("--epochs", epochs, in: 1...1_000_000_000)
        try check("--batch-size", batchSize, in: 1...1_000_000_000)
        try check("--learning-rate", learningRate, above: 0)
        try check("--alpha", alpha, from: 0)
        if MLPRegressor.Activation(rawValue: activation) == nil {
            throw ValidationError("--activation is \(activation); it must be identity, logistic, tanh or relu.")
        }
    }

    func run() throws {
        let path = output ?? URL(fileURLWithPath: data).deletingPathExtension().lastPathComponent + ".safetensors"
        try checkWritable(path)
        try refuseReplacing(path, by: [data])
        try OutputKind.tableModel.check(path)
        let examples = try read()
        let model = try train(examples)
        try model.write(to: path)
        if !quiet { print("\nmodel written to \(path)") }
    }

    private func hiddenSizes() throws -> [Int] {
        if hidden == "none" { return [] }
        return try hidden.split(separator: ",").map {
            guard let size = Int($0.trimmingCharacters(in: .whitespaces)), size > 0 else {
                throw ValidationError("--hidden is \(hidden); give units like 64,64, or none for a linear model.")
            }
            try check("--hidden", size, in: 1...1_000_000_000)
            return size
        }
    }

    // MARK: Data

    private func read() throws -> TableExamples {
        let table = try Table(csv: data, options: form.options())
        let examples = try TableExamples(
            table, target: target, features: features.map { try columnNames($0, in: table) },
            excluding: exclude.map { try columnNames($0, in: table) } ?? [],
            keeping: group.map { [$0] } ?? [], gaps: missing)
        if !quiet { for note in examples.notes { print(note) } }
        for warning in examples.warnings { tell("warning: \(data): \(warning)") }
        return examples
    }

    // MARK: Training

    private func train(_ examples: TableExamples) throws -> TableModel {
        let parts = try TableSplit(split, testSize: .fraction(testFraction), group: group, seed: seed).parts(
            of: examples)
        if !quiet { for note in parts.notes { print(note) } }
        for warning in parts.warnings { tell("warning: \(data): \(warning)") }
        var network = MLPRegressor(
            hiddenLayerSizes: try hiddenSizes(), activation: .init(rawValue: activation)!, alpha: alpha,
            batchSize: batchSize,
            learningRateInit: learningRate, maxIter: epochs, randomState: seed, earlyStopping: earlyStopping,
            nIterNoChange: 20)
        let progress = ProgressLine(total: epochs, quiet: quiet)
        network.onEpoch = { epoch in
            let score = epoch.validationScore.map { "  validation R2 \(short($0))" } ?? ""
            progress.update(Double(epoch.number), "loss \(short(epoch.loss))\(score)")
        }
        let training = try TableTraining(
            examples, parts, network: network, dtype: precision == .float32 ? .float32 : .float64)
        var model = training.model
        progress.finish(
            "\(model.network.nIter) epochs, \(model.network.didConverge ? "stopped when progress stalled" : "all that were asked for")"
        )
        model.network.onEpoch = nil
        model.missingValues = Set(form.missing)
        func text(_ r2: Double?) -> String { r2.map(short) ?? "-" }
        let tested = training.networkScores.test
        model.notes = [
            "data": URL(fileURLWithPath: data).lastPathComponent, "rows": "\(examples.table.rowCount)",
            "split":
                "\(split.rawValue), \(parts.train.count) to train and \(parts.test.count) to test on, seed \(seed)",
            "epochs": "\(model.network.nIter)", "test RMSE": short(tested.rootMeanSquare), "test R2": text(tested.r2),
        ]
        if !quiet {
            if !examples.notes.isEmpty { print("") }
            print(
                "\(target) from \(model.features.joined(separator: ", ")): \(parts.train.count) rows to train, \(parts.test.count) to test on\n"
            )
            print(
                textTable(
                    [["", "RMSE train", "test", "MAE train", "test", "R2 train", "test"]]
                        + training.scores.map { own in
                            [
                                own.name, short(own.train.rootMeanSquare), short(own.test.rootMeanSquare),
                                short(own.train.meanAbsolute), short(own.test.meanAbsolute),
                                text(own.train.r2), text(own.test.r2),
                            ]
                        }))
        }
        return model
    }
}
