import CTern
import Foundation
import Tern
import TestSupport
import Testing

/// What bindings of other languages use.
struct CallTests {
    static func call(
        _ model: OpaquePointer? = nil, _ function: String, _ arguments: String = "{}",
        _ arrays: [String: tern_array] = [:], _ progress: tern_progress_function? = nil,
        _ context: UnsafeMutableRawPointer? = nil
    ) throws -> (text: String, arrays: [String: tern_named_array], result: OpaquePointer) {
        var result: OpaquePointer?
        let names = arrays.keys.sorted().map { ($0, strdup($0)!) }
        defer { for (_, name) in names { free(name) } }
        let named = names.map { tern_named_array(name: $1, array: arrays[$0]!) }
        guard
            tern_call(model, function, arguments, named, Int32(named.count), progress, context, &result) == TERN_OK
        else { throw Held.Failure(message) }
        var found: [String: tern_named_array] = [:]
        for i in 0..<tern_result_array_count(result) {
            var array = tern_named_array()
            #expect(tern_result_array(result, i, &array) == TERN_OK)
            found[String(cString: array.name)] = array
        }
        return (String(cString: tern_result_text(result)), found, result!)
    }

    private static func numbers(_ array: tern_named_array?) -> [Double] {
        guard let array = array?.array else { return [] }
        return Array(
            UnsafeBufferPointer(start: array.data.assumingMemoryBound(to: Double.self), count: Int(array.shape.0)))
    }

    @Test func whatIsListedIsThere() throws {
        let (text, _, result) = try Self.call(nil, "functions")
        defer { tern_result_close(result) }
        let names = try JSONDecoder().decode([String].self, from: Data(text.utf8))
        #expect(names.contains("restore") && names.contains("predict_proba"))
        let held = try Held.made(#"{"estimator": "Ridge"}"#)
        for name in names {
            do { tern_result_close(try Self.call(held.pointer, name).result) } catch {
                // A function may want arrays, or be none of this estimator's; none is unknown to all.
                #expect(!"\(error)".isEmpty)
            }
        }
        #expect(throws: Held.Failure.self) { try Self.call(nil, "fly") }
        #expect(message == "there is no function \"fly\" without a model; \"functions\" lists all")
    }

    @Test func parametersHaveScikitLearnsNamesAndDefaults() throws {
        let (text, _, result) = try Self.call(nil, "estimators")
        defer { tern_result_close(result) }
        let all = try JSONDecoder().decode([String: ParameterValue].self, from: Data(text.utf8))
        guard case .object(let network)? = all["MLPRegressor"], case .object(let parameters)? = network["parameters"],
            case .object(let scaler)? = all["StandardScaler"], case .object(let own)? = scaler["parameters"]
        else {
            Issue.record("\(text)")
            return
        }
        #expect(
            parameters["hidden_layer_sizes"] == [100] && parameters["beta_1"] == 0.9
                && parameters["n_iter_no_change"] == 10)
        #expect(parameters["nesterovs_momentum"] == true && own["with_std"] == true)
    }

    /// As a pickle does: the estimator, and what its training goes on with.
    @Test func anArchiveBringsAnEstimatorBackWithItsOptimiser() throws {
        let held = try Held.made(
            #"{"estimator": "MLPRegressor", "parameters": {"hidden_layer_sizes": [5], "random_state": 3}}"#)
        let x = Values((0..<40).map { sin(Double($0)) }, [20, 2]), y = Values((0..<20).map { cos(Double($0)) }, [20])
        for _ in 0..<3 { try held.fit(x.array, y.array, more: true) }
        let archive = try Self.call(held.pointer, "archive")
        let text = String(decoding: try JSONEncoder().encode(["archive": archive.text]), as: UTF8.self)
        let restored = try Self.call(nil, "restore", text, archive.arrays.mapValues(\.array))
        let other = Held(tern_result_take_model(restored.result))
        #expect(tern_result_take_model(restored.result) == nil)
        tern_result_close(restored.result)
        tern_result_close(archive.result)
        var answers: [[Double]] = []
        for model in [held, other] {
            try model.fit(x.array, y.array, more: true)
            let output = Values<Double>([20], of: 0)
            try model.predict([x.array], [output.array])
            answers.append(output.values)
        }
        // The order of examples is drawn anew in each pass, from the seed; the steps go on with the same memory.
        #expect(answers[0] == answers[1])
    }

    /// The same of networks, with how they go on to learn.
    @Test func anArchiveBringsANetworkBackWithItsOptimiser() throws {
        let held = try Held.made(
            """
            {"model": {"layers": [{"dense": {"units": 4, "activation": "tanh"}}, {"dense": {"units": 1}}]},
             "input": [2], "output": [1], "training": {"epochs": 3, "batch_size": 8}, "seed": 1}
            """)
        let x = Values((0..<40).map { sin(Float($0)) }, [20, 2]), y = Values((0..<20).map { cos(Float($0)) }, [20, 1])
        try held.fit(x.array, y.array)
        let archive = try Self.call(held.pointer, "archive")
        let text = String(decoding: try JSONEncoder().encode(["archive": archive.text]), as: UTF8.self)
        let restored = try Self.call(nil, "restore", text, archive.arrays.mapValues(\.array))
        let other = Held(tern_result_take_model(restored.result))
        tern_result_close(restored.result)
        tern_result_close(archive.result)
        var answers: [[Float]] = []
        for model in [held, other] {
            try model.fit(x.array, y.array)
            let output = Values<Float>([20, 1], of: 0)
            try model.predict([x.array], [output.array])
            answers.append(output.values)
        }
        #expect(answers[0] == answers[1])
    }

    @Test(arguments: [
        ("MLPClassifier", "partial_fit", #"{"classes": [0, 1e300]}"#, "classes"),
        ("MLPClassifier", "partial_fit", #"{"classes": [0, 1.5]}"#, "classes"),
        ("MLPClassifier", "partial_fit", #"{"classes": [0, "1"]}"#, "classes"),
        ("GaussianProcessRegressor", "predict", #"{"return_std": "yes"}"#, "return_std"),
        ("GaussianProcessRegressor", "log_marginal_likelihood", #"{"theta": [0, "1"]}"#, "theta"),
    ])
    func argumentsOfAnotherKindAreTold(_ estimator: String, _ function: String, _ arguments: String, _ name: String)
        throws
    {
        let held = try Held.made(#"{"estimator": "\#(estimator)"}"#)
        let x = Values([0.0, 1, 2], [3, 1]), y = Values([Int64(0), 1, 0], [3])
        #expect(throws: Held.Failure.self) {
            try Self.call(held.pointer, function, arguments, ["x": x.array, "y": y.array])
        }
        #expect(message.contains("\"\(name)\" is to be"), "\(message)")
    }

    /// None is taken as the nearest that there is.
    @Test(arguments: [-1, 1 << 32]) func seedsOutOfRangeAreTold(_ seed: Int) throws {
        let held = try Held.made(#"{"estimator": "GaussianProcessRegressor"}"#)
        let x = Values([0.0, 1, 2], [3, 1])
        #expect(throws: Held.Failure.self) {
            try Self.call(held.pointer, "sample_y", #"{"random_state": \#(seed)}"#, ["x": x.array])
        }
        #expect(message.contains("random_state is \(seed); it is to be from 0 to"), "\(message)")
    }

    @Test func negativeSeedsOfFitsAreTold() throws {
        let held = try Held.made(#"{"model": {"layers": [{"dense": {"units": 1}}]}, "input": [2], "output": [1]}"#)
        let x = Values<Float>([8, 2], of: 1), y = Values<Float>([8, 1], of: 1)
        #expect(throws: Held.Failure.self) {
            try Self.call(held.pointer, "keras_fit", #"{"seed": -1}"#, ["x0": x.array, "y0": y.array])
        }
        #expect(message.contains("seed is -1; it is to be 0 or more"), "\(message)")
    }

    @Test func functionsBeyondMemoryAreTold() throws {
        let held = try Held.made(#"{"estimator": "GaussianProcessRegressor"}"#), x = Values([0.0, 1, 2], [3, 1])
        #expect(throws: Held.Failure.self) {
            try Self.call(held.pointer, "sample_y", #"{"count": 4611686018427387904}"#, ["x": x.array])
        }
        #expect(message.contains("4611686018427387904 functions at 3 points: it needs more memory"), "\(message)")
    }

    private static let net = #"{"model": {"layers": [{"dense": {"units": 1}}]}, "input": [2], "output": [1]}"#

    /// "1" and "01" are one class.
    @Test(arguments: ["01", "+1", "one"]) func classWeightsAreOfNumbersOfClasses(_ name: String) throws {
        let held = try Held.made(Self.net), x = Values<Float>([4, 2], of: 1), y = Values<Float>([4, 1], of: 1)
        for function in ["keras_fit", "keras_train_on_batch"] {
            #expect(throws: Held.Failure.self) {
                try Self.call(
                    held.pointer, function, #"{"class_weight": {"1": 0.5, "\#(name)": 2}}"#,
                    ["x0": x.array, "y0": y.array])
            }
            #expect(message.contains("class_weight is to have a number for each number of a class"), "\(message)")
        }
    }

    private static func layer(_ kind: String) -> String {
        #""layer": {"module": "keras.layers", "class_name": "\#(kind)", "config": {"name": "layer"}}"#
    }

    @Test(arguments: ["Flatten", "ActivityRegularization", "ReLU"])
    func arraysWithoutExamplesAreTold(_ kind: String) throws {
        #expect(throws: Held.Failure.self) {
            try Self.call(nil, "keras_layer_call", "{\(Self.layer(kind))}", ["x0": Values([Float(1)], []).array])
        }
        #expect(message == "the array \"x0\" has no dimension of examples")
    }

    /// Their numbers can be counted, or a word is said.
    @Test(arguments: [
        ("Flatten", "[1, 1073741824, 1073741824, 1073741824]"), ("GlobalAveragePooling2D", "[1, 4294967296, 4, 4]"),
        ("UpSampling2D", "[1, 4, -4, 4]"),
    ])
    func shapesThatNothingHasAreTold(_ kind: String, _ shape: String) {
        #expect(throws: Held.Failure.self) {
            try Self.call(nil, "keras_layer_shapes", #"{\#(Self.layer(kind)), "input_shapes": [\#(shape)]}"#)
        }
        #expect(message.contains("nothing can have the shape") || message.contains("a list of shapes"), "\(message)")
    }

    @Test func pathsHoldNoNUL() throws {
        let held = try Held.made(Self.net), path = NSTemporaryDirectory() + "tern-nul"
        for function in ["keras_save", "keras_load_weights"] {
            #expect(throws: Held.Failure.self) {
                try Self.call(held.pointer, function, #"{"path": "\#(path)\u0000.keras"}"#)
            }
            #expect(message == "\"path\" holds a NUL, which no path does")
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func arraysOfOneNameAreTold() {
        let x = Values<Float>([1, 2], of: 1), name = strdup("x0")!
        defer { free(name) }
        var result: OpaquePointer?
        let twice = [tern_named_array(name: name, array: x.array), tern_named_array(name: name, array: x.array)]
        let arguments = "{\(Self.layer("ReLU"))}"
        #expect(tern_call(nil, "keras_layer_call", arguments, twice, 2, nil, nil, &result) == TERN_BAD_ARGUMENT)
        #expect(message == "two arrays are called \"x0\"")
    }

    @Test(arguments: ["MinMaxScaler", "MaxAbsScaler"]) func weightsThatDoNotCountAreRefused(_ scaler: String) throws {
        let held = try Held.made(#"{"estimator": "\#(scaler)"}"#), x = Values([0.0, 1, 2], [3, 1])
        for function in ["fit", "partial_fit"] {
            #expect(throws: Held.Failure.self) {
                try Self.call(
                    held.pointer, function, "{}", ["x": x.array, "sample_weight": Values([1.0, 2, 3], [3]).array])
            }
            #expect(message.contains("does not weight examples"), "\(message)")
        }
    }

    /// The answers after ten steps with an optimiser of Keras's.
    private static func answers(after className: String, _ config: String) throws -> [Float] {
        let held = try Held.made(
            #"{"model": {"layers": [{"dense": {"units": 1}}]}, "input": [2], "output": [1], "seed": 1}"#)
        let optimizer =
            #"{"module": "keras.optimizers", "class_name": "\#(className)", "config": \#(config)}"#
        tern_result_close(
            try call(
                held.pointer, "keras_compile",
                #"{"compile_config": {"optimizer": \#(optimizer), "loss": "mean_squared_error"}}"#
            ).result)
        let x = Values((0..<16).map { sin(Float($0)) }, [8, 2]), y = Values((0..<8).map { cos(Float($0)) }, [8, 1])
        for _ in 0..<10 {
            tern_result_close(
                try call(held.pointer, "keras_train_on_batch", "{}", ["x0": x.array, "y0": y.array]).result)
        }
        let answers = Values<Float>([8, 1], of: 0)
        try held.predict([x.array], [answers.array])
        return answers.values
    }

    /// Settings that say the same, and one that does not: 1 is true, and AdamW decays where nothing is said.
    @Test(arguments: [
        ("AdamW", #"{}"#, #"{"weight_decay": 0.004}"#, #"{"weight_decay": 0.0}"#),
        (
            "SGD", #"{"momentum": 0.9, "nesterov": 1}"#, #"{"momentum": 0.9, "nesterov": true}"#,
            #"{"momentum": 0.9, "nesterov": 0}"#
        ),
        (
            "Adam", #"{"amsgrad": 1, "beta_2": 0.1, "learning_rate": 0.1}"#,
            #"{"amsgrad": true, "beta_2": 0.1, "learning_rate": 0.1}"#, #"{"beta_2": 0.1, "learning_rate": 0.1}"#
        ),
    ])
    func settingsOfOptimisersCountAsInKeras(_ name: String, _ one: String, _ same: String, _ other: String) throws {
        let found = try [one, same, other].map { try Self.answers(after: name, $0) }
        #expect(found[0] == found[1] && found[0] != found[2])
        #expect(throws: Held.Failure.self) { try Self.answers(after: name, #"{"use_ema": "yes"}"#) }
        #expect(message.contains("use_ema wants true or false"), "\(message)")
    }

    /// Keras's settings in its JSON, by which a metric was asked for.
    @Test(arguments: [
        (#"{"class_name": "Precision", "config": {"class_id": "1"}}"#, "class_id wants a whole number"),
        (#"{"class_name": "BinaryAccuracy", "config": {"threshold": "x"}}"#, "threshold wants a number"),
        (#"{"class_name": "AUC", "config": {"multi_label": "no"}}"#, "multi_label wants true or false"),
    ])
    func settingsOfMetricsOfAnotherKindAreTold(_ metric: String, _ complaint: String) throws {
        let object = metric.replacing("{\"class_name\"", with: #"{"module": "keras.metrics", "class_name""#)
        let numbers = Values([Float(0), 1], [2, 1])
        #expect(throws: Held.Failure.self) {
            try Self.call(
                nil, "keras_function", #"{"kind": "metric", "function": \#(object)}"#,
                ["y_true0": numbers.array, "y_pred0": numbers.array])
        }
        #expect(message.contains(complaint), "\(message)")
    }

    @Test func integersThatWrapRoundLaterAreWarnedOf() throws {
        func described(_ dtype: String) throws -> String {
            let found = try Self.call(
                nil, "keras_model",
                #"{"config": {"module": "keras", "class_name": "Sequential", "config": {"layers": ["#
                    + #"{"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 2], "#
                    + #""dtype": "\#(dtype)", "name": "x"}}, "#
                    + #"{"module": "keras.layers", "class_name": "Flatten", "config": {"name": "flat"}}]}}}"#)
            defer { tern_result_close(found.result) }
            let held = Held(try #require(tern_result_take_model(found.result)))
            var text: UnsafePointer<CChar>?
            #expect(tern_model_describe(held.pointer, &text) == TERN_OK)
            return String(cString: text!)
        }
        #expect(try described("uint8").contains(#""warnings":["input \"x\" of uint8 is computed with as int32"#))
        #expect(try !described("int32").contains("warnings"))
    }

    @Test func aGaussianProcessGivesItsSpread() throws {
        let held = try Held.made(#"{"estimator": "GaussianProcessRegressor"}"#)
        let x = Values([0.0, 1, 2], [3, 1]), y = Values([0.0, 1, 0], [3])
        tern_result_close(try Self.call(held.pointer, "fit", "{}", ["x": x.array, "y": y.array]).result)
        let found = try Self.call(held.pointer, "predict", #"{"return_std": true}"#, ["x": x.array])
        defer { tern_result_close(found.result) }
        #expect(Self.numbers(found.arrays["std"]).allSatisfy { $0 < 1e-4 })
        #expect(zip(Self.numbers(found.arrays["result"]), [0.0, 1, 0]).allSatisfy { abs($0 - $1) < 1e-8 })
    }

    /// JSON has "nan" and "inf" for numbers, too.
    @Test func textsThatStandForNumbersElsewhereAreTexts() throws {
        let folder = TemporaryFolder(), path = folder.path("a.nc"), x = Values([1.5], [1])
        let field =
            #"{"name": "inf", "dimensions": ["x"], "#
            + #""coordinates": [{"name": "nan", "dimension": "x", "attributes": {}}], "#
            + #""attributes": {"missing": "nan", "limits": ["nan", 2]}}"#
        tern_result_close(
            try Self.call(
                nil, "dataset_write", #"{"fields": [\#(field)], "attributes": {"most": "inf"}, "path": "\#(path)"}"#,
                ["0.values": x.array, "0.labels0": x.array]
            ).result)
        let data = try Dataset(contentsOf: path), variable = try data.variable("inf")
        #expect(variable.attributes["missing"]?.text == "nan" && data.attributes["most"]?.text == "inf")
        #expect(variable.attributes["limits"]?.text == nil && data.variables.contains { $0.name == "nan" })
        let found = try Self.call(nil, "dataset_read", #"{"paths": ["\#(path)"], "variable": "inf"}"#)
        defer { tern_result_close(found.result) }
        #expect(Self.numbers(found.arrays["values"]) == [1.5])
    }
}
