import Foundation
import Tern
import TestSupport
import Testing

/// Configurations of models that fit nothing. Random ones are tried by `DamageTests`.
@Suite struct HostileModelTests {
    private let folder = TemporaryFolder()

    /// What is thrown where a text in the configuration of a small model is another.
    private func message(_ old: String, _ new: String) throws -> String {
        let model = Sequential(input: [8, 8, 2]) {
            Conv2D(4, kernelSize: 3, groups: 2, kernel: .init(regularizer: .l2()))
            MaxPooling2D(2)
            Flatten()
            Dense(1)
        }
        return try message(of: model, old, new)
    }

    private func message(of model: Model, _ old: String, _ new: String) throws -> String {
        let path = folder.path("in.safetensors")
        try model.write(to: path)
        var file = try Safetensors(contentsOf: path)
        let configuration = try #require(file.metadata["configuration"]),
            changed = configuration.replacingOccurrences(of: old, with: new)
        #expect(changed != configuration, "\(configuration)")
        file.metadata["configuration"] = changed
        try file.write(to: path)
        do { _ = try Model(contentsOf: path) } catch let error as DataError { return error.message }
        return "nothing thrown"
    }

    @Test(arguments: [
        (
            #""shape":[8,8,2]"#, #""shape":[8,8,1000000000000000000]"#,
            "calls.0.shape.2: the number 1000000000000000000 is beyond what a layer takes"
        ),
        (#""shape":[8,8,2]"#, #""shape":[8,1048576,1048576]"#, "cannot be held: it needs"),
        (#""shape":[8,8,2]"#, #""shape":[8,-8,2]"#, "no input can have the shape [8, -8, 2]"),
        (#""shape":[8,8,2]"#, #""shape":[2,2,2]"#, "its window of [3, 3] is larger than the grid of [2, 2]"),
        (#""inputs":[{"call":2,"output":0}],"layer":2"#, #""inputs":[],"layer":2"#, "layer flatten: it got no input"),
        (
            #""inputs":[{"call":0,"output":0}],"isTrainable""#, #""inputs":[],"isTrainable""#,
            "its outputs depend on an input that is not among its inputs"
        ),
        (#""outputs":[{"call":4,"output":0}]"#, #""outputs":[]"#, "it has no outputs"),
        (
            #""inputs":[{"call":0,"output":0}],"isTrainable""#, #""inputs":[{"call":1,"output":0}],"isTrainable""#,
            "its inputs are not inputs"
        ),
        (#""groups":2"#, #""groups":0"#, "it has 0 groups"),
        (#""filters":4"#, #""filters":-4"#, "it has -4 filters"),
        (#""filters":4"#, #""filters":1000000000"#, "more numbers than the file"),
        (#""strides":{"lengths":[1]}"#, #""strides":{"lengths":[0]}"#, "conv"),
        (
            #""kernelSize":{"lengths":[3]}"#, #""kernelSize":{"lengths":[3,3,3]}"#,
            "3 lengths; the grid has 2 dimensions"
        ),
        (#""arguments":{"l2":0.01}"#, #""arguments":{"l2":-1}"#, "l2: l2 must be finite and not negative"),
        (#""name":"dense""#, #""name":"flatten""#, "two layers have one name"),
        (#""kind":"Dense""#, #""kind":"LSTMCell""#, "config"),
        (#""units":1"#, #""units":2"#, "has the shape"),
        (#""kind":"Dense""#, #""kind":"Denser""#, #"layers.3.kind: there is no layer of the kind "Denser""#),
        (
            #""name":"glorot_uniform""#, #""name":"glorot_unicorn""#,
            "layers.0.config.kernelSettings.initializer.name: no initializer is called glorot_unicorn"
        ),
        (#""poolSize""#, #""pool""#, "poolSize"),
    ])
    func whatDoesNotFitIsTold(old: String, new: String, expected: String) throws {
        let words = try message(old, new)
        #expect(words != "nothing thrown" && (words.contains(expected) || expected == "conv"), "\(words)")
    }

    /// What is thrown where the tensors of a small model's file are others.
    private func message(_ change: (inout [String: Tensor]) -> Void) throws -> String {
        let path = folder.path("weights.safetensors")
        try Sequential(input: [3]) { Dense(2) }.write(to: path)
        var file = try Safetensors(contentsOf: path)
        change(&file.tensors)
        try file.write(to: path)
        do { _ = try Model(contentsOf: path) } catch let error as DataError { return error.message }
        return "nothing thrown"
    }

    @Test func weightsThatDoNotFitAreTold() throws {
        #expect(
            try message { $0["dense/kernel"] = Tensor.zeros([6]) }
                == "the weight \"dense/kernel\" has the shape [6], the model wants [3, 2]")
        #expect(
            try message { $0["dense/bias"] = $0["dense/bias"]?.reshaped([2, 1]) }
                == "the weight \"dense/bias\" has the shape [2, 1], the model wants [2]")
        let more = try message { $0["dense/scale"] = Tensor.zeros([2]) }
        #expect(more == "the weight \"dense/scale\" belongs to no layer of the model")
        let renamed = try message { $0["dense/offset"] = $0.removeValue(forKey: "dense/bias") }
        #expect(renamed.hasPrefix("the weight \"dense/bias\" of ") && renamed.contains("is missing"), "\(renamed)")
        let lacking = try message { $0["dense/kernel"] = nil }
        #expect(lacking.contains("its weight \"kernel\" of shape [3, 2] has more numbers than the file"), "\(lacking)")
    }

    /// Layers whose parts are of a wrong kind, and settings that no initialiser takes.
    @Test(arguments: [
        (#""kind":"LSTM""#, #""kind":"Flatten""#, "layers.1.config.forwardBox"),
        (#""kind":"GRUCell""#, #""kind":"Dropout""#, "layers.2.config.cellBox"),
        (#""rate":0.25"#, #""rate":-0.25"#, "layer dropout: the rate -0.25 is not between 0 and 1"),
        (#""inputCount":5"#, #""inputCount":6"#, "has the shape [5, 2], the model wants [6, 2]"),
        (#""units":3"#, #""units":-3"#, "it has -3 units"),
    ])
    func partsOfTheWrongKindAreTold(old: String, new: String, expected: String) throws {
        let model = Sequential(input: [4], dtype: .int64) {
            Embedding(5, 2)
            Bidirectional(LSTM(3, returnsSequences: true))
            RNN(GRUCell(2))
            Dropout(0.25)
        }
        let found = try message(of: model, old, new)
        #expect(found.contains(expected), "\(found)")
    }

    /// Words there would give predictions for no row.
    @Test func persistenceIsThatOfTheModelsSeries() throws {
        let path = folder.path("series.safetensors")
        var choices = TableChoices(targets: ["y"])
        choices.lags = [1]
        let lines = (0..<30).map { "\(1990 + $0),\($0 * $0 % 7)\n" }.joined()
        let examples = try TableExamples(Table(csvText: "year,y\n" + lines), choices)
        try TableTraining(examples, TableSplit(.last).parts(of: examples), estimator: Ridge()).model.write(to: path)
        var file = try Safetensors(contentsOf: path)
        let text = try #require(file.metadata["configuration"])
        for names in [#"["note"]"#, #"["y_lag_1","y_lag_1"]"#] {
            let changed = text.replacing(#""persistence":["y_lag_1"]"#, with: "\"persistence\":\(names)")
            #expect(changed != text, "\(text)")
            file.metadata["configuration"] = changed
            try file.write(to: path)
            #expect(
                throws: DataError(
                    file: path, "the file is damaged: the baseline or the lags of the model are none")
            ) { try TableModel(contentsOf: path) }
        }
    }

    @Test func whatStandsInForFeaturesMustBeAsMany() throws {
        let path = folder.path("table.safetensors")
        let table = try Table(
            csvText: "a,b,y\n" + (0..<10).map { "\($0 * $0 % 7),\($0 * 3 % 5),\($0)\n" }.joined())
        try TableModel(TableExamples(table, target: "y", gaps: .mean), estimator: Ridge()).write(to: path)
        #expect(try TableModel(contentsOf: path).encoding.fill.count == 2)
        var file = try Safetensors(contentsOf: path)
        let text = try #require(file.metadata["configuration"])
        file.metadata["configuration"] = text.replacing(/"fill":\[[^\]]*\]/, with: "\"fill\":[1]")
        try file.write(to: path)
        #expect(
            throws: DataError(file: path, "what stands in for missing features has 1 numbers; there are 2 features")
        ) { try TableModel(contentsOf: path) }
        // Parts of two models that do not fit each other.
        file.metadata["configuration"] = text.replacing("\"fill\":[", with: "\"fill_\":[")
        try file.write(to: path)
        #expect(
            throws: DataError(
                file: path,
                "the file is damaged: its description cannot be read: encoding: the key \"fill\" is missing")
        ) { try TableModel(contentsOf: path) }
        file.metadata["configuration"] = text
        file.tensors["estimator/value/coef"] = Tensor([1.0, 2, 3])
        try file.write(to: path)
        #expect(throws: DataError(file: path, "the parts of the model do not fit together")) {
            try TableModel(contentsOf: path)
        }
    }
}
