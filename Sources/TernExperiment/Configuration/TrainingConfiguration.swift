/// How the network learns: the key `training`. Names and defaults are Keras's.
///
/// ```swift
/// var training = TrainingConfiguration()
/// training.optimizer = "adamw"
/// training.weightDecay = 0.01
/// print(training.epochs, training.makeOptimizer(stepsPerEpoch: 10) is SGD)  // 30 false
/// ```
public struct TrainingConfiguration: Sendable, Equatable {
    /// By Keras's name in small letters: `adam`, `sgd`, `adamw`.
    public var optimizer: String = "adam"
    /// The size of its steps; of a schedule, the highest.
    public var learningRate: Double = 1e-3
    /// How the rate goes over the whole training: `constant`; `cosine`, down to 0; `exponential`, down to a hundredth;
    /// `one_cycle`, up and down.
    public var schedule: String = "constant"
    /// By what share of the learning rate the weights shrink in each step, but for biases and the parameters of
    /// normalisation; with `adamw`, 0 stands for its own 0.004.
    public var weightDecay: Double = 0
    /// The greatest length of the gradient of all weights; nil: no bound.
    public var clipNorm: Double?
    /// By Keras's name: `mean_squared_error` or `mse`.
    public var loss: String = "mean_squared_error"
    /// Whether the loss weights cells by their area; scores are told with and without it.
    public var areaWeighted: Bool = false
    /// Whether each group of the split counts the same in the loss.
    public var balanceGroups: Bool = false
    /// Passes over the training part, at most.
    public var epochs: Int = 30
    /// Examples in a step.
    public var batchSize: Int = 32
    /// When training ends early; nil: never.
    public var earlyStopping: EarlyStoppingConfiguration?
    /// When the learning rate is lowered; nil: never. Not with a ``schedule``.
    public var reduceOnPlateau: PlateauConfiguration?

    /// Adam at 0.001 for 30 epochs.
    public init() {}

    /// When training ends early, and goes back to the best weights; as Keras's `EarlyStopping`.
    ///
    /// ```swift
    /// var stopping = TrainingConfiguration.EarlyStoppingConfiguration()
    /// stopping.patience = 5
    /// print(stopping.monitor)  // val_loss
    /// ```
    public struct EarlyStoppingConfiguration: Sendable, Equatable {
        /// Epochs without an improvement after which training ends.
        public var patience: Int = 10
        /// The value that is watched; without a validation part that of training.
        public var monitor: String = "val_loss"

        /// Ten epochs of the validation loss.
        public init() {}
    }
    /// When the learning rate is lowered; as Keras's `ReduceLROnPlateau`.
    ///
    /// ```swift
    /// var training = TrainingConfiguration()
    /// training.reduceOnPlateau = TrainingConfiguration.PlateauConfiguration()
    /// print(training.reduceOnPlateau!.factor)  // 0.5
    /// ```
    public struct PlateauConfiguration: Sendable, Equatable {
        /// Epochs without an improvement of the validation loss after which it is lowered.
        public var patience: Int = 5
        /// What it is multiplied by, between 0 and 1.
        public var factor: Double = 0.5

        /// To the half after five epochs.
        public init() {}
    }
}

/// The linear model on the same split: ridge regression on the leading EOFs.
///
/// ```swift
/// let settings = BaselineConfiguration(components: 10, alphas: [1, 100])
/// print(settings.alphas.count, BaselineConfiguration().components)  // 2 20
/// ```
public struct BaselineConfiguration: Sendable, Equatable {
    /// Leading EOFs that the regression sees, at most as many as there are.
    public var components: Int = 20
    /// Penalties, of which the best on the validation part is taken.
    public var alphas: [Double] = [0.1, 1, 10, 100, 1000, 10_000]

    /// Twenty EOFs, and penalties from 0.1 to 10,000.
    public init() {}

    /// Other numbers of EOFs and penalties.
    public init(components: Int, alphas: [Double]) { (self.components, self.alphas) = (components, alphas) }
}

/// What a run leaves behind beside weights and scores: the key `output`.
///
/// ```swift
/// var output = OutputConfiguration()
/// output.figures = false
/// print(output.maps == nil)  // true
/// ```
public struct OutputConfiguration: Sendable, Equatable {
    /// Where `tern train` writes the run; nil: `runs` and the name of the experiment.
    public var folder: String?
    /// Labels of the sample dimension whose maps are drawn; by default the last of the test part.
    public var maps: [Scalar]?
    /// Whether there is a report with figures.
    public var figures: Bool = true

    /// A report, with maps of the last test example.
    public init() {}
}
