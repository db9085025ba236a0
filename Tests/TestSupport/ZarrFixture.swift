import Foundation

/// Small stores by zarr-python and xarray (Tests/Fixtures/zarr, made by Scripts/fixtures/zarr_stores.py), and what they
/// hold.
public enum ZarrFixture {
    public struct Expected: Decodable, Sendable {
        /// The names of dimensions, where they are fixed.
        public let dimensions: [String]?
        public let shape: [Int]?
        /// One of ``numbers``.
        public let numbers: Int?
        /// So many numbers from 0 on.
        public let range: Int?
        public let texts: [String]?
        public let dates: [String]?
        /// Words of the complaint about an array that is not read.
        public let complaint: String?
    }

    private struct Values: Decodable {
        let arrays: [String: [String: Expected]]
        let numbers: [String]
    }

    private struct Files: Decodable {
        let texts: [String: String], bytes: [String: String]
    }

    private static let values: Values = try! Fixture.decode("zarr/expected")
    private static let files: [String: Files] = try! Fixture.decode("zarr/stores")

    public static let stores: [String] = files.keys.sorted()

    public static func expected(_ store: String) -> [String: Expected] { values.arrays[store]! }

    public static func numbers(_ expected: Expected) -> [Double]? {
        if let count = expected.range { return (0..<count).map(Double.init) }
        return expected.numbers.map { FixtureNumbers(values.numbers[$0]).doubles }
    }

    /// Writes a store, or some of its arrays, to a folder.
    public static func write(_ store: String, _ arrays: [String]? = nil, to path: String) throws {
        let found = files[store]!
        var made: Set<String> = []
        func write(_ key: String, _ bytes: () -> Data) throws {
            guard arrays == nil || arrays!.contains(where: { key.hasPrefix($0 + "/") }) else { return }
            let file = "\(path)/\(key)", folder = (file as NSString).deletingLastPathComponent
            if made.insert(folder).inserted {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            }
            guard FileManager.default.createFile(atPath: file, contents: bytes()) else {
                throw CocoaError(.fileWriteUnknown)
            }
        }
        for (key, text) in found.texts { try write(key) { Data(text.utf8) } }
        for (key, text) in found.bytes { try write(key) { Data(base64Encoded: text)! } }
    }
}
