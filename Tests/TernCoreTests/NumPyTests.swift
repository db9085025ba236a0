import TernCore
import TestSupport
import Testing

/// Shapes, types and values that NumPy gives (Scripts/fixtures/numpy_tensors.py).
private struct TensorFixture: Decodable {
    struct Case: Decodable { var dtype: String, shape: [Int], values: [String?] }
    var cases: [String: Case]
}

private let nan = Double.nan, inf = Double.infinity
private let f = Tensor([[1.5, -2.25, 0.0], [-0.5, 3.75, -8.0]])
private let g = Tensor([[2.0, -1.5, 3.0]])
private let c = Tensor([[0.5], [-4.0]])
private let i = Tensor([[7, -7, 0], [5, -3, 2]] as [[Int32]])
private let j = Tensor([3, -2, -5])
private let b = Tensor([[true, false, true], [false, false, true]])
private let n = Tensor([[1.0, nan, -inf], [inf, 0.0, -0.0]])
private let t = Tensor.range(0..<24, dtype: .float64).reshaped([2, 3, 4]) * 0.5 - 3
private let e = Tensor.zeros([0, 3], dtype: .float64)
private let s = Tensor([3.25, -1.0, 2.0, 2.0, -7.5] as [Float])

private let cases: [String: Tensor] = [
    "add row": f + g, "add column": f + c, "outer": c + g, "subtract": g - f, "multiply integers": i * j,
    "true division of integers": i / j, "floor division of integers": floorDivide(i, j), "remainder of integers": i % j,
    "floor division": floorDivide(f, g), "remainder": f % g, "remainder by a number": f % 2.5,
    "power of integers": power(i, 3), "power": power(abs(f), g), "integer plus float": i + f,
    "integer32 plus float32": i[0] + s[..<3], "float32 plus float64": s[..<3] + f, "bool plus bool": b + b,
    "bool plus integer": b + i, "bool times float": b * f, "integer plus whole number": i + 2,
    "integer plus fraction": i + 2.5, "float32 plus fraction": s + 0.1, "bool plus number": b + 1,
    "number minus": 1 - f,
    "number divided": 1 / g, "less": f .< g, "equal integers": i .== j, "not equal nan": n .!= n,
    "greater than a number": f .> 0, "logical and": b .& (f .> 0), "logical not": .!b, "maximum": maximum(f, g),
    "maximum nan": maximum(n, 0.0), "minimum nan": minimum(n, 1.0), "where": select(f .> 0, f, i), "sign nan": sign(n),
    "abs": abs(n), "sqrt of integers": sqrt(abs(i)), "floor": floor(f), "ceil": ceil(f),
    "round half even": round(Tensor([0.5, 1.5, 2.5, -0.5, -1.5])), "trunc": trunc(f), "isnan": isNaN(n),
    "atan2": atan2(f, g), "clip": f.clipped(to: -1...1.5), "cast to integer": f.cast(to: .int32),
    "cast to bool": f.cast(to: .bool), "cast bool": b.cast(to: .float32),
].merging([
    "sum all": t.sum(), "sum axis 0": t.sum(axis: 0), "sum axis 1": t.sum(axis: 1), "sum axis -1": t.sum(axis: -1),
    "sum axes 0 2": t.sum(axes: [0, 2]), "sum keeping": t.sum(axis: 1, keepingDimensions: true),
    "sum of bools": b.sum(axis: 0), "sum of int32": i.sum(), "sum of nothing": e.sum(axis: 0),
    "sum of nothing at all": e.sum(), "product": i.product(axes: [1]), "product of nothing": e.product(axes: [0]),
    "mean": t.mean(axes: [1, 2]), "mean of integers": i.mean(axis: 0), "variance": t.variance(axes: [0]),
    "std with ddof": t.standardDeviation(axes: [2], degreesOfFreedom: 1), "max": t.max(axis: 2),
    "max nan": n.max(axis: 1),
    "min of integers": i.min(axis: 0), "argmax": i.argmax(axis: 1), "argmax nan": n.argmax(axis: 1),
    "argmin": t.argmin(axis: 0), "any": b.any(axes: [0]), "all": b.all(axes: [1]), "cumsum": t.cumulativeSum(axis: 1),
    "sort": n.sorted(axis: 1), "argsort": s.argsorted(), "transpose": t.transposed(),
    "permute": t.transposed([1, 2, 0]),
    "reshape": t.reshaped([4, -1]), "broadcast": c.broadcast(to: [3, 2, 2]).reshaped([3, 2, 2]),
    "concatenate": Tensor.concatenated([f, i]), "concatenate axis 1": Tensor.concatenated([f, c], axis: 1),
    "stack": Tensor.stacked([f, f], axis: 1), "take": t.taking(Tensor([2, 0, -1]), axis: 1),
    "take matrix": t.taking(Tensor([[0, 1], [1, 0]])),
    "take along": i.takingAlong(Tensor([[2, 0], [1, 1]]), axis: 1),
]) { a, _ in a }.merging([
    "index": t[1], "index negative": t[-1, -2], "slice": t[.all, 1..., .every(2)],
    "slice reversed": t[.all, .every(-1), -1],
    "slice step": t[0, .every(-1, from: 2, to: 0), .every(-2, from: 3)], "slice beyond": t[.all, 1..<99],
    "slice empty": t[.all, .every(1, from: 2, to: 1)], "ellipsis": t[.rest, 1], "new axis": f[.all, .new],
    "mask": f[f .> 0], "mask of rows": f[Tensor([false, true])], "rows": f[Tensor([1, 1, 0])],
    "matmul": matmul(f, f.transposed()), "matmul vector": matmul(f, j), "matmul vectors": matmul(g[0], j),
    "matmul batch": matmul(t, t.transposed([0, 2, 1])),
    "matmul broadcast": matmul(f[.all, ..<2].transposed(), Tensor.ones([3, 2, 4], dtype: .float64)),
    "matmul integers": matmul(i, i.transposed()), "linspace": Tensor.linearSpace(from: -4, to: 4, count: 7),
]) { a, _ in a }

@Suite struct NumPyTests {
    private static let fixture = try! Fixture.decode("numpy_tensors", as: TensorFixture.self)

    @Test(arguments: fixture.cases.keys.sorted())
    func givesWhatNumPyGives(_ name: String) throws {
        let expected = Self.fixture.cases[name]!
        let ours = try #require(cases[name], "no case of this name in Swift")
        #expect(ours.shape == expected.shape)
        #expect(ours.dtype.description == expected.dtype)
        let tolerance = ours.dtype == .float32 ? 1e-7 : 4e-16
        expectClose(ours.doubles, expected.values.map { $0.map { Double($0)! } ?? .nan }, tolerance)
    }

    @Test func everyPairOfTypesIsPromotedAsInNumPy() {
        let expected: [String] = [  // rows and columns float32, float64, int32, int64, bool
            "float32 float64 float64 float64 float32", "float64 float64 float64 float64 float64",
            "float64 float64 int32 int64 int32", "float64 float64 int64 int64 int64",
            "float32 float64 int32 int64 bool",
        ]
        for (a, row) in zip(DType.allCases, expected) {
            for (b, name) in zip(DType.allCases, row.split(separator: " ")) {
                #expect(DType.promoted(a, b).description == name)
            }
        }
    }

    @Test func anUpperBoundThatIsIncludedCountsFromTheEndToo() {
        let x = Tensor([0.0, 1, 2, 3, 4])
        #expect(x[...(-1)] == x && x[...(-2)] == Tensor([0.0, 1, 2, 3]))
        #expect(x[(-3)...(-1)] == Tensor([2.0, 3, 4]) && x[(-3)...(-2)] == Tensor([2.0, 3]))
        #expect(x[1...(-1 + 5)] == Tensor([1.0, 2, 3, 4]))
    }

    @Test func assignmentToASliceLeavesTheOriginalAlone() {
        let x = Tensor([[1.0, 2, 3], [4, 5, 6]])
        var y = x
        y[.all, 1] = Tensor([9.0, 8])
        y[0, .every(2)] = Tensor(0.0)
        #expect(y == Tensor([[0.0, 9, 0], [4, 8, 6]]))
        #expect(x == Tensor([[1.0, 2, 3], [4, 5, 6]]))
    }

    /// Runs a mistake in a process of its own and looks for the message it ends with.
    @Test func mistakesEndWithAMessage() async throws {
        let broadcast = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]) + Tensor.zeros([2])
        }
        #expect(message(broadcast).contains("add: the shapes [2, 3] and [2] cannot be broadcast"))
        let product = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = matmul(Tensor.zeros([2, 3]), Tensor.zeros([2, 3]))
        }
        #expect(message(product).contains("matmul: [2, 3] and [2, 3] do not fit: the inner lengths 3 and 2 differ"))
        let index = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3])[2]
        }
        #expect(message(index).contains("index 2 is out of range for axis 0 of length 2"))
        let taken = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3]).taking(Tensor([0, 5]))
        }
        #expect(message(taken).contains("index 5 is out of range for an axis of length 2"))
        let empty = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([0, 3]).max(axis: 0)
        }
        #expect(message(empty).contains("of no elements has no value"))
        let traced = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = compile { (x: Tensor) in x.item > 0 ? x : -x }(Tensor(1.0))
        }
        #expect(message(traced).contains("a value is not known while a function is being compiled"))
    }
}
