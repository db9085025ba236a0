import TernCore

/// A bound on gradients.
public enum GradientBound: Sendable {
    /// Each element lies between −value and value.
    case value(Double)
    /// Each parameter's gradient is at most so long.
    case norm(Double)
    /// The gradient of all parameters together is at most so long.
    case globalNorm(Double)
}

extension Optimizer {
    /// The optimiser on gradients that are kept within a bound.
    public func clipping(_ bound: GradientBound) -> some Optimizer { GradientClipping(base: self, bound: bound) }
}

struct GradientClipping: OptimizerModifier {
    let base: any Optimizer
    let bound: GradientBound

    func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        var s = s
        func length(_ x: Tensor) -> Tensor { sqrt(square(x).sum()) }
        switch bound {
        case .value(let limit): s.gradient = minimum(maximum(s.gradient, -limit), limit)
        case .norm(let limit):
            s.gradient = s.layout.joined(s.layout.parts(of: s.gradient).map { $0 * limit / maximum(length($0), limit) })
        case .globalNorm(let limit): s.gradient = s.gradient * limit / maximum(length(s.gradient), limit)
        }
        return base.update(s)
    }
}

/// An optimiser that changes what another one sees or does; all else is the other's.
protocol OptimizerModifier: Optimizer {
    var base: any Optimizer { get }
}

extension OptimizerModifier {
    var learningRate: LearningRate { base.learningRate }
    func initialSlots(for layout: ParameterLayout) -> [Tensor] { base.initialSlots(for: layout) }
    func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void) {
        base.scalars(atStep: step, learningRate: learningRate, emit)
    }
    func updateCount(inSteps steps: Int) -> Int { base.updateCount(inSteps: steps) }
    func finalParameters(_ parameters: Tensor, slots: [Tensor], layout: ParameterLayout) -> Tensor {
        base.finalParameters(parameters, slots: slots, layout: layout)
    }
}
