import TernCore

/// A rule that moves parameters along their gradient.
///
/// The rule is written once, as tensor operations on all parameters laid end to end; the planner fuses it into a single
/// pass over memory.
///
/// ```swift
/// struct SignDescent: Optimizer {
///     var learningRate: LearningRate = 1
///     func update(_ step: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
///         (step.parameters - step.scalars[0] * sign(step.gradient), [])
///     }
/// }
/// minimise(from: 3, optimizer: SignDescent(), steps: 3) { x in x * x }.coordinate(0)      // [3.0, 2.0, 1.0, 0.0]
/// ```
///
/// Names, defaults and formulas of those here are Keras's. What may be added to any of them is said behind it:
/// `Adam(learningRate: 1e-3).clipping(.globalNorm(1)).decayingWeights(by: 0.004)`. Arguments out of their range end the
/// program when one is made.
public protocol Optimizer: Sendable {
    /// The size of a step, or its schedule over steps, each of which is a batch.
    var learningRate: LearningRate { get }

    /// The arrays that it keeps, as they are before the first step on these parameters (all of them, end to end).
    func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor]

    /// The numbers of a step, counted from 1, that ``update(_:)`` gets as scalars: computed in double
    /// precision and outside the plan, and given out one by one so that a step allocates nothing.
    func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void)

    /// The new parameters and slots, as many and of the same shapes and types as the old ones.
    func update(_ step: OptimizerStep) -> (parameters: Tensor, slots: [Tensor])

    /// How often the parameters have moved in so many steps.
    func updateCount(inSteps steps: Int) -> Int

    /// An average of the parameters that stands in the slots, with which training ends; nil where there is none.
    func averagedParameters(slots: [Tensor]) -> Tensor?
}

extension Optimizer {
    /// None.
    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] { [] }
    /// The learning rate alone.
    public func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void) { emit(learningRate) }
    /// In each.
    public func updateCount(inSteps steps: Int) -> Int { steps }
    /// nil: there is none.
    public func averagedParameters(slots: [Tensor]) -> Tensor? { nil }
}

/// What an optimiser sees in a step.
///
/// ```swift
/// let layout = ParameterLayout(shapes: [[2]], dtype: .float64)
/// let step = OptimizerStep(
///     parameters: Tensor([1.0, 2]), gradient: Tensor([1.0, 1]), slots: [], scalars: [Tensor(0.5)], layout: layout)
/// SGD().update(step).parameters           // [0.5, 1.5]
/// ```
public struct OptimizerStep {
    /// All parameters end to end, and their gradient, both [count].
    public var parameters: Tensor, gradient: Tensor
    /// What the last step left of ``Optimizer/initialSlots(for:at:)``.
    public var slots: [Tensor]
    /// What ``Optimizer/scalars(atStep:learningRate:_:)`` gave, each of shape [].
    public var scalars: [Tensor]
    /// Where each parameter lies.
    public var layout: ParameterLayout

    /// For tests of a rule of your own; ``Optimizer/updated(_:gradients:names:state:learningRate:)`` makes them in use.
    public init(parameters: Tensor, gradient: Tensor, slots: [Tensor], scalars: [Tensor], layout: ParameterLayout) {
        self.parameters = parameters
        self.gradient = gradient
        self.slots = slots
        self.scalars = scalars
        self.layout = layout
    }
}

/// How parameters lie end to end in one array.
///
/// ```swift
/// let layout = ParameterLayout(shapes: [[2, 3], [3]], names: ["dense/kernel", "dense/bias"], dtype: .float32)
/// layout.count                            // 9
/// layout.ranges                           // [0..<6, 6..<9]
/// layout.parts(of: layout.filled()).map(\.shape)      // [[2, 3], [3]]
/// ```
public struct ParameterLayout: Sendable {
    /// The shape of each parameter.
    public let shapes: [[Int]]
    /// The paths of the variables, such as `dense/kernel`; empty where they have none.
    public let names: [String]
    /// The one type of all.
    public let dtype: DType
    /// Where each parameter lies in the array.
    public let ranges: [Range<Int>]

    /// Parameters one after the other in this order.
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

    /// An array as large as the parameters, [count], of their type.
    public func filled(with value: Double = 0) -> Tensor { Tensor(repeating: value, shape: [count], dtype: dtype) }

    /// Each parameter by itself.
    public func parts(of flat: Tensor) -> [Tensor] { zip(ranges, shapes).map { flat.sliced($0).reshaped($1) } }

    /// All parameters end to end.
    public func joined(_ parts: [Tensor]) -> Tensor { .concatenated(parts.map { $0.flattened() }) }
}
