import TernCore

/// Attention with several heads: each mixes the values by how well their keys fit a query.
///
/// Inputs query [batch, t, n], value [batch, s, m] and, if other than the value, key
/// [batch, s, m]; a fourth input is an attention mask, [batch, t, s] or [batch, heads, t, s], of which
/// lengths of 1 stand for all. Output [batch, t, n], and
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
public final class MultiHeadAttention: Layer, HeadAttention {
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
        if headCount < 1 { return "it has \(headCount) heads" }
        if let complaint = sizeComplaint(keyDimension, "numbers of a key")
            ?? sizeComplaint(valueDimension ?? 1, "numbers of a value")
            ?? sizeComplaint(outputDimension ?? 1, "numbers of an output")
        {
            return complaint
        }
        if let complaint = AttentionInputs.complaint(about: inputShapes, takesMask: true) { return complaint }
        let shapes = AttentionInputs(ofShapes: inputShapes)
        if let complaint = shapes.complaint(aboutMask: AttentionInputs(inputShapes).mask, heads: headCount) {
            return complaint
        }
        guard info.isBuilt else { return nil }
        return AttentionInputs.complaint(
            about: shapes,
            builtFor: [queryKernel, valueKernel, keyKernel].map { $0.shape[0] })
    }

    /// Makes the projections for the features of query, value and key.
    public func build(_ inputShapes: [[Int]]) {
        let shapes = AttentionInputs(inputShapes).map { $0.last! }
        let (query, value, key) = (shapes.query, shapes.value, shapes.key)
        let size = valueDimension ?? keyDimension, out = outputDimension ?? query
        let seeking = [headCount, keyDimension], mixed = [headCount, size]
        makeProjection("query", &$queryKernel, from: [query], to: seeking, &$queryBias)
        makeProjection("key", &$keyKernel, from: [key], to: seeking, &$keyBias)
        makeProjection("value", &$valueKernel, from: [value], to: mixed, &$valueBias)
        makeProjection("attention_output", &$outputKernel, from: mixed, to: [out], &$outputBias)
    }

    /// [batch, steps, heads · size] to [batch, heads, steps, size].
    private func heads(_ x: Tensor) -> Tensor {
        x.reshaped([x.shape[0], x.shape[1], headCount, x.shape[2] / headCount]).transposed([0, 2, 1, 3])
    }

    /// The query's mask holds for the output.
    public var supportsMasking: Bool { true }

    /// softmax(q · kᵀ / √keyDimension) · v of each head, projected to [batch, t, n]; the scores where they are asked
    /// for.
    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        let given = AttentionInputs(inputs)
        let q = heads(projected(given.query, queryKernel, queryBias)) * (1 / Double(keyDimension).squareRoot())
        let k = heads(projected(given.key, keyKernel, keyBias)),
            v = heads(projected(given.value, valueKernel, valueBias))
        let scores = matmul(q, k.transposed([0, 1, 3, 2]))
        let allowed = allowedPairs(given, context.attentionMasks, isCausal: usesCausalMask)
        let shares = shares(scores, allowed?.broadcast(to: scores.shape))
        let mixed = matmul(dropped(shares, dropout, shares.shape, context, self), v)
        let size = v.shape[3]
        let joined = mixed.transposed([0, 2, 1, 3]).reshaped([q.shape[0], q.shape[2], headCount * size])
        var y = matmul(joined, outputKernel.reshaped([headCount * size, outputKernel.shape[2]]))
        if usesBias { y = y + outputBias }
        return returnsScores ? [y, shares] : [y]
    }
}
