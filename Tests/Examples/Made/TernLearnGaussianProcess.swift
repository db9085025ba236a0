// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearnGaussianProcess = [
    Example("TernLearn/GaussianProcess/GaussianProcessRegressor: GaussianProcessRegressor", GaussianProcessRegressor_GaussianProcessRegressor),
    Example("TernLearn/GaussianProcess/GaussianProcessRegressor: sample", GaussianProcessRegressor_sample),
    Example("TernLearn/GaussianProcess/Kernel: Kernel", Kernel_Kernel),
    Example("TernLearn/GaussianProcess/Kernel: Smoothness", Kernel_Smoothness),
    Example("TernLearn/GaussianProcess/Kernel: matern", Kernel_matern),
    Example("TernLearn/GaussianProcess/Kernel: rationalQuadratic", Kernel_rationalQuadratic),
    Example("TernLearn/GaussianProcess/Kernel: expSineSquared", Kernel_expSineSquared),
    Example("TernLearn/GaussianProcess/Kernel: dotProduct", Kernel_dotProduct),
    Example("TernLearn/GaussianProcess/Kernel: raised", Kernel_raised),
]

private func GaussianProcessRegressor_GaussianProcessRegressor() async throws {
    let x = Tensor([[0.0], [1], [2]]), y = Tensor([0.0, 1, 0])
    _ = x
    _ = y
    var process = GaussianProcessRegressor(kernel: .constant(1) * .rbf(lengthScale: 1))
    _ = process
    use(try process.fit(x, y))
    let (mean, deviation) = try process.predictWithStandardDeviation(Tensor([[1.0], [100.0]]))
    _ = mean
    _ = deviation
    check("[1, 0]: through the data, and the prior's mean far from them", mean)
    check("true", deviation.doubles[0] < 1e-4)
}

private func GaussianProcessRegressor_sample() async throws {
    let process = GaussianProcessRegressor()
    _ = process
    check("[3, 5], of the prior", try process.sample(Tensor([[0.0], [1], [2]]), count: 5, randomState: 1).shape)
}

private func Kernel_Kernel() async throws {
    let kernel: Kernel = .constant(4) * .rbf(lengthScale: 1) + .white(noise: 0.1)
    _ = kernel
    check("2**2 * RBF(length_scale=1) + WhiteKernel(noise_level=0.1)", kernel.description)
    check("[[1, 0.60653066], [0.60653066, 1]]", Kernel.rbf()(Tensor([[0.0], [1]])))
}

private func Kernel_Smoothness() async throws {
    check("1.5", Kernel.Smoothness.threeHalves.nu)
}

private func Kernel_matern() async throws {
    check("[[1, 0.36787944], [0.36787944, 1]]", Kernel.matern(nu: .half)(Tensor([[0.0], [1]])))
}

private func Kernel_rationalQuadratic() async throws {
    check("[[1, 0.66666667], [0.66666667, 1]]", Kernel.rationalQuadratic()(Tensor([[0.0], [1]])))
}

private func Kernel_expSineSquared() async throws {
    check("[[1, 1], [1, 1]], up to rounding", Kernel.expSineSquared(periodicity: 2)(Tensor([[0.0], [4]])))
}

private func Kernel_dotProduct() async throws {
    check("[[5, 7], [7, 13]]", Kernel.dotProduct(sigma0: 2)(Tensor([[1.0], [3]])))
}

private func Kernel_raised() async throws {
    check("[[4, 16], [16, 100]]", Kernel.dotProduct().raised(to: 2)(Tensor([[1.0], [3]])))
}
