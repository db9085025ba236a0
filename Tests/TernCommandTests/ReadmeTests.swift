import Foundation
import Tern
import TestSupport
import Testing

/// README.md says what is so: its Swift compiles and prints what stands beside it, its commands run and print what
/// follows them.
@Suite struct ReadmeTests {
    private static func text(_ path: String) throws -> String {
        try String(contentsOf: Fixture.root.appendingPathComponent(path), encoding: .utf8)
    }

    @Test func itsSwiftIsThatOfAProgram() throws {
        let snippets = FencedBlock.marked("readme", in: try Self.text("Tests/Readme/main.swift"))
        let printed = FencedBlock.statements(in: try Self.text("README.md"))
        #expect(printed == snippets && printed.count == 5)
    }

    @Test(arguments: [
        ("0", ["158 0.00196880674034", "[2, 1]"], []),
        ("1", ["2,853", "true", "[60, 1]"], ["history.csv", "rain.safetensors"]),
        ("2", ["[346, 12] [346]"], ["nino34.nc", "sst.mnmean.nc"]),
    ]) func itsSwiftRuns(_ part: String, _ printed: [String], _ files: [String]) throws {
        try run(part, printed, files)
    }

    @Test(.enabled(if: Figure.canDraw)) func itsSwiftDraws() throws {
        try run("3", ["true"], ["drawing.svg", "rosenbrock.svg"])
    }

    private func run(_ part: String, _ printed: [String], _ files: [String]) throws {
        let folder = TemporaryFolder(), run = try ProgramRun(ProgramRun.product("readme"), [part], in: folder.url)
        #expect(run.status == 0, "\(run.error)")
        for text in printed { #expect(run.output.contains(text), "\(run.output)") }
        #expect(folder.contents == files)
    }

    /// The first commands of the document, and what they print.
    @Test(.enabled(if: Figure.canDraw)) func itsCommandsRunAsPrinted() throws {
        let blocks = FencedBlock.all(in: try Self.text("README.md")), folder = TemporaryFolder()
        try FileManager.default.copyItem(
            at: Fixture.root.appendingPathComponent("examples"), to: folder.url.appendingPathComponent("examples"))
        let fit = try #require(blocks.firstIndex { $0.lines.contains { $0.hasPrefix("tern fit ") } })
        let command = try #require(blocks[fit].lines.first { $0.hasPrefix("tern fit ") })
        let run = try Tool(shell: command, in: folder)
        #expect(run.status == 0, "\(run.error)")
        // Words as printed; numbers but for their last digit, which differs between processors.
        let (printed, wanted) = (run.output.split(separator: "\n"), blocks[fit + 1].lines.filter { !$0.isEmpty })
        #expect(printed.count == wanted.count, "\(run.output)")
        for (line, wanted) in zip(printed, wanted) {
            let (found, words) = (line.split(separator: " "), wanted.split(separator: " "))
            #expect(found.filter { Double($0) == nil } == words.filter { Double($0) == nil })
            expectClose(found.compactMap { Double($0) }, words.compactMap { Double($0) }, 1e-5, unit: 0, wanted)
        }
        let descents = blocks.flatMap(\.lines).filter { $0.hasPrefix("tern descend ") }
        #expect(descents.count == 3)
        for line in descents {
            let run = try Tool(shell: line, in: folder)
            #expect(run.status == 0, "\(line): \(run.error)")
        }
    }
}
