import TernCore

/// A bound on gradients, larger than 0.
///
/// ```swift
/// let rule = SGD(learningRate: 1).clipping(.value(2))
/// minimise(from: 10, optimizer: rule, steps: 2) { x in x * x }.coordinate(0)      // [10.0, 8.0, 6.0]
/// ```
public enum GradientBound: Sendable {
    /// Each element lies between −value and value.
    case value(Double)
    /// Each parameter's gradient is at most so long, and keeps its direction.
    case norm(Double)
    /// The gradient of all parameters together is at most so long, and keeps its direction. Where its length is no
    /// finite number, all of it becomes NaN, as in Keras.
    case globalNorm(Double)
}

extension Optimizer {
    /// The optimiser on gradients that are kept within a bound: Keras's `clipvalue`, `clipnorm` and `global_clipnorm`.
    ///
    /// ```swift
    /// let rule = SGD(learningRate: 1).clipping(.globalNorm(5))
    /// let descent = minimise(from: [3, 4], optimizer: rule, steps: 1) { x in square(x).sum() }
    /// descent.last.position                   // [0.0, 0.0]: the gradient [6, 8] became [3, 4]
    /// ```
    public func clipping(_ bound: GradientBound) -> some Optimizer {
        switch bound {
        case .value(let limit), .norm(let limit), .globalNorm(let limit):
            guard limit > 0 else { fail("clipping: gradients within \(limit); a bound is larger than 0") }
        }
        return GradientClipping(base: self, bound: bound)
    }
}

package struct GradientClipping: OptimizerModifier {
    package var base: any Optimizer
    package let bound: GradientBound

    package func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        var s = s
        func length(_ x: Tensor) -> Tensor { sqrt(square(x).sum()) }
        switch bound {
        case .value(let limit): s.gradient = minimum(maximum(s.gradient, -limit), limit)
        case .norm(let limit):
            s.gradient = s.layout.joined(
                s.layout.parts(of: s.gradient).map { part in
                    let factor = part.factorForSquares().reshaped([]), scaled = part * factor
                    return scaled * limit / maximum(length(scaled), factor * limit)
                })
        case .globalNorm(let limit):
            // A length that is no finite number makes all gradients NaN, as in Keras, instead of most of them 0.
            let factor = s.gradient.factorForSquares().reshaped([]), scaled = s.gradient * factor
            let length = length(scaled)
            s.gradient = scaled * (limit * minimum(reciprocal(length), 1 / limit / factor) + (length - length))
        }
        return base.update(s)
    }
}
