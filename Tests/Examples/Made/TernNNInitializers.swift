// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNInitializers = [
    Example("TernNN/Initializers/Initializer: Initializer", Initializer_Initializer),
]

private func Initializer_Initializer() async throws {
    var random = Generator(seed: 1)
    _ = random
    let kernel = Initializer.glorotUniform([64, 32], random: &random)
    _ = kernel
}
