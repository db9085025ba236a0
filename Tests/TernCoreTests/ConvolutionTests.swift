import TernCore
import TestSupport
import Testing

/// A convolution of images by its definition.
private func plainConvolution(
    _ x: Tensor, _ w: Tensor, strides s: [Int], margins m: [Margin], dilations d: [Int], groups: Int
) -> [Double] {
    let a = x.doubles, b = w.doubles
    let (n, h, width, c) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    let (kh, kw, depth, filters) = (w.shape[0], w.shape[1], w.shape[2], w.shape[3])
    let oh = (h + m[0].before + m[0].after - (kh - 1) * d[0] - 1) / s[0] + 1
    let ow = (width + m[1].before + m[1].after - (kw - 1) * d[1] - 1) / s[1] + 1
    var y: [Double] = []
    for i in 0..<n {
        for row in 0..<oh {
            for column in 0..<ow {
                for o in 0..<filters {
                    let first = o / (filters / groups) * depth
                    var sum = 0.0
                    for p in 0..<kh {
                        for q in 0..<kw {
                            let ih = row * s[0] + p * d[0] - m[0].before, iw = column * s[1] + q * d[1] - m[1].before
                            if ih < 0 || ih >= h || iw < 0 || iw >= width { continue }
                            for k in 0..<depth {
                                sum +=
                                    a[((i * h + ih) * width + iw) * c + first + k]
                                    * b[((p * kw + q) * depth + k) * filters + o]
                            }
                        }
                    }
                    y.append(sum)
                }
            }
        }
    }
    return y
}

@Suite struct ConvolutionTests {
    /// A large image is cut into rows where it is alone, and not where it is one of several.
    @Test(arguments: [[1, 1], [2, 1], [2, 3]], [DType.float64, .float32])
    func aLargeImageAloneHasTheBitsItHasInABatch(_ strides: [Int], _ dtype: DType) {
        let x = TestStream.tensor(1, [2, 61, 50, 16], dtype), w = TestStream.tensor(2, [3, 3, 16, 24], dtype)
        let margins = [Margin(before: 1, after: 1), Margin(before: 1, after: 1)]
        func results(_ x: Tensor) -> [Tensor] {
            var y: Tensor?
            let slope = gradient { (x: Tensor) in
                y = convolution(x, w, strides: strides, margins: margins, dilations: [1, 1])
                return square(y!).sum()
            }(x)
            return [y!, slope]
        }
        let both = results(x)
        for image in 0..<2 {
            let alone = results(x.sliced(image..<image + 1))
            #expect(alone == both.map { $0.sliced(image..<image + 1) })
        }
    }

    /// Results, and both gradients by <y(x', w), c> = <x', gradient> and the same of w.
    @Test(arguments: 0..<120, [DType.float64, .float32])
    func agreesWithItsDefinition(_ number: Int, _ dtype: DType) {
        var choice = Generator(seed: UInt64(number))
        func pick(_ range: ClosedRange<Int>) -> Int {
            choice.integers(in: range.lowerBound..<(range.upperBound + 1), count: 1)[0]
        }
        var groups = number % 4 == 0 ? pick(2...3) : 1
        let channels = (number % 7 == 1 ? pick(1...40) : pick(1...6)) * groups
        let filters =
            number % 8 == 0 ? channels : (number % 5 == 1 && groups == 1 ? pick(1...70) : pick(1...6) * groups)
        if filters == channels && number % 16 == 0 { groups = channels }
        let window = [pick(1...4), pick(1...5)], strides = [pick(1...3), pick(1...3)],
            dilations = [pick(1...2), pick(1...2)]
        let margins = [
            Margin(before: pick(0...4), after: pick(0...3)), Margin(before: pick(0...5), after: pick(0...3)),
        ]
        let grid = (0..<2).map { d in
            let reach = (window[d] - 1) * dilations[d] + 1
            return max(reach - margins[d].before - margins[d].after, 1) + pick(0...(9 + 8 * d))
        }
        let x = TestStream.tensor(1, [pick(1...10)] + grid + [channels], dtype),
            w = TestStream.tensor(2, window + [channels / groups, filters], dtype)
        func apply(_ x: Tensor, _ w: Tensor) -> Tensor {
            convolution(x, w, strides: strides, margins: margins, dilations: dilations, groups: groups)
        }
        func plain(_ x: Tensor, _ w: Tensor) -> Tensor {
            Tensor(
                plainConvolution(x, w, strides: strides, margins: margins, dilations: dilations, groups: groups),
                shape: y.shape)
        }
        let y = apply(x, w)
        let tolerance = dtype == .float64 ? 1e-11 : 1e-4
        #expect(abs(y.cast(to: .float64) - plain(x, w)).max().item < tolerance)
        let c = TestStream.tensor(3, y.shape, dtype)
        let (dx, dw) = gradient { (x: Tensor, w: Tensor) in (apply(x, w) * c).sum() }(x, w)
        let x2 = TestStream.tensor(4, x.shape, dtype), w2 = TestStream.tensor(5, w.shape, dtype)
        let size = Double(y.count).squareRoot() * 10
        #expect(abs((plain(x2, w) * c).sum().item - (x2 * dx).cast(to: .float64).sum().item) < tolerance * size)
        #expect(abs((plain(x, w2) * c).sum().item - (w2 * dw).cast(to: .float64).sum().item) < tolerance * size)
    }

    /// In a plan the places of a convolution that is averaged at once are never stored.
    @Test func theMeanOfAConvolutionIsTheSameWithoutItsPlaces() {
        let x = TestStream.tensor(1, [3, 7, 21, 3]), w = TestStream.tensor(2, [3, 2, 3, 5]),
            b = TestStream.tensor(3, [5]),
            c = TestStream.tensor(4, [3, 5])
        func mean(_ x: Tensor, _ w: Tensor, _ b: Tensor) -> Tensor {
            let margins = [Margin(before: 1, after: 1), Margin(before: 0, after: 1)]
            return relu(convolution(x, w, strides: [1, 1], margins: margins, dilations: [1, 1]) + b).mean(axes: [1, 2])
        }
        func slopes(_ t: [Tensor]) -> [Tensor] {
            gradient { (t: [Tensor]) in (mean(t[0], t[1], t[2]) * c).sum() }(t)
        }
        let inputs = [x, w, b]
        for (a, b) in zip(compile(slopes)(inputs), slopes(inputs)) { expectClose(a, b, 1e-13) }
        #expect(abs(compile { (t: [Tensor]) in mean(t[0], t[1], t[2]) }(inputs) - mean(x, w, b)).max().item < 1e-13)
    }

    @Test func manyStepsOfASeriesHaveTheGradientOfTheirSum() {
        let x = TestStream.tensor(1, [2, 6, 3])
        func f(_ x: Tensor) -> Tensor {
            (0..<6).reduce(Tensor.zeros([2, 3], dtype: .float64)) { tanh($0 + x[.all, $1] * (0.2 * Double($1 + 1))) }
                .sum()
        }
        let slopes = finiteDifferences(of: { f(Tensor($0, shape: x.shape)).item }, at: x.doubles)
        for g in [gradient(of: f)(x), compile(gradient(of: f))(x)] {
            expectClose(g.doubles, slopes, 1e-9)
        }
    }

    @Test func ofEqualsTheFirstGetsTheGradientOfAMaximum() {
        let x = Tensor.ones([1, 2, 2, 1])
        let g = gradient { (x: Tensor) in
            pooling(x, maximum: true, size: [2, 2], strides: [2, 2], margins: [.zero, .zero]).sum()
        }(x)
        #expect(g.doubles == [1, 0, 0, 0])
    }

    @Test func windowsThatCannotBeAreTold() {
        let x = Tensor.ones([1, 4, 4, 3]), margin = [Margin(before: 2, after: 0), .zero]
        func refusal(_ body: @escaping () -> Tensor) -> String { message { try catchingFailure(body) } }
        func transposed(_ kernel: Tensor) -> Tensor {
            transposedConvolution(
                x, kernel, grid: [4, 4], strides: [1, 1], margins: [.zero, .zero], dilations: [1, 1], groups: 2)
        }
        #expect(refusal { transposed(Tensor.ones([1, 1, 2, 3])) }.contains("3 filters cannot be parted into 2 groups"))
        #expect(
            refusal {
                convolution(
                    x, Tensor.ones([0, 1, 3, 2]), strides: [1, 1], margins: [.zero, .zero], dilations: [1, 1])
            }.contains("a window of [0, 1] has no cell"))
        #expect(
            refusal { pooling(x, maximum: true, size: [2, 2], strides: [2, 2], margins: margin) }.contains(
                "margins of 2 and 0, 0 and 0 do not fit a window of [2, 2]"))
    }
}
