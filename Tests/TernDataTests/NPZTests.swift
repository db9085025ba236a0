import Foundation
import TernCore
import TernData
import TestSupport
import Testing

@Suite struct NPZTests {
    private let folder = TemporaryFolder()

    private let arrays: [String: Tensor] = [
        "sst": Tensor((0..<600).map { Double($0) / 8 }, shape: [20, 30]), "mask": Tensor([true, false]),
        "länge": Tensor([0, 1, 2] as [Int64]),
    ]

    @Test(arguments: ["stored.npz", "compressed.npz"])
    func archivesOfNumPyAreRead(_ name: String) throws {
        #expect(try NPZ(contentsOf: numpyArray(name)).arrays == arrays)
    }

    @Test func namesAreInTheOrderOfTheFile() throws {
        #expect(try NPZ.names(in: numpyArray("stored.npz")) == ["sst", "mask", "länge"])
    }

    @Test(arguments: [false, true])
    func arraysAreReadBackTheSame(_ compressed: Bool) throws {
        var stream = TestStream(7)
        var arrays = arrays
        arrays["large"] = Tensor(stream.values(300_000), shape: [1000, 300])
        arrays["empty"] = .zeros([0, 3])
        arrays["scalar"] = Tensor(Int32(-5))
        try NPZ(arrays).write(to: folder.path("a.npz"), compressed: compressed)
        #expect(try NPZ(contentsOf: folder.path("a.npz")).arrays == arrays)
        #expect(folder.contents == ["a.npz"])
    }

    @Test func compressionMakesRegularArraysSmall() throws {
        try NPZ(["x": .zeros([1000, 100])]).write(to: folder.path("small.npz"), compressed: true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path("small.npz"))).count < 2000)
    }

    @Test func equalArraysGiveEqualFiles() throws {
        try NPZ(arrays).write(to: folder.path("a"))
        try NPZ(arrays).write(to: folder.path("b"))
        #expect(FileManager.default.contentsEqual(atPath: folder.path("a"), andPath: folder.path("b")))
    }

    @Test func noArraysMakeAnEmptyArchive() throws {
        try NPZ([:]).write(to: folder.path("none.npz"))
        #expect(try NPZ(contentsOf: folder.path("none.npz")).arrays.isEmpty)
    }

    @Test func anArrayOfTextIsNamedAndTheOthersCanBeRead() throws {
        let path = numpyArray("with_text.npz")
        #expect(message { try NPZ(contentsOf: path) }.contains("array \"stations\": it holds text"))
        #expect(try NPZ(contentsOf: path, only: ["x"]).arrays == ["x": Tensor([0.0, 1])])
    }

    @Test func anAbsentNameIsToldWithTheNamesThereAre() {
        #expect(
            message { try NPZ(contentsOf: numpyArray("stored.npz"), only: ["sss"]) }
                .hasSuffix("there is no array \"sss\"; the arrays are: sst, mask, länge"))
    }

    @Test(arguments: ["stored.npz", "compressed.npz"])
    func everyCutArchiveIsRefused(_ name: String) throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: numpyArray(name)))
        for count in stride(from: 0, to: whole.count, by: 7) {
            let path = folder.write(whole.prefix(count), as: "cut.npz")
            #expect(throws: DataError.self, "\(count) of \(whole.count) bytes") { try NPZ(contentsOf: path) }
        }
    }

    @Test(arguments: ["stored.npz", "compressed.npz"])
    func aChangedByteNeverChangesValuesUnnoticed(_ name: String) throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: numpyArray(name)))
        for at in stride(from: 0, to: whole.count, by: 11) {
            var damaged = whole
            damaged[at] ^= 0x20
            // A byte that nobody reads, or a name, may change; values may not.
            guard let file = try? NPZ(contentsOf: folder.write(damaged, as: "damaged.npz")) else { continue }
            let sst = file.arrays["sst"] ?? arrays["sst"]!
            #expect(sst == arrays["sst"], "byte \(at)")
        }
    }
}
