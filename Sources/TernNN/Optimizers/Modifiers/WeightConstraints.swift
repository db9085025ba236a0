import TernCore

/// An optimiser that brings weights back to their constraints after each step.
package struct WeightConstraints: OptimizerModifier {
    package var base: any Optimizer
    package let constraints: [Constraint?]

    static func wrap(_ base: any Optimizer, _ variables: [Variable]) -> any Optimizer {
        variables.contains { $0.constraint != nil }
            ? WeightConstraints(base: base, constraints: variables.map(\.constraint)) : base
    }

    package func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        let moved = base.update(s)
        let bound = zip(constraints, s.layout.parts(of: moved.parameters)).map { $0?($1) ?? $1 }
        return (s.layout.joined(bound), moved.slots)
    }
}
