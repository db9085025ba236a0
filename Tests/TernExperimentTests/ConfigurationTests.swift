import Foundation
import Tern
import TernExperiment
import TestSupport
import Testing

/// What an experiment's YAML may say, and what it is told where it is wrong.
struct ConfigurationTests {
    static let yaml = """
        name: test
        data:
          files: {fields: sst.nc}
          inputs:
            - {variable: sst, select: {lat: [-30, 30], time: 1950-01}, fill: mean}
            - sst2
          targets: [{variable: rain, regrid: 2.5, fill: 0}]
        split: {by: period, training: [1950, 1990], gap: 2}
        model: {name: sst-cnn, filters: 8}
        training:
          learning_rate: 1e-5
          early_stopping: 7
        """

    @Test func valuesAreReadAndTheRestAreDefaults() throws {
        let experiment = try Experiment(yaml: Self.yaml)
        #expect(experiment.name == "test")
        #expect(experiment.data.sample == "time")
        #expect(experiment.data.inputs[0].select == ["lat": [.number(-30), .number(30)], "time": [.text("1950-01")]])
        #expect(experiment.data.inputs[0].fill == .mean)
        #expect(experiment.data.inputs[1].variable == "sst2")
        #expect(experiment.data.targets[0].fill == .value(0))
        #expect(experiment.data.targets[0].regrid?.step == 2.5)
        #expect(experiment.data.targets[0].regrid?.method == .bilinear)
        #expect(experiment.split.training == [.number(1950), .number(1990)])
        #expect(experiment.split.testFraction == 0.15)
        #expect(experiment.model.filters == 8)
        #expect(experiment.model.units == [32, 16])
        #expect(experiment.training.learningRate == 1e-5)
        #expect(experiment.training.earlyStopping?.patience == 7)
        #expect(experiment.training.earlyStopping?.monitor == "val_loss")
        #expect(experiment.training.epochs == 30)
    }

    @Test(arguments: [
        "sst-precipitation", "climate-emulation", "climate-emulation-course", "sst-precipitation-cmip6",
        "sst-precipitation-course",
    ])
    func examplesAreReadAndWrittenBack(_ name: String) throws {
        let experiment = try Experiment(contentsOf: Self.folder.appendingPathComponent("examples/\(name).yaml").path)
        #expect(experiment.name == name)
        #expect(experiment.data.files.values.allSatisfy { $0.contains("/examples/data/") })
        #expect(try Experiment(yaml: experiment.yaml()) == experiment)
    }

    @Test func theWrittenExperimentReadsBackEqual() throws {
        let layers = """
            layers:
                - conv2d: {filters: 4, kernel_size: [3, 2], kernel_regularizer: {l2: 0.001}, activation: relu}
                - flatten
                - Dense: {units: 1, use_bias: no}
            """
        let named = try Experiment(
            yaml: Self.yaml,
            setting: ["name=yes", "description=\"1e5\"", "seed=4294967295", "output.maps=[2000, \"2001\"]"])
        let listed = try Experiment(
            yaml: Self.yaml.replacing("model: {name: sst-cnn, filters: 8}", with: "model:\n  \(layers)"))
        for experiment in [named, listed] {
            let text = try experiment.yaml()
            #expect(try Experiment(yaml: text) == experiment, "\(text)")
        }
        #expect(named.seed == 4_294_967_295)
        #expect(listed.model.layers?.map(\.kind) == ["Conv2D", "Flatten", "Dense"])
    }

    @Test(arguments: [
        ("gap: 2", "gaps: 2", "experiment.yaml:8: there is no key \"gaps\" in split; did you mean \"gap\"?"),
        (
            "early_stopping: 7", "epoch: 7",
            "experiment.yaml:12: there is no key \"epoch\" in training; did you mean \"epochs\"? the keys are optimizer, learning_rate"
        ),
        (
            "learning_rate: 1e-5", "learning_rate: fast",
            "experiment.yaml:11: training.learning_rate wants a number, found \"fast\""
        ),
        (
            "learning_rate: 1e-5", "learning_rate: 0",
            "experiment.yaml:11: training.learning_rate is 0; it must be above 0"
        ),
        (
            "learning_rate: 1e-5", "epochs: 2.5",
            "experiment.yaml:11: training.epochs wants a whole number, found \"2.5\""
        ),
        (
            "learning_rate: 1e-5", "epochs: [1]",
            "experiment.yaml:11: training.epochs wants a whole number, found a list"
        ),
        ("learning_rate: 1e-5", "epochs:", "experiment.yaml:11: training.epochs wants a whole number, found nothing"),
        ("learning_rate: 1e-5", "optimizer: adm", "there is no \"adm\"; did you mean \"adam\"?"),
        ("learning_rate: 1e-5", "loss: MeanSquaredError", "did you mean \"mean_squared_error\"?"),
        (
            "learning_rate: 1e-5", "learning_rate: 1\n  learning_rate: 2",
            "experiment.yaml:11: the key \"learning_rate\" stands twice"
        ),
        ("name: test\n", "", "experiment.yaml: the experiment lacks the key \"name\""),
        ("by: period, ", "", "experiment.yaml:8: split lacks the key \"by\""),
        ("by: period", "by: time", "experiment.yaml:8: split.by wants one of period, group, random, found \"time\""),
        ("by: period", "by: group", "split.by is group, but group does not say by which coordinate"),
        ("[1950, 1990]", "1950", "split.training wants two labels [from, to], found 1"),
        (
            "regrid: 2.5", "regrid: {stp: 1}",
            "experiment.yaml:7: there is no key \"stp\" in data.targets.0.regrid; did you mean \"step\"?"
        ),
        (
            "fill: mean", "fill: median",
            "experiment.yaml:5: data.inputs.0.fill wants a number, or mean, found \"median\""
        ),
        (
            "fill: mean", "fill: 1e400",
            "experiment.yaml:5: data.inputs.0.fill wants a number, or mean, found \"1e400\""
        ),
        (
            "fill: mean", "file: field",
            "experiment.yaml:5: data.inputs.0.file: there is no file \"field\"; did you mean \"fields\"?"
        ),
        ("name: sst-cnn", "name: sst-cn", "model.name: there is no \"sst-cn\"; did you mean \"sst-cnn\"?"),
        ("name: sst-cnn", "name: linear", "experiment.yaml:9: model.filters: linear takes no \"filters\"; it takes l2"),
        (
            "name: sst-cnn, filters: 8", "filters: 8",
            "model wants a name (sst-cnn, cnn-lstm, mlp, wide-deep, unet, linear) or layers"
        ),
        (
            "files: {fields: sst.nc}", "files: {a: 1.nc, b: 2.nc}",
            "data.inputs.0 (sst) lacks the key \"file\"; there are a, b"
        ),
        ("files: {fields: sst.nc}", "files: {a: \"{run}.nc\"}", "data.runs does not say what {run} stands for"),
        (
            "files: {fields: sst.nc}", "files: {fields: \"{run}.nc\"}\n  runs: [a, b, a]",
            "experiment.yaml:4: data.runs: \"a\" is named twice; leave one out"
        ),
        (
            "files: {fields: sst.nc}", "files: {fields: sst.nc}\n  runs: [a, b]",
            "experiment.yaml:4: data.runs: \"a\" and \"b\" would read the same, as no path of a file holds {run}"
        ),
        ("split: {", "split: {{", "experiment.yaml:9: this is no YAML"),
    ])
    func mistakesAreToldWithTheirLine(_ right: String, _ wrong: String, _ message: String) throws {
        #expect(Self.yaml.contains(right))
        let error = #expect(throws: DataError.self) {
            try Experiment(yaml: Self.yaml.replacing(right, with: wrong), path: "experiment.yaml")
        }
        #expect("\(error!)".contains(message), "\(error!)")
        #expect(!"\(error!)".contains("\n"))
    }

    @Test(arguments: [
        (
            "conv2d: {filters: 4, kernel_size: 3, stride: 2}",
            "there is no setting \"stride\" of conv2d; did you mean \"strides\"?"
        ),
        ("conv2 : {filters: 4, kernel_size: 3}", "there is no layer \"conv2\"; did you mean \"conv2d\"?"),
        ("conv2d: {filters: 4}", "conv2d lacks the setting \"kernel_size\""),
        ("conv2d: {filters: 0, kernel_size: 3}", "conv2d.filters wants a whole number above 0, found 0"),
        (
            "conv2d: {filters: 4, kernel_size: [3, 3, 3]}",
            "conv2d.kernel_size wants one whole number above 0 or 2, found [3, 3, 3]"
        ),
        (
            "conv2d: {filters: 4, kernel_size: 3, padding: sme}",
            "conv2d.padding wants valid, same or causal, found \"sme\""
        ),
        (
            "dense: {units: 4, activation: rellu}",
            "dense.activation wants the name of an activation, such as relu, found \"rellu\""
        ),
        ("layer_normalization: {epsilon: 1e400}", "layer_normalization.epsilon wants "),
        ("dropout: {rate: 1.5}", "dropout.rate wants a share from 0 to below 1, found 1.5"),
        (
            "time_distributed: {layer: {conv2d: {filter: 4}}}",
            "there is no setting \"filter\" of conv2d; did you mean \"filters\"?"
        ),
        ("dense", "dense lacks the setting \"units\""),
    ])
    func mistakesInLayersAreToldWithTheirLine(_ layer: String, _ message: String) throws {
        let yaml = Self.yaml.replacing(
            "model: {name: sst-cnn, filters: 8}", with: "model:\n  layers:\n    - flatten\n    - \(layer)")
        let error = #expect(throws: DataError.self) { try Experiment(yaml: yaml, path: "experiment.yaml") }
        #expect("\(error!)".contains("experiment.yaml:12: model.layers.1"), "\(error!)")
        #expect("\(error!)".contains(message), "\(error!)")
    }

    /// Of these keys Yams would compare all that they hold, 2^60 words.
    @Test(
        .ends,
        arguments: ["? *a59\n: 1\n", "[*a59, 1]: 1\n", "*a59 : 1\n", "{x: {[*a59]: 1}}\n", "{? *a59 : 1}\n"])
    func keysOfAliasesAreRefused(_ key: String) {
        let levels = (1..<60).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }
        let text = "a0: &a0 [x, x]\n" + levels.joined() + key
        let error = #expect(throws: DataError.self) { try Experiment(yaml: text, path: "experiment.yaml") }
        #expect("\(error!)".hasPrefix("experiment.yaml:61: this key is made of aliases"), "\(error!)")
    }

    @Test func aliasesOfValuesAreRead() throws {
        let yaml = Self.yaml + "\ndescription: &d \"*so* [a]: *b* ?\"\n"
        #expect(try Experiment(yaml: yaml).description == "*so* [a]: *b* ?")
    }

    @Test func settingsChangeWhatTheFileSays() throws {
        let experiment = try Experiment(
            yaml: Self.yaml, path: "/data/experiment.yaml",
            setting: [
                "model.filters=16", "data.inputs.0.scale=cell", "training.clip_norm=1", "data.files.fields=*.nc",
                "training.early_stopping=null",
            ])
        #expect(experiment.model.filters == 16)
        #expect(experiment.data.inputs[0].scale == .cell)
        #expect(experiment.training.clipNorm == 1)
        #expect(experiment.training.earlyStopping == nil)
        // Paths in the file begin at its folder, those of a setting where the command runs.
        #expect(experiment.data.files["fields"] == FileManager.default.currentDirectoryPath + "/*.nc")
        #expect(try Experiment(yaml: Self.yaml, path: "/data/experiment.yaml").data.files["fields"] == "/data/sst.nc")
    }

    @Test(arguments: [
        ("training.epochs", "--set training.epochs: it wants KEY=VALUE"),
        ("training.epochs=ten", "--set training.epochs=ten: training.epochs wants a whole number, found \"ten\""),
        ("model.filtrs=8", "--set model.filtrs=8: there is no key \"filtrs\" in model; did you mean \"filters\"?"),
        (
            "modle.filters=8",
            "--set modle.filters=8: there is no key \"modle\" in the experiment; did you mean \"model\"?"
        ),
        ("data.inputs.2.scale=cell", "\"2\" is no place in a list of 2"),
        ("name.x=1", "there is the single value \"test\" before \"x\""),
    ])
    func mistakesInSettingsAreTold(_ setting: String, _ message: String) throws {
        let error = #expect(throws: DataError.self) {
            try Experiment(yaml: Self.yaml, path: "experiment.yaml", setting: [setting])
        }
        #expect("\(error!)".contains(message), "\(error!)")
    }

    /// TERN_WRITE_SCHEMA=1 writes it.
    @Test func thePublishedSchemaIsThatOfTheCode() throws {
        let file = Self.folder.appendingPathComponent("docs/experiment.schema.json"), schema = Experiment.schema
        if ProcessInfo.processInfo.environment["TERN_WRITE_SCHEMA"] != nil { try Data(schema.utf8).write(to: file) }
        #expect(try JSONSerialization.jsonObject(with: Data(schema.utf8)) is [String: Any])
        #expect(try String(contentsOf: file, encoding: .utf8) == schema, "run the tests with TERN_WRITE_SCHEMA=1")
    }

    private static let folder = Fixture.root

    @Test(arguments: [
        ("{\"1\": a.nc, 1: b.nc}", "the key \"1\" stands twice in data.files"),
        ("{[a]: a.nc}", "a key in data.files is no text"),
    ])
    func keysAreTextsThatDiffer(_ files: String, _ message: String) {
        let error = #expect(throws: DataError.self) {
            try Experiment(
                yaml:
                    "name: a\ndata: {files: \(files), inputs: x, targets: y}\nsplit: {by: period}\nmodel: {name: mlp}\n"
            )
        }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test(
        "Losses have Keras's short names too",
        arguments: [
            ("mse", "mean_squared_error"), ("bce", "binary_crossentropy"), ("kld", "kl_divergence"),
            ("logcosh", "log_cosh"),
        ])
    func shortNamesOfLosses(_ name: String, _ whole: String) throws {
        let experiment = try Experiment(
            yaml: """
                name: short
                data: {files: {f: f.nc}, inputs: [x], targets: [y]}
                split: {by: period}
                model: {name: linear}
                """, setting: ["training.loss=\(name)"])
        #expect(experiment.training.makeLoss(latitudes: nil).name == whole)
    }
}
