import Foundation
import TestSupport
import Testing

/// What the papers of the project say of its files.
@Suite struct PapersTests {
    private func text(_ path: String) throws -> String {
        try String(contentsOf: Fixture.root.appendingPathComponent(path), encoding: .utf8)
    }

    /// Whether it is there, `…` and `*` standing for anything.
    private func exists(_ path: String) throws -> Bool {
        if !path.contains("…"), !path.contains("*"), !path.contains("My") {
            return FileManager.default.fileExists(atPath: Fixture.packagePath(path))
        }
        let folder = path.split(separator: "/").prefix { !$0.contains("…") && !$0.contains("*") && !$0.contains("My") }
            .joined(separator: "/")
        return FileManager.default.fileExists(atPath: Fixture.packagePath(folder))
    }

    @Test(arguments: ["CONTRIBUTING.md", "NOTICE", "README.md", "docs/ARCHITECTURE.md", "docs/RELIABILITY.md"])
    func pathsThatAreNamedAreThere(paper: String) throws {
        let found = try text(paper).matches(of: /\b(?:Sources|Tests|Scripts|docs|examples)\/[\w.\/+…*-]*\w/).map {
            String($0.output)
        }
        #expect(Set(found).count > 1 || paper != "CONTRIBUTING.md")
        for path in Set(found) where !path.hasPrefix("docs/figures") {
            #expect(try exists(path), "\(paper) names \(path)")
        }
    }

    @Test func testsThatKeepAPromiseAreThere() throws {
        let folder = Fixture.root.appendingPathComponent("Tests")
        var words = Set<Substring>()
        for case let file as URL in FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)!
        where file.pathExtension == "swift" {
            for match in try String(contentsOf: file, encoding: .utf8).matches(of: /(?:func|struct|class) (\w+)/) {
                words.insert(Substring(String(match.output.1)))
            }
        }
        let promises = try text("docs/RELIABILITY.md").matches(of: /`([A-Z]\w+Tests)(?:\.(\w+))?`/)
        #expect(promises.count > 20)
        for promise in promises {
            for word in [promise.output.1, promise.output.2 ?? promise.output.1] {
                #expect(words.contains(word), "no test is called \(word)")
            }
        }
    }

    @Test func theVersionIsThatOfTheChangelog() throws {
        let version = try Tool(["--version"]).output.trimmingCharacters(in: .whitespacesAndNewlines),
            changes = try text("CHANGELOG.md")
        #expect(version.wholeMatch(of: /\d+\.\d+\.\d+/) != nil && changes.contains(version))
    }
}
