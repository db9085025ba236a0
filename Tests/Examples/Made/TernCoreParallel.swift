// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernCoreParallel = [
    Example("TernCore/Parallel/Machine: Machine", Machine_Machine),
    Example("TernCore/Parallel/ThreadPool: ThreadPool", ThreadPool_ThreadPool),
]

private func Machine_Machine() async throws {
    check("\"portable\": such kernels run everywhere", Machine.instructionSets.last)
    check("true", Machine.complaint == nil)
}

private func ThreadPool_ThreadPool() async throws {
    let a = Tensor.random([100, 100], seed: 0)
    _ = a
    let one = ThreadPool.withThreads(1) { matmul(a, a) }
    _ = one
    check("true: the number of threads changes no bit", one == matmul(a, a))
}
