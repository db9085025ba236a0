import Foundation
import Tern

/// What the view shows as a program in Swift, as one in Python with scikit-learn or Keras, and as a command.
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
        try request.checkRates()
        swift = try Self.swift(request)
        python = try Self.python(request)
        command = Self.command(request)
    }

    static func list(_ numbers: [Double]) -> String { "[\(numbers.map { "\($0)" }.joined(separator: ", "))]" }

    /// What stands before a program whose numbers are not those shown.
    private static func remark(_ request: Request, _ mark: String, _ what: String, hasRates: Bool = false) -> [String] {
        var lines: [String] = []
        if Set(request.settings.activations).count > 1 {
            lines.append("\(mark) \(what) has one activation for all hidden layers: here it is that of the first.")
        }
        if !hasRates, let rates = request.changedRates {
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
        lines += remark(request, "//", isCurve ? "MLPRegressor" : "MLPClassifier", hasRates: true)
        var arguments = ["hiddenLayerSizes: \(settings.units)"]
        if let activation = settings.activations.first { arguments.append("activation: .\(activation.rawValue)") }
        let solver = try settings.chosenSolver()
        if solver.isScikitLearns { arguments.append("solver: .\(settings.solver)") }
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
        if let type = solver.type, let schedule = try request.schedule() {
            let more =
                ["adam": ", epsilon: 1e-8", "sgd": ", momentum: \(settings.momentum), nesterov: \(settings.nesterov)"][
                    settings.solver] ?? ""
            arguments.append(
                "optimizer: \(type)(learningRate: .piecewise(boundaries: \(schedule.boundaries), values: \(schedule.values))\(more))"
            )
        } else if let type = solver.type, !solver.isScikitLearns {
            arguments.append("optimizer: \(type)(learningRate: \(settings.rate))")
        }
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

extension NetworkCopies.Request {
    /// - Throws: `StudioMistake` where rates are no epochs, in their order, with a rate each.
    func checkRates() throws {
        var last = 0.0
        for pair in rates ?? [] {
            guard pair.count == 2, pair[0] == pair[0].rounded(), pair[0] > last, pair[0] <= Double(settings.epochs)
            else {
                throw StudioMistake("rates are pairs of an epoch and a rate, in the order of epochs", argument: "rates")
            }
            try StudioMistake.check("rate", pair[1], in: 1e-6...10)
            last = pair[0]
        }
    }

    /// From which epoch on there was which rate; nil: it was not changed.
    var changedRates: [[Double]]? { rates.flatMap { $0.count > 1 && settings.solver != "lbfgs" ? $0 : nil } }

    /// The changed rates as a schedule: the last step of each but the last of them, and the rates.
    func schedule() throws -> (boundaries: [Int], values: [Double])? {
        guard let changedRates else { return nil }
        let count = settings.y.count - (try settings.heldOut().count), batch = min(settings.batch ?? 200, count)
        let steps = (count + batch - 1) / batch
        return (changedRates.dropFirst().map { (Int($0[0]) - 1) * steps - 1 }, changedRates.map { $0[1] })
    }
}
