import TernCore

/// Attention with several heads of which groups share keys and values.
///
/// Inputs query [batch, t, n], value [batch, s, n] and, if other than the value, key [batch, s, k]; a fourth input is
/// an attention mask, [batch, t, s] or [batch, heads, t, s]. Output [batch, t, n], and the shares [batch,
/// queryHeadCount, t, s] where `returnsScores`.
///
/// ```swift
/// let y = GroupQueryAttention(headDimension: 8, queryHeadCount: 4, keyValueHeadCount: 2)([x, x])[0]
/// ```
///
/// A query heeds what the masks of query, value and key, the attention mask, the causal mask and the `slidingWindow`
/// (that many steps less one before and behind) all let count. One that heeds nothing gets 0 where scores are returned
/// or dropped out, and the mean of all values elsewhere: Keras computes the two cases differently. With `usesGate` a
/// sigmoid of the query multiplies what each head found.
///
/// Source: Ainslie et al., "GQA: training generalized multi-query transformer models from multi-head checkpoints",
/// EMNLP 2023.
public final class GroupQueryAttention: Layer {
    public let info: LayerInfo
    public let headDimension: Int, queryHeadCount: Int, keyValueHeadCount: Int
    public let dropout: Double
    public let usesBias: Bool
    public let slidingWindow: Int?
    public let usesGate: Bool, usesCausalMask: Bool, returnsScores: Bool
    public let kernelSettings: WeightSettings, biasSettings: WeightSettings
    @Weight public var queryKernel: Tensor
    @Weight public var queryBias: Tensor
    @Weight public var keyKernel: Tensor
    @Weight public var keyBias: Tensor
    @Weight public var gateKernel: Tensor
    @Weight public var gateBias: Tensor
    @Weight public var valueKernel: Tensor
    @Weight public var valueBias: Tensor
    @Weight public var outputKernel: Tensor
    @Weight public var outputBias: Tensor

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

    public func complaint(about inputShapes: [[Int]]) -> String? {
        if keyValueHeadCount < 1 || queryHeadCount % keyValueHeadCount != 0 {
            return "\(queryHeadCount) heads of queries cannot share \(keyValueHeadCount) heads of keys and values"
        }
        if let slidingWindow, slidingWindow < 1 { return "its sliding window of \(slidingWindow) steps sees nothing" }
        if !(2...4).contains(inputShapes.count) {
            return "it takes query, value, key and mask, of which the last two may be left out"
        }
        if inputShapes.prefix(3).contains(where: { $0.count != 3 }) {
            return "query, value and key are [batch, steps, features]"
        }
        let query = inputShapes[0], value = inputShapes[1], key = inputShapes.count > 2 ? inputShapes[2] : value
        if Set([query[0], value[0], key[0]]).count > 1 { return "query, value and key have different batches" }
        if query[2] != value[2] { return "values of \(value[2]) features do not fit queries of \(query[2])" }
        if key[1] != value[1] { return "there are \(key[1]) keys for \(value[1]) values" }
        guard inputShapes.count > 3, !pairShapes(query[0], query[1], value[1]).contains(inputShapes[3]) else {
            return nil
        }
        return "its attention mask is [batch, t, s] or [batch, heads, t, s]"
    }

    private func pairShapes(_ batch: Int, _ t: Int, _ s: Int) -> [[Int]] {
        [[batch, t, s], [batch, 1, t, s], [batch, queryHeadCount, t, s]]
    }

    public func build(_ inputShapes: [[Int]]) {
        let query = inputShapes[0][2], value = inputShapes[1][2],
            key = inputShapes.count > 2 ? inputShapes[2][2] : value
        func make(_ name: String, _ kernel: inout Weight, _ inputs: [Int], _ outputs: [Int], _ bias: inout Weight) {
            kernel.make(
                name + "/kernel", inputs + outputs, kernelSettings, in: self,
                fans: (inputs.reduce(1, *), outputs.reduce(1, *)))
            guard usesBias else { return }
            bias.make(name + "/bias", outputs, biasSettings, in: self)
        }
        let seeking = [queryHeadCount, headDimension], sought = [keyValueHeadCount, headDimension]
        make("query", &$queryKernel, [query], seeking, &$queryBias)
        make("key", &$keyKernel, [key], sought, &$keyBias)
        if usesGate { make("gate", &$gateKernel, [query], seeking, &$gateBias) }
        make("value", &$valueKernel, [value], sought, &$valueBias)
        make("attention_output", &$outputKernel, seeking, [query], &$outputBias)
    }

    /// [batch, steps, features] to [batch, steps, heads · size].
    private func project(_ x: Tensor, _ kernel: Tensor, _ bias: Tensor?) -> Tensor {
        let y = matmul(x, kernel.reshaped([kernel.shape[0], kernel.shape[1] * kernel.shape[2]]))
        return bias.map { y + $0.flattened() } ?? y
    }

    /// Which pairs of a query and a key count, [batch, 1 or heads, t, s]; nil where all do.
    private func allowedPairs(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor? {
        let (batch, t, s) = (inputs[0].shape[0], inputs[0].shape[1], inputs[1].shape[1])
        var allowed: Tensor?
        func allow(_ mask: Tensor, _ shape: [Int]) {
            let mask = mask.cast(to: .bool).reshaped(shape)
            allowed = allowed.map { $0 .& mask } ?? mask
        }
        for (i, mask) in masks.prefix(3).enumerated() {
            if let mask { allow(mask, i == 0 ? [batch, 1, t, 1] : [batch, 1, 1, s]) }
        }
        if usesCausalMask { allow(causalMask(t, s), [1, 1, t, s]) }
        if let slidingWindow {
            let distance = abs(Tensor.range(0..<t).reshaped([t, 1]) - Tensor.range(0..<s))
            allow(distance .< slidingWindow, [1, 1, t, s])
        }
        if inputs.count > 3 { allow(inputs[3], inputs[3].rank == 4 ? inputs[3].shape : [batch, 1, t, s]) }
        return allowed
    }

    public var supportsMasking: Bool { true }

    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        let (query, value) = (inputs[0], inputs[1]), key = inputs.count > 2 ? inputs[2] : value
        let (batch, t, s) = (query.shape[0], query.shape[1], value.shape[1])
        let (groups, sharing, size) = (keyValueHeadCount, queryHeadCount / keyValueHeadCount, headDimension)
        // The heads that share a key are further queries of it: [batch, groups, sharing · t, size].
        let q = (project(query, queryKernel, usesBias ? queryBias : nil) * (1 / Double(size).squareRoot()))
            .reshaped([batch, t, groups, sharing, size]).transposed([0, 2, 3, 1, 4]).reshaped([
                batch, groups, sharing * t, size,
            ])
        let k = project(key, keyKernel, usesBias ? keyBias : nil).reshaped([batch, s, groups, size]).transposed([
            0, 2, 3, 1,
        ])
        let v = project(value, valueKernel, usesBias ? valueBias : nil).reshaped([batch, s, groups, size]).transposed([
            0, 2, 1, 3,
        ])
        var scores = matmul(q, k).reshaped([batch, groups * sharing, t, s])
        let allowed = allowedPairs(inputs, context.masks)?.broadcast(to: scores.shape)
        if let allowed { scores = select(allowed, scores, constant(-1e9, like: scores)) }
        var shares = Activation.softmax()(scores)
        if let allowed, returnsScores || dropout > 0 { shares = shares.masked(by: allowed) }
        let seen = dropped(shares, dropout, shares.shape, context, self).reshaped([batch, groups, sharing * t, s])
        var found = matmul(seen, v).reshaped([batch, groups, sharing, t, size]).transposed([0, 3, 1, 2, 4])
            .reshaped([batch, t, groups * sharing * size])
        if usesGate { found = found * sigmoid(project(query, gateKernel, usesBias ? gateBias : nil)) }
        var y = matmul(found, outputKernel.reshaped([groups * sharing * size, outputKernel.shape[2]]))
        if usesBias { y = y + outputBias }
        return returnsScores ? [y, shares] : [y]
    }
}
