// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernCorePlan = [
    Example("TernCore/Plan/Compile: compile", Compile_compile),
]

private func Compile_compile() async throws {
    let step = compile { (x: Tensor) in tanh(matmul(x, x)).sum() }
    _ = step
    let y = step(Tensor.zeros([3, 3]))      // 0: traces, plans and runs; later calls only run
    check("0: traces, plans and runs; later calls only run", each: [y as Any])
    _ = y
}
