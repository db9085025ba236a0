import Foundation
import TestSupport
import Testing
import Tern

/// What `tern fit` does, as a program does it.
@Suite struct TableTrainingTests {
    private let folder = TemporaryFolder()

    private func noise(_ i: Int, _ salt: UInt64 = 0) -> Double {
        var random = SplitMix64(UInt64(i) &* 7919 &+ salt &* 104_729 &+ 1)
        return Double(random.next() >> 11) / Double(UInt64(1) << 53)
    }

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

    @Test func groupsThatCannotBePartedAreRefused() throws {
        let one = try TableExamples(
            Table(csvText: "g,a,y\n" + (0..<9).map { "x,\($0),\($0 * $0)\n" }.joined()), target: "y", keeping: ["g"])
        #expect { try TableSplit(group: "g").parts(of: one) } throws: {
            "\($0)".contains("column \"g\" has one value in all rows")
        }
        #expect { try TableSplit(.last, group: "g").parts(of: one) } throws: { "\($0)".contains("cannot both be had") }
        let missing = try TableExamples(
            Table(csvText: "g,a,y\n" + (0..<9).map { "\($0 == 4 ? "" : "x\($0)"),\($0),\($0 * $0)\n" }.joined()),
            target: "y", keeping: ["g"])
        #expect { try TableSplit(group: "g").parts(of: missing) } throws: {
            "\($0)".contains("column \"g\" (3rd): the group is missing")
        }
    }
}
