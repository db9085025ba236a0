import Foundation
import Tern
import TernStudio
import TernText
import TestSupport
import Testing

/// The page without a program holds the library's numbers, and replaces nothing that it did not write.
@Suite struct ExportTests {
    /// A view that is computed quickly.
    private struct Small: StudioView {
        static let name = "small"
        static let actions: [StudioAction<Self>] = [
            .init("double") { (_, x: [String: Double], _) in NumberArray([2 * x["x"]!]) }
        ]
        static var recordings: StudioRecordings? {
            StudioRecordings(
                [1.5, 0.1].map { StudioRecording("double", ["x": JSON($0)], file: "a b/c") },
                limits: ["x": [1.5, 0.1]],
                fileArgument: "x")
        }
    }

    private func write(to folder: String) throws { _ = try StudioExport(views: [Small.self]).write(to: folder) }

    @Test func answersAreThoseOfTheView() throws {
        let content = try StudioExport(views: [Small.self]).content()
        let name = try #require(content.keys.first { $0.hasPrefix("answers/small-") })
        #expect(!name.dropFirst("answers/".count).contains("/"))
        let lines = String(decoding: content[name]!, as: UTF8.self).split(separator: "\n")
        #expect(lines[0] == "globalThis.ternAnswers(\"small\",[")
        let text = lines[2].split(separator: "\"").last { $0.count > 20 }!
        let reply = TestPage.decoded(try #require(Data(base64Encoded: String(text))))
        #expect(reply["result"] as? [Double] == [0.2])
        let page = String(decoding: content["page.js"]!, as: UTF8.self)
        #expect(page.firstMatch(of: #/(?m)^(import|export) /#) == nil)
        #expect(content["index.html"].map { String(decoding: $0, as: UTF8.self).contains("type=\"module\"") } == false)
    }

    /// A question that fails would end the export.
    @Test func recordingsOfTheWindowAreFewAndDifferent() throws {
        let recordings = try #require(ConvolutionView.recordings)
        let questions = recordings.questions.map { question in
            [question.action] + question.arguments.members.map { $0.key + " " + $0.value.written() }.sorted()
        }
        #expect(Set(questions).count == questions.count)
        #expect(recordings.questions.count < 1200)
    }

    @Test func whatAnEarlierExportWroteIsReplacedAndNothingElse() throws {
        let folder = TemporaryFolder(), place = folder.path("site")
        try write(to: place)
        try write(to: place)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["site"])
        try "mine".write(toFile: place + "/notes.txt", atomically: true, encoding: .utf8)
        #expect(throws: DataError.self) { try write(to: place) }
        #expect(try String(contentsOfFile: place + "/notes.txt", encoding: .utf8) == "mine")
        try FileManager.default.removeItem(atPath: place + "/notes.txt")
        try "mine".write(toFile: place + "/index.html", atomically: true, encoding: .utf8)
        #expect(throws: DataError.self) { try write(to: place) }
        #expect(try String(contentsOfFile: place + "/index.html", encoding: .utf8) == "mine")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["site"])
    }

    @Test func foldersOfOthersFilesAndLinksStay() throws {
        let folder = TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path("full/deep"), withIntermediateDirectories: true)
        try "mine".write(toFile: folder.path("file"), atomically: true, encoding: .utf8)
        try FileManager.default.createDirectory(atPath: folder.path("empty"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("link"), withDestinationPath: folder.path("empty"))
        for name in ["full", "file", "link"] {
            #expect(throws: DataError.self, "\(name)") { try write(to: folder.path(name)) }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("empty")).isEmpty)
        try write(to: folder.path("empty"))
        #expect(FileManager.default.fileExists(atPath: folder.path("empty/index.html")))
    }
}
