// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernCorePlan = [
    Example("TernCore/Plan/Compile: compile", Compile_compile),
]

private func Compile_compile() async throws {
    let x = Tensor.random([4, 5], seed: 1)
    let w = Tensor.random([5, 2], seed: 3)
    let step = compile { (x: Tensor, w: Tensor) in tanh(matmul(x, w)).sum() }
    _ = step
    let y = step(x, w)       // traces, plans and runs; later calls only run
    _ = y
}
