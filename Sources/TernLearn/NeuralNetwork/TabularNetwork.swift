import TernCore

/// Several networks of one form side by side, each with weights of its own: their products are computed at once.
///
/// A member sees the features themselves and cosines of them, cos(2π w x + b) with learned w and b, so that it can bend
/// quickly along one feature; then hidden layers; its output begins at 0.
///
/// Source: Gorishniy et al., "On embeddings for numerical features in tabular deep learning", NeurIPS 2022,
/// arXiv:2203.05556 (periodic embeddings); Gorishniy, Kotelnikov and Babenko, "TabM: Advancing tabular deep learning
/// with parameter-efficient ensembling", ICLR 2025, arXiv:2410.24210 (members trained together).
struct TabularNetwork: TensorStructure, Codable, Sendable {
    /// w and b of the cosines, [members, 1, features, frequencies]; empty without them.
    var cosines: [Tensor]
    /// The weights of the first layer for the cosines, [members, features · frequencies, units]; empty without them.
    var cosineWeights: [Tensor]
    /// [members, inputs, outputs] and [members, 1, outputs] of each layer.
    var weights: [Tensor], biases: [Tensor]
    /// The least and the largest values that each member has learned from, [members, 1, features]: it takes values
    /// beyond them for these, since networks know nothing of what lies outside.
    private let lowest: Tensor, highest: Tensor
    let activation: TabularActivation

    /// A network whose weights are drawn.
    ///
    /// - Parameters:
    ///   - x: [rows, features], `float32`.
    ///   - training: the rows that each member learns from.
    init(_ settings: TabularSettings, _ x: Tensor, training: [[Int]], outputs: Int, _ random: inout RandomState) {
        let members = training.count, features = x.shape[1]
        let seen = training.map { x.taking(Tensor($0)) }
        lowest = Tensor.stacked(seen.map { $0.min(axis: 0, keepingDimensions: true) })
        highest = Tensor.stacked(seen.map { $0.max(axis: 0, keepingDimensions: true) })
        func normal(_ shape: [Int], _ deviation: Double) -> Tensor {
            let count = shape.reduce(1, *)
            let numbers = random.standardNormal(count: count).map { Float($0 * deviation) }
            return Tensor(numbers, shape: shape)
        }
        activation = settings.activation
        (cosines, cosineWeights, weights, biases) = ([], [], [], [])
        let units = settings.hiddenLayerSizes, k = settings.frequencies
        let inputs = Double(features * (1 + k))
        if k > 0 {
            cosines.append(normal([members, 1, features, k], 2 * .pi * settings.frequencyScale))
            let turns = random.uniform(low: -.pi, high: .pi, count: members * features * k)
            cosines.append(Tensor(turns, shape: [members, 1, features, k]).cast(to: .float32))
            cosineWeights.append(normal([members, features * k, units[0]], (2 / inputs).squareRoot()))
        }
        for (layer, (from, to)) in zip([features] + units, units).enumerated() {
            weights.append(normal([members, from, to], (2 / (layer == 0 ? inputs : Double(from))).squareRoot()))
            biases.append(normal([members, 1, to], 0.5))
        }
        weights.append(.zeros([members, units.last!, outputs]))
        biases.append(.zeros([members, 1, outputs]))
    }

    mutating func visitTensors(_ visitor: inout TensorVisitor) {
        visitor.visit("cosines", &cosines)
        visitor.visit("cosineWeights", &cosineWeights)
        visitor.visit("weights", &weights)
        visitor.visit("biases", &biases)
    }

    var members: Int { weights[0].shape[0] }

    /// Whether all arrays are of the same shapes, and the function is the same.
    func isLike(_ other: TabularNetwork) -> Bool {
        arrays.map { $0.map(\.spec) } == other.arrays.map { $0.map(\.spec) } && activation == other.activation
    }

    private var arrays: [[Tensor]] { [cosines, cosineWeights, weights, biases, [lowest, highest]] }

    /// Whether arrays that a file holds are those of a network of so many features and outputs.
    func fits(features: Int, outputs: Int) -> Bool {
        guard let first = weights.first, first.rank == 3, biases.count == weights.count else { return false }
        let m = first.shape[0], widths = [features] + weights.map { $0.shape.last ?? 0 }
        let turns = cosines.first?.shape.last ?? 0
        let layers = weights.indices.flatMap { [[m, widths[$0], widths[$0 + 1]], [m, 1, widths[$0 + 1]]] }
        return zip(weights, biases).flatMap { [$0.shape, $1.shape] } == layers && widths.last == outputs
            && [0, 2].contains(cosines.count) && cosines.allSatisfy { $0.shape == [m, 1, features, turns] }
            && cosineWeights.map(\.shape) == (cosines.isEmpty ? [] : [[m, features * turns, widths[1]]])
            && [lowest, highest].allSatisfy { $0.shape == [m, 1, features] }
            && arrays.joined().allSatisfy { $0.dtype == .float32 && $0.count > 0 }
    }

    /// The outputs, [members, rows, outputs].
    ///
    /// - Parameter x: [members, rows, features], `float32`.
    func callAsFunction(_ x: Tensor, dropout: MLPDropout? = nil) -> Tensor {
        let x = minimum(maximum(x, lowest), highest)
        var h = matmul(x, weights[0])
        if !cosines.isEmpty {
            let turns = x.reshaped(x.shape + [1]) * cosines[0] + cosines[1]
            h = h + matmul(cos(turns).reshaped(x.shape.dropLast() + [cosineWeights[0].shape[1]]), cosineWeights[0])
        }
        h = h + biases[0]
        for layer in 1..<weights.count {
            switch activation {
            case .relu: h = relu(h)
            case .silu: h = h * sigmoid(h)
            case .tanh: h = tanh(h)
            }
            if let dropout { h = dropout(h, layer: layer) }
            h = matmul(h, weights[layer]) + biases[layer]
        }
        return h
    }

    /// The mean of the members' outputs for the same rows, [rows, outputs].
    ///
    /// - Parameter x: [rows, features], `float32`.
    func mean(_ x: Tensor) -> Tensor {
        let size = 1024
        let parts = stride(from: 0, to: x.shape[0], by: size).map { start in
            let part = x.sliced(start..<min(start + size, x.shape[0]))
            let outputs = self(part.expandingDimension(at: 0).broadcast(to: [members] + part.shape))
            // One after the other: the order of a sum along an axis depends on how many rows there are beside.
            return (1..<members).reduce(outputs[0]) { $0 + outputs[$1] } / Double(members)
        }
        return .concatenated(parts)
    }
}
