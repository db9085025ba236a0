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
    Example("TernNN/Model/Model: LayerBuilder", Model_LayerBuilder),
    Example("TernNN/Model/Symbol: Symbol", Symbol_Symbol),
    Example("TernNN/Model/Symbol: callAsFunction", Symbol_callAsFunction),
    Example("TernNN/Model/Symbol: output", Symbol_output),
]

private func Model_Parts_layer() async throws {
    let base = Sequential(input: [8]) { Dense(4, name: "hidden") }
    _ = base
    use(base.layer("hidden").info.isTrainable = false)
}

private func Model_Parts_cut() async throws {
    let base = Sequential(input: [8]) {
        Dense(4, name: "hidden")
        Dense(1)
    }
    _ = base
    check("[2, 4]", try base.cut(after: "hidden").predict(Tensor.zeros([2, 8])).shape)
}

private func Model_Summary_summary() async throws {
    let model = Sequential(input: [8]) { Dense(1) }
    _ = model
    print(model.summary())      // Trainable params: 9
    checkPrinted("Trainable params: 9")
}

private func Model_Model() async throws {
    let sst = Input([14, 19, 1]), season = Input([4])
    _ = sst
    _ = season
    let field = Flatten()(Conv2D(8, kernelSize: 3, activation: .relu)(sst))
    _ = field
    let both = Concatenate()(field, season)
    _ = both
    let model = Model(inputs: [sst, season], outputs: [Dense(1)(both)])
    _ = model
    let rain = try model.predict([Tensor.zeros([5, 14, 19, 1]), Tensor.zeros([5, 4])])
    _ = rain
    check("[5, 1]", rain[0].shape)
}

private func Model_Sequential() async throws {
    let model = Sequential(input: [14, 19, 1]) {
        Conv2D(4, kernelSize: [3, 2], activation: .relu)
        MaxPooling2D(2)
        Flatten()
        Dense(1)
    }
    _ = model
    check("[1]", model.outputs[0].shape)
    check("245", model.parameterCount)
}

private func Model_LayerBuilder() async throws {
    let isDeep = true
    _ = isDeep
    let model = Sequential(input: [4]) {
        for _ in 0..<2 { Dense(8, activation: .relu) }
        if isDeep { Dense(8) }
        Dense(1)
    }
    _ = model
    check("4", model.layers.count)
}

private func Symbol_Symbol() async throws {
    let sst = Input([14, 19, 1])
    _ = sst
    let features = Flatten()(Conv2D(4, kernelSize: [3, 2], activation: .relu)(sst))
    _ = features
    check("[864]: 12 · 18 places, 4 filters", features.shape)
    let model = Model(inputs: [sst], outputs: [Dense(1)(features)])
    _ = model
}

private func Symbol_callAsFunction() async throws {
    let field = Input([20]), season = Input([4])
    _ = field
    _ = season
    check("[24]", Concatenate()(field, season).shape)
}

private func Symbol_output() async throws {
    let base = Sequential(input: [4, 4, 1]) {
        Flatten()
        Dense(1)
    }
    _ = base
    let features = base.layer("flatten").output
    _ = features
    let model = Model(inputs: base.inputs, outputs: [Dense(3)(features)])
    _ = model
    check("[3]", model.outputs[0].shape)
}
