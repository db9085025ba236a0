import Foundation
import TernFiles

/// The files beside a page that a report wrote, by name and hash: what is listed and unchanged is the report's own, and
/// only that gives way to the next.
///
/// The list lies beside them, `files.sha256`, in the form that `sha256sum -c` reads.
struct ReportFiles {
    static let list = "files.sha256"
    /// All kept numbers, beside the list.
    static let numbers = "numbers.json"
    private static let head =
        "# Written with the page. What is listed here, and unchanged, gives way to the next report."

    private let folder: URL
    /// Hashes by name. While a report is written a file may have two, the old one and the new one.
    private var hashes: [String: Set<String>] = [:]

    /// - Throws: ``ReportError`` where a file has the list's name that is none.
    init(in folder: URL) throws {
        self.folder = folder
        guard let text = Self.content(of: folder.appendingPathComponent(Self.list)) else { return }
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        guard lines.first.map(String.init) == Self.head else { throw lost(Self.list) }
        for line in lines.dropFirst() {
            guard line.utf8.count > 66, line.dropFirst(64).hasPrefix("  ") else { continue }
            hashes[String(line.dropFirst(66)), default: []].insert(String(line.prefix(64)))
        }
    }

    /// - Throws: ``ReportError`` where a file would be lost that no report wrote, or that was changed since.
    func check(_ files: [String: Data]) throws {
        for (name, data) in files.sorted(by: { $0.key < $1.key }) {
            let there = folder.appendingPathComponent(name)
            guard let old = Self.content(of: there), old != data, !isOwn(name, old) else { continue }
            throw lost(name)
        }
    }

    /// Whether what lies at a name, if anything, is a report's own.
    ///
    /// - Throws: ``ReportError`` where it is not.
    func checkOwn(_ name: String) throws {
        if let old = Self.content(of: folder.appendingPathComponent(name)), !isOwn(name, old) { throw lost(name) }
    }

    /// The same of all files in a section's folder.
    func checkOwn(allOf section: String) throws {
        let within = try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(section).path)
        for name in (within ?? []).sorted() { try checkOwn("\(section)/\(name)") }
    }

    /// Lists what is to be written beside what was, so that a report that is cut off knows its own.
    mutating func announce(_ files: [String: Data]) throws {
        for (name, data) in files { hashes[name, default: []].insert(SHA256.digits(of: data)) }
        try write()
    }

    /// Removes what an earlier report wrote and this one did not, and lists the new files alone.
    mutating func settle(_ files: [String: Data]) throws {
        let manager = FileManager.default
        for name in hashes.keys.sorted() where files[name] == nil {
            let file = folder.appendingPathComponent(name)
            // A list from elsewhere may name anything.
            guard !name.hasPrefix("/"), !name.split(separator: "/").contains(".."),
                Destination.type(at: file.path) == .typeRegular, let old = Self.content(of: file), isOwn(name, old)
            else { continue }
            try manager.removeItem(at: file)
            let section = file.deletingLastPathComponent()
            // Only where nothing else lies in it.
            if section.path != folder.path { rmdir(section.path) }
        }
        hashes = files.mapValues { [SHA256.digits(of: $0)] }
        try write()
    }

    private func write() throws {
        let lines = hashes.sorted { $0.key < $1.key }.flatMap { name, hashes in
            hashes.sorted().map { "\($0)  \(name)\n" }
        }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try writeAtomically(
            Data((Self.head + "\n" + lines.joined()).utf8), to: folder.appendingPathComponent(Self.list).path)
    }

    private func isOwn(_ name: String, _ content: Data) -> Bool {
        hashes[name]?.contains(SHA256.digits(of: content)) ?? false
    }

    private func lost(_ name: String) -> ReportError {
        ReportError(
            "\(folder.appendingPathComponent(name).relativePath): no report wrote this file as it is, and it would be lost; move it elsewhere, or give the page another name"
        )
    }

    private static func content(of file: URL) -> Data? { FileManager.default.contents(atPath: file.path) }
}
