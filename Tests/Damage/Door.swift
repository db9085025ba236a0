import Foundation
import Tern
import TernExperiment

/// A reader of files or texts, or an encoder of texts: what it is given valid, how that is damaged, and how it is read.
protocol Door {
    /// Valid ones.
    var examples: [Data] { get }
    /// One of the examples, or what damage made of one, damaged further.
    func damaged(_ valid: Data, _ dice: inout Dice) -> Data
    /// Reads it; throws where the reader does.
    func read(_ data: Data) throws
}

/// A file.
struct FileDoor: Door {
    let folder: URL
    let name: String
    let examples: [Data]
    let open: (String) throws -> Void
    var damage: (Data, inout Dice) -> Data = { Damage.bytes($0, &$1) }

    func damaged(_ valid: Data, _ dice: inout Dice) -> Data { damage(valid, &dice) }

    func read(_ data: Data) throws {
        let path = folder.appendingPathComponent(name).path
        try data.write(to: URL(fileURLWithPath: path))
        try open(path)
    }
}

/// A folder of files of which one is damaged: its name on a line, and its bytes.
struct FolderDoor: Door {
    let folder: URL
    let files: [String: Data]
    let open: (String) throws -> Void

    init(_ folder: URL, open: @escaping (String) throws -> Void) throws {
        (self.folder, self.open) = (folder, open)
        var files: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where !name.hasSuffix(".zmetadata")
        {
            let url = folder.appendingPathComponent(name)
            if try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
                files[name] = try Data(contentsOf: url)
            }
        }
        self.files = files
    }

    var examples: [Data] { files.keys.sorted().map { Data(($0 + "\n").utf8) + files[$0]! } }

    func damaged(_ valid: Data, _ dice: inout Dice) -> Data {
        guard let (name, bytes) = parts(valid) else { return Damage.bytes(valid, &dice) }
        return Data((name + "\n").utf8) + damaged(name, bytes, &dice)
    }

    func read(_ data: Data) throws {
        struct NoFile: Error {}
        guard let (name, bytes) = parts(data), let valid = files[name] else { throw NoFile() }
        let url = folder.appendingPathComponent(name)
        defer { try? valid.write(to: url) }
        try bytes.write(to: url)
        try open(folder.path)
    }

    private func parts(_ data: Data) -> (name: String, bytes: Data)? {
        guard let end = data.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        return (String(decoding: data[..<end], as: UTF8.self), Data(data[(end + 1)...]))
    }

    private func damaged(_ name: String, _ valid: Data, _ dice: inout Dice) -> Data {
        if name.hasSuffix(".safetensors") { return Self.safetensors(valid, &dice) }
        if name.hasSuffix(".yaml") { return Data(Damage.text(String(decoding: valid, as: UTF8.self), &dice).utf8) }
        return valid.first == UInt8(ascii: "{") && dice.below(10) != 0
            ? Damage.json(valid, &dice) : Damage.bytes(valid, &dice)
    }

    /// Damage to the configuration within the metadata, or to the bytes.
    static func safetensors(_ whole: Data, _ dice: inout Dice) -> Data {
        var valid = whole
        // Its checksum would hide all else.
        if dice.below(16) != 0, let key = valid.range(of: Data("\"checksum\"".utf8)) {
            valid.replaceSubrange(key, with: Data("\"unsummed\"".utf8))
        }
        guard valid.count > 8, dice.below(4) != 0,
            let length = Int(exactly: valid.prefix(8).reversed().reduce(UInt64(0), { $0 << 8 | UInt64($1) })),
            length <= valid.count - 8,
            var header = try? JSONSerialization.jsonObject(with: Data(valid[8..<8 + length])) as? [String: Any],
            var metadata = header["__metadata__"] as? [String: String],
            let key = ["configuration", "progress"].first(where: { metadata[$0] != nil }),
            let configuration = metadata[key]
        else { return Damage.bytes(valid, &dice) }
        metadata[key] = String(decoding: Damage.json(Data(configuration.utf8), &dice), as: UTF8.self)
        header["__metadata__"] = metadata
        let text = try! JSONSerialization.data(withJSONObject: header)
        return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) } + text + valid[(8 + length)...]
    }
}

/// A text that is read.
struct TextDoor: Door {
    let examples: [Data]
    let parse: (String) throws -> Void

    init(examples: [String], parse: @escaping (String) throws -> Void) {
        self.examples = examples.map { Data($0.utf8) }
        self.parse = parse
    }

    func damaged(_ valid: Data, _ dice: inout Dice) -> Data { Damage.textOrBytes(valid, &dice) }

    func read(_ data: Data) throws { try parse(String(decoding: data, as: UTF8.self)) }
}
