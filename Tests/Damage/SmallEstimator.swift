import Foundation
import Tern

/// Estimators in files, fitted, one of each kind that there is.
enum SmallEstimator {
    static func door(_ folder: URL) throws -> any Door {
        let url = folder.appendingPathComponent("valid.safetensors")
        let examples = try fitted().map { estimator in
            try estimator.write(to: url.path)
            return try Data(contentsOf: url)
        }
        return FileDoor(
            folder: folder, name: "in.safetensors", examples: examples, open: use,
            damage: { FolderDoor.safetensors($0, &$1) })
    }

    static let x = Tensor((0..<36).map { Double($0 * $0 % 11) + 0.5 }, shape: [12, 3])

    static func fitted() throws -> [any Estimator] {
        let y = Tensor((0..<12).map { Double($0 * 5 % 7) }), labels = Tensor((0..<12).map { $0 % 3 })
        let network = MLPRegressor(hiddenLayerSizes: [3], maxIter: 2, randomState: 0)
        let predictors: [any Predictor] = [
            LinearRegression(), Ridge(), network, Pipeline(StandardScaler(), Ridge()),
            GaussianProcessRegressor(kernel: .constant(1, bounds: nil) * .rbf(lengthScales: [1, 2, 3], bounds: nil)),
            TransformedTargetRegressor(Ridge(), transformer: StandardScaler()),
            try GridSearch(Ridge(), ["alpha": [0.1, 1]], cv: KFold(nSplits: 2)),
            RandomizedSearch(Ridge(), ["alpha": .values([0.1, 1])], count: 2, cv: KFold(nSplits: 2), randomState: 0),
            try HalvingSearch(Ridge(), ["alpha": [0.1, 1, 10]], cv: KFold(nSplits: 2), randomState: 0),
        ]
        let classifiers: [any Predictor] = [
            LogisticRegression(), MLPClassifier(hiddenLayerSizes: [3], maxIter: 2, randomState: 0),
        ]
        let transformers: [any Transformer] = [
            StandardScaler(), MinMaxScaler(), MaxAbsScaler(), RobustScaler(), QuantileTransformer(nQuantiles: 5),
            PowerTransformer(), PolynomialFeatures(), SimpleImputer(addIndicator: true), OneHotEncoder(drop: .first),
            OneHotEncoder(maxCategories: 3), OrdinalEncoder(), PCA(nComponents: 2), FunctionTransformer(.log1p),
            ColumnTransformer(
                [.init("a", StandardScaler(), columns: [0]), .init("b", nil, columns: [-1])], remainder: .passthrough),
        ]
        var encoder = LabelEncoder()
        encoder.fit(["a", "b", "a"])
        return try predictors.map { try fitted($0, y) } + classifiers.map { try fitted($0, labels) }
            + transformers.map { estimator in
                var estimator = estimator
                try estimator.fit(x)
                return estimator
            } + [encoder]
    }

    private static func fitted(_ model: any Predictor, _ y: Tensor) throws -> any Predictor {
        var model = model
        try model.fit(x, y)
        return model
    }

    /// What was read can be used, or says why not.
    private static func use(_ path: String) throws {
        let estimator = try readEstimator(contentsOf: path)
        _ = try catchingFailure {
            _ = try estimator.parameters
            if let model = estimator as? any Predictor {
                _ = model.classes
                _ = try? model.predict(x)
                _ = try? model.predictProba(x)
            }
            if let transformer = estimator as? any Transformer, let made = try? transformer.transform(x) {
                _ = transformer.featureNames(from: ["a", "b", "c"])
                _ = try? transformer.inverseTransform(made)
            }
            if let encoder = estimator as? LabelEncoder {
                _ = try encoder.inverseTransform(encoder.transform(encoder.classes))
            }
        }
    }
}
