import CTern
import Foundation
import Tern
import Testing

/// What a listener may do with a model between the epochs of its training.
struct ListenerTests {
    private static let network = """
        {"model": {"layers": [{"dense": {"units": 1}}]}, "input": [2], "output": [1], "seed": 5,
         "training": {"epochs": 3, "batch_size": 8, "learning_rate": 0.01}}
        """
    private let x = Values((0..<60).map { sin(Double($0)) }, [30, 2])
    private let y = Values((0..<30).map { cos(Double($0)) }, [30, 1])

    private final class Listener {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }

    private static let tell: tern_progress_function = { context, _ in
        Unmanaged<Listener>.fromOpaque(context!).takeUnretainedValue().body()
        return 0
    }

    /// Fits by a function of tern.h, and does something after each epoch.
    private func fit(_ held: Held, _ y: tern_array, byName: Bool = false, _ body: @escaping () -> Void) throws {
        let listener = Listener(body), context = Unmanaged.passUnretained(listener).toOpaque()
        try withExtendedLifetime(listener) {
            guard byName else {
                let status = tern_model_fit(held.pointer, [x.array], 1, [y], 1, nil, 0, Self.tell, context)
                if status != TERN_OK { throw Held.Failure(message) }
                return
            }
            let compilation = #"{"compile_config": {"optimizer": "adam", "loss": "mean_squared_error"}}"#
            tern_result_close(try CallTests.call(held.pointer, "keras_compile", compilation).result)
            tern_result_close(
                try CallTests.call(
                    held.pointer, "keras_fit", #"{"epochs": 3}"#, ["x0": x.array, "y0": y], Self.tell, context
                ).result)
        }
    }

    private func answers(of held: Held) throws -> [Float] {
        let output = Values<Float>([30, 1], of: 0)
        try held.predict([x.array], [output.array])
        return output.values
    }

    @Test(arguments: [false, true]) func aNetworkAnswersAsItIsAfterTheEpoch(_ byName: Bool) throws {
        let held = try Held.made(Self.network)
        var told = [try answers(of: held)]
        try fit(held, y.array, byName: byName) { told.append((try? answers(of: held)) ?? []) }
        #expect(told.count == 4 && Set(told).count == 4)
        #expect(told.last == (try answers(of: held)))
    }

    /// Its steps would be forgotten, since the first goes on from its own weights.
    @Test(arguments: [false, true]) func anotherTrainingOfTheNetworkIsRefused(_ byName: Bool) throws {
        let held = try Held.made(Self.network)
        var said: [String] = []
        try fit(held, y.array, byName: byName) {
            guard said.isEmpty else { return }
            #expect(throws: Held.Failure.self) { try held.fit(x.array, y.array) }
            said.append(message)
            for function in ["keras_fit", "keras_train_on_batch"] {
                #expect(throws: Held.Failure.self) {
                    try CallTests.call(held.pointer, function, "{}", ["x0": x.array, "y0": y.array])
                }
                said.append(message)
            }
        }
        #expect(said.count == 3 && said.allSatisfy { $0.hasPrefix("the model is being trained") }, "\(said)")
        try held.fit(x.array, y.array)
    }

    /// What it learns is not there before the end.
    @Test func anEstimatorIsAskedWhenItsFitHasEnded() throws {
        let held = try Held.made(
            #"{"estimator": "MLPRegressor", "parameters": {"hidden_layer_sizes": [3], "max_iter": 3, "random_state": 1}}"#
        )
        try held.fit(x.array, y.view([30], strides: [1]))
        let output = Values<Double>([30], of: 0)
        var said: [String] = []
        try fit(held, y.view([30], strides: [1])) {
            #expect(throws: Held.Failure.self) { try held.predict([x.array], [output.array]) }
            said.append(message)
            #expect(throws: Held.Failure.self) { try held.fit(x.array, y.array) }
            said.append(message)
        }
        #expect(said.count == 6 && said.allSatisfy { $0.contains("MLPRegressor is being fitted") }, "\(said)")
        try held.predict([x.array], [output.array])
    }
}
