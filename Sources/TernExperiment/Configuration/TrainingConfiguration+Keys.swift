import Tern

extension TrainingConfiguration: Settings {
    static var keys: [Key<Self>] {
        [
            Key(
                "optimizer", \.optimizer, names: ("optimisers", NamedOptimizer.allCases.map(\.rawValue)),
                "The optimiser, by Keras's name."),
            Key("learning_rate", \.learningRate, is: .above(0), "The size of its steps; of a schedule, the highest."),
            Key(
                "schedule", \.schedule, names: ("schedules", Self.schedules),
                "How the rate goes over the whole training: constant; cosine: down to 0; exponential: down to a hundredth; one_cycle: up and down."
            ),
            Key(
                "weight_decay", \.weightDecay, is: .atLeast(0),
                "By what share of the learning rate the weights shrink in each step (adamw: 0 stands for its 0.004)."),
            Key("clip_norm", \.clipNorm, is: .above(0), "The greatest length of the gradient of all weights."),
            Key("loss", \.loss, names: ("losses", Self.losses), "The loss, by Keras's name."),
            Key(
                "area_weighted", \.areaWeighted,
                "Whether the loss weights cells by their area; scores are told with and without it."),
            Key("balance_groups", \.balanceGroups, "Whether each group of the split counts the same in the loss."),
            Key("epochs", \.epochs, is: .atLeast(1), "Passes over the training part, at most."),
            Key("batch_size", \.batchSize, is: .atLeast(1), "Examples in a step."),
            Key(
                "early_stopping", \.earlyStopping,
                "End when the watched value stalls, and go back to the best weights; a number is the patience."),
            Key(
                "reduce_on_plateau", \.reduceOnPlateau,
                "Lower the learning rate when the validation loss stalls; a number is the patience."),
        ]
    }

    mutating func finish(_ place: Place) throws {
        if reduceOnPlateau != nil, schedule != "constant" {
            throw place.descendant(["reduce_on_plateau"]).error(
                "training.reduce_on_plateau and schedule: \(schedule) both set the learning rate; leave one out")
        }
    }
}

extension TrainingConfiguration.EarlyStoppingConfiguration: Settings {
    static var shorthand: String? { "patience" }

    static var keys: [Key<Self>] {
        [
            Key("patience", \.patience, is: .atLeast(1), "Epochs without an improvement after which training ends."),
            Key("monitor", \.monitor, "The value that is watched, such as val_loss."),
        ]
    }
}

extension TrainingConfiguration.PlateauConfiguration: Settings {
    static var shorthand: String? { "patience" }

    static var keys: [Key<Self>] {
        [
            Key(
                "patience", \.patience, is: .atLeast(1),
                "Epochs without an improvement after which the rate is lowered."),
            Key("factor", \.factor, is: .between(0, and: 1), "What the rate is multiplied by."),
        ]
    }
}

extension BaselineConfiguration: Settings {
    static var keys: [Key<Self>] {
        [
            Key("components", \.components, is: .atLeast(1), "Leading EOFs that the ridge regression sees."),
            Key("alphas", \.alphas, is: .atLeast(0), "Penalties, of which the best on the validation part is taken."),
        ]
    }
}

extension OutputConfiguration: Settings {
    static var keys: [Key<Self>] {
        [
            Key("folder", \.folder, "Where the run is written."),
            Key(
                "maps", \.maps,
                "Labels of the sample dimension whose maps are drawn; the last of the test part where left out."),
            Key("figures", \.figures, "Whether figures are drawn."),
        ]
    }
}
