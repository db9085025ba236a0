import Tern

// What `ConvolutionCopies` and `GradientsCopies` hand out, line for line; their tests compare.
func copiedConvolution() -> (y: Tensor, outputSlopes: Tensor, inputSlopes: Tensor) {
    // swift-format-ignore
    let x = Tensor([
        [1, 3, 2, 0],
        [4, 2, 1, 1],
        [0, 1, 5, 6],
        [2, 1, 7, 8],
        [3, 0, 2, 9.5],
    ] as [[Float]])
    let kernel = Tensor([[1, -2], [0, 3]] as [[Float]])
    func window(_ x: Tensor) -> Tensor {
        // swift-format-ignore
        conv2d(x, kernel, strides: 2, padding: .explicit([Margin(before: 1, after: 1), Margin(before: 1, after: 1)]), dilation: 1)
    }
    let y = window(x)
    func ofOutput() -> Tensor {
        let slopes = gradient { (x: Tensor) in window(x)[1, 2] }(x)
        return slopes
    }
    func ofInput() -> Tensor {
        let slopes = gradient { (weights: Tensor) in
            gradient { (x: Tensor) in (weights * window(x)).sum() }(x)[3, 1]
        }(Tensor.ones(y.shape))
        return slopes
    }
    return (y, ofOutput(), ofInput())
}

/// The lengths before training, and the losses.
func copiedGradients() throws -> (norms: [Double], losses: [Double]) {
    // swift-format-ignore
    let chain = DeepChain(
        depth: 4, width: 6, activation: .named("leaky_relu")!, normalizes: true, hasSkips: true,
        initializer: .named("he_normal")!, seed: 5)
    let model = chain.model()
    var random = Generator(seed: 6)
    // swift-format-ignore
    let x = Tensor(random.standardNormal(count: 384), shape: [64, 6]).cast(to: .float32)
    // swift-format-ignore
    let y = Tensor(random.standardNormal(count: 64), shape: [64, 1]).cast(to: .float32)
    model.compile(optimizer: SGD(learningRate: 0.02), loss: .meanSquaredError)
    let history = try model.fit(x, y, batchSize: 64, epochs: 9, shuffles: false)
    return (chain.gradientNorms(examples: 64), history["loss"])
}
