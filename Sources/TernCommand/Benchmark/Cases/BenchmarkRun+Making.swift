import Tern

/// Random numbers as the cases take them.
extension Generator {
    mutating func normal(_ shape: [Int], _ dtype: DType = .float32) -> Tensor {
        Tensor(standardNormal(count: shape.reduce(1, *)), shape: shape).cast(to: dtype)
    }
}

extension BenchmarkRun {
    /// Fits of an estimator, each from the beginning.
    ///
    /// - Parameter value: by default half the mean square error of the fitted examples.
    init<Model: Predictor>(
        fitting model: Model, _ x: Tensor, _ y: Tensor,
        value: @escaping (Model, Tensor, Tensor) throws -> Double = { try 0.5 * meanSquaredError($2, $0.predict($1)) }
    ) {
        var model = model
        self.init(run: { try model.fit(x, y) }, value: { try value(model, x, y) })
    }

    /// The epochs of one training, the first of which traces and plans.
    init(training model: Model, _ x: Tensor, _ y: Tensor, batchSize: Int) {
        var training: TrainingEpochs?
        self.init(run: {
            if training == nil {
                let data = TrainingData(inputs: [x], targets: [y])
                training = try model.training(data, batchSize: batchSize, epochs: 1 << 40)
            }
            _ = try training!.run.nextEpoch()
        })
    }
}

/// The element type that a part is named after.
func dtype(of part: String) -> DType { part == "float64" ? .float64 : .float32 }

/// Operations of a training step or epoch of dense layers with these numbers of units: the products forwards, and
/// backwards by both operands, but for the gradient of the inputs.
func denseOperations(examples: Int, _ units: [Int]) -> Double {
    let products = zip(units, units.dropFirst()).map { 2.0 * Double($0 * $1) }
    return Double(examples) * (3 * products.reduce(0, +) - products[0])
}
