import Foundation
import TernCore
import TernData
import TernNN
import TernText

// A model in a file: weights by name as safetensors, the configuration as JSON in its metadata; beside them what the
// optimiser has gathered, as `@optimizer/0`, `@optimizer/1`, ...
extension Model {
    private static let format = "tern.model/1"
    private static let optimizer = "@optimizer/"

    /// Writes the weights by their names, such as `conv2d/kernel`.
    ///
    /// - Throws: `DataError` where the file cannot be written, and `TrainingError` where two weights have one name;
    ///   nothing is left half-written.
    public func saveWeights(to path: String) throws {
        try Safetensors(tensors: weights()).write(to: path, hasChecksum: true)
    }

    /// By their paths.
    private func weights() throws -> [String: Tensor] {
        var weights: [String: Tensor] = [:]
        for (path, variable) in variables where weights.updateValue(variable.value, forKey: path) != nil {
            throw TrainingError(
                description:
                    "two weights of the model are called \"\(path)\"; give layers within a layer names of their own")
        }
        return weights
    }

    /// Reads weights into the model; each must be there, in the shape that the model has, and no other. Values are
    /// cast to the types of the model.
    ///
    /// - Throws: `DataError` where the file cannot be read or its weights do not fit; the model is then as it was.
    public func loadWeights(from path: String) throws { try take(Safetensors(contentsOf: path), path) }

    private func take(_ file: Safetensors, _ path: String) throws {
        let variables = variables
        for (name, variable) in variables {
            guard let tensor = file.tensors[name] else {
                throw DataError(
                    file: path,
                    "the weight \"\(name)\" of \(variable.value.spec) is missing; the file has \(file.names.joined(separator: ", "))"
                )
            }
            guard tensor.shape == variable.shape else {
                throw DataError(
                    file: path,
                    "the weight \"\(name)\" has the shape \(tensor.shape), the model wants \(variable.shape)")
            }
        }
        let paths = Set(variables.map(\.path))
        if let extra = file.names.first(where: { !paths.contains($0) && !$0.hasPrefix(Self.optimizer) }) {
            throw DataError(file: path, "the weight \"\(extra)\" belongs to no layer of the model")
        }
        for (name, variable) in variables { variable.value = file.tensors[name]!.cast(to: variable.value.dtype) }
    }

    /// Writes configuration and weights to one file in the safetensors format.
    ///
    /// ```swift
    /// let model = Sequential(input: [3]) { Dense(2) }
    /// try model.write(to: "rain.safetensors")
    /// let same = try Model(contentsOf: "rain.safetensors")
    /// let x = Tensor([[1.0, 2, 3]])
    /// print(same.parameterCount, try same.predict(x) == model.predict(x))  // 8 true
    /// ```
    ///
    /// - Parameter includesOptimizer: whether the file holds what the optimiser has gathered, so that training goes on
    ///   where it stood once the model that was read is compiled with an optimiser of the same kind. A rate that
    ///   callbacks have set is not in it: that is for who compiles to say.
    /// - Throws: `DataError` where the file cannot be written, `TrainingError` where two weights have one name, and an
    ///   error where a layer has no configuration, such as a `Lambda`; nothing is left half-written.
    public func write(to path: String, includesOptimizer: Bool = true) throws {
        try safetensors(includesOptimizer: includesOptimizer).write(to: path, hasChecksum: true)
    }

    /// What ``write(to:includesOptimizer:)`` writes.
    package func safetensors(includesOptimizer: Bool = true) throws -> Safetensors {
        let encoder = JSONEncoder.ofAllNumbers
        encoder.outputFormatting = [.sortedKeys]
        let configuration = String(decoding: try encoder.encode(self), as: UTF8.self)
        var tensors = try weights()
        var metadata = ["format": Self.format, "maker": TernVersion.maker, "configuration": configuration]
        if includesOptimizer, let memory = optimizerMemory {
            for (i, slot) in memory.state.slots.enumerated() { tensors[Self.optimizer + "\(i)"] = slot }
            metadata["optimizer"] = memory.kind
            metadata["optimizer_weights"] = memory.weights.joined(separator: "\n")
            metadata["optimizer_steps"] = "\(memory.state.stepCount)"
            metadata["optimizer_slots"] = "\(memory.state.slots.count)"
        }
        return Safetensors(tensors: tensors, metadata: metadata)
    }

    /// Reads a file that ``write(to:includesOptimizer:)`` wrote; layers of your own must be registered before.
    ///
    /// - Throws: `DataError` where the file cannot be read, is damaged, or holds no model or one of an unknown layer.
    public convenience init(contentsOf path: String) throws {
        try FileKind.check(path, isOneOf: .safetensors, as: "model of Tern")
        try self.init(Safetensors(contentsOf: path), path)
    }

    /// The model that ``safetensors(includesOptimizer:)`` took apart; errors name it by `path`.
    package convenience init(_ file: Safetensors, _ path: String) throws {
        guard file.metadata["format"] == Self.format, let text = file.metadata["configuration"] else {
            throw DataError(file: path, "this file holds tensors but no configuration of a model")
        }
        let decoded: Model, decoder = JSONDecoder.ofAllNumbers
        decoder.userInfo[.mostNumbers] = file.tensors.reduce(0) {
            $0 + ($1.key.hasPrefix(Self.optimizer) ? 0 : $1.value.count)
        }
        do { decoded = try decoder.decode(Model.self, from: Data(text.utf8)) } catch {
            throw DataError(file: path, "the configuration of the model cannot be read: \(words(ofDecoding: error))")
        }
        self.init(inputs: decoded.inputs, outputs: decoded.outputs, name: decoded.info.name)
        (info.isTrainable, info.dtype) = (decoded.info.isTrainable, decoded.info.dtype)
        try take(file, path)
        guard let kind = file.metadata["optimizer"] else { return }
        let slots = (0..<file.names.count { $0.hasPrefix(Self.optimizer) }).map {
            file.tensors[Self.optimizer + "\($0)"]
        }
        // Files of before say nothing of how many there are.
        guard let steps = Int(file.metadata["optimizer_steps"] ?? ""), steps >= 0,
            !slots.contains(where: { $0 == nil }),
            file.metadata["optimizer_slots"] ?? "\(slots.count)" == "\(slots.count)"
        else {
            throw DataError(
                file: path, "what the optimiser had gathered is damaged; write the model with includesOptimizer: false")
        }
        let weights = (file.metadata["optimizer_weights"] ?? "").split(separator: "\n").map(String.init)
        optimizerMemory = (kind, weights, OptimizerState(slots: slots.compactMap { $0 }, stepCount: steps))
    }
}
