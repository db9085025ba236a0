// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearnDecomposition = [
    Example("TernLearn/Decomposition/PCA: PCA", PCA_PCA),
]

private func PCA_PCA() async throws {
    let maps = Tensor.random([24, 12], seed: 1)
    var eofs = PCA(nComponents: 10)
    _ = eofs
    let series = try eofs.fitTransform(maps)        // [months, 10], the principal components
    check("[months, 10], the principal components", each: [series as Any])
    _ = series
    check("[10, cells], the patterns", eofs.components)
    use(eofs.explainedVarianceRatio)
}
