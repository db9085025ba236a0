import Foundation
import Tern
import TestSupport
import Testing

/// Models of Keras as the command opens them.
@Suite struct KerasModelTests {
    private let folder = TemporaryFolder()
    private static func fixture(_ name: String) -> String {
        Fixture.packagePath("Tests/Fixtures/keras_files/\(name).keras")
    }

    @Test func inspectShowsLayersAndWhatDiffers() throws {
        let tool = try Tool(["inspect", Self.fixture("chain")], in: folder)
        #expect(tool.status == 0, "\(tool.error)")
        #expect(tool.output.hasPrefix("a model of Keras 3.15.1\n\nModel: \"rain\"\n"))
        for words in ["conv2d", "max_pooling2d", "Trainable params: ", "(seed is set in a Dropout)"] {
            #expect(tool.output.contains(words), "\(tool.output)")
        }
    }

    @Test func predictAnswersArrays() throws {
        let x = Tensor.ones([3, 8, 10, 2])
        try x.write(npy: folder.path("in.npy"))
        let tool = try Tool(["predict", Self.fixture("chain"), "in.npy"], in: folder)
        #expect(tool.status == 0 && tool.output == "predicted.npy written: [3, 1]\n", "\(tool)")
        let y = try Tensor.read(npy: folder.path("predicted.npy"))
        #expect(y.shape == [3, 1] && y.dtype == .float32)
        let again = try Tool(["predict", Self.fixture("chain"), "in.npy"], in: folder)
        #expect(
            again.status == 1 && again.error.contains("predicted.npy: this is a NumPy array (.npy)"), "\(again.error)")
    }

    @Test func integersThatWrapRoundLaterAreWarnedOf() throws {
        let config = #"""
            {"module": "keras", "class_name": "Sequential", "config": {"name": "flat", "layers": [
              {"module": "keras.layers", "class_name": "InputLayer",
               "config": {"batch_shape": [null, 2], "dtype": "uint8", "name": "x"}},
              {"module": "keras.layers", "class_name": "Flatten", "config": {"name": "flatten"}}]}}
            """#
        let weights = try HDF5Writer.bytes(of: [:], file: "u8.keras")
        try writeAtomically(to: folder.path("u8.keras")) { write in
            try withoutActuallyEscaping(write) { write in
                var zip = ZipWriter(write)
                for (name, bytes) in [("config.json", Array(config.utf8)), ("model.weights.h5", weights)] {
                    try bytes.withUnsafeBytes { try zip.add(name, [$0], compressed: true) }
                }
                try zip.finish()
            }
        }
        try Tensor([Int32(200), 100], shape: [1, 2]).write(npy: folder.path("in.npy"))
        let words = #"input "x" of uint8 is computed with as int32, which wraps round later than in Keras"#
        let tool = try Tool(["predict", "u8.keras", "in.npy"], in: folder)
        #expect(tool.status == 0 && tool.error.contains("warning: u8.keras: \(words)"), "\(tool)")
        #expect(try Tool(["inspect", "u8.keras"], in: folder).output.contains(words))
    }

    @Test func severalInputsAndOutputsAreArchives() throws {
        try NPZ(["a": .ones([2, 4]), "b": .zeros([2, 4]), "c": .ones([2, 3, 4])]).write(to: folder.path("in.npz"))
        let tool = try Tool(["predict", Self.fixture("merges"), "in.npz", "-o", "out.npz"], in: folder)
        #expect(tool.status == 0, "\(tool.error)")
        let found = try NPZ(contentsOf: folder.path("out.npz")).arrays
        #expect(found.count == 10 && found["add"]?.shape == [2, 4])
        try Tensor.ones([2, 4]).write(npy: folder.path("in.npy"))
        let one = try Tool(["predict", Self.fixture("merges"), "in.npy"], in: folder)
        #expect(
            one.status != 0 && one.error.contains("has 3 inputs; give them in one archive, by numpy.savez: a, b, c"),
            "\(one.error)")
    }

    @Test func lengthsThatAreOpenAreAsked() throws {
        let open = Self.fixture("open"), asked = try Tool(["inspect", open], in: folder)
        #expect(asked.status == 1 && asked.error.contains("leaves a length open"), "\(asked.error)")
        #expect(try Tool(["inspect", open, "--input-shape", "7x3"], in: folder).status == 0)
        let other = try Tool(["inspect", open, "--input-shape", "7x2"], in: folder)
        #expect(other.error.contains("its shape is [null, 3], and no [7, 2]"), "\(other.error)")
        #expect(
            try Tool(["inspect", open, "--input-shape", "7,3"], in: folder).error.contains(
                "write lengths with x between them"))
    }

    @Test func tablesAreNoInput() throws {
        _ = folder.write("a,b\n1,2\n", as: "t.csv")
        let tool = try Tool(["predict", Self.fixture("chain"), "t.csv"], in: folder)
        #expect(
            tool.status == 1 && tool.error.contains("t.csv: this is a table of text, and no NumPy array"),
            "\(tool.error)")
    }

    @Test func pythonIsNeverRun() throws {
        let tool = try Tool(["inspect", Self.fixture("lambda")], in: folder)
        #expect(
            tool.status == 1
                && tool.error.contains("layer \"twice\" (Lambda): it holds Python code, which Tern never runs"),
            "\(tool.error)")
    }
}
