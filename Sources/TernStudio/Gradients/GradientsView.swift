import Foundation
import TernCore
import TernNN
import TernText

/// The view of gradients in a deep chain: their lengths layer by layer, as it was drawn and as it is trained.
package struct GradientsView: StudioView {
    package static let name = "gradients"
    package static let actions: [StudioAction<Self>] = [
        .init("describe") { (_, _: Nothing, _) in Description() },
        .init("norms") { (_, settings: GradientsSettings, _) in try Untrained(settings) },
        .init("train") { (_, settings: GradientsSettings, work) in try GradientsRun(settings, work) },
        .init("copies") { (_, settings: GradientsSettings, _) in try GradientsCopies(settings) },
    ]

    package init() {}

    /// What there is to choose from.
    struct Description: Encodable {
        var activations = GradientsSettings.activations, initializers = GradientsSettings.initializers
        var optimizers = GradientsSettings.Method.allCases
    }

    /// The lengths before the first step.
    struct Untrained: Encodable {
        var norms: NumberArray
        /// The first layer's against the last's.
        var ratio: Double
        var outcome: String

        init(_ settings: GradientsSettings) throws {
            let found = try settings.chain().gradientNorms(examples: GradientsSettings.examples)
            norms = NumberArray(found)
            ratio = found[0] / found[found.count - 1]
            outcome = GradientsRun.sentence(found)
        }
    }
}

/// A chain as it is trained: the loss and the lengths of the gradients at some of the steps.
struct GradientsRun: Encodable {
    /// What is told while it trains.
    struct Part: Encodable {
        var step: Int, loss: Double
        var norms: NumberArray
    }
    /// The steps that are told of, from 0; at each the loss and the lengths, the first layer first.
    var steps: [Int] = []
    var losses: NumberArray, norms: [NumberArray] = []
    var outcome: String

    /// - Throws: `StudioMistake` where a setting is out of bounds, `CancellationError` where nobody waits any more.
    init(_ settings: GradientsSettings, _ work: StudioWork) throws {
        let chain = try settings.chain(), model = chain.model(), (x, y) = chain.examples(GradientsSettings.examples)
        let every = max(1, settings.steps / 100)
        var steps: [Int] = [], losses: [Double] = [], norms: [NumberArray] = []
        func note(_ step: Int, _ loss: Double) throws {
            let found = DeepChain.gradientNorms(of: model, x, y)
            steps.append(step)
            losses.append(loss)
            norms.append(NumberArray(found))
            try work.report(Double(step) / Double(settings.steps))
            try work.send(Part(step: step, loss: loss, norms: NumberArray(found)))
        }
        switch settings.optimizer {
        case .sgd: model.compile(optimizer: SGD(learningRate: LearningRate(settings.rate)), loss: .meanSquaredError)
        case .adam: model.compile(optimizer: Adam(learningRate: LearningRate(settings.rate)), loss: .meanSquaredError)
        }
        // One batch is an epoch: the loss that is told of a step is that before it.
        let watch = StepWatching { step, loss in
            try work.checkAbandoned()
            if step % every == 0 || step == settings.steps { try note(step, loss) }
        }
        var end = ""
        do {
            try model.fit(
                x, y, batchSize: GradientsSettings.examples, epochs: settings.steps, shuffles: false, callbacks: [watch]
            )
        } catch let error as TrainingError where error.isDivergence {
            end = "The training broke down at step \(watch.step + 1): the loss left all bounds; a lower rate may help. "
        }
        (self.steps, self.norms) = (steps, norms)
        self.losses = NumberArray(losses)
        let first = losses.first ?? .nan, last = losses.last ?? .nan
        outcome =
            end + "The loss went from \(short(first)) to \(short(last)). "
            + Self.sentence(norms.last?.values ?? [])
    }

    /// How the gradient fares on its way back, in a sentence.
    static func sentence(_ norms: [Double]) -> String {
        guard let first = norms.first, let last = norms.last, norms.count > 1 else { return "There is one layer." }
        guard first.isFinite, last.isFinite else { return "The gradient is no number any more." }
        let ratio = first / last
        let verdict =
            last == 0
            ? "it is 0 everywhere"
            : ratio < 1e-3
                ? "it vanishes"
                : ratio < 0.1
                    ? "it shrinks" : ratio > 1000 ? "it explodes" : ratio > 10 ? "it grows" : "it keeps its order"
        return
            "At the first layer the gradient is \(short(first)) long, at the last \(short(last)): on its way back \(verdict), by a factor of \(short(ratio))."
    }
}

/// Calls a function after each epoch, which here is a step, with the steps done and the loss before the last of them.
private final class StepWatching: Callback {
    private let body: (Int, Double) throws -> Void
    private(set) var step = 0

    init(_ body: @escaping (Int, Double) throws -> Void) { self.body = body }

    func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) throws {
        step = epoch + 1
        try body(step, logs["loss"] ?? .nan)
    }
}
