/// An array of numbers with a shape: a value, in row-major order on 64-byte-aligned memory.
///
/// ```swift
/// let x = Tensor([[1, 2, 3], [4, 5, 6]] as [[Float]])
/// let y = tanh(x).sum(axis: 0)     // shape [3]
/// y.scalars(Float.self)            // [1.7609..., 1.9639..., 1.9950...]
/// ```
///
/// Broadcasting, type promotion, indexing and reductions follow NumPy. Operations run
/// at once; inside `gradient(of:)` they are recorded as well, and inside
/// `compile(_:)` they are only recorded, to be run later as one plan.
///
/// A mistake in a program (shapes that do not fit, an index out of range) ends it with a
/// message that names the operation and the shapes.
public struct Tensor: Sendable {
    /// Shape and element type.
    public let spec: TensorSpec
    var storage: Storage?  // nil while a plan is traced
    package var node: Node?  // how it was computed, where somebody records it

    init(spec: TensorSpec, storage: Storage?, node: Node? = nil) {
        self.spec = spec
        self.storage = storage
        self.node = node
    }

    /// The length of each dimension.
    public var shape: [Int] { spec.shape }

    /// The type of the elements.
    public var dtype: DType { spec.dtype }

    /// Number of dimensions.
    public var rank: Int { spec.shape.count }

    /// Number of elements.
    public var count: Int { spec.count }
}

// MARK: - Making tensors

extension Tensor {
    /// A tensor of `scalars` in row-major order.
    ///
    /// - Precondition: `scalars.count` is the product of `shape`.
    public init<S: TensorScalar>(_ scalars: [S], shape: [Int]) {
        let spec = TensorSpec(shape: shape, dtype: S.dtype)
        guard spec.count == scalars.count else {
            fail("\(scalars.count) values cannot fill the shape \(shape) of \(spec.count) elements")
        }
        self.init(spec: spec, storage: Storage(byteCount: spec.byteCount))
        scalars.withUnsafeBytes { bytes in
            if let source = bytes.baseAddress { storage!.pointer.copyMemory(from: source, byteCount: bytes.count) }
        }
    }

    /// A vector.
    public init<S: TensorScalar>(_ scalars: [S]) { self.init(scalars, shape: [scalars.count]) }

    /// A matrix from its rows, which have the same length.
    public init<S: TensorScalar>(_ rows: [[S]]) {
        let width = rows.first?.count ?? 0
        if let odd = rows.firstIndex(where: { $0.count != width }) {
            fail("row \(odd) has \(rows[odd].count) values, the rows before it \(width)")
        }
        self.init(rows.flatMap { $0 }, shape: [rows.count, width])
    }

    /// One number, of shape `[]`.
    public init<S: TensorScalar>(_ scalar: S) { self.init([scalar], shape: []) }

    /// A tensor filled with one value, whose fraction is cut off where `dtype` is an integer type.
    public init(repeating value: Double, shape: [Int], dtype: DType = .float32) {
        self.init(repeatingWeak: value, shape: shape, dtype: dtype)
    }

    /// A tensor filled with one integer, exact in `int64`.
    public init(repeating value: Int, shape: [Int], dtype: DType = .float32) {
        self.init(repeatingWeak: value, shape: shape, dtype: dtype)
    }

    init<S: WeakScalar>(repeatingWeak value: S, shape: [Int], dtype: DType) {
        let spec = TensorSpec(shape: shape, dtype: dtype)
        self.init(spec: spec, storage: Storage(byteCount: spec.byteCount))
        let pointer = storage!.pointer
        func fill<T>(_ value: T) {
            pointer.initializeMemory(as: T.self, repeating: value, count: spec.count)
        }
        func integer<T: FixedWidthInteger>(_ type: T.Type) -> T {
            let exact = value.asInteger.map { T(exactly: $0) } ?? T(exactly: value.asDouble.rounded(.towardZero))
            guard let exact else { fail("the number \(value) is beyond \(dtype)") }
            return exact
        }
        switch dtype {
        case .float32: fill(Float(value.asDouble))
        case .float64: fill(value.asDouble)
        case .int32: fill(integer(Int32.self))
        case .int64: fill(integer(Int64.self))
        case .bool: fill(value.asDouble != 0)
        }
    }

    /// A tensor filled with 0 (false).
    public static func zeros(_ shape: [Int], dtype: DType = .float32) -> Tensor {
        Tensor(repeating: 0, shape: shape, dtype: dtype)
    }

    /// A tensor filled with 1 (true).
    public static func ones(_ shape: [Int], dtype: DType = .float32) -> Tensor {
        Tensor(repeating: 1, shape: shape, dtype: dtype)
    }

    /// `count` numbers from `start` to `stop`, both included, as `numpy.linspace` gives them; integers
    /// are rounded down.
    public static func linearSpace(
        from start: Double, to stop: Double, count: Int, dtype: DType = .float64
    ) -> Tensor {
        guard count >= 0 else { fail("linearSpace: there are no \(count) numbers") }
        let parts = Double(Swift.max(1, count - 1)), step = (stop - start) / parts
        // A step too small for a double is made up for by multiplying first.
        var values = (0..<count).map { (step == 0 ? Double($0) / parts * (stop - start) : Double($0) * step) + start }
        if count > 1 { values[count - 1] = stop }
        return Tensor(dtype.isInteger ? values.map { $0.rounded(.down) } : values).cast(to: dtype)
    }

    /// The integers of a range, as `numpy.arange`, of shape [length of the range].
    public static func range(_ range: Range<Int>, dtype: DType = .int64) -> Tensor {
        Tensor(Array(range)).cast(to: dtype)
    }

    /// The identity matrix of `n` rows, as `numpy.identity`.
    public static func identity(_ n: Int, dtype: DType = .float32) -> Tensor {
        let index = range(0..<n)
        return (index.reshaped([n, 1]) .== index).cast(to: dtype)
    }
}

// MARK: - Reading values

extension Tensor {
    /// The elements in row-major order.
    ///
    /// - Precondition: `type` is the element type; ``cast(to:)`` converts.
    /// - Complexity: O(count).
    public func scalars<S: TensorScalar>(_ type: S.Type = S.self) -> [S] {
        withScalars(type) { Array($0) }
    }

    /// The elements as doubles, whatever their type.
    public var doubles: [Double] { cast(to: .float64).scalars(Double.self) }

    /// The value of a tensor of one element, as a double.
    public var item: Double {
        guard count == 1 else { fail("item needs a tensor of one element, this one has the shape \(shape)") }
        return doubles[0]
    }

    /// Calls `body` with the elements in place, in row-major order, without a copy. The pointer holds within `body`
    /// alone.
    ///
    /// - Precondition: `type` is the element type.
    public func withScalars<S: TensorScalar, R>(
        _ type: S.Type = S.self, _ body: (UnsafeBufferPointer<S>) throws -> R
    ) rethrows -> R {
        guard S.dtype == dtype else { fail("the tensor holds \(dtype), not \(S.dtype): cast(to:) converts") }
        let pointer = values.pointer.assumingMemoryBound(to: S.self)
        return try withExtendedLifetime(storage) {
            try body(UnsafeBufferPointer(start: pointer, count: count))
        }
    }

    /// Calls `body` with the raw bytes of the elements, in row-major order and the machine's order of bytes. The
    /// pointer holds within `body` alone.
    public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withExtendedLifetime(storage) {
            try body(UnsafeRawBufferPointer(start: values.pointer, count: spec.byteCount))
        }
    }

    /// A tensor whose bytes `fill` writes: all of them, since they hold anything before.
    public init(
        shape: [Int], dtype: DType, fill: (UnsafeMutableRawBufferPointer) throws -> Void
    ) rethrows {
        let spec = TensorSpec(shape: shape, dtype: dtype)
        let storage = Storage(byteCount: spec.byteCount)
        try fill(UnsafeMutableRawBufferPointer(start: storage.pointer, count: spec.byteCount))
        self.init(spec: spec, storage: storage)
    }

    /// The elements that lie at `memory`, copied.
    package init(copying memory: UnsafeRawPointer, _ spec: TensorSpec) {
        self.init(shape: spec.shape, dtype: spec.dtype) {
            $0.copyMemory(from: UnsafeRawBufferPointer(start: memory, count: spec.byteCount))
        }
    }

    /// Writes the elements to `memory`.
    package func copyBytes(to memory: UnsafeMutableRawPointer) {
        withUnsafeBytes { if let source = $0.baseAddress { memory.copyMemory(from: source, byteCount: $0.count) } }
    }

    /// The values, which a tensor has except while a plan is traced.
    var values: Storage {
        guard let storage else {
            fail("a value is not known while a function is being compiled; \(spec) is only a description there")
        }
        return storage
    }
}

extension Tensor: Equatable {
    /// Whether both have the same shape, type and values (NaN differs from itself).
    public static func == (a: Tensor, b: Tensor) -> Bool {
        guard a.spec == b.spec else { return false }
        return a.count == 0 || (a .== b).all().scalars(Bool.self)[0]
    }
}
