import TernCore

/// A prediction as a function of tensors that may be traced, so that a plan computes it on memory of others.
package struct PlannedPrediction {
    /// The type of features.
    package let dtype: DType
    package let featureCount: Int
    /// Type and shape of what is given for each example: values, or labels and probabilities.
    package let outputs: [TensorSpec]
    /// From [examples, features] to [examples] + the shape of each output.
    package let function: (Tensor) -> [Tensor]
}

/// An estimator whose fitted prediction can be planned.
package protocol PlannedPredictor {
    /// nil before the fit.
    var planned: PlannedPrediction? { get }
}

extension MLPRegressor: PlannedPredictor {
    package var planned: PlannedPrediction? {
        guard let first = coefs.first else { return nil }
        let network = network, isSingle = nOutputs == 1
        return PlannedPrediction(
            dtype: first.dtype, featureCount: first.shape[0],
            outputs: [TensorSpec(shape: isSingle ? [] : [nOutputs], dtype: first.dtype)],
            function: { x in
                let y = network(x)
                return [isSingle ? y.flattened() : y]
            })
    }
}

extension MLPClassifier: PlannedPredictor {
    /// Of one label among several classes that are numbers.
    package var planned: PlannedPrediction? {
        guard let first = coefs.first, case .numbers(let values)? = known, values.count > 1 else { return nil }
        let network = network, isBinary = nOutputs == 1
        let labels = Tensor(values.map { Int64($0) })
        return PlannedPrediction(
            dtype: first.dtype, featureCount: first.shape[0],
            outputs: [TensorSpec(shape: [], dtype: .int64), TensorSpec(shape: [values.count], dtype: first.dtype)],
            function: { x in
                let p = network(x)
                let place = isBinary ? (p.flattened() .> 0.5).cast(to: .int64) : p.argmax(axis: 1)
                return [labels.taking(place), isBinary ? .concatenated([1 - p, p], axis: 1) : p]
            })
    }
}
