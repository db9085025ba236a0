import Foundation
import TernCore
import TernNN
import TestSupport
import Testing

/// A cell of a user's own: what `RecurrentCell` shows.
private final class LeakyCell: RecurrentCell {
    var info = LayerInfo()
    let units: Int
    @Weight var kernel: Tensor
    init(_ units: Int) { self.units = units }

    func stateShapes(_ stepShape: [Int]) -> [[Int]] { [[units]] }
    func initialStates(_ step: TensorSpec) -> [Tensor] {
        [Tensor(repeating: 0.5, shape: [step.shape[0], units], dtype: step.dtype)]
    }
    func build(_ inputShapes: [[Int]]) { $kernel.make("kernel", [inputShapes[0][1], units], .glorotUniform, in: self) }
    func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        let h = inputs[1] * 0.9 + tanh(matmul(inputs[0], kernel))
        return [h * 2, h]
    }
}

@Suite struct RecurrentTests {
    private static func series(_ shape: [Int], seed: UInt64 = 3) -> Tensor {
        TestStream.tensor(seed, shape, .float32)
    }

    private static func copy<L: Layer>(_ layer: L) throws -> any Layer {
        try JSONDecoder().decode(LayerBox.self, from: JSONEncoder().encode(LayerBox(layer))).layer
    }

    @Test func anRNNOfACellIsTheLayerOfThatCell() {
        let x = Self.series([3, 5, 4])
        let pairs: [(any RecurrentLayer, any RecurrentLayer)] = [
            (
                LSTM(3, returnsSequences: true, returnsState: true),
                RNN(LSTMCell(3), returnsSequences: true, returnsState: true)
            ),
            (GRU(3, goesBackwards: true), RNN(GRUCell(3), goesBackwards: true)), (SimpleRNN(2), RNN(SimpleRNNCell(2))),
        ]
        for (layer, rnn) in pairs {
            _ = (layer([x]), rnn([x]))
            for (own, other) in zip(layer.variables, rnn.variables) { other.variable.value = own.variable.value }
            #expect(layer([x]) == rnn([x]))
        }
        let deep = ConvLSTM2D(2, kernelSize: 2, padding: .same),
            rnn = RNN(ConvLSTMCell<TwoDimensions>(2, kernelSize: 2, padding: .same))
        let images = Self.series([2, 3, 4, 3, 2])
        _ = (deep(images), rnn(images))
        for (own, other) in zip(deep.variables, rnn.variables) { other.variable.value = own.variable.value }
        #expect(deep(images) == rnn(images))
    }

    /// Series are computed by a kernel where nothing but the outputs is asked for; a function of one's own, of whatever
    /// name, takes the steps.
    @Test(arguments: [false, true], [false, true])
    func anLSTMByItsKernelIsThatByItsSteps(_ returnsSequences: Bool, _ goesBackwards: Bool) {
        let x = Self.series([3, 5, 4])
        let doubled = Activation("tanh") { tanh(2 * $0) }, same = Activation("tanh") { tanh($0) }
        let layers = [Activation.tanh, same, doubled].map {
            LSTM(6, activation: $0, returnsSequences: returnsSequences, goesBackwards: goesBackwards)
        }
        for layer in layers {
            _ = layer(x)
            for (own, other) in zip(layer.variables, layers[0].variables) { own.variable.value = other.variable.value }
        }
        let results = layers.map { $0(x) }
        expectClose(results[0].doubles, results[1].doubles, 1e-6)
        #expect(zip(results[0].doubles, results[2].doubles).contains { abs($0 - $1) > 1e-2 })
    }

    /// A copy by its name would be Keras's function on the way back.
    @Test func aFunctionOfOnesOwnHasNoWayBack() {
        let own = Activation("tanh") { tanh(2 * $0) }
        let words = message { try catchingFailure { Bidirectional(LSTM(4, activation: own, name: "there")) } }
        #expect(words.contains("layer there") && words.contains("function of your own"), "\(words)")
    }

    @Test func aBoundThatIsInfiniteHasAWayBack() {
        let both = Bidirectional(SimpleRNN(2, activation: .relu(maxValue: .infinity)))
        #expect(both(Self.series([1, 3, 2])).shape == [1, 4])
    }

    @Test func doublesAreTakenByWeightsOfFloats() {
        let x = Self.series([2, 4, 3]), doubles = x.cast(to: .float64)
        for layer in [LSTM(3), GRU(3), SimpleRNN(3)] as [any Layer] {
            expectClose(layer([doubles])[0].doubles, layer([x])[0].doubles, 1e-5)
        }
    }

    @Test func weightsHaveKerasNames() {
        let lstm = LSTM(3, isStateful: true), rnn = RNN([LSTMCell(3), GRUCell(2), LSTMCell(1)])
        let x = Self.series([2, 4, 3])
        _ = (lstm(x), rnn(x))
        #expect(lstm.variables.map(\.path) == ["kernel", "recurrent_kernel", "bias", "state_0", "state_1"])
        #expect(lstm.units == 3 && lstm.kernel.shape == [3, 12])
        #expect(
            rnn.variables.map(\.path)
                == ["lstm_cell", "gru_cell", "lstm_cell_1"].flatMap { cell in
                    ["kernel", "recurrent_kernel", "bias"].map { "stacked_rnn_cells/\(cell)/\($0)" }
                })
        let attention = GroupQueryAttention(
            headDimension: 2, queryHeadCount: 4, keyValueHeadCount: 2, usesBias: false, usesGate: true)
        _ = attention([x, x])
        #expect(
            attention.variables.map(\.path)
                == ["query", "key", "gate", "value", "attention_output"].map { $0 + "/kernel" })
    }

    @Test func stackedCellsAreLayersOneAfterAnother() {
        let x = Self.series([3, 6, 2])
        let stack = RNN([LSTMCell(4), GRUCell(3), SimpleRNNCell(2)], returnsSequences: true, returnsState: true)
        let layers: [any Layer] = [
            LSTM(4, returnsSequences: true, returnsState: true), GRU(3, returnsSequences: true, returnsState: true),
            SimpleRNN(2, returnsSequences: true, returnsState: true),
        ]
        _ = stack([x])
        var y = x, states: [Tensor] = []
        var weights = stack.variables.map(\.variable.value)[...]
        for layer in layers {
            _ = layer([y])
            for variable in layer.variables { variable.variable.value = weights.removeFirst() }
            let results = layer([y])
            y = results[0]
            states += results.dropFirst()
        }
        for (ours, theirs) in zip(stack([x]), [y] + states) { expectClose(ours, theirs, 1e-6) }
    }

    @Test func aCellOfYourOwn() throws {
        LayerRegistry.register(LayerPrototype(LeakyCell.self, "units") { LeakyCell(1) })
        let x = Self.series([3, 4, 2]), rnn = RNN(LeakyCell(3), returnsSequences: true, returnsState: true)
        let results = rnn([x])
        let kernel = rnn.variables[0].variable.value
        #expect(rnn.variables[0].path == "leaky_cell/kernel")
        var h = Tensor(repeating: 0.5, shape: [3, 3])
        for t in 0..<4 {
            h = h * 0.9 + tanh(matmul(x[.all, t], kernel))
            expectClose(results[0][.all, t], h * 2, 1e-6)
        }
        expectClose(results[1], h, 1e-6)
        expectClose(compile { (x: [Tensor]) in rnn(x) }([x])[0], results[0], 1e-6)
        // In a stack, and read back.
        let stack = RNN([LSTMCell(2), LeakyCell(5)]), again = try Self.copy(stack)
        _ = (stack(x), again([x]))
        for (own, other) in zip(stack.variables, again.variables) { other.variable.value = own.variable.value }
        #expect(again([x]) == stack([x]))
        #expect(stack(x).shape == [3, 5])
    }

    @Test func nothingButACellIsReadAsOne() throws {
        let text = try String(decoding: JSONEncoder().encode(LayerBox(RNN(SimpleRNNCell(1)))), as: UTF8.self)
            .replacingOccurrences(of: "SimpleRNNCell", with: "Dense")
        #expect(throws: (any Error).self) { try JSONDecoder().decode(LayerBox.self, from: Data(text.utf8)) }
    }

    @Test func theSettingsOfItsCellAreALayersOwn() throws {
        let written = try JSONSerialization.jsonObject(with: JSONEncoder().encode(LSTM(3, dropout: 0.25)))
        let keys = try #require(written as? [String: Any])
        #expect(
            Set(keys.keys) == [
                "units", "goesBackwards", "isStateful", "unitForgetBias", "returnsState", "returnsSequences", "info",
                "settings", "zerosOutputForMask", "recurrentActivation",
            ])
        let settings = try #require(keys["settings"] as? [String: Any])
        #expect(
            Set(settings.keys) == [
                "activation", "usesBias", "kernelSettings", "recurrentSettings", "biasSettings", "dropout",
                "recurrentDropout",
            ])
        let again = try Self.copy(LSTM(3, dropout: 0.25, goesBackwards: true, name: "mine"))
        let layer = try #require(again as? LSTM)
        #expect(layer.units == 3 && layer.settings.dropout == 0.25 && layer.goesBackwards && !layer.returnsSequences)
        #expect(layer.info.name == "mine" && layer.settings.recurrentSettings.initializer == .orthogonal())
    }

    // MARK: States

    @Test func aStatefulLayerGoesOnUntilItIsReset() {
        let x = Self.series([2, 6, 3])
        for make in [
            { LSTM(3, isStateful: $0) }, { GRU(3, isStateful: $0) },
            { RNN([SimpleRNNCell(2), LSTMCell(3)], isStateful: $0) },
            { Bidirectional(SimpleRNN(3, isStateful: $0)) },
        ] as [(Bool) -> any Layer] {
            let kept = make(true), plain = make(false)
            _ = (kept([x]), plain([x]))
            let weights = kept.variables.map(\.variable).filter(\.isTrainable)
            for (own, other) in zip(weights, plain.variables) { other.variable.value = own.value }
            kept.resetStates()
            let before = kept([x[.all, 0..<4]])
            let after = kept([x[.all, 4...]])
            #expect(before[0].shape == after[0].shape)
            // The way back begins at the other end.
            if !(kept is Bidirectional) { expectClose(after[0], plain([x])[0], 1e-6) }
            #expect(kept([x]) != plain([x]))
            kept.resetStates()
            expectClose(kept([x])[0], plain([x])[0], 1e-6)
        }
        let layer = ConvLSTM1D(2, kernelSize: 2, padding: .same, isStateful: true)
        let long = Self.series([2, 4, 3, 2]), whole = layer(long)
        layer.resetStates()
        _ = layer(long[.all, 0..<1])
        expectClose(layer(long[.all, 1...]), whole, 1e-6)
        layer.keptStates = layer.keptStates.map { $0 + 1 }
        #expect(layer.keptStates[0].shape == [2, 3, 2])
    }

    @Test func aModelKeepsStatesFromPredictionToPrediction() throws {
        let x = Self.series([4, 6, 3])
        let model = Sequential(input: [3, 3], batchSize: 4) {
            LSTM(5, returnsSequences: true, isStateful: true)
            RNN(GRUCell(2), isStateful: true)
            Dense(1)
        }
        let plain = Sequential(input: [6, 3]) {
            LSTM(5, returnsSequences: true)
            RNN(GRUCell(2))
            Dense(1)
        }
        let weights = model.variables.map(\.variable).filter(\.isTrainable)
        for (own, other) in zip(weights, plain.variables) { other.variable.value = own.value }
        let whole = try plain.predict(x), first = try model.predict(x[.all, 0..<3])
        expectClose(try model.predict(x[.all, 3...]), whole, 1e-6)
        #expect(try model.predict(x[.all, 0..<3]) != first)
        model.resetStates()
        #expect(try model.predict(x[.all, 0..<3]) == first)
        // The size of batches is part of the configuration.
        let copy = try JSONDecoder().decode(Model.self, from: JSONEncoder().encode(model as Model))
        for (own, other) in zip(model.variables, copy.variables) { other.variable.value = own.variable.value }
        copy.resetStates()
        #expect(try copy.predict(x[.all, 0..<3]) == first)
        #expect(copy.inputs[0].batchSize == 4)
    }

    /// Resets what a model keeps at each epoch's beginning, as Keras's users do.
    private final class Resetting: Callback {
        let isOn: Bool
        init(_ isOn: Bool) { self.isOn = isOn }
        func epochBegins(_ epoch: Int, _ run: TrainingRun) throws { if isOn { run.model.resetStates() } }
    }

    @Test func trainingKeepsStatesFromBatchToBatch() throws {
        let x = Self.series([8, 3, 2]), y = Self.series([8, 1], seed: 5)
        func losses(_ resets: Bool) throws -> [Double] {
            let model = Sequential(input: [3, 2], batchSize: 4) {
                SimpleRNN(3, isStateful: true)
                Dense(1)
            }
            model.compile(optimizer: SGD(learningRate: 0), loss: .meanSquaredError)
            let history = try model.fit(x, y, batchSize: 4, epochs: 3, shuffles: false, callbacks: [Resetting(resets)])
            return history["loss"]
        }
        let reset = try losses(true), kept = try losses(false)
        #expect(reset[0] == reset[1] && reset[1] == reset[2])
        #expect(kept[0] == reset[0] && kept[1] != kept[0])
    }

    // MARK: Masks and noise

    @Test func whatAMaskLeavesOutChangesNothing() {
        let x = Self.series([2, 5, 4, 2]),
            layer = ConvLSTM1D(3, kernelSize: 2, returnsSequences: true, returnsState: true)
        let zeros = RNN(
            ConvLSTMCell<OneDimension>(3, kernelSize: 2), returnsSequences: true, returnsState: true,
            zerosOutputForMask: true)
        _ = (layer([x]), zeros([x]))
        for (own, other) in zip(layer.variables, zeros.variables) { other.variable.value = own.variable.value }
        var context = CallContext()
        context.masks = [Tensor([true, true, false, true, false, true, true, false, true, false], shape: [2, 5])]
        let full = layer([x.taking(Tensor([0, 1, 3] as [Int64]), axis: 1)])
        let masked = layer([x], context), blank = zeros([x], context)
        expectClose(masked[0].taking(Tensor([0, 1, 3] as [Int64]), axis: 1), full[0], 1e-6)
        expectClose(masked[0][.all, 2], full[0][.all, 1], 1e-6)
        expectClose(masked[1], full[1], 1e-6)
        expectClose(blank[0][.all, 2], Tensor.zeros([2, 3, 3]), 1e-6)
        expectClose(blank[0][.all, 3], full[0][.all, 2], 1e-6)
        #expect(layer.mask([x], context.masks) == context.masks[0])
        #expect(ConvLSTM1D(3, kernelSize: 2).mask([x], context.masks) == nil)
    }

    @Test func noiseIsTheSameAtAllStepsAndOfEachGateItsOwn() {
        // Of an input of ones and a kernel of ones each gate sees how many inputs were kept.
        let layer = LSTM(
            1, activation: .linear, recurrentActivation: .linear, unitForgetBias: false, kernel: .init(.ones),
            recurrent: .init(.zeros), dropout: 0.5, recurrentDropout: 0.5, returnsSequences: true, returnsState: true)
        let x = Tensor.ones([500, 3, 1])
        let states = layer([x], CallContext(isTraining: true, step: Tensor(1)))
        // c of the first step is i · g, kept where both are: a quarter; with one noise for all it would be a half.
        let first = layer([x.sliced(0..<1, axis: 1)], CallContext(isTraining: true, step: Tensor(1)))[2]
        let share = (first .!= 0).cast(to: .float32).mean().item
        #expect(abs(share - 0.25) < 0.06, "\(share)")
        // Where i and g were dropped at the first step they are at all.
        #expect(((first .== 0) .& (states[2] .!= 0)).any().scalars(Bool.self) == [false])
        #expect(layer([x]) == layer([x]))
        let image = ConvLSTM2D(2, kernelSize: 2, dropout: 0.3, recurrentDropout: 0.3),
            images = Self.series([2, 3, 4, 4, 1])
        #expect(
            image([images], CallContext(isTraining: true, step: Tensor(1)))
                == image([images], CallContext(isTraining: true, step: Tensor(1))))
        #expect(
            image([images], CallContext(isTraining: true, step: Tensor(1)))
                != image([images], CallContext(isTraining: true, step: Tensor(2))))
        #expect(image([images], CallContext(isTraining: true)) != image([images]))
    }

    @Test func attentionDropsShares() {
        let x = Self.series([2, 6, 3])
        for layer in [
            Attention(dropout: 0.5, returnsScores: true), AdditiveAttention(dropout: 0.5, returnsScores: true),
        ] as [any Layer] {
            let shares = layer([x, x], CallContext(isTraining: true, step: Tensor(1)))[1]
            let dropped = (shares .== 0).cast(to: .float32).mean().item
            #expect(0.2 < dropped && dropped < 0.8)
            #expect((layer([x, x])[1] .> 0).all().scalars(Bool.self) == [true])
        }
        let layer = GroupQueryAttention(headDimension: 2, queryHeadCount: 2, keyValueHeadCount: 1, dropout: 0.5)
        let y = layer([x, x])[0]
        #expect(layer([x, x], CallContext(isTraining: true, step: Tensor(1)))[0] != y)
    }

    // MARK: In wrappers and models

    @Test func bidirectionalAndTimeDistributedTakeThem() throws {
        let images = Self.series([2, 3, 4, 3, 1])
        let both = Bidirectional(ConvLSTM2D(2, kernelSize: 2, padding: .same, returnsSequences: true))
        #expect(both(images).shape == [2, 3, 4, 3, 4])
        let copy = try Self.copy(both)
        _ = copy([images])
        for (own, other) in zip(both.variables, copy.variables) { other.variable.value = own.variable.value }
        #expect(copy([images]) == both([images]))
        let stack = Bidirectional(RNN([LSTMCell(2), GRUCell(3)]), mergeMode: .sum), x = Self.series([2, 4, 3])
        #expect(stack(x).shape == [2, 3])
        let series = TimeDistributed(LSTM(2))
        #expect(series(Self.series([2, 5, 4, 3])).shape == [2, 5, 2])
        let model = Sequential(input: [3, 4, 3, 1]) {
            ConvLSTM2D(2, kernelSize: 2, padding: .same, returnsSequences: true)
            TimeDistributed(Flatten())
            RNN([GRUCell(3), LSTMCell(2)])
            Dense(1)
        }
        model.compile(optimizer: Adam(learningRate: 0.01), loss: .meanSquaredError)
        let history = try model.fit(images, Self.series([2, 1], seed: 8), epochs: 30)
        #expect(history["loss"].last! < 0.5 * history["loss"][0])
    }

    @Test func wrongUseIsTold() async {
        await #expect(processExitsWith: .failure) { _ = LSTM(3)(Tensor.zeros([2, 0, 4])) }
        await #expect(processExitsWith: .failure) {
            _ = LSTM(3)([Tensor.zeros([2, 2, 4]), Tensor.zeros([2, 3]), Tensor.zeros([2, 4])])
        }
        await #expect(processExitsWith: .failure) { _ = ConvLSTM1D(3, kernelSize: 3)(Tensor.zeros([2, 2, 2, 1])) }
        await #expect(processExitsWith: .failure) {
            _ = ConvLSTM1D(3, kernelSize: 2, strides: 2, dilationRate: 2)(Tensor.zeros([2, 2, 6, 1]))
        }
        await #expect(processExitsWith: .failure) {
            let layer = GRU(3, isStateful: true)
            _ = layer(Tensor.zeros([2, 2, 4]))
            _ = layer(Tensor.zeros([3, 2, 4]))
        }
        #expect(Attention().complaint(about: [[2, 3, 4], [2, 5, 3]])!.contains("features"))
        #expect(Attention().complaint(about: [[2, 3, 4], [2, 5, 3], [2, 4, 4]])!.contains("4 keys for 5 values"))
        #expect(
            GroupQueryAttention(headDimension: 2, queryHeadCount: 3, keyValueHeadCount: 2).complaint(about: [
                [1, 2, 3], [1, 2, 3],
            ]) != nil)
        #expect(
            RNN([LSTMCell(3), ConvLSTMCell<OneDimension>(1, kernelSize: 1)]).complaint(about: [[2, 3, 4]])!.contains(
                "cell 1"))
        let built = LSTM(3)
        _ = built(Tensor.zeros([2, 2, 4]))
        #expect(built.complaint(about: [[2, 2, 5]]) == "it was built for 4 features and got 5")
    }
}
