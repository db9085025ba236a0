import Foundation
import Tern
import TernKeras

/// `.keras` files, whose members are damaged within a whole archive as often as the archive is.
enum KerasDoor {
    static func door(_ folder: URL) throws -> any Door {
        let url = folder.appendingPathComponent("valid.keras")
        func written(_ model: Model) throws -> Data {
            try model.write(kerasFile: url.path)
            return try Data(contentsOf: url)
        }
        let chain = Sequential(input: [6, 2]) {
            Conv1D(2, kernelSize: 2, activation: .relu, kernel: .init(regularizer: .l2()))
            Bidirectional(LSTM(2))
            BatchNormalization()
            Dense(1)
        }
        chain.compile(
            optimizer: Adam(learningRate: .cosineDecay(from: 0.1, steps: 10)).clipping(.norm(1)), loss: .huber(),
            metrics: [.meanAbsoluteError, .auc()])
        let x = Input([3]), y = Input([4, 3])
        let attended = MultiHeadAttention(headCount: 2, keyDimension: 2)([y, y])[0]
        let graph = Model(inputs: [x, y], outputs: [Add()(x, GlobalAveragePooling1D()(attended)), Dense(2)(x)])
        return FileDoor(
            folder: folder, name: "in.keras", examples: [try written(chain), try written(graph)],
            open: { path in
                let model = try Model(kerasFile: path)
                if model.inputs.allSatisfy({ $0.shape.reduce(1, *) < 100_000 }) {
                    _ = try catchingFailure {
                        try model.predict(model.inputs.map { .zeros([$0.batchSize ?? 2] + $0.shape) })
                    }
                }
            }, damage: damaged)
    }

    private static func damaged(_ data: Data, _ dice: inout Dice) -> Data {
        let source = ByteSource([UInt8](data), file: "in", context: "")
        guard dice.next() % 4 > 0, let archive = try? ZipArchive(source) else { return Damage.bytes(data, &dice) }
        var members = archive.members.compactMap { member in
            (try? archive.content(of: member)).flatMap { try? $0.bytes(0..<$0.count) }.map { (member.name, Data($0)) }
        }
        guard !members.isEmpty else { return Damage.bytes(data, &dice) }
        let i = Int(dice.next() % UInt64(members.count))
        members[i].1 =
            members[i].0.hasSuffix(".json")
            ? Damage.textOrBytes(members[i].1, &dice) : Damage.bytes(members[i].1, &dice)
        var bytes = Data(), zip = ZipWriter { bytes.append(contentsOf: $0) }
        do {
            for (name, content) in members {
                try [UInt8](content).withUnsafeBytes { try zip.add(name, [$0], compressed: false) }
            }
            try zip.finish()
        } catch { return data }
        return bytes
    }
}
