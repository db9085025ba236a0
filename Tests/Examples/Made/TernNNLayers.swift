// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNLayers = [
    Example("TernNN/Layers/ActivityRegularization: ActivityRegularization", ActivityRegularization_ActivityRegularization),
    Example("TernNN/Layers/Attention: Attention", Attention_Attention),
    Example("TernNN/Layers/Attention: AdditiveAttention", Attention_AdditiveAttention),
    Example("TernNN/Layers/ConvLSTM: ConvLSTM2D", ConvLSTM_ConvLSTM2D),
    Example("TernNN/Layers/Dense: Dense", Dense_Dense),
    Example("TernNN/Layers/Dot: Dot", Dot_Dot),
    Example("TernNN/Layers/EinsumDense: EinsumDense", EinsumDense_EinsumDense),
    Example("TernNN/Layers/GRU: GRU", GRU_GRU),
    Example("TernNN/Layers/Globe/AreaWeightedAveragePooling2D: AreaWeightedAveragePooling2D", AreaWeightedAveragePooling2D_AreaWeightedAveragePooling2D),
    Example("TernNN/Layers/Globe/AreaWeightedPooling2D: GlobalAreaWeightedAveragePooling2D", AreaWeightedPooling2D_GlobalAreaWeightedAveragePooling2D),
    Example("TernNN/Layers/Globe/MaskedConv2D: MaskedConv2D", MaskedConv2D_MaskedConv2D),
    Example("TernNN/Layers/Globe/PeriodicPadding2D: PeriodicPadding2D", PeriodicPadding2D_PeriodicPadding2D),
    Example("TernNN/Layers/Grid/AdaptivePooling: AdaptiveAveragePooling", AdaptivePooling_AdaptiveAveragePooling),
    Example("TernNN/Layers/Grid/AdaptivePooling: AdaptiveMaxPooling", AdaptivePooling_AdaptiveMaxPooling),
    Example("TernNN/Layers/Grid/Conv: Conv", Conv_Conv),
    Example("TernNN/Layers/Grid/ConvTranspose: ConvTranspose", ConvTranspose_ConvTranspose),
    Example("TernNN/Layers/Grid/ImageResizing: Resizing", ImageResizing_Resizing),
    Example("TernNN/Layers/Grid/ImageResizing: CenterCrop", ImageResizing_CenterCrop),
    Example("TernNN/Layers/Grid/Pooling: MaxPooling", Pooling_MaxPooling),
    Example("TernNN/Layers/Grid/Pooling: AveragePooling", Pooling_AveragePooling),
    Example("TernNN/Layers/Grid/Resizing: ZeroPadding", Resizing_ZeroPadding),
    Example("TernNN/Layers/Grid/Resizing: UpSampling", Resizing_UpSampling),
    Example("TernNN/Layers/GroupQueryAttention: GroupQueryAttention", GroupQueryAttention_GroupQueryAttention),
    Example("TernNN/Layers/Identity: Lambda", Identity_Lambda),
    Example("TernNN/Layers/LSTM: LSTM", LSTM_LSTM),
    Example("TernNN/Layers/Layer: Layer", Layer_Layer),
    Example("TernNN/Layers/LayerPrototype: LayerPrototype", LayerPrototype_LayerPrototype),
    Example("TernNN/Layers/LayerRegistry: LayerRegistry", LayerRegistry_LayerRegistry),
    Example("TernNN/Layers/Merge: MergeLayer", Merge_MergeLayer),
    Example("TernNN/Layers/Merge: Concatenate", Merge_Concatenate),
    Example("TernNN/Layers/MultiHeadAttention: MultiHeadAttention", MultiHeadAttention_MultiHeadAttention),
    Example("TernNN/Layers/Normalizations: Rescaling", Normalizations_Rescaling),
    Example("TernNN/Layers/Normalizations: Normalization", Normalizations_Normalization),
    Example("TernNN/Layers/RMSNormalization: RMSNormalization", RMSNormalization_RMSNormalization),
    Example("TernNN/Layers/RNN: RNN", RNN_RNN),
    Example("TernNN/Layers/RNN: StackedRNNCells", RNN_StackedRNNCells),
    Example("TernNN/Layers/Recurrent: resetStates", Recurrent_resetStates),
    Example("TernNN/Layers/RecurrentCell: RecurrentCell", RecurrentCell_RecurrentCell),
    Example("TernNN/Layers/Shape: Reshape", Shape_Reshape),
    Example("TernNN/Layers/SimpleRNN: SimpleRNN", SimpleRNN_SimpleRNN),
    Example("TernNN/Layers/SpectralNormalization: SpectralNormalization", SpectralNormalization_SpectralNormalization),
    Example("TernNN/Layers/Wrappers: TimeDistributed", Wrappers_TimeDistributed),
    Example("TernNN/Layers/Wrappers: Bidirectional", Wrappers_Bidirectional),
]

private func ActivityRegularization_ActivityRegularization() async throws {
    use(Dense(32, activation: .relu))
    use(ActivityRegularization(l1: 1e-4))
}

private func Attention_Attention() async throws {
    let query = Tensor.ones([4, 6, 3])
    _ = query
    let value = Tensor.ones([4, 5, 3])
    _ = value
    let y = Attention()([query, value])[0]      // [4, 6, 3], from [4, 6, 3] and [4, 5, 3]
    check("[4, 6, 3], from [4, 6, 3] and [4, 5, 3]", each: [y as Any])
    _ = y
}

private func Attention_AdditiveAttention() async throws {
    let query = Tensor.ones([4, 6, 3])
    _ = query
    let value = Tensor.ones([4, 5, 3])
    _ = value
    let y = AdditiveAttention()([query, value])[0]      // [4, 6, 3], from [4, 6, 3] and [4, 5, 3]
    check("[4, 6, 3], from [4, 6, 3] and [4, 5, 3]", each: [y as Any])
    _ = y
}

private func ConvLSTM_ConvLSTM2D() async throws {
    let y = ConvLSTM2D(16, kernelSize: 3, padding: .same)(Tensor.zeros([4, 10, 24, 36, 2]))   // [4, 24, 36, 16]
    check("[4, 24, 36, 16]", each: [y as Any])
    _ = y
}

private func Dense_Dense() async throws {
    let y = Dense(32, activation: .relu)(Tensor.zeros([8, 16]))   // [8, 32]
    check("[8, 32]", each: [y as Any])
    _ = y
}

private func Dot_Dot() async throws {
    let y = Dot(axes: [1, 2])([Tensor.ones([2, 3, 5]), Tensor.ones([2, 10, 3])])[0]   // [2, 5, 10]
    check("[2, 5, 10]", each: [y as Any])
    _ = y
}

private func EinsumDense_EinsumDense() async throws {
    let dense = EinsumDense("ab,bc->ac", outputShape: [64], biasAxes: "c")        // Dense(64)
    _ = dense
    let series = EinsumDense("abc,cd->abd", outputShape: [nil, 64], biasAxes: "d")
    _ = series
    let any = EinsumDense("...x,xy->...y", outputShape: [64], biasAxes: "y")      // any number of dimensions in between
    _ = any
}

private func GRU_GRU() async throws {
    let y = GRU(25, returnsSequences: true)(Tensor.zeros([16, 10, 20]))   // [16, 10, 25]
    check("[16, 10, 25]", each: [y as Any])
    _ = y
}

private func AreaWeightedAveragePooling2D_AreaWeightedAveragePooling2D() async throws {
    let pooling = AreaWeightedAveragePooling2D(2, latitudes: [-75, -45, -15, 15, 45, 75])
    _ = pooling
    let coarse = pooling(Tensor.ones([2, 6, 8, 1]))   // [2, 3, 4, 1]
    check("[2, 3, 4, 1]", each: [coarse as Any])
    _ = coarse
}

private func AreaWeightedPooling2D_GlobalAreaWeightedAveragePooling2D() async throws {
    let mean = GlobalAreaWeightedAveragePooling2D(latitudes: [-60, 0, 60])      // degrees, one for each row
    _ = mean
    let y = mean(Tensor.ones([2, 3, 8, 4]))   // [2, 4]
    check("[2, 4]", each: [y as Any])
    _ = y
}

private func MaskedConv2D_MaskedConv2D() async throws {
    let sst = Tensor.random([64, 14, 19, 1], seed: 1, dtype: .float32)
    _ = sst
    let features = MaskedConv2D(8, kernelSize: 3, padding: .same, masksMissing: true)(sst)   // NaN over land
    _ = features
}

private func PeriodicPadding2D_PeriodicPadding2D() async throws {
    let y = PeriodicPadding2D(latitude: 1, longitude: 1)(Tensor.zeros([8, 96, 144, 4]))   // [8, 98, 146, 4]
    check("[8, 98, 146, 4]", each: [y as Any])
    _ = y
    let z = Conv2D(20, kernelSize: 3)(y)                                                  // [8, 96, 144, 20]
    check("[8, 96, 144, 20]", each: [z as Any])
    _ = z
}

private func AdaptivePooling_AdaptiveAveragePooling() async throws {
    let y = AdaptiveAveragePooling2D([4, 6])(Tensor.zeros([8, 96, 144, 3]))   // [8, 4, 6, 3]
    check("[8, 4, 6, 3]", each: [y as Any])
    _ = y
}

private func AdaptivePooling_AdaptiveMaxPooling() async throws {
    let y = AdaptiveMaxPooling1D(3)(Tensor.zeros([8, 10, 2]))   // [8, 3, 2]
    check("[8, 3, 2]", each: [y as Any])
    _ = y
}

private func Conv_Conv() async throws {
    let y = Conv2D(20, kernelSize: 3, padding: .same, activation: .relu)(Tensor.zeros([8, 96, 144, 4]))   // [8, 96, 144, 20]
    check("[8, 96, 144, 20]", each: [y as Any])
    _ = y
}

private func ConvTranspose_ConvTranspose() async throws {
    let y = Conv2DTranspose(64, kernelSize: 3, strides: 2, padding: .same)(Tensor.zeros([8, 24, 36, 128]))   // [8, 48, 72, 64]
    check("[8, 48, 72, 64]", each: [y as Any])
    _ = y
}

private func ImageResizing_Resizing() async throws {
    let y = Resizing(height: 48, width: 72)(Tensor.zeros([8, 96, 144, 3]))                           // [8, 48, 72, 3]
    check("[8, 48, 72, 3]", each: [y as Any])
    _ = y
    let z = Resizing(height: 64, width: 64, interpolation: .bicubic, antialias: true)(Tensor.zeros([8, 96, 144, 3]))
    _ = z
}

private func ImageResizing_CenterCrop() async throws {
    let y = CenterCrop(height: 90, width: 90)(Tensor.zeros([8, 96, 144, 3]))   // [8, 90, 90, 3]
    check("[8, 90, 90, 3]", each: [y as Any])
    _ = y
}

private func Pooling_MaxPooling() async throws {
    let y = MaxPooling2D(2)(Tensor.zeros([8, 96, 144, 4]))   // [8, 48, 72, 4]
    check("[8, 48, 72, 4]", each: [y as Any])
    _ = y
}

private func Pooling_AveragePooling() async throws {
    let y = AveragePooling2D(2)(Tensor.zeros([8, 96, 144, 4]))   // [8, 48, 72, 4]
    check("[8, 48, 72, 4]", each: [y as Any])
    _ = y
}

private func Resizing_ZeroPadding() async throws {
    let x = Tensor.ones([2, 5, 6, 3])
    _ = x
    let y = ZeroPadding2D([Margin(before: 1, after: 0), Margin(before: 2, after: 2)])(x)
    _ = y
}

private func Resizing_UpSampling() async throws {
    let y = UpSampling2D(2, interpolation: .bilinear)(Tensor.zeros([1, 24, 36, 8]))   // [1, 48, 72, 8]
    check("[1, 48, 72, 8]", each: [y as Any])
    _ = y
}

private func GroupQueryAttention_GroupQueryAttention() async throws {
    let x = Tensor.ones([4, 6, 5])
    _ = x
    let y = GroupQueryAttention(headDimension: 8, queryHeadCount: 4, keyValueHeadCount: 2)([x, x])[0]
    _ = y
}

private func Identity_Lambda() async throws {
    let anomaly = Lambda("anomaly") { x in x - x.mean(axis: 1, keepingDimensions: true) }
    _ = anomaly
    let ratio = Lambda("ratio") { (inputs: [Tensor]) in [inputs[0] / inputs[1]] }
    _ = ratio
}

private func LSTM_LSTM() async throws {
    let y = LSTM(25)(Tensor.zeros([16, 10, 20]))   // [16, 25]
    check("[16, 25]", each: [y as Any])
    _ = y
}

private func Layer_Layer() async throws {
    let x = Tensor.ones([4, 6, 5])
    _ = x
    final class Scale: UnaryLayer {
        var info = LayerInfo()
        @Weight var factor: Tensor
        func build(_ inputShape: [Int]) { $factor.make("factor", [inputShape.last!], .ones, in: self) }
        func call(_ x: Tensor, _ context: CallContext) -> Tensor { x * factor }
    }
    let y = Scale()(x)
    _ = y
}

private func LayerPrototype_LayerPrototype() async throws {
    let x = Tensor.ones([4, 6, 5])
    _ = x
    final class Scale: UnaryLayer {
        var info = LayerInfo()
        var factor: Double
        init(_ factor: Double) { self.factor = factor }
        func call(_ x: Tensor, _ context: CallContext) -> Tensor { x * factor }
    }
    use(LayerRegistry.register(LayerPrototype(Scale.self, "factor") { Scale(1) }))
}

private func LayerRegistry_LayerRegistry() async throws {
    let x = Tensor.ones([4, 6, 5])
    _ = x
    final class Scale: UnaryLayer {
        var info = LayerInfo()
        @Weight var factor: Tensor
        func build(_ inputShape: [Int]) { $factor.make("factor", [inputShape.last!], .ones, in: self) }
        func call(_ x: Tensor, _ context: CallContext) -> Tensor { x * factor }
    }
    use(LayerRegistry.register(Scale.self))
}

private func Merge_MergeLayer() async throws {
    let a = Input([3])
    _ = a
    let b = Input([3])
    _ = b
    let sum = Add()(a, b)
    _ = sum
}

private func Merge_Concatenate() async throws {
    let a = Input([3])
    _ = a
    let b = Input([3])
    _ = b
    let both = Concatenate()(a, b)
    _ = both
}

private func MultiHeadAttention_MultiHeadAttention() async throws {
    let x = Tensor.ones([4, 6, 5])
    _ = x
    let y = MultiHeadAttention(headCount: 4, keyDimension: 8)([x, x])[0]
    _ = y
}

private func Normalizations_Rescaling() async throws {
    let celsius = Rescaling(scale: 1, offset: -273.15)
    _ = celsius
}

private func Normalizations_Normalization() async throws {
    let sst = Tensor.random([64, 14, 19, 1], seed: 1, dtype: .float32)
    _ = sst
    let scaled = Normalization()
    _ = scaled
    use(scaled.adapt(to: sst))
    let cells = Normalization(axis: [1, 2])      // a mean and a variance for each cell of the grid
    _ = cells
}

private func RMSNormalization_RMSNormalization() async throws {
    let y = RMSNormalization()(Tensor.ones([8, 16]))   // [8, 16]
    check("[8, 16]", each: [y as Any])
    _ = y
}

private func RNN_RNN() async throws {
    let y = RNN([LSTMCell(16), GRUCell(8)], returnsSequences: true)(Tensor.zeros([4, 10, 3]))   // [4, 10, 8]
    check("[4, 10, 8]", each: [y as Any])
    _ = y
}

private func RNN_StackedRNNCells() async throws {
    let y = RNN(StackedRNNCells([LSTMCell(128), LSTMCell(128)]))(Tensor.zeros([3, 5, 2]))   // [3, 128]
    check("[3, 128]", each: [y as Any])
    _ = y
}

private func Recurrent_resetStates() async throws {
    let model = Sequential(input: [3]) {
        Dense(8, activation: .relu)
        Dense(1)
    }
    model.compile(loss: .meanSquaredError)
    _ = model
    let first = Tensor.ones([4, 3])
    _ = first
    use(try model.predict(first))
    use(model.resetStates())
}

private func RecurrentCell_RecurrentCell() async throws {
    final class Leaky: RecurrentCell {
        var info = LayerInfo()
        @Weight var kernel: Tensor
        func stateShapes(_ stepShape: [Int]) -> [[Int]] { [[8]] }
        func build(_ inputShapes: [[Int]]) { $kernel.make("kernel", [inputShapes[0][1], 8], .glorotUniform, in: self) }
        func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
            let h = inputs[1] * 0.9 + tanh(matmul(inputs[0], kernel))
            return [h, h]
        }
    }
    let y = RNN(Leaky())(Tensor.zeros([4, 10, 3]))   // [4, 8]
    check("[4, 8]", each: [y as Any])
    _ = y
}

private func Shape_Reshape() async throws {
    let y = Reshape([1, 96, 144])(Tensor.zeros([16, 13824]))   // [16, 1, 96, 144]
    check("[16, 1, 96, 144]", each: [y as Any])
    _ = y
}

private func SimpleRNN_SimpleRNN() async throws {
    let y = SimpleRNN(8)(Tensor.zeros([4, 10, 3]))   // [4, 8]
    check("[4, 8]", each: [y as Any])
    _ = y
}

private func SpectralNormalization_SpectralNormalization() async throws {
    let critic = SpectralNormalization(Conv2D(16, kernelSize: 3))
    _ = critic
    let y = critic(Tensor.ones([4, 9, 9, 2]), training: true)   // [4, 7, 7, 16]
    check("[4, 7, 7, 16]", each: [y as Any])
    _ = y
}

private func Wrappers_TimeDistributed() async throws {
    let steps = TimeDistributed(Conv2D(20, kernelSize: 3, padding: .same))
    _ = steps
    let y = steps(Tensor.zeros([2, 10, 24, 36, 4]))   // [2, 10, 24, 36, 20]
    check("[2, 10, 24, 36, 20]", each: [y as Any])
    _ = y
}

private func Wrappers_Bidirectional() async throws {
    let both = Bidirectional(LSTM(25, returnsSequences: true))
    _ = both
}
