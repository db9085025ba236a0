import TernCore
import TernData
import TestSupport
import Testing

/// Longitudes of a globe, which has no edge: regions over Greenwich, maps that close.
@Suite struct RegriddingTests {
    /// Two rows that are the same.
    private func field(_ longitudes: [Double], _ row: [Double]) -> Field {
        Field(
            "t", Tensor(row + row, shape: [2, row.count]), dimensions: ["lat", "lon"],
            coordinates: [Coordinate("lat", numbers: [-45, 45]), Coordinate("lon", numbers: longitudes)])
    }

    @Test(arguments: [[350.0, 355, 0, 5], [-10, -5, 0, 5], [710, 715, 720, 725]])
    func aRegionOverGreenwichHasNothingOutside(_ longitudes: [Double]) throws {
        let region = field(longitudes, [1, 2, 3, 4])
        func row(_ new: [Double]) throws -> [Double] {
            try region.regridded(latitudes: [45], longitudes: new).values.doubles
        }
        expectClose(try row([-2.5, 2.5, 100, 352.5]), [2.5, 3.5, .nan, 1.5])
        let gaps = field(longitudes, [1, .nan, 3, .nan])
        expectClose(try gaps.regridded(latitudes: [45], longitudes: [0, 360]).values.doubles, [3, 3], 0)
    }

    @Test func aMeridianThatIsNamedTwiceCountsOnce() throws {
        let open = field([0, 90, 180, 270], [1, 2, 3, 4]), closed = field([0, 90, 180, 270, 360], [1, 2, 3, 4, 1])
        let falling = field([180, 90, 0, -90, -180], [3, 2, 1, 4, 3])
        // Columns that stand twice so that every one has neighbours.
        let wide = field([0, 90, 180, 270, 360, 450], [1, 2, 3, 4, 1, 2]),
            framed = field([-90, 0, 90, 180, 270, 360], [4, 1, 2, 3, 4, 1])
        for map in [open, closed, falling, wide, framed] {
            expectClose(try map.mean(weights: .cellArea).values.item, 2.5)
            let coarse = try map.regridded(latitudes: [-45, 45], longitudes: [0, 180], method: .conservative())
            expectClose(coarse.values.doubles, [2, 3, 2, 3])
        }
        // The new map closes as well.
        let fine = try open.regridded(latitudes: [-45, 45], longitudes: [0, 120, 240, 360], method: .conservative())
        #expect(fine.values[0, 0].item == fine.values[0, 3].item)
    }

    @Test func oneColumnIsFoundInEitherConvention() throws {
        let column = field([350], [7])
        expectClose(try column.regridded(latitudes: [45], longitudes: [-10, 0, 350]).values.doubles, [7, .nan, 7], 0)
    }

    @Test func gridsOfLabelsThatAreNoNumbersAreRefused() {
        #expect(
            message { try field([0, .nan, 20], [1, 2, 3]).regridded(latitudes: [0], longitudes: [10]) }.contains(
                "the values of \"lon\" are not all finite numbers"))
        #expect(
            message { try field([0, 10], [1, 2]).regridded(latitudes: [.nan], longitudes: [10]) }.contains(
                "must rise or fall"))
    }
}
