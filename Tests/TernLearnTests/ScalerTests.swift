import TernCore
import TernLearn
import TestSupport
import Testing

/// Scalers with missing values, weights and batches beside scikit-learn's (Scripts/fixtures/sklearn_scalers.py).
@Suite struct ScalerTests {
    private static let cases = try! SklearnCases("sklearn_scalers")["cases"]

    @Test func scalersAreScikitLearns() {
        for (i, c) in Self.cases.enumerated() {
            let place = "\(c["kind"]!) \(i): \(c)", xs = c["xs"]!.list.map(\.tensor), test = c["test"]!.tensor
            let weights = c["weights"]?.list.map(\.tensor)
            switch c["kind"]!.text {
            case "StandardScaler":
                var model = StandardScaler(
                    withMean: c["options"]!["with_mean"] == nil, withStandardDeviation: c["options"]!["with_std"] == nil
                )
                expectSame(c["z"], place) {
                    if xs.count == 1 {
                        try model.fit(xs[0], sampleWeight: weights?[0])
                    } else {
                        for (k, x) in xs.enumerated() { try model.partialFit(x, sampleWeight: weights?[k]) }
                    }
                    return try model.transform(test)
                }
                expectSame(c["mean"], "mean, \(place)") { Tensor(model.mean) }
                expectSame(c["scale"], "scale, \(place)") { Tensor(model.scale) }
                expectSame(c["seen"], "seen, \(place)") { Tensor(model.samplesSeen) }
                expectSame(c["back"], "back, \(place)") { try model.inverseTransform(c["z"]!.tensor) }
            case "MinMaxScaler":
                var model = MinMaxScaler()
                expectSame(c["z"], place) {
                    for x in xs { try model.partialFit(x) }
                    return try model.transform(test)
                }
            case "MaxAbsScaler":
                var model = MaxAbsScaler()
                expectSame(c["z"], place) {
                    for x in xs { try model.partialFit(x) }
                    return try model.transform(test)
                }
            default:
                var model = RobustScaler()
                expectSame(c["z"], place) {
                    try model.fit(xs[0])
                    return try model.transform(test)
                }
            }
        }
    }

    @Test func aFeatureThatIsMissingInABatchIsNotForgotten() throws {
        var model = StandardScaler()
        try model.partialFit(Tensor([[1.0, .nan], [3, .nan]]))
        try model.partialFit(Tensor([[.nan, 4.0], [.nan, 8]]))
        #expect(model.mean == [2, 6] && model.scale == [1, 2] && model.samplesSeen == [2, 2])
        var range = MinMaxScaler()
        try range.partialFit(Tensor([[1.0], [3]]))
        try range.partialFit(Tensor([[Double.nan]]))
        #expect(range.dataMin == [1] && range.dataMax == [3])
    }

    @Test func aScalerOfKnownNumbersDoesNotGoOn() {
        var model = StandardScaler(mean: [1], scale: [2])
        #expect { try model.partialFit(Tensor([[1.0]])) } throws: { "\($0)".contains("cannot go on to learn") }
    }

    @Test func aScalerOfKnownNumbersHasAsManyOfBoth() {
        let words = message { try catchingFailure { StandardScaler(mean: [1, 2], scale: [1]) } }
        #expect(words.contains("2 means and 1 scales"))
    }
}
