import Foundation
import Synchronization
import Tern

/// What the page asks for when a network is to train.
package struct NetworkTrainRequest: Decodable, Sendable {
    package var settings: NetworkSettings
    /// The page's number of the run, by which it is changed while it trains.
    package var run: Int
    /// Whether epochs are shown as they go; else only the end.
    package var watches: Bool
    package var paused: Bool
    /// Of a run that is paused: after which epoch; nil: the first.
    package var at: Int?
    package var speed: Double
    /// Whether the points are those of the sine, whose error is known.
    package var isSine: Bool

    package init(
        _ settings: NetworkSettings, run: Int = 0, watches: Bool = false, paused: Bool = false, speed: Double = 0,
        isSine: Bool = false
    ) {
        (self.settings, self.run, self.watches) = (settings, run, watches)
        (self.paused, self.speed, self.isSine) = (paused, speed, isSine)
    }
}

/// A network after an epoch.
package struct NetworkEpoch: Encodable {
    package var epoch: Int, mostEpochs: Int
    package var loss: Double, score: Double?, rate: Double
    /// Of all epochs so far.
    package var losses: NumberArray, scores: NumberArray
    package var picture: NetworkPicture
    /// The mean squared error beside the sine, where it is what lies behind the points.
    package var error: Double?
}

/// A network that has learned.
package struct NetworkResult: Encodable {
    package var last: NetworkEpoch
    /// What became of it, in sentences.
    package var outcome: String
    package var warnings: [String]
    package var isScikitLearns: Bool, didConverge: Bool
    package var parameters: Int
    /// R² or accuracy, of all points.
    package var score: Double
    package var heldOut: [Int]
    /// From which epoch on there was which rate, where it was changed.
    package var rates: [[Double]]
    /// What it says of the points: values, or classes.
    package var predictions: NumberArray
}

/// Watches a fit: sends what there is to see, waits where the reader wants it to, and takes what was changed.
private final class NetworkWatch: Sendable {
    struct Seen {
        var losses: [Double] = [], scores: [Double] = []
        var rate: Double, rates: [[Double]]
        var lastSent = ContinuousClock.now - .seconds(1), due = ContinuousClock.now
    }
    let request: NetworkTrainRequest, control: NetworkControl, work: StudioWork
    let seen: Mutex<Seen>

    init(_ request: NetworkTrainRequest, _ control: NetworkControl, _ work: StudioWork) {
        (self.request, self.control, self.work) = (request, control, work)
        seen = Mutex(Seen(rate: request.settings.rate, rates: [[1, request.settings.rate]]))
    }

    /// Called by the fit after each epoch, one at a time.
    ///
    /// - Returns: the new rate, where the reader changed it.
    /// - Throws: `CancellationError` where the page waits no more.
    func callAsFunction(_ epoch: MLPRegressor.Epoch, _ network: () -> (coefs: [Tensor], intercepts: [Tensor])) throws
        -> Double?
    {
        seen.withLock {
            $0.losses.append(epoch.loss)
            if let score = epoch.validationScore { $0.scores.append(score) }
        }
        try work.report(Double(epoch.number) / Double(epoch.maxIter))
        guard request.watches else { return nil }
        var isSent = false
        func send() throws {
            guard !isSent else { return }
            let (coefs, intercepts) = network()
            // A page that has not read the last ones is sent no more; where the run waits, it is tried again.
            isSent = try work.send(self.epoch(epoch.number, coefs, intercepts))
            seen.withLock { $0.lastSent = .now }
        }
        if ContinuousClock.now - seen.withLock({ $0.lastSent }) > .milliseconds(33) { try send() }
        let wait = control.state.withLock { $0.speed > 0 ? Duration.seconds(1 / $0.speed) : .zero }
        let due = seen.withLock { seen in
            // Time that was lost is not made up for.
            seen.due = max(seen.due + wait, ContinuousClock.now)
            return seen.due
        }
        while true {
            try work.checkAbandoned()
            let (isPaused, mayStep) = control.state.withLock { state in
                guard state.isPaused, state.steps > 0 else { return (state.isPaused, false) }
                state.steps -= 1
                return (true, true)
            }
            if mayStep { break }
            if isPaused { try send() } else if ContinuousClock.now >= due { break }
            Thread.sleep(
                forTimeInterval: isPaused ? 0.005 : min(0.005, max(0, (due - ContinuousClock.now) / .seconds(1))))
        }
        let newRate = control.state.withLock { $0.newRate.take() }
        // lbfgs has no rate, and after the last epoch there is nothing to change.
        guard let rate = newRate, request.settings.solver != "lbfgs", epoch.number < epoch.maxIter else { return nil }
        seen.withLock {
            $0.rate = rate
            if $0.rates.last?[0] == Double(epoch.number + 1) { $0.rates.removeLast() }
            $0.rates.append([Double(epoch.number + 1), rate])
        }
        return rate
    }

    func epoch(_ number: Int, _ coefs: [Tensor], _ intercepts: [Tensor]) -> NetworkEpoch {
        let seen = seen.withLock { $0 },
            picture = NetworkPicture(request.settings, coefs: coefs, intercepts: intercepts)
        return NetworkEpoch(
            epoch: number, mostEpochs: request.settings.epochs, loss: seen.losses.last ?? .nan, score: seen.scores.last,
            rate: seen.rate, losses: NumberArray(seen.losses), scores: NumberArray(seen.scores), picture: picture,
            error: request.isSine ? sineError(picture.x.values, picture.values[0].values) : nil)
    }
}

extension NetworkResult {
    /// Trains a network as `fit` of `MLPRegressor` or `MLPClassifier` does; it is only watched.
    ///
    /// - Throws: `StudioMistake` where it cannot be trained, `CancellationError` where the page waits no more.
    package init(_ request: NetworkTrainRequest, _ control: NetworkControl, _ work: StudioWork) throws {
        let settings = request.settings
        try settings.check()
        try StudioMistake.check("speed", request.speed, in: 0...10000)
        guard !request.isSine || settings.task == .curve else { throw StudioMistake("a sine is no class") }
        let watch = NetworkWatch(request, control, work), x = settings.features, y = settings.targets
        let model: any WatchedNetwork
        do {
            model =
                settings.task == .curve
                ? try settings.regressor().fitted(x, y, watch) : try settings.classifier().fitted(x, y, watch)
            last = watch.epoch(model.nIter, model.coefs, model.intercepts)
            last.loss = model.lastLoss
            (warnings, didConverge, parameters) = (model.warnings, model.didConverge, model.parameterCount)
            score = try model.score(x, y)
            predictions = NumberArray(try model.predict(x).cast(to: .float64).doubles)
        } catch let error as EstimatorError { throw StudioMistake("\(error)", argument: "network") }
        let points = NetworkPoints(x: settings.x, y: settings.y, isClasses: settings.task == .classes)
        if let complaint = points.complaintOfScale() { warnings.append(complaint) }
        let epochs = last.epoch
        rates = watch.seen.withLock { $0.rates.filter { Int($0[0]) <= epochs } }
        if rates.count > 1 {
            warnings.append(
                "The link holds one rate and not when it was changed: opened, it trains at that from the first epoch, to other numbers. The copies in Swift and Python hold each."
            )
        }
        isScikitLearns = settings.isScikitLearns && rates.count == 1
        heldOut = try settings.heldOut()
        outcome = Self.sentence(settings, last, score, didConverge)
    }

    private static func sentence(
        _ settings: NetworkSettings, _ last: NetworkEpoch, _ score: Double, _ didConverge: Bool
    )
        -> String
    {
        let epochs = settings.solver == "lbfgs" ? "iteration" : "epoch"
        var text = "After \(last.epoch) \(epochs)\(last.epoch == 1 ? "" : "s") the loss is \(short(last.loss))"
        text += settings.task == .curve ? " and R² \(short(score))" : " and the accuracy \(short(score))"
        text += " on all points"
        if let error = last.error {
            text += "; the mean squared error beside the sine over the view is \(short(error))"
        }
        text += "."
        // Where it did not, the fit's own warning says why.
        if didConverge {
            text += settings.stopping ? " The score of the points held out stalled." : " It made no more progress."
        }
        let scores = last.scores.values
        if settings.stopping, let best = scores.filter({ !$0.isNaN }).max(), let epoch = scores.firstIndex(of: best) {
            text +=
                " Kept are the weights of epoch \(epoch + 1), which scored best on those points: \(short(best)), with a loss of \(short(last.losses.values[epoch]))."
        }
        return text
    }
}

/// What the fits of a curve and of classes have in common for who watches them.
private protocol WatchedNetwork: Predictor {
    var watch: MLPWatch? { get set }
    var coefs: [Tensor] { get }
    var intercepts: [Tensor] { get }
    var nIter: Int { get }
    var lastLoss: Double { get }
    var didConverge: Bool { get }
    var warnings: [String] { get }
    var parameterCount: Int { get }
}

extension MLPRegressor: WatchedNetwork {}
extension MLPClassifier: WatchedNetwork {}

extension WatchedNetwork {
    func fitted(_ x: Tensor, _ y: Tensor, _ seen: NetworkWatch) throws -> Self {
        var model = self
        model.watch = { try seen($0, $1) }
        try model.fit(x, y, sampleWeight: nil)
        return model
    }
}
