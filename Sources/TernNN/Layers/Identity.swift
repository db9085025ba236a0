import TernCore

/// Its input: a place for a layer that is to come.
///
/// ```swift
/// let y = Identity()(Tensor([1.0, 2.0]))   // [1, 2]
/// ```
public final class Identity: Layer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo

    /// A layer of this name; a model names it after its kind where there is none.
    public init(name: String? = nil) { info = LayerInfo(name: name) }

    /// Its inputs.
    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] { inputs }

    /// All stays in its place.
    public var supportsMasking: Bool { true }

    /// The masks of its inputs.
    public func masks(of outputs: [Tensor], from inputs: [Tensor], _ masks: [Tensor?]) -> [Tensor?] { masks }
}
