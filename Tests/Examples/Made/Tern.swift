// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTern = [
    Example("Tern/Estimator+Files: write", Estimator_Files_write),
    Example("Tern/Estimator+Files: readEstimator", Estimator_Files_readEstimator),
    Example("Tern/Model+Files: write", Model_Files_write),
    Example("Tern/Tern: module", Tern_module),
]

private func Estimator_Files_write() async throws {
    var model = Pipeline(StandardScaler(), Ridge(alpha: 0.1))
    _ = model
    let x = Tensor([[0.0], [1], [3]])
    _ = x
    use(try model.fit(x, Tensor([1.0, 3, 7])))
    use(try model.write(to: "line.safetensors"))
    let same = try readEstimator(contentsOf: "line.safetensors", as: Pipeline.self)
    _ = same
    check("true, to the bit", try same.predict(x) == model.predict(x))
}

private func Estimator_Files_readEstimator() async throws {
    var scaler = MinMaxScaler()
    _ = scaler
    use(try scaler.fit(Tensor([[1.0], [3]])))
    use(try scaler.write(to: "scaler.safetensors"))
    let found = try readEstimator(contentsOf: "scaler.safetensors")
    _ = found
    check("\"MinMaxScaler\"", type(of: found).kind)
    let same = try readEstimator(contentsOf: "scaler.safetensors", as: (any Transformer).self)
    _ = same
    check("[[0.5]]", try same.transform(Tensor([[2.0]])))
}

private func Model_Files_write() async throws {
    let model = Sequential(input: [3]) { Dense(2) }
    _ = model
    use(try model.write(to: "rain.safetensors"))
    let same = try Model(contentsOf: "rain.safetensors")
    _ = same
    let x = Tensor([[1.0, 2, 3]])
    _ = x
    print(same.parameterCount, try same.predict(x) == model.predict(x))  // 8 true
    checkPrinted("8 true")
}

private func Tern_module() async throws {
    let x = Tensor((0..<40).map { Double($0) / 40 }, shape: [40, 1]), y = x.flattened() * 2 + 1
    _ = x
    _ = y
    var model = MLPRegressor(hiddenLayerSizes: [8], maxIter: 20, randomState: 42)
    _ = model
    use(try model.fit(x, y))
    print(try model.predict(x).shape)  // [40]
    checkPrinted("[40]")
}
