/// The network: a named one with its settings, or layers.
///
/// ```swift
/// var settings = ModelConfiguration(name: "sst-cnn")
/// settings.filters = 8
/// let model = try settings.build(inputShape: [14, 19, 1], outputShape: [1], seed: 0)
/// print(model.outputs.map(\.shape))  // [[1]]
/// ```
///
/// In YAML:
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
/// The named ones are those of ``NamedModel``, which says what settings each takes; nil is its default.
public struct ModelConfiguration: Sendable, Equatable {
    /// Of a ``NamedModel``, its raw value; nil where there are layers.
    public var name: String?
    /// Layers by Keras's names, with their settings in `snake_case`.
    public var layers: [LayerConfiguration]?
    /// Channels of the first convolution; later ones have multiples.
    public var filters: Int?
    /// Cells of a convolution's window, [latitude, longitude] or one number for both.
    public var kernelSize: [Int]?
    /// Units of each dense layer, of each LSTM in `cnn-lstm`.
    public var units: [Int]?
    /// The share of values that dropout drops while training, from 0 to 0.99.
    public var dropout: Double?
    /// The standard deviation of normal noise on the inputs while training, in scaled units.
    public var noise: Double?
    /// The function behind hidden layers, by Keras's name.
    public var activation: String?
    /// Whether batch normalisation follows convolutions.
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
///
/// ```swift
/// let layer = LayerConfiguration("Dense", ["units": .number(4), "activation": .text("relu")])
/// print(try layer.make() is Dense)  // true
/// ```
public struct LayerConfiguration: Sendable, Equatable {
    /// The layer's kind as the registry spells it: `Conv2D`.
    public var kind: String
    /// By Keras's names in `snake_case`; what is not named has Keras's default.
    public var settings: [String: Setting]
    /// Where it stands in a file, for messages.
    var source = Source()

    /// The value of a layer's setting, as YAML has it.
    ///
    /// ```swift
    /// let setting: LayerConfiguration.Setting = .map(["l2": .number(0.01)])
    /// print(setting == .map(["l2": .number(0.01)]))  // true
    /// ```
    public indirect enum Setting: Sendable, Equatable {
        /// A number, whole or not.
        case number(Double)
        /// A name, such as that of an activation.
        case text(String)
        /// Yes or no.
        case flag(Bool)
        /// Several values, such as the sides of a kernel.
        case list([Setting])
        /// Values by name, such as a regulariser's.
        case map([String: Setting])
    }

    /// A layer of a kind as the registry spells it; kind and settings are checked by ``make()``.
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
