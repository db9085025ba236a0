// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNModel = [
    Example("TernNN/Model/Model+Parts: layer", Model_Parts_layer),
    Example("TernNN/Model/Model+Parts: cut", Model_Parts_cut),
    Example("TernNN/Model/Model+Summary: summary", Model_Summary_summary),
    Example("TernNN/Model/Model: Model", Model_Model),
    Example("TernNN/Model/Model: Sequential", Model_Sequential),
    Example("TernNN/Model/Symbol: Symbol", Symbol_Symbol),
    Example("TernNN/Model/Symbol: callAsFunction", Symbol_callAsFunction),
    Example("TernNN/Model/Symbol: output", Symbol_output),
]

private func Model_Parts_layer() async throws {
    let base = Sequential(input: [14, 19, 1]) {
        Conv2D(4, kernelSize: [3, 2], activation: .relu)
        Flatten()
        Dense(1)
    }
    use(base.layer("conv2d").info.isTrainable = false)
}

private func Model_Parts_cut() async throws {
    let base = Sequential(input: [14, 19, 1]) {
        Conv2D(4, kernelSize: [3, 2], activation: .relu)
        Flatten()
        Dense(1)
    }
    let rain = base
    let sst = Tensor.random([64, 14, 19, 1], seed: 1, dtype: .float32)
    let features = try rain.cut(after: "flatten").predict(sst)
    _ = features
}

private func Model_Summary_summary() async throws {
    let model = Sequential(input: [3]) {
        Dense(8, activation: .relu)
        Dense(1)
    }
    model.compile(loss: .meanSquaredError)
    use(print(model.summary()))
}

private func Model_Model() async throws {
    let x = Tensor.random([64, 3], seed: 1, dtype: .float32)
    let sst = Input([14, 19, 1]), season = Input([4])
    _ = sst
    _ = season
    let field = Flatten()(Conv2D(8, kernelSize: 3, activation: .relu)(sst))
    _ = field
    let both = Concatenate()(field, season)
    _ = both
    let model = Model(inputs: [sst, season], outputs: [Dense(1)(both)])
    _ = model
    let rain = try model.predict([x, s])
    _ = rain
}

private func Model_Sequential() async throws {
    let model = Sequential(input: [14, 19, 1]) {
        Conv2D(4, kernelSize: [3, 2], activation: .relu)
        MaxPooling2D(2)
        Flatten()
        Dense(1)
    }
    _ = model
}

private func Symbol_Symbol() async throws {
    let sst = Input([14, 19, 1])
    _ = sst
    let features = Flatten()(Conv2D(4, kernelSize: [3, 2], activation: .relu)(sst))
    _ = features
    let model = Model(inputs: [sst], outputs: [Dense(1)(features)])
    _ = model
}

private func Symbol_callAsFunction() async throws {
    let field = Input([6])
    let season = Input([4])
    let both = Concatenate()(field, season)
    _ = both
}

private func Symbol_output() async throws {
    let base = Sequential(input: [14, 19, 1]) {
        Conv2D(4, kernelSize: [3, 2], activation: .relu)
        Flatten()
        Dense(1)
    }
    let features = base.layer("flatten").output
    _ = features
    let model = Model(inputs: base.inputs, outputs: [Dense(3)(features)])
    _ = model
}
