import TernCore

/// Attention with several heads: each mixes the values by how well their keys fit a query.
///
/// Inputs query [batch, t, n], value [batch, s, m] and, if other than the value, key
/// [batch, s, m]; a fourth input is an attention mask [batch, t, s]. Output [batch, t, n], and
/// the scores [batch, heads, t, s] where `returnsScores`.
///
/// A query heeds what the masks of query, value and key, the attention mask and the causal mask
/// all let count. One that heeds nothing gets 0 where scores are returned or dropped out, and the
/// mean of all values elsewhere: Keras computes the two cases differently. The query's mask holds
/// for the output.
///
/// ```swift
/// let x = Tensor.ones([2, 6, 5])
/// let y = MultiHeadAttention(headCount: 4, keyDimension: 8)([x, x])[0]   // [2, 6, 5]
/// ```
///
/// Source: Vaswani et al., "Attention is all you need", NeurIPS 2017.
public final class MultiHeadAttention: Layer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// How many heads there are, and the features of queries and keys in each.
    public let headCount: Int, keyDimension: Int
    /// The features of values in each head; nil for those of keys.
    public let valueDimension: Int?
    /// How much of the shares is dropped in training, from 0 to 1.
    public let dropout: Double
    /// Whether the projections add something, whether a query sees only the steps up to its own, and whether the scores
    /// are returned.
    public let usesBias: Bool, usesCausalMask: Bool, returnsScores: Bool
    /// The features of the output; nil for those of the query.
    public let outputDimension: Int?
    /// How all kernels and biases begin and what holds them; `.glorotUniform` and `.zeros` where nothing else was said.
    public let kernelSettings: WeightSettings, biasSettings: WeightSettings
    /// [n, heads, keyDimension].
    @Weight public var queryKernel: Tensor
    /// [heads, keyDimension].
    @Weight public var queryBias: Tensor
    /// [m, heads, keyDimension].
    @Weight public var keyKernel: Tensor
    /// [heads, keyDimension].
    @Weight public var keyBias: Tensor
    /// [m, heads, valueDimension].
    @Weight public var valueKernel: Tensor
    /// [heads, valueDimension].
    @Weight public var valueBias: Tensor
    /// [heads, valueDimension, outputDimension].
    @Weight public var outputKernel: Tensor
    /// [outputDimension].
    @Weight public var outputBias: Tensor

    /// A layer of `headCount` heads.
    ///
    /// - Parameters:
    ///   - valueDimension: the features of values in each head; nil for `keyDimension`.
    ///   - outputDimension: the features of the output; nil for those of the query.
    ///   - kernel: the settings of all kernels; `bias` those of all biases.
    public init(
        headCount: Int, keyDimension: Int, valueDimension: Int? = nil, dropout: Double = 0, usesBias: Bool = true,
        outputDimension: Int? = nil, usesCausalMask: Bool = false, returnsScores: Bool = false,
        kernel: WeightSettings = .init(), bias: WeightSettings = .init(), name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.headCount = headCount
        self.keyDimension = keyDimension
        self.valueDimension = valueDimension
        self.dropout = dropout
        self.usesBias = usesBias
        self.outputDimension = outputDimension
        self.usesCausalMask = usesCausalMask
        self.returnsScores = returnsScores
        kernelSettings = kernel.defaulting(to: .glorotUniform)
        biasSettings = bias.defaulting(to: .zeros)
    }

    /// It takes two to four inputs, of which query, value and key are [batch, steps, features].
    public func complaint(about inputShapes: [[Int]]) -> String? {
        if !(2...4).contains(inputShapes.count) {
            return "it takes query, value, key and mask, of which the last two may be left out"
        }
        if inputShapes.prefix(3).contains(where: { $0.count != 3 }) {
            return "query, value and key are [batch, steps, features]"
        }
        let shapes = AttentionInputs(inputShapes.prefix(3).map(SequenceShape.init))
        if let complaint = shapes.complaint { return complaint }
        guard info.isBuilt else { return nil }
        let built = [queryKernel, valueKernel, keyKernel].map { $0.shape[0] }
        let given = [shapes.query, shapes.value, shapes.key].map(\.features)
        return built == given
            ? nil : "it was built for query, value and key of \(built) features and got \(given)"
    }

    /// Makes the projections for the features of query, value and key.
    public func build(_ inputShapes: [[Int]]) {
        let shapes = AttentionInputs(inputShapes).map { $0.last! }
        let (query, value, key) = (shapes.query, shapes.value, shapes.key)
        let size = valueDimension ?? keyDimension, out = outputDimension ?? query
        $queryKernel.make(
            "query/kernel", [query, headCount, keyDimension], kernelSettings, in: self,
            fans: (query, headCount * keyDimension))
        if usesBias { $queryBias.make("query/bias", [headCount, keyDimension], biasSettings, in: self) }
        $keyKernel.make(
            "key/kernel", [key, headCount, keyDimension], kernelSettings, in: self,
            fans: (key, headCount * keyDimension))
        if usesBias { $keyBias.make("key/bias", [headCount, keyDimension], biasSettings, in: self) }
        $valueKernel.make(
            "value/kernel", [value, headCount, size], kernelSettings, in: self, fans: (value, headCount * size))
        if usesBias { $valueBias.make("value/bias", [headCount, size], biasSettings, in: self) }
        $outputKernel.make(
            "attention_output/kernel", [headCount, size, out], kernelSettings, in: self,
            fans: (headCount * size, out))
        if usesBias { $outputBias.make("attention_output/bias", [out], biasSettings, in: self) }
    }

    /// [batch, steps, features] to [batch, heads, steps, size].
    private func project(_ x: Tensor, _ kernel: Tensor, _ bias: Tensor?) -> Tensor {
        let size = kernel.shape[2]
        var y = matmul(x, kernel.reshaped([kernel.shape[0], headCount * size]))
        if let bias { y = y + bias.reshaped([headCount * size]) }
        return y.reshaped([x.shape[0], x.shape[1], headCount, size]).transposed([0, 2, 1, 3])
    }

    /// The query's mask holds for the output.
    public var supportsMasking: Bool { true }

    /// softmax(q · kᵀ / √keyDimension) · v of each head, projected to [batch, t, n]; the scores where they are asked
    /// for.
    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        let given = AttentionInputs(inputs)
        let q = project(given.query, queryKernel, usesBias ? queryBias : nil) * (1 / Double(keyDimension).squareRoot())
        let k = project(given.key, keyKernel, usesBias ? keyBias : nil),
            v = project(given.value, valueKernel, usesBias ? valueBias : nil)
        var scores = matmul(q, k.transposed([0, 1, 3, 2]))
        let (query, value) = (SequenceShape(given.query.shape), SequenceShape(given.value.shape))
        let (batch, t, s) = (query.batch, query.steps, value.steps)
        var allowed: Tensor?
        func allow(_ mask: Tensor) { allowed = allowed.map { $0 .& mask } ?? mask }
        if let mask = given.mask { allow(mask.cast(to: .bool)) }
        if usesCausalMask { allow(causalMask(t, s).reshaped([1, t, s])) }
        let masks = context.attentionMasks
        if let mask = masks.query { allow(mask.cast(to: .bool).reshaped([batch, t, 1])) }
        for case let mask? in [masks.value, masks.key] { allow(mask.cast(to: .bool).reshaped([batch, 1, s])) }
        let whole = allowed?.broadcast(to: [batch, t, s]).reshaped([batch, 1, t, s]).broadcast(to: scores.shape)
        if let whole { scores = select(whole, scores, constant(-1e9, like: scores)) }
        var shares = Activation.softmax()(scores)
        if let whole, returnsScores || dropout > 0 { shares = shares.masked(by: whole) }
        let mixed = matmul(dropped(shares, dropout, shares.shape, context, self), v)
        let size = v.shape[3]
        let joined = mixed.transposed([0, 2, 1, 3]).reshaped([batch, t, headCount * size])
        var y = matmul(joined, outputKernel.reshaped([headCount * size, outputKernel.shape[2]]))
        if usesBias { y = y + outputBias }
        return returnsScores ? [y, shares] : [y]
    }
}
