import TernCore

/// A rule that moves parameters along their gradient.
///
/// The rule is written once, as tensor operations on all parameters laid end to end; the
/// planner fuses it into a single pass over memory.
///
/// ```swift
/// struct SignDescent: Optimizer {
///     var learningRate: LearningRate = 1e-3
///     func update(_ step: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
///         (step.parameters - step.scalars[0] * sign(step.gradient), [])
///     }
/// }
/// ```
///
/// Names, defaults and formulas of those here are Keras's. What may be added to any of them
/// is said behind it: `Adam(learningRate: 1e-3).clipping(.globalNorm(1)).decayingWeights(by: 0.004)`.
public protocol Optimizer: Sendable {
    /// The size of a step, or its schedule over steps, each of which is a batch.
    var learningRate: LearningRate { get }

    /// The arrays that it keeps, as they are before the first step on these parameters (all of them, end to end).
    func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor]

    /// The numbers of a step, counted from 1, that ``update(_:)`` gets as scalars: computed in double
    /// precision and outside the plan, and given out one by one so that a step allocates nothing.
    func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void)

    /// The new parameters and slots.
    func update(_ step: OptimizerStep) -> (parameters: Tensor, slots: [Tensor])

    /// How often the parameters have moved in so many steps.
    func updateCount(inSteps steps: Int) -> Int

    /// An average of the parameters that stands in the slots, with which training ends; nil where there is none.
    func averagedParameters(slots: [Tensor]) -> Tensor?
}

extension Optimizer {
    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] { [] }
    public func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void) { emit(learningRate) }
    public func updateCount(inSteps steps: Int) -> Int { steps }
    public func averagedParameters(slots: [Tensor]) -> Tensor? { nil }
}

/// What an optimiser sees in a step.
public struct OptimizerStep {
    /// All parameters end to end, and their gradient.
    public var parameters: Tensor, gradient: Tensor
    public var slots: [Tensor]
    /// What ``Optimizer/scalars(atStep:learningRate:_:)`` gave, each of shape [].
    public var scalars: [Tensor]
    public var layout: ParameterLayout

    public init(parameters: Tensor, gradient: Tensor, slots: [Tensor], scalars: [Tensor], layout: ParameterLayout) {
        self.parameters = parameters
        self.gradient = gradient
        self.slots = slots
        self.scalars = scalars
        self.layout = layout
    }
}

/// How parameters lie end to end in one array.
public struct ParameterLayout: Sendable {
    public let shapes: [[Int]]
    /// The paths of the variables, such as `dense/kernel`; empty where they have none.
    public let names: [String]
    public let dtype: DType
    public let ranges: [Range<Int>]

    public init(shapes: [[Int]], names: [String] = [], dtype: DType) {
        self.shapes = shapes
        self.names = names
        self.dtype = dtype
        var end = 0
        ranges = shapes.map { shape in
            defer { end += shape.reduce(1, *) }
            return end..<(end + shape.reduce(1, *))
        }
    }

    /// How many numbers there are.
    public var count: Int { ranges.last?.upperBound ?? 0 }

    /// An array as large as the parameters.
    public func filled(with value: Double = 0) -> Tensor { Tensor(repeating: value, shape: [count], dtype: dtype) }

    /// Each parameter by itself.
    public func parts(of flat: Tensor) -> [Tensor] { zip(ranges, shapes).map { flat.sliced($0).reshaped($1) } }

    /// All parameters end to end.
    public func joined(_ parts: [Tensor]) -> Tensor { .concatenated(parts.map { $0.flattened() }) }
}
