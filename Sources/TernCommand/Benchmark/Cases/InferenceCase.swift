import Tern

/// What a caller waits for who asks a trained network about one sample.
enum InferenceCase: BenchmarkCase {
    static let summary = "a prediction of a single sample, by the networks of sst and unet"
    static let peers = ["onnxruntime", "torch", "torch-compiled", "jax", "keras-tensorflow"]

    static func parts(isQuick: Bool) -> [BenchmarkPart] {
        [
            BenchmarkPart(
                name: "sst", unit: "a sample", operations: BenchmarkNetwork.sstOperations(training: false)),
            BenchmarkPart(
                name: "unet", unit: "a sample",
                operations: BenchmarkNetwork.unetOperations(1, UNetCase.grid(isQuick), training: false)),
        ]
    }

    static func prepare(_ part: String, _ setting: BenchmarkSetting) -> BenchmarkRun {
        let model = part == "sst" ? BenchmarkNetwork.sst() : BenchmarkNetwork.unet(UNetCase.grid(setting.isQuick))
        var random = Generator(seed: 0)
        let sample = random.normal([1] + model.inputs[0].shape)
        return BenchmarkRun(run: { _ = try model.predict(sample) })
    }
}
