// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNLayers = [
    Example("TernNN/Layers/Activations: ActivationLayer", Activations_ActivationLayer),
    Example("TernNN/Layers/Activations: LeakyReLU", Activations_LeakyReLU),
    Example("TernNN/Layers/Activations: ReLU", Activations_ReLU),
    Example("TernNN/Layers/Activations: ELU", Activations_ELU),
    Example("TernNN/Layers/Activations: PReLU", Activations_PReLU),
    Example("TernNN/Layers/Activations: Softmax", Activations_Softmax),
    Example("TernNN/Layers/ActivityRegularization: ActivityRegularization", ActivityRegularization_ActivityRegularization),
    Example("TernNN/Layers/Attention: SequenceAttention", Attention_SequenceAttention),
    Example("TernNN/Layers/Attention: ScoreMode", Attention_ScoreMode),
    Example("TernNN/Layers/Attention: Attention", Attention_Attention),
    Example("TernNN/Layers/Attention: AdditiveAttention", Attention_AdditiveAttention),
    Example("TernNN/Layers/Axes: Axes", Axes_Axes),
    Example("TernNN/Layers/BatchNormalization: BatchNormalization", BatchNormalization_BatchNormalization),
    Example("TernNN/Layers/Dense: Dense", Dense_Dense),
    Example("TernNN/Layers/Dot: Dot", Dot_Dot),
    Example("TernNN/Layers/EinsumDense: EinsumDense", EinsumDense_EinsumDense),
    Example("TernNN/Layers/Embedding: Embedding", Embedding_Embedding),
    Example("TernNN/Layers/Globe/AreaWeightedAveragePooling2D: AreaWeightedAveragePooling2D", AreaWeightedAveragePooling2D_AreaWeightedAveragePooling2D),
    Example("TernNN/Layers/Globe/GlobalAreaWeightedAveragePooling2D: GlobalAreaWeightedAveragePooling2D", GlobalAreaWeightedAveragePooling2D_GlobalAreaWeightedAveragePooling2D),
    Example("TernNN/Layers/Globe/MaskedConv2D: MaskedConv2D", MaskedConv2D_MaskedConv2D),
    Example("TernNN/Layers/Globe/PeriodicPadding2D: PoleBoundary", PeriodicPadding2D_PoleBoundary),
    Example("TernNN/Layers/Globe/PeriodicPadding2D: PeriodicPadding2D", PeriodicPadding2D_PeriodicPadding2D),
    Example("TernNN/Layers/Grid/AdaptivePooling: AdaptiveAveragePooling1D", AdaptivePooling_AdaptiveAveragePooling1D),
    Example("TernNN/Layers/Grid/AdaptivePooling: AdaptiveAveragePooling2D", AdaptivePooling_AdaptiveAveragePooling2D),
    Example("TernNN/Layers/Grid/AdaptivePooling: AdaptiveAveragePooling3D", AdaptivePooling_AdaptiveAveragePooling3D),
    Example("TernNN/Layers/Grid/AdaptivePooling: AdaptiveMaxPooling1D", AdaptivePooling_AdaptiveMaxPooling1D),
    Example("TernNN/Layers/Grid/AdaptivePooling: AdaptiveMaxPooling2D", AdaptivePooling_AdaptiveMaxPooling2D),
    Example("TernNN/Layers/Grid/AdaptivePooling: AdaptiveMaxPooling3D", AdaptivePooling_AdaptiveMaxPooling3D),
    Example("TernNN/Layers/Grid/AdaptivePooling: AdaptiveAveragePooling", AdaptivePooling_AdaptiveAveragePooling),
    Example("TernNN/Layers/Grid/AdaptivePooling: AdaptiveMaxPooling", AdaptivePooling_AdaptiveMaxPooling),
    Example("TernNN/Layers/Grid/Conv: Conv1D", Conv_Conv1D),
    Example("TernNN/Layers/Grid/Conv: Conv2D", Conv_Conv2D),
    Example("TernNN/Layers/Grid/Conv: Conv3D", Conv_Conv3D),
    Example("TernNN/Layers/Grid/Conv: Conv", Conv_Conv),
    Example("TernNN/Layers/Grid/ConvTranspose: Conv1DTranspose", ConvTranspose_Conv1DTranspose),
    Example("TernNN/Layers/Grid/ConvTranspose: Conv2DTranspose", ConvTranspose_Conv2DTranspose),
    Example("TernNN/Layers/Grid/ConvTranspose: Conv3DTranspose", ConvTranspose_Conv3DTranspose),
    Example("TernNN/Layers/Grid/ConvTranspose: ConvTranspose", ConvTranspose_ConvTranspose),
    Example("TernNN/Layers/Grid/Cropping: Cropping1D", Cropping_Cropping1D),
    Example("TernNN/Layers/Grid/Cropping: Cropping2D", Cropping_Cropping2D),
    Example("TernNN/Layers/Grid/Cropping: Cropping3D", Cropping_Cropping3D),
    Example("TernNN/Layers/Grid/Cropping: Cropping", Cropping_Cropping),
    Example("TernNN/Layers/Grid/DepthwiseConv: DepthwiseConv1D", DepthwiseConv_DepthwiseConv1D),
    Example("TernNN/Layers/Grid/DepthwiseConv: DepthwiseConv2D", DepthwiseConv_DepthwiseConv2D),
    Example("TernNN/Layers/Grid/DepthwiseConv: SeparableConv1D", DepthwiseConv_SeparableConv1D),
    Example("TernNN/Layers/Grid/DepthwiseConv: SeparableConv2D", DepthwiseConv_SeparableConv2D),
    Example("TernNN/Layers/Grid/DepthwiseConv: DepthwiseConv", DepthwiseConv_DepthwiseConv),
    Example("TernNN/Layers/Grid/DepthwiseConv: SeparableConv", DepthwiseConv_SeparableConv),
    Example("TernNN/Layers/Grid/GlobalPooling: GlobalMaxPooling1D", GlobalPooling_GlobalMaxPooling1D),
    Example("TernNN/Layers/Grid/GlobalPooling: GlobalMaxPooling2D", GlobalPooling_GlobalMaxPooling2D),
    Example("TernNN/Layers/Grid/GlobalPooling: GlobalMaxPooling3D", GlobalPooling_GlobalMaxPooling3D),
    Example("TernNN/Layers/Grid/GlobalPooling: GlobalAveragePooling1D", GlobalPooling_GlobalAveragePooling1D),
    Example("TernNN/Layers/Grid/GlobalPooling: GlobalAveragePooling2D", GlobalPooling_GlobalAveragePooling2D),
    Example("TernNN/Layers/Grid/GlobalPooling: GlobalAveragePooling3D", GlobalPooling_GlobalAveragePooling3D),
    Example("TernNN/Layers/Grid/GlobalPooling: GlobalMaxPooling", GlobalPooling_GlobalMaxPooling),
    Example("TernNN/Layers/Grid/GlobalPooling: GlobalAveragePooling", GlobalPooling_GlobalAveragePooling),
    Example("TernNN/Layers/Grid/GridRank: GridRank", GridRank_GridRank),
    Example("TernNN/Layers/Grid/GridRank: OneDimension", GridRank_OneDimension),
    Example("TernNN/Layers/Grid/GridRank: TwoDimensions", GridRank_TwoDimensions),
    Example("TernNN/Layers/Grid/GridRank: ThreeDimensions", GridRank_ThreeDimensions),
    Example("TernNN/Layers/Grid/Pooling: MaxPooling1D", Pooling_MaxPooling1D),
    Example("TernNN/Layers/Grid/Pooling: MaxPooling2D", Pooling_MaxPooling2D),
    Example("TernNN/Layers/Grid/Pooling: MaxPooling3D", Pooling_MaxPooling3D),
    Example("TernNN/Layers/Grid/Pooling: AveragePooling1D", Pooling_AveragePooling1D),
    Example("TernNN/Layers/Grid/Pooling: AveragePooling2D", Pooling_AveragePooling2D),
    Example("TernNN/Layers/Grid/Pooling: AveragePooling3D", Pooling_AveragePooling3D),
    Example("TernNN/Layers/Grid/Pooling: MaxPooling", Pooling_MaxPooling),
    Example("TernNN/Layers/Grid/Pooling: AveragePooling", Pooling_AveragePooling),
    Example("TernNN/Layers/Grid/Resizing: Resizing", Resizing_Resizing),
    Example("TernNN/Layers/Grid/Resizing: CenterCrop", Resizing_CenterCrop),
    Example("TernNN/Layers/Grid/UpSampling: UpSampling1D", UpSampling_UpSampling1D),
    Example("TernNN/Layers/Grid/UpSampling: UpSampling2D", UpSampling_UpSampling2D),
    Example("TernNN/Layers/Grid/UpSampling: UpSampling3D", UpSampling_UpSampling3D),
    Example("TernNN/Layers/Grid/UpSampling: UpSampling", UpSampling_UpSampling),
    Example("TernNN/Layers/Grid/ZeroPadding: ZeroPadding1D", ZeroPadding_ZeroPadding1D),
    Example("TernNN/Layers/Grid/ZeroPadding: ZeroPadding2D", ZeroPadding_ZeroPadding2D),
    Example("TernNN/Layers/Grid/ZeroPadding: ZeroPadding3D", ZeroPadding_ZeroPadding3D),
    Example("TernNN/Layers/Grid/ZeroPadding: ZeroPadding", ZeroPadding_ZeroPadding),
    Example("TernNN/Layers/GroupQueryAttention: GroupQueryAttention", GroupQueryAttention_GroupQueryAttention),
    Example("TernNN/Layers/Identity: Identity", Identity_Identity),
    Example("TernNN/Layers/Lambda: Lambda", Lambda_Lambda),
    Example("TernNN/Layers/Layer: Layer", Layer_Layer),
    Example("TernNN/Layers/Layer: UnaryLayer", Layer_UnaryLayer),
    Example("TernNN/Layers/Layer: LayerInfo", Layer_LayerInfo),
    Example("TernNN/Layers/Layer: CallContext", Layer_CallContext),
    Example("TernNN/Layers/LayerPrototype: LayerPrototype", LayerPrototype_LayerPrototype),
    Example("TernNN/Layers/LayerRegistry: LayerRegistry", LayerRegistry_LayerRegistry),
    Example("TernNN/Layers/LayerRegistry: LayerBox", LayerRegistry_LayerBox),
    Example("TernNN/Layers/Masking: Masking", Masking_Masking),
    Example("TernNN/Layers/Merge: MergeLayer", Merge_MergeLayer),
    Example("TernNN/Layers/Merge: Add", Merge_Add),
    Example("TernNN/Layers/Merge: Subtract", Merge_Subtract),
    Example("TernNN/Layers/Merge: Multiply", Merge_Multiply),
    Example("TernNN/Layers/Merge: Average", Merge_Average),
    Example("TernNN/Layers/Merge: Maximum", Merge_Maximum),
    Example("TernNN/Layers/Merge: Minimum", Merge_Minimum),
    Example("TernNN/Layers/Merge: Concatenate", Merge_Concatenate),
    Example("TernNN/Layers/MultiHeadAttention: MultiHeadAttention", MultiHeadAttention_MultiHeadAttention),
    Example("TernNN/Layers/Noise: Dropout", Noise_Dropout),
    Example("TernNN/Layers/Noise: SpatialDropout1D", Noise_SpatialDropout1D),
    Example("TernNN/Layers/Noise: SpatialDropout2D", Noise_SpatialDropout2D),
    Example("TernNN/Layers/Noise: SpatialDropout3D", Noise_SpatialDropout3D),
    Example("TernNN/Layers/Noise: SpatialDropout", Noise_SpatialDropout),
    Example("TernNN/Layers/Noise: GaussianNoise", Noise_GaussianNoise),
    Example("TernNN/Layers/Noise: GaussianDropout", Noise_GaussianDropout),
    Example("TernNN/Layers/Noise: AlphaDropout", Noise_AlphaDropout),
    Example("TernNN/Layers/Normalizations: LayerNormalization", Normalizations_LayerNormalization),
    Example("TernNN/Layers/Normalizations: GroupNormalization", Normalizations_GroupNormalization),
    Example("TernNN/Layers/Normalizations: UnitNormalization", Normalizations_UnitNormalization),
    Example("TernNN/Layers/Normalizations: Rescaling", Normalizations_Rescaling),
    Example("TernNN/Layers/Normalizations: Normalization", Normalizations_Normalization),
    Example("TernNN/Layers/RMSNormalization: RMSNormalization", RMSNormalization_RMSNormalization),
    Example("TernNN/Layers/Recurrent/CellSettings: CellSettings", CellSettings_CellSettings),
    Example("TernNN/Layers/Recurrent/ConvLSTM: ConvLSTM1D", ConvLSTM_ConvLSTM1D),
    Example("TernNN/Layers/Recurrent/ConvLSTM: ConvLSTM2D", ConvLSTM_ConvLSTM2D),
    Example("TernNN/Layers/Recurrent/ConvLSTM: ConvLSTM3D", ConvLSTM_ConvLSTM3D),
    Example("TernNN/Layers/Recurrent/ConvLSTM: ConvLSTMCell", ConvLSTM_ConvLSTMCell),
    Example("TernNN/Layers/Recurrent/GRU: GRU", GRU_GRU),
    Example("TernNN/Layers/Recurrent/GRU: GRUCell", GRU_GRUCell),
    Example("TernNN/Layers/Recurrent/LSTM: LSTM", LSTM_LSTM),
    Example("TernNN/Layers/Recurrent/LSTM: LSTMCell", LSTM_LSTMCell),
    Example("TernNN/Layers/Recurrent/RNN: RNN", RNN_RNN),
    Example("TernNN/Layers/Recurrent/RNN: AnyRecurrentCell", RNN_AnyRecurrentCell),
    Example("TernNN/Layers/Recurrent/RNN: StackedRNNCells", RNN_StackedRNNCells),
    Example("TernNN/Layers/Recurrent/Recurrent: RecurrentLayer", Recurrent_RecurrentLayer),
    Example("TernNN/Layers/Recurrent/Recurrent: Recurrent", Recurrent_Recurrent),
    Example("TernNN/Layers/Recurrent/Recurrent: resetStates", Recurrent_resetStates),
    Example("TernNN/Layers/Recurrent/RecurrentCell: RecurrentCell", RecurrentCell_RecurrentCell),
    Example("TernNN/Layers/Recurrent/RecurrentCell: CellWalk", RecurrentCell_CellWalk),
    Example("TernNN/Layers/Recurrent/SimpleRNN: SimpleRNN", SimpleRNN_SimpleRNN),
    Example("TernNN/Layers/Recurrent/SimpleRNN: SimpleRNNCell", SimpleRNN_SimpleRNNCell),
    Example("TernNN/Layers/Recurrent/Wrappers: TimeDistributed", Wrappers_TimeDistributed),
    Example("TernNN/Layers/Recurrent/Wrappers: MergeMode", Wrappers_MergeMode),
    Example("TernNN/Layers/Recurrent/Wrappers: Bidirectional", Wrappers_Bidirectional),
    Example("TernNN/Layers/Shape: Flatten", Shape_Flatten),
    Example("TernNN/Layers/Shape: Reshape", Shape_Reshape),
    Example("TernNN/Layers/Shape: Permute", Shape_Permute),
    Example("TernNN/Layers/Shape: RepeatVector", Shape_RepeatVector),
    Example("TernNN/Layers/SpectralNormalization: SpectralNormalization", SpectralNormalization_SpectralNormalization),
    Example("TernNN/Layers/Variable: Variable", Variable_Variable),
    Example("TernNN/Layers/Variable: Weight", Variable_Weight),
    Example("TernNN/Layers/WeightSettings: WeightSettings", WeightSettings_WeightSettings),
]

private func Activations_ActivationLayer() async throws {
    let y = ActivationLayer(.relu)(Tensor([[-1.0, 0, 2]]))   // [[0, 0, 2]]
    check("[[0, 0, 2]]", each: [y as Any])
    _ = y
}

private func Activations_LeakyReLU() async throws {
    let y = LeakyReLU(negativeSlope: 0.1)(Tensor([[-1.0, 0, 2]]))   // [[-0.1, 0, 2]]
    check("[[-0.1, 0, 2]]", each: [y as Any])
    _ = y
}

private func Activations_ReLU() async throws {
    let y = ReLU(maxValue: 6)(Tensor([[-1.0, 2, 9]]))   // [[0, 2, 6]]
    check("[[0, 2, 6]]", each: [y as Any])
    _ = y
}

private func Activations_ELU() async throws {
    let y = ELU()(Tensor([[-1.0, 0, 2]]))   // about [[-0.632, 0, 2]]
    _ = y
}

private func Activations_PReLU() async throws {
    let images = PReLU(sharedAxes: [1, 2])
    _ = images
    let y = images(Tensor.ones([4, 9, 9, 3]))   // [4, 9, 9, 3]
    check("[4, 9, 9, 3]", each: [y as Any])
    _ = y
    let factors = images.alpha                  // [1, 1, 3]
    check("[1, 1, 3]", each: [factors as Any])
    _ = factors
}

private func Activations_Softmax() async throws {
    let y = Softmax()(Tensor([[0.0, 0, 0, 0]]))   // [[0.25, 0.25, 0.25, 0.25]]
    check("[[0.25, 0.25, 0.25, 0.25]]", each: [y as Any])
    _ = y
}

private func ActivityRegularization_ActivityRegularization() async throws {
    let model = Sequential(input: [8]) {
        Dense(32, activation: .relu)
        ActivityRegularization(l1: 1e-4)   // few of the 32 are to be active
        Dense(1)
    }
    _ = model
}

private func Attention_SequenceAttention() async throws {
    let layers: [any SequenceAttention] = [Attention(), AdditiveAttention()]
    _ = layers
    let query = Tensor.ones([4, 6, 3]), value = Tensor.ones([4, 5, 3])
    _ = query
    _ = value
    let shapes = layers.map { $0([query, value])[0].shape }   // for each [4, 6, 3]
    _ = shapes
}

private func Attention_ScoreMode() async throws {
    let attention = Attention(scoreMode: .concat)
    _ = attention
    let y = attention([Tensor.ones([4, 6, 3]), Tensor.ones([4, 5, 3])])[0]   // [4, 6, 3]
    check("[4, 6, 3]", each: [y as Any])
    _ = y
}

private func Attention_Attention() async throws {
    let query = Tensor.ones([4, 6, 3]), value = Tensor.ones([4, 5, 3])
    _ = query
    _ = value
    let y = Attention()([query, value])[0]   // [4, 6, 3]
    check("[4, 6, 3]", each: [y as Any])
    _ = y
}

private func Attention_AdditiveAttention() async throws {
    let query = Tensor.ones([4, 6, 3]), value = Tensor.ones([4, 5, 3])
    _ = query
    _ = value
    let y = AdditiveAttention()([query, value])[0]   // [4, 6, 3]
    check("[4, 6, 3]", each: [y as Any])
    _ = y
}

private func Axes_Axes() async throws {
    let last: Axes = -1, grid: Axes = [1, 2]
    _ = last
    _ = grid
    let y = UnitNormalization(axis: grid)(Tensor.ones([2, 3, 3, 1]))   // [2, 3, 3, 1], all 1/3
    check("[2, 3, 3, 1], all 1/3", each: [y as Any])
    _ = y
}

private func BatchNormalization_BatchNormalization() async throws {
    let layer = BatchNormalization()
    _ = layer
    let y = layer(Tensor([[1.0], [3.0]]).cast(to: .float32), training: true)   // but for ε [[-1], [1]]
    _ = y
    let mean = layer.movingMean                                                // [0.02]
    check("[0.02]", each: [mean as Any])
    _ = mean
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
    let dense = EinsumDense("ab,bc->ac", outputShape: [64], biasAxes: "c")           // as Dense(64)
    _ = dense
    let series = EinsumDense("abc,cd->abd", outputShape: [nil, 64], biasAxes: "d")
    _ = series
    let any = EinsumDense("...x,xy->...y", outputShape: [64], biasAxes: "y")         // any dimensions in between
    _ = any
    let y = series(Tensor.ones([4, 10, 3]))                                          // [4, 10, 64]
    check("[4, 10, 64]", each: [y as Any])
    _ = y
}

private func Embedding_Embedding() async throws {
    let months = Embedding(12, 3)
    _ = months
    let y = months(Tensor([[0, 11], [5, 5]]))   // [2, 2, 3]
    check("[2, 2, 3]", each: [y as Any])
    _ = y
}

private func AreaWeightedAveragePooling2D_AreaWeightedAveragePooling2D() async throws {
    let pool = AreaWeightedAveragePooling2D(2, latitudes: [60, 20, -20, -60])
    _ = pool
    let y = pool(Tensor.ones([1, 4, 8, 2]))   // [1, 2, 4, 2], all 1
    check("[1, 2, 4, 2], all 1", each: [y as Any])
    _ = y
}

private func GlobalAreaWeightedAveragePooling2D_GlobalAreaWeightedAveragePooling2D() async throws {
    let mean = GlobalAreaWeightedAveragePooling2D(latitudes: [60, 0, -60])
    _ = mean
    let y = mean(Tensor([0.0, 1, 0], shape: [1, 3, 1, 1]))   // [[0.5]]
    check("[[0.5]]", each: [y as Any])
    _ = y
}

private func MaskedConv2D_MaskedConv2D() async throws {
    let sst = Tensor([Float.nan, 1, 2, 3], shape: [1, 2, 2, 1])   // NaN over land
    _ = sst
    let conv = MaskedConv2D(8, kernelSize: 2, padding: .same, masksMissing: true)
    _ = conv
    let y = conv(sst)                                             // [1, 2, 2, 8], no NaN
    check("[1, 2, 2, 8], no NaN", each: [y as Any])
    _ = y
}

private func PeriodicPadding2D_PoleBoundary() async throws {
    let x = Tensor.ones([1, 2, 4, 1])
    _ = x
    let mirrored = PeriodicPadding2D(latitude: 1, longitude: 0)(x).mean()                 // 1
    check("1", each: [mirrored as Any])
    _ = mirrored
    let empty = PeriodicPadding2D(latitude: 1, longitude: 0, poles: .zeros)(x).mean()   // 0.5
    check("0.5", each: [empty as Any])
    _ = empty
}

private func PeriodicPadding2D_PeriodicPadding2D() async throws {
    let y = PeriodicPadding2D(latitude: 1, longitude: 1)(Tensor.zeros([1, 6, 12, 4]))   // [1, 8, 14, 4]
    check("[1, 8, 14, 4]", each: [y as Any])
    _ = y
    let z = Conv2D(20, kernelSize: 3)(y)                                                // [1, 6, 12, 20]
    check("[1, 6, 12, 20]", each: [z as Any])
    _ = z
}

private func AdaptivePooling_AdaptiveAveragePooling1D() async throws {
    let y = AdaptiveAveragePooling1D(3)(Tensor.zeros([4, 10, 2]))   // [4, 3, 2]
    check("[4, 3, 2]", each: [y as Any])
    _ = y
}

private func AdaptivePooling_AdaptiveAveragePooling2D() async throws {
    let y = AdaptiveAveragePooling2D(4)(Tensor.zeros([4, 12, 18, 2]))   // [4, 4, 4, 2]
    check("[4, 4, 4, 2]", each: [y as Any])
    _ = y
}

private func AdaptivePooling_AdaptiveAveragePooling3D() async throws {
    let y = AdaptiveAveragePooling3D(2)(Tensor.zeros([1, 4, 6, 8, 2]))   // [1, 2, 2, 2, 2]
    check("[1, 2, 2, 2, 2]", each: [y as Any])
    _ = y
}

private func AdaptivePooling_AdaptiveMaxPooling1D() async throws {
    let y = AdaptiveMaxPooling1D(3)(Tensor.zeros([4, 10, 2]))   // [4, 3, 2]
    check("[4, 3, 2]", each: [y as Any])
    _ = y
}

private func AdaptivePooling_AdaptiveMaxPooling2D() async throws {
    let y = AdaptiveMaxPooling2D([4, 6])(Tensor.zeros([4, 12, 18, 2]))   // [4, 4, 6, 2]
    check("[4, 4, 6, 2]", each: [y as Any])
    _ = y
}

private func AdaptivePooling_AdaptiveMaxPooling3D() async throws {
    let y = AdaptiveMaxPooling3D(2)(Tensor.zeros([1, 4, 6, 8, 2]))   // [1, 2, 2, 2, 2]
    check("[1, 2, 2, 2, 2]", each: [y as Any])
    _ = y
}

private func AdaptivePooling_AdaptiveAveragePooling() async throws {
    let y = AdaptiveAveragePooling2D([2, 3])(Tensor.zeros([8, 9, 14, 3]))   // [8, 2, 3, 3]
    check("[8, 2, 3, 3]", each: [y as Any])
    _ = y
}

private func AdaptivePooling_AdaptiveMaxPooling() async throws {
    let y = AdaptiveMaxPooling1D(3)(Tensor.zeros([8, 10, 2]))   // [8, 3, 2]
    check("[8, 3, 2]", each: [y as Any])
    _ = y
}

private func Conv_Conv1D() async throws {
    let y = Conv1D(8, kernelSize: 3, padding: .causal)(Tensor.zeros([4, 10, 2]))   // [4, 10, 8]
    check("[4, 10, 8]", each: [y as Any])
    _ = y
}

private func Conv_Conv2D() async throws {
    let y = Conv2D(8, kernelSize: [3, 2])(Tensor.zeros([4, 14, 19, 1]))   // [4, 12, 18, 8]
    check("[4, 12, 18, 8]", each: [y as Any])
    _ = y
}

private func Conv_Conv3D() async throws {
    let y = Conv3D(8, kernelSize: 3)(Tensor.zeros([1, 6, 6, 6, 2]))   // [1, 4, 4, 4, 8]
    check("[1, 4, 4, 4, 8]", each: [y as Any])
    _ = y
}

private func Conv_Conv() async throws {
    let conv = Conv2D(20, kernelSize: 3, padding: .same, activation: .relu)
    _ = conv
    let y = conv(Tensor.zeros([2, 12, 18, 4]))   // [2, 12, 18, 20]
    check("[2, 12, 18, 20]", each: [y as Any])
    _ = y
}

private func ConvTranspose_Conv1DTranspose() async throws {
    let y = Conv1DTranspose(8, kernelSize: 3, strides: 2)(Tensor.zeros([4, 10, 2]))   // [4, 21, 8]
    check("[4, 21, 8]", each: [y as Any])
    _ = y
}

private func ConvTranspose_Conv2DTranspose() async throws {
    let y = Conv2DTranspose(8, kernelSize: 2, strides: 2)(Tensor.zeros([4, 6, 9, 2]))   // [4, 12, 18, 8]
    check("[4, 12, 18, 8]", each: [y as Any])
    _ = y
}

private func ConvTranspose_Conv3DTranspose() async throws {
    let y = Conv3DTranspose(4, kernelSize: 2, strides: 2)(Tensor.zeros([1, 3, 3, 3, 2]))   // [1, 6, 6, 6, 4]
    check("[1, 6, 6, 6, 4]", each: [y as Any])
    _ = y
}

private func ConvTranspose_ConvTranspose() async throws {
    let conv = Conv2DTranspose(8, kernelSize: 3, strides: 2, padding: .same)
    _ = conv
    let y = conv(Tensor.zeros([2, 6, 9, 16]))   // [2, 12, 18, 8]
    check("[2, 12, 18, 8]", each: [y as Any])
    _ = y
}

private func Cropping_Cropping1D() async throws {
    let y = Cropping1D([Margin(before: 3, after: 0)])(Tensor.ones([4, 10, 2]))   // [4, 7, 2]
    check("[4, 7, 2]", each: [y as Any])
    _ = y
}

private func Cropping_Cropping2D() async throws {
    let y = Cropping2D(1)(Tensor.ones([4, 6, 9, 2]))   // [4, 4, 7, 2]
    check("[4, 4, 7, 2]", each: [y as Any])
    _ = y
}

private func Cropping_Cropping3D() async throws {
    let y = Cropping3D(1)(Tensor.ones([1, 4, 4, 4, 2]))   // [1, 2, 2, 2, 2]
    check("[1, 2, 2, 2, 2]", each: [y as Any])
    _ = y
}

private func Cropping_Cropping() async throws {
    let y = Cropping2D(1)(Tensor.ones([1, 4, 6, 1]))   // [1, 2, 4, 1]
    check("[1, 2, 4, 1]", each: [y as Any])
    _ = y
}

private func DepthwiseConv_DepthwiseConv1D() async throws {
    let y = DepthwiseConv1D(kernelSize: 3)(Tensor.zeros([4, 10, 2]))   // [4, 8, 2]
    check("[4, 8, 2]", each: [y as Any])
    _ = y
}

private func DepthwiseConv_DepthwiseConv2D() async throws {
    let y = DepthwiseConv2D(kernelSize: 3)(Tensor.zeros([4, 8, 8, 2]))   // [4, 6, 6, 2]
    check("[4, 6, 6, 2]", each: [y as Any])
    _ = y
}

private func DepthwiseConv_SeparableConv1D() async throws {
    let y = SeparableConv1D(8, kernelSize: 3)(Tensor.zeros([4, 10, 2]))   // [4, 8, 8]
    check("[4, 8, 8]", each: [y as Any])
    _ = y
}

private func DepthwiseConv_SeparableConv2D() async throws {
    let y = SeparableConv2D(8, kernelSize: 3)(Tensor.zeros([4, 8, 8, 2]))   // [4, 6, 6, 8]
    check("[4, 6, 6, 8]", each: [y as Any])
    _ = y
}

private func DepthwiseConv_DepthwiseConv() async throws {
    let y = DepthwiseConv2D(kernelSize: 3, depthMultiplier: 2)(Tensor.zeros([2, 8, 8, 3]))   // [2, 6, 6, 6]
    check("[2, 6, 6, 6]", each: [y as Any])
    _ = y
}

private func DepthwiseConv_SeparableConv() async throws {
    let y = SeparableConv2D(16, kernelSize: 3, padding: .same)(Tensor.zeros([2, 8, 8, 3]))   // [2, 8, 8, 16]
    check("[2, 8, 8, 16]", each: [y as Any])
    _ = y
}

private func GlobalPooling_GlobalMaxPooling1D() async throws {
    let y = GlobalMaxPooling1D()(Tensor.zeros([4, 10, 2]))   // [4, 2]
    check("[4, 2]", each: [y as Any])
    _ = y
}

private func GlobalPooling_GlobalMaxPooling2D() async throws {
    let y = GlobalMaxPooling2D()(Tensor.zeros([4, 12, 18, 2]))   // [4, 2]
    check("[4, 2]", each: [y as Any])
    _ = y
}

private func GlobalPooling_GlobalMaxPooling3D() async throws {
    let y = GlobalMaxPooling3D()(Tensor.zeros([1, 4, 6, 8, 2]))   // [1, 2]
    check("[1, 2]", each: [y as Any])
    _ = y
}

private func GlobalPooling_GlobalAveragePooling1D() async throws {
    let y = GlobalAveragePooling1D()(Tensor.zeros([4, 10, 2]))   // [4, 2]
    check("[4, 2]", each: [y as Any])
    _ = y
}

private func GlobalPooling_GlobalAveragePooling2D() async throws {
    let y = GlobalAveragePooling2D()(Tensor.zeros([4, 12, 18, 2]))   // [4, 2]
    check("[4, 2]", each: [y as Any])
    _ = y
}

private func GlobalPooling_GlobalAveragePooling3D() async throws {
    let y = GlobalAveragePooling3D()(Tensor.zeros([1, 4, 6, 8, 2]))   // [1, 2]
    check("[1, 2]", each: [y as Any])
    _ = y
}

private func GlobalPooling_GlobalMaxPooling() async throws {
    let y = GlobalMaxPooling2D()(Tensor.zeros([8, 9, 14, 3]))   // [8, 3]
    check("[8, 3]", each: [y as Any])
    _ = y
}

private func GlobalPooling_GlobalAveragePooling() async throws {
    let y = GlobalAveragePooling2D(keepsDimensions: true)(Tensor.zeros([8, 9, 14, 3]))   // [8, 1, 1, 3]
    check("[8, 1, 1, 3]", each: [y as Any])
    _ = y
}

private func GridRank_GridRank() async throws {
    let layer = Conv<TwoDimensions>(4, kernelSize: 3)   // a Conv2D
    _ = layer
    let y = layer(Tensor.zeros([1, 5, 5, 1]))           // [1, 3, 3, 4]
    check("[1, 3, 3, 4]", each: [y as Any])
    _ = y
}

private func GridRank_OneDimension() async throws {
    let y = Conv<OneDimension>(4, kernelSize: 3)(Tensor.zeros([1, 5, 1]))   // a Conv1D: [1, 3, 4]
    _ = y
}

private func GridRank_TwoDimensions() async throws {
    let y = Conv<TwoDimensions>(4, kernelSize: 3)(Tensor.zeros([1, 5, 5, 1]))   // a Conv2D: [1, 3, 3, 4]
    _ = y
}

private func GridRank_ThreeDimensions() async throws {
    let y = Conv<ThreeDimensions>(4, kernelSize: 3)(Tensor.zeros([1, 5, 5, 5, 1]))   // a Conv3D: [1, 3, 3, 3, 4]
    _ = y
}

private func Pooling_MaxPooling1D() async throws {
    let y = MaxPooling1D()(Tensor.zeros([4, 10, 2]))   // [4, 5, 2]
    check("[4, 5, 2]", each: [y as Any])
    _ = y
}

private func Pooling_MaxPooling2D() async throws {
    let y = MaxPooling2D([2, 3])(Tensor.zeros([4, 12, 18, 2]))   // [4, 6, 6, 2]
    check("[4, 6, 6, 2]", each: [y as Any])
    _ = y
}

private func Pooling_MaxPooling3D() async throws {
    let y = MaxPooling3D()(Tensor.zeros([1, 4, 6, 8, 2]))   // [1, 2, 3, 4, 2]
    check("[1, 2, 3, 4, 2]", each: [y as Any])
    _ = y
}

private func Pooling_AveragePooling1D() async throws {
    let y = AveragePooling1D()(Tensor.zeros([4, 10, 2]))   // [4, 5, 2]
    check("[4, 5, 2]", each: [y as Any])
    _ = y
}

private func Pooling_AveragePooling2D() async throws {
    let y = AveragePooling2D(3, strides: 1)(Tensor.zeros([4, 12, 18, 2]))   // [4, 10, 16, 2]
    check("[4, 10, 16, 2]", each: [y as Any])
    _ = y
}

private func Pooling_AveragePooling3D() async throws {
    let y = AveragePooling3D()(Tensor.zeros([1, 4, 6, 8, 2]))   // [1, 2, 3, 4, 2]
    check("[1, 2, 3, 4, 2]", each: [y as Any])
    _ = y
}

private func Pooling_MaxPooling() async throws {
    let y = MaxPooling2D(2)(Tensor.zeros([2, 12, 18, 4]))   // [2, 6, 9, 4]
    check("[2, 6, 9, 4]", each: [y as Any])
    _ = y
}

private func Pooling_AveragePooling() async throws {
    let y = AveragePooling2D(2)(Tensor.zeros([2, 12, 18, 4]))   // [2, 6, 9, 4]
    check("[2, 6, 9, 4]", each: [y as Any])
    _ = y
}

private func Resizing_Resizing() async throws {
    let x = Tensor.zeros([2, 12, 18, 3])
    _ = x
    let y = Resizing(height: 6, width: 9)(x)                                                 // [2, 6, 9, 3]
    check("[2, 6, 9, 3]", each: [y as Any])
    _ = y
    let z = Resizing(height: 8, width: 8, interpolation: .bicubic, antialias: true)(x)   // [2, 8, 8, 3]
    check("[2, 8, 8, 3]", each: [z as Any])
    _ = z
}

private func Resizing_CenterCrop() async throws {
    let y = CenterCrop(height: 10, width: 10)(Tensor.zeros([2, 12, 18, 3]))   // [2, 10, 10, 3]
    check("[2, 10, 10, 3]", each: [y as Any])
    _ = y
}

private func UpSampling_UpSampling1D() async throws {
    let y = UpSampling1D(3)(Tensor.ones([4, 10, 2]))   // [4, 30, 2]
    check("[4, 30, 2]", each: [y as Any])
    _ = y
}

private func UpSampling_UpSampling2D() async throws {
    let y = UpSampling2D([2, 1])(Tensor.ones([4, 6, 9, 2]))   // [4, 12, 9, 2]
    check("[4, 12, 9, 2]", each: [y as Any])
    _ = y
}

private func UpSampling_UpSampling3D() async throws {
    let y = UpSampling3D(2)(Tensor.ones([1, 2, 2, 2, 1]))   // [1, 4, 4, 4, 1]
    check("[1, 4, 4, 4, 1]", each: [y as Any])
    _ = y
}

private func UpSampling_UpSampling() async throws {
    let y = UpSampling2D(2, interpolation: .bilinear)(Tensor.zeros([1, 6, 9, 8]))   // [1, 12, 18, 8]
    check("[1, 12, 18, 8]", each: [y as Any])
    _ = y
}

private func ZeroPadding_ZeroPadding1D() async throws {
    let y = ZeroPadding1D(2)(Tensor.ones([4, 10, 2]))   // [4, 14, 2]
    check("[4, 14, 2]", each: [y as Any])
    _ = y
}

private func ZeroPadding_ZeroPadding2D() async throws {
    let y = ZeroPadding2D(1)(Tensor.ones([4, 6, 9, 2]))   // [4, 8, 11, 2]
    check("[4, 8, 11, 2]", each: [y as Any])
    _ = y
}

private func ZeroPadding_ZeroPadding3D() async throws {
    let y = ZeroPadding3D(1)(Tensor.ones([1, 4, 4, 4, 2]))   // [1, 6, 6, 6, 2]
    check("[1, 6, 6, 6, 2]", each: [y as Any])
    _ = y
}

private func ZeroPadding_ZeroPadding() async throws {
    let padding = ZeroPadding2D([Margin(before: 1, after: 0), Margin(before: 2, after: 2)])
    _ = padding
    let y = padding(Tensor.ones([1, 4, 4, 1]))   // [1, 5, 8, 1]
    check("[1, 5, 8, 1]", each: [y as Any])
    _ = y
}

private func GroupQueryAttention_GroupQueryAttention() async throws {
    let x = Tensor.ones([2, 6, 5])
    _ = x
    let y = GroupQueryAttention(headDimension: 8, queryHeadCount: 4, keyValueHeadCount: 2)([x, x])[0]   // [2, 6, 5]
    check("[2, 6, 5]", each: [y as Any])
    _ = y
}

private func Identity_Identity() async throws {
    let y = Identity()(Tensor([1.0, 2.0]))   // [1, 2]
    check("[1, 2]", each: [y as Any])
    _ = y
}

private func Lambda_Lambda() async throws {
    let anomaly = Lambda("anomaly") { x in x - x.mean(axis: 1, keepingDimensions: true) }
    _ = anomaly
    let ratio = Lambda("ratio") { (inputs: [Tensor]) in [inputs[0] / inputs[1]] }
    _ = ratio
    let y = anomaly(Tensor([[1.0, 3.0]]))                     // [[-1, 1]]
    check("[[-1, 1]]", each: [y as Any])
    _ = y
    let z = ratio([Tensor([[1.0]]), Tensor([[4.0]])])[0]   // [[0.25]]
    check("[[0.25]]", each: [z as Any])
    _ = z
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
    let y = Scale()(Tensor.ones([4, 3]))   // [4, 3]
    check("[4, 3]", each: [y as Any])
    _ = y
}

private func Layer_UnaryLayer() async throws {
    let x = Tensor.ones([4, 6, 5])
    _ = x
    final class Anomaly: UnaryLayer {
        var info = LayerInfo()
        func call(_ x: Tensor, _ context: CallContext) -> Tensor { x - x.mean(axis: -1, keepingDimensions: true) }
        func complaint(about inputShape: [Int]) -> String? { inputShape.count < 2 ? "it wants [batch, ..., n]" : nil }
    }
    let y = Anomaly()(Tensor([[1.0, 3.0]]))   // [[-1, 1]]
    check("[[-1, 1]]", each: [y as Any])
    _ = y
}

private func Layer_LayerInfo() async throws {
    let layer = Dense(4, name: "first")
    _ = layer
    let name = layer.info.name       // "first"
    check("\"first\"", each: [name as Any])
    _ = name
    layer.info.isTrainable = false
}

private func Layer_CallContext() async throws {
    let layer = Dropout(0.5), x = Tensor.ones([2, 4])
    _ = layer
    _ = x
    let same = layer(x, CallContext())                                  // all 1
    _ = same
    let dropped = layer(x, CallContext(isTraining: true))               // each 0 or 2
    _ = dropped
}

private func LayerPrototype_LayerPrototype() async throws {
    let x = Tensor.ones([4, 6, 5])
    _ = x
    final class Scale: UnaryLayer {
        var info = LayerInfo()
        let factor: Double
        init(_ factor: Double) { self.factor = factor }
        func call(_ x: Tensor, _ context: CallContext) -> Tensor { x * factor }
    }
    use(LayerRegistry.register(LayerPrototype(Scale.self, "factor") { Scale(1) }))
}

private func LayerRegistry_LayerRegistry() async throws {
    let x = Tensor.ones([4, 6, 5])
    _ = x
    final class Halving: UnaryLayer {   // a layer of your own
        var info = LayerInfo()
        func call(_ x: Tensor, _ context: CallContext) -> Tensor { x / 2 }
    }
    use(LayerRegistry.register(Halving.self))
    let isKnown = LayerRegistry.kinds.contains("Halving")   // true
    check("true", each: [isKnown as Any])
    _ = isKnown
}

private func LayerRegistry_LayerBox() async throws {
    let x = Tensor.ones([4, 6, 5])
    _ = x
    final class Twice: UnaryLayer {   // a layer of your own that holds another, of any type
        var info = LayerInfo()
        private let box: LayerBox
        init(_ layer: any Layer) { box = LayerBox(layer) }
        var children: [(name: String, layer: any Layer)] { [("layer", box.layer)] }
        func call(_ x: Tensor, _ context: CallContext) -> Tensor { box.layer(box.layer(x, context), context) }
    }
    let y = Twice(Dense(3))(Tensor.ones([2, 3]))   // [2, 3]
    check("[2, 3]", each: [y as Any])
    _ = y
}

private func Masking_Masking() async throws {
    let model = Sequential(input: [10, 3]) {
        Masking(maskValue: -999)
        LSTM(8)                     // goes past steps that are all -999
    }
    _ = model
}

private func Merge_MergeLayer() async throws {
    let layers: [any MergeLayer] = [Add(), Multiply(), Maximum()]
    _ = layers
    let inputs = [Tensor([[1.0, 2]]), Tensor([[3.0, 4]])]
    _ = inputs
    let results = layers.map { $0(inputs)[0] }   // sum, product, larger: [[4, 6]], [[3, 8]], [[3, 4]]
    _ = results
}

private func Merge_Add() async throws {
    let y = Add()([Tensor([[1.0, 2]]), Tensor([[3.0, 4]])])[0]   // [[4, 6]]
    check("[[4, 6]]", each: [y as Any])
    _ = y
}

private func Merge_Subtract() async throws {
    let y = Subtract()([Tensor([[1.0, 2]]), Tensor([[3.0, 4]])])[0]   // [[-2, -2]]
    check("[[-2, -2]]", each: [y as Any])
    _ = y
}

private func Merge_Multiply() async throws {
    let y = Multiply()([Tensor([[1.0, 2]]), Tensor([[3.0, 4]])])[0]   // [[3, 8]]
    check("[[3, 8]]", each: [y as Any])
    _ = y
}

private func Merge_Average() async throws {
    let y = Average()([Tensor([[1.0, 2]]), Tensor([[3.0, 4]])])[0]   // [[2, 3]]
    check("[[2, 3]]", each: [y as Any])
    _ = y
}

private func Merge_Maximum() async throws {
    let y = Maximum()([Tensor([[1.0, 5]]), Tensor([[3.0, 4]])])[0]   // [[3, 5]]
    check("[[3, 5]]", each: [y as Any])
    _ = y
}

private func Merge_Minimum() async throws {
    let y = Minimum()([Tensor([[1.0, 5]]), Tensor([[3.0, 4]])])[0]   // [[1, 4]]
    check("[[1, 4]]", each: [y as Any])
    _ = y
}

private func Merge_Concatenate() async throws {
    let field = Input([8]), season = Input([4])
    _ = field
    _ = season
    let both = Concatenate()(field, season)   // of shape [12]
    _ = both
}

private func MultiHeadAttention_MultiHeadAttention() async throws {
    let x = Tensor.ones([2, 6, 5])
    _ = x
    let y = MultiHeadAttention(headCount: 4, keyDimension: 8)([x, x])[0]   // [2, 6, 5]
    check("[2, 6, 5]", each: [y as Any])
    _ = y
}

private func Noise_Dropout() async throws {
    let layer = Dropout(0.5), x = Tensor.ones([2, 4])
    _ = layer
    _ = x
    let y = layer(x, training: true)   // each 0 or 2
    _ = y
    let z = layer(x)                   // all 1
    _ = z
}

private func Noise_SpatialDropout1D() async throws {
    let y = SpatialDropout1D(0.5)(Tensor.ones([4, 10, 2]), training: true)   // [4, 10, 2]
    check("[4, 10, 2]", each: [y as Any])
    _ = y
}

private func Noise_SpatialDropout2D() async throws {
    let y = SpatialDropout2D(0.5)(Tensor.ones([4, 6, 9, 2]), training: true)   // [4, 6, 9, 2]
    check("[4, 6, 9, 2]", each: [y as Any])
    _ = y
}

private func Noise_SpatialDropout3D() async throws {
    let y = SpatialDropout3D(0.5)(Tensor.ones([1, 4, 4, 4, 2]), training: true)   // [1, 4, 4, 4, 2]
    check("[1, 4, 4, 4, 2]", each: [y as Any])
    _ = y
}

private func Noise_SpatialDropout() async throws {
    let y = SpatialDropout2D(0.5)(Tensor.ones([4, 9, 9, 3]), training: true)   // [4, 9, 9, 3], channels of 0 or 2
    check("[4, 9, 9, 3], channels of 0 or 2", each: [y as Any])
    _ = y
}

private func Noise_GaussianNoise() async throws {
    let y = GaussianNoise(0.1)(Tensor.ones([2, 4]), training: true)   // about 1
    _ = y
}

private func Noise_GaussianDropout() async throws {
    let y = GaussianDropout(0.2)(Tensor.ones([2, 4]), training: true)   // on average 1
    _ = y
}

private func Noise_AlphaDropout() async throws {
    let model = Sequential(input: [8]) {
        Dense(16, activation: .selu, kernel: .init(.lecunNormal))
        AlphaDropout(0.1)
        Dense(1)
    }
    _ = model
}

private func Normalizations_LayerNormalization() async throws {
    let y = LayerNormalization()(Tensor([[1.0, 3.0]]).cast(to: .float32))   // but for ε [[-1, 1]]
    _ = y
}

private func Normalizations_GroupNormalization() async throws {
    let y = GroupNormalization(groups: 4)(Tensor.ones([2, 9, 9, 8]))   // [2, 9, 9, 8]
    check("[2, 9, 9, 8]", each: [y as Any])
    _ = y
}

private func Normalizations_UnitNormalization() async throws {
    let y = UnitNormalization()(Tensor([[3.0, 4.0]]))   // [[0.6, 0.8]]
    check("[[0.6, 0.8]]", each: [y as Any])
    _ = y
}

private func Normalizations_Rescaling() async throws {
    let celsius = Rescaling(scale: 1, offset: -273.15)
    _ = celsius
    let y = celsius(Tensor([[273.15]]))   // [[0]]
    check("[[0]]", each: [y as Any])
    _ = y
}

private func Normalizations_Normalization() async throws {
    let scaled = Normalization()
    _ = scaled
    use(scaled.adapt(to: Tensor([[1.0], [3.0]])))
    let y = scaled(Tensor([[1.0], [3.0]]))       // [[-1], [1]]
    check("[[-1], [1]]", each: [y as Any])
    _ = y
    let cells = Normalization(axis: [1, 2])      // a mean and a variance for each cell of the grid
    _ = cells
}

private func RMSNormalization_RMSNormalization() async throws {
    let y = RMSNormalization()(Tensor.ones([8, 16]))   // [8, 16]
    check("[8, 16]", each: [y as Any])
    _ = y
}

private func CellSettings_CellSettings() async throws {
    let settings = CellSettings(activation: .relu, recurrent: .init(.glorotUniform), dropout: 0.2)
    _ = settings
    use(settings.kernelSettings.initializer)
}

private func ConvLSTM_ConvLSTM1D() async throws {
    let y = ConvLSTM1D(4, kernelSize: 3)(Tensor.zeros([2, 5, 9, 1]))   // [2, 7, 4]
    check("[2, 7, 4]", each: [y as Any])
    _ = y
}

private func ConvLSTM_ConvLSTM2D() async throws {
    let y = ConvLSTM2D(4, kernelSize: 3, padding: .same)(Tensor.zeros([2, 5, 12, 18, 2]))   // [2, 12, 18, 4]
    check("[2, 12, 18, 4]", each: [y as Any])
    _ = y
}

private func ConvLSTM_ConvLSTM3D() async throws {
    let y = ConvLSTM3D(2, kernelSize: 2)(Tensor.zeros([1, 3, 4, 4, 4, 1]))   // [1, 3, 3, 3, 2]
    check("[1, 3, 3, 3, 2]", each: [y as Any])
    _ = y
}

private func ConvLSTM_ConvLSTMCell() async throws {
    let cell = ConvLSTMCell<TwoDimensions>(4, kernelSize: 3, padding: .same)
    _ = cell
    let y = RNN(cell)(Tensor.zeros([2, 5, 6, 8, 2]))   // [2, 6, 8, 4]
    check("[2, 6, 8, 4]", each: [y as Any])
    _ = y
}

private func GRU_GRU() async throws {
    let y = GRU(25, returnsSequences: true)(Tensor.zeros([16, 10, 20]))   // [16, 10, 25]
    check("[16, 10, 25]", each: [y as Any])
    _ = y
}

private func GRU_GRUCell() async throws {
    let y = RNN(GRUCell(8, resetAfter: false))(Tensor.zeros([4, 10, 3]))   // [4, 8]
    check("[4, 8]", each: [y as Any])
    _ = y
}

private func LSTM_LSTM() async throws {
    let y = LSTM(25)(Tensor.zeros([16, 10, 20]))   // [16, 25]
    check("[16, 25]", each: [y as Any])
    _ = y
}

private func LSTM_LSTMCell() async throws {
    let y = RNN([LSTMCell(16), LSTMCell(8)])(Tensor.zeros([4, 10, 3]))   // [4, 8]
    check("[4, 8]", each: [y as Any])
    _ = y
}

private func RNN_RNN() async throws {
    let y = RNN([LSTMCell(16), GRUCell(8)], returnsSequences: true)(Tensor.zeros([4, 10, 3]))   // [4, 10, 8]
    check("[4, 10, 8]", each: [y as Any])
    _ = y
}

private func RNN_AnyRecurrentCell() async throws {
    let rnn = RNN(GRUCell(8))
    _ = rnn
    let isGRU = rnn.cell.wrapped is GRUCell   // true
    check("true", each: [isGRU as Any])
    _ = isGRU
}

private func RNN_StackedRNNCells() async throws {
    let y = RNN(StackedRNNCells([LSTMCell(12), LSTMCell(8)]))(Tensor.zeros([3, 5, 2]))   // [3, 8]
    check("[3, 8]", each: [y as Any])
    _ = y
}

private func Recurrent_RecurrentLayer() async throws {
    let layers: [any RecurrentLayer] = [LSTM(4), GRU(4), RNN(SimpleRNNCell(4))]
    _ = layers
    let shapes = layers.map { $0(Tensor.zeros([2, 5, 3])).shape }   // for each [2, 4]
    _ = shapes
}

private func Recurrent_Recurrent() async throws {
    let lstm = LSTM(8, returnsSequences: true, returnsState: true)
    _ = lstm
    let results = lstm([Tensor.zeros([4, 10, 3])])   // the outputs [4, 10, 8], then h and c, [4, 8] each
    _ = results
    let kernel = lstm.kernel                         // [3, 32]
    check("[3, 32]", each: [kernel as Any])
    _ = kernel
}

private func Recurrent_resetStates() async throws {
    let model = Sequential(input: [3, 2], batchSize: 4) { LSTM(5, isStateful: true) }
    _ = model
    let first = try model.predict(Tensor.ones([4, 3, 2]))
    _ = first
    use(model.resetStates())
    let again = try model.predict(Tensor.ones([4, 3, 2])) == first   // true
    check("true", each: [again as Any])
    _ = again
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

private func RecurrentCell_CellWalk() async throws {
    let walk = CellWalk(project: { x in x * 2 }) { x, states in (states[0] + x, [states[0] + x]) }
    _ = walk
    let sum = walk.step(walk.project(Tensor([3.0])), [Tensor([1.0])]).output   // [7]
    check("[7]", each: [sum as Any])
    _ = sum
}

private func SimpleRNN_SimpleRNN() async throws {
    let y = SimpleRNN(8)(Tensor.zeros([4, 10, 3]))   // [4, 8]
    check("[4, 8]", each: [y as Any])
    _ = y
}

private func SimpleRNN_SimpleRNNCell() async throws {
    let y = RNN(SimpleRNNCell(8))(Tensor.zeros([4, 10, 3]))   // [4, 8]
    check("[4, 8]", each: [y as Any])
    _ = y
}

private func Wrappers_TimeDistributed() async throws {
    let features = TimeDistributed(Conv2D(4, kernelSize: 3, padding: .same))
    _ = features
    let y = features(Tensor.zeros([2, 5, 8, 12, 3]))   // [2, 5, 8, 12, 4]
    check("[2, 5, 8, 12, 4]", each: [y as Any])
    _ = y
}

private func Wrappers_MergeMode() async throws {
    let both = Bidirectional(GRU(8), mergeMode: .sum)
    _ = both
    let y = both(Tensor.zeros([4, 10, 3]))   // [4, 8]
    check("[4, 8]", each: [y as Any])
    _ = y
}

private func Wrappers_Bidirectional() async throws {
    let both = Bidirectional(LSTM(25, returnsSequences: true))
    _ = both
    let y = both(Tensor.zeros([4, 10, 3]))   // [4, 10, 50]
    check("[4, 10, 50]", each: [y as Any])
    _ = y
}

private func Shape_Flatten() async throws {
    let y = Flatten()(Tensor.zeros([8, 4, 6, 2]))   // [8, 48]
    check("[8, 48]", each: [y as Any])
    _ = y
}

private func Shape_Reshape() async throws {
    let y = Reshape([1, 6, -1])(Tensor.zeros([4, 48]))   // [4, 1, 6, 8]
    check("[4, 1, 6, 8]", each: [y as Any])
    _ = y
}

private func Shape_Permute() async throws {
    let y = Permute([2, 1])(Tensor.zeros([4, 10, 3]))   // [4, 3, 10]
    check("[4, 3, 10]", each: [y as Any])
    _ = y
}

private func Shape_RepeatVector() async throws {
    let y = RepeatVector(5)(Tensor.zeros([4, 3]))   // [4, 5, 3]
    check("[4, 5, 3]", each: [y as Any])
    _ = y
}

private func SpectralNormalization_SpectralNormalization() async throws {
    let critic = SpectralNormalization(Conv2D(16, kernelSize: 3))
    _ = critic
    let y = critic(Tensor.ones([4, 9, 9, 2]), training: true)   // [4, 7, 7, 16]
    check("[4, 7, 7, 16]", each: [y as Any])
    _ = y
}

private func Variable_Variable() async throws {
    let dense = Dense(2)
    _ = dense
    let y = dense(Tensor.ones([1, 3]))
    _ = y
    let paths = dense.variables.map(\.path)               // ["kernel", "bias"]
    check("[\"kernel\", \"bias\"]", each: [paths as Any])
    _ = paths
    dense.variables[0].variable.value = .zeros([3, 2])
}

private func Variable_Weight() async throws {
    let x = Tensor.ones([4, 6, 5])
    _ = x
    final class Scale: UnaryLayer {
        var info = LayerInfo()
        @Weight var factor: Tensor
        func build(_ inputShape: [Int]) { $factor.make("factor", [inputShape.last!], .ones, in: self) }
        func call(_ x: Tensor, _ context: CallContext) -> Tensor { x * factor }
    }
    let scale = Scale(), y = scale(Tensor.ones([4, 3]))
    _ = scale
    _ = y
    let factor = scale.factor                            // [3], all 1
    check("[3], all 1", each: [factor as Any])
    _ = factor
}

private func WeightSettings_WeightSettings() async throws {
    let dense = Dense(8, kernel: .init(.heNormal, regularizer: .l2(1e-4)), bias: .init(.constant(0.1)))
    _ = dense
    let y = dense(Tensor.zeros([4, 3]))   // [4, 8], all 0.1
    check("[4, 8], all 0.1", each: [y as Any])
    _ = y
}
