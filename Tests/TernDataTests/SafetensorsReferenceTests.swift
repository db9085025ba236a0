import Foundation
import TernCore
import TernData
import TestSupport
import Testing

/// Against the reference implementation's files (Scripts/fixtures/numpy_arrays.py).
@Suite struct SafetensorsReferenceTests {
    private let folder = TemporaryFolder()

    private let reference = Safetensors(
        tensors: [
            "weight": Tensor((0..<6).map(Float.init), shape: [2, 3]), "bias": Tensor([0.5, -1.5]),
            "step": Tensor(7 as Int64),
            "index": Tensor([1, 2] as [Int32]), "mask": Tensor([true, false, true]), "none": .zeros([0, 2]),
        ], metadata: ["note": "sst \"El Niño\" / 1.2"])

    private func message(_ header: String, _ bytes: Int) -> String {
        let length = UInt8(header.utf8.count)
        let path = folder.write(Data([length, 0, 0, 0, 0, 0, 0, 0]) + Data(header.utf8) + Data(count: bytes), as: "t")
        return TestSupport.message { try Safetensors(contentsOf: path) }
    }

    @Test func theReferenceFileIsRead() throws {
        let file = try Safetensors(contentsOf: numpyArray("reference.safetensors"))
        #expect(file.tensors == reference.tensors)
        #expect(file.metadata == reference.metadata)
        #expect(file.names == ["bias", "index", "mask", "none", "step", "weight"])
    }

    @Test func filesAreWrittenByteForByteAsTheReferenceDoes() throws {
        try reference.write(to: folder.path("t"))
        #expect(
            FileManager.default.contentsEqual(atPath: folder.path("t"), andPath: numpyArray("reference.safetensors")))
    }

    @Test func narrowTypesAreWidened() throws {
        let file = try Safetensors(contentsOf: numpyArray("narrow.safetensors"))
        #expect(file.tensors == ["half": Tensor([0x1.998p-4, -2] as [Float]), "byte": Tensor([200] as [Int32])])
    }

    @Test func namesAndTextOfAllSortsAreReadBack() throws {
        let odd = "a\"b\\c\n\t\u{1}/é\u{1F30A}"
        try Safetensors(tensors: [odd: Tensor(1.0)], metadata: [odd: odd, "": ""]).write(to: folder.path("t"))
        let back = try Safetensors(contentsOf: folder.path("t"))
        #expect(back.tensors == [odd: Tensor(1.0)])
        #expect(back.metadata == [odd: odd, "": ""])
    }

    @Test func mistakesInTheHeaderAreTold() {
        #expect(message("[]", 0).contains("not the JSON"))
        #expect(
            message(#"{"a":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}}"#, 16).contains(
                "a gap before tensor \"a\""))
        #expect(
            message(
                #"{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"F64","shape":[1],"data_offsets":[4,12]}}"#,
                12
            )
            .contains("tensor \"b\" overlaps"))
        #expect(message(#"{"a":{"dtype":"F64","shape":[2],"data_offsets":[0,8]}}"#, 8).contains("needs 16 bytes"))
        #expect(message(#"{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#, 7).contains("would end at byte"))
        #expect(message(#"{"a":{"dtype":"F64","shape":[-1],"data_offsets":[0,8]}}"#, 8).contains("shape [-1]"))
        #expect(
            message(#"{"a":{"dtype":"F64","shape":[9223372036854775807,8],"data_offsets":[0,8]}}"#, 8).contains(
                "tensor \"a\""))
        #expect(message(#"{"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}"#, 8).contains("type C64"))
        #expect(message(#"{"a":{"dtype":"F64","shape":[1]}}"#, 8).contains("not the JSON that is expected: a: the key"))
        #expect(message(#"{"a":{"dtype":"F64","shape":[1],"data_offsets":[]}}"#, 8).contains("the offsets []"))
    }
}
