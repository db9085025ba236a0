import Foundation
import Tern
import TestSupport
import Testing

/// Estimators in files (`write(to:)`, `readEstimator`). That damaged ones are refused is also tried by damage/estimator.
@Suite struct EstimatorFilesTests {
    private let folder = TemporaryFolder()
    private let x = Tensor((0..<40).map { Double($0 * $0 % 13) / 3 }, shape: [20, 2]),
        y = Tensor((0..<20).map { Double($0 * 7 % 5) })

    @Test func predictorsPredictTheSameBits() throws {
        let models: [any Predictor] = [
            LinearRegression(), Pipeline(PolynomialFeatures(), StandardScaler(), Ridge()),
            MLPRegressor(hiddenLayerSizes: [5], maxIter: 3, randomState: 1),
            try GridSearch(GaussianProcessRegressor(), ["alpha": [0.1, 1]]),
            TransformedTargetRegressor(Ridge(), transformer: PowerTransformer()),
        ]
        for var model in models {
            let path = folder.path("\(type(of: model).kind).safetensors")
            try model.fit(x, y)
            try model.write(to: path)
            let same = try readEstimator(contentsOf: path, as: (any Predictor).self)
            #expect(type(of: same) == type(of: model))
            #expect(try same.predict(x) == model.predict(x), "\(type(of: model).kind)")
            #expect(try same.parameters == model.parameters)
        }
    }

    @Test func singlePrecisionStays() throws {
        let path = folder.path("network.safetensors")
        var model = MLPRegressor(hiddenLayerSizes: [5], maxIter: 3, randomState: 1)
        try model.fit(x.cast(to: .float32), y)
        try model.write(to: path)
        #expect(try readEstimator(contentsOf: path, as: MLPRegressor.self).coefs == model.coefs)
    }

    @Test func anUnfittedEstimatorIsWrittenToo() throws {
        let path = folder.path("ridge.safetensors")
        try Ridge(alpha: 3).write(to: path)
        #expect(try readEstimator(contentsOf: path, as: Ridge.self).alpha == 3)
    }

    @Test func anotherKindIsNamed() throws {
        let path = folder.path("ridge.safetensors")
        try Ridge().write(to: path)
        #expect(throws: DataError(file: path, "this file holds a Ridge, not the LinearRegression that is wanted")) {
            try readEstimator(contentsOf: path, as: LinearRegression.self)
        }
    }

    @Test func foreignFilesAreNamed() throws {
        let network = folder.path("model.safetensors"), text = folder.path("model.csv")
        try Sequential(input: [2]) { Dense(1) }.write(to: network)
        try "a,b\n1,2\n".write(toFile: text, atomically: true, encoding: .utf8)
        for (path, words) in [
            (network, "holds tensors but no estimator"), (text, "file of an estimator"), (folder.path("none"), "none"),
        ] {
            let error = #expect(throws: DataError.self) { try readEstimator(contentsOf: path) }
            #expect(error.map { "\($0)" }?.contains(words) == true, "\(error.map { "\($0)" } ?? "")")
            #expect(error?.file == path)
        }
    }

    @Test(arguments: [
        (#""kind":"Ridge""#, #""kind":"Fridge""#, #"there is no "Fridge""#),
        (#""alpha":1"#, #""alpha":"one""#, "this is no estimator"),
        (#""coef":"value\/coef""#, #""coef":"coef""#, "coef"),
    ]) func damagedOnesAreTold(_ old: String, _ new: String, _ words: String) throws {
        let path = folder.path("ridge.safetensors")
        var model = Ridge()
        try model.fit(x, y)
        try model.write(to: path)
        var file = try Safetensors(contentsOf: path)
        let text = try #require(file.metadata["configuration"])
        file.metadata["configuration"] = text.replacingOccurrences(of: old, with: new)
        #expect(file.metadata["configuration"] != text)
        try file.write(to: path)
        let error = #expect(throws: DataError.self) { try readEstimator(contentsOf: path) }
        #expect(error?.file == path && error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test func whatDoesNotFitTogetherIsTold() throws {
        let path = folder.path("scaler.safetensors")
        var model = Pipeline(StandardScaler(), PCA(nComponents: 1))
        try model.fit(x)
        try model.write(to: path)
        var file = try Safetensors(contentsOf: path)
        let name = try #require(file.names.first { $0.hasSuffix("components") })
        file.tensors[name] = Tensor([[1.0, 2, 3]])
        try file.write(to: path)
        let error = #expect(throws: DataError.self) { try readEstimator(contentsOf: path) }
        #expect(error?.message.contains("PCA: components is") == true, "\(error?.message ?? "")")
    }
}
