import Foundation
import TernCore
import TernData
import TernFiles
import TestSupport
import Testing

/// What files of others hold that the standard leaves open.
@Suite struct FoundFormsTests {
    private let folder = TemporaryFolder()

    @Test(arguments: [
        ("nanoseconds since 2000-01-01", 1.5e9, "2000-01-01T00:00:01.500000"),
        ("days since 20000101", 31, "2000-02-01"),
        ("months since 1960-01-01", 13, "1961-02-01"), ("months since 1960-01-31", 1, "1960-02-29"),
        ("months since 1960-01-01", 0.5, "1960-01-16T12:00:00"),
        ("months since 1960-03-01", -3, "1959-12-01"), ("years since 1960-02-29", 1, "1961-02-28"),
    ])
    func timesOfOtherUnits(_ units: String, _ number: Double, _ date: String) throws {
        let found = try TimeUnits(units)
        #expect(found.date(for: number)?.description == date)
        #expect(try abs(found.number(for: #require(found.date(for: number))) - number) < 0.04)
    }

    @Test func partsOfMonthsHaveNoDate() throws {
        #expect(
            try TimeUnits("months since 1960-01-01").date(for: 0.3) == nil
                && TimeUnits("months since 1960-01-01").date(for: .nan) == nil
                && TimeUnits("months since 1960-01-01").date(for: -0x1p63) == nil)
    }

    private struct Found: Decodable {
        struct Time: Decodable { let units: String, calendar: String, number: Double, date: String }
        let values: [String: [Double?]], times: [Time]
    }

    private let found = try! Fixture.decode("found", as: Found.self)
    private let path = Fixture.path("found.nc")

    /// Limits, netCDF's own fills and numbers in texts, as netCDF4-python reads them
    /// (Scripts/fixtures/netcdf_found.py).
    @Test func whatIsNoValueIsMissing() throws {
        let data = try Dataset(contentsOf: path)
        for (name, expected) in found.values {
            let values = try data.field(name).values.doubles
            expectClose(values, expected.map { $0 ?? .nan }, 1e-6, unit: 0, name)
        }
    }

    @Test func whatCannotBeReadHidesNothing() throws {
        let data = try Dataset(contentsOf: path)
        #expect(try data.variable("twice").complaint?.contains("one dimension twice (layer, layer)") == true)
        #expect(
            try data.variable("wrong").complaint?.contains("scale_factor is the text \"a half\" and no number") == true)
        #expect(throws: DataError.self) { try data.field("wrong") }
        #expect(
            try data.variable("least").note?.contains("valid_min, valid_max") == true
                && data.variable("filled").note == nil)
    }

    /// As netCDF4-python masks -5, 3, 7 and 100, but for limits the wrong way round, of which it leaves nothing, and
    /// `valid_max` of two numbers, which it cannot read.
    @Test func limitsThatAreNoRangeAreNoted() throws {
        let all = [-5, 3, 7, 100.0], file = folder.path("limits.nc")
        let cases: [([(String, ClassicNetCDF.Value)], [Double], String)] = [
            ([("valid_range", .floats([10, 0]))], all, "its limits valid_range (10, 0) are no range"),
            ([("valid_range", .floats([5]))], all, "its limits valid_range (5) are no range"),
            ([("valid_range", .floats([0, 5, 9]))], all, "its limits valid_range (0, 5, 9) are no range"),
            (
                [("valid_min", .floats([10])), ("valid_max", .floats([0]))], all,
                "its limits valid_min (10), valid_max (0) are no range and are passed over"
            ),
            ([("valid_max", .floats([5, 6]))], all, "its limits valid_max (5, 6) are no range"),
            ([("valid_min", .floats([.nan]))], all, "its limits valid_min (nan) are no range"),
            (
                [("valid_range", .floats([0, .nan]))], [.nan, 3, 7, 100],
                "values outside valid_range (0, nan) are taken"
            ),
            (
                [("valid_range", .floats([.nan, 5]))], [-5, 3, .nan, .nan],
                "values outside valid_range (nan, 5) are taken"
            ),
            ([("valid_range", .floats([0, 5]))], [.nan, 3, .nan, .nan], "values outside valid_range are taken"),
        ]
        for (limits, expected, note) in cases {
            try ClassicNetCDF(dimensions: [("x", 4)], [.init("v", ["x"], .floats([-5, 3, 7, 100]), limits)]).write(
                to: file)
            let data = try Dataset(contentsOf: file), found = try data.variable("v").note ?? ""
            expectClose(try data.field("v").values.doubles, expected, 0, note)
            #expect(found.hasPrefix(note), "\(found)")
        }
    }

    @Test(arguments: [
        ("scale_factor", ClassicNetCDF.Value.doubles([0.1, 0.2]), "holds 2 numbers (0.1, 0.2) where one is meant"),
        ("scale_factor", .doubles([0]), "is 0.0, which leaves nothing"),
        ("scale_factor", .doubles([.nan]), "is nan, which leaves nothing"),
        ("add_offset", .floats([.infinity]), "is inf, which leaves nothing"),
        ("add_offset", .floats([]), "holds no number"),
    ])
    func packingThatMeansNothingIsNamed(_ name: String, _ value: ClassicNetCDF.Value, _ complaint: String) throws {
        try ClassicNetCDF(
            dimensions: [("x", 2)],
            [.init("v", ["x"], .floats([1, 2]), [(name, value)]), .init("w", ["x"], .floats([3, 4]))]
        ).write(to: folder.path("v.nc"))
        let data = try Dataset(contentsOf: folder.path("v.nc"))
        #expect(
            try data.variable("v").complaint?.contains("its attribute \(name) \(complaint)") == true
                && data.field("w").values.doubles == [3, 4])
        #expect(throws: DataError.self) { try data.field("v") }
    }

    /// Times without units that say what they are by their digits, and numbers that do not.
    @Test func packedTimesAreDates() throws {
        func times(_ numbers: [Double], _ units: String? = nil, _ name: String = "time") throws -> [String]? {
            try ClassicNetCDF(
                dimensions: [(name, numbers.count)],
                [
                    .init(name, [name], .doubles(numbers), units.map { [("units", .text($0))] } ?? []),
                    .init("v", [name], .doubles(numbers)),
                ]
            ).write(to: folder.path("p.nc"))
            return try Dataset(contentsOf: folder.path("p.nc")).field("v").coordinate(name)?.times?.map(\.description)
        }
        #expect(try times([199012, 199101]) == ["1990-12-01", "1991-01-01"])
        #expect(try times([19_900_131, 19_900_201], "YYYYMMDD", "date") == ["1990-01-31", "1990-02-01"])
        #expect(try times([1_990_013_106], "1") == ["1990-01-31T06:00:00"])
        #expect(try times([202_001_310_630]) == ["2020-01-31T06:30:00"])
        // A Julian day number, which would be a day of the year 2451.
        #expect(try times([2_451_180]) == nil && times([202_001_310_660]) == nil)
        #expect(
            try times([199012, 199013]) == nil && times([1990, 1991]) == nil && times([199012], "K") == nil
                && times([199012], nil, "x") == nil)
    }

    /// A double of such a number tells a third of a millisecond, and CDO means the hour.
    @Test func hoursOfAbsoluteTimesAreHours() throws {
        let hours = (0..<24).map { 20_001_231 + Double($0) / 24 } + [Double(20_001_232).nextDown, 20_001_231.123_456]
        try ClassicNetCDF(
            dimensions: [("time", hours.count)],
            [
                .init("time", ["time"], .doubles(hours), [("units", .text("day as %Y%m%d.%f"))]),
                .init("v", ["time"], .doubles(hours)),
            ]
        ).write(to: folder.path("cdo.nc"))
        let times = try #require(Dataset(contentsOf: folder.path("cdo.nc")).field("v").coordinate("time")?.times)
        #expect(times.prefix(24).map(\.seconds) == (0..<24).map { Double($0) * 3600 })
        #expect(times[24].description == "2001-01-01" && abs(times[25].seconds - 10_666.5984) < 4e-4)
    }

    /// Longitudes with these bounds, as a file has them.
    private func columns(_ numbers: [Double], bounds: [Double]) throws -> Dataset {
        try ClassicNetCDF(
            dimensions: [("lon", numbers.count), ("edge", 2)],
            [
                .init(
                    "lon", ["lon"], .doubles(numbers),
                    [("units", .text("degrees_east")), ("bounds", .text("lon_bnds"))]),
                .init("lon_bnds", ["lon", "edge"], .doubles(bounds)), .init("v", ["lon"], .doubles(numbers)),
            ]
        ).write(to: folder.path("lon.nc"))
        return try Dataset(contentsOf: folder.path("lon.nc"))
    }

    @Test(arguments: [-999, 1e20, -Double.infinity, Double.infinity])
    func boundsWiderThanTheGlobeAreNotUsed(_ edge: Double) throws {
        let data = try columns([0, 1], bounds: [edge, 0.5, 0.5, 1.5])
        #expect(try data.field("v").coordinate("lon")?.bounds == nil)
        #expect(data.boundsComplaint(along: "lon")?.contains("is wider than the globe") == true)
    }

    @Test func aColumnMayGoRoundTheGlobeWithinPrecision() throws {
        let round = Double(Float(180).nextUp)
        let data = try columns([0, 1], bounds: [-180, round, 0.5, 1.5])
        #expect(try data.field("v").coordinate("lon")?.bounds == [-180...round, 0.5...1.5])
    }

    @Test func aColumnReadAloneHasTheBoundsThatItHasInTheWhole() throws {
        let data = try columns([0, 2.5], bounds: [358.75, 1.25, 1.25, 3.75])
        #expect(try data.field("v").coordinate("lon")?.bounds == [-1.25...1.25, 1.25...3.75])
        #expect(try data.field("v", at: ["lon": 0..<1]).coordinate("lon")?.bounds == [-1.25...1.25])
    }

    @Test func datesAreThoseOfCftime() throws {
        for time in found.times {
            let calendar = try #require(CalendarDate.Calendar(name: time.calendar))
            let date = try #require(try TimeUnits(time.units, calendar: calendar).date(for: time.number)).description
            #expect(date == time.date || date + "T00:00:00" == time.date, "\(time)")
        }
        #expect(CalendarDate.Calendar(name: "360") == .days360)
    }

    @Test func anglesOfRotatedPolesAreNoLatitudes() {
        func role(_ name: String, _ attributes: Attributes) -> Coordinate.Role? {
            Coordinate(name, numbers: [0], attributes: attributes).role
        }
        #expect(
            role("y", ["standard_name": "grid_latitude", "units": "degrees_north"]) == nil
                && role("rlat", ["units": "degrees_north"]) == nil)
        #expect(
            role("lat", ["units": "radians"]) == nil && role("lat", ["units": "m"]) == nil
                && role("lat", ["units": "degrees"]) == .latitude)
    }

    @Test func timesThatCannotBeReadAreNumbers() throws {
        let times = Field(
            "v", Tensor([1.0, 2, 3]), dimensions: ["time"],
            coordinates: [Coordinate("time", numbers: [0, 0.3, 2], attributes: ["units": "months since 2000-01-01"])])
        try Dataset([times]).write(to: folder.path("t.nc"))
        let data = try Dataset(contentsOf: folder.path("t.nc"))
        #expect(try data.field("v").coordinate("time")?.numbers == [0, 0.3, 2])
        #expect(
            data.timeComplaint("time")?.contains(
                "the 2nd time is 0.3 months since 2000-01-01, months of the calendar have no length") == true
                && data.timeComplaint("v") == nil)
    }

    @Test(arguments: [
        ("a.npy", [0x93] + Array("NUMPY".utf8), FileKind.npy), ("a", Array("GRIB....".utf8), .grib),
        ("x.csv", Array("a,b\n1,2\n".utf8), .table),
        ("e.yaml", Array("name: x\n".utf8), .yaml), ("a.gz", [0x1F, 0x8B, 8, 0], .gzip),
        ("m.nc", Array("CDF\u{1}".utf8), .netCDF), ("p", Array("PAR1".utf8), .parquet),
        ("x.mat", Array("MATLAB 5.0 MAT-file, Platform: GLNXA64".utf8), .matlab),
        ("x.bufr", Array("BUFR".utf8) + [0, 0, 52, 4], .bufr),
        ("gts.bin", [1, 13, 13, 10] + Array("ISMD01 EGRR".utf8) + [0] + Array("BUFR".utf8), .bufr),
        ("x.hdf", [0x0E, 0x03, 0x13, 0x01], .hdf4), ("x.arrow", Array("ARROW1".utf8) + [0, 0], .arrow),
    ])
    func filesAreKnownByTheirBeginning(_ name: String, _ bytes: [UInt8], _ kind: FileKind) throws {
        try Data(bytes).write(to: folder.url.appendingPathComponent(name))
        #expect(FileKind(of: folder.path(name)) == kind)
        #expect(FileKind(of: folder.path("none")) == nil && FileKind(of: folder.path("")) == .folder)
    }

    /// The places at which the HDF5 library looks for its mark; `h5jam` and MATLAB put others' bytes before it.
    @Test(
        arguments: [
            (0, "", FileKind.hdf5, true), (512, "", .hdf5, true), (1024, "a,b\n1,2\n", .hdf5, true),
            (1 << 16, "", .hdf5, true), (512, "MATLAB 7.3 MAT-file", .matlab, true), (511, "", nil, false),
            (1536, "", nil, false),
        ] as [(Int, String, FileKind?, Bool)])
    func hdf5IsFoundBehindOthersBytes(_ place: Int, _ start: String, _ kind: FileKind?, _ holdsIt: Bool) {
        let before = Data(start.utf8) + Data(count: place - start.utf8.count)
        let path = folder.write(before + Data([0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10]), as: "in.nc")
        #expect(FileKind.holdsHDF5(path) == holdsIt && FileKind(of: path) == kind)
    }
}
