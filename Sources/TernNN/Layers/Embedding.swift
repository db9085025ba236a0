import TernCore

/// A trained vector for each of `inputCount` integers: [batch, ...] to [batch, ..., units].
///
/// With `masksZero` the integer 0 stands for nothing, and is masked.
public final class Embedding: UnaryLayer {
    public let info: LayerInfo
    public let inputCount: Int, units: Int
    public let masksZero: Bool
    public let embeddingsSettings: WeightSettings
    @Weight public var embeddings: Tensor

    public init(
        _ inputCount: Int, _ units: Int, embeddings: WeightSettings = .init(), masksZero: Bool = false,
        name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.inputCount = inputCount
        self.units = units
        self.masksZero = masksZero
        embeddingsSettings = embeddings.defaulting(to: .randomUniform())
    }

    public func build(_ inputShape: [Int]) {
        $embeddings.make("embeddings", [inputCount, units], embeddingsSettings, in: self)
    }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        embeddings.taking(x.cast(to: .int64))
    }

    public func mask(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor? { masksZero ? inputs[0] .!= 0 : nil }
}

/// Leaves out the steps of a series, [batch, steps, features], all of whose features are `maskValue`.
public final class Masking: UnaryLayer {
    public let info: LayerInfo
    public let maskValue: Double

    public init(maskValue: Double = 0, name: String? = nil) {
        info = LayerInfo(name: name)
        self.maskValue = maskValue
    }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.masked(by: mask([x], [])!)
    }

    public func mask(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor? { (inputs[0] .!= maskValue).any(axes: [-1]) }
}
