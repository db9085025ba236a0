import TernCore

/// A trained vector for each of `inputCount` integers: [batch, ...] to [batch, ..., units].
///
/// ```swift
/// let months = Embedding(12, 3)
/// let y = months(Tensor([[0, 11], [5, 5]]))   // [2, 2, 3]
/// ```
///
/// With `masksZero` the integer 0 stands for nothing, and is masked.
public final class Embedding: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// How many integers have a vector, and how long a vector is.
    public let inputCount: Int, units: Int
    /// Whether the integer 0 stands for nothing and is masked.
    public let masksZero: Bool
    /// How the vectors begin and what holds them; `.randomUniform()` where nothing else was said.
    public let embeddingsSettings: WeightSettings
    /// The vectors, [inputCount, units].
    @Weight public var embeddings: Tensor

    /// Vectors of `units` numbers for the integers 0 to `inputCount` − 1.
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

    /// There must be an integer with a vector, and a number in each.
    public func complaint(about inputShape: [Int]) -> String? {
        sizeComplaint(inputCount, "integers") ?? sizeComplaint(units, "units")
    }

    /// Makes the vectors, whatever the shape of the input.
    public func build(_ inputShape: [Int]) {
        $embeddings.make("embeddings", [inputCount, units], embeddingsSettings, in: self)
    }

    /// The vectors of the integers in x, [batch, ..., units].
    ///
    /// An integer that has none, also a negative one, is an error: `fit`, `evaluate` and `predict` throw it, elsewhere
    /// it ends the program (see `catchingFailure(_:)`).
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        embeddings.lookingUp(x, for: "layer \(info.name ?? Self.kind)")
    }

    /// Where the integer is not 0, with `masksZero`; else none.
    public func mask(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor? { masksZero ? inputs[0] .!= 0 : nil }
}
