import Foundation
import TestSupport
import Testing

/// A module that another one brings along can be imported without being declared: then no arrow says so.
@Suite struct PackageTests {
    @Test func whatIsImportedIsDeclared() throws {
        let text = try String(contentsOf: Fixture.root.appendingPathComponent("Package.swift"), encoding: .utf8)
        let kind = #/\n        \.(?:executableT|testT|t)arget\(/#
        var targets: [(name: String, folder: String, declared: Set<String>)] = []
        for part in text.split(separator: kind).dropFirst() {
            let name = String(try #require(part.firstMatch(of: #/name: "(\w+)"/#)).output.1)
            let folder = part.firstMatch(of: #/path: "([^"]+)"/#).map { String($0.output.1) }
            let declared = part.firstMatch(of: #/dependencies: \[([^\]]*)\]/#).map { String($0.output.1) } ?? ""
            targets.append(
                (
                    name, folder ?? (name.hasSuffix("Tests") ? "Tests/" : "Sources/") + name,
                    Set(declared.matches(of: #/"(\w+)"/#).map { String($0.output.1) })
                ))
        }
        #expect(targets.count > 30)
        let known = Set(targets.map(\.name) + ["Yams", "FlyingFox", "FlyingSocks", "ArgumentParser"])
        for target in targets {
            let folder = Fixture.root.appendingPathComponent(target.folder).path
            for path in try FileManager.default.subpathsOfDirectory(atPath: folder) where path.hasSuffix(".swift") {
                // Imports stand at the head of a file.
                let head = try #require(FileManager.default.contents(atPath: folder + "/" + path)).prefix(1500)
                for line in String(decoding: head, as: UTF8.self).split(separator: "\n")
                where line.hasPrefix("import ") || line.hasPrefix("@") {
                    let words = line.split(separator: " ")
                    guard let keyword = words.firstIndex(of: "import"), keyword + 1 < words.count else { continue }
                    let module = String(words[keyword + 1])
                    #expect(
                        !known.contains(module) || target.declared.contains(module),
                        "\(target.folder)/\(path) imports \(module), which Package.swift does not declare")
                }
            }
        }
    }
}
