import TestSupport
import Testing

import TernCore

/// A function of tensors with the shapes and the range of values to try it on.
struct GradientCase: CustomTestStringConvertible, Sendable {
    var name: String
    var shapes: [[Int]]
    var range: ClosedRange<Double> = -1...1
    var function: @Sendable ([Tensor]) -> Tensor
    var testDescription: String { "\(name) on \(shapes)" }
}

private func unary(
    _ name: String, _ range: ClosedRange<Double> = -1...1, _ f: @escaping @Sendable (Tensor) -> Tensor
) -> [GradientCase] {
    [[], [5], [2, 3], [1], [0], [0, 3]].map { shape in
        GradientCase(name: name, shapes: [shape], range: range) { f($0[0]) }
    }
}

private let pairs: [[[Int]]] = [
    [[3], [3]], [[2, 3], [3]], [[2, 3], [2, 1]], [[2, 1], [1, 3]], [[2, 3], []], [[], [2, 3]], [[1], [4, 1, 2]],
    [[0, 3], [3]], [[2, 2, 3], [2, 3]], [[2, 2, 3], [2, 1, 1]], [[2, 2, 3], [1, 2, 1]], [[0], [1]],
]

private func binary(
    _ name: String, _ range: ClosedRange<Double> = -1...1, _ f: @escaping @Sendable (Tensor, Tensor) -> Tensor
) -> [GradientCase] {
    pairs.map { shapes in GradientCase(name: name, shapes: shapes, range: range) { f($0[0], $0[1]) } }
}

private let elementwise: [GradientCase] = [
    unary("negate") { -$0 }, unary("absolute", 0.1...1) { abs($0) }, unary("square") { square($0) },
    unary("reciprocal", 0.5...2) { reciprocal($0) }, unary("sqrt", 0.5...2) { sqrt($0) }, unary("exp") { exp($0) },
    unary("expm1") { expm1($0) }, unary("log", 0.5...2) { log($0) }, unary("log1p", -0.5...2) { log1p($0) },
    unary("sin") { sin($0) }, unary("cos") { cos($0) }, unary("tan") { tan($0) }, unary("sinh") { sinh($0) },
    unary("cosh") { cosh($0) }, unary("tanh") { tanh($0) }, unary("asin", -0.8...0.8) { asin($0) },
    unary("acos", -0.8...0.8) { acos($0) }, unary("atan") { atan($0) }, unary("erf") { erf($0) },
    unary("sigmoid") { sigmoid($0) }, unary("relu, positive", 0.1...1) { relu($0) },
    unary("relu, negative", -1 ... -0.1) { relu($0) }, unary("sign", 0.1...1) { sign($0) * $0 },
    unary("floor", 0.1...0.9) { floor($0) + $0 }, unary("clipped", 0.1...0.9) { $0.clipped(to: 0...1) },
    unary("cast there and back") { $0.cast(to: .float64) * 2 },
    binary("add") { $0 + $1 }, binary("subtract") { $0 - $1 }, binary("multiply") { $0 * $1 },
    binary("divide", 0.5...2) { $0 / $1 }, binary("power", 0.5...2) { power($0, $1) },
    binary("maximum") { maximum($0, $1) }, binary("minimum") { minimum($0, $1) },
    binary("remainder", 0.75...0.9) { ($0 + 0.5) % $1 }, binary("atan2", 0.5...1) { atan2($0, $1) },
    binary("select") { select($0 .> $1, $0 * 2, $1 * 3) },
].flatMap { $0 }

private let structural: [GradientCase] = [
    GradientCase(name: "sum", shapes: [[2, 3]]) { square($0[0].sum(axis: 0)) },
    GradientCase(name: "sum of the last", shapes: [[2, 3]]) { square($0[0].sum(axis: 1)) },
    GradientCase(name: "sum of the middle", shapes: [[2, 3, 2]]) { square($0[0].sum(axis: 1)) },
    GradientCase(name: "sum of outer axes", shapes: [[2, 3, 2]]) { square($0[0].sum(axes: [0, 2])) },
    GradientCase(name: "sum of nothing", shapes: [[0, 3]]) { square($0[0].sum(axis: 0) + 1) },
    GradientCase(name: "mean", shapes: [[2, 3]]) { square($0[0].mean(axis: -1, keepingDimensions: true)) },
    GradientCase(name: "variance", shapes: [[4, 3]]) { $0[0].variance(axes: [0]) },
    GradientCase(name: "product", shapes: [[2, 3]]) { $0[0].product(axes: [1]) },
    GradientCase(name: "max", shapes: [[2, 5]]) { $0[0].max(axis: 1) },
    GradientCase(name: "min", shapes: [[5, 2]]) { $0[0].min(axis: 0) },
    GradientCase(name: "reshaped", shapes: [[2, 3]]) { square($0[0].reshaped([3, 2])) },
    GradientCase(name: "transposed", shapes: [[2, 3, 4]]) { square($0[0].transposed([2, 0, 1])) },
    GradientCase(name: "broadcast", shapes: [[3, 1]]) { square($0[0].broadcast(to: [2, 3, 2])) },
    GradientCase(name: "slice", shapes: [[4, 5]]) { square($0[0][1..<3, .every(-2)]) },
    GradientCase(name: "slice of rows", shapes: [[4, 5]]) { square($0[0][1..<3]) },
    GradientCase(name: "empty slice", shapes: [[4, 5]]) { $0[0][2..<2] },
    GradientCase(name: "slice assignment", shapes: [[4, 5], [2, 5]]) {
        var x = square($0[0])
        x[.every(2)] = $0[1] * 3
        return x
    },
    GradientCase(name: "concatenated", shapes: [[2, 3], [1, 3]]) { square(Tensor.concatenated($0)) },
    GradientCase(name: "concatenated columns", shapes: [[2, 3], [2, 2]]) { square(Tensor.concatenated($0, axis: 1)) },
    GradientCase(name: "stacked", shapes: [[3], [3]]) { square(Tensor.stacked($0, axis: 1)) },
    GradientCase(name: "taking", shapes: [[4, 3]]) { square($0[0].taking(Tensor([3, 0, 3, -1]))) },
    GradientCase(name: "taking columns", shapes: [[2, 3, 2]]) {
        square($0[0].taking(Tensor([[2, 0], [2, 1]]), axis: 1))
    },
    GradientCase(name: "takingAlong", shapes: [[2, 3]]) {
        square($0[0].takingAlong(Tensor([[2, 2], [0, 1]]), axis: 1))
    },
    GradientCase(name: "sorted", shapes: [[3, 4]]) { $0[0].sorted(axis: 1) * Tensor([1.0, 2, 3, 4]) },
    GradientCase(name: "cumulativeSum", shapes: [[2, 4, 2]]) { square($0[0].cumulativeSum(axis: 1)) },
    GradientCase(name: "matmul", shapes: [[2, 3], [3, 4]]) { matmul($0[0], $0[1]) },
    GradientCase(name: "matmul, one column", shapes: [[4, 3], [3, 1]]) { matmul($0[0], $0[1]) },
    GradientCase(name: "matmul, inner length 1", shapes: [[4, 1], [1, 5]]) { square(matmul($0[0], $0[1])) },
    GradientCase(name: "matmul of vectors", shapes: [[3], [3]]) { matmul($0[0], $0[1]) },
    GradientCase(name: "matmul, vector on the left", shapes: [[3], [3, 2]]) { matmul($0[0], $0[1]) },
    GradientCase(name: "matmul, batches", shapes: [[2, 3, 4], [2, 4, 2]]) { square(matmul($0[0], $0[1])) },
    GradientCase(name: "matmul, one operand for all", shapes: [[2, 3, 4], [4, 2]]) { square(matmul($0[0], $0[1])) },
    GradientCase(name: "matmul, broadcast batch", shapes: [[3, 4], [2, 4, 2]]) { square(matmul($0[0], $0[1])) },
    GradientCase(name: "matmul of nothing", shapes: [[0, 3], [3, 2]]) { matmul($0[0], $0[1]) },
    GradientCase(name: "matmul, no inner length", shapes: [[2, 0], [0, 2]]) { matmul($0[0], $0[1]) + 1 },
    GradientCase(name: "matmul by BLAS", shapes: [[64, 768], [768, 768]]) { matmul($0[0], $0[1])[0, ..<3] },
    GradientCase(name: "dense layer", shapes: [[5, 3], [3, 4], [4], [4, 2], [2]], range: 0.1...1) {
        tanh(matmul(relu(matmul($0[0], $0[1]) + $0[2]), $0[3]) + $0[4])
    },
]

@Suite struct GradientTests {
    /// The weighted sum of a function's values: a number that depends on all of them.
    static func scalar(_ test: GradientCase, _ tensors: [Tensor]) -> Tensor {
        let out = test.function(tensors)
        var stream = TestStream(99)
        return (out * stream.tensor(out.shape, 0.5, 1.5)).sum()
    }

    static func inputs(_ test: GradientCase) -> [Tensor] {
        var stream = TestStream(7)
        return test.shapes.map {
            stream.tensor($0, test.range.lowerBound, test.range.upperBound)
        }
    }

    static func check(_ gradients: [Tensor], _ test: GradientCase, _ x: [Tensor]) {
        for (i, gradient) in gradients.enumerated() {
            #expect(gradient.shape == x[i].shape)
            // Large inputs are probed at their first elements.
            let probed = min(x[i].count, 8)
            let expected = finiteDifferences(
                of: { part in
                    var moved = x
                    moved[i] = Tensor(part + x[i].doubles.dropFirst(probed), shape: x[i].shape)
                    return scalar(test, moved).item
                }, at: Array(x[i].doubles.prefix(probed)))
            expectClose(Array(gradient.doubles.prefix(probed)), expected, 1e-7, "gradient of input \(i)")
        }
    }

    @Test(arguments: elementwise + structural)
    func gradientEqualsFiniteDifferences(_ test: GradientCase) {
        let x = Self.inputs(test)
        Self.check(gradient { (t: [Tensor]) in Self.scalar(test, t) }(x), test, x)
    }

    @Test(arguments: elementwise + structural)
    func compiledGradientEqualsFiniteDifferences(_ test: GradientCase) {
        let x = Self.inputs(test)
        Self.check(compile(gradient { (t: [Tensor]) in Self.scalar(test, t) })(x), test, x)
    }

    @Test(arguments: elementwise)
    func secondDerivativeEqualsDifferencesOfTheFirst(_ test: GradientCase) {
        let x = Self.inputs(test)
        let first = gradient { (t: [Tensor]) in Self.scalar(test, t) }
        let total = { (t: [Tensor]) in first(t).reduce(Tensor(0.0)) { $0 + square($1).sum() } }
        let second = gradient(of: total)(x)
        for i in x.indices {
            let expected = finiteDifferences(
                of: { part in
                    var moved = x
                    moved[i] = Tensor(part, shape: x[i].shape)
                    return total(moved).item
                }, at: x[i].doubles)
            expectClose(second[i].doubles, expected, 1e-6, "second derivative by input \(i)")
        }
    }

    @Test func aGradientSeesOnlyItsOwnVariable() {
        // d/dx (x d/dy (x y)) at y = x: the inner derivative is x, the outer 2x.
        let f = gradient { (x: Tensor) in x * gradient { (y: Tensor) in x * y }(x) }
        #expect(f(Tensor(3.0)).item == 6)
    }

    @Test func aThirdDerivativeIsRight() {
        let third = gradient(of: gradient(of: gradient { (x: Tensor) in sin(x) }))
        #expect(abs(third(Tensor(0.4)).item + 0.9210609940028851) < 1e-14)
    }

    @Test func aModelsGradientIsAModel() {
        struct Line: TensorStructure {
            var slope: Tensor, offset: Tensor
            mutating func visitTensors(_ visitor: inout TensorVisitor) {
                visitor.visit("slope", &slope)
                visitor.visit("offset", &offset)
            }
        }
        let x = Tensor([1.0, 2, 3])
        let line = Line(slope: Tensor(2.0), offset: Tensor(1.0))
        let (value, slope) = valueAndGradient { (l: Line) in (l.slope * x + l.offset).sum() }(line)
        #expect(value.item == 15)
        #expect(slope.slope.item == 6)
        #expect(slope.offset.item == 3)
        #expect(line.namedTensors.map(\.name) == ["slope", "offset"])
    }

    @Test func gradientsKeepNoHistory() {
        var x = Tensor([1.0, 2])
        let f = gradient { (x: Tensor) in square(x).sum() }
        for _ in 0..<3 { x = x - 0.1 * f(x) }
        #expect(x.node == nil)
    }
}
