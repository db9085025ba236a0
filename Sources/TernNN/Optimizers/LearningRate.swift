import TernCore
import TernText

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The size of steps, as a number or as a schedule over steps.
///
/// ```swift
/// let decay = LearningRate.exponentialDecay(from: 0.1, steps: 1000, rate: 0.5)
/// decay(0)                                // 0.1
/// decay(2000)                             // 0.025
/// let fixed = SGD(learningRate: 0.01), falling = SGD(learningRate: decay)
/// ```
///
/// Names and formulas of the schedules are Keras's (`keras.optimizers.schedules`);
/// ``oneCycle(to:steps:warmUp:divisor:finalDivisor:)`` is PyTorch's. Steps are batches, counted from 0. Rates, and the
/// numbers that they are made of, are 0 or more; others end the program, and where a schedule of your own comes to one,
/// `fit` throws.
public struct LearningRate: Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, CustomStringConvertible {
    /// The number, or the schedule with its arguments.
    public let description: String
    private let rule: @Sendable (Int) -> Double
    /// What Keras calls the schedule; nil of a number, and of what Keras has not.
    package private(set) var kerasForm: KerasForm?
    /// The number, where it is no schedule.
    package private(set) var constant: Double?

    /// A schedule of your own.
    ///
    /// - Parameter rule: the rate after so many steps, from 0.
    public init(_ name: String, _ rule: @escaping @Sendable (_ step: Int) -> Double) {
        description = name
        self.rule = rule
    }

    /// The same rate in each step, 0 or more; others end the program.
    public init(_ value: Double) {
        ArgumentRange.notNegative.check("LearningRate", ["the rate": value])
        self.init("\(value)") { _ in value }
        constant = value
    }

    /// The same rate in each step.
    public init(floatLiteral value: Double) { self.init(value) }
    /// The same rate in each step.
    public init(integerLiteral value: Int) { self.init(Double(value)) }

    /// The rate after so many steps, from 0.
    public func callAsFunction(_ step: Int) -> Double { rule(step) }

    private func written(as name: String, _ arguments: [String: JSON]) -> LearningRate {
        var rate = self
        rate.kerasForm = KerasForm(name, arguments)
        return rate
    }

    private static func check(_ name: String, _ steps: Int, _ rates: Double...) {
        guard steps > 0 else { fail("\(name): steps is \(steps); a schedule takes 1 or more") }
        for rate in rates { ArgumentRange.notNegative.check(name, ["a rate": rate]) }
    }

    /// rate₀ · rateᵗ with t = step / steps, in stairs if asked for.
    public static func exponentialDecay(from initial: Double, steps: Int, rate: Double, staircase: Bool = false)
        -> LearningRate
    {
        check("exponentialDecay", steps, initial, rate)
        return LearningRate("exponentialDecay(\(initial), \(steps), \(rate), \(staircase))") {
            let t = Double($0) / Double(steps)
            return initial * pow(rate, staircase ? floor(t) : t)
        }
        .written(
            as: "ExponentialDecay",
            [
                "initial_learning_rate": .float(initial), "decay_steps": JSON(steps), "decay_rate": .float(rate),
                "staircase": .flag(staircase),
            ])
    }

    /// `values[i]` up to and with step `boundaries[i]`, the last value after them.
    public static func piecewise(boundaries: [Int], values: [Double]) -> LearningRate {
        guard values.count == boundaries.count + 1 else {
            fail("piecewise: \(boundaries.count) boundaries want \(boundaries.count + 1) values, not \(values.count)")
        }
        guard zip(boundaries, boundaries.dropFirst()).allSatisfy({ $0 < $1 }) else {
            fail("piecewise: the boundaries \(boundaries) do not increase")
        }
        for value in values { ArgumentRange.notNegative.check("piecewise", ["a rate": value]) }
        return LearningRate("piecewise(\(boundaries), \(values))") { step in
            values[boundaries.firstIndex { step <= $0 } ?? boundaries.count]
        }
        .written(
            as: "PiecewiseConstantDecay",
            ["boundaries": .list(boundaries.map { JSON($0) }), "values": .list(values.map(JSON.float))])
    }

    /// From `initial` to `end` in so many steps, as (1 − t)^power; beginning again with `cycle`.
    public static func polynomialDecay(
        from initial: Double, steps: Int, to end: Double = 1e-4, power: Double = 1, cycle: Bool = false
    ) -> LearningRate {
        check("polynomialDecay", steps, initial, end)
        return LearningRate("polynomialDecay(\(initial), \(steps), \(end), \(power), \(cycle))") {
            var t = Double($0), length = Double(steps)
            if cycle { length *= t == 0 ? 1 : ceil(t / length) } else { t = min(t, length) }
            return (initial - end) * pow(1 - t / length, power) + end
        }
        .written(
            as: "PolynomialDecay",
            [
                "initial_learning_rate": .float(initial), "decay_steps": JSON(steps), "end_learning_rate": .float(end),
                "power": .float(power), "cycle": .flag(cycle),
            ])
    }

    /// rate₀ / (1 + rate · t) with t = step / steps, in stairs if asked for.
    public static func inverseTimeDecay(from initial: Double, steps: Int, rate: Double, staircase: Bool = false)
        -> LearningRate
    {
        check("inverseTimeDecay", steps, initial, rate)
        return LearningRate("inverseTimeDecay(\(initial), \(steps), \(rate), \(staircase))") {
            let t = Double($0) / Double(steps)
            return initial / (1 + rate * (staircase ? floor(t) : t))
        }
        .written(
            as: "InverseTimeDecay",
            [
                "initial_learning_rate": .float(initial), "decay_steps": JSON(steps), "decay_rate": .float(rate),
                "staircase": .flag(staircase),
            ])
    }

    /// Half a cosine down to `alpha` times the highest rate, after a linear warm-up if asked for.
    ///
    /// Source: Loshchilov and Hutter, "SGDR: Stochastic gradient descent with warm restarts", ICLR 2017.
    public static func cosineDecay(
        from initial: Double, steps: Int, alpha: Double = 0, warmUpTarget: Double? = nil, warmUpSteps: Int = 0
    ) -> LearningRate {
        check("cosineDecay", steps, initial, warmUpTarget ?? 0)
        ArgumentRange.notNegative.check("cosineDecay", ["alpha": alpha])
        return LearningRate("cosineDecay(\(initial), \(steps), \(alpha), \(warmUpTarget ?? -1), \(warmUpSteps))") {
            var step = Double($0), highest = initial
            if let warmUpTarget {
                if step < Double(warmUpSteps) { return initial + (warmUpTarget - initial) * step / Double(warmUpSteps) }
                highest = warmUpTarget
                step -= Double(warmUpSteps)
            }
            let t = min(step, Double(steps)) / Double(steps)
            return highest * ((1 - alpha) * 0.5 * (1 + cos(.pi * t)) + alpha)
        }
        .written(
            as: "CosineDecay",
            [
                "initial_learning_rate": .float(initial), "decay_steps": JSON(steps), "alpha": .float(alpha),
                "warmup_target": .float(orNull: warmUpTarget), "warmup_steps": JSON(warmUpSteps),
            ])
    }

    /// Half cosines that begin again, the first over `steps`, each `lengthFactor` (1 or more) times as long and
    /// `heightFactor` times as high as the one before.
    ///
    /// Source as of ``cosineDecay(from:steps:alpha:warmUpTarget:warmUpSteps:)``.
    public static func cosineDecayRestarts(
        from initial: Double, steps: Int, lengthFactor: Double = 2, heightFactor: Double = 1, alpha: Double = 0
    ) -> LearningRate {
        check("cosineDecayRestarts", steps, initial)
        ArgumentRange.notNegative.check("cosineDecayRestarts", ["alpha": alpha, "heightFactor": heightFactor])
        guard lengthFactor >= 1 else {
            fail(
                "cosineDecayRestarts: lengthFactor is \(lengthFactor); each part is as long as the one before, or longer: 1 or more"
            )
        }
        return LearningRate("cosineDecayRestarts(\(initial), \(steps), \(lengthFactor), \(heightFactor), \(alpha))") {
            var rest = Double($0) / Double(steps), length = 1.0, part = rest.rounded(.down)
            if lengthFactor > 1 {
                // Parts of lengths 1, f, f², ...: n of them take (fⁿ - 1) / (f - 1).
                let growth = lengthFactor - 1
                part = (log1p(rest * growth) / log1p(growth)).rounded(.down)
                rest -= (pow(lengthFactor, part) - 1) / growth
                length = pow(lengthFactor, part)
            } else {
                rest -= part
            }
            // At an end the logarithm may be off by its last digit.
            if rest < 0 { rest = 0 }
            if rest >= length { (rest, length, part) = (rest - length, length * lengthFactor, part + 1) }
            let height = pow(heightFactor, part)
            return initial * ((1 - alpha) * 0.5 * height * (1 + cos(.pi * rest / length)) + alpha)
        }
        .written(
            as: "CosineDecayRestarts",
            [
                "initial_learning_rate": .float(initial), "first_decay_steps": JSON(steps),
                "t_mul": .float(lengthFactor), "m_mul": .float(heightFactor), "alpha": .float(alpha),
            ])
    }

    /// Up from highest / divisor to the highest rate by half a cosine in the share `warmUp` of the steps, and down
    /// again to the first rate / finalDivisor.
    ///
    /// Source: Smith and Topin, "Super-convergence: Very fast training of neural networks using large learning rates",
    /// 2018 (arXiv:1708.07120); PyTorch's `OneCycleLR`.
    public static func oneCycle(
        to highest: Double, steps: Int, warmUp: Double = 0.3, divisor: Double = 25, finalDivisor: Double = 1e4
    ) -> LearningRate {
        check("oneCycle", steps, highest)
        ArgumentRange.share.check("LearningRate.oneCycle", ["warmUp": warmUp])
        ArgumentRange.positive.check("LearningRate.oneCycle", ["divisor": divisor, "finalDivisor": finalDivisor])
        return LearningRate("oneCycle(\(highest), \(steps), \(warmUp), \(divisor), \(finalDivisor))") {
            let step = Double(min($0, steps - 1)), first = highest / divisor, last = first / finalDivisor
            let peak = warmUp * Double(steps) - 1
            func cosine(_ a: Double, _ b: Double, _ t: Double) -> Double { b + (a - b) / 2 * (1 + cos(.pi * t)) }
            if step <= peak { return peak > 0 ? cosine(first, highest, step / peak) : highest }
            let rest = Double(steps - 1) - peak
            return rest > 0 ? cosine(highest, last, (step - peak) / rest) : highest
        }
    }
}
