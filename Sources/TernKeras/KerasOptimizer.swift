import Tern

/// Optimisers as Keras writes them: a rule, and what every optimiser of Keras takes beside it.
enum KerasOptimizer {
    /// - Throws: ``KerasComplaint`` that names the optimiser and the setting.
    static func read(_ json: JSON) throws -> any Optimizer {
        guard let object = KerasObject(json) else {
            guard let name = json.text, let named = NamedOptimizer(rawValue: name.lowercased()) else {
                throw KerasComplaint("its optimiser is \(json.written().shortened(to: 60)), which Tern does not know")
            }
            return named()
        }
        var settings = KerasArguments(object.config, ignoring: ["name"])
        do {
            guard object.isKeras else { throw KerasComplaint("this is an optimiser of somebody's own") }
            var optimizer = try rule(object.className, &settings)
            // Keras's AdamW decays where nothing is said; Muon does so by itself.
            let standard = object.className == "AdamW" ? 0.004 : nil
            if object.className != "Muon", let share = try settings.number("weight_decay", leftOut: standard) {
                optimizer = optimizer.decayingWeights(by: share)
            }
            if let limit = try settings.number("clipnorm") { optimizer = optimizer.clipping(.norm(limit)) }
            if let limit = try settings.number("clipvalue") { optimizer = optimizer.clipping(.value(limit)) }
            if let limit = try settings.number("global_clipnorm") {
                optimizer = optimizer.clipping(.globalNorm(limit))
            }
            if let steps = try settings.whole("gradient_accumulation_steps") {
                optimizer = optimizer.accumulatingGradients(of: steps)
            }
            let momentum = try settings.number("ema_momentum") ?? 0.99
            let frequency = try settings.whole("ema_overwrite_frequency")
            if try settings.flag("use_ema", false) {
                optimizer = optimizer.averagingWeights(momentum: momentum, overwriteFrequency: frequency)
            }
            try settings.finish()
            return optimizer
        } catch let complaint as KerasComplaint {
            throw KerasComplaint("optimiser \(object.className): \(complaint.message)")
        }
    }

    private static func rule(_ name: String, _ s: inout KerasArguments) throws -> any Optimizer {
        func rate(_ standard: Double) throws -> LearningRate { try s.rate() ?? LearningRate(standard) }
        func betas() throws -> (Double, Double) { (try s.number("beta_1", 0.9), try s.number("beta_2", 0.999)) }
        switch name {
        case "SGD":
            return SGD(
                learningRate: try rate(0.01), momentum: try s.number("momentum", 0),
                nesterov: try s.flag("nesterov", false))
        case "Adam", "AdamW":
            let (beta1, beta2) = try betas()
            return Adam(
                learningRate: try rate(1e-3), beta1: beta1, beta2: beta2, epsilon: try s.number("epsilon", 1e-7),
                amsgrad: try s.flag("amsgrad", false))
        case "Adamax":
            let (beta1, beta2) = try betas()
            return Adamax(
                learningRate: try rate(1e-3), beta1: beta1, beta2: beta2, epsilon: try s.number("epsilon", 1e-7))
        case "Nadam":
            let (beta1, beta2) = try betas()
            return Nadam(
                learningRate: try rate(1e-3), beta1: beta1, beta2: beta2, epsilon: try s.number("epsilon", 1e-7))
        case "RMSprop":
            return RMSprop(
                learningRate: try rate(1e-3), rho: try s.number("rho", 0.9), momentum: try s.number("momentum", 0),
                epsilon: try s.number("epsilon", 1e-7), centered: try s.flag("centered", false))
        case "Adagrad":
            return Adagrad(
                learningRate: try rate(1e-3), initialAccumulator: try s.number("initial_accumulator_value", 0.1),
                epsilon: try s.number("epsilon", 1e-7))
        case "Adadelta":
            return Adadelta(
                learningRate: try rate(1e-3), rho: try s.number("rho", 0.95), epsilon: try s.number("epsilon", 1e-7))
        case "Ftrl":
            return Ftrl(
                learningRate: try rate(1e-3), learningRatePower: try s.number("learning_rate_power", -0.5),
                initialAccumulator: try s.number("initial_accumulator_value", 0.1),
                l1: try s.number("l1_regularization_strength", 0), l2: try s.number("l2_regularization_strength", 0),
                l2Shrinkage: try s.number("l2_shrinkage_regularization_strength", 0), beta: try s.number("beta", 0))
        case "Lion":
            return Lion(
                learningRate: try rate(1e-3), beta1: try s.number("beta_1", 0.9), beta2: try s.number("beta_2", 0.99))
        case "Lamb", "LAMB":
            let (beta1, beta2) = try betas()
            return LAMB(
                learningRate: try rate(1e-3), beta1: beta1, beta2: beta2, epsilon: try s.number("epsilon", 1e-7))
        case "Adafactor":
            // It makes Keras's rate 1 / √t at most, and so does each step in any case.
            _ = try s.flag("relative_step", true)
            return Adafactor(
                learningRate: try rate(1e-3), beta2Decay: try s.number("beta_2_decay", -0.8),
                epsilon1: try s.number("epsilon_1", 1e-30), epsilon2: try s.number("epsilon_2", 1e-3),
                clipThreshold: try s.number("clip_threshold", 1))
        case "Muon":
            guard try s.words("exclude_layers").isEmpty else {
                throw KerasComplaint("exclude_layers holds regular expressions, which Tern's Muon does not take")
            }
            let excludesEmbeddings = try s.flag("exclude_embeddings", true)
            return Muon(
                learningRate: try rate(1e-3), beta1: try s.number("adam_beta_1", 0.9),
                beta2: try s.number("adam_beta_2", 0.999), epsilon: try s.number("epsilon", 1e-7),
                momentum: try s.number("momentum", 0.95), nesterov: try s.flag("nesterov", true),
                iterations: try s.whole("ns_steps") ?? 5,
                coefficients: (
                    try s.number("muon_a", 3.4445), try s.number("muon_b", -4.7750), try s.number("muon_c", 2.0315)
                ),
                rmsRate: try s.number("rms_rate", leftOut: 0.2),
                weightDecay: try s.number("weight_decay", leftOut: 0.004) ?? 0,
                adamWeightDecay: try s.number("adam_weight_decay", leftOut: 0.004) ?? 0,
                adamRateRatio: try s.number("adam_lr_ratio", 1),
                excluded: excludesEmbeddings ? ["embedding"] : [])
        case "ScheduleFreeAdamW":
            let (beta1, beta2) = try betas()
            return ScheduleFreeAdamW(
                learningRate: try rate(0.0025), beta1: beta1, beta2: beta2, epsilon: try s.number("epsilon", 1e-8),
                warmUpSteps: try s.whole("warmup_steps") ?? 0)
        default:
            throw KerasComplaint("Tern has no such optimiser")
        }
    }
}

extension KerasArguments {
    fileprivate mutating func rate() throws -> LearningRate? {
        guard let value = try given("learning_rate", "a rate", { $0 }) else { return nil }
        if let number = value.number { return LearningRate(number) }
        return try KerasSchedule.read(value)
    }
}

/// Schedules of the learning rate.
enum KerasSchedule {
    static func read(_ json: JSON) throws -> LearningRate {
        guard let object = KerasObject(json), object.isKeras else {
            throw KerasComplaint("learning_rate is \(json.written().shortened(to: 60)), which Tern cannot follow")
        }
        let config = object.config
        func number(_ key: String, _ standard: Double? = nil) throws -> Double {
            guard let number = try config.number(at: key) ?? standard else {
                throw KerasComplaint("the schedule \(object.className) lacks \(key)")
            }
            return number
        }
        func steps(_ key: String) throws -> Int {
            guard let steps = config[key]?.whole else {
                throw KerasComplaint("the schedule \(object.className) wants whole numbers of steps (\(key))")
            }
            return steps
        }
        func flag(_ key: String) throws -> Bool { try config.flag(at: key) ?? false }
        let first = "initial_learning_rate"
        switch object.className {
        case "ExponentialDecay":
            return .exponentialDecay(
                from: try number(first), steps: try steps("decay_steps"), rate: try number("decay_rate"),
                staircase: try flag("staircase"))
        case "InverseTimeDecay":
            return .inverseTimeDecay(
                from: try number(first), steps: try steps("decay_steps"), rate: try number("decay_rate"),
                staircase: try flag("staircase"))
        case "PolynomialDecay":
            return .polynomialDecay(
                from: try number(first), steps: try steps("decay_steps"), to: try number("end_learning_rate", 1e-4),
                power: try number("power", 1), cycle: try flag("cycle"))
        case "PiecewiseConstantDecay":
            guard let boundaries = config["boundaries"]?.list?.map(\.whole), !boundaries.contains(nil),
                let values = config["values"]?.allNumbers
            else { throw KerasComplaint("the schedule PiecewiseConstantDecay wants whole numbers of steps") }
            return .piecewise(boundaries: boundaries.compactMap { $0 }, values: values)
        case "CosineDecay":
            return .cosineDecay(
                from: try number(first), steps: try steps("decay_steps"), alpha: try number("alpha", 0),
                warmUpTarget: try config.number(at: "warmup_target"),
                warmUpSteps: try config.given("warmup_steps", "a whole number", \.whole) ?? 0)
        case "CosineDecayRestarts":
            return .cosineDecayRestarts(
                from: try number(first), steps: try steps("first_decay_steps"), lengthFactor: try number("t_mul", 2),
                heightFactor: try number("m_mul", 1), alpha: try number("alpha", 0))
        default: throw KerasComplaint("Tern has no schedule \(object.className)")
        }
    }

    static func json(_ rate: LearningRate) throws -> JSON {
        if let constant = rate.constant { return .float(constant) }
        guard let form = rate.kerasForm else {
            throw KerasComplaint(
                "the schedule \(rate) of the learning rate is none that Keras has; compile with one of Keras's")
        }
        return KerasObject.json("keras.optimizers.schedules", form.className, form.arguments)
    }
}

// MARK: - Writing

extension KerasOptimizer {
    /// An optimiser taken apart: the rule, and the modifiers of Keras's kind about it.
    struct Parts {
        var rule: any Optimizer
        var decay: Double?
        var clipping: GradientBound?
        var accumulation: Int?
        var average: (momentum: Double, overwriteFrequency: Int?)?

        /// - Throws: ``KerasComplaint`` where Keras's optimisers cannot be so.
        init(_ optimizer: any Optimizer) throws {
            rule = optimizer
            // From without inwards, in the only order that Keras has.
            var depth = 0
            func enter(_ place: Int, _ what: String) throws {
                guard place > depth else {
                    throw KerasComplaint(
                        "its optimiser has \(what) in another order than Keras's, which decays weights, then clips, then accumulates, then averages; say them so"
                    )
                }
                depth = place
            }
            while let modifier = rule as? any OptimizerModifier {
                switch modifier {
                case let modifier as MovingAverage:
                    try enter(1, "averages")
                    average = (modifier.momentum, modifier.overwriteFrequency)
                case let modifier as GradientAccumulation:
                    try enter(2, "accumulation")
                    accumulation = modifier.steps
                case let modifier as GradientClipping:
                    try enter(3, "clipping")
                    clipping = modifier.bound
                case let modifier as WeightDecay:
                    try enter(4, "decay")
                    guard modifier.excluded.isEmpty else {
                        throw KerasComplaint(
                            "its optimiser spares weights from decay (\(modifier.excluded.joined(separator: ", "))), which Keras's files cannot say"
                        )
                    }
                    decay = modifier.share
                default: throw KerasComplaint("its optimiser is changed by \(type(of: modifier)), which Keras has not")
                }
                rule = modifier.base
            }
        }
    }

    /// - Parameter setRate: what the rate was set to, which is Keras's rate from then on.
    /// - Throws: ``KerasComplaint`` where Keras has no such optimiser.
    static func json(_ optimizer: any Optimizer, setRate: Double?) throws -> JSON {
        let parts = try Parts(optimizer)
        var (name, arguments) = try rule(parts.rule)
        arguments["learning_rate"] = try setRate.map(JSON.float) ?? KerasSchedule.json(optimizer.learningRate)
        if let decay = parts.decay {
            arguments["weight_decay"] = .float(decay)
            if name == "Adam" { name = "AdamW" }
        }
        switch parts.clipping {
        case .value(let limit): arguments["clipvalue"] = .float(limit)
        case .norm(let limit): arguments["clipnorm"] = .float(limit)
        case .globalNorm(let limit): arguments["global_clipnorm"] = .float(limit)
        case nil: break
        }
        if let steps = parts.accumulation { arguments["gradient_accumulation_steps"] = JSON(steps) }
        if let average = parts.average {
            arguments["use_ema"] = true
            arguments["ema_momentum"] = .float(average.momentum)
            arguments["ema_overwrite_frequency"] = average.overwriteFrequency.map { JSON($0) } ?? .null
        }
        return KerasObject.json("keras.optimizers", name, arguments)
    }

    private static func rule(_ rule: any Optimizer) throws -> (name: String, arguments: [String: JSON]) {
        func betas(_ beta1: Double, _ beta2: Double, _ epsilon: Double) -> [String: JSON] {
            ["beta_1": .float(beta1), "beta_2": .float(beta2), "epsilon": .float(epsilon)]
        }
        switch rule {
        case let o as SGD: return ("SGD", ["momentum": .float(o.momentum), "nesterov": .flag(o.nesterov)])
        case let o as Adam:
            return ("Adam", betas(o.beta1, o.beta2, o.epsilon).merging(["amsgrad": .flag(o.amsgrad)]) { $1 })
        case let o as Adamax: return ("Adamax", betas(o.beta1, o.beta2, o.epsilon))
        case let o as Nadam: return ("Nadam", betas(o.beta1, o.beta2, o.epsilon))
        case let o as LAMB: return ("Lamb", betas(o.beta1, o.beta2, o.epsilon))
        case let o as Lion: return ("Lion", ["beta_1": .float(o.beta1), "beta_2": .float(o.beta2)])
        case let o as RMSprop:
            return (
                "RMSprop",
                [
                    "rho": .float(o.rho), "momentum": .float(o.momentum), "epsilon": .float(o.epsilon),
                    "centered": .flag(o.centered),
                ]
            )
        case let o as Adagrad:
            return (
                "Adagrad", ["initial_accumulator_value": .float(o.initialAccumulator), "epsilon": .float(o.epsilon)]
            )
        case let o as Adadelta: return ("Adadelta", ["rho": .float(o.rho), "epsilon": .float(o.epsilon)])
        case let o as Ftrl:
            return (
                "Ftrl",
                [
                    "learning_rate_power": .float(o.learningRatePower),
                    "initial_accumulator_value": .float(o.initialAccumulator),
                    "l1_regularization_strength": .float(o.l1),
                    "l2_regularization_strength": .float(o.l2),
                    "l2_shrinkage_regularization_strength": .float(o.l2Shrinkage), "beta": .float(o.beta),
                ]
            )
        case let o as Adafactor:
            return (
                "Adafactor",
                [
                    "beta_2_decay": .float(o.beta2Decay), "epsilon_1": .float(o.epsilon1),
                    "epsilon_2": .float(o.epsilon2),
                    "clip_threshold": .float(o.clipThreshold),
                ]
            )
        case let o as Muon:
            guard o.excluded.isEmpty || o.excluded == ["embedding"] else {
                throw KerasComplaint(
                    "Muon leaves out \(o.excluded.joined(separator: ", ")); Keras's files can say embeddings alone")
            }
            return (
                "Muon",
                [
                    "adam_beta_1": .float(o.beta1), "adam_beta_2": .float(o.beta2), "epsilon": .float(o.epsilon),
                    "momentum": .float(o.momentum), "nesterov": .flag(o.nesterov), "ns_steps": JSON(o.iterations),
                    "muon_a": .float(o.coefficients.a), "muon_b": .float(o.coefficients.b),
                    "muon_c": .float(o.coefficients.c), "rms_rate": o.rmsRate.map(JSON.float) ?? .null,
                    "weight_decay": .float(o.weightDecay), "adam_weight_decay": .float(o.adamWeightDecay),
                    "adam_lr_ratio": .float(o.adamRateRatio), "exclude_embeddings": .flag(!o.excluded.isEmpty),
                ]
            )
        case let o as ScheduleFreeAdamW:
            return (
                "ScheduleFreeAdamW",
                betas(o.beta1, o.beta2, o.epsilon).merging(["warmup_steps": JSON(o.warmUpSteps)]) { $1 }
            )
        default:
            throw KerasComplaint(
                "its optimiser \(type(of: rule)) is none of Keras's, or of several; write the model with includesOptimizer: false"
            )
        }
    }
}
