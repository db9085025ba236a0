import Foundation
import TernCore
import TernData
import TestSupport
import Testing

/// The fixtures are NumPy's (Scripts/fixtures/numpy_arrays.py).
func numpyArray(_ name: String) -> String {
    Fixture.path("numpy_arrays/\(name)")
}

@Suite struct NPYTests {
    private let folder = TemporaryFolder()

    private func read(_ name: String) throws -> Tensor { try Tensor.read(npy: numpyArray(name + ".npy")) }

    @Test func typesOfTensorsAreReadAsTheyAre() throws {
        #expect(try read("f8") == Tensor([0.1, -2.5, .infinity, -0.0]))
        #expect(try read("f4") == Tensor([0.1, -2.5, .infinity, -0.0] as [Float]))
        #expect(try read("i4") == Tensor([Int32.min, .max, 7]))
        #expect(try read("i8") == Tensor([Int64.min, .max, 7]))
        #expect(try read("b1") == Tensor([[true, false], [false, true]]))
    }

    @Test func smallerAndUnsignedIntegersAreWidened() throws {
        #expect(try read("i1") == Tensor([-128, 127, 7] as [Int32]))
        #expect(try read("u1") == Tensor([0, 255, 7] as [Int32]))
        #expect(try read("i2") == Tensor([-32768, 32767, 7] as [Int32]))
        #expect(try read("u2") == Tensor([0, 65535, 7] as [Int32]))
        #expect(try read("u4") == Tensor([0, 4_294_967_295, 7] as [Int64]))
        #expect(try read("u8") == Tensor([0, Int64.max]))
    }

    @Test func anUnsignedNumberThatFitsNowhereIsRefused() {
        #expect(message { try read("u8_too_large") }.contains("it holds 9223372036854775808"))
    }

    @Test func halfPrecisionIsReadAsFloats() throws {
        let expected: [Float] = [0x1.998p-4, -2.5, .infinity, -0.0, 65504, 0x1p-24, 0x1p-14]
        let half = try read("f2").scalars(Float.self)
        #expect(half.map(\.bitPattern) == expected.map(\.bitPattern))
    }

    @Test func theOtherOrderOfBytesIsRead() throws {
        #expect(try read("big_f8") == Tensor([1.0, -2, 300]))
        #expect(try read("big_f4") == Tensor([1, -2, 300] as [Float]))
        #expect(try read("big_i8") == Tensor([1, -2, 300] as [Int64]))
        #expect(try read("big_i2") == Tensor([1, -2, 300] as [Int32]))
        #expect(try read("big_f2") == Tensor([1, -2, 300] as [Float]))
    }

    @Test func columnMajorArraysAreTurned() throws {
        #expect(try read("column_major") == Tensor((0..<24).map(Int32.init), shape: [2, 3, 4]))
    }

    @Test func scalarsAndEmptyArraysKeepTheirShape() throws {
        #expect(try read("scalar") == Tensor(2.5))
        #expect(try read("empty").shape == [0, 3])
    }

    @Test(arguments: ["version2", "version3"])
    func laterVersionsAreRead(_ name: String) throws {
        #expect(try read(name) == Tensor([0.0, 1, 2]))
    }

    @Test(arguments: ["f4", "f8", "i4", "i8", "b1", "scalar", "empty", "matrix"])
    func filesAreWrittenByteForByteAsNumPyDoes(_ name: String) throws {
        try read(name).write(npy: folder.path("a.npy"))
        let written = try Data(contentsOf: URL(fileURLWithPath: folder.path("a.npy")))
        #expect(try written == Data(contentsOf: URL(fileURLWithPath: numpyArray(name + ".npy"))))
    }

    @Test func typesThatNoTensorHoldsAreNamed() {
        #expect(message { try read("text") }.contains("it holds text ('<U4')"))
        #expect(message { try read("structured") }.contains("('a', '<i4')"))
    }

    @Test func everyCutFileIsRefused() throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: numpyArray("matrix.npy")))
        for count in 0..<whole.count {
            let path = folder.write(whole.prefix(count), as: "cut.npy")
            #expect(throws: DataError.self, "\(count) of \(whole.count) bytes") { try Tensor.read(npy: path) }
        }
    }

    @Test func aHeaderThatPromisesTooMuchIsRefused() throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: numpyArray("matrix.npy")))
        for shape in ["(2, 4)", "(9223372036854775807, 2)", "(99999999999999999999,)", "(-1, 6)"] {
            var text = String(decoding: whole[10..<128], as: UTF8.self).replacing("(2, 3)", with: shape)
            text =
                text.replacing("}", with: "}\n").prefix { $0 != "\n" }.padding(
                    toLength: 117, withPad: " ", startingAt: 0) + "\n"
            let path = folder.write(whole[..<10] + Data(text.utf8) + whole[128...], as: "large.npy")
            #expect(throws: DataError.self, "\(shape)") { try Tensor.read(npy: path) }
        }
    }

    @Test func errorsNameTheFile() {
        #expect(message { try Tensor.read(npy: folder.path("no.npy")) }.hasSuffix("no.npy: there is no such file"))
        #expect(
            message { try Tensor.read(npy: folder.write("year,sst\n1997,27.1\n")) }.contains(
                "data.csv: this is no NPY file"))
        #expect(message { try Tensor(1.0).write(npy: folder.path("no/a.npy")) }.contains("does not exist"))
        #expect(folder.contents == ["data.csv"])
    }
}
