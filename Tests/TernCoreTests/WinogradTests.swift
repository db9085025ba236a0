import TernCore
import TestSupport
import Testing

/// Plans compute convolutions of many channels in Winograd's form: values and slopes stay those of the direct form.
@Suite struct WinogradTests {
    struct Case: CustomTestStringConvertible {
        var images = 2, grid = [20, 21], channels = 32, filters = 33
        var margins: [Margin] = [1, 1]
        var dtype = DType.float32

        static let all =
            [
                Case(),
                Case(images: 1, grid: [61, 40], channels: 40, filters: 64),
                Case(images: 9, grid: [15, 14], channels: 65, filters: 32),
            ] + paddings
        /// Valid, the same, and more than that; on one side or both.
        private static let paddings: [Case] = [Margin.zero, 1, 2].flatMap { rows in
            [Margin.zero, Margin(before: 0, after: 1), Margin(before: 1, after: 0), 2].map { columns in
                Case(grid: [16, 19], margins: [rows, columns])
            }
        }

        var testDescription: String {
            "\(images) x \(grid) x \(channels), \(filters), \(margins.map { [$0.before, $0.after] })"
        }

        func values(_ seed: UInt64, _ shape: [Int], _ mean: Double = 0) -> Tensor {
            TestStream.tensor(seed, shape, dtype) + mean
        }
        var x: Tensor { values(1, [images] + grid + [channels]) }
        var w: Tensor { values(2, [3, 3, channels, filters]) }
        var bias: Tensor { values(3, [filters]) }
        var places: [Int] { [images] + zip(grid, margins).map { $0 + $1.before + $1.after - 2 } + [filters] }

        func convolved(_ x: Tensor, _ w: Tensor) -> Tensor {
            convolution(x, w, strides: [1, 1], margins: margins, dilations: [1, 1])
        }

        /// relu of the places, and slopes of their weighted sum by images, kernel and bias.
        func all(_ t: [Tensor]) -> [Tensor] {
            let share = values(4, places).cast(to: t[0].dtype)
            var y: Tensor?
            let slopes = gradient { (t: [Tensor]) in
                y = convolved(t[0], t[1]) + t[2]
                return (y! * share).sum()
            }(t)
            return [relu(y!)] + slopes
        }
    }

    @Test(arguments: Case.all)
    func valuesAndSlopesAreThoseOfTheDirectForm(_ c: Case) {
        let inputs = [c.x, c.w, c.bias]
        let planned = compile(c.all)(inputs), atOnce = c.all(inputs)
        let wanted = c.all(inputs.map { $0.cast(to: .float64) })
        for (i, name) in ["places", "slope of x", "slope of w", "slope of the bias"].enumerated() {
            let unit = Closeness.magnitude(wanted[i].doubles)
            expectClose(planned[i].cast(to: .float64), wanted[i], 1e-5, unit: unit, name)
            // It is another form.
            #expect(name == "slope of the bias" || planned[i] != atOnce[i], "\(name)")
        }
    }

    @Test(arguments: Case.all)
    func theBitsAreTheSameOnAnyNumberOfThreads(_ c: Case) {
        for testing in [PlanTesting(), PlanTesting(cutsFinely: true)] {
            testing.applied {
                let plan = compile(c.all), inputs = [c.x, c.w, c.bias]
                let one = ThreadPool.withThreads(1) { plan(inputs) }
                for threads in [2, 3] { #expect(ThreadPool.withThreads(threads) { plan(inputs) } == one) }
            }
        }
    }

    @Test func anImageAloneHasTheBitsItHasInABatch() {
        let c = Case(images: 3, grid: [31, 40])
        let plan = compile { (t: [Tensor]) in c.convolved(t[0], t[1]) }
        let all = plan([c.x, c.w])
        for image in 0..<c.images {
            #expect(plan([c.x.sliced(image..<image + 1), c.w]) == all.sliced(image..<image + 1))
        }
    }

    /// Temperatures in kelvins beside each other: 1e-5 of the largest number is kept with room.
    @Test(arguments: [32, 128, 256])
    func fieldsFarFromZeroKeepTheirDigits(_ channels: Int) {
        let c = Case(images: 1, grid: [18, 20], channels: channels, filters: 32)
        let x = c.values(5, [1, 18, 20, channels], 290)
        let wanted = c.convolved(x.cast(to: .float64), c.w.cast(to: .float64))
        let found = compile { (t: [Tensor]) in c.convolved(t[0], t[1]) }([x, c.w])
        expectClose(found.cast(to: .float64), wanted, 3e-6, unit: Closeness.magnitude(wanted.doubles))
    }

    /// In the images, the kernel and the cotangent.
    @Test(arguments: [Double.nan, .infinity, -.infinity], 0..<3)
    func numbersWithoutEndStayWhereTheDirectFormHasThem(_ value: Double, _ operand: Int) {
        let c = Case()
        var inputs = [c.x, c.w, c.values(4, c.places)]
        var spoilt = inputs[operand].doubles
        spoilt[spoilt.count / 3] = value
        inputs[operand] = Tensor(spoilt, shape: inputs[operand].shape).cast(to: .float32)
        func all(_ t: [Tensor]) -> [Tensor] {
            var y: Tensor?
            let slopes = gradient { (parts: [Tensor]) in
                y = c.convolved(parts[0], parts[1])
                return (y! * t[2]).sum()
            }([t[0], t[1]])
            return [y!] + slopes
        }
        for (a, b) in zip(compile(all)(inputs), all(inputs)) {
            let finite = b.doubles.filter(\.isFinite)
            expectClose(a, b, 1e-5, unit: Closeness.magnitude(finite, atLeast: 1))
        }
    }

    /// The planner computes them directly: to the bit as at once.
    @Test(arguments: [
        Case(channels: 31), Case(filters: 31), Case(grid: [8, 21]), Case(dtype: .float64),
    ])
    func otherConvolutionsStayDirect(_ c: Case) {
        #expect(compile { (t: [Tensor]) in c.convolved(t[0], t[1]) }([c.x, c.w]) == c.convolved(c.x, c.w))
    }
}
