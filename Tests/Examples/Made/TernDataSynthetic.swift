// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernDataSynthetic = [
    Example("TernData/Synthetic/SyntheticClimate: SyntheticClimate", SyntheticClimate_SyntheticClimate),
    Example("TernData/Synthetic/SyntheticPrecipitation: SyntheticPrecipitation", SyntheticPrecipitation_SyntheticPrecipitation),
]

private func SyntheticClimate_SyntheticClimate() async throws {
    let climate = SyntheticClimate(seed: 0, latitudes: 6, longitudes: 8, members: 1)
    _ = climate
    let (inputs, outputs) = climate.scenario("ssp245")
    _ = inputs
    _ = outputs
    print(inputs.map(\.name))  // ["CO2", "CH4", "SO2", "BC"]
    checkPrinted("[\"CO2\", \"CH4\", \"SO2\", \"BC\"]")
    print(outputs[0].name, outputs[0].dimensions)  // tas ["member", "time", "lat", "lon"]
    checkPrinted("tas [\"member\", \"time\", \"lat\", \"lon\"]")
    print(outputs[0].shape)  // [1, 86, 6, 8]
    checkPrinted("[1, 86, 6, 8]")
}

private func SyntheticPrecipitation_SyntheticPrecipitation() async throws {
    let (sst, rain) = SyntheticPrecipitation(seed: 0, samples: 24).fields()
    _ = sst
    _ = rain
    print(sst.shape, sst.units!)  // [24, 14, 19] K
    checkPrinted("[24, 14, 19] K")
    print(rain.shape, rain.units!)  // [24] mm day-1
    checkPrinted("[24] mm day-1")
}
