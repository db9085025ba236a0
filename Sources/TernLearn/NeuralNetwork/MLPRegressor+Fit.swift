import TernCore
import TernNN

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension MLPRegressor {
    /// Trains the network for at most `maxIter` epochs.
    ///
    /// - Parameters:
    ///   - x: [examples, features]; `float32` trains in `float32`, all else in `float64`.
    ///   - y: [examples] or [examples, targets].
    ///   - sampleWeight: [examples], how much each counts.
    /// - Throws: ``EstimatorError`` where a hyperparameter or the data cannot be used, or
    ///   where the weights grow without bound.
    /// - Complexity: O(epochs · examples · parameters); the steps allocate nothing.
    public mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws {
        try fit(x, y, sampleWeight, incremental: false)
    }

    /// One epoch over the given examples, going on from where the last one ended, with the optimiser's memory:
    /// scikit-learn's `partial_fit`. The first call begins a new network.
    ///
    /// - Throws: ``EstimatorError`` as ``fit(_:_:sampleWeight:)``, with `earlyStopping`, and where the layers differ
    ///   from those fitted before.
    public mutating func partialFit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor? = nil) throws {
        try Check.that(!earlyStopping, "MLPRegressor: partialFit cannot stop early; set earlyStopping to false")
        try fit(x, y, sampleWeight, incremental: true)
    }

    private func checkParameters() throws {
        func check(_ condition: Bool, _ message: @autoclosure () -> String) throws {
            try Check.that(condition, "MLPRegressor: " + message())
        }
        try check(
            hiddenLayerSizes.allSatisfy { $0 > 0 }, "hiddenLayerSizes is \(hiddenLayerSizes); each must be at least 1")
        try check(alpha >= 0 && alpha.isFinite, "alpha is \(alpha); it must be a number from 0 on")
        try check(
            (batchSize ?? 1) >= 1,
            "batchSize is \(batchSize ?? 0); it must be at least 1, or nil for min(200, examples)")
        try check(
            learningRateInit > 0 && learningRateInit.isFinite,
            "learningRateInit is \(learningRateInit); it must be a number above 0")
        try check(powerT >= 0 && powerT.isFinite, "powerT is \(powerT); it must be a number from 0 on")
        try check(maxIter >= 1, "maxIter is \(maxIter); it must be at least 1")
        try check(tol >= 0 && tol.isFinite, "tol is \(tol); it must be a number from 0 on")
        try check((0...1).contains(momentum), "momentum is \(momentum); it must be between 0 and 1")
        try check(
            (0..<1).contains(validationFraction),
            "validationFraction is \(validationFraction); it must be at least 0 and below 1")
        try check((0..<1).contains(beta1), "beta1 is \(beta1); it must be at least 0 and below 1")
        try check((0..<1).contains(beta2), "beta2 is \(beta2); it must be at least 0 and below 1")
        try check(epsilon > 0 && epsilon.isFinite, "epsilon is \(epsilon); it must be a number above 0")
        try check(nIterNoChange >= 1, "nIterNoChange is \(nIterNoChange); it must be at least 1")
    }

    private mutating func fit(_ x: Tensor, _ y: Tensor, _ sampleWeight: Tensor?, incremental: Bool) throws {
        try checkParameters()
        let isFirst = coefs.isEmpty || (!warmStart && !incremental)
        let x = try Check.features(x, expected: isFirst ? nil : nFeaturesIn, in: "MLPRegressor")
        let y = try Check.targets(y, like: x, in: "MLPRegressor")
        let weight = try Check.weights(sampleWeight, like: x, allowsNegative: true, in: "MLPRegressor")
        if loss == .poisson {
            try Check.that(y.min().item >= 0, "MLPRegressor: the Poisson loss needs targets that are not negative")
        }
        try checkMemory([x.shape[1]] + hiddenLayerSizes + [y.shape[1]], examples: x.shape[0], x.dtype)
        var random = RandomState(seed: randomState ?? .random(in: 0...UInt32.max))
        if isFirst {
            initialize([x.shape[1]] + hiddenLayerSizes + [y.shape[1]], x.dtype, &random)
        } else {
            let layers = [x.shape[1]] + hiddenLayerSizes + [y.shape[1]]
            try Check.that(
                layers == [nFeaturesIn] + coefs.map { $0.shape[1] },
                "MLPRegressor: the layers \(layers) differ from those fitted before; set warmStart to false")
        }
        try train([x, y] + (weight.map { [$0] } ?? []), &random, incremental: incremental)
        try Check.that((coefs + intercepts).allSatisfy(Check.isFinite), Self.divergence)
    }

    private static let divergence =
        "MLPRegressor: the weights are no longer finite; scale the features and targets, or lower learningRateInit"

    /// - Throws: ``EstimatorError`` where memory does not hold a network of these layers while it learns.
    private func checkMemory(_ units: [Int], examples: Int, _ dtype: DType) throws {
        let products = zip(units, units.dropFirst()).map { checkedProduct([$0, $1]) }
        let weights = products.contains(nil) ? nil : checkedSum(products.map { $0! } + units)
        // Numbers are drawn as doubles; then there are weights, gradients, Adam's two arrays and the best weights.
        let learned = weights.flatMap { checkedProduct([$0, 8 + 5 * dtype.size]) }
        // Of a batch, the units' values and gradients.
        let batch = min(batchSize ?? 200, examples),
            values = checkedSum(units).flatMap { checkedProduct([$0, batch, 2 * dtype.size]) }
        let bytes = learned.flatMap { learned in values.flatMap { checkedSum([learned, $0]) } }
        if let complaint = MachineMemory.complaint(about: bytes) {
            throw EstimatorError(
                "MLPRegressor: a network of \(units.map(String.init).joined(separator: ", ")) units cannot be trained: \(complaint)"
            )
        }
    }

    /// Weights and biases uniform within ±√(6 / (inputs + outputs)) (2 for `logistic`), after
    /// Glorot and Bengio (AISTATS 2010), drawn as scikit-learn draws them.
    private mutating func initialize(_ units: [Int], _ dtype: DType, _ random: inout RandomState) {
        coefs = []
        intercepts = []
        for (inputs, outputs) in zip(units, units.dropFirst()) {
            let bound = ((activation == .logistic ? 2.0 : 6.0) / Double(inputs + outputs)).squareRoot()
            coefs.append(
                Tensor(random.uniform(low: -bound, high: bound, count: inputs * outputs), shape: [inputs, outputs])
                    .cast(to: dtype))
            intercepts.append(Tensor(random.uniform(low: -bound, high: bound, count: outputs)).cast(to: dtype))
        }
        lossCurve = []
        noImprovementCount = 0
        t = 0
        validationScores = earlyStopping ? [] : nil
        bestValidationScore = earlyStopping ? -.infinity : nil
        bestLoss = earlyStopping ? nil : .infinity
        optimizer = nil
    }

    private mutating func train(_ data: [Tensor], _ random: inout RandomState, incremental: Bool) throws {
        var training = data, validation: [Tensor] = []
        if earlyStopping {
            let split = try trainTestSplit(
                count: data[0].shape[0], testSize: .fraction(validationFraction), using: &random)
            training = data.map { $0.taking(Tensor(split.train)) }
            validation = data.map { $0.taking(Tensor(split.test)) }
            try Check.that(
                split.test.count >= 2,
                "MLPRegressor: \(split.test.count) example(s) are too few to validate on; raise validationFraction or use more data"
            )
            if validation.count > 2 {
                try Check.that(
                    validation[2].doubles.contains { $0 != 0 },
                    "MLPRegressor: the \(split.test.count) examples to validate on all have the weight 0; drop those examples"
                )
            }
        }
        if earlyStopping && validationScores == nil { (validationScores, bestValidationScore) = ([], -.infinity) }
        if !earlyStopping && bestLoss == nil { bestLoss = .infinity }
        let examples = training[0].shape[0]
        let batch = min(batchSize ?? 200, examples)
        let rule: any Optimizer =
            switch solver {
            case .adam: Adam(beta1: beta1, beta2: beta2, epsilon: epsilon)
            case .sgd: SGD(momentum: momentum, nesterov: nesterovsMomentum)
            }
        let key = "\(activation) \(loss) \(alpha)"
        let step = TrainingStep(model: network, optimizer: rule, data: training, key: key) { [alpha] in
            $0.objective($1, alpha: alpha)
        }
        var rate = learningRateInit
        if incremental, let optimizer {
            step.optimizerState = optimizer.state
            rate = optimizer.learningRate
        }
        let score = earlyStopping ? validationScore(step, validation) : nil

        let weights = training.count > 2 ? training[2].doubles : nil
        var order = (0..<Int64(examples)).map { $0 }
        var spare = order
        var best: MLPNetwork?
        nIter = 0
        didConverge = false
        for _ in 0..<(incremental ? 1 : maxIter) {
            if shuffle { reorder(&order, &spare, &random) }
            if let weights { try checkBatches(of: batch, in: order, weights) }
            var total = 0.0
            order.withUnsafeBufferPointer { rows in
                for start in stride(from: 0, to: examples, by: batch) {
                    let count = min(batch, examples - start)
                    total += step.run(rows: rows.baseAddress! + start, count: count, learningRate: rate) * Double(count)
                }
            }
            nIter += 1
            t += examples
            lastLoss = total / Double(examples)
            lossCurve.append(lastLoss)
            // scikit-learn goes on to the last epoch, and with early stopping keeps the first weights without a word.
            try Check.that(!lastLoss.isNaN, "\(Self.divergence) (epoch \(nIter))")
            if let score {
                if noteScore(score()) { best = step.model }
            } else {
                noteLoss(lastLoss)
            }
            onEpoch?(Epoch(number: nIter, maxIter: maxIter, loss: lastLoss, validationScore: validationScores?.last))
            if solver == .sgd && learningRate == .invscaling { rate = learningRateInit / pow(Double(t + 1), powerT) }
            if noImprovementCount > nIterNoChange {
                if solver == .sgd && learningRate == .adaptive && rate > 1e-6 {
                    rate /= 5
                    noImprovementCount = 0
                } else {
                    didConverge = true
                    break
                }
            }
        }
        // The weights that scored best; where a warm start betters no score, those it came to,
        // and where no score was a number, the first ones.
        let final = best ?? (bestValidationScore == -.infinity ? network : step.model)
        coefs = final.coefs
        intercepts = final.intercepts
        optimizer = (step.optimizerState, rate)
    }

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
                "MLPRegressor: the weights of a batch of \(batch) sum to 0; drop examples of weight 0, or use larger batches"
            )
        }
    }

    private func validationScore(_ step: TrainingStep<MLPNetwork>, _ data: [Tensor]) -> () -> Double {
        let predict = step.evaluation(on: [data[0]]) { $0($1[0]) }
        let weight = data.count > 2 ? data[2].flattened() : nil
        return {
            let prediction = predict()
            guard Check.isFinite(prediction) else { return .nan }
            return r2Score(data[1], prediction, sampleWeight: weight)
        }
    }

    /// Keeps count of epochs without progress; whether this one is the best so far.
    private mutating func noteScore(_ score: Double) -> Bool {
        validationScores!.append(score)
        if score < bestValidationScore! + tol { noImprovementCount += 1 } else { noImprovementCount = 0 }
        guard score > bestValidationScore! else { return false }
        bestValidationScore = score
        return true
    }

    private mutating func noteLoss(_ loss: Double) {
        if loss > bestLoss! - tol { noImprovementCount += 1 } else { noImprovementCount = 0 }
        if loss < bestLoss! { bestLoss = loss }
    }
}
