// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearnPreprocessing = [
    Example("TernLearn/Preprocessing/StandardScaler: StandardScaler", StandardScaler_StandardScaler),
]

private func StandardScaler_StandardScaler() async throws {
    let x = Tensor.random([8, 1], seed: 1)
    var scaler = StandardScaler()
    _ = scaler
    let z = try scaler.fitTransform(x)
    _ = z
    let back = try scaler.inverseTransform(z)
    _ = back
}
