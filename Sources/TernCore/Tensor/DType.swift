import CTernKernels

/// The type of a tensor's elements, named as in NumPy.
///
/// ```swift
/// DType.promoted(.int32, .float32)  // .float64, as numpy.result_type gives
/// ```
public enum DType: UInt8, Sendable, CaseIterable, Codable, CustomStringConvertible {
    case float32, float64, int32, int64, bool

    /// Bytes of one element.
    public var size: Int {
        switch self {
        case .bool: 1
        case .float32, .int32: 4
        case .float64, .int64: 8
        }
    }

    public var isFloatingPoint: Bool { self == .float32 || self == .float64 }

    public var isInteger: Bool { self == .int32 || self == .int64 }

    public var description: String {
        switch self {
        case .float32: "float32"
        case .float64: "float64"
        case .int32: "int32"
        case .int64: "int64"
        case .bool: "bool"
        }
    }

    /// The type that holds the values of both: NumPy's promotion rules.
    public static func promoted(_ a: DType, _ b: DType) -> DType {
        if a == b { return a }
        if a == .bool { return b }
        if b == .bool { return a }
        switch (a.isFloatingPoint, b.isFloatingPoint) {
        case (false, false): return .int64
        default: return .float64  // float32 meets an integer or float64
        }
    }

    var c: CDType { CDType(rawValue: rawValue)! }
}

/// A Swift number (or truth value) that can be an element of a ``Tensor``.
public protocol TensorScalar: Sendable, Equatable {
    static var dtype: DType { get }
}

extension Float: TensorScalar { public static var dtype: DType { .float32 } }
extension Double: TensorScalar { public static var dtype: DType { .float64 } }
extension Int32: TensorScalar { public static var dtype: DType { .int32 } }
extension Int64: TensorScalar { public static var dtype: DType { .int64 } }
extension Int: TensorScalar { public static var dtype: DType { .int64 } }
extension Bool: TensorScalar { public static var dtype: DType { .bool } }

/// A plain number beside a tensor (`x + 1`), which takes the tensor's type as in NumPy:
/// an integer never changes it, a fraction turns integers into `float64`.
public protocol WeakScalar: Sendable {
    var asDouble: Double { get }
    /// The number as an integer, exact where a double is not; nil for types with fractions.
    var asInteger: Int? { get }
    static var weakDType: DType { get }
}

extension Double: WeakScalar {
    public var asDouble: Double { self }
    public var asInteger: Int? { nil }
    public static var weakDType: DType { .float64 }
}
extension Float: WeakScalar {
    public var asDouble: Double { Double(self) }
    public var asInteger: Int? { nil }
    public static var weakDType: DType { .float64 }
}
extension Int: WeakScalar {
    public var asDouble: Double { Double(self) }
    public var asInteger: Int? { self }
    public static var weakDType: DType { .int64 }
}

/// Shape and element type of a tensor, without its values.
public struct TensorSpec: Sendable, Hashable, CustomStringConvertible {
    public var shape: [Int]
    public var dtype: DType

    public init(shape: [Int], dtype: DType) {
        self.shape = shape
        self.dtype = dtype
    }

    /// Number of elements.
    public var count: Int {
        // Asked for in every step of training: plain sizes take the short way, which allocates nothing.
        var count = 1
        for i in shape.indices {
            let (product, overflow) = count.multipliedReportingOverflow(by: shape[i])
            if overflow || shape[i] <= 0 { return unusualCount }
            count = product
        }
        return count
    }

    /// Of shapes with lengths of 0, and of those that no tensor has.
    private var unusualCount: Int {
        guard let count = checkedProduct(shape) else { fail("no tensor can have the shape \(shape)") }
        return count
    }

    public var byteCount: Int {
        let (bytes, overflow) = count.multipliedReportingOverflow(by: dtype.size)
        if overflow { fail("no tensor can have the shape \(shape)") }
        return bytes
    }

    public var description: String { "\(dtype)\(shape)" }
}
