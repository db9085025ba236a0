import TernCore

/// Attention with several heads of which groups share keys and values.
///
/// Inputs query [batch, t, n], value [batch, s, n] and, if other than the value, key [batch, s, k]; a fourth input is
/// an attention mask, [batch, t, s] or [batch, heads, t, s]. Output [batch, t, n], and the shares [batch,
/// queryHeadCount, t, s] where `returnsScores`.
///
/// ```swift
/// let x = Tensor.ones([2, 6, 5])
/// let y = GroupQueryAttention(headDimension: 8, queryHeadCount: 4, keyValueHeadCount: 2)([x, x])[0]   // [2, 6, 5]
/// ```
///
/// A query heeds what the masks of query, value and key, the attention mask, the causal mask and the `slidingWindow`
/// (that many steps less one before and behind) all let count. One that heeds nothing gets 0 where scores are returned
/// or dropped out, and the mean of all values elsewhere: Keras computes the two cases differently. With `usesGate` a
/// sigmoid of the query multiplies what each head found.
///
/// Source: Ainslie et al., "GQA: training generalized multi-query transformer models from multi-head checkpoints",
/// EMNLP 2023.
public final class GroupQueryAttention: Layer, HeadAttention {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// The features of each head, how many heads queries have, and how many keys and values.
    public let headDimension: Int, queryHeadCount: Int, keyValueHeadCount: Int
    /// How much of the shares is dropped in training, from 0 to 1.
    public let dropout: Double
    /// Whether the projections add something.
    public let usesBias: Bool
    /// How many steps a query sees to each side, with its own; nil for all.
    public let slidingWindow: Int?
    /// Whether a sigmoid of the query multiplies what is found, whether a query sees only the steps up to its own, and
    /// whether the shares are returned.
    public let usesGate: Bool, usesCausalMask: Bool, returnsScores: Bool
    /// How all kernels and biases begin and what holds them; `.glorotUniform` and `.zeros` where nothing else was said.
    public let kernelSettings: WeightSettings, biasSettings: WeightSettings
    /// [n, queryHeadCount, headDimension].
    @Weight public var queryKernel: Tensor
    /// [queryHeadCount, headDimension].
    @Weight public var queryBias: Tensor
    /// [k, keyValueHeadCount, headDimension].
    @Weight public var keyKernel: Tensor
    /// [keyValueHeadCount, headDimension].
    @Weight public var keyBias: Tensor
    /// [n, queryHeadCount, headDimension]; exists where `usesGate`.
    @Weight public var gateKernel: Tensor
    /// [queryHeadCount, headDimension]; exists where `usesGate`.
    @Weight public var gateBias: Tensor
    /// [n, keyValueHeadCount, headDimension].
    @Weight public var valueKernel: Tensor
    /// [keyValueHeadCount, headDimension].
    @Weight public var valueBias: Tensor
    /// [queryHeadCount, headDimension, n].
    @Weight public var outputKernel: Tensor
    /// [n].
    @Weight public var outputBias: Tensor

    /// A layer of `queryHeadCount` heads, a multiple of `keyValueHeadCount`.
    ///
    /// - Parameters:
    ///   - kernel: the settings of all kernels; `bias` those of all biases.
    ///   - slidingWindow: how many steps a query sees to each side, with its own; nil for all.
    ///   - usesGate: whether a sigmoid of the query multiplies what each head found.
    public init(
        headDimension: Int, queryHeadCount: Int, keyValueHeadCount: Int, dropout: Double = 0, usesBias: Bool = true,
        slidingWindow: Int? = nil, usesGate: Bool = false, usesCausalMask: Bool = false, returnsScores: Bool = false,
        kernel: WeightSettings = .init(), bias: WeightSettings = .init(), name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.headDimension = headDimension
        self.queryHeadCount = queryHeadCount
        self.keyValueHeadCount = keyValueHeadCount
        self.dropout = dropout
        self.usesBias = usesBias
        self.slidingWindow = slidingWindow
        self.usesGate = usesGate
        self.usesCausalMask = usesCausalMask
        self.returnsScores = returnsScores
        kernelSettings = kernel.defaulting(to: .glorotUniform)
        biasSettings = bias.defaulting(to: .zeros)
    }

    /// Query, value and key are [batch, steps, features], and heads of queries share those of keys evenly.
    public func complaint(about inputShapes: [[Int]]) -> String? {
        if keyValueHeadCount < 1 || queryHeadCount < 1 || queryHeadCount % keyValueHeadCount != 0 {
            return "\(queryHeadCount) heads of queries cannot share \(keyValueHeadCount) heads of keys and values"
        }
        if let complaint = sizeComplaint(headDimension, "numbers of a head") { return complaint }
        if let slidingWindow, slidingWindow < 1 { return "its sliding window of \(slidingWindow) steps sees nothing" }
        if let complaint = AttentionInputs.complaint(about: inputShapes, takesMask: true) { return complaint }
        let shapes = AttentionInputs(ofShapes: inputShapes), (query, value) = (shapes.query, shapes.value)
        if query.features != value.features {
            return "values of \(value.features) features do not fit queries of \(query.features)"
        }
        if let complaint = shapes.complaint(aboutMask: AttentionInputs(inputShapes).mask, heads: queryHeadCount) {
            return complaint
        }
        guard info.isBuilt else { return nil }
        return AttentionInputs.complaint(
            about: shapes, builtFor: [queryKernel, valueKernel, keyKernel].map { $0.shape[0] })
    }

    /// Makes the projections for the features of query, value and key.
    public func build(_ inputShapes: [[Int]]) {
        let shapes = AttentionInputs(inputShapes).map { $0.last! }
        let (query, value, key) = (shapes.query, shapes.value, shapes.key)
        let seeking = [queryHeadCount, headDimension], sought = [keyValueHeadCount, headDimension]
        makeProjection("query", &$queryKernel, from: [query], to: seeking, &$queryBias)
        makeProjection("key", &$keyKernel, from: [key], to: sought, &$keyBias)
        if usesGate { makeProjection("gate", &$gateKernel, from: [query], to: seeking, &$gateBias) }
        makeProjection("value", &$valueKernel, from: [value], to: sought, &$valueBias)
        makeProjection("attention_output", &$outputKernel, from: seeking, to: [query], &$outputBias)
    }

    /// The query's mask holds for the output.
    public var supportsMasking: Bool { true }

    /// softmax(q · kᵀ / √headDimension) · v of each head, projected to [batch, t, n]; the shares where they are asked
    /// for.
    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        let given = AttentionInputs(inputs), (query, key, value) = (given.query, given.key, given.value)
        let (batch, t) = (query.shape[0], query.shape[1]), s = value.shape[1]
        let (groups, sharing, size) = (keyValueHeadCount, queryHeadCount / keyValueHeadCount, headDimension)
        // The heads that share a key are further queries of it: [batch, groups, sharing · t, size].
        let q = (projected(query, queryKernel, queryBias) * (1 / Double(size).squareRoot()))
            .reshaped([batch, t, groups, sharing, size]).transposed([0, 2, 3, 1, 4]).reshaped([
                batch, groups, sharing * t, size,
            ])
        let k = projected(key, keyKernel, keyBias).reshaped([batch, s, groups, size]).transposed([
            0, 2, 3, 1,
        ])
        let v = projected(value, valueKernel, valueBias).reshaped([batch, s, groups, size]).transposed([
            0, 2, 1, 3,
        ])
        let scores = matmul(q, k).reshaped([batch, groups * sharing, t, s])
        let allowed = allowedPairs(
            given, context.attentionMasks, isCausal: usesCausalMask, slidingWindow: slidingWindow)?.broadcast(
                to: scores.shape)
        let shares = shares(scores, allowed)
        let seen = dropped(shares, dropout, shares.shape, context, self).reshaped([batch, groups, sharing * t, s])
        var found = matmul(seen, v).reshaped([batch, groups, sharing, t, size]).transposed([0, 3, 1, 2, 4])
            .reshaped([batch, t, groups * sharing * size])
        if usesGate { found = found * sigmoid(projected(query, gateKernel, gateBias)) }
        var y = matmul(found, outputKernel.reshaped([groups * sharing * size, outputKernel.shape[2]]))
        if usesBias { y = y + outputBias }
        return returnsScores ? [y, shares] : [y]
    }
}
