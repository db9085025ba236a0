import Foundation
import Tern

func firstNetwork() throws {
    // article
    let (sst, rain) = SyntheticPrecipitation(seed: 0, samples: 1200).fields()
    print(sst.dimensions, sst.shape, rain.shape)
    // end

    // article
    let x = sst.values.expandingDimension(at: -1).cast(to: .float32)  // [1200, 14, 19, 1]
    let y = rain.values.expandingDimension(at: -1).cast(to: .float32)  // [1200, 1]
    let (xTrain, xTest) = (x[0..<900], x[900..<1200])
    let (yTrain, yTest) = (y[0..<900], y[900..<1200])
    // end

    // article
    let model = Sequential(input: [14, 19, 1], seed: 1) {
        Conv2D(4, kernelSize: [3, 2], activation: .relu)
        MaxPooling2D(2)
        Conv2D(8, kernelSize: [3, 2], activation: .relu)
        MaxPooling2D(2)
        Flatten()
        Dense(16, activation: .relu)
        Dense(1)
    }
    print(model.parameterCount, "numbers to learn")
    // end

    // article
    model.compile(optimizer: Adam(learningRate: 1e-2), loss: .meanSquaredError, metrics: [.meanAbsoluteError])
    let history = try model.fit(
        xTrain, yTrain, batchSize: 64, epochs: 30, validationSplit: 0.2,
        callbacks: [EarlyStopping(patience: 5, restoresBestWeights: true), CSVLogger("history.csv")])
    print(history["loss"].last! < history["loss"][0])
    // end

    // article
    let predicted = try model.predict(xTest)
    let network = meanSquaredError(yTest, predicted)
    let climatology = meanSquaredError(yTest, .zeros(yTest.shape, dtype: .float32))
    print(network < climatology ? "better than the climatology" : "no better than the climatology")
    // end

    // article
    try model.write(to: "rain.safetensors")
    let same = try Model(contentsOf: "rain.safetensors")
    print(try same.predict(xTest) == predicted)
    // end
    print(network, climatology, history.epochs.count)
}
