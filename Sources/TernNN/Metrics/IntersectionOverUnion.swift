import TernCore
import TernText

// Intersection over union: of the positions where a class is the target or predicted, the share where it is both.

extension Metric {
    /// - Parameter targets: the classes that count; nil: all.
    private static func overlap(
        _ name: String, classes: Int, targets: [Int]?, ignoreClass: Int?,
        labels: @escaping @Sendable (Tensor) -> Tensor, predicted: @escaping @Sendable (Tensor) -> Tensor
    ) -> Metric {
        guard classes > 0 else { fail("\(name): there are \(classes) classes; one at least is needed") }
        MachineMemory.require(checkedProduct([classes, classes, 8]), for: "\(name) of \(classes) classes")
        let targets = targets ?? Array(0..<classes)
        if let odd = targets.first(where: { $0 < 0 || $0 >= classes }) {
            fail("\(name): there is no class \(odd) among \(classes)")
        }
        return Metric(name, isBetterWhenLarger: true) { _ in
            [[classes, classes]]
        } contribution: { target, prediction, weight in
            let t = labels(target).cast(to: .int64).flattened(), p = predicted(prediction).cast(to: .int64).flattened()
            guard t.count == p.count else {
                fail("\(name): targets of shape \(target.shape) do not fit predictions of shape \(prediction.shape)")
            }
            var isKnown = (t .>= 0) .& (t .< classes) .& (p .>= 0) .& (p .< classes)
            if let ignoreClass { isKnown = isKnown .& (t .!= ignoreClass) }
            // As in Keras, whose counts are integers, a weight loses its fraction.
            let weight =
                weight.map { weight in
                    trunc(weight.rank > 1 ? weight.flattened() : weight).broadcast(to: t.shape)
                } ?? .ones(t.shape, dtype: prediction.dtype)
            let known = isKnown.cast(to: .int64)
            let place = t * known * classes + p * known
            let counted = select(isKnown, weight, constant(0, like: weight))
            return [scatterSum(counted, at: place, count: classes * classes).reshaped([classes, classes])]
        } finish: { state in
            let matrix = state[0]
            let hits = (matrix * Tensor.identity(classes, dtype: matrix.dtype)).sum(axis: 1)
            let union = matrix.sum(axis: 0) + matrix.sum(axis: 1) - hits
            let chosen = Tensor(targets)
            let (own, all) = (hits.taking(chosen), union.taking(chosen))
            // A class that is nowhere does not count.
            let isPresent = all .> 1e-9
            let ratio = select(isPresent, own / (all + smallNumber), constant(0, like: own))
            return ratio.sum() / (isPresent.cast(to: own.dtype).sum() + smallNumber)
        }
    }

    private static func places(_ isSparse: Bool, _ axis: Int) -> @Sendable (Tensor) -> Tensor {
        { isSparse ? $0 : $0.argmax(axis: axis) }
    }

    /// The mean intersection over union of the classes `targetClasses`.
    ///
    /// - Parameters:
    ///   - ignoreClass: positions with this target do not count.
    ///   - sparseTarget: targets are class numbers; otherwise the place of the largest value along `axis` is taken.
    ///   - sparsePrediction: the same for predictions.
    public static func iou(
        classes: Int, targetClasses: [Int], ignoreClass: Int? = nil, sparseTarget: Bool = true,
        sparsePrediction: Bool = true, axis: Int = -1
    ) -> Metric {
        overlap(
            "io_u", classes: classes, targets: targetClasses, ignoreClass: ignoreClass,
            labels: places(sparseTarget, axis), predicted: places(sparsePrediction, axis)
        )
        .written(
            as: "IoU",
            [
                "num_classes": JSON(classes), "target_class_ids": .list(targetClasses.map { JSON($0) }),
                "ignore_class": .whole(orNull: ignoreClass), "sparse_y_true": .flag(sparseTarget),
                "sparse_y_pred": .flag(sparsePrediction), "axis": JSON(axis),
            ])
    }

    /// ``iou(classes:targetClasses:ignoreClass:sparseTarget:sparsePrediction:axis:)`` of two classes, 1 where a
    /// prediction is `threshold` at least.
    public static func binaryIoU(targetClasses: [Int] = [0, 1], threshold: Double = 0.5) -> Metric {
        overlap(
            "binary_io_u", classes: 2, targets: targetClasses, ignoreClass: nil, labels: { $0 },
            predicted: { $0 .>= threshold }
        )
        .written(
            as: "BinaryIoU",
            ["target_class_ids": .list(targetClasses.map { JSON($0) }), "threshold": .float(threshold)])
    }

    /// The mean over all classes. For the parameters see
    /// ``iou(classes:targetClasses:ignoreClass:sparseTarget:sparsePrediction:axis:)``.
    public static func meanIoU(
        classes: Int, ignoreClass: Int? = nil, sparseTarget: Bool = true, sparsePrediction: Bool = true, axis: Int = -1
    ) -> Metric {
        overlap(
            "mean_io_u", classes: classes, targets: nil, ignoreClass: ignoreClass,
            labels: places(sparseTarget, axis), predicted: places(sparsePrediction, axis)
        )
        .written(
            as: "MeanIoU",
            [
                "num_classes": JSON(classes), "ignore_class": .whole(orNull: ignoreClass),
                "sparse_y_true": .flag(sparseTarget), "sparse_y_pred": .flag(sparsePrediction), "axis": JSON(axis),
            ])
    }

    /// The mean over `targetClasses` for one-hot targets.
    public static func oneHotIoU(
        classes: Int, targetClasses: [Int], ignoreClass: Int? = nil, sparsePrediction: Bool = false, axis: Int = -1
    ) -> Metric {
        overlap(
            "one_hot_io_u", classes: classes, targets: targetClasses, ignoreClass: ignoreClass,
            labels: places(false, axis), predicted: places(sparsePrediction, axis)
        )
        .written(
            as: "OneHotIoU",
            [
                "num_classes": JSON(classes), "target_class_ids": .list(targetClasses.map { JSON($0) }),
                "ignore_class": .whole(orNull: ignoreClass), "sparse_y_pred": .flag(sparsePrediction),
                "axis": JSON(axis),
            ])
    }

    /// The mean over all classes for one-hot targets.
    public static func oneHotMeanIoU(
        classes: Int, ignoreClass: Int? = nil, sparsePrediction: Bool = false, axis: Int = -1
    ) -> Metric {
        overlap(
            "one_hot_mean_io_u", classes: classes, targets: nil, ignoreClass: ignoreClass,
            labels: places(false, axis), predicted: places(sparsePrediction, axis)
        )
        .written(
            as: "OneHotMeanIoU",
            [
                "num_classes": JSON(classes), "ignore_class": .whole(orNull: ignoreClass),
                "sparse_y_pred": .flag(sparsePrediction), "axis": JSON(axis),
            ])
    }
}
