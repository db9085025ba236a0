import TernCore
import TernText

// What a training does that breaks down: it goes back to the weights before the step that broke, takes that step again
// layer by layer, and says where the first number appeared that is NaN or infinite.

extension TrainingRun {
    /// Whether a callback looks after a loss that is no number.
    var toleratesDivergence: Bool { callbacks.contains(where: \.toleratesDivergence) }

    /// Takes a step and returns its loss.
    func takeStep(_ rows: UnsafePointer<Int64>, _ count: Int) throws -> Double {
        try checkRates()
        let rate = learningRate
        if !toleratesDivergence {
            guard watch.notes(epoch: epoch, batch: batch, rows: rows, count: count, rate: fixedRate) else {
                throw try brokenDown()
            }
            if watch.interval == 1 {
                let rows = Array(UnsafeBufferPointer(start: rows, count: count))
                let name = "fit: in epoch \(epoch + 1), batch \(batch + 1)"
                let found = try TrainingError.tracing(name, model.variables.map(\.variable)) {
                    try catchingFailure { self.lookedThrough(rows) }
                }
                if let found { throw divergence(epoch, batch, found) }
            }
        }
        do { return try step.runThrowing(rows: rows, count: count, learningRate: rate) } catch let failure
            as CaughtFailure
        {
            throw TrainingError(description: "fit: in epoch \(epoch + 1), batch \(batch + 1): \(failure)")
        }
    }

    /// Throws where a step has left a weight that is no finite number.
    func checkWeights(memory: Bool = false) throws {
        if !toleratesDivergence, !watch.holds(memory: memory || watch.interval == 1) { throw try brokenDown() }
    }

    /// The error of a training of which a loss or a weight is no finite number, after it went back to the last good
    /// weights.
    func brokenDown() throws -> TrainingError {
        guard let found = try watch.firstBreak() else {
            return TrainingError(
                description:
                    "fit: in epoch \(epoch + 1), batch \(batch), the loss or a weight became NaN or infinite; lower the learning rate",
                isDivergence: true)
        }
        let (loss, place) = (found.loss, found.place)
        var text = ""
        if !loss.isFinite { text = "the loss became \(Self.word(loss)): " }
        if let layer = lookedThrough(found.rows) {
            // A plan may round where single operations do not: the loss itself is told by the step.
            text += layer
        } else if let left = found.left, loss.isFinite {
            text += step(left, found.rows)
        } else {
            text += "layer by layer it is finite, though hardly; " + Self.advice
        }
        return divergence(place.epoch, place.batch, text)
    }

    private func divergence(_ epoch: Int, _ batch: Int, _ text: String) -> TrainingError {
        TrainingError(
            description:
                "fit: in epoch \(epoch + 1), batch \(batch + 1) (step \(step.stepCount + 1)), \(text). The model has the weights before that step",
            isDivergence: true)
    }

    private static let advice =
        "lower the learning rate, or clip the gradient: optimizer.clipping(.globalNorm(1))"

    private static func word(_ value: Double) -> String { value.isNaN ? "NaN" : "infinite" }

    /// What a step left that is not finite, though all gradients were.
    private func step(_ left: OddPlace, _ rows: [Int64]) -> String {
        let name = left.index.map { left.kind == .state ? path(ofState: $0) : weightNames[$0] }
        let what =
            switch left.kind {
            case .parameter: "the weight \(name ?? "")"
            case .memory: "what the optimiser keeps\(name.map { " of the weight \($0)" } ?? "")"
            case .state: "the layer's state \(name ?? "")"
            }
        return "\(what) became \(Self.word(left.value)) by the step, though the loss and the gradient are finite; "
            + Self.advice
    }

    private func path(ofState i: Int) -> String {
        model.variables.first { $0.variable === kept[i] }?.path ?? kept[i].name
    }
}

// MARK: - Layer by layer

extension TrainingRun {
    /// Takes the forward and the backward run of a step on values, from the weights as they are, and says where the
    /// first number appears that is not finite; nil where there is none.
    private func lookedThrough(_ rows: [Int64]) -> String? {
        let seen = step.data.map { $0.taking(Tensor(rows)) }
        let batch = layout.data(seen)
        let weights = step.model, state = Array(step.state.prefix(kept.count))
        let all = TracedVariables(model.variables.map(\.variable)), counter = Tensor(Int64(step.stepCount + 1))

        func loss(_ probe: LayerProbe, _ weights: [Tensor]) -> (total: Tensor, outputs: [Tensor]) {
            all.standing(trained + kept, for: weights + state) {
                var context = CallContext(isTraining: true, step: counter)
                context.probe = probe
                let outputs = model.run(batch.inputs, context)
                return (
                    model.losses(batch, outputs, added: context.addedLoss, compilation).total, outputs.map(\.value)
                )
            }
        }
        let forward = LayerProbe(), (total, outputs) = loss(forward, weights)
        if let call = forward.calls.first(where: { !$0.isFinite }) {
            return text(of: call, batch, rows)
        }
        if !total.item.isFinite { return text(ofLoss: outputs, batch, rows) }

        // The gradient at the outputs of each layer is that of numbers, all 0, that are added to them.
        let counts = forward.calls.map(\.outputs.count)
        let shifts = forward.calls.flatMap(\.outputs).map {
            Tensor.zeros($0.shape, dtype: $0.dtype.isFloatingPoint ? $0.dtype : .float32)
        }
        let gradients = gradient { (parts: [Tensor]) in
            let probe = LayerProbe()
            var first = 0
            probe.shifts = counts.map { count in
                defer { first += count }
                return Array(parts[first..<first + count])
            }
            return loss(probe, Array(parts[shifts.count...])).total
        }(shifts + weights)
        var last = shifts.count
        for (call, count) in zip(forward.calls, counts).reversed() {
            let own = gradients[last - count..<last]
            last -= count
            if let odd = own.lazy.compactMap(\.firstOdd).first {
                return "the gradient at the output of layer \(path(of: call.layer)) became \(Self.word(odd)), "
                    + "though the loss and all layers' outputs are finite; \(Self.advice)"
            }
        }
        for (name, own) in zip(weightNames, gradients[shifts.count...]) {
            if let odd = own.firstOdd {
                return "the gradient of the weight \(name) became \(Self.word(odd)), "
                    + "though the loss and all layers' outputs are finite; \(Self.advice)"
            }
        }
        return nil
    }

    /// What to say of the first layer whose output is not finite.
    private func text(of call: LayerProbe.Call, _ batch: TrainingData, _ rows: [Int64]) -> String {
        let name = path(of: call.layer), odd = call.outputs.lazy.compactMap(\.firstOdd).first!
        if call.inputs.contains(where: { $0.firstOdd != nil }), let data = text(ofData: batch, rows, targets: false) {
            return "\(data); layer \(name) made \(odd.isNaN ? "NaN" : "infinity") of it"
        }
        if let (path, value) = call.weights.first(where: { $0.value.firstOdd != nil }) {
            return "the weight \(name)/\(path) was \(Self.word(value.firstOdd!)) before the step"
        }
        let sizes = "inputs up to \(Self.largest(call.inputs))"
        let weights = call.weights.map(\.value)
        return "the output of layer \(name) became \(Self.word(odd)) (\(sizes)"
            + (weights.isEmpty ? "" : ", weights up to \(Self.largest(weights))") + "); \(Self.advice)"
    }

    /// What to say of a loss that is not finite though all layers' outputs are.
    private func text(ofLoss outputs: [Tensor], _ batch: TrainingData, _ rows: [Int64]) -> String {
        text(ofData: batch, rows, targets: true)
            ?? "all layers' outputs are finite (the model's up to \(Self.largest(outputs)), targets up to \(Self.largest(batch.targets))), "
            + "the loss of them is not; \(Self.advice)"
    }

    /// The first number of the batch that is not finite; nil where all are.
    private func text(ofData batch: TrainingData, _ rows: [Int64], targets: Bool) -> String? {
        func place(_ tensor: Tensor, _ name: String, isMissingFine: Bool = false) -> (text: String, isNaN: Bool)? {
            guard tensor.dtype.isFloatingPoint else { return nil }
            let values = tensor.doubles
            guard let at = values.firstIndex(where: { !$0.isFinite && !(isMissingFine && $0.isNaN) }) else {
                return nil
            }
            let example = at / (values.count / rows.count)
            return (
                "\(name) holds \(values[at].isNaN ? "NaN" : "\(values[at])") in example \(rows[example])",
                values[at].isNaN
            )
        }
        if !targets {
            return batch.inputs.indices.lazy.compactMap { place(batch.inputs[$0], "input \($0)")?.text }.first
        }
        for (i, target) in batch.targets.enumerated() {
            guard
                let found = place(
                    target, "target \(i)", isMissingFine: compilation.losses[i].isMissingIgnored)
            else { continue }
            return found.text + (found.isNaN ? "; loss.ignoringMissing() leaves missing targets out" : "")
        }
        return ([batch.sampleWeight] + batch.outputWeights).lazy.compactMap { $0 }
            .compactMap { place($0, "the sample weight") }.first?.text
    }

    /// The size of the largest number, to two digits.
    private static func largest(_ tensors: [Tensor]) -> String {
        let largest = tensors.filter(\.dtype.isFloatingPoint).flatMap(\.doubles).reduce(0) { max($0, abs($1)) }
        return short(largest)
    }

    /// The layer's path in the model, as in the names of its weights.
    private func path(of layer: any Layer) -> String {
        func search(_ parent: any Layer, _ prefix: String) -> String? {
            for child in parent.children {
                let path = prefix + (child.layer.info.name ?? child.name)
                if child.layer === layer { return path }
                if let found = search(child.layer, path + "/") { return found }
            }
            return nil
        }
        return search(model, "") ?? layer.info.name ?? type(of: layer).kind
    }
}
