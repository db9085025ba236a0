import CTernKernels

// What the planner makes of convolutions with a window of 3 x 3 and many channels (Rewriting.swift): Winograd's form
// F(2 x 2, 3 x 3), which needs 16 multiplications for four places where the window takes 36 (Winograd.h).

/// A kernel [3, 3, c, filters] in Winograd's form, [25, c, filters]: its 16 products, and the kernel itself, which is
/// read where numbers are infinite.
struct WinogradKernel: PlannedPrimitive {
    var name: String { "kernel in Winograd's form" }

    func result(of inputs: [TensorSpec]) -> TensorSpec {
        TensorSpec(shape: [25] + inputs[0].shape.suffix(2), dtype: inputs[0].dtype)
    }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let channels = inputs[0].shape[2], filters = inputs[0].shape[3]
        let window = Window(size: [3, 3], strides: [1, 1], dilations: [1, 1], margins: [.zero, .zero])
        // The images do not matter: any that the window fits.
        var call = ConvolutionCall(
            window, x: TensorSpec(shape: [1, 3, 3, channels], dtype: .float32), w: inputs[0],
            y: TensorSpec(shape: [1, 1, 1, filters], dtype: .float32))
        return [call.winogradKernel(w: 0, result: 1)]
    }
}

/// Images [n, rows, columns, c] convolved with a ``WinogradKernel``.
struct WinogradConvolution: PlannedPrimitive, PrimitiveWithEpilogue {
    let convolution: Convolution
    var name: String { "convolution in Winograd's form" }

    /// The same convolution in this form, if that pays.
    static func applied(_ convolution: Convolution, _ x: Tensor, _ w: Tensor) -> Tensor? {
        let places = convolution.result(of: [x.spec, w.spec]).shape
        guard convolution.window.suitsWinograd(x.spec, kernel: w.shape, places: places) else { return nil }
        return Tensor.apply(WinogradConvolution(convolution: convolution), x, Tensor.apply(WinogradKernel(), w))
    }

    func role(_ inputs: [TensorSpec], _ output: TensorSpec) -> PrimitiveRole { .product(self) }

    func result(of inputs: [TensorSpec]) -> TensorSpec {
        convolution.result(of: [inputs[0], kernel(inputs)])
    }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] { calls(inputs, output, Epilogue()) }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec, _ epilogue: Epilogue) -> [KernelCall] {
        var call = ConvolutionCall(convolution.window, x: inputs[0], w: kernel(inputs), y: output)
        return [call.winograd(x: 0, w: 1, result: 2, epilogue)]
    }

    private func kernel(_ inputs: [TensorSpec]) -> TensorSpec {
        TensorSpec(shape: [3, 3] + inputs[1].shape.suffix(2), dtype: inputs[1].dtype)
    }
}

/// A ``ConvolutionKernel`` in Winograd's form.
struct WinogradSlope: PlannedPrimitive {
    let direct: ConvolutionKernel
    var name: String { "kernel gradient in Winograd's form" }

    /// The same gradient in this form, if that pays.
    static func applied(_ direct: ConvolutionKernel, _ x: Tensor, _ g: Tensor) -> Tensor? {
        guard direct.window.suitsWinograd(x.spec, kernel: direct.shape, places: g.shape) else { return nil }
        return Tensor.apply(WinogradSlope(direct: direct), x, g)
    }

    func result(of inputs: [TensorSpec]) -> TensorSpec { direct.result(of: inputs) }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let w = TensorSpec(shape: direct.shape, dtype: output.dtype)
        var call = ConvolutionCall(direct.window, x: inputs[0], w: w, y: inputs[1])
        return [call.kernel(x: 0, y: 1, result: 2, parts: direct.parts, isWinograd: true)]
    }
}

extension Window {
    /// Whether a convolution of `images` with a kernel of this shape has Winograd's form and gains by it.
    ///
    /// By measurement that is so from 32 channels on, where products take most of the time, and from 50 tiles on,
    /// beside which the kernel's form costs little. The number of images does not count, so that bits do not depend on
    /// it.
    fileprivate func suitsWinograd(_ images: TensorSpec, kernel: [Int], places: [Int]) -> Bool {
        images.dtype == .float32 && images.shape.count == 4 && size == [3, 3] && strides == [1, 1]
            && dilations == [1, 1] && groups == 1 && kernel[2] >= 32 && kernel[3] >= 32
            && ((places[1] + 1) / 2) * ((places[2] + 1) / 2) >= 50
    }
}
