// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearnPreprocessing = [
    Example("TernLearn/Preprocessing/Categories: Category", Categories_Category),
    Example("TernLearn/Preprocessing/LabelEncoder: LabelEncoder", LabelEncoder_LabelEncoder),
    Example("TernLearn/Preprocessing/MinMaxScaler: MinMaxScaler", MinMaxScaler_MinMaxScaler),
    Example("TernLearn/Preprocessing/MinMaxScaler: partialFit", MinMaxScaler_partialFit),
    Example("TernLearn/Preprocessing/MinMaxScaler: MaxAbsScaler", MinMaxScaler_MaxAbsScaler),
    Example("TernLearn/Preprocessing/OneHotEncoder: OneHotEncoder", OneHotEncoder_OneHotEncoder),
    Example("TernLearn/Preprocessing/OneHotEncoder: Drop", OneHotEncoder_Drop),
    Example("TernLearn/Preprocessing/OneHotEncoder: Unknown", OneHotEncoder_Unknown),
    Example("TernLearn/Preprocessing/OrdinalEncoder: OrdinalEncoder", OrdinalEncoder_OrdinalEncoder),
    Example("TernLearn/Preprocessing/PolynomialFeatures: PolynomialFeatures", PolynomialFeatures_PolynomialFeatures),
    Example("TernLearn/Preprocessing/PowerTransformer: PowerTransformer", PowerTransformer_PowerTransformer),
    Example("TernLearn/Preprocessing/PowerTransformer: Method", PowerTransformer_Method),
    Example("TernLearn/Preprocessing/QuantileTransformer: QuantileTransformer", QuantileTransformer_QuantileTransformer),
    Example("TernLearn/Preprocessing/QuantileTransformer: Distribution", QuantileTransformer_Distribution),
    Example("TernLearn/Preprocessing/RobustScaler: RobustScaler", RobustScaler_RobustScaler),
    Example("TernLearn/Preprocessing/SimpleImputer: SimpleImputer", SimpleImputer_SimpleImputer),
    Example("TernLearn/Preprocessing/SimpleImputer: Strategy", SimpleImputer_Strategy),
    Example("TernLearn/Preprocessing/StandardScaler: StandardScaler", StandardScaler_StandardScaler),
    Example("TernLearn/Preprocessing/StandardScaler: fit", StandardScaler_fit),
    Example("TernLearn/Preprocessing/StandardScaler: partialFit", StandardScaler_partialFit),
]

private func Categories_Category() async throws {
    let kinds: [Category] = ["rain", "snow", 3]
    _ = kinds
    check("[\"3\", \"rain\", \"snow\"]", kinds.sorted().map(\.description))
}

private func LabelEncoder_LabelEncoder() async throws {
    var encoder = LabelEncoder()
    _ = encoder
    let y = try encoder.fitTransform(["wet", "dry", "wet"])         // [1, 0, 1]
    check("[1, 0, 1]", each: [y as Any])
    _ = y
    check("[\"dry\", \"wet\"]", encoder.classes)
    check("[\"wet\", \"dry\", \"wet\"]", try encoder.inverseTransform(y).map(\.description))
}

private func MinMaxScaler_MinMaxScaler() async throws {
    var scaler = MinMaxScaler()
    _ = scaler
    let z = try scaler.fitTransform(Tensor([[-1.0, 2], [0, 6], [1, 10]]))       // [[0, 0], [0.5, 0.5], [1, 1]]
    check("[[0, 0], [0.5, 0.5], [1, 1]]", each: [z as Any])
    _ = z
    check("[[-1, 2], [0, 6], [1, 10]]", try scaler.inverseTransform(z))
}

private func MinMaxScaler_partialFit() async throws {
    var scaler = MinMaxScaler()
    _ = scaler
    use(try scaler.partialFit(Tensor([[1.0], [2]])))
    use(try scaler.partialFit(Tensor([[6.0]])))
    check("[6.0]", scaler.dataMax)
}

private func MinMaxScaler_MaxAbsScaler() async throws {
    var scaler = MaxAbsScaler()
    _ = scaler
    check("[[0.5, -1], [1, 0.5]]", try scaler.fitTransform(Tensor([[1.0, -4], [2, 2]])))
}

private func OneHotEncoder_OneHotEncoder() async throws {
    var encoder = OneHotEncoder()
    _ = encoder
    use(try encoder.fit([["rain"], ["snow"], ["rain"]]))
    check("[[0, 1], [1, 0]]", try encoder.transform([["snow"], ["rain"]]))
    check("[\"weather_rain\", \"weather_snow\"]", encoder.featureNames(from: ["weather"]))
}

private func OneHotEncoder_Drop() async throws {
    var encoder = OneHotEncoder(drop: .first)
    _ = encoder
    check("[[0, 0], [1, 0], [0, 1]]", try encoder.fitTransform(Tensor([[3.0], [5], [7]])))
}

private func OneHotEncoder_Unknown() async throws {
    var encoder = OneHotEncoder(handleUnknown: .ignore)
    _ = encoder
    use(try encoder.fit(Tensor([[3.0], [5]])))
    check("[[0, 0]]", try encoder.transform(Tensor([[4.0]])))
}

private func OrdinalEncoder_OrdinalEncoder() async throws {
    var encoder = OrdinalEncoder()
    _ = encoder
    use(try encoder.fit([["rain", "low"], ["snow", "high"]]))
    let codes = try encoder.transform([["snow", "low"]])        // [[1, 1]]
    check("[[1, 1]]", each: [codes as Any])
    _ = codes
    check("[[\"snow\", \"low\"]]", try encoder.inverseCategories(codes))
}

private func PolynomialFeatures_PolynomialFeatures() async throws {
    var products = PolynomialFeatures()
    _ = products
    check("[[1, 2, 3, 4, 6, 9]]", try products.fitTransform(Tensor([[2.0, 3]])))
    check("[\"1\", \"a\", \"b\", \"a^2\", \"a b\", \"b^2\"]", products.featureNames(from: ["a", "b"]))
}

private func PowerTransformer_PowerTransformer() async throws {
    var power = PowerTransformer(method: .boxCox)
    _ = power
    let z = try power.fitTransform(Tensor([[1.0], [2], [4], [8], [16]]))
    _ = z
    check("true", Swift.abs(power.lambdas[0]) < 1e-3)
    check("[[1], [2], [4], [8], [16]], up to rounding", try power.inverseTransform(z))
}

private func PowerTransformer_Method() async throws {
    check("\"yeo-johnson\"", PowerTransformer.Method.yeoJohnson.rawValue)
}

private func QuantileTransformer_QuantileTransformer() async throws {
    var ranks = QuantileTransformer(nQuantiles: 5)
    _ = ranks
    check("[[0], [0.25], [0.5], [0.75], [1]]", try ranks.fitTransform(Tensor([[1.0], [2], [3], [4], [1000]])))
}

private func QuantileTransformer_Distribution() async throws {
    var ranks = QuantileTransformer(nQuantiles: 3, outputDistribution: .normal)
    _ = ranks
    check("[[-5.19933758], [0], [5.19933758]]", try ranks.fitTransform(Tensor([[1.0], [2], [30]])))
}

private func RobustScaler_RobustScaler() async throws {
    var scaler = RobustScaler()
    _ = scaler
    check("[[-1], [-0.5], [0], [0.5], [498.5]]", try scaler.fitTransform(Tensor([[1.0], [2], [3], [4], [1000]])))
    check("[3.0]", scaler.center)
    check("[2.0]", scaler.scale)
}

private func SimpleImputer_SimpleImputer() async throws {
    var filler = SimpleImputer()
    _ = filler
    check("[[1, 5], [3, 4], [2, 6]]", try filler.fitTransform(Tensor([[1.0, .nan], [3, 4], [.nan, 6]])))
}

private func SimpleImputer_Strategy() async throws {
    var filler = SimpleImputer(strategy: .mostFrequent)
    _ = filler
    check("[[1], [1], [1], [2]]", try filler.fitTransform(Tensor([[1.0], [.nan], [1], [2]])))
}

private func StandardScaler_StandardScaler() async throws {
    var scaler = StandardScaler()
    _ = scaler
    let z = try scaler.fitTransform(Tensor([[1.0, 5], [3, 5]]))     // [[-1, 0], [1, 0]]
    check("[[-1, 0], [1, 0]]", each: [z as Any])
    _ = z
    check("[2.0, 5.0]", scaler.mean)
    check("[[1, 5], [3, 5]]", try scaler.inverseTransform(z))
}

private func StandardScaler_fit() async throws {
    var scaler = StandardScaler()
    _ = scaler
    use(try scaler.fit(Tensor([[0.0], [10]]), sampleWeight: Tensor([3.0, 1])))
    check("[2.5]", scaler.mean)
}

private func StandardScaler_partialFit() async throws {
    var scaler = StandardScaler()
    _ = scaler
    use(try scaler.partialFit(Tensor([[1.0], [2]])))
    use(try scaler.partialFit(Tensor([[6.0]])))
    check("[3.0]", scaler.mean)
}
