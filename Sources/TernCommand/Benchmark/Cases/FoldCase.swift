import Foundation
import Tern
import TernExperiment

/// A cross-validation end to end: files read, five networks trained beside their baselines, scores written.
enum FoldCase: BenchmarkCase {
    static let summary = "five folds of the experiment on sea-surface temperature and rain, from its file to its scores"
    static let peers = ["keras-jax", "keras-tensorflow", "keras-torch"]

    static func parts(isQuick: Bool) -> [BenchmarkPart] { [BenchmarkPart(name: "folds", unit: "five folds")] }

    static func makeFiles(_ setting: BenchmarkSetting) throws {
        _ = try MadeData.sstPrecipitation.write(to: setting.folder.path)
    }

    static func prepare(_ part: String, _ setting: BenchmarkSetting) throws -> BenchmarkRun {
        let experiment = try Experiment(
            yaml: """
                name: folds
                data:
                  files: {fields: '\(setting.path("sst_precipitation.nc"))'}
                  sample: time
                  inputs: [{variable: sst, scale: standard}]
                  targets: [{variable: precipitation, scale: standard}]
                split: {by: period, validation_fraction: 0}
                model: {name: sst-cnn, filters: 4, kernel_size: [3, 2]}
                training: {optimizer: adam, learning_rate: 0.01, batch_size: 128, epochs: \(setting.isQuick ? 1 : 30)}
                baseline: {components: 20}
                """)
        let folder = setting.path("run")
        return BenchmarkRun(run: {
            _ = try experiment.crossValidate(folds: 5, into: folder)
            try FileManager.default.removeItem(atPath: folder)
        })
    }
}
