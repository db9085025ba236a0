import TernCore

/// A convolutional LSTM along a series of series: [batch, steps, places, channels].
///
/// ```swift
/// let y = ConvLSTM1D(4, kernelSize: 3)(Tensor.zeros([2, 5, 9, 1]))   // [2, 7, 4]
/// ```
public typealias ConvLSTM1D = Recurrent<ConvLSTMCell<OneDimension>>

/// A convolutional LSTM along a series of images: [batch, steps, height, width, channels].
///
/// ```swift
/// let y = ConvLSTM2D(4, kernelSize: 3, padding: .same)(Tensor.zeros([2, 5, 12, 18, 2]))   // [2, 12, 18, 4]
/// ```
public typealias ConvLSTM2D = Recurrent<ConvLSTMCell<TwoDimensions>>

/// A convolutional LSTM along a series of volumes: [batch, steps, depth, height, width, channels].
///
/// ```swift
/// let y = ConvLSTM3D(2, kernelSize: 2)(Tensor.zeros([1, 3, 4, 4, 4, 1]))   // [1, 3, 3, 3, 2]
/// ```
public typealias ConvLSTM3D = Recurrent<ConvLSTMCell<ThreeDimensions>>

/// One step of a ``ConvLSTM2D``: an ``LSTM`` whose products are convolutions; the states h and c are images of
/// `filters` channels.
///
/// ```swift
/// let cell = ConvLSTMCell<TwoDimensions>(4, kernelSize: 3, padding: .same)
/// let y = RNN(cell)(Tensor.zeros([2, 5, 6, 8, 2]))   // [2, 6, 8, 4]
/// ```
///
/// Padding, strides and dilation are those of the input's convolution. That of the state keeps its grid.
///
/// Source: Shi et al., "Convolutional LSTM network: a machine learning approach for precipitation nowcasting", NeurIPS
/// 2015, without its connections from c to the gates, as in Keras.
public final class ConvLSTMCell<Rank: GridRank>: GatedCell {
    /// `ConvLSTM2DCell`, by the number of dimensions.
    public static var kind: String { "ConvLSTM\(Rank.count)DCell" }

    /// Its name, the type of its weights, and whether they are trained.
    public let info: LayerInfo
    /// How many channels the output and each state have.
    public let filters: Int
    /// The window of both convolutions, the steps by which that of the input moves, and those between its cells.
    public let kernelSize: WindowSize, strides: WindowSize, dilationRate: WindowSize
    /// What surrounds the input's grid: valid, same or explicit.
    public let padding: Padding
    /// Activation, weights and dropout.
    public let settings: CellSettings
    /// That of the gates.
    public let recurrentActivation: Activation
    /// Whether the bias of the forget gate begins with 1.
    public let unitForgetBias: Bool
    /// The kernel of the input, [window, channels, 4 filters].
    @Weight public var kernel: Tensor
    /// The kernel of h, [window, filters, 4 filters].
    @Weight public var recurrentKernel: Tensor
    /// The bias, [4 filters].
    @Weight public var bias: Tensor

    /// A cell of `filters` channels.
    ///
    /// - Parameters:
    ///   - recurrentActivation: that of the gates.
    ///   - recurrent: the settings of the state's kernel; `kernel` those of the input's.
    ///   - dropout: the share of inputs that is dropped in training; `recurrentDropout` that of h.
    public init(
        _ filters: Int, kernelSize: WindowSize, strides: WindowSize = 1, padding: Padding = .valid,
        dilationRate: WindowSize = 1, activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid,
        usesBias: Bool = true, unitForgetBias: Bool = true, kernel: WeightSettings = .init(),
        recurrent: WeightSettings = .init(), bias: WeightSettings = .init(), dropout: Double = 0,
        recurrentDropout: Double = 0, name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.filters = filters
        self.kernelSize = kernelSize
        self.strides = strides
        self.padding = padding
        self.dilationRate = dilationRate
        settings = CellSettings(
            activation: activation, usesBias: usesBias, kernel: kernel, recurrent: recurrent, bias: bias,
            dropout: dropout, recurrentDropout: recurrentDropout)
        self.recurrentActivation = recurrentActivation
        self.unitForgetBias = unitForgetBias
    }

    private var window: [Int] { kernelSize.along(Rank.count, "kernelSize") }
    private var steps: [Int] { strides.along(Rank.count, "strides") }
    private var dilations: [Int] { dilationRate.along(Rank.count, "dilationRate") }

    /// A step must be [batch, grid, channels] with room for the window, and of as many channels as before.
    public func complaint(about inputShapes: [[Int]]) -> String? {
        if let complaint = sizeComplaint(filters, "filters") { return complaint }
        let shape = inputShapes[0]
        if shape.count != Rank.count + 2 { return "each step is [batch, \(Rank.gridNames), channels]" }
        if padding == .causal { return "its padding is valid, same or explicit" }
        if steps.contains(where: { $0 > 1 }) && dilations.contains(where: { $0 > 1 }) {
            return "it takes strides or a dilation rate, not both"
        }
        if let complaint = Rank.complaint(about: shape, window: kernelSize, dilations: dilationRate, padding: padding) {
            return complaint
        }
        return Rank.complaint(aboutChannelsOf: shape, builtFor: $kernel.variable?.shape[Rank.count])
    }

    /// h and c: the places of the input's convolution, with `filters` channels.
    public func stateShapes(_ stepShape: [Int]) -> [[Int]] {
        let grid = Array(stepShape[1...Rank.count])
        let margins = padding.margins(grid: grid, window: window, strides: steps, dilations: dilations)
        let places = grid.indices.map { d in
            windowPlaces(
                along: grid[d] + margins[d].before + margins[d].after,
                span: windowSpan(window[d], dilation: dilations[d]), stride: steps[d])
        }
        return Array(repeating: places + [filters], count: LSTMStates.count)
    }

    /// Makes both kernels and the bias for steps of the shape [batch, grid, channels].
    public func build(_ inputShapes: [[Int]]) {
        makeWeights(
            &$kernel, &$recurrentKernel, &$bias, window: window, inputs: inputShapes[0].last!, units: filters,
            gates: LSTMGates.count)
        guard settings.usesBias && unitForgetBias else { return }
        $bias.variable!.begin(withOnesAt: LSTMGates.forgetColumns(of: filters))
    }

    /// Convolves all steps of the input at once, then h at each.
    public func walk(_ step: TensorSpec, _ context: CallContext) -> CellWalk {
        let shape = step.shape, state = [shape[0]] + stateShapes(shape)[0],
            same = Array(repeating: 1, count: Rank.count)
        let noise = inputNoise([shape[0], 1] + shape.dropFirst(), step.dtype, gates: LSTMGates.count, context)
        let held = stateNoise(state, step.dtype, gates: LSTMGates.count, context)
        let margins = padding.margins(
            grid: Array(shape[1...Rank.count]), window: window, strides: steps, dilations: dilations)
        let stateMargins = Padding.same.margins(
            grid: Array(state[1...Rank.count]), window: window, strides: same, dilations: same)
        return CellWalk { [self] x in
            // The steps count as further examples, so all of them are one convolution.
            let z = gatedProduct(x, kernel, noise) { x, kernel in
                let y = convolution(
                    x.reshaped([x.shape[0] * x.shape[1]] + x.shape.dropFirst(2)), kernel, strides: steps,
                    margins: margins,
                    dilations: dilations)
                return y.reshaped([x.shape[0], x.shape[1]] + y.shape.dropFirst())
            }
            return settings.usesBias ? z + bias : z
        } step: { [self] x, states in
            let states = LSTMStates(states)
            let back = gatedProduct(states.output, recurrentKernel, held) {
                convolution($0, $1, strides: same, margins: stateMargins, dilations: same)
            }
            return states.next(x + back, gate: recurrentActivation, settings.activation)
        }
    }

    /// A step by itself: the output, h and c.
    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] { stepping(inputs, context) }
}

extension Recurrent {
    /// A ``ConvLSTM2D`` of `filters` channels, or one of its kin.
    ///
    /// - Parameters:
    ///   - recurrentActivation: that of the gates.
    ///   - recurrent: the settings of the state's kernel; `kernel` those of the input's.
    ///   - dropout: the share of inputs that is dropped in training; `recurrentDropout` that of h.
    ///   - returnsSequences: whether the output is that of all steps, not of the last; with `returnsState` h and c
    ///     follow it.
    public convenience init<Rank: GridRank>(
        _ filters: Int, kernelSize: WindowSize, strides: WindowSize = 1, padding: Padding = .valid,
        dilationRate: WindowSize = 1, activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid,
        usesBias: Bool = true, unitForgetBias: Bool = true, kernel: WeightSettings = .init(),
        recurrent: WeightSettings = .init(), bias: WeightSettings = .init(), dropout: Double = 0,
        recurrentDropout: Double = 0, returnsSequences: Bool = false, returnsState: Bool = false,
        goesBackwards: Bool = false, isStateful: Bool = false, zerosOutputForMask: Bool = false, name: String? = nil
    ) where Cell == ConvLSTMCell<Rank> {
        self.init(
            cell: ConvLSTMCell(
                filters, kernelSize: kernelSize, strides: strides, padding: padding, dilationRate: dilationRate,
                activation: activation, recurrentActivation: recurrentActivation, usesBias: usesBias,
                unitForgetBias: unitForgetBias, kernel: kernel, recurrent: recurrent, bias: bias, dropout: dropout,
                recurrentDropout: recurrentDropout, name: name),
            SeriesSettings(
                returnsSequences: returnsSequences, returnsState: returnsState, goesBackwards: goesBackwards,
                isStateful: isStateful, zerosOutputForMask: zerosOutputForMask))
    }
}
