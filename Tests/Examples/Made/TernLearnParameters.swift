// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearnParameters = [
    Example("TernLearn/Parameters/Estimator+Parameters: parameter", Estimator_Parameters_parameter),
    Example("TernLearn/Parameters/Estimator+Parameters: setParameter", Estimator_Parameters_setParameter),
    Example("TernLearn/Parameters/Estimator+Parameters: with", Estimator_Parameters_with),
    Example("TernLearn/Parameters/EstimatorArchive: EstimatorArchive", EstimatorArchive_EstimatorArchive),
    Example("TernLearn/Parameters/ParameterValue: ParameterValue", ParameterValue_ParameterValue),
    Example("TernLearn/Parameters/Registered: Registered", Registered_Registered),
    Example("TernLearn/Parameters/Registered: EstimatorRegistry", Registered_EstimatorRegistry),
    Example("TernLearn/Parameters/Tensor+Codable: TensorsAside", Tensor_Codable_TensorsAside),
]

private func Estimator_Parameters_parameter() async throws {
    check("2", try Ridge(alpha: 2).parameter("alpha"))
}

private func Estimator_Parameters_setParameter() async throws {
    var model = Ridge()
    _ = model
    use(try model.setParameter("alpha", to: 0.5))
    check("0.5", model.alpha)
}

private func Estimator_Parameters_with() async throws {
    check("0.5", try Ridge().with(["alpha": 0.5, "fitIntercept": false]).alpha)
}

private func EstimatorArchive_EstimatorArchive() async throws {
    var model = Ridge()
    _ = model
    use(try model.fit(Tensor([[0.0], [1]]), Tensor([0.0, 1])))
    let archive = try EstimatorArchive(model)
    _ = archive
    check("[\"value/coef\", \"value/intercept\"]", archive.tensors.keys.sorted())
    check("true", try (archive.estimator() as! Ridge).coef == model.coef)
}

private func ParameterValue_ParameterValue() async throws {
    let values: [ParameterValue] = [0.1, 1, "relu", true, [50, 20], nil]
    _ = values
    check("[\"0.1\", \"1\", \"relu\", \"true\", \"[50, 20]\", \"nil\"]", values.map(\.description))
}

private func Registered_Registered() async throws {
    let x = Tensor.random([8, 1], seed: 1)
    _ = x
    let y = x.sum(axis: 1)
    _ = y
    struct Mean: Regressor {                // an estimator of your own
        var value = 0.0
        mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) { value = y.mean().item }
        func predict(_ x: Tensor) -> Tensor { Tensor(repeating: value, shape: [x.shape[0]], dtype: .float64) }
    }
    use(EstimatorRegistry.register(Mean.self))
}

private func Registered_EstimatorRegistry() async throws {
    use(EstimatorRegistry.type(of: "Ridge")!)
}

private func Tensor_Codable_TensorsAside() async throws {
    struct Line: Codable { var slopes: Tensor, offset: Double }
    let aside = TensorsAside(), encoder = JSONEncoder()
    _ = aside
    _ = encoder
    encoder.userInfo[TensorsAside.key] = aside
    let text = try encoder.encode(Line(slopes: Tensor([1.0, 2]), offset: 3))
    _ = text
    use(String(decoding: text, as: UTF8.self))
    check("[1, 2]", aside.tensors["slopes"]!)
}
