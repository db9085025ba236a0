import Foundation
import TernCore
import TernData
import Testing

/// On a coarse grid, which has the same physics.
@Suite struct SyntheticClimateTests {
    private static let climate = SyntheticClimate(seed: 0, latitudes: 36, longitudes: 72, members: 3)
    private static let runs = Dictionary(
        uniqueKeysWithValues: SyntheticClimate.scenarios.map { ($0, climate.scenario($0)) })

    private func output(_ scenario: String, _ name: String) -> Field {
        Self.runs[scenario]!.outputs.first { $0.name == name }!
    }

    /// The area's mean of each member and year, in the order of the values.
    private func means(
        _ field: Field, where isInside: (_ latitude: Double, _ longitude: Double) -> Bool = { _, _ in true }
    ) -> [Double] {
        let latitudes = field.coordinates[2].numbers!, longitudes = field.coordinates[3].numbers!
        let weights = latitudes.flatMap { y in longitudes.map { isInside(y, $0) ? max(0, cos(y * .pi / 180)) : 0 } }
        let total = weights.reduce(0, +), values = field.values.doubles
        return stride(from: 0, to: values.count, by: weights.count).map { start in
            weights.indices.reduce(0) { $0 + weights[$1] * values[start + $1] } / total
        }
    }

    /// The mean of all members over the last years.
    private func recent(
        _ scenario: String, _ name: String = "tas", years: Int = 20,
        where isInside: (Double, Double) -> Bool = { _, _ in true }
    ) -> Double {
        let field = output(scenario, name), span = field.shape[1]
        let kept = means(field, where: isInside).enumerated().filter { $0.offset % span >= span - years }.map(\.element)
        return kept.reduce(0, +) / Double(kept.count)
    }

    @Test func namesDimensionsAndYearsAreThoseOfClimateBench() {
        #expect(SyntheticClimate.scenarios == ["historical", "ssp126", "ssp245", "ssp370", "ssp585"])
        for (name, (inputs, outputs)) in Self.runs {
            let years = name == "historical" ? 165 : 86
            #expect(inputs.map(\.name) == ["CO2", "CH4", "SO2", "BC"])
            #expect(inputs.map(\.shape) == [[years], [years], [years, 36, 72], [years, 36, 72]])
            #expect(inputs[2].dimensions == ["time", "latitude", "longitude"])
            #expect(outputs.map(\.name) == ["tas", "diurnal_temperature_range", "pr", "pr90"])
            for field in outputs {
                #expect(field.shape == [3, years, 36, 72])
                #expect(field.dimensions == ["member", "time", "lat", "lon"])
                #expect(field.coordinates[1].numbers?.first == (name == "historical" ? 1850 : 2015))
            }
            #expect(outputs.map(\.units) == ["K", "K", "kg m-2 s-1", "kg m-2 s-1"])
        }
    }

    @Test func everyFieldSaysThatItIsMadeAndHasNoGaps() {
        for (_, (inputs, outputs)) in Self.runs {
            for field in inputs + outputs {
                #expect(field.attributes["synthetic"]?.text?.contains("not observations") == true)
                #expect(field.values.doubles.allSatisfy { $0.isFinite }, "\(field.name)")
            }
            #expect(inputs[2].values.doubles.allSatisfy { $0 >= 0 } && inputs[3].values.doubles.allSatisfy { $0 >= 0 })
        }
    }

    @Test func aSeedGivesTheSameDataAgainAndAnotherOneOthers() {
        func tas(_ seed: UInt64) -> Tensor {
            SyntheticClimate(seed: seed, latitudes: 12, longitudes: 24, members: 2).scenario("ssp245").outputs[0].values
        }
        #expect(tas(3) == tas(3))
        #expect(tas(3) != tas(4))
    }

    @Test func theGlobeWarmsAsTheModelsOfCMIP6Do() {
        #expect((0.75...1.15).contains(recent("historical", years: 10)))
        #expect((1.4...2.1).contains(recent("ssp126")))
        #expect((2.2...3).contains(recent("ssp245")))
        #expect((3.1...4.1).contains(recent("ssp370")))
        #expect((3.9...5).contains(recent("ssp585")))
    }

    @Test func theArcticWarmsTwiceAsMuchAsTheGlobeAndLandMoreThanTheSea() {
        let globe = recent("ssp245")
        #expect((1.5...3).contains(recent("ssp245") { y, _ in y > 60 } / globe))
        let asia = recent("ssp245") { y, x in (40...60).contains(y) && (60...110).contains(x) }
        let pacific = recent("ssp245") { y, x in (40...60).contains(y) && (160...210).contains(x) }
        #expect((1.3...1.8).contains(asia / pacific))
    }

    @Test func sulphateHoldsBackTheWarmingOfEastAsia() {
        let eastAsia = { (y: Double, x: Double) in (22...40).contains(y) && (100...120).contains(x) }
        let northAmerica = { (y: Double, x: Double) in (30...45).contains(y) && (245...265).contains(x) }
        #expect(
            recent("historical", years: 10, where: eastAsia) < recent("historical", years: 10, where: northAmerica)
                - 0.3)
    }

    @Test func aWarmerWorldIsWetterByTwoPercentForEachDegree() {
        let percent = recent("ssp585", "pr") * 86400 / 2.9 * 100 / recent("ssp585")
        #expect((1.5...2.5).contains(percent))
        #expect(recent("ssp585", "pr90") > 5 * recent("ssp585", "pr"))
        #expect(recent("ssp585", "pr") { y, x in abs(y) < 5 && (170...230).contains(x) } * 86400 > 0.5)
        #expect(
            recent("ssp585", "diurnal_temperature_range") { y, x in (50...65).contains(y) && (80...120).contains(x) }
                < -0.5)
    }

    @Test func industryMovesFromTheAtlanticToAsia() {
        func share(_ year: Int, _ inside: (Double, Double) -> Bool) -> Double {
            let field = Self.runs["historical"]!.inputs[2], y = field.coordinates[1].numbers!,
                x = field.coordinates[2].numbers!
            let values = field.values.doubles, cells = y.count * x.count
            var part = 0.0, all = 0.0
            for i in 0..<cells {
                let value = values[(year - 1850) * cells + i] * max(0, cos(y[i / x.count] * .pi / 180))
                all += value
                if inside(y[i / x.count], x[i % x.count]) { part += value }
            }
            return part / all
        }
        let asia = { (y: Double, x: Double) in (5...45).contains(y) && (65...145).contains(x) }
        #expect(share(1950, asia) < 0.2)
        #expect(share(2010, asia) > 0.4)
    }

    @Test func membersDifferByWeatherAndElNinoAlone() {
        let tas = output("historical", "tas")
        let nino = means(tas) { y, x in abs(y) < 6 && (190...240).contains(x) }
        let years = tas.shape[1],
            mean = (0..<years).map { year in (0..<3).map { nino[$0 * years + year] }.reduce(0, +) / 3 }
        let anomalies = nino.enumerated().map { $1 - mean[$0 % years] }
        let deviation = (anomalies.reduce(0) { $0 + $1 * $1 } / Double(anomalies.count) * 1.5).squareRoot()
        #expect((0.6...1.1).contains(deviation))
        // Warm and cold years alternate.
        func correlation(_ lag: Int) -> Double {
            let pairs = (0..<3).flatMap { member in
                (0..<(years - lag)).map { (anomalies[member * years + $0], anomalies[member * years + $0 + lag]) }
            }
            return pairs.reduce(0) { $0 + $1.0 * $1.1 } / Double(pairs.count) * 1.5 / (deviation * deviation)
        }
        #expect(correlation(2) < -0.2)
    }
}
