import TernCore

/// The dot products of two inputs along one axis of each, example by example.
///
/// ```swift
/// let y = Dot(axes: [1, 2])([Tensor.ones([2, 3, 5]), Tensor.ones([2, 10, 3])])[0]   // [2, 5, 10]
/// ```
///
/// The output has the other axes of the first input, then those of the second; of two matrices [batch, n] it is [batch,
/// 1].
public final class Dot: MergeLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// The axis of both inputs, or one of each.
    public let axes: Axes
    /// Whether vectors are first scaled to length 1, so that the products are cosines.
    public let normalizes: Bool

    /// - Parameter axes: one of both inputs, or one of each; not the batch.
    public init(axes: Axes, normalizes: Bool = false, name: String? = nil) {
        info = LayerInfo(name: name)
        self.axes = axes
        self.normalizes = normalizes
        if let wrong = complaintAboutSettings { fail("Dot: \(wrong)") }
    }

    private var complaintAboutSettings: String? {
        (1...2).contains(axes.numbers.count)
            ? nil : "axes are one number, or one for each of the two inputs, not \(axes.numbers)"
    }

    private func places(_ ranks: [Int]) -> [Int] {
        zip([axes.numbers.first!, axes.numbers.last!], ranks).map { place(of: $0, in: $1) }
    }

    /// It takes two inputs with equal batches and equal lengths along the axes.
    public func complaint(about inputShapes: [[Int]]) -> String? {
        if let wrong = complaintAboutSettings { return wrong }
        guard inputShapes.count == 2 else { return "it takes two inputs and got \(inputShapes.count)" }
        guard inputShapes.allSatisfy({ $0.count >= 2 }) else {
            return "it wants inputs [batch, ...] of at least two dimensions"
        }
        let places = places(inputShapes.map(\.count))
        for (i, (place, shape)) in zip(places, inputShapes).enumerated() where place < 1 || place >= shape.count {
            return
                "its axis \(axes.numbers[i % axes.numbers.count]) is \(place == 0 ? "the batch" : "out of range") in input \(i)"
        }
        if inputShapes[0][0] != inputShapes[1][0] { return "its inputs have different batches" }
        let lengths = zip(inputShapes, places).map { $0[$1] }
        return lengths[0] == lengths[1]
            ? nil
            : "axis \(places[0]) of the first input has the length \(lengths[0]), axis \(places[1]) of the second \(lengths[1])"
    }

    /// The products, whatever the masks.
    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] { [merge(inputs)] }

    /// The products along the axes, [batch, others of the first, others of the second].
    public func merge(_ inputs: [Tensor]) -> Tensor {
        let places = places(inputs.map(\.rank))
        let (x, y) = (unit(inputs[0], places[0]), unit(inputs[1], places[1]))
        let (rows, columns) = (others(x, places[0]), others(y, places[1])),
            (batch, n) = (x.shape[0], x.shape[places[0]])
        func size(_ axes: [Int], _ tensor: Tensor) -> Int { axes.reduce(1) { $0 * tensor.shape[$1] } }
        let left = x.transposed([0] + rows + [places[0]]).reshaped([batch, size(rows, x), n])
        let right = y.transposed([0, places[1]] + columns).reshaped([batch, n, size(columns, y)])
        let lengths = rows.map { x.shape[$0] } + columns.map { y.shape[$0] }
        return matmul(left, right).reshaped([batch] + (lengths.isEmpty ? [1] : lengths))
    }

    private func others(_ x: Tensor, _ place: Int) -> [Int] { (1..<x.rank).filter { $0 != place } }

    private func unit(_ x: Tensor, _ place: Int) -> Tensor { normalizes ? normalized(x, axis: place) : x }

    /// None: no step of the output comes of one step.
    public func masks(of outputs: [Tensor], from inputs: [Tensor], _ masks: [Tensor?]) -> [Tensor?] { [nil] }
}
