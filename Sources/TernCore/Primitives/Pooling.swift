import CTernKernels

/// The largest or the mean element of each window of images [n, grid, c], channel by channel.
/// Means are over the cells inside the grid.
struct Pooling: Primitive {
    let kind: PoolingKind
    let window: Window
    var name: String { kind == .maximum ? "max pooling" : "average pooling" }

    func result(of inputs: [TensorSpec]) -> TensorSpec {
        let x = inputs[0].shape
        let places = window.places(on: Array(x[1..<(x.count - 1)]), in: name)
        return TensorSpec(shape: [x[0]] + places + [x[x.count - 1]], dtype: inputs[0].dtype)
    }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let isDouble = output.dtype == .float64
        return [
            poolingCall(
                isDouble ? kernels.pool_f64 : kernels.pool_f32, kind, window, grid: inputs[0], places: output,
                [(\.g, 0), (\.result, 1)])
        ]
    }

    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        let back = PoolingGradient(kind: kind, window: window, shape: inputs[0].shape)
        return [kind == .maximum ? Tensor.apply(back, g, inputs[0]) : Tensor.apply(back, g)]
    }
}

/// Carries the cotangent of a pooling to its images: input 0; the images are input 1 for maxima,
/// of whose equals the first gets all.
struct PoolingGradient: Primitive {
    let kind: PoolingKind
    let window: Window
    let shape: [Int]
    var name: String { "gradient of pooling" }

    func result(of inputs: [TensorSpec]) -> TensorSpec { TensorSpec(shape: shape, dtype: inputs[0].dtype) }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let isDouble = output.dtype == .float64
        return [
            poolingCall(
                isDouble ? kernels.pool_back_f64 : kernels.pool_back_f32, kind, window, grid: output, places: inputs[0],
                kind == .maximum ? [(\.g, 0), (\.x, 1), (\.result, 2)] : [(\.g, 0), (\.result, 1)])
        ]
    }

    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        kind == .maximum
            ? [Tensor.apply(PoolingChoice(window: window), g, inputs[1]), nil]
            : [Tensor.apply(Pooling(kind: kind, window: window), g)]
    }
}

/// The elements of input 0 where input 1 has the first maximum of each window.
struct PoolingChoice: Primitive {
    let window: Window
    var name: String { "choice of max pooling" }

    func result(of inputs: [TensorSpec]) -> TensorSpec { Pooling(kind: .maximum, window: window).result(of: inputs) }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let isDouble = output.dtype == .float64
        return [
            poolingCall(
                isDouble ? kernels.pool_at_f64 : kernels.pool_at_f32, .maximum, window, grid: inputs[0], places: output,
                [(\.g, 0), (\.x, 1), (\.result, 2)])
        ]
    }

    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        [Tensor.apply(PoolingGradient(kind: .maximum, window: window, shape: inputs[0].shape), g, inputs[1]), nil]
    }
}

private func poolingCall(
    _ kernel: @escaping KernelCall.Kernel, _ kind: PoolingKind, _ window: Window, grid: TensorSpec, places: TensorSpec,
    _ operands: [(path: PartialKeyPath<tern_pooling>, operand: Int)]
) -> KernelCall {
    let last = grid.shape.count - 1
    var arguments = tern_pooling()
    arguments.kind = kind
    arguments.window = window.c(
        images: grid.shape[0], input: Array(grid.shape[1..<last]), output: Array(places.shape[1..<last]),
        channelsIn: grid.shape[last], channelsOut: grid.shape[last])
    let cells = Double(places.count) * Double(window.size.reduce(1, *))
    return KernelCall(
        kernel, arguments, units: grid.shape[0], cost: 30 + (cells + Double(grid.count)) * 0.25,
        fields: operands.map {
            .init($0.path, $0.operand, .aligned)
        })
}

/// The largest element (or the mean) of each window of images [batch, grid, channels], with one to three dimensions of
/// the grid. See `maxPool2d` and its kin for Keras's names.
///
/// - Parameters:
///   - maximum: whether the largest is taken; false: the mean.
///   - size: of the window along each dimension of the grid; so are strides and margins.
///   - margins: how far windows reach over the edge of the grid. What lies outside counts neither for maxima nor for
///     means.
/// - Returns: [batch, places, channels].
public func pooling(_ x: Tensor, maximum: Bool, size: [Int], strides: [Int], margins: [Margin]) -> Tensor {
    let name = maximum ? "max pooling" : "average pooling"
    guard x.rank >= 3, x.rank <= 5, size.count == x.rank - 2, strides.count == size.count, margins.count == size.count
    else {
        fail(
            "\(name): size \(size), strides \(strides) and \(margins.count) margins do not fit images of shape \(x.shape)"
        )
    }
    guard size.allSatisfy({ $0 > 0 }), strides.allSatisfy({ $0 > 0 }) else {
        fail("\(name): size and strides are at least 1")
    }
    // A window that lies outside the grid would have neither a largest element nor a mean.
    guard zip(size, margins).allSatisfy({ (0..<$0).contains($1.before) && (0..<$0).contains($1.after) }) else {
        fail(
            "\(name): margins of \(margins.map { "\($0.before) and \($0.after)" }.joined(separator: ", ")) do not fit a window of \(size): they are from 0 to less than its size"
        )
    }
    guard !x.shape[1..<x.rank - 1].contains(0) else { fail("\(name): images of shape \(x.shape) have no cells") }
    let window = Window(size: size, strides: strides, dilations: size.map { _ in 1 }, margins: margins)
    return Tensor.apply(
        Pooling(kind: maximum ? .maximum : .average, window: window), x.dtype.isFloatingPoint ? x : x.cast(to: .float32)
    )
}
