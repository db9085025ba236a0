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
    /// What is wrong with the shapes of inputs, nil where query, value and key are series that fit each other.
    static func complaint(about shapes: [[Int]], takesMask: Bool) -> String? {
        if !(2...(takesMask ? 4 : 3)).contains(shapes.count) {
            return takesMask
                ? "it takes query, value, key and mask, of which the last two may be left out"
                : "it takes query, value and key, of which the key may be left out"
        }
        if shapes.prefix(3).contains(where: { $0.count != 3 }) {
            return "query, value and key are [batch, steps, features]"
        }
        let given = AttentionInputs(ofShapes: shapes), (query, value, key) = (given.query, given.value, given.key)
        if Set([query.batch, value.batch, key.batch]).count > 1 {
            return "query, value and key have different batches"
        }
        return key.steps == value.steps ? nil : "there are \(key.steps) keys for \(value.steps) values"
    }

    /// What is wrong with inputs of a layer that was built for query, value and key of other features.
    static func complaint(about shapes: AttentionInputs, builtFor built: [Int]) -> String? {
        let given = [shapes.query, shapes.value, shapes.key].map(\.features)
        return built == given
            ? nil : "it was built for query, value and key of \(built) features and got \(given)"
    }

    /// Query, value and key, whatever their mask.
    init(ofShapes shapes: [[Int]]) { self.init(shapes.prefix(3).map(SequenceShape.init)) }
}

extension AttentionInputs<SequenceShape> {
    /// What is wrong with the shape of a mask of pairs, nil where it can be broadcast to the pairs of each head.
    func complaint(aboutMask mask: [Int]?, heads: Int) -> String? {
        guard let mask else { return nil }
        let pairs = [query.batch] + (mask.count == 4 ? [heads] : []) + [query.steps, value.steps]
        return mask.count == pairs.count && zip(mask, pairs).allSatisfy { $0 == 1 || $0 == $1 }
            ? nil : "its attention mask is [batch, t, s] or [batch, heads, t, s], and got \(mask)"
    }
}

/// Attention of heads that see projections of query, key and value.
protocol HeadAttention: Layer {
    var usesBias: Bool { get }
    var returnsScores: Bool { get }
    var dropout: Double { get }
    var kernelSettings: WeightSettings { get }
    var biasSettings: WeightSettings { get }
}

extension HeadAttention {
    /// Makes the weights of a projection between axes of these lengths.
    func makeProjection(
        _ name: String, _ kernel: inout Weight, from inputs: [Int], to outputs: [Int], _ bias: inout Weight
    ) {
        kernel.make(
            name + "/kernel", inputs + outputs, kernelSettings, in: self,
            fans: (checkedProduct(inputs) ?? .max, checkedProduct(outputs) ?? .max))
        guard usesBias else { return }
        bias.make(name + "/bias", outputs, biasSettings, in: self)
    }

    /// [batch, steps, features] by a kernel [features, heads, size] to [batch, steps, heads · size].
    func projected(_ x: Tensor, _ kernel: Tensor, _ bias: @autoclosure () -> Tensor) -> Tensor {
        let y = matmul(x, kernel.reshaped([kernel.shape[0], kernel.shape[1] * kernel.shape[2]]))
        return usesBias ? y + bias().flattened() : y
    }

    /// Which pairs of a query and a key count, [batch, 1 or heads, t, s]; nil where all do.
    ///
    /// - Parameter slidingWindow: how many steps a query sees to each side, with its own; nil for all.
    func allowedPairs(
        _ given: AttentionInputs<Tensor>, _ masks: AttentionMasks, isCausal: Bool, slidingWindow: Int? = nil
    ) -> Tensor? {
        let (query, value) = (SequenceShape(given.query.shape), SequenceShape(given.value.shape))
        let (batch, t, s) = (query.batch, query.steps, value.steps)
        var allowed: Tensor?
        func allow(_ mask: Tensor, _ shape: [Int]) {
            let mask = mask.cast(to: .bool).reshaped(shape)
            allowed = allowed.map { $0 .& mask } ?? mask
        }
        if let mask = masks.query { allow(mask, [batch, 1, t, 1]) }
        for case let mask? in [masks.value, masks.key] { allow(mask, [batch, 1, 1, s]) }
        if isCausal { allow(causalMask(t, s), [1, 1, t, s]) }
        if let slidingWindow {
            let distance = abs(Tensor.range(0..<t).reshaped([t, 1]) - Tensor.range(0..<s))
            allow(distance .< slidingWindow, [1, 1, t, s])
        }
        if let mask = given.mask {
            allow(mask, mask.rank == 4 ? mask.shape : [mask.shape[0], 1] + mask.shape.dropFirst())
        }
        return allowed
    }

    /// How the scores share out among the keys that `allowed` lets count, nil: all.
    func shares(_ scores: Tensor, _ allowed: Tensor?) -> Tensor {
        guard let allowed else { return softmax(scores, axes: [-1]) }
        let shares = softmax(scores, axes: [-1], where: allowed)
        return returnsScores || dropout > 0 ? shares.masked(by: allowed) : shares
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
