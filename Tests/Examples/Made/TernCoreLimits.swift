// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernCoreLimits = [
    Example("TernCore/Limits/CaughtFailure: CaughtFailure", CaughtFailure_CaughtFailure),
    Example("TernCore/Limits/CaughtFailure: catchingFailure", CaughtFailure_catchingFailure),
]

private func CaughtFailure_CaughtFailure() async throws {
    do {
        _ = try catchingFailure { Tensor([1, 2, 3]).reshaped([2, 2]) }
    } catch let failure as CaughtFailure {
        print(failure)      // 3 elements of shape [3] cannot take the shape [2, 2]
    }
    checkPrinted("3 elements of shape [3] cannot take the shape [2, 2]")
}

private func CaughtFailure_catchingFailure() async throws {
    let lengths = [4, 3]                    // of a file
    _ = lengths
    let model = try catchingFailure { Sequential(input: [12]) { Reshape(lengths) } }
    _ = model
    check("[4, 3]", model.outputs[0].shape)
}
