// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernDataSynthetic = [
    Example("TernData/Synthetic/SyntheticClimate: SyntheticClimate", SyntheticClimate_SyntheticClimate),
    Example("TernData/Synthetic/SyntheticPrecipitation: SyntheticPrecipitation", SyntheticPrecipitation_SyntheticPrecipitation),
]

private func SyntheticClimate_SyntheticClimate() async throws {
    let climate = SyntheticClimate(seed: 0)
    _ = climate
    let (inputs, outputs) = climate.scenario("ssp245")
    _ = inputs
    _ = outputs
    check("[\"CO2\", \"CH4\", \"SO2\", \"BC\"]", inputs.map(\.name))
    use(outputs[0].shape)
}

private func SyntheticPrecipitation_SyntheticPrecipitation() async throws {
    let (sst, rain) = SyntheticPrecipitation(seed: 0).fields()
    _ = sst
    _ = rain
    check("[5545, 14, 19]: months, latitudes, longitudes; anomalies in K", sst.shape)
    check("[5545]: anomalies in mm a day", rain.shape)
}
