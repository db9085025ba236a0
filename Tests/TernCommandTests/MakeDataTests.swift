import Foundation
import Tern
import TestSupport
import Testing

/// `tern make-data`.
struct MakeDataTests {
    private let folder = TemporaryFolder()

    @Test func theClimateHasTheFormOfClimateBench() throws {
        let make = try Tool([
            "make-data", "climate-emulation", "--size", "6x8", "--members", "2", "--output", folder.path("new/data"),
        ])
        #expect(make.status == 0)
        #expect(make.error.isEmpty)
        #expect(make.output.contains("These data are made"))
        let inputs = try Dataset(contentsOf: folder.path("new/data/inputs_ssp245.nc"))
        #expect(try inputs.field("SO2").shape == [86, 6, 8])
        #expect(try inputs.field("CO2").shape == [86])
        let outputs = try Dataset(contentsOf: folder.path("new/data/outputs_historical.nc"))
        #expect(try outputs.field("tas").shape == [2, 165, 6, 8])
    }

    @Test(arguments: [
        (["climate-emulation", "--size", "9"], "--size is 9; give latitudes x longitudes"),
        (["climate-emulation", "--members", "0"], "it must be at least 1"),
        (["sst-precipitation", "--members", "2"], "--size and --members are for climate-emulation"),
        (["sst-precipitation", "--output", "/dev/null/data"], "error: /dev/null/data: the folder cannot be made"),
    ])
    func mistakesAreTold(_ arguments: [String], _ message: String) throws {
        let make = try Tool(["make-data"] + arguments)
        #expect(make.status != 0)
        #expect(make.error.contains(message), "\(make.error)")
        #expect(make.output.isEmpty)
    }
}
