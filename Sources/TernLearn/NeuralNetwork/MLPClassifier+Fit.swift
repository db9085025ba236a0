import TernCore

extension MLPClassifier {
    /// Trains the network for at most `maxIter` epochs, or iterations of ``MLPRegressor/Solver/lbfgs``.
    ///
    /// - Parameters:
    ///   - x: [examples, features]; `float32` trains in `float32`, all else in `float64`.
    ///   - y: [examples], integers of any type; or [examples, labels] of 0 and 1.
    ///   - sampleWeight: [examples], how much each counts, in the loss and in the score of what is held out.
    /// - Throws: ``EstimatorError`` where a hyperparameter or the data cannot be used, or where the weights grow
    ///   without bound; with `warmStart` also where the classes are others than before.
    /// - Complexity: O(epochs · examples · parameters); the steps allocate nothing.
    public mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws {
        try fit(x, MLPLabels(y, in: "MLPClassifier"), sampleWeight)
    }

    /// Trains on classes that are texts, one for each example: `fit(_:_:sampleWeight:)`.
    public mutating func fit(_ x: Tensor, _ y: [String], sampleWeight: Tensor? = nil) throws {
        try fit(x, .texts(y), sampleWeight)
    }

    /// Trains as `fit(_:_:sampleWeight:)` with ``earlyStopping``, but is judged by the examples of `validation` and
    /// learns from all the others. scikit-learn can only hold out a random part.
    ///
    /// ```swift
    /// let x = Tensor((0..<20).map { Double($0) / 20 }, shape: [20, 1]), y = (x .> 0.4).flattened()
    /// var model = MLPClassifier(hiddenLayerSizes: [8], maxIter: 5, randomState: 0)
    /// try model.fit(x[0..<15], y[0..<15], validation: (x[15..<20], y[15..<20], nil))
    /// model.validationScores!.count           // 5
    /// ```
    ///
    /// - Parameter validation: at least two examples with their labels, all of them among those learned, and perhaps
    ///   weights.
    /// - Throws: ``EstimatorError`` as `fit(_:_:sampleWeight:)`, and with ``MLPRegressor/Solver/lbfgs``, which has no
    ///   epochs.
    public mutating func fit(
        _ x: Tensor, _ y: Tensor, sampleWeight: Tensor? = nil, validation: (x: Tensor, y: Tensor, sampleWeight: Tensor?)
    ) throws {
        let judging = try MLPLabels(validation.y, in: "MLPClassifier")
        try fit(
            x, MLPLabels(y, in: "MLPClassifier"), sampleWeight,
            validation: (validation.x, judging, validation.sampleWeight))
    }

    /// The same with classes that are texts.
    public mutating func fit(
        _ x: Tensor, _ y: [String], sampleWeight: Tensor? = nil,
        validation: (x: Tensor, y: [String], sampleWeight: Tensor?)
    ) throws {
        try fit(x, .texts(y), sampleWeight, validation: (validation.x, .texts(validation.y), validation.sampleWeight))
    }

    /// One epoch over the given examples, going on from where the last one ended, with the optimiser's memory:
    /// scikit-learn's `partial_fit`. The first call begins a new network.
    ///
    /// ```swift
    /// var model = MLPClassifier(hiddenLayerSizes: [4], randomState: 0)
    /// try model.partialFit(Tensor([[0.0], [1]]), Tensor([0, 2]), classes: [0, 1, 2])
    /// try model.partialFit(Tensor([[2.0]]), Tensor([1]))
    /// model.lossCurve.count                   // 2
    /// ```
    ///
    /// - Parameter classes: all labels that any call may bring; the first call needs them.
    /// - Throws: ``EstimatorError`` as `fit(_:_:sampleWeight:)`, with `earlyStopping` or
    ///   ``MLPRegressor/Solver/lbfgs``, without classes in the first call or with others later, and for labels that are
    ///   not among them.
    public mutating func partialFit(_ x: Tensor, _ y: Tensor, classes: [Int]? = nil, sampleWeight: Tensor? = nil) throws
    {
        let labels = try MLPLabels(y, in: "MLPClassifier")
        var given = classes.map { MLPClasses.numbers(Set($0).sorted().map { Double($0) }) }
        if case .indicators(let y) = labels, let numbers = classes {
            try Check.that(
                Set(numbers).sorted() == Array(0..<y.shape[1]),
                "MLPClassifier: classes is \(numbers); of \(y.shape[1]) columns it must be their numbers from 0")
            given = .columns(y.shape[1])
        }
        try given?.check(in: Self.kind)
        try partialFit(x, labels, given, sampleWeight)
    }

    /// One epoch over examples whose classes are texts.
    ///
    /// - Throws: ``EstimatorError`` as for integers.
    public mutating func partialFit(_ x: Tensor, _ y: [String], classes: [String]? = nil, sampleWeight: Tensor? = nil)
        throws
    { try partialFit(x, .texts(y), classes.map { .texts(inOrder($0)) }, sampleWeight) }

    private mutating func partialFit(_ x: Tensor, _ labels: MLPLabels, _ classes: MLPClasses?, _ weight: Tensor?) throws
    {
        guard let expected = known ?? classes else {
            throw EstimatorError(
                "MLPClassifier: the first partialFit needs classes, all labels that any call may bring")
        }
        if let classes {
            try Check.that(
                classes == expected,
                "MLPClassifier: classes is \(classes.names); at the last fit it was \(expected.names)")
        }
        try keepingInterrupted {
            $0.known = expected
            try $0.fit(x, labels, weight, incremental: true)
        }
    }

    private mutating func fit(
        _ x: Tensor, _ labels: MLPLabels, _ weight: Tensor?,
        validation: (x: Tensor, y: MLPLabels, sampleWeight: Tensor?)? = nil, incremental: Bool = false
    ) throws {
        try checkParameters(incremental: incremental)
        let isFirst = isFirst(incremental: incremental)
        try keepingInterrupted { model in
            if model.known == nil || !model.warmStart && !incremental {
                model.known = labels.classes
            } else if model.warmStart {
                try Check.that(
                    labels.classes == model.known,
                    "MLPClassifier: with warmStart y must have the classes of the last fit, \(model.known!.names); "
                        + "it has \(labels.classes.names)")
            }
            let training = try model.checked(x, labels, weight, features: isFirst ? nil : model.nFeaturesIn)
            let judging = try validation.map {
                try model.checked($0.x, $0.y, $0.sampleWeight, features: training[0].shape[1])
            }
            try model.learn(training, validation: judging, incremental: incremental)
        }
    }

    private func checked(_ x: Tensor, _ labels: MLPLabels, _ weight: Tensor?, features: Int?) throws -> [Tensor] {
        let x = try Check.features(x, expected: features, in: "MLPClassifier")
        try Check.that(
            labels.count == x.shape[0], "MLPClassifier: x has \(x.shape[0]) examples but y has \(labels.count)")
        let weight = try Check.weights(weight, like: x, allowsNegative: true, in: "MLPClassifier")
        guard labels.classes.isSubset(of: known!), let y = known!.encoded(labels, as: x.dtype) else {
            throw EstimatorError(
                "MLPClassifier: y has classes not in classes, which is \(known!.names); y has \(labels.classes.names)")
        }
        return [x, y] + (weight.map { [$0] } ?? [])
    }
}
