import Foundation
import Tern

// What examples read or speak of: small fields, tables and an experiment.

/// Months of made sea-surface temperature, with latitudes, longitudes and dates.
func seaSurface(months: Int = 48, from year: Int = 2012, name: String = "sst") -> Field {
    Field(
        name, Tensor.random([months, 10, 18], in: 10..<30, seed: UInt64(year), dtype: .float32),
        dimensions: ["time", "lat", "lon"],
        coordinates: [
            Coordinate("time", times: (0..<months).map { CalendarDate(year: year + $0 / 12, month: 1 + $0 % 12) }),
            Coordinate("lat", numbers: (0..<10).map { -22.5 + 5 * Double($0) }),
            Coordinate("lon", numbers: (0..<18).map { 20 * Double($0) }),
        ], attributes: ["units": "degC"])
}

/// One number a month.
func monthlyIndex(_ name: String = "nino34") throws -> Field {
    var field = try seaSurface().mean(over: ["lat", "lon"])
    field.name = name
    return field
}

/// A table of three stations, by days.
func writeStations(_ path: String) throws {
    var text = "station,day,t2m,ozone,wind\n"
    for i in 0..<90 {
        let day = Double(i / 3)
        text += "\(["A", "B", "C"][i % 3]),\(i / 3),\(10 + sin(day)),\(40 + 3 * cos(day)),\(3 + sin(3 * day))\n"
    }
    try text.write(toFile: path, atomically: true, encoding: .utf8)
}

/// An experiment of a few months that trains in no time, under the name of one of the project's.
func writeExperiment() throws {
    let files = FileManager.default
    if files.fileExists(atPath: "examples/sst-precipitation.yaml") { return }
    try files.createDirectory(atPath: "examples", withIntermediateDirectories: true)
    let (sst, rain) = SyntheticPrecipitation(seed: 0, samples: 240).fields()
    try Dataset([sst, rain]).write(to: "examples/fields.nc")
    try Dataset([sst, rain]).write(to: "new.nc")
    try """
    name: sst-precipitation
    data:
      files: {fields: fields.nc}
      sample: time
      inputs: [{variable: sst, scale: standard}]
      targets: [{variable: precipitation, scale: standard}]
    split: {by: period, validation_fraction: 0.2, test_fraction: 0.2}
    model: {name: sst-cnn, filters: 2}
    training: {epochs: 2, batch_size: 32}
    baseline: {components: 5}
    """.write(toFile: "examples/sst-precipitation.yaml", atomically: true, encoding: .utf8)
}
