import Tern

/// What a run has learned: networks whose answers are averaged, on top of a linear model if asked for.
struct Forecaster {
    var networks: [Model]
    var baseline: Baseline
    /// Whether networks answer what the linear model leaves over.
    var isResidual: Bool

    /// Scaled targets of examples that lack no input, in the shape of ``Examples/targets``; NaN where training never
    /// saw a value, such as land in a map of the sea.
    ///
    /// - Throws: `DataError` where a network that a file describes cannot be computed, such as one beyond memory.
    func predict(_ examples: Examples, batchSize: Int) throws -> Tensor {
        let answers: [Tensor]
        do {
            answers = try networks.map { try $0.predict(examples.inputs, batchSize: batchSize) }
        } catch let failure as TrainingError {
            throw DataError(file: "predictions", "the network cannot be computed: \(failure)")
        }
        let mean = answers.dropFirst().reduce(answers[0], +) / Float(answers.count)
        if isResidual { return mean + baseline.predict(examples) }
        return baseline.absence.map { mean + $0 } ?? mean
    }

    /// The same of those examples that are whole, and NaN of the others.
    func predict(_ examples: Examples, whole: [Int], batchSize: Int) throws -> Tensor {
        guard whole.count < examples.count else { return try predict(examples, batchSize: batchSize) }
        let shape = [examples.count] + baseline.outputShape
        guard !whole.isEmpty else { return Tensor.zeros(shape) + Float.nan }
        let answers = try predict(examples.taking(whole), batchSize: batchSize), width = answers.count / whole.count
        var values = [Float](repeating: .nan, count: examples.count * width)
        let own = answers.scalars(Float.self)
        for (row, example) in whole.enumerated() {
            values.replaceSubrange(example * width..<(example + 1) * width, with: own[row * width..<(row + 1) * width])
        }
        return Tensor(values, shape: shape)
    }

    /// The forecasts of all examples, chunk by chunk, by the name of the model, and the examples without their inputs.
    ///
    /// - Parameter leavesOut: is told how many examples lack an input, and are left out.
    func forecasts(_ stream: ExampleStream, batchSize: Int, leavesOut: (Int) -> Void = { _ in }) throws -> (
        examples: Examples, predictions: [String: Tensor]
    ) {
        var parts: [Examples] = [], network: [Tensor] = [], ridge: [Tensor] = [], kept: [Int] = [], done = 0
        for chunk in stream.chunkSizes.indices {
            var examples = try stream.chunk(chunk)
            let whole = examples.complete
            kept += whole.map { done + $0 }
            done += examples.count
            if whole.count < examples.count { examples = examples.taking(whole) }
            network.append(try predict(examples, batchSize: batchSize))
            ridge.append(baseline.predict(examples))
            examples.inputs = stream.outline.inputs
            parts.append(examples)
        }
        leavesOut(done - kept.count)
        return (
            Examples(parts, in: kept.count == done ? stream.outline : stream.outline.taking(kept)),
            [ScoreTable.network: .concatenated(network), ScoreTable.baseline: .concatenated(ridge)]
        )
    }

    /// What a network is to learn from examples.
    func lesson(_ stream: ExampleStream, balancesGroups: Bool) throws -> any TrainingSource {
        let lesson = Lesson(
            examples: stream, baseline: isResidual ? baseline : nil,
            groupWeights: balancesGroups ? stream.outline.groupWeights : nil)
        return stream.chunkSizes.count == 1 ? try lesson.chunk(0) : lesson
    }
}

/// Examples as a network learns from them, chunk by chunk.
private struct Lesson: TrainingSource {
    let examples: ExampleStream
    /// What leaves over what the network is to learn; nil where it learns all.
    let baseline: Baseline?
    let groupWeights: [String: Float]?

    var chunkSizes: [Int] { examples.chunkSizes }

    func chunk(_ index: Int) throws -> TrainingData {
        let examples = try examples.chunk(index)
        var data = examples.trainingData(weighting: groupWeights)
        if let baseline { data.targets = [examples.targets - baseline.predict(examples)] }
        return data
    }
}

/// Keeps the weights of the last epoch, and of that with the least value of what is watched: those of the first where no
/// epoch has a number.
///
/// What a state holds is looked at once there is a model to compare it with: files may be damaged.
final class WeightKeeper: Callback {
    private(set) var best: [Tensor] = [], last: [Tensor] = []
    private let monitor: String
    private var least = Double.infinity, isChecked = true

    /// - Parameter monitor: what early stopping watches too; both keep the same weights by one rule, Keras's.
    init(monitor: String) { self.monitor = monitor }

    var state: CallbackState? {
        get { CallbackState(numbers: ["least": least], tensors: best + last) }
        set {
            guard let newValue else { return }
            let tensors = newValue.tensors, half = tensors.count / 2
            (best, last) = (Array(tensors.prefix(half)), Array(tensors.dropFirst(half)))
            least = newValue.numbers["least"].flatMap { $0.isNaN ? nil : $0 } ?? .infinity
            isChecked = false
        }
    }

    func epochBegins(_ epoch: Int, _ run: TrainingRun) throws { try check(run.model) }

    // A training that was at its end begins no epoch.
    func trainingEnds(_ run: TrainingRun) throws { try check(run.model) }

    /// - Throws: `TrainingError` where a state was given whose weights are none of the model's.
    private func check(_ model: Model) throws {
        guard !isChecked else { return }
        let own = model.variables.map(\.variable.value.spec)
        guard best.isEmpty && last.isEmpty || [best, last].allSatisfy({ $0.map(\.spec) == own }) else {
            throw TrainingError(
                description:
                    "the state of the run is damaged: the weights of its best and its last epoch are none of the model's"
            )
        }
        isChecked = true
    }

    func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) {
        last = run.model.variables.map(\.variable.value)
        if best.isEmpty { best = last }
        guard let value = logs[monitor], MonitorMode.min.isBetter(value, than: least, by: 0) else { return }
        (best, least) = (last, value)
    }
}
