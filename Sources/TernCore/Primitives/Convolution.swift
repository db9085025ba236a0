import CTernKernels

// The three operations of which each is the gradient of the others: with x an image, w a
// kernel and y = x * w, they compute y, x's cotangent and w's cotangent from the other two.

/// Images [n, grid, c] convolved with a kernel [window, c / groups, filters].
struct Convolution: Primitive {
    let window: Window
    var name: String { "convolution" }

    func result(of inputs: [TensorSpec]) -> TensorSpec {
        let x = inputs[0].shape, w = inputs[1].shape
        let places = window.places(on: Array(x[1..<(x.count - 1)]), in: name)
        return TensorSpec(shape: [x[0]] + places + [w[w.count - 1]], dtype: inputs[0].dtype)
    }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        [ConvolutionCall(window, x: inputs[0], w: inputs[1], y: output).forward(x: 0, w: 1, result: 2)]
    }

    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        [
            Tensor.apply(ConvolutionInput(window: window, shape: inputs[0].shape), g, inputs[1]),
            Tensor.apply(ConvolutionKernel(window: window, shape: inputs[1].shape), inputs[0], g),
        ]
    }
}

/// The cotangent of a convolution's images, of `shape`, from the result's and the kernel; also
/// a transposed convolution.
struct ConvolutionInput: Primitive {
    let window: Window
    let shape: [Int]
    var name: String { "transposed convolution" }

    func result(of inputs: [TensorSpec]) -> TensorSpec { TensorSpec(shape: shape, dtype: inputs[0].dtype) }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        [ConvolutionCall(window, x: output, w: inputs[1], y: inputs[0]).input(y: 0, w: 1, result: 2)]
    }

    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        [
            Tensor.apply(Convolution(window: window), g, inputs[1]),
            Tensor.apply(ConvolutionKernel(window: window, shape: inputs[1].shape), g, inputs[0]),
        ]
    }
}

/// The cotangent of a convolution's kernel, of `shape`, from the images and the result's.
struct ConvolutionKernel: Primitive {
    let window: Window
    let shape: [Int]
    var name: String { "kernel gradient of a convolution" }

    func result(of inputs: [TensorSpec]) -> TensorSpec { TensorSpec(shape: shape, dtype: inputs[0].dtype) }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        [ConvolutionCall(window, x: inputs[0], w: output, y: inputs[1]).kernel(x: 0, y: 1, result: 2)]
    }

    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        [
            Tensor.apply(ConvolutionInput(window: window, shape: inputs[0].shape), inputs[1], g),
            Tensor.apply(Convolution(window: window), inputs[0], g),
        ]
    }
}

/// A kernel call for one of the three.
struct ConvolutionCall {
    private var arguments = tern_convolution()
    private let isDouble: Bool
    private let cost: Double

    init(_ window: Window, x: TensorSpec, w: TensorSpec, y: TensorSpec) {
        let last = x.shape.count - 1
        arguments.window = window.c(
            images: x.shape[0], input: Array(x.shape[1..<last]), output: Array(y.shape[1..<last]),
            channelsIn: x.shape[last], channelsOut: y.shape[last])
        isDouble = x.dtype == .float64
        cost = 50 + 2 * Double(y.count) * Double(w.count / max(1, y.shape[last])) / (isDouble ? 40 : 80)
    }

    private func field(_ path: PartialKeyPath<tern_convolution>, _ operand: Int, _ access: KernelCall.Access) -> KernelCall.Field {
        .init(offset: MemoryLayout<tern_convolution>.offset(of: path)!, operand: operand, access: access)
    }

    func forward(x: Int, w: Int, result: Int) -> KernelCall {
        KernelCall(
            isDouble ? kernels.convolve_f64 : kernels.convolve_f32, arguments, units: Int(arguments.window.images),
            cost: cost,
            fields: [field(\.x, x, .aligned), field(\.w, w, .whole), field(\.result, result, .aligned)])
    }

    func input(y: Int, w: Int, result: Int) -> KernelCall {
        KernelCall(
            isDouble ? kernels.convolve_back_f64 : kernels.convolve_back_f32, arguments,
            units: Int(arguments.window.images), cost: cost,
            fields: [field(\.y, y, .aligned), field(\.w, w, .whole), field(\.result, result, .aligned)])
    }

    func kernel(x: Int, y: Int, result: Int) -> KernelCall {
        KernelCall(
            isDouble ? kernels.convolve_kernel_f64 : kernels.convolve_kernel_f32, arguments, units: 1, cost: cost,
            fields: [field(\.x, x, .whole), field(\.y, y, .whole), field(\.result, result, .aligned)])
    }
}

// MARK: - Applying it

private func checked(_ x: Tensor, _ kernel: Tensor, _ window: Window, _ name: String) {
    guard x.rank >= 3, x.rank <= 5 else {
        fail("\(name): images have the shape [batch, 1 to 3 dimensions, channels], not \(x.shape)")
    }
    let n = x.rank - 2
    guard kernel.rank == n + 2 else {
        fail("\(name): for images of shape \(x.shape) the kernel has \(n + 2) dimensions, not the shape \(kernel.shape)")
    }
    guard window.strides.count == n, window.dilations.count == n, window.margins.count == n else {
        fail("\(name): strides \(window.strides), dilations \(window.dilations) and \(window.margins.count) margins must be \(n) each")
    }
    guard window.strides.allSatisfy({ $0 > 0 }), window.dilations.allSatisfy({ $0 > 0 }), window.groups > 0,
        window.margins.allSatisfy({ $0.before >= 0 && $0.after >= 0 })
    else { fail("\(name): strides, dilations and groups are at least 1, margins at least 0") }
}

/// Images convolved with a kernel (a cross-correlation, as in all neural networks).
///
/// - Parameters:
///   - x: images, [batch, grid, channels], with one to three dimensions of the grid.
///   - kernel: [window, channels / groups, filters].
///   - margins: zeros added around the grid.
/// - Returns: [batch, places, filters].
/// - Complexity: O(places · window · channels / groups · filters) for each image.
public func convolution(
    _ x: Tensor, _ kernel: Tensor, strides: [Int], margins: [Margin], dilations: [Int], groups: Int = 1
) -> Tensor {
    let window = Window(
        size: Array(kernel.shape.dropLast(2)), strides: strides, dilations: dilations, margins: margins, groups: groups)
    checked(x, kernel, window, "convolution")
    let channels = x.shape[x.rank - 1], filters = kernel.shape[kernel.rank - 1]
    guard channels == kernel.shape[kernel.rank - 2] * groups, filters % groups == 0 else {
        fail("convolution: a kernel of shape \(kernel.shape) in \(groups) group(s) reads \(kernel.shape[kernel.rank - 2] * groups) "
            + "channels; the images \(x.shape) have \(channels)")
    }
    let dtype = DType.promoted(x.dtype, kernel.dtype)
    let real: DType = dtype.isFloatingPoint ? dtype : .float32
    let images = x.cast(to: real), weights = kernel.cast(to: real)
    if groups == 1, window.size.allSatisfy({ $0 == 1 }), strides.allSatisfy({ $0 == 1 }), margins.allSatisfy({ $0 == .zero }) {
        return matmul(images, weights.reshaped([channels, filters]))
    }
    return Tensor.apply(Convolution(window: window), images, weights)
}

/// The transpose of ``convolution(_:_:strides:margins:dilations:groups:)``: images from what a
/// convolution would have made of them.
///
/// - Parameters:
///   - y: [batch, places, filters].
///   - kernel: [window, channels / groups, filters], as the convolution has it.
///   - grid: the lengths of the result's grid. Each must be one that the convolution turns
///     into the places of `y`.
/// - Returns: [batch, grid, channels].
public func transposedConvolution(
    _ y: Tensor, _ kernel: Tensor, grid: [Int], strides: [Int], margins: [Margin], dilations: [Int], groups: Int = 1
) -> Tensor {
    let window = Window(
        size: Array(kernel.shape.dropLast(2)), strides: strides, dilations: dilations, margins: margins, groups: groups)
    checked(y, kernel, window, "transposed convolution")
    guard y.shape[y.rank - 1] == kernel.shape[kernel.rank - 1] else {
        fail("transposed convolution: a kernel of shape \(kernel.shape) reads \(kernel.shape[kernel.rank - 1]) channels; "
            + "the images \(y.shape) have \(y.shape[y.rank - 1])")
    }
    guard window.places(on: grid, in: "transposed convolution") == Array(y.shape[1..<(y.rank - 1)]) else {
        fail("transposed convolution: a grid of \(grid) does not belong to images of shape \(y.shape)")
    }
    let dtype = DType.promoted(y.dtype, kernel.dtype)
    let real: DType = dtype.isFloatingPoint ? dtype : .float32
    let shape = [y.shape[0]] + grid + [kernel.shape[kernel.rank - 2] * groups]
    return Tensor.apply(ConvolutionInput(window: window, shape: shape), y.cast(to: real), kernel.cast(to: real))
}
