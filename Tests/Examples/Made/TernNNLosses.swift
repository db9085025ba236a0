// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNLosses = [
    Example("TernNN/Losses/Loss+EarthScience: weighted", Loss_EarthScience_weighted),
    Example("TernNN/Losses/Loss: Loss", Loss_Loss),
    Example("TernNN/Losses/Loss: init", Loss_init),
]

private func Loss_EarthScience_weighted() async throws {
    let latitudes = [-60.0, 0, 60]
    let loss = Loss.meanSquaredError.weighted(byLatitude: latitudes, axis: 1)
    _ = loss
}

private func Loss_Loss() async throws {
    let target = Tensor.ones([4, 3, 6, 1])
    let prediction = Tensor.zeros([4, 3, 6, 1])
    let latitudes = [-60.0, 0, 60]
    let value = Loss.huber(delta: 0.5)(target, prediction)
    _ = value
    let same = Loss.named("mse")!
    _ = same
    let onTheGlobe = Loss.meanSquaredError.weighted(byLatitude: latitudes, axis: 1).ignoringMissing()
    _ = onTheGlobe
}

private func Loss_init() async throws {
    let loss = Loss("fourth power") { target, prediction in power(prediction - target, 4).mean(axis: -1) }
    _ = loss
}
