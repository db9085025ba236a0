/// A way to search for a minimum, under the name by which `tern descend` and the studio know it.
package struct NamedDescentMethod: Sendable {
    /// That of a ``NamedOptimizer``, `lbfgs` or `newton`.
    package let name: String
    /// The learning rate that an optimiser has of itself; nil of methods that find their steps along lines.
    package let ownRate: Double?
    private let made: @Sendable (LearningRate?, _ momentum: Double) -> DescentMethod

    /// The method with a learning rate, or its own, and with what `momentum` and `nesterov` keep of the last step.
    package func callAsFunction(_ rate: LearningRate?, momentum: Double = 0.9) -> DescentMethod { made(rate, momentum) }

    /// Whether it keeps a share of the last step that can be chosen.
    package var hasMomentum: Bool { [NamedOptimizer.momentum, .nesterov].contains { $0.rawValue == name } }

    /// All of them: optimisers first.
    package static let all: [NamedDescentMethod] =
        NamedOptimizer.allCases.map { optimizer in
            NamedDescentMethod(name: optimizer.rawValue, ownRate: optimizer().learningRate(0)) {
                .optimizer(optimizer($0, momentum: $1))
            }
        } + [
            NamedDescentMethod(name: "lbfgs", ownRate: nil) { _, _ in .lbfgs() },
            NamedDescentMethod(name: "newton", ownRate: nil) { _, _ in .newton },
        ]
}
