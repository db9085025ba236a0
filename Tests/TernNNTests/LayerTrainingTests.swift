import Foundation
import TernCore
import TernNN
import TestSupport
import Testing

/// Training with layers that add to the loss or set weights, by Keras (Scripts/fixtures/keras_layer_training.py).
private struct LayerTrainingFixture: Decodable {
    typealias Array = FixtureArray
    struct Case: Decodable, CustomTestStringConvertible {
        var name: String, x: Array, y: Array, batchSize: Int, epochs: Int, validationSplit: Double
        var first: [String: Array], last: [String: Array], history: [String: [Double]], prediction: Array,
            evaluation: Double
        var testDescription: String { name }
    }
    var cases: [Case]
}

@Suite struct LayerTrainingTests {
    private static let fixture = try! Fixture.decode("keras_layer_training", as: LayerTrainingFixture.self)

    private static func model(_ name: String) -> Model {
        let model: Model
        func activity(_ l1: Double, _ l2: Double) -> Model {
            Sequential(input: [3]) {
                Dense(5, activation: .tanh, name: "a")
                ActivityRegularization(l1: l1, l2: l2)
                Dense(1, name: "b")
            }
        }
        func spectral(_ iterations: Int) -> Model {
            Sequential(input: [3]) {
                SpectralNormalization(
                    Dense(5, activation: .tanh, name: "a"), powerIterations: iterations, name: "first")
                SpectralNormalization(Dense(1, name: "b"), name: "second")
            }
        }
        var optimizer: any Optimizer = Adam(learningRate: 0.01)
        switch name {
        case "activity, l1":
            model = activity(0.02, 0)
            optimizer = SGD(learningRate: 0.05)
        case "activity, both, validation split": model = activity(0.01, 0.02)
        case "activity, twice":
            let penalty = ActivityRegularization(l2: 0.03), inside = Input([3]), x = Input([3])
            let inner = Model(inputs: [inside], outputs: [penalty(Dense(4, activation: .tanh, name: "a")(inside))])
            model = Model(inputs: [x], outputs: [Dense(1, name: "b")(penalty(Dense(4, name: "c")(inner(x))))])
        case "spectral":
            model = spectral(1)
            optimizer = SGD(learningRate: 0.05, momentum: 0.9)
        case "spectral, iterations": model = spectral(4)
        default:
            model = Sequential(input: [6, 5, 2]) {
                SpectralNormalization(Conv2D(4, kernelSize: 3, name: "a"), powerIterations: 3, name: "first")
                Flatten()
                Dense(1, name: "b")
            }
            optimizer = Adam(learningRate: 0.02)
        }
        func compile(_ optimizer: some Optimizer) {
            model.compile(optimizer: optimizer, loss: .meanSquaredError, metrics: [.meanAbsoluteError])
        }
        compile(optimizer)
        return model
    }

    /// A variable's name with that of its layer.
    private func name(_ path: String) -> String { path.split(separator: "/").suffix(2).joined(separator: "/") }

    @Test(arguments: fixture.cases)
    private func trainsAsKeras(_ c: LayerTrainingFixture.Case) throws {
        let model = Self.model(c.name)
        #expect(Set(model.variables.map { name($0.path) }) == Set(c.first.keys))
        for (path, variable) in model.variables { variable.value = try #require(c.first[name(path)]).tensor }
        let history = try model.fit(
            c.x.tensor, c.y.tensor, batchSize: c.batchSize, epochs: c.epochs, validationSplit: c.validationSplit,
            shuffles: false)
        for (name, values) in c.history {
            expectClose(history[name], values, 2e-5, "\(name) of \(history.values.keys.sorted())")
        }
        for (path, variable) in model.variables {
            expectClose(variable.value, c.last[name(path)]!.tensor, 2e-5, path)
        }
        expectClose(try model.predict(c.x.tensor), c.prediction.tensor, 2e-5, "predictions")
        let evaluation = try model.evaluate(c.x.tensor, c.y.tensor, batchSize: 11)["loss"]!
        expectClose(evaluation, c.evaluation, 2e-5, "evaluated loss")
    }

    /// The steps of a series add up to what they add as one; Keras drops what a layer in TimeDistributed adds.
    @Test func aPenaltyOfEachStepAddsUp() throws {
        func loss(_ penalty: any Layer) throws -> Double {
            let model = Sequential(input: [4, 3]) { penalty }
            model.compile(loss: .meanSquaredError)
            let x = TestStream.tensor(3, [5, 4, 3], .float32)
            return try model.evaluate(x, x, batchSize: 2)["loss"]!
        }
        let plain = try loss(ActivityRegularization(l1: 0.3, l2: 0.1))
        #expect(plain > 0.1)
        #expect(abs(try loss(TimeDistributed(ActivityRegularization(l1: 0.3, l2: 0.1))) - plain) < 1e-6)
    }

    /// Masks travel through layers that leave steps in their places, and end at the others, as in Keras.
    @Test func masksTravelAsInKeras() {
        let x = TestStream.tensor(3, [2, 4, 3], .float32),
            mask = Tensor([true, false, true, true, false, true, true, false], shape: [2, 4])
        let handOn: [any Layer] = [
            ReLU(), ELU(), Identity(), AlphaDropout(0.5), ActivityRegularization(l1: 1), Softmax(axis: [1, 2]),
            UnitNormalization(axis: [1, 2]),
            Normalization(axis: [1, 2]), GroupNormalization(groups: 1, axis: 1),
            Lambda("own", mask: { _, masks in masks[0] }) { $0 * 2 },
        ]
        let end: [any Layer] = [
            RMSNormalization(), SpectralNormalization(Dense(2)), EinsumDense("abc,cd->abd", outputShape: [nil, 2]),
            Lambda("own") { $0 * 2 },
            AdaptiveMaxPooling1D(4), AdaptiveAveragePooling1D(4),
        ]
        var context = CallContext()
        context.masks = [mask]
        for layer in handOn { #expect(layer.results([x], context)[0].mask == mask, "\(type(of: layer).kind)") }
        for layer in end { #expect(layer.results([x], context)[0].mask == nil, "\(type(of: layer).kind)") }
        context.masks = [mask, mask]
        #expect(Dot(axes: 2).results([x, x], context)[0].mask == nil)
        #expect(Identity().results([x, x], context).map(\.mask) == [mask, mask])
    }

    /// A frozen kernel is that of before after training, at once and in a step.
    @Test func aFrozenSpectralLayerTrainsOthers() throws {
        let inner = Dense(4, name: "inner"), frozen = SpectralNormalization(inner)
        frozen.info.isTrainable = false
        let model = Sequential(input: [3]) {
            frozen
            Dense(1)
        }
        model.compile(optimizer: SGD(learningRate: 0.1), loss: .meanSquaredError)
        let before = inner.kernel, x = TestStream.tensor(3, [10, 3], .float32)
        let history = try model.fit(
            x, x.sum(axis: 1, keepingDimensions: true), batchSize: 5, epochs: 20, shuffles: false)
        #expect(inner.kernel == before)
        #expect(history["loss"].last! < history["loss"].first!)
    }

    @Test func aKernelIsDividedByItsNorm() {
        var stream = TestStream(4)
        let layer = SpectralNormalization(Dense(4), powerIterations: 200),
            x = stream.tensor([3, 5]).cast(to: .float32)
        _ = layer(x, training: true)
        let kernel = layer.layer.ownVariables[0]
        // The largest singular value: that of the kernel applied to its own leading vector.
        var v = Tensor.ones([4, 1])
        for _ in 0..<200 {
            v = matmul(kernel.value.transposed(), matmul(kernel.value, v))
            v = v / sqrt(square(v).sum())
        }
        #expect(abs(sqrt(square(matmul(kernel.value, v)).sum()).item - 1) < 1e-5)
        kernel.value = .zeros([5, 4])
        let u = layer.vectorU
        _ = layer(x, training: true)
        #expect(kernel.value == .zeros([5, 4]) && layer.vectorU == u)
    }

    @Test func alphaDropoutKeepsMeanAndVariance() {
        var stream = RandomState(seed: 3)
        let x = Tensor(stream.normal(count: 40_000), shape: [400, 100]), layer = AlphaDropout(0.2)
        _ = Sequential(input: [100], seed: 1) { layer }  // random numbers of its own
        #expect(layer(x) == x)
        let y = layer(x, training: true)
        #expect(abs(y.mean().item) < 0.02)
        #expect(abs(y.standardDeviation().item - 1) < 0.02)
        let scale = 1 / (0.8 * (1 + 0.2 * 1.7580993408473766 * 1.7580993408473766)).squareRoot()
        let lowest = -1.7580993408473766 * scale + scale * 1.7580993408473766 * 0.2
        let dropped = abs(y - lowest) .< 1e-9
        #expect(abs(dropped.cast(to: .float64).mean().item - 0.2) < 0.01)
        // What is kept has the one scale and shift.
        let rest = y - x * scale - scale * 1.7580993408473766 * 0.2
        #expect(abs(select(dropped, Tensor(0.0), rest)).max().item < 1e-12)
        let columns = AlphaDropout(0.5, noiseShape: [1, nil])(Tensor.ones([6, 50]), training: true)
        #expect(columns.max(axes: [0]) == columns.min(axes: [0]))
    }

    @Test func aLambdaIsCalledAndNotSaved() throws {
        let lambda = Lambda("anomaly") { x in x - x.mean(axis: 1, keepingDimensions: true) }
        let x = Tensor([[1, 2, 6]] as [[Float]])
        #expect(lambda(x) == Tensor([[-2, -1, 3]] as [[Float]]))
        let ratio = Lambda("ratio") { (inputs: [Tensor]) in [inputs[0] / inputs[1], inputs[0] * inputs[1]] }
        #expect(ratio([x, x])[0] == Tensor.ones([1, 3]) && ratio([x, x]).count == 2)
        let model = Sequential(input: [3]) {
            Dense(2)
            Lambda("twice") { $0 * 2 }
        }
        #expect(try abs(model.predict(x) - 2 * model.layers[0](x)).max().item < 1e-6)
        let error = try #require(throws: EncodingError.self) { try JSONEncoder().encode(model) }
        guard case .invalidValue(_, let context) = error else { throw error }
        #expect(context.debugDescription.contains("twice") && context.debugDescription.contains("cannot be saved"))
        let box = Data(#"{"kind":"Lambda","config":{}}"#.utf8)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(LayerBox.self, from: box) }
    }

    /// Integers stay integers, rounded; CenterCrop makes real numbers of them.
    @Test func imagesOfIntegers() {
        let x = Tensor([0, 10, 20, 31] as [Int32], shape: [1, 2, 2, 1])
        let y = Resizing(height: 2, width: 3)(x)
        #expect(y.dtype == .int32 && y.scalars(Int32.self) == [0, 5, 10, 20, 26, 31])
        #expect(
            Resizing(height: 4, width: 2, interpolation: .nearest)(x).scalars(Int32.self) == [
                0, 10, 0, 10, 20, 31, 20, 31,
            ])
        #expect(CenterCrop(height: 1, width: 1)(x).dtype == .float32)
        // One image without a batch.
        #expect(Resizing(height: 2, width: 3)(x[0]) == y[0])
        #expect(CenterCrop(height: 1, width: 2)(x[0]).shape == [1, 2, 1])
    }

    /// EinsumDense draws as Keras does: inputs and outputs are those of the kernel's letters.
    @Test func aKernelsLettersSetItsSpread() {
        let layer = EinsumDense(
            "abc,cde->abde", outputShape: [nil, 30, 40], biasAxes: "de",
            kernel: .init(.varianceScaling(mode: .fanIn, distribution: .untruncatedNormal)))
        _ = layer(Tensor.zeros([1, 2, 25]))
        #expect(layer.kernel.shape == [25, 30, 40] && layer.bias.shape == [30, 40])
        #expect(abs(layer.kernel.standardDeviation().item - 0.2) < 0.004)
    }

    @Test func mistakesAreTold() {
        // Keras gives a result without cells.
        let transposed = Conv2DTranspose(8, kernelSize: [4, 2], padding: .same, outputPadding: 0, dilationRate: 3)
        #expect(
            transposed.complaint(about: [3, 1, 2, 1])!
                == "no cell is left along dimension 0 of its result; give a larger outputPadding")
        #expect(transposed.complaint(about: [3, 2, 2, 1]) == nil)
        #expect(EinsumDense("ab,bc", outputShape: [1]).complaint(about: [2, 3])!.contains("[x],[y]->[z]"))
        #expect(EinsumDense("ab,bc->ac", outputShape: [4]).complaint(about: [2, 3, 4])!.contains("2 dimensions"))
        #expect(
            EinsumDense("ab,bc->ac", outputShape: [nil]).complaint(about: [2, 3])!.contains(
                "\"c\" of the kernel has no length"))
        #expect(
            EinsumDense("abc,cd->abd", outputShape: [5, 2]).complaint(about: [2, 3, 4])!.contains(
                "length 3 in the input and 5"))
        #expect(
            EinsumDense("ab,bc->ac", outputShape: [4], biasAxes: "b").complaint(about: [2, 3])!.contains("biasAxes"))
        #expect(EinsumDense("ab,bc->acd", outputShape: [4, 2]).complaint(about: [2, 3])!.contains("neither"))
        #expect(Dot(axes: 1).complaint(about: [[2, 3], [2, 4]])!.contains("length 3"))
        #expect(Dot(axes: 0).complaint(about: [[2, 3], [2, 3]])!.contains("the batch"))
        #expect(Dot(axes: [1, 2]).complaint(about: [[2, 3], [2, 3]])!.contains("out of range in input 1"))
        #expect(Dot(axes: 1).complaint(about: [[2, 3], [1, 3]])!.contains("batches"))
        #expect(Dot(axes: 1).complaint(about: [[2, 3]])!.contains("two inputs"))
        #expect(AdaptiveMaxPooling2D(2).complaint(about: [2, 3, 4]) != nil)
        #expect(Resizing(height: 2, width: 2).complaint(about: [2, 3]) != nil)
        #expect(Softmax(axis: [1, -1]).complaint(about: [2, 3])!.contains("twice"))
        #expect(GroupNormalization(groups: 2, axis: 1).complaint(about: [2, 3, 4])!.contains("do not divide 3"))
    }
}
