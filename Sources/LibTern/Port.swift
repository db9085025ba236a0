import CTern
import Tern

/// What a model reads or gives.
final class Port: Sendable {
    let name: String, unit: String
    let dtype: DType
    /// Of an example; nil where it is not known before the fit.
    let shape: [Int]?
    private let texts: (name: LastingCopy, unit: LastingCopy)

    init(_ name: String, unit: String = "", _ dtype: DType, _ shape: [Int]?) {
        (self.name, self.unit, self.dtype, self.shape) = (name, unit, dtype, shape)
        texts = (LastingCopy(name), LastingCopy(unit))
    }

    /// As tern.h describes it.
    var described: tern_port {
        var port = tern_port()
        port.name = texts.name.pointer
        port.unit = texts.unit.pointer
        port.type = dtype.described
        let lengths = [-1] + (shape ?? [-1])
        port.rank = Int32(lengths.count)
        withUnsafeMutableBytes(of: &port.shape) { bytes in
            let places = bytes.bindMemory(to: Int64.self)
            for (i, length) in lengths.prefix(places.count).enumerated() { places[i] = Int64(length) }
        }
        return port
    }

    /// - Throws: ``ArgumentError`` where an array is none of so many examples.
    func check(_ array: ArrayView, examples: Int, _ name: @autoclosure () -> String) throws {
        guard let shape else {
            guard array.rank > 0, array.length(0) == examples else {
                throw ArgumentError("\(name()) (\(self.name)) has the shape \(array.shape) beside \(examples) examples")
            }
            return
        }
        guard array.hasExamples(shape, examples: examples) else {
            throw ArgumentError(
                "\(name()) (\(self.name)) has the shape \(array.shape); it must be \([examples] + shape)")
        }
    }
}

extension Tensor {
    /// A view of its memory, which lives as long as it, as tern.h has it; of `TERN_MAX_RANK` dimensions at most.
    var described: tern_array {
        let lengths = shape.map(Int64.init) + [Int64](repeating: 0, count: Int(TERN_MAX_RANK) - rank)
        return withUnsafeBytes {
            tern_array_of(UnsafeMutableRawPointer(mutating: $0.baseAddress), dtype.described, Int32(rank), lengths)
        }
    }
}

extension DType {
    var described: tern_type {
        switch self {
        case .float32: TERN_FLOAT32
        case .float64: TERN_FLOAT64
        case .int32: TERN_INT32
        case .int64: TERN_INT64
        case .bool: TERN_BOOL
        }
    }
}
