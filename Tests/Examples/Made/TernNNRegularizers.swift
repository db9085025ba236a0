// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNRegularizers = [
    Example("TernNN/Regularizers/Regularizer: Regularizer", Regularizer_Regularizer),
    Example("TernNN/Regularizers/Regularizer: Mode", Regularizer_Mode),
]

private func Regularizer_Regularizer() async throws {
    let w = Tensor([[1.0, -2], [0, 3]])
    _ = w
    check("0.6", Regularizer.l1(0.1)(w))
    check("1.4", Regularizer.l2(0.1)(w))
    check("2", Regularizer.l1l2(l1: 0.1, l2: 0.1)(w))
}

private func Regularizer_Mode() async throws {
    let rotation = Tensor([[0.6, -0.8], [0.8, 0.6]])
    _ = rotation
    check("0, up to rounding", Regularizer.orthogonal(mode: .columns)(rotation))
}
