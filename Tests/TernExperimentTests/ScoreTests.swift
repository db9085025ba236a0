import Foundation
import Tern
import TestSupport
import Testing

import TernExperiment

struct ScoreTests {
    typealias S = SampleFields

    @Test("Scores of numbers are those computed by hand, and gaps count for nothing")
    func numbers() {
        let truth = S.series("t", 1...5) { [1, 2, 3, 4, .nan][$0 - 1] },
            prediction = S.series("t", 1...5) { [2, 2, 5, 4, 100][$0 - 1] }
        let scores = Comparison(truth: truth, prediction: prediction)
        #expect(scores.rmse == sqrt(5.0 / 4) && scores.mae == 0.75 && scores.bias == 0.75)
        #expect(abs(scores.r - 4.5 / sqrt(5 * 6.75)) < 1e-12)
        let constant = Comparison(truth: truth, prediction: S.series("t", 1...5) { _ in 2.5 })
        #expect(constant.r.isNaN && scores.skill(over: constant) == 1 - 5 / 5.0)
    }

    @Test("The mean of correlations within groups leaves out what sets groups apart")
    func groups() {
        let truth = S.series("t", 1...6) { [1, 2, 3, 101, 102, 103][$0 - 1] },
            prediction = S.series("t", 1...6) { [3, 2, 1, 103, 102, 101][$0 - 1] }
        let scores = Comparison(truth: truth, prediction: prediction)
        #expect(scores.r > 0.99 && abs(scores.rByGroup(["a", "a", "a", "b", "b", "b"]) + 1) < 1e-12)
    }

    @Test("Maps are weighted by area; NRMSE is ClimateBench's")
    func maps() {
        let truth = S.yearly("t", 1...3) { Double($0 * ($1 + 1)) },
            prediction = S.yearly("t", 1...3) { Double($0 * ($1 + 1)) + ($1 < 4 ? 1 : 0) }
        let scores = Comparison(truth: truth, prediction: prediction)
        let edge = cos(10 * Double.pi / 180)
        #expect(
            abs(scores.areaWeightedRMSE - sqrt(edge / (1 + 2 * edge))) < 1e-9 && abs(scores.rmse - sqrt(1.0 / 3)) < 1e-9
        )
        let emulator = EmulatorScores(truth: truth.values, prediction: prediction.values, latitudes: S.latitudes)
        #expect(scores.emulatorScores(["a", "a", "a"]) == [emulator])
        #expect(scores.anomalyCorrelation(over: Comparison(truth: truth, prediction: truth)).isNaN)
    }

    @Test("The ridge finds a linear law; climatology and persistence stand beside it")
    func baseline() throws {
        // Two patterns and a law of the first; what follows is like what went before.
        func amplitude(_ year: Int, _ k: Int) -> Double {
            sin(Double(year) * 0.31 * Double(k)) + 0.3 * cos(Double(year * (k + 2)))
        }
        let sst = S.yearly("sst", 1900...1999) { year, cell in
            amplitude(year, 1) * Double(cell % 3 - 1) + 2 * amplitude(year, 2) * Double(cell / 4 - 1)
        }
        let rain = S.series("rain", 1900...1999) { 3 + 2 * amplitude($0, 1) - amplitude($0, 2) }
        let configuration = S.configuration(
            [VariableConfiguration(variable: "sst")], [VariableConfiguration(variable: "rain")])
        let data = try ExperimentData(
            configuration, split: S.periods(1900...1969, 1970...1984, 1985...1999), fields: ["sst": sst, "rain": rain])
        let baseline = try Baseline(fitting: data, BaselineConfiguration(components: 2, alphas: [1e-6, 1, 1000]))
        #expect(baseline.alpha == 1e-6)
        let saved = try JSONDecoder().decode(Baseline.self, from: JSONEncoder().encode(baseline))
        #expect(saved.predict(data.test) == baseline.predict(data.test))
        let table = try ScoreTable(
            data, predictions: ["network": data.test.targets, "ridge": baseline.predict(data.test)], baseline: "ridge")
        #expect(table.rows.map(\.model) == ["network", "ridge", "persistence", "climatology"])
        #expect(
            table["ridge", .r]! > 0.9999 && table["ridge", .skillOverClimatology]! > 0.999
                && table["network", .rmse]! == 0)
        #expect(
            table["climatology", .skillOverClimatology] == 0 && table["climatology", .r] == nil
                && table["persistence", .rmse]! > 0.1)
        #expect(try JSONDecoder().decode(ScoreTable.self, from: JSONEncoder().encode(table)) == table)
    }

    @Test("Leading patterns are those of the full decomposition")
    func patterns() throws {
        var random = RandomState(seed: 1)
        let scales = Tensor((0..<60).map { exp(-0.15 * Double($0)) })
        let x = (Tensor(random.standardNormal(count: 200 * 60), shape: [200, 60]) * scales + 5).cast(to: .float32)
        let leading = LeadingPatterns(of: x, count: 5, weights: [Double](repeating: 1, count: 60))
        var full = PCA(nComponents: 5)
        let series = try full.fitTransform(x)
        let count = leading.variance.count
        expectClose(leading.variance, Array(full.explainedVariance.prefix(count)), 1e-4, unit: 0)
        for k in 0..<5 {
            #expect(
                abs(correlation(leading.series(of: x).part([.all, .at(k)]), series.part([.all, .at(k)]))) > 0.9999)
        }
    }

    @Test("Skill by cell is a map; gaps stay gaps")
    func skillMap() throws {
        let truth = S.yearly("t", 1...20) { year, cell in cell == 3 ? .nan : sin(Double(year)) }
        let prediction = S.yearly("t", 1...20) { year, cell in cell == 0 ? sin(Double(year)) : 0 },
            usual = S.yearly("t", 1...20) { _, _ in 0 }
        let map = try SkillMap(truth: truth, prediction: prediction, reference: usual)
        #expect(map.skill.shape == [3, 4] && map.skill.dimensions == ["lat", "lon"])
        #expect(
            map.skill.values[0, 0].item == 1 && map.skill.values[0, 1].item == 0 && map.skill.values[0, 3].item.isNaN)
        #expect(abs(map.r.values[0, 0].item - 1) < 1e-12 && map.r.values[0, 1].item.isNaN)
    }
}
