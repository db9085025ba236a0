import Foundation
import TestSupport

/// A block of Swift in the comment of a public declaration.
struct CommentExample {
    /// The file below Sources.
    var file: String
    /// What the comment stands before, such as `integers(in:count:)`.
    var declaration: String
    var lines: [String]

    /// Those of a module's comments, in order of files and lines.
    static func all(of module: String) throws -> [CommentExample] {
        let folder = Fixture.root.appendingPathComponent("Sources/\(module)")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
        return try paths.sorted().flatMap { path in
            try found(
                in: String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8), file: "\(module)/\(path)")
        }
    }

    /// The runs of comment lines of a file, without the slashes, each with the lines behind it.
    static func comments(in text: String) -> [(comment: [String], following: ArraySlice<String>)] {
        let lines = text.components(separatedBy: "\n")
        var all: [(comment: [String], following: ArraySlice<String>)] = [], i = 0
        while i < lines.count {
            var comment: [String] = []
            while i < lines.count, let line = words(of: lines[i]) {
                comment.append(line)
                i += 1
            }
            if !comment.isEmpty { all.append((comment, lines[i...])) }
            i += 1
        }
        return all
    }

    /// What a line of comment says.
    private static func words(of line: String) -> String? {
        let line = line.drop { $0 == " " }
        guard line.hasPrefix("///") else { return nil }
        return String(line.dropFirst(line.hasPrefix("/// ") ? 4 : 3))
    }

    private static func found(in text: String, file: String) throws -> [CommentExample] {
        comments(in: text).flatMap { comment, following -> [CommentExample] in
            let line = following.first {
                !$0.trimmingCharacters(in: .whitespaces).hasPrefix("@") || $0.contains("func")
            }
            guard let line, isPublic(line) else { return [] }
            var examples: [CommentExample] = [], isInside = false
            for line in comment {
                if line.hasPrefix("```") {
                    isInside = !isInside && line == "```swift"
                    if isInside {
                        examples.append(CommentExample(file: file, declaration: name(line: following), lines: []))
                    }
                } else if isInside {
                    examples[examples.count - 1].lines.append(line)
                }
            }
            return examples
        }
    }

    /// Requirements of protocols and cases have no word before them.
    private static func isPublic(_ line: String) -> Bool {
        let words = line.split(whereSeparator: { !$0.isLetter })
        return !words.contains("package") && !words.contains("private") && !words.contains("fileprivate")
    }

    /// The name of the declaration that lines begin with.
    private static func name(line following: ArraySlice<String>) -> String {
        let text = following.prefix(8).joined(separator: " ")
        let pattern = /\b(?:struct|class|enum|protocol|typealias|func|var|let|case)\s+`?(\w+)|\b(init|subscript)\b/
        guard let match = text.firstMatch(of: pattern) else { return "module" }
        return String(match.output.1 ?? match.output.2 ?? "module")
    }
}
