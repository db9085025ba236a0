import Foundation
import Tern
import TernKeras
import TestSupport
import Testing

/// `.keras` and `.weights.h5` files that are damaged, or made to do harm.
@Suite struct HostileKerasTests {
    private let folder = TemporaryFolder()

    private func zip(_ members: [(String, [UInt8])]) throws -> String {
        try KerasArchive(members).write(to: folder.path("in.keras"))
        return folder.path("in.keras")
    }

    private func members(_ model: Model) throws -> [(String, [UInt8])] {
        try KerasArchive(of: model, writtenTo: folder.path("valid.keras")).members
    }

    private func message(_ path: String) -> String {
        do { _ = try Model(kerasFile: path) } catch let error as DataError { return error.message } catch {
            return "\(error)"
        }
        return "nothing thrown"
    }

    private let model = Sequential(input: [3]) {
        Dense(4, activation: .relu, name: "hidden")
        Dense(1)
    }

    /// What is said of the model where a text of its configuration is another.
    private func said(_ old: String, _ new: String) throws -> String {
        let valid = try KerasArchive(members(model)), changed = valid.replacing(old, with: new)
        #expect(valid.members.map { $0.1 } != changed.members.map { $0.1 })
        return message(try zip(changed.members))
    }

    @Test func membersOutsideOfTheArchiveAreNotTouched() throws {
        let path = try zip(
            [("../escaped.txt", [1]), ("/tmp/escaped.txt", [1]), ("assets/../../x", [2])] + members(model))
        #expect(try Model(kerasFile: path).parameterCount == 21)
        #expect(folder.contents == ["in.keras", "valid.keras"])
    }

    @Test(arguments: [
        (#""name": "hidden""#, #""name": "hid/den""#, #"the name "hid/den" holds a "/""#),
        (#""name": "hidden""#, #""name": "hid\u0000den""#, #"the name "hid\0den" holds"#),
        (
            #""batch_shape": [null, 3]"#, #""batch_shape": [null, 1073741824, 1073741824, 1073741824]"#,
            "nothing can have the shape [1073741824, 1073741824, 1073741824]"
        ),
        (#""units": 4"#, #""units": 1000000000"#, "has more numbers than the file"),
        (#""units": 4"#, #""units": 9000000000000000000"#, "units wants a whole number"),
        (#""units": 4"#, #""units": -9223372036854775808"#, "units wants a whole number"),
        (#""units": 4"#, #""units": -4"#, "no weight can be so"),
        (#""units": 4"#, #""units": 5"#, "has the shape [3, 4], the model wants [3, 5]"),
        (#""units": 4"#, #""unit": 4"#, "Tern has no setting unit (4) of a Dense"),
        (#""use_bias": true"#, #""use_bias": false"#, "layers/dense/vars/1 belongs to no layer"),
        (#""activation": "relu""#, #""activation": "tanh_""#, "which is no activation that Tern knows"),
        (#""batch_shape": [null, 3]"#, #""batch_shape": [null, 100000000000]"#, "its shape [100000000000] cannot be"),
        (#""class_name": "Dense""#, #""class_name": "Dense2""#, "layer \"hidden\" (Dense2): Tern has no such layer"),
        // Keras would take the last of two, as Python does.
        (
            #""activation": "relu""#, #""activation": "relu", "activation": "sigmoid""#,
            #"config: the key "activation" stands twice in one object"#
        ),
        (#""keras.layers""#, #""evil""#, "this is a layer of somebody's own"),
        (#""Sequential""#, #""Thing""#, "this is a Thing, no Sequential"),
    ]) func whatCannotBeIsSaid(_ old: String, _ new: String, _ words: String) throws {
        let said = try said(old, new)
        #expect(said.contains(words), "\(said)")
    }

    @Test func deepJSONIsRefused() throws {
        let deep = String(repeating: "[", count: 100_000)
        let path = try zip([("config.json", Array(deep.utf8)), ("model.weights.h5", [])])
        #expect(message(path).contains("config.json cannot be read as JSON"))
    }

    @Test func anArchiveWithoutItsPartsIsNamed() throws {
        #expect(message(try zip([("config.json", Array("{}".utf8))])).contains("there is no model.weights.h5"))
        #expect(message(try zip([("other", [])])).contains("there is no config.json"))
        let old = Array(#"{"keras_version": "2.15.0"}"#.utf8)
        #expect(message(try zip(members(model) + [("metadata.json", old)])).hasPrefix("it was written by Keras 2.15.0"))
        #expect(message(folder.write(Data("PK".utf8), as: "short.keras")).contains("no"))
    }

    /// Every byte of the weights' file changed in turn, and every length of it.
    @Test func damagedWeightsAreErrors() throws {
        try model.saveKerasWeights(to: folder.path("w.weights.h5"))
        let fixture = try ByteSource(contentsOf: KerasCases.path("chain.keras"))
        let archive = try ZipArchive(fixture), member = archive.members.first { $0.name == "model.weights.h5" }!
        let keras = try archive.content(of: member)
        var read = 0
        for valid in [
            try Data(contentsOf: URL(fileURLWithPath: folder.path("w.weights.h5"))),
            Data(try keras.bytes(0..<keras.count)),
        ] {
            for i in stride(from: 0, to: valid.count, by: max(1, valid.count / 3000)) {
                for damaged in [valid.prefix(i), valid.prefix(i) + [valid[i] ^ 0xFF] + valid.dropFirst(i + 1)] {
                    do {
                        let bytes = Array(damaged), file = try HDF5File(ByteSource(bytes, file: "in", context: ""))
                        for path in file.arrays.keys where file.arrays[path]!.shape.count < 9 {
                            _ = try? file.tensor(path, in: "in")
                        }
                        read += 1
                    } catch is DataError {}
                }
            }
        }
        #expect(read > 0)
    }

    /// A small file could be read for hours, and its names fill any memory.
    @Test(arguments: [
        (SymbolTable(), "100 arrays"), (SymbolTable(hasOwnHeaders: false), "two names for one part"),
        (SymbolTable(memberCount: 1000, namesEnd: false), "its names lie within each other"),
        (SymbolTable(memberCount: 1000, sharedPart: 100_000), "its headers lie within each other"),
    ]) func partsOfHDF5WithinEachOther(_ table: SymbolTable, _ outcome: String) {
        do {
            let file = try HDF5File(ByteSource(table.bytes, file: "in", context: ""))
            #expect("\(file.arrays.count) arrays" == outcome)
        } catch { #expect("\(error)".contains(outcome)) }
    }

    /// A functional model of activations, one behind the other.
    private func chain(_ count: Int, backwards: Bool) -> String {
        func node(_ name: String) -> String {
            #"{"class_name": "__keras_tensor__", "config": {"keras_history": ["\#(name)", 0, 0]}}"#
        }
        func layer(_ kind: String, _ name: String, _ setting: String, _ nodes: String) -> String {
            #"{"module": "keras.layers", "class_name": "\#(kind)", "name": "\#(name)", "#
                + #""config": {"name": "\#(name)", \#(setting)}, "inbound_nodes": [\#(nodes)]}"#
        }
        let input = layer("InputLayer", "a0", #""batch_shape": [null, 3]"#, "")
        let layers = (1...count).map { i in
            layer(
                "Activation", "a\(i)", #""activation": "\#(i % 2 == 0 ? "tanh" : "sigmoid")""#,
                #"{"args": [\#(node("a\(i - 1)"))], "kwargs": {}}"#)
        }
        let listed = [input] + (backwards ? layers.reversed() : layers)
        return #"{"module": "keras", "class_name": "Functional", "config": {"name": "m", "layers": ["#
            + listed.joined(separator: ", ")
            + #"], "input_layers": [["a0", 0, 0]], "output_layers": [["a\#(count)", 0, 0]]}}"#
    }

    @Test func layersListedBackwardsAreCalledInTheirOrder() throws {
        let x = Tensor([[Float(0.5), -1, 2]])
        let found = try [false, true].map { try Model(kerasJSON: chain(200, backwards: $0)).predict(x) }
        #expect(found[0] == found[1] && found[0].shape == [1, 3])
    }

    @Test func tooManyCallsAreRefused() throws {
        let calls = [String](repeating: "{}", count: 10_001).joined(separator: ", ")
        let text = chain(1, backwards: false).replacing(
            "\"inbound_nodes\": [{", with: "\"inbound_nodes\": [\(calls), {")
        let error = #expect(throws: DataError.self) { try Model(kerasJSON: text) }
        #expect(error!.message.contains("called more than 10000 times"), "\(error!)")
    }

    @Test func layersThatReadEachOtherAreNamed() throws {
        let text = chain(4, backwards: false).replacingOccurrences(
            of: #""keras_history": ["a0""#, with: #""keras_history": ["a3""#)
        let error = #expect(throws: DataError.self) { try Model(kerasJSON: text) }
        #expect(error!.message.contains("its layers a1, a2, a3, a4 read each other"), "\(error!)")
    }

    @Test func onlyFilesOfWeightsAreRead() throws {
        let text = folder.write("a,b\n1,2\n", as: "t.csv")
        #expect(throws: DataError.self) { try model.loadKerasWeights(from: text) }
        #expect(throws: DataError.self) { try Model(kerasFile: text) }
        let other = Sequential(input: [3]) { Dense(4) }
        try other.saveKerasWeights(to: folder.path("w.weights.h5"))
        let before = model.variables.map(\.variable.value)
        let error = #expect(throws: DataError.self) { try model.loadKerasWeights(from: folder.path("w.weights.h5")) }
        #expect(error!.message.contains("the weight \"dense/kernel\" is missing (layers/dense_1/vars/0)"), "\(error!)")
        #expect(model.variables.map(\.variable.value) == before)
    }
}
