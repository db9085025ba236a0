import Foundation
import Tern
import TestSupport
import Testing

import TernExperiment

/// What runs answer where training knows nothing, and what is made of their results.
struct RunResultTests {
    let folder = TemporaryFolder()
    private let months = 96

    /// Maps of air, and a sea whose cell 5 is what `value` says of the month.
    private func write(_ value: (Int) -> Double) throws {
        var random = RandomState(seed: 4)
        let air = random.standardNormal(count: months * 12)
        let sea = air.indices.map { $0 % 12 == 5 ? value($0 / 12) : air[$0] }
        let rain = (0..<months).map { 5 + air[$0 * 12] }
        let times = Coordinate("time", times: SampleFields.months(from: 2000, 0..<months))
        func maps(_ name: String, _ values: [Double]) -> Field {
            Field(
                name, Tensor(values, shape: [months, 3, 4]), dimensions: ["time", "lat", "lon"],
                coordinates: [times] + SampleFields.grid)
        }
        let fold = Coordinate("fold", dimension: "time", numbers: (0..<months).map { Double($0 % 12) })
        let series = Field("rain", Tensor(rain), dimensions: ["time"], coordinates: [times, fold])
        try Dataset([maps("t", air), maps("sea", sea), series]).write(to: folder.path("f.nc"))
    }

    private func experiment(_ target: String, figures: Bool = false) throws -> Experiment {
        try Experiment(
            yaml: """
                name: tiny
                data: {files: {f: "\(folder.path("f.nc"))"}, inputs: [t], targets: [\(target)]}
                split: {by: period}
                model: {name: linear}
                training: {epochs: 3}
                baseline: {components: 2, alphas: [0.1]}
                output: {figures: \(figures)}
                """)
    }

    @Test func whereTrainingNeverSawATargetNothingIsForetold() throws {
        try write { _ in .nan }
        let run = try experiment("{variable: sea, mask: true}").run(into: folder.path("run"), note: { _ in })
        let written = try Dataset(contentsOf: folder.path("run/predictions.nc")).field("sea_predicted")
        for values in [written.values.doubles, try run.predict(from: [:], note: { _ in })[0].values.doubles] {
            #expect(values.indices.allSatisfy { values[$0].isNaN == ($0 % 12 == 5) })
        }
    }

    @Test(.enabled(if: Figure.canDraw)) func meansOfForecastsAreOfTheCellsThatTheTruthHas() throws {
        try write { $0 % 2 == 0 ? 1000 : .nan }
        _ = try experiment("{variable: sea, mask: true, scale: cell}", figures: true).run(
            into: folder.path("run"), note: { _ in }, warn: { _ in })
        let lines = try String(contentsOfFile: folder.path("run/report/result-sea/series.csv"), encoding: .utf8)
        var found: [String: [Double]] = [:]
        for line in lines.split(separator: "\n").dropFirst() {
            let cells = line.split(separator: ",")
            found[String(cells[1]), default: []].append(Double(cells[3]) ?? .nan)
        }
        let truth = try #require(found["truth"])
        for model in [ScoreTable.network, ScoreTable.baseline] {
            let own = try #require(found[model])
            // With a cell of 1000 more or less, a mean is another by 80.
            #expect(own.count == truth.count && zip(own, truth).allSatisfy { abs($0 - $1) < 20 }, "\(model) \(own)")
        }
    }

    @Test func foldsOfTimeAreUnitsWhateverCoordinatesTheDataHave() throws {
        try write { _ in 0 }
        let found = try experiment("rain").crossValidate(folds: 3, into: folder.path("folds"), note: { _ in }).result
        #expect(found.rows.map(\.unit) == ["1", "2", "3"])
    }

    @Test(.enabled(if: Figure.canDraw)) func aReportIsMadeAgainWhereScoresDifferByRoundingAlone() throws {
        try write { _ in 0 }
        let run = try experiment("rain").run(into: folder.path("run"), note: { _ in })
        func report(_ factor: Double) throws -> String {
            var scores = run.scores
            for i in scores.rows.indices { scores.rows[i].scores = scores.rows[i].scores.mapValues { $0 * factor } }
            try JSONEncoder().encode(scores).write(to: URL(fileURLWithPath: folder.path("run/scores.json")))
            return message { try Run(contentsOf: folder.path("run")).writeReport() }
        }
        #expect(try report(1 + 1e-6) == "")
        #expect(try report(1.01).contains("the data are no longer those of the run"))
    }

    /// Ends training before the third epoch.
    private final class Breaker: Callback {
        func epochBegins(_ epoch: Int, _ run: TrainingRun) throws { if epoch == 2 { throw CancellationError() } }
    }

    @Test func keptWeightsOfOtherShapesAreRefusedWhereTrainingGoesOn() throws {
        try write { _ in 0 }
        #expect(throws: InterruptedRun.self) {
            try experiment("rain").run(
                into: folder.path("run"), checkpoints: .afterEpochs(1), callbacks: { [Breaker()] }, note: { _ in })
        }
        let path = folder.path("run/training/network-1/latest.safetensors"), key = "callbacks/0/0"
        // The kernel of the best epoch, of as many weights.
        let file = try Safetensors(contentsOf: path), kernel = try #require(file.tensors[key])
        let turned = file.tensors.merging([key: kernel.reshaped(kernel.shape.reversed())]) { $1 }
        try Safetensors(tensors: turned, metadata: file.metadata).write(to: path, hasChecksum: true)
        let said = message { try RunInProgress(resuming: folder.path("run")).finish(note: { _ in }) }
        #expect(said.contains("the weights of its best and its last epoch are none of the model's"), "\(said)")
    }
}
