import Foundation
import Tern
import TernExperiment
import Testing

/// Inputs that are the target in another form.
struct DisguisedTargetTests {
    typealias S = SampleFields

    /// Maps of noise about 280.
    private func noise(_ seed: UInt32) -> (Int, Int) -> Double {
        var random = RandomState(seed: seed)
        let x = random.standardNormal(count: 120 * 12)
        return { year, cell in 280 + x[(year - 1900) * 12 + cell] }
    }

    private func warnings(_ sst: Field, _ rain: Field, _ change: (inout VariableConfiguration) -> Void = { _ in })
        throws -> [String]
    {
        var input = VariableConfiguration(variable: "sst"), target = VariableConfiguration(variable: "rain")
        change(&input)
        change(&target)
        let data = try ExperimentData(
            S.configuration([input], [target]), split: S.periods(1900...1929, 1930...1949, 1950...1999),
            fields: ["sst": sst, "rain": rain])
        return DisguisedTarget.found(in: data.test, data.preprocessing).map(\.warning)
    }

    @Test("The target in other units, or in one cell of a map, is told; what is merely alike is not")
    func units() throws {
        let x = noise(8), e = noise(9), sst = S.yearly("sst", 1900...1999, x)
        func said(_ target: @escaping (Double) -> Double, noise: Double = 0) throws -> [String] {
            try warnings(sst, S.series("rain", 1900...1999) { target(x($0, 7)) + noise * e($0, 0) })
        }
        #expect(
            try said { 1.8 * $0 + 32 } == [
                "the input \"sst\" gives rain to rounding: it is the target in another form; leave it out"
            ])
        #expect(try said { -$0 }.count == 1)
        #expect(try said({ $0 }, noise: 0.01).isEmpty && said { $0 * $0 }.isEmpty)
    }

    @Test(
        "Maps with fewer digits are told, prepared as anomalies too; noise as large is not",
        arguments: [nil, .all] as [VariableConfiguration.Anomaly?])
    func rounded(anomaly: VariableConfiguration.Anomaly?) throws {
        let x = noise(3), e = noise(4), rain = S.yearly("rain", 1900...1999) { 3 * x($0, $1) }
        func said(_ copy: @escaping (Int, Int) -> Double) throws -> [String] {
            try warnings(S.yearly("sst", 1900...1999, copy), rain) { $0.anomaly = anomaly }
        }
        #expect(
            try said { (3 * x($0, $1)).rounded() } == [
                "the input \"sst\" is rain but for the rounding of one of them: it is the target in another form; leave it out"
            ])
        #expect(try said { (30 * x($0, $1)).rounded() / 10 - 273.15 }.count == 1)
        #expect(try said { 3 * x($0, $1) + 0.3 * (e($0, $1) - 280) }.isEmpty)
        #expect(try said { (3 * x($0, $1) + (e($0, $1) - 280)).rounded() }.isEmpty)
    }

    @Test(
        "The mean over a box of the input is told with the box",
        arguments: [
            ([1, 2], [1, 2], "lat 0 to 10, lon 90 to 180", true),
            ([0, 1], [3, 0], "lat -10 to 0, lon 270 to 0", false), ([2], [0, 1, 2, 3], "lat 10, all lon", true),
            ([0, 1], [0, 1, 2, 3], "lat -10 to 0, all lon", true), ([0, 1, 2], [1], "all lat, lon 90", false),
            ([0, 1, 2], [0, 1, 2, 3], "its cells", true),
        ])
    func boxes(rows: [Int], columns: [Int], place: String, isByArea: Bool) throws {
        let x = noise(5)
        func mean(_ year: Int) -> Double {
            let weights = rows.map { isByArea ? cos(S.latitudes[$0] * .pi / 180) : 1 }
            return zip(rows, weights).reduce(0) { sum, row in
                columns.reduce(sum) { $0 + row.1 * x(year, row.0 * 4 + $1) }
            } / weights.reduce(0, +) / Double(columns.count)
        }
        let sst = S.yearly("sst", 1900...1999, x)
        #expect(
            try warnings(sst, S.series("rain", 1900...1999, mean))
                == [
                    "the mean of the input \"sst\" over \(place) gives rain to rounding: it is the target in another form; leave it out"
                ])
        let e = noise(6)
        #expect(try warnings(sst, S.series("rain", 1900...1999) { mean($0) + 0.05 * e($0, 0) }).isEmpty)
        #expect(try warnings(sst, S.series("rain", 1900...1999) { (100 * mean($0)).rounded() / 100 }).count == 1)
    }

    @Test func aBoxGoesOverTheEndsOfAGlobeThatBeginsAnywhere() throws {
        let x = noise(7)
        var sst = S.yearly("sst", 1900...1999, x)
        sst.coordinates[2] = Coordinate("lon", numbers: [350, 80, 170, 260])
        func mean(_ year: Int) -> Double { (0..<3).reduce(0) { $0 + x(year, $1 * 4) + x(year, $1 * 4 + 3) } / 6 }
        #expect(
            try warnings(sst, S.series("rain", 1900...1999, mean))
                == [
                    "the mean of the input \"sst\" over all lat, lon 260 to 350 gives rain to rounding: it is the target in another form; leave it out"
                ])
    }
}
