import Foundation
import Tern

/// A network's weights as the page shows them: what it makes of each place, and what each hidden unit has in it.
package struct NetworkPicture: Encodable {
    /// The places along each axis.
    package var x: NumberArray, y: NumberArray
    /// Of a curve the function; of classes the probability of each, row by row of y.
    package var values: [NumberArray]
    /// The classes in that order; of a curve none.
    package var classes: [Int]
    /// By hidden layer and unit. Of a single output, those of the last layer are the unit's part in it: with the
    /// output's bias they add up to the function, or to what the logistic function is taken of. All else is what the
    /// unit itself gives.
    package var units: [[NumberArray]]
    /// The places of the units' fields, which are coarser; of a curve those of the function.
    package var unitX: NumberArray, unitY: NumberArray
    /// Of each layer the weights, input by input, and the biases.
    package var weights: [NumberArray], biases: [NumberArray], sizes: [Int]

    /// How many units of a layer are drawn.
    static let mostUnits = 24

    /// The places along an axis at which curves are drawn.
    package static func places(_ ends: [Double], _ count: Int = 241) -> [Double] {
        Tensor.linearSpace(from: ends[0], to: ends[1], count: count).doubles
    }

    package init(_ settings: NetworkSettings, coefs: [Tensor], intercepts: [Tensor]) {
        let isCurve = settings.task == .curve, view = settings.view
        func grid(_ count: Int) -> (x: [Double], y: [Double], points: Tensor) {
            guard !isCurve else {
                let x = Self.places(view[0])
                return (x, [], Tensor(x, shape: [x.count, 1]))
            }
            let x = Self.places(view[0], count), y = Self.places(view[1], count)
            return (x, y, Tensor(y.flatMap { y in x.flatMap { [$0, y] } }, shape: [count * count, 2]))
        }
        let fine = grid(61)
        classes = isCurve ? [] : Set(settings.y).sorted().map { Int($0) }
        (x, y) = (NumberArray(fine.x), NumberArray(fine.y))
        let hidden = Self.hidden(settings.activations, coefs, intercepts, fine.points)
        let z = matmul(hidden.last ?? fine.points, coefs.last!) + intercepts.last!
        let outputs = z.shape[1]
        if isCurve {
            values = [NumberArray(z.flattened().doubles)]
        } else if outputs == 1 {
            let p = sigmoid(z).flattened().doubles
            values = [NumberArray(p.map { 1 - $0 }, isSingle: true), NumberArray(p, isSingle: true)]
        } else {
            let p = Activation.softmax()(z).doubles
            values = (0..<outputs).map { k in
                NumberArray(stride(from: k, to: p.count, by: outputs).map { p[$0] }, isSingle: true)
            }
        }
        let coarse = isCurve ? fine : grid(25)
        let drawn = isCurve ? hidden : Self.hidden(settings.activations, coefs, intercepts, coarse.points)
        (unitX, unitY) = (NumberArray(coarse.x), NumberArray(coarse.y))
        units = drawn.enumerated().map { layer, h in
            let isPart = layer + 1 == drawn.count && outputs == 1
            let numbers = (isPart ? h * coefs.last!.flattened() : h).doubles, count = h.shape[1]
            return (0..<min(count, Self.mostUnits)).map { k in
                NumberArray(stride(from: k, to: numbers.count, by: count).map { numbers[$0] }, isSingle: true)
            }
        }
        weights = coefs.map { NumberArray($0.doubles) }
        biases = intercepts.map { NumberArray($0.doubles) }
        sizes = [coefs[0].shape[0]] + coefs.map { $0.shape[1] }
    }

    /// What the units of each hidden layer give.
    private static func hidden(
        _ activations: [MLPRegressor.Activation], _ coefs: [Tensor], _ intercepts: [Tensor], _ points: Tensor
    ) -> [Tensor] {
        var h = points, all: [Tensor] = []
        for (layer, activation) in activations.enumerated() {
            let z = matmul(h, coefs[layer]) + intercepts[layer]
            h =
                switch activation {
                case .identity: z
                case .logistic: sigmoid(z)
                case .tanh: tanh(z)
                case .relu: relu(z)
                }
            all.append(h)
        }
        return all
    }
}
