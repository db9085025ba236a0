// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernCoreTensor = [
    Example("TernCore/Tensor/DType: DType", DType_DType),
    Example("TernCore/Tensor/Interpolation: interpolate", Interpolation_interpolate),
    Example("TernCore/Tensor/PaddingMode: PaddingValues", PaddingMode_PaddingValues),
    Example("TernCore/Tensor/Tensor+Differences: difference", Tensor_Differences_difference),
    Example("TernCore/Tensor/Tensor+Differences: rolled", Tensor_Differences_rolled),
    Example("TernCore/Tensor/Tensor+Histogram: histogram", Tensor_Histogram_histogram),
    Example("TernCore/Tensor/Tensor+Padding: padded", Tensor_Padding_padded),
    Example("TernCore/Tensor/Tensor+Quantiles: median", Tensor_Quantiles_median),
    Example("TernCore/Tensor/Tensor+Quantiles: quantile", Tensor_Quantiles_quantile),
    Example("TernCore/Tensor/Tensor+Subscript: TensorIndex", Tensor_Subscript_TensorIndex),
    Example("TernCore/Tensor/Tensor: Tensor", Tensor_Tensor),
]

private func DType_DType() async throws {
    check(".float64, as numpy.result_type gives", DType.promoted(.int32, .float32))
}

private func Interpolation_interpolate() async throws {
    check("[15, 35]", interpolate(at: Tensor([0.5, 2.5]), points: Tensor([0.0, 1, 3]), values: Tensor([10.0, 20, 40])))
}

private func PaddingMode_PaddingValues() async throws {
    let x = Tensor.random([4, 5, 5], seed: 1)
    use(x.padded(1, mode: .constant(-1)))
    use(x.padded(1, mode: .constant(PaddingValues(before: 0.5, after: 2))))
    use(x.padded(1, mode: .constant(PaddingValues([(0, 1), (2, 3)]))))
}

private func Tensor_Differences_difference() async throws {
    check("[3, 5, 7]", Tensor([1.0, 4, 9, 16]).difference())
    check("[2, 2]", Tensor([1.0, 4, 9, 16]).difference(order: 2))
}

private func Tensor_Differences_rolled() async throws {
    check("[4, 1, 2, 3]", Tensor([1, 2, 3, 4]).rolled(by: 1))
    check("[2, 3, 4, 1]", Tensor([1, 2, 3, 4]).rolled(by: -1))
}

private func Tensor_Histogram_histogram() async throws {
    let (counts, edges) = Tensor([1.0, 2, 2, 5]).histogram(bins: 2)   // [3, 1], [1, 3, 5]
    check("[3, 1], [1, 3, 5]", each: [counts as Any, edges as Any])
    _ = counts
    _ = edges
}

private func Tensor_Padding_padded() async throws {
    let x = Tensor([1.0, 2, 3])
    _ = x
    check("[0, 0, 1, 2, 3, 0, 0]", x.padded(2))
    check("[3, 2, 1, 2, 3, 2, 1]", x.padded(2, mode: .reflect()))
    check("[1, 2, 3, 1, 2]", x.padded([Margin(before: 0, after: 2)], mode: .wrap))
}

private func Tensor_Quantiles_median() async throws {
    check("2.5", Tensor([[3.0, 1], [2, 8]]).median())
    check("[2.5, 4.5]", Tensor([[3.0, 1], [2, 8]]).median(axis: 0))
}

private func Tensor_Quantiles_quantile() async throws {
    let x = Tensor([1.0, 2, 4, 8])
    _ = x
    check("3.0", x.quantile(0.5))
    check("2.0", x.quantile(0.5, method: .lower))
    check("[1.75, 5.0]", x.quantile([0.25, 0.75]))
}

private func Tensor_Subscript_TensorIndex() async throws {
    let x = Tensor.random([4, 5, 5], seed: 1)
    use(x[0])
    use(x[1..<3, .all, -1])
    use(x[.every(-1)])
    use(x[.rest, 0])
    use(x[.all, .new])
}

private func Tensor_Tensor() async throws {
    let x = Tensor([[1, 2, 3], [4, 5, 6]] as [[Float]])
    _ = x
    let y = tanh(x).sum(axis: 0)     // shape [3]
    _ = y
    check("[1.725..., 1.963..., 1.995...]", y.scalars(Float.self))
}
