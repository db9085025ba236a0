import Tern

extension TrainingConfiguration {
    static let schedules = ["constant", "cosine", "exponential", "one_cycle"]
    /// Names of Keras's functions, and the short ones.
    static let losses = Loss.all.map(\.name) + ["mse", "mae", "mape", "msle", "bce", "kld", "logcosh"]

    /// The optimiser with schedule, decay of weights and bound on gradients; a name that is not known ends the program.
    ///
    /// - Parameter stepsPerEpoch: batches of an epoch, by which a schedule knows its end.
    public func makeOptimizer(stepsPerEpoch: Int) -> any Optimizer {
        let steps = max(1, epochs * stepsPerEpoch)
        let rate: LearningRate =
            switch schedule {
            case "cosine": .cosineDecay(from: learningRate, steps: steps)
            case "exponential": .exponentialDecay(from: learningRate, steps: steps, rate: 0.01)
            case "one_cycle" where steps > 1: .oneCycle(to: learningRate, steps: steps)
            case "constant", "one_cycle": LearningRate(learningRate)
            default: fail(Self.unknown("schedule", schedule, Self.schedules))
            }
        guard let named = NamedOptimizer(rawValue: optimizer) else {
            fail(Self.unknown("optimizer", optimizer, NamedOptimizer.allCases.map(\.rawValue)))
        }
        // AdamW is Adam with a decay of its own.
        var made: any Optimizer = named == .adamw && weightDecay > 0 ? Adam(learningRate: rate) : named(rate)
        if weightDecay > 0 { made = made.decayingWeights(by: weightDecay, except: ["bias", "beta", "gamma"]) }
        if let clipNorm { made = made.clipping(.globalNorm(clipNorm)) }
        return made
    }

    private static func unknown(_ what: String, _ name: String, _ known: [String]) -> String {
        "there is no \(what) \"\(name)\"; \(suggestion(for: name, among: known, "names"))"
    }

    /// The loss; where it is area-weighted and targets are maps, rows count by the area of their cells. A name that is
    /// not known ends the program, and so do latitudes that are none.
    ///
    /// - Parameters:
    ///   - latitudes: degrees of the rows of targets [batch, latitude, longitude, variables]; nil where they are no
    ///     maps.
    ///   - bounds: where each row begins and ends; half-way between latitudes where nobody says.
    ///   - axis: where they lie among the target's axes, the batch being 0.
    public func makeLoss(latitudes: [Double]?, bounds: [ClosedRange<Double>]? = nil, axis: Int = 1) -> Loss {
        guard let made = Loss.named(loss) else { fail(Self.unknown("loss", loss, Self.losses)) }
        guard areaWeighted, let latitudes else { return made }
        return made.weighted(byLatitude: latitudes, bounds: bounds, axis: axis)
    }

    /// Early stopping, which goes back to the best weights; the plateau's rule.
    ///
    /// - Parameter hasValidation: whether there is a validation part; else the training loss is watched.
    public func makeCallbacks(hasValidation: Bool = true) -> [any Callback] {
        func watched(_ name: String) -> String { Self.watched(name, hasValidation: hasValidation) }
        var callbacks: [any Callback] = []
        if let plateau = reduceOnPlateau {
            callbacks.append(
                ReduceLROnPlateau(monitor: watched("val_loss"), factor: plateau.factor, patience: plateau.patience))
        }
        if let stopping = earlyStopping {
            callbacks.append(
                EarlyStopping(
                    monitor: watched(stopping.monitor), patience: stopping.patience, restoresBestWeights: true))
        }
        return callbacks
    }

    /// The value of which the least makes an epoch the best: that of early stopping, else the loss.
    func monitor(hasValidation: Bool) -> String {
        Self.watched(earlyStopping?.monitor ?? "val_loss", hasValidation: hasValidation)
    }

    private static func watched(_ name: String, hasValidation: Bool) -> String {
        hasValidation || !name.hasPrefix("val_") ? name : String(name.dropFirst(4))
    }
}
