import TernCore

/// A tensor that a layer keeps: a weight that training moves, or state such as a running mean.
///
/// ```swift
/// let dense = Dense(2)
/// let y = dense(Tensor.ones([1, 3]))
/// let paths = dense.variables.map(\.path)               // ["kernel", "bias"]
/// dense.variables[0].variable.value = .zeros([3, 2])   // all outputs are the bias now
/// ```
///
/// A layer assigns state in its call; while a training step is compiled the assignment becomes
/// part of the step.
public final class Variable {
    /// Its name within its layer, as in Keras: `kernel`, `moving_mean`.
    public let name: String
    /// The tensor. Setting it makes the variable no longer fresh: models that are made later do not draw it again.
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
    private let settings: WeightSettings
    /// Where it begins with 1, whatever is drawn for the rest.
    private var ones: Range<Int>?
    /// How many inputs and outputs it joins, where its shape does not tell.
    let fans: (inputs: Int, outputs: Int)?
    /// Whether it is a weight that training moves; state is not.
    public let isTrainable: Bool

    init(
        _ name: String, _ value: Tensor, _ settings: WeightSettings, fans: (inputs: Int, outputs: Int)?,
        isTrainable: Bool
    ) {
        self.name = name
        state = State(value: value, isFresh: true)
        self.settings = settings
        self.fans = fans
        self.isTrainable = isTrainable
    }

    /// A penalty on the value, added to the loss.
    public var regularizer: Regularizer? { settings.regularizer }
    /// What the value is brought back to after each step of the optimiser.
    public var constraint: Constraint? { settings.constraint }

    /// That of its value.
    public var shape: [Int] { value.shape }

    /// Draws the first value from the stream of the model that it belongs to; another model with the same layer leaves
    /// it.
    func initialize(from random: inout Generator) {
        value = beginning(settings.value(shape, value.dtype, fans, &random))
    }

    /// Lets a vector begin with 1 at these places, now and where it is drawn again.
    func begin(withOnesAt places: Range<Int>) {
        ones = places
        state.value = beginning(state.value)
    }

    private func beginning(_ drawn: Tensor) -> Tensor {
        var value = drawn
        if let ones { value[ones] = Tensor.ones([ones.count], dtype: value.dtype) }
        return value
    }
}

/// A layer's weight, made when the layer is built and read as a plain tensor.
///
/// ```swift
/// final class Scale: UnaryLayer {
///     var info = LayerInfo()
///     @Weight var factor: Tensor
///     func build(_ inputShape: [Int]) { $factor.make("factor", [inputShape.last!], .ones, in: self) }
///     func call(_ x: Tensor, _ context: CallContext) -> Tensor { x * factor }
/// }
/// let scale = Scale(), y = scale(Tensor.ones([4, 3]))
/// let factor = scale.factor                            // [3], all 1
/// ```
///
/// It is no part of a layer's configuration: weights are saved by name in a file of their own.
@propertyWrapper public struct Weight: Codable {
    /// The variable, once the layer has been built.
    public private(set) var variable: Variable?

    /// While a model is read from a file: how many numbers the file holds, which no weight can exceed.
    @TaskLocal package static var mostNumbers: Int?

    /// A weight that is still to be made.
    public init() {}

    /// Reads nothing: weights are no part of a configuration.
    public init(from decoder: any Decoder) {}

    /// Writes nothing: weights are no part of a configuration.
    public func encode(to encoder: any Encoder) {}

    /// The variable's value; before the layer has been built there is none, which ends the program.
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

    /// The weight itself, which a layer makes in `build`.
    public var projectedValue: Weight {
        get { self }
        set { self = newValue }
    }

    /// Makes the variable; called while a layer is built.
    ///
    /// - Parameters:
    ///   - name: its name within the layer, as in Keras: `kernel`.
    ///   - settings: what it begins with (`glorotUniform` where nothing is said, as in Keras), and what holds it.
    ///   - isTrainable: false for state, which the layer's call assigns.
    ///   - fans: how many inputs and outputs it joins, where its shape does not tell.
    public mutating func make(
        _ name: String, _ shape: [Int], _ settings: WeightSettings, in layer: some Layer, isTrainable: Bool = true,
        fans: (inputs: Int, outputs: Int)? = nil
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
        let value = settings.value(shape, layer.info.dtype, fans, &layer.info.random)
        variable = Variable(name, value, settings, fans: fans, isTrainable: isTrainable)
    }

    /// The same for a weight without penalty and constraint.
    public mutating func make(
        _ name: String, _ shape: [Int], _ initializer: Initializer, in layer: some Layer, isTrainable: Bool = true,
        fans: (inputs: Int, outputs: Int)? = nil
    ) {
        make(name, shape, WeightSettings(initializer), in: layer, isTrainable: isTrainable, fans: fans)
    }
}

extension WeightSettings {
    /// A first value.
    fileprivate func value(
        _ shape: [Int], _ dtype: DType, _ fans: (inputs: Int, outputs: Int)?, _ random: inout Generator
    ) -> Tensor {
        (initializer ?? .glorotUniform)(shape, dtype: dtype, fans: fans, random: &random)
    }
}

extension KeyedEncodingContainer {
    /// Weights leave no trace in a configuration.
    public mutating func encode(_ value: Weight, forKey key: Key) throws {}
}

extension KeyedDecodingContainer {
    /// A weight that is still to be made.
    public func decode(_ type: Weight.Type, forKey key: Key) throws -> Weight { Weight() }
}
