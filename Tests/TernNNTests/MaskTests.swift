import Foundation
import TernCore
import TernNN
import TestSupport
import Testing

/// Doubles its input, and says nothing of masks.
private final class Plain: UnaryLayer {
    var info = LayerInfo()
    func call(_ x: Tensor, _ context: CallContext) -> Tensor { x * 2 }
}

/// Leaves out the last step, and claims that the mask still fits.
private final class Shorter: UnaryLayer {
    var info = LayerInfo()
    var supportsMasking: Bool { true }
    func call(_ x: Tensor, _ context: CallContext) -> Tensor { x.sliced(0..<(x.shape[1] - 1), axis: 1) }
}

/// Subtracts the mean of all examples, so that steps are not examples.
private final class Centred: UnaryLayer {
    var info = LayerInfo()
    var mixesExamples: Bool { true }
    func call(_ x: Tensor, _ context: CallContext) -> Tensor { x - x.mean(axis: 0, keepingDimensions: true) }
}

@Suite struct MaskTests {
    /// What each layer does with the mask [2, 4] of a series [2, 4, 6], or [2, 4, 6] of a field [2, 4, 6, 3]: as
    /// Keras's `supports_masking` has it, and for layers that Keras lacks as their doc says.
    private enum Fate { case kept, ends }
    private static var series: [(any Layer, Fate)] {
        [
            (Dense(3), .kept), (ActivationLayer(.relu), .kept), (LeakyReLU(), .kept), (PReLU(), .kept),
            (Softmax(), .kept),
            (Dropout(0.1), .kept), (SpatialDropout1D(0.1), .kept), (GaussianNoise(0.1), .kept),
            (GaussianDropout(0.1), .kept),
            (BatchNormalization(), .kept), (LayerNormalization(), .kept), (GroupNormalization(groups: 2), .kept),
            (UnitNormalization(), .kept),
            (Rescaling(scale: 2), .kept), (Normalization(), .kept),
            (LSTM(2, returnsSequences: true), .kept), (GRU(2, returnsSequences: true), .kept),
            (SimpleRNN(2, returnsSequences: true), .kept),
            (LSTM(2), .ends), (GRU(2), .ends), (SimpleRNN(2), .ends),
            (Bidirectional(GRU(2, returnsSequences: true)), .kept), (Bidirectional(GRU(2)), .ends),
            (TimeDistributed(Dense(2)), .kept), (TimeDistributed(Plain()), .kept), (Plain(), .ends),
            (Conv1D(2, kernelSize: 1), .ends), (Conv1DTranspose(2, kernelSize: 1), .ends),
            (DepthwiseConv1D(kernelSize: 1), .ends),
            (SeparableConv1D(2, kernelSize: 1), .ends), (MaxPooling1D(1), .ends), (AveragePooling1D(1), .ends),
            (GlobalMaxPooling1D(), .ends),
            (GlobalAveragePooling1D(), .ends), (ZeroPadding1D(0), .ends), (Cropping1D(0), .ends),
            (UpSampling1D(1), .ends),
            (Flatten(), .ends), (Reshape([4, 6]), .ends), (Permute([1, 2]), .ends),
        ]
    }
    private static var fields: [(any Layer, Fate)] {
        [
            (Dense(3), .kept), (SpatialDropout2D(0.1), .kept), (BatchNormalization(), .kept),
            (PeriodicPadding2D(latitude: 0, longitude: 0), .kept),
            (MaskedConv2D(2, kernelSize: 1), .kept),
            (AreaWeightedAveragePooling2D(1, latitudes: [60, 20, -20, -60]), .kept),
            (GlobalAreaWeightedAveragePooling2D(latitudes: [60, 20, -20, -60]), .ends),
            (Conv2D(2, kernelSize: 1), .ends), (Conv2DTranspose(2, kernelSize: 1), .ends),
            (DepthwiseConv2D(kernelSize: 1), .ends),
            (SeparableConv2D(2, kernelSize: 1), .ends), (MaxPooling2D(1), .ends), (AveragePooling2D(1), .ends),
            (GlobalMaxPooling2D(), .ends),
            (GlobalAveragePooling2D(), .ends), (ZeroPadding2D(0), .ends), (Cropping2D(0), .ends),
            (UpSampling2D(1), .ends),
            (Reshape([4, 6, 3]), .ends), (Permute([1, 2, 3]), .ends),
        ]
    }
    private static let mask = Tensor([1, 1, 0, 0, 1, 0, 1, 1] as [Float], shape: [2, 4]).cast(to: .bool)

    private func masks(_ layer: any Layer, _ inputs: [Tensor], _ masks: [Tensor?]) -> [Tensor?] {
        var context = CallContext()
        context.masks = masks
        return layer.results(inputs, context).map(\.mask)
    }

    @Test func layersKeepOrEndMasksAsKerasDoes() {
        let x = TestStream.tensor(3, [2, 4, 6], .float32),
            field = TestStream.tensor(3, [2, 4, 6, 3], .float32)
        let ofCells = Self.mask.reshaped([2, 4, 1]).broadcast(to: [2, 4, 6])
        for (layers, x, mask) in [(Self.series, x, Self.mask), (Self.fields, field, ofCells)] {
            for (layer, fate) in layers {
                let found = masks(layer, [x], [mask])[0]
                #expect(fate == .kept ? found == mask : found == nil, "\(type(of: layer).kind) of \(x.shape)")
                #expect(
                    masks(layer, [x], [nil]).allSatisfy { $0 == nil } || layer is MaskedConv2D,
                    "\(type(of: layer).kind) without a mask")
            }
        }
    }

    @Test func statesHaveNoMask() {
        let x = TestStream.tensor(3, [2, 4, 6], .float32)
        func isMasked(_ layer: any Layer) -> [Bool] { masks(layer, [x], [Self.mask]).map { $0 != nil } }
        #expect(isMasked(LSTM(2, returnsSequences: true, returnsState: true)) == [true, false, false])
        #expect(
            isMasked(Bidirectional(LSTM(2, returnsSequences: true, returnsState: true))) == [
                true, false, false, false, false,
            ])
        #expect(
            isMasked(Bidirectional(GRU(2, returnsSequences: true, returnsState: true), mergeMode: nil)) == [
                true, true, false, false,
            ])
        #expect(isMasked(Bidirectional(GRU(2, returnsState: true), mergeMode: nil)) == [false, false, false, false])
    }

    @Test func aMaskThatDoesNotFitGoesNoFurther() async {
        await #expect(processExitsWith: .failure) {
            let x = Input([4, 2])
            _ = Model(inputs: [x], outputs: [Shorter()(Masking()(x))])(Tensor.ones([1, 4, 2]))
        }
        await #expect(processExitsWith: .failure) {
            var context = CallContext()
            context.masks = [Tensor.ones([1, 3])]
            let x = Input([4, 2])
            _ = Model(inputs: [x], outputs: [Dense(1)(x)])([Tensor.ones([1, 4, 2])], context)
        }
    }

    /// The graph of the issue: padding ends the mask, so the steps in it count.
    @Test func paddingEndsAMask() throws {
        let x = TestStream.tensor(3, [2, 5, 4], .float32), input = Input([5, 4]), lstm = LSTM(3)
        let model = Model(inputs: [input], outputs: [lstm(ZeroPadding1D(2)(Masking()(input)))])
        #expect(abs(model(x) - lstm(ZeroPadding1D(2)(x))).max().item < 1e-6)
        #expect(try abs(model.predict(x) - model(x)).max().item < 1e-6)
        model.compile(loss: .meanSquaredError)
        try model.fit(x, Tensor.zeros([2, 3]), epochs: 1)
    }

    @Test func maskedStepsOfBidirectionalAreZero() {
        var x = TestStream.tensor(3, [2, 5, 4], .float32)
        x[.all, 2..<4] = Tensor.zeros([2, 2, 4])
        let input = Input([5, 4])
        for merge in MergeMode.allCases {
            let model = Model(
                inputs: [input],
                outputs: [Bidirectional(LSTM(3, returnsSequences: true), mergeMode: merge)(Masking()(input))])
            let y = model(x)
            #expect(y[.all, 2..<4] == Tensor.zeros([2, 2, merge == .concat ? 6 : 3]))
            #expect(abs(y).min(axes: [0, 2])[4].item > 0)
        }
    }

    /// A model in a model, or in a series, sees masks and gives its own.
    @Test func modelsHandMasksOn() {
        let inner = Sequential(input: [4, 6]) {
            Dense(3)
            Masking()
        }
        let x = TestStream.tensor(3, [2, 4, 6], .float32)
        #expect(masks(inner, [x], [nil]) == [Tensor.ones([2, 4], dtype: .bool)])
        let dense = Sequential(input: [4, 6]) { Dense(3) }
        #expect(masks(dense, [x], [Self.mask]) == [Self.mask])
        let input = Input([4, 6]), outer = Model(inputs: [input], outputs: [dense(Masking()(input))])
        #expect(outer.run([x], CallContext())[0].mask == Tensor.ones([2, 4], dtype: .bool))
    }

    @Test func stepsThatAreNoExamplesAreCalledOneByOne() {
        let x = TestStream.tensor(3, [2, 4, 6], .float32)
        #expect(abs(TimeDistributed(Centred())(x) - (x - x.mean(axis: 0, keepingDimensions: true))).max().item < 1e-6)
        // Steps drop other values.
        let dropped = TimeDistributed(Dropout(0.5, noiseShape: [2, 50]))(
            Tensor.ones([2, 3, 50]), CallContext(isTraining: true))
        #expect(dropped[.all, 0] != dropped[.all, 1])
    }

    /// A field's margin counts where the cells do that it shows.
    @Test func marginsOfTheGlobeHaveMasks() throws {
        let mask = Tensor([1, 0, 1, 1, 0, 1, 1, 1] as [Float], shape: [1, 2, 4]), x = mask.reshaped([1, 2, 4, 1])
        for poles in PoleBoundary.allCases {
            let layer = PeriodicPadding2D(poles: poles),
                found = try #require(masks(layer, [x], [mask.cast(to: .bool)])[0])
            #expect(found == (layer(x).squeezed(axes: [3]) .> 0))
        }
    }

    /// Weights of examples beside a mask of steps; a metric that is no mean counts all.
    @Test func lossesAndMetricsHeedMasks() throws {
        var x = TestStream.tensor(3, [4, 5, 2], .float32)
        x[0..<2, 3...] = Tensor.zeros([2, 2, 2])
        let input = Input([5, 2]),
            model = Model(inputs: [input], outputs: [SimpleRNN(2, returnsSequences: true)(Masking()(input))])
        model.compile(
            loss: .meanSquaredError, metrics: [.meanSquaredError, .rootMeanSquaredError],
            weightedMetrics: [.meanAbsoluteError])
        let weights = Tensor([1, 2, 0, 3] as [Float]),
            y = TestStream.tensor(3, [40], .float32)[.every(-1)].reshaped([4, 5, 2])
        let found = try model.evaluate(TrainingData(inputs: [x], targets: [y], sampleWeight: weights))
        let counts = (x .!= 0).any(axes: [-1]).cast(to: .float32), error = model(x) - y,
            squares = square(error).mean(axis: 2)
        func close(_ name: String, _ expected: Tensor) { expectClose(found[name]!, expected.item, 1e-5, name) }
        let weighted = counts * weights.reshaped([4, 1])
        close("loss", (squares * weighted).sum() / counts.sum())
        close("mean_squared_error", (squares * counts).sum() / counts.sum())
        close("root_mean_squared_error", sqrt(square(error).mean()))
        close("mean_absolute_error", (abs(error).mean(axis: 2) * weighted).sum() / weighted.sum())
    }
}
