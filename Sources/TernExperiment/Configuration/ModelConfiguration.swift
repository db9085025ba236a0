/// The network: a named one with its settings, or layers.
///
/// Named ones: `sst-cnn` (the course's: two convolutions and poolings, Dense 32, dropout, Dense 16), `cnn-lstm` (of climate
/// emulation), `mlp`, `unet`.
public struct ModelConfiguration: Codable, Sendable, Equatable {
    public var name: String?
    /// Layers by Keras's names, with their settings in `snake_case`: `- conv2d: {filters: 4, kernel_size: [3, 2], activation: relu}`.
    public var layers: [LayerConfiguration]?
    // Settings of named models; each says which it takes.
    public var filters: Int?
    public var kernelSize: [Int]?
    public var units: [Int]?
    public var dropout: Double?
    public var activation: String?
    /// L2 penalty on all kernels.
    public var l2: Double?
    /// A ridge regression whose answer the network starts from, learning only what it leaves over.
    public var residual: Bool = false
    /// So many networks of different seeds, whose answers are averaged.
    public var ensemble: Int = 1
}

/// One layer: its Keras name and settings.
public struct LayerConfiguration: Codable, Sendable, Equatable {
    public var kind: String
    public var settings: [String: Setting]

    public indirect enum Setting: Codable, Sendable, Equatable {
        case number(Double), text(String), flag(Bool), list([Setting])
    }
}
