import TernLearn

/// The arguments of scikit-learn's MLPRegressor, as fixtures hold them.
struct MLPSettings: Decodable, Sendable {
    var activation: String, alpha: Double, batch_size: Int?, beta_1: Double, beta_2: Double
    var early_stopping: Bool, epsilon: Double, hidden_layer_sizes: [Int], learning_rate: String
    var learning_rate_init: Double, loss: String, max_iter: Int, momentum: Double, n_iter_no_change: Int
    var nesterovs_momentum: Bool, power_t: Double, random_state: UInt32, shuffle: Bool, solver: String
    var tol: Double, validation_fraction: Double, warm_start: Bool

    var model: MLPRegressor {
        MLPRegressor(
            loss: .init(rawValue: loss)!, hiddenLayerSizes: hidden_layer_sizes,
            activation: .init(rawValue: activation)!, solver: .init(rawValue: solver)!, alpha: alpha,
            batchSize: batch_size, learningRate: .init(rawValue: learning_rate)!, learningRateInit: learning_rate_init,
            powerT: power_t, maxIter: max_iter, shuffle: shuffle, randomState: random_state, tol: tol,
            warmStart: warm_start, momentum: momentum, nesterovsMomentum: nesterovs_momentum,
            earlyStopping: early_stopping, validationFraction: validation_fraction, beta1: beta_1, beta2: beta_2,
            epsilon: epsilon, nIterNoChange: n_iter_no_change)
    }
}
