@preconcurrency import CTernKernels

/// The kernels compiled for this processor.
nonisolated(unsafe) let kernels = tern_kernels_active().pointee

/// A kernel with its arguments: everything but the addresses, which are bound later.
final class KernelCall {
    typealias Kernel = @convention(c) (UnsafeRawPointer?, Int64, Int64) -> Void

    /// Which bytes of an operand the work units [a, b) touch.
    enum Access {
        /// Its part [a / units, b / units) and no other.
        case aligned
        /// Any of them.
        case whole
    }

    /// Where in the arguments an operand's address goes.
    struct Field {
        var offset: Int
        var operand: Int
        var access: Access
    }

    let kernel: Kernel
    let arguments: UnsafeMutableRawPointer
    let fields: [Field]
    /// How many rows of output there are; any split of them gives the same bits, as long as
    /// pieces start at multiples of `grain`.
    let units: Int
    let grain: Int
    /// Nanoseconds that all units take on one thread, roughly.
    let cost: Double

    init<Arguments>(
        _ kernel: @escaping Kernel, _ arguments: Arguments, units: Int, grain: Int = 1, cost: Double,
        fields: [Field]
    ) {
        self.kernel = kernel
        let pointer = UnsafeMutablePointer<Arguments>.allocate(capacity: 1)
        pointer.initialize(to: arguments)
        self.arguments = UnsafeMutableRawPointer(pointer)
        self.units = units
        self.grain = grain
        self.cost = cost
        self.fields = fields
    }

    deinit { arguments.deallocate() }

    /// Fills in the operands' addresses.
    func bind(_ address: (Int) -> UnsafeMutableRawPointer) {
        for field in fields {
            arguments.storeBytes(
                of: address(field.operand), toByteOffset: field.offset, as: UnsafeMutableRawPointer.self)
        }
    }

    /// Runs all units, on several threads where that pays.
    func run() {
        if cost < 20_000 || units <= grain {
            kernel(arguments, 0, Int64(units))
            return
        }
        let piece = Int((Double(units) * 10_000 / cost).rounded(.up))
        let rounded = max(1, (piece + grain - 1) / grain) * grain
        ThreadPool.current.forEachPiece(of: units, grain: rounded) { kernel(arguments, Int64($0), Int64($1)) }
    }

    /// A copy of all elements: input 0 to output 1.
    static func copy(of spec: TensorSpec) -> KernelCall {
        stridedCopy(shape: [spec.count], from: [1], to: [1], size: spec.dtype.size)
    }

    /// A copy of `shape` elements between two strided layouts: input 0 to output 1.
    static func stridedCopy(
        shape: [Int], from: [Int], to: [Int], size: Int, fromOffset: Int = 0, toOffset: Int = 0,
        input: Int = 0, output: Int = 1, outputAccess: Access = .aligned
    ) -> KernelCall {
        var dimensions = zip(shape, zip(from, to)).map { (n: $0, from: $1.0, to: $1.1) }
        // Neighbouring dimensions that are one in both layouts are walked as one.
        var i = dimensions.count - 2
        while i >= 0 {
            let (a, b) = (dimensions[i], dimensions[i + 1])
            if a.from == b.from * b.n && a.to == b.to * b.n {
                dimensions[i] = (a.n * b.n, b.from, b.to)
                dimensions.remove(at: i + 1)
            }
            i -= 1
        }
        if dimensions.isEmpty { dimensions = [(1, 1, 1)] }
        guard dimensions.count <= Int(tern_max_rank) else {
            fail("tensors of more than \(tern_max_rank) dimensions cannot be rearranged")
        }
        var arguments = StridedCopyArguments()
        arguments.base.rank = Int32(dimensions.count)
        arguments.base.element_size = Int32(size)
        withUnsafeMutableBytes(of: &arguments.base) { bytes in
            for (i, d) in dimensions.enumerated() {
                func set(_ path: Int, _ value: Int) {
                    bytes.storeBytes(of: Int64(value), toByteOffset: path + i * 8, as: Int64.self)
                }
                set(MemoryLayout<tern_strided_copy>.offset(of: \.shape)!, d.n)
                set(MemoryLayout<tern_strided_copy>.offset(of: \.x_strides)!, d.from)
                set(MemoryLayout<tern_strided_copy>.offset(of: \.out_strides)!, d.to)
            }
        }
        arguments.fromOffset = fromOffset * size
        arguments.toOffset = toOffset * size
        let count = shape.reduce(1, *)
        return KernelCall(
            runStridedCopy, arguments, units: dimensions[0].n, cost: Double(count) * 0.3 + 10,
            fields: [
                Field(\tern_strided_copy.x, input, .whole), Field(\tern_strided_copy.out, output, outputAccess),
            ])
    }
}

extension KernelCall.Field {
    /// The field at `path` of the arguments, for the address of an operand.
    @inline(__always)
    init<Arguments>(_ path: PartialKeyPath<Arguments>, _ operand: Int, _ access: KernelCall.Access) {
        self.init(offset: MemoryLayout<Arguments>.offset(of: path)!, operand: operand, access: access)
    }
}

/// A strided copy that starts some bytes into its operands.
struct StridedCopyArguments {
    var base = tern_strided_copy()
    var fromOffset = 0
    var toOffset = 0
}

private func runStridedCopy(_ raw: UnsafeRawPointer?, _ begin: Int64, _ end: Int64) {
    var arguments = raw!.load(as: StridedCopyArguments.self)
    arguments.base.x += arguments.fromOffset
    arguments.base.out += arguments.toOffset
    kernels.strided_copy(&arguments.base, begin, end)
}
