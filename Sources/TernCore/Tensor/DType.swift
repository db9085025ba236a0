import CTernKernels

/// The type of a tensor's elements, named as in NumPy.
///
/// ```swift
/// DType.promoted(.int32, .float32)        // float64, as numpy.result_type gives
/// Tensor([1, 2, 3]).dtype                 // int64
/// DType.float32.size                      // 4 bytes
/// ```
public enum DType: UInt8, Sendable, CaseIterable, Codable, CustomStringConvertible {
    /// Numbers of 24 bits' precision, 4 bytes each: Swift's `Float`, and the type of layers' weights by default.
    case float32
    /// Numbers of 53 bits' precision, 8 bytes each: Swift's `Double`.
    case float64
    /// Integers of 32 bits; they wrap round on overflow.
    case int32
    /// Integers of 64 bits, Swift's `Int` and `Int64`; they wrap round on overflow.
    case int64
    /// Truth values, a byte each.
    case bool

    /// Bytes of one element.
    public var size: Int {
        switch self {
        case .bool: 1
        case .float32, .int32: 4
        case .float64, .int64: 8
        }
    }

    /// Whether it is `float32` or `float64`, the types that have gradients.
    public var isFloatingPoint: Bool { self == .float32 || self == .float64 }

    /// Whether it is `int32` or `int64`; `bool` is not.
    public var isInteger: Bool { self == .int32 || self == .int64 }

    /// NumPy's name of the type.
    public var description: String {
        switch self {
        case .float32: "float32"
        case .float64: "float64"
        case .int32: "int32"
        case .int64: "int64"
        case .bool: "bool"
        }
    }

    /// The type of NumPy's name, nil where there is none.
    package init?(name: String) {
        guard let known = Self.allCases.first(where: { $0.description == name }) else { return nil }
        self = known
    }

    /// The smallest type that holds the values of both: NumPy's promotion rules. An integer and a floating-point type
    /// make `float64`, `bool` gives way to any other.
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

/// A Swift number (or truth value) that can be an element of a ``Tensor``: `Float`, `Double`, `Int32`, `Int64`, `Int`,
/// `Bool`.
///
/// ```swift
/// Int.dtype                               // int64
/// Tensor([true, false]).scalars(Bool.self)    // [true, false]
/// ```
public protocol TensorScalar: Sendable, Equatable {
    /// The type of a tensor of such elements.
    static var dtype: DType { get }
}

extension Float: TensorScalar {
    /// `float32`.
    public static var dtype: DType { .float32 }
}
extension Double: TensorScalar {
    /// `float64`.
    public static var dtype: DType { .float64 }
}
extension Int32: TensorScalar {
    /// `int32`.
    public static var dtype: DType { .int32 }
}
extension Int64: TensorScalar {
    /// `int64`.
    public static var dtype: DType { .int64 }
}
extension Int: TensorScalar {
    /// `int64`.
    public static var dtype: DType { .int64 }
}
extension Bool: TensorScalar {
    /// `bool`.
    public static var dtype: DType { .bool }
}

/// A plain number beside a tensor (`x + 1`), which takes the tensor's type as in NumPy: an integer never changes it, a
/// fraction turns integers into `float64`.
///
/// ```swift
/// (Tensor([1, 2]) + 1).dtype              // int64
/// (Tensor([1, 2]) + 0.5).dtype            // float64
/// (Tensor([1, 2] as [Float]) + 0.5).dtype // float32
/// ```
///
/// `Double`, `Float` and `Int` are such numbers.
public protocol WeakScalar: Sendable {
    /// The number in double precision.
    var asDouble: Double { get }
    /// The number as an integer, exact where a double is not; nil for types with fractions.
    var asInteger: Int? { get }
    /// `int64` for integers, `float64` for types with fractions: what a tensor of booleans becomes beside such a
    /// number, and a tensor of integers beside one with a fraction.
    static var weakDType: DType { get }
}

extension Double: WeakScalar {
    /// The number itself.
    public var asDouble: Double { self }
    /// nil: it may have a fraction.
    public var asInteger: Int? { nil }
    /// `float64`.
    public static var weakDType: DType { .float64 }
}
extension Float: WeakScalar {
    /// The same number.
    public var asDouble: Double { Double(self) }
    /// nil: it may have a fraction.
    public var asInteger: Int? { nil }
    /// `float64`.
    public static var weakDType: DType { .float64 }
}
extension Int: WeakScalar {
    /// The nearest double, which is the number itself up to 2⁵³.
    public var asDouble: Double { Double(self) }
    /// The number itself.
    public var asInteger: Int? { self }
    /// `int64`.
    public static var weakDType: DType { .int64 }
}

/// Shape and element type of a tensor, without its values.
///
/// ```swift
/// let spec = TensorSpec(shape: [96, 144], dtype: .float32)
/// spec.count                              // 13824
/// spec.byteCount                          // 55296
/// ```
public struct TensorSpec: Sendable, Hashable, CustomStringConvertible {
    /// The length of each dimension; [] of a single number.
    public var shape: [Int]
    /// The type of the elements.
    public var dtype: DType

    /// No tensor is made, and nothing is checked.
    public init(shape: [Int], dtype: DType) {
        self.shape = shape
        self.dtype = dtype
    }

    /// The number of elements, 1 for the shape []. A shape that no tensor can have (a negative length, too many
    /// elements) ends the program.
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

    /// The bytes of all elements. A shape that no tensor can have ends the program.
    public var byteCount: Int {
        let (bytes, overflow) = count.multipliedReportingOverflow(by: dtype.size)
        if overflow { fail("no tensor can have the shape \(shape)") }
        return bytes
    }

    /// The type and the shape, such as `float32[96, 144]`.
    public var description: String { "\(dtype)\(shape)" }
}
