/// The network: a named one with its settings, or layers.
///
/// ```yaml
/// model: {name: sst-cnn, filters: 8, dropout: 0.2}
/// ```
/// ```yaml
/// model:
///   layers:
///     - conv2d: {filters: 4, kernel_size: [3, 2], activation: relu}
///     - max_pooling2d
///     - flatten
///     - dense: {units: 1}
/// ```
///
/// The named ones are those of ``NamedModel``, which says what settings each takes.
public struct ModelConfiguration: Sendable, Equatable {
    public var name: String?
    /// Layers by Keras's names, with their settings in `snake_case`.
    public var layers: [LayerConfiguration]?
    public var filters: Int?
    public var kernelSize: [Int]?
    public var units: [Int]?
    public var dropout: Double?
    /// The standard deviation of the noise on inputs while training.
    public var noise: Double?
    public var activation: String?
    public var batchNormalization: Bool?
    /// Whether fields are padded with what lies beyond the last longitude, and with zeros beyond the poles.
    public var periodic: Bool?
    /// L2 penalty on all kernels.
    public var l2: Double?
    /// A ridge regression whose answer the network starts from, learning only what it leaves over.
    public var residual: Bool = false
    /// So many networks of different seeds, whose answers are averaged.
    public var ensemble: Int = 1
    /// Where it stands in a file, for messages.
    var source = LayerConfiguration.Source()
}

extension ModelConfiguration {
    /// A named network with its defaults, or layers.
    public init(name: String? = nil, layers: [LayerConfiguration]? = nil) {
        self.init()
        self.name = name
        self.layers = layers
    }
}

/// One layer: its Keras name and settings.
public struct LayerConfiguration: Sendable, Equatable {
    /// The layer's kind as the registry spells it: `Conv2D`.
    public var kind: String
    public var settings: [String: Setting]
    /// Where it stands in a file, for messages.
    var source = Source()

    public indirect enum Setting: Sendable, Equatable {
        case number(Double), text(String), flag(Bool), list([Setting]), map([String: Setting])
    }

    public init(_ kind: String, _ settings: [String: Setting] = [:]) {
        self.kind = kind
        self.settings = settings
    }

    /// A file, its line, and the lines of the settings: no part of what is said, so that all are equal.
    struct Source: Sendable, Equatable {
        var name = "layer"
        var file = "experiment"
        var line: Int?
        var lines: [String: Int] = [:]
        static func == (a: Source, b: Source) -> Bool { true }
    }
}
