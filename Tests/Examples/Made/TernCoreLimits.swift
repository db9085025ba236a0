// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernCoreLimits = [
    Example("TernCore/Limits/CaughtFailure: catchingFailure", CaughtFailure_catchingFailure),
]

private func CaughtFailure_catchingFailure() async throws {
    let shape = [6]
    let lengths = [2, 3]
    let model = try catchingFailure { Sequential(input: shape) { Reshape(lengths) } }    // of a file's numbers
    _ = model
}
