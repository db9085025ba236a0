import Tern

extension TrainingConfiguration {
    static let schedules = ["constant", "cosine", "exponential", "one_cycle"]
    /// Names of Keras's functions, and the short ones.
    static let losses = Loss.all.map(\.name) + ["mse", "mae", "mape", "msle"]

    /// The optimiser with schedule, decay of weights and bound on gradients; Adam where the name is unknown.
    ///
    /// - Parameter stepsPerEpoch: batches of an epoch, by which a schedule knows its end.
    public func makeOptimizer(stepsPerEpoch: Int) -> any Optimizer {
        let steps = max(1, epochs * stepsPerEpoch)
        let rate: LearningRate =
            switch schedule {
            case "cosine": .cosineDecay(from: learningRate, steps: steps)
            case "exponential": .exponentialDecay(from: learningRate, steps: steps, rate: 0.01)
            case "one_cycle" where steps > 1: .oneCycle(to: learningRate, steps: steps)
            default: LearningRate(learningRate)
            }
        let named = NamedOptimizer(rawValue: optimizer) ?? .adam
        // AdamW is Adam with a decay of its own.
        var made: any Optimizer = named == .adamw && weightDecay > 0 ? Adam(learningRate: rate) : named(rate)
        if weightDecay > 0 { made = made.decayingWeights(by: weightDecay, except: ["bias", "beta", "gamma"]) }
        if let clipNorm { made = made.clipping(.globalNorm(clipNorm)) }
        return made
    }

    /// The loss; where it is area-weighted and targets are maps, rows count by the cosine of their latitudes.
    ///
    /// - Parameters:
    ///   - latitudes: degrees of the rows of targets [batch, latitude, longitude, variables]; nil where they are no
    ///     maps.
    ///   - axis: where they lie among the target's axes, the batch being 0.
    public func makeLoss(latitudes: [Double]?, axis: Int = 1) -> Loss {
        let made = Loss.named(loss) ?? .meanSquaredError
        guard areaWeighted, let latitudes else { return made }
        return made.weighted(byLatitude: latitudes, axis: axis)
    }

    /// Early stopping, which goes back to the best weights; the plateau's rule.
    ///
    /// - Parameter hasValidation: whether there is a validation part; else the training loss is watched.
    public func makeCallbacks(hasValidation: Bool = true) -> [any Callback] {
        func watched(_ name: String) -> String {
            hasValidation || !name.hasPrefix("val_") ? name : String(name.dropFirst(4))
        }
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
}
