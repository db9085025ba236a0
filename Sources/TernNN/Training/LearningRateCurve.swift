import TernCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The loss of a short training whose learning rate grows from batch to batch: which rates learn, and which are too
/// high.
///
/// ```swift
/// let x = Tensor.random([64, 4], seed: 0), y = x.sum(axis: 1, keepingDimensions: true)
/// let model = Sequential(input: [4]) { Dense(1) }
/// model.compile(optimizer: SGD(), loss: .meanSquaredError)
/// let curve = try model.learningRates(x, y, steps: 40)
/// model.compile(optimizer: SGD(learningRate: LearningRate(curve.suggestion ?? 0.01)), loss: .meanSquaredError)
/// ```
///
/// Source: L. N. Smith, "Cyclical learning rates for training neural networks", WACV 2017 (arXiv:1506.01186),
/// doi:10.1109/WACV.2017.58.
public struct LearningRateCurve: Sendable, Codable, Equatable {
    /// The rate of each batch, each the same factor above the one before.
    public var rates: [Double]
    /// The loss of each batch before its step.
    public var losses: [Double]

    /// A curve that was measured elsewhere: as many rates, rising, as losses. Where there are more of the one, those
    /// without a partner do not count.
    public init(rates: [Double], losses: [Double]) {
        self.rates = rates
        self.losses = losses
    }

    /// The losses without the noise of batches: means in which each batch counts 0.9 of the next, corrected for the
    /// beginning.
    public var smoothed: [Double] {
        var mean = 0.0, share = 1.0
        return losses.map { loss in
            mean = 0.9 * mean + 0.1 * loss
            share *= 0.9
            return mean / (1 - share)
        }
    }

    /// The rate at which the smoothed loss falls fastest by the rate's logarithm; nil where it never falls.
    ///
    /// A good start for Adam and its kin; for plain gradient descent the highest rate before the loss rises is a bound.
    public var suggestion: Double? {
        let smooth = smoothed.prefix(rates.count)
        guard let lowest = smooth.indices.min(by: { smooth[$0] < smooth[$1] }), lowest > 1 else { return nil }
        let slopes = (1..<lowest).map { i -> Double in
            let fall = smooth[i + 1] - smooth[i - 1]
            return fall / log(rates[i + 1] / rates[i - 1])
        }
        guard let steepest = slopes.indices.min(by: { slopes[$0] < slopes[$1] }), slopes[steepest] < 0 else {
            return nil
        }
        return rates[steepest + 1]
    }
}

extension Model {
    /// Trains for some batches with learning rates that grow from `lowest` to `highest`, and puts everything back.
    ///
    /// Weights, states and what the optimiser has gathered are afterwards as they were. It ends early where the loss is
    /// four times its lowest, or no number any more.
    ///
    /// - Parameters:
    ///   - batchSize: how many examples a batch has.
    ///   - lowest, highest: the first and the last rate, each a fixed factor above the one before; above 0 and rising.
    ///   - steps: how many batches, 2 or more, over as many epochs as they need.
    ///   - seed: of the order in which examples are seen.
    /// - Throws: ``TrainingError`` where the model is not compiled, the data do not fit, or the rates do not rise.
    public func learningRates(
        _ data: TrainingData, batchSize: Int = 32, from lowest: Double = 1e-7, to highest: Double = 10,
        steps: Int = 100, seed: UInt64 = 0
    ) throws -> LearningRateCurve {
        guard lowest > 0, highest > lowest, highest.isFinite, steps > 1 else {
            throw TrainingError(
                description:
                    "learningRates: \(steps) steps from \(lowest) to \(highest); rates are above 0 and rise, steps are 2 or more"
            )
        }
        let variables = TracedVariables(variables.map(\.variable)), memory = optimizerMemory, rates = setRates
        (optimizerMemory, setRates) = (nil, nil)
        defer { (optimizerMemory, setRates) = (memory, rates) }
        let climb = RisingRate(lowest: lowest, factor: pow(highest / lowest, 1 / Double(steps - 1)), steps: steps)
        return try variables.kept {
            let run = try TrainingRun(
                self, data, batchSize: batchSize, epochs: .max, validationSplit: 0, validationData: nil, shuffles: true,
                seed: seed, classWeight: nil, initialEpoch: 0, callbacks: [climb])
            while try run.nextEpoch() != nil {}
            return climb.curve
        }
    }

    /// The same of a model of one input and one output.
    public func learningRates(
        _ x: Tensor, _ y: Tensor, batchSize: Int = 32, from lowest: Double = 1e-7, to highest: Double = 10,
        steps: Int = 100, seed: UInt64 = 0
    ) throws -> LearningRateCurve {
        try learningRates(
            TrainingData(inputs: [x], targets: [y]), batchSize: batchSize, from: lowest, to: highest, steps: steps,
            seed: seed)
    }
}

/// Raises the rate after each batch.
private final class RisingRate: Callback {
    let lowest: Double, factor: Double, steps: Int
    private(set) var curve = LearningRateCurve(rates: [], losses: [])
    private var least = Double.infinity

    init(lowest: Double, factor: Double, steps: Int) {
        (self.lowest, self.factor, self.steps) = (lowest, factor, steps)
    }

    var toleratesDivergence: Bool { true }

    func epochBegins(_ epoch: Int, _ run: TrainingRun) {
        run.learningRate = lowest * pow(factor, Double(curve.rates.count))
    }

    func batchEnds(_ batch: Int, loss: Double, _ run: TrainingRun) {
        guard loss.isFinite else {
            run.stops = true
            return
        }
        curve.rates.append(run.learningRate)
        curve.losses.append(loss)
        let smooth = curve.smoothed.last!
        least = min(least, smooth)
        run.stops = curve.rates.count == steps || (smooth > 4 * least && curve.rates.count > 5)
        run.learningRate *= factor
    }
}
