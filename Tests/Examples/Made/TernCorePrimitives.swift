// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernCorePrimitives = [
    Example("TernCore/Primitives/Cumulative: cumulativeSum", Cumulative_cumulativeSum),
    Example("TernCore/Primitives/Sorting: searchSorted", Sorting_searchSorted),
]

private func Cumulative_cumulativeSum() async throws {
    check("[[1, 2], [4, 6]]", Tensor([[1, 2], [3, 4]]).cumulativeSum(axis: 0))
    check("[1, 3, 6, 10]", Tensor([[1, 2], [3, 4]]).cumulativeSum())
}

private func Sorting_searchSorted() async throws {
    check("[1, 2]", Tensor([0.5, 2.0]).searchSorted(in: Tensor([0.0, 1, 2, 3])))
}
