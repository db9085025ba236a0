import Foundation
import TernCore
import TernData
import TestSupport
import Testing

@Suite struct SafetensorsTests {
    private let folder = TemporaryFolder()

    @Test func tensorsAndTextAreReadBackTheSame() throws {
        let tensors: [String: Tensor] = [
            "w": Tensor([[1.5, -2], [3, 4e-300]]), "f": Tensor([1, 2, 3] as [Float]), "i": Tensor([Int32(7)]),
            "l": Tensor([-9, 1 << 40]), "b": Tensor([true, false, true]), "scalar": Tensor(2.5),
            "empty": .zeros([0, 3]),
        ]
        try Safetensors(tensors: tensors, metadata: ["name": "é \"quoted\""]).write(to: folder.path("t.safetensors"))
        let back = try Safetensors(contentsOf: folder.path("t.safetensors"))
        #expect(back.tensors == tensors)
        #expect(back.metadata == ["name": "é \"quoted\""])
    }

    @Test func theBytesAreThoseOfTheFormat() throws {
        // Written by the reference implementation: one float32 tensor "a" = [1, 2].
        var data = Data([64, 0, 0, 0, 0, 0, 0, 0])
        data += Data(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#.utf8)
        data += Data(repeating: 32, count: 8 + 64 - data.count)
        data += Data([0, 0, 128, 63, 0, 0, 0, 64])
        let path = folder.write(data, as: "reference.safetensors")
        #expect(try Safetensors(contentsOf: path).tensors == ["a": Tensor([1, 2] as [Float])])
    }

    @Test func damagedFilesAreRefused() throws {
        try Safetensors(tensors: ["a": Tensor([1.0, 2, 3])]).write(to: folder.path("whole"))
        let whole = try Data(contentsOf: URL(fileURLWithPath: folder.path("whole")))
        for cut in stride(from: 0, to: whole.count, by: 3) {
            let path = folder.write(whole.prefix(cut), as: "cut")
            #expect(throws: DataError.self, "\(cut) of \(whole.count) bytes") { try Safetensors(contentsOf: path) }
        }
        let longer = folder.write(whole + Data([0]), as: "longer")
        #expect { try Safetensors(contentsOf: longer) } throws: { "\($0)".contains("1 bytes follow the last tensor") }
    }

    /// "Duplicate keys are disallowed", says the format.
    @Test(arguments: [
        (
            #"{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#,
            "the key \"a\" stands twice"
        ),
        (
            #"{"a":{"dtype":"F64","shape":[1],"dtype":"I64","data_offsets":[0,8]}}"#,
            "a: the key \"dtype\" stands twice"
        ),
        (
            #"{"__metadata__":{"x":"1"},"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"__metadata__":{"x":"2"}}"#,
            "the key \"__metadata__\" stands twice"
        ),
    ]) func aNameThatStandsTwiceIsRefused(_ header: String, _ expected: String) throws {
        let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
        let path = folder.write(length + Data(header.utf8) + Data(count: 8), as: "twice.safetensors")
        let said = message { try Safetensors(contentsOf: path) }
        #expect(said.contains(expected), "\(said)")
    }

    @Test func aFlippedBitIsToldWhereTheFileCarriesAChecksum() throws {
        let path = folder.path("summed"), tensors = ["a": Tensor([1.0, 2, 3]), "b": Tensor([true, false])]
        try Safetensors(tensors: tensors, metadata: ["name": "co2"]).write(to: path, hasChecksum: true)
        let back = try Safetensors(contentsOf: path), whole = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(back.tensors == tensors && back.metadata == ["name": "co2"])
        // A bit of the key's own name makes it another key, and damages nothing.
        let key = try #require(whole.range(of: Data("checksum".utf8)))
        for byte in whole.indices where !key.contains(byte) {
            var flipped = whole
            flipped[byte] ^= 1 << (byte % 8)
            let path = folder.write(flipped, as: "flipped")
            #expect(throws: DataError.self, "byte \(byte)") { try Safetensors(contentsOf: path) }
        }
    }

    @Test(arguments: ["x", "sha256:0123", "crc32c:00"]) func aChecksumOfOthersIsMetadata(_ text: String) throws {
        let path = folder.path("others")
        let file = Safetensors(tensors: ["a": Tensor([1.0])], metadata: ["checksum": text])
        try file.write(to: path)
        #expect(try Safetensors(contentsOf: path).metadata == ["checksum": text])
        #expect(message { try file.write(to: path, hasChecksum: true) }.contains("give it another name"))
    }

    @Test func metadataThatLookLikeTheFilesOwnChecksumAreRefused() {
        let file = Safetensors(tensors: ["a": Tensor([1.0])], metadata: ["checksum": "crc32:0123abcd"])
        #expect(message { try file.write(to: folder.path("own")) }.contains("give it another name"))
    }

    @Test func nothingIsLeftWhereWritingFails() {
        #expect { try Safetensors(tensors: [:]).write(to: folder.path("no/such/folder")) } throws: {
            "\($0)".contains("does not exist")
        }
        #expect(folder.contents.isEmpty)
    }
}
