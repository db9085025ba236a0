import Tern

func fromKeras() throws {
    let x = Tensor.random([64, 14, 19, 1], seed: 0, dtype: .float32), y = x.mean(axes: [1, 2])
    // article
    let model = Sequential(input: [14, 19, 1]) {
        Conv2D(4, kernelSize: [3, 2], activation: .relu)
        MaxPooling2D(2)
        Flatten()
        Dense(16, activation: .relu)
        Dropout(0.1)
        Dense(1)
    }
    model.compile(optimizer: Adam(learningRate: 1e-3), loss: .meanSquaredError, metrics: [.meanAbsoluteError])
    let history = try model.fit(
        x, y, batchSize: 32, epochs: 3, validationSplit: 0.25,
        callbacks: [EarlyStopping(patience: 5, restoresBestWeights: true)])
    print(history.values.keys.sorted())
    print(try model.evaluate(x, y).keys.sorted(), try model.predict(x).shape)
    // end

    // article
    let sst = Input([14, 19, 1]), season = Input([4])
    let features = Flatten()(Conv2D(4, kernelSize: 3, activation: .relu)(sst))
    let both = Concatenate()(features, season)
    let rain = Dense(1, name: "rain")(both), snow = Dense(1, name: "snow")(both)
    let graph = Model(inputs: [sst, season], outputs: [rain, snow])
    graph.compile(losses: [.meanSquaredError, .huber()], lossWeights: [1, 0.5])
    print(graph.outputs.map(\.shape))
    // end
}
