import Foundation
import Tern
import TestSupport

/// Fields of six made models, whose rain follows the temperature of two cells, and an experiment on them.
struct SmallExperiment {
    let folder = TemporaryFolder()

    /// - Parameter years: of each model.
    init(years: Int = 40) throws {
        try Self.dataset(models: 0..<6, years: years).write(to: folder.path("fields.nc"))
        _ = folder.write(Self.yaml, as: "small.yaml")
    }

    static let yaml = """
        name: small
        data:
          files: {fields: fields.nc}
          sample: sample
          inputs:
            - {variable: sst, scale: cell, fill: mean}
          targets: [precip]
        split: {by: group, group: model, validation: [4], test: [5]}
        model: {name: mlp, units: [8]}
        training: {epochs: 20, learning_rate: 0.01}
        baseline: {components: 4}
        """

    /// - Parameter models: nil for fields that tell neither model nor year.
    static func dataset(models: Range<Int>?, years: Int, units: String = "K") -> Dataset {
        let count = (models?.count ?? 1) * years
        var random = RandomState(seed: UInt32(count))
        var sst = random.standardNormal(count: count * 12)
        for sample in 0..<count { sst[sample * 12 + 7] = .nan }
        let noise = random.standardNormal(count: count)
        let rain = (0..<count).map { sample -> Float in
            let law = sst[sample * 12] - 0.5 * sst[sample * 12 + 5]
            return Float(3 + law + 0.2 * noise[sample])
        }
        var along: [Coordinate] = []
        if let models {
            let model = models.flatMap { [Double](repeating: Double($0), count: years) },
                year = (0..<count).map { Double(1950 + $0 % years) }
            along = [
                Coordinate("model", dimension: "sample", numbers: model),
                Coordinate("year", dimension: "sample", numbers: year),
            ]
        }
        return Dataset([
            Field(
                "sst", Tensor(sst.map(Float.init), shape: [count, 3, 4]), dimensions: ["sample", "lat", "lon"],
                coordinates: [
                    Coordinate("lat", numbers: [-10, 0, 10]), Coordinate("lon", numbers: [0, 90, 180, 270]),
                ] + along, attributes: ["units": .text(units)]),
            Field("precip", Tensor(rain), dimensions: ["sample"], coordinates: along, attributes: ["units": "mm/day"]),
        ])
    }

    func tern(_ arguments: String...) throws -> Tool { try Tool(arguments, in: folder) }

    /// Trains into `run`, without figures.
    func train(_ more: String...) throws -> Tool {
        try Tool(["train", "small.yaml", "-o", "run", "--set", "output.figures=false"] + more, in: folder)
    }
}
