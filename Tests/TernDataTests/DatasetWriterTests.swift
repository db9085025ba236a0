import Foundation
import TernCore
import TernData
import TestSupport
import Testing

/// What a file cannot hold, and what becomes of a writer then.
@Suite struct DatasetWriterTests {
    private let folder = TemporaryFolder()
    private static let names = ["a.nc", "a.zarr", "a.zarr.zip"]

    private func field(_ name: String, _ values: [Double], _ dimension: String = "time") -> Field {
        Field(name, Tensor(values), dimensions: [dimension])
    }

    @Test(arguments: names) func afterItsEndAWriterWritesNothing(_ name: String) throws {
        let first = try DatasetWriter(to: folder.path(name), along: "time")
        try first.append([field("x", [1, 2])])
        try first.finish()
        // The library gives the number of a closed file to the next.
        let second = try DatasetWriter(to: folder.path("b" + name), along: "time")
        try second.append([field("x", [5])])
        #expect(message { try first.append([field("x", [3])]) }.contains("is finished"))
        #expect(message { try first.finish() }.contains("is finished"))
        try second.append([field("x", [6])])
        try second.finish()
        #expect(try Dataset(contentsOf: folder.path(name)).field("x").values.doubles == [1, 2])
        #expect(try Dataset(contentsOf: folder.path("b" + name)).field("x").values.doubles == [5, 6])
    }

    @Test func afterAPieceThatCouldNotBeWrittenNothingFollows() throws {
        var writer: DatasetWriter? = try DatasetWriter(to: folder.path("a.zarr"), along: "time")
        let words = [
            message { try writer?.append([field("..", [1])]) }, message { try writer?.append([field("x", [1])]) },
            message { try writer?.finish() },
        ]
        #expect(words[0].contains("cannot be the name of an array"))
        #expect(words[1...].allSatisfy { $0.contains("begin with another writer") }, "\(words)")
        writer = nil
        #expect(folder.contents.isEmpty)
    }

    @Test(arguments: names) func aPieceThatDoesNotFitLeavesTheWriterAsItIs(_ name: String) throws {
        let writer = try DatasetWriter(to: folder.path(name), along: "time")
        try writer.append([field("x", [1])])
        #expect(message { try writer.append([field("y", [2])]) }.contains("this piece has the variables"))
        try writer.append([field("x", [3])])
        try writer.finish()
        #expect(try Dataset(contentsOf: folder.path(name)).field("x").values.doubles == [1, 3])
    }

    @Test(arguments: names) func aDimensionHasOneLengthAndAVariableItsName(_ name: String) throws {
        func complaint(_ fields: [Field]) throws -> String {
            let writer = try DatasetWriter(to: folder.path(name), along: "time")
            return message { try writer.append(fields) }
        }
        func cells(_ name: String, _ count: Int) -> Field {
            Field(name, Tensor.zeros([1, count]), dimensions: ["time", "cell"])
        }
        #expect(try complaint([cells("a", 4), cells("b", 5)]).contains("\"cell\" has the length 5 in \"b\" and 4"))
        #expect(try complaint([cells("a", 4), cells("a", 4)]).contains("two variables would be named \"a\""))

        let lat = Coordinate("lat", labels: .numbers([0, 10]), bounds: [-5...5, 5...15])
        let rain = Field("rain", Tensor([1.0, 2]), dimensions: ["lat"], coordinates: [lat])
        let path = folder.path(name)
        #expect(
            message { try Dataset([rain, field("lat_bnds", [1, 2, 3], "x")]).write(to: path) }.contains(
                "two variables would be named \"lat_bnds\""))
        #expect(
            message { try Dataset([rain, field("edges", [1, 2, 3], "bnds")]).write(to: path) }.contains(
                "\"bnds\" has the length 2 in \"lat_bnds\" and 3"))
        #expect(folder.contents.isEmpty)
    }

    /// xarray: MergeError, conflicting values for coordinate "lat".
    @Test func aFieldReplacesNoOtherLabels() throws {
        let rain = Field(
            "rain", Tensor([1.0, 2]), dimensions: ["lat"], coordinates: [Coordinate("lat", numbers: [10, 20])])
        let path = folder.path("a.nc")
        for other in [
            field("lat", [1, 2], "lat"), Field("lat", Tensor([[10.0], [20]]), dimensions: ["lat", "x"]),
            field("lat", [10, 20], "y"),
        ] {
            #expect(
                message { try Dataset([rain, other]).write(to: path) }.contains(
                    "the field \"lat\" has other values than the coordinate \"lat\" of \"rain\""))
        }
        try Dataset([rain, field("lat", [10, 20], "lat")]).write(to: path)
        #expect(try Dataset(contentsOf: path).field("rain").coordinate("lat")?.numbers == [10, 20])
    }

    @Test func aFieldOfTimesMayCountThemInItsUnits() throws {
        let days = Coordinate("time", times: ["2000-01-02", "2000-01-03"].map { CalendarDate($0)! })
        let rain = Field("rain", Tensor([1.0, 2]), dimensions: ["time"], coordinates: [days])
        func time(_ numbers: [Double]) -> Field {
            Field("time", Tensor(numbers), dimensions: ["time"], attributes: ["units": "days since 2000-01-01"])
        }
        let path = folder.path("a.nc")
        #expect(message { try Dataset([rain, time([3, 4])]).write(to: path) }.contains("has other values"))
        try Dataset([rain, time([1, 2])]).write(to: path)
        #expect(try Dataset(contentsOf: path).field("rain").coordinate("time")?.times == days.times)
    }
}
