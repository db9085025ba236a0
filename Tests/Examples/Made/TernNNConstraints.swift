// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNConstraints = [
    Example("TernNN/Constraints/Constraint: Constraint", Constraint_Constraint),
]

private func Constraint_Constraint() async throws {
    let w = Tensor([[3.0], [4]])
    _ = w
    check("[[0.6], [0.8]], up to 1e-8", Constraint.unitNorm()(w))
    check("[[1.5], [2]]", Constraint.maxNorm(2.5)(w))
    check("[[0], [0]]", Constraint.nonNegative(-w))
}
