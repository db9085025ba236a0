// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearnDecomposition = [
    Example("TernLearn/Decomposition/PCA: PCA", PCA_PCA),
]

private func PCA_PCA() async throws {
    let maps = Tensor([[0.0, 0], [1, 1], [2, 2], [3, 3]])       // [months, cells]
    check("[months, cells]", each: [maps as Any])
    _ = maps
    var eofs = PCA(nComponents: 1)
    _ = eofs
    let series = try eofs.fitTransform(maps)                    // [months, 1], the principal components
    check("[months, 1], the principal components", each: [series as Any])
    _ = series
    check("[[0.70710678, 0.70710678]], [1, cells], the patterns", eofs.components)
    check("1, up to rounding", eofs.explainedVarianceRatio[0])
    use(try eofs.inverseTransform(series))
}
