import CTernKernels
import TernCore
import TestSupport
import Testing

/// The kernels of Winograd's form, on each instruction set that the processor has, beside a convolution in float64.
@Suite struct WinogradKernelTests {
    /// Images, a kernel and a cotangent of the places, of any channels, margins and sizes.
    struct Case {
        let window: tern_window
        let margins: [Margin]
        let x: Tensor, w: Tensor, bias: Tensor, gate: Tensor
        let hasBias: Bool, hasRelu: Bool, hasGate: Bool
        var images: Int { x.shape[0] }
        /// Rows of tiles.
        var rows: Int { (gate.shape[1] + 1) / 2 }

        init(_ seed: Int) {
            var choice = Generator(seed: UInt64(seed)), stream = TestStream(UInt64(seed))
            func pick(_ range: ClosedRange<Int>) -> Int {
                choice.integers(in: range.lowerBound..<(range.upperBound + 1), count: 1)[0]
            }
            let margins = (0..<2).map { _ in Margin(before: pick(0...3), after: pick(0...3)) }
            let grid = margins.map { max(1, 3 - $0.before - $0.after) + pick(0...10) }
            // Some are so deep that products go in several runs.
            let channels = seed % 8 == 0 ? pick(250...530) : pick(1...40), filters = pick(1...60), images = pick(1...4)
            // Some are temperatures in kelvins.
            let (mean, spread) = seed % 3 == 0 ? (290.0, 10.0) : (0, 1)
            self.init(
                margins, [images] + grid + [channels], filters: filters, mean, spread, &stream,
                (pick(0...1) == 1, pick(0...1) == 1, pick(0...1) == 1))
        }

        init(
            _ margins: [Margin], _ shape: [Int], filters: Int, _ mean: Double, _ spread: Double,
            _ stream: inout TestStream, _ has: (bias: Bool, relu: Bool, gate: Bool) = (false, false, false)
        ) {
            let grid = Array(shape[1...2]), channels = shape[3], images = shape[0]
            let places = zip(grid, margins).map { $0 + $1.before + $1.after - 2 }
            func values(_ shape: [Int], _ mean: Double = 0, _ spread: Double = 1) -> Tensor {
                Tensor(stream.values(shape.reduce(1, *), mean - spread, mean + spread), shape: shape).cast(to: .float32)
            }
            self.margins = margins
            x = values(shape, mean, spread)
            w = values([3, 3, channels, filters])
            bias = values([filters])
            gate = values([images] + places + [filters])
            (hasBias, hasRelu, hasGate) = has
            func three(_ n: [Int], _ first: Int = 1) -> (Int64, Int64, Int64) {
                (Int64(first), Int64(n[0]), Int64(n[1]))
            }
            window = tern_window(
                images: Int64(images), in: three(grid), out: three(places), kernel: three([3, 3]), stride: (1, 1, 1),
                dilation: (1, 1, 1), before: three(margins.map(\.before), 0), c_in: Int64(channels),
                c_out: Int64(filters), groups: 1)
        }

        /// The same by the direct form.
        func places(_ dtype: DType, _ x: Tensor) -> Tensor {
            var y = TernCore.convolution(
                x.cast(to: dtype), w.cast(to: dtype), strides: [1, 1], margins: margins, dilations: [1, 1])
            if hasBias { y = y + bias.cast(to: dtype) }
            if hasRelu { y = relu(y) }
            return hasGate ? select(gate .> 0, y, Tensor.zeros(y.shape, dtype: dtype)) : y
        }

        /// The slope of the kernel from the gate as a cotangent.
        var slope: Tensor {
            let g = gate.cast(to: .float64)
            return gradient { (w: Tensor) in
                (TernCore.convolution(
                    x.cast(to: .float64), w, strides: [1, 1], margins: margins, dilations: [1, 1]) * g).sum()
            }(w.cast(to: .float64))
        }
    }

    struct Kernels: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var table: tern_kernels { tern_kernels_named(testDescription)!.pointee }

        /// Of an instruction set, if this processor has it.
        init?(_ set: String) {
            guard tern_kernels_named(set) != nil else { return nil }
            testDescription = set
        }

        static let all = ["avx512", "avx2", "portable"].compactMap { Kernels($0) }

        /// Runs the pieces of work units one after the other.
        private func run(
            _ kernel: tern_kernel?, _ shape: [Int],
            _ operands: [(WritableKeyPath<tern_convolution, UnsafeRawPointer?>, Tensor)],
            _ arguments: tern_convolution, pieces: [Range<Int>]
        ) -> Tensor {
            var result = [Float](repeating: .nan, count: shape.reduce(1, *))
            var arguments = arguments
            let values = operands.map { $0.1.scalars(Float.self) }
            func bind(_ i: Int) {
                if i < operands.count {
                    values[i].withUnsafeBytes {
                        arguments[keyPath: operands[i].0] = $0.baseAddress
                        bind(i + 1)
                    }
                } else {
                    result.withUnsafeMutableBytes {
                        arguments.result = $0.baseAddress
                        for piece in pieces { kernel!(&arguments, Int64(piece.lowerBound), Int64(piece.upperBound)) }
                    }
                }
            }
            bind(0)
            return Tensor(result, shape: shape)
        }

        func form(_ c: Case, pieces: [Range<Int>]) -> Tensor {
            var a = tern_convolution()
            a.window = c.window
            return run(table.winograd_kernel_f32, [25, c.w.shape[2], c.w.shape[3]], [(\.w, c.w)], a, pieces: pieces)
        }

        func places(_ c: Case, _ x: Tensor, isByRow: Bool = false, pieces: [Range<Int>]) -> Tensor {
            var a = tern_convolution()
            a.window = c.window
            a.relu = c.hasRelu ? 1 : 0
            a.by_row = isByRow ? 1 : 0
            let form = form(c, pieces: [0..<c.w.shape[2]])
            let operands: [(WritableKeyPath<tern_convolution, UnsafeRawPointer?>, Tensor)] =
                [(\.x, x), (\.w, form)] + (c.hasBias ? [(\.bias, c.bias)] : []) + (c.hasGate ? [(\.gate, c.gate)] : [])
            return run(table.winograd_f32, c.gate.shape, operands, a, pieces: pieces)
        }

        func slope(_ c: Case, _ x: Tensor? = nil, parts: Int, pieces: [Range<Int>]) -> Tensor {
            var a = tern_convolution()
            a.window = c.window
            a.parts = Int64(parts)
            return run(
                table.winograd_slope_f32, [parts] + c.w.shape, [(\.x, x ?? c.x), (\.y, c.gate)], a, pieces: pieces)
        }
    }

    /// One piece, and one for each unit, backwards.
    private func cuts(_ units: Int) -> [[Range<Int>]] { [[0..<units], (0..<units).reversed().map { $0..<$0 + 1 }] }

    @Test(arguments: Kernels.all, 0..<60)
    func placesAreThoseOfTheDirectFormHoweverTheyAreCut(_ kernels: Kernels, _ seed: Int) {
        let c = Case(seed), wanted = c.places(.float64, c.x)
        let forms = cuts(c.w.shape[2]).map { kernels.form(c, pieces: $0) }
        #expect(forms[0] == forms[1])
        var results = cuts(c.images).map { kernels.places(c, c.x, pieces: $0) }
        results += cuts(c.images * c.rows).map { kernels.places(c, c.x, isByRow: true, pieces: $0) }
        for result in results { #expect(result == results[0]) }
        expectClose(results[0], wanted, 3e-6, unit: Closeness.magnitude(wanted.doubles))
    }

    @Test(arguments: Kernels.all, 0..<60)
    func slopesOfTheKernelAreThoseOfTheDirectForm(_ kernels: Kernels, _ seed: Int) {
        let c = Case(seed), wanted = c.slope
        for parts in [1, c.images] {
            let results = cuts(parts).map { kernels.slope(c, parts: parts, pieces: $0) }
            #expect(results[0] == results[1])
            expectClose(
                results[0].cast(to: .float64).sum(axis: 0), wanted, 3e-6, unit: Closeness.magnitude(wanted.doubles))
        }
    }

    /// The direct form, which takes over where a sum is no number, has the thread's memory grow.
    @Test(arguments: Kernels.all)
    func slopesOfWideGridsAreTheSameBesideMissingValues(_ kernels: Kernels) {
        var stream = TestStream(5)
        let margins = [Margin(before: 1, after: 1), Margin(before: 1, after: 1)]
        let c = Case(margins, [4, 2, 1500, 64], filters: 64, 0, 1, &stream)
        var values = c.x.scalars(Float.self)
        values[values.count / 8] = .nan
        let x = Tensor(values, shape: c.x.shape)
        let whole = kernels.slope(c, x, parts: 4, pieces: [0..<4])
        #expect(whole[0...0].scalars(Float.self).contains { $0.isNaN })
        #expect(whole[1...3] == kernels.slope(c, parts: 4, pieces: [0..<4])[1...3])
    }

    /// Numbers without end stay where the direct form has them, with its sign; a huge one spoils no place that does not
    /// see it.
    @Test(arguments: Kernels.all, [Float.nan, .infinity, -.infinity, 1e30, 3e38])
    func whatIsNoCommonNumberStaysWhereItIsSeen(_ kernels: Kernels, _ value: Float) {
        for seed in 1..<8 {
            let c = Case(seed)
            var values = c.x.scalars(Float.self)
            values[values.count / 2] = value
            let x = Tensor(values, shape: c.x.shape)
            let found = kernels.places(c, x, pieces: [0..<c.images]).scalars(Float.self)
            let wanted = c.places(.float32, x).scalars(Float.self)
            let others = c.places(.float32, c.x).scalars(Float.self)
            let unit = Float(Closeness.magnitude(others.map(Double.init)))
            for (i, (a, b)) in zip(found, wanted).enumerated() {
                let isClose =
                    if !a.isFinite || !b.isFinite {
                        a == b || a.isNaN && b.isNaN
                    } else {
                        // The same as without it: it is not seen there.
                        abs(a - b) <= (b == others[i] ? 1e-5 * unit : 1e-5 * abs(value))
                    }
                #expect(isClose, "seed \(seed), place \(i): \(a), not \(b)")
            }
        }
    }
}
