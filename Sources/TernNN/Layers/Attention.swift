import TernCore

/// Attention without projections: each query gets the values mixed by how well their keys fit it.
///
/// ```swift
/// let layers: [any SequenceAttention] = [Attention(), AdditiveAttention()]
/// let query = Tensor.ones([4, 6, 3]), value = Tensor.ones([4, 5, 3])
/// let shapes = layers.map { $0([query, value])[0].shape }   // for each [4, 6, 3]
/// ```
///
/// Inputs query [batch, t, n], value [batch, s, m] and, if other than the value, key [batch, s, n]. Output [batch, t,
/// m], and the shares [batch, t, s] where `returnsScores`. A mask of the value leaves out steps of it; where that of
/// the query leaves out a step the output is 0.
public protocol SequenceAttention: Layer {
    /// How much of the shares is dropped in training, from 0 to 1.
    var dropout: Double { get }
    /// Whether a query sees only the steps up to its own.
    var usesCausalMask: Bool { get }
    /// Whether the shares follow the output.
    var returnsScores: Bool { get }
    /// How well each key fits each query: [batch, t, s].
    func scores(_ query: Tensor, _ key: Tensor) -> Tensor
}

extension SequenceAttention {
    /// Query, value and key are [batch, steps, features], with as many keys as values.
    public func complaint(about inputShapes: [[Int]]) -> String? { complaint(aboutFeaturesOf: inputShapes) }

    fileprivate func complaint(aboutFeaturesOf inputShapes: [[Int]]) -> String? {
        if let complaint = AttentionInputs.complaint(about: inputShapes, takesMask: false) { return complaint }
        let shapes = AttentionInputs(ofShapes: inputShapes)
        let (key, query) = (shapes.key.features, shapes.query.features)
        return key == query ? nil : "keys of \(key) features do not fit queries of \(query)"
    }

    /// The query's mask holds for the output.
    public var supportsMasking: Bool { true }

    /// softmax(scores) · value, [batch, t, m], and the shares [batch, t, s] where they are asked for.
    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        let given = AttentionInputs(inputs), shapes = given.map { SequenceShape($0.shape) }
        let (batch, t, s) = (shapes.query.batch, shapes.query.steps, shapes.value.steps)
        var scores = scores(given.query, given.key)
        let masks = context.attentionMasks
        var allowed: Tensor?
        if let mask = masks.value {
            allowed = mask.cast(to: .bool).reshaped([batch, 1, s])
        }
        if usesCausalMask {
            let causal = causalMask(t, s).reshaped([1, t, s])
            allowed = allowed.map { $0 .& causal } ?? causal
        }
        // As Keras does it: where nothing counts, the scores decide.
        if let allowed { scores = select(allowed.broadcast(to: scores.shape), scores, scores - 1e9) }
        let shares = dropped(Activation.softmax()(scores), dropout, scores.shape, context, self)
        var y = matmul(shares, given.value)
        if let mask = masks.query { y = y.masked(by: mask) }
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

/// How ``Attention`` compares a query with a key.
///
/// ```swift
/// let attention = Attention(scoreMode: .concat)
/// let y = attention([Tensor.ones([4, 6, 3]), Tensor.ones([4, 5, 3])])[0]   // [4, 6, 3]
/// ```
public enum ScoreMode: String, Sendable, Codable, CaseIterable {
    /// By their product.
    case dot
    /// By the sum of tanh(query + key) over the features.
    case concat
}

/// Dot-product attention, as in Luong: each query gets the values mixed by its products with their keys.
///
/// ```swift
/// let query = Tensor.ones([4, 6, 3]), value = Tensor.ones([4, 5, 3])
/// let y = Attention()([query, value])[0]   // [4, 6, 3]
/// ```
///
/// With `usesScale` a trained number multiplies the products (or the sums within tanh); the scores of mode
/// ``ScoreMode/concat`` have a trained factor of their own.
///
/// Source: Luong, Pham and Manning, "Effective approaches to attention-based neural machine translation", EMNLP 2015.
public final class Attention: SequenceAttention {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// Whether a trained number multiplies the scores.
    public let usesScale: Bool
    /// How a query is compared with a key.
    public let scoreMode: ScoreMode
    /// How much of the shares is dropped in training, from 0 to 1.
    public let dropout: Double
    /// Whether a query sees only the steps up to its own, and whether the shares are returned.
    public let usesCausalMask: Bool, returnsScores: Bool
    /// The factor of the scores, a single number; exists where `usesScale`.
    @Weight public var scale: Tensor
    /// The factor of the sums of mode `.concat`, a single number.
    @Weight public var concatScoreWeight: Tensor

    /// A layer that compares by products, without weights of its own, unless something else is said.
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

    /// Makes the numbers that multiply the scores, where they are asked for.
    public func build(_ inputShapes: [[Int]]) {
        if usesScale { $scale.make("scale", [], .ones, in: self) }
        if scoreMode == .concat { $concatScoreWeight.make("concat_score_weight", [], .ones, in: self) }
    }

    /// query · keyᵀ, or Σ tanh(query + key) over the features, [batch, t, s].
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
/// let query = Tensor.ones([4, 6, 3]), value = Tensor.ones([4, 5, 3])
/// let y = AdditiveAttention()([query, value])[0]   // [4, 6, 3]
/// ```
///
/// Source: Bahdanau, Cho and Bengio, "Neural machine translation by jointly learning to align and translate", ICLR
/// 2015.
public final class AdditiveAttention: SequenceAttention {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// Whether each feature has a trained factor.
    public let usesScale: Bool
    /// How much of the shares is dropped in training, from 0 to 1.
    public let dropout: Double
    /// Whether a query sees only the steps up to its own, and whether the shares are returned.
    public let usesCausalMask: Bool, returnsScores: Bool
    /// A factor for each feature, [n]; exists where `usesScale`.
    @Weight public var scale: Tensor

    /// A layer with a trained factor for each feature, unless `usesScale` is false.
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

    /// The same as of all attention without projections, and as many features as before.
    public func complaint(about inputShapes: [[Int]]) -> String? {
        if let complaint = complaint(aboutFeaturesOf: inputShapes) { return complaint }
        let features = SequenceShape(AttentionInputs(inputShapes).query).features
        guard info.isBuilt, usesScale, features != scale.shape[0] else { return nil }
        return "it was built for \(scale.shape[0]) features and got \(features)"
    }

    /// Makes the factors for queries of these features.
    public func build(_ inputShapes: [[Int]]) {
        if usesScale {
            $scale.make("scale", [SequenceShape(AttentionInputs(inputShapes).query).features], .glorotUniform, in: self)
        }
    }

    /// Σ scale · tanh(query + key) over the features, [batch, t, s].
    public func scores(_ query: Tensor, _ key: Tensor) -> Tensor {
        let parts = queriesWithKeys(query, key)
        return (usesScale ? parts * scale : parts).sum(axis: -1)
    }
}
