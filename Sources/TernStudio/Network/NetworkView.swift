import Foundation
import Synchronization
import Tern

/// The view of a network that learns: a curve through points, or classes in the plane.
package final class NetworkView: StudioView {
    package static let name = "network"
    package static let actions: [StudioAction<NetworkView>] = [
        .init("describe") { (_, _: Nothing, _) in Description() },
        .init("data") { (_, request: NetworkDataRequest, _) in try NetworkData(request) },
        .init("columns") { (_, request: NetworkTableRequest, work) in
            try NetworkColumns(request, bytes: work.attachment)
        },
        .init("table") { (_, request: NetworkTableRequest, work) in
            try NetworkTable(request, bytes: work.attachment)
        },
        .init("train") { (view, request: NetworkTrainRequest, work) in try view.train(request, work) },
        .init("change") { (view, change: NetworkChange, _) in try view.change(change) },
        .init("process") { (_, request: NetworkProcessRequest, work) in try NetworkProcess(request, work) },
        .init("copies") { (_, request: NetworkCopies.Request, _) in try NetworkCopies(request) },
    ]

    /// The run that is watched.
    private let control = Mutex<NetworkControl?>(nil)

    package init() {}

    struct Done: Encodable { var isDone: Bool }

    /// What there is to choose from.
    struct Description: Encodable {
        struct Solver: Encodable {
            var name: String, isScikitLearns: Bool
        }
        var solvers = NetworkSolver.all.map { Solver(name: $0.name, isScikitLearns: $0.isScikitLearns) }
        var activations = MLPRegressor.Activation.allCases.map(\.rawValue)
        var data = NetworkDataRequest.Name.allCases
        var kernels = NetworkProcessRequest.Shape.allCases
        var mostPoints = NetworkSettings.mostPoints, mostLayers = NetworkSettings.mostLayers
        var mostUnits = NetworkSettings.mostUnits, mostEpochs = NetworkSettings.mostEpochs
        var mostOfProcess = NetworkProcessRequest.mostPoints
    }

    private func train(_ request: NetworkTrainRequest, _ work: StudioWork) throws -> NetworkResult {
        // It is paused after the epoch that is asked for.
        let steps = max(0, min(request.at ?? 1, request.settings.epochs) - 1)
        let control = NetworkControl(run: request.run, isPaused: request.paused, steps: steps, speed: request.speed)
        if request.watches { self.control.withLock { $0 = control } }
        defer { self.control.withLock { if $0 === control { $0 = nil } } }
        return try NetworkResult(request, control, work)
    }

    /// - Returns: whether the run is the one that trains; one that has ended, or was begun anew, is past changing.
    private func change(_ change: NetworkChange) throws -> Done {
        guard let control = control.withLock({ $0 }), control.run == change.run else { return Done(isDone: false) }
        try control.change(change)
        return Done(isDone: true)
    }
}
