import Foundation
import TernCore
import TernData
import TestSupport
import Testing

/// What else files of HDF5 may hold than NetCDF writes: links and numbers that lead into other files, groups within
/// themselves. They are made by the HDF5 library that reads them.
@Suite struct HDF5ContentsTests {
    private typealias ID = Int64
    private typealias Text = UnsafePointer<CChar>
    private let folder = TemporaryFolder()

    private func function<F>(_ name: String, _ type: F.Type) throws -> F {
        try #require(NetCDFLibrary.function(name, type), "\(name) is not there")
    }

    private func number(_ name: String) throws -> ID {
        try function(name, UnsafePointer<ID>.self).pointee
    }

    /// A file of a variable `x`, to which `change` adds what it wants.
    private func file(_ change: (_ file: ID) throws -> Void) throws -> String {
        let path = folder.path("a.nc")
        try Dataset([Field("x", Tensor([1.0, 2, 3]), dimensions: ["i"])]).write(to: path, as: .netCDF4)
        let open = try function("H5Fopen", (@convention(c) (Text, UInt32, ID) -> ID).self),
            close = try function("H5Fclose", (@convention(c) (ID) -> Int32).self), writing: UInt32 = 1
        try NetCDFLibrary.locked {
            let file = open(path, writing, 0)
            #expect(file >= 0)
            try change(file)
            #expect(close(file) >= 0)
        }
        return path
    }

    private func message(_ path: String) -> String {
        do { _ = try Dataset(contentsOf: path) } catch let error as DataError { return error.message } catch {}
        return "nothing thrown"
    }

    @Test func aLinkIntoAnotherFileIsNotFollowed() throws {
        let path = try file {
            let link = try function(
                "H5Lcreate_external", (@convention(c) (Text, Text, ID, Text, ID, ID) -> Int32).self)
            #expect(link("/etc/passwd", "/x", $0, "y", 0, 0) >= 0)
        }
        #expect(message(path).hasPrefix("\"y\" is a link into another file, which is not followed"), "\(message(path))")
    }

    @Test(arguments: ["H5Lcreate_hard", "H5Lcreate_soft"])
    func groupsThatHoldEachOtherAreRefused(_ kind: String) throws {
        let path = try file {
            if kind == "H5Lcreate_hard" {
                let link = try function(kind, (@convention(c) (ID, Text, ID, Text, ID, ID) -> Int32).self)
                #expect(link($0, "/", $0, "round", 0, 0) >= 0)
            } else {
                let link = try function(kind, (@convention(c) (Text, ID, Text, ID, ID) -> Int32).self)
                #expect(link("/", $0, "round", 0, 0) >= 0)
            }
        }
        #expect(message(path).hasPrefix("its groups lie more than 64 deep within each other"), "\(message(path))")
    }

    /// As netCDF-C reads it.
    @Test func aLinkWithinTheFileIsFollowed() throws {
        let path = try file {
            let link = try function("H5Lcreate_soft", (@convention(c) (Text, ID, Text, ID, ID) -> Int32).self)
            #expect(link("/x", $0, "same", 0, 0) >= 0)
        }
        #expect(try Dataset(contentsOf: path).field("x").values == Tensor([1.0, 2, 3]))
    }

    @Test func numbersInAnotherFileAreNotRead() throws {
        let other = folder.write(Data([7, 8, 9]), as: "secret")
        let path = try file { file in
            typealias Close = @convention(c) (ID) -> Int32
            let
                create = try function(
                    "H5Dcreate2", (@convention(c) (ID, Text, ID, ID, ID, ID, ID) -> ID).self),
                space = try function(
                    "H5Screate_simple", (@convention(c) (Int32, UnsafePointer<UInt64>, OpaquePointer?) -> ID).self),
                list = try function("H5Pcreate", (@convention(c) (ID) -> ID).self),
                place = try function("H5Pset_external", (@convention(c) (ID, Text, Int, UInt64) -> Int32).self),
                closeDataset = try function("H5Dclose", Close.self), closeSpace = try function("H5Sclose", Close.self),
                closeList = try function("H5Pclose", Close.self)
            let settings = list(try number("H5P_CLS_DATASET_CREATE_ID_g")), shape = space(1, [3], nil)
            #expect(place(settings, other, 0, 3) >= 0)
            let dataset = create(file, "y", try number("H5T_STD_U8LE_g"), shape, 0, settings, 0)
            #expect(dataset >= 0 && closeDataset(dataset) >= 0 && closeSpace(shape) >= 0 && closeList(settings) >= 0)
        }
        let data = try Dataset(contentsOf: path)
        #expect(try data.field("x").values == Tensor([1.0, 2, 3]))
        let complaint = try #require(data.variables.first { $0.name == "y" }?.complaint)
        #expect(complaint.hasPrefix("its numbers lie in another file"), "\(complaint)")
        #expect(throws: DataError.self) { try data.field("y") }
    }
}
