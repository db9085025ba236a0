import Foundation
import Tern
import TestSupport
import Testing

/// `tern inspect` of an estimator that a program wrote.
@Suite struct InspectEstimatorTests {
    private let folder = TemporaryFolder()
    private let x = Tensor((0..<24).map { Double($0 * $0 % 7) }, shape: [12, 2]), y = Tensor((0..<12).map(Double.init))

    @Test func kindParametersAndWhatWasLearnedAreShown() throws {
        var model = Pipeline(StandardScaler(), Ridge(alpha: 0.5))
        try model.fit(x, y)
        try model.write(to: folder.path("line.safetensors"))
        let shown = try Tool(["inspect", "line.safetensors"], in: folder)
        #expect(shown.status == 0, "\(shown.error)")
        #expect(shown.output.hasPrefix("a Pipeline: StandardScaler, Ridge\n"), "\(shown.output)")
        #expect(shown.output.contains("ridge__alpha") && shown.output.contains("0.5"))
        #expect(shown.output.contains("estimator/value/coef") && shown.output.contains("[2]"))
    }

    @Test func candidatesOfASearchAreShown() throws {
        var search = try GridSearch(Ridge(), ["alpha": [0.1, 1]], cv: KFold(nSplits: 2))
        try search.fit(x, y)
        try search.write(to: folder.path("search.safetensors"))
        let shown = try Tool(["inspect", "search.safetensors"], in: folder)
        #expect(shown.output.hasPrefix("a GridSearch of a Ridge\n"), "\(shown.output)")
        #expect(shown.output.contains("alpha: 0.1") && shown.output.contains("alpha: 1"))
    }

    @Test func damagedOnesAreNamed() throws {
        try Ridge().write(to: folder.path("ridge.safetensors"))
        var file = try Safetensors(contentsOf: folder.path("ridge.safetensors"))
        file.metadata["configuration"] = "{}"
        try file.write(to: folder.path("ridge.safetensors"))
        let shown = try Tool(["inspect", "ridge.safetensors"], in: folder)
        #expect(shown.status != 0 && shown.error.contains("ridge.safetensors: this is no estimator"), "\(shown.error)")
    }
}
