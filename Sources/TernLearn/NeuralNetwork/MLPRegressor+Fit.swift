import TernCore

extension MLPRegressor {
    /// Trains the network for at most `maxIter` epochs, or iterations of ``Solver/lbfgs``.
    ///
    /// - Parameters:
    ///   - x: [examples, features]; `float32` trains in `float32`, all else in `float64`.
    ///   - y: [examples] or [examples, targets].
    ///   - sampleWeight: [examples], how much each counts, in the loss and in the score of what is held out.
    /// - Throws: ``EstimatorError`` where a hyperparameter or the data cannot be used, or
    ///   where the weights grow without bound.
    /// - Complexity: O(epochs · examples · parameters); the steps allocate nothing.
    public mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws {
        try fit(x, y, sampleWeight, validation: nil, incremental: false)
    }

    /// Trains as ``fit(_:_:sampleWeight:)`` with ``earlyStopping``, but is judged by the examples of `validation` and
    /// learns from all the others. scikit-learn can only hold out a random part.
    ///
    /// ```swift
    /// let x = Tensor((0..<20).map { Double($0) / 20 }, shape: [20, 1]), y = square(x).flattened()
    /// var model = MLPRegressor(hiddenLayerSizes: [8], maxIter: 5, randomState: 0)
    /// let later = 15..<20
    /// try model.fit(x[0..<15], y[0..<15], validation: (x[later], y[later], nil))
    /// model.validationScores!.count           // 5
    /// ```
    ///
    /// - Parameter validation: at least two examples with their targets and perhaps weights.
    /// - Throws: ``EstimatorError`` as ``fit(_:_:sampleWeight:)``, and with ``Solver/lbfgs``, which has no epochs.
    public mutating func fit(
        _ x: Tensor, _ y: Tensor, sampleWeight: Tensor? = nil, validation: (x: Tensor, y: Tensor, sampleWeight: Tensor?)
    ) throws { try fit(x, y, sampleWeight, validation: validation, incremental: false) }

    /// One epoch over the given examples, going on from where the last one ended, with the optimiser's memory:
    /// scikit-learn's `partial_fit`. The first call begins a new network.
    ///
    /// - Throws: ``EstimatorError`` as ``fit(_:_:sampleWeight:)``, with `earlyStopping` or ``Solver/lbfgs``, and where
    ///   the layers differ from those fitted before.
    public mutating func partialFit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor? = nil) throws {
        try fit(x, y, sampleWeight, validation: nil, incremental: true)
    }

    private mutating func fit(
        _ x: Tensor, _ y: Tensor, _ weight: Tensor?, validation: (x: Tensor, y: Tensor, sampleWeight: Tensor?)?,
        incremental: Bool
    ) throws {
        try checkParameters(incremental: incremental)
        let expected = isFirst(incremental: incremental) ? nil : nFeaturesIn
        let training = try checked(x, y, weight, features: expected)
        let judging = try validation.map { try checked($0.x, $0.y, $0.sampleWeight, features: training[0].shape[1]) }
        if let judging {
            try Check.that(
                judging[1].shape[1] == training[1].shape[1],
                "MLPRegressor: validation has \(judging[1].shape[1]) targets, the examples have \(training[1].shape[1])"
            )
        }
        try keepingInterrupted { try $0.learn(training, validation: judging, incremental: incremental) }
    }

    private func checked(_ x: Tensor, _ y: Tensor, _ weight: Tensor?, features: Int?) throws -> [Tensor] {
        let x = try Check.features(x, expected: features, in: "MLPRegressor")
        let y = try Check.targets(y, like: x, in: "MLPRegressor")
        let weight = try Check.weights(weight, like: x, allowsNegative: true, in: "MLPRegressor")
        if loss == .poisson {
            try Check.that(y.min().item >= 0, "MLPRegressor: the Poisson loss needs targets that are not negative")
        }
        return [x, y] + (weight.map { [$0] } ?? [])
    }
}
