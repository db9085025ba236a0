import Foundation
import TernCore
import TestSupport
import Testing

/// What steps of small networks are made of: products that do more as they store, sums of columns, transposes, rows that
/// are gathered, and Adam's three means in one pass. Shapes are drawn by seed, around the widths of vectors.
@Suite struct SmallNetworkTests {
    private static let types = [DType.float32, .float64]

    /// The results of a function compiled for one thread, for two in the smallest pieces, and at once.
    private func expectSame(_ inputs: [Tensor], _ dtype: DType, _ function: @escaping ([Tensor]) -> [Tensor]) {
        let one = ThreadPool.withThreads(1) { PlanTesting().applied { compile(function)(inputs) } }
        let two = ThreadPool.withThreads(2) { PlanTesting(cutsFinely: true).applied { compile(function)(inputs) } }
        #expect(one == two)
        for (compiled, atOnce) in zip(one, function(inputs)) {
            expectClose(
                compiled, atOnce, dtype == .float32 ? 2e-5 : 4e-14,
                unit: Closeness.magnitude(atOnce.doubles, atLeast: 1e-3))
        }
    }

    private enum Function: CaseIterable { case identity, relu, tanh, sigmoid }

    private func applied(_ function: Function, _ x: Tensor) -> Tensor {
        switch function {
        case .identity: x
        case .relu: relu(x)
        case .tanh: tanh(x)
        case .sigmoid: sigmoid(x)
        }
    }

    @Test(arguments: 0..<24 as Range<UInt64>, types)
    func denseLayersAndTheirGradientsAreThoseOfTheOperationsAtOnce(seed: UInt64, dtype: DType) {
        var state = RandomState(seed: UInt32(seed))
        func size(_ most: Int) -> Int { 1 + Int(state.uniform() * Double(most)) }
        let (rows, inner, hidden, outer) = (size(70), size(40), size(70), size(20))
        let first = Function.allCases[Int(seed) % 4], last = Function.allCases[Int(seed / 4) % 4]
        let inputs = [
            TestStream.tensor(seed, [rows, inner], dtype), TestStream.tensor(seed + 100, [inner, hidden], dtype),
            TestStream.tensor(seed + 200, [hidden], dtype), TestStream.tensor(seed + 300, [hidden, outer], dtype),
        ]
        expectSame(inputs, dtype) { [self] in
            let x = $0[0]
            return gradient { (p: [Tensor]) in
                let h = applied(first, matmul(x, p[0]) + p[1])
                let y = applied(last, matmul(h, p[2]))
                // A penalty, whose gradient is a multiple of the weights beside a product.
                return square(y).sum() + 0.01 * (dot(p[0], p[0]) + dot(p[2], p[2])) / Double(rows)
            }(Array($0[1...]))
        }
    }

    @Test(arguments: types)
    func slopesOfActivationsHaveSlopesThemselves(dtype: DType) {
        let x = TestStream.tensor(1, [3, 7], dtype), g = TestStream.tensor(2, [3, 7], dtype)
        for function in [Function.tanh, .sigmoid] {
            let slope = { [self] (x: Tensor) in gradient { (x: Tensor) in (applied(function, x) * g).sum() }(x) }
            let second = gradient { (x: Tensor) in (slope(x) * g).sum() }(x)
            let y = applied(function, x)
            let expected = function == .tanh ? -2 * y * (1 - y * y) : y * (1 - y) * (1 - 2 * y)
            expectClose(second, g * g * expected, dtype == .float32 ? 2e-6 : 1e-14, unit: 1)
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>, types)
    func sumsOfColumnsAreThoseInDoublePrecision(seed: UInt64, dtype: DType) {
        var state = RandomState(seed: UInt32(seed))
        let rows = 1 + Int(state.uniform() * 1500), columns = 1 + Int(state.uniform() * 150)
        let x = TestStream.tensor(seed, [rows, columns], dtype), wide = x.doubles
        let exact = (0..<columns).map { column in
            stride(from: column, to: wide.count, by: columns).reduce(0) { $0 + wide[$1] }
        }
        expectClose(x.sum(axis: 0), Tensor(exact).cast(to: dtype), dtype == .float32 ? 2e-4 : 1e-12, unit: 1)
    }

    @Test(arguments: [DType.float32, .float64, .int32, .int64, .bool])
    func transposesOfAnySizeAreExact(dtype: DType) {
        for rows in [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 50] {
            for columns in [1, 3, 4, 6, 8, 11, 16, 23, 50] {
                let numbers = (0..<(rows * columns)).map { Double($0 % 251 % (dtype == .bool ? 2 : 251)) }
                let x = Tensor(numbers, shape: [rows, columns]).cast(to: dtype)
                let expected = (0..<columns).flatMap { c in (0..<rows).map { numbers[$0 * columns + c] } }
                #expect(x.transposed([1, 0]).cast(to: .float64).doubles == expected, "\(rows) x \(columns)")
            }
        }
    }

    @Test(arguments: types)
    func rowsOfAnyLengthAreGathered(dtype: DType) {
        for length in 1...40 {
            let x = TestStream.tensor(UInt64(length), [30, length], dtype), rows = [29, 0, 7, 7, 13]
            let expected = rows.flatMap { Array(x.doubles[($0 * length)..<(($0 + 1) * length)]) }
            #expect(x.taking(Tensor(rows)).doubles == expected)
        }
    }

    @Test(arguments: types)
    func adamInOnePassMovesAsItsFormulasDo(dtype: DType) {
        for count in [1, 2, 7, 8, 9, 15, 16, 17, 33, 511, 512, 513, 1100] {
            let seed = UInt64(count)
            let inputs =
                (0..<3).map { TestStream.tensor(seed + $0 * 7, [count], dtype) } + [
                    abs(TestStream.tensor(seed + 50, [count], dtype))
                ]
            expectSame(inputs, dtype) {
                let (p, g, m, v) = ($0[0], $0[1], $0[2], $0[3])
                let mean = 0.9 * m + 0.1 * g, squares = 0.999 * v + 0.001 * square(g)
                return [p - 0.01 * mean / (sqrt(squares) + 1e-8), mean, squares]
            }
        }
    }
}
