import Foundation
import TernCore
import TernNN
import TestSupport
import Testing

/// Keras's layers (Scripts/fixtures/keras_layers.py).
private struct LayerFixture: Decodable {
    typealias Array = FixtureArray
    struct Case: Decodable, CustomTestStringConvertible {
        var name: String, training: Bool
        var inputs: [Array], weights: [Array], outputs: [Array], cotangents: [Array]
        var inputGradients: [Array], weightGradients: [Array], state: [Array]
        var testDescription: String { name }
    }
    var cases: [Case]
}

private let layers: [String: @Sendable () -> any Layer] = [
    "dense": { Dense(5) },
    "dense relu, no bias": { Dense(5, activation: .relu, usesBias: false) },
    "dense of a field": { Dense(3, activation: .tanh) },
    "flatten": { Flatten() }, "reshape": { Reshape([4, -1]) }, "permute": { Permute([2, 3, 1]) },
    "repeat vector": { RepeatVector(3) }, "concatenate": { Concatenate(axis: 2) }, "add": { Add() },
    "add, broadcast": { Add() }, "subtract": { Subtract() }, "multiply": { Multiply() }, "average": { Average() },
    "maximum": { Maximum() }, "minimum": { Minimum() },
    "conv1d": { Conv1D(3, kernelSize: 3) },
    "conv1d causal": { Conv1D(4, kernelSize: 3, padding: .causal, dilationRate: 2) },
    "conv1d same, strides": { Conv1D(17, kernelSize: 4, strides: 3, padding: .same, activation: .relu) },
    "conv1d groups": { Conv1D(6, kernelSize: 3, groups: 2) },
    "conv2d": { Conv2D(4, kernelSize: [3, 2]) },
    "conv2d same relu": { Conv2D(20, kernelSize: 3, padding: .same, activation: .relu) },
    "conv2d strides": { Conv2D(5, kernelSize: 3, strides: 2, padding: .same) },
    "conv2d uneven strides": { Conv2D(3, kernelSize: [2, 4], strides: [3, 2], padding: .same) },
    "conv2d dilation": { Conv2D(3, kernelSize: 3, padding: .same, dilationRate: [2, 1], usesBias: false) },
    "conv2d groups": { Conv2D(6, kernelSize: 3, padding: .same, groups: 3) },
    "conv2d 1x1": { Conv2D(7, kernelSize: 1, activation: .relu) },
    "conv2d many channels": { Conv2D(33, kernelSize: 3, padding: .same) },
    "conv3d": { Conv3D(3, kernelSize: [2, 3, 2], padding: .same) },
    "conv3d strides": { Conv3D(4, kernelSize: 2, strides: 2) },
    "conv1d transpose": { Conv1DTranspose(3, kernelSize: 3, strides: 2) },
    "conv2d transpose": { Conv2DTranspose(3, kernelSize: 3, strides: 2, padding: .same) },
    "conv2d transpose valid": { Conv2DTranspose(4, kernelSize: [2, 3], strides: [3, 2]) },
    "conv2d transpose, output padding": {
        Conv2DTranspose(2, kernelSize: 3, strides: 2, padding: .same, outputPadding: 1)
    },
    "conv2d transpose, no strides": { Conv2DTranspose(2, kernelSize: 4, padding: .same) },
    "conv3d transpose": { Conv3DTranspose(2, kernelSize: 3, strides: 2, padding: .same) },
    "depthwise": { DepthwiseConv2D(kernelSize: 3, padding: .same) },
    "depthwise multiplier": { DepthwiseConv2D(kernelSize: [2, 3], strides: 2, depthMultiplier: 3) },
    "depthwise 1d": { DepthwiseConv1D(kernelSize: 3, depthMultiplier: 2) },
    "separable": { SeparableConv2D(5, kernelSize: 3, padding: .same, depthMultiplier: 2, activation: .relu) },
    "separable 1d": { SeparableConv1D(4, kernelSize: 3) },
    "max pooling 1d": { MaxPooling1D(3, strides: 2, padding: .same) }, "max pooling": { MaxPooling2D(2) },
    "max pooling same": { MaxPooling2D([3, 2], strides: [2, 1], padding: .same) },
    "max pooling 3d": { MaxPooling3D(2) },
    "average pooling 1d": { AveragePooling1D(2) }, "average pooling": { AveragePooling2D(2) },
    "average pooling same": { AveragePooling2D(3, strides: 2, padding: .same) },
    "average pooling 3d": { AveragePooling3D(2, strides: 1) },
    "global max": { GlobalMaxPooling2D() }, "global average": { GlobalAveragePooling2D() },
    "global average 1d, kept": { GlobalAveragePooling1D(keepsDimensions: true) },
    "zero padding": { ZeroPadding2D([Margin(before: 1, after: 2), Margin(before: 0, after: 3)]) },
    "cropping": { Cropping2D([Margin(before: 1, after: 0), Margin(before: 1, after: 2)]) },
    "up sampling": { UpSampling2D([2, 3]) },
    "up sampling bilinear": { UpSampling2D([2, 3], interpolation: .bilinear) },
    "up sampling 1d": { UpSampling1D(2) },
    "batch normalization": { BatchNormalization() },
    "batch normalization, training": { BatchNormalization(momentum: 0.9) },
    "batch normalization, axis 1": { BatchNormalization(axis: 1, scales: false) },
    "layer normalization": { LayerNormalization() },
    "layer normalization, axes": { LayerNormalization(axis: [1, 2], centers: false) },
    "group normalization": { GroupNormalization(groups: 3) },
    "instance normalization": { GroupNormalization(groups: -1) },
    "unit normalization": { UnitNormalization() }, "rescaling": { Rescaling(scale: 0.5, offset: -2) },
    "simple rnn": { SimpleRNN(4) },
    "simple rnn, backwards": { SimpleRNN(4, usesBias: false, returnsSequences: true, goesBackwards: true) },
    "lstm": { LSTM(4) }, "lstm, sequences and states": { LSTM(3, returnsSequences: true, returnsState: true) },
    "lstm, activations": { LSTM(3, activation: .relu, recurrentActivation: .hardSigmoid) },
    "gru": { GRU(4) }, "gru, reset before": { GRU(4, resetAfter: false, returnsSequences: true) },
    "bidirectional lstm": { Bidirectional(LSTM(3, returnsSequences: true)) },
    "bidirectional gru, sum": { Bidirectional(GRU(3), mergeMode: .sum) },
    "time distributed": { TimeDistributed(Conv2D(3, kernelSize: 2)) },
    "leaky relu": { LeakyReLU() }, "prelu": { PReLU(sharedAxes: [1]) }, "softmax": { Softmax(axis: 1) },
    "activation": { ActivationLayer(.gelu()) }, "attention": { MultiHeadAttention(headCount: 2, keyDimension: 3) },
    "attention, key and output size": { MultiHeadAttention(headCount: 3, keyDimension: 2, outputDimension: 6) },
]

@Suite struct LayerTests {
    private static let fixture = try! Fixture.decode("keras_layers", as: LayerFixture.self)

    private static func layer(_ name: String) throws -> any Layer {
        let make = try #require(layers[name])
        return make()
    }

    private func expect(_ ours: Tensor, _ theirs: LayerFixture.Array, _ what: String) {
        expectClose(ours, theirs.tensor, 1e-5, unit: Closeness.magnitude(theirs.values), what)
    }

    /// Along a random direction through inputs and weights, in double precision.
    @Test(arguments: fixture.cases)
    private func gradientsAreFiniteDifferences(_ c: LayerFixture.Case) throws {
        let layer = try Self.layer(c.name)
        let inputs = c.inputs.map(\.tensor)
        _ = layer(inputs)
        let variables = layer.variables.map(\.variable), trained = variables.filter(\.isTrainable)
        for (variable, weight) in zip(variables, c.weights) { variable.value = weight.tensor.cast(to: .float64) }
        let leaves = (inputs + trained.map(\.value)).map { $0.cast(to: .float64) }
        let before = variables.map(\.value)
        func loss(_ leaves: [Tensor]) -> Tensor {
            for (variable, value) in zip(variables, before) { variable.value = value }
            for (variable, leaf) in zip(trained, leaves[inputs.count...]) { variable.value = leaf }
            let outputs = layer(Array(leaves[..<inputs.count]), CallContext(isTraining: c.training))
            return zip(outputs, c.cotangents).map { ($0 * $1.tensor.cast(to: .float64)).sum() }.reduce(Tensor(0.0), +)
        }
        var stream = TestStream(11)
        let way = leaves.map { stream.tensor($0.shape) }
        // A small step: relu and maxima have corners.
        let slope = finiteDifferences(
            of: { h in loss(zip(leaves, way).map { $0 + $1 * h[0] }).item }, at: [0], step: 1e-6)[0]
        let ours = zip(gradient(of: loss)(leaves), way).map { ($0 * $1).sum().item }.reduce(0, +)
        expectClose(ours, slope, 1e-6, "along a direction")
    }

    /// Outputs and gradients of a layer at once, by a plan too.
    @Test(arguments: fixture.cases)
    private func equalsKeras(_ c: LayerFixture.Case) throws {
        let layer = try Self.layer(c.name)
        let inputs = c.inputs.map(\.tensor)
        _ = layer(inputs)
        let variables = layer.variables.map(\.variable)
        try #require(variables.map(\.shape) == c.weights.map(\.shape))
        func reset() { for (variable, weight) in zip(variables, c.weights) { variable.value = weight.tensor } }
        let trained = variables.filter(\.isTrainable)
        let cotangents = c.cotangents.map(\.tensor)

        func run(_ leaves: [Tensor]) -> (outputs: [Tensor], loss: Tensor) {
            for (variable, leaf) in zip(trained, leaves[inputs.count...]) { variable.value = leaf }
            let outputs = layer(Array(leaves[..<inputs.count]), CallContext(isTraining: c.training))
            let loss = zip(outputs, cotangents).map { ($0 * $1).sum() }.reduce(Tensor(Float(0)), +)
            return (outputs, loss)
        }
        for compiled in [false, true] {
            reset()
            let leaves = inputs + trained.map(\.value)
            var outputs: [Tensor] = [], state: [Tensor] = []
            func everything(_ leaves: [Tensor]) -> [Tensor] {
                var made: [Tensor] = []
                let gradients = gradient { (leaves: [Tensor]) in
                    let result = run(leaves)
                    made = result.outputs
                    return result.loss
                }(leaves)
                let kept = variables.filter { !$0.isTrainable }.map(\.value)
                reset()
                return made + gradients + kept
            }
            let all = compiled ? compile(everything)(leaves) : everything(leaves)
            outputs = Array(all[..<c.outputs.count])
            state = Array(all[(c.outputs.count + leaves.count)...])
            let how = compiled ? " (compiled)" : ""
            try #require(outputs.count == c.outputs.count)
            for (ours, theirs) in zip(outputs, c.outputs) { expect(ours, theirs, "outputs\(how)") }
            let gradients = all[c.outputs.count...]
            for (ours, theirs) in zip(gradients, c.inputGradients + c.weightGradients) {
                expect(ours, theirs, "gradients\(how)")
            }
            if c.training { for (ours, theirs) in zip(state, c.state) { expect(ours, theirs, "state\(how)") } }
        }
    }

    /// A configuration read back makes the same layer.
    @Test(arguments: fixture.cases)
    private func survivesItsConfiguration(_ c: LayerFixture.Case) throws {
        let layer = try Self.layer(c.name)
        let data = try JSONEncoder().encode(LayerBox(layer))
        let copy = try JSONDecoder().decode(LayerBox.self, from: data).layer
        let inputs = c.inputs.map(\.tensor)
        for layer in [layer, copy] {
            _ = layer(inputs)
            for (variable, weight) in zip(layer.variables, c.weights) { variable.variable.value = weight.tensor }
        }
        #expect(copy(inputs) == layer(inputs))
        #expect(type(of: copy).kind == type(of: layer).kind)
    }

    @Test func stepsThatAMaskLeavesOutChangeNothing() {
        let x = TestStream.tensor(3, [2, 5, 3], .float32)
        var padded = x
        padded[.all, 3...] = Tensor.zeros([2, 2, 3])
        for layer in [LSTM(4), GRU(4), SimpleRNN(4)] as [any Layer] {
            let short = layer([x.sliced(0..<3, axis: 1)])[0]
            let masking = Masking()
            var context = CallContext()
            context.masks = [masking.mask([padded], [nil])]
            #expect(abs(layer([masking(padded)], context)[0] - short).max().item < 1e-6)
        }
    }

    /// What would otherwise be passed over.
    @Test func settingsThatMeanNothingAreComplainedOf() throws {
        #expect(Subtract().complaint(about: [[2, 3], [2, 3], [2, 3]])?.contains("two inputs") == true)
        #expect(Subtract().complaint(about: [[2, 3], [2, 3]]) == nil)
        #expect(
            Subtract().complaint(about: [[2, 3]]) != nil && Subtract().complaint(about: [[2, 3], [2, 4]]) != nil)
        #expect(Add().complaint(about: [[], [1]])?.contains("a single number") == true)
        for axis in [-1, 0, 3] {
            #expect(PReLU(sharedAxes: [1, axis]).complaint(about: [4, 5, 6])?.contains("axis \(axis)") == true)
        }
        #expect(PReLU(sharedAxes: [1, 2]).complaint(about: [4, 5, 6]) == nil)
        for size in [0, -2] {
            #expect(UpSampling1D(WindowSize([size])).complaint(about: [1, 2, 3])?.contains("above 0") == true)
        }
        let conv = Conv2D(4, kernelSize: 3, groups: 3)
        #expect(conv.complaint(about: [1, 8, 8, 6]) == "3 groups do not divide both 6 channels and 4 filters")
        for layer in [
            Conv1D(4, kernelSize: 1, groups: 2), Conv1DTranspose(4, kernelSize: 1), DepthwiseConv1D(kernelSize: 1),
            SeparableConv1D(4, kernelSize: 1),
        ] as [any UnaryLayer] {
            _ = layer([Tensor.zeros([1, 2, 6])])
            #expect(layer.complaint(about: [1, 2, 6]) == nil)
            #expect(layer.complaint(about: [1, 2, 8]) == "it was built for 6 channels and got 8")
        }
        let rectifier = PReLU(), groups = GroupNormalization(groups: 1)
        for layer in [rectifier, groups] as [any UnaryLayer] {
            _ = layer([Tensor.zeros([1, 6])])
            #expect(layer.complaint(about: [1, 6]) == nil)
            #expect(layer.complaint(about: [1, 1])?.hasPrefix("it was built for") == true)
        }
        let additive = AdditiveAttention()
        _ = additive([Tensor.zeros([1, 2, 6]), Tensor.zeros([1, 3, 6])])
        #expect(additive.complaint(about: [[1, 2, 1], [1, 3, 1]]) == "it was built for 6 features and got 1")
        // Read from a file, nobody made them.
        for (layer, old, new, words) in [
            (GaussianNoise(0.5) as any Layer, "0.5", "-0.5", "the standard deviation -0.5 is negative"),
            (
                Resizing(height: 2, width: 2, cropToAspectRatio: true), #""padToAspectRatio":false"#,
                #""padToAspectRatio":true"#, "not both"
            ),
        ] {
            let text = try String(decoding: JSONEncoder().encode(LayerBox(layer)), as: UTF8.self)
            let changed = Data(text.replacing(old, with: new).utf8)
            let read = try JSONDecoder().decode(LayerBox.self, from: changed).layer
            #expect(layer.complaint(about: [[1, 4, 4, 1]]) == nil)
            #expect(read.complaint(about: [[1, 4, 4, 1]])?.contains(words) == true, "\(text)")
        }
    }

    @Test func missingStepsAreMasked() {
        let x = Tensor([Float.nan, .nan, 1, .nan, 2, 3], shape: [1, 3, 2])
        let layer = Masking(maskValue: .nan)
        #expect(layer.mask([x], [nil]) == Tensor([false, true, true], shape: [1, 3]))
        #expect(layer(x).doubles[..<2] == [0, 0])
    }

    /// With its name, or its kind where it has none, the shape it wants and the one it got.
    @Test func wrongShapesNameTheLayer() async {
        let rank = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Conv2D(4, kernelSize: 3, name: "first")(Tensor.zeros([8, 8, 3]))
        }
        #expect(message(rank).contains("layer first: it wants [batch, height, width, channels] and got 3"))
        #expect(message(rank).contains("(input [8, 8, 3])"))
        let features = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let layer = Dense(3)
            _ = layer(Tensor.zeros([2, 4]))
            _ = layer(Tensor.zeros([2, 5]))
        }
        #expect(message(features).contains("layer Dense: it was built for 4 features in the last axis and got 5"))
        #expect(message(features).contains("(input [2, 5])"))
        let shapes = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Add(name: "sum")([Tensor.zeros([2, 4]), Tensor.zeros([2, 3])])
        }
        #expect(message(shapes).contains("layer sum: ") && message(shapes).contains("[2, 4], [2, 3]"))
    }

    /// As in Keras, but for the filters of a ConvLSTM and the length of an output of attention.
    @Test func sizesOfNothingAreRefused() {
        let series = [[1, 3, 2]], images = [[1, 4, 4, 2]]
        let layers: [(any Layer, [[Int]], String)] = [
            (Dense(0), [[1, 2]], "units"), (LSTM(0), series, "units"), (GRU(0), series, "units"),
            (SimpleRNN(0), series, "units"), (RNN([LSTMCell(0)]), series, "units"),
            (ConvLSTM1D(0, kernelSize: 1), [[1, 2, 3, 1]], "filters"), (Conv2D(0, kernelSize: 3), images, "filters"),
            (Conv2DTranspose(0, kernelSize: 3), images, "filters"), (MaskedConv2D(0, kernelSize: 3), images, "filters"),
            (SeparableConv2D(0, kernelSize: 3), images, "filters"),
            (DepthwiseConv2D(kernelSize: 3, depthMultiplier: 0), images, "filters of each channel"),
            (Embedding(0, 3), [[1]], "integers"), (Embedding(3, 0), [[1]], "units"),
            (MultiHeadAttention(headCount: 2, keyDimension: 0), series + series, "numbers of a key"),
            (
                MultiHeadAttention(headCount: 2, keyDimension: 1, valueDimension: 0), series + series,
                "numbers of a value"
            ),
            (
                MultiHeadAttention(headCount: 2, keyDimension: 1, outputDimension: 0), series + series,
                "numbers of an output"
            ),
            (
                GroupQueryAttention(headDimension: 0, queryHeadCount: 2, keyValueHeadCount: 1), series + series,
                "numbers of a head"
            ), (RepeatVector(0), [[1, 2]], "steps"),
        ]
        for (layer, shapes, what) in layers {
            let words = layer.complaint(about: shapes) ?? ""
            #expect(words.contains("0 \(what)"), "\(type(of: layer).kind): \(words)")
        }
    }

    /// As a configuration of an experiment or of Keras has it, though JSON has no sign for it.
    @Test(arguments: [Double.nan, .infinity, -1]) func aSettingMayBeAnyNumber(_ value: Double) throws {
        let prototype = LayerPrototype(Masking.self) { Masking() }, standard = Masking()
        let property = try #require(LayerProperty.all(of: prototype, standard).first { $0.name == "mask_value" })
        let made = try #require(try prototype.layer(standard, with: [(property, value)]) as? Masking)
        #expect(made.maskValue == value || made.maskValue.isNaN && value.isNaN)
    }

    @Test func oneLengthMayBeOpen() {
        #expect(Reshape([-1, -1]).complaint(about: [4, 6])?.contains("one may be -1") == true)
        #expect(Reshape([-2, 3]).complaint(about: [4, 6])?.contains("one may be -1") == true)
        #expect(Reshape([-1, 3]).complaint(about: [4, 6]) == nil)
    }

    /// A single number has no batch.
    @Test func layersThatCountExamplesRefuseASingleNumber() {
        let layers: [any Layer] = [Flatten(), Reshape([1]), Permute([]), ActivityRegularization(l1: 1), LSTMCell(2)]
        for layer in layers {
            let words = message { try catchingFailure { layer([Tensor(1.0)]) } }
            #expect(words.contains("layer \(type(of: layer).kind)"), "\(words)")
        }
    }

    /// As in Keras.
    @Test func slopesAreNotNegative() {
        for slope in [-1, Double.nan] {
            let words = message { try catchingFailure { LeakyReLU(negativeSlope: slope) } }
            #expect(words == "LeakyReLU: negativeSlope must not be negative, it is \(slope)")
        }
        #expect(LeakyReLU(negativeSlope: 0).complaint(about: [1, 2]) == nil)
    }

    /// Of 3 or 4 axes, of which lengths of 1 stand for all, as in Keras; which takes [batch, s] for [t, s].
    @Test func attentionMasksAreOfPairs() {
        let x = TestStream.tensor(1, [3, 3, 4], .float32), layer = MultiHeadAttention(headCount: 2, keyDimension: 3)
        let keys = Tensor([true, false, true, true, true, false, false, false, true], shape: [3, 1, 3])
        let pairs = keys.broadcast(to: [3, 3, 3]), y = layer([x, x, x, pairs])[0]
        #expect(y != layer([x, x])[0])
        for shape in [[3, 1, 1, 3], [3, 1, 3, 3], [3, 2, 3, 3]] {
            let mask = keys.reshaped([3, 1, 1, 3]).broadcast(to: shape)
            #expect(layer([x, x, x, mask])[0] == y, "\(shape)")
        }
        #expect(layer([x, x, x, keys])[0] == y)
        for shape in [[3, 3], [3, 3, 2], [3, 4, 3, 3]] {
            let words = layer.complaint(about: [x.shape, x.shape, x.shape, shape]) ?? ""
            #expect(words.contains("its attention mask is [batch, t, s] or [batch, heads, t, s]"), "\(words)")
        }
    }
}
