import TernCore

/// A prediction as a function of tensors that may be traced, so that a plan computes it on memory of others.
package struct PlannedPrediction {
    /// The type of features and results.
    package let dtype: DType
    package let featureCount: Int, outputCount: Int
    /// From [examples, features] to [examples, outputs].
    package let function: (Tensor) -> Tensor
}

/// An estimator whose fitted prediction can be planned.
package protocol PlannedPredictor {
    /// nil before the fit.
    var planned: PlannedPrediction? { get }
}

extension MLPRegressor: PlannedPredictor {
    package var planned: PlannedPrediction? {
        guard let first = coefs.first else { return nil }
        let network = network
        return PlannedPrediction(
            dtype: first.dtype, featureCount: first.shape[0], outputCount: nOutputs, function: { network($0) })
    }
}
