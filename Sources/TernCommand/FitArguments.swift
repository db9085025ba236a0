import ArgumentParser
import Foundation
import Tern
import TernExperiment

/// Which columns `tern fit` learns from, and what they are taken for.
struct FitColumns: ParsableArguments {
    @Option(help: "The column to predict; several with commas between, or the option several times.")
    var target: [String] = []

    @Option(help: "Columns to predict from, separated by commas (default: all others that can be used).")
    var features: String?

    @Option(help: "Columns to leave out, separated by commas.")
    var exclude: String?

    @Option(
        help:
            "Columns of numbers that are codes, separated by commas: each is a level as it is written, so that 007 and 7 are two."
    )
    var asCategory: String?

    @Option(
        help:
            "Columns to take for plain numbers, separated by commas: of dates the year with its fraction, of True and False 1 and 0."
    )
    var asNumber: String?

    @Flag(help: "Take a target of whole numbers for classes.")
    var classify = false

    @Option(help: ArgumentHelp("Features so many rows before too, such as 1,2,7.", valueName: "rows"))
    var lags: String?

    @Option(help: ArgumentHelp("Predict the target so many rows later.", valueName: "rows"))
    var horizon: Int = 0

    var isSeries: Bool { lags != nil || horizon > 0 }

    private func lagList() throws -> [Int] {
        guard let lags else { return [] }
        return try listed(lags, keepsEmpty: true).map {
            guard let lag = Int($0), (1...1_000_000).contains(lag) else {
                throw ValidationError("--lags is \(lags); give numbers of rows like 1,2,7.")
            }
            return lag
        }
    }

    func validate() throws {
        _ = try lagList()
        try check("--horizon", horizon, in: 0...1_000_000)
    }

    func choices(in table: Table) throws -> TableChoices {
        func names(_ text: String?) throws -> [String] { try text.map { try columnNames($0, in: table) } ?? [] }
        // A name may hold commas.
        var choices = TableChoices(
            targets: try target.flatMap { table[$0] == nil ? try columnNames($0, in: table) : [$0] })
        choices.features = try features.map { try columnNames($0, in: table) }
        choices.excluded = try names(exclude)
        (choices.categories, choices.numbers) = (Set(try names(asCategory)), Set(try names(asNumber)))
        choices.classifies = classify
        (choices.lags, choices.horizon) = (try lagList(), horizon)
        return choices
    }
}

/// Which rows `tern fit` trains and tests on.
struct FitRows: ParsableArguments {
    @Option(help: "Share of the rows to test on.")
    var testFraction: Double = 0.2

    @Option(
        help:
            "Which rows to test on: random ones, or the latest (last) ones (default: random; last with lags or a horizon)."
    )
    var split: TableSplit.Order?

    @Option(
        help: ArgumentHelp(
            "The column whose rows of one value stay together, all to train or all to test on.", valueName: "column"))
    var group: String?

    @Option(help: ArgumentHelp("The column that says how much each row counts.", valueName: "column"))
    var weights: String?

    @Option(
        help:
            "Rows that lack a feature: error, drop, or mean (fill with the training mean). Those without a target are left out."
    )
    var missing: TableExamples.Gaps = .error

    func order(isSeries: Bool) -> TableSplit.Order { split ?? (isSeries ? .last : .random) }

    func validate() throws {
        if !(testFraction > 0 && testFraction < 1) {
            throw ValidationError("--test-fraction is \(testFraction); it must be between 0 and 1.")
        }
    }
}

/// What `tern fit` trains.
struct FitEstimator: ParsableArguments {
    @Option(
        help:
            "What is trained: tabular (a linear model and networks for what it leaves), mlp (a multi-layer perceptron as scikit-learn's), gp (a Gaussian process), ridge, linear, or logistic (for classes)."
    )
    var estimator: TableEstimator = .tabular

    @Option(help: "Seed of the split, the weights and the batches.")
    var seed: UInt32 = 0

    @Option(help: "tabular, mlp: units of the hidden layers, separated by commas (default: 64,64).")
    var hidden: String?

    @Option(help: "tabular, mlp: function of the hidden units (default: silu; mlp: relu).")
    var activation: String?

    @Option(help: "tabular, mlp: passes over the training rows at most (default: by the number of rows; mlp: 500).")
    var epochs: Int?

    @Option(help: "tabular, mlp: rows in a batch (default: by the number of rows; mlp: 200).")
    var batchSize: Int?

    @Option(help: "tabular, mlp: Adam's learning rate (default: 0.005; mlp: 0.001).")
    var learningRate: Double?

    @Option(help: "mlp, ridge: strength of the L2 penalty (default: 0.0001; ridge: 1).")
    var alpha: Double?

    @Flag(
        inversion: .prefixedNo,
        help: "mlp: hold out a tenth of the training rows and stop when their score stalls (default: it does).")
    var earlyStopping: Bool?

    @Option(help: "mlp: float32 or float64 (default: float32).")
    var precision: Precision?

    enum Precision: String, ExpressibleByArgument, CaseIterable { case float32, float64 }

    func validate() throws {
        _ = try hiddenSizes()
        try check("--epochs", epochs, in: 1...1_000_000_000)
        try check("--batch-size", batchSize, in: 1...1_000_000_000)
        try check("--learning-rate", learningRate, above: 0)
        try check("--alpha", alpha, from: 0)
        try refuse(
            [
                ("--hidden", hidden != nil), ("--activation", activation != nil), ("--epochs", epochs != nil),
                ("--batch-size", batchSize != nil), ("--learning-rate", learningRate != nil),
            ], unless: [.tabular, .mlp])
        try refuse([("--early-stopping", earlyStopping != nil), ("--precision", precision != nil)], unless: [.mlp])
        try refuse([("--alpha", alpha != nil)], unless: [.mlp, .ridge])
        let functions =
            estimator == .mlp
            ? MLPRegressor.Activation.allCases.map(\.rawValue) : TabularActivation.allCases.map(\.rawValue)
        if let activation, !functions.contains(activation) {
            throw ValidationError(
                "--activation is \(activation); it must be one of \(functions.joined(separator: ", ")).")
        }
    }

    /// Options that the estimator does not know would be passed over.
    private func refuse(_ options: [(name: String, isGiven: Bool)], unless known: [TableEstimator]) throws {
        guard !known.contains(estimator), let one = options.first(where: \.isGiven) else { return }
        throw ValidationError(
            "\(one.name) is for --estimator \(known.map(\.rawValue).joined(separator: " and ")); \(estimator.rawValue) does not know it."
        )
    }

    private func hiddenSizes() throws -> [Int]? {
        guard let hidden else { return nil }
        if hidden == "none", estimator == .mlp { return [] }
        return try listed(hidden, keepsEmpty: true).map {
            guard let size = Int($0), size > 0 else {
                throw ValidationError(
                    "--hidden is \(hidden); give units like 64,64\(estimator == .mlp ? ", or none for a linear model" : "")."
                )
            }
            try check("--hidden", size, in: 1...1_000_000_000)
            return size
        }
    }

    /// - Throws: ``UsageError`` where the estimator does not predict what is asked for.
    func refuseOther(forClasses: Bool) throws {
        guard !estimator.predicts(classes: forClasses) else { return }
        let others = TableEstimator.allCases.filter { $0.predicts(classes: forClasses) }.map(\.rawValue)
        throw UsageError(
            "--estimator \(estimator.rawValue) does not predict \(forClasses ? "classes" : "numbers"); take \(others.joined(separator: " or "))\(forClasses ? "" : ", or --classify where its numbers are classes")"
        )
    }

    /// - Parameters:
    ///   - isSeries: whether later rows are tested on, so that an estimator that holds out rows holds out neighbours.
    ///   - onEpoch: gets the epoch, how many there are at most, and what to say of it.
    func predictor(
        for examples: TableExamples, _ trainingRows: [Int], isSeries: Bool,
        onEpoch: (@Sendable (Int, Int, [String: Double], String) -> Void)? = nil
    ) throws -> any Predictor {
        if earlyStopping == true, trainingRows.count < 20 {
            throw UsageError(
                "--early-stopping holds out a tenth of the rows to train on, and \(trainingRows.count) are too few; it wants 20"
            )
        }
        var network = MLPRegressor(
            hiddenLayerSizes: try hiddenSizes() ?? [64, 64],
            activation: activation.flatMap { .init(rawValue: $0) } ?? .relu, alpha: alpha ?? 0.0001,
            batchSize: batchSize, learningRateInit: learningRate ?? 0.001, maxIter: epochs ?? 500, randomState: seed,
            earlyStopping: earlyStopping ?? true && trainingRows.count >= 20, nIterNoChange: 20)
        var tabular = TabularRegressor(
            batchSize: batchSize, maxEpochs: epochs, validation: isSeries ? .blocks : .random, randomState: seed)
        if let sizes = try hiddenSizes() { tabular.hiddenLayerSizes = sizes }
        if let learningRate { tabular.learningRate = learningRate }
        if let activation, let own = TabularActivation(rawValue: activation) { tabular.activation = own }
        if let onEpoch {
            let name = examples.isClassified ? "accuracy" : "R2", most = network.maxIter
            network.onEpoch = { epoch in
                let score = epoch.validationScore.map { "  validation \(name) \(short($0))" } ?? ""
                var values = ["loss": epoch.loss]
                values["val_\(name.lowercased())"] = epoch.validationScore
                onEpoch(epoch.number, most, values, "loss \(short(epoch.loss))\(score)")
            }
            tabular.onEpoch = {
                onEpoch($0.number, $0.maxEpochs, ["val_loss": $0.loss], "loss of held-out rows \(short($0.loss))")
            }
        }
        if estimator == .gp, examples.weights != nil {
            throw UsageError(
                "--weights: a Gaussian process cannot count rows by weights; leave --weights out, or take another --estimator"
            )
        }
        if estimator == .tabular, trainingRows.count < 4 {
            throw UsageError(
                "\(trainingRows.count) training row\(trainingRows.count == 1 ? " is" : "s are") too few for the default estimator, which learns from some and is judged by others; give 4 or more, or take --estimator \(examples.isClassified ? "logistic" : "ridge")"
            )
        }
        if estimator == .gp, trainingRows.count > TableEstimator.mostRowsOfProcess {
            throw UsageError(
                "--estimator gp: \(trainingRows.count) training rows are more than the \(TableEstimator.mostRowsOfProcess) that a Gaussian process is given; take a larger --test-fraction or another estimator"
            )
        }
        let width = estimator == .gp ? try TableEncoding(examples, trainingRows: trainingRows).names.count : 1
        var made = try estimator.predictor(
            forClasses: examples.isClassified, network: network, tabular: tabular,
            dtype: precision == .float64 ? .float64 : .float32, features: width)
        if estimator == .ridge, let alpha { try made.setParameter("ridge__alpha", to: .number(alpha)) }
        return made
    }
}

/// Draws epochs, of which the first says how many there are, and writes them down for who watches.
final class EpochProgress: @unchecked Sendable {
    private let isQuiet: Bool, log: EpochLog
    private var line: ProgressLine?

    init(quiet: Bool, log: EpochLog) { (isQuiet, self.log) = (quiet, log) }

    func update(_ epoch: Int, of most: Int, _ values: [String: Double], _ text: String) {
        log.record(epoch, of: most, values)
        if line == nil { line = ProgressLine(total: most, quiet: isQuiet) }
        line?.update(Double(epoch), text)
    }

    func finish(_ text: String) { line?.finish(text) }
}
