import CTernKernels

// Pass 1: patterns of operations that one kernel computes without what lies between them. They are looked for in the
// finished trace, in which gradients are operations like all others.
//
// - A sum over rows of a product of two matrices (`ColumnDots`), as in batch normalisation's gradient.
// - A convolution, relu and the mean over the whole grid in a row, as at the head of many networks: the places, far
//   more numbers than all else, are never stored (`ConvolutionMean`). With m the share of places where the result is
//   positive, and M the mean of x there, the mean of max(0, x * w + b) is M · w + m b; and (M, m) is its gradient. So
//   where the gradients of w and b are asked for too, the moments alone are computed, in one pass
//   (`ConvolutionMoments`).
// - A convolution whose channels are then scaled and shifted, as by batch normalisation in a prediction: the kernel and
//   the bias are scaled instead.
// - A convolution with a window of 3 x 3 and many channels, and its gradients: Winograd's form (`WinogradConvolution`).
// - A long short-term memory whose gradient is not asked for: its outputs alone, its states are not kept.
// - A row repeated and then seen in another shape is the row repeated in that shape, which programs read in place.
//
// Sums are then added up in another order than that of the operations at once.
struct Rewriting {
    private let heads: [ObjectIdentifier: ConvolutionHead]
    /// Heads whose gradients are asked for.
    private let trained: Set<ObjectIdentifier>
    /// How often each value is read.
    private let readings: [ObjectIdentifier: Int]
    private var moments: [ObjectIdentifier: Tensor] = [:]
    private var rewritten: [ObjectIdentifier: Tensor] = [:]

    /// The same values, by fewer and larger operations.
    ///
    /// - Complexity: O(n) for n operations.
    static func applied(to outputs: [Tensor]) -> [Tensor] {
        let order = Graph.order(from: outputs.compactMap(\.node))
        var rewriting = Rewriting(order, outputs)
        for node in order { rewriting.visit(node) }
        return outputs.map(rewriting.new)
    }

    private init(_ order: [Node], _ outputs: [Tensor]) {
        var heads: [ObjectIdentifier: ConvolutionHead] = [:], trained = Set<ObjectIdentifier>()
        readings = (order.flatMap(\.inputs) + outputs).compactMap(\.node).reduce(into: [:]) {
            $0[ObjectIdentifier($1), default: 0] += 1
        }
        for node in order {
            if let mean = GridMean(node), let head = ConvolutionHead(mean.images), head.places == mean.places {
                heads[head.id] = head
            }
            if let slope = SpreadSlope(readBy: node) { trained.insert(slope.head) }
        }
        self.heads = heads
        self.trained = trained
    }

    private func new(_ tensor: Tensor) -> Tensor {
        guard tensor.storage == nil, let node = tensor.node else { return tensor }
        return rewritten[ObjectIdentifier(node)] ?? tensor
    }

    private mutating func visit(_ node: Node) {
        if let replacement = replacement(for: node) {
            rewritten[ObjectIdentifier(node)] = replacement
            return
        }
        let inputs = node.inputs.map(new)
        guard zip(inputs, node.inputs).contains(where: { $0.node !== $1.node }) else { return }
        let spec = node.primitive.result(of: inputs.map(\.spec))
        rewritten[ObjectIdentifier(node)] = Tensor(spec: spec, storage: nil, node: Node(node.primitive, inputs))
    }

    private mutating func replacement(for node: Node) -> Tensor? {
        if let mean = GridMean(node), let head = ConvolutionHead(mean.images), head.places == mean.places {
            return self.mean(of: head).reshaped(mean.shape)
        }
        if let slope = SpreadSlope(readBy: node), let head = heads[slope.head] {
            return gradient(slope, of: head)
        }
        return columnDots(node) ?? repeatedRow(node) ?? scaledConvolution(node) ?? winograd(node) ?? outputsAlone(node)
    }

    // MARK: Means of convolutions

    private mutating func mean(of head: ConvolutionHead) -> Tensor {
        let x = new(head.x), w = new(head.w), bias = new(head.bias)
        guard trained.contains(head.id) else {
            return Tensor.apply(ConvolutionMean(window: head.window), x, w, bias)
        }
        let weights = Tensor.concatenated([w.reshaped([head.taps, head.filters]), bias.reshaped([1, head.filters])])
        return (moments(of: head) * weights).sum(axis: 1)
    }

    private mutating func moments(of head: ConvolutionHead) -> Tensor {
        if let known = moments[head.id] { return known }
        let made = Tensor.apply(
            ConvolutionMoments(window: head.window), new(head.x), new(head.w), new(head.bias))
        moments[head.id] = made
        return made
    }

    /// The gradient of the kernel or the bias from the moments of each image.
    private mutating func gradient(_ slope: SpreadSlope, of head: ConvolutionHead) -> Tensor {
        var share = new(slope.ofMean).reshaped([slope.places.images, slope.places.channels])
        if slope.factor != 1 { share = share * slope.factor }
        let moments = moments(of: head)
        let rows = slope.isOfBias ? head.taps..<head.taps + 1 : 0..<head.taps
        let part = moments.sliced(rows, axis: 1)
        return (share.expandingDimension(at: 1) * part).sum(axis: 0).reshaped(slope.shape)
    }

    // MARK: Scaled convolutions

    private func scaledConvolution(_ node: Node) -> Tensor? {
        guard let scaled = ScaledConvolution(node, isRead: { self.readings[ObjectIdentifier($0)] == 1 }) else {
            return nil
        }
        let scale = new(scaled.scale), shift = new(scaled.shift)
        let x = new(scaled.x), w = new(scaled.w) * scale
        let sums = WinogradConvolution.applied(scaled.convolution, x, w) ?? Tensor.apply(scaled.convolution, x, w)
        return sums + (scaled.bias.map { new($0) * scale + shift } ?? shift)
    }

    // MARK: Winograd's form

    private func winograd(_ node: Node) -> Tensor? {
        switch node.primitive {
        case let convolution as Convolution:
            WinogradConvolution.applied(convolution, new(node.inputs[0]), new(node.inputs[1]))
        case let gradient as ConvolutionKernel:
            WinogradSlope.applied(gradient, new(node.inputs[0]), new(node.inputs[1]))
        default: nil
        }
    }

    // MARK: Series

    /// An LSTM whose gradient is not asked for.
    private func outputsAlone(_ node: Node) -> Tensor? {
        guard let output = node.primitive as? LSTMOutput, let states = node.inputs[0].node,
            readings[ObjectIdentifier(states)] == 1
        else { return nil }
        return Tensor.apply(LSTMSeries(hasAllSteps: output.hasAllSteps), states.inputs.map(new))
    }

    // MARK: Sums of columns

    /// The sum over the rows of a product, column by column.
    private func columnDots(_ node: Node) -> Tensor? {
        guard let sum = node.primitive as? Reduction, sum.operation == .sum, case let folded = node.inputs[0].shape,
            folded[0] == 1, folded[1] > 1, folded[2] > 1,
            let product = node.inputs[0].source(of: Elementwise.self), product.primitive.operation == .multiply,
            let shape = product.inputs.first?.shape, shape.last == folded[2],
            product.inputs.allSatisfy({ $0.shape == shape && $0.dtype.isFloatingPoint })
        else { return nil }
        let columns = product.inputs.map { new($0).reshaped([folded[1], folded[2]]) }
        return Tensor.apply(ColumnDots(), columns).reshaped([1, folded[2]])
    }

    // MARK: Repeated rows

    private func repeatedRow(_ node: Node) -> Tensor? {
        guard let reshape = node.primitive as? Reshape, let inner = node.inputs[0].node, node.inputs[0].storage == nil,
            inner.primitive is Broadcast, let row = inner.inputs.first, let columns = reshape.shape.last, columns > 1,
            row.count == columns, row.shape.last == columns
        else { return nil }
        return new(row).reshaped([columns]).broadcast(to: reshape.shape)
    }
}

// MARK: - What is looked for

extension Tensor {
    /// The operation of a kind that computed this, in whatever shape it is seen.
    fileprivate func source<P: Primitive>(of kind: P.Type) -> (primitive: P, inputs: [Tensor], id: ObjectIdentifier)? {
        guard storage == nil, var node else { return nil }
        while node.primitive is Reshape, node.inputs[0].storage == nil, let inner = node.inputs[0].node { node = inner }
        return (node.primitive as? P).map { ($0, node.inputs, ObjectIdentifier(node)) }
    }

    fileprivate func elementwise(
        _ operation: ElementwiseOperation
    ) -> (primitive: Elementwise, inputs: [Tensor], id: ObjectIdentifier)? {
        source(of: Elementwise.self).flatMap { $0.primitive.operation == operation ? $0 : nil }
    }

    /// The number that a constant of one element holds.
    fileprivate var constant: Double? { storage != nil && node == nil && count == 1 ? item : nil }
}

extension Window {
    /// Whether windows tile the grid of images of this shape, so that the mean of their means is the mean.
    fileprivate func tiles(_ images: [Int]) -> Bool {
        strides == size && margins.allSatisfy { $0 == .zero }
            && zip(images.dropFirst().dropLast(), size).allSatisfy { $0 % $1 == 0 }
    }
}

/// Images [images, grid, channels], whatever their grid.
private struct Places: Equatable {
    let images: Int, channels: Int

    init?(_ shape: [Int]) {
        guard shape.count >= 3, let images = shape.first, let channels = shape.last else { return nil }
        (self.images, self.channels) = (images, channels)
    }
}

/// The mean over the whole grid of images, perhaps of means over windows that tile it.
private struct GridMean {
    /// The images themselves.
    let images: Tensor
    let places: Places
    /// The shape in which the mean is seen.
    let shape: [Int]

    init?(_ node: Node) {
        guard let quotient = node.primitive as? Elementwise, quotient.operation == .divide,
            let sum = node.inputs[0].source(of: Reduction.self), sum.primitive.operation == .sum,
            case let folded = sum.inputs[0], node.inputs[1].constant == Double(folded.shape[1]),
            let places = Places(folded.shape)
        else { return nil }
        var images = folded
        while let pooling = images.source(of: Pooling.self), pooling.primitive.kind == .average,
            pooling.primitive.window.tiles(pooling.inputs[0].shape), Places(pooling.inputs[0].shape) == places
        {
            images = pooling.inputs[0]
        }
        self.images = images
        self.places = places
        shape = node.inputs[0].shape
    }
}

/// relu of a convolution with a bias, small enough for the kernels of its mean.
private struct ConvolutionHead {
    let window: Window
    let x: Tensor, w: Tensor, bias: Tensor
    let filters: Int, taps: Int
    let places: Places
    /// The node of relu.
    let id: ObjectIdentifier

    init?(_ images: Tensor) {
        guard let relu = images.elementwise(.relu), let sum = relu.inputs[0].elementwise(.add),
            let convolution = sum.inputs[0].source(of: Convolution.self),
            case let (x, w) = (convolution.inputs[0], convolution.inputs[1]), x.rank <= 4, let filters = w.shape.last,
            sum.inputs[1].shape == [filters]
        else { return nil }
        let window = convolution.primitive.window
        guard window.groups == 1, window.strides.allSatisfy({ $0 == 1 }), window.dilations.allSatisfy({ $0 == 1 }),
            w.count <= 4096
        else { return nil }
        (self.window, self.x, self.w, bias) = (window, x, w, sum.inputs[1])
        (self.filters, taps, id) = (filters, w.count / filters, relu.id)
        // In another shape relu may see other images, such as rows of these.
        guard let places = Places(relu.inputs[0].shape), places == Places(sum.inputs[0].shape) else { return nil }
        self.places = places
    }
}

/// (x * w + bias) · scale + shift, of which nobody else reads what lies between.
private struct ScaledConvolution {
    let convolution: Convolution
    let x: Tensor, w: Tensor, bias: Tensor?
    let scale: Tensor, shift: Tensor

    init?(_ node: Node, isRead: (Node) -> Bool) {
        func step(_ tensor: Tensor, _ operation: ElementwiseOperation) -> Node? {
            guard tensor.storage == nil, let node = tensor.node, isRead(node),
                (node.primitive as? Elementwise)?.operation == operation
            else { return nil }
            return node
        }
        guard (node.primitive as? Elementwise)?.operation == .add, let product = step(node.inputs[0], .multiply) else {
            return nil
        }
        (scale, shift) = (product.inputs[1], node.inputs[1])
        var sums = product.inputs[0]
        bias = step(sums, .add).map { sum in
            sums = sum.inputs[0]
            return sum.inputs[1]
        }
        guard sums.storage == nil, let source = sums.node, isRead(source),
            let convolution = source.primitive as? Convolution, let filters = sums.shape.last,
            ([scale, shift] + [bias].compactMap { $0 }).allSatisfy({ $0.shape == [filters] }),
            source.inputs[1].shape.last == filters, source.inputs[1].count <= sums.count
        else { return nil }
        (self.convolution, x, w) = (convolution, source.inputs[0], source.inputs[1])
    }
}

/// The gradient of a kernel or a bias, where each image's places all have the same share of a cotangent: that of the
/// mean over the grid.
private struct SpreadSlope {
    /// The node of relu.
    let head: ObjectIdentifier
    let places: Places
    /// The mean's cotangent is `factor` times this, one value for each image and channel.
    let ofMean: Tensor
    let factor: Double
    let isOfBias: Bool
    /// The shape of the result.
    let shape: [Int]

    init?(readBy node: Node) {
        var gated: Tensor
        if let sum = node.primitive as? Reduction, sum.operation == .sum, case let folded = node.inputs[0].shape,
            folded[0] == 1
        {
            shape = [1, folded[2]]
            gated = node.inputs[0]
            isOfBias = gated.source(of: ConvolutionKernel.self) == nil
            if let kernel = gated.source(of: ConvolutionKernel.self) {
                // The parts of the images, added up.
                guard kernel.primitive.parts == folded[1] else { return nil }
                gated = kernel.inputs[1]
            }
        } else if let kernel = node.primitive as? ConvolutionKernel, kernel.parts == 1 {
            shape = [1] + kernel.shape
            gated = node.inputs[1]
            isOfBias = false
        } else {
            return nil
        }
        guard let gate = gated.elementwise(.gate), let relu = gate.inputs[1].elementwise(.relu),
            let places = Places(gate.inputs[1].shape), let spread = Spread(gate.inputs[0], over: places),
            !isOfBias || places.channels == shape[1]
        else { return nil }
        head = relu.id
        self.places = places
        // Of the mean over n places each place has a share of one nth.
        if let quotient = spread.slope.elementwise(.divide), quotient.inputs[1].constant == spread.count,
            quotient.inputs[0].count == spread.slope.count
        {
            ofMean = quotient.inputs[0]
            factor = 1
        } else {
            ofMean = spread.slope
            factor = spread.count
        }
    }
}

/// One value for each image and channel, repeated over the grid.
private struct Spread {
    let slope: Tensor
    /// Over how many places the mean was taken: those of the grid, or of windows that tile it.
    let count: Double

    init?(_ images: Tensor, over places: Places) {
        var images = images
        while let pooling = images.source(of: PoolingGradient.self), pooling.primitive.kind == .average,
            pooling.primitive.window.tiles(pooling.primitive.shape), Places(pooling.primitive.shape) == places
        {
            images = pooling.inputs[0]
        }
        guard let repeated = images.source(of: Broadcast.self), case let shape = repeated.primitive.shape,
            Places(shape) == places, case let source = repeated.inputs[0], Places(source.shape) == places,
            source.count == places.images * places.channels
        else { return nil }
        slope = source
        count = Double(shape.dropFirst().dropLast().reduce(1, *))
    }
}
