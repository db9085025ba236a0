import Foundation
import Tern
import Testing

import TernExperiment

/// Sea-surface temperature and southern-African rain of 29 climate models.
@Suite(.enabled(if: RealData.has("cmip6_djf_sst_precip.nc")))
struct RealDataTests {
    static func data(seed: UInt64) throws -> ExperimentData {
        var sst = VariableConfiguration(variable: "sst"), rain = VariableConfiguration(variable: "precip")
        (sst.fill, sst.mask, rain.scale) = (.value(0), true, .standard)
        let configuration = DataConfiguration(
            files: ["fields": "cmip6_djf_sst_precip.nc"], sample: "sample", inputs: [sst], targets: [rain])
        return try ExperimentData(
            configuration, split: SplitConfiguration(by: .group, group: "model"), seed: seed, folder: RealData.folder)
    }

    @Test("Models stay whole, land is masked and what is scaled is training alone")
    func preparation() throws {
        let data = try Self.data(seed: 0)
        #expect(data.inputShape == [12, 36, 2] && data.outputShape == [1])
        let groups = [data.training, data.validation, data.test].map { Set($0.groups) }
        #expect(
            groups[0].isDisjoint(with: groups[1]) && groups[0].isDisjoint(with: groups[2])
                && groups[1].isDisjoint(with: groups[2]))
        #expect(
            groups.map(\.count).reduce(0, +) == 29
                && data.training.count + data.validation.count + data.test.count == 13120)
        let present = data.training.inputs[.all, .all, .all, 1]
        #expect(
            present.min().item == 0 && present.max().item == 1
                && abs(present.standardDeviation(axes: [0])).max().item == 0)
        #expect(
            abs(data.training.targets.mean().item) < 1e-5
                && abs(data.training.targets.standardDeviation().item - 1) < 1e-5)
        #expect(isNaN(data.test.inputs).any().item == 0)
        #expect(data.test.coordinates.map(\.name) == ["year", "model", "member"])
        let rain = try data.preprocessing.restore(predictions: data.test.targets, for: data.test)[0]
        #expect(rain.coordinate("model")?.labelTexts == data.test.groups && rain.dimensions == ["sample"])
    }

    @Test("The ridge on EOFs explains rain in models that it has not seen")
    func ridge() throws {
        let data = try Self.data(seed: 0)
        let baseline = try Baseline(fitting: data, BaselineConfiguration())
        let table = try ScoreTable(data, predictions: ["ridge": baseline.predict(data.test)], baseline: "ridge")
        #expect(table["ridge", .r]! > 0.2 && table["ridge", .skillOverClimatology]! > 0.03)
    }

    @Test("A file without models is predicted by the saved preprocessing")
    func newFile() throws {
        let data = try Self.data(seed: 0)
        let examples = try data.preprocessing.examples(from: "\(RealData.folder)/cmip6_djf_sst_precip.nc")
        #expect(examples.count == 13120 && examples.hasTargets)
    }
}
