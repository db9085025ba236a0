import Tern

/// Metrics.
enum KerasMetric {
    /// - Parameters:
    ///   - classes: the length of the output's last axis, by which Keras chooses what "accuracy" is.
    ///   - loss: of the output.
    static func read(_ json: JSON, classes: Int, loss: Loss) throws -> Metric {
        let object = KerasObject(json)
        guard object?.isKeras ?? true, let name = object?.className ?? json.text, object?.className != "function" else {
            throw KerasComplaint(
                "its metric is \(json.written().shortened(to: 80)), Python code of somebody's own; read the model with compiles: false, and compile it in Tern"
            )
        }
        // In any case of letters; a described object is the class of that name.
        if object == nil, ["accuracy", "acc"].contains(name.lowercased()) {
            if classes == 1 { return .binaryAccuracy() }
            return loss.name.hasPrefix("sparse") ? .sparseCategoricalAccuracy : .categoricalAccuracy
        }
        // A loss is reported as its mean over the batches, a function that is no metric as its mean over examples.
        if let object, object.module.hasSuffix("losses") { return .meanOverBatches(try KerasLoss.read(json)) }
        if object == nil, Metric.named(name) == nil, let loss = Loss.named(name) { return .loss(loss) }
        var settings = KerasArguments(object?.config ?? .object([]), ignoring: ["name", "dtype", "fn"])
        do {
            let metric = try made(KerasName.canonical(name), &settings)
            try settings.finish()
            return metric
        } catch let complaint as KerasComplaint {
            throw KerasComplaint("metric \(name): \(complaint.message)")
        }
    }

    private static func made(_ name: String, _ s: inout KerasArguments) throws -> Metric {
        switch name {
        case "binary_crossentropy":
            return .binaryCrossentropy(
                fromLogits: try s.flag("from_logits"), labelSmoothing: try s.number("label_smoothing") ?? 0)
        case "categorical_crossentropy":
            return .categoricalCrossentropy(
                fromLogits: try s.flag("from_logits"), labelSmoothing: try s.number("label_smoothing") ?? 0,
                axis: try s.axis())
        case "sparse_categorical_crossentropy":
            return .sparseCategoricalCrossentropy(
                fromLogits: try s.flag("from_logits"), ignoreClass: try s.whole("ignore_class"),
                axis: try s.axis())
        case "cosine_similarity": return .cosineSimilarity(axis: try s.axis())
        case "pearson_correlation": return .pearsonCorrelation(axis: try s.axis())
        case "concordance_correlation": return .concordanceCorrelation(axis: try s.axis())
        case "r2_score", "r2score":
            let aggregation: R2Aggregation = try s.word("class_aggregation", .uniformAverage, null: R2Aggregation.none)
            return .r2Score(aggregation: aggregation, regressors: try s.whole("num_regressors") ?? 0)
        case "binary_accuracy": return .binaryAccuracy(threshold: try s.number("threshold") ?? 0.5)
        case "top_k_categorical_accuracy": return .topKCategoricalAccuracy(k: try s.whole("k") ?? 5)
        case "sparse_top_k_categorical_accuracy":
            return .sparseTopKCategoricalAccuracy(
                k: try s.whole("k") ?? 5, fromSortedIDs: try s.flag("from_sorted_ids"))
        case "true_positives": return .truePositives(thresholds: try s.numbers("thresholds"))
        case "true_negatives": return .trueNegatives(thresholds: try s.numbers("thresholds"))
        case "false_positives": return .falsePositives(thresholds: try s.numbers("thresholds"))
        case "false_negatives": return .falseNegatives(thresholds: try s.numbers("thresholds"))
        case "precision":
            return .precision(
                thresholds: try s.numbers("thresholds"), topK: try s.whole("top_k"), classID: try s.whole("class_id"))
        case "recall":
            return .recall(
                thresholds: try s.numbers("thresholds"), topK: try s.whole("top_k"), classID: try s.whole("class_id"))
        case "sensitivity_at_specificity":
            return .sensitivityAtSpecificity(
                try s.required("specificity"), thresholds: try s.whole("num_thresholds") ?? 200,
                classID: try s.whole("class_id"))
        case "specificity_at_sensitivity":
            return .specificityAtSensitivity(
                try s.required("sensitivity"), thresholds: try s.whole("num_thresholds") ?? 200,
                classID: try s.whole("class_id"))
        case "precision_at_recall":
            return .precisionAtRecall(
                try s.required("recall"), thresholds: try s.whole("num_thresholds") ?? 200,
                classID: try s.whole("class_id"))
        case "recall_at_precision":
            return .recallAtPrecision(
                try s.required("precision"), thresholds: try s.whole("num_thresholds") ?? 200,
                classID: try s.whole("class_id"))
        case "auc":
            let curve: AUCCurve = try s.word("curve", .roc)
            let summation: AUCSummation = try s.word("summation_method", .interpolation)
            _ = try s.whole("num_labels")
            return .auc(
                thresholds: try s.whole("num_thresholds") ?? 200, curve: curve, summation: summation,
                limits: try s.numbers("thresholds"), byLabel: try s.flag("multi_label"),
                labelWeights: try s.numbers("label_weights"), fromLogits: try s.flag("from_logits"))
        case "f_beta_score", "fbeta_score":
            let average: ClassAverage = try s.word("average", ClassAverage.none, null: ClassAverage.none)
            return .fBetaScore(average: average, beta: try s.number("beta") ?? 1, threshold: try s.number("threshold"))
        case "f1_score", "f1score":
            let average: ClassAverage = try s.word("average", ClassAverage.none, null: ClassAverage.none)
            guard try s.number("beta") ?? 1 == 1 else { throw KerasComplaint("its beta is not 1") }
            return .f1Score(average: average, threshold: try s.number("threshold"))
        case "binary_io_u":
            return .binaryIoU(
                targetClasses: try s.wholes("target_class_ids") ?? [0, 1], threshold: try s.number("threshold") ?? 0.5)
        case "io_u":
            return .iou(
                classes: try s.requiredWhole("num_classes"), targetClasses: try s.wholes("target_class_ids") ?? [],
                ignoreClass: try s.whole("ignore_class"), sparseTarget: try s.flag("sparse_y_true", true),
                sparsePrediction: try s.flag("sparse_y_pred", true), axis: try s.axis())
        case "mean_io_u":
            return .meanIoU(
                classes: try s.requiredWhole("num_classes"), ignoreClass: try s.whole("ignore_class"),
                sparseTarget: try s.flag("sparse_y_true", true), sparsePrediction: try s.flag("sparse_y_pred", true),
                axis: try s.axis())
        case "one_hot_io_u":
            return .oneHotIoU(
                classes: try s.requiredWhole("num_classes"), targetClasses: try s.wholes("target_class_ids") ?? [],
                ignoreClass: try s.whole("ignore_class"), sparsePrediction: try s.flag("sparse_y_pred"),
                axis: try s.axis())
        case "one_hot_mean_io_u":
            return .oneHotMeanIoU(
                classes: try s.requiredWhole("num_classes"), ignoreClass: try s.whole("ignore_class"),
                sparsePrediction: try s.flag("sparse_y_pred"), axis: try s.axis())
        default:
            guard let metric = Metric.named(name) else { throw KerasComplaint("Tern has no such metric") }
            return metric
        }
    }

    /// What is wrong with a metric that gives several numbers, where a report of an epoch has one; nil where it gives
    /// one.
    static func complaint(about metric: Metric, classes: Int) -> String? {
        guard let form = metric.kerasForm else { return nil }
        if form.className != "AUC", let count = form.arguments["thresholds"]?.list?.count, count > 1 {
            return "it gives a number for each of \(count) thresholds; give one, or ask it on arrays"
        }
        for (key, word) in [("average", "macro"), ("class_aggregation", "uniform_average")]
        where classes != 1 && form.arguments[key]?.isNull == true {
            return
                "with no \(key) it gives a number for each of \(classes); say \(key)=\"\(word)\", or ask it on arrays"
        }
        return nil
    }

    static func json(_ metric: Metric) throws -> JSON {
        if let loss = metric.loss { return try KerasLoss.json(loss) }
        guard let form = metric.kerasForm else {
            throw KerasComplaint(
                "the metric \(metric) is none of Keras's (of your own, or leaving out missing targets); write the model with includesOptimizer: false"
            )
        }
        return KerasObject.json("keras.metrics", form.className, form.arguments)
    }
}
