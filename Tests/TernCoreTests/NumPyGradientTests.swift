import TernCore
import TestSupport
import Testing

private let smooth: [GradientCase] = [[], [5], [2, 3], [0]].flatMap { shape in
    [
        GradientCase(name: "log2", shapes: [shape], range: 0.5...2) { log2($0[0]) },
        GradientCase(name: "log10", shapes: [shape], range: 0.5...2) { log10($0[0]) },
        GradientCase(name: "exp2", shapes: [shape]) { exp2($0[0]) },
    ]
}

private let accumulated: [GradientCase] = [
    GradientCase(name: "cumulativeSum of all", shapes: [[2, 3]]) { square($0[0].cumulativeSum()) },
    GradientCase(name: "cumulativeProduct", shapes: [[2, 4, 2]]) { $0[0].cumulativeProduct(axis: 1) },
    GradientCase(name: "cumulativeProduct with a zero", shapes: [[5]]) {
        ($0[0] * Tensor([1.0, 1, 0, 1, 1])).cumulativeProduct()
    },
    GradientCase(name: "difference", shapes: [[3, 5]]) { square($0[0].difference(order: 2)) },
    GradientCase(name: "difference with ends", shapes: [[3, 2], [1, 2], []]) {
        square($0[0].difference(axis: 0, prepending: $0[1], appending: $0[2]))
    },
    GradientCase(name: "rolled", shapes: [[2, 5]]) { square($0[0].rolled(by: [1, -2], axes: [0, 1])) * $0[0] },
    GradientCase(name: "rolled, all", shapes: [[2, 5]]) { square($0[0].rolled(by: 3)) * $0[0] },
    GradientCase(name: "max with one axis of length 1", shapes: [[2, 1]]) { $0[0].max(axis: 1) },
]

private let ordered: [GradientCase] = [[5], [2, 4], [3, 3, 2]].flatMap { shape -> [GradientCase] in
    [
        GradientCase(name: "median", shapes: [shape]) { $0[0].median() },
        GradientCase(name: "median over the first axis", shapes: [shape]) { square($0[0].median(axis: 0)) },
    ]
        + QuantileMethod.allCases.map { method in
            GradientCase(name: "quantile \(method)", shapes: [shape]) {
                $0[0].quantile([0.0, 0.3, 0.7], axes: [-1], method: method)
            }
        }
        + QuantileMethod.allCases.map { method in
            GradientCase(name: "quantile \(method), skipping NaN", shapes: [shape]) {
                $0[0].withHoles.quantile(0.4, axes: [-1], method: method, skippingNaN: true)
            }
        }
}

private let skipping: [GradientCase] = [
    GradientCase(name: "sum", shapes: [[3, 4]]) { square($0[0].withHoles.sum(axis: 0, skippingNaN: true)) },
    GradientCase(name: "product", shapes: [[3, 4]]) { $0[0].withHoles.product(axes: [1], skippingNaN: true) },
    GradientCase(name: "mean", shapes: [[3, 4]]) { square($0[0].withHoles.mean(axis: 1, skippingNaN: true)) },
    GradientCase(name: "max", shapes: [[3, 4]]) { $0[0].withHoles.max(axis: 1, skippingNaN: true) },
    GradientCase(name: "min", shapes: [[3, 4]]) { $0[0].withHoles.min(axis: 0, skippingNaN: true) },
    GradientCase(name: "variance", shapes: [[3, 4]]) {
        $0[0].withHoles.variance(axes: [1], degreesOfFreedom: 1, skippingNaN: true)
    },
    GradientCase(name: "standardDeviation", shapes: [[3, 4]]) {
        $0[0].withHoles.standardDeviation(axes: [0], skippingNaN: true)
    },
    GradientCase(name: "median", shapes: [[3, 4]]) { square($0[0].withHoles.median(axis: 1, skippingNaN: true)) },
]

private let modes: [PaddingMode] = [
    .constant(2), .edge, .linearRamp(to: 1), .maximum(of: [2]), .mean(), .mean(of: [2]), .median(), .minimum(),
    .reflect(),
    .reflect(odd: true), .symmetric(), .symmetric(odd: true), .wrap,
]
private let paddings: [GradientCase] = modes.flatMap { mode in
    [1, 4].map { width in
        GradientCase(name: "padded \(mode) by \(width)", shapes: [[3, 2]]) {
            square($0[0].padded([Margin(before: width, after: 1), Margin(before: 0, after: width)], mode: mode))
        }
    }
}

private let joined: [GradientCase] = [
    GradientCase(name: "interpolate", shapes: [[2, 3], [5], [5]]) {
        // Points near 0, 1, 2, 3, 4 and places between them, before and after.
        let points = Tensor([0.0, 1, 2, 3, 4]) + $0[1] * 0.2,
            places = Tensor([[0.5, 1.5, 2.5], [3.5, -1, 6]]) + $0[0] * 0.2
        return interpolate(at: places, points: points, values: $0[2])
    },
    GradientCase(name: "interpolate with a period", shapes: [[3], [4], [4]]) {
        let points = Tensor([0.5, 1.5, 2.5, 3.5]) + $0[1] * 0.2, places = Tensor([0.0, 1, 9]) + $0[0] * 0.2
        return interpolate(at: places, points: points, values: $0[2], period: 4)
    },
    GradientCase(name: "interpolate with ends", shapes: [[3], [2]]) {
        interpolate(
            at: $0[0] * 0.3 + Tensor([-1.0, 0.5, 2]), points: Tensor([0.0, 1]), values: $0[1], left: 3, right: 4)
    },
    GradientCase(name: "histogram's weights", shapes: [[6]]) {
        let x = Tensor([1.0, 2, 2.5, 3, 4, 9])
        return square(x.histogram(bins: 3, weights: $0[0]).counts)
    },
    GradientCase(name: "histogram's density", shapes: [[6]], range: 0.5...1) {
        Tensor([1.0, 2, 2.5, 3, 4, 9]).histogram(edges: Tensor([0, 2, 5]), weights: $0[0], density: true).counts
    },
]

extension Tensor {
    /// NaN in place of every third element.
    fileprivate var withHoles: Tensor {
        let isHole = (Tensor.range(0..<count) % 3 .== 1).reshaped(shape)
        return select(isHole, Tensor(Double.nan), self)
    }
}

@Suite struct NumPyGradientTests {
    @Test(arguments: [smooth, accumulated, ordered, skipping, paddings, joined].flatMap { $0 })
    func gradientEqualsFiniteDifferences(_ test: GradientCase) {
        let x = GradientTests.inputs(test)
        let gradients = gradient { (t: [Tensor]) in GradientTests.scalar(test, t) }
        GradientTests.check(gradients(x), test, x)
        GradientTests.check(compile(gradients)(x), test, x)
    }
}
