import Foundation
import Synchronization
import TernCore
import TernLearn
import TestSupport
import Testing

/// What a file or a kept training says is compared with what reads it: what does not fit is told, and nothing is read or
/// written beside its place.
@Suite struct DamageTests {
    /// Keeps the states of fits in memory, as JSON that can be changed.
    private final class Memory: FitCheckpoints {
        private let states = Mutex<[String: Data]>([:])
        /// Asked to end the work when it was asked for the time so often.
        let stop = FitStop()
        private let left: Mutex<Int>

        init(stopsAfter count: Int = .max) { left = Mutex(count) }

        func kept<State: Codable>(_ name: String, as type: State.Type) throws -> State? {
            let decoder = JSONDecoder()
            decoder.nonConformingFloatDecodingStrategy = .convertFromString(
                positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
            return try states.withLock { $0[name] }.map { try decoder.decode(State.self, from: $0) }
        }

        func keep<State: Codable>(_ name: String, _ state: State) {
            let encoder = JSONEncoder()
            encoder.nonConformingFloatEncodingStrategy = .convertToString(
                positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
            let data = try! encoder.encode(state)
            states.withLock { $0[name] = data }
        }

        func isDue() -> Bool {
            left.withLock { left in
                left -= 1
                if left == 0 { stop.ask() }
            }
            return true
        }

        func damage(_ damage: Damage) throws {
            try states.withLock { states in
                for (name, data) in states {
                    states[name] = try changed(data) { object in try damage.change(&object) }
                }
            }
        }
    }

    /// A change of a JSON object.
    private struct Damage: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var change: @Sendable (inout [String: Any]) throws -> Void

        init(_ name: String, _ change: @escaping @Sendable (inout [String: Any]) throws -> Void) {
            (testDescription, self.change) = (name, change)
        }

        /// Another value for a key.
        static func number(_ key: String, _ value: Int) -> Damage { Damage("\(key) \(value)") { $0[key] = value } }

        /// Another tensor for a key, or for the first of its list.
        static func tensor(_ key: String, _ tensor: Tensor) -> Damage {
            Damage("\(key) \(tensor.spec)") { object in
                let value = try JSONSerialization.jsonObject(with: JSONEncoder().encode(tensor))
                if var list = object[key] as? [Any] {
                    list[0] = value
                    object[key] = list
                } else {
                    object[key] = value
                }
            }
        }
    }

    private let x: Tensor, y: Tensor

    init() {
        var random = RandomState(seed: 3)
        x = Tensor(random.uniform(low: -1, high: 1, count: 60), shape: [30, 2])
        y = sin(2 * x[.all, 0]) + x[.all, 1]
    }

    // MARK: Kept trainings

    private func network(epochs: Int) -> MLPRegressor {
        MLPRegressor(hiddenLayerSizes: [3], batchSize: 10, maxIter: epochs, randomState: 1)
    }

    @Test func aKeptTrainingGoesOnToTheSameBits() throws {
        var whole = network(epochs: 5), part = network(epochs: 3), rest = network(epochs: 5)
        try whole.fit(x, y)
        let memory = Memory()
        try FitWork.keeping(memory) { try part.fit(x, y) }
        try FitWork.keeping(memory) { try rest.fit(x, y) }
        #expect(rest.coefs == whole.coefs && rest.lossCurve == whole.lossCurve)
    }

    /// Its fits are done at once, in any order and on any thread.
    @Test(arguments: [1, 7, 20, 45]) func aSearchThatWasInterruptedGoesOnWithEachFitsOwn(_ place: Int) throws {
        func search() throws -> GridSearch {
            try GridSearch(
                network(epochs: 8), ["hiddenLayerSizes": [[3], [5], [2, 2], [4]]], cv: KFold(nSplits: 3))
        }
        var whole = try search(), part = try search(), rest = try search()
        try whole.fit(x, y)
        let memory = Memory(stopsAfter: place)
        #expect(throws: CancellationError.self) {
            try FitWork.$stop.withValue(memory.stop) { try FitWork.keeping(memory) { try part.fit(x, y) } }
        }
        try FitWork.keeping(memory) { try rest.fit(x, y) }
        #expect(rest.results.map(\.testScores) == whole.results.map(\.testScores))
    }

    @Test(arguments: [
        Damage.tensor("slots", .zeros([10_000], dtype: .float64)), .tensor("weights", .zeros([2, 4], dtype: .float64)),
        .tensor("order", Tensor([Int64](repeating: 1_000_000, count: 30))),
        .tensor("order", Tensor([Int64](repeating: 0, count: 30))),
        .tensor("order", Tensor((0..<Int64(29)).map { $0 })), .tensor("order", .zeros([30], dtype: .float64)),
        .number("stepCount", -1), .number("stepCount", .max), .number("t", .max), .number("stalled", .max),
        .number("nIter", -1), Damage("no slots") { $0["slots"] = [Any]() },
        Damage("scores without the best") { $0["validationScores"] = [0.5] },
    ])
    private func aKeptTrainingThatDoesNotFitIsTold(_ damage: Damage) throws {
        var part = network(epochs: 3), rest = network(epochs: 5)
        let memory = Memory()
        try FitWork.keeping(memory) { try part.fit(x, y) }
        try memory.damage(damage)
        #expect(message { try FitWork.keeping(memory) { try rest.fit(x, y) } }.contains("begin anew"))
    }

    @Test func theBestWeightsOfAKeptTrainingAreOfItsNetwork() throws {
        var part = network(epochs: 3)
        part.earlyStopping = true
        let memory = Memory()
        try FitWork.keeping(memory) { try part.fit(x, y) }
        try memory.damage(
            Damage("best") { object in
                var best = try #require(object["best"] as? [String: Any])
                best["network"] = [Any]()
                object["best"] = best
            })
        #expect(message { try FitWork.keeping(memory) { try part.fit(x, y) } }.contains("begin anew"))
    }

    @Test(arguments: [
        nil, Damage.tensor("slots", .zeros([10_000])), .tensor("orders", Tensor([Int64](repeating: 99, count: 15))),
        .number("stepCount", -1), Damage("no orders") { $0["orders"] = [Any]() },
    ])
    private func aKeptTrainingOfATableIsCompared(_ damage: Damage?) throws {
        var model = TabularRegressor(hiddenLayerSizes: [4], maxEpochs: 4, folds: 2, repeats: 1, randomState: 1)
        let memory = Memory()
        try FitWork.keeping(memory) { try model.fit(x, y) }
        let wanted = try model.predict(x)
        guard let damage else {
            try FitWork.keeping(memory) { try model.fit(x, y) }
            #expect(try model.predict(x) == wanted)
            return
        }
        try memory.damage(damage)
        #expect(message { try FitWork.keeping(memory) { try model.fit(x, y) } }.contains("begin anew"))
        #expect(try model.predict(x) == wanted)
    }

    /// What an optimiser keeps is part of what is pickled.
    @Test(arguments: [0, 1, 10_000]) func theMemoryOfAnOptimiserIsOfItsNetwork(_ count: Int) throws {
        var model = network(epochs: 2)
        try model.fit(x, y)
        var archive = try EstimatorArchive(model, keepsProgress: true)
        var whole = try #require(archive.estimator() as? MLPRegressor)
        try whole.partialFit(x, y)
        let path = try #require(archive.tensors.keys.sorted().first { $0.contains("progress/slots") })
        archive.tensors[path] = Tensor.zeros([count], dtype: .float64)
        var damaged = try #require(archive.estimator() as? MLPRegressor)
        #expect(message { try damaged.partialFit(x, y) }.contains("begin anew"))
    }

    // MARK: Files

    /// Any of its arrays may be damaged.
    @Test func tablesOfWhichAnArrayDoesNotFitAreRefused() throws {
        var model = TabularRegressor(hiddenLayerSizes: [4], maxEpochs: 2, folds: 2, repeats: 1, randomState: 1)
        var classifier = TabularClassifier(hiddenLayerSizes: [4], maxEpochs: 2, folds: 2, repeats: 1, randomState: 1)
        try model.fit(x, y)
        try classifier.fit(x, (y .> 0).cast(to: .float64))
        for fitted in [model, classifier] as [any Predictor] {
            let archive = try EstimatorArchive(fitted)
            #expect(archive.tensors.count > 20)
            for (path, tensor) in archive.tensors {
                var damaged = archive
                damaged.tensors[path] = tensor.expandingDimension(at: 0)
                #expect(message { try damaged.estimator() }.contains("does not fit together"), "\(path)")
                damaged.tensors[path] = tensor.cast(to: tensor.dtype == .float32 ? .float64 : .float32)
                #expect(message { try damaged.estimator() }.contains("does not fit together"), "\(path)")
            }
        }
    }

    @Test(arguments: [
        ["learned", "networks"], ["learned", "center"], ["learned", "scale"], ["learned", "shares", "within"],
        ["learned", "shares", "beyond"], ["classes"],
    ])
    func tablesOfWhichAListIsEmptyAreRefused(_ path: [String]) throws {
        var model = TabularClassifier(hiddenLayerSizes: [4], maxEpochs: 2, folds: 2, repeats: 1, randomState: 1)
        try model.fit(x, (y .> 0).cast(to: .float64))
        let archive = try EstimatorArchive(model)
        #expect(message { try replaced(archive, path, by: [Any]()).estimator() }.contains("TabularClassifier: "))
    }

    @Test(arguments: [[1.0, 1], [1, 0], [0, 0.5], [0, 1e300]])
    func classesOfAFileAreRisingIntegers(_ classes: [Double]) throws {
        var model = MLPClassifier(hiddenLayerSizes: [3], maxIter: 2, randomState: 1)
        try model.fit(x, y .> 0)
        let archive = try EstimatorArchive(model)
        _ = try archive.estimator()
        let text = message { try replaced(archive, ["known", "numbers", "_0"], by: classes).estimator() }
        #expect(text.contains("MLPClassifier: ") && text.contains("class"))
    }

    @Test func aSearchOfAFileWithoutCandidatesSaysSo() throws {
        let search = try HalvingSearch(Ridge(), ["alpha": [0.1, 1]], cv: KFold(nSplits: 2))
        let read = try replaced(EstimatorArchive(search), ["candidates"], by: [Any]()).estimator()
        var empty = try #require(read as? HalvingSearch)
        #expect(message { try empty.fit(x, y) }.contains("no candidates"))
    }
}

/// JSON with another value.
private func changed(_ data: Data, _ change: (inout [String: Any]) throws -> Void) throws -> Data {
    var object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    try change(&object)
    return try JSONSerialization.data(withJSONObject: object)
}

/// An archive that says something else at a path within the estimator.
private func replaced(_ archive: EstimatorArchive, _ path: [String], by value: Any) throws -> EstimatorArchive {
    func set(_ object: inout [String: Any], _ path: ArraySlice<String>) throws {
        guard path.count > 1 else {
            _ = try #require(object[path.first!])
            object[path.first!] = value
            return
        }
        var inner = try #require(object[path.first!] as? [String: Any])
        try set(&inner, path.dropFirst())
        object[path.first!] = inner
    }
    var copy = archive
    copy.text = String(
        decoding: try changed(Data(archive.text.utf8)) { try set(&$0, (["value"] + path)[...]) }, as: UTF8.self)
    return copy
}
