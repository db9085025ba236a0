// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernCoreAutodiff = [
    Example("TernCore/Autodiff/Gradient: gradient", Gradient_gradient),
    Example("TernCore/Autodiff/Gradient: valueAndGradient", Gradient_valueAndGradient),
    Example("TernCore/Autodiff/Gradient: gradient", Gradient_gradient_2),
    Example("TernCore/Autodiff/TensorStructure: TensorStructure", TensorStructure_TensorStructure),
    Example("TernCore/Autodiff/TensorStructure: TensorVisitor", TensorStructure_TensorVisitor),
]

private func Gradient_gradient() async throws {
    let slope = gradient { (x: Tensor) in sin(x) }
    _ = slope
    check("1", slope(Tensor(0.0)))
    check("-0, the second derivative: −sin x", gradient(of: slope)(Tensor(0.0)))
}

private func Gradient_valueAndGradient() async throws {
    let f = valueAndGradient { (x: Tensor) in square(x).sum() }
    _ = f
    let (value, slopes) = f(Tensor([1.0, 3]))       // 10 and [2, 6]
    check("10 and [2, 6]", each: [value as Any, slopes as Any])
    _ = value
    _ = slopes
}

private func Gradient_gradient_2() async throws {
    let slopes = gradient { (a: Tensor, b: Tensor) in (a * b).sum() }
    _ = slopes
    let (da, db) = slopes(Tensor([1.0, 2]), Tensor([3.0, 4]))       // [3, 4] and [1, 2]
    check("[3, 4] and [1, 2]", each: [da as Any, db as Any])
    _ = da
    _ = db
}

private func TensorStructure_TensorStructure() async throws {
    struct Line: TensorStructure {
        var slope: Tensor, offset: Tensor
        mutating func visitTensors(_ visitor: inout TensorVisitor) {
            visitor.visit("slope", &slope)
            visitor.visit("offset", &offset)
        }
    }
    let x = Tensor([0.0, 1]), y = Tensor([1.0, 3])
    _ = x
    _ = y
    let line = Line(slope: Tensor(0.0), offset: Tensor(0.0))
    _ = line
    let error = gradient { (line: Line) in square(line.slope * x + line.offset - y).mean() }
    _ = error
    let g = error(line)
    _ = g
    check("-3", g.slope)
    check("-4", g.offset)
}

private func TensorStructure_TensorVisitor() async throws {
    let a = Tensor.random([2, 3], seed: 1)
    _ = a
    let b = Tensor.random([3, 4], seed: 2)
    _ = b
    struct Pair: TensorStructure {
        var a: Tensor, b: [Tensor]
        mutating func visitTensors(_ visitor: inout TensorVisitor) {
            visitor.visit("a", &a)
            visitor.visit("b", &b)
        }
    }
    check("[\"a\", \"b.0\", \"b.1\"]", Pair(a: Tensor(1.0), b: [Tensor(2.0), Tensor(3.0)]).namedTensors.map(\.name))
}
