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

    private let network = MLPRegressor(hiddenLayerSizes: [8], maxIter: 30, randomState: 0)

    @Test func scoresAreThoseOfTheModelOnEachPart() throws {
        let examples = try TableExamples(table(), target: "y", keeping: ["station"], gaps: .drop)
        let parts = try TableSplit(group: "station", seed: 1).parts(of: examples),
            stations = examples.table["station"]!.texts!
        #expect(Set(parts.train.map { stations[$0] }).isDisjoint(with: parts.test.map { stations[$0] }))
        let training = try TableTraining(examples, parts, network: network)
        #expect(training.scores.map(\.name) == ["network", "linear regression"] && training.model.network.nIter == 30)
        let truth = try examples.table.numbers(of: "y"), predicted = try training.model.predict(examples.table)
        func r2(_ rows: [Int]) -> Double { r2Score(Tensor(rows.map { truth[$0] }), Tensor(rows.map { predicted[$0] })) }
        #expect(
            abs(training.networkScores.test.r2! - r2(parts.test)) < 1e-9
                && abs(training.networkScores.train.r2! - r2(parts.train)) < 1e-9)
        #expect(training.linearScores.test.r2! > 0.9)
    }

    @Test func gapsAreFilledWithTheMeanOfTheTrainingPart() throws {
        let examples = try TableExamples(table(), target: "y", gaps: .mean),
            parts = try TableSplit(.last).parts(of: examples)
        let model = try TableTraining(examples, parts, network: network, dtype: .float64).model
        let known = try parts.train.map { try examples.table.numbers(of: "b")[$0] }.filter { !$0.isNaN }
        #expect(
            abs(model.featureFill[1] - known.reduce(0, +) / Double(known.count)) < 1e-12
                && model.network.coefs[0].dtype == .float64)
    }

    @Test func fewRowsTrainToTheEnd() throws {
        let examples = try TableExamples(table(20), target: "y", gaps: .drop),
            parts = try TableSplit().parts(of: examples)
        var network = network
        network.earlyStopping = true
        #expect(try TableTraining(examples, parts, network: network).model.network.nIter == 30)
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
