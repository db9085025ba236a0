import TernCore

// Losses of probabilities. Predictions are probabilities, or with `fromLogits` numbers of which the
// sigmoid or the softmax makes them. Probabilities are kept 10⁻⁷ away from 0 and 1.

extension Loss {
    /// The mean of −t log p − (1 − t) log(1 − p) along `axis`, for targets 0 or 1 (or between) in the shape of the
    /// predictions.
    ///
    /// - Parameters:
    ///   - fromLogits: whether predictions are logits, of which the sigmoid is taken; else probabilities.
    ///   - labelSmoothing: s moves targets towards ½: t (1 − s) + s / 2.
    public static func binaryCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1
    ) -> Loss {
        of(
            "binary_crossentropy",
            ["from_logits": [fromLogits ? 1 : 0], "label_smoothing": [labelSmoothing], "axis": [Double(axis)]],
            axis: axis, isElementwise: axis == -1
        ) { t, p in
            binary(smoothed(t, labelSmoothing, count: 2), p, fromLogits: fromLogits).mean(axis: axis)
        }
    }

    /// The binary crossentropy times (1 − the probability of the truth)^γ, so that what is easy counts little.
    ///
    /// Source: Lin et al., "Focal loss for dense object detection", ICCV 2017.
    ///
    /// - Parameter appliesClassBalancing: also times α where the target is 1 and 1 − α where it is 0.
    public static func binaryFocalCrossentropy(
        appliesClassBalancing: Bool = false, alpha: Double = 0.25, gamma: Double = 2, fromLogits: Bool = false,
        labelSmoothing: Double = 0, axis: Int = -1
    ) -> Loss {
        of(
            "binary_focal_crossentropy",
            [
                "apply_class_balancing": [appliesClassBalancing ? 1 : 0], "alpha": [alpha], "gamma": [gamma],
                "from_logits": [fromLogits ? 1 : 0], "label_smoothing": [labelSmoothing], "axis": [Double(axis)],
            ], axis: axis, isElementwise: axis == -1
        ) { t, p in
            let t = smoothed(t, labelSmoothing, count: 2), p = fromLogits ? sigmoid(p) : p
            var loss = power(1 - (t * p + (1 - t) * (1 - p)), gamma) * binary(t, p, fromLogits: false)
            if appliesClassBalancing { loss = (t * alpha + (1 - t) * (1 - alpha)) * loss }
            return loss.mean(axis: axis)
        }
    }

    /// The sum of −t log p along `axis`, the probabilities divided by their sum, for one-hot targets in the shape of
    /// the predictions. Where the axis has the length 1, of which Keras warns, it ends the program; a model's `fit` and
    /// `evaluate` throw.
    ///
    /// - Parameters:
    ///   - fromLogits: whether predictions are logits, of which the softmax is taken; else probabilities.
    ///   - labelSmoothing: s moves targets towards even shares: t (1 − s) + s / (the length of the last axis).
    public static func categoricalCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1
    ) -> Loss {
        of(
            "categorical_crossentropy",
            ["from_logits": [fromLogits ? 1 : 0], "label_smoothing": [labelSmoothing], "axis": [Double(axis)]],
            axis: axis
        ) { t, p in
            requireClasses(p, axis, "categorical_crossentropy")
            let shares = smoothed(t, labelSmoothing, count: t.shape.last!)
            return -(shares * logProbability(p, fromLogits: fromLogits, axis: axis)).sum(axis: axis)
        }
    }

    /// The sum of −α (1 − p)^γ t log p along `axis`.
    ///
    /// Source: Lin et al., "Focal loss for dense object detection", ICCV 2017.
    public static func categoricalFocalCrossentropy(
        alpha: Double = 0.25, gamma: Double = 2, fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1
    ) -> Loss {
        of(
            "categorical_focal_crossentropy",
            [
                "alpha": [alpha], "gamma": [gamma], "from_logits": [fromLogits ? 1 : 0],
                "label_smoothing": [labelSmoothing], "axis": [Double(axis)],
            ], axis: axis
        ) { t, p in
            requireClasses(p, axis, "categorical_focal_crossentropy")
            let t = smoothed(t, labelSmoothing, count: t.shape.last!)
            let p = probability(fromLogits ? Activation.softmax(axis: axis)(p) : p, axis: axis)
            return -(power(1 - p, gamma) * alpha * t * log(p)).sum(axis: axis)
        }
    }

    /// −log of the probability of the class that the target names by its number.
    ///
    /// Targets have the predictions' shape without `axis`, or with length 1 there. A number that is no class, which are
    /// whole and from 0 to below their number, ends the program where it counts (Keras takes the loss as 0, and drops
    /// fractions); a model's `fit` and `evaluate` throw. What is masked or has the weight 0 may have any number.
    ///
    /// - Parameter ignoreClass: targets of this number count neither in the sum nor in the number.
    public static func sparseCategoricalCrossentropy(
        fromLogits: Bool = false, ignoreClass: Int? = nil, axis: Int = -1
    ) -> Loss {
        var arguments: [String: [Double]] = ["from_logits": [fromLogits ? 1 : 0], "axis": [Double(axis)]]
        if let ignoreClass { arguments["ignore_class"] = [Double(ignoreClass)] }
        return Loss("sparse_categorical_crossentropy", arguments: arguments, axis: axis) { target, prediction in
            var (labels, isClass) = classes(
                labels("loss sparse_categorical_crossentropy", target, beside: prediction, axis: axis),
                of: prediction.shape[
                    place(of: axis, in: prediction.rank, for: "loss sparse_categorical_crossentropy")])
            var prediction = prediction, mask: Tensor?
            if let ignoreClass {
                let isValid = labels .!= ignoreClass
                labels = labels * isValid.cast(to: .int64)
                isClass = isClass .| .!isValid
                // Keras puts zeros here, of which it makes 0 / 0 where they are no logits.
                prediction = select(isValid.expandingDimension(at: axis), prediction, constant(1, like: prediction))
                mask = isValid
            }
            let at = place(of: axis, in: prediction.rank)
            let truth = oneHot(labels, count: prediction.shape[at], axis: axis, dtype: prediction.dtype)
            var values = -(truth * logProbability(prediction, fromLogits: fromLogits, axis: axis)).sum(axis: axis)
            if let mask { values = select(mask, values, constant(0, like: values)) }
            return Positions(values: values, mask: mask, isClass: isClass)
        }
    }

    /// (1 − p^q) / q with q above 0 and below 1, where p is the probability of the class that the target names by its
    /// number: between the crossentropy (q → 0) and the absolute error (q → 1), for labels with errors. Targets are
    /// [batch, …], predictions [batch, …, classes]. Numbers that are no class end the program, as in
    /// ``sparseCategoricalCrossentropy(fromLogits:ignoreClass:axis:)``.
    ///
    /// Source: Zhang and Sabuncu, "Generalized cross entropy loss for training deep neural networks with noisy labels",
    /// NeurIPS 2018.
    public static func categoricalGeneralizedCrossentropy(q: Double = 0.5) -> Loss {
        if !isExponent(q) { fail("categorical_generalized_cross_entropy: q is \(q); it is above 0 and below 1") }
        return Loss("categorical_generalized_cross_entropy", arguments: ["q": [q]]) { target, prediction in
            let count = prediction.shape.last!
            let (labels, isClass) = classes(
                labels("loss categorical_generalized_cross_entropy", target, beside: prediction), of: count)
            let truth = oneHot(labels, count: count, dtype: prediction.dtype)
            return Positions(values: (1 - power((prediction * truth).sum(axis: -1), q)) / q, isClass: isClass)
        }
    }

    /// Whether ``categoricalGeneralizedCrossentropy(q:)`` takes it.
    static func isExponent(_ q: Double) -> Bool { q > 0 && q < 1 }

    private static func smoothed(_ target: Tensor, _ smoothing: Double, count: Int) -> Tensor {
        smoothing == 0 ? target : target * (1 - smoothing) + smoothing / Double(count)
    }

    private static func binary(_ t: Tensor, _ p: Tensor, fromLogits: Bool) -> Tensor {
        if fromLogits { return t * softplus(-p) + (1 - t) * softplus(p) }
        let p = clip(p, smallNumber, 1 - smallNumber)
        return -(t * log(p) + (1 - t) * log(1 - p))
    }

    /// Of one class the probability is 1 whatever is predicted: nothing would ever be learned.
    private static func requireClasses(_ p: Tensor, _ axis: Int, _ name: String) {
        guard p.shape[place(of: axis, in: p.rank, for: "loss \(name)")] != 1 else {
            fail(
                "loss \(name): predictions of shape \(p.shape) have one class, of the probability 1 whatever is predicted; use binary_crossentropy, or an output for each class"
            )
        }
    }

    private static func probability(_ p: Tensor, axis: Int) -> Tensor {
        clip(p / p.sum(axis: axis, keepingDimensions: true), smallNumber, 1 - smallNumber)
    }

    private static func logProbability(_ p: Tensor, fromLogits: Bool, axis: Int) -> Tensor {
        fromLogits ? Activation.logSoftmax(axis: axis)(p) : log(probability(p, axis: axis))
    }
}
