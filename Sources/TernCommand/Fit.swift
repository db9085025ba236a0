import ArgumentParser
import Foundation
import Tern

extension DataError: CommandFailure {}
extension TrainingError: CommandFailure {}

/// What to do with rows that lack a value.
enum MissingValues: String, ExpressibleByArgument, CaseIterable {
    case error, drop, mean
}

/// Trains a network on a table.
struct Fit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a network on a CSV table.",
        discussion: """
            Takes one numeric column as the target and the other numeric columns as features, holds out a part of \
            the rows to test on, scales both, trains a multi-layer perceptron with early stopping, and compares it \
            with a linear regression on the same split. Writes one model file.

              tern fit examples/mauna_loa_co2.csv --target co2
              tern fit stations.csv --target t2m --features lat,lon,height --hidden 100,100 --missing drop

            With --split last the test rows are the last ones, which is the honest choice for a series in time: \
            neighbouring rows are nearly copies of each other.
            """)

    @Argument(help: "The CSV file: a header line, then rows.", completion: .file(extensions: ["csv", "txt"]))
    var data: String

    @Option(help: "The column to predict.")
    var target: String

    @Option(help: "Columns to predict from, separated by commas (default: all other numeric columns).")
    var features: String?

    @Option(help: "Columns to leave out, separated by commas.")
    var exclude: String?

    @Option(name: .shortAndLong, help: "The model file to write (default: the data's name with .safetensors).")
    var output: String?

    @Option(help: "Share of the rows to test on.")
    var testFraction: Double = 0.2

    @Option(help: "Which rows to test on: random ones, or the last ones.")
    var split: Split = .random

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

    @Option(help: "Rows with missing values: error, drop, or mean (fill features with the training mean).")
    var missing: MissingValues = .error

    @Option(help: "Character between fields (default: found in the header).")
    var delimiter: String?

    @Option(help: "float32 or float64.")
    var precision: Precision = .float32

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    enum Split: String, ExpressibleByArgument, CaseIterable { case random, last }
    enum Precision: String, ExpressibleByArgument, CaseIterable { case float32, float64 }

    func validate() throws {
        if !(testFraction > 0 && testFraction < 1) {
            throw ValidationError("--test-fraction is \(testFraction); it must be between 0 and 1.")
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
        let (table, names) = try read()
        let model = try train(table, names)
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

    /// The table without unusable rows, and the names of the features.
    private func read() throws -> (Table, [String]) {
        let table = try Table(csv: data, options: CSVOptions(delimiterArgument: delimiter))
        _ = try table.numbers(of: target)
        func list(_ text: String?) -> [String] {
            text.map { $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } } ?? []
        }
        for name in list(exclude) { _ = try table.column(name) }
        var names = list(features)
        if names.isEmpty {
            names = table.columns.filter { $0.numbers != nil }.map(\.name)
                .filter { $0 != target && !list(exclude).contains($0) }
            let text = table.columns.filter { $0.numbers == nil }.map(\.name).filter { !list(exclude).contains($0) }
            for name in text { try checkMostlyText(table, name) }
            if names.isEmpty { throw DataError(file: data, "there is no numeric column beside the target to predict from") }
        }
        if names.contains(target) { throw DataError(file: data, "\"\(target)\" is the target and cannot be a feature too") }
        for name in names { _ = try table.numbers(of: name) }
        return (try withoutGaps(table, names), names)
    }

    /// A column of dates is passed over; a stray word among numbers is a mistake to be told.
    private func checkMostlyText(_ table: Table, _ name: String) throws {
        guard case .text(let texts, _, _) = try table.column(name).values else { return }
        let numeric = texts.count { $0.isEmpty || Double($0) != nil }
        if numeric * 2 > texts.count {
            do { _ = try table.numbers(of: name) } catch let error as DataError {
                throw DataError(file: error.file, line: error.line, error.message + "; mend it, or leave the column out with --exclude \(name)")
            }
        }
    }

    private func withoutGaps(_ table: Table, _ names: [String]) throws -> Table {
        let columns = try (names + [target]).map { (name: $0, numbers: try table.numbers(of: $0)) }
        for column in columns {
            let gaps = column.numbers.count { $0.isNaN }
            if gaps == column.numbers.count { throw DataError(file: data, "\(table.place(of: column.name)) has no values at all; leave it out") }
            if gaps > 0 && missing == .error {
                let line = table.line(ofRow: column.numbers.firstIndex { $0.isNaN }!)
                throw DataError(
                    file: data, line: line,
                    "\(table.place(of: column.name)): a value is missing (\(gaps) in all); choose --missing drop or --missing mean")
            }
            if let row = column.numbers.firstIndex(where: { $0.isInfinite }) {
                throw DataError(file: data, line: table.line(ofRow: row), "\(table.place(of: column.name)): an infinite value cannot be used")
            }
        }
        // The target is never filled.
        let rows = (0..<table.rowCount).filter { row in
            missing == .drop ? columns.allSatisfy { !$0.numbers[row].isNaN } : !columns.last!.numbers[row].isNaN
        }
        if rows.count < 2 {
            throw DataError(file: data, "\(rows.count) usable row\(rows.count == 1 ? "" : "s"): at least 2 are needed, to train and to test")
        }
        for column in columns {
            let values = rows.map { column.numbers[$0] }.filter { !$0.isNaN }
            if values.allSatisfy({ $0 == values[0] }) {
                throw DataError(
                    file: data, line: table.line(ofRow: rows[0]),
                    "\(table.place(of: column.name)) is constant (\(short(values.first ?? .nan)) in all rows)"
                        + (column.name == target ? "; there is nothing to predict" : "; leave it out with --exclude \(column.name)"))
            }
        }
        return Table(columns: columns.map { column in
            Table.Column(name: column.name, values: .numbers(rows.map { column.numbers[$0] }))
        }, source: data)
    }

    // MARK: Training

    private func train(_ table: Table, _ names: [String]) throws -> TableModel {
        let count = table.rowCount
        var random = RandomState(seed: seed)
        let parts = try split == .random
            ? trainTestSplit(count: count, testSize: .fraction(testFraction), using: &random)
            : trainTestSplit(count: count, testSize: .fraction(testFraction))
        var features = try table.matrix(of: names)
        let targets = Tensor(try table.numbers(of: target))
        var fill: [Double] = []
        if missing == .mean { (features, fill) = try filled(features, names, trainingRows: parts.train) }

        // Too few rows to hold any out: train to the end.
        let stops = earlyStopping && parts.train.count >= 20
        var network = MLPRegressor(
            hiddenLayerSizes: try hiddenSizes(), activation: .init(rawValue: activation)!, alpha: alpha,
            batchSize: batchSize, learningRateInit: learningRate, maxIter: epochs, randomState: seed,
            earlyStopping: stops, nIterNoChange: 20)
        let progress = Progress(total: epochs, quiet: quiet)
        network.onEpoch = { epoch in
            let score = epoch.validationScore.map { "  validation R2 \(short($0))" } ?? ""
            progress.update(Double(epoch.number), "loss \(short(epoch.loss))\(score)")
        }
        var model = TableModel(features: names, target: target, network: network)
        model.featureFill = fill
        let trainX = features.taking(Tensor(parts.train)), trainY = targets.taking(Tensor(parts.train))
        let testX = features.taking(Tensor(parts.test)), testY = targets.taking(Tensor(parts.test))
        try model.fit(precision == .float32 ? trainX.cast(to: .float32) : trainX, trainY)
        progress.finish("\(model.network.nIter) epochs, \(model.network.didConverge ? "stopped when progress stalled" : "all that were asked for")")
        model.network.onEpoch = nil

        var line = LinearRegression()
        try line.fit(trainX, trainY)
        var rows = [["", "RMSE train", "test", "MAE train", "test", "R2 train", "test"]]
        func scores(_ name: String, _ predict: (Tensor) throws -> Tensor) throws {
            let p = try predict(trainX), q = try predict(testX)
            rows.append([
                name, short(rootMeanSquaredError(trainY, p)), short(rootMeanSquaredError(testY, q)),
                short(meanAbsoluteError(trainY, p)), short(meanAbsoluteError(testY, q)),
                short(r2Score(trainY, p)), testY.count > 1 ? short(r2Score(testY, q)) : "-",
            ])
        }
        try scores("network") { Tensor(try model.predict($0)) }
        try scores("linear regression") { try line.predict($0) }
        model.notes = [
            "data": URL(fileURLWithPath: data).lastPathComponent, "rows": "\(count)",
            "split": "\(split.rawValue), \(parts.train.count) to train and \(parts.test.count) to test on, seed \(seed)",
            "epochs": "\(model.network.nIter)", "test RMSE": rows[1][2], "test R2": rows[1][6],
        ]
        if !quiet {
            print("\(target) from \(names.joined(separator: ", ")): \(parts.train.count) rows to train, \(parts.test.count) to test on\n")
            print(textTable(rows))
        }
        return model
    }

    /// Gaps replaced by the mean of the training rows.
    private func filled(_ x: Tensor, _ names: [String], trainingRows: [Int]) throws -> (Tensor, [Double]) {
        var values = x.doubles
        let width = x.shape[1]
        let means = try (0..<width).map { column -> Double in
            let known = trainingRows.map { values[$0 * width + column] }.filter { !$0.isNaN }
            if known.isEmpty { throw DataError(file: data, "\"\(names[column])\" has no value in any of the training rows, so there is no mean to fill in; leave it out with --exclude") }
            return known.reduce(0, +) / Double(known.count)
        }
        for i in values.indices where values[i].isNaN { values[i] = means[i % width] }
        return (Tensor(values, shape: x.shape), means)
    }
}

extension CSVOptions {
    /// With the delimiter that a command was given.
    init(delimiterArgument delimiter: String?) throws {
        let names = ["tab": "\t", "\\t": "\t", "space": " "]
        let character = delimiter.map { names[$0] ?? $0 }
        if let character, character.count != 1 { throw UsageError("--delimiter is \"\(character)\"; it must be one character, tab or space") }
        self.init(delimiter: character?.first)
    }
}
