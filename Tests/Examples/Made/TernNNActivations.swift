// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNActivations = [
    Example("TernNN/Activations/Activation: Activation", Activation_Activation),
]

private func Activation_Activation() async throws {
    let x = Tensor([-1.0, 0, 2])
    _ = x
    check("[0, 0, 2]", Activation.relu(x))
    check("[-0.1, 0, 2]", Activation.leakyReLU(negativeSlope: 0.1)(x))
    check("true", Activation.named("gelu") == .gelu())
}
