// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearnGaussianProcess = [
    Example("TernLearn/GaussianProcess/GaussianProcessRegressor: GaussianProcessRegressor", GaussianProcessRegressor_GaussianProcessRegressor),
    Example("TernLearn/GaussianProcess/GaussianProcessRegressor: sample", GaussianProcessRegressor_sample),
    Example("TernLearn/GaussianProcess/Kernel: Kernel", Kernel_Kernel),
]

private func GaussianProcessRegressor_GaussianProcessRegressor() async throws {
    let x = Tensor.random([8, 1], seed: 1)
    let y = x.sum(axis: 1)
    let points = Tensor([[0.1], [0.5]])
    var process = GaussianProcessRegressor(kernel: .constant(1) * .rbf(lengthScale: 1))
    _ = process
    use(try process.fit(x, y))
    let (mean, std) = try process.predictWithStandardDeviation(points)
    _ = mean
    _ = std
}

private func GaussianProcessRegressor_sample() async throws {
    let x = Tensor.random([8, 1], seed: 1)
    let y = x.sum(axis: 1)
    var process = GaussianProcessRegressor(kernel: .rbf(lengthScale: 1))
    try process.fit(x, y)
    let points = Tensor([[0.1], [0.5]])
    let functions = try process.sample(points, count: 5, randomState: 1)
    _ = functions
}

private func Kernel_Kernel() async throws {
    let kernel: Kernel = .constant(1) * .rbf(lengthScale: 1) + .white(noise: 0.1)
    _ = kernel
}
