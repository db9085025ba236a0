import TernCore
import TernNN

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension MultilayerPerceptron {
    /// Trains on examples, targets [examples, outputs] and perhaps weights [examples, 1], all checked.
    ///
    /// - Parameters:
    ///   - validation: the same of examples that training is judged by, where they are not held out.
    ///   - incremental: whether it is one epoch that goes on from the last.
    mutating func learn(_ data: [Tensor], validation: [Tensor]? = nil, incremental: Bool) throws {
        let units = units(of: data)
        let isFirst = isFirst(incremental: incremental)
        let isWhole = solver == .lbfgs && optimizer == nil
        let drawn = data[0].dtype
        let dtype = isWhole ? .float64 : isFirst ? drawn : coefs[0].dtype
        try checkMemory(units, examples: data[0].shape[0], dtype)
        try Check.that(
            validation == nil || !isWhole, "\(Self.name): a validation set needs the solver sgd or adam, not lbfgs")
        var random = RandomState(seed: randomState.orDrawn)
        if isFirst {
            initialize(units, drawn, &random)
        } else {
            try Check.that(
                units == [coefs[0].shape[0]] + coefs.map { $0.shape[1] },
                "\(Self.name): the layers \(units) differ from those fitted before; set warmStart to false")
        }
        warnings = []
        if coefs[0].dtype != dtype {
            // SciPy's L-BFGS-B works in double precision, and the weights stay in it.
            coefs = coefs.map { $0.cast(to: dtype) }
            intercepts = intercepts.map { $0.cast(to: dtype) }
        }
        let cast = { (tensors: [Tensor]) in tensors.map { $0.cast(to: dtype) } }
        if isWhole {
            try minimize(cast(data))
        } else {
            try train(cast(data), validation: validation.map(cast), &random, incremental: incremental)
        }
        try Check.that((coefs + intercepts).allSatisfy(Check.isFinite), divergence)
    }

    /// How many there are in each layer, the features and the targets included.
    private func units(of data: [Tensor]) -> [Int] { [data[0].shape[1]] + hiddenLayerSizes + [data[1].shape[1]] }

    /// Weights and biases uniform within ±√(6 / (inputs + outputs)) (2 for `logistic`), after
    /// Glorot and Bengio (AISTATS 2010), drawn as scikit-learn draws them.
    private mutating func initialize(_ units: [Int], _ dtype: DType, _ random: inout RandomState) {
        coefs = []
        intercepts = []
        // The output layer goes by the last hidden one, as in scikit-learn all layers go by theirs.
        let activations = activations + [activations.last ?? activation]
        for (layer, (inputs, outputs)) in zip(units, units.dropFirst()).enumerated() {
            let bound = ((activations[layer] == .logistic ? 2.0 : 6.0) / Double(inputs + outputs)).squareRoot()
            coefs.append(
                Tensor(random.uniform(low: -bound, high: bound, count: inputs * outputs), shape: [inputs, outputs])
                    .cast(to: dtype))
            intercepts.append(Tensor(random.uniform(low: -bound, high: bound, count: outputs)).cast(to: dtype))
        }
        lossCurve = []
        t = 0
        (validationScores, bestValidationScore, bestLoss) = (nil, nil, nil)
        progress = MLPProgress()
    }

    /// All weights at once, by L-BFGS: value and gradient come from one plan.
    private mutating func minimize(_ data: [Tensor]) throws {
        if data.count > 2 {
            try Check.that(
                data[2].sum().item != 0, "\(Self.name): sampleWeight sums to 0, so that the loss has no mean")
        }
        let network = network
        let alpha = alpha
        let layout = ParameterLayout(shapes: network.tensors.map(\.shape), dtype: .float64)
        let plan = Plan(inputs: [TensorSpec(shape: [layout.count], dtype: .float64)]) { inputs in
            var loss: Tensor?
            let gradients = gradient { (parts: [Tensor]) in
                var none: [Tensor] = []
                let (objective, reported) = network.replacingTensors(parts).objective(
                    data, alpha: alpha, statistics: &none)
                loss = reported
                return objective
            }(layout.parts(of: inputs[0]))
            return [loss!, layout.joined(gradients)]
        }
        let parameters = TensorSpec(shape: [layout.count], dtype: .float64).allocate()
        defer { parameters.deallocate() }
        plan.bind(0, to: parameters)
        let (maxIter, onEpoch, watch) = (maxIter, onEpoch, watch)
        var latest: [Double] = [], interruption: (any Error)?
        let found = try minimizeLBFGS(
            from: layout.joined(network.tensors).doubles, maxIterations: maxIter, maxEvaluations: maxFun,
            gradientTolerance: tol,
            onIteration: {
                let epoch = MLPRegressor.Epoch(number: $0, maxIter: maxIter, loss: $1, validationScore: nil)
                onEpoch?(epoch)
                do {
                    // The step that is taken is the one that was looked at last.
                    _ = try watch?(epoch) {
                        let now = network.replacingTensors(layout.parts(of: Tensor(latest)))
                        return (now.coefs, now.intercepts)
                    }
                } catch { interruption = error }
            }
        ) { position in
            if let interruption { throw interruption }
            latest = position
            position.withUnsafeBytes { parameters.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
            plan.run()
            let slopes = UnsafeRawBufferPointer(start: plan.output(1), count: layout.count * 8)
            return (plan.output(0).load(as: Double.self), Array(slopes.bindMemory(to: Double.self)))
        }
        nIter = found.iterations
        lastLoss = found.value
        didConverge = found.status == 0
        try Check.that(lastLoss.isFinite, "\(divergence) (iteration \(nIter))")
        let learned = network.replacingTensors(layout.parts(of: Tensor(found.position)))
        (coefs, intercepts) = (learned.coefs, learned.intercepts)
        (progress.network, progress.statistics) = (nil, [])
        if !didConverge {
            let limit =
                found.ending == .iterations
                ? "raise maxIter (\(maxIter))"
                : found.ending == .evaluations ? "raise maxFun (\(maxFun))" : "scale the features"
            warnings.append(
                "\(Self.name): lbfgs has not converged after \(nIter) iteration(s) (\(found.ending.rawValue)); \(limit)"
            )
        }
    }

    private mutating func train(
        _ data: [Tensor], validation given: [Tensor]?, _ random: inout RandomState, incremental: Bool
    ) throws {
        let stopsEarly = given != nil || earlyStopping && !incremental
        let (training, validation) = try stopsEarly && given == nil ? heldOut(of: data, &random) : (data, given)
        if let validation { try checkValidation(validation) }
        // What the last fit was judged by says nothing of one that is judged otherwise.
        if stopsEarly {
            if validationScores == nil { (validationScores, bestValidationScore) = ([], -.infinity) }
            bestLoss = nil
        } else {
            if bestLoss == nil { bestLoss = .infinity }
            (validationScores, bestValidationScore) = (nil, nil)
        }
        let examples = training[0].shape[0]
        let batch = min(batchSize ?? 200, examples)
        if let batchSize, batchSize > examples {
            warnings.append(
                "\(Self.name): batchSize is \(batchSize), but there are \(examples) examples to train on; "
                    + "all make one batch")
        }

        var rule = MLPRule(self)
        if incremental, let known = progress.rule {
            try Check.that(
                normalizes == (progress.network?.scales.isEmpty == false),
                "\(Self.name): batchNormalization differs from the last fit; partialFit cannot change it")
            rule = known
        }
        let first = startingNetwork(incremental: incremental)
        let step = trainingStep(first.network, first.statistics, rule.optimizer, training, &random)
        if incremental, let state = progress.state { try KeptTraining.restore(state, to: step, in: Self.name) }
        let score = validation.map { scoring(step, $0) }

        let weights = training.count > 2 ? training[2].doubles : nil
        var order = (0..<Int64(examples)).map { $0 }
        var spare = order
        var best: MLPSnapshot?
        nIter = 0
        didConverge = false
        var interruption: (any Error)?
        let loop = FitLoop<MLPLoopState>("mlp")
        if !incremental, let state = try loop.kept() {
            try state.restore(&self, step, &rule, &random, &order, like: first)
            best = state.best.map { $0.snapshot(like: first) }
        }
        // An epoch may have been the last one when its state was kept.
        while nIter < (incremental ? 1 : maxIter), !didConverge {
            if shuffle { reorder(&order, &spare, &random) }
            if let weights { try checkBatches(of: batch, in: order, weights) }
            var total = 0.0
            order.withUnsafeBufferPointer { rows in
                for start in stride(from: 0, to: examples, by: batch) {
                    let count = min(batch, examples - start)
                    total +=
                        step.run(rows: rows.baseAddress! + start, count: count, learningRate: rule.rate) * Double(count)
                }
            }
            nIter += 1
            t += examples
            lastLoss = total / Double(examples)
            lossCurve.append(lastLoss)
            // scikit-learn goes on to the last epoch, and with early stopping keeps the first weights without a word.
            try Check.that(lastLoss.isFinite, "\(divergence) (epoch \(nIter))")
            if let score {
                if noteScore(score()) { best = MLPSnapshot(step, averaging: optimizer != nil) }
            } else {
                noteLoss(lastLoss)
            }
            let epoch = MLPRegressor.Epoch(
                number: nIter, maxIter: maxIter, loss: lastLoss, validationScore: validationScores?.last)
            onEpoch?(epoch)
            if rule.schedule == .invscaling { rule.rate = rule.initialRate / pow(Double(t + 1), rule.powerT) }
            if progress.stalled > nIterNoChange {
                if rule.schedule == .adaptive, let rate = rule.rate, rate > 1e-6 {
                    rule.rate = rate / 5
                    progress.stalled = 0
                } else {
                    didConverge = true
                }
            }
            do {
                let rate = try watch?(epoch) {
                    let now = MLPSnapshot(step, averaging: optimizer != nil).predicting
                    return (now.coefs, now.intercepts)
                }
                if let rate { rule.rate = rate }
                try loop.endEpoch(MLPLoopState(self, step, rule, random, order, best))
            } catch {
                // Who interrupts a fit has the network as it had become, as in scikit-learn.
                interruption = error
                break
            }
        }
        if !didConverge && !incremental && interruption == nil {
            warnings.append(
                "\(Self.name): maxIter (\(maxIter)) epochs are over, and training still makes progress; raise maxIter")
        }
        // The weights that scored best; where a warm start betters no score, those it came to,
        // and where no score was a number, the first ones.
        let last =
            stopsEarly && bestValidationScore == -.infinity ? first : MLPSnapshot(step, averaging: optimizer != nil)
        let final = best ?? last
        coefs = final.predicting.coefs
        intercepts = final.predicting.intercepts
        progress.rule = rule
        progress.state = step.optimizerState
        // Weights that are an average or hold what was normalised are none to go on from.
        progress.network = normalizes || optimizer != nil ? final.network : nil
        progress.statistics = final.statistics
        if let interruption { throw interruption }
    }

    // MARK: The step

    /// Whether there is something to normalise.
    private var normalizes: Bool { batchNormalization && !hiddenLayerSizes.isEmpty }

    /// The network before the first step: the weights, or what they were made of by the last fit.
    private func startingNetwork(incremental: Bool) -> MLPSnapshot {
        if var known = progress.network, normalizes ? !known.scales.isEmpty : incremental {
            // Its functions are those of now, by which it predicts.
            (known.activations, known.output) = (network.activations, network.output)
            return MLPSnapshot(known, progress.statistics, predicting: network)
        }
        let fresh = normalizes ? network.normalizing() : network
        return MLPSnapshot(fresh, fresh.initialStatistics, predicting: network)
    }

    private func trainingStep(
        _ network: MLPNetwork, _ statistics: [Tensor], _ rule: any Optimizer, _ data: [Tensor],
        _ random: inout RandomState
    ) -> TrainingStep<MLPNetwork> {
        // Nothing is drawn where nothing is dropped, so that the stream stays scikit-learn's.
        let noise = dropout > 0 ? random.next() : 0
        let key = "\(network.activations) \(network.output) \(alpha) \(dropout) \(noise) \(statistics.count)"
        return TrainingStep(model: network, optimizer: rule, data: data, state: statistics, key: key) {
            [alpha, dropout] network, seen in
            var statistics = seen.state
            let (objective, reported) = network.objective(
                seen.batch, alpha: alpha,
                dropout: dropout > 0 ? MLPDropout(rate: dropout, key: noise, step: seen.step) : nil,
                statistics: &statistics)
            return .init(objective: objective, reported: reported, state: statistics)
        }
    }

    /// The score of a validation set by the weights as they are when it is called.
    private func scoring(_ step: TrainingStep<MLPNetwork>, _ data: [Tensor]) -> () -> Double {
        let isPlain = optimizer == nil && !normalizes
        let predict =
            isPlain
            ? step.evaluation(on: [data[0]]) { $0($1[0]) } : { MLPSnapshot(step, averaging: true).predicting(data[0]) }
        let weight = data.count > 2 ? data[2].flattened() : nil
        let model = self
        return {
            let prediction = predict()
            guard Check.isFinite(prediction) else { return .nan }
            return model.score(ofPrediction: prediction, data[1], weight: weight)
        }
    }

    // MARK: The order of examples

    /// The next epoch's order: the last one, rearranged as `sklearn.utils.shuffle` does.
    private func reorder(_ order: inout [Int64], _ spare: inout [Int64], _ random: inout RandomState) {
        for i in spare.indices { spare[i] = Int64(i) }
        random.shuffle(&spare)
        for i in spare.indices { spare[i] = order[Int(spare[i])] }
        swap(&order, &spare)
    }

    /// The loss of a batch is an average, which weights that sum to 0 do not have.
    private func checkBatches(of batch: Int, in order: [Int64], _ weights: [Double]) throws {
        for start in stride(from: 0, to: order.count, by: batch) {
            let total = order[start..<min(start + batch, order.count)].reduce(0) { $0 + weights[Int($1)] }
            try Check.that(
                total != 0,
                "\(Self.name): the weights of a batch of \(batch) sum to 0; drop examples of weight 0, or use larger batches"
            )
        }
    }

    /// The examples to train on and those held out.
    private func heldOut(of data: [Tensor], _ random: inout RandomState) throws -> ([Tensor], [Tensor]?) {
        let rows = try split(data, &random)
        return (data.map { $0.taking(Tensor(rows.train)) }, data.map { $0.taking(Tensor(rows.test)) })
    }

    private func split(_ data: [Tensor], _ random: inout RandomState) throws -> (train: [Int], test: [Int]) {
        do {
            return try trainTestSplit(
                count: data[0].shape[0], testSize: .fraction(validationFraction),
                stratify: stratifies(data[1]) ? data[1].flattened() : nil, using: &random)
        } catch let error as EstimatorError {
            throw EstimatorError("\(Self.name): validationFraction is \(validationFraction): \(error)")
        }
    }

    /// The rows that early stopping holds out of a first fit, which draws them after the weights.
    fileprivate func rowsHeldOut(of data: [Tensor]) throws -> [Int] {
        guard earlyStopping else { return [] }
        var model = self, random = RandomState(seed: randomState.orDrawn)
        model.initialize(units(of: data), data[0].dtype, &random)
        return try split(data, &random).test
    }

    private func checkValidation(_ data: [Tensor]) throws {
        try Check.that(
            data[0].shape[0] >= 2,
            "\(Self.name): \(data[0].shape[0]) example(s) are too few to validate on; raise validationFraction or use more data"
        )
        if data.count > 2 {
            try Check.that(
                data[2].doubles.contains { $0 != 0 },
                "\(Self.name): the \(data[0].shape[0]) examples to validate on all have the weight 0; drop those examples"
            )
        }
    }

    // MARK: Progress

    /// Keeps count of epochs without progress; whether this one is the best so far.
    private mutating func noteScore(_ score: Double) -> Bool {
        validationScores!.append(score)
        if score < bestValidationScore! + tol { progress.stalled += 1 } else { progress.stalled = 0 }
        guard score > bestValidationScore! else { return false }
        bestValidationScore = score
        return true
    }

    private mutating func noteLoss(_ loss: Double) {
        if loss > bestLoss! - tol { progress.stalled += 1 } else { progress.stalled = 0 }
        if loss < bestLoss! { bestLoss = loss }
    }
}

extension MLPRegressor {
    /// The rows that early stopping would hold out of a first fit; none where it does not stop early.
    package func rowsHeldOut(_ x: Tensor, _ y: Tensor) throws -> [Int] {
        let x = try Check.features(x, expected: nil, in: Self.name)
        return try rowsHeldOut(of: [x, Check.targets(y, like: x, in: Self.name)])
    }
}

extension MLPClassifier {
    /// The rows that early stopping would hold out of a first fit; none where it does not stop early.
    package func rowsHeldOut(_ x: Tensor, _ y: Tensor) throws -> [Int] {
        let x = try Check.features(x, expected: nil, in: Self.name), labels = try MLPLabels(y, in: Self.name)
        return try rowsHeldOut(of: [x, labels.classes.encoded(labels, as: x.dtype)!])
    }
}

/// A network at one moment of training.
struct MLPSnapshot {
    /// As it is trained, with the running means and variances of batch normalisation.
    var network: MLPNetwork, statistics: [Tensor]
    /// As it predicts: by the average of weights where the optimiser keeps one.
    var predicting: MLPNetwork

    init(_ network: MLPNetwork, _ statistics: [Tensor], predicting: MLPNetwork) {
        (self.network, self.statistics, self.predicting) = (network, statistics, predicting)
    }

    init(_ step: TrainingStep<MLPNetwork>, averaging: Bool) {
        network = step.model
        statistics = step.state
        predicting = (averaging ? step.averagedModel ?? network : network).folded(statistics)
    }
}
