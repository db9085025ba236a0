import Tern
import Testing

import TernExperiment

/// Each named network on each kind of input and target: it answers in the target's shape, or says before training what
/// it takes.
struct NamedModelTests {
    /// Series, cells and maps, and windows of them; small, odd and larger maps, one channel and several.
    static let inputs = [nil, 3].flatMap { steps in
        [[], [5], [3, 4], [12, 14]].flatMap { cells in
            [1, 3].map { ExampleShape(steps: steps, cells: cells, channels: $0) }
        }
    }
    static let targets = [[2], [5, 2], [12, 14, 1], [12, 14, 3], [3, 4, 2]]

    private func small(_ model: NamedModel) -> ModelConfiguration {
        var settings = ModelConfiguration(name: model.rawValue)
        if model.defaults.filters != nil { settings.filters = 2 }
        if model.defaults.units != nil { settings.units = [3] }
        return settings
    }

    @Test(arguments: NamedModel.allCases) func fitsOrSaysWhatItTakes(_ model: NamedModel) throws {
        var fitting = 0
        for input in Self.inputs {
            for target in Self.targets {
                let what = "\(model.rawValue) from \(input.dimensions) to \(target)"
                do {
                    let network = try small(model).build(input: input, outputShape: target, seed: 1)
                    fitting += 1
                    #expect(
                        network.inputs[0].shape == input.dimensions && network.outputs[0].shape == target, "\(what)")
                    guard input.channels == 3, [[2], [3, 4, 2]].contains(target) || model == .unet else { continue }
                    let answer = try network.predict(Tensor.zeros([2] + input.dimensions))
                    #expect(answer.shape == [2] + target && answer.doubles.allSatisfy(\.isFinite), "\(what)")
                } catch let error as DataError {
                    // It names the network and what in it, a shape, and what to do.
                    let message = error.message
                    #expect(message.contains("model: "), "\(what): \(message)")
                    #expect(message.contains("\(input.dimensions)") || message.contains("["), "\(what): \(message)")
                    #expect(
                        message.contains("use ") || message.contains("set data.window.length"), "\(what): \(message)")
                    #expect(refuses(model, input, target), "\(what): \(message)")
                }
            }
        }
        #expect(fitting >= (model == .unet ? 12 : [.cnnLSTM, .sstCNN].contains(model) ? 20 : 80), "\(fitting)")
    }

    /// What each network is not offered for.
    private func refuses(_ model: NamedModel, _ input: ExampleShape, _ target: [Int]) -> Bool {
        switch model {
        case .mlp, .wideDeep, .linear: false
        // Its window of three rows and the pooling behind it want some room.
        case .sstCNN: input.cells.count != 2 || input.cells == [3, 4]
        case .cnnLSTM: input.cells.count != 2 || input.steps == nil
        case .unet: input.cells.count != 2 || target.count != 3 || Array(target.prefix(2)) != input.cells
        }
    }

    @Test func stepsAreNoRows() throws {
        // Of one shape, but not of one meaning.
        let window = ExampleShape(steps: 12, cells: [14], channels: 2),
            map = ExampleShape(cells: [12, 14], channels: 2)
        #expect(window.dimensions == map.dimensions)
        _ = try small(.sstCNN).build(input: map, outputShape: [1], seed: 0)
        let error = #expect(throws: DataError.self) {
            try small(.sstCNN).build(input: window, outputShape: [1], seed: 0)
        }
        #expect(
            error?.message
                == "model: sst-cnn: its conv2d takes maps, [rows, columns, channels]; the inputs are windows of cells, [steps, cells, channels], of shape "
                + "[12, 14, 2]; use mlp, wide-deep or linear, or layers of your own", "\(error!)")
        #expect(
            ExampleShape([5]) == ExampleShape(channels: 5)
                && ExampleShape([2, 5]) == ExampleShape(steps: 2, channels: 5))
        #expect(
            ExampleShape([12, 14, 2]) == map
                && ExampleShape([3, 12, 14, 2]) == ExampleShape(steps: 3, cells: [12, 14], channels: 2))
    }

    @Test func theStepsOfAWindowAreChannelsOfMaps() throws {
        let window = ExampleShape(steps: 3, cells: [12, 14], channels: 2),
            aside = ExampleShape(cells: [12, 14], channels: 6)
        var settings = small(.sstCNN)
        settings.dropout = 0
        let a = try settings.build(input: window, outputShape: [1], seed: 4),
            b = try settings.build(input: aside, outputShape: [1], seed: 4)
        var random = RandomState(seed: 1)
        let x = Tensor(random.standardNormal(count: 2 * 3 * 12 * 14 * 2), shape: [2, 3, 12, 14, 2]).cast(to: .float32)
        for (to, from) in zip(b.variables, a.variables) { to.variable.value = from.variable.value }
        #expect(
            try abs(a.predict(x) - b.predict(x.transposed([0, 2, 3, 1, 4]).reshaped([2, 12, 14, 6]))).max().item < 1e-6)
    }
}
