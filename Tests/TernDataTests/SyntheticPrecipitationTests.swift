import Foundation
import TernCore
import TernData
import Testing

@Suite struct SyntheticPrecipitationTests {
    private static let made = SyntheticPrecipitation(seed: 0).fields()

    /// The mean over boxes of 5° × 10°, by month.
    private func mean(rows: ClosedRange<Int>, columns: ClosedRange<Int>) -> [Double] {
        let values = Self.made.sst.values.doubles
        return (0..<5545).map { month in
            let cells = rows.flatMap { row in columns.map { values[(month * 14 + row) * 19 + $0] } }
            return cells.reduce(0, +) / Double(cells.count)
        }
    }

    private func deviation(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    }

    private func correlation(_ a: some Collection<Double>, _ b: some Collection<Double>) -> Double {
        let n = Double(a.count), meanA = a.reduce(0, +) / n, meanB = b.reduce(0, +) / n
        let covariance = zip(a, b).reduce(0) { $0 + ($1.0 - meanA) * ($1.1 - meanB) } / n
        return covariance / deviation(Array(a)) / deviation(Array(b))
    }

    @Test func monthsAndPlacesHaveCoordinatesAndNoGaps() {
        let (sst, rain) = Self.made
        #expect(sst.shape == [5545, 14, 19] && rain.shape == [5545])
        #expect(sst.dimensions == ["time", "lat", "lon"] && rain.dimensions == ["time"])
        #expect(sst.units == "K" && rain.units == "mm day-1")
        #expect(sst.coordinates[0].times![13] == CalendarDate(year: 2, month: 2, day: 15, calendar: .noLeap))
        #expect(sst.coordinates[1].numbers!.first == -32.5 && sst.coordinates[1].numbers!.last == 32.5)
        #expect(sst.coordinates[2].numbers!.first == 120 && sst.coordinates[2].numbers!.last == 300)
        #expect(sst.values.doubles.allSatisfy { $0.isFinite } && rain.values.doubles.allSatisfy { $0.isFinite })
        #expect(rain.attributes["synthetic"]?.text?.contains("not observations") == true)
    }

    @Test func aSeedGivesTheSameMonthsAgainAndAnotherOneOthers() {
        func rain(_ seed: UInt64) -> Tensor {
            SyntheticPrecipitation(seed: seed, samples: 100).fields().precipitation.values
        }
        #expect(rain(1) == rain(1))
        #expect(rain(1) != rain(2))
    }

    @Test func everySeedIsWrittenAsItIs() {
        func seed(_ seed: UInt64) -> Attribute? {
            SyntheticPrecipitation(seed: seed, samples: 2).fields().sst.attributes["seed"]
        }
        #expect(seed(3) == .numbers([3]) && seed(1 << 53 + 1) == .text("9007199254740993"))
    }

    @Test func elNinoIsSkewedPeaksInWinterAndLastsMonths() {
        let nino = mean(rows: 6...7, columns: 7...12), size = deviation(nino)
        #expect((0.6...1.1).contains(size))
        #expect(nino.reduce(0) { $0 + pow($1 / size, 3) } / 5545 > 0.1)
        func month(_ m: Int) -> Double { deviation(stride(from: m, to: nino.count, by: 12).map { nino[$0] }) }
        #expect(month(11) > 1.15 * month(5))
        #expect(correlation(nino.dropLast(), nino.dropFirst()) > 0.85)
        #expect(correlation(nino.dropLast(24), nino.dropFirst(24)) < 0)
    }

    @Test func theWaterAtTheCoastTellsAPartOfTheRain() {
        let (sst, rain) = Self.made
        let coast = mean(rows: 5...7, columns: 14...17)
        #expect((0.1...0.7).contains(abs(correlation(coast, rain.values.doubles))))
        #expect((0.4...2).contains(deviation(rain.values.doubles)))
        #expect(sst.values.doubles.allSatisfy { abs($0) < 7 })
    }
}
