import Foundation

/// The types of layers by kind, so that a configuration can be read back.
///
/// ```swift
/// LayerRegistry.register(Scale.self)      // a layer of your own
/// ```
public enum LayerRegistry {
    private static let lock = NSLock()
    nonisolated(unsafe) private static var types: [String: any Layer.Type] =
        Dictionary(uniqueKeysWithValues: standard.map { ($0.kind, $0) })

    /// Makes a type of layer known under its ``Layer/kind``.
    public static func register(_ type: any Layer.Type) { lock.withLock { types[type.kind] = type } }

    /// The type of this kind, nil where none is registered.
    public static func type(of kind: String) -> (any Layer.Type)? { lock.withLock { types[kind] } }

    private static let standard: [any Layer.Type] = [
        Dense.self, Flatten.self, Reshape.self, Permute.self, RepeatVector.self, Add.self, Subtract.self, Multiply.self,
        Average.self, Maximum.self, Minimum.self, Concatenate.self, Dropout.self, SpatialDropout1D.self, SpatialDropout2D.self,
        SpatialDropout3D.self, GaussianNoise.self, GaussianDropout.self, BatchNormalization.self, LayerNormalization.self,
        GroupNormalization.self, UnitNormalization.self, Rescaling.self, Normalization.self, Conv1D.self, Conv2D.self,
        Conv3D.self, Conv1DTranspose.self, Conv2DTranspose.self, Conv3DTranspose.self, DepthwiseConv1D.self,
        DepthwiseConv2D.self, SeparableConv1D.self, SeparableConv2D.self, MaxPooling1D.self, MaxPooling2D.self,
        MaxPooling3D.self, AveragePooling1D.self, AveragePooling2D.self, AveragePooling3D.self, GlobalMaxPooling1D.self,
        GlobalMaxPooling2D.self, GlobalMaxPooling3D.self, GlobalAveragePooling1D.self, GlobalAveragePooling2D.self,
        GlobalAveragePooling3D.self, ZeroPadding1D.self, ZeroPadding2D.self, ZeroPadding3D.self, Cropping1D.self,
        Cropping2D.self, Cropping3D.self, UpSampling1D.self, UpSampling2D.self, UpSampling3D.self, SimpleRNN.self, LSTM.self,
        GRU.self, Bidirectional.self, TimeDistributed.self, Embedding.self, Masking.self, ActivationLayer.self, LeakyReLU.self,
        PReLU.self, Softmax.self, MultiHeadAttention.self, PeriodicPadding2D.self, GlobalAreaWeightedAveragePooling2D.self, AreaWeightedAveragePooling2D.self,
        MaskedConv2D.self,
    ]
}

/// A layer of any type as part of a configuration: its kind, and its own configuration.
public struct LayerBox: Codable {
    public let layer: any Layer

    public init(_ layer: any Layer) { self.layer = layer }

    private enum CodingKeys: String, CodingKey { case kind, config }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(type(of: layer).kind, forKey: .kind)
        try layer.encode(to: container.superEncoder(forKey: .config))
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let kind = try container.decode(String.self, forKey: .kind)
        guard let type = LayerRegistry.type(of: kind) else {
            throw DecodingError.dataCorruptedError(
                forKey: .kind, in: container,
                debugDescription: "there is no layer of the kind \"\(kind)\"; a layer of your own is made known by LayerRegistry.register")
        }
        layer = try type.init(from: container.superDecoder(forKey: .config))
    }
}
