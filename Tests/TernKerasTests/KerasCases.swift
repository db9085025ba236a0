import Foundation
import Tern
import TernKeras
import TestSupport

/// Models that Keras wrote, and what they answer: Tests/Fixtures/keras_files, made by Scripts/fixtures/keras_files.py.
struct KerasCases: Decodable {
    typealias Numbers = FixtureArray

    struct Layers: Decodable {
        var name: String, inputs: [Numbers], outputs: [Numbers]
    }

    struct Optimiser: Decodable {
        var name: String, data: [Numbers], outputs: [Numbers], later: [Numbers]
    }

    struct Refused: Decodable {
        var name: String, words: String
    }

    var layers: [Layers]
    var optimisers: [Optimiser]?
    var refused: [Refused]?

    static let all: KerasCases = {
        try! JSONDecoder().decode(KerasCases.self, from: Data(contentsOf: URL(fileURLWithPath: path("cases.json"))))
    }()

    static func path(_ name: String) -> String { Fixture.path("keras_files") + "/" + name }

    static let names = all.layers.map(\.name)
    static let optimiserNames = (all.optimisers ?? []).map(\.name)
    static let refusedNames = (all.refused ?? []).map(\.name)
}

extension KerasCases.Layers {
    static func named(_ name: String) -> Self { KerasCases.all.layers.first { $0.name == name }! }

    /// Where what Tern writes again is put for `Scripts/keras_files.sh`, which shows it to Keras.
    static let kept = ProcessInfo.processInfo.environment["TERN_KERAS_WRITES"]

    func answers(of model: Model) throws -> [Tensor] {
        // States that are kept begin anew.
        model.resetStates()
        return try model.predict(zip(inputs, model.inputs).map { $0.tensor($1.dtype) })
    }
}
