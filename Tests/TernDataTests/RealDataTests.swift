import Foundation
import TernCore
import TernData
import TestSupport
import Testing

/// Real files in a folder beside the repository, where there is one; they are no part of it.
@Suite(.enabled(if: Fixture.hasShared("data"), "no folder shared/data beside the repository"))
struct RealDataTests {
    private func open(_ name: String) throws -> Dataset { try Dataset(contentsOf: Fixture.sharedPath("data/\(name)")) }

    @Test func packedAndFloatTemperaturesAgree() throws {
        let packed = try open("ersstv5_2010_2020_packed.nc").field("sst"),
            float = try open("ersstv5_2010_2020_hdf5.nc").field("sst")
        #expect(packed.shape == [128, 89, 180] && float.shape == packed.shape)
        #expect(packed.values.dtype == .float64 && float.values.dtype == .float32)
        #expect(packed.missingShare == float.missingShare)
        let difference = abs((packed.values - float.values))
        #expect(try Field("d", difference, dimensions: packed.dimensions).maximum().values.item < 0.00501)
        #expect(float.coordinate("time")?.times?.first?.description == "2010-01-01")
        #expect(packed.coordinate("month")?.numbers?.prefix(3) == [1, 2, 3])
        let a = try packed.grouped(by: .month).mean(), b = try float.grouped(by: .month).mean()
        #expect(a.shape == [12, 89, 180])
        expectClose(a.values, b.values, 0.006)
    }

    @Test func theNinoIndexOfTheStrongWinterIsHigh() throws {
        let sst = try open("ersstv5_2010_2020_hdf5.nc").field("sst")
        let box = try sst.select(["lat": .range(-5, 5), "lon": .range(-170, -120)])
        #expect(box.coordinate("lon")?.numbers?.count == 26)
        let index = try box.grouped(by: .month).anomaly().mean(over: ["lat", "lon"], weights: .cosineOfLatitude)
        let peak = try index.select(["time": "2015-12"]).values.item
        #expect(peak > 1.8 && peak < 2.8)
        #expect(try index.maximum().values.item < peak + 0.2)
    }

    @Test func samplesAreSplitByModel() throws {
        let data = try open("cmip6_djf_sst_precip.nc")
        let part = try data.field("sst", at: ["sample": 0..<100])
        #expect(
            part.shape == [100, 12, 36]
                && Set(part.coordinates.map(\.name)) == ["model", "member", "year", "lat", "lon"])
        let rain = try data.field("precip")
        let groups = try rain.grouped(by: .coordinate("model"))
        #expect(groups.indices.count == 29 && groups.indices.reduce(0) { $0 + $1.count } == 13_120)
        #expect(try rain.select(["model": 0]).shape == [groups.indices[0].count])
    }

    @Test func boundsAndTimesOfOtherSourcesAreRead() throws {
        let sst = try open("sst_ndjfm_anom.nc").field("sst")
        #expect(sst.coordinate("time")?.bounds?.count == 50 && sst.coordinate("latitude")?.bounds != nil)
        #expect(sst.coordinate("time")?.times?.count == 50 && sst.missingShare > 0)
        let tas = try open("pcm_b06_tas_1890_1999.nc").field("tas")
        #expect(tas.shape == [8, 110, 32, 64] && tas.dimensions[0] == "member")
        #expect(try tas.mean(weights: .cellArea).values.item > 285)
        let rain = try open("nclimdiv_precip_1895_2022.nc").field("precip")
        #expect(Set(rain.coordinates.map(\.name)) == ["division_id", "lat", "lon", "year", "month"])
        #expect(try rain.grouped(by: .month).mean().shape == [344, 12])
        #expect(try open("hadley_a1b_e1_north_america_tas.nc").dataVariables.map(\.name) == ["tas_A1B", "tas_E1"])
    }
}
