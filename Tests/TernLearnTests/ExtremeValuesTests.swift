import TernCore
import TernLearn
import TestSupport
import Testing

/// Scores and scalings are numbers up to the largest there are: a power of two in all numbers is one in the result.
@Suite struct ExtremeValuesTests {
    private static let exponents = Array(stride(from: 0, through: 1018, by: 2)) + [479, 480, 481]

    @Test func scoresScaleWithTheirNumbers() {
        let truth = TestStream.tensor(1, [30, 2]), prediction = TestStream.tensor(2, [30, 2]),
            maps = TestStream.tensor(3, [3, 4, 5]),
            other = TestStream.tensor(4, [3, 4, 5])
        let latitudes = [-45.0, -15, 15, 45]
        func lengths(_ t: Tensor, _ p: Tensor, _ a: Tensor, _ b: Tensor) -> [Double] {
            [
                rootMeanSquaredError(t, p), meanAbsoluteError(t, p), medianAbsoluteError(t, p), maxError(t, p),
                areaWeightedRootMeanSquaredError(a, b, latitudes: latitudes),
            ]
        }
        func shares(_ t: Tensor, _ p: Tensor, _ a: Tensor, _ b: Tensor) -> [Double] {
            let scores = EmulatorScores(truth: a, prediction: b, latitudes: latitudes)
            return [
                r2Score(t, p), r2Score(t, p, multiOutput: .varianceWeighted), explainedVarianceScore(t, p),
                d2AbsoluteErrorScore(t, p), meanAbsolutePercentageError(t, p), correlation(t, p), scores.total,
            ]
        }
        let wanted = (lengths(truth, prediction, maps, other), shares(truth, prediction, maps, other))
        for exponent in Self.exponents {
            let size = Double(sign: .plus, exponent: exponent, significand: 1)
            let got = (truth * size, prediction * size, maps * size, other * size)
            // Sums of weighted absolute errors of the largest numbers are left out.
            expectClose(
                lengths(got.0, got.1, got.2, got.3).map { $0 / size }, wanted.0, 1e-13, "2^\(exponent)")
            expectClose(shares(got.0, got.1, got.2, got.3), wanted.1, 1e-13, "2^\(exponent)")
        }
    }

    @Test func meanSquaredErrorsAreNumbersWhereTheyCanBe() {
        let large = Tensor([0x1p510, -0x1p510, 0x1p510, -0x1p510, 0x1p510])
        #expect(meanSquaredError(large, 0 * large) == 0x1p1020)
    }

    @Test func standardScalingScalesAnyNumbers() throws {
        let x = TestStream.tensor(5, [40, 3])
        var scaler = StandardScaler()
        let wanted = try scaler.fitTransform(x)
        for exponent in Self.exponents {
            let size = Double(sign: .plus, exponent: exponent, significand: 1)
            var large = StandardScaler()
            let z = try large.fitTransform(x * size)
            expectClose(z, wanted, 1e-14, "2^\(exponent)")
            expectClose(large.scale.map { $0 / size }, scaler.scale, 1e-14, "2^\(exponent)")
            expectClose(try large.inverseTransform(z).doubles.map { $0 / size }, x.doubles, 1e-14, "2^\(exponent)")
        }
    }

    /// Features in other units have slopes in other units, whatever becomes of the penalty.
    @Test(arguments: [498, 508, 600, 1000]) func linesGoThroughFeaturesOfAnySize(_ exponent: Int) throws {
        let x = TestStream.tensor(6, [30, 3]), y = matmul(x, Tensor([1.0, -2, 0.5])) + 3
        let size = Double(sign: .plus, exponent: exponent, significand: 1)
        for alpha in [0.0, 1] {
            var model = Ridge(alpha: alpha), plain = Ridge(alpha: 0)
            try model.fit(x * size, y)
            try plain.fit(x, y)
            expectClose(model.coef.doubles.map { $0 * size }, plain.coef.doubles, 1e-9, "alpha \(alpha)")
            expectClose(try model.predict(x * size), y, 1e-9, "alpha \(alpha)")
        }
    }

    @Test(arguments: [-60, -200, -500]) func theSpreadOfASmallTargetIsNotTakenForRounding(_ exponent: Int) throws {
        let x = TestStream.tensor(7, [20, 2]), y = square(x).sum(axis: 1), points = TestStream.tensor(8, [5, 2])
        let size = Double(sign: .plus, exponent: exponent, significand: 1)
        var process = GaussianProcessRegressor(alpha: 0.1, normalizesTargets: true), small = process
        try process.fit(x, y)
        try small.fit(x, y * size)
        let (wanted, got) = try (
            process.predictWithStandardDeviation(points), small.predictWithStandardDeviation(points)
        )
        expectClose(got.mean / size, wanted.mean, 1e-12, "mean")
        expectClose(got.standardDeviation / size, wanted.standardDeviation, 1e-12, "deviation")
    }

    @Test func aHugeFeatureThatDoesNotVaryIsNotScaled() throws {
        var scaler = StandardScaler()
        _ = try scaler.fitTransform(Tensor(repeating: 1e300, shape: [7, 1], dtype: .float64))
        #expect(scaler.scale == [1])
    }

    /// A loss that is no number ends the fit with the epoch.
    @Test func anEstimatorWhoseLossOverflowsNamesTheEpoch() {
        let x = TestStream.tensor(6, [60, 2]), y = x.sum(axis: 1)
        var network = MLPRegressor(
            hiddenLayerSizes: [8], solver: .sgd, learningRateInit: 1e6, maxIter: 50, randomState: 1)
        let error = #expect(throws: EstimatorError.self) { try network.fit(x, y) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("(epoch "))
        var tabular = TabularRegressor(learningRate: 1e30, maxEpochs: 5, randomState: 1)
        let other = #expect(throws: EstimatorError.self) { try tabular.fit(x, y) }
        #expect("\(other.map { "\($0)" } ?? "")".contains("TabularRegressor: in epoch "))
    }
}
