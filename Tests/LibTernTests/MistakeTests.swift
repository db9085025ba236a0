import CTern
import Foundation
import Tern
import TestSupport
import Testing

/// A mistake is told and ends nothing.
struct MistakeTests {
    private static let line = #"{"estimator": "LinearRegression"}"#
    private static let net = """
        {"model": {"layers": [{"dense": {"units": 4, "activation": "relu"}}, {"dense": {"units": 1}}]},
         "input": [2], "output": [1], "training": {"epochs": 3, "batch_size": 8}, "seed": 1}
        """

    @Test(arguments: [
        (#"{"estimator": "Forest"}"#, #"there is no estimator Forest; there are "#),
        (#"{"estimator": "Ridge", "parameters": {"alhpa": 1}}"#, #"there is no parameter "alhpa""#),
        (#"{"estimator": "Ridge", "parameters": {"alpha": "big"}}"#, "alpha cannot be big"),
        (#"{"estimator": "Ridge", "alpha": 1}"#, #"has no key "alpha""#),
        ("{", "is no JSON object"),
        (
            #"{"model": {"layers": [{"dense": {"units": 4}}]}, "input": [2], "output": [3]}"#,
            "the last layer gives the shape [4]"
        ),
        (
            #"{"model": {"layers": [{"conv2d": {"filters": 4, "kernel_size": 3}}]}, "input": [2], "output": [4]}"#,
            "conv2d"
        ),
        (#"{"model": {"layers": ["flatten"]}, "input": [2], "output": [2], "speed": 3}"#, #"there is no key "speed""#),
        (#"{"model": {"layers": [{"dense": {"units": 4611686018427387904}}]}, "input": [2], "output": [4]}"#, "units"),
    ])
    func aConfigurationThatIsNoneIsTold(_ configuration: String, _ complaint: String) {
        var model: OpaquePointer?
        #expect(tern_model_make(configuration, &model) == TERN_BAD_ARGUMENT)
        #expect(model == nil)
        #expect(message.contains(complaint), "\(message)")
    }

    @Test func nullIsTold() throws {
        let held = try Held.made(Self.line)
        let x = Values([1.0, 2], [2, 1]).array
        var model: OpaquePointer?
        #expect(tern_model_open(nil, &model) == TERN_BAD_ARGUMENT && message == "path is null")
        #expect(tern_model_open("x", nil) == TERN_BAD_ARGUMENT && message == "model is null")
        #expect(tern_model_make(nil, &model) == TERN_BAD_ARGUMENT)
        #expect(tern_model_predict(nil, [x], 1, [x], 1) == TERN_BAD_ARGUMENT && message == "model is null")
        #expect(tern_model_predict(held.pointer, nil, 1, [x], 1) == TERN_BAD_ARGUMENT)
        #expect(tern_model_predict(held.pointer, [x], 1, nil, 1) == TERN_BAD_ARGUMENT)
        #expect(tern_model_fit(held.pointer, nil, 1, nil, 1, nil, 0, nil, nil) == TERN_BAD_ARGUMENT)
        #expect(tern_model_save(held.pointer, nil) == TERN_BAD_ARGUMENT)
        #expect(tern_model_describe(held.pointer, nil) == TERN_BAD_ARGUMENT)
        #expect(tern_model_input(held.pointer, 0, nil) == TERN_BAD_ARGUMENT)
        #expect(tern_model_input_count(nil) == 0)
        #expect(tern_result_text(nil) == nil && tern_result_array_count(nil) == 0)
        tern_model_close(nil)
        tern_result_close(nil)
    }

    @Test func aClosedModelIsTold() throws {
        var model: OpaquePointer?
        #expect(tern_model_make(Self.line, &model) == TERN_OK)
        tern_model_close(model)
        tern_model_close(model)
        let x = Values([1.0, 2], [2, 1]).array
        #expect(tern_model_predict(model, [x], 1, [x], 1) == TERN_BAD_ARGUMENT)
        #expect(message == "model is none of this library's, or was closed")
    }

    @Test func aClosedModelIsToldThoughOthersAreMade() throws {
        var model: OpaquePointer?
        #expect(tern_model_make(Self.line, &model) == TERN_OK)
        tern_model_close(model)
        let others = try (0..<20).map { _ in try Held.made(Self.line) }
        var text: UnsafePointer<CChar>?
        #expect(tern_model_describe(model, &text) == TERN_BAD_ARGUMENT)
        withExtendedLifetime(others) {}
    }

    /// Rows that begin within each other, and two dimensions along the same elements.
    @Test(arguments: [
        ([2, 2], [1, 1], true), ([3, 2], [1, 2], true), ([3, 2], [2, 1], false), ([3, 2], [1, 3], false),
        ([3, 2], [-4, 2], false),
    ])
    func outputsWhoseElementsOverlapAreRefused(_ shape: [Int], _ strides: [Int], _ overlaps: Bool) throws {
        let held = try Held.made(
            #"{"model": {"layers": [{"dense": {"units": 2}}]}, "input": [2], "output": [2], "seed": 1}"#)
        let x = Values<Float>([shape[0], 2], of: 1), y = Values<Float>([20], of: 0)
        let status = tern_model_predict(held.pointer, [x.array], 1, [y.view(shape, strides: strides, from: 10)], 1)
        #expect(status == (overlaps ? TERN_BAD_ARGUMENT : TERN_OK), "\(message)")
    }

    /// A network of one input and two outputs, twice and three times it.
    private static func doubled(_ folder: TemporaryFolder) throws -> Held {
        let input = Input([2])
        let model = Model(inputs: [input], outputs: [Rescaling(scale: 2)(input), Rescaling(scale: 3)(input)])
        try model.write(to: folder.path("net.safetensors"))
        return try Held.opened(folder.path("net.safetensors"))
    }

    /// The same memory, a part of it, and a column of what has no gaps.
    @Test func outputsOverEachOtherAreRefused() throws {
        let held = try Self.doubled(TemporaryFolder())
        let x = Values<Float>([3, 2], of: 1), y = Values<Float>([20], of: 0)
        let whole = y.view([3, 2], strides: [2, 1])
        for other in [whole, y.view([3, 2], strides: [2, 1], from: 5), y.view([3, 2], strides: [3, 9], from: 4)] {
            #expect(tern_model_predict(held.pointer, [x.array], 1, [whole, other], 2) == TERN_BAD_ARGUMENT)
            #expect(message == "output 1 lies over output 0; give each memory of its own")
        }
        // Both with gaps: a column of the other's rows, and rows that begin in those of the other, turned round.
        for other in [y.view([3, 2], strides: [4, 2], from: 1), y.view([3, 2], strides: [-4, -1], from: 9)] {
            let gapped = y.view([3, 2], strides: [4, 1])
            #expect(tern_model_predict(held.pointer, [x.array], 1, [gapped, other], 2) == TERN_BAD_ARGUMENT)
            #expect(message == "output 1 lies over output 0; give each memory of its own")
        }
        // Rows between rows, of another stride.
        try held.predict([x.array], [y.view([3, 2], strides: [4, 1]), y.view([3, 2], strides: [-8, 1], from: 18)])
        #expect(y.values == [2, 2, 3, 3, 2, 2, 0, 0, 2, 2, 3, 3, 0, 0, 0, 0, 0, 0, 3, 3])
        // Columns of one matrix.
        let (left, right) = (y.view([3, 2], strides: [4, 1]), y.view([3, 2], strides: [4, 1], from: 2))
        try held.predict([x.array], [left, right])
        #expect(y.values.prefix(12) == [2, 2, 3, 3, 2, 2, 3, 3, 2, 2, 3, 3])
    }

    /// Along one element there is no step, and what is empty has no element that could lie over another.
    @Test func stridesThatLeadNowhereAreAnyNumbers() throws {
        let held = try Held.made(
            #"{"model": {"layers": [{"dense": {"units": 2}}]}, "input": [2], "output": [2], "seed": 1}"#)
        let x = Values([1.0, 2], [1, 2]), y = Values<Double>([1, 2], of: 0), wanted = Values<Double>([1, 2], of: 0)
        try held.predict([x.array], [wanted.array])
        for stride in [Int64.min, .max, 0, 3] {
            var (one, other) = (x.array, y.array)
            (one.strides.0, other.strides.0) = (stride, stride)
            try held.predict([one], [other])
            #expect(y.values == wanted.values)
            y.memory.update(repeating: 0)
        }
        // As Fortran describes x(2, 0).
        var none = x.array
        (none.data, none.shape.0, none.strides) = (nil, 0, (0, 0, 0, 0, 0, 0, 0, 0))
        try held.predict([none], [none])
    }

    @Test func integersBeyondTheTypeOfAnInputAreTold() throws {
        let folder = TemporaryFolder()
        try Sequential(input: [1], dtype: .int32) { Flatten() }.write(to: folder.path("net.safetensors"))
        let held = try Held.opened(folder.path("net.safetensors")), y = Values<Int32>([2, 1], of: 0)
        #expect(throws: Held.Failure.self) {
            try held.predict([Values([Int64(1) << 40, 1], [2, 1]).array], [y.array])
        }
        #expect(message.contains("holds 1099511627776, which its type int32 cannot hold"), "\(message)")
        try held.predict([Values([Int64(Int32.min), Int64(Int32.max)], [2, 1]).array], [y.array])
        #expect(y.values == [.min, .max])
    }

    @Test func integersBeyondTheTypeOfAnOutputAreTold() throws {
        let folder = TemporaryFolder()
        try Sequential(input: [1], dtype: .int32) { Flatten() }.write(to: folder.path("net.safetensors"))
        let held = try Held.opened(folder.path("net.safetensors"))
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 2)
        defer { bytes.deallocate() }
        bytes.initialize(repeating: 9, count: 2)
        let output = tern_array_of(bytes, TERN_UINT8, 2, [2, 1])
        for odd: Int32 in [300, -5] {
            #expect(throws: Held.Failure.self) { try held.predict([Values<Int32>([7, odd], [2, 1]).array], [output]) }
            #expect(message == "output 0 cannot hold \(odd); give an array of TERN_INT32")
        }
        try held.predict([Values<Int32>([0, 255], [2, 1]).array], [output])
        #expect([bytes[0], bytes[1]] == [0, 255])
    }

    @Test func aPortOfMoreDimensionsThanArraysHaveIsTold() throws {
        let held = try Held.made(
            #"{"model": {"layers": ["flatten"]}, "input": [1, 1, 1, 1, 1, 1, 1, 2], "output": [2]}"#)
        var port = tern_port()
        #expect(tern_model_input(held.pointer, 0, &port) == TERN_BAD_ARGUMENT)
        #expect(message.contains("9 dimensions"), "\(message)")
        #expect(tern_model_output(held.pointer, 0, &port) == TERN_OK && port.rank == 2)
    }

    @Test func arraysThatAreNoneAreTold() throws {
        let held = try Held.made(Self.net)
        let memory = Values([Float](repeating: 0.5, count: 20), [20])
        let x = memory.view([4, 2], strides: [2, 1]), y = Values<Float>([4, 1], of: 0).array
        func told(_ x: tern_array, _ y: tern_array) -> String {
            #expect(tern_model_predict(held.pointer, [x], 1, [y], 1) == TERN_BAD_ARGUMENT)
            return message
        }
        var odd = x
        odd.rank = 9
        #expect(told(odd, y) == "input 0 has the rank 9; it must be from 0 to 8")
        odd.rank = -1
        #expect(told(odd, y).contains("rank -1"))
        odd = x
        odd.type = tern_type(rawValue: 77)
        #expect(told(odd, y).contains("type 77"))
        odd = x
        odd.data = nil
        #expect(told(odd, y) == "input 0.data is null")
        odd = x
        odd.shape.1 = -2
        #expect(told(odd, y).contains("which no array has"))
        odd.shape = (1 << 40, 1 << 40, 0, 0, 0, 0, 0, 0)
        #expect(told(odd, y).contains("which no array has"))
        odd = x
        odd.strides.0 = .max
        #expect(told(odd, y).contains("leads out of memory"))
        odd.strides.0 = .min
        #expect(told(odd, y).contains("leads out of memory"))
        var flat = y
        flat.strides.0 = 0
        #expect(told(x, flat) == "output 0 has the stride 0 along dimension 0: its elements cannot be written")
        odd = x
        odd.shape.1 = 3
        #expect(told(odd, y) == "input 0 (input) has the shape [4, 3]; it must be [4, 2]")
        #expect(
            told(x, Values<Float>([3, 1], of: 0).array) == "output 0 (output) has the shape [3, 1]; it must be [4, 1]")
        #expect(told(x, Values<Int32>([4, 1], of: 0).array) == "output 0 is of int32, which cannot hold float32")
        #expect(tern_model_predict(held.pointer, [x, x], 2, [y], 1) == TERN_BAD_ARGUMENT)
        #expect(tern_model_predict(held.pointer, [x], -1, [y], 1) == TERN_BAD_ARGUMENT)
        #expect(tern_model_predict(held.pointer, [x], 1, [y], 0) == TERN_BAD_ARGUMENT)
        #expect(tern_model_predict(held.pointer, [x], 1, [y], 1) == TERN_OK)
    }

    @Test func valuesThatCannotBeLearnedAreTold() throws {
        let held = try Held.made(Self.line)
        let x = Values([1.0, .nan, 3], [3, 1]).array, y = Values([1.0, 2, 3], [3]).array
        #expect(tern_model_fit(held.pointer, [x], 1, [y], 1, nil, 0, nil, nil) == TERN_BAD_DATA)
        #expect(message.contains("LinearRegression") && message.contains("row 1"), "\(message)")
        #expect(tern_model_predict(held.pointer, [x], 1, [y], 1) == TERN_BAD_DATA)
        let network = try Held.made(Self.net)
        let short = Values<Float>([3, 1], of: 0).array
        #expect(
            tern_model_fit(network.pointer, [Values<Float>([4, 2], of: 0).array], 1, [short], 1, nil, 0, nil, nil)
                != TERN_OK)
        #expect(
            tern_model_fit(network.pointer, [Values<Float>([3, 5], of: 0).array], 1, [short], 1, nil, 0, nil, nil)
                != TERN_OK)
        #expect(message.contains("[3, 5]"), "\(message)")
    }

    @Test func filesThatAreNoModelsAreTold() throws {
        let folder = TemporaryFolder()
        try Data("no model".utf8).write(to: URL(fileURLWithPath: folder.path("text.safetensors")))
        for path in ["text.safetensors", "absent.safetensors", "."] {
            var model: OpaquePointer?
            #expect(tern_model_open(folder.path(path), &model) == TERN_BAD_FILE, "\(path)")
            #expect(message.contains(folder.path(path == "." ? "" : path)), "\(message)")
        }
        let held = try Held.made(Self.net)
        #expect(tern_model_save(held.pointer, folder.path("no/such/folder.safetensors")) == TERN_BAD_FILE)
    }

    @Test func messagesAreOfTheThread() async throws {
        #expect(tern_model_input(nil, 0, nil) == TERN_BAD_ARGUMENT && message == "model is null")
        let other = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: message) }
        }
        #expect(other == "")
    }
}
