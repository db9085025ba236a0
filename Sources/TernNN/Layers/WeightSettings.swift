/// How a weight of a layer begins and what holds it: an initialiser, a penalty on its size, a constraint.
///
/// ```swift
/// let dense = Dense(8, kernel: .init(.heNormal, regularizer: .l2(1e-4)), bias: .init(.constant(0.1)))
/// let y = dense(Tensor.zeros([4, 3]))   // [4, 8], all 0.1
/// ```
///
/// What Keras takes as `kernel_initializer`, `kernel_regularizer` and `kernel_constraint` is one argument `kernel` here,
/// and `bias`, `recurrent`, `gamma` and so on for other weights. In a layer it is the property `kernelSettings`, and so in
/// a model file; in the YAML of an experiment each part has Keras's name.
public struct WeightSettings: Sendable, Hashable, Codable {
    /// How first values are drawn; nil leaves it to the layer.
    public var initializer: Initializer?
    /// A penalty on the values, added to the loss; nil for none.
    public var regularizer: Regularizer?
    /// What the values are brought back to after each step of the optimiser; nil for none.
    public var constraint: Constraint?

    /// Settings of which those that are left out are the layer's own.
    public init(
        _ initializer: Initializer? = nil, regularizer: Regularizer? = nil, constraint: Constraint? = nil
    ) {
        self.initializer = initializer
        self.regularizer = regularizer
        self.constraint = constraint
    }

    /// The same, with this initialiser where none was given: how a layer states what its weights begin with.
    public func defaulting(to initializer: Initializer) -> WeightSettings {
        WeightSettings(self.initializer ?? initializer, regularizer: regularizer, constraint: constraint)
    }
}
