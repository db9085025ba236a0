// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearnInspection = [
    Example("TernLearn/Inspection/PartialDependence: partialDependence", PartialDependence_partialDependence),
    Example("TernLearn/Inspection/PartialDependence: PartialDependence", PartialDependence_PartialDependence),
    Example("TernLearn/Inspection/PermutationImportance: permutationImportance", PermutationImportance_permutationImportance),
    Example("TernLearn/Inspection/PermutationImportance: PermutationImportance", PermutationImportance_PermutationImportance),
]

private func PartialDependence_partialDependence() async throws {
    let x = Tensor([[0.0, 1], [1, 0], [2, 5]]), y = x[.all, 0] * 3
    _ = x
    _ = y
    var model = LinearRegression()
    _ = model
    use(try model.fit(x, y))
    let dependence = try partialDependence(model, x, features: [0])
    _ = dependence
    check("[[0.0, 1.0, 2.0]]", dependence.grid)
    check("[[0, 3, 6]], up to rounding", dependence.average)
}

private func PartialDependence_PartialDependence() async throws {
    var model = LinearRegression()
    _ = model
    let x = Tensor([[0.0], [1]])
    _ = x
    use(try model.fit(x, Tensor([0.0, 1])))
    check("[1, 2, 2]", try partialDependence(model, x, features: [0]).individual.shape)
}

private func PermutationImportance_permutationImportance() async throws {
    let x = Tensor([[0.0, 5], [1, 3], [2, 8], [3, 1]]), y = x[.all, 0] * 2
    _ = x
    _ = y
    var model = LinearRegression()
    _ = model
    use(try model.fit(x, y))
    let importance = try permutationImportance(model, x, y, randomState: 0)
    _ = importance
    check("true: the first feature is the target", importance.means[0] > 1)
    check("true: the second does nothing", Swift.abs(importance.means[1]) < 1e-9)
}

private func PermutationImportance_PermutationImportance() async throws {
    let x = Tensor([[0.0], [1], [2]]), y = x.flattened()
    _ = x
    _ = y
    var model = LinearRegression()
    _ = model
    use(try model.fit(x, y))
    check("3", try permutationImportance(model, x, y, repeats: 3, randomState: 0).falls[0].count)
}
