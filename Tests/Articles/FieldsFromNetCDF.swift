import Foundation
import Tern

/// Ten years of made months on a globe of 10 degrees, as `sst.mnmean.nc`: a season and noise.
private func makeFile() throws {
    let months = 120, latitudes = (0..<18).map { 85 - 10 * Double($0) }, longitudes = (0..<36).map { 10 * Double($0) }
    var noise = Generator(seed: 0), values: [Float] = []
    for month in 0..<months {
        for latitude in latitudes {
            for longitude in longitudes {
                let isLand = longitude < 40 && abs(latitude) < 40
                let angle = latitude * Double.pi / 180, phase = Double(month) * Double.pi / 6
                let season = -5 * sin(angle) * cos(phase)
                values.append(isLand ? .nan : Float(28 * cos(angle) + season + noise.standardNormal()))
            }
        }
    }
    let field = Field(
        "sst", Tensor(values, shape: [months, 18, 36]), dimensions: ["time", "lat", "lon"],
        coordinates: [
            Coordinate("time", times: (0..<months).map { CalendarDate(year: 2010 + $0 / 12, month: 1 + $0 % 12) }),
            Coordinate("lat", numbers: latitudes), Coordinate("lon", numbers: longitudes),
        ], attributes: ["units": "degC", "long_name": "sea-surface temperature"])
    try Dataset([field]).write(to: "sst.mnmean.nc")
}

func fieldsFromNetCDF() throws {
    try makeFile()
    // article
    let data = try Dataset(contentsOf: "sst.mnmean.nc")
    for variable in data.variables { print(variable.name, variable.dimensions, variable.shape) }
    // end

    // article
    let sst = try data.field("sst")
    let firstYear = try data.field("sst", at: ["time": 0..<12])
    print(sst.dimensions, sst.shape, sst.units ?? "", firstYear.shape)
    // end

    // article
    let box = try sst.select(["lat": .range(-5, 5), "lon": .range(-170, -120)])  // either convention of longitudes
    let december = try sst.select(["time": "2015-12"])
    let point = try sst.select(["lat": .nearest(12.3), "lon": .nearest(-71)])
    print(box.shape, december.shape, point.shape)
    // end

    // article
    let index = try box.mean(over: ["lat", "lon"], weights: .cosineOfLatitude)
    let anomaly = try index.grouped(by: .month).anomaly()
    print(anomaly.dimensions, anomaly.shape)
    // end

    // article
    let whole = try sst.grouped(by: .month).anomaly().filled(.value(0))
    let (inputs, targets) = try whole.windows(12, horizon: 3, of: anomaly)
    print(inputs.shape, targets.shape)
    // end

    // article
    let training = try whole.select(["time": .dates("2010", "2016")])
    let scale = try Standardization(of: training, over: ["time"])
    let prepared = try scale(whole)
    print(prepared.shape)
    // end

    // article
    try Dataset([anomaly]).write(to: "index.nc")
    try Dataset([whole]).write(to: "anomaly.zarr")
    print(try Dataset(contentsOf: "anomaly.zarr").field("sst").shape)
    // end
}
