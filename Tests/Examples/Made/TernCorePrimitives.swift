// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernCorePrimitives = [
    Example("TernCore/Primitives/Cumulative: cumulativeSum", Cumulative_cumulativeSum),
    Example("TernCore/Primitives/Sorting: searchSorted", Sorting_searchSorted),
    Example("TernCore/Primitives/Window: Margin", Window_Margin),
]

private func Cumulative_cumulativeSum() async throws {
    check("[[1, 2], [4, 6]]", Tensor([[1, 2], [3, 4]]).cumulativeSum(axis: 0))
    check("[1, 3, 6, 10]", Tensor([[1, 2], [3, 4]]).cumulativeSum())
}

private func Sorting_searchSorted() async throws {
    check("[1, 2]", Tensor([0.5, 2.0]).searchSorted(in: Tensor([0.0, 1, 2, 3])))
}

private func Window_Margin() async throws {
    check("[0, 0, 1, 2]", Tensor([1.0, 2]).padded([Margin(before: 2, after: 0)]))
    check("true: a number stands for both sides", Margin(before: 3, after: 3) == 3)
}
