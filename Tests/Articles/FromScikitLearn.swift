import Tern

func fromScikitLearn() throws {
    // article
    var random = RandomState(seed: 0)  // np.random.seed(0)
    let x = Tensor(random.normal(count: 600), shape: [200, 3])
    let y = x[.all, 0] - 2 * x[.all, 1] + sin(x[.all, 2])

    let (train, test) = try trainTestSplit(count: 200, testSize: .fraction(0.25), using: &random)
    let (xTrain, xTest) = (x.taking(Tensor(train)), x.taking(Tensor(test)))
    let (yTrain, yTest) = (y.taking(Tensor(train)), y.taking(Tensor(test)))

    var scaler = StandardScaler()
    let zTrain = try scaler.fitTransform(xTrain), zTest = try scaler.transform(xTest)

    var model = MLPRegressor(hiddenLayerSizes: [50, 50], maxIter: 500, randomState: 42)
    try model.fit(zTrain, yTrain)
    var line = Ridge(alpha: 1)
    try line.fit(zTrain, yTrain)
    print(train.count, test.count, try model.score(zTest, yTest) > line.score(zTest, yTest))
    // end

    // article
    var eofs = PCA(nComponents: 2)
    let series = try eofs.fitTransform(xTrain)
    print(series.shape, eofs.components.shape)

    var process = GaussianProcessRegressor(kernel: .constant(1) * .rbf(lengthScale: 1) + .white(noise: 0.1))
    try process.fit(zTrain[0..<40], yTrain[0..<40])
    let (mean, deviation) = try process.predictWithStandardDeviation(zTest)
    print(mean.shape, deviation.shape)
    // end
}
