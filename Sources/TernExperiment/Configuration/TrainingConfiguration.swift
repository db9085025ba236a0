/// How the network learns. Names and defaults are Keras's.
public struct TrainingConfiguration: Sendable, Equatable {
    public var optimizer: String = "adam"
    public var learningRate: Double = 1e-3
    /// `constant`, `cosine`, `exponential`, `one_cycle`.
    public var schedule: String = "constant"
    public var weightDecay: Double = 0
    /// The greatest length of the gradient of all weights.
    public var clipNorm: Double?
    public var loss: String = "mean_squared_error"
    /// Whether loss and scores weight cells by area.
    public var areaWeighted: Bool = false
    /// Whether each group of the split counts the same in the loss.
    public var balanceGroups: Bool = false
    public var epochs: Int = 30
    public var batchSize: Int = 32
    public var earlyStopping: EarlyStoppingConfiguration?
    public var reduceOnPlateau: PlateauConfiguration?

    public init() {}

    public struct EarlyStoppingConfiguration: Sendable, Equatable {
        public var patience: Int = 10
        public var monitor: String = "val_loss"

        public init() {}
    }
    public struct PlateauConfiguration: Sendable, Equatable {
        public var patience: Int = 5
        public var factor: Double = 0.5

        public init() {}
    }
}

/// The linear model on the same split: ridge regression on the leading EOFs.
public struct BaselineConfiguration: Sendable, Equatable {
    public var components: Int = 20
    /// Chosen on the validation part from these.
    public var alphas: [Double] = [0.1, 1, 10, 100, 1000, 10_000]

    public init() {}

    public init(components: Int, alphas: [Double]) { (self.components, self.alphas) = (components, alphas) }
}

/// What a run leaves behind beside weights and scores.
public struct OutputConfiguration: Sendable, Equatable {
    public var folder: String?
    /// Labels of the sample dimension whose maps are drawn; by default the last of the test part.
    public var maps: [Scalar]?
    public var figures: Bool = true

    public init() {}
}
