import Foundation
import TestSupport
import Testing

/// Links of comments and articles lead somewhere, without a run of DocC: `make docs` checks the rest of each path.
@Suite struct LinksTests {
    /// The types that each module declares, and those of public ones.
    private static func types(of module: String) throws -> (all: Set<String>, texts: [String: String]) {
        let folder = Fixture.root.appendingPathComponent("Sources/\(module)")
        var all = Set<String>(), texts: [String: String] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        where path.hasSuffix(".swift") || path.hasSuffix(".md") {
            let text = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
            texts["\(module)/\(path)"] = text
            guard path.hasSuffix(".swift") else { continue }
            for match in text.matches(of: /(?:struct|class|enum|protocol|typealias|extension) (?:\w+\.)*`?(\w+)/) {
                all.insert(String(match.output.1))
            }
        }
        return (all, texts)
    }

    /// A link to a type is one of the module itself; another module's stands in plain code, or with the module's name in
    /// an article.
    @Test(arguments: ExamplePrograms.modules) func typesOfLinksAreTheModulesOwn(_ module: String) throws {
        let (types, texts) = try Self.types(of: module)
        var count = 0
        for (path, text) in texts {
            for line in text.components(separatedBy: "\n")
            where path.hasSuffix(".md") || line.drop(while: { $0 == " " }).hasPrefix("///") {
                for match in line.matches(of: /``\/?([A-Z]\w*)[^`]*``/) {
                    count += 1
                    let name = String(match.output.1)
                    #expect(
                        types.contains(name) || ExamplePrograms.modules.contains(name) || name == "Input",
                        "Sources/\(path): \(match.output.0) leads out of the module; write `\(name)`")
                }
            }
        }
        #expect(count > 3)
    }

    /// What a comment says of a parameter is said of one that there is.
    @Test(arguments: ExamplePrograms.modules) func parametersOfCommentsAreThere(_ module: String) throws {
        for (path, text) in try Self.types(of: module).texts where path.hasSuffix(".swift") {
            for (comment, following) in CommentExample.comments(in: text) {
                var isList = false, names: [String] = []
                for line in comment {
                    if let match = line.prefixMatch(of: /- Parameter (\w+):/) { names.append(String(match.output.1)) }
                    if line.hasPrefix("- ") || line.isEmpty { isList = line.hasPrefix("- Parameters:") }
                    if isList, let match = line.prefixMatch(of: /\s+- (\w+):/) { names.append(String(match.output.1)) }
                }
                // The declaration goes on to its body.
                let end = following.firstIndex { $0.hasSuffix("{") || $0.isEmpty } ?? following.endIndex
                let declaration = following[..<min(end + 1, following.endIndex)].joined(separator: " ")
                for name in names {
                    #expect(
                        declaration.contains(try Regex("\\b\(name)\\b")),
                        "Sources/\(path): there is no parameter \(name) in \(declaration.prefix(80))")
                }
            }
        }
    }
}
