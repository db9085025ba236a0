import CTernKernels

// What the planner makes of a convolution, relu and the mean over the whole grid in a row (Rewriting.swift).

/// The mean over the grid of max(0, x * w + bias): x [n, grid, c], w [window, c, filters].
struct ConvolutionMean: PlannedPrimitive {
    let window: Window
    var name: String { "mean of a convolution" }

    func result(of inputs: [TensorSpec]) -> TensorSpec {
        TensorSpec(shape: [inputs[0].shape[0], inputs[1].shape.last!], dtype: inputs[0].dtype)
    }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        [meanCall(window, inputs, moments: false)]
    }
}

/// The moments of ``ConvolutionMean``: [n, window · c + 1, filters].
struct ConvolutionMoments: PlannedPrimitive {
    let window: Window
    var name: String { "moments of a convolution" }

    func result(of inputs: [TensorSpec]) -> TensorSpec {
        let filters = inputs[1].shape.last!
        return TensorSpec(shape: [inputs[0].shape[0], inputs[1].count / filters + 1, filters], dtype: inputs[0].dtype)
    }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        [meanCall(window, inputs, moments: true)]
    }
}

private func meanCall(_ window: Window, _ inputs: [TensorSpec], moments: Bool) -> KernelCall {
    var arguments = tern_convolution_mean()
    let x = inputs[0].shape, grid = Array(x[1..<(x.count - 1)])
    let places = window.places(on: grid, in: "mean of a convolution")
    arguments.window = window.c(
        images: x[0], input: grid, output: places, channelsIn: x.last!, channelsOut: inputs[1].shape.last!)
    arguments.moments = moments ? 1 : 0
    let isDouble = inputs[0].dtype == .float64
    let cost = Double(x[0] * places.reduce(1, *)) * Double(inputs[1].count) / (isDouble ? 25 : 50) * (moments ? 2 : 1)
    return KernelCall(
        isDouble ? kernels.convolution_mean_f64 : kernels.convolution_mean_f32, arguments, units: x[0], cost: cost,
        fields: [
            .init(\tern_convolution_mean.x, 0, .aligned),
            .init(\tern_convolution_mean.w, 1, .whole),
            .init(\tern_convolution_mean.bias, 2, .whole),
            .init(\tern_convolution_mean.result, 3, .aligned),
        ])
}
