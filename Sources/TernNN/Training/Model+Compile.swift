import TernCore

/// How a model is trained and judged.
///
/// ```swift
/// let model = Sequential(input: [4]) { Dense(1) }
/// model.compile(loss: .meanSquaredError, metrics: [.meanAbsoluteError])
/// model.compilation!.metrics.map(\.name)  // ["mean_absolute_error"]
/// ```
public struct Compilation {
    /// What moves the weights.
    public var optimizer: any Optimizer {
        didSet { choice = OptimizerChoice() }
    }
    /// One for each output.
    public var losses: [Loss]
    /// The factor of each output's loss in the sum that is minimised.
    public var lossWeights: [Double]
    /// What is reported beside the loss, for all outputs.
    public var metrics: [OutputMetric]
    /// Another one for each optimiser that is put here.
    var choice = OptimizerChoice()

    /// Whether what a batch counts for in the mean of an epoch depends on what was observed of it.
    var leavesOutMissing: Bool { losses.contains { $0.isMissingIgnored } }
}

/// Which optimiser rates were set of: two of one kind and rate are still two.
final class OptimizerChoice: Sendable {}

/// A metric of one output.
///
/// ```swift
/// let model = Sequential(input: [4]) { Dense(1) }
/// model.compile(loss: .meanSquaredError, weightedMetrics: [.meanAbsoluteError])
/// model.compilation!.metrics[0].isWeighted        // true
/// ```
public struct OutputMetric {
    /// As reported: with several outputs, the output's name and the metric's.
    public var name: String
    /// The number of the output, from 0.
    public var output: Int
    /// What is computed.
    public var metric: Metric
    /// Whether sample weights count in it.
    public var isWeighted: Bool
}

extension Model {
    /// Chooses how the model is trained.
    ///
    /// ```swift
    /// let model = Sequential(input: [3]) { Dense(1) }
    /// let bias = Metric("bias") { target, prediction in prediction - target }
    /// let fourth = Loss("fourth_power") { target, prediction in power(prediction - target, 4).mean(axis: -1) }
    /// model.compile(optimizer: Adam(learningRate: 1e-2), loss: fourth, metrics: [.meanAbsoluteError, bias])
    /// ```
    ///
    /// The optimiser begins anew, except for a model that was read from a file which holds the state of one of the same
    /// kind.
    ///
    /// - Parameters:
    ///   - optimizer: by default Adam with Keras's defaults.
    ///   - loss: of each output.
    ///   - metrics: of the first output; sample weights do not count in them. Where the loss leaves out missing
    ///     targets, so do they.
    ///   - weightedMetrics: the same with sample weights.
    public func compile(
        optimizer: some Optimizer = Adam(), loss: Loss, metrics: [Metric] = [],
        weightedMetrics: [Metric] = []
    ) {
        compile(
            optimizer: optimizer, losses: outputs.map { _ in loss }, metrics: [metrics],
            weightedMetrics: [weightedMetrics])
    }

    /// Chooses how a model of several outputs is trained: a loss, its weight and metrics for each.
    ///
    /// ```swift
    /// let x = Input([3]), rain = Dense(1, name: "rain")(x), wind = Dense(2, name: "wind")(x)
    /// let model = Model(inputs: [x], outputs: [rain, wind])
    /// let bias = Metric("bias") { target, prediction in prediction - target }
    /// model.compile(
    ///     losses: [.meanSquaredError, .huber()], lossWeights: [1, 0.5], metrics: [[bias], [bias, .meanAbsoluteError]])
    /// ```
    ///
    /// Reports hold each output's loss and metrics under its layer's name, as in Keras: `rain_loss`. Where a layer has
    /// several outputs, those after the first have a number: `lstm_loss`, `lstm_loss_1`. The optimiser begins anew,
    /// except for a model that was read from a file which holds the state of one of the same kind.
    ///
    /// - Parameters:
    ///   - losses: one for each output; another number ends the program.
    ///   - lossWeights: one for each output, by default 1.
    ///   - metrics: a list for each output, or for the first ones.
    ///   - weightedMetrics: the same with sample weights.
    public func compile(
        optimizer: some Optimizer = Adam(), losses: [Loss], lossWeights: [Double]? = nil,
        metrics: [[Metric]] = [], weightedMetrics: [[Metric]] = []
    ) {
        let weights = lossWeights ?? losses.map { _ in 1 }
        guard losses.count == outputs.count, weights.count == outputs.count else {
            fail(
                "compile: the model has \(outputs.count) output(s), given are \(losses.count) losses and \(weights.count) weights"
            )
        }
        guard metrics.count <= outputs.count, weightedMetrics.count <= outputs.count else {
            fail(
                "compile: the model has \(outputs.count) output(s), given are lists of metrics for \(max(metrics.count, weightedMetrics.count))"
            )
        }
        func named(_ lists: [[Metric]], isWeighted: Bool) -> [OutputMetric] {
            lists.enumerated().flatMap { output, list in
                list.map {
                    // What the loss leaves out, metrics leave out.
                    let metric = losses[output].isMissingIgnored ? $0.ignoringMissing() : $0
                    return OutputMetric(
                        name: reportedName($0.name, output), output: output, metric: metric, isWeighted: isWeighted)
                }
            }
        }
        if compilation != nil || optimizerMemory?.kind != Self.kind(of: optimizer) { optimizerMemory = nil }
        let lossNames = Set(["loss"] + lossNames)
        var all = named(metrics, isWeighted: false) + named(weightedMetrics, isWeighted: true)
        var names = NumberedNames(besides: lossNames)
        for i in all.indices {
            let name = all[i].name
            if lossNames.contains(name) { fail("compile: a metric cannot be called \"\(name)\", which is the loss") }
            // As in Keras: a weighted metric beside one of its name is weighted_x, a second one x_1.
            let numbered = names.next(name)
            all[i].name =
                all[i].isWeighted && numbered == "\(name)_1" ? names.next("weighted_\(name)") : numbered
        }
        let reported = lossNames.union(all.map(\.name))
        if let odd = reported.first(where: { $0.hasPrefix("val_") && reported.contains(String($0.dropFirst(4))) }) {
            fail(
                "compile: \"\(odd)\" would be two quantities, one of the training and one of the validation; "
                    + "give the metric or the layer another name")
        }
        compilation = Compilation(optimizer: optimizer, losses: losses, lossWeights: weights, metrics: all)
    }

    /// What must be the same for an optimiser to go on with what another one gathered, beside the shapes of its arrays.
    package static func kind(of optimizer: some Optimizer) -> String {
        let parts: [String] =
            switch optimizer {
            case let modifier as any OptimizerModifier: [kind(of: modifier.base)]
            case let several as MultiOptimizer:
                [kind(of: several.standard)] + several.special.map { "\($0.path): \(kind(of: $0.optimizer))" }
            // Arrays of other settings may be as many, and hold something else.
            case let rule as RMSprop where rule.slots.count > 1: rule.slots.map { "\($0)" }
            case let rule as Muon where rule.excluded != Muon().excluded: ["without \(rule.excluded)"]
            default: []
            }
        return "\(type(of: optimizer))" + (parts.isEmpty ? "" : "(\(parts.joined(separator: ", ")))")
    }

    /// A quantity's name in reports: that of the output's layer before it, where there are several.
    func reportedName(_ name: String, _ output: Int) -> String {
        outputs.count == 1 ? name : "\(outputs[output].source.layer?.info.name ?? "output\(output)")_\(name)"
    }

    /// Under which names the outputs' losses are reported, where there are several; further outputs of a layer have
    /// numbers, as its metrics have.
    var lossNames: [String] {
        var names = NumberedNames()
        return outputs.indices.map { names.next(reportedName("loss", $0)) }
    }

    /// Weights that training moves: those of layers that are not frozen.
    package var trainedVariables: [Variable] {
        func collect(_ layer: any Layer) -> [Variable] {
            guard layer.info.isTrainable else { return [] }
            return layer.ownVariables.filter(\.isTrainable) + layer.children.flatMap { collect($0.layer) }
        }
        var seen = Set<ObjectIdentifier>()
        return collect(self).filter { seen.insert(ObjectIdentifier($0)).inserted }
    }

    /// What the regularisers of the weights that are trained add to the loss; frozen layers add nothing, as in Keras.
    var penalty: Tensor? {
        let parts = trainedVariables.compactMap { variable in variable.regularizer.map { $0(variable.value) } }
        return parts.isEmpty ? nil : parts.dropFirst().reduce(parts[0], +)
    }

    /// The losses of a batch.
    struct BatchLosses {
        /// The objective.
        var total: Tensor
        /// That of each output, and the share that was observed of its targets where missing ones are left out.
        var parts: [(value: Tensor, observed: Tensor?)]
        /// What penalties and layers add to the objective.
        var added: [Tensor]
    }

    /// The objective and the loss of each output, compared with its target.
    ///
    /// - Parameter added: what layers added to the loss while they were called.
    func losses(
        _ data: TrainingData, _ outputs: [(value: Tensor, mask: Tensor?)], added: Tensor?, _ compilation: Compilation
    ) -> BatchLosses {
        let parts = outputs.enumerated().map { i, output in
            compilation.losses[i].evaluated(
                data.targets[i], output.value, sampleWeight: data.weight(ofOutput: i), mask: output.mask)
        }
        let added = [penalty, added].compactMap { $0 }
        let weighted = zip(parts, compilation.lossWeights).map { $1 == 1 ? $0.value : $0.value * $1 } + added
        return BatchLosses(total: weighted.dropFirst().reduce(weighted[0], +), parts: parts, added: added)
    }

    /// What is summed over an epoch: losses and examples first, then the metrics' states.
    func initialReport(_ data: TrainingData, _ outputs: [TensorSpec], _ compilation: Compilation) -> [[Tensor]] {
        let losses =
            compilation.leavesOutMissing ? 2 * outputs.count + 2 : outputs.count == 1 ? 2 : outputs.count + 2
        return [[Tensor.zeros([losses], dtype: info.dtype)]]
            + compilation.metrics.map {
                $0.metric.initialState(target: data.targets[$0.output].spec, prediction: outputs[$0.output])
            }
    }

    /// The sums with one more batch.
    func report(
        _ states: [[Tensor]], adding data: TrainingData, _ outputs: [(value: Tensor, mask: Tensor?)],
        _ losses: BatchLosses, _ compilation: Compilation
    ) -> [[Tensor]] {
        let one = constant(1, like: losses.total)
        var numbers: [Tensor]
        if compilation.leavesOutMissing {
            // A batch counts by what was observed of it; penalties are of all batches alike.
            let observed = losses.parts.map { $0.observed ?? one }
            numbers = [losses.added.reduce(constant(0, like: one), +)]
            numbers += zip(losses.parts, observed).map { $0.value * $1 } + observed
        } else {
            numbers = [losses.total] + (losses.parts.count > 1 ? losses.parts.map(\.value) : [])
        }
        let size = Double(data.count)
        let added = Tensor.concatenated((numbers + [one]).map { ($0 * size).reshaped([1]) }).stoppingGradient()
        return [[states[0][0] + added]]
            + zip(compilation.metrics, states.dropFirst()).map { metric, state in
                let (value, mask) = outputs[metric.output]
                return metric.metric.updated(
                    state, target: data.targets[metric.output], prediction: value.stoppingGradient(),
                    sampleWeight: Self.weight(
                        metric.isWeighted ? data.weight(ofOutput: metric.output) : nil,
                        metric.metric.heedsMasks ? mask?.cast(to: value.dtype) : nil))
            }
    }

    /// Weights of examples (or positions) and a mask as one factor.
    private static func weight(_ weight: Tensor?, _ mask: Tensor?) -> Tensor? {
        guard let weight, let mask else { return weight ?? mask }
        return productOfLeadingAxes(weight, mask)
    }

    /// The values by name.
    func logs(_ states: [[Tensor]], _ compilation: Compilation) -> [String: Double] {
        let sums = states[0][0].doubles, count = sums.last!
        var total = sums[0] / count, losses = sums.dropFirst().dropLast().map { $0 / count }
        if compilation.leavesOutMissing {
            let (parts, observed) = (losses.prefix(outputs.count), losses.suffix(outputs.count))
            losses = zip(parts, observed).map { $1 == 0 ? 0 : $0 / $1 }
            total += zip(losses, compilation.lossWeights).reduce(0) { $0 + $1.0 * $1.1 }
        }
        var logs = ["loss": total]
        if outputs.count > 1 { for (name, loss) in zip(lossNames, losses) { logs[name] = loss } }
        for (metric, state) in zip(compilation.metrics, states.dropFirst()) {
            logs[metric.name] = metric.metric.result(state).mean().item
        }
        return logs
    }
}
