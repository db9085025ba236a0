import TernCore

/// What ``TabularRegressor`` and ``TabularClassifier`` have in common: all but their targets.
package protocol TabularEstimator: Predictor {
    var hiddenLayerSizes: [Int] { get }
    var activation: TabularActivation { get }
    var frequencies: Int { get }
    var frequencyScale: Double { get }
    var dropout: Double { get }
    var learningRate: Double { get }
    var weightDecay: Double { get }
    var batchSize: Int? { get }
    var maxEpochs: Int? { get }
    var patience: Double { get }
    var folds: Int { get }
    var repeats: Int? { get }
    var validation: TabularValidation { get }
    var randomState: UInt32? { get }

    /// The loss of held-out rows before training and after each epoch, for each kind of networks.
    var validationCurves: [[Double]] { get }
    /// The epoch whose networks were kept, for each kind.
    var bestEpochs: [Int] { get }

    /// - Parameter groups: of each row, whole groups of which are held out; nil: as ``validation`` says.
    mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?, groups: [Int]?) throws
}

extension Predictor {
    /// Learns as `fit(_:_:sampleWeight:)`; an estimator that holds out rows of its own holds out whole groups.
    package mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?, holdingOut groups: [Int]?) throws {
        guard var tabular = self as? any TabularEstimator else { return try fit(x, y, sampleWeight: sampleWeight) }
        try tabular.fit(x, y, sampleWeight: sampleWeight, groups: groups)
        self = tabular as! Self
    }
}

extension TabularEstimator {
    var settings: TabularSettings {
        TabularSettings(
            hiddenLayerSizes: hiddenLayerSizes, activation: activation, frequencies: frequencies,
            frequencyScale: frequencyScale, dropout: dropout, learningRate: learningRate, weightDecay: weightDecay,
            batchSize: batchSize, maxEpochs: maxEpochs, patience: patience, folds: folds, repeats: repeats,
            validation: validation, randomState: randomState, name: Self.kind)
    }
}
