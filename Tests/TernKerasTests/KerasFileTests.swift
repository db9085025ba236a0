import Foundation
import Tern
import TernKeras
import TestSupport
import Testing

/// `.keras` files that Keras wrote, read here and written again.
@Suite struct KerasFileTests {
    private let folder = TemporaryFolder()

    @Test(arguments: KerasCases.names) func aModelAnswersAsInKeras(_ name: String) throws {
        let wanted = KerasCases.Layers.named(name), model = try Model(kerasFile: KerasCases.path("\(name).keras"))
        let found = try wanted.answers(of: model)
        #expect(found.map(\.shape) == wanted.outputs.map(\.shape))
        for (i, (got, numbers)) in zip(found, wanted.outputs).enumerated() {
            expectClose(got.doubles, numbers.values, 1e-5, "\(name), output \(i)")
        }
    }

    /// Of one Keras's order of layers is not known.
    private static let written = KerasCases.names.filter { $0 != "masks" }

    @Test(arguments: written) func whatIsWrittenAgainAnswersTheSame(_ name: String) throws {
        let wanted = KerasCases.Layers.named(name), model = try Model(kerasFile: KerasCases.path("\(name).keras"))
        let path = (KerasCases.Layers.kept ?? folder.url.path) + "/\(name).keras"
        try model.write(kerasFile: path)
        let again = try Model(kerasFile: path)
        #expect(try wanted.answers(of: again) == wanted.answers(of: model))
        #expect(try again.kerasJSON() == model.kerasJSON())
    }

    @Test(.enabled(if: !Fixture.isReplaced("keras_files"))) func anOrderThatIsNotKnownIsSaid() throws {
        let model = try Model(kerasFile: KerasCases.path("masks.keras"))
        let error = #expect(throws: DataError.self) { try model.write(kerasFile: folder.path("m.keras")) }
        #expect(error!.message.contains("stand beside each other in a model with masks"), "\(error!)")
    }

    @Test(arguments: written) func weightsAloneGoIntoAnotherModel(_ name: String) throws {
        let wanted = KerasCases.Layers.named(name), model = try Model(kerasFile: KerasCases.path("\(name).keras"))
        let other = try Model(kerasJSON: model.kerasJSON()), path = folder.path("w.weights.h5")
        try model.saveKerasWeights(to: path)
        try other.loadKerasWeights(from: path)
        #expect(try wanted.answers(of: other) == wanted.answers(of: model))
    }

    @Test(arguments: KerasCases.optimiserNames) func trainingGoesOnAsInKeras(_ name: String) throws {
        let wanted = KerasCases.all.optimisers!.first { $0.name == name }!
        let tensors = wanted.data.map { $0.tensor(.float32) }
        let model = try Model(kerasFile: KerasCases.path("\(name).keras"))
        func expect(_ model: Model, _ numbers: [KerasCases.Numbers], _ what: String) throws {
            for (got, numbers) in zip(try model.predict([tensors[0]]), numbers) {
                expectClose(got.doubles, numbers.values, 1e-5, "\(name) \(what)")
            }
        }
        try expect(model, wanted.outputs, "as it was saved")
        // Also by way of a file of Tern's.
        let path = (KerasCases.Layers.kept ?? folder.url.path) + "/\(name).keras"
        try model.write(kerasFile: path)
        for (model, what) in [
            (model, "three steps later"), (try Model(kerasFile: path), "three steps later, from Tern's file"),
        ] {
            try model.fit(
                TrainingData(inputs: [tensors[0]], targets: Array(tensors.dropFirst())), batchSize: 4, epochs: 3,
                shuffles: false)
            try expect(model, wanted.later, what)
        }
    }

    @Test(arguments: KerasCases.refusedNames) func whatTernHasNotIsNamed(_ name: String) throws {
        let words = KerasCases.all.refused!.first { $0.name == name }!.words
        let error = #expect(throws: DataError.self) { try Model(kerasFile: KerasCases.path("\(name).keras")) }
        #expect(error!.message.contains(words), "\(error!)")
    }

    @Test(.enabled(if: !Fixture.isReplaced("keras_files"))) func lengthsThatAreOpenAreGiven() throws {
        let model = try Model(kerasFile: KerasCases.path("open.keras"), inputShapes: [[7, 3]])
        #expect(model.inputs[0].shape == [7, 3] && model.outputs[0].shape == [2])
    }

    @Test(.enabled(if: !Fixture.isReplaced("keras_files"))) func compilationComesAlong() throws {
        let compilation = try #require(Model(kerasFile: KerasCases.path("adamw.keras")).compilation)
        #expect(
            compilation.losses.map(\.description) == [
                "mean_squared_error", "categorical_crossentropy(axis: -1.0, from_logits: 0.0, label_smoothing: 0.1)",
            ])
        #expect(compilation.lossWeights == [1, 0.5])
        #expect(compilation.metrics.map(\.name) == ["t_mean_absolute_error", "s_auc", "s_categorical_accuracy"])
        #expect(compilation.optimizer.learningRate.description == "cosineDecay(0.1, 10, 0.0, 0.2, 2)")
    }

    @Test func optimisersThatKerasHasNotAreNamed() throws {
        let model = Sequential(input: [2]) { Dense(1) }
        model.compile(optimizer: Adam().clipping(.norm(1)).decayingWeights(by: 0.1), loss: .meanSquaredError)
        let error = #expect(throws: DataError.self) { try model.write(kerasFile: folder.path("m.keras")) }
        #expect(error!.message.contains("in another order than Keras's"), "\(error!)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("m.keras")))
        try model.write(kerasFile: folder.path("m.keras"), includesOptimizer: false)
        #expect(try Model(kerasFile: folder.path("m.keras")).compilation == nil)
    }

    /// Half a step and half a class are none.
    @Test(arguments: [
        ("Adam", #""gradient_accumulation_steps": 2.5"#, 2.0), ("Adam", #""ema_overwrite_frequency": 2.5"#, 2),
        ("Muon", #""ns_steps": 2.5"#, 2), ("ScheduleFreeAdamW", #""warmup_steps": 2.5"#, 2),
        ("SGD", #""momentum": 0.5"#, 2.5),
    ])
    func numbersOfStepsAndClassesAreWhole(_ optimizer: String, _ setting: String, _ classes: Double) throws {
        let compilation =
            #""compile_config":{"optimizer":{"module":"keras.optimizers","class_name":"\#(optimizer)","#
            + #""config":{\#(setting)}},"loss":"mse","metrics":[{"module":"keras.metrics","class_name":"MeanIoU","#
            + #""config":{"num_classes":\#(classes)}}]},"class_name""#
        let text = try Sequential(input: [2]) { Dense(1) }.kerasJSON()
            .replacing("\"class_name\"", with: compilation, maxReplacements: 1)
        let error = #expect(throws: DataError.self) { try Model(kerasJSON: text) }
        #expect(error!.message.contains("wants a whole number, found 2.5"), "\(error!)")
    }

    /// As in `keras.Model(x, {"rain": ..., "dry": ...})`: what a compilation says goes by these names, which are sorted.
    @Test func outputsHaveNamesOfTheirOwn() throws {
        let input = Input([3])
        let model = Model(inputs: [input], outputs: [Dense(2, name: "first")(input), Dense(1, name: "second")(input)])
        let text = try model.kerasJSON()
        let ends = #""output_layers":{"rain":["first",0,0],"dry":["second",0,0]}"#
        let named = text.replacing(/"output_layers":\s*\[\s*\[[^\]]*\]\s*,\s*\[[^\]]*\]\s*\]/, with: ends)
        let compilation = #""compile_config":{"optimizer":"sgd","loss":{"rain":"mse","dry":"mae"}},"class_name""#
        let compiled = try Model(kerasJSON: named.replacing("\"class_name\"", with: compilation, maxReplacements: 1))
        #expect(compiled.outputs.map(\.shape) == [[1], [2]])
        #expect(compiled.compilation?.losses.map(\.name) == ["mean_absolute_error", "mean_squared_error"])
    }

    @Test func everyOutputHasOneName() throws {
        let input = Input([3])
        let model = Model(inputs: [input], outputs: [Dense(2, name: "first")(input), Dense(1, name: "second")(input)])
        let named = try model.kerasJSON().replacing(
            /"output_layers":\s*\[\s*\[[^\]]*\]\s*,\s*\[[^\]]*\]\s*\]/,
            with: #""output_layers":{"rain":["first",0,0],"snow":[]}"#)
        let compilation = #""compile_config":{"loss":"mse","metrics":{"snow":["mae"]}},"class_name""#
        let text = named.replacing("\"class_name\"", with: compilation, maxReplacements: 1)
        let error = #expect(throws: DataError.self) { try Model(kerasJSON: text) }
        #expect(error!.message.contains("it has 1 outputs, under 2 names"), "\(error!)")
    }

    @Test func layersThatKerasHasNotAreNamed() throws {
        let model = Sequential(input: [4, 4, 1]) { PeriodicPadding2D(latitude: 1, longitude: 1, name: "round") }
        let error = #expect(throws: DataError.self) { try model.write(kerasFile: folder.path("m.keras")) }
        #expect(
            error!.message
                == "layer \"round\" (PeriodicPadding2D): Keras has no such layer; leave it out, or make it of Keras's")
        let explicit = Sequential(input: [4, 4, 1]) {
            Conv2D(1, kernelSize: 2, padding: .explicit([1, 1]), name: "conv")
        }
        let other = #expect(throws: DataError.self) { try explicit.kerasJSON() }
        #expect(other!.message.hasPrefix("layer \"conv\" (Conv2D): its padding is a number of cells"), "\(other!)")
    }

    /// load_model of Keras's own file gives 1e-5 after three epochs with LearningRateScheduler(lambda e, r: r / 10) of
    /// Adam(0.01).
    @Test func theRateThatCallbacksSetIsWritten() throws {
        let model = Sequential(input: [1]) { Dense(1) }, x = Tensor.ones([2, 1]), path = folder.path("rate.keras")
        func rate() throws -> Double { try Model(kerasFile: path).compilation!.optimizer.learningRate(0) }
        model.compile(optimizer: Adam(learningRate: 0.01), loss: .meanSquaredError)
        try model.fit(x, 5 * x, epochs: 3, callbacks: [LearningRateScheduler { $1 / 10 }])
        try model.write(kerasFile: path)
        expectClose(try rate(), 1e-5, 1e-12)
        let again = try Model(kerasFile: path)
        for model in [model, again] { try model.fit(x, 5 * x, epochs: 2) }
        #expect(again.variables.map(\.variable.value) == model.variables.map(\.variable.value))
        model.setRate = 0.125
        try model.write(kerasFile: path)
        #expect(try rate() == 0.125)
        // Another optimiser has its own.
        model.compilation!.optimizer = Adam(learningRate: 0.5)
        try model.write(kerasFile: path)
        #expect(try rate() == 0.5)
    }
}
