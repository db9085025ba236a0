// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearnComposition = [
    Example("TernLearn/Composition/ColumnTransformer: ColumnTransformer", ColumnTransformer_ColumnTransformer),
    Example("TernLearn/Composition/ColumnTransformer: Part", ColumnTransformer_Part),
    Example("TernLearn/Composition/ColumnTransformer: Remainder", ColumnTransformer_Remainder),
    Example("TernLearn/Composition/FunctionTransformer: FunctionTransformer", FunctionTransformer_FunctionTransformer),
    Example("TernLearn/Composition/FunctionTransformer: Function", FunctionTransformer_Function),
    Example("TernLearn/Composition/Pipeline: Pipeline", Pipeline_Pipeline),
    Example("TernLearn/Composition/Pipeline: Step", Pipeline_Step),
    Example("TernLearn/Composition/TransformedTargetRegressor: TransformedTargetRegressor", TransformedTargetRegressor_TransformedTargetRegressor),
]

private func ColumnTransformer_ColumnTransformer() async throws {
    var both = ColumnTransformer(
        [.init("scaled", StandardScaler(), columns: [0]), .init("kinds", OneHotEncoder(), columns: [2])],
        remainder: .passthrough)
    _ = both
    check("[[-1, 1, 0, 7], [1, 0, 1, 8]]", try both.fitTransform(Tensor([[1.0, 7, 0], [3, 8, 1]])))
    use(both.featureNames(from: ["t", "p", "kind"]))
}

private func ColumnTransformer_Part() async throws {
    check("[0, 2]", ColumnTransformer.Part("scaled", MinMaxScaler(), columns: [0, 2]).columns)
}

private func ColumnTransformer_Remainder() async throws {
    check("\"passthrough\"", ColumnTransformer([], remainder: .passthrough).remainder.rawValue)
}

private func FunctionTransformer_FunctionTransformer() async throws {
    check("[[0, 0.69314718]]", try FunctionTransformer(.log1p).transform(Tensor([[0.0, 1]])))
}

private func FunctionTransformer_Function() async throws {
    check("\"squareRoot\"", FunctionTransformer(.squareRoot).function.rawValue)
}

private func Pipeline_Pipeline() async throws {
    var model = Pipeline(StandardScaler(), Ridge(alpha: 0.1))
    _ = model
    use(try model.setParameter("ridge__alpha", to: 0.5))
    use(try model.fit(Tensor([[0.0], [1], [2]]), Tensor([1.0, 3, 5])))
    check("[1]", try model.predict(Tensor([[3.0]])).shape)
    check("[1]", (model["ridge"] as! Ridge).coef.shape)
}

private func Pipeline_Step() async throws {
    check("[\"standardscaler\", \"ridge\"]", Pipeline(StandardScaler(), Ridge()).steps.map(\.name))
}

private func TransformedTargetRegressor_TransformedTargetRegressor() async throws {
    var growth = TransformedTargetRegressor(LinearRegression(), transformer: FunctionTransformer(.log))
    _ = growth
    use(try growth.fit(Tensor([[0.0], [1], [2]]), Tensor([1.0, 10, 100])))
    check("[1000], up to rounding", try growth.predict(Tensor([[3.0]])))
}
