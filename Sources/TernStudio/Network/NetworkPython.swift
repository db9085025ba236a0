import Tern

/// The same in Python, with scikit-learn.
extension NetworkCopies {
    /// The program of scikit-learn, or of Keras where that has no call for it.
    static func python(_ request: Request) throws -> String {
        guard request.settings.isScikitLearns, request.changedRates == nil else { return try keras(request) }
        let settings = request.settings, isCurve = settings.task == .curve
        let estimator = isCurve ? "MLPRegressor" : "MLPClassifier"
        var (imports, lines) = points(request)
        imports.append("from sklearn.neural_network import \(estimator)")
        lines.append("")
        let units = settings.units.isEmpty ? "()" : "(\(settings.units.map { "\($0)," }.joined(separator: " ")))"
        var arguments = [
            "hidden_layer_sizes=\(units)", "activation=\"\((settings.activations.first ?? .relu).rawValue)\"",
            "solver=\"\(MLPRegressor.Solver(rawValue: settings.solver)?.rawValue ?? "adam")\"",
            "alpha=\(settings.alpha)",
        ]
        if let batch = settings.batch { arguments.append("batch_size=\(batch)") }
        arguments += [
            "learning_rate_init=\(settings.rate)", "max_iter=\(settings.epochs)", "random_state=\(settings.seed)",
            "tol=\(settings.tol)",
        ]
        if settings.solver == "sgd" {
            arguments += [
                "momentum=\(settings.momentum)", "nesterovs_momentum=\(settings.nesterov ? "True" : "False")",
            ]
        }
        if settings.stopping { arguments += ["early_stopping=True", "validation_fraction=\(settings.fraction)"] }
        arguments.append("n_iter_no_change=\(settings.patience)")
        lines.append("model = \(estimator)(")
        lines += stride(from: 0, to: arguments.count, by: 4).map {
            "    " + arguments[$0..<min($0 + 4, arguments.count)].joined(separator: ", ") + ","
        }
        lines += [
            ")", "model.fit(X, y)", "print(\"epochs\", model.n_iter_)", "print(\"loss\", model.loss_)",
            "print(\"score\", model.score(X, y))",
        ]
        let process = process(request)
        return (imports + process.imports + [""] + lines + process.lines).joined(separator: "\n") + "\n"
    }

    /// Of a program in Python, the points `X` and `y`.
    static func points(_ request: Request) -> (imports: [String], lines: [String]) {
        let settings = request.settings, isCurve = settings.task == .curve
        var imports = ["import numpy as np"], lines: [String]
        if let data = request.data {
            imports += data.python.imports
            lines = data.python.lines
        } else {
            let rows = settings.y.indices.map { i in list(settings.x.map { $0[i] }) }
            lines = [
                "X = np.array([\(rows.joined(separator: ", "))])",
                "y = np.array(\(isCurve ? list(settings.y) : "\(settings.y.map { Int($0) })"))",
            ]
        }
        return (imports, lines)
    }

    /// Of a program in Python, the Gaussian process that is shown beside it.
    static func process(_ request: Request) -> (imports: [String], lines: [String]) {
        guard let shape = request.process, request.settings.task == .curve else { return ([], []) }
        let names = [
            NetworkProcessRequest.Shape.rbf: "RBF", .matern: "Matern", .rationalquadratic: "RationalQuadratic",
        ]
        let name = names[shape]!
        let imports = [
            "from sklearn.gaussian_process import GaussianProcessRegressor",
            "from sklearn.gaussian_process.kernels import ConstantKernel, \(name)\(request.white ? ", WhiteKernel" : "")",
        ]
        let lines = [
            "",
            "process = GaussianProcessRegressor(kernel=ConstantKernel(1.0) * \(name)()\(request.white ? " + WhiteKernel(0.1)" : ""))",
            "process.fit(X, y)", "print(\"kernel\", process.kernel_)",
            "print(\"likelihood\", process.log_marginal_likelihood_value_)",
        ]
        return (imports, lines)
    }
}
