import Foundation
import TestSupport
import Testing
import Tern

/// What `tern fit` does, as a program does it.
@Suite struct TableTrainingTests {
    private let folder = TemporaryFolder()

    private func table(_ rows: Int = 200) throws -> Table {
        try Table(
            csvText: "station,a,b,y\n"
                + (0..<rows).map { i in
                    "s\(i % 8),\(noise(i)),\(i % 50 == 3 ? "" : "\(noise(i, 1))"),\(2 * noise(i) - noise(i, 1) + 0.1 * noise(i, 2))"
                }.joined(separator: "\n") + "\n")
    }

    private func network(_ dtype: DType = .float32, earlyStopping: Bool = false) throws -> any Predictor {
        try TableEstimator.mlp.predictor(
            forClasses: false,
            network: MLPRegressor(hiddenLayerSizes: [8], maxIter: 30, randomState: 0, earlyStopping: earlyStopping),
            dtype: dtype)
    }

    @Test func scoresAreThoseOfTheModelOnEachPart() throws {
        let examples = try TableExamples(table(), target: "y", keeping: ["station"], gaps: .drop)
        let parts = try TableSplit(group: "station", seed: 1).parts(of: examples),
            stations = examples.table["station"]!.texts!
        #expect(Set(parts.train.map { stations[$0] }).isDisjoint(with: parts.test.map { stations[$0] }))
        let training = try TableTraining(examples, parts, estimator: network(), title: "network")
        #expect(training.test.map(\.model) == ["network", "linear regression", "mean"])
        #expect(training.model.epochs?.count == 30)
        let truth = try examples.table.numbers(of: "y"),
            predicted = try training.model.predict(examples.table).values[0]
        func r2(_ rows: [Int]) -> Double { r2Score(Tensor(rows.map { truth[$0] }), Tensor(rows.map { predicted[$0] })) }
        #expect(
            abs(training.test[0][.r2]! - r2(parts.test)) < 1e-9
                && abs(training.train[0][.r2]! - r2(parts.train)) < 1e-9)
        #expect(training.test[1][.r2]! > 0.9 && training.test[2][.r2]! < 0.1)
        // The network of 30 epochs has not caught up with the line, which is said.
        #expect(training.verdicts.count == 1 && training.verdicts[0].hasPrefix("linear regression is better than the"))
    }

    /// What a model is told to be worse than, by its probabilities and by its classes.
    @Test func aModelThatIsTooSureIsTold() throws {
        func scores(_ name: String, sure: Double, right: [Bool]) throws -> TargetScores {
            let truth = right.indices.map { Double($0 % 2) }
            let predicted = zip(truth, right).map { $1 ? $0 : 1 - $0 }
            let p = predicted.flatMap { $0 == 1 ? [1 - sure, sure] : [sure, 1 - sure] }
            return try TargetScores(
                name, of: "sky", truth: truth, predictedClasses: predicted, probabilities: Tensor(p, shape: [10, 2]),
                classCount: 2)
        }
        func right(_ count: Int) -> [Bool] { (0..<10).map { $0 < count } }
        let model = try scores("network", sure: 0.999, right: right(7)),
            line = try scores("line", sure: 0.8, right: right(6)),
            naive = try scores("naive", sure: 0.5, right: right(5))
        #expect(
            model.verdict(beside: [line, naive])
                == "naive is better than the network for sky: log loss 0.6931 against 2.073; so is line: log loss 0.7777 against 2.073"
        )
        let careful = try scores("network", sure: 0.6, right: right(6))
        #expect(
            try careful.verdict(beside: [scores("line", sure: 0.99, right: right(7)), naive])
                == "line finds more of the classes than the network for sky: accuracy 0.7 against 0.6")
        #expect(try careful.verdict(beside: [scores("line", sure: 0.6, right: right(5)), naive]) == nil)
    }

    @Test func gapsAreFilledWithTheMeanOfTheTrainingPart() throws {
        let examples = try TableExamples(table(), target: "y", gaps: .mean),
            parts = try TableSplit(.last).parts(of: examples)
        let model = try TableTraining(examples, parts, estimator: network(.float64)).model
        let known = try parts.train.map { try examples.table.numbers(of: "b")[$0] }.filter { !$0.isNaN }
        #expect(
            abs(
                model.encoding.fill[model.encoding.names.firstIndex(of: "b")!] - known.reduce(0, +)
                    / Double(known.count))
                < 1e-12 && (model.core as! MLPRegressor).coefs[0].dtype == .float64)
    }

    @Test func fewRowsTrainToTheEnd() throws {
        let examples = try TableExamples(table(20), target: "y", gaps: .drop),
            parts = try TableSplit().parts(of: examples)
        let model = try TableTraining(examples, parts, estimator: network(earlyStopping: true)).model
        #expect(model.epochs?.count == 30)
    }

    @Test func fewRowsKeepTheOptimizer() throws {
        let examples = try TableExamples(table(12), target: "y", gaps: .drop)
        let network = MLPRegressor(hiddenLayerSizes: [2], maxIter: 2, randomState: 0, optimizer: SGD())
        let model = try TableModel(examples, estimator: network)
        #expect((model.core as? MLPRegressor)?.optimizer is SGD)
    }

    /// Of folds that grow, the first has few rows for its features.
    @Test func allFoldsStandBesideOneKindOfLinearModel() throws {
        let made = rows(60) { row in (0..<5).map { "\(noise(row, UInt64($0)))" }.joined(separator: ",") }
        let examples = try TableExamples(Table(csvText: "a,b,c,d,y\n" + made), target: "y")
        let network = MLPRegressor(hiddenLayerSizes: [2], maxIter: 2, randomState: 0)
        let found = try TableCrossValidation(examples, TableFolds(5, order: .last), estimator: network)
        #expect(found.splits.map(\.train.count) == [10, 20, 30, 40, 50])
        #expect(found.models == ["MLPRegressor", "ridge regression", "mean"])
        for model in found.models { #expect(found.values(model, of: "y", .rootMeanSquare).count == 5, "\(model)") }
    }

    @Test func groupsThatCannotBePartedAreRefused() throws {
        let one = try TableExamples(
            Table(csvText: "g,a,y\n" + (0..<9).map { "x,\($0),\($0 * $0)\n" }.joined()), target: "y", keeping: ["g"])
        #expect { try TableSplit(group: "g").parts(of: one) } throws: {
            "\($0)".contains("column \"g\" has one value in all rows")
        }
        #expect { try TableSplit(.last, group: "g").parts(of: one) } throws: { "\($0)".contains("cannot both be had") }
        #expect { try TableFolds(2, order: .last, group: "g").splits(of: one) } throws: {
            "\($0)".contains("cannot both be had")
        }
        #expect { try TableFolds(.max, order: .last).splits(of: one) } throws: {
            "\($0)".contains("need more than 9223372036854775807 different times; there are 9")
        }
        let missing = try TableExamples(
            Table(csvText: "g,a,y\n" + (0..<9).map { "\($0 == 4 ? "" : "x\($0)"),\($0),\($0 * $0)\n" }.joined()),
            target: "y", keeping: ["g"])
        #expect { try TableSplit(group: "g").parts(of: missing) } throws: {
            "\($0)".contains("column \"g\": the group is missing")
        }
    }

    // MARK: Weights

    private func weighted() throws -> TableExamples {
        var choices = TableChoices(targets: ["y"])
        choices.weights = "w"
        let rows = (0..<80).map { "\(noise($0)),\(noise($0, 1)),\($0 % 4),\(noise($0) + noise($0, 2))\n" }.joined()
        return try TableExamples(Table(csvText: "a,b,w,y\n" + rows), choices)
    }

    @Test func aModelFittedWithWeightsIsScoredByThem() throws {
        let examples = try weighted(), model = try TableModel(examples, estimator: Ridge())
        try examples.table.write(csv: folder.path("t.csv"))
        try model.write(to: folder.path("m.st"))
        let truth = try examples.table.numbers(of: "y"), predicted = try model.predict(examples.table).values[0]
        func scores(_ weights: [Double]?) -> [TableMetric: Double] {
            TargetScores("Ridge", of: "y", truth: truth, predicted: predicted, weights: weights).values
        }
        func expect(_ found: PredictedTable, _ wanted: [TableMetric: Double], _ note: String) {
            for (metric, value) in wanted {
                expectClose(found.scores[0][metric]!, value, 1e-9, unit: 1, metric.rawValue)
            }
            #expect(found.notes == [note])
        }
        let again = try TableModel(contentsOf: folder.path("m.st"))
        try expect(
            again.evaluate(csv: folder.path("t.csv")), scores(examples.rowWeights()), "rows count by \"w\" in scores")
        try expect(
            again.predict(csv: folder.path("t.csv"), to: folder.path("p.csv")), scores(examples.rowWeights()),
            "rows count by \"w\" in scores")
        try examples.table.select(columns: ["a", "b", "y"]).write(csv: folder.path("plain.csv"))
        try expect(
            again.evaluate(csv: folder.path("plain.csv")), scores(nil),
            "the model was fitted and scored with weights in \"w\", which this file has not: here all rows count alike")
        _ = folder.write("a,b,w,y\n0,1,1,2\n1,1,-1,3\n2,0,1,4\n", as: "wrong.csv")
        #expect { try again.evaluate(csv: folder.path("wrong.csv")) } throws: {
            "\($0)".contains("nothing is scored: line 3, column \"w\" (3rd): -1 is no weight")
        }
    }

    @Test func partsOfWhichNoRowCountsAreTold() throws {
        let made = rows(30) { "s\($0 / 10),\(noise($0)),\($0 < 20 ? 1 : 0),\(noise($0, 1))" }
        let table = try Table(csvText: "s,x,w,y\n" + made)
        var choices = TableChoices(targets: ["y"])
        (choices.weights, choices.kept) = ("w", ["s"])
        let examples = try TableExamples(table, choices)
        func told(_ words: String, _ work: () throws -> Void) {
            #expect { try work() } throws: {
                "\($0)".contains("column \"w\": all weights of the rows to \(words) are 0; no row counts")
            }
        }
        told("test on") { _ = try TableSplit(.last).parts(of: examples) }
        told("test on in fold 1") { _ = try TableFolds(3, group: "s").splits(of: examples) }
        told("train on") { _ = try NaiveBaseline(examples, trainingRows: [24, 25]) }
        let parts = try TableSplit(.last).parts(of: TableExamples(table, target: "y", excluding: ["w"], keeping: ["s"]))
        told("test on") { _ = try TableTraining(examples, parts, estimator: Ridge()) }
    }

    @Test func aSearchScoresByWeights() throws {
        let examples = try weighted(), parts = try TableSplit(.last).parts(of: examples), folds = TableFolds(4)
        let estimator = try TableEstimator.ridge.predictor(forClasses: false)
        let found = try TableSearch(["alpha": .values([0.1, 10])], folds: folds).fit(
            examples, parts, estimator: estimator)
        let y = try examples.table.numbers(of: "y"), w = try examples.rowWeights()!
        for (alpha, result) in zip([0.1, 10], found.results) {
            let expected = try folds.splits(of: examples, among: parts.train.filter { w[$0] > 0 }).map { split in
                let model = try TableModel(
                    examples, rows: split.train, estimator: estimator.with(["ridge__alpha": .number(alpha)]))
                return TargetScores(
                    "", of: "y", truth: split.test.map { y[$0] },
                    predicted: try model.predict(examples.table.rows(split.test)).values[0],
                    weights: split.test.map { w[$0] })[.r2]!
            }
            expectClose(result.testScores, expected, 1e-9, unit: 1, "alpha \(alpha)")
        }
    }

    /// A tabular network holds out whole groups, or neighbours in time; candidates are scored as folds are.
    @Test(arguments: [nil, "station"]) func aSearchFitsCandidatesAsTheyAreTrained(_ group: String?) throws {
        let made = rows(160) { i in
            // In no order of time.
            let year = 1800 + i * 37 % 160
            return "s\(i % 8),\(year),\(noise(i)),\(sin(6 * noise(i)) + Double(year) / 100)"
        }
        func examples(_ table: Table) throws -> TableExamples {
            try TableExamples(table, target: "y", keeping: ["station"])
        }
        let all = try examples(Table(csvText: "station,year,a,y\n" + made))
        let order: TableSplit.Order = group == nil ? .last : .random
        let parts = try TableSplit(order, group: group, seed: 1).parts(of: all),
            folds = TableFolds(3, order: order, group: group)
        let network = TabularRegressor(
            hiddenLayerSizes: [16], maxEpochs: 20, folds: 3, repeats: 1,
            validation: group == nil ? .blocks : .random, randomState: 0)
        let found = try TableSearch(["maxEpochs": .values([20])], folds: folds).fit(all, parts, estimator: network)
        let tested = try TableCrossValidation(examples(all.table.rows(parts.train)), folds, estimator: network)
        expectClose(found.results[0].testScores, tested.values(tested.models[0], of: "y", .r2), 1e-5, unit: 1, "R2")
    }

    @Test func whatIsNotScoredIsTold() throws {
        let rows = (0..<40).map { "\(noise($0)),\($0 % 10 == 3 ? "" : "\(noise($0, 1))")\n" }.joined()
        let table = try Table(csvText: "a,y\n" + rows)
        let model = try TableModel(TableExamples(table, target: "y"), estimator: Ridge())
        try table.write(csv: folder.path("t.csv"))
        let found = try model.evaluate(csv: folder.path("t.csv"))
        #expect(found.scoredCount == 36 && found.notes == ["4 rows have no \"y\": not scored"])
        try table.select(columns: ["a"]).write(csv: folder.path("no.csv"))
        #expect { try model.evaluate(csv: folder.path("no.csv")) } throws: {
            "\($0)".contains("there is no column \"y\"")
        }
        #expect(try model.predict(csv: folder.path("no.csv"), to: folder.path("p.csv")).notes.isEmpty)
    }
}
