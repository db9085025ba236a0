import TernCore

/// A rule that moves parameters along their gradient.
///
/// The rule is written once, as tensor operations on all parameters laid end to end; the
/// planner fuses it into a single pass over memory.
///
/// ```swift
/// struct SignDescent: Optimizer {
///     let slotCount = 0
///     func update(_ parameters: Tensor, gradient: Tensor, slots: [Tensor], rate: Tensor) -> (Tensor, [Tensor]) {
///         (parameters - rate * sign(gradient), [])
///     }
/// }
/// ```
public protocol Optimizer: Sendable {
    /// How many arrays, each as large as the parameters and 0 at first, it keeps.
    var slotCount: Int { get }

    /// The number that ``update(_:gradient:slots:rate:)`` gets at a step, counted from 1.
    func rate(atStep step: Int, learningRate: Double) -> Double

    /// The new parameters and slots.
    func update(
        _ parameters: Tensor, gradient: Tensor, slots: [Tensor], rate: Tensor
    ) -> (parameters: Tensor, slots: [Tensor])
}

extension Optimizer {
    public func rate(atStep step: Int, learningRate: Double) -> Double { learningRate }
}
