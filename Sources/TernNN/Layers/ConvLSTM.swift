import TernCore

/// A convolutional LSTM along a series of series: [batch, steps, places, channels].
public typealias ConvLSTM1D = Recurrent<ConvLSTMCell<OneDimension>>
/// A convolutional LSTM along a series of images: [batch, steps, height, width, channels].
///
/// ```swift
/// let y = ConvLSTM2D(16, kernelSize: 3, padding: .same)(Tensor.zeros([4, 10, 24, 36, 2]))   // [4, 24, 36, 16]
/// ```
public typealias ConvLSTM2D = Recurrent<ConvLSTMCell<TwoDimensions>>
/// A convolutional LSTM along a series of volumes: [batch, steps, depth, height, width, channels].
public typealias ConvLSTM3D = Recurrent<ConvLSTMCell<ThreeDimensions>>

/// One step of a ``ConvLSTM2D``: an ``LSTM`` whose products are convolutions; the states h and c are images of
/// `filters` channels.
///
/// Padding, strides and dilation are those of the input's convolution. That of the state keeps its grid.
///
/// Source: Shi et al., "Convolutional LSTM network: a machine learning approach for precipitation nowcasting", NeurIPS
/// 2015, without its connections from c to the gates, as in Keras.
public final class ConvLSTMCell<Rank: GridRank>: GatedCell {
    public static var kind: String { "ConvLSTM\(Rank.count)DCell" }

    public let info: LayerInfo
    public let filters: Int
    public let kernelSize: WindowSize, strides: WindowSize, dilationRate: WindowSize
    public let padding: Padding
    public let settings: RecurrentSettings
    public let dropout: Double, recurrentDropout: Double
    public let unitForgetBias: Bool
    @Weight public var kernel: Tensor
    @Weight public var recurrentKernel: Tensor
    @Weight public var bias: Tensor

    public init(
        _ filters: Int, kernelSize: WindowSize, strides: WindowSize = 1, padding: Padding = .valid,
        dilationRate: WindowSize = 1,
        activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid, usesBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, recurrentInitializer: Initializer = .orthogonal(),
        biasInitializer: Initializer = .zeros, unitForgetBias: Bool = true, kernelRegularizer: Regularizer? = nil,
        recurrentRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        kernelConstraint: Constraint? = nil,
        recurrentConstraint: Constraint? = nil, biasConstraint: Constraint? = nil, dropout: Double = 0,
        recurrentDropout: Double = 0, name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.filters = filters
        self.kernelSize = kernelSize
        self.strides = strides
        self.padding = padding
        self.dilationRate = dilationRate
        settings = RecurrentSettings(
            activation: activation, recurrentActivation: recurrentActivation, usesBias: usesBias,
            kernelInitializer: kernelInitializer,
            recurrentInitializer: recurrentInitializer, biasInitializer: biasInitializer,
            kernelRegularizer: kernelRegularizer,
            recurrentRegularizer: recurrentRegularizer, biasRegularizer: biasRegularizer,
            kernelConstraint: kernelConstraint,
            recurrentConstraint: recurrentConstraint, biasConstraint: biasConstraint)
        self.unitForgetBias = unitForgetBias
        self.dropout = dropout
        self.recurrentDropout = recurrentDropout
    }

    private var window: [Int] { kernelSize.along(Rank.count, "kernelSize") }
    private var steps: [Int] { strides.along(Rank.count, "strides") }
    private var dilations: [Int] { dilationRate.along(Rank.count, "dilationRate") }

    public func complaint(about inputShapes: [[Int]]) -> String? {
        let shape = inputShapes[0]
        if shape.count != Rank.count + 2 { return "each step is [batch, \(Rank.gridNames), channels]" }
        if padding == .causal { return "its padding is valid, same or explicit" }
        if steps.contains(where: { $0 > 1 }) && dilations.contains(where: { $0 > 1 }) {
            return "it takes strides or a dilation rate, not both"
        }
        if let complaint = Rank.complaint(about: shape, window: kernelSize, dilations: dilationRate, padding: padding) {
            return complaint
        }
        guard let built = $kernel.variable?.shape[Rank.count], built != shape.last! else { return nil }
        return "it was built for \(built) channels and got \(shape.last!)"
    }

    public func stateShapes(_ stepShape: [Int]) -> [[Int]] {
        let grid = Array(stepShape[1...Rank.count])
        let margins = padding.margins(grid: grid, window: window, strides: steps, dilations: dilations)
        let places = grid.indices.map { d in
            (grid[d] + margins[d].before + margins[d].after - (window[d] - 1) * dilations[d] - 1) / steps[d] + 1
        }
        return [places + [filters], places + [filters]]
    }

    public func build(_ inputShapes: [[Int]]) {
        make(
            &$kernel, window + [inputShapes[0].last!, 4 * filters], &$recurrentKernel, window + [filters, 4 * filters],
            &$bias, [4 * filters])
        if settings.usesBias && unitForgetBias {
            bias[filters..<(2 * filters)] = Tensor.ones([filters], dtype: info.dtype)
        }
    }

    public func walk(_ step: TensorSpec, _ context: CallContext) -> CellWalk {
        let shape = step.shape, state = [shape[0]] + stateShapes(shape)[0],
            same = Array(repeating: 1, count: Rank.count)
        let noise = inputNoise([shape[0], 1] + shape.dropFirst(), step.dtype, gates: 4, context)
        let held = stateNoise(state, step.dtype, gates: 4, context)
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
            let back = gatedProduct(states[0], recurrentKernel, held) {
                convolution($0, $1, strides: same, margins: stateMargins, dilations: same)
            }
            return lstmStep(x + back, states[1], settings)
        }
    }

    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] { stepping(inputs, context) }
}

extension Recurrent {
    public convenience init<Rank: GridRank>(
        _ filters: Int, kernelSize: WindowSize, strides: WindowSize = 1, padding: Padding = .valid,
        dilationRate: WindowSize = 1,
        activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid, usesBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, recurrentInitializer: Initializer = .orthogonal(),
        biasInitializer: Initializer = .zeros, unitForgetBias: Bool = true, kernelRegularizer: Regularizer? = nil,
        recurrentRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        kernelConstraint: Constraint? = nil,
        recurrentConstraint: Constraint? = nil, biasConstraint: Constraint? = nil, dropout: Double = 0,
        recurrentDropout: Double = 0, returnsSequences: Bool = false, returnsState: Bool = false,
        goesBackwards: Bool = false,
        isStateful: Bool = false, zerosOutputForMask: Bool = false, name: String? = nil
    ) where Cell == ConvLSTMCell<Rank> {
        self.init(
            cell: ConvLSTMCell(
                filters, kernelSize: kernelSize, strides: strides, padding: padding, dilationRate: dilationRate,
                activation: activation, recurrentActivation: recurrentActivation, usesBias: usesBias,
                kernelInitializer: kernelInitializer, recurrentInitializer: recurrentInitializer,
                biasInitializer: biasInitializer,
                unitForgetBias: unitForgetBias, kernelRegularizer: kernelRegularizer,
                recurrentRegularizer: recurrentRegularizer,
                biasRegularizer: biasRegularizer, kernelConstraint: kernelConstraint,
                recurrentConstraint: recurrentConstraint,
                biasConstraint: biasConstraint, dropout: dropout, recurrentDropout: recurrentDropout, name: name),
            returnsSequences: returnsSequences, returnsState: returnsState, goesBackwards: goesBackwards,
            isStateful: isStateful,
            zerosOutputForMask: zerosOutputForMask)
    }
}
