// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernCoreAutodiff = [
    Example("TernCore/Autodiff/Gradient: gradient", Gradient_gradient),
    Example("TernCore/Autodiff/TensorStructure: TensorStructure", TensorStructure_TensorStructure),
]

private func Gradient_gradient() async throws {
    let slope = gradient { (x: Tensor) in sin(x) }
    _ = slope
    check("1.0", slope(Tensor(0.0)))
    use(gradient(of: slope)(Tensor(0.0)))
}

private func TensorStructure_TensorStructure() async throws {
    let x = Tensor.random([4, 5, 5], seed: 1)
    let y = Tensor.random([4, 5, 5], seed: 2)
    struct Line: TensorStructure {
        var slope: Tensor, offset: Tensor
        mutating func visitTensors(_ visitor: inout TensorVisitor) {
            visitor.visit("slope", &slope)
            visitor.visit("offset", &offset)
        }
    }
    let error = gradient { (line: Line) in square(line.slope * x + line.offset - y).mean() }
    _ = error
    let g = error(Line(slope: Tensor(1.0), offset: Tensor(0.0)))
    _ = g
    use(g.slope)
}
