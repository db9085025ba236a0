import Foundation
import Synchronization
import TernFiles

/// Bytes by key, such as "sst/c/0/0": what Zarr asks of the place in which a store lies.
///
/// Source: Zarr core specification version 3, "Stores".
protocol KeyStore: Sendable {
    /// The folder or file, for messages.
    var path: String { get }
    /// The bytes of a key, nil where it was never written.
    func value(_ key: String) throws -> ByteSource?
    /// What may lie directly under a group, by name.
    func children(of group: String) throws -> [String]
    /// How many bytes lie under a path.
    func byteCount(under path: String) -> Int
}

/// The key of a name under a path, which is empty for the root.
func key(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path)/\(name)" }

/// Keys that are files of a folder. Links that lead out of it are refused.
struct FolderKeys: KeyStore {
    let path: String
    private let root: String

    init(_ path: String) throws {
        self.path = path
        guard let root = FilePath.real(path) else {
            throw DataError(file: path, "this folder cannot be read: \(SystemReason.last)")
        }
        self.root = root
    }

    private func isInside(_ real: String) -> Bool {
        real.utf8.starts(with: root.utf8)
            && (root == "/" || real.utf8.dropFirst(root.utf8.count).first == UInt8(ascii: "/"))
    }

    func value(_ key: String) throws -> ByteSource? {
        guard let real = FilePath.real("\(root)/\(key)") else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw DataError(file: path, "\(key) cannot be read: \(SystemReason.last)")
        }
        guard isInside(real) else {
            throw DataError(
                file: path,
                "\(key) is a link that leads out of the store and is not followed; copy what it names into the store")
        }
        return try ByteSource(InputFile("\(path)/\(key)", regularAt: real))
    }

    func children(of group: String) throws -> [String] {
        let folder = group.isEmpty ? root : "\(root)/\(group)"
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw DataError(file: path, "\(group.isEmpty ? "this folder" : group) cannot be read")
        }
        return names.sorted().filter { name in
            // A link within the store names what is there already, perhaps the group that it lies in.
            var status = stat()
            guard lstat("\(folder)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return true }
            return FilePath.real("\(folder)/\(name)").map { !isInside($0) && $0 != root } ?? false
        }
    }

    func byteCount(under path: String) -> Int {
        let files = FileManager.default.enumerator(
            at: URL(fileURLWithPath: "\(root)/\(path)"), includingPropertiesForKeys: [.fileSizeKey])
        var total = 0
        while let file = files?.nextObject() as? URL {
            total += (try? file.resourceValues(forKeys: [.fileSizeKey]))?.fileSize ?? 0
        }
        return total
    }
}

/// Keys that are members of a ZIP archive, as zarr-python's `ZipStore` writes it.
final class ZipKeys: KeyStore, @unchecked Sendable {  // members are read by their place
    let path: String
    private let archive: ZipArchive
    private let members: [String: ZipArchive.Member]
    private let names: [String: Set<String>]
    /// How many bytes lie under each path.
    private let byteCounts: [String: Int]
    /// Members whose checksum was compared already.
    private let verified = Mutex<Set<String>>([])

    init(_ path: String) throws {
        self.path = path
        let source = try ByteSource(contentsOf: path)
        archive = try ZipArchive(source)
        // A member that was written again is the last of its name.
        var members = Dictionary(archive.members.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        // A folder that was packed whole lies under its own name.
        if !FileKind.zarrMarks.contains(where: { members[$0] != nil }),
            let folder = members.keys.min()?.split(separator: "/").first.map({ $0 + "/" }),
            members.keys.allSatisfy({ $0.hasPrefix(folder) })
        {
            members = Dictionary(members.map { (String($0.dropFirst(folder.count)), $1) }, uniquingKeysWith: { $1 })
        }
        var names: [String: Set<String>] = [:], byteCounts: [String: Int] = [:]
        for (name, member) in members where !name.hasSuffix("/") {
            let parts = name.split(separator: "/")
            // Groups lie no deeper than descriptions are read.
            for i in parts.indices.prefix(ZarrHierarchy.deepest + 2) {
                let folder = parts[..<i].joined(separator: "/")
                names[folder, default: []].insert(String(parts[i]))
                byteCounts[folder, default: 0] += member.packedCount
            }
        }
        // Members may name the same bytes.
        byteCounts = byteCounts.mapValues { min($0, source.count) }
        (self.members, self.names, self.byteCounts) = (members, names, byteCounts)
    }

    func value(_ key: String) throws -> ByteSource? {
        guard let member = members[key] else { return nil }
        let isVerified = verified.withLock { $0.contains(key) }
        let content = try archive.content(of: member, isVerified: isVerified)
        if !isVerified { verified.withLock { _ = $0.insert(key) } }
        return content
    }

    func children(of group: String) -> [String] { (names[group] ?? []).sorted() }

    func byteCount(under path: String) -> Int { byteCounts[path] ?? 0 }
}
