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
/// let y = MultiHeadAttention(headCount: 4, keyDimension: 8)([x, x])[0]
/// ```
///
/// Source: Vaswani et al., "Attention is all you need", NeurIPS 2017.
public final class MultiHeadAttention: Layer {
    public let info: LayerInfo
    public let headCount: Int, keyDimension: Int
    public let valueDimension: Int?
    public let dropout: Double
    public let usesBias: Bool, usesCausalMask: Bool, returnsScores: Bool
    public let outputDimension: Int?
    public let kernelSettings: WeightSettings, biasSettings: WeightSettings
    @Weight public var queryKernel: Tensor
    @Weight public var queryBias: Tensor
    @Weight public var keyKernel: Tensor
    @Weight public var keyBias: Tensor
    @Weight public var valueKernel: Tensor
    @Weight public var valueBias: Tensor
    @Weight public var outputKernel: Tensor
    @Weight public var outputBias: Tensor

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

    public func complaint(about inputShapes: [[Int]]) -> String? {
        if !(2...4).contains(inputShapes.count) {
            return "it takes query, value, key and mask, of which the last two may be left out"
        }
        return inputShapes.prefix(3).contains { $0.count != 3 }
            ? "query, value and key are [batch, steps, features]" : nil
    }

    public func build(_ inputShapes: [[Int]]) {
        let query = inputShapes[0][2], value = inputShapes[1][2],
            key = inputShapes.count > 2 ? inputShapes[2][2] : value
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

    public var supportsMasking: Bool { true }

    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        let (query, value) = (inputs[0], inputs[1]), key = inputs.count > 2 ? inputs[2] : value
        let q = project(query, queryKernel, usesBias ? queryBias : nil) * (1 / Double(keyDimension).squareRoot())
        let k = project(key, keyKernel, usesBias ? keyBias : nil),
            v = project(value, valueKernel, usesBias ? valueBias : nil)
        var scores = matmul(q, k.transposed([0, 1, 3, 2]))
        let (batch, t, s) = (query.shape[0], query.shape[1], value.shape[1])
        var allowed: Tensor?
        func allow(_ mask: Tensor) { allowed = allowed.map { $0 .& mask } ?? mask }
        if inputs.count > 3 { allow(inputs[3].cast(to: .bool)) }
        if usesCausalMask { allow(causalMask(t, s).reshaped([1, t, s])) }
        for (i, mask) in context.masks.prefix(3).enumerated() {
            if let mask { allow(mask.cast(to: .bool).reshaped(i == 0 ? [batch, t, 1] : [batch, 1, s])) }
        }
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
