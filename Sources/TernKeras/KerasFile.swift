import Foundation
import Tern
import TernText

/// A model that Keras wrote, as a `.keras` file.
///
/// ```swift
/// let model = Sequential(input: [3]) { Dense(2, activation: .relu, name: "hidden") }
/// try model.write(kerasFile: "rain.keras")
/// let file = try KerasFile(contentsOf: "rain.keras")
/// file.model.layers[0].info.name          // "hidden"
/// file.notes                              // []
/// ```
///
/// The archive's description of layers and its HDF5 file of weights are read by Tern itself; nothing of a file is ever
/// run. What Tern has not ends in an error that names the layer and the setting. Layers of somebody's own, `Lambda` and
/// functions of Python are refused, whatever they hold.
///
/// Source: Keras 3.15, `keras.saving`; files of Keras 3.
public struct KerasFile {
    /// The model, with its weights; compiled, with what its optimiser had gathered, where the file says so.
    public let model: Model
    /// The version of Keras that wrote it; nil where the file does not say.
    public let kerasVersion: String?
    /// What differs and changes no prediction, such as where noise in training comes from; a sentence each.
    public let notes: [String]
    /// By what predictions may differ: inputs of short integers, which wrap round in Keras; a sentence each.
    public let warnings: [String]

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: of a `.keras` archive.
    ///   - inputShapes: the shapes of all inputs, without the batch, for a model that leaves lengths open
    ///     (`keras.Input((None, 3))`).
    ///   - compiles: whether the model is compiled as Keras's was. With false, optimiser, losses and metrics are not
    ///     looked at, and may be anything.
    /// - Throws: `DataError` where the file cannot be read or is damaged, or where Tern has no such layer, setting,
    ///   optimiser, loss or metric.
    public init(contentsOf path: String, inputShapes: [[Int]]? = nil, compiles: Bool = true) throws {
        try FileKind.check(path, isOneOf: .keras, .zip, as: "model of Keras (.keras)")
        let archive = try ZipArchive(ByteSource(contentsOf: path))
        func member(_ name: String) throws -> ByteSource? {
            try archive.members.last { $0.name == name }.map { try archive.content(of: $0) }
        }
        func text(_ name: String) throws -> JSON? {
            guard let source = try member(name) else { return nil }
            try source.checkMemory(checkedProduct([source.count, 64]), name)
            return try Self.json(Data(try source.bytes(0..<source.count)), path, name)
        }
        let metadata = try text("metadata.json")
        kerasVersion = metadata?["keras_version"]?.text
        if let kerasVersion, let major = Int(kerasVersion.prefix { $0 != "." }), major < 3 {
            throw DataError(
                file: path, "it was written by Keras \(kerasVersion.printable); load it in Keras 3 and save it again")
        }
        guard let configuration = try text("config.json") else {
            throw DataError(file: path, "there is no config.json in it, which describes the model")
        }
        guard let source = try member("model.weights.h5") else {
            throw DataError(
                file: path,
                archive.members.contains { $0.name == "model.weights.npz" }
                    ? "its weights are an .npz file; save the model with weights_format=\"h5\""
                    : "there is no model.weights.h5 in it, which holds the weights")
        }
        let weights = try HDF5File(source)
        let reading = KerasModelReading(inputShapes: inputShapes)
        // No weight can have more numbers than the file.
        let most = weights.arrays.values.reduce(0) { $0 + (checkedProduct($1.shape) ?? 0) } + source.count
        model = try KerasComplaint.told(of: path) {
            try catchingFailure { try Weight.$mostNumbers.withValue(most) { try reading.model(configuration) } }
        }
        (notes, warnings) = (reading.layers.notes, reading.layers.warnings)
        let places = KerasWeights(
            model, order: reading.order, given: reading.layers.givenNumbers, functional: reading.functional)
        try places.take(weights, path, names: model.variables)
        guard compiles, let compilation = configuration["compile_config"] else { return }
        try KerasComplaint.told(of: path) { [model] in
            try catchingFailure {
                try KerasCompilation.read(compilation, into: model, ends: configuration["config"]?["output_layers"])
            }
        }
        try KerasComplaint.told(of: path) { [model] in
            guard let optimizer = model.compilation?.optimizer else { return }
            let count = weights.arrays.keys.count { $0.hasPrefix("optimizer/vars/") }
            guard count > 0, !model.trainedVariables.isEmpty else { return }
            let arrays = try (0..<count).map { try weights.tensor("optimizer/vars/\($0)", in: path) }
            let keeper = try KerasOptimizerState(optimizer, of: model, weights: places.trained)
            guard let state = try catchingFailure({ try keeper.state(from: arrays) }) else { return }
            model.optimizerMemory = (Model.kind(of: optimizer), model.trainedNames, state)
        }
    }

    static func json(_ data: Data, _ path: String, _ name: String) throws -> JSON {
        do { return try JSONFileDecoder().decode(JSON.self, from: data) } catch {
            throw DataError(file: path, "\(name) cannot be read as JSON: \(words(ofDecoding: error))")
        }
    }
}

// MARK: - Models

extension Model {
    /// Reads a `.keras` file of Keras 3. What ``KerasFile/notes`` and ``KerasFile/warnings`` say of it is not told.
    ///
    /// ```swift
    /// let model = Sequential(input: [3]) { Dense(2) }
    /// try model.write(kerasFile: "rain.keras")
    /// let same = try Model(kerasFile: "rain.keras"), x = Tensor([[1.0, 2, 3]])
    /// try same.predict(x) == model.predict(x) // true
    /// ```
    ///
    /// - Parameters:
    ///   - inputShapes: the shapes of all inputs, without the batch, for a model that leaves lengths open.
    ///   - compiles: whether it is compiled as it was in Keras, with the optimiser's state, so that training goes on.
    /// - Throws: `DataError` as ``KerasFile/init(contentsOf:inputShapes:compiles:)``.
    public convenience init(kerasFile path: String, inputShapes: [[Int]]? = nil, compiles: Bool = true) throws {
        let read = try KerasFile(contentsOf: path, inputShapes: inputShapes, compiles: compiles).model
        self.init(as: read)
    }

    /// A model of Keras's JSON, `model.to_json()`: its layers, with new weights, and compiled where the JSON says how.
    ///
    /// ```swift
    /// let model = Sequential(input: [3]) { Dense(2) }
    /// try Model(kerasJSON: model.kerasJSON()).parameterCount      // 8
    /// ```
    ///
    /// - Parameter seed: of the weights.
    /// - Throws: `DataError` as ``KerasFile/init(contentsOf:inputShapes:compiles:)``.
    public convenience init(
        kerasJSON text: String, inputShapes: [[Int]]? = nil, compiles: Bool = true, seed: UInt64 = 0
    ) throws {
        self.init(as: try KerasParts.model(text, inputShapes: inputShapes, compiles: compiles, seed: seed).model)
    }

    /// The same layers, weights and training.
    private convenience init(as model: Model) {
        self.init(inputs: model.inputs, outputs: model.outputs, name: model.info.name)
        (info.isTrainable, info.dtype) = (model.info.isTrainable, model.info.dtype)
        compilation = model.compilation
        optimizerMemory = model.optimizerMemory
    }

    /// The model as Keras's JSON, which `keras.models.model_from_json` takes: `Sequential` for a chain of layers, else
    /// a functional `Model`; without weights.
    ///
    /// ```swift
    /// let text = try Sequential(input: [3]) { Dense(2) }.kerasJSON()
    /// text.contains("\"class_name\": \"Dense\"")     // true
    /// ```
    ///
    /// - Parameter includesOptimizer: whether it says how the model is compiled.
    /// - Throws: `DataError` that names the layer and the setting that Keras has not.
    public func kerasJSON(includesOptimizer: Bool = true) throws -> String {
        try KerasComplaint.told(of: KerasParts.source) {
            try described(includesOptimizer: includesOptimizer).json.written()
        }
    }

    private func described(includesOptimizer: Bool) throws -> (json: JSON, given: Set<ObjectIdentifier>) {
        var writing = KerasModelWriting()
        var json = try writing.json(self)
        if includesOptimizer, let compilation {
            json = json.with(
                "compile_config", try KerasCompilation.json(compilation, setRate: setRate, outputs: outputs.count))
        }
        return (json, writing.givenNumbers)
    }

    /// Writes the model as a `.keras` file, which Keras 3 reads (`keras.models.load_model`): layers, weights, and how
    /// it is trained, with what the optimiser has gathered.
    ///
    /// ```swift
    /// let model = Sequential(input: [1]) { Dense(1) }
    /// model.compile(optimizer: Adam(), loss: .meanSquaredError)
    /// try model.fit(Tensor([[1.0], [2]]), Tensor([[2.0], [4]]), epochs: 2)
    /// try model.write(kerasFile: "line.keras")
    /// try Model(kerasFile: "line.keras").compilation!.losses[0].name      // "mean_squared_error"
    /// ```
    ///
    /// - Parameter includesOptimizer: whether the file says how the model is compiled, and holds the optimiser's state.
    /// - Throws: `DataError` where the file cannot be written, and where Keras has no such layer, setting, optimiser,
    ///   loss or metric, by name; nothing is left half-written.
    public func write(kerasFile path: String, includesOptimizer: Bool = true) throws {
        let (json, arrays) = try KerasComplaint.told(of: path) {
            let (json, given) = try described(includesOptimizer: includesOptimizer)
            return (json, try kerasArrays(given, includesOptimizer: includesOptimizer))
        }
        let metadata: JSON = ["keras_version": "3.15.1", "maker": .text(TernVersion.maker)]
        let members = [
            ("metadata.json", Array(metadata.written().utf8)), ("config.json", Array(json.written().utf8)),
            ("model.weights.h5", try HDF5Writer.bytes(of: arrays, file: path)),
        ]
        try writeAtomically(to: path) { write in
            try withoutActuallyEscaping(write) { write in
                var zip = ZipWriter(write)
                for (name, bytes) in members {
                    try bytes.withUnsafeBytes { try zip.add(name, [$0], compressed: false) }
                }
                try zip.finish()
            }
        }
    }

    private func kerasArrays(_ given: Set<ObjectIdentifier>, includesOptimizer: Bool) throws -> [String: Tensor] {
        let places = KerasWeights(self, given: given)
        var arrays = places.arrays
        if includesOptimizer, let optimizer = compilation?.optimizer, !trainedVariables.isEmpty {
            try KerasOrder.check(self, ofOneKind: false)
            let keeper = try KerasOptimizerState(optimizer, of: self, weights: places.trained)
            var state = keeper.initial
            // As a fit takes it: by the optimiser, the weights, and what is kept of each.
            if let memory = optimizerMemory, memory.kind == Model.kind(of: optimizer), memory.weights == trainedNames,
                memory.state.slots.map(\.spec) == state.slots.map(\.spec)
            {
                state = memory.state
            }
            for (i, array) in keeper.arrays(of: state, setRate: setRate).enumerated() {
                arrays["optimizer/vars/\(i)"] = array
            }
        }
        return arrays
    }

    /// Writes the weights as a `.weights.h5` file, which Keras 3 reads (`model.load_weights`).
    ///
    /// ```swift
    /// let model = Sequential(input: [3]) { Dense(2) }
    /// try model.saveKerasWeights(to: "rain.weights.h5")
    /// let same = Sequential(input: [3], seed: 1) { Dense(2) }
    /// try same.loadKerasWeights(from: "rain.weights.h5")
    /// ```
    ///
    /// - Throws: `DataError` where the file cannot be written, or Keras has no such layers.
    public func saveKerasWeights(to path: String) throws {
        let arrays = try KerasComplaint.told(of: path) {
            let (_, given) = try described(includesOptimizer: false)
            return try kerasArrays(given, includesOptimizer: false)
        }
        let bytes = try HDF5Writer.bytes(of: arrays, file: path)
        try writeAtomically(to: path) { write in try bytes.withUnsafeBytes { try write($0) } }
    }

    /// Reads the weights of a `.weights.h5` file of Keras 3 into the model, whose layers must be those of the model
    /// that wrote it; names of layers do not count, their kinds and order do, as in Keras.
    ///
    /// - Throws: `DataError` where the file cannot be read, or its weights do not fit; the model is then as it was.
    public func loadKerasWeights(from path: String) throws {
        try FileKind.check(path, isOneOf: .hdf5, as: "file of weights of Keras (.weights.h5)")
        let file = try HDF5File(ByteSource(contentsOf: path))
        let given = try KerasComplaint.told(of: path) { try described(includesOptimizer: false).given }
        try KerasWeights(self, given: given).take(file, path, names: variables)
    }
}
