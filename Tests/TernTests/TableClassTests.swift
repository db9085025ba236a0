import Foundation
import TestSupport
import Testing
import Tern

/// Models of tables for classes, of any kind, and their files.
@Suite struct TableClassTests {
    private let folder = TemporaryFolder()

    private static let table: Table = {
        let rows = (0..<120).map { i in (noise(i, 1), noise(i, 2), ["u", "v", "w"][Int(3 * noise(i, 3))]) }
        return Table(columns: [
            Table.Column("a", rows.map(\.0)), Table.Column("b", rows.map(\.1)), Table.Column("k", rows.map(\.2)),
            Table.Column(
                "y", rows.map { $0.0 + ($0.2 == "u" ? 0.5 : 0) > 0.75 ? "high" : $0.1 > 0.5 ? "low" : "middle" }),
            Table.Column("z", rows.map { 3 * $0.0 + ($0.2 == "w" ? 1 : 0) + 0.1 * $0.1 }),
        ])
    }()

    private static func training(_ target: String, _ estimator: TableEstimator) throws -> TableTraining {
        let examples = try TableExamples(table, target: target, excluding: [target == "y" ? "z" : "y"])
        let width = try TableEncoding(examples, trainingRows: Array(0..<90)).names.count
        let made = try estimator.predictor(
            forClasses: target == "y", network: MLPRegressor(hiddenLayerSizes: [8], maxIter: 60, randomState: 0),
            tabular: TabularRegressor(maxEpochs: 3, folds: 2, randomState: 0), features: width)
        return try TableTraining(
            examples, TableSplit(seed: 1).parts(of: examples), estimator: made, title: estimator.title)
    }

    @Test(arguments: [
        ("y", TableEstimator.logistic), ("y", .mlp), ("y", .tabular), ("z", .ridge), ("z", .linear), ("z", .gp),
        ("z", .mlp), ("z", .tabular),
    ])
    func everyModelPredictsTheSameBitsFromItsFile(_ target: String, _ estimator: TableEstimator) throws {
        let training = try Self.training(target, estimator), path = folder.path("m.safetensors")
        try training.model.write(to: path)
        let again = try TableModel(contentsOf: path), before = try training.model.predict(Self.table)
        let after = try again.predict(Self.table)
        #expect(before.values == after.values && before.probabilities == after.probabilities)
        #expect(after.values[0].count == 120 && after.values[0].allSatisfy(\.isFinite))
        if estimator == .linear { #expect(training.test[0][.r2]! > 0.999) }
        try Self.table.write(csv: folder.path("t.csv"))
        let scores = try again.evaluate(csv: folder.path("t.csv")).scores
        #expect(scores.map(\.model) == training.test.map(\.model))
    }

    /// No transformer sees a number that its column never had: a file is tried with a row, and rows may have gaps.
    @Test func estimatorsSeeNoNumbersThatTheirColumnsHadNot() throws {
        let path = folder.path("m.safetensors")
        let rows = (0..<30).map { "\(1 + $0 % 3),\(1 + $0 / 3 % 3),\(noise($0))\n" }.joined()
        var table = try Table(csvText: "a,b,y\n" + rows)
        let transformers: [any Transformer] = [
            FunctionTransformer(.log), PowerTransformer(method: .boxCox), OneHotEncoder(),
        ]
        let models = try transformers.map {
            try TableModel(TableExamples(table, target: "y"), estimator: Pipeline($0, Ridge()))
        }
        let whole = try models.map { try $0.predict(table).values[0] }
        var gapped = try table.numbers(of: "a")
        gapped[4] = .nan
        table.columns[0] = Table.Column("a", gapped)
        for (model, whole) in zip(models, whole) {
            try model.write(to: path)
            let found = try TableModel(contentsOf: path).predict(table).values[0]
            #expect(found.count == 30 && found[4].isNaN)
            let others = found.indices.filter { $0 != 4 }
            expectClose(others.map { found[$0] }, others.map { whole[$0] }, 1e-12)
            let alone = try model.predict(table.rows([4])).values[0]
            #expect(alone.count == 1 && alone[0].isNaN)
        }
    }

    @Test func aNetworkForClassesHasAllSettings() throws {
        var network = MLPRegressor(
            hiddenLayerSizes: [3], activation: .tanh, solver: .sgd, alpha: 0.5, batchSize: 7, learningRate: .adaptive,
            learningRateInit: 0.25, powerT: 0.75, maxIter: 9, shuffle: false, randomState: 4, tol: 0.125,
            warmStart: true, momentum: 0.5, nesterovsMomentum: false, earlyStopping: true, validationFraction: 0.25,
            beta1: 0.5, beta2: 0.75, epsilon: 0.5, nIterNoChange: 3, maxFun: 11, dropout: 0.5,
            batchNormalization: true, optimizer: SGD())
        network.onEpoch = { _ in }
        let pipeline = try TableEstimator.mlp.predictor(forClasses: true, network: network) as? Pipeline
        let made = try #require(pipeline?.steps.last?.estimator as? MLPClassifier)
        var wanted = try network.parameters
        wanted["loss"] = nil
        #expect(try made.parameters == wanted)
        #expect(made.optimizer is SGD && made.onEpoch != nil)
    }

    @Test func scoresOfClassesAreThoseOfTheirDefinitions() throws {
        let training = try Self.training("y", .logistic), pair = training.pairs[0]
        #expect(training.test.map(\.model) == ["logistic regression", "most frequent class"])
        let right = zip(pair.truth, pair.predicted).count { $0 == $1 }
        #expect(abs(training.test[0][.accuracy]! - Double(right) / Double(pair.truth.count)) < 1e-12)
        let examples = try TableExamples(Self.table, target: "y", excluding: ["z"])
        let seen = try training.parts.train.map { try examples.targetValues().doubles[$0] }
        let shares = (0..<3).map { c in Double(seen.count { $0 == Double(c) }) / Double(seen.count) }
        let loss = -pair.truth.reduce(0) { $0 + log(shares[Int($1)]) } / Double(pair.truth.count)
        #expect(abs(training.test[1][.logLoss]! - loss) < 1e-12)
        // Both parts have their share of each class.
        let tested = (0..<3).map { c in Double(pair.truth.count { $0 == Double(c) }) / Double(pair.truth.count) }
        #expect(zip(shares, tested).allSatisfy { abs($0 - $1) < 0.05 })
    }

    @Test func predictedClassesAndProbabilitiesAreColumns() throws {
        let model = try Self.training("y", .logistic).model
        _ = folder.write("b,k,a,note\n0.1,u,0.9,x\n0.9,new,0.1,y\n,v,0.1,z\n", as: "new.csv")
        let found = try model.predict(csv: folder.path("new.csv"), to: folder.path("p.csv"))
        let table = try Table(csv: folder.path("p.csv"))
        #expect(
            Array(table.columnNames.suffix(4)) == [
                "predicted_y", "probability_high", "probability_low", "probability_middle",
            ])
        #expect(table["predicted_y"]!.texts! == ["high", "low", ""])
        let sum = (0..<2).map { row in model.classes.reduce(0) { $0 + table["probability_\($1)"]!.numbers![row] } }
        expectClose(sum, [1, 1], 1e-12, unit: 1, "probabilities")
        #expect(
            found.notes.contains(
                "\"k\" has levels in 1 row that training had not (\"new\"): they are none of the known ones"),
            "\(found.notes)")
        #expect(found.scores.isEmpty)
    }

    @Test func classesThatTrainingHadNotAreToldAndNotScored() throws {
        let model = try Self.training("y", .logistic).model
        var table = Self.table.rows(0..<20)
        table.columns[3] = Table.Column("y", ["strange"] + table["y"]!.texts!.dropFirst())
        try table.write(csv: folder.path("t.csv"))
        let found = try model.evaluate(csv: folder.path("t.csv"))
        #expect(found.scoredCount == 19)
        #expect(found.notes.contains("1 row has a class that training had not (\"strange\"): not scored"))
    }

    @Test func estimatorsThatDoNotFitTheTargetAreRefused() {
        for (estimator, forClasses) in [(TableEstimator.gp, true), (.ridge, true), (.logistic, false)] {
            #expect(throws: EstimatorError.self) { try estimator.predictor(forClasses: forClasses) }
        }
    }

    @Test func foldsCoverAllRowsOnce() throws {
        let examples = try TableExamples(Self.table, target: "y", excluding: ["z"], keeping: ["k"])
        let found = try TableCrossValidation(
            examples, TableFolds(4, seed: 3), estimator: TableEstimator.logistic.predictor(forClasses: true))
        #expect(found.splits.flatMap(\.test).sorted() == Array(0..<120) && found.models.count == 2)
        let all = found.values(found.models[0], of: "y", .accuracy)
        #expect(all.count == 4 && abs(found.mean(found.models[0], of: "y", .accuracy)! - all.reduce(0, +) / 4) < 1e-12)
        let grouped = try TableFolds(3, group: "k").splits(of: examples), kinds = examples.table["k"]!.texts!
        #expect(grouped.allSatisfy { Set($0.test.map { kinds[$0] }).isDisjoint(with: $0.train.map { kinds[$0] }) })
    }

    @Test func aSearchChoosesByTheTrainingRows() throws {
        let examples = try TableExamples(Self.table, target: "z", excluding: ["y"])
        let parts = try TableSplit(seed: 1).parts(of: examples),
            network = try TableEstimator.ridge.predictor(forClasses: false)
        let found = try TableSearch(["alpha": .values([1e-6, 1, 1000])], folds: TableFolds(3)).fit(
            examples, parts, estimator: network)
        #expect(found.best["alpha"] == 1e-6 && found.results.map(\.rank) == [1, 2, 3])
        #expect(try found.estimator.parameters["ridge__alpha"] == 1e-6)
        #expect { try TableSearch(["alhpa": .values([1])]).fit(examples, parts, estimator: network) } throws: {
            "\($0)" == "Ridge: there is no parameter \"alhpa\"; it has alpha, fitIntercept"
        }
    }

    /// Else parameters would be chosen with rows that they are tested on.
    @Test func eachFoldSearchesByItsOwnTrainingRows() throws {
        let examples = try TableExamples(Self.table, target: "z", excluding: ["y"]), folds = TableFolds(3, seed: 2)
        let search = TableSearch(["alpha": .values([1000, 1e-6])], folds: TableFolds(3))
        let estimator = try TableEstimator.ridge.predictor(forClasses: false)
        let found = try TableCrossValidation(examples, folds, estimator: estimator, search: search)
        let best = try TableCrossValidation(
            examples, folds, estimator: estimator.with(["ridge__alpha": .number(1e-6)]))
        #expect(found.isSearched && !best.isSearched)
        #expect(found.values("Ridge", of: "z", .r2) == best.values("Ridge", of: "z", .r2))
    }
}
