import Tern
import TernKeras
import TestSupport
import Testing

/// Where Keras's JSON says something, it is what Keras takes it for, or is refused in words. Numbers are Keras 3.15.1's, on
/// jax.
@Suite struct KerasDefinitionTests {
    private let folder = TemporaryFolder()

    /// The JSON of a model with how it is compiled.
    private func compiled(_ model: Model, _ compilation: String) throws -> String {
        try model.kerasJSON().replacing(
            "\"class_name\"", with: "\"compile_config\": \(compilation), \"class_name\"", maxReplacements: 1)
    }

    private static func object(_ module: String, _ className: String, _ config: String) -> String {
        #"{"module": "keras.\#(module)", "class_name": "\#(className)", "config": {\#(config)}}"#
    }

    // MARK: - Weights and activations

    @Test func aSoftmaxOverSeveralAxesIsNoActivation() throws {
        let text = try Sequential(input: [3, 4]) { Dense(5, activation: .softmax(axis: 1)) }.kerasJSON()
        #expect(try Model(kerasJSON: text.replacing(#""axis": 1"#, with: #""axis": [1]"#)).kerasJSON() == text)
        for axes in ["[1, 2]", "null", "[]"] {
            let said = message { try Model(kerasJSON: text.replacing(#""axis": 1"#, with: #""axis": \#(axes)"#)) }
            #expect(said.contains("is a Softmax whose axis is \(axes), and no number"), "\(said)")
        }
    }

    /// Keras's null is all axes, and its empty list none.
    @Test func axesOfConstraintsAreThoseThatAreNamed() throws {
        func text(_ axes: [Int]) throws -> String {
            try Sequential(input: [3]) { Dense(2, kernel: .init(constraint: .maxNorm(1, axes: axes))) }.kerasJSON()
        }
        #expect(try Model(kerasJSON: text([])).kerasJSON() == text([]))
        #expect(try text([]) != text([0]))
        let said = message { try Model(kerasJSON: text([0]).replacing(#""axis": 0"#, with: #""axis": null"#)) }
        #expect(said.contains("is max_norm over all axes (axis is null)"), "\(said)")
    }

    @Test(arguments: ["swish", "relu", "sine"]) func activationsOfOnesOwnAreNotWritten(_ name: String) {
        let model = Sequential(input: [2]) { Dense(1, activation: Activation(name) { x in 2 * x }) }
        let said = message { try model.kerasJSON() }
        #expect(said.contains("is the activation \(name) of your own, which Keras has not"), "\(said)")
    }

    // MARK: - Names

    /// Names of Keras's cells need not differ, paths of weights do.
    @Test func cellsOfOneNameKeepTheirWeightsApart() throws {
        let text = try Sequential(input: [3, 2]) { RNN([LSTMCell(2, name: "first"), LSTMCell(2, name: "second")]) }
            .kerasJSON()
        let model = try Model(kerasJSON: text.replacing(#""name": "second""#, with: #""name": "first""#))
        #expect(model.variables.count == 6 && Set(model.variables.map(\.path)).count == 6)
        try model.write(to: folder.path("cells.safetensors"))
    }

    @Test func namesOfModelsAndInputsHoldNoSlash() throws {
        let text = try Sequential(input: [2], name: "chain") { Dense(1) }.kerasJSON()
        for name in [#""name": "chain""#, #""name": "input_layer""#] {
            #expect(text.contains(name))
            let said = message { try Model(kerasJSON: text.replacing(name, with: #""name": "a/b""#)) }
            #expect(said.contains(#"the name "a/b" holds a "/""#), "\(said)")
        }
    }

    /// A layer may have its name from the graph alone.
    @Test func namesInAGraphHoldNoSlash() throws {
        let a = Input([2]), b = Input([2])
        let written = try Model(inputs: [a, b], outputs: [Dense(1, name: "rain")(Add()(a, b))]).kerasJSON()
        let text = written.replacing(/"name":\s*"rain",\s*"units"/, with: #""units""#)
        #expect(text != written)
        #expect(try Model(kerasJSON: text).layers.last?.info.name == "rain")
        let said = message { try Model(kerasJSON: text.replacing(#""rain""#, with: #""a/b""#)) }
        #expect(said.contains(#"the name "a/b" holds a "/""#), "\(said)")
    }

    @Test func pathsOfWeightsDiffer() {
        let said = message {
            try catchingFailure {
                let inner = Sequential(input: [2]) { Dense(2, name: "b") }
                inner.info.name = "a"
                let x = Input([2])
                return Model(inputs: [x], outputs: [Dense(1, name: "a/b")(inner(x))])
            }
        }
        #expect(said.contains(#"two weights are called "a/b/kernel""#), "\(said)")
    }

    // MARK: - Training

    /// Keras's null is its "none", with which it does not train.
    @Test func aLossThatIsNotReducedIsNotTrained() throws {
        let model = Sequential(input: [2]) { Dense(1) }, x = Tensor.ones([4, 2]), y = Tensor.ones([4, 1])
        for reduction in ["null", "\"none\""] {
            let loss = Self.object("losses", "MeanSquaredError", #""reduction": \#(reduction)"#)
            let read = try Model(kerasJSON: compiled(model, #"{"optimizer": "sgd", "loss": \#(loss)}"#))
            let said = message { try read.fit(x, y) }
            #expect(said.contains("mean_squared_error of the reduction none gives a number for each"), "\(said)")
        }
    }

    @Test(arguments: ["CosineSimilarity", "BinaryCrossentropy"]) func aLossOverAllAxesIsRefused(_ name: String) throws {
        let loss = Self.object("losses", name, #""axis": null"#), model = Sequential(input: [2]) { Dense(2) }
        let said = message { try Model(kerasJSON: compiled(model, #"{"loss": \#(loss)}"#)) }
        #expect(said.contains("loss \(name): axis is null"), "\(said)")
    }

    /// What is left out is Keras's default, and null is off.
    @Test func whatMuonIsNotToldIsAsInKeras() throws {
        func muon(_ more: String) throws -> Muon {
            let optimizer = Self.object("optimizers", "Muon", #""learning_rate": 0.01\#(more)"#)
            let model = Sequential(input: [2]) { Dense(1) }
            let read = try Model(kerasJSON: compiled(model, #"{"optimizer": \#(optimizer), "loss": "mse"}"#))
            return try #require(read.compilation?.optimizer as? Muon)
        }
        let standard = try muon("")
        #expect(standard.rmsRate == 0.2 && standard.weightDecay == 0.004 && standard.adamWeightDecay == 0.004)
        let off = try muon(#", "rms_rate": null, "weight_decay": null, "adam_weight_decay": null"#)
        #expect(off.rmsRate == nil && off.weightDecay == 0 && off.adamWeightDecay == 0)
    }

    // MARK: - Metrics

    private static let predicted = Tensor([Float(0), 0, 0.2, 0.5, 0.7, 0, 0.9, 1, 0.4, 0], shape: [10, 1])
    private static let observed = Tensor([Float(0), 1, 0, 1, 1, 0, 1, 0, 1, 0], shape: [10, 1])

    /// keras.metrics.AUC(thresholds=...) of these; both ends are added to all that are given.
    @Test(arguments: [
        ("[0.0, 0.3, 0.6, 1.0]", 0.7400000691413879), ("[0.3, 0.6]", 0.7599999904632568), ("[0.0]", 0.7000000476837158),
        ("[-0.5, 0.3, 1.5]", 0.7999999523162842),
    ])
    func thresholdsOfAnAreaAreThoseThatAreGiven(_ thresholds: String, _ wanted: Double) throws {
        let metric = Self.object("metrics", "AUC", #""thresholds": \#(thresholds)"#)
        let model = try Model(
            kerasJSON: compiled(
                Sequential(input: [1]) { Rescaling(scale: 1) }, #"{"loss": "mse", "metrics": [\#(metric)]}"#))
        expectClose(try model.evaluate(Self.predicted, Self.observed)["auc"]!, wanted, 1e-6)
    }

    @Test(arguments: [
        ("Precision", #""thresholds": [0.2, 0.5]"#, "it gives a number for each of 2 thresholds"),
        ("TruePositives", #""thresholds": [0.2, 0.5, 0.7]"#, "it gives a number for each of 3 thresholds"),
        ("F1Score", "", #"a number for each of 3; say average="macro""#),
        ("R2Score", #""class_aggregation": null"#, #"a number for each of 3; say class_aggregation="uniform_average""#),
        ("CosineSimilarity", #""axis": null"#, "axis is null"),
    ])
    func metricsThatGiveSeveralNumbersAreRefused(_ name: String, _ config: String, _ words: String) throws {
        let metric = Self.object("metrics", name, config), model = Sequential(input: [2]) { Dense(3) }
        let compilation = #"{"loss": "mse", "metrics": [\#(metric)]}"#
        let said = message { try KerasParts.compile(model, compilation) }
        #expect(said.contains(words), "\(said)")
        // The same where Keras wrote it.
        let json = try compiled(model, compilation)
        #expect(message { try Model(kerasJSON: json) }.contains(words))
        let archive = try KerasArchive(of: model, writtenTo: folder.path("m.keras"))
        try archive.replacing(
            "\"class_name\": \"Sequential\"",
            with: "\"compile_config\": \(compilation), \"class_name\": \"Sequential\""
        ).write(to: folder.path("m.keras"))
        #expect(message { try Model(kerasFile: folder.path("m.keras")) }.contains(words))
        #expect(try KerasFile(contentsOf: folder.path("m.keras"), compiles: false).notes.isEmpty)
    }

    /// Sequential([Input((1,)), Rescaling(1.0)]).compile(loss="mse", metrics=[name]); keras.metrics.Accuracy() is 0.3.
    @Test(arguments: [
        (#""accuracy""#, "binary_accuracy", 0.6), (#""Accuracy""#, "binary_accuracy", 0.6),
        (#""ACC""#, "binary_accuracy", 0.6),
        (#"{"module": "keras.metrics", "class_name": "Accuracy", "config": {}}"#, "accuracy", 0.3),
    ])
    func accuracyIsChosenByItsNameInAnyCase(_ metric: String, _ key: String, _ wanted: Double) throws {
        let model = try Model(
            kerasJSON: compiled(
                Sequential(input: [1]) { Rescaling(scale: 1) }, #"{"loss": "mse", "metrics": [\#(metric)]}"#))
        expectClose(try #require(try model.evaluate(Self.predicted, Self.observed)[key]), wanted, 1e-6)
    }

    /// Keras has the loss "crossentropy" and no such metric.
    @Test func crossentropyIsChosenAsALoss() throws {
        func read(_ units: Int, _ compilation: String) throws -> Loss? {
            try Model(kerasJSON: compiled(Sequential(input: [2]) { Dense(units) }, compilation)).compilation?.losses[0]
        }
        for word in ["crossentropy", "CE"] {
            #expect(try read(1, #"{"loss": "\#(word)"}"#)?.name == "binary_crossentropy")
            let said = message { try read(3, #"{"loss": "\#(word)"}"#) }
            #expect(said.contains("the loss \(word) of 3 classes by the targets; say categorical_cr"), "\(said)")
            let other = message { try read(1, #"{"loss": "mse", "metrics": ["\#(word)"]}"#) }
            #expect(other.contains("metric \(word): Tern has no such metric"), "\(other)")
        }
    }

    /// keras.metrics.AUC(multi_label=True, label_weights=[1, 2, 3, 0]) of these, as Keras 3.15.1 writes it; without the
    /// weights it is 0.6875.
    @Test func weightsOfLabelsAreReadAsKerasWritesThem() throws {
        let weights = #"{"class_name": "__tensor__", "config": {"value": [1.0, 2.0, 3.0, 0.0], "dtype": "float32"}}"#
        let metric = Self.object("metrics", "AUC", #""multi_label": true, "label_weights": \#(weights)"#)
        let model = try Model(
            kerasJSON: compiled(
                Sequential(input: [4]) { Rescaling(scale: 1) }, #"{"loss": "mse", "metrics": [\#(metric)]}"#))
        let x = Tensor(
            [Float(0.1), 0.6, 0.3, 0.9, 0.8, 0.4, 0.7, 0.2, 0.35, 0.55, 0.65, 0.15, 0.9, 0.45, 0.05, 0.6],
            shape: [4, 4])
        let y = Tensor([Float(0), 1, 1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 1, 1, 0, 0], shape: [4, 4])
        expectClose(try #require(try model.evaluate(x, y)["auc"]), 0.875, 1e-6)
    }

    @Test func metricsThatGiveOneNumberAreTaken() throws {
        let metrics = [
            ("Precision", #""thresholds": [0.2]"#), ("F1Score", #""average": "macro""#), ("R2Score", ""),
            ("AUC", #""thresholds": [0.2, 0.4]"#),
        ].map { Self.object("metrics", $0, $1) }.joined(separator: ", ")
        let text = try compiled(
            Sequential(input: [2]) { Dense(3) }, #"{"loss": "mse", "metrics": [\#(metrics)]}"#)
        #expect(try Model(kerasJSON: text).compilation?.metrics.count == 4)
    }

    @Test func aClassThatIsIgnoredIsWritten() throws {
        let model = Sequential(input: [2]) { Dense(3) }
        model.compile(
            loss: .sparseCategoricalCrossentropy(), metrics: [.sparseCategoricalCrossentropy(ignoreClass: 0)])
        let text = try model.kerasJSON()
        #expect(text.contains(#""ignore_class": 0"#))
        #expect(try Model(kerasJSON: text).kerasJSON() == text)
    }

    // MARK: - Notes

    @Test func aCallInTrainingIsNoted() throws {
        let input = Input([3])
        let model = Model(inputs: [input], outputs: [Add()(Dropout(0.5, name: "drop")(input), input)])
        let archive = try KerasArchive(of: model, writtenTo: folder.path("m.keras"))
        let told = archive.replacing(#""kwargs": {}"#, with: #""kwargs": {"training": true}"#)
        try told.write(to: folder.path("t.keras"))
        #expect(try KerasFile(contentsOf: folder.path("m.keras")).notes.isEmpty)
        let notes = try KerasFile(contentsOf: folder.path("t.keras")).notes
        #expect(notes.contains { $0.hasPrefix("layer \"drop\" is called with training=True") }, "\(notes)")
    }

    @Test func aTypeThatBecomesAWiderOneIsWarnedOf() throws {
        let model = Sequential(input: [3], dtype: .int32) { Flatten() }
        let archive = try KerasArchive(of: model, writtenTo: folder.path("m.keras"))
        try archive.replacing(#""dtype": "int32""#, with: #""dtype": "uint8""#).write(to: folder.path("u.keras"))
        #expect(try KerasFile(contentsOf: folder.path("m.keras")).warnings.isEmpty)
        let file = try KerasFile(contentsOf: folder.path("u.keras"))
        #expect(file.warnings.count == 1 && file.notes.isEmpty)
        #expect(file.warnings[0].contains("of uint8 is computed with as int32"), "\(file.warnings)")
    }
}
