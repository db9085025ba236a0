import CTernKernels

// A convolution, relu and the mean over the whole grid in a row, as at the head of many
// networks: the places, far more numbers than all else, are never stored.
//
// With m the share of places where the result is positive, and M the mean of x there, the mean
// of max(0, x * w + b) is M · w + m b; and (M, m) is its gradient. So in training the moments
// alone are computed, in one pass.

/// The mean over the grid of max(0, x * w + bias): x [n, grid, c], w [window, c, filters].
struct ConvolutionMean: Primitive {
    let window: Window
    var name: String { "mean of a convolution" }

    func result(of inputs: [TensorSpec]) -> TensorSpec {
        TensorSpec(shape: [inputs[0].shape[0], inputs[1].shape.last!], dtype: inputs[0].dtype)
    }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        [meanCall(window, inputs, moments: false)]
    }

    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        let (x, w) = (inputs[0], inputs[1])
        let moments = Tensor.apply(ConvolutionMoments(window: window), inputs)
        let share = (g.expandingDimension(at: 1) * moments).sum(axis: 0), taps = share.shape[0] - 1
        return [
            Tensor.inputGradient(window, shape: x.shape, placesGradient(window, inputs, g), w),
            share[0..<taps].reshaped(w.shape), share[taps],
        ]
    }
}

/// The moments of ``ConvolutionMean``: [n, window · c + 1, filters].
struct ConvolutionMoments: Primitive {
    let window: Window
    var name: String { "moments of a convolution" }

    func result(of inputs: [TensorSpec]) -> TensorSpec {
        let filters = inputs[1].shape.last!
        return TensorSpec(shape: [inputs[0].shape[0], inputs[1].count / filters + 1, filters], dtype: inputs[0].dtype)
    }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        [meanCall(window, inputs, moments: true)]
    }

    /// Which places are positive does not change with a small change of w and the bias.
    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        let (x, w) = (inputs[0], inputs[1])
        let taps = output.shape[1] - 1
        let positive = gate(Tensor.ones([], dtype: g.dtype), by: places(window, inputs))
        let n = x.shape[0], filters = output.shape[2], count = positive.count / n / filters
        // The cotangent of each cell of each window, then of the cells of the grid.
        let cells =
            matmul(
                positive.reshaped([n, count, filters]), g.sliced(0..<taps, axis: 1).transposed([0, 2, 1]))
            / Double(count)
        let identity = Tensor.identity(taps, dtype: g.dtype).reshaped(w.shape.dropLast() + [taps])
        return [
            .inputGradient(window, shape: x.shape, cells.reshaped(positive.shape.dropLast() + [taps]), identity), nil,
            nil,
        ]
    }
}

private func places(_ window: Window, _ inputs: [Tensor]) -> Tensor {
    relu(Tensor.apply(Convolution(window: window), inputs[0], inputs[1]) + inputs[2])
}

/// The cotangent of the places, from that of their mean.
private func placesGradient(_ window: Window, _ inputs: [Tensor], _ g: Tensor) -> Tensor {
    let y = places(window, inputs)
    let grid = y.shape[1..<(y.rank - 1)]
    let share = (g / Double(grid.reduce(1, *))).reshaped([g.shape[0]] + grid.map { _ in 1 } + [g.shape[1]])
    return gate(share.broadcast(to: y.shape), by: y)
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
    typealias F = KernelCall.Field
    func offset(_ path: PartialKeyPath<tern_convolution_mean>) -> Int {
        MemoryLayout<tern_convolution_mean>.offset(of: path)!
    }
    return KernelCall(
        isDouble ? kernels.convolution_mean_f64 : kernels.convolution_mean_f32, arguments, units: x[0], cost: cost,
        fields: [
            F(offset: offset(\.x), operand: 0, access: .aligned), F(offset: offset(\.w), operand: 1, access: .whole),
            F(offset: offset(\.bias), operand: 2, access: .whole),
            F(offset: offset(\.result), operand: 3, access: .aligned),
        ])
}

extension Tensor {
    /// The mean over the whole grid where this is, in a plan being traced, relu of a convolution
    /// with a bias, perhaps averaged over windows that tile the grid; nil else.
    func meanOfConvolution(axes: [Int]?, keepingDimensions keep: Bool) -> Tensor? {
        guard storage == nil, !PlanTesting.keepsBits, rank >= 3, rank <= 4, let axes,
            normalized(axes, in: "mean") == Array(1..<(rank - 1))
        else { return nil }
        func maker<P: Primitive>(_ tensor: Tensor, _ type: P.Type) -> (primitive: P, inputs: [Tensor])? {
            guard tensor.storage == nil, var node = tensor.node else { return nil }
            while node.primitive is Reshape, let inner = node.inputs[0].node { node = inner }
            return (node.primitive as? P).map { ($0, node.inputs) }
        }
        var source = self
        while let (pooling, inputs) = maker(source, Pooling.self) {
            let grid = inputs[0].shape.dropFirst().dropLast()
            guard pooling.kind == .average, pooling.window.strides == pooling.window.size,
                pooling.window.margins.allSatisfy({ $0 == .zero }),
                zip(grid, pooling.window.size).allSatisfy({ $0 % $1 == 0 })
            else { return nil }
            source = inputs[0]
        }
        guard let relu = maker(source, Elementwise.self), relu.primitive.operation == .relu,
            let sum = maker(relu.inputs[0], Elementwise.self), sum.primitive.operation == .add,
            let (convolution, read) = maker(sum.inputs[0], Convolution.self),
            sum.inputs[1].shape == [read[1].shape.last!], read[0].rank <= 4
        else { return nil }
        let window = convolution.window, cells = read[1].count / read[1].shape.last!
        guard window.groups == 1, window.strides.allSatisfy({ $0 == 1 }), window.dilations.allSatisfy({ $0 == 1 }),
            cells * read[1].shape.last! <= 4096, read[0].shape[0] == shape[0]
        else { return nil }
        let operands = [read[0], read[1], sum.inputs[1]]
        let filters = read[1].shape.last!
        let mean: Tensor
        if GradientScope.isOpen {
            let moments = Tensor.apply(ConvolutionMoments(window: window), operands)
            let weights = Tensor.concatenated([
                read[1].reshaped([cells, filters]), sum.inputs[1].reshaped([1, filters]),
            ])
            mean = (moments * weights).sum(axis: 1)
        } else {
            mean = Tensor.apply(ConvolutionMean(window: window), operands)
        }
        return mean.reshaped(keep ? [shape[0]] + axes.map { _ in 1 } + [filters] : [shape[0], filters])
    }
}
