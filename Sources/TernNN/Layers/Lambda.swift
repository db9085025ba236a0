import TernCore
import TernText

/// A function of your own as a layer, without weights.
///
/// ```swift
/// let anomaly = Lambda("anomaly") { x in x - x.mean(axis: 1, keepingDimensions: true) }
/// let ratio = Lambda("ratio") { (inputs: [Tensor]) in [inputs[0] / inputs[1]] }
/// let y = anomaly(Tensor([[1.0, 3.0]]))                     // [[-1, 1]]
/// let z = ratio([Tensor([[1.0]]), Tensor([[4.0]])])[0]   // [[0.25]]
/// ```
///
/// A closure cannot be written to a file: encoding a model that holds one throws an error that says so. What is to be
/// saved is a type of its own, which conforms to ``UnaryLayer`` and is made known by ``LayerRegistry``.
public final class Lambda: Layer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    private let function: ([Tensor], CallContext) -> [Tensor]
    private let maskFunction: (([Tensor], [Tensor?]) -> Tensor?)?
    /// How many inputs the function takes; nil for any number.
    private let inputCount: Int?

    /// A function of several inputs that may ask the context, for training or for masks.
    ///
    /// - Parameter mask: the mask of the output; without it there is none, as in Keras.
    public init(
        _ name: String, mask: (([Tensor], [Tensor?]) -> Tensor?)? = nil,
        _ function: @escaping ([Tensor], CallContext) -> [Tensor]
    ) {
        info = LayerInfo(name: name)
        self.function = function
        maskFunction = mask
        inputCount = nil
    }

    /// A function of several inputs.
    public convenience init(
        _ name: String, mask: (([Tensor], [Tensor?]) -> Tensor?)? = nil, _ function: @escaping ([Tensor]) -> [Tensor]
    ) { self.init(name, mask: mask) { inputs, _ in function(inputs) } }

    /// A function of one input.
    public init(
        _ name: String, mask: (([Tensor], [Tensor?]) -> Tensor?)? = nil, _ function: @escaping (Tensor) -> Tensor
    ) {
        info = LayerInfo(name: name)
        self.function = { inputs, _ in [function(inputs[0])] }
        maskFunction = mask
        inputCount = 1
    }

    /// A function of one input takes one.
    public func complaint(about inputShapes: [[Int]]) -> String? {
        inputCount.flatMap {
            $0 == inputShapes.count ? nil : "its function takes \($0) input and got \(inputShapes.count)"
        }
    }

    /// What the function makes of the inputs.
    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] { function(inputs, context) }

    /// What the function for masks says; none without one.
    public func mask(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor? { maskFunction.flatMap { $0(inputs, masks) } }

    /// Always throws: a closure cannot be saved.
    ///
    /// - Throws: `EncodingError` that says so and names the layer.
    public func encode(to encoder: any Encoder) throws {
        throw EncodingError.invalidValue(
            self, .init(codingPath: encoder.codingPath, debugDescription: Self.notSaved(info.name ?? Self.kind)))
    }

    /// Always throws: a closure cannot be read.
    ///
    /// - Throws: `DecodingError` that says so.
    public init(from decoder: any Decoder) throws {
        throw decoder.refusal(Self.notSaved(Self.kind))
    }

    private static func notSaved(_ name: String) -> String {
        "layer \(name): a Lambda holds a closure, which cannot be saved; write it as a type of its own and make it known by LayerRegistry.register"
    }
}
