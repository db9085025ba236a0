import TernCore

/// Attention with several heads: each mixes the values by how well their keys fit a query.
///
/// Inputs query [batch, t, n], value [batch, s, m] and, if other than the value, key
/// [batch, s, m]; a fourth input is an attention mask [batch, t, s]. Output [batch, t, n], and
/// the scores [batch, heads, t, s] where `returnsScores`.
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
    public let kernelInitializer: Initializer, biasInitializer: Initializer
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
        kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros, name: String? = nil
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
        self.kernelInitializer = kernelInitializer
        self.biasInitializer = biasInitializer
    }

    public func complaint(about inputShapes: [[Int]]) -> String? {
        if !(2...4).contains(inputShapes.count) { return "it takes query, value, key and mask, of which the last two may be left out" }
        return inputShapes.prefix(3).contains { $0.count != 3 } ? "query, value and key are [batch, steps, features]" : nil
    }

    public func build(_ inputShapes: [[Int]]) {
        let query = inputShapes[0][2], value = inputShapes[1][2], key = inputShapes.count > 2 ? inputShapes[2][2] : value
        let size = valueDimension ?? keyDimension, out = outputDimension ?? query
        $queryKernel.make("query/kernel", [query, headCount, keyDimension], kernelInitializer, in: self)
        if usesBias { $queryBias.make("query/bias", [headCount, keyDimension], biasInitializer, in: self) }
        $keyKernel.make("key/kernel", [key, headCount, keyDimension], kernelInitializer, in: self)
        if usesBias { $keyBias.make("key/bias", [headCount, keyDimension], biasInitializer, in: self) }
        $valueKernel.make("value/kernel", [value, headCount, size], kernelInitializer, in: self)
        if usesBias { $valueBias.make("value/bias", [headCount, size], biasInitializer, in: self) }
        $outputKernel.make("attention_output/kernel", [headCount, size, out], kernelInitializer, in: self)
        if usesBias { $outputBias.make("attention_output/bias", [out], biasInitializer, in: self) }
    }

    /// [batch, steps, features] to [batch, heads, steps, size].
    private func project(_ x: Tensor, _ kernel: Tensor, _ bias: Tensor?) -> Tensor {
        let size = kernel.shape[2]
        var y = matmul(x, kernel.reshaped([kernel.shape[0], headCount * size]))
        if let bias { y = y + bias.reshaped([headCount * size]) }
        return y.reshaped([x.shape[0], x.shape[1], headCount, size]).transposed([0, 2, 1, 3])
    }

    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        let (query, value) = (inputs[0], inputs[1]), key = inputs.count > 2 ? inputs[2] : value
        let q = project(query, queryKernel, usesBias ? queryBias : nil) * (1 / Double(keyDimension).squareRoot())
        let k = project(key, keyKernel, usesBias ? keyBias : nil), v = project(value, valueKernel, usesBias ? valueBias : nil)
        var scores = matmul(q, k.transposed([0, 1, 3, 2]))
        let (batch, t, s) = (query.shape[0], query.shape[1], value.shape[1])
        var allowed: Tensor?
        func allow(_ mask: Tensor) { allowed = allowed.map { $0 .& mask } ?? mask }
        if inputs.count > 3 { allow(inputs[3].cast(to: .bool)) }
        if usesCausalMask { allow((Tensor.range(0..<t).reshaped([t, 1]) .>= Tensor.range(0..<s)).reshaped([1, t, s])) }
        let masks = context.masks
        if let mask = masks.first ?? nil { allow(mask.cast(to: .bool).reshaped([batch, t, 1])) }
        if masks.count > 1, let mask = masks[1] { allow(mask.cast(to: .bool).reshaped([batch, 1, s])) }
        if let allowed {
            let whole = allowed.broadcast(to: [batch, t, s]).reshaped([batch, 1, t, s]).broadcast(to: scores.shape)
            scores = select(whole, scores, scores - 3e4)
        }
        let shares = Activation.softmax()(scores)
        let mixed = matmul(dropped(shares, dropout, shares.shape, context, self), v)
        let size = v.shape[3]
        let joined = mixed.transposed([0, 2, 1, 3]).reshaped([batch, t, headCount * size])
        var y = matmul(joined, outputKernel.reshaped([headCount * size, outputKernel.shape[2]]))
        if usesBias { y = y + outputBias }
        return returnsScores ? [y, shares] : [y]
    }
}
