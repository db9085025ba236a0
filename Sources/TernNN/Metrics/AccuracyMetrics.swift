import TernCore
import TernText

// How often a prediction is right.

extension Metric {
    /// The share of predictions that equal their target.
    public static var accuracy: Metric {
        Metric("accuracy", isBetterWhenLarger: true) { t, p in (t .== p).cast(to: p.dtype) }
            .written(as: "Accuracy")
    }

    /// The share of predictions on the target's side of `threshold`, targets 0 or 1.
    public static func binaryAccuracy(threshold: Double = 0.5) -> Metric {
        Metric("binary_accuracy", isBetterWhenLarger: true) { t, p in
            (t .== (p .> threshold).cast(to: t.dtype)).cast(to: p.dtype)
        }
        .written(as: "BinaryAccuracy", ["threshold": .float(threshold)])
    }

    /// The share of predictions whose largest value is at the place of the target's largest.
    public static var categoricalAccuracy: Metric {
        Metric("categorical_accuracy", isBetterWhenLarger: true) { t, p in
            (t.argmax(axis: -1) .== p.argmax(axis: -1)).cast(to: p.dtype)
        }
        .written(as: "CategoricalAccuracy")
    }

    /// The share of predictions, [batch, …, classes], whose largest value is at the place that the target, [batch, …],
    /// names.
    public static var sparseCategoricalAccuracy: Metric {
        Metric("sparse_categorical_accuracy", matchesShapes: false, isBetterWhenLarger: true) { target, prediction in
            let labels = labels("sparse_categorical_accuracy", target, beside: prediction)
            var hits = (labels .== prediction.argmax(axis: -1).cast(to: labels.dtype)).cast(to: prediction.dtype)
            if hits.rank > 1, hits.shape.last == 1 { hits = hits.squeezed(axes: [-1]) }
            return hits
        }
        .written(as: "SparseCategoricalAccuracy")
    }

    /// The share of predictions where the target's class (one-hot) is among the `k` largest, 1 or more.
    public static func topKCategoricalAccuracy(k: Int = 5) -> Metric {
        check(k, "top_k_categorical_accuracy")
        return Metric("top_k_categorical_accuracy", isBetterWhenLarger: true) { t, p in
            isInTop(k, t.argmax(axis: -1), p)
        }
        .written(as: "TopKCategoricalAccuracy", ["k": JSON(k)])
    }

    /// The share of predictions, [batch, …, classes], where the class that the target, [batch, …], names is among the
    /// `k` largest, 1 or more.
    ///
    /// - Parameter fromSortedIDs: whether predictions are the numbers of classes, the likeliest first, of which the first
    ///   `k` count.
    public static func sparseTopKCategoricalAccuracy(k: Int = 5, fromSortedIDs: Bool = false) -> Metric {
        check(k, "sparse_top_k_categorical_accuracy")
        return Metric("sparse_top_k_categorical_accuracy", matchesShapes: false, isBetterWhenLarger: true) { t, p in
            let labels = labels("sparse_top_k_categorical_accuracy", t, beside: p)
            guard fromSortedIDs else { return isInTop(k, labels.cast(to: .int64), p) }
            let first = p.sliced(0..<min(k, p.shape.last!), axis: -1)
            return (first .== labels.cast(to: p.dtype).expandingDimension(at: -1)).any(axes: [-1]).cast(to: p.dtype)
        }
        .written(as: "SparseTopKCategoricalAccuracy", ["k": JSON(k), "from_sorted_ids": .flag(fromSortedIDs)])
    }

    private static func check(_ k: Int, _ name: String) {
        guard k > 0 else { fail("\(name): k is \(k); it is 1 or more") }
    }

    /// Whether fewer than `k` predictions are larger than that at the label; no if it is NaN, or the label no class.
    private static func isInTop(_ k: Int, _ labels: Tensor, _ prediction: Tensor) -> Tensor {
        let truth = oneHot(labels, count: prediction.shape.last!, dtype: .bool)
        let zero = constant(0, like: prediction)
        let own = select(truth, prediction, zero).sum(axis: -1, keepingDimensions: true)
        let larger = (prediction .> own).cast(to: prediction.dtype).sum(axis: -1)
        let isKnown = truth.any(axes: [-1]) .& .!isNaN(own.squeezed(axes: [-1]))
        return ((larger .< Double(k)) .& isKnown).cast(to: prediction.dtype)
    }
}
