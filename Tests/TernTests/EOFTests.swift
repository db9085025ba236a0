import Foundation
import Tern
import TestSupport
import Testing

/// Empirical orthogonal functions beside NumPy's singular values (Scripts/fixtures/numpy_eof.py).
@Suite struct EOFTests {
    private struct Case: Decodable {
        var lat: [Double], lon: [Double], field: [[[Number]]], weights: String, count: Int, patterns: [[[Number]]]
        var series: [[Double]], variance: [Double], shares: [Double], errors: [Double], other: [[[Number]]]
        var projected: [[Double]], modes: Int, made: [[[Number]]]

        func field(_ values: [[[Number]]]) -> Field {
            Field(
                "t",
                Tensor(values.flatMap { $0.flatMap { $0.map(\.value) } }, shape: [values.count, lat.count, lon.count]),
                dimensions: ["time", "lat", "lon"],
                coordinates: [Coordinate("lat", numbers: lat), Coordinate("lon", numbers: lon)],
                attributes: ["units": "K"])
        }
        var area: Weights? { ["area": .cellArea, "cosine": .cosineOfLatitude][weights] }
    }
    /// NaN is a text.
    private struct Number: Decodable {
        let value: Double
        init(from decoder: any Decoder) throws {
            let box = try decoder.singleValueContainer()
            value =
                try (try? box.decode(Double.self))
                ?? {
                    _ = try box.decode(String.self); return .nan
                }()
        }
    }
    private struct Cases: Decodable { var cases: [Case] }
    private static let cases = try! Fixture.decode("numpy_eof", as: Cases.self).cases

    private func flat(_ values: [[[Number]]]) -> [Double] { values.flatMap { $0.flatMap { $0.map(\.value) } } }

    @Test(arguments: cases.indices) func patternsAndSeriesAreNumPys(_ i: Int) throws {
        let c = Self.cases[i], field = c.field(c.field)
        let eof = try EOF(of: field, count: c.count, weights: c.area)
        #expect(eof.patterns.dimensions == ["mode", "lat", "lon"] && eof.patterns.units == "K")
        #expect(eof.series.dimensions == ["time", "mode"])
        expectClose(eof.patterns.values.doubles, flat(c.patterns), 1e-9, unit: 1, "patterns \(i)")
        expectClose(eof.series.values.doubles, c.series.flatMap { $0 }, 1e-9, unit: 1, "series \(i)")
        expectClose(eof.variance, c.variance, 1e-9, "variance \(i)")
        expectClose(eof.varianceShares, c.shares, 1e-9, "shares \(i)")
        expectClose(eof.varianceShareErrors(), c.errors, 1e-9, "errors \(i)")
    }

    @Test(arguments: cases.indices) func newFieldsAreProjectedAndMade(_ i: Int) throws {
        let c = Self.cases[i], eof = try EOF(of: c.field(c.field), count: c.count, weights: c.area)
        let other = c.field(c.other)
        expectClose(
            try eof.projection(of: other).values.doubles, c.projected.flatMap { $0 }, 1e-9, unit: 10, "projection \(i)")
        expectClose(
            try eof.reconstruction(modes: 1...c.modes).values.doubles, flat(c.made), 1e-9, unit: 300, "made \(i)")
        // In another order of dimensions, and map by map.
        #expect(
            try eof.projection(of: other.transposed(["lon", "time", "lat"])).values
                == eof.projection(of: other).values)
        let map = try other.select(["time": .index(0)])
        expectClose(try eof.projection(of: map).values.doubles, c.projected[0], 1e-9, unit: 10, "map \(i)")
    }

    private func field(_ values: Tensor) -> Field {
        Field(
            "t", values, dimensions: ["time", "lat", "lon"],
            coordinates: [Coordinate("lat", numbers: [-30, 0, 30]), Coordinate("lon", numbers: [0, 90])],
            attributes: ["units": "K"])
    }

    @Test func theFieldItselfGivesItsSeries() throws {
        let field = field(Tensor.random([12, 3, 2], seed: 4, dtype: .float64))
        let eof = try EOF(of: field, count: 4)
        expectClose(try eof.projection(of: field).values, eof.series.values, 1e-12)
        let all = try EOF(of: field, count: 6)
        expectClose(try all.reconstruction().values, field.values, 1e-12)
        expectClose([all.varianceShares.reduce(0, +)], [1], 1e-12)
    }

    @Test func allModesSumToTheWeightedVariance() throws {
        let field = field(Tensor.random([12, 3, 2], seed: 5, dtype: .float64))
        let all = try EOF(of: field, count: 6)
        let variance = try field.standardDeviation(over: ["time"], degreesOfFreedom: 1)
        let squares = variance.map { square($0) }
        expectClose([all.variance.reduce(0, +)], [6 * (try squares.mean(weights: .cellArea).values.item)], 1e-12)
    }

    @Test func modesOfOneVarianceAreNoModesApart() throws {
        let angles = (0..<8).map { Double($0) * .pi / 4 }
        let turn = Tensor(angles.flatMap { [cos($0), sin($0), 0.0] }, shape: [8, 3, 1])
        let still = field((turn * Tensor([1.0, 1])))
        let eof = try EOF(of: still, count: 2, weights: nil)
        #expect(eof.isSeparated() == [false, false])
        #expect(eof.varianceShareErrors(independentSteps: 2) == eof.varianceShares)
    }

    @Test func whatCannotBeAnalysedIsTold() throws {
        let values = Tensor.random([5, 3, 2], seed: 6, dtype: .float64)
        var gap = values.doubles
        gap[6 + 3] = .nan
        #expect(
            message { try EOF(of: field(Tensor(gap, shape: [5, 3, 2])), count: 1) }.contains(
                "the cell at lat 0, lon 90 is missing at 1 of 5 steps"))
        #expect(message { try EOF(of: field(values), count: 5) }.contains("have from 1 to 4"))
        #expect(message { try EOF(of: field(values), count: 1, along: "step") }.contains("no dimension \"step\""))
        #expect(message { try EOF(of: field(values * 0 + 1), count: 1) }.contains("does not vary"))
        #expect(
            message {
                try EOF(of: Field("t", values[.all, 0], dimensions: ["time", "station"]), count: 1)
            }.contains("no latitudes"))
        let eof = try EOF(of: field(values), count: 1)
        var other = field(values)
        other.coordinates[0] = Coordinate("lat", numbers: [-30, 0, 40])
        #expect(message { try eof.projection(of: other) }.contains("bring both to one grid"))
        other = field(values)
        other.attributes["units"] = "degC"
        #expect(message { try eof.projection(of: other) }.contains("convert one"))
        #expect(message { try eof.reconstruction(modes: 1...2) }.contains("modes 1 to 1"))
        // What is made has a dimension of modes.
        let wanted = "it has a dimension \"mode\", which patterns and series are to have"
        #expect(message { try EOF(of: eof.series, count: 1, weights: nil) }.contains(wanted))
        #expect(message { try EOF(of: eof.series, count: 1, along: "mode", weights: nil) }.contains(wanted))
        let lat = Field("series", Tensor.zeros([3, 1]), dimensions: ["lat", "mode"])
        #expect(message { try eof.reconstruction(of: lat) }.contains("series have \"mode\" of length 1 and time"))
    }

    /// The example of the package eofs: winters over the Pacific.
    @Test(.enabled(if: Fixture.hasShared("data"), "no folder shared/data beside the repository"))
    func theFirstPatternOfThePacificIsElNino() throws {
        let data = try Dataset(contentsOf: Fixture.sharedPath("data/sst_ndjfm_anom.nc"))
        let eof = try EOF(of: data.field("sst"), count: 2, weights: .cosineOfLatitude)
        // NumPy's singular values of the same numbers.
        expectClose(eof.varianceShares, [0.48986294, 0.1291875], 1e-7)
        let first = try eof.series.select(["mode": 1])
        expectClose([try first.maximum().values.item], [2.283040896683784], 1e-9)
        let winter = Int(first.values.argmax().item)
        #expect(first.coordinate("time")?.times?[winter].year == 1998)
        let nino = try eof.patterns.select(["mode": 1, "latitude": .range(-5, 5), "longitude": .range(190, 240)]).mean()
        #expect(nino.values.item > 0.5)
        #expect(eof.isSeparated()[0])
    }
}
