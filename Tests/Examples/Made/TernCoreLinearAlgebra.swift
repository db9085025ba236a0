// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernCoreLinearAlgebra = [
    Example("TernCore/LinearAlgebra/Cholesky: Cholesky", Cholesky_Cholesky),
    Example("TernCore/LinearAlgebra/Einsum: einsum", Einsum_einsum),
]

private func Cholesky_Cholesky() async throws {
    let covariance = Tensor([[4.0, 1], [1, 2]])
    let targets = Tensor([1.0, -1])
    let factor = Cholesky(covariance)!          // nil where it is not positive definite
    check("nil where it is not positive definite", each: [factor as Any])
    _ = factor
    let weights = factor.solve(targets)
    _ = weights
}

private func Einsum_einsum() async throws {
    let a = Tensor.random([2, 3], seed: 1)
    let b = Tensor.random([3, 4], seed: 2)
    let q = Tensor.random([2, 6, 3], seed: 3)
    let k = Tensor.random([2, 5, 3], seed: 4)
    let x = Tensor.random([4, 5, 5], seed: 1)
    let u = Tensor([1.0, 2])
    let v = Tensor([3.0, 4, 5])
    use(einsum("ij,jk->ik", a, b))
    use(einsum("bij,bkj->bik", q, k))
    use(einsum("...ii", x))
    use(einsum("i,j->ij", u, v))
}
