import TernCore

/// Attention without projections: each query gets the values mixed by how well their keys fit it.
///
/// Inputs query [batch, t, n], value [batch, s, m] and, if other than the value, key [batch, s, n]. Output [batch, t,
/// m], and the shares [batch, t, s] where `returnsScores`. A mask of the value leaves out steps of it; where that of
/// the query leaves out a step the output is 0.
public protocol SequenceAttention: Layer {
    var dropout: Double { get }
    /// Whether a query sees only the steps up to its own.
    var usesCausalMask: Bool { get }
    var returnsScores: Bool { get }
    /// How well each key fits each query: [batch, t, s].
    func scores(_ query: Tensor, _ key: Tensor) -> Tensor
}

extension SequenceAttention {
    public func complaint(about inputShapes: [[Int]]) -> String? {
        if !(2...3).contains(inputShapes.count) {
            return "it takes query, value and key, of which the key may be left out"
        }
        if inputShapes.contains(where: { $0.count != 3 }) { return "query, value and key are [batch, steps, features]" }
        let query = inputShapes[0], value = inputShapes[1], key = inputShapes.last!
        if Set(inputShapes.map { $0[0] }).count > 1 { return "query, value and key have different batches" }
        if key[1] != value[1] { return "there are \(key[1]) keys for \(value[1]) values" }
        return key[2] == query[2] ? nil : "keys of \(key[2]) features do not fit queries of \(query[2])"
    }

    public var supportsMasking: Bool { true }

    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        let (query, value, key) = (inputs[0], inputs[1], inputs.last!)
        let (batch, t, s) = (query.shape[0], query.shape[1], value.shape[1])
        var scores = scores(query, key)
        var allowed: Tensor?
        if context.masks.count > 1, let mask = context.masks[1] {
            allowed = mask.cast(to: .bool).reshaped([batch, 1, s])
        }
        if usesCausalMask {
            let causal = causalMask(t, s).reshaped([1, t, s])
            allowed = allowed.map { $0 .& causal } ?? causal
        }
        // As Keras does it: where nothing counts, the scores decide.
        if let allowed { scores = select(allowed.broadcast(to: scores.shape), scores, scores - 1e9) }
        let shares = dropped(Activation.softmax()(scores), dropout, scores.shape, context, self)
        var y = matmul(shares, value)
        if let mask = context.masks.first ?? nil { y = y.masked(by: mask) }
        return returnsScores ? [y, shares] : [y]
    }
}

/// Which of `s` keys each of `t` queries may see if none sees ahead: [t, s].
func causalMask(_ t: Int, _ s: Int) -> Tensor { Tensor.range(0..<t).reshaped([t, 1]) .>= Tensor.range(0..<s) }

/// tanh of the sum of each query and each key: [batch, t, s, features].
func queriesWithKeys(_ query: Tensor, _ key: Tensor, scale: Tensor? = nil) -> Tensor {
    let sum = query.expandingDimension(at: 2) + key.expandingDimension(at: 1)
    return tanh(scale.map { $0 * sum } ?? sum)
}

/// How ``Attention`` compares a query with a key: by their product, or by the sum of tanh(query + key).
public enum ScoreMode: String, Sendable, Codable, CaseIterable { case dot, concat }

/// Dot-product attention, as in Luong: each query gets the values mixed by its products with their keys.
///
/// ```swift
/// let y = Attention()([query, value])[0]      // [4, 6, 3], from [4, 6, 3] and [4, 5, 3]
/// ```
///
/// With `usesScale` a trained number multiplies the products (or the sums within tanh); the scores of mode
/// ``ScoreMode/concat`` have a trained factor of their own.
///
/// Source: Luong, Pham and Manning, "Effective approaches to attention-based neural machine translation", EMNLP 2015.
public final class Attention: SequenceAttention {
    public let info: LayerInfo
    public let usesScale: Bool
    public let scoreMode: ScoreMode
    public let dropout: Double
    public let usesCausalMask: Bool, returnsScores: Bool
    @Weight public var scale: Tensor
    @Weight public var concatScoreWeight: Tensor

    public init(
        usesScale: Bool = false, scoreMode: ScoreMode = .dot, dropout: Double = 0, usesCausalMask: Bool = false,
        returnsScores: Bool = false, name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.usesScale = usesScale
        self.scoreMode = scoreMode
        self.dropout = dropout
        self.usesCausalMask = usesCausalMask
        self.returnsScores = returnsScores
    }

    public func build(_ inputShapes: [[Int]]) {
        if usesScale { $scale.make("scale", [], .ones, in: self) }
        if scoreMode == .concat { $concatScoreWeight.make("concat_score_weight", [], .ones, in: self) }
    }

    public func scores(_ query: Tensor, _ key: Tensor) -> Tensor {
        switch scoreMode {
        case .dot:
            let products = matmul(query, key.transposed([0, 2, 1]))
            return usesScale ? products * scale : products
        case .concat:
            return queriesWithKeys(query, key, scale: usesScale ? scale : nil).sum(axis: -1) * concatScoreWeight
        }
    }
}

/// Additive attention, as in Bahdanau: each query gets the values mixed by the sum of scale · tanh(query + key).
///
/// ```swift
/// let y = AdditiveAttention()([query, value])[0]      // [4, 6, 3], from [4, 6, 3] and [4, 5, 3]
/// ```
///
/// Source: Bahdanau, Cho and Bengio, "Neural machine translation by jointly learning to align and translate", ICLR
/// 2015.
public final class AdditiveAttention: SequenceAttention {
    public let info: LayerInfo
    /// Whether each feature has a trained factor.
    public let usesScale: Bool
    public let dropout: Double
    public let usesCausalMask: Bool, returnsScores: Bool
    @Weight public var scale: Tensor

    public init(
        usesScale: Bool = true, dropout: Double = 0, usesCausalMask: Bool = false, returnsScores: Bool = false,
        name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.usesScale = usesScale
        self.dropout = dropout
        self.usesCausalMask = usesCausalMask
        self.returnsScores = returnsScores
    }

    public func build(_ inputShapes: [[Int]]) {
        if usesScale { $scale.make("scale", [inputShapes[0][2]], .glorotUniform, in: self) }
    }

    public func scores(_ query: Tensor, _ key: Tensor) -> Tensor {
        let parts = queriesWithKeys(query, key)
        return (usesScale ? parts * scale : parts).sum(axis: -1)
    }
}
