import TernCore
import TestSupport
import Testing

/// Plans compute some patterns of operations by one kernel: values and gradients stay those of the operations at once.
@Suite struct RewritingTests {
    /// A convolution, relu, perhaps means over windows, and the mean over the grid.
    struct Head: CustomTestStringConvertible {
        var images: Int, grid: [Int], channels: Int, window: [Int], filters: Int, pooling: [[Int]] = [], padding = 0

        // The fifth is pooled by windows that do not tile its 8 x 8 places, the last has a grid that no kernel takes.
        static let all = [
            Head(images: 1, grid: [6, 8], channels: 2, window: [3, 3], filters: 4),
            Head(images: 3, grid: [7, 5], channels: 1, window: [2, 3], filters: 5, padding: 1),
            Head(images: 8, grid: [6, 8], channels: 3, window: [1, 1], filters: 20, pooling: [[2, 4]]),
            Head(images: 17, grid: [9, 9], channels: 2, window: [2, 2], filters: 3, pooling: [[2, 2], [4, 2]]),
            Head(images: 9, grid: [9, 9], channels: 2, window: [2, 2], filters: 3, pooling: [[3, 3]]),
            Head(images: 5, grid: [12], channels: 4, window: [3], filters: 6),
            Head(images: 2, grid: [4, 5, 6], channels: 2, window: [2, 2, 2], filters: 3),
        ]

        var testDescription: String { "\(images) x \(grid) x \(channels), \(window) x \(filters), \(pooling)" }

        func x(_ dtype: DType) -> Tensor { TestStream.tensor(1, [images] + grid + [channels], dtype) }
        func weights(_ dtype: DType) -> [Tensor] {
            [TestStream.tensor(2, window + [channels, filters], dtype), TestStream.tensor(3, [filters], dtype)]
        }

        func callAsFunction(_ x: Tensor, _ w: Tensor, _ b: Tensor, keeping: Bool = false) -> Tensor {
            let ones = grid.map { _ in 1 }
            var y = relu(
                convolution(
                    x, w, strides: ones, margins: grid.map { _ in Margin(before: padding, after: padding) },
                    dilations: ones) + b)
            for size in pooling {
                y = TernCore.pooling(y, maximum: false, size: size, strides: size, margins: size.map { _ in .zero })
            }
            return y.mean(axes: Array(1...grid.count), keepingDimensions: keeping)
        }
    }

    /// Sums are added up in another order.
    private func expectClose(_ a: Tensor, _ b: Tensor, _ dtype: DType) {
        #expect(a.dtype == b.dtype)
        TestSupport.expectClose(
            a, b, dtype == .float32 ? 4e-5 : 2e-13, unit: Closeness.magnitude(b.doubles, atLeast: 1e-3))
    }

    @Test(arguments: Head.all, [DType.float32, .float64])
    func meansOfConvolutionsHaveTheValuesAndGradientsOfTheOperationsAtOnce(head: Head, dtype: DType) {
        let x = head.x(dtype), parameters = head.weights(dtype)
        let share = TestStream.tensor(4, [head.images, head.filters], dtype)
        expectClose(
            compile { (p: [Tensor]) in head(x, p[0], p[1]) }(parameters), head(x, parameters[0], parameters[1]), dtype)
        // With the images' own gradient, and of a mean that is read twice.
        let f = valueAndGradient { (p: [Tensor]) in
            let mean = head(p[2], p[0], p[1])
            return (mean * share).sum() + square(mean).sum()
        }
        let only = valueAndGradient { (p: [Tensor]) in (head(x, p[0], p[1], keeping: true)).sum() }
        for (form, arguments) in [(f, parameters + [x]), (only, parameters)] {
            let planned = compile { (p: [Tensor]) -> [Tensor] in
                let (value, gradient) = form(p)
                return [value] + gradient
            }(arguments)
            let (value, gradient) = form(arguments)
            for (a, b) in zip(planned, [value] + gradient) { expectClose(a, b, dtype) }
        }
    }

    /// Batch normalisation in a prediction, with and without a bias before it, and where others read what lies between.
    @Test(arguments: [false, true], [false, true])
    func scaledConvolutionsHaveTheValuesOfTheOperationsAtOnce(_ hasBias: Bool, _ isReadTwice: Bool) {
        let dtype = DType.float64, head = Head.all[1], x = head.x(dtype),
            (w, b) = (head.weights(dtype)[0], head.weights(dtype)[1])
        let (scale, shift) = (TestStream.tensor(5, [5], dtype), TestStream.tensor(6, [5], dtype))
        func f(_ p: [Tensor]) -> [Tensor] {
            var sums = convolution(
                p[0], p[1], strides: [1, 1], margins: [.init(before: 1, after: 1), .init(before: 1, after: 1)],
                dilations: [1, 1])
            if hasBias { sums = sums + p[2] }
            let y = relu(sums * p[3] + p[4])
            return isReadTwice ? [y, sums] : [y]
        }
        let arguments = [x, w, b, scale, shift]
        for (a, b) in zip(compile(f)(arguments), f(arguments)) { expectClose(a, b, dtype) }
        func slopes(_ p: [Tensor]) -> [Tensor] { gradient { (p: [Tensor]) in square(f(p)[0]).sum() }(p) }
        for (a, b) in zip(compile(slopes)(arguments), slopes(arguments)) { expectClose(a, b, dtype) }
    }

    /// The gradient of the length of a gradient.
    @Test func meansOfConvolutionsHaveSecondDerivatives() {
        let head = Head.all[1], x = head.x(.float64), parameters = head.weights(.float64)
        let slope = gradient { (p: [Tensor]) in square(head(x, p[0], p[1])).sum() }
        let f = gradient { (p: [Tensor]) in slope(p).map { square($0).sum() }.reduce(Tensor(0.0), +) }
        for (a, b) in zip(compile(f)(parameters), f(parameters)) { expectClose(a, b, .float64) }
    }

    /// Relu sees rows of the convolution's images as images of their own: then the mean over them is not that over the grid.
    @Test func theMeanOverRowsIsNotTakenForThatOverTheGrid() {
        let head = Head.all[1], x = head.x(.float64), p = head.weights(.float64)
        func rows(_ p: [Tensor]) -> Tensor {
            let y = convolution(x, p[0], strides: [1, 1], margins: [.zero, .zero], dilations: [1, 1]) + p[1]
            return relu(y.reshaped([y.shape[0] * y.shape[1]] + y.shape.dropFirst(2))).mean(axis: 1)
        }
        expectClose(compile(rows)(p), rows(p), .float64)
    }

    @Test func theConvolutionsPlacesAreNotStored() {
        let head = Head(images: 4, grid: [40, 50], channels: 1, window: [2, 2], filters: 8, padding: 0)
        let x = head.x(.float32), parameters = head.weights(.float32)
        let places = 4 * 39 * 49 * 8 * 4
        let plan = Plan(inputs: parameters.map(\.spec)) { p in [head(x, p[0], p[1])] }
        #expect(plan.arenaByteCount < places / 10)
        let step = Plan(inputs: parameters.map(\.spec)) { p in
            gradient { (p: [Tensor]) in square(head(x, p[0], p[1])).sum() }(p)
        }
        #expect(step.arenaByteCount < places / 10)
    }

    @Test(arguments: [[6, 5], [1, 4], [2, 3, 4], [3, 1], [2, 2, 1]], [DType.float32, .float64])
    func sumsOfProductsAreThoseOfTheOperationsAtOnce(shape: [Int], dtype: DType) {
        let a = TestStream.tensor(5, shape, dtype), b = TestStream.tensor(6, shape, dtype)
        let axes = Array(0..<(shape.count - 1))
        let f = valueAndGradient { (p: [Tensor]) in square((p[0] * p[1]).sum(axes: axes)).sum() }
        let planned = compile { (p: [Tensor]) -> [Tensor] in
            let (value, gradient) = f(p)
            return [value] + gradient
        }([a, b])
        let (value, gradient) = f([a, b])
        for (a, b) in zip(planned, [value] + gradient) { expectClose(a, b, dtype) }
    }
}
