// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNActivations = [
    Example("TernNN/Activations/Activation: Activation", Activation_Activation),
]

private func Activation_Activation() async throws {
    let x = Tensor.ones([2, 3])
    let y = Activation.gelu()(x)
    _ = y
    let same = Activation.named("gelu")!
    _ = same
}
