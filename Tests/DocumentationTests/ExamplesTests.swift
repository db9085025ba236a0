import Foundation
import TestSupport
import Testing

/// Every example in a comment of a public declaration compiles with `import Tern`, runs in an empty folder, and gives
/// what stands behind it.
@Suite struct ExamplesTests {
    private static let folder = Fixture.root.appendingPathComponent("Tests/Examples/Made")

    /// TERN_WRITE_EXAMPLES=1 writes them.
    @Test func theirProgramsAreThoseOfTheComments() throws {
        let programs = try ExamplePrograms(), files = FileManager.default
        if ProcessInfo.processInfo.environment["TERN_WRITE_EXAMPLES"] != nil {
            try? files.removeItem(at: Self.folder)
            try files.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            for (name, text) in programs.files {
                try Data(text.utf8).write(to: Self.folder.appendingPathComponent(name))
            }
        }
        let names = try files.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(names) == Set(programs.files.keys), "run the tests with TERN_WRITE_EXAMPLES=1, and build again")
        for (name, text) in programs.files {
            let written = try? String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
            #expect(written == text, "\(name): run the tests with TERN_WRITE_EXAMPLES=1, and build again")
        }
        #expect(programs.count > 150)
    }

    @Test func theyRunAndGiveWhatTheySay() throws {
        let folder = TemporaryFolder()
        let run = try ProgramRun(ProgramRun.product("examples"), [], in: folder.url)
        let lines = run.output.split(separator: "\n")
        for line in lines where line.hasPrefix("!!") { Issue.record("\(line.dropFirst(3))") }
        let last = lines.last { $0.hasPrefix("##") }
        #expect(run.status == 0 && last == "## end", "\(last ?? "nothing ran"): \(run.error)")
    }
}
