import CTern
import Foundation
import Tern
import TestSupport
import Testing

struct FittingTests {
    private static let x = (0..<60).map { Double($0 % 10) / 10 + Double($0) / 60 }
    private static let y = x.enumerated().filter { $0.offset % 2 == 0 }.map { sin($0.element) }

    private static func data() -> (x: Values<Double>, y: Values<Double>) { (Values(x, [30, 2]), Values(y, [30])) }

    private static let network = """
        {"model": {"layers": [{"dense": {"units": 6, "activation": "tanh"}}, {"dense": {"units": 1}}]}, "input": [2],
         "output": [1], "training": {"epochs": 4, "batch_size": 8, "learning_rate": 0.01}, "seed": 5}
        """

    @Test func anEstimatorLearnsTheBitsOfTheLibrary() throws {
        let held = try Held.made(
            #"{"estimator": "MLPRegressor", "parameters": {"hidden_layer_sizes": [7, 3], "solver": "lbfgs", "max_iter": 20, "random_state": 4}}"#
        )
        let (x, y) = Self.data(), output = Values<Double>([30], of: 0)
        try held.fit(x.array, y.array)
        try held.predict([x.array], [output.array])
        var model = MLPRegressor(hiddenLayerSizes: [7, 3], solver: .lbfgs, maxIter: 20, randomState: 4)
        let features = Tensor(x.values, shape: [30, 2])
        try model.fit(features, Tensor(y.values))
        #expect(output.values == (try model.predict(features)).doubles)
    }

    @Test func aNetworkGoesOnFromWhereItStands() throws {
        let held = try Held.made(Self.network), (x, y) = Self.data()
        let target = y.view([30, 1], strides: [1, 1]), output = Values<Float>([30, 1], of: 0)
        for _ in 0..<2 { try held.fit(x.array, target) }
        try held.predict([x.array], [output.array])
        #expect(output.values == (try Self.predicted(afterFits: [4, 4])))
    }

    /// What the network predicts in the library after fits of so many epochs, each in an order of its own.
    private static func predicted(afterFits fits: [Int]) throws -> [Float] {
        let model = Sequential(input: [2], seed: 5) {
            Dense(6, activation: .tanh)
            Dense(1)
        }
        model.compile(optimizer: Adam(learningRate: 0.01), loss: .meanSquaredError)
        let features = Tensor(x, shape: [30, 2]), targets = Tensor(y, shape: [30, 1])
        var done = 0
        for epochs in fits {
            try model.fit(
                features, targets, batchSize: 8, epochs: done + epochs, seed: UInt64(5 + done), initialEpoch: done)
            done += epochs
        }
        return try model.predict(features).scalars(Float.self)
    }

    @Test func aNetworkThatWasStoppedGoesOnFromItsEpoch() throws {
        let held = try Held.made(Self.network), (x, y) = Self.data()
        let target = y.view([30, 1], strides: [1, 1]), output = Values<Float>([30, 1], of: 0)
        let stop: tern_progress_function = { _, news in news!.pointee.epoch == 3 ? 1 : 0 }
        #expect(tern_model_fit(held.pointer, [x.array], 1, [target], 1, nil, 0, stop, nil) == TERN_CANCELLED)
        try held.fit(x.array, target)
        try held.predict([x.array], [output.array])
        #expect(output.values == (try Self.predicted(afterFits: [3, 4])))
    }

    @Test func epochsAreToldAndAFitCanBeStopped() throws {
        final class Told { var epochs: [Int64] = [], losses: [Double] = [], last = 0, thread = pthread_self() }
        let told = Told()
        told.last = 3
        let tell: tern_progress_function = { context, news in
            let told = Unmanaged<Told>.fromOpaque(context!).takeUnretainedValue()
            told.epochs.append(news!.pointee.epoch)
            told.losses.append(news!.pointee.loss)
            #expect(pthread_equal(told.thread, pthread_self()) != 0)
            return told.epochs.count == told.last ? 1 : 0
        }
        for configuration in [Self.network, #"{"estimator": "MLPRegressor", "parameters": {"random_state": 1}}"#] {
            let held = try Held.made(configuration), (x, y) = Self.data()
            let target = configuration == Self.network ? y.view([30, 1], strides: [1, 1]) : y.array
            (told.epochs, told.losses) = ([], [])
            let status = tern_model_fit(
                held.pointer, [x.array], 1, [target], 1, nil, 0, tell, Unmanaged.passUnretained(told).toOpaque())
            #expect(status == TERN_CANCELLED)
            #expect(told.epochs == [1, 2, 3])
            #expect(told.losses[2] < told.losses[0])
            // It is what it had become.
            let output = Values<Double>(target.rank == 2 ? [30, 1] : [30], of: 0)
            try held.predict([x.array], [output.array])
        }
    }

    @Test func aSavedModelIsTheSame() throws {
        let folder = TemporaryFolder()
        let held = try Held.made(#"{"estimator": "GaussianProcessRegressor"}"#), (x, y) = Self.data()
        try held.fit(x.view([30, 2], strides: [2, 1]), y.array)
        let before = Values<Double>([30], of: 0), after = Values<Double>([30], of: 1)
        try held.predict([x.array], [before.array])
        #expect(tern_model_save(held.pointer, folder.path("gp.safetensors")) == TERN_OK)
        try Held.opened(folder.path("gp.safetensors")).predict([x.array], [after.array])
        #expect(before.values == after.values)
    }

    /// Each has a text of its own.
    @Test func threadsDescribeOneModelAtOnce() throws {
        let held = try Held.made(Self.network)
        nonisolated(unsafe) let pointer = held.pointer
        @Sendable func described() -> String? {
            var text: UnsafePointer<CChar>?
            return tern_model_describe(pointer, &text) == TERN_OK ? text.map { String(cString: $0) } : nil
        }
        let wanted = try #require(described())
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            #expect((0..<200).allSatisfy { _ in described() == wanted })
        }
    }

    @Test func aModelSaysWhatItIs() throws {
        let held = try Held.made(Self.network)
        var text: UnsafePointer<CChar>?
        #expect(tern_model_describe(held.pointer, &text) == TERN_OK)
        #expect(
            String(cString: text!)
                == #"{"inputs":[{"name":"input","shape":[2],"type":"float32","unit":""}],"kind":"network","layers":["dense","dense_1"],"#
                + #""outputs":[{"name":"output","shape":[1],"type":"float32","unit":""}],"parameter_count":25}"#)
    }
}
