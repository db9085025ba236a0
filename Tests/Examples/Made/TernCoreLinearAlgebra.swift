// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernCoreLinearAlgebra = [
    Example("TernCore/LinearAlgebra/Cholesky: Cholesky", Cholesky_Cholesky),
    Example("TernCore/LinearAlgebra/Einsum: einsum", Einsum_einsum),
    Example("TernCore/LinearAlgebra/LinearAlgebra: LinearAlgebra", LinearAlgebra_LinearAlgebra),
]

private func Cholesky_Cholesky() async throws {
    let factor = Cholesky(Tensor([[4.0, 2], [2, 5]]))!
    _ = factor
    check("[[2, 0], [1, 2]]", factor.lower)
    check("[0, 1]", factor.solve(Tensor([2.0, 5])))
    check("nil: not positive definite", Cholesky(Tensor([[1.0, 2], [2, 1]])))
}

private func Einsum_einsum() async throws {
    let a = Tensor([[1.0, 2], [3, 4]]), v = Tensor([1.0, 10])
    _ = a
    _ = v
    check("[[7, 10], [15, 22]], the matrix product", einsum("ij,jk->ik", a, a))
    check("5, the trace (of each matrix of a stack)", einsum("...ii", a))
    check("[[1, 10], [10, 100]], the outer product", einsum("i,j->ij", v, v))
    check("[21, 43]", einsum("ij,j", a, v))
}

private func LinearAlgebra_LinearAlgebra() async throws {
    let a = Tensor([[1.0, 0], [1, 1], [1, 2]])                          // a line through 1, 3, 5
    _ = a
    check("[1, 2]", LinearAlgebra.leastSquares(a, Tensor([1.0, 3, 5])).solution)
    check("[1.0, 3.0], up to rounding", LinearAlgebra.eigenvalues(symmetric: Tensor([[2.0, 1], [1, 2]])).values)
    check("[3.0, 2.0]", LinearAlgebra.singularValues(Tensor([[3.0, 0], [0, 2]])).s)
}
