import Foundation
import TernExperiment
import Tern

/// A reader of files or texts: what it is given valid, and how that is damaged and read.
protocol Door {
    /// Reads what is damaged by `dice`; throws where the reader does.
    func tryOnce(_ dice: inout Dice) throws
}

/// A file of which valid examples are made once.
struct FileDoor: Door {
    let folder: URL
    let name: String
    let examples: [Data]
    let read: (String) throws -> Void
    var damage: (Data, inout Dice) -> Data = { Damage.bytes($0, &$1) }

    func tryOnce(_ dice: inout Dice) throws {
        let path = folder.appendingPathComponent(name).path
        try damage(dice.one(of: examples), &dice).write(to: URL(fileURLWithPath: path))
        try read(path)
    }
}

/// A folder of files of which one is damaged.
struct FolderDoor: Door {
    let folder: URL
    let files: [String: Data]
    let read: (String) throws -> Void

    init(_ folder: URL, read: @escaping (String) throws -> Void) throws {
        (self.folder, self.read) = (folder, read)
        var files: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where !name.hasSuffix(".zmetadata") {
            let url = folder.appendingPathComponent(name)
            if try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true { files[name] = try Data(contentsOf: url) }
        }
        self.files = files
    }

    func tryOnce(_ dice: inout Dice) throws {
        let name = dice.one(of: files.keys.sorted()), valid = files[name]!, url = folder.appendingPathComponent(name)
        defer { try? valid.write(to: url) }
        try damaged(name, valid, &dice).write(to: url)
        try read(folder.path)
    }

    private func damaged(_ name: String, _ valid: Data, _ dice: inout Dice) throws -> Data {
        if name.hasSuffix(".safetensors") { return Self.safetensors(valid, &dice) }
        if name.hasSuffix(".yaml") { return Data(Damage.text(String(decoding: valid, as: UTF8.self), &dice).utf8) }
        return valid.first == UInt8(ascii: "{") && dice.below(10) != 0 ? Damage.json(valid, &dice) : Damage.bytes(valid, &dice)
    }

    /// Damage to the configuration within the metadata, or to the bytes.
    static func safetensors(_ valid: Data, _ dice: inout Dice) -> Data {
        guard dice.below(4) != 0, let length = valid.prefix(8).reversed().reduce(UInt64?(0), { ($0 ?? 0) << 8 | UInt64($1) }),
            var header = try? JSONSerialization.jsonObject(with: valid[8..<8 + Int(length)]) as? [String: Any],
            var metadata = header["__metadata__"] as? [String: String], let key = ["configuration", "progress"].first(where: { metadata[$0] != nil }), let configuration = metadata[key]
        else { return Damage.bytes(valid, &dice) }
        metadata[key] = String(decoding: Damage.json(Data(configuration.utf8), &dice), as: UTF8.self)
        header["__metadata__"] = metadata
        let text = try! JSONSerialization.data(withJSONObject: header)
        return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) } + text + valid[(8 + Int(length))...]
    }
}

/// A text that is read.
struct TextDoor: Door {
    let examples: [String]
    let read: (String) throws -> Void

    func tryOnce(_ dice: inout Dice) throws {
        let valid = dice.one(of: examples)
        try read(dice.below(2) == 0 ? Damage.text(valid, &dice) : String(decoding: Damage.bytes(Data(valid.utf8), &dice), as: UTF8.self))
    }
}
