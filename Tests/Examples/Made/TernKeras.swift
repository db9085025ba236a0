// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern
import TernKeras

let examplesTernKeras = [
    Example("TernKeras/KerasFile: KerasFile", KerasFile_KerasFile),
    Example("TernKeras/KerasFile: init", KerasFile_init),
    Example("TernKeras/KerasFile: init", KerasFile_init_2),
    Example("TernKeras/KerasFile: kerasJSON", KerasFile_kerasJSON),
    Example("TernKeras/KerasFile: write", KerasFile_write),
    Example("TernKeras/KerasFile: saveKerasWeights", KerasFile_saveKerasWeights),
]

private func KerasFile_KerasFile() async throws {
    let model = Sequential(input: [3]) { Dense(2, activation: .relu, name: "hidden") }
    _ = model
    use(try model.write(kerasFile: "rain.keras"))
    let file = try KerasFile(contentsOf: "rain.keras")
    _ = file
    check("\"hidden\"", file.model.layers[0].info.name)
    check("[]", file.notes)
}

private func KerasFile_init() async throws {
    let model = Sequential(input: [3]) { Dense(2) }
    _ = model
    use(try model.write(kerasFile: "rain.keras"))
    let same = try Model(kerasFile: "rain.keras"), x = Tensor([[1.0, 2, 3]])
    _ = same
    _ = x
    check("true", try same.predict(x) == model.predict(x))
}

private func KerasFile_init_2() async throws {
    let model = Sequential(input: [3]) { Dense(2) }
    _ = model
    check("8", try Model(kerasJSON: model.kerasJSON()).parameterCount)
}

private func KerasFile_kerasJSON() async throws {
    let text = try Sequential(input: [3]) { Dense(2) }.kerasJSON()
    _ = text
    check("true", text.contains("\"class_name\": \"Dense\""))
}

private func KerasFile_write() async throws {
    let model = Sequential(input: [1]) { Dense(1) }
    _ = model
    use(model.compile(optimizer: Adam(), loss: .meanSquaredError))
    use(try model.fit(Tensor([[1.0], [2]]), Tensor([[2.0], [4]]), epochs: 2))
    use(try model.write(kerasFile: "line.keras"))
    check("\"mean_squared_error\"", try Model(kerasFile: "line.keras").compilation!.losses[0].name)
}

private func KerasFile_saveKerasWeights() async throws {
    let model = Sequential(input: [3]) { Dense(2) }
    _ = model
    use(try model.saveKerasWeights(to: "rain.weights.h5"))
    let same = Sequential(input: [3], seed: 1) { Dense(2) }
    _ = same
    use(try same.loadKerasWeights(from: "rain.weights.h5"))
}
