import ArgumentParser
import Foundation
import Tern
import TernText

extension PlotError: CommandFailure {}

/// Searches for a minimum of a function and shows the way.
struct Descend: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Descend along the gradient of a function, and draw the way.",
        discussion: """
            The function is one of \(TestFunction.all.map(\.name).joined(separator: ", ")), or arithmetic in x \
            or in x1, x2, ...; its gradient is found by itself.

              tern descend --function quadratic --from 10 --rate 0.2 --steps 10
              tern descend --function bowl --from=-5,-2 --rate 0.1 --steps 50 --noise 1
              tern descend --function cosine --from 10 --rate 2 --steps 20
              tern descend --function "x1^4 - 3*x1*x2 + x2^2" --from 1,2 --optimizer sgd,momentum,adam --rate 0.05 --steps 100

            Optimisers: \(NamedDescentMethod.all.map(\.name).joined(separator: ", ")). Several, with commas between, \
            are drawn side by side.
            """)

    @Option(help: ArgumentHelp("A function by name, or arithmetic in x or x1, x2, ...", valueName: "name|expression"))
    var function = "quadratic"

    @Option(help: ArgumentHelp("The first point, with commas between coordinates.", valueName: "x1,x2,..."))
    var from: String?

    @Option(help: "The learning rate (default: the optimiser's own).")
    var rate: Double?

    @Option(help: ArgumentHelp("What the rate is multiplied by after each step.", valueName: "factor"))
    var decay: Double?

    @Option(help: "What momentum and nesterov keep of the last step (default: 0.9).")
    var momentum: Double?

    @Option(help: "How many steps there are at most.")
    var steps = 20

    @Option(help: ArgumentHelp("The optimiser, or several with commas between.", valueName: "name,..."))
    var optimizer = "sgd"

    @Option(
        help: ArgumentHelp("The standard deviation of noise on the gradient, from NumPy's stream.", valueName: "sigma"))
    var noise: Double?

    @Option(help: "The seed of the noise, as of np.random.seed (default: 0).")
    var seed: UInt32?

    @Option(help: ArgumentHelp("The gradient's length at which the search ends.", valueName: "length"))
    var tolerance = 0.0

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The figure: .png, .svg or .pdf (default: descent.png).", valueName: "file"))
    var output: String?

    @Flag(help: "Draw no figure.")
    var noFigure = false

    @Flag(help: "Keep the gnuplot script beside the figure.")
    var keepScript = false

    @Option(help: ArgumentHelp("Write all points of the (first) search as a table.", valueName: "file"))
    var csv: String?

    func validate() throws {
        try check("--steps", steps, in: 1...1_000_000)
        try check("--rate", rate, above: 0)
        try check("--decay", decay, above: 0)
        try check("--momentum", momentum, from: 0)
        if let momentum, momentum > 1 { throw ValidationError("--momentum is \(momentum); it must be at most 1.") }
        try check("--noise", noise, from: 0)
        try check("--tolerance", tolerance, from: 0)
        for (option, isGiven) in [("--output", output != nil), ("--keep-script", keepScript)] where noFigure && isGiven
        {
            throw ValidationError("\(option) is for the figure, which --no-figure leaves out")
        }
        if seed != nil, noise == nil { throw ValidationError("--seed is that of the noise; give --noise too") }
    }

    func run() throws {
        let function = try chosenFunction(), output = output ?? "descent.png"
        let methods = try chosenMethods()
        if let csv {
            try checkWritable(csv)
            try OutputKind.search.check(csv)
        }
        if !noFigure { try OutputKind.figure.check(output) }
        let runs = methods.map { name, method, noise in
            (
                name: name,
                descent: minimise(
                    from: function.start, method: method, steps: steps, gradientTolerance: tolerance, noise: noise,
                    function.function)
            )
        }
        // All methods begin at the same point.
        let start = runs[0].descent.points[0]
        guard start.value.isFinite, start.gradient.allSatisfy(\.isFinite) else {
            let what =
                start.value.isFinite
                ? "gradient \(start.gradient.map(short).joined(separator: ", "))"
                : "value \(start.value.isNaN ? "nan" : "\(start.value)")"
            throw UsageError(
                "\(function.name) has the \(what) where the search begins (\(start.position.map(short).joined(separator: ", "))); choose another point with --from"
            )
        }
        for run in runs { show(run.name, run.descent, function) }
        if let csv {
            try writeAtomically(Data(runs[0].descent.csv.utf8), to: csv)
            print("\(csv) written")
        }
        if !noFigure {
            try DescentFigure(function, runs).figure().write(to: output, keepingScript: keepScript)
            print("\(output) drawn")
        }
    }

    private func show(_ name: String, _ descent: Descent, _ function: TestFunction) {
        let count = function.variableCount
        let names = count == 1 ? ["x"] : (1...count).map { "x\($0)" }
        let every = max(1, (descent.points.count + 39) / 40)
        var rows = [["step"] + names + ["value", "|gradient|", "rate"]]
        for point in descent.points where point.step % every == 0 || point.step == descent.last.step {
            rows.append(
                ["\(point.step)"] + point.position.map(short)
                    + [point.value, point.gradientLength, point.rate].map(short))
        }
        print("\(function.name), \(name)\n")
        print(textTable(rows))
        if descent.last.value.isNaN {
            print(
                "\nThe search came to a point where the function has no value; a lower --rate, or another start, may avoid it."
            )
        } else if descent.last.value.isInfinite {
            print("\nThe search left all bounds: a lower --rate may help.")
        }
        print("")
    }

    private func chosenFunction() throws -> TestFunction {
        let start = try from.map { text in
            try listed(text, keepsEmpty: true).map { part in
                guard let value = Double(part) else {
                    throw UsageError(
                        "--from \(text): \"\(part)\" is no number; give coordinates with commas between, as in --from=-5,-2"
                    )
                }
                guard value.isFinite else {
                    throw UsageError("--from \(text): \"\(part)\" is not finite; a search begins at numbers")
                }
                return value
            }
        }
        var function: TestFunction
        if let known = TestFunction.named(self.function) {
            function = known
        } else {
            do {
                let expression = try Formula(self.function)
                let count = max(expression.variableCount, start?.count ?? 1)
                let point = start ?? Array(repeating: 1, count: count)
                function = TestFunction(
                    self.function, self.function, start: point,
                    view: point.map { ($0 - max(2, 1.2 * abs($0)))...($0 + max(2, 1.2 * abs($0))) },
                    expression.function)
                if point.count < expression.variableCount {
                    throw UsageError(
                        "the expression has \(expression.variableCount) variables and --from \(point.count); give a number for each"
                    )
                }
            } catch let mistake as Formula.Mistake {
                let names = TestFunction.all.map(\.name).joined(separator: ", ")
                throw UsageError("\(mistake)\nGive arithmetic in x or x1, x2, ..., or one of \(names).")
            }
        }
        if let start {
            guard start.count == function.variableCount else {
                throw UsageError(
                    "\(function.name) has \(function.variableCount) variable(s) and --from has \(start.count); give a number for each"
                )
            }
            function = function.starting(at: start)
        }
        return function
    }

    /// Those that search along lines go without noise, which they would take for the function's slope, and say so.
    private func chosenMethods() throws -> [(name: String, method: DescentMethod, noise: GradientNoise?)] {
        let names = NamedDescentMethod.all.map(\.name).joined(separator: ", ")
        let wanted = listed(optimizer.lowercased())
        if wanted.isEmpty { throw UsageError("--optimizer names none; there are \(names)") }
        let methods = try wanted.map { name in
            guard let found = NamedDescentMethod.all.first(where: { $0.name == name }) else {
                throw UsageError("there is no optimizer \"\(name)\"; there are \(names)")
            }
            return found
        }
        if momentum != nil, !methods.contains(where: \.hasMomentum) {
            throw UsageError("--momentum is for the optimizers momentum and nesterov")
        }
        let given = [("--rate", rate != nil), ("--decay", decay != nil), ("--noise", noise != nil)]
        if methods.allSatisfy({ $0.ownRate == nil }), let option = given.first(where: \.1)?.0 {
            let all = methods.map(\.name).joined(separator: " and ")
            throw UsageError(
                "\(option) is for optimizers with a learning rate; \(all) find\(methods.count == 1 ? "s" : "") steps along lines"
            )
        }
        return methods.map { method in
            guard let ownRate = method.ownRate else {
                return (method.name + (noise == nil ? "" : ", without noise"), method(nil), nil)
            }
            let schedule: LearningRate? =
                decay.map { .exponentialDecay(from: rate ?? ownRate, steps: 1, rate: $0) }
                ?? rate.map { LearningRate($0) }
            let noise = noise.map { GradientNoise(standardDeviation: $0, seed: seed ?? 0) }
            return (method.name, method(schedule, momentum: momentum ?? 0.9), noise)
        }
    }
}
