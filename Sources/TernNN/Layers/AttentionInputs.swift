import TernCore

/// What attention is given, in the order of a layer's inputs: query, value, and if they are given key and mask.
struct AttentionInputs<Value> {
    let query: Value, value: Value
    /// The value where no key is given.
    let key: Value
    /// Which pairs of a query and a key count.
    let mask: Value?

    private init(query: Value, value: Value, key: Value, mask: Value?) {
        (self.query, self.value, self.key, self.mask) = (query, value, key, mask)
    }

    init(_ inputs: [Value]) {
        self.init(
            query: inputs[0], value: inputs[1], key: inputs.count > 2 ? inputs[2] : inputs[1],
            mask: inputs.count > 3 ? inputs[3] : nil)
    }

    func map<Other>(_ transform: (Value) -> Other) -> AttentionInputs<Other> {
        AttentionInputs<Other>(
            query: transform(query), value: transform(value), key: transform(key), mask: mask.map(transform))
    }
}

/// The shape of a series: [batch, steps, features].
struct SequenceShape {
    let batch: Int, steps: Int, features: Int

    init(_ shape: [Int]) { (batch, steps, features) = (shape[0], shape[1], shape[2]) }
}

extension AttentionInputs<SequenceShape> {
    /// What is wrong with query, value and key beside each other, nil where they fit.
    var complaint: String? {
        if Set([query.batch, value.batch, key.batch]).count > 1 {
            return "query, value and key have different batches"
        }
        return key.steps == value.steps ? nil : "there are \(key.steps) keys for \(value.steps) values"
    }
}

/// The masks of query, value and key.
struct AttentionMasks {
    let query: Tensor?, value: Tensor?, key: Tensor?
}

extension CallContext {
    /// The masks of the inputs of attention.
    var attentionMasks: AttentionMasks {
        func mask(_ i: Int) -> Tensor? { i < masks.count ? masks[i] : nil }
        return AttentionMasks(query: mask(0), value: mask(1), key: mask(2))
    }
}
