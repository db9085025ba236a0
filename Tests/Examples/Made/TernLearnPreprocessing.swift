// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearnPreprocessing = [
    Example("TernLearn/Preprocessing/StandardScaler: StandardScaler", StandardScaler_StandardScaler),
]

private func StandardScaler_StandardScaler() async throws {
    var scaler = StandardScaler()
    _ = scaler
    let z = try scaler.fitTransform(Tensor([[1.0, 5], [3, 5]]))     // [[-1, 0], [1, 0]]
    check("[[-1, 0], [1, 0]]", each: [z as Any])
    _ = z
    check("[2.0, 5.0]", scaler.mean)
    check("[[1, 5], [3, 5]]", try scaler.inverseTransform(z))
}
