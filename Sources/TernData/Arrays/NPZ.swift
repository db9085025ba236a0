import TernCore

/// Named arrays in one file, as `numpy.savez` and `numpy.savez_compressed` write them.
///
/// ```swift
/// let sst = Tensor([[20.5, 21], [19, 18.5]])
/// try NPZ(["sst": sst, "lat": Tensor([0.0, 10])]).write(to: "ocean.npz", compressed: true)
/// let file = try NPZ(contentsOf: "ocean.npz", only: ["lat"])
/// print(try NPZ.names(in: "ocean.npz"), file.arrays["lat"]!.shape)  // ["lat", "sst"] [2]
/// ```
///
/// Source: `numpy.savez`: a ZIP archive with a member `name.npy` for each array.
public struct NPZ: Sendable {
    /// By name, without the ending `.npy` that members have.
    public var arrays: [String: Tensor]

    /// Arrays to be written, of any shapes and types.
    public init(_ arrays: [String: Tensor]) { self.arrays = arrays }

    /// Reads all arrays, or those named; of two members of one name the last counts. Types become those of a tensor as
    /// in `Tensor.read(npy:)`.
    ///
    /// - Throws: `DataError` where the file is absent or damaged, where an array is of a type that no tensor holds
    ///   (its name is told, so that the others can be asked for), or where there is no array of a name.
    public init(contentsOf path: String, only names: [String]? = nil) throws {
        let archive = try ZipArchive(ByteSource(contentsOf: path))
        let present = Self.names(archive)
        arrays = [:]
        for name in names ?? present.map(\.name) {
            guard let found = present.last(where: { $0.name == name }) else {
                throw DataError(
                    file: path,
                    "there is no array \"\(name)\"; the arrays are: \(present.map(\.name).joined(separator: ", "))")
            }
            var content = try archive.content(of: found.member)
            content.context = "array \"\(name)\": "
            arrays[name] = try NPY.read(content)
        }
    }

    /// The names of a file's arrays in the order of the file.
    ///
    /// - Throws: `DataError` where the file is absent or damaged.
    public static func names(in path: String) throws -> [String] {
        try names(ZipArchive(ByteSource(contentsOf: path))).map(\.name)
    }

    private static func names(_ archive: ZipArchive) -> [(name: String, member: ZipArchive.Member)] {
        archive.members.compactMap { $0.name.hasSuffix(".npy") ? (String($0.name.dropLast(4)), $0) : nil }
    }

    /// Writes the arrays in the order of their names, whole or not at all. Equal arrays give equal files.
    ///
    /// - Throws: `DataError` where a name is empty or too long, and where the file cannot be written.
    public func write(to path: String, compressed: Bool = false) throws {
        if let bad = arrays.keys.first(where: { $0.isEmpty || $0.utf8.count > 65_000 }) {
            throw DataError(file: path, "an array cannot be named \"\(bad.prefix(40))\"")
        }
        try writeAtomically(to: path) { write in
            try withoutActuallyEscaping(write) { write in
                var zip = ZipWriter(write)
                for (name, tensor) in arrays.sorted(by: { $0.key < $1.key }) {
                    try NPY.header(of: tensor).withUnsafeBytes { header in
                        try tensor.withUnsafeBytes { try zip.add(name + ".npy", [header, $0], compressed: compressed) }
                    }
                }
                try zip.finish()
            }
        }
    }
}
