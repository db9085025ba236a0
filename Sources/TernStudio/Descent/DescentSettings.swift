import Foundation
import TernCore
import TernNN
import TernText

/// What the descent view is asked: a function, where to begin, and how to step.
package struct DescentSettings: Decodable, Sendable, Equatable {
    /// How the rate changes from step to step.
    package enum Schedule: String, Codable, Sendable, CaseIterable {
        /// The same in each step.
        case constant
        /// Multiplied by a factor after each step, as `tern descend --decay`.
        case exponential
        /// Half a cosine down to 0 at the last step.
        case cosine
    }

    /// A name of `TestFunction.all`, or arithmetic in x or x1 and x2.
    package var function = "bowl"
    /// The first point; nil: the function's own.
    package var start: [Double]?
    /// Names of optimisers, of `NamedDescentMethod.racers`.
    package var optimizers = ["sgd"]
    /// nil: each optimiser's own.
    package var rate: Double?
    /// What `momentum` and `nesterov` keep of the last step.
    package var momentum = 0.9
    package var schedule = Schedule.constant
    /// The factor of the exponential schedule.
    package var decay = 0.95
    /// The standard deviation of noise on the gradient, and its seed.
    package var noise = 0.0, seed: UInt32 = 0
    package var steps = 20

    package init() {}

    private enum Keys: String, CodingKey {
        case function, start, optimizers, rate, momentum, schedule, decay, noise, seed, steps
    }

    /// Those that are not said are as above.
    package init(from decoder: any Decoder) throws {
        let given = try Given<Keys>(decoder)
        try given.read(.function, &function)
        try given.read(.start, &start)
        try given.read(.optimizers, &optimizers)
        try given.read(.rate, &rate)
        try given.read(.momentum, &momentum)
        try given.read(.schedule, &schedule)
        try given.read(.decay, &decay)
        try given.read(.noise, &noise)
        try given.read(.seed, &seed)
        try given.read(.steps, &steps)
    }

    /// The most that is computed for a page.
    package static let mostSteps = 2000, mostOptimizers = 6

    /// - Throws: `StudioMistake` where a number is outside what can be computed.
    package func check() throws {
        try StudioMistake.check("steps", Double(steps), in: 0...Double(Self.mostSteps))
        try StudioMistake.check("momentum", momentum, in: 0...1)
        try StudioMistake.check("decay", decay, in: 1e-3...1.1)
        try StudioMistake.check("noise", noise, in: 0...1e6)
        if let rate { try StudioMistake.check("rate", rate, in: 1e-9...1e6) }
        var named: Set<String> = []
        if let again = optimizers.first(where: { !named.insert($0).inserted }) {
            throw StudioMistake(
                "\(again.shortened(to: 40)) is named more than once; each optimiser races once", argument: "optimizers")
        }
        guard (1...Self.mostOptimizers).contains(optimizers.count) else {
            throw StudioMistake(
                "one to \(Self.mostOptimizers) optimisers race; there are \(optimizers.count)", argument: "optimizers")
        }
        for x in start ?? [] { try StudioMistake.check("start", x, in: -1e6...1e6) }
    }

    /// The function, with the start that was asked for.
    ///
    /// - Throws: `StudioMistake` with the place of a mistake in an expression.
    package func chosenFunction() throws -> TestFunction {
        let chosen: TestFunction
        if let known = TestFunction.named(function) {
            chosen = known
        } else {
            do {
                let formula = try Formula(function)
                guard formula.variableCount <= 2 else {
                    throw StudioMistake(
                        "the expression has \(formula.variableCount) variables; one or two can be drawn, x or x1 and x2",
                        argument: "function")
                }
                let point =
                    start.map { $0.count >= formula.variableCount ? $0 : $0 + [1] }
                    ?? Array(repeating: 1, count: formula.variableCount)
                chosen = TestFunction(
                    function, function, start: Array(point.prefix(formula.variableCount)),
                    view: point.prefix(formula.variableCount).map { _ in -5...5 }, formula.function)
            } catch let mistake as Formula.Mistake {
                throw StudioMistake(mistake.message, argument: "function", offset: mistake.offset)
            }
        }
        guard let start else { return chosen }
        guard start.count == chosen.variableCount else {
            throw StudioMistake(
                "\(chosen.name) has \(chosen.variableCount) variable(s), and the start \(start.count)",
                argument: "start")
        }
        return chosen.starting(at: start)
    }

    /// The optimisers that were chosen.
    ///
    /// - Throws: `StudioMistake` where one is not known.
    package func racers() throws -> [NamedDescentMethod] {
        try optimizers.map { name in
            guard let racer = NamedDescentMethod.racers.first(where: { $0.name == name }) else {
                let names = NamedDescentMethod.racers.map(\.name).joined(separator: ", ")
                throw StudioMistake(
                    "there is no optimiser \"\(name.shortened(to: 40))\"; there are \(names)", argument: "optimizers")
            }
            return racer
        }
    }

    /// The rate of an optimiser, as a number or a schedule.
    package func learningRate(_ racer: NamedDescentMethod) -> LearningRate? {
        guard let ownRate = racer.ownRate else { return nil }
        let first = rate ?? ownRate
        switch schedule {
        case .constant: return rate.map { LearningRate($0) }
        case .exponential: return .exponentialDecay(from: first, steps: 1, rate: decay)
        case .cosine: return .cosineDecay(from: first, steps: max(1, steps))
        }
    }

    /// The library's search by one optimiser, as `tern descend` makes it.
    ///
    /// - Parameter compiled: the function where it is compiled; Newton's method wants second derivatives, and the
    ///   function itself.
    package func descent(
        _ racer: NamedDescentMethod, _ function: TestFunction, compiled: (@Sendable (Tensor) -> Tensor)? = nil
    ) -> Descent {
        let noisy = noise > 0 && racer.ownRate != nil, method = racer(learningRate(racer), momentum: momentum)
        var body = function.function
        if case .newton = method {} else { body = compiled ?? body }
        return minimise(
            from: function.start, method: method, steps: steps,
            noise: noisy ? GradientNoise(standardDeviation: noise, seed: seed) : nil, body)
    }
}

extension NamedDescentMethod {
    /// Those that may race: whose rule works on each number by itself and fits a few lines of NumPy, and the two that
    /// search along lines.
    package static let racers = all.filter { method in
        ![NamedOptimizer.ftrl, .lamb, .adafactor, .muon, .schedulefreeadamw].contains { $0.rawValue == method.name }
    }
}
