/// A type of layer with its defaults: what a configuration that leaves settings out is completed from.
///
/// ```swift
/// final class Scale: UnaryLayer {
///     var info = LayerInfo()
///     let factor: Double
///     init(_ factor: Double) { self.factor = factor }
///     func call(_ x: Tensor, _ context: CallContext) -> Tensor { x * factor }
/// }
/// LayerRegistry.register(LayerPrototype(Scale.self, "factor") { Scale(1) })   // scale: {factor: 2} in YAML
/// ```
///
/// Unchecked since the compiler does not know that a type of layer is bound to no actor.
public struct LayerPrototype: @unchecked Sendable {
    /// The type of layer.
    public let type: any Layer.Type
    /// Properties that have no default: the prototype holds anything there.
    public let required: [String]
    /// Makes a layer with all defaults; nil where they are not known.
    public let make: (@Sendable () -> any Layer)?

    /// A type with the names of its properties that have no default, as in its configuration, and a layer with all
    /// defaults.
    public init(_ type: any Layer.Type, _ required: String..., make: (@Sendable () -> any Layer)? = nil) {
        self.type = type
        self.required = required
        self.make = make
    }
}

extension LayerPrototype {
    /// The layers of this library.
    static let standard: [LayerPrototype] = [
        // Shapes
        LayerPrototype(Dense.self, "units") { Dense(1) },
        LayerPrototype(Flatten.self) { Flatten() },
        LayerPrototype(Reshape.self, "targetShape") { Reshape([1]) },
        LayerPrototype(Permute.self, "dimensions") { Permute([1]) },
        LayerPrototype(RepeatVector.self, "count") { RepeatVector(1) },
        LayerPrototype(EinsumDense.self, "equation", "outputShape") { EinsumDense("ab,bc->ac", outputShape: [1]) },
        LayerPrototype(Identity.self) { Identity() },
        LayerPrototype(Lambda.self),
        // Several inputs
        LayerPrototype(Add.self) { Add() },
        LayerPrototype(Subtract.self) { Subtract() },
        LayerPrototype(Multiply.self) { Multiply() },
        LayerPrototype(Average.self) { Average() },
        LayerPrototype(Maximum.self) { Maximum() },
        LayerPrototype(Minimum.self) { Minimum() },
        LayerPrototype(Concatenate.self) { Concatenate() },
        LayerPrototype(Dot.self, "axes") { Dot(axes: 1) },
        // Noise
        LayerPrototype(Dropout.self, "rate") { Dropout(0) },
        LayerPrototype(SpatialDropout1D.self, "rate") { SpatialDropout1D(0) },
        LayerPrototype(SpatialDropout2D.self, "rate") { SpatialDropout2D(0) },
        LayerPrototype(SpatialDropout3D.self, "rate") { SpatialDropout3D(0) },
        LayerPrototype(GaussianNoise.self, "standardDeviation") { GaussianNoise(0) },
        LayerPrototype(GaussianDropout.self, "rate") { GaussianDropout(0) },
        LayerPrototype(AlphaDropout.self, "rate") { AlphaDropout(0) },
        LayerPrototype(ActivityRegularization.self) { ActivityRegularization() },
        // Normalisation
        LayerPrototype(BatchNormalization.self) { BatchNormalization() },
        LayerPrototype(LayerNormalization.self) { LayerNormalization() },
        LayerPrototype(GroupNormalization.self) { GroupNormalization() },
        LayerPrototype(UnitNormalization.self) { UnitNormalization() },
        LayerPrototype(Rescaling.self, "scale") { Rescaling(scale: 1) },
        LayerPrototype(Normalization.self) { Normalization() },
        LayerPrototype(RMSNormalization.self) { RMSNormalization() },
        LayerPrototype(SpectralNormalization.self, "layer") { SpectralNormalization(Dense(1)) },
        // Convolutions
        LayerPrototype(Conv1D.self, "filters", "kernelSize") { Conv1D(1, kernelSize: 1) },
        LayerPrototype(Conv2D.self, "filters", "kernelSize") { Conv2D(1, kernelSize: 1) },
        LayerPrototype(Conv3D.self, "filters", "kernelSize") { Conv3D(1, kernelSize: 1) },
        LayerPrototype(Conv1DTranspose.self, "filters", "kernelSize") { Conv1DTranspose(1, kernelSize: 1) },
        LayerPrototype(Conv2DTranspose.self, "filters", "kernelSize") { Conv2DTranspose(1, kernelSize: 1) },
        LayerPrototype(Conv3DTranspose.self, "filters", "kernelSize") { Conv3DTranspose(1, kernelSize: 1) },
        LayerPrototype(DepthwiseConv1D.self, "kernelSize") { DepthwiseConv1D(kernelSize: 1) },
        LayerPrototype(DepthwiseConv2D.self, "kernelSize") { DepthwiseConv2D(kernelSize: 1) },
        LayerPrototype(SeparableConv1D.self, "filters", "kernelSize") { SeparableConv1D(1, kernelSize: 1) },
        LayerPrototype(SeparableConv2D.self, "filters", "kernelSize") { SeparableConv2D(1, kernelSize: 1) },
        // Pooling
        LayerPrototype(MaxPooling1D.self) { MaxPooling1D() },
        LayerPrototype(MaxPooling2D.self) { MaxPooling2D() },
        LayerPrototype(MaxPooling3D.self) { MaxPooling3D() },
        LayerPrototype(AveragePooling1D.self) { AveragePooling1D() },
        LayerPrototype(AveragePooling2D.self) { AveragePooling2D() },
        LayerPrototype(AveragePooling3D.self) { AveragePooling3D() },
        LayerPrototype(AdaptiveMaxPooling1D.self, "outputSize") { AdaptiveMaxPooling1D(1) },
        LayerPrototype(AdaptiveMaxPooling2D.self, "outputSize") { AdaptiveMaxPooling2D(1) },
        LayerPrototype(AdaptiveMaxPooling3D.self, "outputSize") { AdaptiveMaxPooling3D(1) },
        LayerPrototype(AdaptiveAveragePooling1D.self, "outputSize") { AdaptiveAveragePooling1D(1) },
        LayerPrototype(AdaptiveAveragePooling2D.self, "outputSize") { AdaptiveAveragePooling2D(1) },
        LayerPrototype(AdaptiveAveragePooling3D.self, "outputSize") { AdaptiveAveragePooling3D(1) },
        // Pooling over all
        LayerPrototype(GlobalMaxPooling1D.self) { GlobalMaxPooling1D() },
        LayerPrototype(GlobalMaxPooling2D.self) { GlobalMaxPooling2D() },
        LayerPrototype(GlobalMaxPooling3D.self) { GlobalMaxPooling3D() },
        LayerPrototype(GlobalAveragePooling1D.self) { GlobalAveragePooling1D() },
        LayerPrototype(GlobalAveragePooling2D.self) { GlobalAveragePooling2D() },
        LayerPrototype(GlobalAveragePooling3D.self) { GlobalAveragePooling3D() },
        // Margins and grids
        LayerPrototype(ZeroPadding1D.self) { ZeroPadding1D() },
        LayerPrototype(ZeroPadding2D.self) { ZeroPadding2D() },
        LayerPrototype(ZeroPadding3D.self) { ZeroPadding3D() },
        LayerPrototype(Cropping1D.self) { Cropping1D() },
        LayerPrototype(Cropping2D.self) { Cropping2D() },
        LayerPrototype(Cropping3D.self) { Cropping3D() },
        LayerPrototype(UpSampling1D.self) { UpSampling1D() },
        LayerPrototype(UpSampling2D.self) { UpSampling2D() },
        LayerPrototype(UpSampling3D.self) { UpSampling3D() },
        LayerPrototype(Resizing.self, "height", "width") { Resizing(height: 1, width: 1) },
        LayerPrototype(CenterCrop.self, "height", "width") { CenterCrop(height: 1, width: 1) },
        // Series
        LayerPrototype(SimpleRNN.self, "units") { SimpleRNN(1) },
        LayerPrototype(LSTM.self, "units") { LSTM(1) },
        LayerPrototype(GRU.self, "units") { GRU(1) },
        LayerPrototype(Bidirectional.self, "layer") { Bidirectional(LSTM(1)) },
        LayerPrototype(TimeDistributed.self, "layer") { TimeDistributed(Flatten()) },
        LayerPrototype(Embedding.self, "inputCount", "units") { Embedding(1, 1) },
        LayerPrototype(Masking.self) { Masking() },
        LayerPrototype(ConvLSTM1D.self, "filters", "kernelSize") { ConvLSTM1D(1, kernelSize: 1) },
        LayerPrototype(ConvLSTM2D.self, "filters", "kernelSize") { ConvLSTM2D(1, kernelSize: 1) },
        LayerPrototype(ConvLSTM3D.self, "filters", "kernelSize") { ConvLSTM3D(1, kernelSize: 1) },
        LayerPrototype(RNN.self, "cell") { RNN(SimpleRNNCell(1)) },
        LayerPrototype(SimpleRNNCell.self, "units") { SimpleRNNCell(1) },
        LayerPrototype(LSTMCell.self, "units") { LSTMCell(1) },
        LayerPrototype(GRUCell.self, "units") { GRUCell(1) },
        LayerPrototype(ConvLSTMCell<OneDimension>.self, "filters", "kernelSize") {
            ConvLSTMCell<OneDimension>(1, kernelSize: 1)
        },
        LayerPrototype(ConvLSTMCell<TwoDimensions>.self, "filters", "kernelSize") {
            ConvLSTMCell<TwoDimensions>(1, kernelSize: 1)
        },
        LayerPrototype(ConvLSTMCell<ThreeDimensions>.self, "filters", "kernelSize") {
            ConvLSTMCell<ThreeDimensions>(1, kernelSize: 1)
        },
        LayerPrototype(StackedRNNCells.self) { StackedRNNCells([SimpleRNNCell(1)]) },
        // Activations and attention
        LayerPrototype(ActivationLayer.self, "activation") { ActivationLayer(.linear) },
        LayerPrototype(LeakyReLU.self) { LeakyReLU() },
        LayerPrototype(PReLU.self) { PReLU() },
        LayerPrototype(Softmax.self) { Softmax() },
        LayerPrototype(ReLU.self) { ReLU() },
        LayerPrototype(ELU.self) { ELU() },
        LayerPrototype(MultiHeadAttention.self, "headCount", "keyDimension") {
            MultiHeadAttention(headCount: 1, keyDimension: 1)
        },
        LayerPrototype(Attention.self) { Attention() },
        LayerPrototype(AdditiveAttention.self) { AdditiveAttention() },
        LayerPrototype(GroupQueryAttention.self, "headDimension", "queryHeadCount", "keyValueHeadCount") {
            GroupQueryAttention(headDimension: 1, queryHeadCount: 1, keyValueHeadCount: 1)
        },
        // The globe
        LayerPrototype(PeriodicPadding2D.self) { PeriodicPadding2D() },
        LayerPrototype(GlobalAreaWeightedAveragePooling2D.self, "latitudes") {
            GlobalAreaWeightedAveragePooling2D(latitudes: [0])
        },
        LayerPrototype(AreaWeightedAveragePooling2D.self, "latitudes") {
            AreaWeightedAveragePooling2D(1, latitudes: [0])
        },
        LayerPrototype(MaskedConv2D.self, "filters", "kernelSize") { MaskedConv2D(1, kernelSize: 1) },
    ]
}
