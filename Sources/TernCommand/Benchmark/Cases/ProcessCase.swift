import Tern

/// The fit of a Gaussian process.
enum ProcessCase: BenchmarkCase {
    static let summary = "a Gaussian process of 2,000 points of 2 features, four hyperparameters fitted"
    static let peers = ["sklearn"]

    static func parts(isQuick: Bool) -> [BenchmarkPart] { [BenchmarkPart(name: "float64", unit: "a fit")] }

    static func prepare(_ part: String, _ setting: BenchmarkSetting) -> BenchmarkRun {
        let rows = setting.isQuick ? 60 : 2000
        var random = Generator(seed: 0)
        let x = Tensor((0..<2 * rows).map { _ in -3 + 6 * random.random() }, shape: [rows, 2])
        let y = sin(2 * x[.all, 0]) * cos(x[.all, 1]) + 0.1 * random.normal([rows], .float64)
        return BenchmarkRun(
            fitting: GaussianProcessRegressor(
                kernel: .constant(1) * .rbf(lengthScales: [1, 1]) + .white(noise: 0.1)), x, y
        ) { model, _, _ in -model.logMarginalLikelihoodValue }
    }
}
