import Foundation
import Tern

/// What the view shows as a program in Swift, as one in Python with scikit-learn, and as a command.
package struct NetworkCopies: Encodable {
    package struct Request: Decodable, Sendable {
        package var settings: NetworkSettings
        /// How the points were made; nil: they are one's own.
        package var data: NetworkDataRequest?
        /// The Gaussian process that is shown beside it.
        package var process: NetworkProcessRequest.Shape?
        package var white: Bool
        /// From which epoch on there was which rate, where it was changed.
        package var rates: [[Double]]?

        package init(
            _ settings: NetworkSettings, data: NetworkDataRequest? = nil, process: NetworkProcessRequest.Shape? = nil,
            white: Bool = true, rates: [[Double]]? = nil
        ) {
            (self.settings, self.data, self.process, self.white, self.rates) = (settings, data, process, white, rates)
        }
    }

    package var swift: String, python: String, command: String

    package init(_ request: Request) throws {
        try request.settings.check()
        swift = try Self.swift(request)
        python = try Self.python(request)
        command = Self.command(request)
    }

    private static func list(_ numbers: [Double]) -> String { "[\(numbers.map { "\($0)" }.joined(separator: ", "))]" }

    /// What stands before a program whose numbers are not those shown.
    private static func remark(_ request: Request, _ mark: String, _ what: String) -> [String] {
        var lines: [String] = []
        if Set(request.settings.activations).count > 1 {
            lines.append("\(mark) \(what) has one activation for all hidden layers: here it is that of the first.")
        }
        if let rates = request.rates, rates.count > 1 {
            let told = rates.map { "\(short($0[1])) from epoch \(Int($0[0])) on" }.joined(separator: ", ")
            lines.append("\(mark) The rate was changed while it trained (\(told)); \(what) keeps it.")
        }
        return lines
    }

    // MARK: Swift

    private static func swift(_ request: Request) throws -> String {
        let settings = request.settings, isCurve = settings.task == .curve
        var lines = ["import Tern", ""]
        if let data = request.data, data.data == .sine {
            lines += [
                "var random = RandomState(seed: \(data.seed))",
                "let points = random.uniform(low: -4, high: 4, count: \(data.count))",
                "let noise = random.normal(mean: 0, standardDeviation: \(data.noise), count: \(data.count))",
                "let x = Tensor(points, shape: [\(data.count), 1]), y = sin(Tensor(points)) + Tensor(noise)",
            ]
        } else {
            lines += [
                "let x = Tensor(", "    \(list(settings.features.doubles)),",
                "    shape: [\(settings.y.count), \(settings.x.count)])",
                isCurve ? "let y = Tensor(\(list(settings.y)))" : "let y = Tensor(\(settings.y.map { Int($0) }))",
            ]
        }
        lines += remark(request, "//", isCurve ? "MLPRegressor" : "MLPClassifier")
        let types = [
            "rmsprop": "RMSprop", "adagrad": "Adagrad", "adadelta": "Adadelta", "nadam": "Nadam", "adamw": "AdamW",
            "lion": "Lion",
        ]
        var arguments = ["hiddenLayerSizes: \(settings.units)"]
        if let activation = settings.activations.first { arguments.append("activation: .\(activation.rawValue)") }
        let type = types[settings.solver]
        if type == nil { arguments.append("solver: .\(settings.solver)") }
        arguments.append("alpha: \(settings.alpha)")
        if let batch = settings.batch { arguments.append("batchSize: \(batch)") }
        arguments += [
            "learningRateInit: \(settings.rate)", "maxIter: \(settings.epochs)", "randomState: \(settings.seed)",
        ]
        arguments.append("tol: \(settings.tol)")
        if settings.solver == "sgd" {
            arguments += ["momentum: \(settings.momentum)", "nesterovsMomentum: \(settings.nesterov)"]
        }
        if settings.stopping { arguments += ["earlyStopping: true", "validationFraction: \(settings.fraction)"] }
        arguments.append("nIterNoChange: \(settings.patience)")
        if let type { arguments.append("optimizer: \(type)(learningRate: \(settings.rate))") }
        lines += [
            "var model = \(isCurve ? "MLPRegressor" : "MLPClassifier")(", "    \(arguments.joined(separator: ", ")))",
            "try model.fit(x, y)", "print(model.nIter, model.lastLoss, try model.score(x, y))",
        ]
        if let shape = request.process, isCurve {
            let kernel = [
                NetworkProcessRequest.Shape.rbf: ".rbf(lengthScale: 1)", .matern: ".matern(lengthScale: 1)",
                .rationalquadratic: ".rationalQuadratic(lengthScale: 1, alpha: 1)",
            ][shape]!
            lines += [
                "", "var process = GaussianProcessRegressor(",
                "    kernel: .constant(1) * \(kernel)\(request.white ? " + .white(noise: 0.1)" : ""))",
                "try process.fit(x, y)",
                "print(process.fittedKernel!.description, process.logMarginalLikelihoodValue)",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: Python

    private static func python(_ request: Request) throws -> String {
        let settings = request.settings, isCurve = settings.task == .curve
        let estimator = isCurve ? "MLPRegressor" : "MLPClassifier"
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
        imports.append("from sklearn.neural_network import \(estimator)")
        lines += [""] + remark(request, "#", estimator)
        if !NetworkSolver.all.contains(where: { $0.name == settings.solver && $0.isScikitLearns }) {
            lines.append("# scikit-learn has no \(settings.solver): this is Adam at the same rate, with other numbers.")
        }
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
        if let shape = request.process, isCurve {
            let names = [
                NetworkProcessRequest.Shape.rbf: "RBF", .matern: "Matern", .rationalquadratic: "RationalQuadratic",
            ]
            let name = names[shape]!
            imports += [
                "from sklearn.gaussian_process import GaussianProcessRegressor",
                "from sklearn.gaussian_process.kernels import ConstantKernel, \(name)\(request.white ? ", WhiteKernel" : "")",
            ]
            lines += [
                "",
                "process = GaussianProcessRegressor(kernel=ConstantKernel(1.0) * \(name)()\(request.white ? " + WhiteKernel(0.1)" : ""))",
                "process.fit(X, y)", "print(\"kernel\", process.kernel_)",
                "print(\"likelihood\", process.log_marginal_likelihood_value_)",
            ]
        }
        return (imports + [""] + lines).joined(separator: "\n") + "\n"
    }

    // MARK: Command

    /// The points as a file, and `tern fit` on them.
    private static func command(_ request: Request) -> String {
        let settings = request.settings, isCurve = settings.task == .curve
        let rows = settings.y.indices.map { i in
            (settings.x.map { "\($0[i])" } + [isCurve ? "\(settings.y[i])" : "\(Int(settings.y[i]))"]).joined(
                separator: ",")
        }
        var words = [
            "tern fit points.csv --estimator mlp --target \(isCurve ? "y" : "class --classify")",
            "--hidden \(settings.units.isEmpty ? "none" : settings.units.map(String.init).joined(separator: ","))",
            "--activation \((settings.activations.first ?? .relu).rawValue)", "--epochs \(settings.epochs)",
            "--learning-rate \(settings.rate)", "--alpha \(settings.alpha)", "--seed \(settings.seed)",
            settings.stopping ? "--early-stopping" : "--no-early-stopping",
        ]
        if let batch = settings.batch { words.append("--batch-size \(batch)") }
        var lines = [
            "# `tern fit` holds rows out to test on, scales the columns and takes Adam: its numbers are its own."
        ]
        lines += remark(request, "#", "`tern fit`")
        lines += ["cat > points.csv <<'END'", isCurve ? "x,y" : "x1,x2,class"] + rows
        lines += ["END", words.joined(separator: " ")]
        return lines.joined(separator: "\n") + "\n"
    }
}
