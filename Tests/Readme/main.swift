import Tern

// The Swift of README.md, line for line between the marks, as programs of a user's own: `readme NUMBER`, in a folder of
// its own.

func estimators() throws {
    // readme
    // scikit-learn's estimator: the same data and seed give the same loss curve and predictions.
    var random = RandomState(seed: 0)  // np.random.seed(0)
    let x = random.uniform(low: -4, high: 4, count: 8)  // np.random.uniform(-4, 4, 8)
    var model = MLPRegressor(hiddenLayerSizes: [50, 50], randomState: 42)
    try model.fit(Tensor(x, shape: [8, 1]), sin(Tensor(x)))
    print(model.nIter, model.lastLoss)  // 158 0.0019688067403467687

    // Tensors work as in NumPy, and any function of them has a gradient.
    let slope = gradient { (x: Tensor) in (x * sin(x)).sum() }
    print(slope(Tensor([0.0, 1.0, 2.0])))

    // A function is compiled once for its shapes; a training step then allocates nothing.
    let step = compile { (x: Tensor, w: Tensor) in tanh(matmul(x, w)) }
    // end
    print(step(.ones([2, 3]), .ones([3, 1])).shape)
}

func models(_ sst: Tensor, _ rain: Tensor) throws {
    // readme
    let model = Sequential(input: [14, 19, 1]) {  // sea-surface temperature
        Conv2D(4, kernelSize: [3, 2], activation: .relu)
        MaxPooling2D(2)
        Conv2D(8, kernelSize: [3, 2], activation: .relu)
        MaxPooling2D(2)
        Flatten()
        Dense(32, activation: .relu)
        Dropout(0.1)
        Dense(16, activation: .relu)
        Dense(1)  // rain
    }
    print(model.summary())  // 2,853 parameters
    model.compile(optimizer: Adam(learningRate: 1e-2), loss: .meanSquaredError, metrics: [.meanAbsoluteError])
    let history = try model.fit(
        sst, rain, batchSize: 128, epochs: 30, validationSplit: 0.2,
        callbacks: [EarlyStopping(patience: 5, restoresBestWeights: true), CSVLogger("history.csv"), ProgressBar()])
    try model.write(to: "rain.safetensors")  // weights by name, configuration as JSON
    // end
    print(history.epochs.count, try Model(contentsOf: "rain.safetensors").predict(sst) == model.predict(sst))
}

func reuse(_ sst: Tensor, _ rain: Tensor) throws {
    // readme
    let base = try Model(contentsOf: "rain.safetensors")
    for layer in base.layers { layer.info.isTrainable = false }
    let snow = Model(inputs: base.inputs, outputs: [Dense(1, name: "snow")(base.layer("flatten").output)])
    snow.compile(loss: Loss("fourth powers") { t, p in power(p - t, 4).mean(axis: -1) })
    let rates = try snow.learningRates(sst, rain)  // which learning rates learn
    snow.compile(optimizer: Adam(learningRate: LearningRate(rates.suggestion ?? 1e-3)), loss: .huber())
    try snow.fit(sst, rain, epochs: 5)
    // end
    print(try snow.predict(sst).shape)
}

func fields() throws {
    // readme
    let sst = try Dataset(contentsOf: "sst.mnmean.nc").field("sst")
    let box = try sst.select(["lat": .range(-5, 5), "lon": .range(-170, -120)])  // either convention of longitudes
    let nino34 = try box.grouped(by: .month).anomaly().mean(over: ["lat", "lon"], weights: .cosineOfLatitude)
    let (inputs, targets) = try nino34.windows(12, horizon: 3)  // a year of months, three months ahead
    try Dataset([nino34]).write(to: "nino34.nc")
    // end
    print(inputs.shape, targets.shape)
}

func descent() throws {
    // readme
    let rule = Adam(learningRate: .cosineDecay(from: 1e-2, steps: 1000))
        .clipping(.globalNorm(1))
        .decayingWeights(by: 1e-4)
    let way = minimise(from: [-1.2, 1], optimizer: rule, steps: 1000, TestFunction.rosenbrock.function)

    var panel = Panel(title: "Rosenbrock", x: Axis("step"), y: Axis("f", scale: .logarithmic))
    panel.add(Line(way.values))
    try Figure(panel).write(to: "rosenbrock.svg")  // or .png, .pdf; lines, bands, maps, contours, ...

    let drawing = Panel(
        drawing: Size(width: 300, height: 100), Block("sea", x: 60, y: 50, width: 90, height: 40),
        Arrow(x: [107, 190], y: [50, 50], text: "CNN"), Block("rain", x: 236, y: 50, width: 90, height: 40))
    // Blocks, arrows, brackets, grids of numbers; or model.diagram().
    try Figure(drawings: [drawing]).write(to: "drawing.svg")
    // end
    print(way.values.first! > way.values.last!)
}

/// Thirty years of made months on a coarse globe, as `sst.mnmean.nc`.
func makeSeaSurface() throws {
    let months = (0..<360).map { CalendarDate(year: 1990 + $0 / 12, month: 1 + $0 % 12) }
    let field = Field(
        "sst", Tensor.random([360, 19, 36], in: 0..<30, seed: 2, dtype: .float32), dimensions: ["time", "lat", "lon"],
        coordinates: [
            Coordinate("time", times: months), Coordinate("lat", numbers: (0..<19).map { -90 + 10 * Double($0) }),
            Coordinate("lon", numbers: (0..<36).map { 10 * Double($0) }),
        ], attributes: ["units": "degC"])
    try Dataset([field]).write(to: "sst.mnmean.nc")
}

let sst = Tensor.random([60, 14, 19, 1], seed: 1, dtype: .float32), rain = sst.mean(axes: [1, 2])
switch CommandLine.arguments.dropFirst().first {
case "0": try estimators()
case "1":
    try models(sst, rain)
    try reuse(sst, rain)
case "2":
    try makeSeaSurface()
    try fields()
default: try descent()
}
