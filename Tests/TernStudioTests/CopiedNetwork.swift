import Tern

// What `NetworkCopies` hands out, line for line; `NetworkTests` compares.
func copiedNetwork() throws -> (MLPRegressor, GaussianProcessRegressor) {
    var random = RandomState(seed: 0)
    let points = random.uniform(low: -4, high: 4, count: 12)
    let noise = random.normal(mean: 0, standardDeviation: 0.1, count: 12)
    let x = Tensor(points, shape: [12, 1]), y = sin(Tensor(points)) + Tensor(noise)
    // swift-format-ignore
    var model = MLPRegressor(
        hiddenLayerSizes: [6], activation: .logistic, solver: .sgd, alpha: 0.0001, batchSize: 5, learningRateInit: 0.01, maxIter: 40, randomState: 0, tol: 0.0001, momentum: 0.9, nesterovsMomentum: true, earlyStopping: true, validationFraction: 0.2, nIterNoChange: 10)
    try model.fit(x, y)

    var process = GaussianProcessRegressor(
        kernel: .constant(1) * .rbf(lengthScale: 1) + .white(noise: 0.1))
    try process.fit(x, y)
    return (model, process)
}
