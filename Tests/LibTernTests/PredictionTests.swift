import AllocationCounter
import CTern
import Foundation
import Tern
import TernExperiment
import TestSupport
import Testing

@Suite(.serialized) struct PredictionTests {
    private static func network(_ folder: borrowing TemporaryFolder) throws -> (model: Model, path: String) {
        let model = Sequential(input: [5, 7, 2], seed: 3) {
            Conv2D(3, kernelSize: 3, activation: .relu)
            Flatten()
            Dense(4)
        }
        try model.write(to: folder.path("net.safetensors"))
        return (model, folder.path("net.safetensors"))
    }

    private static func numbers(_ count: Int, _ seed: UInt64 = 1) -> [Float] {
        var stream = TestStream(seed)
        return stream.values(count, -1, 1).map { Float($0) }
    }

    @Test(arguments: [1, 2, 31, 1024, 1025, 2100])
    func networksPredictWhatTheLibraryPredicts(_ examples: Int) throws {
        let folder = TemporaryFolder()
        let (model, path) = try Self.network(folder), held = try Held.opened(path)
        let x = Self.numbers(examples * 70)
        let output = Values<Float>([examples, 4], of: -9)
        try held.predict([Values(x, [examples, 5, 7, 2]).array], [output.array])
        #expect(output.values == (try model.predict(Tensor(x, shape: [examples, 5, 7, 2]))).scalars(Float.self))
    }

    /// Any strides: transposed, reversed, with gaps, of another type, on memory that is aligned to its type alone.
    @Test func viewsAreReadAndWrittenWhereTheyLie() throws {
        let folder = TemporaryFolder()
        let (model, path) = try Self.network(folder), held = try Held.opened(path)
        let x = Self.numbers(3 * 70)
        let wanted = try model.predict(Tensor(x, shape: [3, 5, 7, 2])).scalars(Float.self)
        func answer(_ input: tern_array) throws -> [Float] {
            let output = Values<Float>([3, 4], of: -9)
            try held.predict([input], [output.array])
            return output.values
        }
        // As Fortran's x(2, 7, 5, 3) reversed in all dimensions, and as x(3, 5, 7, 2).
        let columns = Tensor(x, shape: [3, 5, 7, 2]).transposed([3, 2, 1, 0]).scalars(Float.self)
        #expect(try answer(Values(columns, [2, 7, 5, 3]).view([3, 5, 7, 2], strides: [1, 3, 15, 105])) == wanted)
        let backwards = Array(x.reversed())
        #expect(
            try answer(Values(backwards, [210]).view([3, 5, 7, 2], strides: [-70, -14, -2, -1], from: 209)) == wanted)
        let sparse = x.flatMap { [$0, .nan] }
        #expect(try answer(Values(sparse, [420]).view([3, 5, 7, 2], strides: [140, 28, 4, 2])) == wanted)
        #expect(try answer(Values(x.map { Double($0) }, [3, 5, 7, 2]).array) == wanted)
        #expect(try answer(Values([0] + x, [211]).view([3, 5, 7, 2], strides: [70, 14, 2, 1], from: 1)) == wanted)
        let wide = Values<Double>([3, 8], of: -9)
        try held.predict([Values(x, [3, 5, 7, 2]).array], [wide.view([3, 4], strides: [8, -2], from: 7)])
        #expect((0..<12).map { Float(wide.memory[$0 / 4 * 8 + 7 - 2 * ($0 % 4)]) } == wanted)
        #expect((0..<12).allSatisfy { wide.memory[2 * $0] == -9 })
    }

    @Test func anEstimatorIsAskedWithoutAllocating() throws {
        let held = try Held.made(
            #"{"estimator": "MLPRegressor", "parameters": {"hidden_layer_sizes": [8], "max_iter": 5, "random_state": 1}}"#
        )
        let x = Values(Self.numbers(60), [20, 3]), y = Values(Self.numbers(40, 2), [20, 2])
        try held.fit(x.array, y.array)
        let output = Values<Float>([20, 2], of: 0)
        let inputs = [x.array], outputs = [output.array]
        try held.predict(inputs, outputs)
        // Other tests allocate at the same time.
        let fewest = (0..<50).map { _ in
            let before = allocation_count()
            for _ in 0..<4 { _ = tern_model_predict(held.pointer, inputs, 1, outputs, 1) }
            return allocation_count() - before
        }.min()!
        #expect(fewest == 0)
    }

    /// Of many numbers of examples the one that was asked for least lately is forgotten.
    @Test func aNumberOfExamplesThatComesAgainIsKept() throws {
        let x = Values<Float>([17, 1], of: 1), y = Values<Float>([17, 1], of: 0)
        // Other tests allocate at the same time.
        let fewest = try (0..<10).map { _ in
            let held = try Held.made(
                #"{"model": {"layers": [{"dense": {"units": 1}}]}, "input": [1], "output": [1], "seed": 1}"#)
            for examples in Array(1...16) + [1, 17] {
                let shape = [examples, 1]
                try held.predict([x.view(shape, strides: [1, 1])], [y.view(shape, strides: [1, 1])])
            }
            let inputs = [x.view([1, 1], strides: [1, 1])], outputs = [y.view([1, 1], strides: [1, 1])]
            let before = allocation_count()
            _ = tern_model_predict(held.pointer, inputs, 1, outputs, 1)
            return allocation_count() - before
        }.min()!
        #expect(fewest == 0)
    }

    /// Each thread has a plan of its own.
    @Test func threadsAskOneModelAtOnce() async throws {
        let folder = TemporaryFolder()
        let (model, path) = try Self.network(folder), held = try Held.opened(path)
        nonisolated(unsafe) let pointer = held.pointer
        let x = Self.numbers(16 * 70)
        let wanted = try model.predict(Tensor(x, shape: [16, 5, 7, 2])).scalars(Float.self)
        let right = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    let input = Values(x, [16, 5, 7, 2]), output = Values<Float>([16, 4], of: 0)
                    return (0..<50).allSatisfy { _ in
                        tern_model_predict(pointer, [input.array], 1, [output.array], 1) == TERN_OK
                            && output.values == wanted
                    }
                }
            }
            return await group.reduce(true) { $0 && $1 }
        }
        #expect(right)
        withExtendedLifetime(held) {}
    }

    /// Without plans they take turns.
    @Test func threadsAskANetworkOfOneBatchSizeAtOnce() throws {
        let folder = TemporaryFolder()
        let model = Sequential(input: [6], batchSize: 4, seed: 1) {
            Dense(8)
            Dense(2)
        }
        try model.write(to: folder.path("net.safetensors"))
        let held = try Held.opened(folder.path("net.safetensors")), x = Self.numbers(24)
        let wanted = try model.predict(Tensor(x, shape: [4, 6])).scalars(Float.self)
        nonisolated(unsafe) let pointer = held.pointer
        DispatchQueue.concurrentPerform(iterations: 6) { _ in
            let input = Values(x, [4, 6]), output = Values<Float>([4, 2], of: 0)
            #expect(tern_model_predict(pointer, [input.array], 1, [output.array], 1) == TERN_OK)
            #expect(output.values == wanted)
        }
        withExtendedLifetime(held) {}
    }

    /// As many examples as are more than one batch; doubles over floats, each where the last was read.
    @Test func anOutputMayLieOverAnInput() throws {
        let folder = TemporaryFolder(), count = 2000
        try Sequential(input: [4]) { Rescaling(scale: 2) }.write(to: folder.path("net.safetensors"))
        let held = try Held.opened(folder.path("net.safetensors")), x = Self.numbers(4 * count)
        let memory = Values<Double>([count, 4], of: 0)
        let floats = UnsafeMutableRawPointer(memory.memory.baseAddress!)
        for (i, value) in x.enumerated() { floats.storeBytes(of: value, toByteOffset: 4 * i, as: Float.self) }
        try held.predict([tern_array_of(floats, TERN_FLOAT32, 2, [Int64(count), 4])], [memory.array])
        #expect(memory.values == x.map { Double(2 * $0) })
        let same = Values(x, [count, 4])
        try held.predict([same.array], [same.array])
        #expect(same.values == x.map { 2 * $0 })
        // Backwards over itself.
        let turned = Values(x, [count, 4])
        try held.predict([turned.array], [turned.view([count, 4], strides: [-4, 1], from: 4 * (count - 1))])
        let wanted = (0..<count).reversed().flatMap { row in (0..<4).map { 2 * x[4 * row + $0] } }
        #expect(turned.values == wanted)
    }

    @Test func classifiersGiveLabelsAndProbabilities() throws {
        let held = try Held.made(
            #"{"estimator": "MLPClassifier", "parameters": {"hidden_layer_sizes": [4], "max_iter": 30, "random_state": 1}}"#
        )
        let x = Values(Self.numbers(60), [20, 3]), labels = Values((0..<20).map { Int64($0 % 3 * 5) }, [20])
        try held.fit(x.array, labels.array)
        let found = Values<Int32>([20], of: -1), shares = Values<Double>([20, 3], of: -1)
        try held.predict([x.array], [found.array, shares.array])
        var model = MLPClassifier(hiddenLayerSizes: [4], maxIter: 30, randomState: 1)
        let features = Tensor(x.values, shape: [20, 3])
        try model.fit(features, Tensor(labels.values))
        #expect(found.values.map(Int64.init) == (try model.predict(features)).scalars(Int64.self))
        #expect(shares.values == (try model.predictProba(features)).doubles)
        try held.predict([x.array], [found.array])
    }

    @Test func columnsOfATableAreInputs() throws {
        let folder = TemporaryFolder()
        let rows = (0..<30).map { "\($0),\($0 % 2 == 0 ? "wet" : "dry"),\(2 * $0 + ($0 % 2) * 10)" }
        let table = try Table(csvText: "height,soil,flow\n\(rows.joined(separator: "\n"))\n")
        let model = try TableModel(TableExamples(table, target: "flow"), estimator: Ridge(alpha: 1e-6))
        try model.write(to: folder.path("flow.safetensors"))
        let held = try Held.opened(folder.path("flow.safetensors"))
        var port = tern_port()
        #expect(tern_model_input(held.pointer, 1, &port) == TERN_OK)
        #expect(String(cString: port.name) == "soil" && port.type == TERN_INT64 && port.rank == 1)
        #expect(String(cString: port.unit) == "number of the level: dry, wet")
        var json: UnsafePointer<CChar>?
        #expect(tern_model_describe(held.pointer, &json) == TERN_OK)
        #expect(String(cString: try #require(json)).contains(#""levels":{"soil":["dry","wet"]}"#))
        let output = Values<Double>([2], of: 0)
        try held.predict([Values([3.0, 4], [2]).array, Values([0 as Int64, 1], [2]).array], [output.array])
        #expect(zip(output.values, [16.0, 8]).allSatisfy { abs($0 - $1) < 1e-3 })
        #expect(throws: Held.Failure.self) {
            try held.predict([Values([3.0, 4], [2]).array, Values([0 as Int64, 2], [2]).array], [output.array])
        }
        #expect(message == "the column \"soil\" has the level 2; there are 2, from 0")
        let endless = Values([3.0, .infinity], [2]).array, soils = Values([0 as Int64, 1], [2]).array
        #expect(tern_model_predict(held.pointer, [endless, soils], 2, [output.array], 1) == TERN_BAD_DATA)
        #expect(message == "example 1: column \"height\" (1st): an infinite value cannot be used")
    }

    @Test func aTruthOfATableIsOneOrZero() throws {
        let folder = TemporaryFolder()
        let rows = (0..<30).map { "\($0),\($0 % 2 == 0 ? "True" : "False"),\(2 * $0 + ($0 % 2) * 10)" }
        let table = try Table(csvText: "height,frozen,flow\n\(rows.joined(separator: "\n"))\n")
        let model = try TableModel(TableExamples(table, target: "flow"), estimator: Ridge(alpha: 1e-6))
        try model.write(to: folder.path("flow.safetensors"))
        let held = try Held.opened(folder.path("flow.safetensors"))
        var port = tern_port()
        #expect(tern_model_input(held.pointer, 1, &port) == TERN_OK)
        #expect(String(cString: port.unit) == "1 or 0: True or False")
        let heights = Values([3.0, 4], [2]).array, output = Values<Double>([2], of: 0)
        try held.predict([heights, Values([1.0, 0], [2]).array], [output.array])
        #expect(zip(output.values, [6.0, 18]).allSatisfy { abs($0 - $1) < 1e-3 }, "\(output.values)")
        let odd = Values([1.0, 7], [2]).array
        #expect(tern_model_predict(held.pointer, [heights, odd], 2, [output.array], 1) == TERN_BAD_ARGUMENT)
        #expect(message == "the column \"frozen\" holds 7.0; the model reads 1 and 0 there, True and False")
    }

    /// In units of the files: what the command predicts of a file, a program does of arrays.
    @Test func aRunIsAskedInItsUnits() throws {
        let folder = TemporaryFolder()
        let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
        try Dataset([sst, rain]).write(to: folder.path("pacific.nc"))
        let experiment = try Experiment(
            yaml: """
                name: rain
                data:
                  files: {fields: \(folder.path("pacific.nc"))}
                  inputs: [{variable: sst, scale: standard}]
                  targets: [{variable: precipitation, scale: standard}]
                split: {by: period}
                model: {name: linear}
                training: {epochs: 2}
                output: {figures: false}
                """)
        try experiment.run(into: folder.path("run"))
        let held = try Held.opened(folder.path("run"))
        var port = tern_port()
        #expect(tern_model_output(held.pointer, 0, &port) == TERN_OK)
        #expect(String(cString: port.name) == "precipitation" && String(cString: port.unit) == "mm day-1")
        let wanted = try Run(contentsOf: folder.path("run")).predict(
            from: ["fields": folder.path("pacific.nc")], note: { _ in })[0].values
        let values = sst.values.cast(to: .float32).scalars(Float.self)
        let output = Values<Float>([60], of: 0)
        try held.predict([Values(values, sst.shape).array], [output.array])
        #expect(Tensor(output.values) == wanted.cast(to: .float32))
        // Threads take turns, also when it is first asked.
        nonisolated(unsafe) let fresh = try Held.opened(folder.path("run")), input = Values(values, sst.shape)
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            let own = Values<Float>([60], of: 0)
            #expect(tern_model_predict(fresh.pointer, [input.array], 1, [own.array], 1) == TERN_OK)
            #expect(Tensor(own.values) == wanted.cast(to: .float32))
        }
        // A function that saturates would hide what is infinite.
        var endless = values
        endless[0] = .infinity
        let status = tern_model_predict(held.pointer, [Values(endless, sst.shape).array], 1, [output.array], 1)
        #expect(status == TERN_BAD_DATA)
        #expect(message.hasPrefix("input \"sst\": a value of example 0 is infinite"), "\(message)")
    }

    /// Its port does not know how many there are, and shows two dimensions.
    @Test func aSingleTargetIsGivenWithOrWithoutADimensionOfItsOwn() throws {
        let held = try Held.made(#"{"estimator": "LinearRegression"}"#)
        try held.fit(Values([0.0, 1, 2], [3, 1]).array, Values([1.0, 3, 5], [3]).array)
        let given = Values([4.0, 7], [2, 1]).array
        for shape in [[2], [2, 1]] {
            let output = Values<Double>(shape, of: 0)
            try held.predict([given], [output.array])
            #expect(zip(output.values, [9.0, 15]).allSatisfy { abs($0 - $1) < 1e-9 }, "\(output.values)")
        }
        #expect(throws: Held.Failure.self) { try held.predict([given], [Values<Double>([2, 2], of: 0).array]) }
        #expect(message == "output 0 has the shape [2, 2]; it must be [2]")
    }

    /// As in C, any byte but 0 is true.
    @Test func aTruthIsAnyByteButZero() throws {
        let held = try Held.made(#"{"estimator": "LinearRegression"}"#)
        try held.fit(Values([0.0, 1, 2], [3, 1]).array, Values([1.0, 3, 5], [3]).array)
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 3)
        for (i, byte) in [0, 1, 7].enumerated() { bytes[i] = UInt8(byte) }
        let given = tern_array_of(bytes, TERN_BOOL, 2, [3, 1]), output = Values<Double>([3], of: 0)
        try held.predict([given], [output.array])
        #expect(zip(output.values, [1.0, 3, 3]).allSatisfy { abs($0 - $1) < 1e-9 }, "\(output.values)")
    }
}
