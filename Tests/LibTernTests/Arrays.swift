import CTern
import Tern

/// Values in memory as tern.h takes them. They are never freed: views of them do not hold them.
final class Values<Element: TensorScalar> {
    let memory: UnsafeMutableBufferPointer<Element>
    let shape: [Int]

    init(_ values: [Element], _ shape: [Int]) {
        memory = .allocate(capacity: max(1, values.count))
        _ = memory.initialize(from: values)
        self.shape = shape
    }

    convenience init(_ shape: [Int], of value: Element) {
        self.init([Element](repeating: value, count: shape.reduce(1, *)), shape)
    }

    var values: [Element] { Array(memory.prefix(shape.reduce(1, *))) }

    static var type: tern_type {
        switch Element.dtype {
        case .float32: TERN_FLOAT32
        case .float64: TERN_FLOAT64
        case .int32: TERN_INT32
        case .int64: TERN_INT64
        case .bool: TERN_BOOL
        }
    }

    var array: tern_array {
        tern_array_of(memory.baseAddress, Self.type, Int32(shape.count), shape.map(Int64.init))
    }

    /// With strides of one's own, in elements, from an element on.
    func view(_ shape: [Int], strides: [Int], from first: Int = 0) -> tern_array {
        var array = tern_array_of(memory.baseAddress! + first, Self.type, Int32(shape.count), shape.map(Int64.init))
        withUnsafeMutableBytes(of: &array.strides) { bytes in
            for (i, stride) in strides.enumerated() {
                bytes.storeBytes(
                    of: Int64(stride * MemoryLayout<Element>.stride), toByteOffset: 8 * i, as: Int64.self)
            }
        }
        return array
    }
}

var message: String { String(cString: tern_error_message()) }

/// A model that C holds.
final class Held {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }
    deinit { tern_model_close(pointer) }

    static func made(_ configuration: String) throws -> Held {
        var model: OpaquePointer?
        guard tern_model_make(configuration, &model) == TERN_OK else { throw Failure(message) }
        return Held(model!)
    }

    static func opened(_ path: String) throws -> Held {
        var model: OpaquePointer?
        guard tern_model_open(path, &model) == TERN_OK else { throw Failure(message) }
        return Held(model!)
    }

    func predict(_ inputs: [tern_array], _ outputs: [tern_array]) throws {
        guard tern_model_predict(pointer, inputs, Int32(inputs.count), outputs, Int32(outputs.count)) == TERN_OK else {
            throw Failure(message)
        }
    }

    func fit(_ x: tern_array, _ y: tern_array, more: Bool = false) throws {
        guard tern_model_fit(pointer, [x], 1, [y], 1, nil, more ? 1 : 0, nil, nil) == TERN_OK else {
            throw Failure(message)
        }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }
}
