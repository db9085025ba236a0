import Foundation
import Tern

/// Models in files, one for each kind of layer that there is.
enum SmallModel {
    static func door(_ folder: URL) throws -> any Door {
        let url = folder.appendingPathComponent("valid.safetensors")
        let examples = try LayerRegistry.kinds.compactMap { kind -> Data? in
            guard try Self.write(kind, to: url.path) else { return nil }
            return try Data(contentsOf: url)
        }
        guard examples.count > 60 else {
            throw DataError(file: "models", "only \(examples.count) kinds of layers make a model by themselves")
        }
        return FileDoor(
            folder: folder, name: "in.safetensors", examples: examples, open: use,
            damage: { FolderDoor.safetensors($0, &$1) })
    }

    /// A model of one layer, on inputs that it takes; false where there is none.
    private static func write(_ kind: String, to path: String) throws -> Bool {
        guard let make = LayerRegistry.prototype(of: kind)?.make else { return false }
        let shapes = [[6], [6, 3], [8, 8, 2], [4, 4, 4, 2], [3, 8, 8, 2], [2, 4, 4, 4, 2]]
        for count in 1...3 {
            for shape in shapes {
                let layer = make()
                if layer.complaint(about: [[Int]](repeating: [1] + shape, count: count)) != nil { continue }
                do {
                    try catchingFailure {
                        let inputs = (0..<count).map { _ in Input(shape) }, outputs = layer(inputs)
                        try Model(inputs: inputs, outputs: [outputs[0]]).write(to: path)
                    }
                    return true
                } catch is CaughtFailure {}
            }
        }
        return false
    }

    /// What was read can be used.
    private static func use(_ path: String) throws {
        let model = try Model(contentsOf: path)
        if model.inputs.allSatisfy({ $0.shape.reduce(1, *) < 100_000 }) {
            _ = try catchingFailure { try model.predict(model.inputs.map { .zeros([$0.batchSize ?? 2] + $0.shape) }) }
        }
    }
}
