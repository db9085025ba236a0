import Foundation
import Tern
import TernExperiment

/// Small trained experiments whose folders are damaged.
enum SmallRun {
    static let series = """
        name: small
        data:
          files: {fields: fields.nc}
          sample: sample
          inputs:
            - {variable: sst, scale: cell, fill: mean}
          targets: [precip]
        split: {by: group, group: model, validation: [2], test: [3]}
        model: {name: mlp, units: [8]}
        training: {epochs: 1, learning_rate: 0.01}
        baseline: {components: 2}
        output: {figures: false}
        """

    static let maps = """
        name: maps
        data:
          files: {fields: fields.nc}
          sample: time
          window: {length: 2, lead: 1}
          inputs:
            - {variable: sst, anomaly: month, detrend: true, mask: true, fill: 0}
            - {variable: sst, scale: standard, fill: mean}
          targets: [{variable: rain, anomaly: season, scale: max}]
        split: {by: period, validation_fraction: 0.2, test_fraction: 0.2}
        model: {name: linear, residual: true, ensemble: 2}
        training: {epochs: 1, early_stopping: 3}
        baseline: {components: 2, alphas: [1, 10]}
        output: {figures: false}
        """

    static func seriesData() -> Dataset {
        let n = 40
        var random = RandomState(seed: 1)
        let along = [
            Coordinate("model", dimension: "sample", numbers: (0..<n).map { Double($0 / 10) }),
            Coordinate("year", dimension: "sample", numbers: (0..<n).map { Double(1950 + $0 % 10) }),
        ]
        return Dataset([
            Field(
                "sst", Tensor(random.standardNormal(count: n * 12).map(Float.init), shape: [n, 3, 4]),
                dimensions: ["sample", "lat", "lon"],
                coordinates: [
                    Coordinate("lat", numbers: [-10, 0, 10]), Coordinate("lon", numbers: [0, 90, 180, 270]),
                ] + along),
            Field(
                "precip", Tensor(random.standardNormal(count: n).map(Float.init)), dimensions: ["sample"],
                coordinates: along),
        ])
    }

    static func mapsData() -> Dataset {
        let n = 60
        var random = RandomState(seed: 2)
        let axes = [
            Coordinate("time", times: (0..<n).map { CalendarDate(year: 2000 + $0 / 12, month: 1 + $0 % 12) }),
            Coordinate("lat", numbers: [-10, 10]),
            Coordinate("lon", numbers: [0, 120, 240]),
        ]
        return Dataset(
            ["sst", "rain"].map { name in
                Field(
                    name,
                    Tensor(
                        random.standardNormal(count: n * 6).enumerated().map {
                            name == "sst" && $0 == 9 ? .nan : Float($1)
                        }, shape: [n, 2, 3]),
                    dimensions: ["time", "lat", "lon"], coordinates: axes)
            })
    }

    static func door(_ folder: URL, _ yaml: String, _ data: Dataset) throws -> any Door {
        let fields = folder.appendingPathComponent("fields.nc").path, run = folder.appendingPathComponent("run")
        try data.write(to: fields, as: .netCDF3)
        let file = folder.appendingPathComponent("experiment.yaml").path
        try Data(yaml.utf8).write(to: URL(fileURLWithPath: file))
        try Experiment(contentsOf: file).run(into: run.path)
        // What the commands do not read is not damaged.
        for name in ["predictions.nc", "history.csv"] {
            try FileManager.default.removeItem(at: run.appendingPathComponent(name))
        }
        return try FolderDoor(run) { path in
            let opened = try Run(contentsOf: path)
            let files = opened.experiment.data.files.mapValues { _ in fields }
            _ = try opened.predict(from: files)
            _ = try opened.evaluate(on: files)
            _ = try Experiment.differences([opened.experiment])
        }
    }
}
