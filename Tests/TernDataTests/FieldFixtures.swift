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
        Fixture.root.appendingPathComponent("Tests/Fixtures/fields/\(name)").path
    }

    /// Three years of months on a coarse globe.
    static func globe() throws -> Field { try Dataset(contentsOf: path("globe.nc")).field("sst") }
}

/// Whether both are NaN, or differ by no more than a share of their size.
func isClose(_ a: [Double], _ b: [Double], _ tolerance: Double = 1e-12) -> Bool {
    a.count == b.count
        && zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) || abs($0 - $1) <= tolerance * max(1, abs($1)) }
}

/// The message of the error that `body` throws, empty where it throws none.
func message(_ body: () throws -> some Any) -> String {
    do { _ = try body(); return "" } catch { return "\(error)" }
}
