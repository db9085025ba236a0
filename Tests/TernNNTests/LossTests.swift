import Foundation
import TernCore
import TernNN
import TestSupport
import Testing

/// Keras's losses: values, reductions and gradients (Scripts/fixtures/keras_losses.py).
private struct LossFixture: Decodable {
    struct Case: Decodable {
        var name: String, arguments: [String: [Double]]
        var targetShape: [Int], target: [Double], predictionShape: [Int], prediction: [Double]
        var valuesShape: [Int], weight: [Double]
        var values: [Double], reduced: [Double], gradient: [Double]
        var values64: [Double], reduced64: [Double], gradient64: [Double]
    }
    var losses: [Case]
}

private struct Written: Codable {
    var name: String
    var arguments: [String: [Double]]
}

@Suite struct LossTests {
    private static let fixture = try! Fixture.decode("keras_losses", as: LossFixture.self)

    /// A loss is read by its name and arguments, as from a file.
    private static func loss(_ c: LossFixture.Case) -> Loss {
        try! JSONDecoder().decode(Loss.self, from: JSONEncoder().encode(Written(name: c.name, arguments: c.arguments)))
    }

    /// Rounding goes by the largest number.
    private static func expectEqual(_ ours: [Double], _ theirs: [Double], _ tolerance: Double, _ what: String) {
        expectClose(ours, theirs, tolerance, unit: 0.1 * Closeness.magnitude(theirs, atLeast: 0), what)
    }

    @Test(arguments: fixture.losses.indices, [DType.float32, .float64])
    func equalsKeras(_ index: Int, _ dtype: DType) {
        let c = Self.fixture.losses[index], single = dtype == .float32
        let t = Tensor(c.target, shape: c.targetShape).cast(to: dtype)
        let p = Tensor(c.prediction, shape: c.predictionShape).cast(to: dtype)
        let w = Tensor(c.weight, shape: c.valuesShape).cast(to: dtype)
        var loss = Self.loss(c)
        let what = "\(loss) \(dtype)"
        // Keras rounds to single precision whatever it is given.
        let tolerance = 1e-5
        let values = loss.values(t, p)
        #expect(values.shape == c.valuesShape, "\(what)")
        Self.expectEqual(values.doubles, c.values64, tolerance, "values of \(what)")
        var reduced: [Double] = []
        for reduction in [Loss.Reduction.sumOverBatchSize, .sum, .meanWithSampleWeight] {
            loss.reduction = reduction
            for value in [loss(t, p), loss(t, p, sampleWeight: w)] {
                reduced.append(value.item)
            }
        }
        Self.expectEqual(reduced, c.reduced64, tolerance, "reductions of \(what)")
        let plain = Self.loss(c)
        let g = gradient { (p: Tensor) in plain(t, p, sampleWeight: w) }(p)
        Self.expectEqual(g.doubles, c.gradient64, tolerance, "gradient of \(what)")
        // The same when it is compiled, where no values can be read.
        let compiled = compile { (t: Tensor, p: Tensor, w: Tensor) in
            gradient { (p: Tensor) in plain(t, p, sampleWeight: w) }(p)
        }
        Self.expectEqual(compiled(t, p, w).doubles, g.doubles, single ? 1e-5 : 1e-12, "compiled gradient of \(what)")
    }

    @Test(arguments: fixture.losses.indices)
    func gradientsAreSlopes(_ index: Int) {
        let c = Self.fixture.losses[index], loss = Self.loss(c)
        let t = Tensor(c.target, shape: c.targetShape)
        let g = gradient { (p: Tensor) in loss(t, p) }(Tensor(c.prediction, shape: c.predictionShape)).doubles
        let slopes = finiteDifferences(
            of: { loss(t, Tensor($0, shape: c.predictionShape)).item }, at: c.prediction, step: 1e-5)
        Self.expectEqual(g, slopes, 1e-5, "\(loss)")
    }

    @Test func namesAreKeras() {
        for loss in Loss.all { #expect(Loss.named(loss.name)?.name == loss.name) }
        for (short, long) in [
            ("mse", "mean_squared_error"), ("MAE", "mean_absolute_error"), ("bce", "binary_crossentropy"),
            ("KLDivergence", "kl_divergence"), ("MeanSquaredError", "mean_squared_error"),
            ("CategoricalGeneralizedCrossEntropy", "categorical_generalized_cross_entropy"),
        ] { #expect(Loss.named(short)?.name == long) }
        #expect(Loss.named("no such loss") == nil)
    }

    @Test func isWrittenAndReadBack() throws {
        let t = Tensor([[1, 2], [.nan, 4]] as [[Double]]), p = Tensor([[2, 2], [3, 3]] as [[Double]])
        let loss = Loss.huber(delta: 0.3).weighted(byLatitude: [0, 60], axis: 0).ignoringMissing()
            .masked(where: Tensor([true, true]))
        let copy = try JSONDecoder().decode(Loss.self, from: JSONEncoder().encode(loss))
        #expect(copy(t, p).item == loss(t, p).item)
        #expect(throws: EncodingError.self) { try JSONEncoder().encode(Loss("own") { t, p in (t - p).mean(axis: -1) }) }
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Loss.self, from: Data(#"{"name": "none of them"}"#.utf8))
        }
        let json = #"{"name": "huber", "latitudes": {"degrees": [0, 95], "axis": 0}}"#
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Loss.self, from: Data(json.utf8)) }
        for arguments in [#"{"gamma": [2]}"#, #"{"delta": [1, 2]}"#] {
            let json = #"{"name": "huber", "arguments": \#(arguments)}"#
            #expect(throws: DecodingError.self) { try JSONDecoder().decode(Loss.self, from: Data(json.utf8)) }
        }
    }

    @Test func ownLossesAreReduced() {
        let loss = Loss("own") { t, p in abs(t - p).max(axis: -1) }
        #expect(loss(Tensor([[0.0, 1], [2, 3]]), Tensor([[1.0, 1], [2, 6]])).item == 2)
    }

    @Test func weightsOfExamplesLieAlongTheFirstAxis() {
        let t = Tensor.zeros([2, 3, 1], dtype: .float64), p = Tensor.ones([2, 3, 1], dtype: .float64)
        #expect(Loss.meanSquaredError(t, p, sampleWeight: Tensor([1.0, 3.0])).item == 2)
        // A column of examples does not lie along as many rows of an image.
        let images = Tensor((0..<12).map(Double.init), shape: [2, 2, 3, 1])
        let zeros = Tensor.zeros([2, 2, 3, 1], dtype: .float64)
        let weights = [[2], [2, 1], [2, 1, 1]].map { Tensor([1.0, 3.0], shape: $0) }
        #expect(Set(weights.map { Loss.meanAbsoluteError(images, zeros, sampleWeight: $0).item }) == [14])
    }

    /// The mean of ones is 1, however the weights lie.
    @Test func aMeanWithWeightsDividesByThemAsOftenAsTheyCount() {
        let t = Tensor.zeros([2, 3, 1], dtype: .float64), p = Tensor.ones([2, 3, 1], dtype: .float64)
        var loss = Loss.meanAbsoluteError
        loss.reduction = .meanWithSampleWeight
        for weight in [Tensor([1.0, 1]), Tensor([1.0, 3]), Tensor([1.0, 2, 3, 4, 5, 6], shape: [2, 3])] {
            #expect(abs(loss(t, p, sampleWeight: weight).item - 1) < 1e-12, "\(weight.shape)")
            let mask = Tensor([true, true, false, true, false, false], shape: [2, 3])
            #expect(abs(loss(t, p, sampleWeight: weight, mask: mask).item - 1) < 1e-12, "\(weight.shape), masked")
        }
        // Keras divides by the sum of these, though they count several times.
        for shape in [[2, 1], [1, 3], []] {
            #expect(throws: CaughtFailure.self, "\(shape)") {
                try catchingFailure { loss(t, p, sampleWeight: .ones(shape, dtype: .float64)) }
            }
        }
    }

    @Test func weightsOfExamplesMayHaveAnAxisMoreBesideAMask() {
        let t = Tensor([[0.0], [0], [0]]), p = Tensor([[1.0], [2], [4]]), mask = Tensor([true, false, true])
        let weight = Tensor([1.0, 2, 3]), loss = Loss.meanAbsoluteError
        let expected = loss(t, p, sampleWeight: weight, mask: mask).item
        #expect(abs(expected - (1 + 3 * 4) / 2.0) < 1e-12)
        #expect(loss(t, p, sampleWeight: weight.reshaped([3, 1]), mask: mask).item == expected)
    }

    /// Keras takes their losses as 0, which looks as if all were well.
    @Test(arguments: [
        Loss.sparseCategoricalCrossentropy(), .sparseCategoricalCrossentropy(fromLogits: true),
        .sparseCategoricalCrossentropy(ignoreClass: 9), .categoricalGeneralizedCrossentropy(),
    ])
    func aTargetThatIsNoClassIsRefusedWhereItCounts(_ loss: Loss) {
        let p = Tensor([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]])
        let second = loss.values(Tensor([0.0, 0]), p).doubles[1]
        for odd in [3, -1, 0.5, Double.nan] {
            let t = Tensor([odd, 0]), last = Tensor([0.0, 1])
            let calls: [(String, () -> Tensor)] = [
                ("loss", { loss(t, p) }), ("weighted", { loss(t, p, sampleWeight: Tensor([2.0, 1])) }),
                ("values", { loss.values(t, p) }), ("metric", { Metric.loss(loss)(t, p) }),
                ("compiled", { compile { (t: Tensor, p: Tensor) in loss(t, p) }(t, p) }),
            ]
            for (name, call) in calls {
                let failure = #expect(throws: CaughtFailure.self, "\(name), \(odd)") { try catchingFailure(call) }
                #expect(failure?.description.contains("the number of no class") == true)
            }
            expectClose(loss(t, p, mask: last.cast(to: .bool)).item, second)
            expectClose(loss(t, p, sampleWeight: last).item, second / 2)
            expectClose(Metric.loss(loss)(t, p, sampleWeight: last).item, second)
        }
        expectClose(loss.ignoringMissing()(Tensor([Double.nan, 0]), p).item, second)
    }

    /// As in Keras, which raises for such a q; of one class it warns that nothing is learned.
    @Test func whatCannotBeLearnedIsRefused() throws {
        for q in [0.0, 1, -1, .nan] {
            let words = message { try catchingFailure { Loss.categoricalGeneralizedCrossentropy(q: q) } }
            #expect(words.contains("above 0 and below 1"), "\(words)")
            #expect(Loss(name: "categorical_generalized_cross_entropy", arguments: ["q": [q]]) == nil)
        }
        let t = Tensor([[0.0], [1]]), p = Tensor([[0.2], [0.9]])
        let losses: [Loss] = [
            .categoricalCrossentropy(), .categoricalCrossentropy(fromLogits: true), .categoricalFocalCrossentropy(),
        ]
        for loss in losses {
            let words = message { try catchingFailure { loss(t, p) } }
            #expect(words.contains(loss.name) && words.contains("use binary_crossentropy"), "\(words)")
        }
        let model = Sequential(input: [1]) { Dense(1, activation: .sigmoid) }
        model.compile(loss: .categoricalCrossentropy())
        #expect(throws: TrainingError.self) { try model.fit(t, t) }
    }

    @Test func whatIsIgnoredMayBeNoClass() {
        let p = Tensor([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]]), loss = Loss.sparseCategoricalCrossentropy(ignoreClass: -1)
        expectClose(loss(Tensor([-1.0, 0]), p).item, Loss.sparseCategoricalCrossentropy()(Tensor([0.0]), p[1...]).item)
    }
}

@Suite struct EarthScienceLossTests {
    private var random = TestStream(5)
    private let latitudes = [-75.0, -30, 0, 45, 90]
    /// Between the sines of the rows' edges, which lie half-way, at the poles at the latest.
    private let areas = zip([-90, -52.5, -15, 22.5, 67.5], [-52.5, -15, 22.5, 67.5, 90]).map { south, north in
        sin(north * Double.pi / 180) - sin(south * Double.pi / 180)
    }

    private mutating func field(_ shape: [Int]) -> Tensor {
        Tensor(random.values(shape.reduce(1, *), -2, 2), shape: shape)
    }

    @Test mutating func latitudesWeighByArea() {
        let t = field([2, 5, 4, 3]), p = field([2, 5, 4, 3])
        let loss = Loss.meanSquaredError.weighted(byLatitude: latitudes, axis: 1)
        let a = t.doubles, b = p.doubles
        var sum = 0.0, area = 0.0
        for i in a.indices {
            let w = areas[i / 12 % 5]
            sum += w * (a[i] - b[i]) * (a[i] - b[i])
            area += w
        }
        #expect(abs(loss(t, p).item - sum / area) < 1e-12)
        // The axis may be counted from the end of the values.
        #expect(Loss.meanSquaredError.weighted(byLatitude: latitudes, axis: -2)(t, p).item == loss(t, p).item)
    }

    @Test mutating func missingValuesCountNowhere() {
        let shape = [2, 5, 4, 3]
        var values = random.values(120, -2, 2)
        for i in stride(from: 0, to: 120, by: 7) { values[i] = .nan }
        let t = Tensor(values, shape: shape), p = field(shape)
        let loss = Loss.meanAbsoluteError.weighted(byLatitude: latitudes, axis: 1).ignoringMissing()
        let b = p.doubles
        var sum = 0.0, area = 0.0
        for i in values.indices where !values[i].isNaN {
            sum += areas[i / 12 % 5] * abs(values[i] - b[i])
            area += areas[i / 12 % 5]
        }
        #expect(abs(loss(t, p).item - sum / area) < 1e-12)
        let compiled = compile { (t: Tensor, p: Tensor) in gradient { (p: Tensor) in loss(t, p) }(p) }
        for (g, y) in zip(compiled(t, p).doubles, values) {
            #expect(g.isFinite && (g == 0) == y.isNaN || abs(g) < 1e-15)
        }
    }

    @Test(arguments: [
        Loss.meanSquaredError, .meanAbsolutePercentageError, .meanSquaredLogarithmicError, .logCosh, .huber(), .poisson,
        .hinge, .cosineSimilarity(), .klDivergence, .categoricalHinge, .binaryCrossentropy(),
        .binaryCrossentropy(fromLogits: true), .categoricalCrossentropy(), .dice(),
    ])
    func gradientsStayFinite(_ loss: Loss) {
        let t = Tensor([[0.2, .nan, 0.5], [.nan, .nan, .nan], [0.1, 0.6, 0.3]])
        let p = Tensor([[0.1, 0.7, 0.2], [0, 0, 0], [0.5, .nan, 0.25]])
        let keep = Tensor([true, true, false])
        let masked = loss.name == "dice" ? loss.ignoringMissing() : loss.ignoringMissing().masked(where: keep)
        let safe = loss.name == "dice" ? Tensor([[0.1, 0.7, 0.2], [0, 0, 0], [0.5, 0.1, 0.25]]) : p
        let (value, g) = valueAndGradient { (p: Tensor) in masked(t, p) }(safe)
        #expect(value.item.isFinite)
        for x in g.doubles { #expect(x.isFinite) }
    }

    @Test mutating func masksLeaveOut() {
        let t = field([2, 3, 1]), p = field([2, 3, 1])
        let keep = Tensor([true, false, true])
        let loss = Loss.meanSquaredError.masked(where: keep)
        let squares = square(t - p).doubles
        let mean = [0, 2, 3, 5].map { squares[$0] }.reduce(0, +) / 4
        #expect(abs(loss(t, p).item - mean) < 1e-12)
        #expect(Loss.meanSquaredError.masked(where: Tensor([false, false, false]))(t, p).item == 0)
        let labels = Tensor([0.0, 1, 2])
        let logits = field([3, 3])
        let all = Loss.sparseCategoricalCrossentropy(fromLogits: true).values(labels, logits).doubles
        let some = Loss.sparseCategoricalCrossentropy(fromLogits: true).masked(where: keep)(labels, logits).item
        #expect(abs(some - (all[0] + all[2]) / 2) < 1e-12)
    }

    /// Rows at 0° and 80°, of which the second is left out: what is left counts by its area in both sums.
    @Test func aMeanWithWeightsOfWhatIsLeftIsByItsArea() {
        let t = Tensor.zeros([1, 2, 1], dtype: .float64), p = Tensor([1.0, 5], shape: [1, 2, 1])
        var loss = Loss.meanAbsoluteError.weighted(byLatitude: [0, 80], axis: 1)
        loss.reduction = .meanWithSampleWeight
        #expect(abs(loss.masked(where: Tensor([true, false]))(t, p).item - 1) < 1e-12)
        // Rows end half-way, at 40°: sines from −40° to 40°, and from 40° to the pole.
        let areas = [2 * sin(40 * Double.pi / 180), 1 - sin(40 * Double.pi / 180)]
        let mean = (2 * areas[0] + 3 * areas[1] * 5) / (2 * areas[0] + 3 * areas[1])
        #expect(abs(loss(t, p, sampleWeight: Tensor([[2.0, 3]])).item - mean) < 1e-12)
    }

    @Test func aLossOfOneValueForAllIsNotMasked() {
        let t = Tensor([[0.0, 1]]), loss = Loss.dice().masked(where: Tensor(true))
        let failure = #expect(throws: CaughtFailure.self) { try catchingFailure { loss(t, t) } }
        #expect(failure?.description.contains("one value for all") == true)
    }

    @Test func nothingObservedIsNoLoss() {
        let t = Tensor([[Double.nan], [.nan]]), p = Tensor([[1.0], [2.0]])
        let (value, g) = valueAndGradient { (p: Tensor) in Loss.meanSquaredError.ignoringMissing()(t, p) }(p)
        #expect(value.item == 0)
        #expect(g.doubles == [0, 0])
    }

    @Test func eachRowHasALatitude() {
        let t = Tensor.zeros([2, 10, 3, 1], dtype: .float64)
        for degrees in [[45.0], [0.0, 45]] {
            let loss = Loss.meanSquaredError.weighted(byLatitude: degrees, axis: 1)
            let words = message { try catchingFailure { loss(t, t) } }
            #expect(words.contains("\(degrees.count) latitudes do not fit values of shape [2, 10, 3]"), "\(words)")
        }
        #expect(Loss.meanSquaredError.weighted(byLatitude: [45], axis: 1)(t[.all, 0..<1], t[.all, 0..<1]).item == 0)
    }
}
