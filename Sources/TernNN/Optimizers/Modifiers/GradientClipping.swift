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
    ///
    /// ```swift
    /// SGD(learningRate: 0.1).clipping(.globalNorm(1))
    /// ```
    public func clipping(_ bound: GradientBound) -> some Optimizer {
        switch bound {
        case .value(let limit), .norm(let limit), .globalNorm(let limit):
            guard limit > 0 else { fail("clipping: gradients within \(limit); a bound is larger than 0") }
        }
        return GradientClipping(base: self, bound: bound)
    }
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
        case .globalNorm(let limit):
            // A length that is no finite number makes all gradients NaN, as in Keras, instead of most of them 0.
            let length = length(s.gradient)
            s.gradient = s.gradient * (limit * minimum(reciprocal(length), 1 / limit) + (length - length))
        }
        return base.update(s)
    }
}
