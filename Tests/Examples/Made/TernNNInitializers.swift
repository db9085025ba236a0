// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNInitializers = [
    Example("TernNN/Initializers/Initializer: Initializer", Initializer_Initializer),
    Example("TernNN/Initializers/Initializer: FanMode", Initializer_FanMode),
    Example("TernNN/Initializers/Initializer: Distribution", Initializer_Distribution),
]

private func Initializer_Initializer() async throws {
    var random = Generator(seed: 1)
    _ = random
    let kernel = Initializer.glorotUniform([64, 32], random: &random)       // [64, 32], float32
    check("[64, 32], float32", each: [kernel as Any])
    _ = kernel
    check("true: the bound is √(6 / (64 + 32))", kernel.max().item <= 0.25)
}

private func Initializer_FanMode() async throws {
    let initializer = Initializer.varianceScaling(scale: 2, mode: .fanOut, distribution: .untruncatedNormal)
    _ = initializer
    use(initializer.description)
}

private func Initializer_Distribution() async throws {
    check("[\"uniform\", \"truncated_normal\", \"untruncated_normal\"]", Initializer.Distribution.allCases.map(\.rawValue))
}
