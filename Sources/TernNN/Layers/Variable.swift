import TernCore

/// A tensor that a layer keeps: a weight that training moves, or state such as a running mean.
///
/// A layer assigns state in its call; while a training step is compiled the assignment becomes
/// part of the step.
public final class Variable {
    /// Its name within its layer, as in Keras: `kernel`, `moving_mean`.
    public let name: String
    public var value: Tensor {
        get { state.value }
        set { state = State(value: newValue, isFresh: false) }
    }
    /// The value, and whether it is still the one it was made with.
    struct State {
        var value: Tensor, isFresh: Bool
    }
    var state: State
    var isFresh: Bool { state.isFresh }
    let initializer: Initializer
    /// How many inputs and outputs it joins, where its shape does not tell.
    let fans: (inputs: Int, outputs: Int)?
    /// Whether it is a weight that training moves; state is not.
    public let isTrainable: Bool
    public let regularizer: Regularizer?
    public let constraint: Constraint?

    init(
        _ name: String, _ value: Tensor, _ initializer: Initializer, fans: (inputs: Int, outputs: Int)?,
        isTrainable: Bool,
        regularizer: Regularizer?, constraint: Constraint?
    ) {
        self.name = name
        state = State(value: value, isFresh: true)
        self.initializer = initializer
        self.fans = fans
        self.isTrainable = isTrainable
        self.regularizer = regularizer
        self.constraint = constraint
    }

    public var shape: [Int] { value.shape }

    /// Draws the first value from the stream of the model that it belongs to; another model with the same layer leaves
    /// it.
    func initialize(from random: inout Generator) {
        value = initializer(shape, dtype: value.dtype, fans: fans, random: &random)
    }
}

/// A layer's weight, made when the layer is built and read as a plain tensor.
///
/// ```swift
/// @Weight var kernel: Tensor
/// func build(_ inputShape: [Int]) { $kernel.make([inputShape.last!, 8], .glorotUniform, in: self) }
/// ```
///
/// It is no part of a layer's configuration: weights are saved by name in a file of their own.
@propertyWrapper public struct Weight: Codable {
    public private(set) var variable: Variable?

    /// While a model is read from a file: how many numbers the file holds, which no weight can exceed.
    @TaskLocal static var mostNumbers: Int?

    public init() {}
    public init(from decoder: any Decoder) {}
    public func encode(to encoder: any Encoder) {}

    public var wrappedValue: Tensor {
        get {
            guard let variable else { fail("a layer's weights exist once it has been built; call it on data first") }
            return variable.value
        }
        nonmutating set {
            guard let variable else { fail("a layer's weights exist once it has been built; call it on data first") }
            variable.value = newValue
        }
    }

    public var projectedValue: Weight {
        get { self }
        set { self = newValue }
    }

    /// Makes the variable; called while a layer is built.
    public mutating func make(
        _ name: String, _ shape: [Int], _ initializer: Initializer, in layer: some Layer, isTrainable: Bool = true,
        regularizer: Regularizer? = nil, constraint: Constraint? = nil, fans: (inputs: Int, outputs: Int)? = nil
    ) {
        // Numbers are drawn as doubles and turned into the weight's type.
        let bytes = checkedProduct(shape + [16 + layer.info.dtype.size])
        if let most = Self.mostNumbers, let count = checkedProduct(shape), count > most {
            fail(
                "layer \(layer.info.name ?? Swift.type(of: layer).kind): its weight \"\(name)\" of shape \(shape) has more numbers than the file, which holds \(most)"
            )
        }
        if let complaint = shape.contains(where: { $0 < 0 })
            ? "no weight can be so" : MachineMemory.complaint(about: bytes)
        {
            fail(
                "layer \(layer.info.name ?? Swift.type(of: layer).kind): its weight \"\(name)\" of shape \(shape) cannot be made: \(complaint)"
            )
        }
        let value = initializer(shape, dtype: layer.info.dtype, fans: fans, random: &layer.info.random)
        variable = Variable(
            name, value, initializer, fans: fans, isTrainable: isTrainable, regularizer: regularizer,
            constraint: constraint)
    }
}

extension KeyedEncodingContainer {
    /// Weights leave no trace in a configuration.
    public mutating func encode(_ value: Weight, forKey key: Key) throws {}
}

extension KeyedDecodingContainer {
    public func decode(_ type: Weight.Type, forKey key: Key) throws -> Weight { Weight() }
}
