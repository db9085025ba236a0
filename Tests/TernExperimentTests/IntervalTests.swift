import Foundation
import Tern
import TernExperiment
import TestSupport
import Testing

/// Intervals of scores by blocks that are drawn anew, and how many independent times a series is worth.
struct IntervalTests {
    typealias S = SampleFields

    struct Cases: Decodable {
        struct Length: Decodable { var series: [Double], length: Double }
        struct Effective: Decodable { var truth: [Double], prediction: [Double], size: Double }
        struct Interval: Decodable {
            var truth: [Double], prediction: [Double], block: Int, r: [Double], rmse: [Double]
        }
        struct Tail: Decodable { var size: Double, tail: Double }
        var tails: [Tail], lengths: [Length], effective: [Effective], intervals: [Interval]
    }

    static func cases() throws -> Cases { try Fixture.decode("block_bootstrap", as: Cases.self) }

    func series(_ values: [Double]) -> Field { S.series("x", 1...values.count) { values[$0 - 1] } }

    @Test("Block lengths are those of arch, which never go below one here")
    func blockLengths() throws {
        for one in try Self.cases().lengths {
            let length = BlockBootstrap.blockLength(of: one.series)
            #expect(
                abs(length - max(1, one.length)) < 1e-6 * length,
                "\(length) where arch has \(one.length), n = \(one.series.count)")
        }
        #expect(
            BlockBootstrap.blockLength(of: [Double](repeating: 3, count: 50)) == 1
                && BlockBootstrap.blockLength(of: [1, 2]) == 1)
    }

    @Test("Effective sizes are Bretherton's formula as NumPy computes it")
    func effectiveSizes() throws {
        for one in try Self.cases().effective {
            let comparison = Comparison(truth: series(one.truth), prediction: series(one.prediction)),
                n = one.truth.count
            let neighbours = (1..<n).map { ($0 - 1, $0) }, truth = comparison.autocorrelationOfTruth(neighbours)
            let size = comparison.effectiveSize(of: n, truth: truth, neighbours: neighbours)
            #expect(abs(size! - one.size) < 1e-9 * one.size)
            #expect(
                comparison.autocorrelationOfTruth([]) == nil
                    && comparison.effectiveSize(of: n, truth: truth, neighbours: []) == nil)
        }
    }

    @Test("Intervals are those of arch's circular blocks, but for the draws")
    func intervals() throws {
        for one in try Self.cases().intervals {
            let n = one.truth.count
            let sums = zip(one.truth, one.prediction).flatMap { (x: Double, y: Double) -> [Double] in
                [x, y, x * x, y * y, x * y]
            }
            var r: [Double] = [], rmse: [Double] = []
            BlockBootstrap(units: n, blockLength: one.block, seed: 1).visit(sums, width: 5) { total in
                let m: [Double] = total.map { $0 / Double(n) }
                let xx: Double = m[2] - m[0] * m[0], yy: Double = m[3] - m[1] * m[1], xy: Double = m[4] - m[0] * m[1]
                r.append(xy / (xx * yy).squareRoot())
                rmse.append((m[2] + m[3] - 2 * m[4]).squareRoot())
            }
            for (own, theirs) in [(BlockBootstrap.interval(r)!, one.r), (BlockBootstrap.interval(rmse)!, one.rmse)] {
                let width = theirs[1] - theirs[0]
                #expect(
                    abs(own.lowerBound - theirs[0]) < 0.06 * width && abs(own.upperBound - theirs[1]) < 0.06 * width,
                    "\(own), \(theirs)")
            }
        }
    }

    @Test("Intervals of few members reach further, as far as SciPy's t says")
    func tails() throws {
        for one in try Self.cases().tails {
            #expect(abs(BlockBootstrap.tail(one.size) - one.tail) < 1e-3 * one.tail, "\(one)")
        }
        #expect(abs(BlockBootstrap.tail(1e9) - 0.025) < 1e-6 && BlockBootstrap.tail(.infinity) == 0.025)
    }

    /// A series that remembers a part of itself.
    func remembering(_ memory: Double, _ n: Int, _ random: inout RandomState) -> [Double] {
        var x = 0.0
        return (0..<n + 30).map { _ in
            x = memory * x + random.standardNormal()
            return x
        }.suffix(n)
    }

    @Test("Blocks hold the true mean of series that remember, where single times often do not")
    func coverage() {
        var random = RandomState(seed: 15), blocks = 0, singles = 0
        let count = 60, n = 200
        for seed in 0..<UInt64(count) {
            let x = remembering(0.6, n, &random)
            for (length, isBlock) in [(Int(BlockBootstrap.blockLength(of: x).rounded(.up)), true), (1, false)] {
                var means: [Double] = []
                BlockBootstrap(units: n, blockLength: length, seed: seed).visit(x, width: 1) { means.append($0[0]) }
                guard BlockBootstrap.interval(means, size: 50)!.contains(0) else { continue }
                if isBlock { blocks += 1 } else { singles += 1 }
            }
        }
        #expect(
            (47...59).contains(blocks) && (22...45).contains(singles) && blocks - singles > 8,
            "\(blocks) and \(singles) of \(count)")
    }

    /// A linear law of two patterns with noise that remembers, on maps or as a number, and gaps.
    func data(_ seed: UInt32, areMaps: Bool) throws -> ExperimentData {
        var random = RandomState(seed: seed)
        let a = remembering(0.7, 200, &random), noise = (0..<12).map { _ in remembering(0.5, 200, &random) }
        let sst = S.yearly("sst", 1800...1999) { year, cell in
            a[year - 1800] * Double(cell % 3 - 1) + 0.3 * noise[cell][year - 1800]
        }
        var rain = VariableConfiguration(variable: "rain")
        rain.mask = areMaps
        let field =
            areMaps
            ? S.yearly("rain", 1800...1999) { year, cell in
                year % 17 == cell ? .nan : 280 + a[year - 1800] * Double(cell + 1) + noise[cell][year - 1800]
            }
            : S.series("rain", 1800...1999) { 280 + a[$0 - 1800] + noise[0][$0 - 1800] }
        let configuration = S.configuration(
            [VariableConfiguration(variable: "sst")], [rain], window: WindowConfiguration(length: 1, lead: 1))
        return try ExperimentData(
            configuration, split: S.periods(1801...1919, 1920...1939, 1940...1999), fields: ["sst": sst, "rain": field])
    }

    @Test("Intervals are those of scores on examples that are taken block by block", arguments: [false, true])
    func plainModel(areMaps: Bool) throws {
        let data = try data(areMaps ? 1 : 2, areMaps: areMaps), test = data.test, n = test.count
        let ridge = try Baseline(fitting: data, BaselineConfiguration(components: 3, alphas: [1])).predict(test)
        let network = ridge * 0.8 + Tensor(0.1).cast(to: .float32)
        let table = try ScoreTable(data, predictions: ["network": network, "ridge": ridge], baseline: "ridge", seed: 7)
        let evidence = try #require(table.evidence?.first), length = try #require(evidence.blockLength)
        #expect(
            evidence.unit == "times" && evidence.unitCount == 60 && evidence.complaint == nil
                && table.rows.allSatisfy { $0.effectiveCount ?? 1 <= 60 })
        func field(_ values: Tensor) throws -> Field {
            try data.preprocessing.restore(predictions: values, for: test)[0]
        }
        let truth = try field(test.targets), persistence = try field(test.previousTargets)
        let forecasts =
            try [network, ridge, ClimatologyForecast(fitting: data).predict(test)].map(field) + [persistence]
        var random = RandomState(seed: 7), found: [Score: [Double]] = [:], gains: [Score: [Double]] = [:]
        for _ in 0..<BlockBootstrap.draws {
            let starts = random.integers(in: 0..<n, count: (n + length - 1) / length)
            let rows = Array(starts.flatMap { start in (0..<length).map { (start + $0) % n } }.prefix(n))
            let all = forecasts.map {
                Comparison(truth: truth.taking(rows, along: "time"), prediction: $0.taking(rows, along: "time"))
            }
            func error(_ k: Int) -> Double { areMaps ? all[k].areaWeightedRMSE : all[k].rmse }
            let scores: [Score: Double] = [
                .r: all[0].r, .rmse: all[0].rmse, .areaWeightedRMSE: error(0),
                .skillOverBaseline: all[0].skill(over: all[1]),
                .skillOverClimatology: all[0].skill(over: all[2]), .skillOverPersistence: all[0].skill(over: all[3]),
                .anomalyCorrelation: all[0].anomalyCorrelation(over: all[2]),
            ]
            for (score, value) in scores { found[score, default: []].append(value) }
            gains[.r, default: []].append(all[0].r - all[1].r)
            gains[areMaps ? .areaWeightedRMSE : .rmse, default: []].append(error(1) - error(0))
        }
        let row = table.rows[0], intervals = try #require(row.intervals)
        #expect(
            Set(intervals.keys) == Set(found.keys.filter { row.scores[$0] != nil })
                && intervals.count == (areMaps ? 7 : 5), "\(intervals.keys)")
        let tail = BlockBootstrap.tail(table.rows.prefix(2).map { $0.effectiveCount! }.min()!)
        func expectEqual(_ own: ClosedRange<Double>, _ values: [Double], _ what: String) {
            let ends = Tensor(values).quantile([tail, 1 - tail]).doubles
            #expect(
                abs(own.lowerBound - ends[0]) < 1e-7 && abs(own.upperBound - ends[1]) < 1e-7, "\(what): \(own), \(ends)"
            )
        }
        for (score, interval) in intervals { expectEqual(interval, found[score]!, score.rawValue) }
        #expect(Set(row.gains!.keys) == Set(gains.keys) && table.rows[1].gains == nil)
        for (score, gain) in row.gains! { expectEqual(gain.interval, gains[score]!, "gain of \(score)") }
        #expect(abs(row.gains![.r]!.mean - (row.scores[.r]! - table["ridge", .r]!)) < 1e-12)
        // Another seed draws others.
        #expect(
            try ScoreTable(data, predictions: ["network": network, "ridge": ridge], baseline: "ridge", seed: 8).rows[0]
                .intervals != row.intervals)
    }

    @Test("Groups are drawn whole where there are ten, times of all groups together where there are fewer")
    func groups() throws {
        func evidence(_ models: Int) throws -> (Evidence, ScoreTable) {
            var random = RandomState(seed: 3)
            let law = (0..<30).map { _ in random.standardNormal() }
            let rain = S.samples(models: Array(0..<models), years: 1950...1979) { model, year in
                law[year - 1950] + Double(model % 4) * sin(Double(year * model))
            }
            var configuration = S.configuration(
                [VariableConfiguration(variable: "sst")], [VariableConfiguration(variable: "rain")])
            configuration.sample = "sample"
            let split = SplitConfiguration(by: .group, group: "model", training: [.number(0)], validation: [.number(1)])
            let data = try ExperimentData(
                configuration, split: split, fields: ["sst": rain.renamed("sst"), "rain": rain])
            let network = data.test.targets * 0.5 + data.test.inputs * 0.1
            let table = try ScoreTable(data, predictions: ["network": network], keepsGroups: true)
            return (table.evidence![0], table)
        }
        let (many, table) = try evidence(14)
        #expect(
            many.unit == "values of model" && many.unitCount == 12 && many.blockLength == 1 && many.notes.isEmpty,
            "\(many)")
        #expect(
            table.rows[0].effectiveCount == nil
                && table.notes(of: "rain").contains("95 % intervals: 12 values of model drawn anew 2,000 times"))
        let (few, _) = try evidence(6)
        #expect(
            few.unit == "times" && few.unitCount == 30
                && few.notes.contains { $0.contains("too few to say how others would do") }, "\(few)")
    }

    @Test("A sample that is too short, or remembers too long, gives no interval and says so")
    func tooShort() throws {
        func table(_ years: ClosedRange<Int>, memory: Double) throws -> ScoreTable {
            var random = RandomState(seed: 5)
            let x = remembering(memory, 200, &random)
            let rain = S.series("rain", 1800...1999) { x[$0 - 1800] }
            let data = try ExperimentData(
                S.configuration([VariableConfiguration(variable: "rain")], [VariableConfiguration(variable: "rain")]),
                split: S.periods(1800...1899, 1900...1909, years), fields: ["rain": rain])
            return try ScoreTable(data, predictions: ["network": data.test.targets * 0.5 + 0.1])
        }
        let short = try table(1990...1999, memory: 0)
        #expect(
            short.evidence?.first?.complaint == "10 times are too few for intervals"
                && short.rows.allSatisfy { $0.intervals == nil })
        #expect(short.notes(of: "rain").contains("no intervals: 10 times are too few for intervals"))
        let long = try table(1940...1999, memory: 0.99)
        #expect(
            long.evidence?.first?.complaint?.contains("times are too few for intervals: ") == true
                && long.evidence?.first?.blockLength == nil, "\(long.evidence!)")
        #expect(try table(1940...1999, memory: 0).rows[0].intervals?[.r] != nil)
    }
}
