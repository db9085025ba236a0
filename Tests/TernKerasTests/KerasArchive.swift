import Tern
import TernKeras

/// The members of a `.keras` file, to be changed and written again.
struct KerasArchive {
    var members: [(String, [UInt8])]

    init(_ members: [(String, [UInt8])]) { self.members = members }

    /// - Parameter path: where the model's own file is written.
    init(of model: Model, writtenTo path: String) throws {
        try model.write(kerasFile: path)
        let archive = try ZipArchive(ByteSource(contentsOf: path))
        members = try archive.members.map { member in
            let source = try archive.content(of: member)
            return (member.name, try source.bytes(0..<source.count))
        }
    }

    /// With another text in the description of the model.
    func replacing(_ old: String, with new: String) -> KerasArchive {
        KerasArchive(
            members.map { name, bytes in
                guard name == "config.json" else { return (name, bytes) }
                return (name, Array(String(decoding: bytes, as: UTF8.self).replacing(old, with: new).utf8))
            })
    }

    func write(to path: String) throws {
        try writeAtomically(to: path) { write in
            try withoutActuallyEscaping(write) { write in
                var zip = ZipWriter(write)
                for (name, bytes) in members { try bytes.withUnsafeBytes { try zip.add(name, [$0], compressed: true) } }
                try zip.finish()
            }
        }
    }
}
