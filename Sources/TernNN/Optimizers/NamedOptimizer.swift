/// The optimisers by the names that a user writes: Keras's, and `momentum` and `nesterov` for ``SGD`` with 0.9 of it.
///
/// ```swift
/// let rule = NamedOptimizer(rawValue: "adam")!(0.01)
/// rule.learningRate(0)                    // 0.01
/// NamedOptimizer.sgd().learningRate(0)    // 0.01, its own
/// ```
public enum NamedOptimizer: String, CaseIterable, Sendable {
    /// ``SGD``, plain.
    case sgd
    /// ``SGD`` with a momentum of 0.9.
    case momentum
    /// ``SGD`` with a momentum of 0.9 and Nesterov's look-ahead.
    case nesterov
    /// ``RMSprop``.
    case rmsprop
    /// ``Adagrad``.
    case adagrad
    /// ``Adadelta``.
    case adadelta
    /// ``Adam``.
    case adam
    /// `AdamW`.
    case adamw
    /// ``Adamax``.
    case adamax
    /// ``Nadam``.
    case nadam
    /// ``Ftrl``.
    case ftrl
    /// ``Lion``.
    case lion
    /// ``LAMB``.
    case lamb
    /// ``Adafactor``.
    case adafactor
    /// ``Muon``.
    case muon
    /// ``ScheduleFreeAdamW``.
    case schedulefreeadamw

    /// The optimiser with this learning rate, or its own where that is nil.
    ///
    /// - Parameter momentum: what ``momentum`` and ``nesterov`` keep of the last step; others have none.
    public func callAsFunction(_ rate: LearningRate? = nil, momentum: Double = 0.9) -> any Optimizer {
        switch self {
        case .sgd: SGD(learningRate: rate ?? 0.01)
        case .momentum: SGD(learningRate: rate ?? 0.01, momentum: momentum)
        case .nesterov: SGD(learningRate: rate ?? 0.01, momentum: momentum, nesterov: true)
        case .rmsprop: RMSprop(learningRate: rate ?? 1e-3)
        case .adagrad: Adagrad(learningRate: rate ?? 1e-3)
        case .adadelta: Adadelta(learningRate: rate ?? 1e-3)
        case .adam: Adam(learningRate: rate ?? 1e-3)
        case .adamw: AdamW(learningRate: rate ?? 1e-3)
        case .adamax: Adamax(learningRate: rate ?? 1e-3)
        case .nadam: Nadam(learningRate: rate ?? 1e-3)
        case .ftrl: Ftrl(learningRate: rate ?? 1e-3)
        case .lion: Lion(learningRate: rate ?? 1e-3)
        case .lamb: LAMB(learningRate: rate ?? 1e-3)
        case .adafactor: Adafactor(learningRate: rate ?? 1e-3)
        case .muon: Muon(learningRate: rate ?? 1e-3)
        case .schedulefreeadamw: ScheduleFreeAdamW(learningRate: rate ?? 0.0025)
        }
    }
}
