import TernCore

/// Which rows the members of a ``TabularRegressor`` or ``TabularClassifier`` hold out.
///
/// ```swift
/// TabularRegressor(validation: .blocks).validation.rawValue       // "blocks"
/// ```
public enum TabularValidation: String, Sendable, CaseIterable, Codable {
    /// Rows drawn at random, each class by its share: for rows that have nothing to do with each other. The default.
    case random
    /// Runs of neighbours: for series, whose rows are alike from one to the next. Each run is held out once, so that
    /// the latest rows are learned from too.
    case blocks
    /// The last fifth of the rows, for every member: what is learned is judged by what comes after, but the latest rows
    /// are not learned from.
    case last
}

/// The function of the hidden units of a ``TabularRegressor`` or ``TabularClassifier``.
///
/// ```swift
/// TabularRegressor(activation: .relu).activation.rawValue         // "relu"
/// ```
public enum TabularActivation: String, Sendable, CaseIterable, Codable {
    /// max(0, z).
    case relu
    /// z / (1 + e^−z).
    case silu
    /// The hyperbolic tangent of z.
    case tanh
}

/// The hyperparameters that both estimators of tables share.
struct TabularSettings {
    /// Those that searches and files may set: all but `onEpoch`, which is a function.
    static let names = [
        "hiddenLayerSizes", "activation", "frequencies", "frequencyScale", "dropout", "learningRate", "weightDecay",
        "batchSize", "maxEpochs", "patience", "folds", "repeats", "validation", "randomState",
    ]

    var hiddenLayerSizes: [Int]
    var activation: TabularActivation
    var frequencies: Int
    var frequencyScale: Double
    var dropout: Double
    var learningRate: Double
    var weightDecay: Double
    var batchSize: Int?
    var maxEpochs: Int?
    var patience: Double
    var folds: Int
    var repeats: Int?
    var validation: TabularValidation
    var randomState: UInt32?
    /// For messages.
    var name: String

    /// - Throws: ``EstimatorError`` that names what cannot be used.
    func check() throws {
        func check(_ condition: Bool, _ parameter: String, _ value: Any, _ wanted: String) throws {
            try Check.that(condition, "\(name): \(parameter) is \(value); it must be \(wanted)")
        }
        try check(
            hiddenLayerSizes.allSatisfy { $0 >= 1 } && !hiddenLayerSizes.isEmpty, "hiddenLayerSizes", hiddenLayerSizes,
            "one number or more, each at least 1")
        try check(frequencies >= 0, "frequencies", frequencies, "0 or more")
        try check(frequencyScale > 0 && frequencyScale.isFinite, "frequencyScale", frequencyScale, "above 0")
        try check(dropout >= 0 && dropout < 1, "dropout", dropout, "at least 0 and below 1")
        try check(learningRate > 0 && learningRate.isFinite, "learningRate", learningRate, "above 0")
        try check(weightDecay >= 0 && weightDecay.isFinite, "weightDecay", weightDecay, "a number from 0 on")
        try check((batchSize ?? 1) >= 1, "batchSize", batchSize ?? 0, "at least 1, or nil")
        try check((1...1 << 31).contains(maxEpochs ?? 1), "maxEpochs", maxEpochs ?? 0, "from 1 to 2^31, or nil")
        try check(patience > 0, "patience", patience, "above 0")
        try check(folds >= 2, "folds", folds, "at least 2")
        try check((repeats ?? 1) >= 1, "repeats", repeats ?? 0, "at least 1, or nil")
    }

    /// - Throws: ``EstimatorError`` where memory does not hold the networks while they learn.
    func checkMemory(features: Int, members: Int) throws {
        let inputs = checkedProduct([features, 1 + frequencies]) ?? .max
        let weights = weightCount(ofLayers: [inputs] + hiddenLayerSizes)
        // Numbers are drawn as doubles; then there are weights, gradients, Adam's two arrays and the best weights.
        let bytes = weights.flatMap { checkedProduct([$0, members, 8 + 5 * DType.float32.size]) }
        if let complaint = MachineMemory.complaint(about: bytes) {
            let units = hiddenLayerSizes.map(String.init).joined(separator: ", ")
            throw EstimatorError(
                "\(name): \(members) networks of \(units) hidden units cannot be trained: \(complaint)")
        }
    }
}
