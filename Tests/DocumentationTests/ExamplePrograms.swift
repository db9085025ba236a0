import Foundation
import TestSupport

/// The examples of all comments as programs: what Tests/Examples holds beside its own files.
struct ExamplePrograms {
    static let modules = [
        "Tern", "TernCore", "TernData", "TernExperiment", "TernFiles", "TernKeras", "TernLearn", "TernNN", "TernPlot",
        "TernReport",
    ]
    /// The text of each file, by its name in Tests/Examples/Made.
    private(set) var files: [String: String] = [:]
    private(set) var count = 0

    init() throws {
        let given = try Given()
        var groups: [(name: String, examples: [CommentExample])] = []
        for module in Self.modules {
            let examples = try CommentExample.all(of: module)
            count += examples.count
            for (folder, examples) in Dictionary(grouping: examples, by: { Self.group(of: $0.file) }) {
                groups.append((folder, examples))
            }
        }
        groups.sort { $0.name < $1.name }
        for (name, examples) in groups { files[name + ".swift"] = Self.text(name, examples, given) }
        files["All.swift"] =
            Self.heading + "let allExamples: [Example] = [\n"
            + groups.map { "    examples\($0.name),\n" }.joined() + "].flatMap { $0 }\n"
    }

    private static let heading = """
        // swift-format-ignore-file
        // Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.

        """

    /// Module and first folder, such as TernCoreRandom.
    private static func group(of file: String) -> String {
        let parts = file.split(separator: "/")
        return parts.dropLast().prefix(2).joined()
    }

    private static func text(_ group: String, _ examples: [CommentExample], _ given: Given) -> String {
        var names: [String: Int] = [:], functions = "", list = ""
        for example in examples {
            let file = example.file.dropLast(6), base = file.split(separator: "/").last!
            var name = "\(base)_\(example.declaration)".replacing("+", with: "_")
            names[name, default: 0] += 1
            if let n = names[name], n > 1 { name += "_\(n)" }
            list += "    Example(\"\(file): \(example.declaration)\", \(name)),\n"
            functions += "\nprivate func \(name)() async throws {\n"
            functions += body(example, given).map { $0.isEmpty ? "\n" : "    \($0)\n" }.joined() + "}\n"
        }
        // What a user's program imports. `public import` of one thing by two modules is no trouble.
        let imports = ["Foundation", "Tern"] + ["TernExperiment", "TernKeras"].filter(group.hasPrefix)
        return heading + imports.map { "import \($0)\n" }.joined()
            + "\nlet examples\(group) = [\n\(list)]\n" + functions
    }

    private static func body(_ example: CommentExample, _ given: Given) -> [String] {
        let statements = Statement.all(in: example.lines.filter { !$0.hasPrefix("import ") })
        var declared = Set(statements.flatMap(\.names))
        for line in example.lines {
            for match in line.matches(of: /\b(?:func|struct|class|for|let) (\w+)/) {
                declared.insert(String(match.output.1))
            }
            // A file that the example writes, it has not read before.
            for match in line.matches(of: /(?:write\(to: |toFile: )("[^"]*")/) {
                declared.insert(String(match.output.1))
            }
        }
        return given.lines(for: example.lines, declaring: declared, file: example.file)
            + statements.flatMap(\.program)
    }
}
