import TernCore

/// True and false positives and negatives at thresholds: [thresholds], or [thresholds, labels].
struct ConfusionCounts {
    var truePositives: Tensor, falsePositives: Tensor, trueNegatives: Tensor, falseNegatives: Tensor

    /// In the order of the states of metrics.
    var parts: [Tensor] { [truePositives, falsePositives, trueNegatives, falseNegatives] }

    init(_ parts: [Tensor]) {
        (truePositives, falsePositives, trueNegatives, falseNegatives) = (parts[0], parts[1], parts[2], parts[3])
    }

    var recall: Tensor { divideOrZero(truePositives, truePositives + falseNegatives) }
    var precision: Tensor { divideOrZero(truePositives, truePositives + falsePositives) }
    var specificity: Tensor { divideOrZero(trueNegatives, trueNegatives + falsePositives) }
    var falsePositiveRate: Tensor { divideOrZero(falsePositives, falsePositives + trueNegatives) }
}

/// Where predictions count as positive: above each of these numbers.
struct DecisionThresholds: Sendable {
    let values: [Double]
    /// Whether they cut 0...1 into equal parts: predictions are then sorted into the parts, in time that does
    /// not grow with their number. Rounding at the borders is Keras's in either way.
    let isEven: Bool
    /// Whether the first lies below 0, so that every prediction is above it.
    let isFirstBelowZero: Bool

    init(_ values: [Double]) {
        self.values = values
        isFirstBelowZero = values[0] < 0
        let count = Double(values.count - 1)
        isEven =
            values.count >= 3
            && values.indices.allSatisfy {
                abs(values[$0] - Double($0) / count) <= 1e-7 + 1e-5 * Double($0) / count
            }
    }

    /// `count` thresholds from 0 to 1, the outer ones moved out by `margin`.
    init(count: Int, margin: Double = 0) {
        guard count > 0 else { fail("there are \(count) thresholds; one at least is needed") }
        MachineMemory.require(checkedProduct([count, 64]), for: "\(count) thresholds")
        var values = count == 1 ? [0.5] : (0..<count).map { Double($0) / Double(count - 1) }
        if count > 1 {
            values[0] = -margin
            values[count - 1] = 1 + margin
        }
        self.init(values)
    }

    /// What a batch adds to the counts.
    ///
    /// - Parameters:
    ///   - topK: only the largest `topK` predictions along the last axis can be positive.
    ///   - classID: only this place of the last axis counts.
    ///   - labelWeights: a factor for each place of the last axis; by label they are not counted in.
    ///   - byLabel: counts for each place of the last axis of [batch, labels].
    func counts(
        _ target: Tensor, _ prediction: Tensor, _ weight: Tensor?, topK: Int? = nil, classID: Int? = nil,
        labelWeights: [Double]? = nil, byLabel: Bool = false
    ) -> ConfusionCounts {
        var (target, prediction) = matched("the metric", target, prediction)
        var weight = weight.map { weight in
            aligned(target, weight.expandingDimension(at: -1), expandingVectors: false).1
        }
        if let topK { prediction = Self.largest(topK, of: prediction) }
        if let classID {
            guard prediction.rank > 1 else {
                fail("a class is chosen among predictions of two axes at least, not \(prediction.shape)")
            }
            target = target.sliced(classID..<(classID + 1), axis: -1)
            prediction = prediction.sliced(classID..<(classID + 1), axis: -1)
        }
        if let labelWeights {
            // Keras broadcasts them.
            let labels = prediction.rank > 1 ? prediction.shape[prediction.rank - 1] : 1
            guard labelWeights.count == labels else {
                fail("the metric: \(labelWeights.count) weights of labels beside \(labels) label(s); give one for each")
            }
            if !byLabel {
                let factors = Tensor(labelWeights).cast(to: prediction.dtype)
                weight = weight.map { $0 * factors } ?? factors
            }
        }
        guard !byLabel || prediction.rank == 2 else {
            fail("counts by label want predictions of [batch, labels], not \(prediction.shape)")
        }
        let labels = byLabel ? prediction.shape[1] : 1
        let shape = [prediction.count / labels, labels]
        let isTrue = (target .!= 0).cast(to: prediction.dtype).reshaped(shape)
        let isFalse = 1 - isTrue
        let factor = weight?.broadcast(to: prediction.shape).reshaped(shape)
        let positive = factor.map { isTrue * $0 } ?? isTrue, negative = factor.map { isFalse * $0 } ?? isFalse
        let flat = prediction.reshaped(shape)
        let found = isEven ? sorted(flat, positive, negative) : compared(flat, positive, negative)
        let result = ConfusionCounts([
            found.0, found.1, negative.sum(axis: 0) - found.1, positive.sum(axis: 0) - found.0,
        ])
        return byLabel ? result : ConfusionCounts(result.parts.map { $0.reshaped([values.count]) })
    }

    /// The sums of positives and negatives above each threshold, [thresholds, labels].
    private func compared(_ prediction: Tensor, _ positive: Tensor, _ negative: Tensor) -> (Tensor, Tensor) {
        let (count, labels) = (prediction.shape[0], prediction.shape[1])
        let limits = Tensor(values).cast(to: prediction.dtype).reshaped([values.count, 1, 1])
        let isAbove = (prediction.reshaped([1, count, labels]) .> limits).cast(to: prediction.dtype)
        return ((isAbove * positive).sum(axis: 1), (isAbove * negative).sum(axis: 1))
    }

    /// The same for even thresholds: sums for each part between two of them, then running sums from above.
    private func sorted(_ prediction: Tensor, _ positive: Tensor, _ negative: Tensor) -> (Tensor, Tensor) {
        let (count, labels) = (prediction.shape[0], prediction.shape[1])
        let zero = constant(0, like: prediction), one = constant(1, like: prediction)
        // NaN is above nothing.
        let inside = select(prediction .> 0, select(prediction .< 1, prediction, one), zero)
        let part = ceil(inside * Double(values.count - 1)) - 1
        let isAboveFirst = (isFirstBelowZero ? part .>= -1 : part .>= 0).cast(to: prediction.dtype)
        let label = Tensor.range(0..<labels).reshaped([1, labels])
        let place = (maximum(part, 0).cast(to: .int64) * labels + label).reshaped([count * labels])
        func above(_ weights: Tensor) -> Tensor {
            let sums = scatterSum(
                (weights * isAboveFirst).reshaped([count * labels]), at: place, count: values.count * labels)
            return sums.reshaped([values.count, labels])[.every(-1)].cumulativeSum(axis: 0)[.every(-1)]
        }
        return (above(positive), above(negative))
    }

    /// Predictions with all but the `k` largest of the last axis put below any threshold; of equals the first is taken.
    private static func largest(_ k: Int, of x: Tensor) -> Tensor {
        let rank = (-x).argsorted(axis: -1).argsorted(axis: -1)
        return select(rank .< k, x, constant(-1e10, like: x))
    }
}

/// The sums of `values` that have the same place, for places 0..<count.
func scatterSum(_ values: Tensor, at places: Tensor, count: Int) -> Tensor {
    // One after the other in float32, ones would add up to 2^24 and no further.
    let exact = values.cast(to: .float64)
    // The gradient of picking out is adding in.
    return gradient { (bins: Tensor) in (bins.taking(places) * exact).sum() }(.zeros([count], dtype: .float64))
        .cast(to: values.dtype)
}
