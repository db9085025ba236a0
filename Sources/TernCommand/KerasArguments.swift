import ArgumentParser
import Tern
import TernKeras
import TernText

/// What commands that open a model of Keras are told about it.
struct KerasArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The shape of a Keras model's input without the batch, such as 24x4, where the model leaves lengths open; once for each input.",
            valueName: "lengths"))
    var inputShape: [String] = []

    /// The model of a file, for predictions: how it was trained is not looked at.
    ///
    /// - Throws: `DataError`, and ``UsageError`` where a shape is none.
    func file(_ path: String) throws -> KerasFile {
        let shapes = try inputShape.map { text -> [Int] in
            let lengths = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
            guard !lengths.contains(where: { $0 == nil || $0! < 0 || $0! > 1 << 30 }) else {
                throw UsageError("--input-shape \(text): write lengths with x between them, such as 24x4")
            }
            return lengths.map { $0! }
        }
        return try KerasFile(contentsOf: path, inputShapes: shapes.isEmpty ? nil : shapes, compiles: false)
    }

    /// - Throws: ``UsageError`` where options for models of Keras are given with another file.
    func refuse(for path: String) throws {
        if !inputShape.isEmpty { throw UsageError("--input-shape is for models of Keras; \(path) is none") }
    }
}

/// Prints a model of Keras.
func printKeras(_ file: KerasFile) {
    print("a model of Keras\(file.kerasVersion.map { " \($0)" } ?? "")".printable + "\n")
    print(file.model.summary().printable(keepingLines: true))
    let remarks = file.warnings + file.notes
    if !remarks.isEmpty { print("\n" + remarks.joined(separator: "\n").printable(keepingLines: true)) }
}

extension Predict {
    /// The inputs of a model, in its order, from a NumPy array or an archive of them.
    func inputs(_ model: Model, _ path: String) throws -> [Tensor] {
        switch FileKind(of: path) {
        case .npy:
            guard model.inputs.count == 1 else {
                throw UsageError(
                    "\(self.model) has \(model.inputs.count) inputs; give them in one archive, by numpy.savez: \(names(model).joined(separator: ", "))"
                )
            }
            return [try Tensor.read(npy: path)]
        case .npz:
            let there = try NPZ.names(in: path)
            if model.inputs.count == 1, there.count == 1 { return [try NPZ(contentsOf: path).arrays[there[0]]!] }
            let file = try NPZ(contentsOf: path, only: names(model))
            return names(model).map { file.arrays[$0]! }
        case let kind:
            throw DataError(
                file: path,
                kind?.complaint(insteadOf: "NumPy array (.npy, .npz), which a model of Keras reads")
                    ?? "a model of Keras reads NumPy arrays (.npy, .npz)")
        }
    }

    private func names(_ model: Model) -> [String] { model.inputs.map { $0.source.name ?? "input_layer" } }

    /// The layers that give a model's outputs.
    func outputNames(_ model: Model) -> [String] {
        let names = model.outputs.map { $0.source.layer?.info.name ?? "output" }
        return Set(names).count == names.count ? names : names.enumerated().map { "\($1)_\($0)" }
    }
}
