import Foundation
import TernFiles
import TernText

/// The studio as a page that needs no program: what its views show is computed beforehand and lies beside it.
///
/// The page opens from a folder as from any host of files. Answers are the bytes that the program would send, in files of
/// their own that are read when they are needed, as scripts, since a page of a folder may read nothing else.
package struct StudioExport {
    private let views: [any StudioView.Type], files: StudioFiles
    /// In the folder, what was written: it is replaced while that is unchanged, and nothing else is.
    package static let manifest = "tern-studio.json"

    package init(views: [any StudioView.Type] = Studio.views, files: StudioFiles = StudioFiles()) {
        self.views = views
        self.files = files
    }

    /// Writes the page, whole or not at all.
    ///
    /// - Parameter folder: must not exist, be empty, or hold what an earlier export wrote.
    /// - Throws: `DataError` where it holds something else or cannot be written, `CancellationError` where the task is
    ///   cancelled.
    package func write(to folder: String) throws -> (files: Int, bytes: Int) {
        let place = FilePath.plain(folder)
        try check(place)
        let written = try content()
        let work = TemporaryFiles.name(beside: place)
        defer {
            try? FileManager.default.removeItem(atPath: work)
            TemporaryFiles.forget(work)
        }
        try makeFolder(work + "/answers", asked: place)
        var sums: [String: String] = [:]
        for (name, data) in written {
            try Task.checkCancellation()
            try writeAtomically(data, to: work + "/" + name)
            sums[name] = SHA256.digits(of: data)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try writeAtomically(
            encoder.encode(Manifest(maker: TernVersion.maker, files: sums)), to: work + "/" + Self.manifest)
        // Somebody may have put something there meanwhile.
        try check(place)
        let old = TemporaryFiles.name(beside: place)
        defer { TemporaryFiles.forget(old) }
        let isThere = Destination.type(at: place) != nil
        if isThere, rename(place, old) != 0 {
            throw DataError(file: folder, "cannot be replaced: \(SystemReason.last)")
        }
        guard rename(work, place) == 0 else {
            let reason = SystemReason.last
            if isThere { rename(old, place) }
            throw DataError(file: folder, "cannot be written: \(reason)")
        }
        if isThere { try FileManager.default.removeItem(atPath: old) }
        return (written.count + 1, written.values.reduce(0) { $0 + $1.count })
    }

    private struct Manifest: Codable {
        var maker: String
        /// The SHA-256 of each file.
        var files: [String: String]
    }

    /// - Throws: `DataError` where the folder holds what no export wrote, or what was changed since.
    private func check(_ folder: String) throws {
        guard let type = Destination.type(at: folder) else { return }
        guard type == .typeDirectory else { throw DataError(file: folder, "this is no folder; name another one") }
        let present = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
        guard !present.isEmpty else { return }
        guard let data = FileManager.default.contents(atPath: folder + "/" + Self.manifest),
            let manifest = try? JSONFileDecoder().decode(Manifest.self, from: data)
        else {
            throw DataError(
                file: folder, "the folder holds files that no `tern studio --export` wrote; name another one")
        }
        for name in present where name != Self.manifest {
            let path = folder + "/" + name
            if Destination.type(at: path) == .typeDirectory,
                manifest.files.keys.contains(where: { $0.hasPrefix(name + "/") })
            {
                continue
            }
            guard Destination.type(at: path) == .typeRegular, let data = FileManager.default.contents(atPath: path),
                manifest.files[name] == SHA256.digits(of: data)
            else {
                throw DataError(
                    file: path,
                    manifest.files[name] == nil
                        ? "`tern studio --export` did not write this file; remove it, or name another folder"
                        : "this file was changed since it was written; remove it, or name another folder")
            }
        }
    }

    // MARK: Content

    /// The files by name.
    package func content() throws -> [String: Data] {
        var written: [String: Data] = [:]
        for name in ["studio.css", "house.css"] { written[name] = files[name]!.bytes }
        written["page.js"] = Data(try ModuleBundle(from: "shell.js", in: files).text.utf8)
        written["index.html"] = Data(try page().utf8)
        var described: [JSON.Member] = []
        for view in views {
            guard let recordings = view.recordings else { continue }
            let name = AnyStudioView(view).name
            let answered = try answers(view, recordings)
            var places: [JSON.Member] = []
            for (value, text) in answered.sorted(by: { $0.key < $1.key }) {
                let file = "answers/" + (value.isEmpty ? name : "\(name)-\(PathName.encoded(value))") + ".js"
                written[file] = Data(text.utf8)
                places.append(.init(key: value, value: .text(file)))
            }
            described.append(
                .init(
                    key: name,
                    value: [
                        "files": .object(places), "fileArgument": .text(recordings.fileArgument),
                        "limits": recordings.limits,
                    ]))
        }
        written["answers/index.js"] = Data(
            "globalThis.ternRecordings = \(JSON.object(described).written());\n".utf8)
        return written
    }

    private struct Result: Encodable {
        var result: any Encodable
        private enum Keys: String, CodingKey { case result }
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(result, forKey: .result)
        }
    }

    /// A script for each file of answers: question, and the bytes of the answer in Base64, a line each.
    private func answers<View: StudioView>(_: View.Type, _ recordings: StudioRecordings) throws -> [String: String] {
        let view = AnyStudioView(View.self), work = StudioWork()
        var lines: [String: [String]] = [:]
        for question in recordings.questions {
            try Task.checkCancellation()
            let asked: JSON = ["arguments": question.arguments]
            let reply = try view.answer(question.action, Data(asked.line.utf8), work)
            let bytes = try StudioMessage.encoded(Result(result: reply)).base64EncodedString()
            lines[question.file, default: []].append(
                "[\(question.action.quotedJSON),\(question.arguments.line),\"\(bytes)\"]")
        }
        return lines.mapValues { "globalThis.ternAnswers(\"\(View.name)\",[\n\($0.joined(separator: ",\n"))\n]);\n" }
    }

    private func page() throws -> String {
        let text = String(decoding: files["studio.html"]!.bytes, as: UTF8.self)
        let script = "<script type=\"module\" src=\"shell.js\"></script>"
        guard text.contains(script) else { throw StudioMistake("studio.html has no script to replace") }
        return text.replacing(
            script, with: "<script defer src=\"answers/index.js\"></script>\n<script defer src=\"page.js\"></script>"
        ).replacing(
            "The page wants JavaScript, and the program `tern studio` that printed its address.",
            with: "The page wants JavaScript.")
    }
}
