// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNLosses = [
    Example("TernNN/Losses/Loss+EarthScience: weighted", Loss_EarthScience_weighted),
    Example("TernNN/Losses/Loss: Loss", Loss_Loss),
    Example("TernNN/Losses/Loss: Reduction", Loss_Reduction),
    Example("TernNN/Losses/Loss: init", Loss_init),
]

private func Loss_EarthScience_weighted() async throws {
    let loss = Loss.meanSquaredError.weighted(byLatitude: [-60, 0, 60], axis: 1)
    _ = loss
    let target = Tensor.zeros([1, 3, 1, 1])                 // [batch, latitude, longitude, variable]
    check("[batch, latitude, longitude, variable]", each: [target as Any])
    _ = target
    var prediction = target
    _ = prediction
    prediction[0, 1] = Tensor(Float(2))
    check("2; unweighted 1.3333", loss(target, prediction))
}

private func Loss_Loss() async throws {
    let target = Tensor([[0.0, 1], [2, 3]]), prediction = Tensor([[0.0, 1], [2, 5]])
    _ = target
    _ = prediction
    check("1", Loss.meanSquaredError(target, prediction))
    check("[0, 2], one for each example", Loss.meanSquaredError.values(target, prediction))
    check("0.5", Loss.named("mae")!(target, prediction))
}

private func Loss_Reduction() async throws {
    var loss = Loss.meanAbsoluteError
    _ = loss
    loss.reduction = .sum
    check("3", loss(Tensor([[1.0], [2]]), Tensor([[0.0], [0]])))
}

private func Loss_init() async throws {
    let fourthPower = Loss("fourth power") { target, prediction in power(prediction - target, 4).mean(axis: -1) }
    _ = fourthPower
    check("8.5, the mean of 1 and 16", fourthPower(Tensor([[0.0], [0]]), Tensor([[1.0], [2]])))
}
