// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernCallbacks = [
    Example("Tern/Callbacks/BackupAndRestore: BackupAndRestore", BackupAndRestore_BackupAndRestore),
    Example("Tern/Callbacks/CSVLogger: CSVLogger", CSVLogger_CSVLogger),
    Example("Tern/Callbacks/ModelCheckpoint: ModelCheckpoint", ModelCheckpoint_ModelCheckpoint),
    Example("Tern/Callbacks/ProgressBar: ProgressBar", ProgressBar_ProgressBar),
]

private func BackupAndRestore_BackupAndRestore() async throws {
    let model = Sequential(input: [3]) {
        Dense(8, activation: .relu)
        Dense(1)
    }
    model.compile(loss: .meanSquaredError)
    let x = Tensor.random([64, 3], seed: 1, dtype: .float32)
    let y = x.sum(axis: 1, keepingDimensions: true)
    let backup = BackupAndRestore("run/backup", saves: .afterBatches(500))
    _ = backup
    use(try model.fit(x, y, epochs: 100, callbacks: [EarlyStopping(), backup]))
}

private func CSVLogger_CSVLogger() async throws {
    let model = Sequential(input: [3]) {
        Dense(8, activation: .relu)
        Dense(1)
    }
    model.compile(loss: .meanSquaredError)
    let x = Tensor.random([64, 3], seed: 1, dtype: .float32)
    let y = x.sum(axis: 1, keepingDimensions: true)
    use(try model.fit(x, y, epochs: 30, callbacks: [CSVLogger("run/history.csv")]))
}

private func ModelCheckpoint_ModelCheckpoint() async throws {
    use(ModelCheckpoint("best.safetensors", savesBestOnly: true))
    use(ModelCheckpoint("run/{epoch:03}-{val_loss:.4}.safetensors"))
}

private func ProgressBar_ProgressBar() async throws {
    let model = Sequential(input: [3]) {
        Dense(8, activation: .relu)
        Dense(1)
    }
    model.compile(loss: .meanSquaredError)
    let x = Tensor.random([64, 3], seed: 1, dtype: .float32)
    let y = x.sum(axis: 1, keepingDimensions: true)
    use(try model.fit(x, y, epochs: 30, callbacks: [ProgressBar()]))
}
