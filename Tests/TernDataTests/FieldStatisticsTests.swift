import TernCore
import TernData
import TestSupport
import Testing

/// Means and spreads of odd values and weights, as xarray and scikit-learn have them.
@Suite struct FieldStatisticsTests {
    private func line(_ values: [Double], _ name: String = "x") -> Field {
        Field("t", Tensor(values), dimensions: [name])
    }

    /// Their sum is rounded, so that their mean is none of them; `StandardScaler` takes such features for constant too.
    @Test(arguments: [DType.float32, .float64])
    func whatIsConstantHasTheDeviationOne(_ type: DType) throws {
        let flat = Field("t", Tensor([0.1, 0.1, .nan, 0.1]).cast(to: type), dimensions: ["x"])
        let scale = try Standardization(of: flat)
        #expect(scale.deviation.values.item == 1)
        expectClose(try scale(flat).values.doubles, [0, 0, .nan, 0], 0)
        let mask = Field(
            "t", Tensor([0.1, 1, 0.1, 2, 0.1, 3], shape: [3, 2]).cast(to: type), dimensions: ["time", "cell"])
        let cells = try Standardization(of: mask, over: ["time"])(mask).values
        expectClose(cells[.all, 0].doubles, [0, 0, 0], 0)
        let root = 1.5.squareRoot()
        expectClose(cells[.all, 1].doubles, [-root, 0, root], 1e-6)
    }

    /// xarray: `x.std("a")`, `x.std("b")`, `x.groupby(g).std()`.
    @Test func theSpreadOfInfiniteValuesIsNoNumber() throws {
        let field = Field(
            "t", Tensor([1.0, 2, .infinity, 1, 2, .infinity], shape: [2, 3]), dimensions: ["a", "b"],
            coordinates: [Coordinate("g", dimension: "b", numbers: [0, 0, 0])])
        expectClose(try field.standardDeviation(over: ["a"]).values.doubles, [0, 0, .nan])
        expectClose(try field.standardDeviation(over: ["b"]).values.doubles, [.nan, .nan])
        expectClose(try field.grouped(by: .coordinate("g")).standardDeviation().values.doubles, [.nan, .nan])
        #expect(try line([.infinity, .infinity]).standardDeviation().values.item.isNaN)
        expectClose(try line([1, .nan, 3]).standardDeviation().values.item, 1)
        #expect(try line([1, .infinity], "time").trend().slope.values.item.isNaN)
    }

    /// xarray: `x.weighted(w).mean(...)`.
    @Test func weightsMayBeBelowZero() throws {
        let x = Field("t", Tensor([[5.0, 3], [1, .nan]]), dimensions: ["a", "b"])
        let whole = Field("t", Tensor([[5.0, 3], [1, 1]]), dimensions: ["a", "b"])
        let weights = Weights.field(line([1, -1], "b")), below = Weights.field(line([-1, -1], "b"))
        expectClose(try x.mean(weights: weights).values.item, 3)
        expectClose(try x.mean(over: ["a"], weights: weights).values.doubles, [3, 3])
        expectClose(try x.mean(over: ["b"], weights: weights).values.doubles, [.nan, 1])
        expectClose(try whole.mean(weights: below).values.item, 2.5)
        expectClose(try whole.mean(over: ["b"], weights: below).values.doubles, [4, 1])
        expectClose(try whole.mean(over: ["a"], weights: below).values.doubles, [3, 2])
    }

    /// xarray: "`weights` cannot contain missing values".
    @Test func weightsAreNumbers() {
        for odd in [Double.nan, .infinity] {
            #expect(
                message { try line([1, 2]).mean(weights: .field(line([1, odd]))) }.contains(
                    "its weights are not all finite numbers"))
        }
    }

    /// xarray: "min_periods must be greater than zero".
    @Test func aRollingMeanNeedsAValue() {
        for count in [0, -1] {
            #expect(
                message { try line([1, 2], "time").rollingMean(2, minimumCount: count) }.contains(
                    "minimumCount begins at 1"))
        }
    }
}
