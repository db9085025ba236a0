// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernCoreTensor = [
    Example("TernCore/Tensor/DType: DType", DType_DType),
    Example("TernCore/Tensor/DType: TensorScalar", DType_TensorScalar),
    Example("TernCore/Tensor/DType: WeakScalar", DType_WeakScalar),
    Example("TernCore/Tensor/DType: TensorSpec", DType_TensorSpec),
    Example("TernCore/Tensor/Interpolation: interpolate", Interpolation_interpolate),
    Example("TernCore/Tensor/PaddingMode: PaddingMode", PaddingMode_PaddingMode),
    Example("TernCore/Tensor/PaddingMode: PaddingValues", PaddingMode_PaddingValues),
    Example("TernCore/Tensor/QuantileMethod: QuantileMethod", QuantileMethod_QuantileMethod),
    Example("TernCore/Tensor/Tensor+Differences: difference", Tensor_Differences_difference),
    Example("TernCore/Tensor/Tensor+Differences: rolled", Tensor_Differences_rolled),
    Example("TernCore/Tensor/Tensor+Histogram: histogram", Tensor_Histogram_histogram),
    Example("TernCore/Tensor/Tensor+Padding: padded", Tensor_Padding_padded),
    Example("TernCore/Tensor/Tensor+Quantiles: median", Tensor_Quantiles_median),
    Example("TernCore/Tensor/Tensor+Quantiles: quantile", Tensor_Quantiles_quantile),
    Example("TernCore/Tensor/Tensor+Subscript: TensorIndexing", Tensor_Subscript_TensorIndexing),
    Example("TernCore/Tensor/Tensor+Subscript: TensorIndex", Tensor_Subscript_TensorIndex),
    Example("TernCore/Tensor/Tensor: Tensor", Tensor_Tensor),
]

private func DType_DType() async throws {
    check("float64, as numpy.result_type gives", DType.promoted(.int32, .float32))
    check("int64", Tensor([1, 2, 3]).dtype)
    check("4 bytes", DType.float32.size)
}

private func DType_TensorScalar() async throws {
    check("int64", Int.dtype)
    check("[true, false]", Tensor([true, false]).scalars(Bool.self))
}

private func DType_WeakScalar() async throws {
    check("int64", (Tensor([1, 2]) + 1).dtype)
    check("float64", (Tensor([1, 2]) + 0.5).dtype)
    check("float32", (Tensor([1, 2] as [Float]) + 0.5).dtype)
}

private func DType_TensorSpec() async throws {
    let spec = TensorSpec(shape: [96, 144], dtype: .float32)
    _ = spec
    check("13824", spec.count)
    check("55296", spec.byteCount)
}

private func Interpolation_interpolate() async throws {
    check("[15, 35]", interpolate(at: Tensor([0.5, 2.5]), points: Tensor([0.0, 1, 3]), values: Tensor([10.0, 20, 40])))
}

private func PaddingMode_PaddingMode() async throws {
    let x = Tensor([1.0, 2, 4])
    _ = x
    check("[1, 1, 1, 2, 4, 4, 4]", x.padded(2, mode: .edge))
    check("[4, 2, 1, 2, 4, 2, 1]", x.padded(2, mode: .reflect()))
    check("[-2, 0, 1, 2, 4, 6, 7]", x.padded(2, mode: .reflect(odd: true)))
    check("[1.5, 1, 2, 4, 3]", x.padded(1, mode: .mean(of: [2])))
}

private func PaddingMode_PaddingValues() async throws {
    let x = Tensor([[1.0]])
    _ = x
    check("[[-1, -1, -1], [-1, 1, -1], [-1, -1, -1]]", x.padded(1, mode: .constant(-1)))
    use(x.padded(1, mode: .constant(PaddingValues(before: 0.5, after: 2))))
    check("[3, 3], numbers for each axis", x.padded(1, mode: .constant(PaddingValues([(0, 1), (2, 3)]))).shape)
}

private func QuantileMethod_QuantileMethod() async throws {
    let x = Tensor([1.0, 2, 4, 8])
    _ = x
    check("13", QuantileMethod.allCases.count)
    check("3", x.quantile(0.5, method: .medianUnbiased))
    check("4", x.quantile(0.5, method: .higher))
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

private func Tensor_Subscript_TensorIndexing() async throws {
    let x = Tensor([[1, 2, 3], [4, 5, 6]])
    _ = x
    check("[4, 5, 6]", x[1])
    check("[[2, 3], [5, 6]]", x[.all, 1...])
}

private func Tensor_Subscript_TensorIndex() async throws {
    let x = Tensor.range(0..<24).reshaped([2, 3, 4])
    _ = x
    check("[3, 4], one dimension fewer", x[0].shape)
    check("[[15, 19, 23]]: x[1:2, :, -1]", x[1..<2, .all, -1])
    check("[2, 3, 4], turned round: x[::-1]", x[.every(-1)].shape)
    check("[2, 3]: x[..., 0]", x[.rest, 0].shape)
    check("[2, 1, 3, 4]: x[:, None]", x[.all, .new].shape)
}

private func Tensor_Tensor() async throws {
    let x = Tensor([[1, 2, 3], [4, 5, 6]] as [[Float]])
    _ = x
    let y = tanh(x).sum(axis: 0)     // shape [3]
    _ = y
    check("[1.7609..., 1.9639..., 1.9950...]", y.scalars(Float.self))
}
