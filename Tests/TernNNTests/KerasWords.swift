import Foundation
import TernCore
import TernNN

/// JSON of any form: what Keras's arguments look like in fixtures.
indirect enum Word: Decodable {
    case number(Double), flag(Bool), text(String), list([Word]), none

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .none
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else {
            self = .list(try container.decode([Word].self))
        }
    }

    var number: Double? { if case .number(let number) = self { number } else { nil } }
    var text: String? { if case .text(let text) = self { text } else { nil } }
    var list: [Word]? { if case .list(let list) = self { list } else { nil } }
    var integers: [Int] { list?.map { Int($0.number!) } ?? [Int(number!)] }
}

/// Keras's arguments by name.
struct Words: Decodable {
    var words: [String: Word]

    init(from decoder: any Decoder) throws { words = try decoder.singleValueContainer().decode([String: Word].self) }

    func number(_ name: String) -> Double { words[name]!.number! }
    func integer(_ name: String) -> Int { Int(number(name)) }
    func text(_ name: String) -> String { words[name]!.text! }
    func flag(_ name: String, _ standard: Bool = false) -> Bool {
        if case .flag(let flag) = words[name] { flag } else { standard }
    }
}

/// An optimiser with all that Keras's may be given.
struct OptimizerWords: Decodable {
    enum Rate: Decodable {
        case constant(Double), schedule(Words)
        init(from decoder: any Decoder) throws {
            self =
                if let value = try? decoder.singleValueContainer().decode(Double.self) { .constant(value) } else {
                    .schedule(try Words(from: decoder))
                }
        }
    }
    var kind: String, arguments: Words, rate: Rate
    var clip: [Word]?, decay: Double?, undecayed: [String]?, accumulate: Int?, average: Double?, overwrite: Int?

    var learningRate: LearningRate {
        guard case .schedule(let a) = rate else {
            guard case .constant(let value) = rate else { fatalError() }
            return LearningRate(value)
        }
        let kind = a.text("kind")
        if kind == "PiecewiseConstantDecay" {
            return .piecewise(
                boundaries: a.words["boundaries"]!.integers, values: a.words["values"]!.list!.map { $0.number! })
        }
        let first = a.number("initial_learning_rate")
        switch kind {
        case "ExponentialDecay":
            return .exponentialDecay(
                from: first, steps: a.integer("decay_steps"), rate: a.number("decay_rate"),
                staircase: a.flag("staircase"))
        case "InverseTimeDecay":
            return .inverseTimeDecay(
                from: first, steps: a.integer("decay_steps"), rate: a.number("decay_rate"),
                staircase: a.flag("staircase"))
        case "PolynomialDecay":
            return .polynomialDecay(
                from: first, steps: a.integer("decay_steps"), to: a.number("end_learning_rate"),
                power: a.number("power"), cycle: a.flag("cycle"))
        case "CosineDecay":
            return .cosineDecay(
                from: first, steps: a.integer("decay_steps"), alpha: a.number("alpha"),
                warmUpTarget: a.words["warmup_target"]?.number,
                warmUpSteps: Int(a.words["warmup_steps"]?.number ?? 0))
        default:
            return .cosineDecayRestarts(
                from: first, steps: a.integer("first_decay_steps"), lengthFactor: a.number("t_mul"),
                heightFactor: a.number("m_mul"),
                alpha: a.number("alpha"))
        }
    }

    private var rule: any Optimizer {
        let a = arguments, rate = learningRate
        func n(_ name: String) -> Double { a.number(name) }
        switch kind {
        case "SGD": return SGD(learningRate: rate, momentum: n("momentum"), nesterov: a.flag("nesterov"))
        case "RMSprop":
            return RMSprop(
                learningRate: rate, rho: n("rho"), momentum: n("momentum"), epsilon: n("epsilon"),
                centered: a.flag("centered"))
        case "Adagrad":
            return Adagrad(
                learningRate: rate, initialAccumulator: n("initial_accumulator_value"), epsilon: n("epsilon"))
        case "Adadelta": return Adadelta(learningRate: rate, rho: n("rho"), epsilon: n("epsilon"))
        case "Adam":
            return Adam(
                learningRate: rate, beta1: n("beta_1"), beta2: n("beta_2"), epsilon: n("epsilon"),
                amsgrad: a.flag("amsgrad"))
        case "AdamW":
            return AdamW(
                learningRate: rate, weightDecay: n("weight_decay"), beta1: n("beta_1"), beta2: n("beta_2"),
                epsilon: n("epsilon"),
                amsgrad: a.flag("amsgrad"))
        case "Adamax": return Adamax(learningRate: rate, beta1: n("beta_1"), beta2: n("beta_2"), epsilon: n("epsilon"))
        case "Nadam": return Nadam(learningRate: rate, beta1: n("beta_1"), beta2: n("beta_2"), epsilon: n("epsilon"))
        case "Ftrl":
            return Ftrl(
                learningRate: rate, learningRatePower: n("learning_rate_power"),
                initialAccumulator: n("initial_accumulator_value"),
                l1: n("l1_regularization_strength"), l2: n("l2_regularization_strength"),
                l2Shrinkage: n("l2_shrinkage_regularization_strength"), beta: n("beta"))
        case "Lion": return Lion(learningRate: rate, beta1: n("beta_1"), beta2: n("beta_2"))
        case "Lamb": return LAMB(learningRate: rate, beta1: n("beta_1"), beta2: n("beta_2"), epsilon: n("epsilon"))
        case "Adafactor":
            return Adafactor(
                learningRate: rate, beta2Decay: n("beta_2_decay"), epsilon2: n("epsilon_2"),
                clipThreshold: n("clip_threshold"))
        case "Muon":
            return Muon(
                learningRate: rate, beta1: n("adam_beta_1"), beta2: n("adam_beta_2"), momentum: n("momentum"),
                nesterov: a.flag("nesterov"),
                iterations: a.integer("ns_steps"), coefficients: (3.4445, -4.7750, n("muon_c")),
                rmsRate: a.words["rms_rate"]?.number,
                weightDecay: n("weight_decay"), adamWeightDecay: n("adam_weight_decay"),
                adamRateRatio: n("adam_lr_ratio"))
        case "ScheduleFreeAdamW":
            return ScheduleFreeAdamW(
                learningRate: rate, beta1: n("beta_1"), beta2: n("beta_2"), epsilon: n("epsilon"),
                warmUpSteps: a.integer("warmup_steps"))
        default: fatalError("there is no optimiser \(kind)")
        }
    }

    /// The rule and what is said behind it, in Keras's order.
    var optimizer: any Optimizer {
        var made = rule
        if let decay { made = made.decayingWeights(by: decay, except: undecayed ?? []) }
        if let clip {
            let bound = clip[1].number!
            switch clip[0].text! {
            case "clipvalue": made = made.clipping(.value(bound))
            case "clipnorm": made = made.clipping(.norm(bound))
            default: made = made.clipping(.globalNorm(bound))
            }
        }
        if let accumulate { made = made.accumulatingGradients(of: accumulate) }
        if let average { made = made.averagingWeights(momentum: average, overwriteFrequency: overwrite) }
        return made
    }
}

/// A graph of layers.
struct ModelWords: Decodable {
    struct LayerWords: Decodable { var kind: String, name: String, arguments: Words }
    struct Call: Decodable { var layer: Int, read: [Int] }
    struct Output: Decodable {
        var value: Int, goal: String, units: Int, loss: String, metrics: [String], weighted_metrics: [String]
    }
    var inputs: [[Int]], layers: [LayerWords], calls: [Call], outputs: [Output], loss_weights: [Double]?

    func model(_ dtype: DType) -> Model {
        let made = layers.map { layer in
            let one = layer.layer
            one.info.dtype = dtype
            return one
        }
        var values = inputs.map { Input($0, dtype: dtype) }
        let first = values
        for call in calls { values.append(made[call.layer](call.read.map { values[$0] })[0]) }
        let model = Model(inputs: first, outputs: outputs.map { values[$0.value] })
        model.info.dtype = dtype
        return model
    }
}

extension ModelWords.LayerWords {
    private func regularizer(_ name: String) -> Regularizer? {
        guard let list = arguments.words[name]?.list else { return nil }
        switch list[0].text! {
        case "L1": return .l1(list[1].number!)
        case "L2": return .l2(list[1].number!)
        default: return .l1l2(l1: list[1].number!, l2: list[2].number!)
        }
    }

    private var constraint: Constraint? {
        guard let list = arguments.words["kernel_constraint"]?.list else { return nil }
        let axes = list.last!.list.map { $0.map { Int($0.number!) } } ?? []
        switch list[0].text! {
        case "MaxNorm": return .maxNorm(list[1].number!, axes: axes)
        case "MinMaxNorm":
            return .minMaxNorm(min: list[1].number!, max: list[2].number!, rate: list[3].number!, axes: axes)
        case "UnitNorm": return .unitNorm(axes: axes)
        default: return .nonNegative
        }
    }

    /// What a weight is held by; a constraint is only on kernels.
    private func weight(_ name: String) -> WeightSettings {
        WeightSettings(
            regularizer: regularizer("\(name)_regularizer"), constraint: name == "kernel" ? constraint : nil)
    }

    private func window(_ name: String) -> WindowSize { WindowSize(arguments.words[name]!.integers) }
    private var padding: Padding { arguments.text("padding") == "same" ? .same : .valid }

    var layer: any Layer {
        let a = arguments
        func activation() -> Activation { Activation.named(a.text("activation"))! }
        func conv<Rank: GridRank>(_ rank: Rank.Type) -> Conv<Rank> {
            Conv<Rank>(
                a.integer("filters"), kernelSize: window("kernel_size"), strides: window("strides"), padding: padding,
                activation: activation(), usesBias: a.flag("use_bias", true),
                kernel: weight("kernel"),
                bias: weight("bias"), name: name)
        }
        switch kind {
        case "Dense":
            return Dense(
                a.integer("units"), activation: activation(), usesBias: a.flag("use_bias", true),
                kernel: weight("kernel"),
                bias: weight("bias"), name: name)
        case "Conv1D": return conv(OneDimension.self)
        case "Conv2D": return conv(TwoDimensions.self)
        case "MaxPooling1D": return MaxPooling1D(window("pool_size"), padding: padding, name: name)
        case "MaxPooling2D": return MaxPooling2D(window("pool_size"), padding: padding, name: name)
        case "AveragePooling1D": return AveragePooling1D(window("pool_size"), padding: padding, name: name)
        case "AveragePooling2D": return AveragePooling2D(window("pool_size"), padding: padding, name: name)
        case "GlobalAveragePooling1D": return GlobalAveragePooling1D(name: name)
        case "GlobalAveragePooling2D": return GlobalAveragePooling2D(name: name)
        case "GlobalMaxPooling2D": return GlobalMaxPooling2D(name: name)
        case "Flatten": return Flatten(name: name)
        case "BatchNormalization":
            return BatchNormalization(momentum: a.number("momentum"), epsilon: a.number("epsilon"), name: name)
        case "LayerNormalization": return LayerNormalization(epsilon: a.number("epsilon"), name: name)
        case "Concatenate": return Concatenate(name: name)
        case "Add": return Add(name: name)
        case "Subtract": return Subtract(name: name)
        case "Multiply": return Multiply(name: name)
        case "Average": return Average(name: name)
        case "Maximum": return Maximum(name: name)
        case "SimpleRNN":
            return SimpleRNN(
                a.integer("units"), kernel: weight("kernel"), recurrent: weight("recurrent"), bias: weight("bias"),
                returnsSequences: a.flag("return_sequences"),
                goesBackwards: a.flag("go_backwards"), name: name)
        case "LSTM":
            return LSTM(
                a.integer("units"), kernel: weight("kernel"), recurrent: weight("recurrent"), bias: weight("bias"),
                returnsSequences: a.flag("return_sequences"),
                goesBackwards: a.flag("go_backwards"), name: name)
        case "GRU":
            return GRU(
                a.integer("units"), resetAfter: a.flag("reset_after"),
                kernel: weight("kernel"), recurrent: weight("recurrent"), bias: weight("bias"),
                returnsSequences: a.flag("return_sequences"),
                goesBackwards: a.flag("go_backwards"), name: name)
        default: fatalError("there is no layer \(kind)")
        }
    }
}
