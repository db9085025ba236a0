import TernCore

extension Loss {
    /// All losses with their defaults.
    public static let all: [Loss] = [
        meanSquaredError, meanAbsoluteError, meanAbsolutePercentageError, meanSquaredLogarithmicError,
        cosineSimilarity(), huber(), logCosh, hinge, squaredHinge, categoricalHinge, klDivergence, poisson,
        binaryCrossentropy(), binaryFocalCrossentropy(), categoricalCrossentropy(), categoricalFocalCrossentropy(),
        sparseCategoricalCrossentropy(), dice(), tversky(), circle(), categoricalGeneralizedCrossentropy(),
    ]

    /// The loss of this name with its defaults, nil where there is none.
    ///
    /// Names are those of Keras's functions (`mean_squared_error`) or classes (`MeanSquaredError`), or
    /// its short ones: mse, mae, mape, msle, bce, kld.
    public static func named(_ name: String) -> Loss? {
        let known = KerasName.canonical(name)
        return all.first { $0.name == known }
    }

    /// The loss of this name with the given arguments, defaults for the others; nil where there is none, and where it
    /// does not take an argument, or its value.
    package init?(name: String, arguments a: [String: [Double]]) {
        func number(_ key: String, _ standard: Double) -> Double { a[key]?.first ?? standard }
        func flag(_ key: String, _ standard: Bool = false) -> Bool { a[key]?.first.map { $0 != 0 } ?? standard }
        func whole(_ key: String) -> [Int]? { a[key]?.compactMap { Int(exactly: $0) } }
        let axis = whole("axis")?.first ?? -1, logits = flag("from_logits"), smoothing = number("label_smoothing", 0)
        let axes = whole("axis")
        switch KerasName.canonical(name) {
        case "cosine_similarity": self = .cosineSimilarity(axis: axis)
        case "huber": self = .huber(delta: number("delta", 1))
        case "binary_crossentropy":
            self = .binaryCrossentropy(fromLogits: logits, labelSmoothing: smoothing, axis: axis)
        case "binary_focal_crossentropy":
            self = .binaryFocalCrossentropy(
                appliesClassBalancing: flag("apply_class_balancing"), alpha: number("alpha", 0.25),
                gamma: number("gamma", 2), fromLogits: logits, labelSmoothing: smoothing, axis: axis)
        case "categorical_crossentropy":
            self = .categoricalCrossentropy(fromLogits: logits, labelSmoothing: smoothing, axis: axis)
        case "categorical_focal_crossentropy":
            self = .categoricalFocalCrossentropy(
                alpha: number("alpha", 0.25), gamma: number("gamma", 2), fromLogits: logits,
                labelSmoothing: smoothing, axis: axis)
        case "sparse_categorical_crossentropy":
            self = .sparseCategoricalCrossentropy(
                fromLogits: logits, ignoreClass: whole("ignore_class")?.first, axis: axis)
        case "dice": self = .dice(axes: axes)
        case "tversky": self = .tversky(alpha: number("alpha", 0.5), beta: number("beta", 0.5), axes: axes)
        case "circle":
            self = .circle(
                gamma: number("gamma", 80), margin: number("margin", 0.4),
                removesDiagonal: flag("remove_diagonal", true))
        case "categorical_generalized_cross_entropy":
            let q = number("q", 0.5)
            guard Loss.isExponent(q) else { return nil }
            self = .categoricalGeneralizedCrossentropy(q: q)
        default:
            guard let loss = Loss.named(name) else { return nil }
            self = loss
        }
        // What was passed over or cut off is not among them.
        guard a.allSatisfy({ arguments?[$0.key] == $0.value }) else { return nil }
    }
}

/// Keras's spellings of one name.
package enum KerasName {
    private static let short = [
        "mse": "mean_squared_error", "mae": "mean_absolute_error", "mape": "mean_absolute_percentage_error",
        "msle": "mean_squared_logarithmic_error", "bce": "binary_crossentropy", "kld": "kl_divergence",
        "rmse": "root_mean_squared_error", "logcosh": "log_cosh",
    ]

    /// In lower case with underscores: `MeanSquaredError`, `mse` and `MSE` become `mean_squared_error`.
    package static func canonical(_ name: String) -> String {
        short[name.lowercased()] ?? snakeCase(name)
    }
}

// MARK: - Written and read

extension Loss: Codable {
    private enum Key: String, CodingKey { case name, arguments, reduction, latitudes, ignoresMissing, mask }

    private struct Mask: Codable {
        var shape: [Int], values: [Bool]
    }

    /// Throws `DecodingError` for a name that no loss has, and for what does not fit together.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let name = try container.decode(String.self, forKey: .name)
        let arguments = try container.decodeIfPresent([String: [Double]].self, forKey: .arguments) ?? [:]
        guard var loss = Loss(name: name, arguments: arguments) else {
            throw DecodingError.dataCorruptedError(
                forKey: .name, in: container,
                debugDescription: "no loss is called \(name)"
                    + (arguments.isEmpty ? "" : " and takes the arguments \(arguments)"))
        }
        loss.reduction = try container.decodeIfPresent(Reduction.self, forKey: .reduction) ?? .sumOverBatchSize
        loss.latitudes = try container.decodeIfPresent(LatitudeWeights.self, forKey: .latitudes)
        if let complaint = loss.latitudes?.complaint {
            throw DecodingError.dataCorruptedError(forKey: .latitudes, in: container, debugDescription: complaint)
        }
        loss.isMissingIgnored = try container.decodeIfPresent(Bool.self, forKey: .ignoresMissing) ?? false
        if let mask = try container.decodeIfPresent(Mask.self, forKey: .mask) {
            guard mask.shape.allSatisfy({ $0 >= 0 }), checkedProduct(mask.shape) == mask.values.count else {
                throw DecodingError.dataCorruptedError(
                    forKey: .mask, in: container,
                    debugDescription: "\(mask.values.count) values do not fill a mask of shape \(mask.shape)")
            }
            loss.kept = Tensor(mask.values, shape: mask.shape)
        }
        self = loss
    }

    /// Throws `EncodingError` for a loss of your own, whose function cannot be written.
    public func encode(to encoder: any Encoder) throws {
        guard let arguments else {
            throw EncodingError.invalidValue(
                name,
                .init(
                    codingPath: encoder.codingPath,
                    debugDescription: "the loss \(name) is a function of your own and cannot be written"))
        }
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .name)
        if !arguments.isEmpty { try container.encode(arguments, forKey: .arguments) }
        try container.encode(reduction, forKey: .reduction)
        try container.encodeIfPresent(latitudes, forKey: .latitudes)
        if isMissingIgnored { try container.encode(true, forKey: .ignoresMissing) }
        if let kept { try container.encode(Mask(shape: kept.shape, values: kept.scalars(Bool.self)), forKey: .mask) }
    }
}
