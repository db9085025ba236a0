import CTernKernels

// The three operations of which each is the gradient of the others: with x an image, w a
// kernel and y = x * w, they compute y, x's cotangent and w's cotangent from the other two.

/// Images [n, grid, c] convolved with a kernel [window, c / groups, filters].
struct Convolution: PrimitiveWithEpilogue {
    let window: Window
    var name: String { "convolution" }

    func role(_ inputs: [TensorSpec], _ output: TensorSpec) -> PrimitiveRole { .product(self) }

    func result(of inputs: [TensorSpec]) -> TensorSpec {
        let x = inputs[0].shape, w = inputs[1].shape
        let places = window.places(on: Array(x[1..<(x.count - 1)]), in: name)
        let y = TensorSpec(shape: [x[0]] + places + [w[w.count - 1]], dtype: inputs[0].dtype)
        window.requireRows(x: inputs[0], y: y, name)
        return y
    }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        calls(inputs, output, Epilogue())
    }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec, _ epilogue: Epilogue) -> [KernelCall] {
        var call = ConvolutionCall(window, x: inputs[0], w: inputs[1], y: output)
        return [call.forward(x: 0, w: 1, result: 2, epilogue)]
    }

    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        [
            .inputGradient(window, shape: inputs[0].shape, g, inputs[1]),
            .kernelGradient(window, shape: inputs[1].shape, inputs[0], g),
        ]
    }
}

/// The cotangent of a convolution's images, of `shape`, from the result's and the kernel; also
/// a transposed convolution.
///
/// With one group the kernel is [window, filters, c], as its kernel reads it.
struct ConvolutionInput: PrimitiveWithEpilogue {
    let window: Window
    let shape: [Int]
    var name: String { "transposed convolution" }

    func role(_ inputs: [TensorSpec], _ output: TensorSpec) -> PrimitiveRole { .product(self) }

    func result(of inputs: [TensorSpec]) -> TensorSpec {
        let x = TensorSpec(shape: shape, dtype: inputs[0].dtype)
        window.requireRowsBack(x: x, y: inputs[0], name)
        return x
    }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        calls(inputs, output, Epilogue())
    }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec, _ epilogue: Epilogue) -> [KernelCall] {
        var call = ConvolutionCall(window, x: output, w: inputs[1], y: inputs[0])
        return [call.input(y: 0, w: 1, result: 2, epilogue)]
    }

    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        let (y, turned) = (inputs[0], inputs[1])
        let kernel = window.groups == 1 ? turned.swappingLastTwo() : turned
        let own = Tensor.kernelGradient(window, shape: kernel.shape, g, y)
        return [Tensor.apply(Convolution(window: window), g, kernel), window.groups == 1 ? own.swappingLastTwo() : own]
    }
}

/// The cotangent of a convolution's kernel, of `shape`, from the images and the result's: sums
/// over `parts` of the images, one after the other.
struct ConvolutionKernel: Primitive {
    let window: Window
    let shape: [Int]
    let parts: Int
    var name: String { "kernel gradient of a convolution" }

    func result(of inputs: [TensorSpec]) -> TensorSpec {
        window.requireRows(x: inputs[0], y: inputs[1], name, block: 8)
        return TensorSpec(shape: [parts] + shape, dtype: inputs[0].dtype)
    }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let w = TensorSpec(shape: shape, dtype: output.dtype)
        var call = ConvolutionCall(window, x: inputs[0], w: w, y: inputs[1])
        return [call.kernel(x: 0, y: 1, result: 2, parts: parts)]
    }

    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        let (x, y) = (inputs[0], inputs[1])
        var dx: [Tensor] = [], dy: [Tensor] = []
        for part in 0..<parts {
            let share = g[part], images = x.shape[0] * part / parts..<x.shape[0] * (part + 1) / parts
            dx.append(.inputGradient(window, shape: [images.count] + x.shape.dropFirst(), y.sliced(images), share))
            dy.append(Tensor.apply(Convolution(window: window), x.sliced(images), share))
        }
        return [.concatenated(dx), .concatenated(dy)]
    }
}

extension Tensor {
    /// The cotangent of a convolution's images of `shape`, from the result's and the kernel.
    static func inputGradient(_ window: Window, shape: [Int], _ g: Tensor, _ kernel: Tensor) -> Tensor {
        guard window.groups == 1 else { return apply(ConvolutionInput(window: window, shape: shape), g, kernel) }
        let turned = kernel.swappingLastTwo()
        // With a stride of 1 it is the convolution with the window turned round.
        let grid = shape.dropFirst().dropLast(), n = grid.count
        var back = window
        for d in 0..<n {
            let before = window.span(d) - 1 - window.margins[d].before
            let after = grid[1 + d] + window.span(d) - 1 - g.shape[1 + d] - before
            back.margins[d] = Margin(before: before, after: after)
        }
        guard window.strides.allSatisfy({ $0 == 1 }), back.margins.allSatisfy({ $0.before >= 0 && $0.after >= 0 })
        else {
            return apply(ConvolutionInput(window: window, shape: shape), g, turned)
        }
        let reversed = turned.part(Array(repeating: .every(-1), count: n))
        return apply(Convolution(window: back), g, reversed)
    }

    /// The cotangent of a convolution's kernel of `shape`, from the images and the result's.
    static func kernelGradient(_ window: Window, shape: [Int], _ x: Tensor, _ g: Tensor) -> Tensor {
        let parts = ConvolutionCall.parts(images: x.shape[0])
        let sums = apply(ConvolutionKernel(window: window, shape: shape, parts: parts), x, g)
        return parts == 1 ? sums.reshaped(shape) : sums.sum(axis: 0)
    }

    /// With its last two axes exchanged.
    func swappingLastTwo() -> Tensor {
        transposed(Array(0..<(rank - 2)) + [rank - 1, rank - 2])
    }
}

/// A kernel call for one of the three.
struct ConvolutionCall {
    private var arguments = tern_convolution()
    private let isDouble: Bool, isAlone: Bool
    private let cost: Double

    /// What a row is along the last dimension of the result, and so a unit of work where a single image is large: in
    /// batches images are, so that a thread takes its own through all layers.
    private mutating func units(of grid: [Int64]) -> (count: Int, access: KernelCall.Access) {
        let rows = Int(grid.dropLast().reduce(1, *))
        guard isAlone, cost > 100_000, rows > 1 else { return (Int(arguments.window.images), .aligned) }
        arguments.by_row = 1
        return (rows, .whole)
    }

    /// Into how many parts the images fall for the kernel's gradient: by their number alone, so
    /// that the bits do not depend on threads.
    static func parts(images: Int) -> Int { max(1, min(images, 8)) }

    init(_ window: Window, x: TensorSpec, w: TensorSpec, y: TensorSpec) {
        let last = x.shape.count - 1
        arguments.window = window.c(
            images: x.shape[0], input: Array(x.shape[1..<last]), output: Array(y.shape[1..<last]),
            channelsIn: x.shape[last], channelsOut: y.shape[last])
        isDouble = x.dtype == .float64
        let cells = window.size.reduce(1, *) * x.shape[last] / window.groups
        isAlone = x.shape[0] == 1 && window.groups == 1
        cost = 50 + 2 * Double(y.count) * Double(cells) / (isDouble ? 40 : 80)
    }

    private func field(_ path: PartialKeyPath<tern_convolution>, _ operand: Int, _ access: KernelCall.Access)
        -> KernelCall.Field
    {
        .init(path, operand, access)
    }

    private mutating func add(_ epilogue: Epilogue) -> [KernelCall.Field] {
        arguments.relu = epilogue.activation == .relu ? 1 : 0
        return (epilogue.bias.map { [field(\.bias, $0, .whole)] } ?? [])
            + (epilogue.output.map { [field(\.gate, $0, .aligned)] } ?? [])
    }

    mutating func forward(x: Int, w: Int, result: Int, _ epilogue: Epilogue = Epilogue()) -> KernelCall {
        let extra = add(epilogue), out = arguments.window.out
        let (units, access) = self.units(of: [out.0, out.1, out.2])
        return KernelCall(
            isDouble ? kernels.convolve_f64 : kernels.convolve_f32, arguments, units: units, cost: cost,
            fields: [field(\.x, x, access), field(\.w, w, .whole), field(\.result, result, .aligned)] + extra)
    }

    /// ``forward(x:w:result:_:)`` of a kernel in Winograd's form.
    mutating func winograd(x: Int, w: Int, result: Int, _ epilogue: Epilogue) -> KernelCall {
        let extra = add(epilogue), rows = Int(arguments.window.out.1), tiles = (rows + 1) / 2
        let (_, access) = self.units(of: [Int64(tiles), 1])
        let isByRow = arguments.by_row == 1
        // The last of an odd number of rows has a unit of its own, so that units are no equal parts.
        let written: KernelCall.Access = isByRow && rows % 2 == 1 ? .whole : .aligned
        let gates = extra.map {
            var field = $0
            if field.access == .aligned { field.access = written }
            return field
        }
        return KernelCall(
            kernels.winograd_f32, arguments, units: isByRow ? tiles : Int(arguments.window.images), cost: cost / 1.8,
            fields: [field(\.x, x, access), field(\.w, w, .whole), field(\.result, result, written)] + gates)
    }

    /// The kernel in Winograd's form.
    mutating func winogradKernel(w: Int, result: Int) -> KernelCall {
        let channels = Int(arguments.window.c_in)
        return KernelCall(
            kernels.winograd_kernel_f32, arguments, units: channels,
            cost: 50 + 4 * Double(channels) * Double(arguments.window.c_out),
            fields: [field(\.w, w, .whole), field(\.result, result, .whole)])
    }

    mutating func input(y: Int, w: Int, result: Int, _ epilogue: Epilogue = Epilogue()) -> KernelCall {
        let extra = add(epilogue), grid = arguments.window.in
        let (units, access) = self.units(of: [grid.0, grid.1, grid.2])
        return KernelCall(
            isDouble ? kernels.convolve_back_f64 : kernels.convolve_back_f32, arguments, units: units, cost: cost,
            fields: [field(\.y, y, access), field(\.w, w, .whole), field(\.result, result, .aligned)] + extra)
    }

    mutating func kernel(x: Int, y: Int, result: Int, parts: Int, isWinograd: Bool = false) -> KernelCall {
        arguments.parts = Int64(parts)
        // Parts of equal size touch only their own images.
        let access: KernelCall.Access = Int(arguments.window.images) % parts == 0 ? .aligned : .whole
        let direct = isDouble ? kernels.convolve_kernel_f64 : kernels.convolve_kernel_f32
        return KernelCall(
            isWinograd ? kernels.winograd_slope_f32 : direct!, arguments, units: parts, cost: cost,
            fields: [field(\.x, x, access), field(\.y, y, access), field(\.result, result, .aligned)])
    }
}

// MARK: - The memory of its rows

// A thread keeps rows with zeros around them (`make_rows` in Convolution.h), which are long where a window spans far
// more cells than the grid has. Whether they can be had is asked while a function is traced.
extension Window {
    private func c(_ x: TensorSpec, _ y: TensorSpec) -> tern_window {
        let last = x.shape.count - 1
        return c(
            images: x.shape[0], input: Array(x.shape[1..<last]), output: Array(y.shape[1..<last]),
            channelsIn: x.shape[last], channelsOut: y.shape[last])
    }

    private func require(
        _ slots: [Int64], of cells: Int64, from first: Int64, in length: Int64, channels: Int64, _ dtype: DType,
        _ name: String
    ) {
        if cells <= 0 || (first >= 0 && first + cells <= length) { return }
        let lengths = slots + [cells, channels, Int64(dtype.size)]
        MachineMemory.require(
            checkedProduct([ThreadPool.current.threads] + lengths.map { Int($0) }),
            for: "\(name): rows of \(cells) cells, with the zeros around them")
    }

    /// Asks for the rows of `x`, by which y or, for a `block` of rows of places, the kernel's cotangent is computed.
    fileprivate func requireRows(x: TensorSpec, y: TensorSpec, _ name: String, block: Int64 = 1) {
        let w = c(x, y)
        if w.groups > 1, w.groups == w.c_in, w.groups == w.c_out { return }
        let slots = [
            min((w.kernel.0 - 1) * w.dilation.0 + 1, w.in.0),
            block > 1 && w.stride.1 >= w.in.1
                ? w.in.1 : min((w.kernel.1 - 1) * w.dilation.1 + 1 + (block - 1) * w.stride.1, w.in.1),
        ]
        require(
            slots, of: (w.out.2 - 1) * w.stride.2 + (w.kernel.2 - 1) * w.dilation.2 + 1, from: -w.before.2, in: w.in.2,
            channels: w.c_in, x.dtype, name)
    }

    /// The same of `y`, by which x is computed.
    fileprivate func requireRowsBack(x: TensorSpec, y: TensorSpec, _ name: String) {
        let w = c(x, y), reach = (w.kernel.2 - 1) * w.dilation.2
        if w.groups > 1 { return }
        let first = w.before.2 < reach ? -((reach - w.before.2 + w.stride.2 - 1) / w.stride.2) : 0
        let last = (w.in.2 - 1 + w.before.2) / w.stride.2
        let slots = [
            min((w.kernel.0 - 1) * w.dilation.0 / w.stride.0 + 2, w.out.0),
            min((w.kernel.1 - 1) * w.dilation.1 / w.stride.1 + 2, w.out.1),
        ]
        require(
            slots, of: max(last + 1, w.out.2) - first, from: first, in: w.out.2, channels: w.c_out, x.dtype, name)
    }
}

// MARK: - Applying it

private func checked(_ x: Tensor, _ kernel: Tensor, _ window: Window, _ name: String) {
    guard x.rank >= 3, x.rank <= 5 else {
        fail("\(name): images have the shape [batch, 1 to 3 dimensions, channels], not \(x.shape)")
    }
    let n = x.rank - 2
    guard kernel.rank == n + 2 else {
        fail(
            "\(name): for images of shape \(x.shape) the kernel has \(n + 2) dimensions, not the shape \(kernel.shape)")
    }
    guard window.strides.count == n, window.dilations.count == n, window.margins.count == n else {
        fail(
            "\(name): strides \(window.strides), dilations \(window.dilations) and \(window.margins.count) margins must be \(n) each"
        )
    }
    guard window.strides.allSatisfy({ $0 > 0 }), window.dilations.allSatisfy({ $0 > 0 }), window.groups > 0,
        window.margins.allSatisfy({ $0.before >= 0 && $0.after >= 0 })
    else { fail("\(name): strides, dilations and groups are at least 1, margins at least 0") }
    guard window.size.allSatisfy({ $0 > 0 }) else { fail("\(name): a window of \(window.size) has no cell") }
    guard kernel.shape[kernel.rank - 1] % window.groups == 0 else {
        fail("\(name): \(kernel.shape[kernel.rank - 1]) filters cannot be parted into \(window.groups) groups")
    }
    guard window.size.reduce(1, *) <= Int(tern_max_taps) else {
        fail("\(name): a window of \(window.size) has more than \(tern_max_taps) cells")
    }
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
    guard channels == kernel.shape[kernel.rank - 2] * groups else {
        fail(
            "convolution: a kernel of shape \(kernel.shape) in \(groups) group(s) reads \(kernel.shape[kernel.rank - 2] * groups) "
                + "channels; the images \(x.shape) have \(channels)")
    }
    let dtype = DType.promoted(x.dtype, kernel.dtype)
    let real: DType = dtype.isFloatingPoint ? dtype : .float32
    let images = x.cast(to: real), weights = kernel.cast(to: real)
    let isPlain = strides.allSatisfy { $0 == 1 } && margins.allSatisfy { $0 == .zero }
    if channels == 1, filters == 1, isPlain, window.size.allSatisfy({ $0 == 1 }) {
        return images * weights.reshaped([1])
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
        fail(
            "transposed convolution: a kernel of shape \(kernel.shape) reads \(kernel.shape[kernel.rank - 1]) channels; "
                + "the images \(y.shape) have \(y.shape[y.rank - 1])")
    }
    guard window.places(on: grid, in: "transposed convolution") == Array(y.shape[1..<(y.rank - 1)]) else {
        fail("transposed convolution: a grid of \(grid) does not belong to images of shape \(y.shape)")
    }
    let dtype = DType.promoted(y.dtype, kernel.dtype)
    let real: DType = dtype.isFloatingPoint ? dtype : .float32
    let shape = [y.shape[0]] + grid + [kernel.shape[kernel.rank - 2] * groups]
    return .inputGradient(window, shape: shape, y.cast(to: real), kernel.cast(to: real))
}
