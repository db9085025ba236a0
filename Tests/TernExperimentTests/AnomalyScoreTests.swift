import Foundation
import Tern
import TernExperiment
import Testing

/// A target that is prepared as an anomaly is scored as one; a season flatters nobody.
struct AnomalyScoreTests {
    typealias S = SampleFields

    /// Thirty years of months of an index at 300 with a season of 10 and weather of 1, of which half can be known.
    private func index(_ seed: UInt32) -> (index: Field, known: Field, months: [Double]) {
        var random = RandomState(seed: seed)
        let known = random.standardNormal(count: 360), noise = random.standardNormal(count: 360)
        let times = S.months(from: 1970, 0..<360)
        let values = (0..<360).map { 300 + 10 * cos(2 * Double.pi * Double($0) / 12) + known[$0] + noise[$0] }
        func field(_ name: String, _ values: [Double]) -> Field {
            var field = S.series(name, times) { values[$0] }
            field.attributes["units"] = "K"
            return field
        }
        return (field("index", values), field("known", known), values)
    }

    private let split = SplitConfiguration(
        by: .period, training: [.number(1970), .number(1989)], validation: [.number(1990), .number(1994)],
        test: [.number(1995), .number(1999)])

    /// The score table of the ridge on what is known, beside data and truth.
    private func table(_ seed: UInt32, _ change: (inout VariableConfiguration) -> Void) throws -> (
        table: ScoreTable, data: ExperimentData, truth: [Double]
    ) {
        let (index, known, months) = index(seed)
        var target = VariableConfiguration(variable: "index")
        change(&target)
        let data = try ExperimentData(
            S.configuration(
                [VariableConfiguration(variable: "known"), VariableConfiguration(variable: "season")], [target]),
            split: split,
            fields: [
                "index": index, "known": known,
                "season": index.with(months.indices.map { cos(2 * Double.pi * Double($0) / 12) }).renamed("season"),
            ])
        let ridge = try Baseline(fitting: data, BaselineConfiguration(components: 2, alphas: [1e-3]))
        return (try ScoreTable(data, predictions: ["ridge": ridge.predict(data.test)], baseline: "ridge"), data, months)
    }

    @Test("r of an index prepared as an anomaly is that of its anomalies, by hand", arguments: [1, 2, 3] as [UInt32])
    func byHand(seed: UInt32) throws {
        let (table, data, months) = try table(seed) { $0.anomaly = .month }
        let usual = (0..<12).map { month in stride(from: month, to: 240, by: 12).reduce(0) { $0 + months[$1] } / 20 }
        let truth = (300..<360).map { months[$0] - usual[$0 % 12] }
        let ridge = try Baseline(fitting: data, BaselineConfiguration(components: 2, alphas: [1e-3])).predict(data.test)
        let restored = try data.preprocessing.restore(predictions: ridge, for: data.test)[0].values.doubles
        // In physical units the season is there.
        #expect(restored.min()! < 293 && restored.max()! > 307)
        let predicted = restored.indices.map { restored[$0] - usual[($0 + 300) % 12] }
        let r = correlation(Tensor(truth), Tensor(predicted))
        #expect(abs(table["ridge", .r]! - r) < 1e-4 && r > 0.4 && r < 0.9, "\(table["ridge", .r]!), \(r)")
        #expect(
            abs(table["ridge", .anomalyCorrelation]! - r) < 1e-4
                && abs(correlation(Tensor(months.suffix(60)), Tensor(restored))) > 0.98)
        // Rounding in the season is no anomaly of the climatology, which has none.
        #expect(table["climatology", .r] == nil && table["climatology", .skillOverClimatology] == 0)
        let errors = zip(truth, predicted).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) },
            usualErrors = truth.reduce(0) { $0 + $1 * $1 }
        #expect(abs(table["ridge", .skillOverClimatology]! - (1 - errors / usualErrors)) < 1e-4)
        #expect(abs(table["ridge", .rmse]! - (errors / 60).squareRoot()) < 1e-4)
        let evidence = try #require(table.evidence(of: "index"))
        #expect(
            evidence.departure == "the mean of each month"
                && evidence.notes.contains {
                    $0.hasPrefix("correlations are of departures from the mean of each month")
                })
        #expect(abs(evidence.mean! - months.suffix(60).reduce(0, +) / 60) < 1e-4)
    }

    @Test("An index with its season scores high, and the table says that the climatology does too")
    func season() throws {
        let (table, _, _) = try table(4) { _ in }
        #expect(
            table["ridge", .r]! > 0.98 && table["climatology", .r]! > 0.95 && table["ridge", .anomalyCorrelation]! < 0.9
        )
        let evidence = try #require(table.evidence(of: "index"))
        #expect(
            evidence.departure == nil
                && evidence.notes.contains { $0.hasPrefix("the climatology alone reaches r = 0.9") },
            "\(evidence.notes)")
        let (anomalies, _, _) = try self.table(4) { $0.anomaly = .month }
        #expect(!anomalies.evidence![0].notes.contains { $0.contains("climatology alone") })
        // The same anomalies, whichever way the target was prepared.
        #expect(abs(anomalies["ridge", .anomalyCorrelation]! - table["ridge", .anomalyCorrelation]!) < 0.05)
    }

    @Test("Seasons, trends and single means are put back and left out alike")
    func departures() throws {
        let words = try [(false, VariableConfiguration.Anomaly.season), (true, nil), (true, .all)].map {
            detrend, anomaly in
            let (table, data, _) = try table(5) { ($0.detrend, $0.anomaly) = (detrend, anomaly) }
            let truth = try data.preprocessing.restore(predictions: data.test.targets, for: data.test),
                usual = try data.preprocessing.usual(for: data.test)
            let left = truth[0].values.doubles.indices.map {
                truth[0].values.doubles[$0] - usual[0]!.values.doubles[$0]
            }
            #expect(abs(left.reduce(0, +) / 60) < 2)
            return table.evidence![0].departure
        }
        #expect(words == ["the mean of each season", "the linear trend", "the mean and the linear trend"])
    }

    @Test("Maps that are prepared as anomalies owe nothing to what sets their cells and months apart")
    func maps() throws {
        var random = RandomState(seed: 6)
        let noise = random.standardNormal(count: 240 * 12), other = random.standardNormal(count: 240 * 12)
        let rain = S.monthly("rain", from: 1980, count: 240) { month, cell in
            Double(100 * cell) + 50 * cos(Double(month) * .pi / 6) + noise[month * 12 + cell]
        }
        func scores(_ anomaly: VariableConfiguration.Anomaly?) throws -> (ScoreTable, SkillMap) {
            var target = VariableConfiguration(variable: "rain")
            (target.anomaly, target.scale) = (anomaly, .none)
            let split = SplitConfiguration(
                by: .period, training: [.number(1980), .number(1991)], validation: [.number(1992), .number(1993)],
                test: [.number(1994), .number(1999)])
            let data = try ExperimentData(
                S.configuration([VariableConfiguration(variable: "rain")], [target]), split: split,
                fields: ["rain": rain])
            // Half of the weather, and as much of another.
            let climatology = ClimatologyForecast(fitting: data).predict(data.test)
            let weather = Tensor(noise.suffix(72 * 12).map(Float.init), shape: climatology.shape),
                wrong = Tensor(other.suffix(72 * 12).map(Float.init), shape: climatology.shape)
            let network = climatology + weather * 0.5 + wrong * 0.5
            let truth = try data.preprocessing.restore(predictions: data.test.targets, for: data.test)
            let map = try SkillMap(
                truth: truth[0], prediction: data.preprocessing.restore(predictions: network, for: data.test)[0],
                reference: data.preprocessing.restore(predictions: climatology, for: data.test)[0],
                usual: data.preprocessing.usual(for: data.test)[0])
            return (try ScoreTable(data, predictions: ["network": network]), map)
        }
        let (plain, plainMap) = try scores(nil), (anomalies, map) = try scores(.month)
        #expect(plain["network", .r]! > 0.99 && plainMap.r.values.min().item > 0.9)
        for r in [anomalies["network", .r]!, anomalies["network", .anomalyCorrelation]!, map.r.values.mean().item] {
            #expect(abs(r - 0.5.squareRoot()) < 0.08, "\(r)")
        }
        #expect(
            abs(anomalies["network", .rmse]! - plain["network", .rmse]!) < 1e-3 && anomalies["climatology", .r] == nil)
    }
}

extension Field {
    fileprivate func with(_ values: [Double]) -> Field {
        var field = self
        field.values = Tensor(values)
        return field
    }
}
