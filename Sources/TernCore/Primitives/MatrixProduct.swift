import CTernKernels

#if canImport(COpenBLAS)
import COpenBLAS
#elseif canImport(Accelerate)
import Accelerate
#endif

/// Matrix products of two stacks of matrices, either operand read transposed:
/// [batch, m, k] x [batch, k, n], or without the batch.
struct MatrixProduct: PrimitiveWithEpilogue {
    let transposesA: Bool, transposesB: Bool
    var name: String { "matmul" }
    var doesAllEpilogues: Bool { true }

    func result(of inputs: [TensorSpec]) -> TensorSpec {
        let d = Dimensions(self, inputs)
        guard d.k == d.kOfB else {
            fail(
                "matmul: \(inputs[0].shape) and \(inputs[1].shape) do not fit: the inner lengths \(d.k) and \(d.kOfB) differ"
            )
        }
        return TensorSpec(shape: inputs[0].shape.dropLast(2) + [d.m, d.n], dtype: inputs[0].dtype)
    }

    func role(_ inputs: [TensorSpec], _ output: TensorSpec) -> PrimitiveRole {
        Dimensions(self, inputs).usesLibrary || inputs[0].dtype.isInteger ? .kernel : .product(self)
    }

    struct Dimensions {
        var batch = 1, m: Int, n: Int, k: Int, kOfB: Int
        let isReal: Bool

        init(_ p: MatrixProduct, _ inputs: [TensorSpec]) {
            let a = Array(inputs[0].shape.suffix(2)), b = Array(inputs[1].shape.suffix(2))
            isReal = inputs[0].dtype.isFloatingPoint
            batch = inputs[0].shape.dropLast(2).reduce(1, *)
            (m, k) = p.transposesA ? (a[1], a[0]) : (a[0], a[1])
            (kOfB, n) = p.transposesB ? (b[1], b[0]) : (b[0], b[1])
        }

        /// Whether BLAS is faster than our kernel, which does not pack its operands.
        ///
        /// Measured on one core of an AMD Zen 4 with OpenBLAS 0.3.21, in GFLOP/s of float32:
        /// 200 x 100 x 100 ours 104, BLAS 97; 512³ 111 and 104; 768³ 104 and 103; 1024³ 97 and 101.
        var usesLibrary: Bool { isReal && batch == 1 && m >= 64 && n >= 768 && k >= 768 }
    }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        calls(inputs, output, Epilogue())
    }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec, _ epilogue: Epilogue) -> [KernelCall] {
        let d = Dimensions(self, inputs)
        let isDouble = inputs[0].dtype.size == 8
        let isCostly = epilogue.activation == .tanh || epilogue.activation == .sigmoid
        let cost =
            20 + 2 * Double(d.batch * d.m) * Double(d.n * d.k) / (isDouble ? 50 : 100)
            + (isCostly ? Double(output.count) * ElementwiseOperation.tanh.cost * (isDouble ? 2 : 1) : 0)
        if d.usesLibrary {
            let arguments = LibraryProduct(
                m: Int32(d.m), n: Int32(d.n), k: Int32(d.k), aRow: Int32(inputs[0].shape.last!),
                bRow: Int32(inputs[1].shape.last!), transposesA: transposesA, transposesB: transposesB)
            return [
                KernelCall(
                    isDouble ? libraryProduct64 : libraryProduct32, arguments, units: d.m, grain: libraryRows,
                    cost: cost,
                    fields: [
                        .init(\LibraryProduct.a, 0, transposesA ? .whole : .aligned),
                        .init(\LibraryProduct.b, 1, .whole),
                        .init(\LibraryProduct.c, 2, .aligned),
                    ])
            ]
        }
        guard !transposesB || d.k == 1 || d.n == 1 else {
            fail("matmul: our kernel reads the right operand by rows; transpose it first")
        }
        var p = tern_matrix_product()
        p.rows = Int64(d.m)
        p.n = Int64(d.n)
        p.k = Int64(d.k)
        (p.a_row, p.a_column) = transposesA ? (1, Int64(d.m)) : (Int64(d.k), 1)
        p.b_row = Int64(d.n)
        p.c_row = Int64(d.n)
        p.a_batch = Int64(d.m * d.k)
        p.b_batch = Int64(d.k * d.n)
        p.c_batch = Int64(d.m * d.n)
        p.activation = epilogue.activation
        p.slope = epilogue.slope
        var fields: [KernelCall.Field] = [
            .init(\tern_matrix_product.a, 0, transposesA || d.batch > 1 ? .whole : .aligned),
            .init(\tern_matrix_product.b, 1, .whole),
            .init(\tern_matrix_product.c, 2, .aligned),
        ]
        if let bias = epilogue.bias { fields.append(.init(\tern_matrix_product.bias, bias, .whole)) }
        if let addend = epilogue.addend {
            fields.append(.init(\tern_matrix_product.addend, addend, .aligned))
            fields.append(.init(\tern_matrix_product.scale, epilogue.scale!, .whole))
        }
        if let output = epilogue.output {
            fields.append(.init(\tern_matrix_product.output, output, .aligned))
        }
        let kernel =
            switch inputs[0].dtype {
            case .float32: kernels.matrix_product_f32
            case .float64: kernels.matrix_product_f64
            default: kernels.matrix_product_i64
            }
        return [
            KernelCall(
                kernel!, p, units: d.batch * d.m, grain: 4, cost: cost, fields: fields)
        ]
    }

    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        let (a, b) = (inputs[0], inputs[1])
        return [
            transposesA
                ? .product(b, g, transposesA: transposesB, transposesB: true)
                : .product(g, b, transposesA: false, transposesB: !transposesB),
            transposesB
                ? .product(g, a, transposesA: true, transposesB: transposesA)
                : .product(a, g, transposesA: !transposesA, transposesB: false),
        ]
    }
}

// MARK: - BLAS

/// Rows that one call of BLAS computes: fixed, so that the bits do not depend on threads.
private let libraryRows = 128

private struct LibraryProduct {
    var a: UnsafeRawPointer?, b: UnsafeRawPointer?, c: UnsafeMutableRawPointer?
    var m: Int32, n: Int32, k: Int32, aRow: Int32, bRow: Int32
    var transposesA: Bool, transposesB: Bool

    /// Calls `body` with each block of rows: count, a's and c's first elements of it.
    func forEachBlock<T>(
        _ type: T.Type, _ begin: Int64, _ end: Int64,
        _ body: (Int32, UnsafePointer<T>, UnsafePointer<T>, UnsafeMutablePointer<T>) -> Void
    ) {
        let a = a!.assumingMemoryBound(to: T.self), b = b!.assumingMemoryBound(to: T.self)
        let c = c!.assumingMemoryBound(to: T.self)
        for row in stride(from: Int(begin), to: Int(end), by: libraryRows) {
            body(
                Int32(min(Int(end) - row, libraryRows)), a + (transposesA ? row : row * Int(aRow)), b,
                c + row * Int(n))
        }
    }
}

private func libraryProduct32(_ raw: UnsafeRawPointer?, _ begin: Int64, _ end: Int64) {
    let p = raw!.load(as: LibraryProduct.self)
    LinearAlgebra.singleThreaded
    p.forEachBlock(Float.self, begin, end) { rows, a, b, c in
        cblas_sgemm(
            CblasRowMajor, p.transposesA ? CblasTrans : CblasNoTrans, p.transposesB ? CblasTrans : CblasNoTrans,
            rows, p.n, p.k, 1, a, p.aRow, b, p.bRow, 0, c, p.n)
    }
}

private func libraryProduct64(_ raw: UnsafeRawPointer?, _ begin: Int64, _ end: Int64) {
    let p = raw!.load(as: LibraryProduct.self)
    LinearAlgebra.singleThreaded
    p.forEachBlock(Double.self, begin, end) { rows, a, b, c in
        cblas_dgemm(
            CblasRowMajor, p.transposesA ? CblasTrans : CblasNoTrans, p.transposesB ? CblasTrans : CblasNoTrans,
            rows, p.n, p.k, 1, a, p.aRow, b, p.bRow, 0, c, p.n)
    }
}

// MARK: - Applying it

extension Tensor {
    /// The product of two stacks of matrices of equal rank and batch, in the form that
    /// suits the kernels.
    static func product(_ a: Tensor, _ b: Tensor, transposesA: Bool, transposesB: Bool) -> Tensor {
        let p = MatrixProduct(transposesA: transposesA, transposesB: transposesB)
        let d = MatrixProduct.Dimensions(p, [a.spec, b.spec])
        if d.usesLibrary { return apply(p, a, b) }
        let batch = Array(a.shape.dropLast(2))
        if transposesB {
            let flipped =
                d.n == 1 || d.kOfB == 1
                ? b.reshaped(batch + [d.kOfB, d.n]) : b.swappingLastTwo()
            return product(a, flipped, transposesA: transposesA, transposesB: false)
        }
        if transposesA && d.n == 1 {
            // (A'b)' = b'A: the kernel then reads A by rows.
            let row = product(
                b.reshaped(batch + [1, d.kOfB]), a, transposesA: false, transposesB: false)
            return row.reshaped(batch + [d.m, 1])
        }
        return apply(p, a, b)
    }
}

/// The matrix product of `a` and `b`, as `numpy.matmul`.
///
/// Vectors count as a row on the left and a column on the right; leading dimensions are
/// broadcast. Integers wrap round on overflow; of booleans, the result says whether any pair holds.
/// The sum of each element runs in one order, whatever the number of threads.
///
/// - Complexity: O(m n k) for [m, k] by [k, n].
public func matmul(_ a: Tensor, _ b: Tensor) -> Tensor {
    guard a.rank > 0, b.rank > 0 else { fail("matmul: a number has no rows; multiply with * instead") }
    var dtype = DType.promoted(a.dtype, b.dtype)
    let result = dtype
    if !dtype.isFloatingPoint { dtype = .int64 }  // what overflows there wraps round in int32 too
    var x = a.cast(to: dtype), y = b.cast(to: dtype)
    if a.rank == 1 { x = x.reshaped([1, a.count]) }
    if b.rank == 1 { y = y.reshaped([b.count, 1]) }
    guard x.shape[x.rank - 1] == y.shape[y.rank - 2] else {
        fail(
            "matmul: \(a.shape) and \(b.shape) do not fit: the inner lengths \(x.shape[x.rank - 1]) and "
                + "\(y.shape[y.rank - 2]) differ")
    }
    let (m, k, n) = (x.shape[x.rank - 2], x.shape[x.rank - 1], y.shape[y.rank - 1])
    let batch = Broadcasting.shape([Array(x.shape.dropLast(2)), Array(y.shape.dropLast(2))], in: "matmul")
    var product: Tensor
    if y.shape.dropLast(2).allSatisfy({ $0 == 1 }) {
        // One right operand for all: the batch is more rows.
        product = .product(
            x.reshaped([x.shape.dropLast(2).reduce(1, *) * m, k]), y.reshaped([k, n]), transposesA: false,
            transposesB: false
        ).reshaped(batch + [m, n])
    } else {
        product = .product(
            x.broadcast(to: batch + [m, k]), y.broadcast(to: batch + [k, n]), transposesA: false, transposesB: false)
    }
    var shape = batch
    if a.rank > 1 { shape.append(m) }
    if b.rank > 1 { shape.append(n) }
    product = product.reshaped(shape)
    return product.cast(to: result)
}
