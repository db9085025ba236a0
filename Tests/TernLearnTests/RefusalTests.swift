import TernCore
import TernLearn
import TestSupport
import Testing

/// What estimators and metrics refuse with a word, where a number would mislead.
@Suite struct RefusalTests {
    private static let x = Tensor([[0.0], [1], [2], [3]]), y = Tensor([0.0, 1, 0, 1])

    @Test(arguments: [
        Kernel.rbf(lengthScale: 0), .rbf(lengthScale: -1), .rbf(lengthScale: 1, bounds: -1...1), .constant(.nan),
        .rbf(lengthScale: 1) + .white(noise: 1, bounds: 0...1),
    ]) func kernelsOutOfTheirRange(_ kernel: Kernel) {
        var model = GaussianProcessRegressor(kernel: kernel)
        #expect(message { try model.fit(Self.x, Self.y) }.contains("must be above 0"))
    }

    @Test func aThetaOfAnotherLength() {
        let kernel = Kernel.rbf(lengthScale: 1) + .white(noise: 1)
        #expect(message { try catchingFailure { kernel.with(theta: [0]) } }.contains("1 numbers are no theta"))
    }

    /// A gap that stays before a value without a logarithm does not hide it.
    @Test(arguments: [-1.0, 0]) func valuesWithoutALogarithmBehindAGap(_ value: Double) {
        let x = Tensor([.nan, value], shape: [2, 1])
        #expect(message { try FunctionTransformer(.log).transform(x) }.contains("log of \(value) is no number"))
    }

    @Test func aCodeBetweenTwoCategories() throws {
        var encoder = OrdinalEncoder()
        try encoder.fit(Self.x)
        #expect(message { try encoder.inverseTransform(Tensor([[1.5]])) }.contains("1.5 at row 0 is no category"))
    }

    @Test(arguments: [-0.1, 1.5, .nan]) func quantilesThatAreNone(_ alpha: Double) {
        for loss in [meanPinballLoss, d2PinballScore] {
            #expect(
                message { try catchingFailure { loss(Self.y, Self.y, nil, alpha, .uniformAverage) } }.contains(
                    "a quantile is from 0 to 1"))
        }
    }

    @Test func mapsOfOtherShapes() {
        let truth = Tensor.ones([2, 3, 4]), latitudes = [-60.0, 0, 60]
        #expect(
            message {
                try catchingFailure {
                    areaWeightedRootMeanSquaredError(truth, Tensor.ones([3, 4]), latitudes: latitudes)
                }
            }.contains("no prediction of maps of shape [2, 3, 4]"))
    }

    @Test(arguments: [Double.nan, .infinity, 0, 1.5]) func sharesOfExamplesThatAreNone(_ share: Double) throws {
        var model = Ridge()
        try model.fit(Self.x, Self.y)
        #expect(
            message { try permutationImportance(model, Self.x, Self.y, maxSamples: .fraction(share)) }.contains(
                "maxSamples"))
    }
}
