// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernCallbacks = [
    Example("Tern/Callbacks/BackupAndRestore: BackupAndRestore", BackupAndRestore_BackupAndRestore),
    Example("Tern/Callbacks/BackupAndRestore: Frequency", BackupAndRestore_Frequency),
    Example("Tern/Callbacks/CSVLogger: CSVLogger", CSVLogger_CSVLogger),
    Example("Tern/Callbacks/ModelCheckpoint: ModelCheckpoint", ModelCheckpoint_ModelCheckpoint),
    Example("Tern/Callbacks/ProgressBar: ProgressBar", ProgressBar_ProgressBar),
]

private func BackupAndRestore_BackupAndRestore() async throws {
    let x = Tensor([[0.0], [1], [2], [3]]), y = Tensor([[1.0], [3], [5], [7]])
    _ = x
    _ = y
    let model = Sequential(input: [1]) { Dense(1) }
    _ = model
    use(model.compile(optimizer: SGD(learningRate: 0.1), loss: .meanSquaredError))
    let backup = BackupAndRestore("run/backup", saves: .afterBatches(500))
    _ = backup
    let history = try model.fit(x, y, epochs: 3, callbacks: [backup])
    _ = history
    print(history["loss"].count)  // 3
    checkPrinted("3")
}

private func BackupAndRestore_Frequency() async throws {
    print(BackupAndRestore("backup").frequency == .afterEpochs(1))  // true
    checkPrinted("true")
}

private func CSVLogger_CSVLogger() async throws {
    let x = Tensor([[0.0], [1], [2], [3]]), y = Tensor([[1.0], [3], [5], [7]])
    _ = x
    _ = y
    let model = Sequential(input: [1]) { Dense(1) }
    _ = model
    use(model.compile(optimizer: SGD(learningRate: 0.1), loss: .meanSquaredError))
    use(try model.fit(x, y, epochs: 3, callbacks: [CSVLogger("history.csv")]))
    print(try Table(csv: "history.csv").columnNames)  // ["epoch", "loss"]
    checkPrinted("[\"epoch\", \"loss\"]")
}

private func ModelCheckpoint_ModelCheckpoint() async throws {
    let x = Tensor([[0.0], [1], [2], [3]]), y = Tensor([[1.0], [3], [5], [7]])
    _ = x
    _ = y
    let model = Sequential(input: [1]) { Dense(1) }
    _ = model
    use(model.compile(optimizer: SGD(learningRate: 0.1), loss: .meanSquaredError))
    let best = ModelCheckpoint("best.safetensors", monitor: "loss", savesBestOnly: true)
    _ = best
    let each = ModelCheckpoint("epoch-{epoch:03}.safetensors", period: 2)
    _ = each
    use(try model.fit(x, y, epochs: 4, callbacks: [best, each]))
    print(each.lastPath!)  // epoch-004.safetensors
    checkPrinted("epoch-004.safetensors")
}

private func ProgressBar_ProgressBar() async throws {
    let x = Tensor([[0.0], [1], [2], [3]]), y = Tensor([[1.0], [3], [5], [7]])
    _ = x
    _ = y
    let model = Sequential(input: [1]) { Dense(1) }
    _ = model
    use(model.compile(optimizer: SGD(learningRate: 0.1), loss: .meanSquaredError))
    use(try model.fit(x, y, epochs: 2, callbacks: [ProgressBar()]))
}
