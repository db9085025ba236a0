import TernCore
import TernNN

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// How an ensemble of networks learns what a linear model leaves: all members at once, each from its own rows, until
/// what they say together of the rows that each holds out gets no better.
struct TabularTraining {
    let settings: TabularSettings
    let folds: TabularFolds
    /// What the network sees, [rows, features] of `float32`.
    let x: Tensor
    /// The targets, scaled numbers or 1 at the class and 0 elsewhere, [rows, outputs], `float64`.
    let y: Tensor
    /// What the linear part of each member says, [rows, outputs], `float64`.
    let offsets: [Tensor]
    /// [rows, 1], of mean 1, `float64`.
    let weight: Tensor?
    let isClassifier: Bool

    /// What came of it.
    struct Result: Codable {
        var network: TabularNetwork
        /// Each row's output by the members that hold it out, the offset included, [rows, outputs], `float64`; NaN
        /// where none does.
        var heldOut: Tensor
        /// The loss of the held-out rows before training and after each epoch.
        var curve: [Double]
        var epoch: Int
    }

    private var rows: Int { x.shape[0] }
    private var outputs: Int { y.shape[1] }
    private var members: Int { folds.training.count }

    private var batchSize: Int {
        let shortest = folds.training.map(\.count).min()!
        let usual = shortest < 1500 ? 32 : shortest < 6000 ? 64 : shortest < 25_000 ? 128 : 256
        return min(settings.batchSize ?? usual, shortest)
    }

    /// Where training stands after an epoch.
    private struct State: Codable {
        var network: TabularNetwork, slots: [Tensor], stepCount: Int
        var random: RandomState.State, orders: [Tensor]
        var best: Result, least: Double
    }

    /// - Parameter onEpoch: called with the number of the epoch, of how many, and the loss of the held-out rows.
    /// - Throws: `EstimatorError` where that loss becomes NaN or infinite, `CancellationError`, and what is wrong with a
    ///   state that was kept.
    func callAsFunction(_ random: inout RandomState, onEpoch: (Int, Int, Double) -> Void) throws -> Result {
        let first = TabularNetwork(settings, x, training: folds.training, outputs: outputs, &random)
        let batch = batchSize, step = trainingStep(first, batch, &random)
        let judge = evaluation(step)
        let longest = folds.training.map(\.count).max()!
        let steps = (longest + batch - 1) / batch
        let epochs = settings.maxEpochs ?? min(256, max(20, 8000 / steps))
        let patience = max(10, Int(min(settings.patience * Double(epochs), Double(epochs))))

        var (heldOut, loss) = judge()
        var best = Result(network: first, heldOut: heldOut, curve: [loss], epoch: 0), least = loss
        var orders = folds.training.map { $0.map { Int64($0) } }
        var chosen = [Int64](repeating: 0, count: members * batch), done = 0
        let loop = FitLoop<State>("tabular")
        if let state = try loop.kept() {
            try Check.that(
                state.network.isLike(first) && state.best.network.isLike(first) && state.random.isWhole
                    && state.best.heldOut.spec == heldOut.spec && state.orders.count == orders.count
                    && zip(state.orders, orders).allSatisfy { KeptTraining.isOrder($0, of: $1) }
                    && state.best.curve.indices.contains(state.best.epoch) && state.best.curve.count <= epochs + 1,
                KeptTraining.complaint(settings.name))
            try KeptTraining.restore(
                OptimizerState(slots: state.slots, stepCount: state.stepCount), to: step, in: settings.name)
            step.model = state.network
            random.state = state.random
            orders = state.orders.map { $0.scalars(Int64.self) }
            (best, least, done) = (state.best, state.least, state.best.curve.count - 1)
        }
        func hasEnded() -> Bool {
            done >= epochs || done > 0 && (!best.curve[done].isFinite || done - best.epoch >= patience)
        }
        while !hasEnded() {
            let epoch = done + 1
            for member in orders.indices { random.shuffle(&orders[member]) }
            for number in 0..<steps {
                for (member, order) in orders.enumerated() {
                    for i in 0..<batch {
                        chosen[member * batch + i] =
                            Int64(member * rows) + order[(number * batch + i) % order.count]
                    }
                }
                let share = (Double(epoch - 1) + Double(number) / Double(steps)) / Double(epochs)
                _ = chosen.withUnsafeBufferPointer {
                    step.run(
                        rows: $0.baseAddress!, count: $0.count, learningRate: settings.learningRate * schedule(share))
                }
            }
            (heldOut, loss) = judge()
            best.curve.append(loss)
            onEpoch(epoch, epochs, loss)
            if loss < least {
                least = loss
                (best.network, best.heldOut, best.epoch) = (step.model, heldOut, epoch)
            }
            try Check.that(
                loss.isFinite || !best.curve[0].isFinite,
                "\(settings.name): in epoch \(epoch) the loss of the rows that are held out became \(loss.isNaN ? "NaN" : "infinite"); lower learningRate (\(settings.learningRate)), or look for values far off the others"
            )
            done = epoch
            try loop.endEpoch(
                State(
                    network: step.model, slots: step.optimizerState.slots, stepCount: step.optimizerState.stepCount,
                    random: random.state, orders: orders.map { Tensor($0) }, best: best, least: least))
        }
        return best
    }

    /// Up in a twentieth of the training, then down by half a cosine.
    private func schedule(_ done: Double) -> Double {
        done < 0.05 ? (done + 0.001) / 0.051 : 0.5 * (1 + cos(.pi * (done - 0.05) / 0.95)) + 1e-3
    }

    private func trainingStep(_ network: TabularNetwork, _ batch: Int, _ random: inout RandomState)
        -> TrainingStep<TabularNetwork>
    {
        let (members, outputs, isClassifier) = (members, outputs, isClassifier)
        let noise = random.next(), dropout = settings.dropout
        func stacked(_ t: Tensor) -> Tensor { .concatenated(Array(repeating: t.cast(to: .float32), count: members)) }
        let truth = isClassifier ? stacked(y) : Tensor.concatenated(offsets.map { (y - $0).cast(to: .float32) })
        var data = [stacked(x), truth]
        if isClassifier { data.append(.concatenated(offsets.map { $0.cast(to: .float32) })) }
        if let weight { data.append(stacked(weight)) }
        let rule = Adam(learningRate: 1, beta2: 0.99, epsilon: 1e-8).decayingWeights(by: settings.weightDecay)
        let hasWeight = weight != nil
        return TrainingStep(model: network, optimizer: rule, data: data, state: []) { network, seen in
            let parts = seen.batch.map { $0.reshaped([members, batch, $0.shape[1]]) }
            let noise = dropout > 0 ? MLPDropout(rate: dropout, key: noise, step: seen.step) : nil
            var z = network(parts[0], dropout: noise)
            var error: Tensor
            if isClassifier {
                z = z + parts[2]
                // The slope of the log loss along z.
                error = softmax(z.stoppingGradient(), axes: [-1]) - parts[1]
            } else {
                error = z - parts[1]
            }
            if hasWeight { error = error * parts.last! }
            // Of numbers half the squared error, whose slope is the error.
            let loss = (isClassifier ? dot(error, z) : dot(error, z - parts[1]) * 0.5) / Double(batch * outputs)
            return .init(objective: loss, reported: loss, state: [])
        }
    }

    /// What all members say now of what each holds out, and its loss.
    private func evaluation(_ step: TrainingStep<TabularNetwork>) -> () -> (heldOut: Tensor, loss: Double) {
        let longest = folds.heldOut.map(\.count).max()!
        // Members that hold out fewer rows fill up with their first.
        let padded = folds.heldOut.flatMap { part in part + Array(repeating: part[0], count: longest - part.count) }
        let seen = x.taking(Tensor(padded)).reshaped([members, longest, x.shape[1]])
        let predict = step.evaluation(on: [seen]) { $0($1[0]) }
        let counts = folds.counts(rows: rows)
        let outputs = outputs, offsets = offsets.map(\.doubles)
        let loss = TabularLoss(y, weight: weight, isClassifier: isClassifier)
        let judged = folds.judged
        return { [folds, rows] in
            let values = predict().scalars(Float.self)
            var sums = [Double](repeating: 0, count: rows * outputs)
            for (member, part) in folds.heldOut.enumerated() {
                for (i, row) in part.enumerated() {
                    for t in 0..<outputs {
                        sums[row * outputs + t] +=
                            Double(values[(member * longest + i) * outputs + t]) + offsets[member][row * outputs + t]
                    }
                }
            }
            for row in 0..<rows { for t in 0..<outputs { sums[row * outputs + t] /= counts[row] } }
            let heldOut = Tensor(sums, shape: [rows, outputs])
            return (heldOut, loss.mean(sums, of: judged))
        }
    }
}

/// The losses of outputs: squared errors of numbers, log losses of classes.
struct TabularLoss {
    private let y: [Double], outputs: Int, weight: [Double], isClassifier: Bool

    init(_ y: Tensor, weight: Tensor?, isClassifier: Bool) {
        (self.y, outputs, self.isClassifier) = (y.doubles, y.shape[1], isClassifier)
        self.weight = weight?.doubles ?? [Double](repeating: 1, count: y.shape[0])
    }

    /// Of each row, times its weight.
    ///
    /// - Parameter output: of numbers, which one counts; nil: their mean.
    func ofRows(_ z: [Double], output: Int? = nil) -> [Double] {
        weight.indices.map { row in
            let range = row * outputs..<(row + 1) * outputs
            if isClassifier {
                let highest = z[range].max()!
                let total = log(z[range].reduce(0) { $0 + exp($1 - highest) }) + highest
                return weight[row] * range.reduce(0) { $0 + y[$1] * (total - z[$1]) }
            }
            if let output {
                let error = z[range.lowerBound + output] - y[range.lowerBound + output]
                return weight[row] * error * error
            }
            return weight[row] * range.reduce(0) { $0 + (z[$1] - y[$1]) * (z[$1] - y[$1]) } / Double(outputs)
        }
    }

    /// The mean over rows that are held out: those where the outputs are numbers.
    func mean(_ z: [Double], of rows: [Int]) -> Double {
        let losses = ofRows(z)
        return rows.reduce(0) { $0 + losses[$1] } / rows.reduce(0) { $0 + weight[$1] }
    }
}
