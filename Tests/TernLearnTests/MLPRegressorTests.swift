import Foundation
import TernCore
import TernLearn
import TestSupport
import Testing

/// What scikit-learn's MLPRegressor learned, case by case (Scripts/fixtures/sklearn_mlp.py).
private struct MLPFixture: Decodable {
    struct Call: Decodable {
        var call: String, rows: [Int], n_iter: Int, n_layers: Int, n_outputs: Int, out_activation: String, t: Int
        var loss: Double, best_loss: Double?, loss_curve: [Double], validation_scores: [Double]?
        var best_validation_score: Double?, coefs: [[[Double]]]?, intercepts: [[Double]]?
        var predictions: [[Double]], score: Double, weighted_score: Double?
    }
    struct Case: Decodable {
        var name: String, params: MLPSettings, dtype: String, y_is_vector: Bool, sample_weight: [Double]?
        var X: [[Double]], y: [[Double]], X_test: [[Double]], calls: [Call]
    }
    var cases: [Case]
}

@Suite struct MLPRegressorTests {
    private static let fixture = try! Fixture.decode("sklearn_mlp", as: MLPFixture.self)

    /// Single precision rounds by the largest number of an array.
    private static func expectEqual(_ ours: [Double], _ theirs: [Double], _ tolerance: Double, _ what: String) {
        expectClose(ours, theirs, tolerance, unit: Closeness.magnitude(theirs, atLeast: 0) * 1e-3, what)
    }

    @Test(arguments: fixture.cases.map(\.name))
    func learnsWhatScikitLearnLearns(_ name: String) throws {
        let test = Self.fixture.cases.first { $0.name == name }!
        let dtype: DType = test.dtype == "float32" ? .float32 : .float64
        let tolerance = dtype == .float32 ? 2e-3 : 1e-9
        var model = test.params.model
        for expected in test.calls {
            let rows = expected.rows[0]..<expected.rows[1]
            let x = Tensor(Array(test.X[rows])).cast(to: dtype)
            var y = Tensor(Array(test.y[rows]))
            if test.y_is_vector { y = y.flattened() }
            let weight = test.sample_weight.map { Tensor(Array($0[rows])) }
            if expected.call == "fit" {
                try model.fit(x, y, sampleWeight: weight)
            } else {
                try model.partialFit(x, y, sampleWeight: weight)
            }

            #expect(model.nIter == expected.n_iter)
            #expect(model.t == expected.t)
            #expect(model.nLayers == expected.n_layers)
            #expect(model.nOutputs == expected.n_outputs)
            #expect(model.outActivation == expected.out_activation)
            Self.expectEqual(model.lossCurve, expected.loss_curve, tolerance, "lossCurve")
            Self.expectEqual([model.lastLoss], [expected.loss], tolerance, "lastLoss")
            Self.expectEqual(
                model.bestLoss.map { [$0] } ?? [], expected.best_loss.map { [$0] } ?? [], tolerance, "bestLoss")
            Self.expectEqual(
                model.validationScores ?? [], expected.validation_scores ?? [], tolerance, "validationScores")
            #expect((model.validationScores == nil) == (expected.validation_scores == nil))
            Self.expectEqual(
                model.bestValidationScore.map { [$0] } ?? [], expected.best_validation_score.map { [$0] } ?? [],
                tolerance, "bestValidationScore")
            for (i, coef) in (expected.coefs ?? []).enumerated() {
                #expect(model.coefs[i].shape == [coef.count, coef[0].count])
                #expect(model.coefs[i].dtype == dtype)
                Self.expectEqual(model.coefs[i].doubles, coef.flatMap { $0 }, tolerance, "coefs[\(i)]")
            }
            for (i, intercept) in (expected.intercepts ?? []).enumerated() {
                Self.expectEqual(model.intercepts[i].doubles, intercept, tolerance, "intercepts[\(i)]")
            }
            let prediction = try model.predict(Tensor(test.X_test).cast(to: dtype))
            #expect(
                prediction.shape
                    == (expected.n_outputs == 1 ? [test.X_test.count] : [test.X_test.count, expected.n_outputs]))
            Self.expectEqual(prediction.doubles, expected.predictions.flatMap { $0 }, tolerance, "predictions")
            // Scores are on all rows.
            let all = Tensor(test.X).cast(to: dtype), truth = Tensor(test.y)
            Self.expectEqual([try model.score(all, truth)], [expected.score], tolerance, "score")
            if let weighted = expected.weighted_score, let weight = test.sample_weight {
                Self.expectEqual(
                    [try model.score(all, truth, sampleWeight: Tensor(weight))], [weighted], tolerance, "weighted score"
                )
            }
        }
    }

    @Test(arguments: [DType.float32, .float64])
    func trainsTheSameBitsOnAnyNumberOfThreads(_ dtype: DType) throws {
        var random = RandomState(seed: 3)
        let x = Tensor(random.standardNormal(count: 2050 * 7), shape: [2050, 7]).cast(to: dtype)
        let y = sin(x.sum(axis: 1))
        let fits = try [1, 2, 5].map { threads in
            try ThreadPool.withThreads(threads) {
                var model = MLPRegressor(hiddenLayerSizes: [100, 90], batchSize: 200, maxIter: 3, randomState: 1)
                try model.fit(x, y)
                return model
            }
        }
        for other in fits.dropFirst() {
            #expect(other.lossCurve == fits[0].lossCurve)
            #expect(other.coefs == fits[0].coefs)
            #expect(other.intercepts == fits[0].intercepts)
        }
    }

    @Test func reportsEachEpoch() throws {
        let x = Tensor.linearSpace(from: -1, to: 1, count: 20).reshaped([20, 1])
        let log = Log()
        var model = MLPRegressor(hiddenLayerSizes: [4], maxIter: 5, randomState: 0)
        model.onEpoch = { log.append($0.loss) }
        try model.fit(x, x.flattened())
        #expect(log.losses == model.lossCurve)
        #expect(!model.didConverge)
    }

    @Test func refusesWhatItCannotUse() {
        let x = Tensor.linearSpace(from: -1, to: 1, count: 8).reshaped([8, 1]), y = x.flattened()
        func message(_ change: (inout MLPRegressor) -> Void, _ x: Tensor, _ y: Tensor) -> String {
            var model = MLPRegressor(hiddenLayerSizes: [3], maxIter: 1, randomState: 0)
            change(&model)
            return TestSupport.message { try model.fit(x, y) }
        }
        #expect(message({ $0.hiddenLayerSizes = [3, 0] }, x, y).contains("hiddenLayerSizes is [3, 0]"))
        #expect(message({ $0.learningRateInit = 0 }, x, y).contains("learningRateInit is 0"))
        #expect(message({ $0.beta1 = 1 }, x, y).contains("beta1 is 1"))
        #expect(message({ _ in }, x.flattened(), y).contains("x.reshaped([-1, 1])"))
        #expect(message({ _ in }, x, y[0..<7]).contains("x has 8 examples but y has 7"))
        var gap = x
        gap[3, 0] = Tensor(Double.nan)
        #expect(message({ _ in }, gap, y).contains("x contains nan at row 3, column 0"))
        #expect(message({ $0.earlyStopping = true }, x, y).contains("too few to validate on"))
        #expect(message({ $0.loss = .poisson }, x, y).contains("Poisson"))
        #expect(throws: EstimatorError.self) { try MLPRegressor().predict(x) }
    }
}

private final class Log: @unchecked Sendable {
    var losses: [Double] = []
    func append(_ loss: Double) { losses.append(loss) }
}
