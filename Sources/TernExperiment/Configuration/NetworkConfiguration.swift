import Tern

/// A network and how it learns, without data: what programs make of JSON by tern.h. Its keys are those of experiments.
package struct NetworkConfiguration: Settings, Sendable {
    package var model = ModelConfiguration()
    /// The shape of an example, and of its target.
    package var input: [Int] = [], output: [Int] = []
    package var training = TrainingConfiguration()
    /// The last part of the examples, which is held out.
    package var validationSplit = 0.0
    package var seed: UInt64 = 0

    package init() {}

    /// Reads JSON (or YAML).
    ///
    /// - Throws: `DataError` that names the key.
    package init(_ text: String) throws { try self.init(Place(Document(text, file: "the configuration"))) }

    static var keys: [Key<NetworkConfiguration>] {
        [
            Key("model", \.model, required: true, "The network: a named one, or layers."),
            Key("input", \.input, required: true, is: .atLeast(1), "The shape of an example."),
            Key("output", \.output, required: true, is: .atLeast(1), "The shape of its target."),
            Key("training", \.training, "How the network learns. Names and defaults are Keras's."),
            Key(
                "validation_split", \.validationSplit, is: .from(0, to: 0.99),
                "The share of the examples, the last ones, that is held out."),
            Key("seed", \.seed, is: .from(0, to: 4_294_967_295), "Of weights and order."),
        ]
    }

    mutating func finish(_ place: Place) throws {
        guard model.ensemble == 1, !model.residual else {
            throw place.error(
                "a network made here is one, without a linear model: leave out model.ensemble and model.residual")
        }
        guard !training.areaWeighted, !training.balanceGroups else {
            throw place.error(
                "training.area_weighted and training.balance_groups need coordinates, which arrays lack; give weights instead"
            )
        }
    }

    /// The network with fresh weights.
    ///
    /// - Throws: `DataError` that names the layer that does not fit, and the shapes.
    package func build() throws -> Model { try model.build(inputShape: input, outputShape: output, seed: seed) }
}
