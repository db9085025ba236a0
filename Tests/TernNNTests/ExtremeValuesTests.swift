import TernCore
import TernNN
import TestSupport
import Testing

/// No intermediate result overflows where the true one is a number: functions, plain and compiled, and their gradients
/// at numbers up to the largest of their type. Those of float32 are compared with float64, whose range is wider.
@Suite struct ExtremeValuesTests {
    private static let activations =
        Activation.all.filter { $0.name != "exponential" } + [
            .gelu(approximate: true), .relu(negativeSlope: 0.1, maxValue: 5, threshold: 1), .celu(alpha: 0.1),
            .relu(threshold: 0.5),
        ]

    private func expectFinite(_ values: Tensor, _ what: String, at place: SourceLocation = #_sourceLocation) {
        let odd = values.doubles.enumerated().first { !$0.element.isFinite }
        #expect(odd == nil, "\(what): \(odd.map { "[\($0.offset)] is \($0.element)" } ?? "")", sourceLocation: place)
    }

    /// Values and gradients of a function, plain and compiled, are finite; where `x` is float32, near those of float64.
    private func check(
        _ name: String, _ x: Tensor, tolerance: Double = 2e-5, clamped: Bool = false, slopeUnit: Double = 1,
        at place: SourceLocation = #_sourceLocation, _ function: @escaping (Tensor) -> Tensor
    ) {
        let slope = gradient { (x: Tensor) in function(x).sum() }
        let (values, slopes) = (function(x), slope(x))
        expectFinite(values, name, at: place)
        expectFinite(slopes, "gradient of \(name)", at: place)
        expectFinite(compile(function)(x), "compiled \(name)", at: place)
        expectFinite(compile(slope)(x), "compiled gradient of \(name)", at: place)
        guard x.dtype == .float32 else { return }
        let largest = Double(Float.greatestFiniteMagnitude), wide = x.cast(to: .float64)
        let wanted = function(wide).doubles.map { clamped ? min(max($0, -largest), largest) : $0 }
        // Rounding goes by the largest number that is added up on the way.
        expectClose(values.doubles, wanted, tolerance, unit: Closeness.magnitude(x.doubles), name, at: place)
        expectClose(slopes.doubles, slope(wide).doubles, tolerance, unit: slopeUnit, "gradient of \(name)", at: place)
    }

    @Test(arguments: activations.indices, [DType.float32, .float64])
    private func activationsStayFinite(_ index: Int, _ dtype: DType) {
        let activation = Self.activations[index]
        var numbers = ExtremeNumbers(UInt64(index) + 1)
        // Kinks of gradients, at which two types may round to either side, have a measure of zero, but for 0 and ties.
        let margin = activation.name == "sparsemax" ? 4.0 : 0
        for _ in 0..<100 {
            let x = numbers.tensor([1, 4], dtype.exponents(below: margin), dtype: dtype)
            check(
                "\(activation.name) \(activation.arguments)", x, clamped: activation.name == "log_softmax",
                slopeUnit: activation.name == "glu" ? Closeness.magnitude(x.doubles) : 1
            ) { activation($0) }
        }
    }

    /// No function makes a number of what is none: it would pass for a prediction.
    @Test(arguments: activations.indices, [DType.float32, .float64])
    private func activationsKeepNaN(_ index: Int, _ dtype: DType) {
        let activation = Self.activations[index], compiled = compile { (x: Tensor) in activation(x) }
        for others in [[-3.0, -0.1, 0], [0.1, 0.7, 9]] {
            for place in 0..<4 {
                var numbers = others
                numbers.insert(.nan, at: place)
                let x = Tensor(numbers, shape: [1, 4]).cast(to: dtype)
                // The gated half of glu has its NaN two places before.
                let kept = activation.name == "glu" ? place % 2 : place
                for values in [activation(x), compiled(x)] {
                    #expect(values.doubles[kept].isNaN, "\(activation.name) \(activation.arguments) at \(place)")
                }
            }
        }
    }

    @Test(arguments: cases)
    private func lossesOfNaNAreNaN(_ c: Case) {
        let x = Tensor([0.2, .nan, 0.3], shape: [1, 3])
        let target: Tensor =
            switch c.targets {
            case .numbers, .shares: Tensor([0.5, 0.2, 0.3], shape: [1, 3])
            case .oneHot: Tensor([0.0, 1, 0], shape: [1, 3])
            case .class_: Tensor([1.0])
            case .signs: Tensor([1.0, -1, 1], shape: [1, 3])
            }
        #expect(c.loss(target, x).item.isNaN, "\(c.loss.name)")
        #expect(compile { (x: Tensor) in c.loss(target, x) }(x).item.isNaN, "compiled \(c.loss.name)")
    }

    /// A loss, the exponents of its predictions in float32, its targets, and whether predictions may be negative.
    private struct Case: Sendable, CustomTestStringConvertible {
        enum Targets { case numbers, shares, oneHot, class_, signs }
        var loss: Loss, largest: Double, targets = Targets.numbers, negative = true
        var testDescription: String { loss.name }
    }

    private static let cases = [
        Case(loss: .meanSquaredError, largest: 60), Case(loss: .meanAbsoluteError, largest: 122),
        Case(loss: .huber(), largest: 122), Case(loss: .huber(delta: 1e10), largest: 90),
        Case(loss: .logCosh, largest: 122), Case(loss: .poisson, largest: 100, targets: .shares, negative: false),
        Case(loss: .meanSquaredLogarithmicError, largest: 126, negative: false),
        Case(loss: .klDivergence, largest: 126, targets: .shares, negative: false),
        Case(loss: .cosineSimilarity(), largest: 126), Case(loss: .hinge, largest: 122, targets: .signs),
        Case(loss: .squaredHinge, largest: 60, targets: .signs),
        Case(loss: .categoricalHinge, largest: 122, targets: .oneHot),
        Case(loss: .binaryCrossentropy(fromLogits: true), largest: 122, targets: .shares),
        Case(loss: .binaryFocalCrossentropy(fromLogits: true), largest: 126, targets: .shares),
        Case(loss: .categoricalCrossentropy(fromLogits: true), largest: 124, targets: .oneHot),
        Case(loss: .categoricalFocalCrossentropy(fromLogits: true), largest: 126, targets: .oneHot),
        Case(loss: .sparseCategoricalCrossentropy(fromLogits: true), largest: 124, targets: .class_),
    ]

    @Test(arguments: cases, [DType.float32, .float64])
    private func lossesStayFinite(_ c: Case, _ dtype: DType) {
        var numbers = ExtremeNumbers(7), stream = TestStream(8)
        let top = dtype == .float32 ? c.largest : c.largest * 8, range = -20...top
        for _ in 0..<40 {
            let x = numbers.tensor([1, 3], range, negative: c.negative, dtype: dtype)
            let chosen = Int(stream.next(0, 3))
            let target: Tensor =
                switch c.targets {
                case .numbers: numbers.tensor([1, 3], range, negative: c.negative, dtype: dtype)
                case .shares: Tensor(stream.values(3, 0, 1), shape: [1, 3]).cast(to: dtype)
                case .oneHot: Tensor((0..<3).map { $0 == chosen ? 1.0 : 0 }, shape: [1, 3]).cast(to: dtype)
                case .class_: Tensor([Double(chosen)]).cast(to: dtype)
                case .signs: Tensor(stream.values(3).map { $0 < 0 ? -1 : 1 }, shape: [1, 3]).cast(to: dtype)
                }
            // What is nearest to 1 differs between the types, and so does the logarithm of 1 less it.
            let tolerance = c.loss.name == "binary_focal_crossentropy" ? 2e-2 : 1e-4
            check(c.loss.name, x, tolerance: tolerance) { c.loss(target.cast(to: $0.dtype), $0) }
        }
    }

    private static let layers: [@Sendable () -> any Layer] = [
        { LayerNormalization() }, { GroupNormalization(groups: 2) }, { RMSNormalization() }, { UnitNormalization() },
    ]

    @Test(arguments: layers.indices, [DType.float32, .float64])
    func normalisingLayersStayFinite(_ index: Int, _ dtype: DType) {
        let layer = Self.layers[index]()
        _ = layer(Tensor.ones([1, 8], dtype: .float32))
        for (_, variable) in layer.variables { variable.value = variable.value.cast(to: .float64) }
        var stream = TestStream(3)
        // From one size to the largest, rows of numbers that are alike.
        for exponent in stride(from: 0, through: dtype == .float32 ? 124 : 1020, by: 4) {
            let x = Tensor(
                stream.values(8).map { $0 * Double(sign: .plus, exponent: exponent, significand: 1) }, shape: [1, 8]
            )
            .cast(to: dtype)
            let weight = Tensor(stream.values(8), shape: [1, 8])
            check("\(type(of: layer)) at 2^\(exponent)", x, tolerance: 1e-4) { x in
                for (_, variable) in layer.variables { variable.value = variable.value.cast(to: x.dtype) }
                return layer([x], CallContext())[0] * weight.cast(to: x.dtype)
            }
        }
    }

    /// A gradient of any size is cut to the same length.
    @Test(arguments: [DType.float32, .float64], [false, true])
    func clippingStaysFinite(_ dtype: DType, _ isGlobal: Bool) {
        for exponent in stride(from: 0, through: dtype == .float32 ? 124 : 1020, by: 31) {
            let size = Double(sign: .plus, exponent: exponent, significand: 1)
            let slope = Tensor([3 * size, -4 * size]).cast(to: dtype)
            let step = TrainingStep(
                model: [Tensor.zeros([2], dtype: dtype)],
                optimizer: SGD(learningRate: 1).clipping(isGlobal ? .globalNorm(1) : .norm(1)),
                data: [Tensor.zeros([1], dtype: dtype)]
            ) { model, _ in (model[0] * slope).sum() }
            _ = step.run(rows: [0])
            expectClose(step.model[0].doubles, [-0.6, 0.8], 1e-6, "2^\(exponent)")
        }
    }

    @Test func nothingIsLeftOfWhatIsDroppedWhole() {
        let x = Tensor([[Double.infinity, .nan, 1]])
        #expect(Dropout(1)(x, training: true) == Tensor.zeros([1, 3], dtype: .float64))
    }

    @Test func aRectifierThatEndsInZeroIsZeroAtInfinity() {
        #expect(Activation.sparsePlus(Tensor([-Double.infinity, -2])) == Tensor([0.0, 0]))
        #expect(Activation.sparsePlus(Tensor([Double.nan])).item.isNaN)
    }

    /// The part that a step lies in is found without going through those before.
    @Test(.ends) func restartsOfACosineAtTheEndOfTime() {
        for factor in [1, 1 + 1e-15, 1.0001, 2.0] {
            let rate = LearningRate.cosineDecayRestarts(from: 1, steps: 1, lengthFactor: factor)(1 << 52)
            #expect((0...1).contains(rate), "\(factor): \(rate)")
        }
        let rate = LearningRate.cosineDecayRestarts(from: 1, steps: 10, lengthFactor: 3, heightFactor: 0.5)
        // Parts begin at 0, 10, 40 and 130.
        #expect([0, 10, 40, 130].map { rate($0) } == [1, 0.5, 0.25, 0.125])
        #expect(abs(rate(85) - 0.125) < 1e-12)
    }

    @Test func numbersThatNoMetricCanHaveAreRefused() {
        let p = Tensor([[0.1, 0.9]]),
            refused: [() -> Void] = [
                { _ = Metric.meanIoU(classes: -1) }, { _ = Metric.oneHotMeanIoU(classes: 0) },
                { _ = Metric.meanIoU(classes: 1 << 40) }, { _ = Metric.auc(thresholds: 1 << 50) },
                { _ = Metric.sparseTopKCategoricalAccuracy(k: -1, fromSortedIDs: true)(Tensor([0.0]), p) },
                { _ = Metric.auc(byLabel: true)(Tensor([0.0, 1]), Tensor([0.1, 0.9])) },
                { _ = Activation.sparsemax(axis: -3)(p) }, { _ = Muon(learningRate: 0.1, iterations: 1 << 30) },
                { _ = SpectralNormalization(Dense(1), powerIterations: 1 << 30) },
                { _ = LSTM(.max)([Tensor.ones([1, 2, 3])]) },
                {
                    _ = MultiHeadAttention(headCount: 1 << 40, keyDimension: 1 << 40)([
                        .ones([1, 2, 3]), .ones([1, 2, 3]),
                    ])
                },
            ]
        for (i, make) in refused.enumerated() {
            #expect(throws: CaughtFailure.self, "\(i)") { try catchingFailure { make() } }
        }
    }

    /// Each thread keeps rows with the zeros around them, which are as long as the window.
    @Test func windowsThatSpanMoreThanTheMemoryAreRefused() {
        let far = 1 << 40, series = Tensor.ones([1, 8, 2]), images = Tensor.ones([1, 5, 5, 1])
        let refused: [() -> Tensor] = [
            { conv1d(series, .ones([3, 2, 5]), padding: .causal, dilation: [far]) },
            { Conv2D(1, kernelSize: 2, padding: .same, dilationRate: [1, far])(images) },
            { ConvLSTM1D(1, kernelSize: 2, padding: .same, dilationRate: [far])(images) },
            { conv1d(series, .ones([1, 2, 5]), strides: [far], padding: .explicit([Margin(before: far, after: 0)])) },
        ]
        for (i, make) in refused.enumerated() {
            let words = message { try catchingFailure(make) }
            #expect(words.contains("with the zeros around them: it needs"), "\(i): \(words)")
        }
        // Without zeros the row itself serves, and a dimension that is not the last has rows that the grid has.
        #expect(conv1d(series, .ones([8, 2, 5])).shape == [1, 1, 5])
        #expect(conv2d(images, .ones([2, 2, 1, 1]), padding: .same, dilation: [1 << 20, 1]).shape == [1, 5, 5, 1])
    }
}
