import TernCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Adam's scaling with means of squares kept for rows and columns only, and steps relative to the size of each
/// parameter.
///
/// ```swift
/// let state = Adafactor().initialState(for: [Tensor.zeros([100, 50])])
/// state.slots.map(\.shape)                // [[100], [50]]: 150 numbers beside 5000 weights
/// ```
///
/// Source: Shazeer and Stern, "Adafactor: Adaptive learning rates with sublinear memory cost", ICML 2018; as in Keras.
public struct Adafactor: Optimizer {
    /// The rate relative to each parameter's size, by default 0.001.
    public var learningRate: LearningRate
    /// The exponent with which the mean of squares forgets less and less, 0 or less, by default −0.8; what is added to
    /// squares, by default 1e-30; the smallest size of a parameter, by default 1e-3; the size above which a step is
    /// shortened, above 0, by default 1.
    public var beta2Decay: Double, epsilon1: Double, epsilon2: Double, clipThreshold: Double

    /// Defaults are Keras's, without `relative_step`, which changes nothing there: it makes the rate 1 / √t at most,
    /// and so does each step in any case. Numbers out of their range end the program.
    public init(
        learningRate: LearningRate = 1e-3, beta2Decay: Double = -0.8, epsilon1: Double = 1e-30, epsilon2: Double = 1e-3,
        clipThreshold: Double = 1
    ) {
        ArgumentRange.notPositive.check("Adafactor", ["beta2Decay": beta2Decay])
        ArgumentRange.notNegative.check("Adafactor", ["epsilon1": epsilon1, "epsilon2": epsilon2])
        ArgumentRange.positive.check("Adafactor", ["clipThreshold": clipThreshold])
        self.learningRate = learningRate
        self.beta2Decay = beta2Decay
        self.epsilon1 = epsilon1
        self.epsilon2 = epsilon2
        self.clipThreshold = clipThreshold
    }

    /// For each parameter of two axes or more the means along the last and the last but one, else those of its
    /// elements.
    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        layout.shapes.flatMap { shape -> [Tensor] in
            func zeros(_ shape: [Int]) -> Tensor { Tensor.zeros(shape, dtype: layout.dtype) }
            guard shape.count >= 2 else { return [zeros(shape)] }
            return [zeros(Array(shape.dropLast())), zeros(shape.dropLast(2) + [shape.last!])]
        }
    }

    /// The smaller of the rate and 1 / √t, and the share of what is kept of the means.
    public func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void) {
        emit(min(learningRate, 1 / Double(step).squareRoot()))
        emit(1 - pow(Double(step), beta2Decay))
    }

    /// The step, for each parameter relative to its own size, and shortened where it would be long.
    public func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        let (rate, memory) = (s.scalars[0], s.scalars[1])
        var slots = s.slots[...], kept: [Tensor] = []
        func mean(_ values: Tensor) -> Tensor {
            kept.append(memory * slots.removeFirst() + (1 - memory) * values)
            return kept.last!
        }
        func size(_ x: Tensor) -> Tensor { sqrt(square(x).mean()) }
        let moved = zip(s.layout.parts(of: s.parameters), s.layout.parts(of: s.gradient)).map { own, gradient in
            let squares = square(gradient) + epsilon1
            let variance: Tensor
            if own.rank >= 2 {
                let rows = mean(squares.mean(axis: -1)), columns = mean(squares.mean(axis: -2))
                variance =
                    (rows / rows.mean(axis: -1, keepingDimensions: true)).expandingDimension(at: -1)
                    * columns.expandingDimension(at: -2)
            } else {
                variance = mean(squares)
            }
            let way = gradient / sqrt(variance)
            return own - maximum(size(own), epsilon2) * rate * (way / maximum(size(way) / clipThreshold, 1))
        }
        return (s.layout.joined(moved), kept)
    }
}
