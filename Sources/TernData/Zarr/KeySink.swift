import Foundation
import TernFiles

/// Where the bytes of keys are written: what ``KeyStore`` reads.
protocol KeySink {
    mutating func write(_ bytes: UnsafeRawBufferPointer, to key: String) throws
    /// A new place for the keys of an array.
    mutating func add(array name: String) throws
    mutating func finish() throws
}

struct FolderSink: KeySink {
    private let folder: URL
    private var made: Set<String> = []

    init(_ path: String) throws {
        folder = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// Where capitals are small letters to the file system, this fails for the second of two names.
    func add(array name: String) throws {
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent(name), withIntermediateDirectories: false)
    }

    mutating func write(_ bytes: UnsafeRawBufferPointer, to key: String) throws {
        let file = folder.appendingPathComponent(key), parent = file.deletingLastPathComponent()
        if made.insert(parent.path).inserted {
            try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        }
        try Data(bytes).write(to: file)
    }

    func finish() {}
}

/// Members are stored as they are: chunks are compressed already.
struct ZipSink: KeySink {
    private var archive: ZipWriter
    private let file: FileHandle

    init(_ path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
        else {
            throw DataError(file: path, "cannot be written: \(SystemReason.last)")
        }
        self.file = file
        archive = ZipWriter { try file.write(contentsOf: Data($0)) }
    }

    func add(array name: String) {}

    mutating func write(_ bytes: UnsafeRawBufferPointer, to key: String) throws {
        try archive.add(key, [bytes], compressed: false)
    }

    mutating func finish() throws {
        try archive.finish()
        try file.close()
    }
}
