extension MLPRegressor {
    /// The function of the hidden units.
    ///
    /// ```swift
    /// MLPRegressor(activation: .tanh).activation.rawValue         // "tanh", scikit-learn's name
    /// ```
    public enum Activation: String, Sendable, CaseIterable, Codable {
        /// None: z, so that the network is a line.
        case identity
        /// 1 / (1 + e^−z).
        case logistic
        /// The hyperbolic tangent of z.
        case tanh
        /// max(0, z), the default.
        case relu
    }

    /// How the weights are moved.
    ///
    /// ```swift
    /// MLPRegressor(solver: .sgd, learningRateInit: 0.01, momentum: 0.5).solver.rawValue       // "sgd"
    /// ```
    public enum Solver: String, Sendable, CaseIterable, Codable {
        /// Stochastic gradient descent, with ``momentum``; heeds ``learningRate`` and ``powerT``.
        case sgd
        /// Kingma and Ba's method (ICLR 2015), the default; heeds ``beta1``, ``beta2`` and ``epsilon``.
        case adam
        /// Byrd, Lu, Nocedal and Zhu's L-BFGS (1995) on all examples at once, for small tables; the iterates are those
        /// of SciPy's L-BFGS-B. Heeds ``maxFun``, and ``maxIter`` and ``tol`` for its iterations and its gradient;
        /// works in `float64`.
        case lbfgs
    }

    /// What is minimised.
    ///
    /// ```swift
    /// MLPRegressor(loss: .poisson).outActivation      // "exp": predictions are counts
    /// ```
    public enum Loss: String, Sendable, CaseIterable, Codable {
        /// Half the squared error, the default.
        case squaredError = "squared_error"
        /// For counts: half the Poisson deviance, of predictions exp(z). Negative targets are refused: scikit-learn
        /// trains on them with losses of NaN, so that it can tell neither progress nor its end.
        case poisson
    }

    /// How `sgd` changes its learning rate.
    ///
    /// ```swift
    /// MLPRegressor(solver: .sgd, learningRate: .adaptive).learningRate.rawValue       // "adaptive"
    /// ```
    public enum LearningRate: String, Sendable, CaseIterable, Codable {
        /// Not at all, the default.
        case constant
        /// learningRateInit / (examples seen + 1)^powerT
        case invscaling
        /// Divided by 5 each time the loss (or score) stalls for more than `nIterNoChange` epochs, while it is above
        /// 10⁻⁶.
        case adaptive
    }

    /// What is known after each epoch.
    ///
    /// ```swift
    /// var model = MLPRegressor(hiddenLayerSizes: [4], maxIter: 2, randomState: 0)
    /// model.onEpoch = { print("\($0.number) of \($0.maxIter): \($0.loss)") }          // two lines
    /// try model.fit(Tensor([[0.0], [1]]), Tensor([0.0, 1]))
    /// ```
    public struct Epoch: Sendable {
        /// The epoch's number, or the iteration's of ``Solver/lbfgs``, from 1.
        public var number: Int
        /// How many epochs there are at most.
        public var maxIter: Int
        /// The mean loss of its batches, each before its step.
        public var loss: Double
        /// R² (of a classifier the accuracy) on the examples held out, with `earlyStopping`; else nil.
        public var validationScore: Double?
    }
}
