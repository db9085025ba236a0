import Foundation
import TernCore
import TernData
import TestSupport

/// What xarray, cftime and zarr make of the files in Tests/Fixtures/fields (Scripts/fixtures/xarray_fields.py).
struct FieldFixtures: Decodable {
    struct Array: Decodable {
        let dimensions: [String]
        let shape: [Int]
        let values: Bits
    }

    struct Packed: Decodable {
        let type: String
        let values: Bits
    }

    struct Calendar: Decodable {
        let units: String, calendar: String
        let numbers: Bits, back: Bits
        /// Year, month, day, microseconds of the day.
        let dates: [[Int]]
    }

    typealias Bits = FixtureNumbers

    let operations: [String: Array]
    let calendars: [Calendar]
    let packed: [String: Packed]
    let zarr: Bits

    static let expected: FieldFixtures = try! Fixture.decode("fields/expected")

    static func path(_ name: String) -> String {
        Fixture.path("fields/\(name)")
    }

    /// Three years of months on a coarse globe.
    static func globe() throws -> Field { try Dataset(contentsOf: path("globe.nc")).field("sst") }
}
